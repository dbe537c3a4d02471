//! The office's side of draws: what is next, with everything it needs on one page.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    draw::{Draw, Stage},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    INSPECTIONS, draw, fetch_hint, inspection, inspection_part, moment,
    panels::{records_panel, replace_panel, results_panel, visits_panel, void_panel},
    public::{collision_notice, steps},
    source_label, stage_badge,
};
use crate::{
    context::{Answer, Page, Web, download, see_other},
    form::Form,
    pages::field,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::{Button, buttons},
        empty::Empty,
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        shell::Area,
        stages::stages,
        table::{Cell, Column, Row, Table, table},
    },
};

/// All draws and the year's plan.
pub async fn list(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let app = page.app();
        authorise(page.actor(), Action::ReadDraws, Resource::Organ)?;
        let mut draws = app.public_draws()?;
        draws.retain(|line| line.organ == page.actor().organ);
        let asked: Option<i16> = page.asked("year").parse().ok();
        let year = asked.unwrap_or_else(|| app.clock.today().year());
        let rows = draws.iter().map(|line| {
            Row::to(
                inspection(&line.id),
                vec![
                    Cell::text(line.title.as_str()),
                    Cell::text(line.matters.join("、")),
                    Cell::text(moment(line.time)),
                    Cell::badge(stage_badge(line.stage)),
                ],
            )
        });
        let may = authorise(page.actor(), Action::Draw, Resource::Organ).is_ok();
        let mut actions = Vec::new();
        if may {
            actions.push(Button::go("新建抽取", "/inspections/new").primary());
        }
        actions.push(Button::go("现场检查", field::FIELD));
        let main = html! {
            (page_head(&PageHead {
                title: "双随机抽查".to_owned(),
                count: Some(format!("{} 次抽取", draws.len())),
                lede: Some("先公布方案、冻结名单，再等谁也不能预知的种子；结果任何人都能重算。".to_owned()),
                actions,
                ..PageHead::default()
            }))
            (table(&Table {
                caption: "全部抽取".to_owned(),
                columns: vec![Column::wide("抽取"), Column::wide("事项"), Column::short("抽取时间"), Column::short("环节")],
                rows: rows.collect(),
                empty: Some(Empty {
                    title: "还没有抽取".to_owned(),
                    teaches: "新建抽取时选定事项、对象、数量和种子来源；方案公布后不能再改。".to_owned(),
                    actions: Vec::new(),
                }),
                ..Table::default()
            }))
            (year_panel(page, year)?)
            (panel(&Panel::new("registers", "名录和清单", html! {
                ul.link-list {
                    @for (id, name) in [
                        ("inspection_item", "随机抽查事项清单"),
                        ("inspection_plan", "年度抽查计划"),
                        ("inspection_officer", "执法检查人员名录库"),
                        ("inspection_avoidance", "检查回避登记"),
                        ("random_inspection", "双随机抽查结果"),
                    ] { li { a href=(routes::ledger(id)) { (name) } } }
                }
            })))
        };
        page.show(View::of(Area::Draws, "双随机抽查", main))
    })
    .await
}

/// The year's plan against the limits of visits.
fn year_panel(page: &Page, year: i16) -> Result<Markup, AppError> {
    let review = page.app().inspection_year(page.actor(), year)?;
    let rows = review.lines.iter().map(|line| {
        Row::plain(vec![
            Cell::text(line.matter.as_str()),
            Cell::text(line.kind.as_str()),
            Cell::text(line.month.as_str()),
            Cell::text(line.departments.as_str()),
            line.limit
                .map_or(Cell::Missing, |l| Cell::text(format!("{l} 次"))),
        ])
    });
    let months = |visits: &[app::draw::year::JointVisit]| -> String {
        let one =
            |v: &app::draw::year::JointVisit| format!("{}（{}）", v.month, v.matters.join("、"));
        visits.iter().map(one).collect::<Vec<_>>().join("；")
    };
    let body = html! {
        @for over in &review.too_often {
            (notice(&Notice::new(Tone::Late, format!(
                "{}：全年安排了 {} 次检查，上限是 {} 次", over.kind, over.visits, over.limit
            )).with(html! {
                p { (months(&over.months)) }
                p { "把不同月份的事项并到同一个月，作为一次综合检查；或者减少事项。" }
            })))
        }
        @for visit in &review.merged {
            (notice(&Notice::new(Tone::Done, format!(
                "综合查一次：{} {}的 {} 个事项合并为一次检查", visit.kind, visit.month, visit.matters.len()
            )).with(html! { p { (visit.matters.join("、")) } })))
        }
        (table(&Table {
            caption: format!("{year} 年度抽查计划"),
            columns: vec![Column::wide("事项"), Column::text("对象"), Column::short("月份"), Column::text("联合部门"), Column::short("全年上限")],
            rows: rows.collect(),
            empty: Some(Empty {
                title: format!("{year} 年还没有抽查计划"),
                teaches: "每个事项、每类对象登记一条：比例、月份、联合部门、同一对象全年检查次数上限。系统据此合并检查、指出超限。".to_owned(),
                actions: vec![Button::go("登记计划", routes::ledger_part("inspection_plan", "new"))],
            }),
            ..Table::default()
        }))
    };
    Ok(panel(&Panel::new(
        "year",
        format!("{year} 年度抽查计划"),
        body,
    )))
}

