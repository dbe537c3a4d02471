//! Forms asked step by step, which work without JavaScript.
//!
//! What was answered before travels along in hidden fields, so nothing is kept about people who do
//! not finish. Before it is handed in, everything is shown once more with a way back to each part.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::{
    form::Form,
    ui::{
        button::TOKEN_FIELD,
        field::{Control, Field, field},
        filter::Choice,
        form::{FormError, error_summary},
    },
};

/// What a question takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// One line.
    Line,
    /// Several lines.
    Lines(u8),
    /// One of these.
    OneOf(Vec<String>),
    /// A telephone number.
    Phone,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Name of the field.
    pub name: &'static str,
    /// The question.
    pub label: &'static str,
    /// What to write, or why it is asked.
    pub hint: String,
    /// What it takes.
    pub take: Take,
    /// What to say when it is not answered; empty when it need not be.
    pub needed: &'static str,
    /// Longest answer in characters.
    pub max: usize,
}

impl Question {
    /// A question that must be answered; `needed` says what to do.
    pub fn must(name: &'static str, label: &'static str, take: Take, needed: &'static str) -> Self {
        Self {
            name,
            label,
            hint: String::new(),
            take,
            needed,
            max: 200,
        }
    }
    /// A question that may be left out.
    pub fn may(name: &'static str, label: &'static str, take: Take) -> Self {
        Self::must(name, label, take, "")
    }
    /// The same question with a hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        Self { hint, ..self }
    }
    /// The same question with room for so many characters.
    #[must_use]
    pub fn room(self, max: usize) -> Self {
        Self { max, ..self }
    }
}

/// Questions that are asked together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub title: &'static str,
    /// Questions.
    pub questions: Vec<Question>,
}

