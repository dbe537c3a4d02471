//! The engines that a test runs on: SQLite always, PostgreSQL where `YIFA_TEST_POSTGRES` names a
//! database (`postgres://user@host/database`, to be thrown away afterwards).
//!
//! Each test gets a schema of its own there and drops it when it has passed.

use std::cell::RefCell;
use std::io::Write as _;

use crate::Target;
use crate::store::scratch_name;

/// An engine under test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

thread_local! {
    static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) };
}

struct Server {
    address: String,
    schemas: Vec<String>,
}

/// Each of these functions as a test on each engine.
macro_rules! on_both_engines {
    ($($test:ident)*) => {
        mod on_sqlite {
            $(#[test] fn $test() { crate::tests::engines::on(crate::tests::engines::Kind::Sqlite, super::$test) })*
        }
        mod on_postgres {
            $(#[test] fn $test() { crate::tests::engines::on(crate::tests::engines::Kind::Postgres, super::$test) })*
        }
    };
}
pub(crate) use on_both_engines;

/// Run a test on an engine; where there is none, say so loudly, or fail if it is required.
pub(crate) fn on<T: std::process::Termination>(kind: Kind, test: impl FnOnce() -> T) {
    if kind == Kind::Postgres {
        let Ok(address) = std::env::var("YIFA_TEST_POSTGRES") else {
            assert!(
                std::env::var_os("YIFA_REQUIRE_POSTGRES").is_none(),
                "YIFA_TEST_POSTGRES must name a database"
            );
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: no PostgreSQL; set YIFA_TEST_POSTGRES to run this test on it"
            ));
            return;
        };
        let schemas = Vec::new();
        SERVER.set(Some(Server { address, schemas }));
    }
    let code = test().report();
    assert_eq!(
        format!("{code:?}"),
        format!("{:?}", std::process::ExitCode::SUCCESS)
    );
    if let Some(server) = SERVER.take() {
        let mut client = postgres::Client::connect(&server.address, postgres::NoTls).unwrap();
        for schema in server.schemas {
            let drop = format!(
                "SET client_min_messages = warning; DROP SCHEMA IF EXISTS {schema} CASCADE"
            );
            client.batch_execute(&drop).unwrap();
        }
    }
}

/// A place without a database in it, of the engine under test.
pub(crate) fn fresh() -> Target {
    SERVER.with_borrow_mut(|server| {
        let Some(server) = server else {
            return Target::SqliteMemory;
        };
        let schema = scratch_name();
        let target = Target::Postgres(server.address.clone()).in_schema(&schema);
        server.schemas.push(schema);
        target
    })
}
