//! Exams: sign in with the school's code, one question a page, each answer saved before it says so.

use app::{
    AppError,
    exam::{ExamQuestion, ExamRound, Sitting},
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    frame::View,
    paths,
    surveys::wait,
    visit::{Asked, Visit, cookie},
};
use crate::{
    Web,
    form::Form,
    pages::entry::recorded,
    routes::with_query,
    ui::{
        form::{FormError, error_summary},
        notice::Link,
    },
};

/// Cookie that keeps the code while the paper is written.
const CODE: &str = "yifa-exam";

fn above(round: &ExamRound) -> Vec<Link> {
    vec![
        Link::new("学法考试", paths::EXAMS),
        Link::new(round.exam.title.as_str(), paths::exam(&round.id, "")),
    ]
}

/// All exams.
pub async fn index(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, |visit| {
        let now = visit.app().clock.now();
        let rounds = visit.app().exams(&visit.organ)?;
        let main = html! {
            div.page-head { h1 { "学法考试" } p { "用学校发的准考码参加。每答一题就保存一题，断网、关机后用同一个准考码接着答。" } }
            @if rounds.is_empty() { p { "还没有考试。" } }
            ul.article-list {
                @for r in &rounds {
                    li { a href=(paths::exam(&r.id, "")) { (r.exam.title) }
                        p.hint {
                            @if r.counted || now > r.closes_at { "已结束" }
                            @else if now < r.opens_at { (recorded(&r.opens_at.to_string())) " 开始" }
                            @else { "进行中，" (recorded(&r.closes_at.to_string())) " 截止" }
                            "；" (r.exam.questions) " 题，" (r.exam.minutes) " 分钟 "
                            a href=(paths::exam(&r.id, "board")) { "参与情况" }
                        } }
                }
            }
        };
        Ok(visit.respond(StatusCode::OK, View::new(paths::EXAMS, "学法考试", main)))
    })
    .await
}

/// An exam, and where to type the code.
pub async fn show(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let round = visit.app().exam(&visit.organ, &id)?;
        let main = entrance(&round, None, &visit.asked("code"));
        let view = View::new(paths::EXAMS, round.exam.title.clone(), main);
        let view = view.below(vec![Link::new("学法考试", paths::EXAMS)]);
        Ok(visit.respond(StatusCode::OK, view))
    })
    .await
}

/// Where the code is typed; a link from the school brings it along (`?code=…`).
fn entrance(round: &ExamRound, error: Option<&str>, code: &str) -> Markup {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let code = code.get(..16).unwrap_or(&code);
    let exam = &round.exam;
    html! {
        @if let Some(error) = error { (error_summary("wrong", &[FormError { text: error.to_owned(), field: Some("code".to_owned()) }])) }
        div.page-head { h1 { (exam.title) } p { (exam.intro) } }
        dl.article-facts {
            div { dt { "题数" } dd { (exam.questions) " 题" } }
            div { dt { "时间" } dd { (exam.minutes) " 分钟，从点“开始答题”算起" } }
            div { dt { "及格" } dd { (exam.pass_mark) " 分（满分 100）" } }
            div { dt { "开放" } dd { (recorded(&round.opens_at.to_string())) " 至 " (recorded(&round.closes_at.to_string())) } }
        }
        form.form.portal-form method="post" action=(paths::exam(&round.id, "")) novalidate {
            div.field { label for="code" { "准考码" } p.hint #code-hint { "学校发的八位字母和数字，大小写都可以。" }
                input.w-text type="text" id="code" name="code" value=(code) autocomplete="off" aria-describedby="code-hint"; }
            div.form-buttons { button.btn.btn-primary type="submit" { "开始答题" } }
        }
        p { a href=(paths::exam(&round.id, "board")) { "各学校参与情况" } }
    }
}

