//! A signed paper as whoever has it in hand checks it: code, record, proof.

use std::io::Write as _;
use std::path::Path;

use app::publication::paper::squares;
use serde_json::Value as Json;

use super::{ADDRESS, ECHO, open, person, with_address};
use crate::server::Server;

/// A case with a drafted decision: their ids.
fn drafted(server: &Server) -> [String; 2] {
    let case = [
        ("number", "案1"),
        ("party", "某培训机构"),
        ("filed_on", "2023-01-05"),
    ];
    let entry = open(server, "matter", &case);
    let (app, clerk) = (server.app(), person(server, "clerk"));
    let text = app.draft_text(&clerk, &entry, "decision").unwrap();
    let paper = app
        .write_paper(&clerk, &entry, "decision", None, text, "")
        .unwrap();
    [entry, paper]
}

fn sign(server: &Server, entry: &str, paper: &str) {
    let (app, clerk) = (server.app(), person(server, "clerk"));
    app.sign_paper(&clerk, entry, paper, 1, "2023-01-12".parse().unwrap())
        .unwrap();
    app.checkpoint().unwrap();
}

#[test]
fn the_pdf_of_a_signed_paper_bears_the_code_of_its_record() {
    let server = with_address(Some(Path::new(ECHO)));
    let [entry, paper] = drafted(&server);
    let file = format!("/entries/{entry}/papers/{paper}/paper.pdf");
    let mut clerk = server.signed_in("clerk");
    let order = |answer: &[u8]| -> Json { serde_json::from_slice(answer).unwrap() };
    let draft = order(&clerk.get(&file).body);
    assert_eq!(draft["kind"], "paper");
    assert!(draft.get("code").is_none(), "a draft leads nowhere");
    sign(&server, &entry, &paper);
    let answer = clerk.get(&file);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let signed = order(&answer.body);
    let address = signed["code"]["address"].as_str().unwrap();
    let drawn: Vec<Vec<bool>> = serde_json::from_value(signed["code"]["squares"].clone()).unwrap();
    assert_eq!(Some(drawn), squares(address), "the code is of this address");
    assert_eq!(signed["code"]["caption"], "扫码核验本文书");
    // Whoever scans it stands before the public record.
    let path = address.strip_prefix(ADDRESS).unwrap();
    let page = server.nobody().get(path).text();
    assert!(
        page.contains("由本机关签发") && page.contains("决定书"),
        "{page}"
    );
    // The case file is for the archive: its papers bear none.
    let filed = order(&clerk.get(&format!("/entries/{entry}/file.pdf")).body);
    assert_eq!(filed["kind"], "case_file");
    assert_eq!(filed["papers"][0]["title"], signed["title"]);
    assert!(filed["papers"][0].get("code").is_none());
}

/// Orders of the office in the hands of the page-setter itself.
#[test]
fn the_page_setter_takes_what_it_is_ordered() {
    let Some(program) = std::env::var_os("YIFA_TYPESET") else {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: papers as PDF, YIFA_TYPESET names no page-setter"
        ));
        return;
    };
    let server = with_address(Some(Path::new(&program)));
    let [entry, paper] = drafted(&server);
    sign(&server, &entry, &paper);
    let mut clerk = server.signed_in("clerk");
    for file in [format!("papers/{paper}/paper.pdf"), "file.pdf".to_owned()] {
        let answer = clerk.get(&format!("/entries/{entry}/{file}"));
        assert_eq!(answer.status, 200, "{file}: {}", answer.text());
        assert!(answer.body.starts_with(b"%PDF-"), "{file}");
    }
}

#[test]
fn the_code_of_a_paper_opens_its_record_and_its_proof() {
    let server = with_address(None);
    let [entry, paper] = drafted(&server);
    let (app, clerk) = (server.app(), person(&server, "clerk"));
    let page = format!("/portal/papers/{entry}/{paper}");
    let mut nobody = server.nobody();
    assert_eq!(
        nobody.get(&page).status,
        404,
        "a draft is nobody's business"
    );
    sign(&server, &entry, &paper);
    let shown = nobody.get(&page).text();
    assert!(
        shown.contains("由本机关签发") && shown.contains("决定书"),
        "{shown}"
    );
    assert!(!shown.contains("某培训机构"), "nothing else of the case");
    let proof = nobody.get(&format!("{page}/proof"));
    assert!(
        proof.status == 200 && proof.text().contains("c2sp.org/tlog-proof"),
        "{}",
        proof.text()
    );
    // Once the record is published, the code leads to it.
    let decision = app::publication::desk::Draft {
        source_ledger: "matter".to_owned(),
        source_entry: entry.clone(),
        origin: app::publication::desk::ORIGIN_ENTRY.to_owned(),
        ..super::draft("关于某案的决定", "决定的全文。")
    };
    let public = super::publish(&server, &decision);
    let shown = nobody.get(&page);
    assert_eq!(
        shown.links("/portal/articles/"),
        std::slice::from_ref(&public)
    );
    assert!(nobody.get(&public).text().contains("决定的全文"));
    // The code is on the print page and in the document.
    let mut browser = server.signed_in("clerk");
    let print = browser
        .get(&format!("/entries/{entry}/papers/{paper}/print"))
        .text();
    assert!(print.contains("class=\"qr\"") && print.contains("扫码核验"));
    let docx = browser
        .get(&format!("/entries/{entry}/papers/{paper}/paper.docx"))
        .body;
    let holds = |name: &str| docx.windows(name.len()).any(|w| w == name.as_bytes());
    assert!(holds("word/media/code.png"));
    // Signed anew, the page says so; declared void, too.
    let newest = app
        .case_paper(&clerk, &entry, &paper)
        .unwrap()
        .versions
        .len() as u32;
    let text = app
        .case_paper(&clerk, &entry, &paper)
        .unwrap()
        .newest()
        .unwrap()
        .text
        .clone();
    app.write_paper(
        &clerk,
        &entry,
        "decision",
        Some((&paper, newest)),
        text,
        "更正日期",
    )
    .unwrap();
    app.sign_paper(
        &clerk,
        &entry,
        &paper,
        newest + 1,
        "2023-01-12".parse().unwrap(),
    )
    .unwrap();
    assert!(nobody.get(&page).text().contains("签发后更正过"));
    let seen = app.entry(&clerk, &entry).unwrap().state.revision;
    app.void(&clerk, &entry, seen, "重复登记".to_owned())
        .unwrap();
    assert!(nobody.get(&page).text().contains("已经作废"));
}
