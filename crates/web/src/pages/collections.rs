//! Collections: the bureau's board of who has handed in, and the unit's own task.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    collection::{Board, BoardLine, NewCollection, Standing},
    people::UNIT_KINDS,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::{get, post},
};
use maud::{Markup, html};

use crate::{
    access::{
        self, Guard,
        Who::{Staff, Units, Workers},
    },
    context::{Page, Web, see_other},
    form::Form,
    pages::{entry::recorded, me::words},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        facts::{Fact, facts},
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
        stat::{Stat, stats},
        table::{Cell, Column, Row, Table, table},
    },
};

/// All collections.
pub const COLLECTIONS: &str = "/collections";

/// The part of the table of routes.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/collections", Workers, "what units are asked for"),
    access::get("/collections/new", Staff, "starting a collection"),
    access::post("/collections/new", Staff, "starting a collection"),
    access::get("/collections/{collection}", Workers, "a collection"),
    access::post("/collections/{collection}/hand-in", Units, "handing in"),
    access::post("/collections/{collection}/judge", Staff, "accepting or returning a hand-in"),
    access::post("/collections/{collection}/remind", Staff, "reminding units"),
    access::post("/collections/{collection}/close", Staff, "closing a collection"),
];

/// The routes.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/collections", get(index))
        .route("/collections/new", get(new_form).post(start))
        .route("/collections/{collection}", get(show))
        .route("/collections/{collection}/hand-in", post(hand_in))
        .route("/collections/{collection}/judge", post(judge))
        .route("/collections/{collection}/remind", post(remind))
        .route("/collections/{collection}/close", post(close))
}

fn address(id: &str) -> String {
    format!("{COLLECTIONS}/{id}")
}

fn day(text: &str) -> String {
    crate::pages::home::short_date(text)
}

fn badge(standing: Standing) -> Badge {
    let tone = match standing {
        Standing::Asked => Tone::Plain,
        Standing::Late => Tone::Late,
        Standing::HandedIn => Tone::Current,
        Standing::HandedInLate => Tone::Soon,
        Standing::Returned => Tone::Soon,
        Standing::Accepted => Tone::Done,
    };
    Badge::new(tone, standing.word())
}

/// Where a unit stands, and whether that is still what it handed in.
fn standing(line: &BoardLine) -> Vec<Badge> {
    let mut badges = vec![badge(line.standing)];
    if line.changed_since > 0 {
        let words = format!("其后有 {} 条变动", line.changed_since);
        badges.push(Badge::new(Tone::Soon, words));
    }
    badges
}

async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let boards = page.app().collections(page.actor())?;
        let own = page.actor().unit.is_some();
        let mut actions = Vec::new();
        if !own && !page.app().collectable(page.actor()).is_empty() {
            actions.push(Button::go("发起填报任务", "/collections/new").primary());
        }
        let head = page_head(&PageHead {
            title: "填报任务".to_owned(),
            count: Some(format!("{} 项", boards.len())),
            lede: Some(if own {
                "上级要求填报的台账：先在台账里登记，再到任务里报送。".to_owned()
            } else {
                "请学校和机构在期限内填报台账，谁报了、谁没报、谁要补正，一目了然。".to_owned()
            }),
            actions,
            ..PageHead::default()
        });
        let main = html! { (head) (list(&boards, own)) };
        page.show(View::of(Area::Collections, "填报任务", main))
    })
    .await
}

