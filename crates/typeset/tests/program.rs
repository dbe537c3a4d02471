//! The program as the server starts it: JSON in, PDF out, read back with poppler's tools.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Runs the program on an order.
fn typeset(order: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_typeset"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("its standard input is a pipe");
    input
        .write_all(order.as_bytes())
        .expect("it reads all of it");
    drop(input);
    child.wait_with_output().expect("it ends")
}

/// Output of a tool on a file, or nothing where the tool is not installed.
fn tool(name: &str, arguments: &[&str], file: &Path, end: &[&str]) -> Option<String> {
    let output = Command::new(name)
        .args(arguments)
        .arg(file)
        .args(end)
        .output();
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: {name} is not installed (package poppler-utils)"
            ));
            None
        }
    }
}

/// What the program answers, or a loud line where this machine has no Chinese font.
fn set(order: &str) -> Option<Vec<u8>> {
    let output = typeset(order);
    if output.status.success() {
        return Some(output.stdout);
    }
    let sentence = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{sentence}");
    assert!(sentence.contains("fonts-noto-cjk"), "{sentence}");
    drop(writeln!(
        std::io::stderr(),
        "SKIPPED: no Chinese font is installed (package fonts-noto-cjk)"
    ));
    None
}

/// A file of this name and process in the temporary folder, taken away again.
struct Scrap(PathBuf);

impl Scrap {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let file = std::env::temp_dir().join(format!("yifa-{}-{name}", std::process::id()));
        std::fs::write(&file, bytes).expect("the temporary folder takes a file");
        Self(file)
    }
}

impl Drop for Scrap {
    fn drop(&mut self) {
        // A file that is left over is no reason to fail.
        let _ = std::fs::remove_file(&self.0);
    }
}

const ORDER: &str = r#"{"v": 1, "kind": "report", "title": "2022年度法治政府建设情况报告",
 "organ": "云川市教育局", "date": "2023年1月10日", "parts": [
 {"level": 0, "heading": "", "paragraphs": ["现将有关情况报告如下。"]},
 {"level": 1, "heading": "一、主要举措和成效", "paragraphs": ["PARAGRAPH", "PARAGRAPH"]},
 {"level": 2, "heading": "（一）依法行政", "paragraphs": ["PARAGRAPH"]},
 {"level": 1, "heading": "二、下一年度安排", "paragraphs": ["继续推进。"]}]}"#;

#[test]
fn a_report_of_two_pages_reads_back_as_it_was_ordered() {
    let paragraph = "全年共办理行政处罚案件304件，办结率99.01%。".repeat(12);
    let Some(pdf) = set(&ORDER.replace("PARAGRAPH", &paragraph)) else {
        return;
    };
    let Scrap(file) = &Scrap::new("report.pdf", &pdf);
    let read = (
        tool("pdfinfo", &[], file, &[]),
        tool("pdftotext", &["-layout"], file, &["-"]),
    );
    let (Some(about), Some(text)) = read else {
        return;
    };
    for line in [
        ("Title:", "2022年度法治政府建设情况报告"),
        ("Author:", "云川市教育局"),
        ("Pages:", "2"),
        ("Page size:", "A4"),
        ("CreationDate:", "Jan 10"),
    ] {
        let found = about
            .lines()
            .any(|l| l.starts_with(line.0) && l.contains(line.1));
        assert!(found, "{line:?} in {about}");
    }
    let pages: Vec<&str> = text.split('\u{C}').collect();
    assert!(pages[0].contains("一、主要举措和成效"), "{text}");
    let packed = |page: &str| page.split_whitespace().collect::<String>();
    assert!(packed(pages[0]).ends_with("—1—"), "{text}");
    assert!(packed(pages[1]).ends_with("—2—"), "{text}");
    let indent = |page: &str| {
        let number = page.lines().rfind(|l| l.contains('—')).unwrap_or_default();
        number.len() - number.trim_start().len()
    };
    assert!(
        indent(pages[0]) > indent(pages[1]),
        "odd right, even left: {text}"
    );
    let words = packed(&text).replace("—1—", "").replace("—2—", "");
    assert_eq!(words.matches("办结率99.01%").count(), 36, "{text}");
    assert!(words.contains("云川市教育局2023年1月10日"), "{text}");
}

