//! Joint matters on the page of an entry: what it was joined to, and what was joined to it.

use app::{Result, entry::Entry, values::dates};
use maud::{Markup, html};

use super::name_of;
use crate::{
    context::Page,
    pages::ledgers::{number_of, stage_badge},
    routes,
    ui::{
        badge::Tone,
        button::Button,
        head::{Panel, panel},
        notice::{Notice, notice},
        table::{Cell, Column, Row, Table, table},
    },
};

/// Says at the top where a joined matter goes on.
pub(super) fn leads(page: &Page, entry: &Entry) -> Result<Option<Markup>> {
    if entry.state.joined_to().is_none() {
        return Ok(None);
    }
    let lead = page.app().leads(page.actor(), entry)?;
    let title = match &lead {
        Some(lead) => format!("本件已并入“{}”，在那一件继续办理。", name(lead)),
        None => "本件已并入另一件，在那一件继续办理；您没有查看那一件的权限。".to_owned(),
    };
    let mut view = Notice::new(Tone::Plain, title);
    view.body = Some(html! {
        p { "本件的文书、证据和全过程记录随那一件的案卷一并归档。并错了的，由办理的人在“办错了？”里撤回。" }
    });
    view.actions = lead
        .iter()
        .map(|lead| Button::go("打开那一件", routes::entry(&lead.id)))
        .collect();
    Ok(Some(notice(&view)))
}

/// What was joined to a matter, with how much each brought.
pub(super) fn of_entry(page: &Page, entry: &Entry) -> Result<Option<Markup>> {
    let joined = page.app().joined(page.actor(), entry)?;
    if joined.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for other in &joined {
        let papers = page.app().papers(page.actor(), &other.id)?;
        let evidence = page.app().case_evidence(page.actor(), &other.id)?;
        let records = page.app().process_records(page.actor(), &other.id)?;
        let brought = format!(
            "文书 {} 份，证据 {} 份，过程记录 {} 条",
            papers.len(),
            evidence.len(),
            records.len()
        );
        rows.push(Row::to(
            routes::entry(&other.id),
            vec![
                Cell::text(name(other)),
                Cell::text(dates::chinese(other.state.happened_on(&other.ledger))),
                Cell::text(brought),
                Cell::Badges(stage_badge(other).into_iter().collect()),
            ],
        ));
    }
    let body = html! {
        (table(&Table {
            caption: "并入本件的记录".to_owned(),
            columns: vec![
                Column::wide("记录"),
                Column::text("始于"),
                Column::text("带来的材料"),
                Column::short("环节"),
            ],
            rows,
            ..Table::default()
        }))
        p.note { "并入的各件由本件一并办理，材料收入本件案卷；在任何一件里调查过的人，都不得作本件的决定。" }
    };
    Ok(Some(panel(&Panel {
        count: Some(format!("{} 件", joined.len())),
        ..Panel::new("joined", "并入的记录", body)
    })))
}

/// Number and title, as far as they differ.
fn name(entry: &Entry) -> String {
    let (name, number) = (name_of(entry), number_of(entry));
    match name.contains(number) {
        true => name,
        false => format!("{number}　{name}"),
    }
}
