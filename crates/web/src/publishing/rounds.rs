//! Questionnaires and exams: open, watch, close.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    exam::Exam,
    participation::{Once, Questionnaire, text},
    sheet::{XLSX, table_csv, table_xlsx},
    values::dates::parse_date,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{DESK, ROUNDS};
use crate::{
    context::{Answer, Page, Web, download, see_other},
    form::Form,
    pages::{admin::personal, entry::recorded},
    shell::View,
    ui::{
        button::{Button, TOKEN_FIELD},
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
    },
};

fn frame(title: &str, main: Markup) -> View {
    let head = page_head(&PageHead {
        title: title.to_owned(),
        ..PageHead::default()
    });
    let above = vec![Link::new("公开", DESK), Link::new("问卷和考试", ROUNDS)];
    View::of(Area::Publishing, title, html! { (head) (main) }).below(above)
}

/// All of them.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::Publish, Resource::Portal)?;
        let organ = &page.actor().organ;
        let surveys = page.app().questionnaires(organ)?;
        let exams = page.app().exams(organ)?;
        let main = html! {
            (page_head(&PageHead {
                title: "问卷和考试".to_owned(),
                actions: vec![Button::go("新建问卷", "/rounds/survey"), Button::go("新建考试", "/rounds/exam")],
                ..PageHead::default()
            }))
            (panel(&Panel::new("surveys", "问卷", html! { ul.plain-links { @for r in &surveys {
                li { a href=(format!("{ROUNDS}/survey/{}", r.id)) { (r.questionnaire.title) } " " span.hint { (r.opens_on) " 至 " (r.closes_on) @if r.counted { "，已结束" } } } } } })))
            (panel(&Panel::new("exams", "考试", html! { ul.plain-links { @for r in &exams {
                li { a href=(format!("{ROUNDS}/exam/{}", r.id)) { (r.exam.title) } " " span.hint { (recorded(&r.opens_at.to_string())) " 至 " (recorded(&r.closes_at.to_string())) @if r.counted { "，已结束" } } } } } })))
        };
        page.show(View::of(Area::Publishing, "问卷和考试", main).below(vec![Link::new("公开", DESK)]))
    })
    .await
}

fn line(form: &Form, name: &str, label: &str) -> Field {
    let value = form.text(name).to_owned();
    Field::new(name, label, Control::Text { value })
}

fn long(form: &Form, name: &str, label: &str, rows: u8) -> Field {
    let value = form.text(name).to_owned();
    Field::new(name, label, Control::LongText { value, rows })
}

fn one_of(form: &Form, name: &str, label: &str, options: &[&str]) -> Field {
    let value = form.text(name).to_owned();
    let choices = options.iter().map(|o| Choice::same(*o)).collect();
    Field::new(name, label, Control::Choice { value, choices })
}

fn sheet(
    page: &Page,
    action: &str,
    fields: Vec<Field>,
    button: &str,
    error: Option<String>,
) -> Markup {
    form_view(&FormView {
        id: "round".to_owned(),
        action: action.to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            title: None,
            note: None,
            fields,
        }],
        buttons: vec![
            Button::submit(button).primary(),
            Button::go("返回", ROUNDS).quiet(),
        ],
        ..FormView::default()
    })
}

fn survey_sheet(page: &Page, form: &Form, error: Option<String>) -> Markup {
    let day = |name: &str, label: &str| {
        let value = form.text(name).to_owned();
        Field::new(name, label, Control::Date { value }).required()
    };
    let fields = vec![
        line(form, "title", "问卷名称").required(),
        long(form, "intro", "说明", 3).hint("为什么问、结果用来做什么。"),
        one_of(form, "topic", "主题", &["师德师风", "教育满意度", "双减", "校园安全", "课后服务", "其他"]).required(),
        one_of(form, "audience", "对象", &["家长", "学生", "教师", "社会公众"]).required(),
        day("opens_on", "开始日期"),
        day("closes_on", "截止日期"),
        one_of(form, "once", "怎样保证只答一次", &["每台设备一次", "凭答题码"]).required(),
        long(form, "units", "学校或区县", 5).hint("一行一个：名称，区县，应答人数。不填则不分学校。"),
        long(form, "questions", "题目", 16).required()
            .hint("题目行以 [单选]、[多选]、[量表5]、[矩阵]、[填空200] 开头，末尾加 * 为必答；选项行以“-”开头，矩阵的行以“行：”开头。"),
    ];
    sheet(page, "/rounds/survey", fields, "开始问卷", error)
}

