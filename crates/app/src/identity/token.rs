//! What an identity provider signs: its keys and its id tokens (OpenID Connect Core, 3.1.3.7).
//!
//! Pure: text in, claims or an objection out. One shape is taken and no other: a compact JWS, signed
//! with RS256 or ES256 by a key of the provider's set. The key decides which algorithm counts, so a
//! token cannot talk us into `none` or into a secret of our own. Claims are read into fixed types: one
//! of another type is no claim left out, it is a token refused.
//!
//! Leaves out: encrypted tokens, other algorithms, keys that a token brings or points at.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value as Json;

/// The longest token that is looked at.
const TOKEN_MAX: usize = 32 << 10;
/// How far two clocks may be apart, in seconds.
const APART: i64 = 60;

/// Why a token is not taken, for the audit trail.
pub(super) type Objection = &'static str;

/// The keys that a provider signs with.
#[derive(Debug, Deserialize)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

/// A key; of other kinds than ours, only the kind is read.
#[derive(Debug, Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    meant_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Json>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    #[serde(flatten)]
    others: serde_json::Map<String, Json>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What a token has to say.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// Seconds since 1970.
    pub(super) now: i64,
    /// The claim that names the account.
    pub(super) claim: &'a str,
}

/// Whom a token is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// What the provider calls the person, for ever.
    pub(super) subject: String,
    /// What the claim says that names the account.
    pub(super) claimed: Option<String>,
}

