//! Asking an identity provider: what it says about itself (OpenID Connect Discovery), its keys, and a
//! code for a token.
//!
//! Only addresses over TLS are asked, or addresses of this very machine; redirects are not followed;
//! an answer is short and comes soon, or it is none. The proxy of the environment is not used: a
//! provider of the house is in the house.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use form_urlencoded::{Serializer, byte_serialize};
use serde::Deserialize;
use store::IdentityProviderRow;
use ureq::{
    Agent,
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::token::KeySet;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer.
const ANSWER_MAX: u64 = 256 << 10;

/// Why the provider could not be asked, in words for an administrator and the audit trail.
pub(super) type Trouble = String;

/// What a provider says about itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) end_session_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// What a provider answers to a code.
#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
}

/// Whether an address may be asked: over TLS, or on this machine.
pub(super) fn is_safe(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = address.bytes().all(|b| b.is_ascii_graphic()) && !authority.contains('@');
    let host = match authority.strip_prefix("[::1]") {
        Some(_) => "localhost",
        None => authority.split(':').next().unwrap_or_default(),
    };
    let here = ["localhost", "127.0.0.1"].contains(&host);
    plain && !host.is_empty() && (scheme == "https" || (scheme == "http" && here))
}

fn agent(authorities: &str) -> Result<Agent, Trouble> {
    let roots = match authorities.trim() {
        "" => RootCerts::WebPki,
        pem => RootCerts::Specific(Arc::new(certificates(pem)?)),
    };
    let config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .tls_config(TlsConfig::builder().root_certs(roots).build());
    Ok(config.build().into())
}

/// The certificates of a text in PEM.
pub(super) fn certificates(pem: &str) -> Result<Vec<ureq::tls::Certificate<'static>>, Trouble> {
    let mut found = Vec::new();
    for item in parse_pem(pem.as_bytes()) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            _ => return Err("信任的证书里有读不懂的内容，只放 PEM 证书".to_owned()),
        }
    }
    match found.is_empty() {
        true => Err("信任的证书里没有 PEM 证书".to_owned()),
        false => Ok(found),
    }
}

fn taken(
    address: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<String, Trouble> {
    let mut answer = answer.map_err(|error| format!("{address} 没有答复（{error}）"))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(ANSWER_MAX);
    match (status, text.read_to_string()) {
        (200, Ok(text)) => Ok(text),
        (200, Err(error)) => Err(format!("{address} 的答复读不完（{error}）")),
        (status, _) => Err(format!("{address} 答复 {status}")),
    }
}

fn get(row: &IdentityProviderRow, address: &str) -> Result<String, Trouble> {
    taken(address, agent(&row.authorities)?.get(address).call())
}

/// What the provider says about itself. It must call itself what we call it, letter for letter.
pub(super) fn discover(row: &IdentityProviderRow) -> Result<Metadata, Trouble> {
    let base = row.issuer.trim_end_matches('/');
    let address = format!("{base}/.well-known/openid-configuration");
    let text = get(row, &address)?;
    let metadata: Metadata = serde_json::from_str(&text)
        .map_err(|error| format!("{address} 的内容不是认证平台的说明（{error}）"))?;
    if metadata.issuer != row.issuer {
        let said = &metadata.issuer;
        return Err(format!("认证平台自称“{said}”，与填写的签发者不一致"));
    }
    let mut all = vec![
        &metadata.authorization_endpoint,
        &metadata.token_endpoint,
        &metadata.jwks_uri,
    ];
    all.extend(&metadata.end_session_endpoint);
    let wrong = all.into_iter().find(|address| !is_safe(address)).cloned();
    match wrong {
        Some(wrong) => Err(format!("认证平台的地址“{wrong}”不是 https")),
        None => Ok(metadata),
    }
}

/// The keys that the provider signs with now.
pub(super) fn keys(row: &IdentityProviderRow, metadata: &Metadata) -> Result<KeySet, Trouble> {
    let text = get(row, &metadata.jwks_uri)?;
    KeySet::read(&text).map_err(|why| format!("{}：{why}", metadata.jwks_uri))
}

/// Gives a code and the verifier that only we know, for the id token.
pub(super) fn exchange(
    row: &IdentityProviderRow,
    metadata: &Metadata,
    (code, verifier, redirect): (&str, &str, &str),
) -> Result<String, Trouble> {
    let methods = &metadata.token_endpoint_auth_methods_supported;
    let has = |name: &str| methods.iter().any(|method| method == name);
    // Basic is what a provider that says nothing understands.
    let in_form = has("client_secret_post") && !has("client_secret_basic");
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code");
    form.append_pair("code", code);
    form.append_pair("redirect_uri", redirect);
    form.append_pair("code_verifier", verifier);
    if in_form {
        form.append_pair("client_id", &row.client_id);
        form.append_pair("client_secret", &row.client_secret);
    }
    let address = &metadata.token_endpoint;
    let mut asked = agent(&row.authorities)?
        .post(address)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json");
    if !in_form {
        asked = asked.header("authorization", basic(row));
    }
    let text = taken(address, asked.send(form.finish()))?;
    let tokens: Tokens =
        serde_json::from_str(&text).map_err(|_| format!("{address} 的答复不是令牌"))?;
    tokens
        .id_token
        .ok_or_else(|| format!("{address} 没有给出身份令牌"))
}

/// RFC 6749, 2.3.1: both parts are form-encoded first.
fn basic(row: &IdentityProviderRow) -> String {
    let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", part(&row.client_id), part(&row.client_secret));
    format!("Basic {}", STANDARD.encode(pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_over_tls_or_of_this_machine_are_asked() {
        for fine in [
            "https://id.example",
            "https://id.example:8443/realms/x",
            "http://127.0.0.1:3000",
            "http://localhost/",
            "http://[::1]:9000/x",
        ] {
            assert!(is_safe(fine), "{fine}");
        }
        for bad in [
            "http://id.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "https://yifa@id.example",
            "https://",
            "file:///etc/passwd",
            "id.example",
            "https://id.example/\nx",
            "",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
    }

    #[test]
    fn a_text_that_is_no_certificate_is_said_to_be_none() {
        assert!(certificates("").is_err());
        assert!(certificates("证书").is_err());
    }
}
