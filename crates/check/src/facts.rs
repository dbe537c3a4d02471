//! What the rules reason over: figures in their sentences.
//!
//! Each figure knows its words before and behind, its place in segment, clause, sentence and
//! paragraph, the bracket it stands in and the figure that the bracket explains, and the role its
//! words give it (a share, a growth, a change, an earlier value).

mod outline;
pub(crate) mod partition;
mod roles;

use std::ops::Range;

use crate::decimal::Decimal;
use crate::document::{Document, LineKind};
use crate::numbers::{Kind, Number, UnitClass, read_numbers};
use crate::options::Extent;

pub(crate) use outline::{Marker, Style};
pub(crate) use partition::Words;
pub(crate) use roles::{Role, strip_copula};

/// A number that states an amount, with its surroundings.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Index into [`Facts::numbers`].
    pub number: usize,
    pub value: Decimal,
    pub kind: Kind,
    pub unit: &'static str,
    pub class: Option<UnitClass>,
    /// The figure without its unit.
    pub span: Range<usize>,
    /// The figure with qualifiers and unit.
    pub whole: Range<usize>,
    /// The words between the last mark or figure and this one.
    pub label: Range<usize>,
    /// The words behind, up to the next mark or figure.
    pub tail: Range<usize>,
    pub segment: usize,
    pub clause: usize,
    pub sentence: usize,
    pub paragraph: usize,
    /// How many brackets are open.
    pub depth: usize,
    /// The innermost open bracket; 0 outside of any.
    pub bracket: usize,
    /// The figure that the innermost bracket explains.
    pub owner: Option<usize>,
    /// Whether the segment is still being read.
    open: bool,
    pub role: Role,
    pub approximate: bool,
    /// A percentage, or a bare figure that stands where one is meant: `1760人(90.44)`,
    /// `不合格率2.82`.
    pub percent_like: bool,
    /// The groups of like units that its unit belongs to, one bit each.
    groups: u8,
    /// What the words around it say.
    pub words: Words,
}

impl Figure {
    pub fn is_quantity(&self) -> bool {
        self.kind == Kind::Quantity
    }

    pub fn is_percent(&self) -> bool {
        self.kind == Kind::Percent
    }

    /// An amount that counts or measures something.
    pub fn is_amount(&self) -> bool {
        self.is_quantity() && !self.percent_like
    }

    pub fn is_percent_like(&self) -> bool {
        self.percent_like
    }

    /// 0 for the same unit, 1 for units that count the same kind of thing, 2 otherwise.
    pub fn alike(&self, other: &Self) -> u8 {
        if self.unit == other.unit {
            0
        } else if self.groups & other.groups != 0 {
            1
        } else {
            2
        }
    }
}

/// The figures of a paragraph of running text.
#[derive(Clone, Debug)]
pub(crate) struct Paragraph {
    pub figures: Range<usize>,
}
/// The analysed text.
pub(crate) struct Facts<'d> {
    pub document: &'d Document,
    pub text: &'d str,
    pub numbers: Vec<Number>,
    pub figures: Vec<Figure>,
    pub paragraphs: Vec<Paragraph>,
    pub markers: Vec<Marker>,
    /// A whole report rather than a paragraph or two.
    pub whole: bool,
    /// The title, where the text has one.
    pub title: Option<Range<usize>>,
}
impl<'d> Facts<'d> {
    pub fn new(document: &'d Document, extent: Extent) -> Self {
        let text = document.text();
        let numbers = read_numbers(text);
        let mut reader = Reader {
            text,
            numbers: &numbers,
            next: 0,
            state: State::default(),
        };
        let mut figures = Vec::new();
        let mut paragraphs = Vec::new();
        for line in document.lines() {
            if matches!(line.kind, LineKind::Row { .. }) {
                reader.state.sentence += 1;
                continue;
            }
            let first = figures.len();
            reader.paragraph(line.span.clone(), &mut figures);
            if figures.len() > first {
                paragraphs.push(Paragraph {
                    figures: first..figures.len(),
                });
            }
        }
        let mut facts = Self {
            document,
            text,
            numbers,
            figures,
            paragraphs,
            markers: Vec::new(),
            whole: false,
            title: None,
        };
        facts.markers = outline::markers(&facts);
        facts.title = title(&facts);
        facts.whole = is_whole(&facts, extent);
        roles::assign(&mut facts);
        for index in 0..facts.figures.len() {
            facts.figures[index].percent_like = is_percent_like(&facts, &facts.figures[index]);
            facts.figures[index].words = Words::around(&facts, &facts.figures[index]);
        }
        facts
    }