/// Says whom a token is about, if it is the provider's, for us, fresh, and the answer to our question.
pub(super) fn verified(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Person, Objection> {
    if token.len() > TOKEN_MAX {
        return Err("令牌过长");
    }
    let (signed, signature) = token.rsplit_once('.').ok_or("令牌格式不对")?;
    let (header, payload) = signed.split_once('.').ok_or("令牌格式不对")?;
    let header: Header = part(header)?;
    if header.crit.is_some() {
        return Err("令牌要求本系统不认识的扩展");
    }
    let key = keys.of(&header)?;
    key.verify(signed.as_bytes(), &decoded(signature)?)?;
    // Nothing of what it says is looked at before its signature was.
    part::<Claims>(payload)?.person(expected)
}

fn decoded(text: &str) -> Result<Vec<u8>, Objection> {
    BASE64.decode(text).map_err(|_| "令牌不是 base64url")
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Objection> {
    serde_json::from_slice(&decoded(text)?).map_err(|_| "令牌内容格式不对")
}

impl KeySet {
    /// Reads what the provider publishes. A key without a kind spoils the set.
    pub(super) fn read(text: &str) -> Result<KeySet, Objection> {
        serde_json::from_str(text).map_err(|_| "密钥集格式不对")
    }

    /// How many keys could sign a token for us.
    pub(super) fn usable(&self) -> usize {
        let known = ["RS256", "ES256"];
        let fits = |key: &&Key| known.iter().any(|alg| key.signs(alg));
        self.keys.iter().filter(fits).count()
    }

    /// The one key that a header means.
    fn of(&self, header: &Header) -> Result<&Key, Objection> {
        let named = |key: &&Key| header.kid.is_none() || key.kid == header.kid;
        let mut fit = self
            .keys
            .iter()
            .filter(named)
            .filter(|key| key.signs(&header.alg));
        match (fit.next(), fit.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err("令牌没有说明由哪把密钥签名"),
            (None, _) => Err("签名算法或密钥不在认证平台公布的密钥集里"),
        }
    }
}

impl Key {
    fn signs(&self, alg: &str) -> bool {
        let kind = match alg {
            "RS256" => self.kty == "RSA",
            "ES256" => self.kty == "EC" && self.crv.as_deref() == Some("P-256"),
            _ => false,
        };
        kind && self.meant_for.as_deref().is_none_or(|what| what == "sig")
            && self.alg.as_deref().is_none_or(|own| own == alg)
    }

    fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Objection> {
        let number = |text: &Option<String>| decoded(text.as_deref().unwrap_or_default());
        let right = if self.kty == "RSA" {
            let (n, e) = (number(&self.n)?, number(&self.e)?);
            let key = RsaPublicKeyComponents { n: &n, e: &e };
            key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
        } else {
            let (x, y) = (number(&self.x)?, number(&self.y)?);
            if (x.len(), y.len()) != (32, 32) {
                return Err("密钥不在 P-256 曲线上");
            }
            let point = [&[4][..], &x, &y].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
        };
        right.map_err(|_| "令牌签名不对")
    }
}

impl Claims {
    fn person(self, expected: &Expected<'_>) -> Result<Person, Objection> {
        if self.iss != expected.issuer {
            return Err("令牌不是这个认证平台签发的");
        }
        let ours = match &self.aud {
            Audience::One(one) => one == expected.client_id,
            Audience::Several(all) => all.iter().any(|one| one == expected.client_id),
        };
        if !ours {
            return Err("令牌不是签发给本系统的");
        }
        let several = matches!(&self.aud, Audience::Several(all) if all.len() > 1);
        let party = self.azp.as_deref();
        if party.map_or(several, |party| party != expected.client_id) {
            return Err("令牌是签发给另一个系统的");
        }
        if self.exp.saturating_add(APART) <= expected.now {
            return Err("令牌已过期");
        }
        let latest = expected.now.saturating_add(APART);
        if self.iat > latest || self.nbf.is_some_and(|from| from > latest) {
            return Err("令牌还没有生效");
        }
        if self.nonce.as_deref() != Some(expected.nonce) {
            return Err("令牌不是这次登录请求的答复");
        }
        if self.sub.is_empty() || self.sub.len() > 255 {
            return Err("令牌没有写明是谁");
        }
        let claimed = match expected.claim {
            "sub" => Some(self.sub.clone()),
            claim => self
                .others
                .get(claim)
                .and_then(Json::as_str)
                .map(str::to_owned),
        };
        Ok(Person {
            subject: self.sub,
            claimed: claimed.filter(|name| !name.is_empty() && name.len() <= 255),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use p256::ecdsa::{Signature, SigningKey, signature::Signer};
    use serde_json::json;

    const NOW: i64 = 1_700_000_000;

    /// A vector of somebody else's making: RFC 7515, appendix A.3 (ES256).
    #[test]
    fn the_signature_of_the_standard_is_taken() {
        let keys = json!({"keys": [{
            "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }]});
        let keys = KeySet::read(&keys.to_string()).unwrap();
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0\
                      dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfK\
                         TUJqPP3-Kg6NU1Q";
        let signature = decoded(signature).unwrap();
        let key = &keys.keys[0];
        assert_eq!(key.verify(signed.as_bytes(), &signature), Ok(()));
        assert!(key.verify(&signed.as_bytes()[1..], &signature).is_err());
    }

    /// RFC 7515, appendix A.2 (RS256).
    #[test]
    fn the_rsa_signature_of_the_standard_is_taken() {
        let keys = json!({"keys": [{
            "kty": "RSA", "e": "AQAB",
            "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ\
                  PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0\
                  LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD\
                  Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2\
                  PAcDTW9gb54h4FRWyuXpoQ",
        }]});
        let keys = KeySet::read(&keys.to_string()).unwrap();
        let signed = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0\
                      dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-\
                         0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrn\
                         byTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi1\
                         2jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs\
                         98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        let signature = decoded(signature).unwrap();
        let key = &keys.keys[0];
        assert_eq!(key.verify(signed.as_bytes(), &signature), Ok(()));
        assert!(key.verify(&signed.as_bytes()[1..], &signature).is_err());
        // An ES256 header does not reach an RSA key.
        let header = Header {
            alg: "ES256".to_owned(),
            kid: None,
            crit: None,
        };
        assert!(keys.of(&header).is_err());
    }

    struct House {
        key: SigningKey,
        keys: KeySet,
    }

    fn house() -> House {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        let keys = json!({"keys": [
            {"kty": "oct", "kid": "s"},
            {"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig",
             "x": BASE64.encode(point.x().unwrap()), "y": BASE64.encode(point.y().unwrap())},
        ]});
        House {
            key,
            keys: KeySet::read(&keys.to_string()).unwrap(),
        }
    }

    impl House {
        fn token(&self, header: &Json, claims: &Json) -> String {
            let part = |json: &Json| BASE64.encode(json.to_string());
            let signed = format!("{}.{}", part(header), part(claims));
            let signature: Signature = self.key.sign(signed.as_bytes());
            format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
        }
        fn person(&self, token: &str) -> Result<Person, Objection> {
            let expected = Expected {
                issuer: "https://id.example",
                client_id: "yifa",
                nonce: "n1",
                now: NOW,
                claim: "preferred_username",
            };
            verified(token, &self.keys, &expected)
        }
    }

    fn header() -> Json {
        json!({"alg": "ES256", "kid": "k", "typ": "JWT"})
    }

    fn claims() -> Json {
        json!({
            "iss": "https://id.example", "sub": "7", "aud": "yifa", "nonce": "n1",
            "iat": NOW, "exp": NOW + 300, "preferred_username": "wang",
        })
    }

    #[test]
    fn the_providers_word_is_taken() {
        let house = house();
        let person = house.person(&house.token(&header(), &claims()));
        let wang = Person {
            subject: "7".to_owned(),
            claimed: Some("wang".to_owned()),
        };
        assert_eq!(person, Ok(wang));
        assert_eq!(house.keys.usable(), 1, "a shared secret is no key of ours");
    }

    #[test]
    fn whatever_is_wrong_with_a_token_it_is_refused() {
        let house = house();
        for (what, field, value) in [
            ("another issuer", "iss", json!("https://id.example/")),
            ("another audience", "aud", json!("other")),
            ("no audience of ours", "aud", json!(["a", "b"])),
            (
                "shared with others, for nobody",
                "aud",
                json!(["yifa", "b"]),
            ),
            ("for another party", "azp", json!("b")),
            ("expired", "exp", json!(NOW - 61)),
            ("an end that is a text", "exp", json!("2999999999")),
            ("no end", "exp", Json::Null),
            ("made in the future", "iat", json!(NOW + 61)),
            ("not yet good", "nbf", json!(NOW + 61)),
            ("another nonce", "nonce", json!("n2")),
            ("no nonce", "nonce", Json::Null),
            ("nobody", "sub", json!("")),
            ("a subject that is a number", "sub", json!(7)),
        ] {
            let mut claims = claims();
            claims[field] = value;
            let token = house.token(&header(), &claims);
            assert!(house.person(&token).is_err(), "{what}");
        }
    }

    #[test]
    fn only_a_key_of_the_set_signs_and_only_in_its_own_way() {
        let house = house();
        for (what, header) in [
            ("no signature", json!({"alg": "none"})),
            ("another spelling of it", json!({"alg": "None", "kid": "k"})),
            ("a shared secret", json!({"alg": "HS256", "kid": "s"})),
            ("the other way", json!({"alg": "RS256", "kid": "k"})),
            ("an unknown key", json!({"alg": "ES256", "kid": "j"})),
            (
                "an unknown extension",
                json!({"alg": "ES256", "kid": "k", "crit": ["b64"]}),
            ),
            ("no algorithm", json!({"kid": "k"})),
        ] {
            assert!(
                house.person(&house.token(&header, &claims())).is_err(),
                "{what}"
            );
        }
        // A key that the token brings along is not looked at.
        let foreign = House {
            key: SigningKey::from_slice(&[8; 32]).unwrap(),
            keys: KeySet { keys: Vec::new() },
        };
        let brought = json!({"alg": "ES256", "kid": "k", "jwk": {"kty": "EC"}});
        let token = foreign.token(&brought, &claims());
        assert_eq!(house.person(&token), Err("令牌签名不对"));
        // Without a signature, and with another payload under the old one.
        let honest = house.token(&header(), &claims());
        let (signed, signature) = honest.rsplit_once('.').unwrap();
        assert!(house.person(&format!("{signed}.")).is_err());
        assert!(house.person(signed).is_err());
        let mut other = claims();
        other["preferred_username"] = json!("admin");
        let other = house.token(&header(), &other);
        let (other, _) = other.rsplit_once('.').unwrap();
        assert_eq!(
            house.person(&format!("{other}.{signature}")),
            Err("令牌签名不对")
        );
    }
}
