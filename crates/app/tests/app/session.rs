//! Sessions end: left alone for an hour, or after twelve hours whatever is done.

use app::{Clock, session::SignedIn};

use crate::office::{Office, office};

fn at(office: &Office, hour: i64, minute: i64) {
    let start: jiff::Timestamp = "2022-12-30T02:00:00Z".parse().unwrap();
    let clock: &Clock = &office.app.clock;
    clock.set(start + jiff::SignedDuration::from_mins(hour * 60 + minute));
}

fn sign_in(office: &Office, login: &str) -> String {
    let signed_in = office.app.sign_in(login, "correct horse", "127.0.0.1");
    match signed_in.unwrap() {
        SignedIn::Session(token) => token,
        SignedIn::Pending(_) => panic!("nobody here has a second factor"),
    }
}

#[test]
fn a_session_in_use_ends_after_twelve_hours() {
    let office = office();
    let token = sign_in(&office, "clerk");
    let is_open = || office.app.session(&token).unwrap().is_some();
    for half_hours in 1..24 {
        at(&office, 0, half_hours * 30);
        assert!(is_open(), "after {half_hours} half hours");
    }
    at(&office, 12, 0);
    assert!(!is_open());
    at(&office, 11, 59);
    assert!(!is_open(), "and does not come back");
}

#[test]
fn a_session_left_alone_ends_after_an_hour_and_no_other_with_it() {
    let office = office();
    let first = sign_in(&office, "clerk");
    at(&office, 0, 30);
    let second = sign_in(&office, "legal");
    at(&office, 1, 0);
    assert!(office.app.session(&first).unwrap().is_none());
    let session = office.app.session(&second).unwrap().unwrap();
    assert_eq!(session.actor, office.legal);
    office.app.sign_out(&second).unwrap();
    assert!(office.app.session(&second).unwrap().is_none());
}

#[test]
fn another_token_opens_nothing() {
    let office = office();
    let token = sign_in(&office, "clerk");
    for wrong in [
        "",
        "0",
        &token[1..],
        &token.to_uppercase(),
        &format!("{token} "),
    ] {
        assert!(office.app.session(wrong).unwrap().is_none(), "{wrong:?}");
    }
}
