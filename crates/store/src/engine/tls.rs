//! Encryption on the way to a server, as its address asks for it: `sslmode` and `sslrootcert`, named
//! and meant as PostgreSQL's own programs do.
//!
//! | `sslmode` | what is kept |
//! | --- | --- |
//! | none, `disable`, `allow`, `prefer` | no encryption |
//! | `require` | encryption; with `sslrootcert` as below, without it nobody's name is checked |
//! | `verify-ca`, `verify-full` | encryption with the server of that name, by an authority of `sslrootcert` |
//!
//! What cannot be kept is refused: an address never gets less than it asks for. `verify-ca` checks the
//! name as well. Leaves out: certificates of our own, lists of revoked ones.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

/// What an address asks for.
pub(super) struct Asked {
    /// The address without what only we read.
    pub(super) address: String,
    /// How to speak to the server; none: in the clear.
    pub(super) tls: Option<MakeRustlsConnect>,
}

/// Reads what an address asks for.
pub(super) fn asked(address: &str) -> Result<Asked, StoreError> {
    let (address, mode) = without(address, "sslmode");
    let (address, roots) = without(&address, "sslrootcert");
    let tls = match (mode.as_deref(), roots.as_deref()) {
        (None | Some("disable" | "allow" | "prefer"), _) => None,
        (Some("require"), None) => Some(unchecked()?),
        (Some("require" | "verify-ca" | "verify-full"), Some(roots)) => Some(checked(roots)?),
        (Some(mode @ ("verify-ca" | "verify-full")), None) => {
            let words = format!("sslmode={mode} needs sslrootcert=FILE");
            return Err(StoreError::Encryption(words));
        }
        (Some(other), _) => {
            let words = format!("sslmode={other} is not known");
            return Err(StoreError::Encryption(words));
        }
    };
    Ok(Asked { address, tls })
}

/// An address without one of its parameters, and the parameter.
fn without(address: &str, name: &str) -> (String, Option<String>) {
    let (place, between, parameters) = match address.split_once('?') {
        Some((place, parameters)) => (place, '&', parameters),
        None if address.contains("://") => return (address.to_owned(), None),
        None => ("", ' ', address),
    };
    let mut found = None;
    let mut others = Vec::new();
    for pair in parameters.split(between) {
        match pair.trim().split_once('=') {
            Some((own, value)) if own == name => found = Some(decoded(value)),
            _ => others.push(pair),
        }
    }
    let others = others.join(&between.to_string());
    let address = match (place, others.as_str()) {
        ("", _) => others,
        (place, "") => place.to_owned(),
        (place, others) => format!("{place}?{others}"),
    };
    (address, found)
}

fn decoded(value: &str) -> String {
    let pair = format!("v={}", value.replace('+', "%2B"));
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

fn fault(what: impl std::fmt::Display) -> StoreError {
    StoreError::Encryption(what.to_string())
}

/// The server of that name, vouched for by an authority of the file.
fn checked(file: &str) -> Result<MakeRustlsConnect, StoreError> {
    let unreadable = |why: &dyn std::fmt::Display| fault(format!("sslrootcert={file}: {why}"));
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(file).map_err(|e| unreadable(&e))?;
    for certificate in found {
        let certificate = certificate.map_err(|e| unreadable(&e))?;
        roots.add(certificate).map_err(|e| unreadable(&e))?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"no certificate in it"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(fault)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Whoever answers: nobody on the way reads along, but nobody's name is checked.
fn unchecked() -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(fault)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Takes every certificate, but only from who holds its key.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_ours_are_taken_out_of_an_address() {
        for (address, rest, found) in [
            ("postgres://db/y", "postgres://db/y", None),
            (
                "postgres://db/y?sslmode=require",
                "postgres://db/y",
                Some("require"),
            ),
            (
                "postgres://db/y?a=b&sslmode=verify-full&c=d",
                "postgres://db/y?a=b&c=d",
                Some("verify-full"),
            ),
            (
                "host=db sslmode=disable user=y",
                "host=db user=y",
                Some("disable"),
            ),
        ] {
            let found = found.map(str::to_owned);
            assert_eq!(without(address, "sslmode"), (rest.to_owned(), found));
        }
        let address = "postgres://db/y?sslrootcert=%2Fetc%2Fca+one.pem";
        let (_, file) = without(address, "sslrootcert");
        assert_eq!(file.as_deref(), Some("/etc/ca+one.pem"));
    }

    #[test]
    fn an_address_never_gets_less_than_it_asks_for() {
        for plain in [
            "postgres://yifa@db/yifa",
            "postgres://yifa@db/yifa?sslmode=prefer",
            "host=db sslmode=disable user=yifa",
        ] {
            assert!(
                asked(plain).is_ok_and(|asked| asked.tls.is_none()),
                "{plain}"
            );
        }
        let encrypted = asked("postgres://yifa@db/yifa?sslmode=require");
        assert!(encrypted.is_ok_and(|asked| asked.tls.is_some()));
        for refused in [
            "postgres://yifa@db/yifa?sslmode=verify-full",
            "host=db sslmode=verify-ca",
            "postgres://yifa@db/yifa?sslmode=verify-full&sslrootcert=/none/such.pem",
            "postgres://yifa@db/yifa?sslmode=strict",
        ] {
            let refusal = asked(refused).err();
            assert!(
                matches!(refusal, Some(StoreError::Encryption(_))),
                "{refused}"
            );
        }
    }
}
