//! A server that wants its visitors encrypted: `.ci/postgres` starts one of the name "localhost",
//! with an authority of its own, and one visitor who may come encrypted and with a password only.

use crate::engine::Role;
use crate::sql::args;
use crate::store::connect;
use crate::{StoreError, Target};
use std::io::Write as _;

/// The address without parameters, the file of its authority, that of another one.
fn server() -> Option<[String; 3]> {
    let named = |name| std::env::var(name).ok();
    let found = named("YIFA_TEST_POSTGRES_TLS")
        .zip(named("YIFA_TEST_POSTGRES_CA"))
        .zip(named("YIFA_TEST_POSTGRES_OTHER_CA"));
    assert!(
        found.is_some() || std::env::var_os("YIFA_REQUIRE_POSTGRES").is_none(),
        "YIFA_TEST_POSTGRES_TLS must name a server that speaks TLS"
    );
    if found.is_none() {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: no PostgreSQL that speaks TLS; .ci/postgres starts one"
        ));
    }
    found.map(|((address, own), other)| [address, own, other])
}

/// Whether the server says that the connection is encrypted.
fn is_encrypted(address: &str) -> Result<bool, StoreError> {
    const ASK: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND $1 = 1";
    let db = connect(&Target::Postgres(address.to_owned()), Role::Reader)?;
    db.begin(Role::Reader)?;
    let said = db.query_one(ASK, &args![1_i64], |row| row.int(0))?;
    db.roll_back();
    Ok(said == Some(1))
}

#[test]
fn whoever_asks_for_encryption_gets_it() {
    let Some([address, own, _]) = server() else {
        return;
    };
    for asked in [
        "sslmode=require".to_owned(),
        format!("sslmode=require&sslrootcert={own}"),
        format!("sslmode=verify-ca&sslrootcert={own}"),
        format!("sslmode=verify-full&sslrootcert={own}"),
    ] {
        assert!(
            is_encrypted(&format!("{address}?{asked}")).unwrap(),
            "{asked}"
        );
    }
}

#[test]
fn a_server_that_is_not_the_one_asked_for_is_refused() {
    let Some([address, own, other]) = server() else {
        return;
    };
    let refused = |address: &str| {
        let refusal = is_encrypted(address).unwrap_err();
        assert!(
            matches!(refusal, StoreError::Unreachable { .. }),
            "{address}: {refusal:?}"
        );
        refusal.to_string()
    };
    // Another authority; another name; nobody encrypts for somebody who may not come otherwise.
    refused(&format!(
        "{address}?sslmode=verify-full&sslrootcert={other}"
    ));
    refused(&format!("{address}?sslmode=require&sslrootcert={other}"));
    let by_number = address.replace("@localhost:", "@127.0.0.1:");
    refused(&format!(
        "{by_number}?sslmode=verify-full&sslrootcert={own}"
    ));
    refused(&address);
}
