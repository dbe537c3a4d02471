//! Publications: the list, the editor, the page on which a second person decides.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    publication::desk::{Draft, OnDesk},
    values::dates::parse_date,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{DESK, INBOX, NUMBERS, ROUNDS, files, item, start};
use crate::{
    context::{Answer, Page, Web, see_other},
    form::Form,
    pages::home::short_date,
    portal,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::{Button, TOKEN_FIELD, button},
        empty::Empty,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

const STAGES: [(&str, &str); 4] = [
    ("review", "待审核"),
    ("draft", "起草中"),
    ("published", "已公开"),
    ("withdrawn", "已撤回"),
];

fn stage_badge(stage: &str) -> Badge {
    match stage {
        "published" => Badge::done("已公开"),
        "review" => Badge::new(Tone::Soon, "待审核"),
        "withdrawn" => Badge::new(Tone::Late, "已撤回"),
        _ => Badge::stage("起草中"),
    }
}

/// The desk.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let (app, actor) = (page.app(), page.actor());
        let mut parts = Vec::new();
        for (stage, name) in STAGES {
            let entries = app.desk(actor, stage)?;
            if entries.is_empty() && stage != "review" {
                continue;
            }
            parts.push(html! {
                (panel(&Panel { count: Some(format!("{} 条", entries.len())), ..Panel::new(stage, name, entries_table(name, &entries)) }))
            });
        }
        let year = app.clock.today().year();
        let report = format!("annual:{}", year - 1);
        let main = html! {
            (page_head(&PageHead {
                title: "公开".to_owned(),
                lede: Some("起草、送审、由另一人审核后发布。台账里的记录，可以在记录页点“公开这条记录”。".to_owned()),
                actions: vec![
                    Button::go("起草公开信息", "/publishing/new").primary(),
                    Button::go("群众来件", INBOX),
                    Button::go("问卷和考试", ROUNDS),
                    Button::go("公开统计", NUMBERS),
                    Button::go("看门户", portal::HOME),
                ],
                ..PageHead::default()
            }))
            @for part in &parts { (part) }
            (panel(&Panel::new("sources", "从现成材料起草", sources(page, &report)?)))
        };
        page.show(View::of(Area::Publishing, "公开", main))
    })
    .await
}

