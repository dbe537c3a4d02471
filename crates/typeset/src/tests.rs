//! The way from an order to pages, without PDF readers. Where no Chinese font is installed these
//! tests say so and pass: the sentence that asks for the font is itself tested in `fonts`.

use serde_json::{Value as Json, json};
use std::io::Write as _;
use typst_layout::PagedDocument;

use super::*;

/// The fonts of this machine, or a loud line.
fn library() -> Option<Library> {
    let library = Library::scan(&fonts::folders());
    if fonts::describe(&library).is_err() {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: no Chinese font is installed (package fonts-noto-cjk)"
        ));
        return None;
    }
    Some(library)
}

fn pages(order: &Json, library: &Library) -> Result<PagedDocument, Failure> {
    let order = order::read(order.to_string().as_bytes())?;
    let fonts = library.choose(&order.words)?;
    engine::lay_out(&order, fonts)
}

fn report(parts: &Json) -> Json {
    json!({"v": 1, "kind": "report", "title": "法治政府建设年度报告", "organ": "云川市教育局",
        "date": "2023年1月10日", "parts": parts})
}

fn part(text: &str) -> Json {
    json!({"level": 1, "heading": "一、总体情况", "paragraphs": [text]})
}

/// One order of each kind, with every field.
fn samples() -> Vec<Json> {
    let table = json!({"caption": "表", "header": ["甲", "乙"], "rows": [["一"], ["二", "三", "四"]],
        "widths": [2, 1]});
    let parts = json!([
        {"level": 0, "heading": "", "paragraphs": ["前言。\n第二段。"]},
        {"level": 1, "heading": "一、标题", "paragraphs": []},
        {"level": 2, "heading": "（一）标题", "paragraphs": ["正文。"], "table": table},
        {"level": 3, "heading": "1.标题", "paragraphs": ["正文。"]},
        {"level": 4, "heading": "（1）标题", "paragraphs": ["正文。"]},
    ]);
    let rows = json!([{"label": "案由", "value": "违规办学"}, {"label": "立案", "value": ""}]);
    let paper = json!({"title": "行政处罚决定书", "organ": "云川市教育局", "date": "2023-02-01",
        "number": "云教罚决字〔2023〕1号", "addressee": "某某培训中心", "parts": parts, "sealed": true,
        "signs": ["当事人（签名）", "执法人员（签名）"], "note": "本决定书一式三份", "remark": "正本"});
    let mut alone = paper.clone();
    alone["v"] = json!(1);
    alone["kind"] = json!("paper");
    alone["code"] = json!({"squares": [[true, false], [false, true]], "caption": "扫码核验本文书",
        "address": "https://jyj.example.cn/portal/papers/1/2"});
    if let Some(fields) = alone.as_object_mut() {
        fields.remove("remark");
    }
    vec![
        json!({"v": 1, "kind": "report", "title": "关于2022年度法治政府建设情况的\n报告",
            "organ": "云川市教育局", "date": "2023-01-10", "parts": parts, "sealed": true,
            "head": {"mark": "云川市教育局文件", "number": "云教〔2023〕5号", "signers": ["甲", "乙", "丙"],
                "urgency": "特急"},
            "addressee": "市人民政府", "note": "联系人：某某",
            "annexes": [{"title": "数据表", "parts": parts}, {"title": "名单", "parts": []}],
            "imprint": {"copies_to": "市司法局", "printed_by": "云川市教育局办公室", "printed_on": "2023-01-11"}}),
        alone,
        json!({"v": 1, "kind": "case_file", "title": "行政处罚案卷", "organ": "云川市教育局",
            "date": "2023-06-30", "cover": rows, "papers": [paper, {"title": "光盘", "remark": "原件"}],
            "closing": {"paragraphs": ["本卷完整。"], "rows": rows}}),
        json!({"v": 1, "kind": "certificate", "title": "证书", "organ": "云川市教育局",
            "date": "2023-12-04", "number": "第1号", "to": "某某同学", "paragraphs": ["学习合格，特发此证。"]}),
    ]
}

#[test]
fn every_kind_with_every_field_is_set() {
    let Some(library) = library() else { return };
    let samples = samples();
    assert_eq!(samples.len(), kinds::ALL.len());
    for sample in samples {
        let pdf = set(sample.to_string().as_bytes(), &library);
        let pdf = pdf.unwrap_or_else(|e| panic!("{}: {e}", sample["kind"]));
        assert!(pdf.starts_with(b"%PDF-1.7"), "{}", sample["kind"]);
    }
}

