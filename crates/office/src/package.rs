//! A ZIP package of somebody else, opened with suspicion.
//!
//! Sizes written in a ZIP directory are claims. So what is inflated is counted while it is
//! inflated, per part and over the whole package, and the number of directory entries is looked up
//! in the file's tail before the directory is read.
use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::xml::Xml;
use crate::{FileKind, Limits, OfficeError, Result};

/// Where a package's bytes come from.
pub(crate) trait Input: Read + Seek {}
impl<T: Read + Seek> Input for T {}

pub(crate) struct Package<'a> {
    zip: ZipArchive<Box<dyn Input + 'a>>,
    /// Part names in lower case with forward slashes: names of parts do not depend on case.
    index: HashMap<String, usize>,
    limits: Limits,
    inflated: u64,
}

impl<'a> Package<'a> {
    /// Opens a package that must be of kind `expected`.
    pub(crate) fn open(
        mut input: Box<dyn Input + 'a>,
        limits: &Limits,
        expected: FileKind,
    ) -> Result<Self> {
        let size = input.seek(SeekFrom::End(0)).map_err(io_fault)?;
        check_outside(input.as_mut(), size, limits, expected)?;
        input.seek(SeekFrom::Start(0)).map_err(io_fault)?;
        let zip = ZipArchive::new(input).map_err(|error| zip_fault(error, "目录"))?;
        let mut index = HashMap::new();
        for (at, name) in zip.file_names().enumerate() {
            if let Ok(name) = name {
                index.insert(normal(&name), at);
            }
        }
        let package = Self {
            zip,
            index,
            limits: limits.clone(),
            inflated: 0,
        };
        match package.kind() {
            kind if kind == expected => Ok(package),
            found => Err(OfficeError::WrongKind { expected, found }),
        }
    }

    fn kind(&self) -> FileKind {
        // Some programs number the body's part.
        if self
            .index
            .keys()
            .any(|part| part.starts_with("word/document") && part.ends_with(".xml"))
        {
            return FileKind::Docx;
        }
        let marks = [
            ("xl/workbook.bin", FileKind::Xlsb),
            ("xl/workbook.xml", FileKind::Xlsx),
            ("ppt/presentation.xml", FileKind::Pptx),
            ("ofd.xml", FileKind::Ofd),
            ("mimetype", FileKind::OpenDocument),
        ];
        marks
            .iter()
            .find(|(part, _)| self.has(part))
            .map_or(FileKind::Zip, |(_, kind)| *kind)
    }

    pub(crate) fn has(&self, part: &str) -> bool {
        self.index.contains_key(&normal(part))
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn zip(&mut self) -> &mut ZipArchive<Box<dyn Input + 'a>> {
        &mut self.zip
    }

    /// A part as a stream of XML events.
    pub(crate) fn xml<'p>(&'p mut self, part: &'p str) -> Result<Xml<Inflate<'p>>> {
        let limits = self.limits.clone();
        Ok(Xml::new(self.inflate(part)?, part, &limits))
    }

    /// A part of a Word document in memory.
    pub(crate) fn bytes(&mut self, part: &str) -> Result<Vec<u8>> {
        let limit = self.limits.body_bytes;
        let mut bytes = Vec::new();
        let mut source = self.inflate(part)?.take(limit + 1);
        source
            .read_to_end(&mut bytes)
            .map_err(|error| read_fault(&error, part))?;
        if bytes.len() as u64 > limit {
            return Err(OfficeError::Bomb {
                part: part.to_owned(),
            });
        }
        Ok(bytes)
    }

    fn inflate<'p>(&'p mut self, part: &str) -> Result<Inflate<'p>> {
        let at = *self
            .index
            .get(&normal(part))
            .ok_or_else(|| OfficeError::MissingPart {
                part: part.to_owned(),
            })?;
        let file = self
            .zip
            .by_index(at)
            .map_err(|error| zip_fault(error, part))?;
        if file.encrypted() {
            return Err(OfficeError::Encrypted);
        }
        let compressed = file.compressed_size();
        // What is small is harmless at any ratio; beyond that, the ratio tells a bomb from a book.
        let believable = compressed.saturating_mul(self.limits.ratio).max(16 << 20);
        Ok(Inflate {
            file: Box::new(file),
            part_left: believable,
            whole_used: &mut self.inflated,
            whole_limit: self.limits.inflated_bytes,
        })
    }
}

/// Reads a part and stops when it grows beyond belief.
pub(crate) struct Inflate<'p> {
    file: Box<dyn Read + 'p>,
    part_left: u64,
    whole_used: &'p mut u64,
    whole_limit: u64,
}

impl Read for Inflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        *self.whole_used += count as u64;
        if count as u64 > self.part_left || *self.whole_used > self.whole_limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "bomb"));
        }
        self.part_left -= count as u64;
        Ok(count)
    }
}

