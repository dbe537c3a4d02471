//! Form fields: label, hint with law, required mark, error; one control for each kind of value.
//!
//! Values are the words as typed, so a rejected form comes back exactly as it was filled in.

use maud::{Markup, html};

use super::filter::Choice;
use super::sample::Sample;
use super::words;

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name in the form; also its id on the page, so unique on the page.
    pub name: String,
    /// Label.
    pub label: String,
    /// What is asked for and as typed.
    pub control: Control,
    /// Must be filled.
    pub required: bool,
    /// One short sentence on what to write.
    pub hint: Option<String>,
    /// The article that asks for it.
    pub law: Option<String>,
    /// Why what was typed cannot be taken, and what to do.
    pub error: Option<String>,
    /// Taken, but doubtful.
    pub warning: Option<String>,
    /// Personal data: never kept in drafts on this machine.
    pub private: bool,
}

impl Field {
    /// A field that may stay empty.
    pub fn new(name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            control,
            required: false,
            hint: None,
            law: None,
            error: None,
            warning: None,
            private: false,
        }
    }

    /// The same field, required.
    pub fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// The same field with a hint.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The same field with the article that asks for it.
    pub fn law(self, law: impl Into<String>) -> Self {
        Self {
            law: Some(law.into()),
            ..self
        }
    }

    /// The same field with an error.
    pub fn error(self, error: impl Into<String>) -> Self {
        Self {
            error: Some(error.into()),
            ..self
        }
    }
}

/// What a field asks for, with its value as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// One line of words.
    Text {
        /// As typed.
        value: String,
    },
    /// The name that one signs in with.
    Login {
        /// As typed.
        value: String,
    },
    /// Several lines.
    LongText {
        /// As typed.
        value: String,
        /// Height in lines.
        rows: u8,
    },
    /// Text of a report: several lines that take figures from a [`super::desk::picker`].
    Narrative {
        /// As typed, with marks of figures.
        value: String,
        /// Height in lines.
        rows: u8,
    },
    /// A number with its measure word.
    Number {
        /// As typed.
        value: String,
        /// `人次`.
        unit: String,
    },
    /// Money in yuan, as typed; fen come from the parser.
    Money {
        /// As typed.
        value: String,
    },
    /// A day, ISO.
    Date {
        /// As typed.
        value: String,
    },
    /// A span of days, ISO; names are `<name>.from` and `<name>.to`.
    DateRange {
        /// First day as typed.
        from: String,
        /// Last day as typed.
        to: String,
    },
    /// One of several: as radio buttons up to six, as a list above.
    Choice {
        /// Chosen value.
        value: String,
        /// Choices.
        choices: Vec<Choice>,
    },
    /// Several of several.
    Choices {
        /// Chosen values.
        values: Vec<String>,
        /// Choices.
        choices: Vec<Choice>,
    },
    /// Yes, no, or not answered.
    YesNo {
        /// As answered.
        value: Option<bool>,
    },
    /// A subject, unit or officer: words with suggestions, for which `lookup` names a page that
    /// helps to find it.
    Lookup {
        /// As typed.
        value: String,
        /// Suggestions shown while typing.
        suggestions: Vec<Choice>,
        /// Page to search the register.
        lookup: Option<String>,
    },
    /// Files.
    File {
        /// Accepted types, as `.xlsx`.
        accept: String,
        /// More than one.
        several: bool,
        /// Limits in words: `每个不超过 20 MB`.
        limit: String,
        /// What was uploaded before and is kept.
        kept: Vec<KeptFile>,
    },
    /// The name to sign in with.
    Account {
        /// As typed.
        value: String,
    },
    /// A password.
    Password {
        /// `current-password` or `new-password`.
        autocomplete: &'static str,
    },
    /// Cannot be changed here: shown, and sent along.
    Fixed {
        /// Value.
        value: String,
        /// What it says.
        shown: String,
    },
}

