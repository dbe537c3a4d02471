//! Who is at the other end: behind a proxy not the proxy, but whoever it says.
//!
//! Sign-in, the portal's limits and the audit trail count by address. Behind a reverse proxy every
//! connection comes from the proxy, so that a hundred wrong passwords of one stranger would lock
//! everybody out. The proxies that are named (`--trusted-proxy`) are believed, and nobody else: the
//! client is the last address of `X-Forwarded-For` that is none of theirs. What stands further to
//! the left was written by the client.
//!
//! This is the one place: it replaces the address of the connection, and whoever asks for that gets
//! the client's.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};

use crate::context::Web;

/// Header in which proxies say for whom they ask.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client behind a connection.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer.to_canonical()) {
        return peer;
    }
    let lines = headers.get_all(FORWARDED_FOR).iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let hops = lines.iter().flat_map(|line| line.split(','));
    let hops: Vec<Option<IpAddr>> = hops.map(|hop| address(hop.trim())).collect();
    for hop in hops.into_iter().rev() {
        match hop {
            Some(hop) if trusted.contains(&hop) => {}
            Some(hop) => return hop,
            // What is no address was not written by a proxy of ours.
            None => return peer,
        }
    }
    peer
}

/// An address as proxies write it: with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse::<IpAddr>().ok();
    let ip = ip.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    ip.map(|ip| ip.to_canonical())
}

/// Puts the client's address in the place of the connection's.
pub(crate) async fn known(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    static TOLD: Once = Once::new();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer.copied() {
        let trusted = &web.trusted_proxies;
        let client = client(peer.ip(), request.headers(), trusted);
        let says = request.headers().contains_key(FORWARDED_FOR);
        if says && !trusted.contains(&peer.ip().to_canonical()) {
            TOLD.call_once(|| {
                let peer = peer.ip();
                tracing::warn!(
                    %peer,
                    "{peer} forwards for others and is not named by --trusted-proxy: all behind it \
                     count as one address"
                );
            });
        }
        let client = SocketAddr::new(client, peer.port());
        request.extensions_mut().insert(ConnectInfo(client));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_named_proxy_says_who_the_client_is() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        for (peer, lines, expected) in [
            ("10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", vec!["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", vec!["[2001:db8::1]:4711"], "2001:db8::1"),
            // What the client wrote itself stands to the left.
            ("10.0.0.1", vec!["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
            (
                "10.0.0.1",
                vec!["198.51.100.7", "203.0.113.9"],
                "203.0.113.9",
            ),
            (
                "10.0.0.1",
                vec!["198.51.100.7, 203.0.113.9, 10.0.0.2"],
                "203.0.113.9",
            ),
            ("10.0.0.1", vec!["203.0.113.9, nonsense"], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["10.0.0.2"], "10.0.0.1"),
            ("192.0.2.5", vec!["203.0.113.9"], "192.0.2.5"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(FORWARDED_FOR, line.parse().expect("a header"));
            }
            let found = client(ip(peer), &headers, &trusted);
            assert_eq!(found, ip(expected), "{peer} {lines:?}");
        }
    }
}
