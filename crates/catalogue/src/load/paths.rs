//! The proof of a procedure: every stage can be reached, every path can end, every action can be
//! done by somebody, every clock can start and stop.

use std::collections::BTreeSet;

use super::{
    node::Node,
    procedure::Procedure,
    sink::{At, Sink},
};
use crate::definition::{Action, Branch, Clock, Need, Stage, Trigger};

/// Proves a procedure whose references all resolve.
///
/// One mistake makes much else impossible; what only follows from it is not reported.
pub(crate) fn prove(root: Node<'_>, procedure: &Procedure, sink: &mut Sink<'_>) {
    let walk = Walk::of(procedure);
    let at = |key: &str, index: usize| root.nodes(key).get(index).map_or(root.at, |n| n.at("id"));
    let errors = sink.errors();
    for (index, action) in procedure.actions.iter().enumerate() {
        check_action(&walk, action, at("action", index), sink);
    }
    if errors == sink.errors() {
        stages(&walk, procedure, |index| at("stage", index), sink);
    }
    for (index, branch) in procedure.branches.iter().enumerate() {
        check_branch(procedure, branch, at("branch", index), sink);
    }
    let sound = errors == sink.errors();
    for (clock, node) in procedure.clocks.iter().zip(root.nodes("clock")) {
        check_clock(&walk, clock, node, sound, sink);
    }
}

/// What can happen at all.
struct Walk<'a> {
    procedure: &'a Procedure,
    reachable: BTreeSet<&'a str>,
    doable: BTreeSet<&'a str>,
}

impl<'a> Walk<'a> {
    /// Grows both sets until nothing is added: an action can be done when it starts in a reachable
    /// stage and the actions that it needs can be done; a stage is reached by such an action.
    fn of(procedure: &'a Procedure) -> Self {
        let reachable = procedure
            .stages
            .first()
            .map(|stage| &*stage.id)
            .into_iter()
            .collect();
        let mut walk = Self {
            procedure,
            reachable,
            doable: BTreeSet::new(),
        };
        loop {
            let before = (walk.reachable.len(), walk.doable.len());
            for action in &procedure.actions {
                if walk.starts_somewhere(action) && walk.has_its_needs(action) {
                    walk.doable.insert(&action.id);
                    walk.reachable.extend(action.to.as_deref());
                }
            }
            if before == (walk.reachable.len(), walk.doable.len()) {
                return walk;
            }
        }
    }

    fn starts_somewhere(&self, action: &Action) -> bool {
        self.procedure.stages.is_empty()
            || action
                .from
                .iter()
                .any(|stage| self.reachable.contains(&**stage))
    }

    fn has_its_needs(&self, action: &Action) -> bool {
        action.needs.iter().all(|need| match need {
            Need::Action(id) => *id != action.id && self.doable.contains(&**id),
            Need::Branch(id) => {
                let mut branches = self.procedure.branches.iter();
                let branch = branches.find(|branch| branch.id == *id);
                branch.is_none_or(|b| {
                    let can_end = || b.ends.iter().any(|end| self.doable.contains(&**end));
                    b.when.is_some() || self.doable.contains(&*b.begins) && can_end()
                })
            }
            _ => true,
        })
    }

    /// Whether no action leads to a stage from another one.
    fn is_apart(&self, stage: &Stage) -> bool {
        let leads_here = |action: &&Action| action.to.as_ref() == Some(&stage.id);
        let from_others = |action: &Action| action.from.iter().any(|from| *from != stage.id);
        !self
            .procedure
            .actions
            .iter()
            .filter(leads_here)
            .any(from_others)
    }

    /// The stages that can follow these, themselves included.
    fn onwards(&self, from: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        let mut stages = from;
        loop {
            let before = stages.len();
            for action in &self.procedure.actions {
                let starts = action.from.iter().any(|stage| stages.contains(&**stage));
                if starts && self.doable.contains(&*action.id) {
                    stages.extend(action.to.as_deref());
                }
            }
            if before == stages.len() {
                return stages;
            }
        }
    }
}

fn stages(walk: &Walk<'_>, procedure: &Procedure, at: impl Fn(usize) -> At, sink: &mut Sink<'_>) {
    let Some(first) = procedure.stages.first() else {
        return;
    };
    if procedure.stages.iter().all(|stage| !stage.end) {
        let message = "程序没有结束的环节".to_owned();
        let help = "在最后的环节上写 end = true".into();
        sink.error(at(0), "procedure-endless", message, help);
        return;
    }
    let unreachable = |stage: &&Stage| !walk.reachable.contains(&*stage.id);
    // In a circle apart from the rest every stage has one before it: then all are shown.
    let some_are_apart = procedure
        .stages
        .iter()
        .filter(unreachable)
        .any(|s| walk.is_apart(s));
    let errors = sink.errors();
    for (index, stage) in procedure.stages.iter().enumerate() {
        if unreachable(&stage) && (!some_are_apart || walk.is_apart(stage)) {
            let message = format!("从“{}”走不到环节“{}”", first.name, stage.name);
            let help = format!("加一个 to = \"{}\" 的办理，或删去这个环节", stage.id);
            sink.error(at(index), "stage-unreachable", message, help);
        }
    }
    if errors < sink.errors() {
        return;
    }
    for (index, stage) in procedure.stages.iter().enumerate() {
        let onwards = walk.onwards(BTreeSet::from([&*stage.id]));
        if !procedure
            .stages
            .iter()
            .any(|s| s.end && onwards.contains(&*s.id))
        {
            let message = format!("进入环节“{}”后再也结束不了", stage.name);
            let help = "加一个通向结束环节的办理，或在它上面写 end = true".into();
            sink.error(at(index), "stage-endless", message, help);
        }
    }
}

