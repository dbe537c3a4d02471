//! The form in which a paper is written: its parts, and the text line by line.

use app::{entry::Entry, kept::paper::PaperText};
use maud::html;

use super::above_paper;
use crate::{
    context::Page,
    form::Form,
    pages::entry::name_of,
    shell::View,
    ui::{
        button::Button,
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, page_head},
        shell::Area,
    },
};

/// What stands in the form of a paper.
pub(super) struct Draft {
    issuer: String,
    title: String,
    to: String,
    lines: String,
    seal: bool,
    pub(super) reason: String,
}

impl Draft {
    pub(super) fn of(text: &PaperText) -> Self {
        Self {
            issuer: text.issuer.clone(),
            title: text.title.clone(),
            to: text.to.clone(),
            lines: text.lines(),
            seal: text.seal,
            reason: String::new(),
        }
    }
    pub(super) fn posted(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            issuer: text("issuer"),
            title: text("title"),
            to: text("to"),
            lines: form.text("lines").replace("\r\n", "\n"),
            seal: form.text("seal") == "true",
            reason: text("reason"),
        }
    }
    pub(super) fn text(&self) -> PaperText {
        PaperText {
            issuer: self.issuer.clone(),
            title: self.title.clone(),
            to: self.to.clone(),
            blocks: PaperText::blocks_of(&self.lines),
            seal: self.seal,
        }
    }
}

const HOW: &str = "每行一段。行首写“# ”是小标题，“> ”是顶格行，“@ ”是签名行，“* ”是附注。\
                   横线处是还不知道的内容，可以现在填，也可以打印后手写。";

pub(super) struct Editor<'a> {
    pub(super) entry: &'a Entry,
    pub(super) name: &'a str,
    pub(super) action: String,
    pub(super) back: String,
    /// The version that is edited.
    pub(super) seen: Option<u32>,
    /// A signed paper is corrected with a reason.
    pub(super) reasoned: bool,
}

pub(super) fn editor(page: &Page, how: &Editor<'_>, draft: &Draft, error: Option<String>) -> View {
    let text = |value: &str| Control::Text {
        value: value.to_owned(),
    };
    let mut fields = vec![
        Field::new("issuer", "制作机关", text(&draft.issuer)),
        Field::new("title", "标题", text(&draft.title)).required(),
        Field::new("to", "送达对象（抬头）", text(&draft.to)),
        Field::new(
            "lines",
            "正文",
            Control::LongText {
                value: draft.lines.clone(),
                rows: 22,
            },
        )
        .required()
        .hint(HOW),
        Field::new(
            "seal",
            "落款盖章",
            Control::YesNo {
                value: Some(draft.seal),
            },
        ),
    ];
    if how.reasoned {
        let control = Control::LongText {
            value: draft.reason.clone(),
            rows: 2,
        };
        let reason = Field::new("reason", "更正理由", control).required();
        fields.push(reason.hint("这份文书已经签发，更正理由会和各稿一起留存。"));
    }
    let hidden = how.seen.map(|v| ("version".to_owned(), v.to_string()));
    let body = form_view(&FormView {
        id: "paper".to_owned(),
        action: how.action.clone(),
        token: page.token(),
        draft: Some(format!("{}:{}", page.actor().account, how.action)),
        hidden: hidden.into_iter().collect(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields,
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit("保存草稿"),
            Button::go("不保存，返回", how.back.clone()).quiet(),
        ],
        ..FormView::default()
    });
    let title = match how.seen {
        Some(_) => format!("修改《{}》", how.name),
        None => format!("制作《{}》", how.name),
    };
    let head = page_head(&PageHead {
        title: title.clone(),
        kicker: Some(name_of(how.entry)),
        lede: Some("每次保存是新的一稿，前面各稿都保留；签发后才算数。".to_owned()),
        ..PageHead::default()
    });
    View::of(
        Area::Ledgers,
        title,
        html! { (head) div.paper-editor { (body) } },
    )
    .below(above_paper(how.entry))
}
