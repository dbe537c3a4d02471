//! Secrets at rest: neither the file, nor what lies beside it, nor a backup gives them away; and
//! without the key nothing else is lost.

use std::sync::Arc;

use app::{AppError, Files, identity::IdentityProvider, sealing::SecretKey, session::SignedIn};
use hmac::{Hmac, KeyInit, Mac};

use crate::office::{Office, app_over, office_in_a_file};

const SEED: &str = "0123456789abcdef0123456789abcdef01234567";
const CLIENT_SECRET: &str = "the-client-secret-of-the-house";
const PASSWORD: &str = "correct horse";

fn key() -> SecretKey {
    let text = format!("yifa-secret-key:1:{}", "A".repeat(43));
    SecretKey::parse(&text).expect("a key")
}

/// The code that an authenticator shows, so many seconds from now (RFC 6238).
fn code(office: &Office, seconds: i64) -> String {
    let step = (office.app.clock.now().as_second() + seconds) / 30;
    let seed = hex::decode(SEED).unwrap();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&seed).unwrap();
    mac.update(&u64::try_from(step).unwrap().to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    let four: [u8; 4] = hash[at..at + 4].try_into().unwrap();
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    )
}

fn provider() -> IdentityProvider {
    IdentityProvider {
        name: "统一身份认证".to_owned(),
        issuer: "https://id.example".to_owned(),
        client_id: "yifa".to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        site: "https://yifa.example".to_owned(),
        ..IdentityProvider::default()
    }
}

/// An office whose clerk has dynamic codes, and which has an identity provider and a feed.
fn furnished() -> (Office, Vec<String>) {
    let mut office = office_in_a_file();
    office.app = office.app.clone().with_secret_key(key());
    let app = &office.app;
    let codes = app
        .set_second_factor(&office.clerk, PASSWORD, SEED, &code(&office, 0))
        .expect("it is set up");
    let security = app::Actor::system("o");
    app.set_identity_provider(&security, &provider())
        .expect("it is set up");
    app.feed_token(&office.clerk).expect("a feed");
    (office, codes)
}

fn backup(office: &Office) -> Vec<u8> {
    let store = app::open_store(&office.target).expect("it opens");
    let mut bytes = Vec::new();
    let written = store.hand_over(&Files::memory(), &mut bytes);
    written.expect("it is written");
    bytes
}

