//! Page head: what this page is, how many there are, what can be done.

use maud::{Markup, html};

use super::badge::{Badge, badges};
use super::button::{Button, buttons};
use super::icons::Icon;
use super::sample::Sample;

/// The head of a page: holds its only `h1`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageHead {
    /// Title.
    pub title: String,
    /// Number of the entry, kind of the page: small, above the title.
    pub kicker: Option<String>,
    /// How many, with measure word: `304 件`.
    pub count: Option<String>,
    /// One sentence on what this is.
    pub lede: Option<String>,
    /// Stage and standing.
    pub badges: Vec<Badge>,
    /// What can be done, the primary one first.
    pub actions: Vec<Button>,
}

/// The head of a page.
pub fn page_head(view: &PageHead) -> Markup {
    html! {
        header.page-head {
            div.page-head-text {
                @if let Some(kicker) = &view.kicker { p.kicker { (kicker) } }
                h1 {
                    (view.title)
                    @if let Some(count) = &view.count { " " span.count { (count) } }
                    " " (badges(&view.badges))
                }
                @if let Some(lede) = &view.lede { p.lede { (lede) } }
            }
            (buttons(&view.actions))
        }
    }
}

/// Head of a part of a page, with its own actions.
#[derive(Debug, Clone)]
pub struct Panel {
    /// For links to the part; unique on the page.
    pub id: String,
    /// Title, an `h2`.
    pub title: String,
    /// How many, with measure word.
    pub count: Option<String>,
    /// Quiet buttons at the right.
    pub actions: Vec<Button>,
    /// What it holds.
    pub body: Markup,
}

impl Panel {
    /// A panel with a title and a body.
    pub fn new(id: impl Into<String>, title: impl Into<String>, body: Markup) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            count: None,
            actions: Vec::new(),
            body,
        }
    }
}

/// A part of a page with a heading and a hairline; never a card in a card.
pub fn panel(view: &Panel) -> Markup {
    let heading = format!("{}-title", view.id);
    html! {
        section.panel id=(view.id) aria-labelledby=(heading) {
            div.panel-head {
                h2 id=(heading) {
                    (view.title)
                    @if let Some(count) = &view.count { " " span.count { (count) } }
                }
                (buttons(&view.actions))
            }
            div.panel-body { (view.body) }
        }
    }
}

/// Two columns: the matter at the left, what can be done about it at the right.
/// On small screens the right column comes first when `aside_first`.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The matter.
    pub main: Markup,
    /// Beside it.
    pub aside: Markup,
    /// On small screens, show the aside above the matter (the next thing to do comes first).
    pub aside_first: bool,
}

/// Two columns.
pub fn columns(view: &Columns) -> Markup {
    html! {
        div.columns .aside-first[view.aside_first] {
            div.column-main { (view.main) }
            div.column-aside { (view.aside) }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let ledger = PageHead {
        title: "12345 投诉".into(),
        count: Some("304 件".into()),
        lede: Some("市民热线转来的教育类投诉，每件一行，办结后回访。".into()),
        actions: vec![
            Button::go("登记投诉", "#new").primary().with(Icon::Add),
            Button::go("导入", "#import").with(Icon::Import),
            Button::download("导出", "#export"),
        ],
        ..PageHead::default()
    };
    let entry = PageHead {
        kicker: Some("行政处罚案件 · 云教罚〔2022〕3号".into()),
        title: "云川市某某培训学校有限公司未取得办学许可证擅自举办学科类校外培训机构案".into(),
        badges: vec![Badge::stage("法制审核")],
        ..PageHead::default()
    };
    vec![
        Sample::usual(page_head(&ledger)),
        Sample::full(page_head(&entry)),
        Sample::named(
            "columns",
            columns(&Columns {
                main: panel(&Panel {
                    count: Some("6 件".into()),
                    actions: vec![Button::go("添加材料", "#add").quiet()],
                    ..Panel::new(
                        "sample-evidence",
                        "证据材料",
                        html! { p { "现场检查笔录等。" } },
                    )
                }),
                aside: panel(&Panel::new(
                    "sample-acts",
                    "现在可以办理",
                    html! { p { "告知当事人" } },
                )),
                aside_first: true,
            }),
        ),
    ]
}
