//! No text makes the checker panic, and time grows with the text.

use std::time::Instant;

use check::{Block, Document, Extent, Options, check, read_numbers};
use proptest::prelude::*;

/// Everything that can be asked of a text.
fn check_everything(text: &str) {
    for number in read_numbers(text) {
        assert!(
            text.get(number.span.clone()).is_some() && text.get(number.whole.clone()).is_some()
        );
    }
    for extent in [Extent::Automatic, Extent::Whole, Extent::Excerpt] {
        let options = Options {
            extent,
            ..Options::default()
        };
        let plain = check(text, &options);
        for finding in plain.findings.iter().chain(&plain.checked) {
            assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
            assert_eq!(
                text[..finding.span.start].chars().count(),
                finding.chars.start
            );
        }
        for document in [Document::from_markdown(text), Document::from_html(text)] {
            for finding in check(&document, &options).findings {
                assert!(
                    document.source().get(finding.span.clone()).is_some(),
                    "{finding:?}"
                );
            }
        }
    }
}

/// Pieces of reports, of markup and of anything.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,6}",
        "[0-9０-９]{1,18}",
        "[0-9]{1,3}[.,][0-9]{1,3}",
        "[〇一二两三四五六七八九十百千万亿]{1,6}",
        "[，。、；：（）()《》“”〔〕【】%‰％～—\\-+/|\t\n]{1,3}",
        "(近|约|余|多|超|至少|不足|以上|左右|第|共|其中|分别占|占比|增长|下降|比上年|的|率|为|合计|一是|等|全部)",
        "(件|人次|所|个|项|%|万元|亿元|个百分点|年|月|日|号|条|倍|岁)",
        "(<p>|</td>|<tr>|<td>|<!--|&#x4e00;|&nbsp;|\\*\\*|`|# |\\| )",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}") {
        check_everything(&text);
    }

    #[test]
    fn pieces_of_reports_never_panic(pieces in prop::collection::vec(piece(), 0..60)) {
        check_everything(&pieces.concat());
    }

    #[test]
    fn blocks_lead_back_to_their_text(texts in prop::collection::vec("[件0-9，。\n一]{0,12}", 1..6)) {
        let mut blocks: Vec<Block> = texts.iter().map(|text| Block::Paragraph { text: text.clone() }).collect();
        blocks.push(Block::Table { rows: vec![texts.clone(), texts.clone()] });
        let document = Document::from_blocks(&blocks);
        for finding in check(&document, &Options::default()).findings {
            let place = document.locate(finding.span.start).unwrap();
            assert!(place.block < blocks.len());
        }
    }
}

/// One sentence of every kind of relation, as often as asked.
fn report(sentences: usize, mark: &str) -> String {
    let sentence = "2024年受理投诉304件，办结301件，办结率99%，比上年增加12件，增长4.1%；其中来信120件、来访84件、网上100件，\
        分别占39.5%、27.6%和32.9%（学校98家，机构22家）";
    let mut text = String::new();
    for _ in 0..sentences {
        text.push_str(sentence);
        text.push_str(mark);
    }
    text
}

#[test]
fn time_grows_with_the_text() {
    // The hard case: everything in one paragraph, or even in one sentence.
    for mark in ["。\n", "。", "，", "（"] {
        let time = |sentences: usize| {
            let text = report(sentences, mark);
            let start = Instant::now();
            std::hint::black_box(check(text.as_str(), &Options::default()));
            start.elapsed()
        };
        // Eight times the text: quadratic growth would take 64 times as long. A machine that does
        // other work in between gets more tries.
        let holds = (0..8).any(|_| time(96) < time(12) * 24);
        assert!(holds, "{mark:?}");
    }
}
