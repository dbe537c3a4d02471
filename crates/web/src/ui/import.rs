//! Import preview: what a sheet will do, row by row, before anything is written.

use maud::{Markup, html};

use super::badge::{Badge, Tone, badge};
use super::icons::Icon;
use super::sample::Sample;
use super::stat::{Stat, stats};
use super::timeline::{Change, changes};
use super::words;

/// What will happen to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Becomes a new entry.
    New,
    /// Changes an entry.
    Changed(Vec<Change>),
    /// Is already there, nothing happens.
    Same,
    /// Cannot be taken.
    Refused(Vec<CellRefused>),
}

/// Why a cell cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRefused {
    /// `C12`.
    pub cell: String,
    /// Heading of the column.
    pub column: String,
    /// What is there; empty when nothing is.
    pub value: String,
    /// Why it cannot be taken.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

/// A row of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Sheet, when the file has several.
    pub sheet: Option<String>,
    /// Row number as the spreadsheet shows it.
    pub number: u64,
    /// What the row is about: key and name.
    pub about: String,
    /// The entry, when there is one.
    pub href: Option<String>,
    /// What will happen.
    pub verdict: Verdict,
    /// Taken, but doubtful.
    pub warnings: Vec<String>,
}

/// What a sheet will do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportPreview {
    /// Name of the file.
    pub file: String,
    /// Number of new rows and the address that shows only them; and so on.
    pub new: (u64, String),
    /// Rows that change entries.
    pub changed: (u64, String),
    /// Rows that are already there.
    pub same: (u64, String),
    /// Rows that cannot be taken.
    pub refused: (u64, String),
    /// Rows shown.
    pub rows: Vec<ImportRow>,
    /// `显示前 200 行，共 304 行`; none when all are shown.
    pub shown: Option<String>,
}

/// What a sheet will do.
pub fn import_preview(view: &ImportPreview) -> Markup {
    let count = |label: &str, (rows, href): &(u64, String), tone| Stat {
        label: label.into(),
        value: Some(rows.to_string()),
        unit: "行".into(),
        href: Some(href.clone()).filter(|_| *rows > 0),
        tone: if *rows > 0 { tone } else { Tone::Plain },
        ..Stat::default()
    };
    html! {
        (stats(&[
            count("新增", &view.new, Tone::Current),
            count("改动", &view.changed, Tone::Soon),
            count("相同", &view.same, Tone::Plain),
            count("退回", &view.refused, Tone::Late),
        ]))
        @if !view.rows.is_empty() {
            div.table-frame {
                table.data.import {
                    caption.unseen { (view.file) }
                    thead {
                        tr {
                            th.c-number scope="col" { "行" }
                            th.c-short scope="col" { "将要" }
                            th.c-text scope="col" { "内容" }
                            th.c-wide scope="col" { "说明" }
                        }
                    }
                    tbody { @for one in &view.rows { (row(one)) } }
                }
            }
        }
        @if let Some(shown) = &view.shown { p.hint { (shown) } }
    }
}

fn row(view: &ImportRow) -> Markup {
    let word = match &view.verdict {
        Verdict::New => Badge::new(Tone::Current, "新增").shape(Icon::Add),
        Verdict::Changed(_) => Badge::new(Tone::Soon, "改动").shape(Icon::Edit),
        Verdict::Same => Badge::new(Tone::Plain, "相同"),
        Verdict::Refused(_) => Badge::new(Tone::Late, "退回").shape(Icon::Cross),
    };
    html! {
        tr {
            th.c-number scope="row" {
                @if let Some(sheet) = &view.sheet { span.unit { (sheet) " " } }
                (view.number)
            }
            td.c-short data-label="将要" { (badge(&word)) }
            td.c-text data-label="内容" {
                @match &view.href {
                    Some(href) => a href=(href) { (view.about) },
                    None => (view.about),
                }
            }
            td.c-wide data-label="说明" {
                div {
                    @match &view.verdict {
                        Verdict::New | Verdict::Same => {}
                        Verdict::Changed(several) => (changes(several)),
                        Verdict::Refused(cells) => (refused(cells)),
                    }
                    @for warning in &view.warnings { p.field-warning { (warning) } }
                }
            }
        }
    }
}

fn refused(cells: &[CellRefused]) -> Markup {
    html! {
        ul.cells-refused {
            @for one in cells {
                li {
                    b { code { (one.cell) } " " (one.column) }
                    @if one.value.is_empty() { " " span.missing { (words::MISSING) } }
                    @else { " “" (one.value) "”" }
                    "：" (one.reason) " " span.remedy { (one.remedy) }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let line = |number, about: &str, verdict| ImportRow {
        sheet: None,
        number,
        about: about.into(),
        href: None,
        verdict,
        warnings: Vec::new(),
    };
    let cell = |cell: &str, column: &str, value: &str, reason: &str, remedy: &str| CellRefused {
        cell: cell.into(),
        column: column.into(),
        value: value.into(),
        reason: reason.into(),
        remedy: remedy.into(),
    };
    let counts = |refused| ImportPreview {
        file: "12345投诉-2022.xlsx".into(),
        new: (298, "#new".into()),
        changed: (3, "#changed".into()),
        same: (0, "#same".into()),
        refused: (refused, "#refused".into()),
        ..ImportPreview::default()
    };
    let changed = Verdict::Changed(vec![Change {
        name: "办结日期".into(),
        old: None,
        new: Some("2022-12-07".into()),
    }]);
    let refused = Verdict::Refused(vec![
        cell(
            "D12",
            "办结日期",
            "2022-13-01",
            "没有 13 月。",
            "改成 2022-12-01 这样的日期。",
        ),
        cell(
            "F12",
            "承办科室",
            "学前科",
            "名录里没有这个科室。",
            "从下拉列表里选“学前教育科”。",
        ),
    ]);
    let doubtful = ImportRow {
        warnings: vec!["统一社会信用代码校验位不对，按原样保存。".into()],
        ..line(14, "12345-2022-0304 咨询入学材料", Verdict::New)
    };
    vec![
        Sample::usual(import_preview(&ImportPreview {
            rows: vec![
                line(2, "12345-2022-0001 反映食堂饭菜质量", Verdict::New),
                line(3, "12345-2022-0188 反映收费", changed),
                doubtful,
            ],
            shown: Some("显示前 3 行，共 301 行。".into()),
            ..counts(0)
        })),
        Sample::erroneous(import_preview(&ImportPreview {
            rows: vec![
                line(12, "12345-2022-0044 反映校门口交通", refused),
                line(13, "12345-2022-0045 咨询转学", Verdict::Same),
            ],
            ..counts(1)
        })),
    ]
}
