#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use catalogue::{Files, load};
use proof::note::SigningKey;

use super::*;
use crate::{
    Chance, Clock, Target,
    organ::{AccountSetup, OrganSetup},
};

fn office() -> App {
    let mut files = Files::new("catalogue/");
    for name in [
        "modules.toml",
        "sections.toml",
        "roles.toml",
        "statutes.toml",
    ] {
        let path = format!("{}/../../catalogue/{name}", env!("CARGO_MANIFEST_DIR"));
        files.add(name.to_owned(), std::fs::read_to_string(path).unwrap());
    }
    let (catalogue, _) = load(&files, None);
    let key = SigningKey::from_seed("yifa.example/log", &[7; 32]).unwrap();
    let clock = Clock::simulated("2023-01-12T09:00:00+08:00".parse().unwrap());
    let store = crate::open_store(&Target::scratch()).unwrap();
    let key = Arc::new(key);
    let app = App::new(store, Arc::new(catalogue), clock, Chance::seeded(7), key).unwrap();
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "test".to_owned(),
        name: "测试市教育局".to_owned(),
        short_name: "测试教育".to_owned(),
        document_name: "测教".to_owned(),
        districts: Vec::new(),
        sections: vec![("office".to_owned(), "办公室".to_owned())],
        accounts: vec![AccountSetup {
            login: "clerk".to_owned(),
            name: "名clerk".to_owned(),
            post: "科员".to_owned(),
            section: "office".to_owned(),
            roles: "clerk section_head".to_owned(),
            password: "correct horse".to_owned(),
        }],
    })
    .unwrap();
    app
}

/// The account as it was read before the password was hashed, with a failure to be forgotten.
fn looked_at(app: &App) -> AccountRow {
    let row = app.store.read(|db| db.account_by_login("clerk"));
    let row = AccountRow {
        failed_count: 1,
        ..row.unwrap().unwrap()
    };
    let put = app
        .store
        .write(|db| db.put_accounts(std::slice::from_ref(&row)));
    put.unwrap();
    row
}

fn put(app: &App, row: AccountRow) {
    app.store.write(|db| db.put_accounts(&[row])).unwrap();
}

#[test]
fn signing_in_undoes_nothing_that_was_done_to_the_account_meanwhile() {
    let app = office();
    let before = looked_at(&app);
    let revoked = AccountRow {
        roles: "clerk".to_owned(),
        ..before.clone()
    };
    put(&app, revoked.clone());
    app.begin(&before, "127.0.0.1", app.clock.now()).unwrap();
    let now = app.store.read(|db| db.account_by_login("clerk"));
    let now = now.unwrap().unwrap();
    assert_eq!(now.roles, "clerk", "the role that was taken back stays so");
    assert_eq!(now.failed_count, 0);

    let closed = AccountRow {
        state: "closed".to_owned(),
        ..revoked.clone()
    };
    let new_password = AccountRow {
        password_hash: hash_password("Another-1-horse", &app.chance).unwrap(),
        ..revoked
    };
    for changed in [closed, new_password] {
        put(&app, changed.clone());
        let begun = app.begin(&before, "127.0.0.1", app.clock.now());
        assert!(matches!(begun, Err(AppError::Input(_))));
        let now = app.store.read(|db| db.account_by_login("clerk"));
        assert_eq!(now.unwrap().unwrap(), changed);
    }
}
