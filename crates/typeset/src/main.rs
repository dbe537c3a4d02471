//! The page-setter: reads an order as JSON on standard input and writes a PDF on standard output.
//!
//! **Why a program of its own.** The page engine (Typst) builds longer than all the rest of the
//! system and takes memory that a server should not hold. So nothing links this crate: the server
//! starts it for one paper, and where it is missing offers DOCX and HTML instead.
//!
//! **What it guarantees.**
//! - The same order and the same fonts give the same bytes: no clock is read, no network, no file
//!   besides fonts.
//! - The result is PDF/A-2b, A4, in the layout of GB/T 9704-2012: 28 characters by 22 lines,
//!   heading faces by level, page numbers outside.
//! - Never empty boxes, never blank pages, never text beyond the edge: a character that no font
//!   has is an error that names it. Warnings of the engine are errors.
//! - Text is data. It reaches Typst as values (`sys.inputs`), never as markup.
//!
//! **What it leaves out.** Sealing and signing (the seal comes from a certified system, later);
//! pictures; OFD; line breaks of a title by sense (the caller puts `\n`); an imprint is set at the
//! foot of the last page, whichever side that is.
//!
//! **Exit codes.** 0: the PDF is on standard output. 1: it cannot be set here, a sentence on
//! standard error says why and what to do (a font to install). 2: the order is wrong, the sentence
//! names the field.
//!
//! **Fonts.** Searched in the folders of `YIFA_FONTS` (separated as in `PATH`) and of the system.
//! The office's own 仿宋, 楷体, 小标宋, 黑体 come first, then the free Fandol faces, then Noto CJK.
//! `typeset --fonts` shows what was chosen.
//!
//! # Orders
//! All kinds have `v` (1), `kind`, `title`, `organ`, `date` (`2023年1月10日` or `2023-01-10`).
//! Fields marked `?` may be absent. Fields that are not listed here are refused.
//! ```json
//! {"v": 1, "kind": "report", "title": "…", "organ": "…", "date": "…", "parts": [PART],
//!  "sealed"?: true, "addressee"?: "市人民政府", "note"?: "联系人：…", "annexes"?: [{"title": "…", "parts": [PART]}],
//!  "head"?: {"mark": "云川市教育局文件", "number": "云教〔2023〕5号", "signers"?: ["…"], "urgency"?: "特急"},
//!  "imprint"?: {"copies_to"?: "…", "printed_by": "…", "printed_on": "…"}}
//! ```
//! `PART` is `{"level": 0, "heading": "", "paragraphs": ["…"], "table"?: TABLE}`: level 1 to 4 is
//! the rank of the heading (一、（一）1.（1）), which holds its ordinal; an empty heading prints
//! nothing. `TABLE` is `{"caption"?: "…", "header": ["…"], "rows": [["…"]], "widths"?: [2, 1]}`.
//! ```json
//! {"v": 1, "kind": "paper", "title": "行政处罚决定书", "organ": "…", "date": "…", "number"?: "…",
//!  "addressee"?: "…", "parts": [PART], "sealed"?: true, "signs"?: ["当事人（签名）"], "note"?: "…",
//!  "code"?: {"squares": [[true, false]], "caption": "扫码核验本文书", "address": "https://…"}}
//! {"v": 1, "kind": "case_file", "title": "行政处罚案卷", "organ": "…", "date": "…",
//!  "cover": [{"label": "案由", "value": "…"}], "papers": [FILED],
//!  "closing"?: {"paragraphs": ["…"], "rows"?: [{"label": "立卷人", "value": "…"}]}}
//! {"v": 1, "kind": "certificate", "title": "证书", "organ": "…", "date": "…", "number"?: "…",
//!  "to": "…", "paragraphs": ["…"]}
//! ```
//! `FILED` is as `paper` without `v` and `kind`, all but `title` optional, with `"remark"?` for
//! the index; without `parts` it is listed in the index and not set.
//!
//! **Reading order**: [`order`] and [`shape`] (what comes in), [`kinds`] (the kinds as data),
//! `templates/` (the pages), [`fonts`] (which faces), [`engine`] (Typst and the checks after it).

mod engine;
mod failure;
mod fonts;
mod kinds;
mod order;
mod shape;

use std::{
    any::Any,
    io::{self, Read, Write},
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

use failure::Failure;
use fonts::Library;

/// Bytes of one order: some 4 500 full pages, for which the engine takes 1.3 GB.
const ORDER_BYTES_MAX: u64 = 8 * 1024 * 1024;

fn main() -> ExitCode {
    // A panic of the engine becomes one sentence, like every other failure.
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let what = panic_text(panic.as_ref());
        Err(Failure::CannotSet(format!("排版程序内部出错：{what}。")))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut arguments = std::env::args_os().skip(1);
    let folders = fonts::folders();
    let bytes = match (arguments.next(), arguments.next()) {
        (None, _) => {
            let json = read_standard_input()?;
            set(&json, &Library::scan(&folders))?
        }
        (Some(option), None) if option == "--fonts" => {
            fonts::describe(&Library::scan(&folders))?.into_bytes()
        }
        _ => {
            return Err(Failure::BadInput(
                "用法：typeset < 单子.json > 文件.pdf，或 typeset --fonts 看用哪些字体。".into(),
            ));
        }
    };
    let mut out = io::stdout().lock();
    out.write_all(&bytes)
        .and_then(|()| out.flush())
        .map_err(|e| Failure::CannotSet(format!("写不出结果：{e}。")))
}

/// From an order to a PDF.
fn set(json: &[u8], library: &Library) -> Result<Vec<u8>, Failure> {
    let order = order::read(json)?;
    let fonts = library.choose(&order.words)?;
    engine::set(&order, fonts)
}

/// Reads all of it even where it is too much, so that the caller is not cut off while writing.
fn read_standard_input() -> Result<Vec<u8>, Failure> {
    let broken = |e: io::Error| Failure::BadInput(format!("读不了标准输入：{e}。"));
    let mut input = io::stdin().lock();
    let mut json = Vec::new();
    (&mut input)
        .take(ORDER_BYTES_MAX)
        .read_to_end(&mut json)
        .map_err(broken)?;
    match io::copy(&mut input, &mut io::sink()).map_err(broken)? {
        0 => Ok(json),
        _ => Err(Failure::BadInput(format!(
            "输入有误：超过 {} MB，请分成几份。",
            ORDER_BYTES_MAX / 1024 / 1024
        ))),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("没有说明")
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests;