/// What went wrong while a part was inflated.
pub(crate) fn read_fault(error: &io::Error, part: &str) -> OfficeError {
    let part = part.to_owned();
    match error.kind() {
        io::ErrorKind::FileTooLarge => OfficeError::Bomb { part },
        io::ErrorKind::QuotaExceeded => OfficeError::Broken {
            part,
            detail: "一处内容过长".to_owned(),
        },
        io::ErrorKind::UnexpectedEof => OfficeError::Truncated,
        _ => OfficeError::Broken {
            part,
            detail: "压缩数据有误".to_owned(),
        },
    }
}

fn normal(part: &str) -> String {
    part.trim_start_matches(['/', '\\'])
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// Whether two names mean the same part.
pub(crate) fn same_part(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}

fn io_fault(error: io::Error) -> OfficeError {
    OfficeError::Io(error.to_string())
}

fn zip_fault(error: ZipError, part: &str) -> OfficeError {
    let broken = |detail: &str| OfficeError::Broken {
        part: part.to_owned(),
        detail: detail.to_owned(),
    };
    match error {
        ZipError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            OfficeError::Truncated
        }
        ZipError::Io(error) => read_fault(&error, part),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => OfficeError::Encrypted,
        ZipError::UnsupportedArchive(_) => broken("压缩方式不受支持"),
        _ => broken("压缩包结构有误"),
    }
}

/// Looks at size, first bytes and tail before the directory is trusted with memory.
fn check_outside(
    input: &mut dyn Input,
    size: u64,
    limits: &Limits,
    expected: FileKind,
) -> Result<()> {
    if size == 0 {
        return Err(OfficeError::EmptyFile);
    }
    if size > limits.file_bytes {
        return Err(OfficeError::TooLarge {
            size_mb: size.div_ceil(1 << 20),
            limit_mb: limits.file_bytes >> 20,
        });
    }
    let head = read_at(input, 0, 64 << 10)?;
    match FileKind::sniff(&head) {
        FileKind::Zip => {}
        FileKind::OldOffice if is_encrypted_package(&head, input, size)? => {
            return Err(OfficeError::Encrypted);
        }
        found => return Err(OfficeError::WrongKind { expected, found }),
    }
    let entries = directory_entries(input, size)?.ok_or(OfficeError::Truncated)?;
    if entries > limits.parts {
        return Err(OfficeError::TooManyParts {
            entries,
            limit: limits.parts,
        });
    }
    Ok(())
}

/// Office keeps a password-protected package inside a compound file, in a stream of this name.
fn is_encrypted_package(head: &[u8], input: &mut dyn Input, size: u64) -> Result<bool> {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let within = |bytes: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if within(head) {
        return Ok(true);
    }
    let tail = read_at(input, size.saturating_sub(64 << 10), 64 << 10)?;
    Ok(within(&tail))
}

/// The largest number of entries that any end-of-directory record in the file's tail claims.
fn directory_entries(input: &mut dyn Input, size: u64) -> Result<Option<u64>> {
    const END: &[u8] = b"PK\x05\x06";
    const END_64: &[u8] = b"PK\x06\x06";
    // The record, its longest comment, and the two records of the 64-bit form before it.
    let tail = read_at(input, size.saturating_sub(66_000), 66_000)?;
    let mut most: Option<u64> = None;
    for at in 0..tail.len() {
        let record = &tail[at..];
        let claimed = if record.starts_with(END) {
            record
                .get(10..12)
                .map(|b| u64::from(u16::from_le_bytes([b[0], b[1]])))
        } else if record.starts_with(END_64) {
            record
                .get(32..40)
                .and_then(|b| b.try_into().ok())
                .map(u64::from_le_bytes)
        } else {
            None
        };
        // In the short record 65,535 means "see the long one", which is counted on its own.
        most = most.max(claimed.filter(|count| record.starts_with(END_64) || *count < 0xFFFF));
        if record.starts_with(END) && most.is_none() {
            most = claimed;
        }
    }
    Ok(most)
}

fn read_at(input: &mut dyn Input, from: u64, length: u64) -> Result<Vec<u8>> {
    input.seek(SeekFrom::Start(from)).map_err(io_fault)?;
    let mut bytes = Vec::new();
    input
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(io_fault)?;
    Ok(bytes)
}

/// Writes a package of text parts; dates are fixed, so the same parts give the same bytes.
pub(crate) fn write_package(parts: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        write_part(&mut zip, name, bytes)?;
    }
    let bytes = zip
        .finish()
        .map_err(|error| OfficeError::CannotWrite(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// Adds one part.
pub(crate) fn write_part<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    name: &str,
    bytes: &[u8],
) -> Result<()> {
    let cannot = |error: String| OfficeError::CannotWrite(error);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    zip.start_file(name, options)
        .map_err(|error| cannot(error.to_string()))?;
    zip.write_all(bytes)
        .map_err(|error| cannot(error.to_string()))
}
