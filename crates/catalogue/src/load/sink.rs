//! Where findings go while the catalogue is read, and the positions that they point at.

use std::ops::Deref;

use diagnostic::{Diagnostic, Span};

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
}

impl<'a> Sink<'a> {
    /// A sink for findings in these files.
    pub(crate) fn new(files: &'a [Source<'a>]) -> Self {
        Self { files, found: Vec::new(), errors: 0 }
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
                At { file: value.at.file, span: Span::new(base + start, base + end) }
            }
            None => value.at,
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
