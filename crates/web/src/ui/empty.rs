//! Empty pages teach: what belongs here, a template to download, one button.

use maud::{Markup, html};

use super::button::{Button, buttons};
use super::icons::Icon;
use super::sample::Sample;

/// What a page without rows says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Empty {
    /// `还没有投诉记录`, or `没有符合条件的记录`.
    pub title: String,
    /// What belongs here and who keeps it, one or two sentences.
    pub teaches: String,
    /// One button, and a template to download.
    pub actions: Vec<Button>,
}

/// An empty state.
pub fn empty(view: &Empty) -> Markup {
    html! {
        div.empty {
            p.empty-title { (view.title) }
            @if !view.teaches.is_empty() { p { (view.teaches) } }
            (buttons(&view.actions))
        }
    }
}

pub(crate) fn sample() -> Empty {
    Empty {
        title: "还没有 12345 投诉记录".into(),
        teaches: "市民热线转来的投诉，每件登记一行：收到日期、事项、承办科室、办结日期、是否满意。已有电子表格的，下载模板填好后一次导入。".into(),
        actions: vec![
            Button::go("登记第一件投诉", "#new").primary().with(Icon::Add),
            Button::download("下载 Excel 模板", "#template"),
        ],
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::usual(empty(&sample())),
        Sample::named(
            "filtered",
            empty(&Empty {
                title: "没有符合条件的记录".into(),
                teaches: "条件：年份 2022，环节 承办，区 南湖区。".into(),
                actions: vec![Button::go("清除全部条件", "#all")],
            }),
        ),
    ]
}