/// The form of a new questionnaire.
pub async fn survey_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::Publish, Resource::Portal)?;
        let form = survey_sheet(page, &Form::default(), None);
        page.show(frame("新建问卷", form))
    })
    .await
}

fn questionnaire(form: &Form) -> Result<Questionnaire, AppError> {
    Ok(Questionnaire {
        title: form.text("title").trim().to_owned(),
        intro: form.text("intro").trim().to_owned(),
        topic: form.text("topic").to_owned(),
        audience: form.text("audience").to_owned(),
        once: if form.text("once") == "凭答题码" {
            Once::Code
        } else {
            Once::Device
        },
        units: text::units(form.text("units")),
        questions: text::questions(form.text("questions")).map_err(AppError::Input)?,
        open_results: false,
    })
}

fn rejected(page: &Page, title: &str, error: &AppError, form: Markup) -> Answer {
    tracing::debug!(%error, "Rejected");
    page.show_rejected(frame(title, form))
}

/// Opens a questionnaire.
pub async fn open_survey(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        let day = |name: &str| {
            parse_date(form.text(name))
                .map_err(|_| AppError::Input("请填写开始和截止日期。".to_owned()))
        };
        let opened = questionnaire(&form).and_then(|q| {
            page.app()
                .open_questionnaire(page.actor(), &q, day("opens_on")?, day("closes_on")?)
        });
        match opened {
            Ok(id) => see_other(&format!("{ROUNDS}/survey/{id}?done=saved")),
            Err(error @ (AppError::Input(_) | AppError::Refused(_))) => {
                let sheet = survey_sheet(page, &form, Some(error.to_string()));
                rejected(page, "没有开始", &error, sheet)
            }
            Err(other) => Err(other),
        }
    })
    .await
}

fn post_button(page: &Page, action: &str, act: &str, label: &str) -> Markup {
    html! {
        form.inline-form method="post" action=(action) {
            input type="hidden" name=(TOKEN_FIELD) value=(page.token());
            input type="hidden" name="act" value=(act);
            button.btn type="submit" { (label) }
        }
    }
}

/// A questionnaire.
pub async fn survey(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        authorise(page.actor(), Action::Publish, Resource::Portal)?;
        let round = page.app().questionnaire(&page.actor().organ, &id)?;
        let returned = page.app().answers_so_far(page.actor(), &id)?;
        let action = format!("{ROUNDS}/survey/{id}");
        let main = html! {
            p { (round.opens_on) " 至 " (round.closes_on) "，已收到答卷 " (returned) " 份。"
                @if round.counted { "已经结束，各校的份数和满意度已记入问卷回收台账。" } }
            section.desk-acts aria-label="办理" {
                a.btn href=(crate::portal::survey_page(&id)) { "在门户查看" }
                @if round.counted { a.btn href=(format!("{}/results", crate::portal::survey_page(&id))) { "看结果" } }
                @if !round.counted { (post_button(page, &action, "close", "结束并计数")) }
                @if round.questionnaire.once == Once::Code {
                    form.inline-form method="post" action=(action) {
                        input type="hidden" name=(TOKEN_FIELD) value=(page.token());
                        input type="hidden" name="act" value="codes";
                        label for="count" { "答题码个数" } input.w-text type="text" inputmode="numeric" id="count" name="count" value="100";
                        button.btn type="submit" { "下载答题码" }
                    }
                }
            }
        };
        page.show(frame(&round.questionnaire.title, main))
    })
    .await
}

