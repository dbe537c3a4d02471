//! Where something stands that was handed in, for whoever has its receipt and code.

use app::{
    AppError,
    inquiry::{RATINGS, Remedy, Reply, Standing, Status},
    values::dates::{Date, chinese, chinese_with_weekday},
};
use axum::{extract::State, http::StatusCode, response::Response};
use maud::{Markup, html};

use super::super::{
    frame::View,
    paths,
    visit::{Asked, Visit},
};
use crate::{
    Web,
    form::Form,
    pages::entry::recorded,
    ui::{
        button::TOKEN_FIELD,
        field::{Control, Field, field},
        form::{FormError, error_summary},
    },
};

/// The form that asks for receipt and code.
pub async fn form(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, |visit| {
        let main = question(&visit.asked("receipt"), None);
        Ok(visit.respond(StatusCode::OK, View::new(paths::STATUS, "查进度", main)))
    })
    .await
}

fn question(receipt: &str, error: Option<&str>) -> Markup {
    let line = |name: &str, label: &str, value: &str, hint: &str| {
        let value = value.to_owned();
        field(&Field::new(name, label, Control::Text { value }).hint(hint))
    };
    html! {
        @if let Some(error) = error { (error_summary("wrong", &[FormError { text: error.to_owned(), field: Some("receipt".to_owned()) }])) }
        div.page-head { h1 { "查进度" } p { "凭回执编号和查询码查看申请、投诉、咨询的办理情况和答复。" } }
        form.form.portal-form method="post" action=(paths::STATUS) novalidate {
            (line("receipt", "回执编号", receipt, "十位数字，例如 2022000012。"))
            (line("code", "查询码", "", "八位字母和数字，大小写都可以。"))
            div.form-buttons { button.btn.btn-primary type="submit" { "查看进度" } }
        }
    }
}

/// Where something stands.
pub async fn show(State(web): State<Web>, asked: Asked, form: Form) -> Response {
    web.with_code(asked, form, |visit, form| {
        let (receipt, code) = (form.text("receipt"), form.text("code"));
        match visit.app().status(&visit.organ, receipt, code) {
            Ok(status) => {
                let main = standing(visit, &status, code);
                Ok(visit.respond(StatusCode::OK, View::new(paths::STATUS, "办理情况", main)))
            }
            Err(AppError::Input(text)) => {
                visit.wrong_code();
                let main = question(receipt, Some(&text));
                let view = View::new(paths::STATUS, "错误：查进度", main);
                Ok(visit.respond(StatusCode::UNPROCESSABLE_ENTITY, view))
            }
            Err(other) => Err(other),
        }
    })
    .await
}

/// A value of the entry that the sender may read.
fn of_entry(status: &Status, field: &str) -> String {
    let entry = status.entry.as_ref();
    let found = entry.and_then(|e| Some((e.ledger.field(field)?, e.state.fields.get(field)?)));
    found.map_or_else(String::new, |(f, v)| f.format(v))
}

fn standing(visit: &Visit, status: &Status, code: &str) -> Markup {
    let item = &status.item;
    let answered = ["replied_on", "answered_on", "opinion_on", "closed_on"]
        .into_iter()
        .map(|f| of_entry(status, f))
        .find(|t| !t.is_empty())
        .unwrap_or_default();
    let sentence = match item.standing {
        Standing::Refused => format!("没有登记办理。{}", item.remark),
        Standing::Held | Standing::Waiting => "已经收到，等待工作人员登记。".to_owned(),
        Standing::Answered => "已经答复。".to_owned(),
        Standing::Taken if !answered.is_empty() => format!("已于{answered}答复。"),
        Standing::Taken => match &status.due {
            Some((what, day, true)) => {
                format!("正在办理。{what}：最晚 {}。", chinese_with_weekday(*day))
            }
            Some((what, day, false)) => {
                format!(
                    "正在办理。{what}：承诺最晚 {}。",
                    chinese_with_weekday(*day)
                )
            }
            None => "正在办理。".to_owned(),
        },
    };
    let answer: Vec<(&str, String)> = [
        ("答复类型", of_entry(status, "result")),
        ("答复书文号", of_entry(status, "answer_number")),
        ("核查结论", of_entry(status, "finding")),
        ("处理意见", of_entry(status, "conclusion")),
        ("意见内容", of_entry(status, "opinion")),
        ("办理结果", of_entry(status, "reply")),
        (
            "采纳情况",
            if item.standing == Standing::Answered {
                item.remark.replace('\n', "。")
            } else {
                String::new()
            },
        ),
    ]
    .into_iter()
    .filter(|(_, v)| !v.is_empty())
    .collect();
    html! {
        div.page-head { h1 { (item.kind.name()) " " (item.receipt) } p role="status" { (sentence) } }
        (steps(status, !answered.is_empty()))
        @if !status.steps.is_empty() {
            details { summary { "期限怎样算出来的" } ol { @for step in &status.steps { li { (step) } } } }
        }
        @if !answer.is_empty() {
            section aria-labelledby="answer" { h2 #answer { "答复" }
                dl.article-facts { @for (name, value) in &answer { div { dt { (name) } dd { (value) } } } } }
        }
        @for (at, reply) in status.replies.iter().enumerate() { (paper(at, reply)) }
        @if let Some(remedy) = &status.remedy { (challenge(visit, remedy)) }
        section aria-labelledby="sent" { h2 #sent { "您提交的内容" }
            dl.article-facts {
                div { dt { "收到时间" } dd { (recorded(&item.received_at)) } }
                div { dt { "内容" } dd { (sent(status)) } }
                @for file in &item.files { div { dt { "附件" } dd { (file.name) } } }
            } }
        (rating(visit, status, code, !answered.is_empty()))
    }
}

