//! A procedure as a chart and as paths: what pages draw and `yifa catalogue simulate` walks.
//!
//! Derived from the definition alone, the same whenever it is asked. Positions are ranks and
//! lanes, not pixels: whoever draws decides how large they are.

use std::collections::BTreeSet;

use crate::{
    definition::{Action, Branch, Ledger, Need},
    id::{ActionId, StageId},
};

/// A procedure as a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Stages, in the order of the definition.
    pub nodes: Vec<FlowNode>,
    /// Acts that lead from one stage to another.
    pub edges: Vec<FlowEdge>,
    /// Ranks there are.
    pub ranks: usize,
    /// The widest rank.
    pub lanes: usize,
}

/// A stage in the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowNode {
    /// The stage.
    pub stage: StageId,
    /// Its name.
    pub name: String,
    /// The procedure ends here.
    pub end: bool,
    /// How far from the beginning, from 0.
    pub rank: usize,
    /// Place among the stages of the same rank, from 0.
    pub lane: usize,
    /// Names of the acts that can be done here without leaving the stage.
    pub acts: Vec<String>,
    /// Names of the branches that run beside this stage.
    pub branches: Vec<String>,
}

/// An act that leads from one stage to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowEdge {
    /// Index of the node it leaves.
    pub from: usize,
    /// Index of the node it leads to.
    pub to: usize,
    /// The act.
    pub action: ActionId,
    /// Its name.
    pub name: String,
    /// It leads back to an earlier stage.
    pub back: bool,
}

/// The chart of a ledger's procedure; empty where it has none.
pub fn flow(ledger: &Ledger) -> Flow {
    let index = |id: &StageId| ledger.stages.iter().position(|stage| stage.id == *id);
    let mut edges = Vec::new();
    for action in &ledger.actions {
        let Some(to) = action.to.as_ref().and_then(index) else {
            continue;
        };
        for from in action.from.iter().filter_map(index).filter(|f| *f != to) {
            edges.push(FlowEdge {
                from,
                to,
                action: action.id.clone(),
                name: action.name.clone(),
                back: false,
            });
        }
    }
    mark_back(&mut edges, ledger.stages.len());
    let ranks = ranks(&edges, ledger.stages.len());
    let mut nodes: Vec<FlowNode> = Vec::new();
    for (stage, rank) in ledger.stages.iter().zip(&ranks) {
        let lane = nodes.iter().filter(|node| node.rank == *rank).count();
        nodes.push(FlowNode {
            stage: stage.id.clone(),
            name: stage.name.clone(),
            end: stage.end,
            rank: *rank,
            lane,
            acts: acts_in(ledger, &stage.id),
            branches: branches_in(ledger, &stage.id),
        });
    }
    Flow {
        ranks: ranks.iter().max().map_or(0, |rank| rank + 1),
        lanes: nodes.iter().map(|node| node.lane + 1).max().unwrap_or(0),
        nodes,
        edges,
    }
}

fn acts_in(ledger: &Ledger, stage: &StageId) -> Vec<String> {
    let stays = |action: &&Action| {
        let stays = action.to.as_ref().is_none_or(|to| to == stage);
        stays && action.from.contains(stage)
    };
    let acts = ledger.actions.iter().filter(stays);
    acts.map(|action| action.name.clone()).collect()
}

fn branches_in(ledger: &Ledger, stage: &StageId) -> Vec<String> {
    let begins_here = |branch: &&Branch| {
        let action = ledger.action(&branch.begins);
        action.is_some_and(|action| action.from.contains(stage))
    };
    let branches = ledger.branches.iter().filter(begins_here);
    branches.map(|branch| branch.name.clone()).collect()
}

/// Marks the edges that close a circle, walking from the first stage in the order of definition.
fn mark_back(edges: &mut [FlowEdge], stages: usize) {
    let mut done = vec![false; stages];
    for start in 0..stages {
        walk_back(start, edges, &mut vec![false; stages], &mut done);
    }
}

fn walk_back(at: usize, edges: &mut [FlowEdge], open: &mut Vec<bool>, done: &mut Vec<bool>) {
    if done[at] {
        return;
    }
    open[at] = true;
    for index in 0..edges.len() {
        let to = edges[index].to;
        if edges[index].from != at {
            continue;
        }
        if open[to] {
            edges[index].back = true;
        } else {
            walk_back(to, edges, open, done);
        }
    }
    open[at] = false;
    done[at] = true;
}

/// The longest way to each stage over edges that do not lead back.
fn ranks(edges: &[FlowEdge], stages: usize) -> Vec<usize> {
    let mut ranks = vec![0; stages];
    for _ in 0..stages {
        for edge in edges.iter().filter(|edge| !edge.back) {
            ranks[edge.to] = ranks[edge.to].max(ranks[edge.from] + 1);
        }
    }
    ranks
}

impl Flow {
    /// The chart as text, one stage a line with what leads on from it.
    pub fn text(&self) -> String {
        let mut lines = String::new();
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|index| (self.nodes[*index].rank, self.nodes[*index].lane));
        for index in order {
            let node = &self.nodes[index];
            let end = if node.end { "（结束）" } else { "" };
            lines.push_str(&format!("{:>2} [{}]{end}\n", node.rank + 1, node.name));
            for branch in &node.branches {
                lines.push_str(&format!("      ∥ {branch}\n"));
            }
            for act in &node.acts {
                lines.push_str(&format!("      · {act}\n"));
            }
            for edge in self.edges.iter().filter(|edge| edge.from == index) {
                let arrow = if edge.back { "↑" } else { "→" };
                let to = &self.nodes[edge.to].name;
                lines.push_str(&format!("      {arrow} {}：[{to}]\n", edge.name));
            }
        }
        lines
    }
}