fn list(boards: &[Board], own: bool) -> Markup {
    let rows = boards.iter().map(|board| {
        let of = &board.collection;
        let ledgers: Vec<&str> = board
            .ledgers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let last = match board.lines.first().filter(|_| own) {
            Some(line) => Cell::Badges(vec![badge(line.standing)]),
            None => Cell::text(format!(
                "接收 {}，待审 {}，逾期 {}，共 {}",
                board.count(Standing::Accepted),
                board.lines.iter().filter(|l| l.standing.waits()).count(),
                board.count(Standing::Late),
                board.lines.len()
            )),
        };
        Row::to(
            address(&of.collection_id),
            vec![
                Cell::text(of.title.as_str()),
                Cell::text(ledgers.join("、")),
                Cell::text(day(&of.due_on)),
                if of.closed_at.is_some() && !own {
                    Cell::Badges(vec![Badge::done("已结束")])
                } else {
                    last
                },
            ],
        )
    });
    table(&Table {
        caption: "填报任务".to_owned(),
        columns: vec![
            Column::wide("任务"),
            Column::text("台账"),
            Column::short("截止"),
            Column::text("进度"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "还没有填报任务".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    })
}

/// What a unit has to do now, for its first page.
pub fn first(page: &Page) -> Result<Markup, AppError> {
    if page.actor().unit.is_none() {
        return Ok(html! {});
    }
    let mut boards = page.app().collections(page.actor())?;
    boards.retain(|b| {
        b.collection.closed_at.is_none() && b.lines.iter().any(|l| l.standing.is_open())
    });
    let view = Panel {
        count: Some(format!("{} 项", boards.len())),
        actions: vec![Button::go("全部任务", COLLECTIONS).quiet()],
        ..Panel::new("collections", "要报送的任务", list(&boards, true))
    };
    Ok(panel(&view))
}

async fn new_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::Collect, Resource::Organ)?;
        let view = new_view(page, &Form::default(), None)?;
        page.show(view)
    })
    .await
}

fn new_view(page: &Page, form: &Form, error: Option<String>) -> Result<View, AppError> {
    let text = |name: &str| form.text(name).to_owned();
    let all = |name| form.all(name).map(str::to_owned).collect::<Vec<_>>();
    let date = |name: &str, label: &str| {
        Field::new(name, label, Control::Date { value: text(name) }).required()
    };
    let ledgers = page.app().collectable(page.actor());
    let ledgers = ledgers.into_iter().map(|(id, name)| Choice::new(id, name));
    let districts = page.app().organ(&page.actor().organ)?.districts.clone();
    let several = |name: &'static str, choices: Vec<Choice>| Control::Choices {
        values: all(name),
        choices,
    };
    let fields = vec![
        Field::new(
            "title",
            "任务名称",
            Control::Text {
                value: text("title"),
            },
        )
        .required()
        .hint("如：2022 年第四季度应急演练情况"),
        Field::new(
            "ledgers",
            "填报哪些台账",
            several("ledgers", ledgers.collect()),
        )
        .required(),
        date("from", "所属期间，从"),
        date("to", "到"),
        date("due_on", "截止日期"),
        Field::new(
            "kinds",
            "哪类单位",
            several("kinds", UNIT_KINDS.map(Choice::same).to_vec()),
        )
        .hint("不选就是各类单位都要报。"),
        Field::new(
            "districts",
            "哪些区县",
            several("districts", districts.iter().map(Choice::same).collect()),
        )
        .hint("不选就是全部。"),
        Field::new(
            "units",
            "只要这些单位",
            Control::LongText {
                value: text("units"),
                rows: 3,
            },
        )
        .hint("一行一个单位全称；不写就是上面所选的全部单位。"),
        Field::new(
            "note",
            "填报说明",
            Control::LongText {
                value: text("note"),
                rows: 3,
            },
        ),
    ];
    let body = form_view(&FormView {
        id: "collection".to_owned(),
        action: "/collections/new".to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields,
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit("发起任务"),
            Button::go("不发起，返回", COLLECTIONS).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "发起填报任务".to_owned(),
        lede: Some("发起后各单位会收到提醒；到期前三天、前一天、当天自动再提醒。".to_owned()),
        ..PageHead::default()
    });
    let main = html! { (head) (body) };
    Ok(View::of(Area::Collections, "发起填报任务", main)
        .below(vec![Link::new("填报任务", COLLECTIONS)]))
}

