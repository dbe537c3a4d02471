//! The form: sections of fields, errors at the top and at their fields, buttons at the end.
//!
//! With JavaScript a changed form asks once before it is left, and keeps a draft on this machine
//! when a `draft` key is given; the key must name the user, and signing out removes all drafts.

use maud::{Markup, html};

use super::button::{Button, TOKEN_FIELD, buttons};
use super::field::{Control, Field, field};
use super::filter::Choice;
use super::icons::{Icon, icon};
use super::notice::{Link, link};
use super::sample::Sample;
use super::words;

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormPart {
    /// Heading; none for the only part.
    pub title: Option<String>,
    /// One sentence below the heading.
    pub note: Option<String>,
    /// Fields.
    pub fields: Vec<Field>,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Unique on the page.
    pub id: String,
    /// Where it is sent, by POST.
    pub action: String,
    /// Form token.
    pub token: String,
    /// It has files: shows the progress of the upload.
    pub uploads: bool,
    /// Key of the draft kept on this machine, `<user>:<page>`; none keeps no draft.
    pub draft: Option<String>,
    /// Errors of the form as a whole, beside those of its fields.
    pub errors: Vec<String>,
    /// Hidden values.
    pub hidden: Vec<(String, String)>,
    /// Parts.
    pub parts: Vec<FormPart>,
    /// Buttons, the sending one first.
    pub buttons: Vec<Button>,
}

/// A form with its error summary.
pub fn form(view: &Form) -> Markup {
    let errors = errors(view);
    let encoding = view.uploads.then_some("multipart/form-data");
    html! {
        (error_summary(&format!("{}-errors", view.id), &errors))
        form.form method="post" action=(view.action) id=(view.id) enctype=[encoding] novalidate
            data-guard data-draft=[view.draft.as_deref()] data-upload[view.uploads] {
            input type="hidden" name=(TOKEN_FIELD) value=(view.token);
            @for (name, value) in &view.hidden { input type="hidden" name=(name) value=(value); }
            @for one in &view.parts { (part(one)) }
            @if view.uploads { progress.upload-progress max="100" value="0" hidden aria-label="上传进度" {} }
            (buttons(&view.buttons))
            p.draft-note data-draft-note hidden {}
        }
    }
}

fn part(view: &FormPart) -> Markup {
    html! {
        div.form-part {
            @if view.title.is_some() || view.note.is_some() {
                div.form-part-head {
                    @if let Some(title) = &view.title { h2 { (title) } }
                    @if let Some(note) = &view.note { p.hint { (note) } }
                }
            }
            div.form-part-fields { @for one in &view.fields { (field(one)) } }
        }
    }
}

fn errors(view: &Form) -> Vec<FormError> {
    let own = view.errors.iter().map(|text| FormError {
        text: text.clone(),
        field: None,
    });
    let fields = view.parts.iter().flat_map(|part| &part.fields);
    let theirs = fields.filter_map(|field| {
        let text = format!("{}：{}", field.label, field.error.as_ref()?);
        Some(FormError {
            text,
            field: Some(field.name.clone()),
        })
    });
    own.chain(theirs).collect()
}

/// One line of the error summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// What is wrong and what to do.
    pub text: String,
    /// Id of the field to jump to.
    pub field: Option<String>,
}

/// The errors of a page at its top, each leading to its field. [`form`] shows its own.
pub fn error_summary(id: &str, errors: &[FormError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary id=(id) role="alert" tabindex="-1" data-focus-here {
                p.notice-title { (icon(Icon::Alert)) (words::ERRORS_HEAD) }
                ul {
                    @for one in errors {
                        li {
                            @match &one.field {
                                Some(field) => (link(&Link::new(one.text.as_str(), format!("#{field}")))),
                                None => (one.text),
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
    let matter = |name: &str, value: &str| {
        Field::new(
            name,
            "事项",
            Control::Text {
                value: value.into(),
            },
        )
        .required()
    };
    let way = |name: &str| {
        let choices = ["来电", "来信", "来访", "网络"].map(Choice::same).to_vec();
        Field::new(
            name,
            "来源",
            Control::Choice {
                value: "来电".into(),
                choices,
            },
        )
    };
    let part = |title: &str, fields| FormPart {
        title: Some(title.into()),
        note: None,
        fields,
    };
    let buttons = vec![
        Button::submit("登记投诉"),
        Button::go("不登记，返回列表", "#list").quiet(),
    ];
    let usual = Form {
        id: "sample-form".into(),
        action: "#create".into(),
        token: "t0".into(),
        draft: Some("li-wen:complaint/new".into()),
        parts: vec![FormPart {
            note: Some("登记当天起算办理期限。".into()),
            ..part(
                "投诉",
                vec![matter("u-matter", "咨询随迁子女入学材料"), way("u-way")],
            )
        }],
        buttons: buttons.clone(),
        ..Form::default()
    };
    let wrong = Form {
        id: "sample-form-wrong".into(),
        errors: vec!["这件投诉已由赵敏在 14:32 登记为 12345-2022-0305。".into()],
        draft: None,
        parts: vec![part(
            "投诉",
            vec![
                matter("w-matter", "").error("请写明投诉的事项。"),
                way("w-way"),
            ],
        )],
        ..usual.clone()
    };
    vec![Sample::usual(form(&usual)), Sample::erroneous(form(&wrong))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_leads_to_the_field() {
        let field = Field::new(
            "fine",
            "罚款",
            Control::Money {
                value: "五千".into(),
            },
        )
        .error("请写数字");
        let view = Form {
            parts: vec![FormPart {
                fields: vec![field],
                ..FormPart::default()
            }],
            ..Form::default()
        };
        let html = form(&view).into_string();
        assert!(
            html.contains("<a href=\"#fine\">罚款：请写数字</a>"),
            "{html}"
        );
        assert!(
            html.contains("value=\"五千\""),
            "the form comes back as typed"
        );
    }
}