/// A form in steps.
#[derive(Clone, Debug)]
pub struct Wizard {
    /// Where it is sent.
    pub action: String,
    /// What the last button does: a verb with its object.
    pub submit: &'static str,
    /// Steps.
    pub steps: Vec<Step>,
    /// Values that travel along from the start.
    pub fixed: Vec<(&'static str, String)>,
    /// A file may be attached.
    pub files: bool,
    /// What is confirmed by handing it in.
    pub declaration: &'static str,
}

/// What was answered so far.
pub type Given = BTreeMap<String, String>;

/// What a posted form leads to.
pub enum Next {
    /// A step is shown, with what is wrong in it.
    Ask(usize, Vec<(&'static str, String)>),
    /// Everything is shown once more.
    Check,
    /// It is handed in.
    HandIn,
}

/// Files with one form at most.
pub const FILES_MAX: usize = 5;
/// Name of the field that says which step was posted.
const STEP: &str = "step";
/// Name of the button that goes back to a step.
const BACK: &str = "back";

impl Wizard {
    /// What was answered, of the fields that it asks for.
    pub fn given(&self, form: &Form) -> Given {
        let names = self.steps.iter().flat_map(|s| &s.questions).map(|q| q.name);
        let fixed = self.fixed.iter().map(|(name, _)| *name);
        names
            .chain(fixed)
            .map(|name| (name.to_owned(), form.text(name).trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// Where a posted form leads to.
    pub fn next(&self, form: &Form, given: &Given) -> Next {
        if let Ok(back) = form.text(BACK).parse::<usize>() {
            return Next::Ask(back.min(self.steps.len() - 1), Vec::new());
        }
        let posted: usize = form.text(STEP).parse().unwrap_or(0);
        // Everything up to the posted step is looked at: hidden fields can be changed.
        for (at, step) in self.steps.iter().enumerate().take(posted + 1) {
            let wrong = wrong(step, given);
            if !wrong.is_empty() {
                return Next::Ask(at, wrong);
            }
        }
        match posted {
            posted if posted + 1 < self.steps.len() => Next::Ask(posted + 1, Vec::new()),
            posted if posted + 1 == self.steps.len() => Next::Check,
            _ => Next::HandIn,
        }
    }

    /// The page of a step.
    pub fn step(
        &self,
        at: usize,
        ticket: &str,
        given: &Given,
        wrong: &[(&'static str, String)],
    ) -> Markup {
        let step = &self.steps[at];
        let fields: Vec<Field> = step
            .questions
            .iter()
            .map(|q| ask(q, given, wrong))
            .collect();
        let errors: Vec<FormError> = wrong
            .iter()
            .map(|(name, text)| FormError {
                text: text.clone(),
                field: Some((*name).to_owned()),
            })
            .collect();
        let asked_here = |name: &str| step.questions.iter().any(|q| q.name == name);
        html! {
            (error_summary("wrong", &errors))
            p.step-count { "第 " (at + 1) " 步，共 " (self.steps.len() + 1) " 步" }
            form.form.portal-form method="post" action=(self.action) novalidate {
                (self.hidden(at, ticket, given, &asked_here))
                h2 { (step.title) }
                @for one in &fields { (field(one)) }
                div.form-buttons {
                    button.btn.btn-primary type="submit" { "继续" }
                    @if at > 0 { button.btn type="submit" name=(BACK) value=(at - 1) { "返回上一步" } }
                }
            }
        }
    }

    /// Everything once more, before it is handed in.
    pub fn check(&self, ticket: &str, given: &Given, error: Option<&str>) -> Markup {
        let encoding = self.files.then_some("multipart/form-data");
        html! {
            @if let Some(error) = error {
                (error_summary("wrong", &[FormError { text: error.to_owned(), field: None }]))
            }
            p.step-count { "第 " (self.steps.len() + 1) " 步，共 " (self.steps.len() + 1) " 步" }
            h2 { "提交前请核对" }
            form.form.portal-form method="post" action=(self.action) enctype=[encoding] novalidate data-work=(ticket) {
                (self.hidden(self.steps.len(), ticket, given, &|_| false))
                @for (at, step) in self.steps.iter().enumerate() {
                    section.check-part {
                        div.section-head { h3 { (step.title) }
                            button.btn.btn-quiet type="submit" name=(BACK) value=(at) formnovalidate {
                                "更改" span.unseen { (step.title) } } }
                        dl.article-facts {
                            @for q in &step.questions {
                                div { dt { (q.label) } dd {
                                    @match given.get(q.name) { Some(v) => (v), None => span.hint { "未填写" } }
                                } }
                            }
                        }
                    }
                }
                @if self.files {
                    div.field { label for="file" { "附件（选填）" }
                        p.hint #file-hint { "可以选几个文件，最多 " (FILES_MAX) " 个，每个不超过 10 MB。" }
                        input type="file" id="file" name="file" multiple aria-describedby="file-hint"; }
                }
                @if !self.declaration.is_empty() { p.declaration { (self.declaration) } }
                div.form-buttons { button.btn.btn-primary type="submit" { (self.submit) } }
            }
        }
    }

    fn hidden(
        &self,
        at: usize,
        ticket: &str,
        given: &Given,
        asked_here: &dyn Fn(&str) -> bool,
    ) -> Markup {
        html! {
            input type="hidden" name=(TOKEN_FIELD) value=(ticket);
            input type="hidden" name=(STEP) value=(at);
            @for (name, value) in given.iter().filter(|(name, _)| !asked_here(name)) {
                input type="hidden" name=(name) value=(value);
            }
        }
    }
}

fn ask(question: &Question, given: &Given, wrong: &[(&'static str, String)]) -> Field {
    let value = given.get(question.name).cloned().unwrap_or_default();
    let control = match &question.take {
        Take::Line | Take::Phone => Control::Text { value },
        Take::Lines(rows) => Control::LongText { value, rows: *rows },
        Take::OneOf(options) => Control::Choice {
            value,
            choices: options.iter().map(Choice::same).collect(),
        },
    };
    let label = match question.needed {
        "" => format!("{}（选填）", question.label),
        _ => question.label.to_owned(),
    };
    let mut field = Field::new(question.name, label, control);
    if !question.hint.is_empty() {
        field = field.hint(question.hint.clone());
    }
    match wrong.iter().find(|(name, _)| *name == question.name) {
        Some((_, text)) => field.error(text.clone()),
        None => field,
    }
}

fn wrong(step: &Step, given: &Given) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    for question in &step.questions {
        let value = given.get(question.name).map_or("", String::as_str);
        let length = value.chars().count();
        if value.is_empty() {
            if !question.needed.is_empty() {
                wrong.push((question.name, question.needed.to_owned()));
            }
            continue;
        }
        if length > question.max {
            let text = format!(
                "{}最多 {} 个字，现在 {length} 个字。",
                question.label, question.max
            );
            wrong.push((question.name, text));
        }
        match &question.take {
            Take::OneOf(options) if !options.iter().any(|o| o == value) => {
                wrong.push((
                    question.name,
                    format!("请从列出的选项里选{}。", question.label),
                ));
            }
            Take::Phone if app::values::identifiers::Phone::normalised(value).is_err() => {
                let text = "电话号码不完整：请写 11 位手机号，或带区号的固定电话。";
                wrong.push((question.name, text.to_owned()));
            }
            _ => {}
        }
    }
    wrong
}