/// A code typed in: hands out the paper.
pub async fn enter(
    State(web): State<Web>,
    Path(id): Path<String>,
    asked: Asked,
    form: Form,
) -> Response {
    web.with_code(asked, form, move |visit, form| {
        let app = visit.app();
        let code = form.text("code");
        let sitting = match app.sitting(&visit.organ, &id, code) {
            Ok(sitting) => sitting,
            Err(AppError::Input(text)) => {
                visit.wrong_code();
                let round = app.exam(&visit.organ, &id)?;
                let main = entrance(&round, Some(&text), "");
                let view = View::new(paths::EXAMS, format!("错误：{}", round.exam.title), main);
                return Ok(visit.respond(StatusCode::UNPROCESSABLE_ENTITY, view));
            }
            Err(other) => return Err(other),
        };
        if sitting.candidate.started_at.is_none() {
            wait(|told| app.begin_exam(&sitting, told))?;
        }
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let cookie = format!(
            "{CODE}={code}; Path=/portal/exams/{id}; Max-Age=86400; {}",
            visit.cookie_end()
        );
        let to = match sitting.is_over(app.clock.now()) {
            true => "result",
            false => "paper",
        };
        let mut response = Redirect::to(&paths::exam(&id, to)).into_response();
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    })
    .await
}

fn sitting(visit: &Visit, id: &str) -> Result<Sitting, AppError> {
    let code = cookie(&visit.headers, CODE).unwrap_or_default();
    visit.app().sitting(&visit.organ, id, &code)
}

/// One question of the paper.
pub async fn paper(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let sitting = sitting(visit, &id)?;
        if sitting.is_over(visit.app().clock.now()) {
            return Ok(Redirect::to(&paths::exam(&id, "result")).into_response());
        }
        if sitting.candidate.started_at.is_none() {
            return Ok(Redirect::to(&paths::exam(&id, "")).into_response());
        }
        let asked: Option<usize> = visit.asked("n").parse().ok();
        let open = sitting
            .paper
            .iter()
            .position(|q| !sitting.answers.contains_key(q));
        let at = asked.and_then(|n| n.checked_sub(1)).or(open);
        let main = match at.filter(|at| *at < sitting.paper.len()) {
            Some(at) => question(&sitting, at),
            None => all_answered(&sitting),
        };
        let view = View::new(paths::EXAMS, "答题", main).below(above(&sitting.round));
        Ok(visit.respond(StatusCode::OK, view))
    })
    .await
}

fn question(sitting: &Sitting, at: usize) -> Markup {
    let number = sitting.paper[at];
    let saved = sitting.answers.get(&number);
    let chosen = saved.map_or(&[][..], |(chosen, _)| chosen);
    let Some(question) = sitting.round.exam.bank.get(number as usize) else {
        return html! { p { "这道题已不在题库里。" } };
    };
    let several = question.right.len() > 1;
    let action = paths::exam(&sitting.round.id, "paper");
    html! {
        div.exam-head {
            h1 { "第 " (at + 1) " 题，共 " (sitting.paper.len()) " 题" }
            @if let Some(end) = sitting.ends_at() { p { "请在 " strong { (clock(&end.to_string())) } " 前交卷" } }
        }
        form.form.portal-form method="post" action=(action) novalidate {
            input type="hidden" name="n" value=(at + 1);
            fieldset.field { legend { (question.text) @if several { " " span.hint { "多选" } } }
                @for (n, option) in question.options.iter().enumerate() {
                    label.option { input type=(if several { "checkbox" } else { "radio" }) name="choice" value=(n) checked[chosen.contains(&n)]; " " (letter(n)) "．" (option) }
                } }
            @if let Some((_, at)) = saved { p.hint { "已保存 " (clock_seconds(at)) } }
            div.form-buttons {
                button.btn.btn-primary type="submit" { "保存并继续" }
            }
        }
        (sheet(sitting, Some(at)))
    }
}

fn letter(n: usize) -> char {
    char::from(b'A' + (n % 26) as u8)
}

/// Hour and minute of an instant in China.
fn clock(at: &str) -> String {
    recorded(at)
        .split(' ')
        .next_back()
        .unwrap_or_default()
        .to_owned()
}

fn clock_seconds(at: &str) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    match at.parse::<jiff::Timestamp>() {
        Ok(at) => at.to_zoned(zone).strftime("%H:%M:%S").to_string(),
        Err(_) => at.to_owned(),
    }
}