/// A draw at the desk.
pub async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| show_page(page, &id, None))
        .await
}

fn show_page(page: &Page, id: &str, error: Option<String>) -> Answer {
    let app = page.app();
    let one = app.draw(page.actor(), id)?;
    let may = authorise(page.actor(), Action::Draw, Resource::Organ).is_ok();
    let records = app.draw_records(page.actor(), id)?;
    let main = html! {
        (page_head(&PageHead {
            kicker: Some(format!("抽取编号 {}", one.id)),
            title: one.plan.title.clone(),
            badges: vec![stage_badge(one.stage)],
            lede: Some(one.plan.scope.clone()),
            actions: vec![
                Button::go("公开页面", draw(id)),
                Button::go("大屏", super::draw_part(id, "wall")),
            ],
            ..PageHead::default()
        }))
        @if let Some(error) = &error { (notice(&Notice::new(Tone::Late, error.clone()))) }
        (stages(&steps(&one)))
        @if may { (next(page, &one)?) }
        @if let Some(collision) = one.collision() { (collision_notice(&collision)) }
        @if one.bundle.is_some() {
            (visits_panel(&one, &records)?)
            (records_panel(page, &records, &one)?)
            (results_panel(page, &one)?)
            @if may { (replace_panel(page, &one)?) }
        }
        @if may && one.stage != Stage::Void { (void_panel(page, &one)) }
    };
    let view = View::of(Area::Draws, one.plan.title.clone(), main)
        .below(vec![Link::new("双随机抽查", INSPECTIONS)]);
    if error.is_some() {
        page.show_rejected(view)
    } else {
        page.show(view)
    }
}

/// The next thing to do.
fn next(page: &Page, one: &Draw) -> Result<Markup, AppError> {
    let now = page.app().clock.now();
    let secret = !one.setup.second_holder.is_empty() && one.stage != Stage::Void;
    Ok(html! {
        @if secret && one.bundle.is_none() {
            (notice(&Notice {
                actions: vec![Button::download("下载秘密副本", inspection_part(&one.id, "secret.txt"))],
                ..Notice::new(Tone::Soon, format!("把秘密的副本密封交给{}保管", one.setup.second_holder))
            }))
        }
        @match one.stage {
            Stage::Planned => {
                (panel(&Panel::new("next", "下一步：冻结名单", html! {
                    p {
                        "按现在的" (one.setup.register.label()) "和有效执法证件冻结。"
                        @if let Some(by) = one.freeze_by() { "最迟 " b { (moment(by)) } "，过时这次抽取自动作废。" }
                    }
                    (buttons(&[Button::post("冻结名单", inspection_part(&one.id, "freeze"), page.token()).primary()]))
                })))
            }
            Stage::Frozen => {
                @if one.plan.witness.is_some() {
                    @if page.app().is_witnessed(one)? {
                        (notice(&Notice::new(Tone::Done, "名单的冻结已由足够的见证人见证")))
                    } @else {
                        (notice(&Notice::new(Tone::Soon, "正在等见证人见证；十分钟的期限一过仍不够，这次抽取自动作废")))
                    }
                }
                (sources_panel(page, one, now))
                (panel(&Panel::new("next", "下一步：抽取", html! {
                    p { "抽取时间 " b { (moment(one.time)) } "。各来源的值齐了才能抽取；每次抽取只有一个结果，点几次都一样。" }
                    (buttons(&[Button::post("抽取并指派", inspection_part(&one.id, "run"), page.token()).primary()]))
                })))
            }
            Stage::Drawn => {
                @if let Some(from) = one.public_from.filter(|from| now < *from) {
                    (notice(&Notice::new(Tone::Soon, format!("结果 {} 公开，之前只有本局能看到", moment(from)))))
                }
            }
            Stage::Void => {
                (buttons(&[Button::go("重抽（另作方案）", routes::with_query("/inspections/new", &[("repeats", &one.id)]))]))
            }
        }
    })
}

