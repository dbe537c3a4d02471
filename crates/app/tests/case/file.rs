//! The case file: all papers in order, originals with their hashes, 200 pages.

use std::io::Write as _;
use std::io::{Cursor, Read};

use app::kept::{
    paper::{Block, Kind, PaperText},
    process::Said,
};

use crate::office::{Office, jpeg, photo, text};

fn full(office: &Office, papers: usize) -> String {
    let case = office.files_case("案1");
    let (app, who) = (&office.app, &office.officer);
    let today = app.clock.today();
    for n in 0..papers {
        let paragraph = |at: usize| Block {
            kind: Kind::Body,
            text: format!(
                "第{n}份第{at}段。{}",
                "当事人未取得办学许可证，面向中小学生开展学科类培训。".repeat(6)
            ),
        };
        let text = PaperText {
            blocks: (0..18).map(paragraph).collect(),
            ..text("")
        };
        let document = if n % 2 == 0 { "notice" } else { "decision" };
        let paper = app
            .write_paper(who, &case, document, None, text, "")
            .unwrap();
        app.sign_paper(who, &case, &paper, 1, today).unwrap();
    }
    app.add_evidence(who, &case, photo(), &jpeg(1)).unwrap();
    let said = Said {
        step: "现场检查".into(),
        done_at: "2023年1月5日".into(),
        words: "清点人数。".into(),
        ..Said::default()
    };
    app.record_process(who, &case, said).unwrap();
    case
}

#[test]
fn papers_come_in_the_order_of_the_ledger_and_drafts_stay_out() {
    let office = Office::new();
    let case = full(&office, 2);
    let draft = text("还没有签发。");
    office
        .app
        .write_paper(&office.officer, &case, "decision", None, draft, "")
        .unwrap();
    let file = office.app.case_file(&office.officer, &case).unwrap();
    let titles: Vec<&str> = file.papers.iter().map(|p| p.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "行政处罚决定书",
            "行政处罚决定书",
            "执法全过程记录",
            "证据材料目录"
        ]
    );
    let numbers: Vec<&str> = file.papers.iter().map(|p| p.number.as_str()).collect();
    assert!(
        numbers[0].contains("罚决字") && numbers[1].contains("罚告字"),
        "{numbers:?}"
    );
    let notes = file.closing.paragraphs.join("");
    assert!(notes.contains("1 份文书尚未签发"), "{notes}");
    let cover: Vec<_> = file.cover.iter().map(|r| r.value.as_str()).collect();
    assert!(
        cover.contains(&"案1") && cover.contains(&"某培训学校有限公司"),
        "{cover:?}"
    );
}

#[test]
fn the_originals_come_with_a_list_of_hashes_that_fits() {
    let office = Office::new();
    let case = full(&office, 1);
    let zip = office
        .app
        .originals(&office.officer, &case, Cursor::new(Vec::new()))
        .unwrap();
    let mut zip = zip::ZipArchive::new(zip).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let sums = String::from_utf8(read("SHA256SUMS")).unwrap();
    assert_eq!(
        sums.lines().count(),
        4,
        "two versions, a photo, the record:\n{sums}"
    );
    for line in sums.lines() {
        let (hash, name) = line.split_once("  ").unwrap();
        let bytes = read(name);
        assert_eq!(proof::hash::Hash::of(&bytes).to_hex(), hash, "{name}");
    }
    assert_eq!(read("证据/01 现场照片.jpg"), jpeg(1));
}

#[test]
fn a_case_file_of_200_pages_is_set() {
    let Some(program) = std::env::var_os("YIFA_TYPESET") else {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: no page-setter; build it and name it in YIFA_TYPESET"
        ));
        return;
    };
    let office = Office::new();
    let case = full(&office, 50);
    let pdf = office
        .app
        .case_file_pdf(&office.officer, &case, program.as_ref())
        .unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    let text = String::from_utf8_lossy(&pdf);
    let counts = text.match_indices("/Count ").filter_map(|(at, word)| {
        let digits: String = text[at + word.len()..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse::<usize>().ok()
    });
    let pages = counts.max().unwrap_or_default();
    assert!(pages >= 200, "{pages} pages");
}
