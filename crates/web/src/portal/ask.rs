//! Asking: applications, complaints, consultations, opinions; and where they stand.

use app::{
    AppError,
    catalogue::definition::FieldType,
    inquiry::{HandIn, Kind, RATINGS, Receipt, Reply, Standing, Status},
    values::dates::{Date, chinese, chinese_with_weekday},
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
    wizard::{FILES_MAX, Next, Question, Step, Take, Wizard},
};
use crate::{
    Web,
    form::Form,
    pages::entry::recorded,
    ui::{
        button::TOKEN_FIELD,
        field::{Control, Field, field},
        form::{FormError, error_summary},
        notice::Link,
    },
};

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
        let given = wizard.given(&form);
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

/// The form of a kind.
fn wizard(visit: &Visit, kind: Kind, about: &str) -> Result<Wizard, AppError> {
    let options = |field: &str| -> Vec<String> {
        let ledger = kind
            .ledger()
            .and_then(|l| visit.app().catalogue().ledger(l));
        match ledger.and_then(|l| l.field(field)).map(|f| &f.kind) {
            Some(FieldType::Choice { options }) => options.clone(),
            _ => Vec::new(),
        }
    };
    let name = || {
        Question::must(
            "name",
            "姓名或单位名称",
            Take::Line,
            "请写申请人的姓名或单位名称。",
        )
        .room(50)
    };
    let phone_needed = "请写联系电话：需要与您确认收到申请的日期。";
    let content =
        |label, needed| Question::must("content", label, Take::Lines(8), needed).room(2_000);
    let (steps, submit, declaration, files) = match kind {
        Kind::Disclosure => (
            vec![
                Step {
                    title: "您是谁",
                    questions: vec![
                        name()
                            .hint("法律规定申请要写明姓名或者名称（政府信息公开条例第二十九条）。"),
                        Question::must(
                            "applicant_kind",
                            "申请人类别",
                            Take::OneOf(options("applicant_kind")),
                            "请选择申请人类别：年度报告按它统计。",
                        ),
                        Question::must(
                            "identity",
                            "身份证明",
                            Take::OneOf(vec![
                                "附件上传证件".to_owned(),
                                "到办公地点出示".to_owned(),
                            ]),
                            "请选择怎样提供身份证明。",
                        )
                        .hint("不要在这里写证件号码。"),
                        Question::must("phone", "联系电话", Take::Phone, phone_needed)
                            .hint("网上申请，以双方确认之日为收到申请之日；我们会打这个电话。"),
                    ],
                },
                Step {
                    title: "您要什么信息",
                    questions: vec![
                        content(
                            "所需信息的名称、文号或者特征",
                            "请写明需要哪一份或哪一方面的信息。",
                        )
                        .hint("一份申请写一件事，能更快答复。"),
                    ],
                },
                Step {
                    title: "怎样给您",
                    questions: vec![
                        Question::must(
                            "form",
                            "提供形式",
                            Take::OneOf(vec!["电子文件".to_owned(), "纸质".to_owned()]),
                            "请选择提供形式。",
                        ),
                        Question::must(
                            "delivery",
                            "获取方式",
                            Take::OneOf(vec![
                                "网站查询码".to_owned(),
                                "邮寄".to_owned(),
                                "当面领取".to_owned(),
                            ]),
                            "请选择获取方式。",
                        ),
                        Question::may("address", "邮寄地址", Take::Line).hint("选择邮寄时填写。"),
                    ],
                },
            ],
            "提交信息公开申请",
            "提交即表示所填内容属实。",
            true,
        ),
        Kind::Complaint => (
            vec![
                Step {
                    title: "反映什么",
                    questions: vec![
                        Question::must(
                            "kind",
                            "类别",
                            Take::OneOf(options("kind")),
                            "请选择类别：按它分给负责的科室。",
                        ),
                        Question::may("respondent", "被反映的单位或个人", Take::Line).room(100),
                        Question::may("district", "所在区县", Take::OneOf(districts(visit))),
                        content("具体情况", "请写明时间、地点、发生了什么。")
                            .hint("不必写学生的姓名；反映学校欺凌等事项可以匿名。"),
                    ],
                },
                Step {
                    title: "怎样联系您",
                    questions: vec![
                        Question::may("name", "姓名", Take::Line)
                            .hint("不写就是匿名。匿名也会办理，只是无法向您核实。")
                            .room(50),
                        Question::may("phone", "电话", Take::Phone),
                    ],
                },
            ],
            "提交投诉举报",
            "请如实反映。您的姓名和电话只有办理人员能看到，不会告诉被反映的人。",
            true,
        ),
        Kind::Consultation => (
            vec![
                Step {
                    title: "您的问题或建议",
                    questions: vec![content("内容", "请写您的问题或建议。")],
                },
                Step {
                    title: "怎样联系您",
                    questions: vec![
                        Question::may("name", "称呼", Take::Line).room(50),
                        Question::may("phone", "电话", Take::Phone),
                    ],
                },
            ],
            "提交咨询建议",
            "",
            true,
        ),
        Kind::Petition => (
            vec![
                Step {
                    title: "您的信访事项",
                    questions: vec![
                        Question::must(
                            "kind",
                            "类别",
                            Take::OneOf(options("kind")),
                            "请选择类别：不同类别办理的程序不同。",
                        ),
                        content("事实、理由和请求", "请写明信访事项的事实、理由和请求。").hint(
                            "应当通过诉讼、仲裁、行政复议等法定途径解决的，会告诉您向谁提出。",
                        ),
                    ],
                },
                Step {
                    title: "您是谁",
                    questions: vec![
                        Question::must("name", "姓名", Take::Line, "请写信访人的姓名。").room(50),
                        Question::must(
                            "phone",
                            "联系电话",
                            Take::Phone,
                            "请写联系电话：书面告知前需要与您核实。",
                        ),
                    ],
                },
            ],
            "提交信访事项",
            "提交即表示所填内容属实。检举、控告材料不会转给被检举、控告的人。",
            true,
        ),
        Kind::Opinion => (
            vec![Step {
                title: "您的意见",
                questions: vec![
                    content("意见和理由", "请写您的意见。")
                        .hint("赞成、反对、怎样改，都请写明理由。"),
                    Question::may("name", "称呼", Take::Line)
                        .hint("不公开。")
                        .room(50),
                    Question::may("phone", "电话", Take::Phone).hint("不公开；需要核实时联系您。"),
                ],
            }],
            "提交意见",
            "意见的内容会在采纳情况里公布，请不要写个人信息。",
            false,
        ),
    };
    if kind == Kind::Opinion {
        let site = visit.site()?;
        let today = visit.app().clock.today();
        let draft = site.article(about).filter(|a| a.withdrawn.is_none());
        let open = draft.is_some_and(|a| a.comments_until.is_some_and(|until| today <= until));
        if !open {
            return Err(AppError::Input(
                "这份草案现在不收意见：征求意见已经截止，或者没有开始。".to_owned(),
            ));
        }
    }
    Ok(Wizard {
        action: paths::ask(kind),
        submit,
        steps,
        fixed: vec![("about", String::new()), ("paragraph", String::new())],
        files,
        declaration,
    })
}

