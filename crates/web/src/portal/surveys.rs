//! Questionnaires: answering once, without a name; results as charts with their tables.

use app::{
    AppError,
    participation::{Answers, Ask, Once, Question, Round, SMALL, UnitResult},
    values::dates::{self, chinese_with_weekday},
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    ask,
    frame::View,
    paths,
    visit::{Asked, Visit, cookie},
};
use crate::{
    Web,
    form::Form,
    ui::{
        button::TOKEN_FIELD,
        form::{FormError, error_summary},
        notice::Link,
    },
};

/// Answers by device from an address in ten minutes: a class that answers in the computer room has
/// room, whoever stuffs the ballot has not.
const ANSWERS_MAX: u32 = 60;
/// Cookie that tells devices apart, made only on a questionnaire's page.
const DEVICE: &str = "yifa-device";

/// All questionnaires.
pub async fn index(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, |visit| {
        let today = visit.app().clock.today();
        let rounds = visit.app().questionnaires(&visit.organ)?;
        let main = html! {
            div.page-head { h1 { "问卷调查" } p { "匿名：答卷和“谁答过”分开保存，无法对应。结果公布在这里。" } }
            @if rounds.is_empty() { p { "还没有问卷。" } }
            ul.article-list {
                @for r in &rounds {
                    li {
                        @if r.is_open(today) {
                            a href=(paths::survey(&r.id)) { (r.questionnaire.title) }
                            p.hint { "进行中，截止 " (chinese_with_weekday(r.closes_on)) "，" (r.questionnaire.questions.len()) " 题" }
                        } @else if today < r.opens_on {
                            span { (r.questionnaire.title) } p.hint { (chinese_with_weekday(r.opens_on)) " 开始" }
                        } @else {
                            a href=(format!("{}/results", paths::survey(&r.id))) { (r.questionnaire.title) "：结果" }
                            p.hint { "已于 " (chinese_with_weekday(r.closes_on)) " 结束" }
                        }
                    }
                }
            }
        };
        Ok(visit.respond(StatusCode::OK, View::new(paths::SURVEYS, "问卷调查", main)))
    })
    .await
}

/// A questionnaire.
pub async fn show(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let round = visit.app().questionnaire(&visit.organ, &id)?;
        let mut response = page(visit, &round, &Form::default(), (&[], None), StatusCode::OK)?;
        if cookie(&visit.headers, DEVICE).is_none() {
            let device = visit.app().new_ticket()?;
            let value = format!(
                "{DEVICE}={device}; Path=/portal/surveys; Max-Age=31536000; {}",
                visit.cookie_end()
            );
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(response)
    })
    .await
}

/// A questionnaire outside of its term: when it was open, and its results where they are shown.
fn closed(visit: &Visit, round: &Round) -> Response {
    let today = visit.app().clock.today();
    let ended = round.counted || round.closes_on < today;
    let main = html! {
        div.page-head { h1 { (round.questionnaire.title) } p { (round.questionnaire.intro) } }
        div.notice {
            @if ended {
                p.notice-title { "这份问卷已经结束" }
                p { a href=(format!("{}/results", paths::survey(&round.id))) { "看结果" } }
            } @else {
                p.notice-title { "这份问卷还没有开始" }
                p { (dates::chinese(round.opens_on)) "开始，" (dates::chinese(round.closes_on)) "截止。" }
            }
        }
    };
    let view = View::new(paths::SURVEYS, round.questionnaire.title.clone(), main);
    let view = view.below(vec![Link::new("问卷调查", paths::SURVEYS)]);
    visit.respond(StatusCode::OK, view)
}