/// Everything in the folder of the database, and a backup.
fn at_rest(office: &Office) -> Vec<(String, Vec<u8>)> {
    let folder = office.database.parent().unwrap();
    let mut found = vec![("backup".to_owned(), backup(office))];
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

fn assert_hidden(office: &Office, secrets: &[&str]) {
    let places = at_rest(office);
    assert!(places.len() >= 2, "the file and the backup");
    let seed = hex::decode(SEED).unwrap();
    for (place, bytes) in &places {
        for secret in secrets {
            assert!(!holds(bytes, secret.as_bytes()), "{secret} lies in {place}");
        }
        assert!(!holds(bytes, &seed), "the seed lies in {place}");
    }
    // The search finds what is there.
    assert!(holds(&places[0].1, b"https://id.example"));
}

fn pending(office: &Office, login: &str) -> String {
    match office.app.sign_in(login, PASSWORD, "127.0.0.1").unwrap() {
        SignedIn::Pending(token) => token,
        SignedIn::Session(_) => panic!("the password alone is not enough"),
    }
}

fn rows(office: &Office, sql: &str) {
    let file = rusqlite::Connection::open(&office.database).unwrap();
    assert!(file.execute(sql, []).expect(sql) > 0);
}

fn feed_secret(office: &Office) -> String {
    let file = rusqlite::Connection::open(&office.database).unwrap();
    let sql = "SELECT value FROM meta WHERE key = 'feed-secret'";
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn no_secret_lies_in_the_file_or_in_a_backup() {
    let (office, recovery) = furnished();
    assert_hidden(&office, &[SEED, CLIENT_SECRET, &recovery[0]]);
    assert!(feed_secret(&office).starts_with("sealed:"));
    // And all of it works.
    let waiting = pending(&office, "clerk");
    let signed_in = office
        .app
        .second_step(&waiting, &code(&office, 30), "127.0.0.1");
    assert!(signed_in.is_ok(), "{signed_in:?}");
    assert!(office.app.seal_secrets().unwrap().is_empty());
}

#[test]
fn what_an_earlier_version_wrote_is_sealed_at_the_first_start_and_leaves_no_trace() {
    let (office, _) = furnished();
    let feed = "f00d".repeat(16);
    rows(
        &office,
        &format!("UPDATE credential SET second_factor = '{SEED}'"),
    );
    rows(
        &office,
        &format!("UPDATE identity_provider SET client_secret = '{CLIENT_SECRET}'"),
    );
    rows(
        &office,
        &format!("UPDATE meta SET value = '{feed}' WHERE key = 'feed-secret'"),
    );
    let lies_open = |secret: &str| {
        let places = at_rest(&office);
        places
            .iter()
            .any(|(_, bytes)| holds(bytes, secret.as_bytes()))
    };
    assert!(lies_open(SEED) && lies_open(CLIENT_SECRET) && lies_open(&feed));
    assert!(office.app.seal_secrets().unwrap().is_empty());
    assert_hidden(&office, &[SEED, CLIENT_SECRET, &feed]);
    let waiting = pending(&office, "clerk");
    let signed_in = office
        .app
        .second_step(&waiting, &code(&office, 30), "127.0.0.1");
    assert!(signed_in.is_ok(), "{signed_in:?}");
    let provider = office.app.identity_provider(&app::Actor::system("o"));
    assert!(provider.unwrap().unwrap().has_secret);
}

#[test]
fn a_secret_that_was_moved_or_written_behind_our_back_does_not_count() {
    let (office, _) = furnished();
    // The clerk's seed under the legal officer's name; then one that somebody made up.
    let moved = "INSERT OR REPLACE INTO credential
        SELECT organ_id, (SELECT account_id FROM account WHERE login = 'legal'), unit_id,
        must_change, one_time_until, changed_at, former_hashes, second_factor, 0, ''
        FROM credential WHERE second_factor IS NOT NULL";
    let made_up = format!(
        "UPDATE credential SET second_factor = '{SEED}' WHERE account_id =
        (SELECT account_id FROM account WHERE login = 'legal')"
    );
    for sql in [moved, &made_up] {
        rows(&office, sql);
        let waiting = pending(&office, "legal");
        let tried = office
            .app
            .second_step(&waiting, &code(&office, 30), "127.0.0.1");
        let refused = matches!(&tried, Err(AppError::Input(words)) if words.contains("恢复码"));
        assert!(refused, "{tried:?}");
    }
}

#[test]
fn without_the_key_only_the_second_factors_are_set_up_anew() {
    let (mut office, recovery) = furnished();
    office.import(&[["1", "2022-12-01", "收费", "东山区", ""]]);
    office.app.checkpoint().unwrap();
    let bytes = backup(&office);
    let target = app::Target::SqliteFile(office.database.with_file_name("there.db"));
    let (store, _) =
        app::handover::take_over(&target, &Files::memory(), &bytes[..], &mut |_, _| Ok(()))
            .expect("it is whole");
    // Its own new key: the old one was not brought along.
    let there = app_over(store);
    let lost = there.seal_secrets().unwrap();
    assert_eq!(lost.codes, ["clerk"]);
    assert_eq!(lost.providers, ["云川市教育局"]);
    assert!(lost.feeds);
    let words = lost.words("data/secret.key").join("\n");
    for part in ["secret.key", "恢复码", "客户端密钥", "没有丢失"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let report = there.clone().settle_in(|_, _| ()).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    let clerk = there.actor_by_login("clerk").unwrap().unwrap();
    assert_eq!(there.search(&clerk, "收费").unwrap().len(), 1);
    // The password alone still opens nothing; a recovery code does, and so does the key.
    let there = {
        office.app = there;
        office
    };
    let refused = there
        .app
        .second_step(&pending(&there, "clerk"), &code(&there, 30), "127.0.0.1");
    let words = refused.unwrap_err().to_string();
    assert!(
        words.contains("恢复码") && words.contains("系统管理员"),
        "{words}"
    );
    assert!(there.app.sign_in_providers().unwrap().is_empty());
    let with_key = Arc::new(there.app.clone().with_secret_key(key()));
    assert!(with_key.seal_secrets().unwrap().codes.is_empty());
    let waiting = pending(&there, "clerk");
    let signed_in = there.app.second_step(&waiting, &recovery[0], "127.0.0.1");
    assert!(signed_in.is_ok(), "{signed_in:?}");
    // Set up anew, it is as before.
    there
        .app
        .set_second_factor(&there.clerk, PASSWORD, SEED, &code(&there, 30))
        .unwrap();
    assert!(there.app.seal_secrets().unwrap().codes.is_empty());
}

#[test]
fn what_is_erased_is_gone_from_the_file_and_from_what_lies_beside_it() {
    let office = office_in_a_file();
    let fields = [
        ("number", "1"),
        ("received_on", "2022-12-01"),
        ("matter", "收费"),
        ("caller", "欧阳修远"),
    ];
    let new = app::entry::NewEntry {
        happened_on: "2022-12-01".parse().unwrap(),
        fields: fields
            .into_iter()
            .map(|(id, value)| (id.to_owned(), value.into()))
            .collect(),
    };
    let entry = office.app.open(&office.clerk, "complaint", new).unwrap();
    let lies = || {
        let places = at_rest(&office).into_iter();
        let held = places.filter(|(_, bytes)| holds(bytes, "欧阳修远".as_bytes()));
        held.map(|(place, _)| place).collect::<Vec<_>>()
    };
    assert!(lies().len() >= 2, "in the backup and on the disk");
    let erased = office.app.erase(
        &office.legal,
        &entry,
        &["caller".to_owned()],
        "本人请求删除",
    );
    assert_eq!(erased.unwrap(), 1);
    while office.app.index_search(100).unwrap() > 0 {}
    assert_eq!(lies(), Vec::<String>::new());
    let report = office.app.verify_log(|_, _| {}).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}
