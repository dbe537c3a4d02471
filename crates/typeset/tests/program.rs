//! The program as the server starts it: JSON in, PDF out, read back with poppler's tools.

use std::{
    io::Write,
    path::Path,
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
            println!("SKIPPED: {name} is not installed (package poppler-utils)");
            None
        }
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
    let output = typeset(&ORDER.replace("PARAGRAPH", &paragraph));
    if !output.status.success() {
        let sentence = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{sentence}");
        assert!(sentence.contains("fonts-noto-cjk"), "{sentence}");
        println!("SKIPPED: no Chinese font is installed (package fonts-noto-cjk)");
        return;
    }
    let file = std::env::temp_dir().join(format!("yifa-typeset-{}.pdf", std::process::id()));
    std::fs::write(&file, &output.stdout).expect("the temporary folder takes a file");
    let read = (
        tool("pdfinfo", &[], &file, &[]),
        tool("pdftotext", &["-layout"], &file, &["-"]),
    );
    std::fs::remove_file(&file).expect("the file is there");
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
