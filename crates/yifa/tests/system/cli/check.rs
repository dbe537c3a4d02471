//! `yifa check`: what is printed, in which form, and the exit code.

use std::{fs, path::PathBuf};

use office::docx::{self, Block, Docx, Run};

use crate::cli::program::yifa;

/// Seven schools too many.
const WRONG: &str = "全年办理信访事项162件，其中来信38件、来访51件、网上投诉37件。";
const RIGHT: &str = "全年办理信访事项126件，其中来信38件、来访51件、网上投诉37件。";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[test]
fn a_wrong_sum_is_shown_with_its_arithmetic() {
    let folder = Folder::new();
    let wrong = folder.file("wrong.txt", WRONG);
    let run = yifa(&["check", &wrong]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.contains("sum-mismatch") && run.out.contains("126"),
        "{run:?}"
    );
    assert!(
        run.out.contains("wrong.txt:1:") && run.out.contains('^'),
        "{run:?}"
    );
    let right = folder.file("right.txt", RIGHT);
    let run = yifa(&["check", &right]);
    assert_eq!(run.code, 0, "{run:?}");
    let allowed = yifa(&["check", &wrong, "--allow", "sum-mismatch"]);
    assert_eq!(allowed.code, 0, "{allowed:?}");
}

#[test]
fn machines_get_json_lines_and_sarif() {
    let folder = Folder::new();
    let wrong = folder.file("wrong.txt", WRONG);
    let form = |format: &str| {
        let run = yifa(&["check", &wrong, "--format", format]);
        assert_eq!(run.code, 1, "{run:?}");
        run.out
    };
    let json: serde_json::Value = serde_json::from_str(&form("json")).unwrap();
    assert!(json.to_string().contains("sum-mismatch"), "{json}");
    let sarif: serde_json::Value = serde_json::from_str(&form("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "yifa");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "sum-mismatch");
    assert_eq!(result["level"], "error");
    assert!(
        result["message"]["text"]
            .as_str()
            .unwrap()
            .contains("与分项之和 126 不符")
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].is_string(), "{result}");
    let region = &place["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"]),
        (&1.into(), &9.into())
    );
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 3);
    for line in form("jsonl").lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line.is_object(), "{line}");
    }
    let records =
        format!("{{\"id\":\"a\",\"text\":\"{WRONG}\"}}\n{{\"id\":\"b\",\"text\":\"{RIGHT}\"}}\n");
    let records = folder.file("records.jsonl", records);
    let run = yifa(&["check", &records, "--format", "jsonl"]);
    assert_eq!(run.code, 1, "{run:?}");
    let of = |id: &str| {
        let mut lines = run.out.lines().map(|l| serde_json::from_str(l).unwrap());
        lines.any(|l: serde_json::Value| l["id"] == id && l.to_string().contains("sum-mismatch"))
    };
    assert!(of("a") && !of("b"), "{}", run.out);
}

#[test]
fn a_word_file_comes_back_with_comments() {
    let folder = Folder::new();
    let document = Docx {
        title: "2022年法治政府建设年度报告".to_owned(),
        blocks: vec![Block::Paragraph(vec![Run::new(WRONG)])],
        ..Docx::default()
    };
    let word = folder.file("report.docx", docx::write(&document).unwrap());
    let out = folder.path("annotated.docx");
    let run = yifa(&["check", &word, "--annotate", out.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("annotated.docx"), "{run:?}");
    let annotated = fs::read(&out).unwrap();
    let name = b"word/comments.xml";
    assert!(
        annotated.windows(name.len()).any(|w| w == name),
        "no comments"
    );
    // Comments are no text: the annotated report is checked as the one before.
    assert_eq!(
        yifa(&["check", out.to_str().unwrap()])
            .out
            .matches("sum-mismatch")
            .count(),
        yifa(&["check", &word]).out.matches("sum-mismatch").count()
    );
    let text = folder.file("a.txt", RIGHT);
    yifa(&["check", &text, "--annotate", "x.docx"]).fails_with("DOCX");
}

#[test]
fn headings_that_word_counts_are_headings() {
    let folder = Folder::new();
    let counted = |words: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>\
             <w:r><w:t>{words}</w:t></w:r></w:p>"
        )
    };
    let typed = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
    let report = |last: &str| {
        let parts = [
            counted("工作情况"),
            typed("我局落实各项要求，健全工作机制。"),
            counted("存在问题"),
            typed("人手不足。"),
            typed(last),
            typed("补充人手，加强培训。"),
        ];
        package(&parts.concat(), "")
    };
    let right = folder.file("right.docx", report("三、下一步打算"));
    let run = yifa(&["check", &right]);
    assert_eq!(run.code, 0, "{run:?}");
    let wrong = folder.file("wrong.docx", report("四、下一步打算"));
    let run = yifa(&["check", &wrong]);
    assert!(run.out.contains("heading-order"), "{run:?}");
}

