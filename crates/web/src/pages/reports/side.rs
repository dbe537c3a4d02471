//! What stands beside the paper: the receipt of a number, problems, changes since the freeze.

use std::collections::BTreeMap;

use app::{
    Action, AppError, Resource, Severity,
    authorise::authorise,
    figures::Behind,
    report::{Change, Remark, Untraced},
};
use maud::{Markup, html};

use super::{
    Desktop,
    set::{Quoted, asked, change_of, quoted},
};
use crate::{
    context::Page,
    pages::{
        figures::{
            ask_words,
            one::{counted, terms_of},
        },
        home::short_date,
    },
    routes,
    ui::{
        badge::{Badge, Tone, badge},
        button::{Button, button, buttons},
        head::{Panel, panel},
        notice::Link,
        receipt::{Drift, Receipt, receipt},
        table::{Cell, Column, Row, Table, table},
        tabs::{Tab, tabs},
    },
};

/// Entries shown with a receipt; the figure's page has all.
const ENTRIES: usize = 5;

/// What is shown beside the paper.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// A number's receipt, or how to get one.
    Figures,
    /// Numbers without origin.
    Problems,
    /// What changed since the freeze.
    Changes,
}

impl Show {
    const fn name(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Problems => "problems",
            Self::Changes => "changes",
        }
    }

    /// What the address asks for; else what needs attention.
    pub fn of(page: &Page, problems: usize, changes: &[Change]) -> Self {
        let asked = page.asked("tab");
        let named = [Self::Figures, Self::Problems, Self::Changes]
            .into_iter()
            .find(|show| show.name() == asked);
        if let Some(named) = named {
            return named;
        }
        if !page.asked("receipt").is_empty() {
            Self::Figures
        } else if problems > 0 {
            Self::Problems
        } else if !changes.is_empty() {
            Self::Changes
        } else {
            Self::Figures
        }
    }
}

/// The side of the desk.
pub fn side(
    page: &Page,
    desktop: &Desktop,
    untraced: &[Untraced],
    remarks: &[Remark],
    changes: &[Change],
    open: Option<usize>,
) -> Result<Markup, AppError> {
    let count = untraced.len() + remarks.len();
    let show = Show::of(page, count, changes);
    let here = routes::report(&desktop.draft.id);
    let tab = |label: &str, which: Show| {
        let address = routes::with_query(&here, &[("tab", which.name())]);
        Tab::new(label, address, show == which)
    };
    let mut views = vec![
        tab("数据", Show::Figures),
        tab("问题", Show::Problems).count(count),
    ];
    if desktop.frozen.is_some() {
        views.push(tab("定稿后的变化", Show::Changes).count(changes.len()));
    }
    let body = match show {
        Show::Figures => figures(page, desktop, changes, open)?,
        Show::Problems => html! {
            (problems(desktop, untraced))
            (proof_reading(remarks, &desktop.draft.id))
        },
        Show::Changes => changes_view(page, changes),
    };
    Ok(html! { (tabs("报告旁边", &views)) (body) (ending(page, desktop)) })
}

fn figures(
    page: &Page,
    desktop: &Desktop,
    changes: &[Change],
    open: Option<usize>,
) -> Result<Markup, AppError> {
    let all = quoted(&desktop.paper);
    let chosen = open.and_then(|number| Some((number, all.get(number.checked_sub(1)?)?)));
    match chosen {
        Some((number, quoted)) => {
            let receipt = receipt_of(page, desktop, quoted, change_of(changes, quoted))?;
            let closed = format!("{}#n{number}", routes::report(&desktop.draft.id));
            Ok(html! { (receipt) p { a href=(closed) { "收起" } } })
        }
        None => Ok(html! {
            p { "点正文里带下划线的数字，这里显示它的定义、算式、背后的记录和存证。" }
            p.hint { "正文共引用台账数据 " (all.len()) " 处。" }
        }),
    }
}

