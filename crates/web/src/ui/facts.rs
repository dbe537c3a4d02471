//! Facts: names and values, as on the head of an entry.

use maud::{Markup, html};

use super::sample::Sample;
use super::table::Cell;
use super::words;

/// One fact.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Name.
    pub name: String,
    /// Value; [`Cell::Missing`] when nothing was entered.
    pub value: Cell,
    /// Takes the whole width.
    pub wide: bool,
}

impl Fact {
    /// A fact.
    pub fn new(name: impl Into<String>, value: impl Into<Cell>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            wide: false,
        }
    }

    /// A fact with a long value.
    pub fn wide(name: impl Into<String>, value: impl Into<Cell>) -> Self {
        Self {
            wide: true,
            ..Self::new(name, value)
        }
    }
}

/// Facts in columns.
pub fn facts(views: &[Fact]) -> Markup {
    html! {
        dl.facts {
            @for one in views {
                div.fact .fact-wide[one.wide] {
                    dt { (one.name) }
                    dd {
                        @match &one.value {
                            Cell::Missing => span.missing { (words::MISSING) },
                            Cell::Text(text) => (text),
                            Cell::Link(label, href) => a href=(href) { (label) },
                            Cell::Badges(several) => (super::badge::badges(several)),
                            Cell::Other(markup) => (markup),
                        }
                    }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![Sample::usual(facts(&[
        Fact::new(
            "当事人",
            Cell::Link("云川市某某培训学校有限公司".into(), "#subject".into()),
        ),
        Fact::new("立案日期", "2022年10月12日（星期三）"),
        Fact::new("案由", "擅自举办学科类校外培训机构"),
        Fact::new("罚款", ""),
        Fact::wide(
            "主要事实",
            "2022年9月28日检查时，当事人未取得办学许可证，在居民楼内开办初中数学、英语培训班，在场学生 23 人，已收费 86,120.50 元。",
        ),
    ]))]
}
