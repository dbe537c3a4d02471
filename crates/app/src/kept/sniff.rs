//! What a file is, found out from its bytes; never from its name.

use crate::error::{AppError, Result};

/// A kind of file that may be evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// Media type, one of a fixed list.
    pub media_type: &'static str,
    /// Ending of its name in exports.
    pub ending: &'static str,
    /// What people call it.
    pub word: &'static str,
    /// May be shown within a page.
    pub shown: Shown,
}

/// How a page may show a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Not: it is downloaded.
    No,
    /// As a picture.
    Picture,
    /// As sound.
    Sound,
    /// As film.
    Film,
}

const fn media(
    media_type: &'static str,
    ending: &'static str,
    word: &'static str,
    shown: Shown,
) -> Media {
    Media {
        media_type,
        ending,
        word,
        shown,
    }
}

/// Everything that is taken. Web pages, drawings with scripts and programs are not in it.
const TAKEN: &[Media] = &[
    media("image/jpeg", "jpg", "照片", Shown::Picture),
    media("image/png", "png", "图片", Shown::Picture),
    media("image/webp", "webp", "图片", Shown::Picture),
    media("image/gif", "gif", "图片", Shown::Picture),
    media("image/heif", "heic", "照片", Shown::No),
    media("image/tiff", "tif", "扫描件", Shown::No),
    media("image/bmp", "bmp", "图片", Shown::No),
    media("application/pdf", "pdf", "PDF", Shown::No),
    media("audio/mpeg", "mp3", "录音", Shown::Sound),
    media("audio/x-wav", "wav", "录音", Shown::Sound),
    media("audio/m4a", "m4a", "录音", Shown::Sound),
    media("audio/ogg", "ogg", "录音", Shown::Sound),
    media("audio/amr", "amr", "录音", Shown::No),
    media("audio/aac", "aac", "录音", Shown::Sound),
    media("video/mp4", "mp4", "录像", Shown::Film),
    media("video/webm", "webm", "录像", Shown::Film),
    media("video/quicktime", "mov", "录像", Shown::Film),
    media("video/x-matroska", "mkv", "录像", Shown::No),
    media("video/x-msvideo", "avi", "录像", Shown::No),
    media("video/mpeg", "mpg", "录像", Shown::No),
    media(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        "Word 文档",
        Shown::No,
    ),
    media(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        "Excel 表",
        Shown::No,
    ),
    media("application/msword", "doc", "Word 文档", Shown::No),
    media("application/vnd.ms-excel", "xls", "Excel 表", Shown::No),
    media("text/plain", "txt", "文本", Shown::No),
];

/// How many bytes from the start are looked at.
pub const LOOKED_AT: usize = 8192;

/// What a file is, by its first bytes.
///
/// # Errors
/// A sentence for kinds of files that are not taken.
pub fn sniff(start: &[u8]) -> Result<Media> {
    let start = &start[..start.len().min(LOOKED_AT)];
    if start.is_empty() {
        return Err(AppError::Input("文件是空的，请重新选择。".to_owned()));
    }
    let found = match infer::get(start) {
        Some(kind) => known(kind.mime_type()),
        None if is_plain_text(start) => known("text/plain"),
        None => None,
    };
    found.ok_or_else(|| {
        AppError::Input(
            "这种文件不能作证据材料：请上传照片、录音、录像、PDF、Word、Excel 或者纯文本文件。"
                .to_owned(),
        )
    })
}

/// A media type that was stored.
pub fn known(media_type: &str) -> Option<Media> {
    TAKEN.iter().find(|m| m.media_type == media_type).copied()
}

/// Text that no browser takes for a page.
fn is_plain_text(start: &[u8]) -> bool {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The end may be cut within a character.
        Err(e) if e.valid_up_to() + 4 > start.len() => {
            std::str::from_utf8(&start[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    !text.is_empty() && text.chars().all(printable) && !text.trim_start().starts_with('<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_bytes() {
        let is = |bytes: &[u8]| sniff(bytes).map(|m| m.media_type);
        assert_eq!(is(b"\x89PNG\r\n\x1a\n....").unwrap(), "image/png");
        assert_eq!(is(b"\xff\xd8\xff\xe0....").unwrap(), "image/jpeg");
        assert_eq!(is(b"%PDF-1.7\n").unwrap(), "application/pdf");
        assert_eq!(is("询问笔录".as_bytes()).unwrap(), "text/plain");
        let mp4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom";
        assert_eq!(is(mp4).unwrap(), "video/mp4");
        assert_eq!(is(b"RIFF\x24\x00\x00\x00WAVEfmt ").unwrap(), "audio/x-wav");
    }

    #[test]
    fn what_a_browser_would_run_is_not_taken() {
        for bytes in [
            &b"<!DOCTYPE html><script>alert(1)</script>"[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x\"/>",
            b"<?xml version=\"1.0\"?><x/>",
            b"  \n<html>",
            b"MZ\x90\x00\x03\x00\x00\x00",
            b"\x7fELF\x02\x01\x01",
            b"PK\x03\x04\x14\x00\x00\x00",
            b"\x00\x01\x02\x03",
            b"",
        ] {
            assert!(sniff(bytes).is_err(), "{bytes:?}");
        }
    }
}
