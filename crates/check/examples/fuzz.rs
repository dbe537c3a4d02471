//! Throws mangled reports at the checker until the time is up or it panics:
//! `cargo run --release -p check --example fuzz -- SECONDS SEED FILE...`.
//!
//! A text is glued from pieces of the files and of a list of awkward pieces, then cut, doubled and
//! overwritten. The seed is printed with every thousandth text, so that a failure can be repeated.

use std::time::{Duration, Instant};

use check::{Document, Extent, Options, check, read_numbers};

const PIECES: &[&str] = &[
    "占比",
    "其中",
    "：",
    "（",
    "）",
    "(",
    ")",
    "，",
    "、",
    "。",
    "；",
    "\n",
    "比上年",
    "增长",
    "下降",
    "分别占",
    "的",
    "率",
    "99.9%",
    "１２３",
    "12,345",
    "1 234 567",
    "2.3万",
    "70余万元",
    "第",
    "条",
    "〔2025〕012号",
    "一是",
    "二、",
    "（三）",
    "1.",
    "百分之",
    "三分之二",
    "2—4次",
    "63～68%",
    "二零二五年",
    "13月",
    "2月30日",
    "《信访条例》",
    "“四落实”",
    "| 1 | 2 |",
    "\t",
    "<td>",
    "<table><tr>",
    "&#x4e00;",
    "**",
    "`",
    "\u{200b}",
    "\u{feff}",
    "é",
    "👩‍🏫",
    "𠮷",
    "\r\n",
    "999999999999999999",
    "0",
    "-",
    "+",
    "％",
    "‰",
    "个百分点",
    "亿元",
    "全部",
    "等3项",
    "合计",
    "人均",
    "超100%",
    "13812345678",
];

/// A small generator, so that a run can be repeated from its seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap_or(0)
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mangled(chance: &mut Chance, files: &[String]) -> String {
    let mut text = String::new();
    for _ in 0..=chance.below(30) {
        let file = (chance.below(3) == 0)
            .then(|| files.get(chance.below(files.len())))
            .flatten();
        match file {
            Some(file) => {
                let start = boundary(file, chance.below(file.len()));
                let end = boundary(file, (start + chance.below(200)).min(file.len()));
                text.push_str(&file[start..end.max(start)]);
            }
            None => text.push_str(PIECES[chance.below(PIECES.len())]),
        }
    }
    for _ in 0..chance.below(4) {
        let at = boundary(&text, chance.below(text.len()));
        match chance.below(3) {
            0 => text.truncate(at),
            1 => text.insert_str(at, PIECES[chance.below(PIECES.len())]),
            _ => text = format!("{}{text}", &text[at..]),
        }
    }
    text
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments
        .next()
        .unwrap_or_else(|| "60".to_owned())
        .parse()?;
    let seed: u64 = arguments.next().unwrap_or_else(|| "1".to_owned()).parse()?;
    let files = arguments
        .map(std::fs::read_to_string)
        .collect::<Result<Vec<_>, _>>()?;
    let start = Instant::now();
    let mut texts = 0u64;
    while start.elapsed() < Duration::from_secs(seconds) {
        let own = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(texts) | 1;
        if texts.is_multiple_of(1000) {
            eprintln!("text {texts}, seed {own}, {:?}", start.elapsed());
        }
        let text = mangled(&mut Chance(own), &files);
        let documents = [
            Document::from_text(&text),
            Document::from_markdown(&text),
            Document::from_html(&text),
        ];
        for document in &documents {
            for extent in [Extent::Whole, Extent::Excerpt] {
                let report = check(
                    document,
                    &Options {
                        extent,
                        show_checked: true,
                        ..Options::default()
                    },
                );
                for finding in report.findings.iter().chain(&report.checked) {
                    assert!(
                        document.source().get(finding.span.clone()).is_some(),
                        "seed {own}: {finding:?}"
                    );
                }
            }
        }
        for number in read_numbers(&text) {
            assert!(
                text.get(number.whole.clone()).is_some(),
                "seed {own}: {number:?}"
            );
        }
        texts += 1;
    }
    println!("{texts} texts in {seconds} s without a panic, first seed {seed}");
    Ok(())
}
