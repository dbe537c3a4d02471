//! Security keys (WebAuthn): reading what a browser brings back, and nothing else.
//!
//! A narrow part of the standard, enough for a second factor: keys on P-256 with ES256, no
//! attestation, a touch at least. What a key signed counts for one challenge and one site, the one
//! that it was made for, whatever name the program is reached by. Left out: other algorithms,
//! attestation statements (which maker built the key), passkeys in place of the password.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ciborium::Value;
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The flag of a touch.
const PRESENT: u8 = 0x01;
/// The flag of a new key in the data.
const ATTESTED: u8 = 0x40;
/// Bytes before the new key: hash of the site, flags, counter.
const HEAD: usize = 37;
/// Bytes of what a key calls itself, at most (as the standard has it).
const KEY_ID_MAX: usize = 1_023;

/// Why something is not taken; for the audit trail.
pub(crate) type Objection = &'static str;

/// A new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewKey {
    /// What it calls itself, base64url.
    pub(crate) key_id: String,
    /// Its public key, an uncompressed point in hex.
    pub(crate) public_key: String,
    /// How often it has signed.
    pub(crate) counter: u64,
}

/// What the browser brings back when a key has signed; all base64url.
#[derive(Clone, Debug, Default)]
pub struct Assertion {
    /// Which key.
    pub key_id: String,
    /// What the browser says it asked for.
    pub client_data: String,
    /// What the key says.
    pub key_data: String,
    /// Its signature over both.
    pub signature: String,
}

/// What a browser says it asked a key for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// Base64url without padding.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

fn decoded(text: &str) -> Result<Vec<u8>, Objection> {
    BASE64.decode(text).map_err(|_| "不是 base64url")
}

/// The host of an origin; plain HTTP only on this machine, as browsers have it.
fn host_of(origin: &str) -> Option<&str> {
    let (scheme, rest) = origin.split_once("://")?;
    let host = rest.split(':').next()?;
    let safe = scheme == "https" || (scheme == "http" && host == "localhost");
    (safe && !host.is_empty() && !rest.contains('/')).then_some(host)
}

/// Holds what the browser says against what was asked; its hash is a part of what is signed.
fn asked(
    client_data: &str,
    kind: &str,
    challenge: &str,
    site: &str,
) -> Result<[u8; 32], Objection> {
    let bytes = decoded(client_data)?;
    let data: ClientData = serde_json::from_slice(&bytes).map_err(|_| "客户端数据读不懂")?;
    if data.kind != kind {
        return Err("不是这一种请求的回答");
    }
    if data.challenge != challenge {
        return Err("不是对这次质询的回答");
    }
    if data.cross_origin || host_of(&data.origin) != Some(site) {
        return Err("不是在本网站上操作的");
    }
    Ok(Sha256::digest(&bytes).into())
}

/// The counter of what a key says, if it speaks of this site and was touched.
fn spoken(data: &[u8], site: &str) -> Result<u64, Objection> {
    let short = "密钥数据不完整";
    let hash = data.get(..32).ok_or(short)?;
    let flags = *data.get(32).ok_or(short)?;
    let counter: [u8; 4] = data
        .get(33..HEAD)
        .ok_or(short)?
        .try_into()
        .map_err(|_| short)?;
    if hash != Sha256::digest(site.as_bytes()).as_slice() {
        return Err("密钥是为别的网站签的");
    }
    if flags & PRESENT == 0 {
        return Err("没有触碰密钥");
    }
    Ok(u32::from_be_bytes(counter).into())
}

