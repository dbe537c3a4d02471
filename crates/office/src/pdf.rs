//! The text layer of a PDF: paragraphs with the page and line that each piece stands on.
//!
//! Why it exists: a published report is often at hand as a PDF only, and the checker reads
//! paragraphs. The syntax of the file is read by `hayro-syntax`, the tables of characters by
//! `hayro-cmap`; what is ours is putting glyphs together to lines and lines to paragraphs.
//!
//! Guarantees: bounded memory (compressed streams are measured before they are read), a Chinese
//! sentence for every file that gives no text. Left out: pictures of pages (a scan has no text
//! layer), more than two columns side by side, vertical writing, borders of tables (cells far apart in one line
//! are told apart by a tab).

mod columns;
mod font;
mod lines;
mod page;

use std::ops::Range;

use hayro_syntax::{LoadPdfError, Pdf};

use crate::{FileKind, Limits, OfficeError, Result};

/// Pages beyond this are no report.
const PAGES_MAX: usize = 3000;

/// The text of a PDF.
#[derive(Debug, Clone, Default)]
pub struct PdfText {
    /// All paragraphs, one in each line.
    pub text: String,
    /// Where the lines of the pages stand in the text, in order.
    pub lines: Vec<PdfLine>,
}

/// A printed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfLine {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The page, counted from one.
    pub page: usize,
    /// The line of that page, counted from one.
    pub line: usize,
}

impl PdfText {
    /// The page and line that a byte of the text stands on.
    pub fn place(&self, at: usize) -> Option<&PdfLine> {
        let behind = self.lines.partition_point(|line| line.span.start <= at);
        self.lines.get(behind.checked_sub(1)?)
    }
}

/// Reads the text layer.
///
/// # Errors
/// Not a PDF, damaged, protected by a password, too large, or without a text layer.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<PdfText> {
    if bytes.is_empty() {
        return Err(OfficeError::EmptyFile);
    }
    let found = FileKind::sniff(bytes);
    if found != FileKind::Pdf {
        let expected = FileKind::Pdf;
        return Err(OfficeError::WrongKind { expected, found });
    }
    let size = bytes.len() as u64;
    if size > limits.file_bytes {
        return Err(OfficeError::TooLarge {
            size_mb: size.div_ceil(1 << 20),
            limit_mb: limits.file_bytes >> 20,
        });
    }
    measure(bytes, limits)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => OfficeError::Encrypted,
        LoadPdfError::Invalid => OfficeError::Broken {
            part: "PDF".to_owned(),
            detail: "找不到目录和页面".to_owned(),
        },
    })?;
    let mut reader = page::Reader::new(limits.body_pieces);
    let mut pages = Vec::new();
    for page in pdf.pages().iter().take(PAGES_MAX) {
        pages.push(lines::lines(reader.page(page)));
    }
    if reader.unknown > reader.known / 10 {
        return Err(OfficeError::NoText {
            pages: pages.len(),
            coded: reader.unknown > 0,
        });
    }
    columns::without_running_lines(&mut pages);
    let text = lines::paragraphs(&pages);
    if text.text.trim().is_empty() {
        return Err(OfficeError::NoText {
            pages: pages.len(),
            coded: false,
        });
    }
    Ok(text)
}

/// Inflates every compressed stream without keeping it: together they may not be larger than the
/// body of a document.
fn measure(bytes: &[u8], limits: &Limits) -> Result<()> {
    const STREAM: &[u8] = b"stream";
    let mut left = limits.body_bytes.saturating_mul(4);
    let mut rest = bytes;
    while let Some(at) = find(rest, STREAM) {
        rest = &rest[at + STREAM.len()..];
        let data = rest.strip_prefix(b"\r").unwrap_or(rest);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        // The two bytes that begin what deflate has packed.
        let packed = data.len() > 2
            && data[0] & 0x0f == 8
            && (u16::from(data[0]) << 8 | u16::from(data[1])).is_multiple_of(31);
        if !packed {
            continue;
        }
        let mut counted = std::io::Read::take(flate2::bufread::ZlibDecoder::new(data), left + 1);
        // A stream that breaks off counts with what came out of it.
        let inflated = std::io::copy(&mut counted, &mut std::io::sink());
        let inflated = inflated.unwrap_or_else(|_| left.saturating_add(1) - counted.limit());
        left = left
            .checked_sub(inflated)
            .ok_or_else(|| OfficeError::Bomb {
                part: "PDF".to_owned(),
            })?;
    }
    Ok(())
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(word) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests;