fn page(
    visit: &Visit,
    round: &Round,
    form: &Form,
    (wrong, said): (&[(usize, String)], Option<&str>),
    status: StatusCode,
) -> Result<Response, AppError> {
    let asked = &round.questionnaire;
    if !round.is_open(visit.app().clock.today()) {
        return Ok(closed(visit, round));
    }
    let errors: Vec<FormError> = wrong
        .iter()
        .map(|(at, text)| FormError {
            text: format!("第 {} 题：{text}", at + 1),
            field: Some(format!("q{at}")),
        })
        .collect();
    let errors = match said {
        Some(said) => vec![FormError {
            text: said.to_owned(),
            field: None,
        }],
        None => errors,
    };
    // What was handed in too early is handed in again with the same ticket, which grows older.
    let ticket = match form.text(TOKEN_FIELD) {
        known if visit.app().ticket(known).is_ok() => known.to_owned(),
        _ => visit.app().new_ticket()?,
    };
    let main = html! {
        (error_summary("wrong", &errors))
        div.page-head { h1 { (asked.title) } p { (asked.intro) } p.hint { "截止 " (chinese_with_weekday(round.closes_on)) "。匿名，每" @if asked.once == Once::Device { "台设备" } @else { "个答题码" } "答一次。" } }
        form.form.portal-form.survey method="post" action=(paths::survey(&round.id)) novalidate data-work=(ticket) {
            input type="hidden" name=(TOKEN_FIELD) value=(ticket);
            @if asked.once == Once::Code {
                div.field { label for="who" { "答题码" } p.hint { "学校发的答题码，不记名。" } input.w-text type="text" id="who" name="who" value=(form.text("who")) autocomplete="off"; }
            }
            @if !asked.units.is_empty() {
                div.field { label for="unit" { "学校或区县" }
                    select id="unit" name="unit" { option value="" { "请选择" }
                        @for u in &asked.units { option value=(u.name) selected[form.text("unit") == u.name] { (u.name) } } } }
            }
            @for (at, q) in asked.questions.iter().enumerate() {
                (question(at, q, form, wrong.iter().find(|(w, _)| *w == at).map(|(_, t)| t.as_str())))
            }
            div.form-buttons { button.btn.btn-primary type="submit" { "提交答卷" } }
        }
    };
    let title = if errors.is_empty() {
        asked.title.clone()
    } else {
        format!("错误：{}", asked.title)
    };
    let view =
        View::new(paths::SURVEYS, title, main).below(vec![Link::new("问卷调查", paths::SURVEYS)]);
    Ok(visit.respond(status, view))
}

fn question(at: usize, q: &Question, form: &Form, wrong: Option<&str>) -> Markup {
    let name = format!("q{at}");
    let given: Vec<&str> = form.all(&name).collect();
    let label = html! { (at + 1) "．" (q.text) @if !q.required { span.hint { "（选填）" } } };
    let error = html! { @if let Some(text) = wrong { p.field-message { (text) } } };
    let options = |kind: &str, options: &[String]| {
        html! { @for one in options { label.option { input type=(kind) name=(name) value=(one) checked[given.contains(&one.as_str())]; " " (one) } } }
    };
    match &q.ask {
        Ask::Single { options: all } => {
            html! { fieldset.field .field-error[wrong.is_some()] id=(name) { legend { (label) } (error) (options("radio", all)) } }
        }
        Ask::Multiple { options: all } => {
            html! { fieldset.field .field-error[wrong.is_some()] id=(name) { legend { (label) " " span.hint { "可选多项" } } (error) (options("checkbox", all)) } }
        }
        Ask::Scale { max, low, high } => html! {
            fieldset.field.scale .field-error[wrong.is_some()] id=(name) { legend { (label) } (error)
                div.scale-row { span { (low) }
                    @for n in 1..=*max { @let n = n.to_string(); label.option { input type="radio" name=(name) value=(n) checked[given.contains(&n.as_str())]; " " (n) } }
                    span { (high) } } }
        },
        Ask::Matrix { rows, options: all } => html! {
            fieldset.field .field-error[wrong.is_some()] id=(name) { legend { (label) } (error)
                @for (n, row) in rows.iter().enumerate() {
                    @let cell = format!("{name}.{n}");
                    fieldset.matrix-row { legend { (row) }
                        @for one in all { label.option { input type="radio" name=(cell) value=(one) checked[form.text(&cell) == one]; " " (one) } } }
                } }
        },
        Ask::Open { max } => html! {
            div.field .field-error[wrong.is_some()] { label for=(name) { (label) } p.hint { "最多 " (max) " 个字，请不要写姓名和电话。" } (error)
                textarea id=(name) name=(name) rows="4" { (form.text(&name)) } }
        },
    }
}