/// A way through a procedure: acts in order, from the first stage to an end.
pub type Path = Vec<ActionId>;

/// Ways through a procedure.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Each passes no stage twice; what an act needs first is done before it.
    pub paths: Vec<Path>,
    /// There are more than were asked for.
    pub more: bool,
}

/// Every way through a procedure that passes no stage twice, at most `max` of them.
///
/// Conditions are left aside: which way a case takes depends on the case.
pub fn paths(ledger: &Ledger, max: usize) -> Paths {
    let mut found = Paths::default();
    if let Some(first) = ledger.first_stage() {
        let mut trail = Trail {
            ledger,
            max,
            steps: Vec::new(),
            stages: BTreeSet::from([first.id.clone()]),
        };
        trail.walk(&first.id, &mut found);
    }
    found
}

struct Trail<'a> {
    ledger: &'a Ledger,
    max: usize,
    steps: Path,
    stages: BTreeSet<StageId>,
}

impl Trail<'_> {
    fn walk(&mut self, at: &StageId, found: &mut Paths) {
        if found.paths.len() >= self.max {
            found.more = true;
            return;
        }
        if self.ledger.stage(at).is_some_and(|stage| stage.end) {
            found.paths.push(self.steps.clone());
            return;
        }
        let ledger = self.ledger;
        for action in ledger.actions.iter().filter(|a| a.from.contains(at)) {
            let Some(to) = action.to.clone().filter(|to| !self.stages.contains(to)) else {
                continue;
            };
            let length = self.steps.len();
            if self.prepare(action, at, 0) {
                self.steps.push(action.id.clone());
                self.stages.insert(to.clone());
                self.walk(&to, found);
                self.stages.remove(&to);
            }
            self.steps.truncate(length);
        }
    }

    /// Does what an act needs first; `false` where that cannot be done on this way.
    fn prepare(&mut self, action: &Action, at: &StageId, depth: usize) -> bool {
        let ledger = self.ledger;
        action.needs.iter().all(|need| match need {
            Need::Action(id) => self.do_first(id, at, depth),
            Need::Branch(id) => ledger.branch(id).is_none_or(|branch| {
                let end = branch.ends.first();
                self.do_first(&branch.begins, at, depth)
                    && end.is_none_or(|end| self.do_first(end, at, depth))
            }),
            _ => true,
        })
    }

    fn do_first(&mut self, id: &str, at: &StageId, depth: usize) -> bool {
        if self.steps.iter().any(|step| **step == *id) {
            return true;
        }
        let Some(action) = self.ledger.action(id) else {
            return false;
        };
        // An act of an earlier stage of this way was left out there; it is put in here.
        let stays = action.to.is_none();
        let on_the_way = action.from.iter().any(|from| self.stages.contains(from));
        if !stays || !on_the_way || depth > self.ledger.actions.len() {
            return false;
        }
        let ready = self.prepare(action, at, depth + 1);
        if ready {
            self.steps.push(action.id.clone());
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Files, load};

    const LEDGER: &str = r#"
id = "visit"
name = "走访"
section = "legal"
effective = 2020-01-01

[[field]]
id = "school"
name = "学校"
type = "text"

[[stage]]
id = "planned"
name = "计划"
[[stage]]
id = "done"
name = "走访"
[[stage]]
id = "closed"
name = "办结"
end = true
[[stage]]
id = "dropped"
name = "取消"
end = true

[[action]]
id = "call"
name = "电话联系"
from = ["planned"]
by = ["clerk"]
[[action]]
id = "go"
name = "走访"
from = ["planned"]
to = "done"
by = ["clerk"]
needs = ["action:call"]
[[action]]
id = "again"
name = "重新计划"
from = ["done"]
to = "planned"
by = ["clerk"]
[[action]]
id = "close"
name = "办结"
from = ["done"]
to = "closed"
by = ["clerk"]
[[action]]
id = "drop"
name = "取消"
from = ["planned", "done"]
to = "dropped"
by = ["clerk"]
"#;

    fn ledger() -> std::sync::Arc<Ledger> {
        let named = |kind: &str, id: &str| format!("[[{kind}]]\nid = \"{id}\"\nname = \"名\"\n");
        let files = Files::new("")
            .with("m/visit.toml", LEDGER)
            .with("modules.toml", named("module", "m"))
            .with("sections.toml", named("section", "legal"))
            .with("roles.toml", named("role", "clerk"));
        let (catalogue, findings) = load(&files, None);
        assert!(findings.iter().all(|f| !f.is_error()), "{findings:?}");
        catalogue.ledger("visit").unwrap().clone()
    }

    #[test]
    fn the_chart_has_ranks_and_says_what_leads_back() {
        assert_eq!(
            flow(&ledger()).text(),
            " 1 [计划]\n      · 电话联系\n      → 走访：[走访]\n      → 取消：[取消]\n \
             2 [走访]\n      ↑ 重新计划：[计划]\n      → 办结：[办结]\n      → 取消：[取消]\n \
             3 [办结]（结束）\n 3 [取消]（结束）\n"
        );
    }

    #[test]
    fn every_way_passes_a_stage_once_and_does_first_what_is_needed() {
        let ways: Vec<String> = paths(&ledger(), 10)
            .paths
            .iter()
            .map(|path| path.iter().map(|id| &**id).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(ways, ["call go close", "call go drop", "drop"]);
        assert!(paths(&ledger(), 2).more);
    }
}