fn receipt_of(
    page: &Page,
    desktop: &Desktop,
    quoted: &Quoted,
    change: Option<&Change>,
) -> Result<Markup, AppError> {
    let as_of = desktop.frozen.as_ref().map(|s| s.tree_size);
    let asks = [(quoted.figure.clone(), quoted.ask.clone())];
    let reading = page.app().readings(page.actor(), &asks, as_of)?.remove(0);
    let figure = &reading.figure;
    let address = routes::figure(&figure.id, &quoted.ask, as_of);
    let fold = figure.kind.fold().is_some();
    let drill = page
        .app()
        .behind(page.actor(), &figure.id, &quoted.ask, as_of, None, ENTRIES)?;
    let mut facts = vec![("算法".to_owned(), figure.kind.word().to_owned())];
    if let Some(ledger) = page.app().catalogue().ledger(&figure.ledger) {
        facts.push(("出自台账".to_owned(), ledger.name.clone()));
        facts.push(("定义版本".to_owned(), format!("自 {} 起", ledger.effective)));
    }
    if let Some(law) = &figure.law {
        facts.push(("依据".to_owned(), law.to_string()));
    }
    let definition = if figure.about.is_empty() {
        counted(page.app().catalogue(), figure).map_or_else(String::new, |what| format!("{what}。"))
    } else {
        figure.about.clone()
    };
    let view = receipt(&Receipt {
        id: "receipt".to_owned(),
        name: figure.name.clone(),
        value: reading.text(),
        unit: figure.unit.clone(),
        period: ask_words(page, &figure.id, &quoted.ask),
        definition,
        formula: terms_of(page, &reading, as_of),
        facts,
        entries: fold.then(|| Link::new("背后的全部记录", format!("{address}#entries"))),
        withheld: drill
            .hidden
            .then(|| "背后的记录由主管科室保管，您可以看到总数，看不到明细。".to_owned()),
        page: Some(address),
        proof: None,
        drift: change.map(|change| drift(page, change)),
    });
    Ok(html! { (view) (first_entries(&drill.entries)) })
}

/// The first entries behind a number, each with the way to its proof.
fn first_entries(entries: &[Behind]) -> Markup {
    if entries.is_empty() {
        return html! {};
    }
    let rows = entries.iter().map(|entry| {
        let title = if entry.title.is_empty() {
            entry.number.as_str()
        } else {
            entry.title.as_str()
        };
        let proof = routes::entry_part(&entry.entry_id, "proof");
        Row::to(
            routes::entry(&entry.entry_id),
            vec![
                Cell::text(title),
                Cell::Link(format!("#{}", entry.leaf_index), proof),
            ],
        )
    });
    table(&Table {
        caption: "背后的记录".to_owned(),
        columns: vec![Column::wide("背后的记录"), Column::short("存证")],
        rows: rows.collect(),
        ..Table::default()
    })
}

/// The entries that made a difference, once each, with what they add up to.
fn because(page: &Page, change: &Change) -> Vec<(Link, String)> {
    let mut sums: BTreeMap<&str, (i64, &Behind)> = BTreeMap::new();
    for entry in &change.entries {
        let sum = sums.entry(&entry.entry_id).or_insert((0, entry));
        sum.0 += entry.value;
    }
    let figure = page.app().catalogue().figure(&change.frozen.figure);
    let folded = figure.filter(|f| f.kind.fold().is_some());
    let made = sums.values().map(|(sum, entry)| {
        let title = if entry.title.is_empty() {
            entry.number.as_str()
        } else {
            entry.title.as_str()
        };
        let sign = if *sum > 0 { "+" } else { "" };
        let said = match folded {
            Some(_) if *sum == 0 => "已更正".to_owned(),
            Some(figure) => format!(
                "{sign}{}{}",
                page.app().in_unit(figure, *sum),
                change.frozen.unit
            ),
            None => "已更正".to_owned(),
        };
        (Link::new(title, routes::entry(&entry.entry_id)), said)
    });
    made.collect()
}

fn drift(page: &Page, change: &Change) -> Drift {
    Drift {
        then: format!("{}{}", change.frozen.text, change.frozen.unit),
        now: format!("{}{}", change.now, change.frozen.unit),
        because: because(page, change).into_iter().map(|(l, _)| l).collect(),
    }
}

