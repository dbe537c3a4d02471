//! The hall screen: one step at a time, readable from the last row.
//!
//! Steps are links, so that the screen works without a script; with one, the arrow keys, the space
//! bar and a presenter move between them.

use app::draw::{Draw, Stage};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use maud::{Markup, html};

use super::{draw, draw_part, moment, organ_name, share, source_label};
use crate::{
    context::{Web, html as respond},
    portal::Asked,
    ui::shell::{Wall, wall},
};

/// Lines on one screen.
const LINES: usize = 7;

struct Screen {
    step: String,
    title: String,
    body: Markup,
}

/// The wall.
pub async fn show(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let web = &visit.web;
        let one = web.app.public_draw(&id)?;
        let at: usize = visit.asked("step").parse().unwrap_or(1);
        let screens = screens(web, &one)?;
        let at = at.clamp(1, screens.len());
        let go = |to: usize| format!("{}?step={to}", draw_part(&one.id, "wall"));
        let screen = &screens[at - 1];
        let main = html! {
            (screen.body)
            nav.wall-steps aria-label="步骤" {
                @if at > 1 { a href=(go(at - 1)) data-wall-back { "← 上一步" } } @else { span {} }
                a href=(draw(&one.id)) { "公开页面" }
                @if at < screens.len() { a href=(go(at + 1)) data-wall-next { "下一步 →" } } @else { span {} }
            }
        };
        let page = wall(&Wall {
            title: screen.title.clone(),
            organ: format!("{}　{}", organ_name(&web.app, &one.organ), one.plan.title),
            step: format!("{at}/{}　{}", screens.len(), screen.step),
            main,
        });
        Ok(respond(StatusCode::OK, page))
    })
    .await
}

fn screens(web: &Web, one: &Draw) -> Result<Vec<Screen>, app::AppError> {
    let mut screens = vec![plan(one), lists(web, one)?];
    if one.stage == Stage::Void {
        let void = one.events.iter().find(|e| e.kind == "draw.void");
        let reason = void.and_then(|e| serde_json::from_str::<String>(&e.body).ok());
        screens.push(Screen {
            step: "作废".to_owned(),
            title: "这次抽取作废".to_owned(),
            body: html! { p { (reason.unwrap_or_default()) } },
        });
        return Ok(screens);
    }
    screens.push(seed(web, one));
    if one.bundle.is_some() {
        results(one, &mut screens)?;
        screens.push(verify(one));
    }
    Ok(screens)
}

fn plan(one: &Draw) -> Screen {
    Screen {
        step: "方案".to_owned(),
        title: one.plan.title.clone(),
        body: html! {
            dl.wall-facts {
                div { dt { "事项" } dd { (one.setup.matters.join("、")) } }
                div { dt { "范围" } dd { (one.setup.register.label()) } }
                @for stratum in one.plan.strata.iter().take(LINES - 3) {
                    div { dt { (stratum.name) } dd { (share(one, &stratum.name)) } }
                }
                div { dt { "抽取时间" } dd { (moment(one.time)) } }
            }
        },
    }
}

fn lists(web: &Web, one: &Draw) -> Result<Screen, app::AppError> {
    let Some(population) = &one.population else {
        let by = one.freeze_by().map(moment).unwrap_or_default();
        return Ok(Screen {
            step: "名单".to_owned(),
            title: "等待冻结名单".to_owned(),
            body: html! { p { "最迟 " (by) } },
        });
    };
    let root = population.root().to_hex();
    let witnessed = one.plan.witness.is_some() && web.app.is_witnessed(one)?;
    Ok(Screen {
        step: "名单".to_owned(),
        title: format!("名单已冻结：{} 个对象", population.items().len()),
        body: html! {
            dl.wall-facts {
                @if let Some(roster) = &one.roster {
                    div { dt { "检查人员" } dd { (roster.inspectors.len()) " 人，回避 " (roster.conflicts.len()) " 条" } }
                }
                div { dt { "树根" } dd { code { (&root[..16]) " … " (&root[48..]) } } }
                div { dt { "见证" } dd {
                    @if witnessed { "✓ 已由见证人在十分钟之前见证" }
                    @else if one.plan.witness.is_some() { "等待见证" }
                    @else { "方案没有指定见证人" }
                } }
            }
        },
    })
}

fn seed(web: &Web, one: &Draw) -> Screen {
    let sources = web.app.draw_sources(one);
    let ready = one.bundle.is_some();
    Screen {
        step: "种子".to_owned(),
        title: if ready {
            "种子已公布"
        } else {
            "等待种子"
        }
        .to_owned(),
        body: html! {
            dl.wall-facts {
                @for source in &sources {
                    div {
                        dt { (source_label(&source.name)) }
                        dd {
                            @match (&source.value, source.known_at) {
                                (Some(value), _) => {
                                    @if value.len() > 32 { code { (&value[..16]) " …" } } @else { (value) }
                                    @if source.proven { " ✓" }
                                }
                                (None, Some(at)) => { (moment(at)) " 可知" }
                                (None, None) => { "封存中" }
                            }
                        }
                    }
                }
                @if let Some(bundle) = &one.bundle {
                    @let seed = bundle.seed.to_hex();
                    div { dt { "种子" } dd { code { (&seed[..16]) " … " (&seed[48..]) } } }
                }
            }
        },
    }
}

fn results(one: &Draw, screens: &mut Vec<Screen>) -> Result<(), app::AppError> {
    let visits = one.visits()?;
    let pages = visits.chunks(LINES).count();
    for (number, page) in visits.chunks(LINES).enumerate() {
        screens.push(Screen {
            step: format!("结果 {}/{pages}", number + 1),
            title: format!("抽中 {} 家", visits.len()),
            body: html! {
                ol.wall-list data-first=(number * LINES + 1) {
                    @for (at, visit) in page.iter().enumerate() {
                        li value=(number * LINES + at + 1) {
                            span.wall-number { (number * LINES + at + 1) }
                            span.wall-name { (one.name(&visit.unit)) }
                            span.wall-who {
                                (visit.inspectors.iter().map(|i| one.name(i)).collect::<Vec<_>>().join("、"))
                            }
                        }
                    }
                }
            },
        });
    }
    if let Some(collision) = one.collision() {
        screens.push(Screen {
            step: "指派".to_owned(),
            title: "检查人员排不出来".to_owned(),
            body: html! { p { (collision.what) } },
        });
    }
    Ok(())
}

fn verify(one: &Draw) -> Screen {
    Screen {
        step: "验证".to_owned(),
        title: "自己验证".to_owned(),
        body: html! {
            p { "打开本机关网站 " code { (draw(&one.id)) } "，下载验证网页，断网也能核对。" }
        },
    }
}