/// The answer sheet: which questions are answered.
fn sheet(sitting: &Sitting, here: Option<usize>) -> Markup {
    html! {
        nav.answer-sheet aria-label="答题卡" {
            p { "已答 " (sitting.answers.len()) " 题，共 " (sitting.paper.len()) " 题" }
            ol {
                @for (at, number) in sitting.paper.iter().enumerate() {
                    @let done = sitting.answers.contains_key(number);
                    @let n = (at + 1).to_string();
                    li { a.answered[done] href=(with_query(&paths::exam(&sitting.round.id, "paper"), &[("n", &n)]))
                        aria-current=[(here == Some(at)).then_some("step")] { (n) span.unseen { @if done { "，已答" } @else { "，未答" } } } }
                }
            }
            form method="post" action=(paths::exam(&sitting.round.id, "paper")) {
                input type="hidden" name="finish" value="1";
                button.btn type="submit" { "交卷" }
            }
        }
    }
}

fn all_answered(sitting: &Sitting) -> Markup {
    html! {
        div.page-head { h1 { "全部答完了" } p { "可以回头改，也可以现在交卷。交卷后不能再改。" } }
        (sheet(sitting, None))
    }
}

/// Saves an answer, or takes the paper in.
pub async fn save(
    State(web): State<Web>,
    Path(id): Path<String>,
    asked: Asked,
    form: Form,
) -> Response {
    web.visit(asked, move |visit| {
        let app = visit.app();
        let sitting = sitting(visit, &id)?;
        if form.text("finish") == "1" {
            wait(|told| app.finish_exam(&sitting, told))?;
            return Ok(Redirect::to(&paths::exam(&id, "result")).into_response());
        }
        let at: usize = form.text("n").parse().unwrap_or(0);
        let number = at.checked_sub(1).and_then(|at| sitting.paper.get(at));
        let number = *number.ok_or(AppError::NotFound("这道题"))?;
        let options = sitting
            .round
            .exam
            .bank
            .get(number as usize)
            .map_or(0, |q| q.options.len());
        let mut chosen: Vec<usize> = form
            .all("choice")
            .filter_map(|c| c.parse().ok())
            .filter(|c| *c < options)
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        if chosen.is_empty() {
            let n = at.to_string();
            let to = with_query(&paths::exam(&id, "paper"), &[("n", &n)]);
            return Ok(Redirect::to(&to).into_response());
        }
        wait(|told| app.save_answer(&sitting, number, &chosen, told))?;
        let next = at + 1;
        let to = match next <= sitting.paper.len() {
            true => with_query(&paths::exam(&id, "paper"), &[("n", &next.to_string())]),
            false => paths::exam(&id, "paper"),
        };
        Ok(Redirect::to(&to).into_response())
    })
    .await
}

/// The result with what was right and why.
pub async fn result(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let app = visit.app();
        let mut current = sitting(visit, &id)?;
        if !current.is_over(app.clock.now()) {
            return Ok(Redirect::to(&paths::exam(&id, "paper")).into_response());
        }
        if current.candidate.finished_at.is_none() {
            // The time is over: what was saved counts.
            wait(|told| app.finish_exam(&current, told))?;
            current = sitting(visit, &id)?;
        }
        let exam = &current.round.exam;
        let points = current.candidate.score.unwrap_or(0);
        let main = html! {
            div.receipt-panel role="status" {
                h1 { (points) " 分" @if current.passed() { "，通过" } @else { "，未达到 " (exam.pass_mark) " 分" } }
                p { (current.candidate.name) "，" (current.candidate.unit) @if !current.candidate.class.is_empty() { " " (current.candidate.class) } }
            }
            @if current.passed() { p { a.btn.btn-primary href=(paths::exam(&id, "certificate")) { "打开成绩证书" } } }
            ol.exam-review {
                @for number in &current.paper {
                    @if let Some(q) = exam.bank.get(*number as usize) {
                        @let chosen = current.answers.get(number).map_or(&[][..], |(c, _)| c);
                        @let right = chosen == q.right;
                        li {
                            p { strong { (q.text) } }
                            p { @if right { "答对了。" } @else { "没有答对。" } "正确答案：" (named(q, &q.right)) "。" }
                            @if !right { p { "您的答案：" @if chosen.is_empty() { "没有答" } @else { (named(q, chosen)) } "。" } }
                            @if !q.explanation.is_empty() { p.hint { (q.explanation) } }
                        }
                    }
                }
            }
        };
        let view = View::new(paths::EXAMS, "考试结果", main).below(above(&current.round));
        Ok(visit.respond(StatusCode::OK, view))
    })
    .await
}

