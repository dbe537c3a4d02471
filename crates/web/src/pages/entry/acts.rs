//! What can be done with an entry now, and what stands in the way of the rest, with its ground.

use app::{
    Action, AppError,
    catalogue::definition::{Action as Definition, Need},
    entry::Entry,
    kept::paper::Paper,
    kernel::{
        Who,
        again::is_signed,
        decide::{Given, obstacle_on},
    },
};
use maud::{Markup, html};

use super::change::onward;
use crate::{
    context::Page,
    pages::papers,
    routes,
    ui::{
        button::{Act, ActRefused, Button, action_list},
        head::{Panel, panel},
    },
};

/// The acts: those that can be done, those of this stage that wait for something, and, to open,
/// those of other stages.
pub(super) fn acts(page: &Page, entry: &Entry, keeps: bool) -> Result<Option<Markup>, AppError> {
    if entry.ledger.actions.is_empty() || entry.state.voided {
        return Ok(None);
    }
    let organ = page.app().organ(&page.actor().organ)?;
    let who = page.app().who_on(page.actor(), &organ, entry)?;
    let papers = page.app().papers(page.actor(), &entry.id)?;
    let here = entry.state.stage.as_deref();
    let (mut now, mut elsewhere) = (Vec::new(), Vec::new());
    for action in &entry.ledger.actions {
        let refusal = obstacle_on(
            &entry.ledger,
            &entry.state,
            action,
            Given::Later,
            &who,
            who.today,
        );
        let reason = match refusal {
            Some(refusal) => Some(refusal.to_string()),
            None if !keeps => Some("须由台账主管科室办理。".to_owned()),
            None => None,
        };
        let at_hand = here.is_none() || action.from.iter().any(|s| Some(&**s) == here);
        let begin = match (&reason, at_hand) {
            (Some(_), true) => begin_with(page, entry, action, &papers, &who),
            _ => Vec::new(),
        };
        let view = act(entry, action, reason, begin);
        if at_hand {
            now.push(view);
        } else {
            elsewhere.push(view);
        }
    }
    now.sort_by_key(|v| v.refused.is_some());
    let back = super::retract::offer(page, entry)?.filter(|_| keeps);
    let body = html! {
        @if now.is_empty() { p.hint { "这个环节没有要办理的事项。" } }
        (action_list(&now))
        @if let Some(back) = &back { (back) }
        @if !elsewhere.is_empty() {
            details.more {
                summary { "其他环节的办理（" (elsewhere.len()) " 项）" }
                (action_list(&elsewhere))
            }
        }
    };
    Ok(Some(panel(&Panel::new("acts", "办理", body))))
}

fn act(entry: &Entry, action: &Definition, reason: Option<String>, begin: Vec<Button>) -> Act {
    let path = format!("act/{}", action.id);
    let note = action.law.as_ref().map(|law| format!("依据：{law}"));
    Act {
        button: Button::go(action.name.as_str(), routes::entry_part(&entry.id, &path)),
        note: note.filter(|_| reason.is_none()),
        begin,
        refused: reason.map(|reason| ActRefused { reason, law: None }),
    }
}

/// Where what an act still needs is begun, or gone on with.
fn begin_with(
    page: &Page,
    entry: &Entry,
    action: &Definition,
    papers: &[Paper],
    who: &Who<'_>,
) -> Vec<Button> {
    let start = |need: &Need| match need {
        Need::Document(id) if !is_signed(&entry.ledger, &entry.state, id) => {
            let name = &entry.ledger.document(id)?.name;
            let begun = papers.iter().rev();
            let begun = begun
                .filter(|p| p.in_force().is_none())
                .find(|p| *p.document == **id);
            let button = match begun {
                Some(paper) => Button::go(
                    format!("去签发《{name}》"),
                    papers::address(&entry.id, &paper.id, ""),
                ),
                None => Button::go(format!("制作《{name}》"), papers::begin(&entry.id, id)),
            };
            Some(button.quiet())
        }
        Need::Subcase(id) => {
            let subcase = entry.ledger.subcase(id)?;
            let when = subcase.when.as_ref();
            let wanted = when.is_some_and(|w| w.holds("entry", &entry.state.fields) == Ok(true));
            let mut opened = who.facts.subcases.iter();
            if !wanted || opened.any(|fact| fact.is_of(subcase)) {
                return None;
            }
            let (ledger, _) = page
                .app()
                .ledger(page.actor(), Action::Write, &subcase.ledger)
                .ok()?;
            let button = Button::go(format!("登记“{}”", subcase.name), onward(&ledger, entry));
            Some(button.quiet())
        }
        Need::Evidence if !entry.state.has_evidence() => {
            let to = routes::entry_part(&entry.id, "evidence/new");
            Some(Button::go("添加证据材料", to).quiet())
        }
        _ => None,
    };
    action.needs.iter().filter_map(start).collect()
}
