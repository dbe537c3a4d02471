//! The training market: prepaid fees, white and black list.

use app::{
    Action,
    duties::{Limits, Prepaid, WarningKind},
    values::{decimal::Rounding, money::Fen},
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{WHITE_LIST, said, topic};
use crate::{
    context::{Web, see_other},
    form::Form,
    routes,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        head::{PageHead, Panel, page_head, panel},
        notice::{Notice, notice},
        stat::{Stat, stats},
        table::{Cell, Column, Row, Table, table},
    },
};

/// Institutions shown; the rest is in the ledger.
const SHOWN: usize = 60;

/// Prepaid fees.
pub async fn prepaid(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let view = page.app().prepaid(page.actor())?;
        let main = html! {
            (page_head(&PageHead {
                title: "预收费".to_owned(),
                count: Some(format!("{} 条预警", view.warned())),
                lede: Some(format!(
                    "一次收费不得超过三个月或者{}课时，非学科类不得超过{}；全部预收费进专用账户，余额不少于未消课金额。依据：{}、{}。",
                    Limits::LESSONS, Fen(Limits::AMOUNT_FEN).chinese(), Limits::LAW, Limits::LAW_AMOUNT,
                )),
                actions: vec![
                    Button::go("导入银行余额", routes::ledger_part("prepaid_balance", "import")),
                    Button::go("收费方案", routes::ledger("course_package")),
                    Button::go("退费", routes::ledger("fee_refund")),
                ],
                ..PageHead::default()
            }))
            @if view.hidden {
                (notice(&Notice::new(Tone::Plain, "您可以看到总数；是哪些机构、差多少，由监管科室、法规科和局领导查看。")))
            }
            (cards(&view))
            @if !view.hidden {
                (warnings(&view))
                (money(&view))
            }
        };
        topic(page, "预收费", main)
    })
    .await
}