    /// The bracket in which the figure has its say: a rate that opens a bracket speaks outside of it.
    pub fn speaks_in(&self, index: usize) -> usize {
        let figure = &self.figures[index];
        let opens = index == 0 || self.figures[index - 1].bracket != figure.bracket;
        match figure.owner {
            Some(owner) if opens && owner + 1 == index => self.figures[owner].bracket,
            _ => figure.bracket,
        }
    }

    /// The figures of the paragraph that are near enough to this one to have to do with it.
    pub fn window(&self, paragraph: &Range<usize>, index: usize) -> Range<usize> {
        const FIGURES: usize = 64;
        const BYTES: usize = 6000;
        let at = self.figures[index].span.start;
        let low = paragraph.start.max(index.saturating_sub(FIGURES));
        let high = paragraph.end.min(index + FIGURES);
        let near = |figure: &Figure| figure.span.start.abs_diff(at) <= BYTES;
        let start = low
            + self.figures[low..index]
                .iter()
                .take_while(|figure| !near(figure))
                .count();
        let end = index
            + self.figures[index..high]
                .iter()
                .take_while(|figure| near(figure))
                .count();
        start..end
    }

    pub fn words(&self, span: &Range<usize>) -> &'d str {
        &self.text[span.clone()]
    }

    pub fn label(&self, figure: &Figure) -> &'d str {
        &self.text[figure.label.clone()]
    }

    pub fn tail(&self, figure: &Figure) -> &'d str {
        &self.text[figure.tail.clone()]
    }

    pub fn shown(&self, figure: &Figure) -> &'d str {
        &self.text[figure.whole.clone()]
    }
}

/// Units that count the same kind of thing, one bit for each group.
fn groups_of(unit: &str) -> u8 {
    const GROUPS: &[&[&str]] = &[
        &["人", "名", "位", "人次", "人份"],
        &["件", "起", "宗", "例", "件次"],
        &["所", "家", "个", "户"],
        &["项", "条", "个", "件"],
        &["场", "次", "场次", "期", "轮"],
    ];
    GROUPS.iter().enumerate().fold(0, |bits, (group, units)| {
        bits | u8::from(units.contains(&unit)) << group
    })
}

fn is_percent_like(facts: &Facts<'_>, figure: &Figure) -> bool {
    if figure.is_percent() {
        return true;
    }
    if !figure.is_quantity() || !figure.unit.is_empty() || figure.value.above(Decimal::whole(100)) {
        return false;
    }
    let explained = figure.owner.is_some_and(|owner| {
        facts.figures[owner].is_quantity() && !facts.figures[owner].unit.is_empty()
    });
    figure.role == Role::Rate
        || (explained && figure.value.exponent < 0 && facts.label(figure).trim().is_empty())
}

/// Whether required parts and document-wide style may be asked for.
fn is_whole(facts: &Facts<'_>, extent: Extent) -> bool {
    match extent {
        Extent::Whole => true,
        Extent::Excerpt => false,
        Extent::Automatic => {
            let parts = facts
                .markers
                .iter()
                .filter(|marker| marker.heads_line && matches!(marker.style, Style::Comma));
            facts.text.len() > 3000 && parts.count() >= 2
        }
    }
}

/// The line before the first numbered heading that names a kind of document.
fn title(facts: &Facts<'_>) -> Option<Range<usize>> {
    const KINDS: &[&str] = &[
        "报告", "总结", "情况", "汇报", "公报", "要点", "方案", "计划", "通知", "意见", "决定",
        "办法", "规定", "通报", "纪要", "请示", "函",
    ];
    let end = facts
        .markers
        .iter()
        .find(|marker| marker.heads_line)
        .map_or(facts.text.len(), |marker| marker.span.start);
    facts
        .document
        .lines()
        .iter()
        .take(20)
        .take_while(|line| line.span.start < end)
        .map(|line| crate::document::trimmed(facts.text, line.span.clone()))
        .find(|span| {
            let words = facts.words(span);
            let short = (4..=50).contains(&words.chars().count());
            short
                && KINDS.iter().any(|kind| words.ends_with(kind))
                && !words.contains(['。', '>', '：', ':'])
        })
}

/// Counters that run through the document.
#[derive(Default)]
struct State {
    segment: usize,
    clause: usize,
    sentence: usize,
    paragraph: usize,
    bracket: usize,
}

struct Open {
    id: usize,
    owner: Option<usize>,
}

struct Reader<'r> {
    text: &'r str,
    numbers: &'r [Number],
    next: usize,
    state: State,
}

