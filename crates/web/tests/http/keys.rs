//! Security keys over HTTP, by a key made of software: what a browser would bring back, and what
//! somebody else would.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use sha2::{Digest, Sha256};

use crate::{
    browser::Browser,
    server::{PASSWORD, Server},
};

/// A key of software. Its counter goes up each time, as a real one's does.
struct Key {
    secret: SigningKey,
    id: [u8; 16],
    counter: u32,
}

impl Key {
    fn new(seed: u8) -> Self {
        Self {
            secret: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: [seed; 16],
            counter: 0,
        }
    }

    fn head(&mut self, flags: u8) -> Vec<u8> {
        self.counter += 1;
        let site = Sha256::digest(b"127.0.0.1");
        [site.as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn attestation(&mut self) -> String {
        let point = self.secret.verifying_key().to_sec1_point(false);
        let point = point.as_bytes();
        let mut data = self.head(0x41);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        data.extend(*b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend(&point[1..33]);
        data.extend(*b"\x22\x58\x20");
        data.extend(&point[33..65]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        BASE64.encode(object)
    }

    /// What the key and the browser answer to a challenge: client data, key data, signature.
    fn answer(&mut self, challenge: &str, origin: &str) -> [String; 3] {
        let client = client("get", challenge, origin);
        let data = self.head(0x01);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature: Signature = self.secret.sign(&signed);
        [client, data, signature.to_der().as_bytes().to_vec()].map(|part| BASE64.encode(part))
    }

    fn id(&self) -> String {
        BASE64.encode(self.id)
    }
}

const HERE: &str = "https://127.0.0.1";

fn client(kind: &str, challenge: &str, origin: &str) -> Vec<u8> {
    format!(r#"{{"type":"webauthn.{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
        .into_bytes()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split(after).next().unwrap()
}

/// Registers a key; the page that comes back.
fn register(person: &mut Browser, key: &mut Key, password: &str) -> (u16, String) {
    let page = person.get("/me/security-keys").text();
    let challenge = between(&page, "data-challenge=\"", "\"");
    assert!(page.contains("data-site=\"127.0.0.1\""), "{page}");
    let fields = [
        ("token", between(&page, "name=\"token\" value=\"", "\"")),
        ("name", "蓝色的"),
        ("password", password),
        (
            "client_data",
            &BASE64.encode(client("create", challenge, HERE)),
        ),
        ("attestation", &key.attestation()),
    ];
    let answer = person.post("/me/security-keys", &fields);
    (answer.status, answer.text())
}

/// The password was right: what waits, and the challenge for the key.
fn begin(server: &Server, login: &str) -> (String, String) {
    let fields = [("login", login), ("password", PASSWORD)];
    let answer = server.nobody().post("/sign-in", &fields);
    assert_eq!(answer.status, 200, "the password alone is not enough");
    assert!(answer.header("set-cookie").is_none());
    let page = answer.text();
    let pending = between(&page, "name=\"pending\" value=\"", "\"").to_owned();
    (
        pending,
        between(&page, "data-challenge=\"", "\"").to_owned(),
    )
}

fn finish(server: &Server, pending: &str, id: &str, answer: &[String; 3]) -> (u16, Browser) {
    let [client, data, signature] = answer;
    let fields = [
        ("pending", pending),
        ("key_id", id),
        ("client_data", client),
        ("key_data", data),
        ("signature", signature),
    ];
    let mut browser = server.nobody();
    let status = browser.post("/sign-in/key", &fields).status;
    (status, browser)
}

#[test]
fn a_security_key_finishes_a_sign_in_and_nothing_else_does() {
    let server = Server::start();
    let mut clerk = server.signed_in("clerk");
    let mut key = Key::new(1);
    assert_eq!(
        register(&mut clerk, &mut key, "wrong").0,
        422,
        "the password is asked for again"
    );
    let (status, codes) = register(&mut clerk, &mut key, PASSWORD);
    assert_eq!(status, 200, "{codes}");
    let recovery = between(&codes, "<li><code>", "</code>").to_owned();
    assert_eq!(
        register(&mut clerk, &mut key, PASSWORD).0,
        422,
        "the same key twice"
    );
    assert!(clerk.get("/me").text().contains("1 把"));

    let (pending, challenge) = begin(&server, "clerk");
    let answer = key.answer(&challenge, HERE);
    let (status, mut entered) = finish(&server, &pending, &key.id(), &answer);
    assert_eq!(status, 303);
    assert_eq!(entered.get("/ledgers/visit").status, 200);
    assert_eq!(finish(&server, &pending, &key.id(), &answer).0, 422, "once");

    // An answer of before, of another site, by another key, or by a copy that counts behind.
    let (pending, challenge) = begin(&server, "clerk");
    assert_eq!(
        finish(&server, &pending, &key.id(), &answer).0,
        422,
        "replayed"
    );
    let elsewhere = key.answer(&challenge, "https://evil.example");
    assert_eq!(finish(&server, &pending, &key.id(), &elsewhere).0, 422);
    let foreign = Key::new(2).answer(&challenge, HERE);
    assert_eq!(finish(&server, &pending, &key.id(), &foreign).0, 422);
    let mut copy = Key {
        counter: 1,
        ..Key::new(1)
    };
    let copied = copy.answer(&challenge, HERE);
    assert_eq!(finish(&server, &pending, &key.id(), &copied).0, 422);
    let trail = server.signed_in("auditor").get("/admin/audit").text();
    for why in [
        "不是对这次质询的回答",
        "不是在本网站上操作的",
        "签名不成立",
        "可能被复制",
    ] {
        assert!(trail.contains(why), "{why} is in the trail");
    }
    // The key is lost: a recovery code, once.
    server
        .clock
        .set("2023-01-12T09:20:00+08:00".parse().unwrap());
    let (pending, _) = begin(&server, "clerk");
    let code = [("pending", &*pending), ("code", &*recovery)];
    assert_eq!(server.nobody().post("/sign-in/code", &code).status, 303);
    assert!(server.verify().is_clean());
}

#[test]
fn a_key_counts_where_a_second_factor_is_asked_and_is_given_up_with_the_password() {
    let server = Server::start();
    let mut security = server.signed_in("secadmin");
    let token = security.get("/admin/roles").token().unwrap();
    let all = [("token", &*token), ("of", "all")];
    assert_eq!(security.post("/admin/second-factor", &all).status, 303);
    let mut clerk = server.signed_in("clerk");
    let sent = clerk.get("/ledgers");
    assert_eq!(sent.header("location"), Some("/me/second-factor"));
    let mut key = Key::new(3);
    assert_eq!(register(&mut clerk, &mut key, PASSWORD).0, 200);
    assert_eq!(clerk.get("/ledgers").status, 200, "the key is enough");

    let remove = |clerk: &mut Browser, password: &str| {
        let token = clerk.get("/me/security-keys").token().unwrap();
        let id = key.id();
        let fields = [("token", &*token), ("key", &*id), ("password", password)];
        clerk.post("/me/security-keys/remove", &fields).status
    };
    assert_eq!(
        remove(&mut clerk, PASSWORD),
        422,
        "the last factor of somebody who must have one"
    );
    let token = security.get("/me/second-factor").token();
    assert!(
        token.is_some(),
        "the security administrator must set one up as well"
    );
    let other = server.app().actor_by_login("clerk").unwrap().unwrap();
    server
        .app()
        .ask_second_factor(&app::Actor::system(&other.organ), "none")
        .unwrap();
    assert_eq!(remove(&mut clerk, "wrong"), 422);
    assert_eq!(remove(&mut clerk, PASSWORD), 303);
    let fields = [("login", "clerk"), ("password", PASSWORD)];
    assert_eq!(server.nobody().post("/sign-in", &fields).status, 303);
}
