//! Asking: applications, complaints, consultations, opinions; what they ask stands in `forms`,
//! where they stand in `status`.

use app::{
    AppError,
    inquiry::{FormTicket, HandIn, Kind, Receipt},
    publication::{Block, blocks},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::{
    frame::View,
    paths,
    visit::{Asked, Visit},
    wizard::{FILES_MAX, Given, Next, Wizard},
};
use crate::{
    Web,
    form::Form,
    pages::entry::recorded,
    ui::{button::TOKEN_FIELD, notice::Link},
};

mod forms;
pub mod status;

use forms::wizard;

/// A form handed in sooner after it was opened was not filled in by a person.
const SECONDS_MIN: i64 = 4;
/// Leading zero bits of a proof of work.
const WORK_BITS: u32 = 16;

fn kind_of(id: &str) -> Result<Kind, AppError> {
    Kind::of(id).ok_or(AppError::NotFound("这个办理事项"))
}

/// Where to turn to with what.
pub async fn index(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let f = &visit.settings().footer;
        let main = html! {
            div.page-head { h1 { "我要办" } p { "不用注册。提交后会得到回执编号和查询码，凭它们查进度和答复。" } }
            ul.ask-list {
                (offer(Kind::Disclosure, "申请获取本机关制作或保存的政府信息。", "收到申请之日起 20 个工作日内答复；需要延长的，最多再延长 20 个工作日（政府信息公开条例第三十三条）。", "申请政府信息公开"))
                (offer(Kind::Complaint, "反映师德师风、校外培训、招生收费、校园安全等问题，可以匿名。", "承诺 15 个工作日内办结。", "投诉或举报"))
                (offer(Kind::Consultation, "问政策、提建议、给网站找错。", "承诺 15 个工作日内答复。", "咨询或建议"))
            }
            section.prose aria-labelledby="petition" {
                h2 #petition { "信访应该找谁" }
                p { "下面这些事项另有法定途径，请直接向有权处理的机关提出，能更快解决：" }
                ul {
                    li { "对本机关的行政行为不服：可以依法申请行政复议，或者向人民法院提起行政诉讼。" }
                    li { "检举、控告公职人员违纪违法：请向纪检监察机关提出；材料不会转给被检举的人。" }
                    li { "劳动、人事争议：请向劳动人事争议仲裁机构提出。" }
                    li { "要求查处违法办学、违规培训：在上面选“投诉或举报”，按执法程序处理。" }
                }
                p { "不属于以上途径的建议、意见和申诉求决，可以来信、来访，也可以" a href=(paths::ask(Kind::Petition)) { "网上信访" } "。" }
                @if !f.postal_address.is_empty() { p { "地址：" (f.postal_address) @if !f.office_hours.is_empty() { "，" (f.office_hours) } } }
                @if !f.phone.is_empty() { p { "电话：" (f.phone) } }
                p { "遇到危险或者孩子正在受到伤害，请立即拨打 110。" }
            }
        };
        Ok(visit.page(View::new(paths::ASK, "我要办", main)))
    })
    .await
}

fn offer(kind: Kind, about: &str, term: &str, verb: &str) -> Markup {
    html! {
        li.ask-offer {
            h2 { (kind.name()) }
            p { (about) }
            p.hint { (term) }
            p { a.btn.btn-primary href=(paths::ask(kind)) { (verb) } }
        }
    }
}

/// The first step of a form.
pub async fn start(State(web): State<Web>, Path(kind): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let kind = kind_of(&kind)?;
        let about = visit.asked("about");
        let paragraph = visit.asked("paragraph");
        let wizard = wizard(visit, kind, &about)?;
        let ticket = visit.app().new_ticket()?;
        let mut given = super::wizard::Given::new();
        for (name, value) in [("about", about), ("paragraph", paragraph)] {
            if !value.is_empty() && kind == Kind::Opinion {
                given.insert(name.to_owned(), value);
            }
        }
        let given = bounded(visit, kind, given)?;
        let body = wizard.step(0, &ticket, &given, &[]);
        show(visit, StatusCode::OK, kind, &wizard, &given, body)
    })
    .await
}