#[test]
fn what_may_be_absent_may_be_absent() {
    let Some(library) = library() else { return };
    let named = json!({"v": 1, "title": "题", "organ": "局", "date": "2023-01-10"});
    for (kind, lists) in [
        ("report", ["parts"].as_slice()),
        ("paper", &["parts"]),
        ("case_file", &["cover", "papers"]),
    ] {
        let mut order = named.clone();
        order["kind"] = json!(kind);
        for list in lists {
            order[list] = json!([]);
        }
        assert!(pages(&order, &library).is_ok(), "{kind}");
    }
}

#[test]
fn a_page_holds_22_lines_of_28_characters() {
    let Some(library) = library() else { return };
    let document = pages(&report(&json!([part(&"教".repeat(28 * 60))])), &library).unwrap();
    let lines = engine::lines(&document.pages()[1]);
    // The page number is the last line.
    assert_eq!(lines.len(), 23, "{lines:?}");
    for line in &lines[..22] {
        assert_eq!(line.chars().count(), 28, "{line}");
    }
    assert_eq!(lines[22], "— 2 —");
}

#[test]
fn a_character_that_no_face_has_is_named_and_not_printed_as_a_box() {
    let Some(library) = library() else { return };
    // A private-use character: in no font by nature.
    let error = pages(&report(&json!([part("某\u{F8FE}某")])), &library).unwrap_err();
    assert_eq!(error.code(), 1);
    assert!(error.to_string().contains("U+F8FE"), "{error}");
    assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
}

#[test]
fn text_is_data_and_never_markup() {
    let Some(library) = library() else { return };
    let attack = r##"#panic("x") *b* $x$ #read("/etc/passwd") @l <l> \ // "##;
    let document = pages(&report(&json!([part(attack)])), &library).unwrap();
    let text = engine::lines(&document.pages()[0]).concat();
    for piece in ["#panic(", "*b*", "$x$", "@l<l>\\//"] {
        assert!(
            text.replace([' ', '\u{200B}'], "").contains(piece),
            "{text}"
        );
    }
}

#[test]
fn text_that_would_leave_the_sheet_is_an_error() {
    let Some(library) = library() else { return };
    // Sixteen characters that cannot be broken, in one of twelve columns, the last.
    let mut row = vec!["甲"; 11];
    row.push("WWWWWWWWWWWWWWWW");
    let table = json!({"header": [], "rows": [row]});
    let parts = json!([{"level": 0, "heading": "", "paragraphs": [], "table": table}]);
    let error = pages(&report(&parts), &library).unwrap_err();
    assert!(
        error.to_string().contains("第 1 页有文字排到了纸外"),
        "{error}"
    );
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let Some(library) = library() else { return };
    let order = report(&json!([part("正文。")])).to_string();
    let first = set(order.as_bytes(), &library).unwrap();
    assert!(first == set(order.as_bytes(), &library).unwrap());
}

#[test]
fn the_signature_is_not_alone_and_the_page_before_it_is_full() {
    let Some(library) = library() else { return };
    // Title, empty line, heading, then the paragraph: 19 lines of it fill the first page.
    for lines in 13..22 {
        let text = "依法治教，".repeat(28 * lines / 5);
        let document = pages(&report(&json!([part(&text)])), &library).unwrap();
        let [first, rest @ ..] = document.pages() else {
            panic!("no pages");
        };
        let (first, rest) = (engine::lines(first), rest.last().map(engine::lines));
        let last = rest.as_ref().unwrap_or(&first).concat();
        assert!(last.contains("2023年1月10日"), "{lines}: {last}");
        assert!(last.contains("依法治教"), "{lines}: {last}");
        if rest.is_some() {
            // Title, heading, at least 14 lines of text, page number.
            assert!(first.len() >= 17, "{lines}: {first:?}");
        }
        let paragraph: Vec<_> = first.iter().chain(rest.iter().flatten()).collect();
        let begins_badly = paragraph.iter().any(|line| line.starts_with('，'));
        assert!(!begins_badly, "{lines}: {paragraph:?}");
    }
}

#[test]
fn half_an_order_and_noise_are_refused_without_panic() {
    let library = Library::scan(&[]);
    let whole = samples().remove(0).to_string();
    for cut in (0..whole.len()).step_by(7) {
        let error = set(&whole.as_bytes()[..cut], &library).unwrap_err();
        assert_eq!(error.code(), 2, "cut at {cut}: {error}");
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(set(deep.as_bytes(), &library).unwrap_err().code(), 2);
    assert_eq!(set(&[0xFF, 0xFE, 0], &library).unwrap_err().code(), 2);
}