fn entries_table(name: &str, entries: &[app::entry::Entry]) -> Markup {
    let text = |e: &app::entry::Entry, id: &str| {
        let value = e.state.fields.get(id).and_then(|v| v.as_text());
        value.unwrap_or_default().to_owned()
    };
    let rows = entries.iter().map(|e| {
        Row::to(
            item(&e.id, ""),
            vec![
                Cell::text(e.title.as_str()),
                Cell::text(text(e, "column")),
                Cell::text(text(e, "index_number")),
                Cell::text(short_date(&text(e, "made_on"))),
            ],
        )
    });
    table(&Table {
        caption: name.to_owned(),
        columns: vec![
            Column::wide("名称"),
            Column::text("栏目"),
            Column::text("索引号"),
            Column::short("生成日期"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有等待审核的信息".to_owned(),
            teaches: "起草人送审后出现在这里，由另一人审核发布。".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

/// What a publication can be made from.
fn sources(page: &Page, report: &str) -> Result<Markup, AppError> {
    let app = page.app();
    let site = app.site(&page.actor().organ)?;
    let columns = app.portal.columns.iter();
    let closed = columns.filter(|c| c.ledger.is_some() && !site.registers.contains_key(&c.id));
    let mut ledgers: Vec<(String, String)> = closed
        .filter_map(|c| Some((c.ledger.clone()?, c.name.clone())))
        .collect();
    ledgers.dedup_by(|a, b| a.0 == b.0);
    let reports: Vec<_> = app
        .reports(page.actor())?
        .into_iter()
        .filter(|r| r.state.fields.contains_key("snapshot"))
        .collect();
    Ok(html! {
        form.form method="post" action="/publishing/upload" enctype="multipart/form-data" {
            input type="hidden" name=(TOKEN_FIELD) value=(page.token());
            div.field { label for="file" { "上传 Word 文件" }
                p.hint #file-hint { "读出标题、正文和表格作为草稿。原文件不会附上：里面可能有批注、修订和作者姓名；需要公开原文件的，起草后再附上，会逐项检查。" }
                input type="file" id="file" name="file" accept=".docx" aria-describedby="file-hint"; }
            div.form-buttons { (button(&Button::submit("读入文件"))) }
        }
        @if !ledgers.is_empty() {
            h3 { "公开一本名录" }
            ul.plain-links { @for (ledger, name) in &ledgers { li { a href=(start(&format!("ledger:{ledger}"))) { (name) } } } }
        }
        h3 { "公开报告" }
        ul.plain-links {
            li { a href=(start(report)) { "生成政府信息公开年报" } }
            @for r in &reports { li { a href=(start(&format!("report:{}", r.id))) { (r.title) } } }
        }
    })
}

/// A new publication, perhaps from something.
pub async fn new_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::Publish, Resource::Portal)?;
        let (app, actor) = (page.app(), page.actor());
        let from = page.asked("from");
        let draft = match from.split_once(':') {
            Some(("entry", id)) => app.draft_from_entry(actor, id)?,
            Some(("ledger", id)) => app.draft_from_ledger(actor, id)?,
            Some(("report", id)) => app.draft_from_report(actor, id)?,
            Some(("annual", year)) => {
                let year = year.parse().map_err(|_| AppError::NotFound("这一年"))?;
                app.disclosure_report(actor, year)?
            }
            _ => Draft {
                made_on: Some(app.clock.today()),
                author: app.organ(&actor.organ)?.name.clone(),
                source: app.organ(&actor.organ)?.name.clone(),
                ..Draft::default()
            },
        };
        let view = editor(page, "/publishing/new", &draft, None, &[]);
        page.show(frame("起草公开信息", view))
    })
    .await
}

fn frame(title: &str, main: Markup) -> View {
    let head = page_head(&PageHead {
        title: title.to_owned(),
        ..PageHead::default()
    });
    View::of(Area::Publishing, title, html! { (head) (main) }).below(vec![Link::new("公开", DESK)])
}

fn editor(
    page: &Page,
    action: &str,
    draft: &Draft,
    revision: Option<u32>,
    errors: &[String],
) -> Markup {
    let day = |d: Option<app::values::dates::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let text = |name: &str, label: &str, value: &str| {
        let value = value.to_owned();
        Field::new(name, label, Control::Text { value })
    };
    let long = |name: &str, label: &str, value: &str, rows| {
        let value = value.to_owned();
        Field::new(name, label, Control::LongText { value, rows })
    };
    let date =
        |name: &str, label: &str, value: String| Field::new(name, label, Control::Date { value });
    let one_of = |name: &str, label: &str, value: &str, options: Vec<String>| {
        let choices = options.iter().map(Choice::same).collect();
        let value = value.to_owned();
        Field::new(name, label, Control::Choice { value, choices })
    };
    let columns = &page.app().portal.columns;
    let names: Vec<String> = columns
        .iter()
        .filter(|c| c.ledger.is_none() || c.name == draft.column)
        .map(|c| c.name.clone())
        .collect();
    let relations: Vec<String> = draft
        .relations
        .iter()
        .map(|(kind, target)| format!("{kind} {target}"))
        .collect();
    let facts: Vec<String> = draft
        .facts
        .iter()
        .map(|(name, value)| format!("{name}：{}", value.replace('\n', " ")))
        .collect();
    let part = |title: &str, fields| FormPart {
        title: Some(title.to_owned()),
        note: None,
        fields,
    };
    let mut content = vec![
        text("title", "名称", &draft.title).required(),
        one_of("column", "栏目", &draft.column, names).required(),
        long("summary", "内容概述", &draft.summary, 2),
        long("body", "正文", &draft.body, 16)
            .hint("一行一段；“## ”开头是小标题，“|”隔开是表格的一行。"),
    ];
    if !draft.facts.is_empty() {
        content.push(
            long("facts", "要素", &facts.join("\n"), 8)
                .hint("从台账带来，已按定义隐去不公开的内容；一行一项。"),
        );
    }
    let mut hidden = vec![
        ("origin".to_owned(), draft.origin.clone()),
        ("source_ledger".to_owned(), draft.source_ledger.clone()),
        ("source_entry".to_owned(), draft.source_entry.clone()),
        ("decided_on".to_owned(), day(draft.decided_on)),
    ];
    for (hash, name) in &draft.attachments {
        hidden.push(("attachment".to_owned(), format!("{hash} {name}")));
    }
    if let Some(revision) = revision {
        hidden.push(("revision".to_owned(), revision.to_string()));
    }
    let validity = ["有效", "已修改", "失效", "废止"]
        .map(str::to_owned)
        .to_vec();
    form_view(&FormView {
        id: "publication".to_owned(),
        action: action.to_owned(),
        token: page.token(),
        errors: errors.to_vec(),
        hidden,
        parts: vec![
            part("内容", content),
            part(
                "公开要素",
                vec![
                    date("made_on", "生成日期", day(draft.made_on))
                        .required()
                        .hint("自这一天起 20 个工作日内公开。")
                        .law("政府信息公开条例 第二十六条"),
                    text("document_number", "文号", &draft.document_number),
                    text("author", "作者", &draft.author),
                    text("source", "来源", &draft.source),
                    one_of("validity", "有效性", &draft.validity, validity),
                    date("until_on", "公开到哪一天", day(draft.until_on))
                        .hint("到期自动撤下；不填为长期。"),
                    date("comments_until", "征求意见截止", day(draft.comments_until))
                        .hint("只用于“征求意见”栏目。"),
                    long("relations", "相关文件", &relations.join("\n"), 2).hint(
                        "一行一件：修改、废止、解读、征求意见稿或意见采纳情况，空格，对方索引号。",
                    ),
                ],
            ),
        ],
        buttons: vec![
            Button::submit("保存草稿").primary(),
            Button::go("不保存，返回", DESK).quiet(),
        ],
        ..FormView::default()
    })
}

fn draft_of(form: &Form) -> Result<Draft, String> {
    let text = |name: &str| form.text(name).trim().to_owned();
    let day = |name: &str, what: &str| match text(name).as_str() {
        "" => Ok(None),
        given => parse_date(given)
            .map(Some)
            .map_err(|_| format!("{what}不是日期，请写成 2022-03-05。")),
    };
    let pairs =
        |name: &str, split: &dyn Fn(&str) -> Option<(String, String)>| -> Vec<(String, String)> {
            form.text(name)
                .lines()
                .map(str::trim)
                .filter_map(split)
                .collect()
        };
    let fact = |line: &str| {
        let (name, value) = line.split_once('：').or(line.split_once(':'))?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let relation = |line: &str| {
        let (kind, target) = line.split_once(char::is_whitespace)?;
        Some((kind.trim().to_owned(), target.trim().to_owned()))
    };
    let attachments = form.all("attachment").filter_map(|line| {
        let (hash, name) = line.split_once(' ')?;
        Some((hash.to_owned(), name.to_owned()))
    });
    Ok(Draft {
        title: text("title"),
        column: text("column"),
        made_on: day("made_on", "生成日期")?,
        decided_on: day("decided_on", "决定日期")?,
        document_number: text("document_number"),
        summary: text("summary"),
        body: text("body").replace("\r\n", "\n"),
        facts: pairs("facts", &fact),
        author: text("author"),
        source: text("source"),
        origin: text("origin"),
        source_ledger: text("source_ledger"),
        source_entry: text("source_entry"),
        validity: text("validity"),
        until_on: day("until_on", "公开期限")?,
        comments_until: day("comments_until", "征求意见截止日")?,
        relations: pairs("relations", &relation),
        attachments: attachments.collect(),
    })
}

/// Saves what was written, or shows it again with what is wrong.
fn keep(page: &Page, form: &Form, id: Option<&str>) -> Answer {
    let action = id.map_or_else(|| "/publishing/new".to_owned(), |id| item(id, "edit"));
    let revision: Option<u32> = form.text("revision").parse().ok();
    let draft = match draft_of(form) {
        Ok(draft) => draft,
        Err(text) => {
            let view = editor(page, &action, &Draft::default(), revision, &[text]);
            return page.show_rejected(frame("没有保存", view));
        }
    };
    let known = id.map(|id| (id, revision.unwrap_or(0)));
    match page.app().save_publication(page.actor(), known, &draft) {
        Ok(id) => see_other(&format!("{}?done=saved", item(&id, ""))),
        Err(error @ (AppError::Input(_) | AppError::Refused(_))) => {
            let view = editor(page, &action, &draft, revision, &[error.to_string()]);
            page.show_rejected(frame("没有保存", view))
        }
        Err(other) => Err(other),
    }
}

/// A new draft.
pub async fn create(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| keep(page, &form, None))
        .await
}

/// The editor of a draft.
pub async fn edit(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desk = page.app().on_desk(page.actor(), &id)?;
        let revision = Some(desk.entry.state.revision);
        let view = editor(page, &item(&id, "edit"), &desk.draft, revision, &[]);
        page.show(frame("修改草稿", view))
    })
    .await
}