/// A posted step.
pub async fn step(
    State(web): State<Web>,
    Path(kind): Path<String>,
    asked: Asked,
    form: Form,
) -> Response {
    let last =
        form.text("step").parse::<usize>().is_ok_and(|n| n > 0) && form.text("back").is_empty();
    let handler = move |visit: &Visit, form: Form| -> Result<Response, AppError> {
        let kind = kind_of(&kind)?;
        let wizard = wizard(visit, kind, form.text("about"))?;
        let given = bounded(visit, kind, wizard.given(&form))?;
        let ticket = form.text(TOKEN_FIELD).to_owned();
        let body = match wizard.next(&form, &given) {
            Next::Ask(at, wrong) => {
                let status = match wrong.is_empty() {
                    true => StatusCode::OK,
                    false => StatusCode::UNPROCESSABLE_ENTITY,
                };
                let body = wizard.step(at, &ticket, &given, &wrong);
                return show(visit, status, kind, &wizard, &given, body);
            }
            Next::Check => wizard.check(&ticket, &given, None),
            Next::HandIn => match take_in(visit, kind, &given, &form) {
                Ok(receipt) => return confirm(visit, kind, &receipt),
                Err(AppError::Input(text)) => {
                    // A ticket that has run out is replaced, so that sending again works.
                    let ticket = match visit.app().ticket(&ticket) {
                        Ok(_) => ticket,
                        Err(_) => visit.app().new_ticket()?,
                    };
                    // Browsers do not keep chosen files.
                    let text = match form.files().next() {
                        Some(_) => format!("{text}附件请重新选择。"),
                        None => text,
                    };
                    let body = wizard.check(&ticket, &given, Some(&text));
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    return show(visit, status, kind, &wizard, &given, body);
                }
                Err(other) => return Err(other),
            },
        };
        show(visit, StatusCode::OK, kind, &wizard, &given, body)
    };
    if last {
        web.hand_in(asked, form, handler).await
    } else {
        web.visit(asked, move |visit| handler(visit, form)).await
    }
}

/// Hidden fields can be changed: the paragraph is one that the draft has, or none.
fn bounded(visit: &Visit, kind: Kind, mut given: Given) -> Result<Given, AppError> {
    let Some(said) = given.remove("paragraph").filter(|_| kind == Kind::Opinion) else {
        return Ok(given);
    };
    let site = visit.site()?;
    let draft = given.get("about").and_then(|slug| site.article(slug));
    let last = draft.map_or(0, |article| {
        let numbers = blocks(&article.body).into_iter().map(|block| match block {
            Block::Paragraph(number, _) => number,
            _ => 0,
        });
        numbers.max().unwrap_or(0)
    });
    if let Ok(number) = said.parse::<usize>()
        && (1..=last).contains(&number)
    {
        given.insert("paragraph".to_owned(), number.to_string());
    }
    Ok(given)
}

fn show(
    visit: &Visit,
    status: StatusCode,
    kind: Kind,
    wizard: &Wizard,
    given: &super::wizard::Given,
    body: Markup,
) -> Result<Response, AppError> {
    let about = given.get("about").and_then(|slug| {
        let site = visit.site().ok()?;
        site.article(slug)
            .map(|a| (a.title.clone(), paths::article(a)))
    });
    let title = match status {
        StatusCode::UNPROCESSABLE_ENTITY => format!("错误：{}", kind.name()),
        _ => kind.name().to_owned(),
    };
    let main = html! {
        div.page-head { h1 { (kind.name()) }
            @if let Some((title, href)) = &about { p { "草案：" a href=(href) { (title) } @if let Some(n) = given.get("paragraph") { "，第 " (n) " 段" } } }
        }
        div.ask-form { (body) }
        @if wizard.files { p.hint { "页面可以放心离开：没有提交之前，什么都不会保存。" } }
    };
    let view = View::new(paths::ASK, title, main).below(vec![Link::new("我要办", paths::ASK)]);
    Ok(visit.respond(status, view))
}

