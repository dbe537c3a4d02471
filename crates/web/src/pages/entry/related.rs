//! What belongs to an entry: entries that it refers to, and those that refer to it.

use app::{
    Result,
    entry::Entry,
    related::{Related, SHOWN},
    values::dates,
};
use maud::{Markup, html};

use super::{change, name_of};
use crate::{
    context::Page,
    pages::ledgers::stage_badge,
    routes,
    ui::{
        badge::badge,
        head::{Panel, panel},
        table::{Cell, Column, Row, Table, table},
    },
};

/// The panel; none where nothing belongs to the entry and nothing can follow from it.
pub(super) fn of_entry(page: &Page, entry: &Entry) -> Result<Option<Markup>> {
    let related = page.app().related(page.actor(), entry)?;
    let onward = match entry.state.voided {
        true => Vec::new(),
        false => page.app().onward(page.actor(), entry),
    };
    if related.is_empty() && onward.is_empty() {
        return Ok(None);
    }
    let count: usize = related.iter().map(|r| r.count).sum();
    let more = related.iter().any(|r| r.count > SHOWN);
    let rows = related.iter().flat_map(rows).collect();
    let list = html! {
        (table(&Table {
            caption: "与这条记录互相引用的记录".to_owned(),
            columns: vec![
                Column::wide("记录"),
                Column::text("关系"),
                Column::short("环节"),
                Column::text("日期"),
            ],
            rows,
            ..Table::default()
        }))
        @if more { p.note { "每种关系只列最近 " (SHOWN) " 条。" } }
    };
    let body = html! {
        @if !related.is_empty() { (list) }
        @if !onward.is_empty() {
            details.more open[related.is_empty()] {
                summary { "登记与此有关的记录" }
                ul.choose-list {
                    @for one in &onward {
                        li {
                            a href=(change::onward(&one.ledger, entry)) { (one.ledger.name) }
                            " " span.hint { "以这条记录为“" (one.name) "”，相同的内容会带过去" }
                        }
                    }
                }
            }
        }
    };
    Ok(Some(panel(&Panel {
        count: (count > 0).then(|| format!("{count} 条")),
        ..Panel::new("related", "有关记录", body)
    })))
}

/// Links to the entries, each with how far it is, where there is no room for a table.
pub(in crate::pages) fn links(related: &[Related]) -> Markup {
    html! {
        @if !related.is_empty() {
            ul.link-list {
                @for other in related.iter().flat_map(|one| &one.entries) {
                    li {
                        a href=(routes::entry(&other.id)) { (other.ledger.name) "　" (name_of(other)) }
                        @if let Some(stage) = stage_badge(other) { (badge(&stage)) }
                    }
                }
            }
        }
    }
}

fn rows(related: &Related) -> impl Iterator<Item = Row> {
    let relation = match related.outward {
        true => related.field.clone(),
        false => format!("{}（{}）", related.ledger.name, related.field),
    };
    related.entries.iter().map(move |other| {
        let day = other.state.happened_on(&other.ledger);
        Row::to(
            routes::entry(&other.id),
            vec![
                Cell::text(name_of(other)),
                Cell::text(relation.clone()),
                Cell::Badges(stage_badge(other).into_iter().collect()),
                Cell::text(dates::chinese(day)),
            ],
        )
    })
}
