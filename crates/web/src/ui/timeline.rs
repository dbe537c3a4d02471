//! The timeline of an entry: who did what when, and the proof of each step.
//!
//! A correction does not hide what it corrects: both stay, the corrected one marked.

use maud::{Markup, html};

use super::badge::Tone;
use super::icons::{Icon, icon};
use super::sample::Sample;
use super::words;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moment {
    /// What happened: `受理`.
    pub what: String,
    /// Who did it, with section.
    pub who: String,
    /// The day it happened on, with weekday.
    pub happened_on: String,
    /// When the system recorded it, when that is another day.
    pub recorded_at: Option<String>,
    /// Changes: field, old value, new value.
    pub changes: Vec<Change>,
    /// Words written by the person.
    pub note: Option<String>,
    /// [`Tone::Late`] for void and withdrawn, [`Tone::Soon`] for corrected by a later event.
    pub tone: Tone,
    /// Leaf of the log: number and address of the proof.
    pub proof: Option<(u64, String)>,
    /// Event id, for links to it; unique on the page.
    pub id: Option<String>,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Field.
    pub name: String,
    /// Before, as shown; none when it was empty.
    pub old: Option<String>,
    /// After, as shown; none when it is empty now.
    pub new: Option<String>,
}

/// The timeline, in the order given (newest first is usual).
pub fn timeline(views: &[Moment]) -> Markup {
    html! {
        ol.timeline {
            @for view in views {
                li class={ "moment " (view.tone.class()) } id=[view.id.as_deref()] {
                    p.moment-head {
                        b { (view.what) }
                        span.moment-who { (view.who) }
                        span.moment-when { (view.happened_on) }
                        @if let Some((leaf, href)) = &view.proof {
                            a.proof-link href=(href) { (icon(Icon::Proof)) (words::PROOF) " #" (leaf) }
                        }
                    }
                    @if let Some(recorded) = &view.recorded_at { p.hint { "登记于 " (recorded) } }
                    (changes(&view.changes))
                    @if let Some(note) = &view.note { p.moment-note { (note) } }
                }
            }
        }
    }
}

/// Changed fields, old and new.
pub fn changes(views: &[Change]) -> Markup {
    html! {
        @if !views.is_empty() {
            ul.changes {
                @for one in views {
                    li {
                        (one.name) "："
                        @match &one.old {
                            Some(old) => del { (old) },
                            None => span.missing { (words::MISSING) },
                        }
                        " → "
                        @match &one.new {
                            Some(new) => ins { (new) },
                            None => span.missing { (words::MISSING) },
                        }
                    }
                }
            }
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let moment = |what: &str, who: &str, day: &str, leaf| Moment {
        what: what.into(),
        who: who.into(),
        happened_on: day.into(),
        proof: Some((leaf, format!("#leaf-{leaf}"))),
        ..Moment::default()
    };
    let correction = Moment {
        changes: vec![
            Change {
                name: "办结日期".into(),
                old: Some("2022-11-30".into()),
                new: Some("2022-12-07".into()),
            },
            Change {
                name: "投诉人满意".into(),
                old: None,
                new: Some("是".into()),
            },
        ],
        note: Some("回访时间登记错误，按回访记录更正。".into()),
        recorded_at: Some("2023-01-04 09:12".into()),
        ..moment("更正", "信访科 赵敏", "2023年1月4日（星期三）", 20412)
    };
    vec![Sample::full(timeline(&[
        correction,
        Moment {
            tone: Tone::Soon,
            note: Some("已由 2023年1月4日 的更正代替。".into()),
            ..moment("办结", "信访科 赵敏", "2022年11月30日（星期三）", 18733)
        },
        moment("转办", "信访科 赵敏", "2022年11月18日（星期五）", 18020),
        moment("登记", "信访科 赵敏", "2022年11月17日（星期四）", 18011),
    ]))]
}
