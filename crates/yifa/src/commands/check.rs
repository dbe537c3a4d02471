//! `yifa check`: proof-reads official reports.
//!
//! Exit code 0 clean, 1 findings, 2 a failure. `yifa check explain CODE` says what a rule finds.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

mod encoding;

use anyhow::{Context, Result, anyhow, bail};
use check::{Block, Document, Extent, Finding, Options, Origin, Report, check, finding_json};
use diagnostic::{Sources, render_sarif, render_text};
use office::{
    Limits,
    docx::{self, Comment, Place},
    pdf,
};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Arguments {
    /// 要体检的文件：DOCX、PDF（有文字层的）、HTML、Markdown、文本，或每行一个 {"id","text"} 的 JSONL；“-”是标准输入；
    /// “explain 代码”说明一条规则
    #[arg(required = true)]
    files: Vec<String>,
    /// 输出格式：text、json、jsonl、sarif
    #[arg(long, default_value = "text")]
    format: String,
    /// 把问题作为批注写进这个 DOCX（只用于单个 DOCX）
    #[arg(long)]
    annotate: Option<PathBuf>,
    /// 同时列出核对过且相符的数字关系
    #[arg(long)]
    show_checked: bool,
    /// 报告所属年度（不填则从标题里认）
    #[arg(long)]
    year: Option<i32>,
    /// 不检查这些规则（代码，可写多次）
    #[arg(long)]
    allow: Vec<String>,
}

/// A text that was checked.
struct Checked {
    /// The file, or the id of a record.
    name: String,
    is_record: bool,
    source: String,
    report: Report,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.files[0] == "explain" {
        return explain(&arguments.files[1..]);
    }
    if !["text", "json", "jsonl", "sarif"].contains(&arguments.format.as_str()) {
        bail!(
            "没有“{}”这种格式；可用 text、json、jsonl、sarif。",
            arguments.format
        );
    }
    let options = Options {
        show_checked: arguments.show_checked,
        report_year: arguments.year,
        allow: arguments.allow.clone(),
        ..Options::default()
    };
    if let Some(out) = &arguments.annotate {
        return annotate(&arguments.files, out, &options);
    }
    let mut checked = Vec::new();
    for file in &arguments.files {
        let bytes = read(file)?;
        match kind_of(file, &bytes) {
            Kind::Docx => {
                let (document, _) = docx_document(&bytes, file)?;
                checked.push(checked_document(file, &document, &options));
            }
            Kind::Pdf => checked.push(checked_pdf(file, &bytes, &options)?),
            Kind::Records => records(&text_of(bytes, file)?, file, &options, &mut checked)?,
            kind => {
                let text = text_of(bytes, file)?;
                let document = match kind {
                    Kind::Html => Document::from_html(&text),
                    Kind::Markdown => Document::from_markdown(&text),
                    _ => Document::from_text(&text),
                };
                checked.push(checked_document(file, &document, &options));
            }
        }
    }
    if !arguments.show_checked {
        for one in &mut checked {
            one.report.checked.clear();
        }
    }
    print(&checked, &arguments.format);
    let clean = checked.iter().all(|c| c.report.findings.is_empty());
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Docx,
    Pdf,
    Html,
    Markdown,
    Records,
    Text,
}

/// By content first: people rename files.
fn kind_of(file: &str, bytes: &[u8]) -> Kind {
    let ending = Path::new(file)
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") || ending.eq_ignore_ascii_case("docx") {
        Kind::Docx
    } else if bytes.starts_with(b"%PDF-") {
        Kind::Pdf
    } else if start.contains("<html") || start.contains("<!doctype html") {
        Kind::Html
    } else {
        match ending.to_ascii_lowercase().as_str() {
            "html" | "htm" => Kind::Html,
            "md" | "markdown" => Kind::Markdown,
            "jsonl" => Kind::Records,
            _ => Kind::Text,
        }
    }
}

fn read(file: &str) -> Result<Vec<u8>> {
    if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("读不了标准输入")?;
        return Ok(bytes);
    }
    fs::read(file).with_context(|| format!("读不了 {file}"))
}

fn text_of(bytes: Vec<u8>, file: &str) -> Result<String> {
    if bytes.starts_with(b"%PDF") {
        return pdf_text(&bytes, file).map(|pdf| pdf.text);
    }
    encoding::decode(bytes).ok_or_else(|| {
        anyhow!("{file} 不是 UTF-8、UTF-16 或 GB18030 文本：请用记事本另存为 UTF-8 编码后再试。")
    })
}

