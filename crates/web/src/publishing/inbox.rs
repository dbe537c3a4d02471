//! What citizens handed in: confirm, release, refuse; answer opinions.

use app::{
    AppError,
    inquiry::{Item, Kind, Standing, VERDICTS},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{DESK, INBOX, received};
use crate::{
    context::{Web, download, see_other},
    form::Form,
    pages::{admin::personal, entry::recorded},
    routes,
    shell::View,
    ui::{
        button::TOKEN_FIELD,
        empty::Empty,
        facts::{Fact, facts},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// Items of a page of each standing.
const SHOWN: usize = 50;

const STANDINGS: [(Standing, &str); 5] = [
    (Standing::Waiting, "等待登记或答复"),
    (Standing::Held, "疑似垃圾信息，请看一眼"),
    (Standing::Taken, "已登记入账"),
    (Standing::Answered, "已答复的意见"),
    (Standing::Refused, "未登记"),
];

/// The in-box.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let mut parts = Vec::new();
        for (standing, name) in STANDINGS {
            let at: usize = page.asked(standing.id()).parse().unwrap_or(1).clamp(1, 100_000);
            let (items, count) = page.app().inbox_page(page.actor(), standing, (at - 1) * SHOWN, SHOWN)?;
            if count == 0 && standing != Standing::Waiting {
                continue;
            }
            let id = format!("s-{}", standing.id());
            let body = html! { (list(name, &items)) (pager(standing.id(), at, count)) };
            parts.push(panel(&Panel { count: Some(format!("{count} 件")), ..Panel::new(id.as_str(), name, body) }));
        }
        let main = html! {
            (page_head(&PageHead { title: "群众来件".to_owned(),
                lede: Some("投诉和咨询自动登记；信息公开申请要电话确认，以双方确认之日为收到之日。".to_owned()), ..PageHead::default() }))
            @for part in &parts { (part) }
        };
        page.show(View::of(Area::Publishing, "群众来件", main).below(vec![Link::new("公开", DESK)]))
    })
    .await
}

/// The pages of a standing: who waits longest stands on the first.
fn pager(standing: &str, at: usize, count: u64) -> Markup {
    let pages = usize::try_from(count).unwrap_or(usize::MAX).div_ceil(SHOWN);
    let to = |at: usize| {
        let at = at.to_string();
        format!(
            "{}#s-{standing}",
            routes::with_query(INBOX, &[(standing, &at)])
        )
    };
    html! {
        @if pages > 1 {
            nav.pager aria-label="分页" {
                @if at > 1 { a rel="prev" href=(to(at - 1)) { "上一页" } " " }
                span { "第 " (at) " 页，共 " (pages) " 页" }
                @if at < pages { " " a rel="next" href=(to(at + 1)) { "下一页" } }
            }
        }
    }
}

