//! The deadline board: the first page of staff. What is due comes first, said in words.

use maud::{Markup, html};

use super::badge::{Badge, badge};
use super::clock::DayKind;
use super::empty::{Empty, empty};
use super::notice::{Link, link};
use super::sample::Sample;

/// A group of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardGroup {
    /// `逾期`, `今天`, `本周`.
    pub title: String,
    /// Lines.
    pub lines: Vec<BoardLine>,
    /// How many there are in all: `8 件`.
    pub count: String,
    /// The list with all of them, when there are more.
    pub more: Option<Link>,
}

/// One deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// How it stands.
    pub due: Badge,
    /// The entry: number and name.
    pub entry: Link,
    /// Ledger and who has it in hand.
    pub about: String,
    /// What must be done: `答复申请人`.
    pub act: String,
    /// Last day with weekday.
    pub date: String,
    /// The article.
    pub law: Option<String>,
    /// How the day was computed; extend; hand over.
    pub links: Vec<Link>,
}

/// The deadline board, or a calm word when nothing is due.
pub fn board(groups: &[BoardGroup], nothing: &Empty) -> Markup {
    html! {
        @if groups.iter().all(|group| group.lines.is_empty()) {
            (empty(nothing))
        } @else {
            div.board data-rows {
                @for group in groups.iter().filter(|group| !group.lines.is_empty()) {
                    section {
                        h2 { (group.title) " " span.count { (group.count) } }
                        ul { @for one in &group.lines { (line(one)) } }
                        @if let Some(more) = &group.more { p { (link(more)) } }
                    }
                }
            }
        }
    }
}

fn line(view: &BoardLine) -> Markup {
    html! {
        li class={ "board-line " (view.due.tone.class()) } {
            p { (badge(&view.due)) }
            div {
                p {
                    a.row-link href=(view.entry.href) { (view.entry.label) }
                    " " b { (view.act) }
                }
                p.board-about {
                    (view.about)
                    @if let Some(law) = &view.law { " " span.law { (law) } }
                    @for one in &view.links { " " (link(one)) }
                }
            }
            p.board-date { "最晚 " (view.date) }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let nothing = Empty {
        title: "今天和本周都没有到期的事项".into(),
        teaches: "有期限的事项登记以后，会按最晚办理日期排在这里：逾期、今天、本周。".into(),
        actions: Vec::new(),
    };
    let line = |days, entry: &str, act: &str, date: &str, law: &str| BoardLine {
        due: Badge::due(days, DayKind::Working),
        entry: Link::new(entry, "#entry"),
        about: "依申请公开 · 法规科 李文".into(),
        act: act.into(),
        date: date.into(),
        law: Some(law.into()),
        links: vec![
            Link::new("怎样算出来的", "#how"),
            Link::new("申请延期", "#extend"),
        ],
    };
    let law = "政府信息公开条例 第三十三条";
    let groups = [
        BoardGroup {
            title: "逾期".into(),
            count: "1 件".into(),
            lines: vec![line(
                -2,
                "依申请公开〔2022〕7号",
                "答复申请人",
                "12月5日（星期一）",
                law,
            )],
            more: None,
        },
        BoardGroup {
            title: "今天".into(),
            count: "1 件".into(),
            lines: vec![line(
                0,
                "云教罚〔2022〕3号",
                "送达告知书",
                "12月7日（星期三）",
                "行政处罚法 第四十四条",
            )],
            more: None,
        },
        BoardGroup {
            title: "本周".into(),
            count: "8 件".into(),
            lines: vec![
                line(
                    2,
                    "依申请公开〔2022〕9号",
                    "答复申请人",
                    "12月9日（星期五）",
                    law,
                ),
                line(
                    2,
                    "依申请公开〔2022〕10号",
                    "补正告知",
                    "12月9日（星期五）",
                    "政府信息公开条例 第三十条",
                ),
            ],
            more: Some(Link::new("本周全部 8 件", "#week")),
        },
    ];
    vec![
        Sample::empty(board(&[], &nothing)),
        Sample::usual(board(&groups, &nothing)),
    ]
}