fn problems(desktop: &Desktop, untraced: &[Untraced]) -> Markup {
    let body = html! {
        @if untraced.is_empty() {
            p { "文中每个数字都出自台账，或注明了来源。" }
        } @else {
            p { "下面的数字既不是台账里的数据，也没有注明来源：" }
            ol.untraced-list {
                @for (at, one) in untraced.iter().enumerate() {
                    li {
                        a href=(format!("#untraced-{}", at + 1)) { (one.number) }
                        " " span.hint { "…" (one.around) "…" }
                    }
                }
            }
            @if desktop.writes {
                p.hint {
                    "改成数据：修改文字时从“插入数据”里选。注明来源：写成 "
                    code { "{=609|应急演练计划}" } "。"
                }
            }
        }
    };
    panel(&Panel {
        count: Some(format!("{} 处", untraced.len())),
        ..Panel::new("problems", "未溯源的数字", body)
    })
}

/// What a proof-reader would say, each remark with a way to the part it is about.
pub fn proof_reading(remarks: &[Remark], report: &str) -> Markup {
    let tone = |remark: &Remark| match remark.severity {
        Severity::Error => Badge::new(Tone::Late, "有错"),
        Severity::Warning => Badge::new(Tone::Soon, "存疑"),
        Severity::Note => Badge::new(Tone::Plain, "提示"),
    };
    let body = html! {
        @if remarks.is_empty() {
            p { "数字之间的关系、结构和用字都没有发现问题。" }
        } @else {
            ol.remarks {
                @for remark in remarks {
                    li {
                        p { (badge(&tone(remark))) " " b { (remark.message) } }
                        p.hint {
                            @if let Some(part) = &remark.part {
                                a href=(format!("{}#part-{part}", routes::report(report))) {
                                    (remark.heading)
                                }
                            } @else {
                                (remark.heading)
                            }
                            " “" (remark.quote) "”"
                        }
                        @if !remark.help.is_empty() { p { (remark.help) "。" } }
                    }
                }
            }
        }
    };
    panel(&Panel {
        count: Some(format!("{} 条", remarks.len())),
        ..Panel::new("proof-reading", "校对", body)
    })
}

fn changes_view(page: &Page, changes: &[Change]) -> Markup {
    let body = html! {
        @if changes.is_empty() {
            p { "定稿之后，报告引用的数据没有变化。" }
        } @else {
            p { "报告保持定稿时的数；台账现在算出来的数，和差异来自哪些记录：" }
            @for change in changes {
                div.change {
                    p { b { (change.frozen.name) } }
                    @if let Some(ask) = asked(&change.frozen.from, &change.frozen.to, &change.frozen.only) {
                        p.hint { (ask_words(page, &change.frozen.figure, &ask)) }
                    }
                    p {
                        "定稿时 " del { (change.frozen.text) (change.frozen.unit) } "，现在 "
                        ins { (change.now) (change.frozen.unit) }
                    }
                    ul {
                        @for (entry, said) in because(page, change) {
                            li { a href=(entry.href) { (entry.label) } " " span.hint { (said) } }
                        }
                    }
                }
            }
        }
    };
    panel(&Panel {
        count: Some(format!("{} 项", changes.len())),
        ..Panel::new("changes", "定稿之后的变化", body)
    })
}

/// Freezing, or what was frozen.
fn ending(page: &Page, desktop: &Desktop) -> Markup {
    if let Some(snapshot) = &desktop.frozen {
        let day = desktop.draft.frozen_on.as_deref().map(short_date);
        let body = html! {
            p {
                (day.unwrap_or_default()) "定稿：正文和 " (snapshot.figures.len())
                " 个数据，存证大小 " (snapshot.tree_size) "。"
            }
            details {
                summary { "快照摘要（SHA-256）" }
                p.command { code { (desktop.draft.snapshot.clone().unwrap_or_default()) } }
            }
            (button(&Button::go("查看存证", routes::entry_part(&desktop.draft.id, "proof"))))
        };
        return panel(&Panel::new("frozen", "定稿存证", body));
    }
    if authorise(page.actor(), Action::Freeze, Resource::Reports).is_err() {
        return html! {};
    }
    panel(&Panel::new("freeze", "定稿", freeze_form(page, desktop)))
}

fn freeze_form(page: &Page, desktop: &Desktop) -> Markup {
    html! {
        p { "定稿后，正文和数字不再变化；台账以后的更正会另行列出，不改报告。" }
        form method="post" action=(routes::report_part(&desktop.draft.id, "freeze")) {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="revision" value=(desktop.draft.revision);
            (buttons(&[Button::submit("定稿这份报告")]))
        }
    }
}
