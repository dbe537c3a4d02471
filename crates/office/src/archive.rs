//! Archives of files as they are: what leaves the system as one ZIP.
//!
//! Files are stored, not compressed (photos and films do not shrink), streamed, and dated alike, so
//! that the same files give the same bytes.

use std::io::{self, Read, Write};

use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use crate::{OfficeError, Result};

/// From this size on, an archive needs the longer form of its records.
const LARGE: u64 = u32::MAX as u64;

/// A ZIP that is being written. What was written is never gone back to: it may be on its way.
pub struct Archive<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
}

impl<W: Write> Archive<W> {
    /// Begins an archive.
    pub fn new(out: W) -> Self {
        Self {
            zip: ZipWriter::new_stream(out),
        }
    }

    /// Adds a file. `/` in a name makes folders.
    ///
    /// # Errors
    /// When the source cannot be read or the archive not written.
    pub fn add(&mut self, name: &str, size: u64, mut source: impl Read) -> Result<()> {
        let cannot = |error: String| OfficeError::CannotWrite(error);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(size >= LARGE)
            .last_modified_time(DateTime::default());
        self.zip
            .start_file(safe(name), options)
            .map_err(|e| cannot(e.to_string()))?;
        io::copy(&mut source, &mut self.zip).map_err(|e| cannot(e.to_string()))?;
        Ok(())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<W> {
        let written = self.zip.finish();
        let written = written.map_err(|e| OfficeError::CannotWrite(e.to_string()))?;
        Ok(written.into_inner())
    }
}

/// A name that leads nowhere but into the folder that it is unpacked in, on any system.
pub fn safe(name: &str) -> String {
    let part = |part: &str| {
        let clean: String = part
            .chars()
            .map(|c| match c {
                '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
                c if c.is_control() => '_',
                c => c,
            })
            .take(80)
            .collect();
        let clean = clean.trim_matches(['.', ' ']).to_owned();
        if clean.is_empty() {
            "_".to_owned()
        } else {
            clean
        }
    };
    let parts = name.split('/').filter(|p| !p.is_empty());
    parts.map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_can_be_read_again_and_is_the_same_each_time() {
        let write = || {
            let mut archive = Archive::new(io::Cursor::new(Vec::new()));
            archive.add("证据/01 照片.jpg", 3, &b"abc"[..]).unwrap();
            archive.add("../../etc/passwd", 1, &b"x"[..]).unwrap();
            archive.finish().unwrap().into_inner()
        };
        assert_eq!(write(), write());
        let mut zip = zip::ZipArchive::new(io::Cursor::new(write())).unwrap();
        let mut text = String::new();
        zip.by_name("证据/01 照片.jpg")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "abc");
        assert!(zip.by_name("../../etc/passwd").is_err());
        assert!(zip.by_name("_/_/etc/passwd").is_ok());
    }
}