fn list(name: &str, items: &[Item]) -> Markup {
    let rows = items.iter().map(|i| {
        let content: String = i.field("content").chars().take(60).collect();
        Row::to(
            received(&i.receipt),
            vec![
                Cell::text(i.receipt.as_str()),
                Cell::text(i.kind.name()),
                Cell::text(content),
                Cell::text(recorded(&i.received_at)),
            ],
        )
    });
    table(&Table {
        caption: name.to_owned(),
        columns: vec![
            Column::text("回执编号"),
            Column::text("事项"),
            Column::wide("内容"),
            Column::text("收到"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有等待的来件".to_owned(),
            teaches: "群众在门户提交的申请和意见会出现在这里。".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

fn word(name: &str) -> &str {
    match name {
        "name" => "姓名",
        "phone" => "电话",
        "content" => "内容",
        "kind" => "类别",
        "applicant_kind" => "申请人类别",
        "identity" => "身份证明",
        "form" => "提供形式",
        "delivery" => "获取方式",
        "address" => "邮寄地址",
        "respondent" => "反映对象",
        "district" => "区县",
        "paragraph" => "段落",
        "about" => "草案",
        "public_text" => "公布的内容",
        other => other,
    }
}

/// Something handed in.
pub async fn show(
    State(web): State<Web>,
    Path(receipt): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let item = page.app().inbox_item(page.actor(), &receipt)?;
        let mut known: Vec<Fact> = vec![Fact::new("收到", recorded(&item.received_at))];
        known.extend(item.form.iter().map(|(name, value)| Fact::wide(word(name), Cell::text(value.as_str()))));
        let open = matches!(item.standing, Standing::Waiting | Standing::Held);
        let holds = !item.form.is_empty() || !item.files.is_empty();
        let erasing = (!open && holds && personal::keeps(page)).then(|| {
            let note = "来件的内容和附件都会删除，不能恢复；回执、办理结果和已答复的意见保留。";
            personal::erase_form(page, &[("receipt", receipt.as_str())], Vec::new(), note)
        });
        let files = html! {
            ul { @for f in &item.files { li { a href=(format!("{}/files/{}", received(&receipt), f.hash)) { (f.name) } } } }
        };
        let main = html! {
            (page_head(&PageHead { title: format!("{} {}", item.kind.name(), item.receipt), ..PageHead::default() }))
            (acts(&item, &page.token()))
            (panel(&Panel::new("content", "来件", facts(&known))))
            @if item.entry.is_some() { p.hint { "来件的内容和来件人已转入台账，此处不再重复保存；附件已作为证据材料附在记录里，台账不收的格式仍在下面。" } }
            @if !item.files.is_empty() { (panel(&Panel::new("files", "附件", files))) }
            @if !item.remark.is_empty() { (panel(&Panel::new("remark", "答复或理由", html! { p { (item.remark) } }))) }
            @if let Some(form) = erasing { (panel(&Panel::new("erase-part", "删除个人信息", form))) }
        };
        page.show(View::of(Area::Publishing, item.receipt.clone(), main).below(vec![Link::new("公开", DESK), Link::new("群众来件", INBOX)]))
    })
    .await
}

fn acts(item: &Item, token: &str) -> Markup {
    let action = received(&item.receipt);
    let open = matches!(item.standing, Standing::Waiting | Standing::Held);
    let confirm = match item.kind {
        Kind::Disclosure => "已与申请人确认，登记",
        Kind::Opinion => "放行这条意见",
        _ => "登记办理",
    };
    html! {
        section.desk-acts aria-label="办理" {
            @if let Some(entry) = &item.entry { a.btn href=(routes::entry(entry)) { "打开台账记录" } }
            @if open && (item.kind != Kind::Opinion || item.standing == Standing::Held) {
                form.inline-form method="post" action=(action) {
                    input type="hidden" name=(TOKEN_FIELD) value=(token);
                    input type="hidden" name="act" value="confirm";
                    button.btn.btn-primary type="submit" { (confirm) }
                }
            }
            @if item.kind == Kind::Opinion && item.standing == Standing::Waiting {
                form.inline-form method="post" action=(action) {
                    input type="hidden" name=(TOKEN_FIELD) value=(token);
                    input type="hidden" name="act" value="answer";
                    label for="verdict" { "采纳情况" }
                    select id="verdict" name="verdict" { @for v in VERDICTS { option value=(v) { (v) } } }
                    label for="reason-answer" { "理由（会公布）" }
                    input.w-text type="text" id="reason-answer" name="reason";
                    label for="public-text" { "公布的意见内容（请删去姓名等个人信息；公众将看到的就是这些）" }
                    textarea id="public-text" name="public_text" rows="4" { (app::App::public_text_of(item)) }
                    button.btn.btn-primary type="submit" { "答复" }
                }
            }
            @if open {
                form.inline-form method="post" action=(action) {
                    input type="hidden" name=(TOKEN_FIELD) value=(token);
                    input type="hidden" name="act" value="refuse";
                    label for="reason-refuse" { "不予登记的理由" }
                    input.w-text type="text" id="reason-refuse" name="reason";
                    button.btn type="submit" { "不予登记" }
                }
            }
        }
    }
}

/// Takes something up, refuses or answers it.
pub async fn act(
    State(web): State<Web>,
    Path(receipt): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let (app, actor) = (page.app(), page.actor());
        match form.text("act") {
            "confirm" => app.confirm_item(actor, &receipt)?,
            "refuse" => app.refuse_item(actor, &receipt, form.text("reason"))?,
            "answer" => app.answer_opinion(
                actor,
                &receipt,
                form.text("verdict"),
                form.text("reason"),
                form.text("public_text"),
            )?,
            _ => return Err(AppError::NotFound("这个办理事项")),
        }
        see_other(&format!("{}?done=acted", received(&receipt)))
    })
    .await
}

/// An attached file: always a download, it came from a stranger.
pub async fn file(
    State(web): State<Web>,
    Path((receipt, hash)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (name, bytes) = page.app().inbox_file(page.actor(), &receipt, &hash)?;
        download("application/octet-stream", &name, bytes)
    })
    .await
}
