//! Registers: subjects with everything about them, and officers with their certificates.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    entry::Entry,
    register::{Certificate, Holds, Subject},
    values::dates,
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
    routing::get,
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::Staff},
    context::{Page, Web},
    pages::{entry::name_of, ledgers::stage_badge},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone, badge},
        empty::{Empty, empty},
        facts::{Fact, facts},
        filter::{FilterBar, filter_bar},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
        table::{Cell, Column, Row, Table, table},
        tabs::{Tab, tabs},
    },
};

/// Subjects.
pub const SUBJECTS: &str = "/registers";
/// Officers.
pub const OFFICERS: &str = "/registers/officers";
/// One subject, by name.
pub const SUBJECT: &str = "/registers/subject";

/// Addresses of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/registers", get(subjects))
        .route("/registers/officers", get(officers))
        .route("/registers/subject", get(subject))
}

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get(SUBJECTS, Staff, "the registers of subjects"),
    access::get(OFFICERS, Staff, "officers and their certificates"),
    access::get(SUBJECT, Staff, "everything about one subject"),
];

/// The page of a subject.
pub fn subject_address(name: &str) -> String {
    routes::with_query(SUBJECT, &[("name", name)])
}

fn kinds(current: &str) -> Markup {
    tabs(
        "名录",
        &[
            Tab::new("监管对象", SUBJECTS, current == SUBJECTS),
            Tab::new("执法人员", OFFICERS, current == OFFICERS),
        ],
    )
}

async fn subjects(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::ReadFigures, Resource::Figures)?;
        let words = page.asked("q");
        let found = if words.trim().is_empty() {
            Vec::new()
        } else {
            page.app().find_subjects(page.actor(), &words)?
        };
        let main = html! {
            (page_head(&PageHead {
                title: "名录".to_owned(),
                lede: Some("学校、幼儿园和校外培训机构；按名称、学校代码、许可证号或统一社会信用代码查找。".to_owned()),
                ..PageHead::default()
            }))
            (kinds(SUBJECTS))
            (search(&words))
            (results(page, &words, &found)?)
        };
        page.show(View::of(Area::Ledgers, "名录", main))
    })
    .await
}

fn search(words: &str) -> Markup {
    filter_bar(&FilterBar {
        id: "find".to_owned(),
        action: SUBJECTS.to_owned(),
        search: Some(("q".to_owned(), words.to_owned())),
        ..FilterBar::default()
    })
}

fn results(page: &Page, words: &str, found: &[Entry]) -> Result<Markup, AppError> {
    if words.trim().is_empty() {
        let known = page.app().ledgers(page.actor(), app::Action::Read);
        let registers = known
            .iter()
            .filter(|l| app::register::SUBJECTS.contains(&l.id.as_str()));
        return Ok(html! {
            ul.choose-list {
                @for ledger in registers { li { a href=(routes::ledger(&ledger.id)) { (ledger.name) "（全部）" } } }
            }
        });
    }
    if found.is_empty() {
        return Ok(empty(&Empty {
            title: format!("名录里没有“{words}”"),
            teaches: "换几个字再找；刚登记的对象要过一两秒才能找到。".to_owned(),
            actions: Vec::new(),
        }));
    }
    let rows = found.iter().map(|entry| {
        Row::to(
            subject_address(&entry.title),
            vec![
                Cell::text(entry.title.as_str()),
                Cell::text(entry.ledger.name.as_str()),
                Cell::text(entry.number.as_str()),
            ],
        )
    });
    Ok(table(&Table {
        caption: "找到的监管对象".to_owned(),
        columns: vec![
            Column::wide("名称"),
            Column::text("名录"),
            Column::text("编号"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }))
}

async fn subject(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::ReadFigures, Resource::Figures)?;
        let subject = page.app().subject(page.actor(), &page.asked("name"))?;
        let main = html! {
            (page_head(&PageHead {
                title: subject.name.clone(),
                kicker: Some("监管对象".to_owned()),
                lede: Some("各台账里与它有关的记录；只列出您有权查看的。".to_owned()),
                ..PageHead::default()
            }))
            (registered(&subject))
            @for (ledger, entries) in &subject.about {
                (panel(&Panel {
                    count: Some(format!("{} 条", entries.len())),
                    ..Panel::new(format!("about-{}", ledger.id), ledger.name.clone(), list(entries))
                }))
            }
        };
        page.show(
            View::of(Area::Ledgers, subject.name.clone(), main)
                .below(vec![Link::new("名录", SUBJECTS)]),
        )
    })
    .await
}

