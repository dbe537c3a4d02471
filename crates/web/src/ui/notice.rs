//! Notices: a panel that says something, stays, and says what to do.
//!
//! A refusal shows three things: what was refused, on what ground (law), what to do next.
//! There are no messages that vanish: a confirmation after an act is a [`flash`] line at the top of
//! the next page, and it stays until that page is left.

use maud::{Markup, html};

use super::badge::Tone;
use super::button::{Button, buttons};
use super::icons::{Icon, icon};
use super::sample::Sample;
use super::words;

/// A notice.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it means; [`Tone::Late`] for refusals and faults.
    pub tone: Tone,
    /// One line that stands alone.
    pub title: String,
    /// More, if needed.
    pub body: Option<Markup>,
    /// What to do from here.
    pub actions: Vec<Button>,
}

impl Notice {
    /// A notice of any tone with a title only.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            body: None,
            actions: Vec::new(),
        }
    }

    /// The same notice with a body.
    pub fn with(self, body: Markup) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }
}

/// A refusal: law, state or input says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalNotice {
    /// What was refused.
    pub what: String,
    /// Why, in words of the office.
    pub reason: String,
    /// The article.
    pub law: Option<String>,
    /// What to do next.
    pub remedy: String,
    /// Buttons that do it.
    pub actions: Vec<Button>,
}

/// A fault: the system failed, here is a number to call with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultNotice {
    /// Plain sentence.
    pub what: String,
    /// Reference number, the same as in the server's log.
    pub reference: String,
}

fn shape(tone: Tone) -> Icon {
    match tone {
        Tone::Plain | Tone::Current => Icon::Info,
        Tone::Soon | Tone::Late => Icon::Alert,
        Tone::Done => Icon::Check,
    }
}

/// One notice.
pub fn notice(view: &Notice) -> Markup {
    html! {
        div class={ "notice " (view.tone.class()) } role=[(view.tone == Tone::Late).then_some("alert")] {
            p.notice-title { (icon(shape(view.tone))) (view.title) }
            @if let Some(body) = &view.body { div.notice-body { (body) } }
            (buttons(&view.actions))
        }
    }
}

/// A refusal with its ground and remedy.
pub fn refusal(view: &RefusalNotice) -> Markup {
    notice(&Notice {
        tone: Tone::Late,
        title: view.what.clone(),
        body: Some(html! {
            p { (view.reason) }
            @if let Some(law) = &view.law { p { b { (words::GROUND) } " " span.law { (law) } } }
            p { b { (words::REMEDY) } " " (view.remedy) }
        }),
        actions: view.actions.clone(),
    })
}

/// A fault with its reference number.
pub fn fault(view: &FaultNotice) -> Markup {
    notice(&Notice::new(Tone::Late, view.what.clone()).with(html! {
        p { "已填写的内容没有丢失。请稍后再试；仍不行时，把编号 " code { (view.reference) } " 告诉系统管理员。" }
    }))
}

/// The confirmation line after an act, at the top of the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// [`Tone::Done`] for success.
    pub tone: Tone,
    /// What happened, to what: `已受理 依申请公开〔2022〕7号，答复期限 …`.
    pub text: String,
    /// Where the result is.
    pub link: Option<Link>,
}

/// A word that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Link {
    /// A link.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}

/// One link.
pub fn link(view: &Link) -> Markup {
    html! { a href=(view.href) { (view.label) } }
}

/// One confirmation line.
pub fn flash(view: &Flash) -> Markup {
    html! {
        p class={ "flash " (view.tone.class()) } role="status" {
            (icon(shape(view.tone))) (view.text)
            @if let Some(to) = &view.link { " " (link(to)) }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::usual(html! {
            (flash(&Flash { tone: Tone::Done, text: "已保存 12345-2022-0304，12月7日 14:32。".into(), link: Some(Link::new("查看记录", "#entry")) }))
            (notice(&Notice::new(Tone::Current, "2022 年的假期安排按国务院办公厅通知计算。")))
            (notice(&Notice { actions: vec![Button::go("查看差异", "#diff")], ..Notice::new(Tone::Soon, "报告冻结后，有 1 个数发生变化。").with(html! { p { "办结数 301 → 302，由 12345-2022-0188 的更正引起。已冻结的报告保持原数。" } }) }))
        }),
        Sample::erroneous(html! {
            (refusal(&RefusalNotice {
                what: "不能作出处罚决定".into(),
                reason: "立案调查人王某不能同时作出决定；法制审核意见书还没有。".into(),
                law: Some("行政处罚法 第五十八条".into()),
                remedy: "先办理法制审核，再由负责人作出决定。".into(),
                actions: vec![Button::go("办理法制审核", "#review").primary()],
            }))
            (fault(&FaultNotice { what: "保存没有成功，系统暂时写不进数据。".into(), reference: "F-7K2M-91".into() }))
        }),
    ]
}
