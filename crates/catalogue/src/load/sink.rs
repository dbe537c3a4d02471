//! Where findings go while the catalogue is read, and the positions that they point at.

use std::ops::Deref;

use diagnostic::{Diagnostic, Span};
use values::dates::Date;

/// A stretch of one of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    /// Number of the file.
    pub(crate) file: usize,
    /// The stretch.
    pub(crate) span: Span,
}

/// Something read, with the place where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) at: At,
}

impl<T> Deref for Placed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A file as it is read.
pub(crate) struct Source<'a> {
    /// Name for messages: the root of its folder and its path.
    pub(crate) name: String,
    /// Path below the root.
    pub(crate) path: &'a str,
    /// What it says.
    pub(crate) text: &'a str,
}

/// Collects findings.
pub(crate) struct Sink<'a> {
    files: &'a [Source<'a>],
    found: Vec<Diagnostic>,
    errors: usize,
    /// The day on which what is being read takes effect, where it has one.
    pub(crate) effective: Option<Date>,
}

impl<'a> Sink<'a> {
    /// A sink for findings in these files.
    pub(crate) fn new(files: &'a [Source<'a>]) -> Self {
        Self {
            files,
            found: Vec::new(),
            errors: 0,
            effective: None,
        }
    }

    /// The name of a file, for messages.
    pub(crate) fn name(&self, file: usize) -> &'a str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    /// A stretch inside a text value: only where the value is written without escapes does the
    /// offset in the text equal the offset in the file; elsewhere the whole value is meant.
    pub(crate) fn inside(&self, value: &Placed<String>, start: usize, end: usize) -> At {
        let source = self.files.get(value.at.file).map_or("", |file| file.text);
        match value.at.span.text(source).find(value.value.as_str()) {
            Some(offset) => {
                let base = value.at.span.start + offset;
                At {
                    file: value.at.file,
                    span: Span::new(base + start, base + end),
                }
            }
            None => value.at,
        }
    }

    /// Where some words stand in a text value as it is written, not directly behind `not_after`
    /// where they also stand elsewhere.
    pub(crate) fn words_in(&self, value: &Placed<String>, words: &str, not_after: &str) -> At {
        let source = self.files.get(value.at.file).map_or("", |file| file.text);
        let written = value.at.span.text(source);
        let is_part = |at: &usize| {
            let behind = written[at + words.len()..].chars().next();
            !behind.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let mut places = written
            .match_indices(words)
            .map(|(at, _)| at)
            .filter(is_part);
        let first = places.next();
        let preferred = first
            .into_iter()
            .chain(places)
            .find(|at| not_after.is_empty() || !written[..*at].ends_with(not_after));
        let Some(at) = preferred.or(first) else {
            return value.at;
        };
        let start = value.at.span.start + at;
        At {
            file: value.at.file,
            span: Span::new(start, start + words.len()),
        }
    }

    /// Something that cannot be right, with its remedy.
    pub(crate) fn error(&mut self, at: At, code: &'static str, message: String, help: String) {
        self.add(at, Diagnostic::error(code, message).help(help));
    }

    /// Something that is unlikely to be right, with its remedy.
    pub(crate) fn warning(&mut self, at: At, code: &'static str, message: String, help: String) {
        self.add(at, Diagnostic::warning(code, message).help(help));
    }

    /// Something that cannot be right with all files together.
    pub(crate) fn whole(&mut self, root: &str, code: &'static str, message: String, help: String) {
        self.errors += 1;
        self.found
            .push(Diagnostic::error(code, message).help(help).in_whole(root));
    }

    /// Any finding, placed.
    pub(crate) fn add(&mut self, at: At, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        let name = self.name(at.file).to_owned();
        self.found.push(diagnostic.at(name, at.span));
    }

    /// Errors found so far: a caller that sees the number rise leaves the thing out.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// The findings, in the order of files and positions.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| a.place.cmp(&b.place));
        self.found.dedup();
        self.found
    }
}