fn registered(subject: &Subject) -> Markup {
    let mut lines: Vec<Fact> = subject
        .registered
        .iter()
        .map(|entry| {
            let link = Cell::Link(name_of(entry), routes::entry(&entry.id));
            Fact::new(entry.ledger.name.as_str(), link)
        })
        .collect();
    lines.extend(subject.codes.iter().map(|(name, code, wrong)| {
        let standing = match wrong {
            None => Badge::done("校验通过"),
            Some(_) => Badge::new(Tone::Late, "校验不通过"),
        };
        let cell = html! {
            code { (code) } " " (badge(&standing))
            @if let Some(wrong) = wrong { p.hint { (wrong) } }
        };
        Fact::new(name.as_str(), Cell::Other(cell))
    }));
    if lines.is_empty() {
        return html! { p.hint { "名录里没有登记这个对象，以下是台账里提到它的记录。" } };
    }
    panel(&Panel::new("registered", "登记", facts(&lines)))
}

fn list(entries: &[Entry]) -> Markup {
    let rows = entries.iter().map(|entry| {
        let day = entry.state.happened_on(&entry.ledger);
        Row::to(
            routes::entry(&entry.id),
            vec![
                Cell::text(name_of(entry)),
                Cell::Badges(stage_badge(entry).into_iter().collect()),
                Cell::text(dates::chinese(day)),
            ],
        )
    });
    table(&Table {
        caption: "有关记录".to_owned(),
        columns: vec![
            Column::wide("记录"),
            Column::short("环节"),
            Column::text("日期"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

async fn officers(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let today = page.app().clock.today();
        let all = page.app().certificates(page.actor())?;
        let holds = |c: &&Certificate| matches!(c.on(today), Holds::Valid | Holds::Ending(_));
        let ending = all
            .iter()
            .filter(|c| matches!(c.on(today), Holds::Ending(_)))
            .count();
        let lede = if ending > 0 {
            format!("其中 {ending} 人的证件 90 天内到期，请及时换发。")
        } else {
            "没有 90 天内到期的证件。".to_owned()
        };
        let rows = all.iter().map(|one| officer(one, today));
        let main = html! {
            (page_head(&PageHead {
                title: "执法人员".to_owned(),
                count: Some(format!("{} 人持证", all.iter().filter(holds).count())),
                lede: Some(lede),
                ..PageHead::default()
            }))
            (kinds(OFFICERS))
            (table(&Table {
                caption: "执法人员和证件".to_owned(),
                columns: vec![
                    Column::text("姓名"),
                    Column::text("证号"),
                    Column::text("执法类别"),
                    Column::text("考试通过"),
                    Column::text("有效期至"),
                    Column::short("状态"),
                ],
                rows: rows.collect(),
                empty: Some(Empty {
                    title: "还没有执法证件".to_owned(),
                    teaches: "在“行政执法证件”台账里登记后，办理时会核对证件是否有效。".to_owned(),
                    actions: Vec::new(),
                }),
                ..Table::default()
            }))
        };
        page.show(
            View::of(Area::Ledgers, "执法人员", main).below(vec![Link::new("名录", SUBJECTS)]),
        )
    })
    .await
}

fn officer(one: &Certificate, today: app::values::dates::Date) -> Row {
    let standing = match one.on(today) {
        Holds::Valid => Badge::done("有效"),
        Holds::Ending(left) => Badge::new(Tone::Soon, format!("{left} 天后到期")),
        Holds::Future => Badge::new(Tone::Plain, "尚未生效"),
        Holds::Expired => Badge::new(Tone::Late, "已过期"),
        Holds::Cancelled => Badge::new(Tone::Plain, "已注销"),
    };
    let day = |day: Option<_>| day.map_or(Cell::Missing, |d| Cell::text(dates::chinese(d)));
    Row::to(
        routes::entry(&one.entry),
        vec![
            Cell::text(one.officer.as_str()),
            Cell::text(one.number.as_str()),
            Cell::text(one.scope.as_str()),
            day(one.exam_passed_on),
            day(one.valid_until),
            Cell::badge(standing),
        ],
    )
}