fn districts(visit: &Visit) -> Vec<String> {
    let organ = visit.app().organ(&visit.organ);
    organ.map(|o| o.districts.clone()).unwrap_or_default()
}

fn take_in(
    visit: &Visit,
    kind: Kind,
    given: &super::wizard::Given,
    form: &Form,
) -> Result<Receipt, AppError> {
    let app = visit.app();
    let text = form.text(TOKEN_FIELD);
    let ticket = app.ticket(text)?;
    if ticket.age(app) < SECONDS_MIN && !has_worked(text, form.text("work")) {
        return Err(AppError::Input(format!(
            "提交得太快了（防止机器批量提交）。请核对一遍内容，{SECONDS_MIN} 秒后再点一次。"
        )));
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
            button.btn type="button" data-print { "打印回执" } " "
            a.btn href=(paths::STATUS) { "去查进度" }
        }
    };
    let view = View::new(paths::ASK, "已收到", main).below(vec![Link::new("我要办", paths::ASK)]);
    Ok(visit.respond(StatusCode::OK, view))
}

/// The form that asks for receipt and code.
pub async fn status_form(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, |visit| {
        let main = status_question(&visit.asked("receipt"), None);
        Ok(visit.respond(StatusCode::OK, View::new(paths::STATUS, "查进度", main)))
    })
    .await
}

fn status_question(receipt: &str, error: Option<&str>) -> Markup {
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
pub async fn status(State(web): State<Web>, asked: Asked, form: Form) -> Response {
    web.with_code(asked, form, |visit, form| {
        let (receipt, code) = (form.text("receipt"), form.text("code"));
        match visit.app().status(&visit.organ, receipt, code) {
            Ok(status) => {
                let main = standing(visit, &status, code);
                Ok(visit.respond(StatusCode::OK, View::new(paths::STATUS, "办理情况", main)))
            }
            Err(AppError::Input(text)) => {
                visit.wrong_code();
                let main = status_question(receipt, Some(&text));
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
        @if item.kind == Kind::Disclosure && !answered.is_empty() {
            div.notice { p.notice-title { "不服这个答复怎么办" }
                p { "可以依法申请行政复议，或者向人民法院提起行政诉讼；具体机关和期限写在答复书里。" } }
        }
        section aria-labelledby="sent" { h2 #sent { "您提交的内容" }
            dl.article-facts {
                div { dt { "收到时间" } dd { (recorded(&item.received_at)) } }
                div { dt { "内容" } dd { (sent(status)) } }
                @for file in &item.files { div { dt { "附件" } dd { (file.name) } } }
            } }
        (rating(visit, status, code, !answered.is_empty()))
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