/// Actions that nobody can do although their stage is reached.
fn check_action(walk: &Walk<'_>, action: &Action, at: At, sink: &mut Sink<'_>) {
    if action.not_by.contains(&action.id) && !action.repeat {
        let message = format!("“{}”的 not_by 里有它自己，没有人可以办", action.name);
        sink.error(at, "action-nobody", message, "从 not_by 里删去它".into());
    }
    if !walk.doable.contains(&*action.id) && walk.starts_somewhere(action) {
        let message = format!("“{}”永远办不了：要先做的办理永远做不成", action.name);
        let help = "核对 needs 里的 action:…".into();
        sink.error(at, "action-impossible", message, help);
    }
}

/// A branch keeps the stage as it is, and whoever goes on from there waits for its end.
fn check_branch(procedure: &Procedure, branch: &Branch, at: At, sink: &mut Sink<'_>) {
    let action = |id: &str| procedure.actions.iter().find(|action| *action.id == *id);
    let acts = std::iter::once(&branch.begins).chain(&branch.ends);
    if let Some(moves) = acts
        .filter_map(|id| action(id))
        .find(|act| act.to.is_some())
    {
        let message = format!(
            "“{}”会改变环节，不能属于并行事项“{}”",
            moves.name, branch.name
        );
        let help = "并行事项的办理不写 to".into();
        sink.error(at, "branch-moves", message, help);
        return;
    }
    let Some(begins) = action(&branch.begins) else {
        return;
    };
    let is_end = |id: &str| procedure.stages.iter().any(|s| *s.id == *id && s.end);
    let waits = |action: &Action| {
        let mut needs = action.needs.iter();
        needs.any(|need| matches!(need, Need::Branch(id) if *id == branch.id))
    };
    let leaves = |action: &&Action| {
        let to = action.to.as_ref();
        let goes_on = to.is_some_and(|to| !is_end(to) && !begins.from.contains(to));
        goes_on && action.from.iter().any(|from| begins.from.contains(from))
    };
    let mut leaving = procedure.actions.iter().filter(leaves);
    if let Some(hasty) = leaving.find(|action| !waits(action)) {
        let message = format!("“{}”不等“{}”结束就进入下一环节", hasty.name, branch.name);
        let help = format!("在它的 needs 里加 \"branch:{}\"", branch.id);
        sink.error(at, "branch-never-joins", message, help);
    } else if !procedure.actions.iter().any(waits) {
        let message = format!("没有一个办理等“{}”结束", branch.name);
        let help = format!("在后面的办理的 needs 里加 \"branch:{}\"", branch.id);
        sink.error(at, "branch-never-joins", message, help);
    }
}

/// `sound`: nothing else is wrong that would keep the clock from stopping.
fn check_clock(walk: &Walk<'_>, clock: &Clock, node: Node<'_>, sound: bool, sink: &mut Sink<'_>) {
    if !happens(walk, &clock.starts) {
        let message = format!("期限“{}”永远不会开始", clock.name);
        let help = "starts 写一个走得到的环节或办得成的办理".into();
        sink.error(node.at("starts"), "clock-never-starts", message, help);
        return;
    }
    let places = node.texts("stops");
    for (index, stop) in clock.stops.iter().enumerate() {
        if sound && !can_stop(walk, &clock.starts, stop) {
            let at = places.get(index).map_or(node.at("stops"), |text| text.at);
            let message = format!("期限“{}”开始后到不了这个停止条件", clock.name);
            let help = "stops 写开始之后才会发生的环节或办理".into();
            sink.error(at, "clock-never-stops", message, help);
        }
    }
}

fn happens(walk: &Walk<'_>, trigger: &Trigger) -> bool {
    match trigger {
        Trigger::Opened | Trigger::Field(_) => true,
        Trigger::Stage(stage) => walk.reachable.contains(&**stage),
        Trigger::Action(action) => walk.doable.contains(&**action),
    }
}

/// Whether `stop` can happen after `start`.
fn can_stop<'a>(walk: &Walk<'a>, start: &'a Trigger, stop: &Trigger) -> bool {
    let actions = &walk.procedure.actions;
    let first: BTreeSet<&str> = match start {
        Trigger::Opened => walk
            .procedure
            .stages
            .first()
            .map(|stage| &*stage.id)
            .into_iter()
            .collect(),
        Trigger::Stage(stage) => BTreeSet::from([&**stage]),
        Trigger::Field(_) => walk.reachable.clone(),
        Trigger::Action(id) => match actions.iter().find(|action| action.id == *id) {
            Some(Action { to: Some(to), .. }) => BTreeSet::from([&**to]),
            Some(action) => action.from.iter().map(|stage| &**stage).collect(),
            None => BTreeSet::new(),
        },
    };
    let onwards = walk.onwards(first);
    match stop {
        Trigger::Opened => false,
        Trigger::Field(_) => start != stop,
        Trigger::Stage(stage) => start != stop && onwards.contains(&**stage),
        Trigger::Action(id) => actions
            .iter()
            .filter(|action| action.id == *id)
            .any(|action| {
                let again = start != stop || action.repeat;
                let starts = walk.procedure.stages.is_empty()
                    || action.from.iter().any(|stage| onwards.contains(&**stage));
                again && starts && walk.doable.contains(&*action.id)
            }),
    }
}