fn answers_of(round: &Round, form: &Form) -> Answers {
    let mut answers = Answers::new();
    for (at, q) in round.questionnaire.questions.iter().enumerate() {
        let name = format!("q{at}");
        let given: Vec<String> = match &q.ask {
            Ask::Matrix { rows, .. } => (0..rows.len())
                .map(|n| form.text(&format!("{name}.{n}")).to_owned())
                .collect(),
            _ => form.all(&name).map(|t| t.trim().to_owned()).collect(),
        };
        if given.iter().any(|g| !g.is_empty()) {
            answers.insert(at, given);
        }
    }
    answers
}

/// An answer.
pub async fn answer(
    State(web): State<Web>,
    Path(id): Path<String>,
    asked: Asked,
    form: Form,
) -> Response {
    web.with_code(asked, form, move |visit, form| {
        let app = visit.app();
        let ticket = app.ticket(form.text(TOKEN_FIELD))?;
        let round = app.questionnaire(&visit.organ, &id)?;
        let answers = answers_of(&round, &form);
        let wrong = round.questionnaire.check(&answers);
        if !wrong.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page(visit, &round, &form, (&wrong, None), status);
        }
        // A code answers once; a device is named by whoever asks, so it needs what forms need.
        let by_device = round.questionnaire.once == Once::Device;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        if by_device && ask::is_too_fast(visit, &ticket, &form) {
            return page(visit, &round, &form, (&[], Some(&ask::too_fast())), status);
        }
        if by_device && !visit.allows("survey", ANSWERS_MAX) {
            let text = "这个网络地址答得太多，请十分钟后再提交：您的回答都还在。";
            return page(visit, &round, &form, (&[], Some(text)), status);
        }
        let who = match round.questionnaire.once {
            Once::Code => form.text("who").to_owned(),
            Once::Device => match cookie(&visit.headers, DEVICE) {
                // Only devices that we have named: a made-up one would count again and again.
                Some(device) if app.is_ticket(&device)? => device,
                _ => {
                    return Err(AppError::Input(
                        "这台设备不接受本站的小文件（Cookie），无法保证一台设备答一次。请允许后重新打开问卷，或换一台设备。".to_owned(),
                    ));
                }
            },
        };
        let taken = wait(|told| {
            app.answer(&visit.organ, &id, &who, form.text("unit"), &answers, told)
        })?;
        let said = if taken { "答卷已收到，谢谢。" } else { "这台设备或这个答题码已经答过，这一次没有计入。" };
        let main = html! {
            div.receipt-panel role="status" { h1 { (said) } }
            p { a href=(paths::SURVEYS) { "返回问卷调查" } }
        };
        let status = if taken { StatusCode::OK } else { StatusCode::CONFLICT };
        let view = View::new(paths::SURVEYS, said, main).below(vec![Link::new("问卷调查", paths::SURVEYS)]);
        Ok(visit.respond(status, view).into_response())
    })
    .await
}

/// Waits until something handed in is on the disk.
pub fn wait(
    hand_in: impl FnOnce(app::batch::Told) -> Result<(), AppError>,
) -> Result<bool, AppError> {
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    hand_in(Box::new(move |told| drop(sender.send(told))))?;
    receiver
        .recv()
        .map_err(|e| AppError::Fault(e.to_string()))?
}