/// Options with their letters and words.
fn named(question: &ExamQuestion, chosen: &[usize]) -> String {
    let option = |n: &usize| {
        let words = question.options.get(*n).map_or("", String::as_str);
        format!("{}．{words}", letter(*n))
    };
    chosen.iter().map(option).collect::<Vec<_>>().join("；")
}

/// The certificate, to be printed.
pub async fn certificate(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let sitting = sitting(visit, &id)?;
        if !sitting.passed() {
            return Err(AppError::NotFound("成绩证书"));
        }
        let finished = sitting.candidate.finished_at.clone().unwrap_or_default();
        let day = recorded(&finished);
        let day = day.split(' ').next().unwrap_or_default();
        let main = html! {
            div.certificate {
                h1 { "成绩证书" }
                p { strong { (sitting.bearer()) } "：" }
                p { (sitting.certified()) }
                p.certificate-foot { (visit.organ_name()) br; (day) br; "编号 " (sitting.certificate_number()) }
            }
            p.article-actions {
                @if visit.web.typeset.is_some() { a.btn.btn-primary href=(paths::exam(&id, "certificate.pdf")) { "下载证书（PDF）" } " " }
                button.btn.needs-script type="button" data-print { "打印证书" } " " a.btn href=(paths::exam(&id, "result")) { "返回结果" }
            }
        };
        let view = View::new(paths::EXAMS, "成绩证书", main).below(above(&sitting.round));
        Ok(visit.respond(StatusCode::OK, view))
    })
    .await
}

/// The certificate as PDF, where the page-setter is there.
pub async fn certificate_pdf(
    State(web): State<Web>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response {
    web.visit(asked, move |visit| {
        let sitting = sitting(visit, &id)?;
        let program = visit.web.typeset.as_deref();
        let program = program.ok_or_else(crate::pages::papers::no_setter)?;
        let bytes = visit.app().certificate_pdf(&sitting, program)?;
        crate::context::download("application/pdf", "成绩证书.pdf", bytes)
    })
    .await
}

/// How the schools take part.
pub async fn board(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let round = visit.app().exam(&visit.organ, &id)?;
        let units = visit.app().exam_board(&visit.organ, &id)?;
        let rate = |part: u64, whole: u64| match whole {
            0 => "—".to_owned(),
            // To the nearest tenth.
            whole => {
                let tenths = (2_000 * part + whole) / (2 * whole);
                format!("{}.{}%", tenths / 10, tenths % 10)
            }
        };
        let due: u64 = units.iter().map(|u| u.due).sum();
        let finished: u64 = units.iter().map(|u| u.finished).sum();
        let main = html! {
            div.page-head { h1 { (round.exam.title) "：参与情况" } p { "应考 " (due) " 人，已交卷 " (finished) " 人，参考率 " (rate(finished, due)) "。" } }
            div.portal-table tabindex="0" role="region" aria-label="各学校参与情况" { table {
                caption.unseen { "各学校参与情况" }
                thead { tr { th scope="col" { "学校" } th.num scope="col" { "应考" } th.num scope="col" { "开始" } th.num scope="col" { "交卷" } th.num scope="col" { "参考率" } th.num scope="col" { "通过率" } } }
                tbody { @for u in &units { tr {
                    th scope="row" { (u.unit) }
                    td.num data-label="应考" { (u.due) } td.num data-label="开始" { (u.started) } td.num data-label="交卷" { (u.finished) }
                    td.num data-label="参考率" { (rate(u.finished, u.due)) } td.num data-label="通过率" { (rate(u.passed, u.finished)) }
                } } }
            } }
        };
        let view = View::new(paths::EXAMS, "参与情况", main).below(above(&round));
        Ok(visit.respond(StatusCode::OK, view))
    })
    .await
}
