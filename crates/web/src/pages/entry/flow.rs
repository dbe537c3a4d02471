//! Where an entry stands: the strip of its stages, and the chart of the whole procedure.

use app::{catalogue::flow as definition, entry::Entry};
use maud::{Markup, html};

use super::day;
use crate::ui::{
    flow::{Chart, Edge, Node, flow as chart},
    stages::{Stage, StageState, stages},
};

/// The strip, and the chart below it to open.
pub(super) fn flow(entry: &Entry) -> Markup {
    html! {
        (strip(entry))
        details.more { summary { "流程图" } (chart(&drawn(entry))) }
    }
}

/// How each stage of the definition stands.
fn states(entry: &Entry) -> Vec<StageState> {
    let now = entry.state.stage.as_deref().unwrap_or_default();
    let history = &entry.state.history;
    let passed: Vec<&str> = history.iter().filter_map(|d| d.to.as_deref()).collect();
    let stages = &entry.ledger.stages;
    let here = stages
        .iter()
        .position(|s| s.id.as_str() == now)
        .unwrap_or(0);
    let ended = stages.get(here).is_some_and(|s| s.end);
    stages
        .iter()
        .enumerate()
        .map(|(at, stage)| match stage.id.as_str() {
            id if id == now => StageState::Current,
            id if at == 0 || passed.contains(&id) => StageState::Passed,
            // Nothing lies ahead of an end.
            _ if at < here || ended => StageState::Skipped,
            _ => StageState::Ahead,
        })
        .collect()
}

/// The stages in a row. Of the ends of a procedure there is one to look forward to: the one reached,
/// else the first of the definition, which is the usual one; the chart shows them all.
fn strip(entry: &Entry) -> Markup {
    let definition = &entry.ledger.stages;
    let now = entry.state.stage.as_deref().unwrap_or_default();
    let reached = definition
        .iter()
        .position(|s| s.end && s.id.as_str() == now);
    let end = reached.or_else(|| definition.iter().position(|s| s.end));
    let views: Vec<Stage> = definition
        .iter()
        .zip(states(entry))
        .enumerate()
        .filter(|(at, (stage, _))| !stage.end || Some(*at) == end)
        .map(|(_, (stage, state))| {
            let history = entry.state.history.iter().rev();
            let mut done = history.filter(|d| d.to.as_deref() == Some(stage.id.as_str()));
            let view = Stage::new(stage.name.as_str(), state);
            match done.next() {
                Some(done) => view.remark(day(&done.on)),
                None => view,
            }
        })
        .collect();
    stages(&views)
}

fn drawn(entry: &Entry) -> Chart {
    let flow = definition::flow(&entry.ledger);
    let nodes = flow.nodes.into_iter().zip(states(entry));
    Chart {
        nodes: nodes
            .map(|(node, state)| Node {
                name: node.name,
                state,
                rank: node.rank,
                lane: node.lane,
                end: node.end,
            })
            .collect(),
        edges: flow
            .edges
            .into_iter()
            .map(|edge| Edge {
                from: edge.from,
                to: edge.to,
                name: edge.name,
                back: edge.back,
            })
            .collect(),
    }
}