#[test]
fn notes_of_word_are_read() {
    let folder = Folder::new();
    let body = format!("<w:p><w:r><w:t>{RIGHT}</w:t></w:r></w:p>");
    let note =
        format!("<w:footnote w:id=\"2\"><w:p><w:r><w:t>{WRONG}</w:t></w:r></w:p></w:footnote>");
    let word = folder.file("noted.docx", package(&body, &note));
    let run = yifa(&["check", &word]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("总数 162"), "{run:?}");
    // Word has no comments in notes: it is said, and nothing is lost.
    let out = folder.path("out.docx");
    let run = yifa(&["check", &word, "--annotate", out.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("脚注"), "{run:?}");
    assert_eq!(yifa(&["check", out.to_str().unwrap()]).code, 1);
}

/// The smallest Word file with a body, notes and a list 一、二、…
fn package(body: &str, note: &str) -> Vec<u8> {
    const NS: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    let numbering = format!(
        "<w:numbering {NS}><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\">\
         <w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"%1、\"/>\
         </w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
    );
    let parts = [
        ("[Content_Types].xml", types.to_owned()),
        (
            "word/document.xml",
            format!("<w:document {NS}><w:body>{body}</w:body></w:document>"),
        ),
        ("word/numbering.xml", numbering),
        (
            "word/footnotes.xml",
            format!("<w:footnotes {NS}>{note}</w:footnotes>"),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn old_encodings_are_read() {
    let folder = Folder::new();
    let (gbk, ..) = encoding_rs::GB18030.encode(WRONG);
    let old = folder.file("old.txt", gbk);
    let run = yifa(&["check", &old]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("总数 162"), "{run:?}");
}

#[test]
fn every_rule_explains_itself() {
    let run = yifa(&["check", "explain"]);
    assert_eq!(run.code, 0, "{run:?}");
    let codes: Vec<&str> = run
        .out
        .lines()
        .filter_map(|l| l.split(' ').next())
        .collect();
    assert!(
        codes.len() > 20 && codes.contains(&"sum-mismatch"),
        "{codes:?}"
    );
    let all: Vec<&str> = ["check", "explain"].into_iter().chain(codes).collect();
    let run = yifa(&all);
    assert_eq!(run.code, 0, "{run:?}");
    yifa(&["check", "explain", "no-such"]).fails_with("no-such");
}

#[test]
fn the_text_layer_of_a_pdf_is_read() {
    let folder = Folder::new();
    let printed = include_bytes!("../../../../office/tests/data/report.pdf");
    let pdf = folder.file("report.pdf", printed);
    let run = yifa(&["check", &pdf, "--format", "jsonl", "--show-checked"]);
    // The rate stands in a paragraph of several printed lines.
    assert!(run.out.contains("301÷304"), "{run:?}");
    assert!(run.out.contains("第2页第7行：99.01%"), "{run:?}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new();
    yifa(&["check", "/no/such/file"]).fails_with("/no/such/file");
    let text = folder.file("a.txt", RIGHT);
    yifa(&["check", &text, "--format", "xml"]).fails_with("sarif");
    let pdf = folder.file("a.pdf", "%PDF-1.7");
    yifa(&["check", &pdf]).fails_with("PDF");
    let odd = folder.file("b.txt", b"\xff\xfe\x00");
    yifa(&["check", &odd]).fails_with("UTF-8");
    let broken = folder.file("c.docx", "PK\u{3}\u{4} no package");
    let run = yifa(&["check", &broken]);
    assert_eq!(run.code, 2, "{run:?}");
    let record = folder.file("d.jsonl", "{\"id\": 3}\nnot json\n");
    assert_eq!(yifa(&["check", &record]).code, 2);
    assert_eq!(yifa(&["check"]).code, 2, "no file at all");
}
