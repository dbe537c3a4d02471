//! What is refused before anybody has asked who sends it, in the audit trail all the same: bodies
//! beyond the limit, and addresses that climb out of their folder or break a line.
//!
//! Whoever is signed in is named; of strangers so many lines are kept in a quarter of an hour, as
//! nobody may fill the trail by asking.

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, Uri},
    middleware::Next,
    response::Response,
};
use std::net::SocketAddr;

use crate::context::{Web, cookie};

/// Why an address is none that a page of ours leads to.
fn is_odd(uri: &Uri) -> bool {
    let path = decoded(uri.path());
    let query = decoded(uri.query().unwrap_or_default());
    let climbs = path.split(['/', '\\']).any(|part| part == "..");
    climbs
        || path.contains('\\')
        || [path, query]
            .iter()
            .any(|t| t.chars().any(char::is_control))
}

/// Percent signs undone, twice: an address may be wrapped twice.
fn decoded(text: &str) -> String {
    let once = |text: &str| {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
        while let Some(byte) = bytes.get(at) {
            let code = text.get(at + 1..at + 3);
            match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
                Some(sign) if *byte == b'%' => {
                    out.push(sign);
                    at += 3;
                }
                _ => {
                    out.push(*byte);
                    at += 1;
                }
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    once(&once(text))
}

/// Writes down what was refused on the way.
pub(crate) async fn note(State(web): State<Web>, request: Request, next: Next) -> Response {
    let odd = is_odd(request.uri());
    let token = cookie(request.headers());
    let path = request.uri().path().to_owned();
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = address.map(|a| a.0.ip().to_string()).unwrap_or_default();
    let response = next.run(request).await;
    let why = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "内容超过上限",
        _ if odd => "地址不正常",
        _ => return response,
    };
    let noting = tokio::task::spawn_blocking(move || {
        let session = token.map(|token| web.app.session(&token)).transpose();
        let noted = session.and_then(|session| match session.flatten() {
            Some(session) => web.app.audit_refusal(&session.actor, &path, why),
            None => web.app.audit_stranger(&address, &path, why),
        });
        if let Err(error) = noted {
            tracing::error!(%error, "A refusal could not be noted: {error}");
        }
    });
    // What could not be noted has been said; the answer goes out either way.
    let _ = noting.await;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_climb_or_break_lines_are_odd_and_others_are_not() {
        for odd in [
            "/assets/0/../../etc/passwd",
            "/assets/0/%2e%2e/%2e%2e/etc/passwd",
            "/assets/0/..%2f..%2fetc%2fpasswd",
            "/assets/0/%252e%252e%252fetc",
            "/tile/..%5c..%5cwindows",
            "/assets/0/yifa.css%00.html",
            "/sign-in?next=%0d%0aset-cookie:%20evil=1",
        ] {
            assert!(is_odd(&odd.parse().expect("an address")), "{odd}");
        }
        for even in [
            "/",
            "/ledgers/visit?q=%E6%94%B6%E8%B4%B9...&f.number=100%25",
            "/entries/01890000-0000-7000-8000-000000000000/proof/1",
            "/assets/0/yifa.css",
            "/search?q=a%2Fb..c",
        ] {
            assert!(!is_odd(&even.parse().expect("an address")), "{even}");
        }
    }
}