fn checked_document(name: &str, document: &Document, options: &Options) -> Checked {
    Checked {
        name: name.to_owned(),
        is_record: false,
        source: document.source().to_owned(),
        report: check(document, options),
    }
}

fn pdf_text(bytes: &[u8], file: &str) -> Result<pdf::PdfText> {
    pdf::read(bytes, &Limits::default()).map_err(|e| anyhow!("{file}：{e}"))
}

/// Findings in a PDF say on which page and line they stand: its text has no other addresses.
fn checked_pdf(name: &str, bytes: &[u8], options: &Options) -> Result<Checked> {
    let pdf = pdf_text(bytes, name)?;
    let mut checked = checked_document(name, &Document::from_text(&pdf.text), options);
    let report = &mut checked.report;
    for finding in report.findings.iter_mut().chain(&mut report.checked) {
        if let Some(place) = pdf.place(finding.span.start) {
            finding.message = format!("第{}页第{}行：{}", place.page, place.line, finding.message);
        }
    }
    Ok(checked)
}

fn records(text: &str, file: &str, options: &Options, checked: &mut Vec<Checked>) -> Result<()> {
    for (number, line) in (1..)
        .zip(text.lines())
        .filter(|(_, l)| !l.trim().is_empty())
    {
        let record: serde_json::Value = serde_json::from_str(line)
            .with_context(|| format!("{file} 第 {number} 行不是 JSON"))?;
        let text_or_file = (record["text"].as_str(), record["file"].as_str());
        let (source, extent) = match text_or_file {
            (Some(text), _) => (text.to_owned(), Extent::Excerpt),
            (None, Some(name)) => {
                let folder = Path::new(file).parent().unwrap_or(Path::new("."));
                let path = folder.join(name);
                let bytes = read(&path.to_string_lossy())?;
                (text_of(bytes, name)?, Extent::Automatic)
            }
            (None, None) => bail!("{file} 第 {number} 行没有 text。"),
        };
        let options = Options {
            extent,
            ..options.clone()
        };
        let report = check(source.as_str(), &options);
        let name = record["id"]
            .as_str()
            .map_or_else(|| format!("{file}:{number}"), str::to_owned);
        checked.push(Checked {
            name,
            is_record: true,
            source,
            report,
        });
    }
    Ok(())
}

fn print(checked: &[Checked], format: &str) {
    let all = |c: &Checked| -> Vec<Finding> {
        c.report
            .findings
            .iter()
            .chain(&c.report.checked)
            .cloned()
            .collect()
    };
    match format {
        "jsonl" | "json" => {
            let lines: Vec<String> = checked
                .iter()
                .flat_map(|c| {
                    let origin = if c.is_record {
                        Origin::Id(&c.name)
                    } else {
                        Origin::File(&c.name)
                    };
                    all(c)
                        .iter()
                        .map(|f| finding_json(f, origin))
                        .collect::<Vec<_>>()
                })
                .collect();
            if format == "jsonl" {
                for line in lines {
                    println!("{line}");
                }
            } else {
                println!("[{}]", lines.join(",\n"));
            }
        }
        _ => {
            let mut sources = Sources::new();
            let mut findings = Vec::new();
            for one in checked {
                sources.add(one.name.as_str(), one.source.as_str());
                findings.extend(one.report.findings.iter().map(|f| f.diagnostic(&one.name)));
            }
            if format == "sarif" {
                println!("{}", render_sarif(&findings, &sources));
                return;
            }
            if findings.is_empty() {
                println!("没有发现问题。");
            } else {
                print!("{}", render_text(&findings, &sources));
            }
            let holding: Vec<_> = checked
                .iter()
                .flat_map(|c| c.report.checked.iter().map(move |f| (c, f)))
                .collect();
            if !holding.is_empty() {
                println!("核对过且相符的数字关系 {} 处：", holding.len());
                for (one, finding) in holding {
                    println!("  {}:{} {}", one.name, finding.chars.start, finding.message);
                }
            }
        }
    }
}

/// Where a block of the document came from: paragraph number and the characters that the word
/// processor's own label puts in front; one for a paragraph, one for each cell's paragraphs.
struct Origins {
    blocks: Vec<BlockOrigin>,
}

enum BlockOrigin {
    Paragraph {
        number: usize,
        label_chars: usize,
    },
    /// Word has no comments in notes.
    Note,
    /// By row and cell: the paragraph that its text begins in.
    Table(Vec<Vec<Option<usize>>>),
}

