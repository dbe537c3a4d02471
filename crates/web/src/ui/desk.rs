//! The report desk: outline at the left, paper in the middle, figures and problems at the right.

use maud::{Markup, html};

use super::sample::Sample;
use super::words;

/// The desk.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Outline of the paper.
    pub outline: Vec<OutlineLine>,
    /// The paper, or the editor.
    pub paper: Markup,
    /// Tabs, receipt, problems, picker.
    pub side: Markup,
}

/// A line of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineLine {
    /// 1 or 2; deeper levels are not shown.
    pub level: u8,
    /// Heading.
    pub text: String,
    /// Where it leads.
    pub href: String,
    /// Untraced numbers in it.
    pub untraced: u32,
    /// Edited now.
    pub current: bool,
}

/// The desk.
pub fn desk(view: &Desk) -> Markup {
    html! {
        div.desk {
            nav.outline aria-label=(words::OUTLINE) {
                ol {
                    @for line in &view.outline {
                        li .outline-below[line.level > 1] {
                            a href=(line.href) aria-current=[line.current.then_some("true")] { (line.text) }
                            @if line.untraced > 0 { " " span.outline-untraced { "未溯源 " (line.untraced) } }
                        }
                    }
                }
            }
            div { (view.paper) }
            div.desk-side { (view.side) }
        }
    }
}

/// Figures to place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picker {
    /// Unique on the page.
    pub id: String,
    /// Groups, by ledger.
    pub groups: Vec<PickGroup>,
}

/// Figures of one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickGroup {
    /// Ledger.
    pub title: String,
    /// Figures.
    pub figures: Vec<PickFigure>,
}

/// One figure to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickFigure {
    /// The mark that goes into the text.
    pub mark: String,
    /// Name.
    pub name: String,
    /// Value with measure word in the report's period.
    pub value: String,
    /// Its page.
    pub href: String,
    /// It is in the text already.
    pub placed: bool,
}

/// The picker: with JavaScript a press inserts at the caret, without it the mark can be typed.
pub fn picker(view: &Picker) -> Markup {
    let box_id = format!("{}-narrow", view.id);
    html! {
        div.picker {
            div.needs-script.picker-narrow {
                label for=(box_id) { "找数据" }
                input type="search" id=(box_id) data-narrow=(view.id) autocomplete="off";
            }
            div id=(view.id) {
                @for group in &view.groups {
                    h3 { (group.title) }
                    ul {
                        @for one in &group.figures {
                            li.pick data-words={ (group.title) " " (one.name) } {
                                a href=(one.href) { (one.name) }
                                span.pick-value { (one.value) }
                                code.pick-mark { (one.mark) }
                                @if one.placed { span.hint { "已放入" } }
                                button.btn.btn-quiet.needs-script type="button" data-insert=(one.mark)
                                    data-said={ (one.name) " " (one.value) } {
                                    "插入" span.unseen { (one.name) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::usual(picker(&sample_picker()))]
}

pub(crate) fn sample_picker() -> Picker {
    let pick = |mark: &str, name: &str, value: &str, placed| PickFigure {
        mark: format!("{{{mark}}}"),
        name: name.into(),
        value: value.into(),
        href: "#figure".into(),
        placed,
    };
    Picker {
        id: "sample-picker".into(),
        groups: vec![
            PickGroup {
                title: "12345 投诉".into(),
                figures: vec![
                    pick("complaint_accepted", "受理投诉", "304 件", true),
                    pick("complaint_closed", "办结投诉", "301 件", true),
                    pick("complaint_close_rate", "办结率", "99.0%", false),
                ],
            },
            PickGroup {
                title: "社会监督员".into(),
                figures: vec![pick(
                    "supervisor_total",
                    "聘任社会监督员",
                    "没有数据",
                    false,
                )],
            },
        ],
    }
}

pub(crate) fn sample_outline() -> Vec<OutlineLine> {
    let line = |level, text: &str, untraced, current| OutlineLine {
        level,
        text: text.into(),
        href: "#part".into(),
        untraced,
        current,
    };
    vec![
        line(1, "一、主要举措和成效", 0, false),
        line(2, "（一）依法化解矛盾纠纷", 1, true),
        line(2, "（二）规范行政执法", 0, false),
        line(1, "二、存在的不足和原因", 0, false),
        line(1, "三、下一年度安排", 0, false),
    ]
}
