//! Reading a stranger's XML with bounds, and writing our own escaped.
use std::io::{self, BufReader, Read};

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use crate::package::read_fault;
use crate::text::printable;
use crate::{Limits, OfficeError, Result};

/// XML events of one part; depth and length of tokens are bounded.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Metered<R>>>,
    buffer: Vec<u8>,
    depth: usize,
    depth_limit: usize,
    part: String,
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(source: R, part: &str, limits: &Limits) -> Self {
        let metered = Metered {
            source,
            token_left: limits.text_bytes,
            token_limit: limits.text_bytes,
        };
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, metered));
        reader.config_mut().allow_dangling_amp = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            depth_limit: limits.depth,
            part: part.to_owned(),
        }
    }

    /// The next event; `Eof` at the end. An end before the root is closed is an error.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Event<'_>> {
        self.buffer.clear();
        self.reader.get_mut().get_mut().start_token();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(xml_fault(&error, &self.part)),
        };
        match event {
            Event::Start(_) => {
                self.depth += 1;
                if self.depth > self.depth_limit {
                    return Err(OfficeError::TooDeep {
                        part: self.part.clone(),
                    });
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(OfficeError::Truncated),
            _ => {}
        }
        Ok(event)
    }

    /// Depth of the element that the last event opened, or inside of which it stands.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }
}

/// Counts the bytes taken since the last token began, so that no token fills the memory.
struct Metered<R> {
    source: R,
    token_left: usize,
    token_limit: usize,
}

impl<R> Metered<R> {
    fn start_token(&mut self) {
        self.token_left = self.token_limit;
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.token_left == 0 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let count = self.source.read(buffer)?;
        self.token_left = self.token_left.saturating_sub(count);
        Ok(count)
    }
}

/// What is wrong with the XML of a part.
pub(crate) fn xml_fault(error: &quick_xml::Error, part: &str) -> OfficeError {
    match error {
        quick_xml::Error::Io(error) => read_fault(error, part),
        quick_xml::Error::Encoding(_) => not_utf8(part),
        _ => OfficeError::Broken {
            part: part.to_owned(),
            detail: "XML 结构有误".to_owned(),
        },
    }
}

pub(crate) fn not_utf8(part: &str) -> OfficeError {
    OfficeError::Broken {
        part: part.to_owned(),
        detail: "文字编码不是 UTF-8".to_owned(),
    }
}

/// Appends what a text-like event says; other events add nothing.
///
/// A reference arrives as an event of its own, so `A&amp;B` is three of them.
pub(crate) fn push_text(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Text(text) => out.push_str(text),
        Event::CData(text) => out.push_str(text),
        Event::GeneralRef(reference) => push_reference(reference, out),
        _ => {}
    }
}

fn push_reference(name: &quick_xml::events::BytesRef<'_>, out: &mut String) {
    match &**name {
        "lt" => out.push('<'),
        "gt" => out.push('>'),
        "amp" => out.push('&'),
        "quot" => out.push('"'),
        "apos" => out.push('\''),
        other => match name.resolve_char_ref() {
            Ok(Some(character)) => out.push(character),
            // Entities of a document type are not expanded: there is nothing behind them.
            _ => {
                out.push('&');
                out.push_str(other);
                out.push(';');
            }
        },
    }
}

/// The unescaped value of an attribute by its local name, or `None`.
pub(crate) fn attribute(
    element: &quick_xml::events::BytesStart<'_>,
    local: &str,
) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .filter_map(std::result::Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == local)?;
    match found.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
        Ok(value) => Some(value.into_owned()),
        Err(_) => Some(found.value.into_owned()),
    }
}

/// `text` for the inside of an element or of a double-quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in printable(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
