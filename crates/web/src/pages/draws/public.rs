//! What everybody sees of draws.

use app::{
    AppError,
    draw::{Draw, Stage, follow::INSPECTIONS, pure::replace::Change},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    DRAWS, draw, draw_part, happening, moment, organ_name, public_page, share, source_label,
    stage_badge,
};
use crate::{
    context::Web,
    portal::{self, Asked},
    ui::{
        badge::Tone,
        button::{Button, buttons},
        empty::Empty,
        facts::{Fact, facts},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice as notice_view},
        proof::hash,
        stages::{Stage as Step, StageState, stages},
        table::{Cell, Column, Row, Table, table},
    },
};

/// All draws.
pub async fn list(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let asked = visit.asked("q").trim().to_owned();
        let mut draws = visit.app().public_draws()?;
        draws.retain(|line| {
            let mut words = std::iter::once(&line.title).chain(&line.matters);
            words.any(|text| text.contains(&asked))
        });
        let rows = draws.iter().map(|line| {
            Row::to(
                draw(&line.id),
                vec![
                    Cell::text(line.title.as_str()),
                    Cell::text(line.matters.join("、")),
                    Cell::text(moment(line.time)),
                    Cell::badge(stage_badge(line.stage)),
                ],
            )
        });
        let main = html! {
            (page_head(&PageHead {
                title: "双随机抽查".to_owned(),
                count: Some(format!("{} 次", draws.len())),
                lede: Some("检查谁、由谁检查，都由公开的随机数决定。作废的抽取也留在这里。".to_owned()),
                ..PageHead::default()
            }))
            (table(&Table {
                caption: "全部抽取".to_owned(),
                columns: vec![Column::wide("抽取"), Column::wide("事项"), Column::short("抽取时间"), Column::short("环节")],
                rows: rows.collect(),
                empty: Some(Empty {
                    title: if asked.is_empty() { "还没有抽取".to_owned() } else { format!("没有与“{asked}”有关的抽取") },
                    teaches: "抽取的方案公布之后列在这里。".to_owned(),
                    actions: Vec::new(),
                }),
                ..Table::default()
            }))
            (panel(&Panel::new("how", "怎样自己验证", html! {
                ol.plain-steps {
                    li { "打开一次抽取，点“下载验证网页”。" }
                    li { "断开网络，在自己的电脑上双击打开它：每一项核对成立的为绿色，不成立的指出是哪一行。" }
                    li { "也可以用命令行程序 " code { "yifa draw verify bundle.json" } "，或按公开的格式自己写一个。" }
                }
            })))
        };
        Ok(public_page(visit, "双随机抽查", Vec::new(), main))
    })
    .await
}

/// A draw.
pub async fn show(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let one = visit.app().public_draw(&id)?;
        let main = page_of(&visit.web, &one, &visit.asked("unit"))?;
        let above = vec![Link::new("双随机抽查", DRAWS)];
        Ok(public_page(visit, &one.plan.title, above, main))
    })
    .await
}

fn page_of(web: &Web, one: &Draw, asked: &str) -> Result<Markup, AppError> {
    let public = one.bundle.is_some();
    let mut actions = Vec::new();
    if public {
        actions.push(Button::go("在浏览器里验证", draw_part(&one.id, "check")).primary());
        actions.push(Button::download(
            "下载验证网页",
            draw_part(&one.id, "verify.html"),
        ));
        actions.push(Button::download(
            "下载证明包",
            draw_part(&one.id, "bundle.json"),
        ));
    }
    actions.push(Button::go("大屏", draw_part(&one.id, "wall")).quiet());
    Ok(html! {
        (page_head(&PageHead {
            kicker: Some(format!("抽取编号 {}", one.id)),
            title: one.plan.title.clone(),
            badges: vec![stage_badge(one.stage)],
            lede: Some(one.plan.scope.clone()),
            actions,
            ..PageHead::default()
        }))
        (void_notice(one))
        (stages(&steps(one)))
        (waiting(one))
        (plan_panel(web, one))
        @if public {
            (result_panel(one)?)
            (found_panel(web, one)?)
        }
        (own_panel(web, one, asked))
        (events_panel(one)?)
    })
}