fn docx_document(bytes: &[u8], file: &str) -> Result<(Document, Origins)> {
    let text = docx::read(bytes, &Limits::default()).map_err(|e| anyhow!("{file}：{e}"))?;
    let mut blocks: Vec<Block> = Vec::new();
    let mut origins = Vec::new();
    let mut open_table = None;
    for (number, paragraph) in text.paragraphs.iter().enumerate() {
        let Place::Cell { table, row, column } = paragraph.place else {
            open_table = None;
            let label = paragraph.label.clone().unwrap_or_default();
            let words = format!("{label}{}", paragraph.text);
            origins.push(match paragraph.place {
                Place::Note => BlockOrigin::Note,
                _ => BlockOrigin::Paragraph {
                    number,
                    label_chars: label.chars().count(),
                },
            });
            blocks.push(match paragraph.heading {
                Some(level) => Block::Heading { level, text: words },
                None => Block::Paragraph { text: words },
            });
            continue;
        };
        if open_table != Some(table) {
            open_table = Some(table);
            blocks.push(Block::Table { rows: Vec::new() });
            origins.push(BlockOrigin::Table(Vec::new()));
        }
        if let (Some(Block::Table { rows }), Some(BlockOrigin::Table(numbers))) =
            (blocks.last_mut(), origins.last_mut())
        {
            if rows.len() <= row {
                rows.resize_with(row + 1, Vec::new);
                numbers.resize_with(row + 1, Vec::new);
            }
            if rows[row].len() <= column {
                rows[row].resize_with(column + 1, String::new);
                numbers[row].resize(column + 1, None);
            }
            let cell = &mut rows[row][column];
            if !cell.is_empty() && !paragraph.text.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&paragraph.text);
            numbers[row][column].get_or_insert(number);
        }
    }
    Ok((Document::from_blocks(&blocks), Origins { blocks: origins }))
}

/// Writes the same document with a comment at every finding.
fn annotate(files: &[String], out: &Path, options: &Options) -> Result<ExitCode> {
    let [file] = files else {
        bail!("--annotate 一次只能批注一个 DOCX。")
    };
    let bytes = read(file)?;
    if kind_of(file, &bytes) != Kind::Docx {
        bail!("--annotate 只能批注 DOCX；{file} 不是。");
    }
    let (document, origins) = docx_document(&bytes, file)?;
    let report = check(&document, options);
    let comments: Vec<Comment> = report
        .findings
        .iter()
        .filter_map(|f| comment(&document, &origins, f))
        .collect();
    let annotated = docx::annotate(&bytes, &comments, &Limits::default())
        .map_err(|e| anyhow!("{file}：{e}"))?;
    fs::write(out, annotated).with_context(|| format!("写不了 {}", out.display()))?;
    println!("{} 处问题，已批注在 {}。", comments.len(), out.display());
    let left = report.findings.len() - comments.len();
    if left > 0 {
        println!("另有 {left} 处在脚注里，Word 不能批注，请用 yifa check {file} 查看。");
    }
    Ok(if report.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn comment(document: &Document, origins: &Origins, finding: &Finding) -> Option<Comment> {
    let place = document.locate(finding.span.start)?;
    let length = finding.chars.len();
    let (paragraph, label_chars) = match (origins.blocks.get(place.block)?, place.cell) {
        (
            BlockOrigin::Paragraph {
                number,
                label_chars,
            },
            _,
        ) => (*number, *label_chars),
        (BlockOrigin::Table(rows), Some((row, column))) => ((*rows.get(row)?.get(column)?)?, 0),
        (BlockOrigin::Table(_), None) | (BlockOrigin::Note, _) => return None,
    };
    let before = document.text().get(..finding.span.start)?;
    let line_start = before.rfind(['\n', '\t']).map_or(0, |at| at + 1);
    let start = before[line_start..]
        .chars()
        .count()
        .saturating_sub(label_chars);
    let help = finding
        .help
        .as_ref()
        .map(|h| format!("\n建议：{h}"))
        .unwrap_or_default();
    Some(Comment {
        paragraph,
        start,
        end: start + length,
        text: format!("{}{help}\n（{}）", finding.message, finding.code),
        author: "依法".to_owned(),
        made_at: None,
    })
}

fn explain(codes: &[String]) -> Result<ExitCode> {
    if codes.is_empty() {
        for rule in check::codes().into_iter().filter_map(check::explain) {
            println!("{:<28} {}", rule.code, rule.title);
        }
        return Ok(ExitCode::SUCCESS);
    }
    for code in codes {
        let rule = check::explain(code)
            .ok_or_else(|| anyhow!("没有“{code}”这条规则；用 yifa check explain 看全部规则。"))?;
        println!("{code}\n\n{}", rule.page());
    }
    Ok(ExitCode::SUCCESS)
}