/// A changed draft.
pub async fn save(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        keep(page, &form, Some(&id))
    })
    .await
}

/// A draft from a Word document.
pub async fn upload(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let file = form.file.as_ref().filter(|(_, bytes)| !bytes.is_empty());
        let (_, bytes) =
            file.ok_or_else(|| AppError::Input("请选择一个 Word 文件（.docx）。".to_owned()))?;
        let mut draft = page.app().draft_from_docx(page.actor(), bytes)?;
        // The column is chosen in the editor; until then the first one holds it.
        let columns = &page.app().portal.columns;
        let first = columns
            .iter()
            .find(|c| c.id == "notices")
            .or(columns.first());
        draft.column = first.map(|c| c.name.clone()).unwrap_or_default();
        let id = page.app().save_publication(page.actor(), None, &draft)?;
        see_other(&item(&id, "edit"))
    })
    .await
}

/// A publication: preview, original, what stops it, what can be done.
pub async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let desk = page.app().on_desk(page.actor(), &id)?;
        let stage = desk.entry.state.stage.clone().unwrap_or_default();
        let main = html! {
            (page_head(&PageHead { title: desk.draft.title.clone(), kicker: Some(desk.draft.column.clone()), badges: vec![stage_badge(&stage)], ..PageHead::default() }))
            (warnings(&desk))
            (acts(page, &desk, &stage))
            (files::part(page, &desk, &stage))
            div.preview-columns {
                (panel(&Panel::new("preview", "公众将看到", preview(page, &desk))))
                @if !desk.source.is_empty() { (panel(&Panel::new("original", "台账原文", original(&desk)))) }
            }
        };
        page.show(View::of(Area::Publishing, desk.draft.title.clone(), main).below(vec![Link::new("公开", DESK)]))
    })
    .await
}