fn void_notice(one: &Draw) -> Markup {
    let void = one.events.iter().find(|e| e.kind == "draw.void");
    let reason = void.and_then(|e| serde_json::from_str::<String>(&e.body).ok());
    html! {
        @if let Some(reason) = reason {
            (notice_view(&Notice::new(Tone::Late, "这次抽取已作废，结果不算").with(html! {
                p { (reason) }
            })))
        }
        @if let Some(before) = &one.plan.repeats {
            (notice_view(&Notice::new(Tone::Plain, "这是一次重抽").with(html! {
                p { "原抽取 " a href=(draw(before)) { (before) } " 已作废，理由见该页。" }
            })))
        }
    }
}

/// Where a draw stands, in six steps.
pub(super) fn steps(one: &Draw) -> Vec<Step> {
    let done = match one.stage {
        Stage::Planned => 1,
        Stage::Frozen => 2,
        Stage::Drawn if one.bundle.is_some() => 6,
        Stage::Drawn => 3,
        Stage::Void => one.events.len().saturating_sub(1).min(2),
    };
    let names = [
        "公布方案",
        "冻结名单",
        "公布种子",
        "抽取",
        "指派人员",
        "可以验证",
    ];
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let state = if at < done {
                StageState::Passed
            } else if at == done && one.stage != Stage::Void {
                StageState::Current
            } else if one.stage == Stage::Void {
                StageState::Skipped
            } else {
                StageState::Ahead
            };
            Step::new(name, state)
        })
        .collect()
}

fn waiting(one: &Draw) -> Markup {
    let words = match (one.stage, one.public_from) {
        (Stage::Planned, _) => one
            .freeze_by()
            .map(|by| format!("名单最迟在 {} 冻结，之后才可能有人知道种子。", moment(by))),
        (Stage::Frozen, _) => one.first_known().map(|at| {
            format!(
                "名单已经冻结。种子在 {} 起可知，现在谁也不知道。",
                moment(at)
            )
        }),
        (Stage::Drawn, Some(from)) if one.bundle.is_none() => Some(format!(
            "检查不事先通知：结果已经算出并封存，{} 公开。封存的哈希已写入存证日志，不能再换。",
            moment(from)
        )),
        _ => None,
    };
    html! { @if let Some(words) = words { (notice_view(&Notice::new(Tone::Current, words))) } }
}

fn plan_panel(web: &Web, one: &Draw) -> Markup {
    let plan_hash = one.plan.hash().map(|h| h.to_hex()).unwrap_or_default();
    let strata = one.population.as_ref().map(|p| p.strata());
    let rows = one.plan.strata.iter().map(|stratum| {
        let units = strata
            .as_ref()
            .map(|s| s.get(stratum.name.as_str()).copied().unwrap_or(0));
        Row::plain(vec![
            Cell::text(stratum.name.as_str()),
            units.map_or(Cell::Missing, |n| Cell::text(n.to_string())),
            Cell::text(share(one, &stratum.name)),
        ])
    });
    let sources = web.app.draw_sources(one);
    let source_rows = sources.iter().map(|source| {
        let known = match (source.known_at, source.holders.is_empty()) {
            (Some(at), _) => moment(at),
            (None, false) => format!("由{}各存一份", source.holders.join("、")),
            (None, true) => String::new(),
        };
        let value = match &source.value {
            Some(value) => Cell::Other(html! { code.hash-line { (value) } }),
            None => Cell::text("尚未公布"),
        };
        Row::plain(vec![
            Cell::text(source_label(&source.name)),
            Cell::text(known),
            value,
        ])
    });
    let mut known = vec![
        Fact::new("抽取机关", organ_name(&web.app, &one.organ)),
        Fact::new("抽取时间", moment(one.time)),
        Fact::new("检查事项", one.setup.matters.join("、")),
        Fact::new("形式", one.setup.form()),
    ];
    if !one.setup.departments.is_empty() {
        known.push(Fact::new("参加部门", one.setup.departments.join("、")));
    }
    if let Some(rules) = &one.plan.assignment {
        known.push(Fact::new(
            "检查人员",
            format!(
                "每家 {} 人，第一人带队，任务量尽可能平均",
                rules.places.len()
            ),
        ));
        known.push(Fact::new("检查截止", rules.until.clone()));
    }
    known.push(Fact::wide("方案哈希", Cell::Other(hash(&plan_hash))));
    if let Some(population) = &one.population {
        known.push(Fact::wide(
            "对象名单树根",
            Cell::Other(hash(&population.root().to_hex())),
        ));
    }
    if let Some(roster) = &one.roster {
        known.push(Fact::wide(
            "人员名单树根",
            Cell::Other(hash(&roster.root().to_hex())),
        ));
    }
    html! {
        (panel(&Panel::new("plan", "方案", facts(&known))))
        (panel(&Panel::new("strata", "名单与数量", table(&Table {
            caption: "各层的对象数和抽取数量".to_owned(),
            columns: vec![Column::wide("层"), Column::number("名单内").in_unit("个"), Column::short("抽取")],
            rows: rows.collect(),
            ..Table::default()
        }))))
        (panel(&Panel::new("sources", "种子来源", table(&Table {
            caption: "种子的来源和值".to_owned(),
            columns: vec![Column::text("来源"), Column::text("何时可知"), Column::wide("值")],
            rows: source_rows.collect(),
            ..Table::default()
        }))))
    }
}