fn take_in(
    visit: &Visit,
    kind: Kind,
    given: &super::wizard::Given,
    form: &Form,
) -> Result<Receipt, AppError> {
    let app = visit.app();
    let ticket = app.ticket(form.text(TOKEN_FIELD))?;
    if is_too_fast(visit, &ticket, form) {
        return Err(AppError::Input(too_fast()));
    }
    let subject = match given.get("about") {
        Some(slug) => {
            let site = visit.site()?;
            let draft = site.article(slug).ok_or(AppError::NotFound("这份草案"))?;
            draft.id.clone()
        }
        None => String::new(),
    };
    let files: Vec<(String, Vec<u8>)> = form.files().cloned().collect();
    if files.len() > FILES_MAX {
        return Err(AppError::Input(format!(
            "附件最多 {FILES_MAX} 个，选了 {} 个。请重新选择后提交。",
            files.len()
        )));
    }
    app.hand_in(
        &visit.organ,
        HandIn {
            kind,
            subject,
            form: given.clone(),
            files,
            ticket,
            suspicious: false,
        },
    )
}

/// Handed in sooner than a person could, by a machine that has not worked for it.
pub(super) fn is_too_fast(visit: &Visit, ticket: &FormTicket, form: &Form) -> bool {
    let worked = has_worked(form.text(TOKEN_FIELD), form.text("work"));
    ticket.age(visit.app()) < SECONDS_MIN && !worked
}

/// What to say then.
pub(super) fn too_fast() -> String {
    format!("提交得太快了（防止机器批量提交）。请核对一遍内容，{SECONDS_MIN} 秒后再点一次。")
}

/// A machine that has worked for it need not wait: the hash of ticket and nonce begins with zeros.
fn has_worked(ticket: &str, nonce: &str) -> bool {
    if nonce.is_empty() || nonce.len() > 20 {
        return false;
    }
    let hash = Sha256::digest(format!("{ticket}{nonce}").as_bytes());
    let first = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    first.leading_zeros() >= WORK_BITS
}

fn confirm(visit: &Visit, kind: Kind, receipt: &Receipt) -> Result<Response, AppError> {
    let next = match kind {
        Kind::Disclosure => html! {
            p { "接下来：我们会打您留的电话，与您确认收到申请的日期；从那一天起 20 个工作日内答复。内容不明确的，七个工作日内会一次性告诉您补正什么。" }
            p { "法律依据：政府信息公开条例第三十条、第三十一条、第三十三条。" }
        },
        Kind::Opinion => {
            html! { p { "接下来：征求意见结束后，每一条意见采纳与否及理由都会在草案页面公布。" } }
        }
        _ => {
            html! { p { "接下来：承办科室会核实办理，答复写在“查进度”里。留了电话的，可能会联系您。" } }
        }
    };
    let main = html! {
        div.receipt-panel role="status" {
            h1 { "已收到您的" (kind.name()) }
            dl.receipt-facts {
                div { dt { "回执编号" } dd { (receipt.number) } }
                div { dt { "查询码" } dd { (receipt.code) } }
                div { dt { "收到时间" } dd { (recorded(&receipt.received_at)) } }
            }
            p { "请记下或打印编号和查询码：没有它们，谁也查不到这一件，包括您自己。" }
        }
        div.prose { (next) }
        p.article-actions {
            button.btn.needs-script type="button" data-print { "打印回执" } " "
            a.btn href=(paths::STATUS) { "去查进度" }
        }
    };
    let view = View::new(paths::ASK, "已收到", main).below(vec![Link::new("我要办", paths::ASK)]);
    Ok(visit.respond(StatusCode::OK, view))
}
