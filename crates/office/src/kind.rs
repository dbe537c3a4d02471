//! Which kind of file some bytes are, told by their content and never by a name.
use std::fmt;

/// Kinds of files that people hand in, rightly or by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Office Open XML workbook (with or without macros).
    Xlsx,
    /// Office Open XML text document (with or without macros).
    Docx,
    /// Office Open XML presentation.
    Pptx,
    /// Binary workbook of the newer kind.
    Xlsb,
    /// A compound file of the nineties: .xls, .doc, .et, .wps.
    OldOffice,
    /// OpenDocument spreadsheet or text.
    OpenDocument,
    /// National fixed-layout format.
    Ofd,
    /// PDF.
    Pdf,
    /// HTML, also when it is named .xls.
    Html,
    /// The XML spreadsheet of 2003 or other bare XML.
    Xml,
    /// Comma or tab separated or other plain text.
    Text,
    /// A picture.
    Picture,
    /// A ZIP archive of something else.
    Zip,
    /// Another archive.
    Archive,
    /// Nothing known.
    Unknown,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xlsx => "Excel 工作簿（.xlsx）",
            Self::Docx => "Word 文档（.docx）",
            Self::Pptx => "演示文稿（.pptx）",
            Self::Xlsb => "Excel 二进制工作簿（.xlsb）",
            Self::OldOffice => "旧版 Office 文件（.xls、.doc、.et 或 .wps）",
            Self::OpenDocument => "OpenDocument 文件（.ods 或 .odt）",
            Self::Ofd => "OFD 版式文件",
            Self::Pdf => "PDF 文件",
            Self::Html => "网页文件（HTML）",
            Self::Xml => "XML 文件",
            Self::Text => "纯文本文件（如 .csv、.txt）",
            Self::Picture => "图片",
            Self::Zip => "ZIP 压缩包",
            Self::Archive => "压缩包",
            Self::Unknown => "无法识别的文件",
        })
    }
}

impl FileKind {
    /// What to do when `expected` was asked for.
    pub(crate) fn advice(self, expected: Self) -> &'static str {
        match (self, expected) {
            (
                Self::OldOffice | Self::Xlsb | Self::OpenDocument | Self::Html | Self::Xml,
                Self::Xlsx,
            ) => {
                "请用 Excel 或 WPS 打开，选择“另存为”，类型选“Excel 工作簿（*.xlsx）”，再上传新文件。"
            }
            (Self::Text, Self::Xlsx) => {
                "请用 Excel 打开，把内容粘贴到系统下载的模板里，保存为 .xlsx 后上传。"
            }
            (
                Self::OldOffice | Self::OpenDocument | Self::Html | Self::Xml | Self::Text,
                Self::Docx,
            ) => "请用 Word 或 WPS 打开，选择“另存为”，类型选“Word 文档（*.docx）”，再上传新文件。",
            (Self::Zip | Self::Archive, _) => "请先解压，再上传里面的文件。",
            _ => "请检查是否选错了文件。",
        }
    }

    /// The kind that the first bytes tell; a ZIP is looked into by the package reader.
    pub(crate) fn sniff(head: &[u8]) -> Self {
        const MAGIC: &[(&[u8], FileKind)] = &[
            (b"PK\x03\x04", FileKind::Zip),
            (b"PK\x05\x06", FileKind::Zip),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", FileKind::OldOffice),
            (b"%PDF-", FileKind::Pdf),
            (b"\x89PNG", FileKind::Picture),
            (b"\xFF\xD8\xFF", FileKind::Picture),
            (b"GIF8", FileKind::Picture),
            (b"BM", FileKind::Picture),
            (b"Rar!", FileKind::Archive),
            (b"7z\xBC\xAF", FileKind::Archive),
            (b"\x1F\x8B", FileKind::Archive),
        ];
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            return *kind;
        }
        Self::sniff_text(head)
    }

    fn sniff_text(head: &[u8]) -> Self {
        let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
        if utf16 {
            return Self::Text;
        }
        if head
            .iter()
            .any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C))
        {
            return Self::Unknown;
        }
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let lower = head.to_ascii_lowercase();
        let lower = lower.trim_ascii_start();
        let within = |tag: &[u8]| lower.windows(tag.len()).any(|window| window == tag);
        if lower.starts_with(b"<!doctype html") || within(b"<html") || within(b"<table") {
            Self::Html
        } else if lower.starts_with(b"<?xml") {
            Self::Xml
        } else {
            Self::Text
        }
    }
}