fn result_panel(one: &Draw) -> Result<Markup, AppError> {
    let visits = one.visits()?;
    let with_teams = one.plan.assignment.is_some();
    let rows = visits.iter().map(|visit| {
        let officers: Vec<String> = visit.inspectors.iter().map(|i| one.name(i)).collect();
        let mut cells = vec![
            Cell::text(one.name(&visit.unit)),
            Cell::text(visit.stratum.as_str()),
        ];
        if with_teams {
            cells.push(Cell::text(officers.join("、")));
        }
        Row {
            remark: visit.substitute.then(|| "由备选名单依次替补".to_owned()),
            ..Row::plain(cells)
        }
    });
    let mut columns = vec![Column::wide("检查对象"), Column::text("层")];
    if with_teams {
        columns.push(Column::text("检查人员"));
    }
    let collision = one.collision();
    let ticket = first_ticket(one);
    Ok(html! {
        @if let Some(collision) = collision { (collision_notice(&collision)) }
        (panel(&Panel {
            count: Some(format!("{} 家", visits.len())),
            ..Panel::new("result", "抽取结果", table(&Table {
                caption: "抽中的对象".to_owned(),
                columns,
                rows: rows.collect(),
                ..Table::default()
            }))
        }))
        @if let Some(command) = ticket {
            (panel(&Panel::new("ticket", "手工核对一张票", html! {
                p { "任何一台有 " code { "sha256sum" } " 的电脑都能算出一家的票号；票号最小的若干家抽中。" }
                pre.command { (command) }
            })))
        }
    })
}

/// What the visits found, as far as it is public: the rows of the portal's register of results.
fn found_panel(web: &Web, one: &Draw) -> Result<Markup, AppError> {
    let site = web.app.site(&one.organ)?;
    let register = site
        .registers
        .iter()
        .find(|(_, register)| register.ledger.id.as_str() == INSPECTIONS);
    let Some((column, register)) = register else {
        return Ok(html! {});
    };
    let found = register
        .rows
        .iter()
        .filter(|row| row.cell("draw") == one.id);
    let rows: Vec<Row> = found
        .map(|row| {
            let cells = ["target", "matter", "checked_on", "result", "published_on"];
            let cells = cells.map(|field| Cell::text(row.cell(field)));
            Row::to(portal::row(column, &row.entry), cells.into())
        })
        .collect();
    if rows.is_empty() {
        return Ok(html! {});
    }
    Ok(panel(&Panel {
        count: Some(format!("{} 条", rows.len())),
        ..Panel::new(
            "found",
            "检查结果",
            table(&Table {
                caption: "已公示的检查结果".to_owned(),
                columns: vec![
                    Column::wide("检查对象"),
                    Column::text("事项"),
                    Column::short("检查日期"),
                    Column::text("结果"),
                    Column::short("公示日期"),
                ],
                rows,
                ..Table::default()
            }),
        )
    }))
}

