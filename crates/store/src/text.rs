//! SQL put together from constant pieces, where conditions are optional.
//!
//! Only pieces written in this crate become text; what a user typed is always an argument.

use crate::sql::Arg;

/// A statement being put together, with its arguments.
pub(crate) struct SqlText<'a> {
    text: String,
    args: Vec<Arg<'a>>,
}

impl<'a> SqlText<'a> {
    pub(crate) fn new(start: &str) -> SqlText<'a> {
        SqlText {
            text: start.to_owned(),
            args: Vec::new(),
        }
    }

    /// The arguments that the start of the statement already names.
    pub(crate) fn args_of_start(&mut self, args: &[Arg<'a>]) {
        self.args.extend(args);
    }

    /// Append a piece of the statement.
    pub(crate) fn push(&mut self, piece: &'static str) -> &mut Self {
        self.text.push_str(piece);
        self
    }

    /// Append an argument.
    pub(crate) fn bind(&mut self, arg: impl Into<Arg<'a>>) -> &mut Self {
        self.args.push(arg.into());
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// Append arguments for `IN (…)`. The number is rounded up with repetitions of the last one,
    /// so that few different statements are prepared; an empty list becomes one `NULL`.
    pub(crate) fn bind_list(&mut self, items: impl Iterator<Item = &'a str>) -> &mut Self {
        let mut items: Vec<Arg<'a>> = items.map(Arg::Text).collect();
        let last = items.last().copied().unwrap_or(Arg::Null);
        let rounded = items.len().max(1).next_power_of_two();
        items.resize(rounded, last);
        for (position, arg) in items.into_iter().enumerate() {
            if position > 0 {
                self.text.push_str(", ");
            }
            self.bind(arg);
        }
        self
    }

    /// Append numbers for `IN (…)`, as [`SqlText::bind_list`] does texts.
    pub(crate) fn bind_numbers(&mut self, items: &[u64]) -> &mut Self {
        let rounded = items.len().max(1).next_power_of_two();
        for position in 0..rounded {
            if position > 0 {
                self.text.push_str(", ");
            }
            match items.get(position).or(items.last()) {
                Some(item) => self.bind(*item),
                None => self.bind(Arg::Null),
            };
        }
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn args(&self) -> &[Arg<'a>] {
        &self.args
    }
}