async fn start(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let all = |name| form.all(name).map(str::to_owned).collect::<Vec<_>>();
        let new = NewCollection {
            title: form.text("title").to_owned(),
            note: form.text("note").to_owned(),
            ledgers: all("ledgers"),
            from: form.text("from").to_owned(),
            to: form.text("to").to_owned(),
            due_on: form.text("due_on").to_owned(),
            kinds: all("kinds"),
            districts: all("districts"),
            units: form
                .text("units")
                .lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
        };
        match page.app().start_collection(page.actor(), &new) {
            Ok(id) => see_other(&routes::with_query(&address(&id), &[("done", "saved")])),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(new_view(page, &form, Some(words))?)
            }
        }
    })
    .await
}

async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        page.show(board_view(page, &id, None)?)
    })
    .await
}

fn board_view(page: &Page, id: &str, error: Option<String>) -> Result<View, AppError> {
    let board = page.app().collection(page.actor(), id)?;
    let of = &board.collection;
    let closed = of.closed_at.is_some();
    let own = page.actor().unit.is_some();
    let mut actions = Vec::new();
    if board.conducts && !own && !closed {
        let post = |label: &str, part: &str| {
            Button::post(label, format!("{}/{part}", address(id)), page.token())
        };
        actions.push(post("催报未报的单位", "remind"));
        actions.push(post("结束任务", "close").quiet());
    }
    let head = page_head(&PageHead {
        title: of.title.clone(),
        kicker: Some(format!(
            "{}至{}，截止 {}",
            day(&of.from_on),
            day(&of.to_on),
            day(&of.due_on)
        )),
        lede: Some(of.note.clone()).filter(|n| !n.is_empty()),
        badges: closed.then(|| Badge::done("已结束")).into_iter().collect(),
        actions,
        ..PageHead::default()
    });
    let problem = error
        .map(|text| crate::ui::notice::notice(&crate::ui::notice::Notice::new(Tone::Late, text)));
    let main = html! {
        (head)
        @if let Some(problem) = &problem { (problem) }
        @match board.lines.first().filter(|_| own) {
            Some(line) => { (own_task(page, &board, line, closed)) }
            None => { (counts(&board)) (units(page, &board, closed)) }
        }
    };
    Ok(View::of(Area::Collections, of.title.clone(), main)
        .below(vec![Link::new("填报任务", COLLECTIONS)]))
}

fn counts(board: &Board) -> Markup {
    let all = [
        Standing::Accepted,
        Standing::HandedIn,
        Standing::HandedInLate,
        Standing::Returned,
        Standing::Asked,
        Standing::Late,
    ];
    let cards: Vec<Stat> = all
        .into_iter()
        .map(|standing| Stat {
            label: standing.word().to_owned(),
            value: Some(board.count(standing).to_string()),
            unit: "个单位".to_owned(),
            ..Stat::default()
        })
        .collect();
    stats(&cards)
}

fn units(page: &Page, board: &Board, closed: bool) -> Markup {
    let mut columns = vec![
        Column::text("单位"),
        Column::text("区县"),
        Column::short("状态"),
    ];
    let names = board
        .ledgers
        .iter()
        .map(|(name, _)| Column::number(name.as_str()).in_unit("条"));
    columns.extend(names);
    columns.extend([
        Column::number("报送时").in_unit("条"),
        Column::text("说明"),
        Column::text("审核"),
    ]);
    let rows = board.lines.iter().map(|line| {
        let mut cells = vec![
            Cell::text(line.unit.name.as_str()),
            Cell::text(line.unit.district.as_str()),
            Cell::Badges(standing(line)),
        ];
        let count = |n: &Option<u64>| n.map_or(Cell::Missing, |n| Cell::text(n.to_string()));
        cells.extend(line.entries.iter().map(count));
        let handed = line.standing.waits() || line.standing == Standing::Accepted;
        cells.push(match handed {
            true => Cell::text(line.hand_in.entry_count.to_string()),
            false => Cell::Missing,
        });
        cells.push(Cell::text(line.hand_in.note.as_str()));
        cells.push(match board.conducts && line.standing.waits() && !closed {
            true => Cell::Other(judging(page, board, line)),
            false => Cell::Missing,
        });
        Row::plain(cells)
    });
    table(&Table {
        caption: "各单位报送情况".to_owned(),
        columns,
        rows: rows.collect(),
        ..Table::default()
    })
}