fn warnings(desk: &OnDesk) -> Markup {
    let returned = desk
        .entry
        .state
        .fields
        .get("return_reason")
        .and_then(|v| v.as_text());
    html! {
        @if !desk.stops.is_empty() {
            (notice(&Notice::new(Tone::Late, format!("发现 {} 处不能公开的内容", desk.stops.len())).with(html! {
                ul { @for s in &desk.stops { li { (s.place) "：" (s.what) " " code { (s.text) } } } }
            })))
        }
        @if !desk.unread.is_empty() {
            (notice(&Notice::new(Tone::Soon, format!("附件{}不能自动检查：请审核人打开看过，确认没有个人信息和不宜公开的内容。", desk.unread.join("、")))))
        }
        @if !desk.remarks.is_empty() {
            (notice(&Notice::new(Tone::Soon, format!("文字检查有 {} 处提示，请看是否要改", desk.remarks.len())).with(html! {
                ul { @for r in &desk.remarks { li { @if !r.quote.is_empty() { "“" (r.quote) "”：" } (r.message) } } }
            })))
        }
        @if desk.source_changed {
            (notice(&Notice::new(Tone::Soon, "台账里的记录后来更正过，这里还是旧的内容。请撤回后重新起草。")))
        }
        @if let Some(reason) = returned {
            (notice(&Notice::new(Tone::Soon, format!("退回意见：{reason}"))))
        }
    }
}

