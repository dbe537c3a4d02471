//! `yifa serve --portal-only`: a process of its own that reads, takes in and knows no workbench.

use sha2::{Digest, Sha256};

use crate::{
    browser::Browser,
    program::{Server, copy, over, yifa},
};

/// The number that the browser's script would look for, so that nobody has to wait.
fn work(ticket: &str) -> String {
    let fits = |nonce: &u32| {
        let hash = Sha256::digest(format!("{ticket}{nonce}").as_bytes());
        hash[..2] == [0, 0]
    };
    (0..).find(fits).unwrap().to_string()
}

fn fact(page: &str, name: &str) -> String {
    let rest = page.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap();
    rest.split("</dd>").next().unwrap().trim().to_owned()
}

#[test]
fn the_portal_alone_takes_in_and_keeps_what_it_has_acknowledged_when_killed() {
    let folder = copy();
    let data = folder.path().to_str().unwrap();
    let alone = ["serve", "--portal-only", "--data", data];
    let server = Server::start(&alone);
    let mut citizen = Browser::new(server.address);
    assert_eq!(citizen.get("/portal").status, 200);
    for closed in ["/sign-in", "/ledgers", "/publishing", "/received"] {
        assert_eq!(citizen.get(closed).status, 404, "{closed}");
    }
    let form = "/portal/ask/consultation";
    let token = citizen.get(form).token().unwrap();
    let work = work(&token);
    let sent = [
        ("token", token.as_str()),
        ("work", &work),
        ("step", "2"),
        ("content", "转学怎么办？"),
    ];
    let taken = citizen.post(form, &sent);
    assert_eq!(taken.status, 200, "{}", taken.text());
    let (receipt, code) = (
        fact(&taken.text(), "回执编号"),
        fact(&taken.text(), "查询码"),
    );
    // Killed as hard as a process can be, and started again over the same folder.
    drop(server);
    let server = Server::start(&alone);
    let mut citizen = Browser::new(server.address);
    let asked = [("receipt", receipt.as_str()), ("code", code.as_str())];
    let status = citizen.post("/portal/status", &asked).text();
    assert!(
        status.contains("转学怎么办") && status.contains("等待工作人员登记"),
        "{status}"
    );
    drop(server);
    // It has written nothing into the office's log.
    let verified = yifa(&over(&["log", "verify"], folder.path()));
    assert_eq!(verified.code, 0, "{verified:?}");
}
