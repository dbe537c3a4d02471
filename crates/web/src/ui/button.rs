//! Buttons: a verb with its object (`受理申请`, not `提交`).
//!
//! An act that cannot be done is shown with its reason and article, never hidden: see
//! [`action_list`].

use maud::{Markup, html};

use super::icons::{Icon, icon};
use super::sample::Sample;
use super::words;

/// How loudly a button speaks. One primary button per page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// The next thing to do.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// Beside a line of text: looks like a link.
    Quiet,
    /// Takes something back for good: void, withdraw, freeze.
    Grave,
}

/// What a press does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// Go to a page.
    Go(String),
    /// Download a file.
    Download(String),
    /// Send the form around it.
    Submit,
    /// Send the form around it with this name and value, when a form has several buttons.
    SubmitAs(String, String),
    /// Send the form around it to this address instead of its own.
    SubmitTo(String),
    /// Send an empty form of its own to this address, with the form token.
    Post {
        /// Where to.
        action: String,
        /// Form token, checked by the server.
        token: String,
    },
    /// Print the page (needs JavaScript; hidden without).
    Print,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// Verb and object.
    pub label: String,
    /// What a press does.
    pub press: Press,
    /// How loudly it speaks.
    pub weight: Weight,
    /// Icon before the label.
    pub icon: Option<Icon>,
}

impl Button {
    /// A button that sends the form around it.
    pub fn submit(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            press: Press::Submit,
            weight: Weight::Primary,
            icon: None,
        }
    }

    /// A button that sends the form around it to another address, as what it is besides.
    pub fn submit_to(label: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            press: Press::SubmitTo(address.into()),
            weight: Weight::Secondary,
            ..Self::submit(label)
        }
    }

    /// A button that goes to a page.
    pub fn go(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            press: Press::Go(href.into()),
            weight: Weight::Secondary,
            icon: None,
        }
    }

    /// A button that downloads a file.
    pub fn download(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            press: Press::Download(href.into()),
            icon: Some(Icon::Export),
            ..Self::go(label, "")
        }
    }

    /// A button that posts an empty form of its own.
    pub fn post(
        label: impl Into<String>,
        action: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        Self {
            press: Press::Post {
                action: action.into(),
                token: token.into(),
            },
            ..Self::go(label, "")
        }
    }

    /// The same button, primary.
    pub fn primary(self) -> Self {
        Self {
            weight: Weight::Primary,
            ..self
        }
    }

    /// The same button, quiet.
    pub fn quiet(self) -> Self {
        Self {
            weight: Weight::Quiet,
            ..self
        }
    }

    /// The same button, grave.
    pub fn grave(self) -> Self {
        Self {
            weight: Weight::Grave,
            ..self
        }
    }

    /// The same button with an icon.
    pub fn with(self, icon: Icon) -> Self {
        Self {
            icon: Some(icon),
            ..self
        }
    }
}

/// Name of the hidden field that carries the form token.
pub const TOKEN_FIELD: &str = "token";

/// One button.
pub fn button(view: &Button) -> Markup {
    let class = match view.weight {
        Weight::Primary => "btn btn-primary",
        Weight::Secondary => "btn",
        Weight::Quiet => "btn btn-quiet",
        Weight::Grave => "btn btn-grave",
    };
    let inside = html! {
        @if let Some(shown) = view.icon { (icon(shown)) }
        (view.label)
    };
    html! {
        @match &view.press {
            Press::Go(href) => a class=(class) href=(href) { (inside) },
            Press::Download(href) => a class=(class) href=(href) download { (inside) },
            Press::Submit => button class=(class) type="submit" { (inside) },
            Press::SubmitAs(name, value) => {
                button class=(class) type="submit" name=(name) value=(value) { (inside) }
            }
            Press::SubmitTo(address) => {
                button class=(class) type="submit" formaction=(address) { (inside) }
            }
            Press::Post { action, token } => {
                form.inline-form method="post" action=(action) {
                    input type="hidden" name=(TOKEN_FIELD) value=(token);
                    button class=(class) type="submit" { (inside) }
                }
            }
            Press::Print => button class={ "needs-script " (class) } type="button" data-print { (inside) },
        }
    }
}

/// Buttons in a row, wrapping on small screens.
pub fn buttons(views: &[Button]) -> Markup {
    html! {
        @if !views.is_empty() {
            div.btn-row { @for view in views { (button(view)) } }
        }
    }
}

/// One act of a procedure, as listed beside an entry (现在可以办理).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The button; its label names the act even when it is refused.
    pub button: Button,
    /// Why it cannot be done now; `None` when it can.
    pub refused: Option<ActRefused>,
    /// What it will do or need, one line.
    pub note: Option<String>,
    /// Where what is missing is begun.
    pub begin: Vec<Button>,
}

/// Why an act cannot be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRefused {
    /// What is missing, in words of the office.
    pub reason: String,
    /// The article, as `行政处罚法 第五十七条`.
    pub law: Option<String>,
}

/// The acts of an entry: those that can be done as buttons, the others with reason and article.
pub fn action_list(views: &[Act]) -> Markup {
    html! {
        ul.act-list {
            @for view in views {
                li.act {
                    @match &view.refused {
                        None => (button(&view.button)),
                        Some(refused) => {
                            span.act-refused-label { (view.button.label) }
                            p.act-refused {
                                (refused.reason)
                                @if let Some(law) = &refused.law {
                                    " " span.law { (words::GROUND) " " (law) }
                                }
                            }
                        }
                    }
                    @if let Some(note) = &view.note { p.hint { (note) } }
                    (buttons(&view.begin))
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let refused = |label: &str, reason: &str, law: Option<&str>| Act {
        button: Button::submit(label),
        refused: Some(ActRefused {
            reason: reason.into(),
            law: law.map(String::from),
        }),
        note: None,
        begin: Vec::new(),
    };
    vec![
        Sample::usual(buttons(&[
            Button::submit("受理申请"),
            Button::go("导入", "#import").with(Icon::Import),
            Button::download("导出", "#export"),
            Button::go("查看流程图", "#flow").quiet(),
        ])),
        Sample::full(buttons(&[
            Button::post("作废本记录", "#void", "t0")
                .grave()
                .with(Icon::Cross),
            Button {
                press: Press::Print,
                icon: Some(Icon::Print),
                ..Button::go("打印", "")
            },
            Button {
                press: Press::SubmitAs("take".into(), "good".into()),
                ..Button::submit("只导入无误的 301 行，退回有问题的 3 行")
            },
        ])),
        Sample::erroneous(action_list(&[
            Act {
                button: Button::go("告知当事人", "#inform").primary(),
                refused: None,
                note: Some("生成告知书，送达后起算陈述申辩期限。".into()),
                begin: Vec::new(),
            },
            refused(
                "作出处罚决定",
                "缺少法制审核意见书。",
                Some("行政处罚法 第五十八条"),
            ),
            refused("结案", "处罚决定还没有执行完毕。", None),
        ])),
    ]
}