fn acts(page: &Page, desk: &OnDesk, stage: &str) -> Markup {
    let id = &desk.entry.id;
    let action = item(id, "");
    let simple = |act: &str, label: &str, primary: bool| {
        html! {
            form.inline-form method="post" action=(action) {
                input type="hidden" name=(TOKEN_FIELD) value=(page.token());
                input type="hidden" name="act" value=(act);
                button.btn .btn-primary[primary] type="submit" { (label) }
            }
        }
    };
    let with_reason = |act: &str, label: &str, ask: &str| {
        let field = format!("reason-{act}");
        html! {
            form.inline-form method="post" action=(action) {
                input type="hidden" name=(TOKEN_FIELD) value=(page.token());
                input type="hidden" name="act" value=(act);
                label for=(field) { (ask) }
                input.w-text type="text" id=(field) name="reason";
                button.btn type="submit" { (label) }
            }
        }
    };
    html! {
        section.desk-acts aria-label="办理" {
            @match stage {
                "draft" => {
                    a.btn href=(item(id, "edit")) { "修改" }
                    @if !desk.stops.is_empty() { (simple("redact", "打码后保存", false)) }
                    (simple("submit", "送审", true))
                },
                "review" => {
                    (simple("publish", "审核通过并发布", true))
                    (with_reason("send_back", "退回修改", "退回意见"))
                },
                "published" => {
                    a.btn href=(portal::article(&desk.index_number())) { "在门户查看" }
                    (withdrawal(page, &action))
                },
                _ => p.hint { "已撤回，不能再改。" },
            }
        }
    }
}

/// The title stays where the publication was, unless it is what should not be read.
fn withdrawal(page: &Page, action: &str) -> Markup {
    html! {
        form.inline-form method="post" action=(action) {
            input type="hidden" name=(TOKEN_FIELD) value=(page.token());
            input type="hidden" name="act" value="withdraw";
            label for="reason-withdraw" { "撤回理由（会公布）" }
            input.w-text type="text" id="reason-withdraw" name="reason";
            label for="withdrawn-title" { "留存的标题（原标题不宜公开的另写，不填沿用）" }
            input.w-text type="text" id="withdrawn-title" name="title";
            button.btn type="submit" { "撤回" }
        }
    }
}

fn preview(page: &Page, desk: &OnDesk) -> Markup {
    let article = page.app().preview(&desk.draft);
    html! {
        dl.article-facts {
            @for (name, value) in [("文号", &article.document_number), ("作者", &article.author), ("来源", &article.source), ("有效性", &article.validity)] {
                @if !value.is_empty() { div { dt { (name) } dd { (value) } } }
            }
        }
        @if !article.summary.is_empty() { p { (article.summary) } }
        @if !article.facts.is_empty() { dl.article-facts { @for (name, value) in &article.facts { div { dt { (name) } dd { (value) } } } } }
        div.article-text { (portal::article_text(&article.body)) }
        @if !article.attachments.is_empty() { p { "附件：" } ol { @for (_, name) in &article.attachments { li { (name) } } } }
    }
}

fn original(desk: &OnDesk) -> Markup {
    let rows = desk.source.iter().map(|s| {
        Row::plain(vec![
            Cell::text(s.name.as_str()),
            Cell::text(s.original.as_str()),
            match &s.public {
                None => Cell::text("不公开"),
                Some(public) if *public == s.original => Cell::text("公开"),
                Some(public) => Cell::text(format!("打码：{public}")),
            },
        ])
    });
    table(&Table {
        caption: "原文和公开方式".to_owned(),
        columns: vec![
            Column::text("项目"),
            Column::wide("原文"),
            Column::text("公开方式"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

/// Sends on, back, out, or withdraws.
pub async fn act(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let (app, actor) = (page.app(), page.actor());
        let reason = form.text("reason");
        match form.text("act") {
            "submit" => app.submit_publication(actor, &id)?,
            "send_back" => app.send_back_publication(actor, &id, reason)?,
            "publish" => app.release_publication(actor, &id)?,
            "withdraw" => app.withdraw_publication(actor, &id, reason, form.text("title"))?,
            "detach" => app.detach_from_publication(actor, &id, form.text("file"))?,
            "attach" => {
                let mut files = form.files().peekable();
                if files.peek().is_none() {
                    return Err(AppError::Input("请选择要附上的文件。".to_owned()));
                }
                for (name, bytes) in files {
                    app.attach_to_publication(actor, &id, name, bytes)?;
                }
            }
            "redact" => {
                let desk = app.on_desk(actor, &id)?;
                let known = (id.as_str(), desk.entry.state.revision);
                app.save_publication(actor, Some(known), &desk.draft.redacted())?;
            }
            _ => return Err(AppError::NotFound("这个办理事项")),
        }
        see_other(&format!("{}?done=acted", item(&id, "")))
    })
    .await
}