/// The sources, with a field for each value that is typed.
fn sources_panel(page: &Page, one: &Draw, now: jiff::Timestamp) -> Markup {
    let sources = page.app().draw_sources(one);
    let body = html! {
        @for (number, source) in sources.iter().enumerate() {
            div.source {
                h3 { (source_label(&source.name)) }
                @match (&source.value, source.known_at) {
                    (Some(value), _) => p { "✓ " code.hash-line { (value) } },
                    (None, Some(at)) if now < at => p.hint { "要到 " (moment(at)) " 才可知。" },
                    (None, _) if !source.typed => p.hint { "抽取时由系统开封，并与方案里的承诺核对。" },
                    (None, _) => {
                        (form_view(&FormView {
                            id: format!("source-{number}"),
                            action: inspection_part(&one.id, "value"),
                            token: page.token(),
                            hidden: vec![("source".to_owned(), source.name.clone())],
                            parts: vec![FormPart {
                                fields: vec![value_field(page, number, &source.name)],
                                ..FormPart::default()
                            }],
                            buttons: vec![Button { weight: crate::ui::button::Weight::Secondary, ..Button::submit("填入并核对") }],
                            ..FormView::default()
                        }))
                    }
                }
            }
        }
    };
    panel(&Panel::new("sources", "种子来源", body))
}

fn value_field(page: &Page, number: usize, name: &str) -> Field {
    let control = Control::LongText {
        value: String::new(),
        rows: 2,
    };
    let field = Field::new(format!("value-{number}"), "值", control).required();
    match fetch_hint(name) {
        Some(_) if page.app().relay().is_some() => field
            .hint("系统正在自动取这一轮的值，稍后刷新本页；也可以自己粘贴，签名同样由系统核对。"),
        Some(address) => field.hint(format!(
            "在能上网的电脑上打开 {address}，把显示的内容整段粘贴过来；签名由系统核对。"
        )),
        None if name.starts_with("lottery:") => {
            field.hint("按开奖公告填写号码，如 03 07 12 19 25 31+08。")
        }
        None => field.hint("请到场方当场公布秘密（64 位十六进制数）；填入后与方案里的承诺核对。"),
    }
}

/// After an act: back to the page, or the page with what was refused.
fn after(page: &Page, id: &str, done: Result<(), AppError>) -> Answer {
    match done {
        Ok(()) => see_other(&routes::with_query(&inspection(id), &[("done", "acted")])),
        Err(AppError::Input(words)) => show_page(page, id, Some(words)),
        Err(other) => Err(other),
    }
}

/// Freezes the lists.
pub async fn freeze(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        after(page, &id, page.app().freeze_draw(page.actor(), &id))
    })
    .await
}

/// Takes the value of a source.
pub async fn value(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let typed = form
            .pairs()
            .iter()
            .find(|(name, _)| name.starts_with("value-"));
        let typed = typed.map_or("", |(_, value)| value.as_str());
        let done = page
            .app()
            .draw_value(page.actor(), &id, form.text("source"), typed);
        after(page, &id, done)
    })
    .await
}

/// Draws.
pub async fn run(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        after(page, &id, page.app().run_draw(page.actor(), &id))
    })
    .await
}

/// Replaces by the next in line.
pub async fn replace(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let officer = Some(form.text("officer")).filter(|o| !o.is_empty());
        let done = page.app().replace_in_draw(
            page.actor(),
            &id,
            form.text("unit"),
            officer,
            form.text("reason"),
        );
        after(page, &id, done)
    })
    .await
}

/// Publishes the results that wait.
pub async fn publish(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        let done = page.app().publish_results(page.actor(), &id);
        after(page, &id, done.map(|_| ()))
    })
    .await
}

/// Declares a draw void.
pub async fn void(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        after(
            page,
            &id,
            page.app()
                .void_draw(page.actor(), &id, form.text("void-reason")),
        )
    })
    .await
}

/// The second copy of the secret.
pub async fn secret(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let secret = page.app().draw_secret(page.actor(), &id)?;
        let text = format!(
            "抽取编号 {id}\n秘密（抽取时间之前不得公开）：\n{secret}\n\n本局拒不公开时，由保管单位公布此数；任何人可与方案里的承诺核对。\n"
        );
        download("text/plain; charset=utf-8", &format!("{id}-秘密副本.txt"), text.into_bytes())
    })
    .await
}

/// A picture of a record.
pub async fn image(
    State(web): State<Web>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (media_type, bytes) = page.app().record_image(page.actor(), &hash)?;
        Ok(([(header::CONTENT_TYPE, media_type)], bytes).into_response())
    })
    .await
}
