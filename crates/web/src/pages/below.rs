//! The organs below: figures over the tree, and entries where the definition opens them.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    rollup::{Reach, RolledUp},
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::Staff},
    context::Web,
    pages::figures::one::ask_of,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        empty::Empty,
        facts::{Fact, facts},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
        tabs::{Tab, tabs},
    },
};

/// The part of the table of routes.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/figures/{figure}/organs", Staff, "a figure over the tree of organs"),
    access::get("/below/{organ}/ledgers/{ledger}", Staff, "entries of an organ below"),
    access::get("/below/{organ}/entries/{entry}", Staff, "an entry of an organ below"),
];

/// The routes.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/figures/{figure}/organs", get(figure))
        .route("/below/{organ}/ledgers/{ledger}", get(list))
        .route("/below/{organ}/entries/{entry}", get(show))
}

/// A figure over the own organ, those below, or all.
async fn figure(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ask, _) = ask_of(page)?;
        let asked = page.asked("reach");
        let reach = match asked.as_str() {
            "own" => Reach::Own,
            "below" => Reach::Below,
            _ => Reach::All,
        };
        let rolled = page.app().rolled_up(page.actor(), &id, &ask, reach)?;
        let figure = rolled.whole.figure.clone();
        let address = |reach: &str| {
            let from = ask.from.map(|d| d.to_string()).unwrap_or_default();
            let to = ask.to.to_string();
            let pairs = [
                ("from", from.as_str()),
                ("to", to.as_str()),
                ("reach", reach),
            ];
            routes::with_query(&format!("/figures/{id}/organs"), &pairs)
        };
        let choices = [
            ("all", "本级和下级", Reach::All),
            ("own", "本级", Reach::Own),
            ("below", "下级", Reach::Below),
        ];
        let choices =
            choices.map(|(name, label, one)| Tab::new(label, address(name), one == reach));
        let unit = &figure.unit;
        let head = page_head(&PageHead {
            title: figure.name.clone(),
            kicker: Some("按机关汇总".to_owned()),
            count: Some(format!("{} {unit}", rolled.whole.words())),
            ..PageHead::default()
        });
        let open = page
            .app()
            .catalogue()
            .ledger(&figure.ledger)
            .filter(|l| l.above)
            .cloned();
        let rows = rolled.parts.iter().map(|(organ, name, reading)| {
            let name = match open.as_ref().filter(|_| *organ != page.actor().organ) {
                Some(ledger) => Cell::Link(
                    name.clone(),
                    format!("/below/{organ}/ledgers/{}", ledger.id),
                ),
                None => Cell::text(name.as_str()),
            };
            Row::plain(vec![name, Cell::text(reading.words())])
        });
        let list = table(&Table {
            caption: "各机关".to_owned(),
            columns: vec![
                Column::text("机关"),
                Column::number("数据").in_unit(unit.as_str()),
            ],
            rows: rows.collect(),
            ..Table::default()
        });
        let main = html! { (head) (tabs("范围", &choices)) (doubles(&rolled)) (list) };
        let above = vec![
            Link::new("数据", routes::FIGURES),
            Link::new(figure.name.as_str(), routes::figure(&id, &ask, None)),
        ];
        page.show(View::of(Area::Figures, "按机关汇总", main).below(above))
    })
    .await
}

/// What was counted once, and what cannot be decided.
fn doubles(rolled: &RolledUp) -> Markup {
    let mut words = Vec::new();
    if rolled.counted_once > 0 {
        words.push(format!(
            "上下级都登记了的 {} 条（编号、日期、名称都相同）只算一次，汇总数因此小于各机关之和。",
            rolled.counted_once
        ));
    }
    if rolled.undecided > 0 {
        words.push(format!(
            "另有 {} 对记录日期和名称相同而编号不同（或都没有编号），无法判定是否同一件事，都已计入，请核对。",
            rolled.undecided
        ));
    }
    let tone = if rolled.undecided > 0 {
        Tone::Soon
    } else {
        Tone::Plain
    };
    html! { @for one in words { (notice(&Notice::new(tone, one))) } }
}

fn organ_name(page: &crate::context::Page, id: &str) -> Result<String, AppError> {
    authorise(page.actor(), Action::ReadFigures, Resource::Figures)?;
    let below = page.actor().below.iter().any(|organ| organ == id);
    let organ = page.app().organ(id).ok().filter(|_| below);
    organ
        .map(|o| o.name.clone())
        .ok_or(AppError::NotFound("该机关"))
}

/// The newest entries of a ledger of an organ below.
async fn list(
    State(web): State<Web>,
    Path((organ, ledger)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let name = organ_name(page, &organ)?;
        let year = page.asked("year").parse().ok();
        let (entries, all) = page.app().list_below(page.actor(), &organ, &ledger, year)?;
        let title = page
            .app()
            .catalogue()
            .ledger(&ledger)
            .map(|l| l.name.clone());
        let title = title.unwrap_or_default();
        let rows = entries.iter().map(|entry| {
            let day = entry.state.happened_on(&entry.ledger);
            Row::to(
                format!("/below/{organ}/entries/{}", entry.id),
                vec![
                    Cell::text(entry.title.as_str()),
                    Cell::text(entry.number.as_str()),
                    Cell::text(app::values::dates::chinese(day)),
                ],
            )
        });
        let list = table(&Table {
            caption: title.clone(),
            columns: vec![
                Column::wide("记录"),
                Column::text("编号"),
                Column::short("日期"),
            ],
            rows: rows.collect(),
            empty: Some(Empty {
                title: "没有记录".to_owned(),
                ..Empty::default()
            }),
            ..Table::default()
        });
        let head = page_head(&PageHead {
            title: title.clone(),
            kicker: Some(name),
            count: Some(format!("{all} 条")),
            lede: Some(format!(
                "下级机关的记录，只能查看；姓名等个人信息脱敏显示。{}",
                match all > entries.len() as u64 {
                    true => format!("只列出最近 {} 条，要看其余的请按年查看。", entries.len()),
                    false => String::new(),
                }
            )),
            ..PageHead::default()
        });
        page.show(View::of(Area::Figures, title, html! { (head) (list) }))
    })
    .await
}

/// An entry of an organ below.
async fn show(
    State(web): State<Web>,
    Path((organ, id)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let name = organ_name(page, &organ)?;
        let entry = page.app().entry_below(page.actor(), &organ, &id)?;
        let known: Vec<Fact> = entry
            .ledger
            .fields
            .iter()
            .filter_map(|f| {
                let value = entry.state.fields.get(f.id.as_str())?;
                Some(Fact::new(f.name.as_str(), Cell::text(f.seen(value, false))))
            })
            .collect();
        let head = page_head(&PageHead {
            title: entry.title.clone(),
            kicker: Some(format!("{name} · {}", entry.ledger.name)),
            ..PageHead::default()
        });
        let main = html! { (head) (panel(&Panel::new("facts", "内容", facts(&known)))) };
        let above = vec![Link::new(
            entry.ledger.name.as_str(),
            format!("/below/{organ}/ledgers/{}", entry.ledger.id),
        )];
        page.show(View::of(Area::Figures, entry.title.clone(), main).below(above))
    })
    .await
}