/// Fen as 万元 with two decimals.
fn ten_thousands(fen: i64) -> String {
    let hundredths = (fen + 5_000) / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn cards(view: &Prepaid) -> Markup {
    let (balance, owed) = view.sums;
    let share = app::values::ratio::Ratio::new(i128::from(balance), i128::from(owed));
    let card = |label: &str, value: Option<String>, unit: &str| Stat {
        label: label.to_owned(),
        value,
        unit: unit.to_owned(),
        ..Stat::default()
    };
    let mut cards = vec![
        card("在册机构", Some(view.registered.to_string()), "所"),
        card("有专用账户", Some(view.with_account.to_string()), "所"),
        card("在售收费方案", Some(view.offers.to_string()), "个"),
        card("账户余额", Some(ten_thousands(balance)), "万元"),
        card("未消课金额", Some(ten_thousands(owed)), "万元"),
        card(
            "资金覆盖率",
            share.map(|s| s.percent(1, Rounding::Down).to_string()),
            "%",
        ),
    ];
    for kind in WarningKind::ALL {
        let count = view.count(kind);
        if count > 0 {
            cards.push(Stat {
                tone: Tone::Soon,
                ..card(kind.words(), Some(count.to_string()), "条")
            });
        }
    }
    stats(&cards)
}

fn warnings(view: &Prepaid) -> Markup {
    let rows = view.warnings.iter().map(|warning| {
        let cells = vec![
            Cell::text(warning.institution.as_str()),
            Cell::badge(Badge::new(Tone::Soon, warning.kind.words())),
            Cell::text(warning.said.as_str()),
            Cell::text(warning.district.as_str()),
            Cell::text(warning.law),
        ];
        Row::to(routes::entry(&warning.entry), cells)
    });
    let list = table(&Table {
        caption: "预警".to_owned(),
        columns: vec![
            Column::text("机构"),
            Column::short("预警"),
            Column::wide("怎样算出来的"),
            Column::text("区县"),
            Column::short("依据"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "没有预警".to_owned(),
            teaches: "收费方案、账户余额、退费登记以后，系统逐条对照限额。".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    panel(&Panel {
        count: Some(format!("{} 条", view.warnings.len())),
        ..Panel::new("warnings", "预警", list)
    })
}

fn money(view: &Prepaid) -> Markup {
    let amount = |fen: Option<i64>| fen.map_or(Cell::Missing, |f| Cell::text(Fen(f).to_string()));
    let rows = view.money.iter().take(SHOWN).map(|money| {
        let share = money
            .escrow()
            .map(|s| s.percent(1, Rounding::Down).to_string());
        Row::plain(vec![
            Cell::text(money.institution.as_str()),
            Cell::text(money.district.as_str()),
            match money.left_on {
                Some(_) => Cell::badge(Badge::new(Tone::Late, "已退出")),
                None => Cell::text(money.mode.as_str()),
            },
            said(money.as_of),
            amount(money.balance),
            amount(money.unconsumed),
            share.map_or(Cell::Missing, Cell::text),
            match money.warnings {
                0 => Cell::Missing,
                n => Cell::badge(Badge::new(Tone::Soon, n.to_string())),
            },
        ])
    });
    let list = table(&Table {
        caption: "机构".to_owned(),
        columns: vec![
            Column::wide("机构"),
            Column::text("区县"),
            Column::short("监管方式"),
            Column::short("最近报送"),
            Column::number("余额").in_unit("元"),
            Column::number("未消课").in_unit("元"),
            Column::number("覆盖率").in_unit("%"),
            Column::short("预警"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "名录里没有在册的培训机构".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let count = match view.money.len() {
        n if n > SHOWN => format!("{n} 所，先列预警最多的 {SHOWN} 所"),
        n => format!("{n} 所"),
    };
    panel(&Panel {
        count: Some(count),
        ..Panel::new("money", "机构", list)
    })
}

fn actions(changes: bool, token: String, gain: usize, lose: usize) -> Vec<Button> {
    let mut actions = Vec::new();
    if changes {
        let label = format!("按对照生成白名单：列入 {gain} 所，移出 {lose} 所");
        actions.push(Button::post(label, WHITE_LIST, token).primary());
    }
    actions.push(Button::go(
        "登记名单",
        routes::ledger("institution_list_entry"),
    ));
    actions.push(Button::go("名录", routes::ledger("training_institution")));
    actions
}

fn grave(candidates: &[(String, Vec<String>)]) -> Markup {
    let row = |(name, reasons): &(String, Vec<String>)| {
        let name = Cell::text(name.as_str());
        Row::plain(vec![name, Cell::text(reasons.join("；"))])
    };
    table(&Table {
        caption: "应当研究是否列入黑名单的".to_owned(),
        columns: vec![Column::text("机构"), Column::wide("原因")],
        rows: candidates.iter().map(row).collect(),
        ..Table::default()
    })
}

/// Brings the white list to what the judgement says.
pub async fn keep_white_list(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, _| {
        page.app().keep_white_list(page.actor())?;
        see_other(WHITE_LIST)
    })
    .await
}

/// White and black list.
pub async fn white_list(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let view = page.app().white_list(page.actor())?;
        let (gain, lose) = view.changes();
        let keeps = page.app().ledger(page.actor(), Action::Write, "institution_list_entry").is_ok();
        let fit = view.candidates.iter().filter(|c| c.against.is_empty()).count();
        let listed = view.candidates.iter().filter(|c| c.listed).count();
        let rows = view.candidates.iter().map(|one| {
            let state = match (one.listed, one.against.is_empty()) {
                (true, true) => Badge::done("在白名单，符合"),
                (true, false) => Badge::new(Tone::Late, "在白名单，不再符合"),
                (false, true) => Badge::new(Tone::Soon, "符合，没有列入"),
                (false, false) => Badge::new(Tone::Plain, "不符合"),
            };
            Row::to(
                routes::entry(&one.entry),
                vec![
                    Cell::text(one.name.as_str()),
                    Cell::text(one.district.as_str()),
                    Cell::text(one.category.as_str()),
                    Cell::badge(state),
                    Cell::text(one.against.join("；")),
                ],
            )
        });
        let candidates = table(&Table {
            caption: "白名单".to_owned(),
            columns: vec![
                Column::wide("机构"),
                Column::text("区县"),
                Column::short("类别"),
                Column::short("对照"),
                Column::wide("不符合的原因"),
            ],
            rows: rows.collect(),
            empty: Some(Empty { title: "名录里没有在册的培训机构".to_owned(), ..Empty::default() }),
            ..Table::default()
        });
        let black = table(&Table {
            caption: "黑名单".to_owned(),
            columns: vec![
                Column::wide("机构"), Column::text("原因"), Column::text("依据"), Column::short("列入日期"),
            ],
            rows: view.black.iter().map(|(name, reason, basis, since, entry)| {
                Row::to(routes::entry(entry), vec![
                    Cell::text(name.as_str()),
                    Cell::text(reason.as_str()),
                    match basis.is_empty() {
                        true => Cell::badge(Badge::new(Tone::Late, "没有写依据")),
                        false => Cell::text(basis.as_str()),
                    },
                    said(Some(*since)),
                ])
            }).collect(),
            empty: Some(Empty { title: "黑名单上没有机构".to_owned(), ..Empty::default() }),
            ..Table::default()
        });
        let main = html! {
            (page_head(&PageHead {
                title: "白名单和黑名单".to_owned(),
                lede: Some(format!(
                    "在册 {} 所，够条件 {fit} 所，现在白名单上 {listed} 所。对照的是名录和近十二个月的检查、整改、抽查、处罚、年检、预收费。列入黑名单要有法律依据，由人决定；公布也由人决定。",
                    view.candidates.len(),
                )),
                actions: actions(keeps && gain + lose > 0, page.token(), gain, lose),
                ..PageHead::default()
            }))
            @if !view.gone.is_empty() {
                (notice(&Notice::new(Tone::Late, format!("在白名单上，但已退出名录：{}", view.gone.join("、")))))
            }
            @if !view.both.is_empty() {
                (notice(&Notice::new(Tone::Late, format!("同时在两张名单上：{}", view.both.join("、")))))
            }
            (panel(&Panel::new("white", "白名单对照", candidates)))
            (panel(&Panel::new("black", "黑名单", black)))
            @if !view.grave.is_empty() { (panel(&Panel::new("grave", "应当研究是否列入黑名单的", grave(&view.grave)))) }
        };
        topic(page, "白名单和黑名单", main)
    })
    .await
}