/// A file that was uploaded and is kept after an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Name.
    pub name: String,
    /// Size in words.
    pub size: String,
    /// Value of the hidden field that keeps it.
    pub handle: String,
}

/// Attributes that every control of a field shares.
struct Wiring {
    described_by: Option<String>,
    invalid: Option<&'static str>,
    required: bool,
}

/// One field.
pub fn field(view: &Field) -> Markup {
    let wiring = Wiring {
        described_by: described_by(view),
        invalid: view.error.as_ref().map(|_| "true"),
        required: view.required,
    };
    let grouped = matches!(
        &view.control,
        Control::DateRange { .. } | Control::Choices { .. } | Control::YesNo { .. }
    ) || matches!(&view.control, Control::Choice { choices, .. } if as_radio(choices));
    html! {
        @if grouped {
            fieldset.field .field-error[view.error.is_some()] id=(view.name)
                data-private[view.private]
                aria-describedby=[wiring.described_by.as_deref()] {
                legend { (label_text(view)) }
                (notes(view))
                (control(&view.name, &view.label, &view.control, &wiring))
            }
        } @else {
            div.field .field-error[view.error.is_some()] data-private[view.private] {
                label for=(view.name) { (label_text(view)) }
                (notes(view))
                (control(&view.name, &view.label, &view.control, &wiring))
            }
        }
    }
}

/// Up to this many choices are radio buttons.
const RADIO_CHOICES_MAX: usize = 6;

fn as_radio(choices: &[Choice]) -> bool {
    choices.len() <= RADIO_CHOICES_MAX
}

fn described_by(view: &Field) -> Option<String> {
    let mut ids = Vec::new();
    if view.hint.is_some() || view.law.is_some() {
        ids.push(format!("{}-hint", view.name));
    }
    if view.warning.is_some() {
        ids.push(format!("{}-warning", view.name));
    }
    if view.error.is_some() {
        ids.push(format!("{}-error", view.name));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn label_text(view: &Field) -> Markup {
    html! {
        (view.label)
        @if view.required { " " span.required { (words::REQUIRED) } }
    }
}

fn notes(view: &Field) -> Markup {
    html! {
        @if view.hint.is_some() || view.law.is_some() {
            p.hint id=(format!("{}-hint", view.name)) {
                @if let Some(hint) = &view.hint { (hint) }
                @if let Some(law) = &view.law { " " span.law { (words::LAW) " " (law) } }
            }
        }
        @if let Some(warning) = &view.warning {
            p.field-warning id=(format!("{}-warning", view.name)) { (warning) }
        }
        @if let Some(error) = &view.error {
            p.field-message id=(format!("{}-error", view.name)) {
                span.unseen { (words::ERROR) } (error)
            }
        }
    }
}

fn control(name: &str, label: &str, control: &Control, wiring: &Wiring) -> Markup {
    match control {
        Control::Text { value } => input(name, "text", value, "w-text", wiring),
        Control::Date { value } => input(name, "date", value, "w-date", wiring),
        Control::LongText { value, rows } | Control::Narrative { value, rows } => html! {
            @let editor = matches!(control, Control::Narrative { .. });
            textarea .narrative[editor] data-editor[editor] id=(name) name=(name) rows=(rows) required[wiring.required]
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid] { (value) }
        },
        Control::Number { value, unit } => with_unit(number(name, value, "numeric", wiring), unit),
        Control::Money { value } => with_unit(number(name, value, "decimal", wiring), "元"),
        Control::DateRange { from, to } => html! {
            div.range {
                @for (part, value, word) in [("from", from, words::FROM), ("to", to, words::TO)] {
                    label for=(format!("{name}.{part}")) {
                        span.unseen { (label) } (word)
                    }
                    input.w-date type="date" id=(format!("{name}.{part}"))
                        name=(format!("{name}.{part}")) value=(value) required[wiring.required];
                }
            }
        },
        Control::Choice { value, choices } if as_radio(choices) => {
            options(name, "radio", choices, &|one| one == value, wiring)
        }
        Control::Choice { value, choices } => html! {
            select id=(name) name=(name) required[wiring.required]
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid] {
                option value="" selected[value.is_empty()] { (words::CHOOSE) }
                @for one in choices {
                    option value=(one.value) selected[one.value == *value] { (one.label) }
                }
            }
        },
        Control::Choices { values, choices } => options(
            name,
            "checkbox",
            choices,
            &|one| values.iter().any(|value| value == one),
            wiring,
        ),
        Control::YesNo { value } => {
            let choices = [
                Choice::new("true", words::YES),
                Choice::new("false", words::NO),
            ];
            let answered = value.map(|yes| if yes { "true" } else { "false" });
            options(
                name,
                "radio",
                &choices,
                &|one| Some(one) == answered,
                wiring,
            )
        }
        Control::Lookup {
            value,
            suggestions,
            lookup,
        } => look_up(name, value, suggestions, lookup.as_deref(), wiring),
        Control::File {
            accept,
            several,
            limit,
            kept,
        } => html! {
            @for one in kept {
                p.kept-file {
                    label {
                        input type="checkbox" name=(format!("{name}.kept")) value=(one.handle) checked;
                        " 保留 " (one.name) " " span.hint { (one.size) }
                    }
                }
            }
            input type="file" id=(name) name=(name) accept=(accept) multiple[*several]
                required[wiring.required && kept.is_empty()]
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
            p.hint { (limit) }
        },
        Control::Account { value } => html! {
            input.w-text type="text" id=(name) name=(name) value=(value) autocomplete="username"
                autocapitalize="none" spellcheck="false" required[wiring.required]
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
        },
        Control::Login { value } => html! {
            input.w-text type="text" id=(name) name=(name) value=(value) autocomplete="username"
                autocapitalize="none" spellcheck="false" required[wiring.required]
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
        },
        Control::Password { autocomplete } => html! {
            input.w-text type="password" id=(name) name=(name) autocomplete=(autocomplete)
                required[wiring.required] data-private
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
        },
        Control::Fixed { value, shown } => html! {
            input type="hidden" name=(name) value=(value);
            output.fixed id=(name) { (shown) }
        },
    }
}