fn judging(page: &Page, board: &Board, line: &BoardLine) -> Markup {
    let action = format!("{}/judge", address(&board.collection.collection_id));
    let id = format!("judge-{}", line.unit.unit_id);
    html! {
        form.inline-form method="post" action=(action) id=(id) {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="unit" value=(line.unit.unit_id);
            label { span.offscreen { "退回" (line.unit.name) "的说明" }
                input type="text" name="note" placeholder="退回时写明补正什么" maxlength="500"; }
            button.btn type="submit" name="verdict" value="accept" { "接收" }
            button.btn type="submit" name="verdict" value="return" { "退回" }
        }
    }
}

fn own_task(page: &Page, board: &Board, line: &BoardLine, closed: bool) -> Markup {
    let of = &board.collection;
    let rows = board
        .ledgers
        .iter()
        .zip(&line.entries)
        .map(|((name, id), n)| {
            Row::to(
                routes::ledger(id),
                vec![
                    Cell::text(name.as_str()),
                    n.map_or(Cell::Missing, |n| Cell::text(n.to_string())),
                    Cell::Link("登记一条".to_owned(), routes::ledger_part(id, "new")),
                ],
            )
        });
    let ledgers = table(&Table {
        caption: "要填报的台账".to_owned(),
        columns: vec![
            Column::text("台账"),
            Column::number("期间内已填").in_unit("条"),
            Column::text("填报"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    let mut known = vec![Fact::new("状态", Cell::Badges(standing(line)))];
    if line.hand_in.state != "asked" {
        known.push(Fact::new(
            "最近变动",
            Cell::text(recorded(&line.hand_in.changed_at)),
        ));
        known.push(Fact::new(
            "报送条数",
            Cell::text(line.hand_in.entry_count.to_string()),
        ));
        known.push(Fact::wide("说明", Cell::text(line.hand_in.note.as_str())));
    }
    let open = !closed && line.standing != Standing::Accepted;
    let form = form_view(&FormView {
        id: "hand-in".to_owned(),
        action: format!("{}/hand-in", address(&of.collection_id)),
        token: page.token(),
        parts: vec![FormPart {
            fields: vec![
                Field::new(
                    "note",
                    "报送说明",
                    Control::LongText {
                        value: String::new(),
                        rows: 2,
                    },
                ),
                Field::new(
                    "nothing",
                    "没有可填的",
                    Control::Choices {
                        values: Vec::new(),
                        choices: vec![Choice::new("yes", "本期没有此项工作")],
                    },
                ),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("报送")],
        ..FormView::default()
    });
    html! {
        (panel(&Panel::new("standing", "报送情况", facts(&known))))
        (panel(&Panel::new("ledgers", "要填报的台账", ledgers)))
        @if open { (panel(&Panel::new("hand-in-part", "报送", form))) }
    }
}

/// Runs an act on a collection and shows its page again, with the words where it was refused.
fn acted(page: &Page, id: &str, done: Result<(), AppError>, code: &str) -> crate::context::Answer {
    match done {
        Ok(()) => see_other(&routes::with_query(&address(id), &[("done", code)])),
        Err(error) => {
            let words = words(error)?;
            page.show_rejected(board_view(page, id, Some(words))?)
        }
    }
}

async fn hand_in(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let nothing = form.text("nothing") == "yes";
        let done = page
            .app()
            .hand_in_collection(page.actor(), &id, form.text("note"), nothing);
        acted(page, &id, done, "handed-in")
    })
    .await
}

async fn judge(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let accept = form.text("verdict") == "accept";
        let (unit, note) = (form.text("unit"), form.text("note"));
        let done = page
            .app()
            .judge_hand_in(page.actor(), &id, unit, accept, note);
        acted(page, &id, done, "saved")
    })
    .await
}

async fn remind(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        let done = page.app().remind(page.actor(), &id).map(drop);
        acted(page, &id, done, "reminded")
    })
    .await
}

async fn close(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        let done = page.app().close_collection(page.actor(), &id);
        acted(page, &id, done, "saved")
    })
    .await
}
