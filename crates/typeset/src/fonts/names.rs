//! The names of the faces in a font file, read without loading the file.
//!
//! Chinese font files are large (Noto's are twenty megabytes each) and a desktop has hundreds of
//! fonts: so only the directory and the `name` table are read, a few kilobytes of each. Anything
//! odd in a file means that it has no faces for us; the engine's own reader judges those we load.
//!
//! Format: OpenType specification, "Organization of an OpenType Font" and "name — Naming Table".

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// Faces of one file, tables of one face, bytes of one name table.
const FACES_MAX: u32 = 64;
const TABLES_MAX: u16 = 256;
const NAMES_BYTES_MAX: u32 = 1024 * 1024;

/// A face in a file.
#[derive(Debug, Clone)]
pub struct Face {
    /// The file.
    pub path: PathBuf,
    /// Which one in it.
    pub index: u32,
    /// Family, full, PostScript and typographic names in all languages.
    pub names: Vec<String>,
}

/// The faces of a file; none where it is not readable as a font.
pub fn faces(path: &Path) -> Vec<Face> {
    let Ok(mut file) = File::open(path) else {
        return Vec::new();
    };
    let face = |index, names| Face {
        path: path.to_owned(),
        index,
        names,
    };
    let offsets = face_offsets(&mut file).unwrap_or_default();
    (0..)
        .zip(offsets)
        .filter_map(|(index, offset)| Some(face(index, face_names(&mut file, offset)?)))
        .collect()
}

/// Where the directory of each face begins.
fn face_offsets(file: &mut (impl Read + Seek)) -> Option<Vec<u32>> {
    let head = read_at(file, 0, 12)?;
    if head.get(..4)? != b"ttcf" {
        return Some(vec![0]);
    }
    let count = u32_at(&head, 8)?.min(FACES_MAX);
    let list = read_at(file, 12, count * 4)?;
    (0..count as usize)
        .map(|at| u32_at(&list, at * 4))
        .collect()
}

fn face_names(file: &mut (impl Read + Seek), directory: u32) -> Option<Vec<String>> {
    let head = read_at(file, directory, 12)?;
    let known = [*b"\0\x01\0\0", *b"OTTO", *b"true"];
    if !known.iter().any(|k| head.starts_with(k)) {
        return None;
    }
    let count = u16_at(&head, 4)?.min(TABLES_MAX);
    let records = read_at(file, directory.checked_add(12)?, u32::from(count) * 16)?;
    let name = records.chunks_exact(16).find(|r| r.starts_with(b"name"))?;
    let (offset, length) = (u32_at(name, 8)?, u32_at(name, 12)?);
    if length > NAMES_BYTES_MAX {
        return None;
    }
    names_of_table(&read_at(file, offset, length)?)
}

fn names_of_table(table: &[u8]) -> Option<Vec<String>> {
    let count = usize::from(u16_at(table, 2)?);
    let storage = usize::from(u16_at(table, 4)?);
    let mut names = Vec::new();
    for record in table.get(6..)?.chunks_exact(12).take(count) {
        let field = |at| u16_at(record, at);
        let (platform, encoding, id) = (field(0)?, field(2)?, field(6)?);
        // Family, full name, PostScript name, typographic family.
        if !matches!(id, 1 | 4 | 6 | 16) {
            continue;
        }
        let from = storage + usize::from(field(10)?);
        let Some(text) = table.get(from..from + usize::from(field(8)?)) else {
            continue;
        };
        let name = match (platform, encoding) {
            (0, _) | (3, 0 | 1 | 10) => utf16(text),
            (1, 0) if text.is_ascii() => String::from_utf8_lossy(text).into_owned(),
            _ => continue,
        };
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names)
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|b| u16::from_be_bytes([b[0], b[1]]));
    char::decode_utf16(units).filter_map(Result::ok).collect()
}

fn read_at(file: &mut (impl Read + Seek), offset: u32, length: u32) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(u64::from(offset))).ok()?;
    let mut bytes = Vec::new();
    file.take(u64::from(length)).read_to_end(&mut bytes).ok()?;
    (bytes.len() == length as usize).then_some(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A font of nothing but a name table with these (platform, encoding, id, text).
    fn font(records: &[(u16, u16, u16, &[u8])]) -> Vec<u8> {
        let mut table = vec![0u8, 0];
        table.extend((records.len() as u16).to_be_bytes());
        table.extend((6 + 12 * records.len() as u16).to_be_bytes());
        let mut storage: Vec<u8> = Vec::new();
        for (platform, encoding, id, text) in records {
            for field in [
                *platform,
                *encoding,
                0,
                *id,
                text.len() as u16,
                storage.len() as u16,
            ] {
                table.extend(field.to_be_bytes());
            }
            storage.extend(*text);
        }
        table.extend(storage);
        let mut font = b"\0\x01\0\0\0\x01\0\0\0\0\0\0name\0\0\0\0".to_vec();
        font.extend(28u32.to_be_bytes());
        font.extend((table.len() as u32).to_be_bytes());
        font.extend(table);
        font
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn chinese_and_latin_names_are_both_read() {
        let chinese = wide("仿宋_GB2312");
        let bytes = font(&[
            (1, 0, 1, b"FangSong_GB2312"),
            (3, 1, 1, &chinese),
            (3, 1, 2, &wide("Regular")),
        ]);
        let mut file = Cursor::new(bytes);
        assert_eq!(face_offsets(&mut file), Some(vec![0]));
        let names = face_names(&mut file, 0).unwrap();
        assert_eq!(names, ["FangSong_GB2312", "仿宋_GB2312"]);
    }

    #[test]
    fn a_damaged_file_has_no_faces_and_no_panic() {
        let whole = font(&[(3, 1, 1, &wide("宋体"))]);
        for cut in 0..whole.len() {
            let mut file = Cursor::new(whole[..cut].to_vec());
            let _ = face_offsets(&mut file);
            assert_eq!(face_names(&mut file, 0), None, "cut at {cut}");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] = 0xFF;
            let mut file = Cursor::new(bytes);
            let _ = face_offsets(&mut file);
            let _ = face_names(&mut file, 0);
        }
    }
}
