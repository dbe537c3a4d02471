//! Headings and list markers, in the order of the text.

use std::ops::Range;

use super::Facts;
use crate::document::LineKind;
use crate::numbers::Kind;

/// How a marker is written; the order is the usual order of levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Style {
    /// 一、
    Comma,
    /// （一）
    Bracket,
    /// 1. or 1、
    Dot,
    /// （1）
    DigitBracket,
    /// 一是
    Is,
}

impl Style {
    /// How the marker of this number looks.
    pub fn shown(self, number: i128) -> String {
        const HAN: &[&str] = &[
            "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
        ];
        let han = |value: i128| match usize::try_from(value) {
            Ok(value @ 0..=10) => HAN[value].to_owned(),
            Ok(value @ 11..=19) => format!("十{}", HAN[value - 10]),
            Ok(value @ 20..=99) if value % 10 == 0 => format!("{}十", HAN[value / 10]),
            Ok(value @ 20..=99) => format!("{}十{}", HAN[value / 10], HAN[value % 10]),
            _ => value.to_string(),
        };
        match self {
            Self::Comma => format!("{}、", han(number)),
            Self::Bracket => format!("（{}）", han(number)),
            Self::Dot => format!("{number}."),
            Self::DigitBracket => format!("（{number}）"),
            Self::Is => format!("{}是", han(number)),
        }
    }
}

/// A heading or list marker.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub style: Style,
    pub number: i128,
    pub span: Range<usize>,
    /// Index into the document's lines.
    pub line: usize,
    /// Stands at the beginning of its line.
    pub heads_line: bool,
}

/// Every marker of the document.
pub(super) fn markers(facts: &Facts<'_>) -> Vec<Marker> {
    let mut found = Vec::new();
    let lines = facts.document.lines();
    let mut line = 0;
    for number in facts
        .numbers
        .iter()
        .filter(|number| number.kind == Kind::Heading)
    {
        while lines
            .get(line + 1)
            .is_some_and(|next| next.span.start <= number.span.start)
        {
            line += 1;
        }
        let Some(current) = lines.get(line) else {
            break;
        };
        if matches!(current.kind, LineKind::Row { .. }) {
            continue;
        }
        let before = &facts.text[current.span.start.min(number.span.start)..number.span.start];
        let behind = facts.text[number.span.end..].chars().next();
        let style = match (behind, number.chinese) {
            (Some('、'), true) => Style::Comma,
            (Some('）' | ')'), true) => Style::Bracket,
            (Some('）' | ')'), false) => Style::DigitBracket,
            (Some('是' | '要'), _) => Style::Is,
            _ => Style::Dot,
        };
        let lead = before.trim_end_matches(['（', '(']).trim();
        // 第二款第（一）项 quotes a law, 三年级(2)班 names a class.
        let clause =
            lead.is_empty() || lead.ends_with(['。', '；', ';', '：', ':', '，', ',', '*', '#']);
        if !clause {
            continue;
        }
        found.push(Marker {
            style,
            number: number.value.mantissa,
            span: number.span.clone(),
            line,
            heads_line: lead.is_empty(),
        });
    }
    found
}