/// Reads a new key.
pub(crate) fn registered(
    client_data: &str,
    attestation: &str,
    challenge: &str,
    site: &str,
) -> Result<NewKey, Objection> {
    asked(client_data, "webauthn.create", challenge, site)?;
    let attestation = decoded(attestation)?;
    let object: Value =
        ciborium::from_reader(attestation.as_slice()).map_err(|_| "登记数据读不懂")?;
    let data = entry(&object, &Value::Text("authData".to_owned()));
    let data = data.and_then(Value::as_bytes).ok_or("没有密钥数据")?;
    let counter = spoken(data, site)?;
    let flags = data.get(32).copied().unwrap_or_default();
    if flags & ATTESTED == 0 {
        return Err("没有新密钥");
    }
    // Model of the key (16 bytes), length of its id (2), its id, its public key.
    let short = "密钥数据不完整";
    let rest = data.get(HEAD + 16..).ok_or(short)?;
    let length: [u8; 2] = rest.get(..2).ok_or(short)?.try_into().map_err(|_| short)?;
    let length = usize::from(u16::from_be_bytes(length));
    let key_id = rest.get(2..2 + length).ok_or(short)?;
    if key_id.is_empty() || length > KEY_ID_MAX {
        return Err("密钥的名称太长或者为空");
    }
    // A reader takes one value: extensions may stand behind it.
    let mut public = rest.get(2 + length..).ok_or(short)?;
    let public: Value = ciborium::from_reader(&mut public).map_err(|_| "公钥读不懂")?;
    let public = point(&public).ok_or("只支持 P-256（ES256）的密钥")?;
    VerifyingKey::from_sec1_bytes(&public).map_err(|_| "公钥不在曲线上")?;
    Ok(NewKey {
        key_id: encoded(key_id),
        public_key: hex::encode(public),
        counter,
    })
}

fn entry<'a>(map: &'a Value, key: &Value) -> Option<&'a Value> {
    let found = map.as_map()?.iter().find(|(k, _)| k == key);
    found.map(|(_, value)| value)
}

/// The point of a COSE key: kind 2 (two coordinates), algorithm −7 (ES256), curve 1 (P-256).
fn point(key: &Value) -> Option<Vec<u8>> {
    let number = |key: &Value, at: i64| entry(key, &Value::from(at))?.as_integer();
    let fits = number(key, 1) == Some(2.into())
        && number(key, 3) == Some((-7).into())
        && number(key, -1) == Some(1.into());
    let coordinate = |at: i64| entry(key, &Value::from(at))?.as_bytes();
    let (x, y) = (coordinate(-2)?, coordinate(-3)?);
    (fits && x.len() == 32 && y.len() == 32)
        .then(|| [&[4][..], x.as_slice(), y.as_slice()].concat())
}