fn input(name: &str, kind: &str, value: &str, class: &str, wiring: &Wiring) -> Markup {
    html! {
        input class=(class) type=(kind) id=(name) name=(name) value=(value)
            required[wiring.required]
            aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
    }
}

/// Numbers are typed as words: browsers' number fields lose what they do not understand and change
/// values under a turning mouse wheel.
fn number(name: &str, value: &str, mode: &str, wiring: &Wiring) -> Markup {
    html! {
        input.w-number type="text" inputmode=(mode) autocomplete="off" id=(name) name=(name)
            value=(value) required[wiring.required]
            aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
    }
}

fn with_unit(input: Markup, unit: &str) -> Markup {
    html! { div.with-unit { (input) span.unit { (unit) } } }
}

fn options(
    name: &str,
    kind: &str,
    choices: &[Choice],
    chosen: &dyn Fn(&str) -> bool,
    wiring: &Wiring,
) -> Markup {
    html! {
        div.options {
            @for (at, one) in choices.iter().enumerate() {
                @let id = format!("{name}.{at}");
                label.option for=(id) {
                    input type=(kind) id=(id) name=(name) value=(one.value)
                        checked[chosen(&one.value)] required[wiring.required && kind == "radio"];
                    span { (one.label) }
                }
            }
        }
    }
}