/// Closes a questionnaire, or hands out its codes.
pub async fn close_survey(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        if form.text("act") == "codes" {
            let count: u32 = form.text("count").parse().unwrap_or(0);
            if !(1..=100_000).contains(&count) {
                return Err(AppError::Input("请写 1 到 100000 之间的个数。".to_owned()));
            }
            let codes = page.app().questionnaire_codes(page.actor(), &id, count)?;
            let rows: Vec<Vec<String>> = codes.into_iter().map(|c| vec![c]).collect();
            return download(
                "text/csv; charset=utf-8",
                "答题码.csv",
                table_csv(&["答题码".to_owned()], &rows),
            );
        }
        page.app().close_questionnaire(page.actor(), &id)?;
        see_other(&format!("{ROUNDS}/survey/{id}?done=saved"))
    })
    .await
}

fn exam_sheet(page: &Page, form: &Form, error: Option<String>) -> Markup {
    let kinds = [
        "国家工作人员学法用法考试",
        "法宣在线考试",
        "教师法律知识考试",
        "执法人员资格考试",
    ];
    let fields = vec![
        line(form, "title", "考试名称").required(),
        long(form, "intro", "说明", 2),
        one_of(form, "kind", "类别", &kinds).hint("学生的学法活动不选：不计入工作人员的学法考试。"),
        line(form, "opens_at", "开始").required().hint("2022-12-01 09:00"),
        line(form, "closes_at", "截止").required().hint("2022-12-09 18:00"),
        line(form, "count", "每卷题数").required(),
        line(form, "minutes", "时长（分钟）").required(),
        line(form, "pass_mark", "及格分").required(),
        long(form, "bank", "题库", 16).required()
            .hint("一题一段，段间空一行：第一行题目，“-”开头是错误选项，“=”开头是正确选项，“解析：”说明理由。"),
    ];
    sheet(page, "/rounds/exam", fields, "开放考试", error)
}

/// The form of a new exam.
pub async fn exam_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::Publish, Resource::Portal)?;
        let form = exam_sheet(page, &Form::default(), None);
        page.show(frame("新建考试", form))
    })
    .await
}

fn moment(text: &str) -> Result<jiff::Timestamp, AppError> {
    let wrong = || AppError::Input("时间请写成 2022-12-01 09:00。".to_owned());
    let at: jiff::civil::DateTime = text
        .trim()
        .replacen(' ', "T", 1)
        .parse()
        .map_err(|_| wrong())?;
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    at.to_zoned(zone)
        .map(|z| z.timestamp())
        .map_err(|_| wrong())
}

/// Opens an exam.
pub async fn open_exam(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        let number = |name: &str| form.text(name).trim().parse().unwrap_or(0);
        let written = || -> Result<String, AppError> {
            let exam = Exam {
                title: form.text("title").trim().to_owned(),
                intro: form.text("intro").trim().to_owned(),
                kind: form.text("kind").to_owned(),
                bank: text::bank(form.text("bank")).map_err(AppError::Input)?,
                questions: number("count") as usize,
                minutes: i64::from(number("minutes")),
                pass_mark: number("pass_mark"),
            };
            page.app().open_exam(
                page.actor(),
                &exam,
                moment(form.text("opens_at"))?,
                moment(form.text("closes_at"))?,
            )
        };
        match written() {
            Ok(id) => see_other(&format!("{ROUNDS}/exam/{id}?done=saved")),
            Err(error @ AppError::Input(_)) => {
                let sheet = exam_sheet(page, &form, Some(error.to_string()));
                rejected(page, "没有开放", &error, sheet)
            }
            Err(other) => Err(other),
        }
    })
    .await
}

