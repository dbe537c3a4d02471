//! Badges: a word with a shape, so that colour never speaks alone.

use maud::{Markup, html};

use super::clock::DayKind;
use super::icons::{Icon, icon};
use super::sample::Sample;

/// What a colour means in the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Says nothing about urgency.
    #[default]
    Plain,
    /// Current, informative.
    Current,
    /// Due soon, doubtful.
    Soon,
    /// Overdue by law, void, refused.
    Late,
    /// Done, in order.
    Done,
}

impl Tone {
    /// Class of the tone.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Tone::Plain => "tone-plain",
            Tone::Current => "tone-current",
            Tone::Soon => "tone-soon",
            Tone::Late => "tone-late",
            Tone::Done => "tone-done",
        }
    }

    /// Shape that says the same as the colour.
    pub(crate) fn icon(self) -> Option<Icon> {
        match self {
            Tone::Plain | Tone::Current => None,
            Tone::Soon | Tone::Late => Some(Icon::Alert),
            Tone::Done => Some(Icon::Check),
        }
    }
}

/// A badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// One word or a short phrase.
    pub word: String,
    /// What the colour means.
    pub tone: Tone,
    /// Shape that says the same as the colour.
    pub shape: Option<Icon>,
}

impl Badge {
    /// A badge of any tone, with the shape of the tone.
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            tone,
            shape: tone.icon(),
        }
    }

    /// The same badge with a shape of its own.
    pub fn shape(self, shape: Icon) -> Self {
        Self {
            shape: Some(shape),
            ..self
        }
    }

    /// A stage of a procedure.
    pub fn stage(name: impl Into<String>) -> Self {
        Self::new(Tone::Current, name)
    }

    /// Finished.
    pub fn done(word: impl Into<String>) -> Self {
        Self::new(Tone::Done, word)
    }

    /// Void.
    pub fn void() -> Self {
        Self::new(Tone::Late, "已作废").shape(Icon::Cross)
    }

    /// How a date stands, given how many days are left (negative: days over).
    pub fn due(days_left: i32, kind: DayKind) -> Self {
        let days = kind.count(days_left.unsigned_abs());
        match days_left {
            ..0 => Self::new(Tone::Late, format!("逾期 {days}")),
            0 => Self::new(Tone::Soon, "今天到期").shape(Icon::Clock),
            1..=7 => Self::new(Tone::Soon, format!("还有 {days}")).shape(Icon::Clock),
            _ => Self::new(Tone::Plain, format!("还有 {days}")),
        }
    }
}

/// One badge.
pub fn badge(view: &Badge) -> Markup {
    html! {
        span class={ "badge " (view.tone.class()) } {
            @if let Some(shape) = view.shape { (icon(shape)) }
            (view.word)
        }
    }
}

/// Badges in a row.
pub fn badges(views: &[Badge]) -> Markup {
    html! {
        @if !views.is_empty() { span.badges { @for view in views { (badge(view)) } } }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::usual(badges(&[
            Badge::new(Tone::Plain, "草稿"),
            Badge::stage("法制审核"),
            Badge::due(12, DayKind::Calendar),
            Badge::due(3, DayKind::Working),
            Badge::due(0, DayKind::Working),
            Badge::done("已办结"),
        ])),
        Sample::erroneous(badges(&[
            Badge::due(-2, DayKind::Working),
            Badge::void(),
            Badge::new(Tone::Late, "退回").shape(Icon::Cross),
        ])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_badge_says_in_words_how_the_date_stands() {
        let said = |days| Badge::due(days, DayKind::Working).word;
        assert_eq!(said(-1), "逾期 1 个工作日");
        assert_eq!(said(i32::MIN), "逾期 2147483648 个工作日");
        assert_eq!(said(0), "今天到期");
        assert_eq!(said(7), "还有 7 个工作日");
        assert_eq!(Badge::due(8, DayKind::Calendar).tone, Tone::Plain);
    }
}
