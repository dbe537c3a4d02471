//! The stage flow: where an entry stands in its procedure.

use maud::{Markup, html};

use super::icons::{Icon, icon};
use super::sample::Sample;

/// Where a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// Gone through.
    Passed,
    /// Here now.
    Current,
    /// Still to come.
    Ahead,
    /// Left out, as an unneeded hearing.
    Skipped,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Name.
    pub name: String,
    /// Where it stands.
    pub state: StageState,
    /// Day or remark, short.
    pub remark: Option<String>,
}

impl Stage {
    /// A stage without a remark.
    pub fn new(name: impl Into<String>, state: StageState) -> Self {
        Self {
            name: name.into(),
            state,
            remark: None,
        }
    }

    /// The same stage with a remark.
    pub fn remark(self, remark: impl Into<String>) -> Self {
        Self {
            remark: Some(remark.into()),
            ..self
        }
    }
}

/// The stages in their order; wraps, never scrolls.
pub fn stages(views: &[Stage]) -> Markup {
    html! {
        ol.stages {
            @for view in views {
                @let (class, said) = said(view.state);
                li class={ "stage " (class) } aria-current=[(view.state == StageState::Current).then_some("step")] {
                    span.stage-name {
                        @if view.state == StageState::Passed { (icon(Icon::Check)) }
                        (view.name)
                        span.unseen { (said) }
                    }
                    @if let Some(remark) = &view.remark { span.stage-remark { (remark) } }
                }
            }
        }
    }
}

fn said(state: StageState) -> (&'static str, &'static str) {
    match state {
        StageState::Passed => ("stage-passed", "，已完成"),
        StageState::Current => ("stage-current", "，当前环节"),
        StageState::Ahead => ("stage-ahead", "，未到"),
        StageState::Skipped => ("stage-skipped", "，不需要"),
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    use StageState::{Ahead, Current, Passed, Skipped};
    vec![Sample::full(stages(&[
        Stage::new("立案", Passed).remark("10月12日"),
        Stage::new("调查", Passed).remark("11月25日"),
        Stage::new("法制审核", Current).remark("第 3 日"),
        Stage::new("告知", Ahead),
        Stage::new("听证", Skipped).remark("未要求"),
        Stage::new("决定", Ahead),
        Stage::new("送达", Ahead),
        Stage::new("执行", Ahead),
        Stage::new("结案", Ahead),
    ]))]
}