/// An exam.
pub async fn exam(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        authorise(page.actor(), Action::Publish, Resource::Portal)?;
        let round = page.app().exam(&page.actor().organ, &id)?;
        let units = page.app().exam_board(&page.actor().organ, &id)?;
        let action = format!("{ROUNDS}/exam/{id}");
        let due: u64 = units.iter().map(|u| u.due).sum();
        let finished: u64 = units.iter().map(|u| u.finished).sum();
        let holds = page.app().holds_exams(page.actor()).is_ok();
        let erasing = (round.counted && personal::keeps(page)).then(|| {
            let fields = vec![
                personal::one_line("unit", "学校", "").required(),
                personal::one_line("name", "姓名", "").required(),
            ];
            let note = "只删除姓名，成绩和计数不变；删除后不能再出证书上的姓名。";
            personal::erase_form(page, &[("exam", id.as_str())], fields, note)
        });
        let main = html! {
            p { "题库 " (round.exam.bank.len()) " 题，每卷 " (round.exam.questions) " 题；名单 " (due) " 人，已交卷 " (finished) " 人。" }
            section.desk-acts aria-label="办理" {
                a.btn href=(crate::portal::exam_page(&id)) { "在门户查看" }
                @if holds { a.btn href=(format!("{action}/results.xlsx")) { "导出成绩" } }
                @if holds && !round.counted { (post_button(page, &action, "close", "结束并计数")) }
            }
            @if holds && !round.counted {
                form.form method="post" action=(action) {
                    input type="hidden" name=(TOKEN_FIELD) value=(page.token());
                    input type="hidden" name="act" value="candidates";
                    div.field { label for="candidates" { "学校名单" }
                        p.hint #c-hint { "一行一人：姓名，学校，班级。提交后下载带准考码的名单，由学校发给本人；同一份名单再提交，准考码不变。" }
                        textarea id="candidates" name="candidates" rows="8" aria-describedby="c-hint" {} }
                    button.btn.btn-primary type="submit" { "加入名单并下载准考码" }
                }
            }
            @if let Some(form) = erasing { (panel(&Panel::new("erase-part", "删除考生姓名", form))) }
        };
        page.show(frame(&round.exam.title, main))
    })
    .await
}

/// Closes an exam, or puts candidates on its list.
pub async fn change_exam(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        if form.text("act") == "candidates" {
            let candidates = text::candidates(form.text("candidates"));
            if candidates.is_empty() {
                return Err(AppError::Input(
                    "名单里没有人：一行一人，姓名，学校，班级。".to_owned(),
                ));
            }
            let codes = page.app().put_candidates(page.actor(), &id, &candidates)?;
            let rows: Vec<Vec<String>> = candidates
                .into_iter()
                .zip(codes)
                .map(|(c, code)| vec![c.unit, c.class, c.name, code])
                .collect();
            let heads = ["学校", "班级", "姓名", "准考码"].map(str::to_owned);
            return download(
                "text/csv; charset=utf-8",
                "准考码.csv",
                table_csv(&heads, &rows),
            );
        }
        page.app().close_exam(page.actor(), &id)?;
        see_other(&format!("{ROUNDS}/exam/{id}?done=saved"))
    })
    .await
}

/// The results, for the exam authority.
pub async fn exam_results(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (app, actor) = (page.app(), page.actor());
        app.holds_exams(actor)?;
        let mut rows = Vec::new();
        for unit in app.exam_board(&actor.organ, &id)? {
            for c in app.exam_candidates(actor, &id, &unit.unit)? {
                let at = |t: &Option<String>| t.as_deref().map(recorded).unwrap_or_default();
                rows.push(vec![
                    c.unit.clone(),
                    c.class.clone(),
                    c.name.clone(),
                    at(&c.started_at),
                    at(&c.finished_at),
                    c.score.map(|s| s.to_string()).unwrap_or_default(),
                ]);
            }
        }
        let heads = ["学校", "班级", "姓名", "开始", "交卷", "成绩"].map(str::to_owned);
        download(
            XLSX,
            "考试成绩.xlsx",
            table_xlsx("考试成绩", &heads, &rows)?,
        )
    })
    .await
}
