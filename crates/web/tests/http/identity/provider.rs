//! A small identity provider on a port of this machine: discovery, keys, and codes for tokens. It is
//! as strict as a good one, and lies when a test tells it to.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// What we are called there, and what we prove it with.
pub const CLIENT: [&str; 2] = ["yifa", "a secret: of +2"];

/// How it signs.
#[derive(Clone, Copy, PartialEq)]
pub enum Signs {
    /// With a key on P-256.
    Es256,
    /// With an RSA key.
    Rs256,
    /// With a key that it does not publish, under the name of one that it does.
    Foreign,
    /// Not at all.
    Not,
}

type Twist = Box<dyn Fn(&mut Json, &mut Json) + Send>;

struct Behaviour {
    signs: Signs,
    twist: Twist,
    discovery: Json,
    codes: HashMap<String, Code>,
}

struct Code {
    used: bool,
    asked: HashMap<String, String>,
    claims: Json,
}

/// The provider.
#[derive(Clone)]
pub struct Provider {
    /// What it calls itself.
    pub issuer: String,
    inner: Arc<Mutex<Behaviour>>,
}

fn part(json: &Json) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn ec_key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

fn rsa_key() -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(include_bytes!("provider.pk8")).unwrap()
}

fn key_set() -> Json {
    let point = ec_key(7).verifying_key().to_sec1_point(false);
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let rsa = RsaPublicKeyComponents::<Vec<u8>>::from(rsa_key().public());
    json!({"keys": [
        {"kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "alg": "ES256",
         "x": number(point.x().unwrap()), "y": number(point.y().unwrap())},
        {"kty": "RSA", "kid": "rsa", "use": "sig",
         "n": number(&rsa.n), "e": number(&rsa.e)},
    ]})
}

fn pairs(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

impl Provider {
    /// Starts one.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize?realm=bureau"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "end_session_endpoint": format!("{issuer}/leave"),
        });
        let provider = Self {
            issuer,
            inner: Arc::new(Mutex::new(Behaviour {
                signs: Signs::Es256,
                twist: Box::new(|_, _| ()),
                discovery,
                codes: HashMap::new(),
            })),
        };
        let answering = provider.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answering.answer(stream);
            }
        });
        provider
    }

    /// Signs in another way from now on.
    pub fn sign(&self, signs: Signs) {
        self.inner.lock().unwrap().signs = signs;
    }

    /// Changes header and claims of every token from now on.
    pub fn twist(&self, twist: impl Fn(&mut Json, &mut Json) + Send + 'static) {
        self.inner.lock().unwrap().twist = Box::new(twist);
    }

    /// Says something else about itself from now on.
    pub fn says(&self, name: &str, value: Json) {
        self.inner.lock().unwrap().discovery[name] = value;
    }

    /// Somebody signs in there and agrees; the query that the browser is sent back with.
    pub fn agrees(&self, location: &str, subject: &str, login: &str, now: i64) -> String {
        let (endpoint, query) = location.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{}/authorize", self.issuer));
        let asked = pairs(query);
        let said = |name: &str| asked.get(name).map(String::as_str);
        assert_eq!(
            said("realm"),
            Some("bureau"),
            "the endpoint's own query is kept"
        );
        assert_eq!(said("response_type"), Some("code"));
        assert_eq!(said("client_id"), Some(CLIENT[0]));
        assert_eq!(said("code_challenge_method"), Some("S256"));
        assert_eq!(said("scope"), Some("openid profile"));
        let mut inner = self.inner.lock().unwrap();
        let code = format!("code-{}", inner.codes.len());
        let claims = json!({
            "iss": self.issuer, "sub": subject, "aud": CLIENT[0], "nonce": said("nonce"),
            "iat": now, "exp": now + 300, "preferred_username": login,
        });
        let state = said("state").unwrap().to_owned();
        let kept = Code {
            used: false,
            asked,
            claims,
        };
        inner.codes.insert(code.clone(), kept);
        form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &state)
            .finish()
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        let _ = reader.read_line(&mut line);
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let (mut length, mut authorization) = (0, String::new());
        loop {
            let mut line = String::new();
            let _ = reader.read_line(&mut line);
            let Some((name, value)) = line.trim().split_once(':') else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "authorization" => authorization = value.trim().to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        let _ = reader.read_exact(&mut body);
        let (status, answer) = match path.as_str() {
            "/.well-known/openid-configuration" => {
                (200, self.inner.lock().unwrap().discovery.clone())
            }
            "/keys" => (200, key_set()),
            "/token" => self.token(&authorization, &String::from_utf8_lossy(&body)),
            _ => (404, json!({})),
        };
        let answer = answer.to_string();
        let _ = write!(
            stream,
            "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{answer}",
            answer.len()
        );
    }

    /// A code for a token: once, for who asked for it, who knows the verifier, at the same address.
    fn token(&self, authorization: &str, form: &str) -> (u16, Json) {
        let form = pairs(form);
        let said = |name: &str| form.get(name).map_or("", String::as_str);
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = STANDARD.encode(format!("{}:{}", encode(CLIENT[0]), encode(CLIENT[1])));
        let in_form = [said("client_id"), said("client_secret")] == CLIENT;
        let mut inner = self.inner.lock().unwrap();
        let posts =
            inner.discovery["token_endpoint_auth_methods_supported"][0] == "client_secret_post";
        let known = match posts {
            true => in_form,
            false => authorization == format!("Basic {basic}"),
        };
        if !known {
            return (401, json!({"error": "invalid_client"}));
        }
        let refused = (400, json!({"error": "invalid_grant"}));
        let Some(code) = inner.codes.get_mut(said("code")) else {
            return refused;
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(said("code_verifier").as_bytes()));
        let first = !std::mem::replace(&mut code.used, true);
        let same = code.asked["redirect_uri"] == said("redirect_uri");
        if !first || !same || code.asked["code_challenge"] != challenge {
            return refused;
        }
        let mut claims = code.claims.clone();
        let signs = inner.signs;
        let mut header = match signs {
            Signs::Rs256 => json!({"alg": "RS256", "kid": "rsa"}),
            Signs::Es256 | Signs::Foreign => json!({"alg": "ES256", "kid": "ec"}),
            Signs::Not => json!({"alg": "none"}),
        };
        (inner.twist)(&mut header, &mut claims);
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = match signs {
            Signs::Rs256 => {
                let key = rsa_key();
                let mut signature = vec![0; key.public().modulus_len()];
                let random = ring::rand::SystemRandom::new();
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &random,
                    signed.as_bytes(),
                    &mut signature,
                )
                .unwrap();
                signature
            }
            Signs::Not => Vec::new(),
            Signs::Es256 | Signs::Foreign => {
                let key = ec_key(if signs == Signs::Foreign { 8 } else { 7 });
                let signature: Signature = key.sign(signed.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        (
            200,
            json!({"token_type": "Bearer", "access_token": "x", "id_token": token}),
        )
    }
}