impl Reader<'_> {
    /// Reads one paragraph: walks over its marks and figures in order.
    fn paragraph(&mut self, span: Range<usize>, figures: &mut Vec<Figure>) {
        self.state.paragraph += 1;
        self.new_sentence();
        while self
            .numbers
            .get(self.next)
            .is_some_and(|number| number.span.start < span.start)
        {
            self.next += 1;
        }
        let mut open: Vec<Open> = Vec::new();
        let mut label_start = span.start;
        let first = figures.len();
        let mut position = span.start;
        while position < span.end {
            if let Some(number) = self
                .numbers
                .get(self.next)
                .filter(|number| number.whole.start <= position)
            {
                let index = self.next;
                self.next += 1;
                let end = number.whole.end.max(position);
                if is_figure(number) {
                    let figure = self.figure(index, number, label_start, &open);
                    figures.push(figure);
                    label_start = end;
                }
                position = end;
                continue;
            }
            let Some(character) = self.text[position..].chars().next() else {
                break;
            };
            let end = position + character.len_utf8();
            if let Some(strength) = strength(character) {
                close_tail(figures, first, position);
                match strength {
                    Strength::Open => {
                        let owner = owner_of(figures, first, &open, position, self.text);
                        self.state.bracket += 1;
                        open.push(Open {
                            id: self.state.bracket,
                            owner,
                        });
                        self.state.segment += 1;
                    }
                    Strength::Close => {
                        open.pop();
                        self.state.segment += 1;
                    }
                    Strength::Segment => {
                        self.state.segment += 1;
                    }
                    Strength::Clause => {
                        self.state.segment += 1;
                        self.state.clause += 1;
                    }
                    Strength::Sentence => {
                        self.new_sentence();
                        open.clear();
                    }
                }
                label_start = end;
            }
            position = end;
        }
        close_tail(figures, first, span.end);
    }

    fn new_sentence(&mut self) {
        self.state.segment += 1;
        self.state.clause += 1;
        self.state.sentence += 1;
    }

    fn figure(&self, index: usize, number: &Number, label_start: usize, open: &[Open]) -> Figure {
        let label_end = number.whole.start.max(label_start);
        Figure {
            number: index,
            value: number.value,
            kind: number.kind,
            unit: number.unit.map_or("", |unit| unit.text),
            class: number.unit_class(),
            span: number.span.clone(),
            whole: number.whole.clone(),
            label: label_start.min(label_end)..label_end,
            tail: number.whole.end..number.whole.end,
            segment: self.state.segment,
            clause: self.state.clause,
            sentence: self.state.sentence,
            paragraph: self.state.paragraph,
            depth: open.len(),
            bracket: open.last().map_or(0, |bracket| bracket.id),
            owner: open.last().and_then(|bracket| bracket.owner),
            open: true,
            role: Role::Plain,
            approximate: number.is_approximate(),
            percent_like: false,
            groups: groups_of(number.unit.map_or("", |unit| unit.text)),
            words: Words::default(),
        }
    }
}

/// Amounts that can stand in a relation; bounds of ages and times are words.
fn is_figure(number: &Number) -> bool {
    match number.kind {
        Kind::Percent | Kind::Permille => true,
        Kind::Quantity => number.countable(),
        _ => false,
    }
}

/// Ends the segment for the figures in it; the words behind the last one are its tail.
fn close_tail(figures: &mut [Figure], first: usize, end: usize) {
    let mut last = true;
    for figure in figures[first..].iter_mut().rev() {
        if !figure.open {
            break;
        }
        if last {
            figure.tail = figure.whole.end..end.max(figure.whole.end);
            last = false;
        }
        figure.open = false;
    }
}

/// The figure that a bracket opened here explains: the last one at this depth in the segment.
fn owner_of(
    figures: &[Figure],
    first: usize,
    open: &[Open],
    position: usize,
    text: &str,
) -> Option<usize> {
    let index = figures
        .len()
        .checked_sub(1)
        .filter(|index| *index >= first)?;
    let figure = &figures[index];
    let bracket = open.last().map_or(0, |bracket| bracket.id);
    if position > figure.whole.end + 60 {
        return None;
    }
    let between = text.get(figure.whole.end..position)?;
    let near = between.chars().count() <= 12
        && !between.contains(['，', ',', '。', '；', ';', '、', '：', ':']);
    (near && figure.bracket == bracket).then_some(index)
}

enum Strength {
    Segment,
    Clause,
    Sentence,
    Open,
    Close,
}

fn strength(character: char) -> Option<Strength> {
    Some(match character {
        '，' | ',' | '、' | '：' | ':' => Strength::Segment,
        '；' | ';' => Strength::Clause,
        '。' | '！' | '？' | '!' | '?' | '\n' => Strength::Sentence,
        '（' | '(' | '〔' | '[' => Strength::Open,
        '）' | ')' | '〕' | ']' => Strength::Close,
        _ => return None,
    })
}