/// What a telephone reads on the first page of a PDF.
fn scanned(pdf: &Path) -> Option<Vec<String>> {
    let page = pdf.with_extension("page");
    let drawn = ["-r", "200", "-gray", "-singlefile"];
    tool("pdftoppm", &drawn, pdf, &[page.to_str()?])?;
    let Scrap(file) = &Scrap(page.with_extension("page.pgm"));
    let bytes = std::fs::read(file).expect("the page was drawn");
    // `P5 width height 255`, then a byte for each point.
    let head: Vec<&[u8]> = bytes.splitn(4, u8::is_ascii_whitespace).collect();
    let number = |at: usize| -> usize {
        let text = std::str::from_utf8(head[at]).expect("the head is text");
        text.parse().expect("a size")
    };
    let (width, height) = (number(1), number(2));
    let points = &bytes[bytes.len() - width * height..];
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| points[y * width + x]);
    let codes = image.detect_grids().into_iter();
    Some(
        codes
            .map(|code| code.decode().expect("the code can be read").1)
            .collect(),
    )
}

#[test]
fn the_code_of_a_paper_is_read_from_the_printed_page() {
    let id = "0192a7c4-5b1e-7000-8000-00000000000";
    let address = format!("https://jyj.example.cn/portal/papers/{id}1/{id}2");
    let code = qrcodegen::QrCode::encode_text(&address, qrcodegen::QrCodeEcc::Medium)
        .expect("an address fits a code");
    let around = -4..code.size() + 4;
    let row = |y: i32| -> Vec<bool> { around.clone().map(|x| code.get_module(x, y)).collect() };
    let squares: Vec<Vec<bool>> = around.clone().map(row).collect();
    let mut order: serde_json::Value = serde_json::from_str(ORDER).expect("the order is JSON");
    order["kind"] = "paper".into();
    order["title"] = "行政处罚决定书".into();
    order["code"] =
        serde_json::json!({"squares": squares, "caption": "扫码核验本文书", "address": address});
    let Some(with) = set(&order.to_string()) else {
        return;
    };
    let Scrap(file) = &Scrap::new("coded.pdf", &with);
    let (Some(read), Some(text)) = (scanned(file), tool("pdftotext", &[], file, &["-"])) else {
        return;
    };
    assert_eq!(read, [address.as_str()]);
    assert!(text.contains("扫码核验本文书"), "{text}");
    // The code moves nothing: without it the text stands where it stood.
    order["code"] = serde_json::Value::Null;
    let without = set(&order.to_string()).expect("as before");
    let Scrap(plain) = &Scrap::new("plain.pdf", &without);
    let body = |file: &Path| {
        let lines = tool("pdftotext", &["-bbox"], file, &["-"]).expect("as before");
        lines
            .lines()
            .filter(|l| !l.contains("扫码") && l.contains("<word"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(body(file), body(plain));
    assert_eq!(scanned(plain), Some(vec![]));
}

#[test]
fn a_certificate_is_one_landscape_page() {
    let order = r#"{"v": 1, "kind": "certificate", "title": "成绩证书", "organ": "云川市教育局",
        "date": "2023年12月4日", "number": "编号 0A1B2C3D4E5F", "to": "云川市第一小学 六年级二班 王小明",
        "paragraphs": ["在“2023年学宪法讲宪法知识竞赛”中取得 90 分，成绩合格，特发此证。"]}"#;
    let Some(pdf) = set(order) else { return };
    let Scrap(file) = &Scrap::new("certificate.pdf", &pdf);
    let read = (
        tool("pdfinfo", &[], file, &[]),
        tool("pdftotext", &["-layout"], file, &["-"]),
    );
    let (Some(about), Some(text)) = read else {
        return;
    };
    let says = |name: &str, value: &str| {
        about
            .lines()
            .any(|l| l.starts_with(name) && l.contains(value))
    };
    assert!(
        says("Pages:", "1") && says("Page size:", "841.89 x 595.276"),
        "{about}"
    );
    let words: String = text.split_whitespace().collect();
    let said = [
        "成绩证书",
        "编号0A1B2C3D4E5F",
        "云川市第一小学六年级二班王小明：",
        "取得90分",
        "云川市教育局2023年12月4日",
    ];
    for part in said {
        assert!(words.contains(part), "{part} in {text}");
    }
}

#[test]
fn failures_are_one_sentence_and_a_code() {
    for (order, part) in [
        ("", "标准输入是空的"),
        ("{\"v\":1,\"kind\":\"report\"}", "title 没有给出"),
        (
            &ORDER.replace("\"level\": 2", "\"level\": 7"),
            "parts[2].level 应是 0 到 4 的整数",
        ),
    ] {
        let output = typeset(order);
        let sentence = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{sentence}");
        assert!(sentence.contains(part), "{sentence}");
        assert_eq!(sentence.trim_end().lines().count(), 1, "{sentence}");
        assert!(output.stdout.is_empty());
    }
}