/// The results.
pub async fn results(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let round = visit.app().questionnaire(&visit.organ, &id)?;
        let results = visit.app().questionnaire_results(&visit.organ, &id)?;
        let (units, small) = results.shown_units();
        let (districts, few) = results.shown_districts();
        let main = html! {
            div.page-head { h1 { (round.questionnaire.title) "：结果" } p { "共收到答卷 " (results.returned) " 份。" } }
            @if results.too_few() { p { "答卷不足 " (SMALL) " 份，不公布各题结果，以免看出是谁答的。" } }
            @else if !round.counted && round.is_open(visit.app().clock.today()) { p.hint { "问卷还在进行：每多 " (SMALL) " 份答卷更新一次。" } }
            @for (at, (q, r)) in round.questionnaire.questions.iter().zip(&results.questions).enumerate() {
                section.survey-result aria-labelledby=(format!("r{at}")) {
                    h2 id=(format!("r{at}")) { (at + 1) "．" (q.text) }
                    @if matches!(q.ask, Ask::Open { .. }) { p.hint { "文字回答 " (r.answered) " 份，由工作人员汇总，不逐份公布。" } }
                    @for (row, counts) in &r.lines { (chart(&q.ask, row, counts, r.answered)) }
                }
            }
            (groups("学校", &units, small))
            (groups("区县", &districts, few))
        };
        let view = View::new(paths::SURVEYS, format!("{}：结果", round.questionnaire.title), main);
        Ok(visit.respond(StatusCode::OK, view.below(vec![Link::new("问卷调查", paths::SURVEYS)])))
    })
    .await
}

/// How schools or districts answered: answers, and the share of the satisfied as number and bar.
fn groups(what: &str, all: &[(&str, UnitResult)], small: i64) -> Markup {
    let named: Vec<&(&str, UnitResult)> = all.iter().filter(|(n, _)| !n.is_empty()).collect();
    let title = format!("各{what}答卷");
    let rated = named.iter().any(|(_, u)| u.satisfied.is_some());
    html! {
        @if named.len() > 1 || (named.len() == 1 && small > 0) {
            h2 { (title) }
            div.portal-table tabindex="0" role="region" aria-label=(title) { table.survey-bars {
                caption.unseen { (title) }
                thead { tr { th scope="col" { (what) } th scope="col" { "答卷" } @if rated { th scope="col" { "满意率" } td {} } } }
                tbody { @for (name, u) in named { tr {
                    th scope="row" { (name) } td.num data-label="答卷" { (u.returned) }
                    @if rated {
                        @match u.satisfied {
                            Some(n) => {
                                @let share = share(n, u.returned);
                                td.num data-label="满意率" { (share) "%" }
                                td.survey-bar { svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" { rect width=(share) height="8" {} } }
                            },
                            None => { td.num data-label="满意率" { "不单列" } td {} },
                        }
                    }
                } } }
            } }
            @if small > 0 { p.hint { "答卷少于 " (SMALL) " 份的" (what) "不单列，共 " (small) " 份。" } }
        }
    }
}

/// A share in whole percents, to the nearest.
fn share(n: i64, whole: i64) -> i64 {
    match whole {
        0 => 0,
        whole => (200 * n + whole) / (2 * whole),
    }
}

/// An option as readers see it: the ends of a scale with their words.
fn option_label(ask: &Ask, option: &str) -> String {
    match ask {
        Ask::Scale { low, .. } if option == "1" && !low.is_empty() => format!("1（{low}）"),
        Ask::Scale { max, high, .. } if *option == max.to_string() && !high.is_empty() => {
            format!("{option}（{high}）")
        }
        _ => option.to_owned(),
    }
}

/// Bars with their numbers: the table is the chart.
fn chart(ask: &Ask, row: &str, counts: &[(String, i64)], answered: i64) -> Markup {
    let share = |n: i64| share(n, answered);
    html! {
        table.survey-bars {
            caption { @if row.is_empty() { "回答 " (answered) " 份" } @else { (row) } }
            thead.unseen { tr { th scope="col" { "选项" } th scope="col" { "份数" } th scope="col" { "占比" } td {} } }
            tbody {
                @for (option, n) in counts {
                    tr {
                        th scope="row" { (option_label(ask, option)) }
                        td.num { (n) " 份" } td.num { (share(*n)) "%" }
                        td.survey-bar { svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" { rect width=(share(*n)) height="8" {} } }
                    }
                }
            }
        }
    }
}