/// What can be done about an answer: where, until when, and how that is counted.
fn challenge(visit: &Visit, remedy: &Remedy) -> Markup {
    let settings = visit.settings();
    let or = |said: &'_ str, usual: &'_ str| if said.is_empty() { usual } else { said }.to_owned();
    html! {
        div.notice {
            p.notice-title { "不服这个答复怎么办" }
            p { "申请行政复议：自知道答复之日起六十日内，向" (or(&settings.review_body, "本级人民政府")) "申请，最晚 "
                (chinese(remedy.review_by)) "（行政复议法第二十条）。" }
            p { "提起行政诉讼：自知道答复之日起六个月内，向" (or(&settings.court, "有管辖权的人民法院")) "起诉，最晚 "
                (chinese(remedy.suit_by)) "（行政诉讼法第四十六条）。对不予公开不服的，应当先申请行政复议，对复议决定不服再起诉（行政复议法第二十三条）。" }
            details { summary { "期限怎样算出来的" }
                p { "从答复之日 " (chinese(remedy.from)) " 的第二天起按自然日、月计算；最后一天是休息日的，顺延到休息日后的第一天。"
                    "以后才收到答复书的，从收到之日起算，比上面的日子晚；答复书写得不同的，以答复书为准。"
                    @if remedy.provisional { "其中有的年份放假安排还没有公布，日期可能顺延。" } }
            }
        }
    }
}

/// The stages that were reached, as the procedure names them; and whether an answer is there.
fn steps(status: &Status, answered: bool) -> Markup {
    let received = recorded(&status.item.received_at);
    let received = received.split(' ').next().unwrap_or_default().to_owned();
    let mut reached = vec![("收到".to_owned(), received)];
    let day = |on: &str| match on.parse::<Date>() {
        Ok(day) => chinese(day),
        Err(_) => on.to_owned(),
    };
    let stages = status.stages.iter();
    reached.extend(stages.map(|(name, on)| (name.clone(), day(on))));
    reached.dedup_by(|next, before| next.0 == before.0);
    html! {
        ol.status-steps {
            @for (name, on) in &reached { li.status-done { (name) span.hint { "（" (on) "）" } } }
            @if !answered && status.item.standing != Standing::Refused && status.item.standing != Standing::Answered {
                li { "答复" span.hint { "（未到）" } }
            }
        }
    }
}

/// What was sent: in the ledger once it was taken up there.
fn sent(status: &Status) -> String {
    match status.item.field("content") {
        "" => of_entry(status, "content"),
        waiting => waiting.to_owned(),
    }
}

/// A paper that was signed for the sender.
fn paper(at: usize, reply: &Reply) -> Markup {
    let id = format!("reply-{at}");
    html! {
        section.reply-paper aria-labelledby=(id) {
            h2 id=(id) { (reply.name) }
            @if let Some(number) = &reply.number { p.hint { (number) } }
            @if !reply.text.to.is_empty() { p { (reply.text.to.trim_end_matches('：')) "：" } }
            @for block in &reply.text.blocks { p { (block.text) } }
            p.reply-date { (chinese(reply.on)) }
        }
    }
}

fn rating(visit: &Visit, status: &Status, code: &str, answered: bool) -> Markup {
    let item = &status.item;
    // A ticket is no secret; it only proves that the page was opened here.
    let ticket = visit.app().new_ticket().unwrap_or_default();
    html! {
        @if !item.rating.is_empty() { p { "您的评价：" (item.rating) "。谢谢。" } }
        @else if answered && status.entry.is_some() {
            form.form.portal-form method="post" action="/portal/status/rate" novalidate {
                input type="hidden" name=(TOKEN_FIELD) value=(ticket);
                input type="hidden" name="receipt" value=(item.receipt);
                input type="hidden" name="code" value=(code);
                fieldset.field { legend { "您对答复满意吗？" }
                    @for one in RATINGS { label.option { input type="radio" name="rating" value=(one); " " (one) } }
                }
                div.form-buttons { button.btn type="submit" { "提交评价" } }
            }
        }
    }
}

/// A rating.
pub async fn rate(State(web): State<Web>, asked: Asked, form: Form) -> Response {
    web.with_code(asked, form, |visit, form| {
        let app = visit.app();
        app.ticket(form.text(TOKEN_FIELD))?;
        let (receipt, code) = (form.text("receipt"), form.text("code"));
        app.rate(&visit.organ, receipt, code, form.text("rating"))?;
        let status = app.status(&visit.organ, receipt, code)?;
        let main = standing(visit, &status, code);
        Ok(visit.respond(StatusCode::OK, View::new(paths::STATUS, "办理情况", main)))
    })
    .await
}