fn look_up(
    name: &str,
    value: &str,
    suggestions: &[Choice],
    lookup: Option<&str>,
    wiring: &Wiring,
) -> Markup {
    let list = format!("{name}-list");
    html! {
        div.with-unit {
            input.w-text type="text" id=(name) name=(name) value=(value) list=(list)
                autocomplete="off" required[wiring.required]
                aria-describedby=[wiring.described_by.as_deref()] aria-invalid=[wiring.invalid];
            @if let Some(href) = lookup { a href=(href) { "查名录库" } }
        }
        datalist id=(list) {
            @for one in suggestions { option value=(one.value) { (one.label) } }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::usual(html! { (words_and_numbers()) }),
        Sample::full(html! { (choices_and_files()) }),
        Sample::erroneous(html! { (errors()) }),
    ]
}

fn words_and_numbers() -> Markup {
    let text = |value: &str| Control::Text {
        value: value.into(),
    };
    html! {
        (field(&Field::new("s-matter", "事项", text("咨询随迁子女入学材料")).required()))
        (field(&Field::new("s-detail", "经过", Control::LongText { value: String::new(), rows: 4 })
            .hint("写时间、地点、经过和诉求，不写投诉人姓名和电话。")))
        (field(&Field::new("s-people", "参加人次", Control::Number { value: "1280".into(), unit: "人次".into() })))
        (field(&Field::new("s-fine", "罚款", Control::Money { value: "5000.00".into() }).law("行政处罚法 第九条")))
        (field(&Field::new("s-day", "收到日期", Control::Date { value: "2022-12-07".into() }).required()))
        (field(&Field::new("s-span", "活动时间", Control::DateRange { from: "2022-12-01".into(), to: "2022-12-07".into() })))
    }
}

fn choices_and_files() -> Markup {
    let places = [
        "东山区",
        "西河区",
        "南湖区",
        "市直属",
        "开发区",
        "高新区",
        "经开区",
    ];
    let kinds = ["来电", "来信", "来访", "网络"];
    let many = |all: &[&str]| all.iter().copied().map(Choice::same).collect::<Vec<_>>();
    html! {
        (field(&Field::new("f-way", "来源", Control::Choice { value: "来电".into(), choices: many(&kinds) }).required()))
        (field(&Field::new("f-place", "区", Control::Choice { value: String::new(), choices: many(&places) })))
        (field(&Field::new("f-topics", "涉及", Control::Choices { values: vec!["收费".into(), "师德".into()], choices: many(&["收费", "师德", "招生", "安全"]) })))
        (field(&Field::new("f-pleased", "投诉人满意", Control::YesNo { value: Some(true) })))
        (field(&Field::new("f-unit", "涉及单位", Control::Lookup { value: "云川市第三幼儿园".into(), suggestions: many(&["云川市第三幼儿园", "云川市第一中学"]), lookup: Some("#register".into()) }).hint("写全称，或统一社会信用代码。")))
        (field(&Field::new("f-files", "证据材料", Control::File { accept: ".pdf,.jpg,.png".into(), several: true, limit: "PDF 或图片，每个不超过 20 MB。".into(), kept: vec![KeptFile { name: "现场检查笔录.pdf".into(), size: "1.2 MB".into(), handle: "h1".into() }] })))
        (field(&Field::new("f-organ", "机关", Control::Fixed { value: "yunchuan".into(), shown: "云川市教育局".into() })))
    }
}

fn errors() -> Markup {
    let doubtful = Field {
        warning: Some("校验位不对，第 18 位应为 X。按原样保存，请核对。".into()),
        ..Field::new(
            "e-code",
            "统一社会信用代码",
            Control::Text {
                value: "911500000000000000".into(),
            },
        )
    };
    html! {
        (field(&Field::new("e-day", "办结日期", Control::Date { value: "2022-11-30".into() }).required()
            .error("办结日期早于收到日期 2022年12月7日，请改正其中一个。")))
        (field(&Field::new("e-fine", "罚款", Control::Money { value: "五千".into() }).error("请写数字，例如 5000 或 5000.00。")))
        (field(&Field::new("e-way", "来源", Control::Choice { value: String::new(), choices: vec![Choice::same("来电"), Choice::same("来信")] }).required().error("请选择一个来源。")))
        (field(&doubtful))
    }
}
