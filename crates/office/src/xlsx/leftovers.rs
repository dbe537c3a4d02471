//! What lies in a workbook beside its cells: comments, headers and footers for print, names in the
//! properties. Whoever publishes the file publishes these too.

use std::io::Cursor;

use crate::docx::{Leftovers, names, words};
use crate::package::Package;
use crate::{FileKind, Limits, Result};

/// Headers and footers of a sheet.
const MARGINS: [&str; 6] = [
    "oddHeader",
    "oddFooter",
    "evenHeader",
    "evenFooter",
    "firstHeader",
    "firstFooter",
];

/// Looks for what lies beside the cells.
pub fn leftovers(bytes: &[u8], limits: &Limits) -> Result<Leftovers> {
    let mut package = Package::open(Box::new(Cursor::new(bytes)), limits, FileKind::Xlsx)?;
    let mut left = Leftovers::default();
    for name in names(&mut package) {
        let file = name.rsplit('/').next().unwrap_or_default();
        let is_comment = file.starts_with("comment") || file.starts_with("threadedComment");
        if name.contains("/media/") {
            left.pictures += 1;
        } else if is_comment && file.ends_with(".xml") {
            left.comments |= !words(&mut package, &name, &["t", "text"])?.is_empty();
        } else if name.starts_with("xl/worksheets/") && file.ends_with(".xml") {
            left.margins.extend(words(&mut package, &name, &MARGINS)?);
        } else if name == "docProps/core.xml" {
            left.people = words(&mut package, &name, &["creator", "lastModifiedBy"])?;
        }
    }
    left.people.dedup();
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::write_package;

    #[test]
    fn what_lies_beside_the_cells_is_found() {
        let parts = [
            ("[Content_Types].xml", "<Types/>"),
            ("xl/workbook.xml", "<workbook/>"),
            (
                "xl/worksheets/sheet1.xml",
                "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>\
                 <headerFooter><oddHeader>&amp;C联系人13800138000</oddHeader></headerFooter></worksheet>",
            ),
            (
                "xl/comments1.xml",
                "<comments><authors><author>王五</author></authors><commentList><comment>\
                 <text><r><t>请核对</t></r></text></comment></commentList></comments>",
            ),
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:creator>李四</dc:creator></cp:coreProperties>",
            ),
        ];
        let parts: Vec<(&str, Vec<u8>)> = parts
            .iter()
            .map(|(name, xml)| (*name, xml.as_bytes().to_vec()))
            .collect();
        let bytes = write_package(&parts).expect("a package");
        let found = leftovers(&bytes, &Limits::default()).expect("readable");
        assert!(found.comments && !found.tracked);
        assert_eq!(found.people, ["李四"]);
        assert!(found.margins[0].contains("13800138000"), "{found:?}");
    }
}
