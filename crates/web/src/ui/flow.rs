//! The flow chart of a procedure, drawn on the server: where a case stands, and which ways lead on.
//!
//! Ranks run downwards, stages of one rank stand side by side. The drawing is a picture for the
//! eye; beside it the same ways are written as a list, which is what screen readers read.

use maud::{Markup, html};

use super::sample::Sample;
use super::stages::StageState;

/// A stage in the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Name.
    pub name: String,
    /// Where it stands.
    pub state: StageState,
    /// How far from the beginning.
    pub rank: usize,
    /// Place among those of its rank.
    pub lane: usize,
    /// The procedure ends here.
    pub end: bool,
}

/// A way from one stage to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Index of the stage it leaves.
    pub from: usize,
    /// Index of the stage it leads to.
    pub to: usize,
    /// The act.
    pub name: String,
    /// It leads back.
    pub back: bool,
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// Stages.
    pub nodes: Vec<Node>,
    /// Ways.
    pub edges: Vec<Edge>,
}

const WIDTH: usize = 132;
const HEIGHT: usize = 34;
const GAP: usize = 20;
const PITCH: usize = 62;
const MARGIN: usize = 12;
/// Room at the right for ways that lead back or pass ranks by.
const SIDE: usize = 12;
/// Characters of a name that fit into a box.
const FITS: usize = 9;

impl Chart {
    fn lanes(&self) -> usize {
        self.nodes.iter().map(|n| n.lane + 1).max().unwrap_or(1)
    }
    fn ranks(&self) -> usize {
        self.nodes.iter().map(|n| n.rank + 1).max().unwrap_or(0)
    }
    /// Boxes of a rank stand in the middle.
    fn left(&self, node: &Node) -> usize {
        let beside = self.nodes.iter().filter(|n| n.rank == node.rank).count();
        let free = (self.lanes() - beside) * (WIDTH + GAP) / 2;
        MARGIN + free + node.lane * (WIDTH + GAP)
    }
    fn top(node: &Node) -> usize {
        MARGIN + node.rank * PITCH
    }
    /// Ways that need room at the side, in their order.
    fn long(&self) -> Vec<&Edge> {
        let long = |e: &&Edge| self.is_long(e);
        self.edges.iter().filter(long).collect()
    }
    fn is_long(&self, edge: &Edge) -> bool {
        match (self.nodes.get(edge.from), self.nodes.get(edge.to)) {
            (Some(from), Some(to)) => edge.back || to.rank != from.rank + 1,
            _ => false,
        }
    }

    fn path(&self, edge: &Edge, track: Option<usize>) -> Option<String> {
        let (from, to) = (self.nodes.get(edge.from)?, self.nodes.get(edge.to)?);
        let (x1, x2) = (self.left(from), self.left(to));
        Some(match track {
            None => {
                let (x1, x2) = (x1 + WIDTH / 2, x2 + WIDTH / 2);
                let (y1, y2) = (Self::top(from) + HEIGHT, Self::top(to));
                let middle = (y1 + y2) / 2;
                format!("M{x1} {y1} C{x1} {middle} {x2} {middle} {x2} {y2}")
            }
            Some(track) => {
                let right = MARGIN + self.lanes() * (WIDTH + GAP) + track * SIDE;
                let (x1, x2) = (x1 + WIDTH, x2 + WIDTH);
                let y1 = Self::top(from) + HEIGHT / 2 + 5;
                let y2 = Self::top(to) + HEIGHT / 2 - 5;
                format!("M{x1} {y1} H{right} V{y2} H{x2}")
            }
        })
    }
}

/// The chart, and the same as text.
pub fn flow(view: &Chart) -> Markup {
    let long = view.long();
    let width = 2 * MARGIN + view.lanes() * (WIDTH + GAP) + (long.len() + 1) * SIDE;
    let height = 2 * MARGIN + view.ranks().max(1) * PITCH - (PITCH - HEIGHT);
    let track = |edge: &Edge| long.iter().position(|e| *e == edge);
    html! {
        div.flow {
            svg.flow-chart viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height)
                aria-hidden="true" focusable="false" {
                defs {
                    marker #flow-arrow viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"
                        markerHeight="7" orient="auto" { path d="M0 0 L8 4 L0 8 Z" {} }
                }
                @for edge in &view.edges {
                    @if let Some(path) = view.path(edge, track(edge)) {
                        path class={ "flow-way" (if edge.back { " flow-back" } else { "" }) } d=(path)
                            marker-end="url(#flow-arrow)" { title { (edge.name) } }
                    }
                }
                @for node in &view.nodes {
                    @let (x, y) = (view.left(node), Chart::top(node));
                    g class={ "flow-node " (class(node.state)) } {
                        rect x=(x) y=(y) width=(WIDTH) height=(HEIGHT)
                            rx=(if node.end { HEIGHT / 2 } else { 4 }) {}
                        text x=(x + WIDTH / 2) y=(y + HEIGHT / 2 + 5) text-anchor="middle" { (short(&node.name)) }
                        title { (node.name) }
                    }
                }
            }
            (ways(view))
        }
    }
}

fn ways(view: &Chart) -> Markup {
    html! {
        ol.flow-ways {
            @for (at, node) in view.nodes.iter().enumerate() {
                li {
                    b { (node.name) }
                    @if node.state == StageState::Current { "（当前环节）" }
                    @if node.end { "（结束）" }
                    ul {
                        @for edge in view.edges.iter().filter(|e| e.from == at) {
                            @if let Some(to) = view.nodes.get(edge.to) {
                                li { (edge.name) @if edge.back { " ↑ 回到 " } @else { " → " } (to.name) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= FITS {
        return name.to_owned();
    }
    name.chars().take(FITS - 1).chain(['…']).collect()
}

fn class(state: StageState) -> &'static str {
    match state {
        StageState::Passed => "flow-passed",
        StageState::Current => "flow-current",
        StageState::Ahead => "flow-ahead",
        StageState::Skipped => "flow-skipped",
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    use StageState::{Ahead, Current, Passed};
    let node = |name: &str, state, rank, lane, end| Node {
        name: name.into(),
        state,
        rank,
        lane,
        end,
    };
    let way = |from, to, name: &str, back| Edge {
        from,
        to,
        name: name.into(),
        back,
    };
    vec![Sample::full(flow(&Chart {
        nodes: vec![
            node("立案", Passed, 0, 0, false),
            node("调查取证", Passed, 1, 0, false),
            node("法制审核", Current, 2, 0, false),
            node("处罚告知", Ahead, 3, 0, false),
            node("听证", Ahead, 4, 0, false),
            node("作出决定", Ahead, 4, 1, false),
            node("结案", Ahead, 5, 0, true),
            node("撤销案件", Ahead, 5, 1, true),
        ],
        edges: vec![
            way(0, 1, "指派", false),
            way(1, 2, "送审", false),
            way(2, 1, "退回补充调查", true),
            way(2, 3, "审核通过", false),
            way(3, 4, "要求听证", false),
            way(3, 5, "决定", false),
            way(4, 5, "听证结束", false),
            way(5, 6, "执行完毕", false),
            way(1, 7, "撤销", false),
        ],
    }))]
}