/// Says whether a key has signed for a challenge of a site; answers its counter.
pub(crate) fn signed(
    assertion: &Assertion,
    public_key: &str,
    challenge: &str,
    site: &str,
) -> Result<u64, Objection> {
    let client = asked(&assertion.client_data, "webauthn.get", challenge, site)?;
    let data = decoded(&assertion.key_data)?;
    let counter = spoken(&data, site)?;
    let public = hex::decode(public_key).map_err(|_| "登记的公钥读不懂")?;
    let public = VerifyingKey::from_sec1_bytes(&public).map_err(|_| "登记的公钥读不懂")?;
    let signature = decoded(&assertion.signature)?;
    let signature = Signature::from_der(&signature).map_err(|_| "签名读不懂")?;
    let signed = [data.as_slice(), client.as_slice()].concat();
    public
        .verify(&signed, &signature)
        .map_err(|_| "签名不成立")?;
    Ok(counter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Chromium's virtual authenticator answered to challenges of 32 sevens and 32 nines at
    /// `http://localhost:38931`.
    const KEY_ID: &str = "K1Pjvpp4rx5wjF3sHSeTQZs7_p_-8SmWsxdVMF9BL8I";
    const MADE: &str = "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6Mzg5MzEiLCJjcm9zc09yaWdpbiI6ZmFsc2V9";
    const ATTESTATION: &str = "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NBAAAAAQAAAAAAAAAAAAAAAAAAAAAAICtT476aeK8ecIxd7B0nk0GbO_6f_vEplrMXVTBfQS_CpQECAyYgASFYIF94ir_EvMgHlj1QMF0CABJMgCm2IgFipSZssbX8c08TIlggkhcEaXAA0cfKW79C6BAi1ucnos_3oEsA4qz5yiLsk-w";
    const ASKED: &str = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRayIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6Mzg5MzEiLCJjcm9zc09yaWdpbiI6ZmFsc2V9";
    const DATA: &str = "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MBAAAAAg";
    const SIGNATURE: &str = "MEYCIQCWSKYG5FUuphEUsD5DohPwfDRT-g9_3bHZ3uzNg2kKAwIhAPg-Hcir54CmXCwvpuu8PP-n1uawIwZBRB-vvqz8Q3Z7";

    fn challenge(byte: u8) -> String {
        encoded(&[byte; 32])
    }

    fn assertion() -> Assertion {
        Assertion {
            key_id: KEY_ID.to_owned(),
            client_data: ASKED.to_owned(),
            key_data: DATA.to_owned(),
            signature: SIGNATURE.to_owned(),
        }
    }

    #[test]
    fn a_key_made_in_a_browser_is_read_and_its_signature_holds() {
        let key = registered(MADE, ATTESTATION, &challenge(7), "localhost").expect("a key");
        assert_eq!((key.key_id.as_str(), key.counter), (KEY_ID, 1));
        let counter = signed(&assertion(), &key.public_key, &challenge(9), "localhost");
        assert_eq!(counter, Ok(2));
    }

    #[test]
    fn what_was_signed_for_anything_else_does_not_count() {
        let key = registered(MADE, ATTESTATION, &challenge(7), "localhost").expect("a key");
        let held = |assertion: &Assertion, byte: u8, site: &str| {
            signed(assertion, &key.public_key, &challenge(byte), site).err()
        };
        assert_eq!(
            held(&assertion(), 8, "localhost"),
            Some("不是对这次质询的回答")
        );
        assert_eq!(
            held(&assertion(), 9, "evil.example"),
            Some("不是在本网站上操作的")
        );
        let as_made = Assertion {
            client_data: MADE.to_owned(),
            ..assertion()
        };
        assert_eq!(held(&as_made, 7, "localhost"), Some("不是这一种请求的回答"));
        // Another byte of what is signed, of the signature; a piece missing.
        let flip = |text: &str, at: usize| {
            let mut bytes = decoded(text).expect("base64url");
            bytes[at] ^= 1;
            encoded(&bytes)
        };
        let other_site = Assertion {
            key_data: flip(DATA, 0),
            ..assertion()
        };
        assert_eq!(
            held(&other_site, 9, "localhost"),
            Some("密钥是为别的网站签的")
        );
        let untouched = Assertion {
            key_data: flip(DATA, 32),
            ..assertion()
        };
        assert_eq!(held(&untouched, 9, "localhost"), Some("没有触碰密钥"));
        let counted = Assertion {
            key_data: flip(DATA, 36),
            ..assertion()
        };
        assert_eq!(held(&counted, 9, "localhost"), Some("签名不成立"));
        let forged = Assertion {
            signature: flip(SIGNATURE, 40),
            ..assertion()
        };
        assert_eq!(held(&forged, 9, "localhost"), Some("签名不成立"));
        let cut = Assertion {
            key_data: DATA[..40].to_owned(),
            ..assertion()
        };
        assert!(held(&cut, 9, "localhost").is_some());
    }

    #[test]
    fn a_registration_that_is_cut_or_changed_is_refused_without_a_panic() {
        let whole = decoded(ATTESTATION).expect("base64url");
        for end in 0..whole.len() {
            let cut = encoded(&whole[..end]);
            assert!(
                registered(MADE, &cut, &challenge(7), "localhost").is_err(),
                "{end}"
            );
        }
        // Any byte of the algorithm, the curve or the point: another key, or none.
        let sound = registered(MADE, ATTESTATION, &challenge(7), "localhost");
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            let read = registered(MADE, &encoded(&changed), &challenge(7), "localhost");
            let harmless = read.is_err() || at < 94;
            assert!(harmless || read != sound, "byte {at}");
        }
    }

    #[test]
    fn only_safe_origins_count() {
        assert_eq!(
            host_of("https://yifa.example.gov.cn"),
            Some("yifa.example.gov.cn")
        );
        assert_eq!(
            host_of("https://yifa.example.gov.cn:8443"),
            Some("yifa.example.gov.cn")
        );
        assert_eq!(host_of("http://localhost:8080"), Some("localhost"));
        for origin in [
            "http://yifa.example.gov.cn",
            "https://",
            "https:///x",
            "null",
            "ftp://localhost",
        ] {
            assert_eq!(host_of(origin), None, "{origin}");
        }
    }
}