/// The command for the first drawn unit, with the ticket that must come out.
fn first_ticket(one: &Draw) -> Option<String> {
    let bundle = one.bundle.as_ref()?;
    let stratum = bundle.strata.first()?;
    let first = stratum.ranking.first()?;
    Some(format!(
        "printf 'draw-ticket/v1\\n%s\\n%s\\n%s\\n%s\\n{}\\n' {} '{}' '{}' '{}' | sha256sum\n{}  （{}，第 1 位）",
        first.number.unwrap_or(0),
        bundle.seed,
        one.id,
        stratum.name,
        first.unit,
        first.ticket,
        one.name(&first.unit)
    ))
}

/// Why no teams could be formed.
pub(super) fn collision_notice(collision: &app::draw::words::Collision) -> Markup {
    notice_view(
        &Notice::new(Tone::Late, "按现有条件，检查人员排不出来").with(html! {
            p { (collision.what) }
            p { "可以这样解决：" }
            ul { @for remedy in &collision.remedies { li { (remedy) } } }
        }),
    )
}

fn own_panel(web: &Web, one: &Draw, asked: &str) -> Markup {
    let place = web.app.own_place(one, asked);
    let body = html! {
        form.inline-search method="get" action=(draw(&one.id)) {
            label for="unit" { "单位名称或编号" }
            input type="text" id="unit" name="unit" value=(asked);
            (buttons(&[Button::submit("查找")]))
        }
        @if one.population.is_none() {
            p.hint { "名单冻结之后才能查找。" }
        } @else if let Some(place) = &place {
            (notice_view(&Notice::new(Tone::Done, format!(
                "{}在名单里：第 {} 位，共 {} 个", place.name, place.index + 1, place.size
            ))))
            (facts(&[
                Fact::new("编号", place.id.clone()),
                Fact::new("层", place.stratum.clone()),
                Fact::new("权重", place.weight.to_string()),
                Fact::wide("叶子原文", Cell::Other(html! { pre.command { (place.leaf) } })),
                Fact::wide("到树根的路径", Cell::Other(html! {
                    ol.path { @for step in &place.path { li { code { (step) } } } }
                })),
                Fact::wide("树根", Cell::Other(hash(&place.root.to_hex()))),
            ]))
        } @else if !asked.is_empty() {
            (notice_view(&Notice::new(Tone::Late, format!("名单里没有“{asked}”"))))
        }
    };
    panel(&Panel::new("own", "查自己的位置", body))
}

fn events_panel(one: &Draw) -> Result<Markup, AppError> {
    let replacements = one.replacements()?;
    let mut replaced = replacements.iter();
    let rows = one.events.iter().map(|event| {
        let at = event.recorded_at.parse().map(moment).unwrap_or_default();
        let more = match event.kind.as_str() {
            "draw.void" => serde_json::from_str::<String>(&event.body).unwrap_or_default(),
            "draw.replaced" => replaced
                .next()
                .map(|r| replaced_words(one, r))
                .unwrap_or_default(),
            _ => String::new(),
        };
        Row::plain(vec![
            Cell::text(happening(&event.kind)),
            Cell::text(at),
            Cell::text(more),
            Cell::text(format!("第 {} 条", event.leaf_index)),
        ])
    });
    Ok(panel(&Panel::new(
        "events",
        "留痕",
        table(&Table {
            caption: "这次抽取在存证日志中的留痕".to_owned(),
            columns: vec![
                Column::text("事项"),
                Column::short("时间"),
                Column::wide("说明"),
                Column::short("存证日志"),
            ],
            rows: rows.collect(),
            ..Table::default()
        }),
    )))
}

fn replaced_words(one: &Draw, replacement: &app::draw::pure::replace::Replacement) -> String {
    let reason = &replacement.reason;
    match &replacement.change {
        Change::Unit {
            out, substitute, ..
        } => format!(
            "{}改为备选名单的下一家 {}。理由：{reason}",
            one.name(out),
            one.name(substitute)
        ),
        Change::Inspector {
            unit,
            out,
            substitute,
            ..
        } => format!(
            "检查{}的 {} 改为下一位 {}。理由：{reason}",
            one.name(unit),
            one.name(out),
            one.name(substitute)
        ),
    }
}

/// A file for everybody, named for the download.
pub(super) fn file(kind: &'static str, name: &str, body: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    if let Ok(value) = format!("attachment; filename=\"{name}\"").parse() {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, body).into_response()
}
