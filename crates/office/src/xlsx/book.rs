//! A workbook: its sheets, shared texts and styles.
use std::collections::HashMap;
use std::fs::File;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

use quick_xml::events::Event;

use super::number::{Class, builtin_class, class_of};
use super::sheet::{self, Context, Row, Summary};
use super::{LIST_SHEET, META_SHEET};
use crate::package::{Input, Package};
use crate::xml::{attribute, push_text};
use crate::{FileKind, Limits, OfficeError, Result};

/// An opened workbook.
pub struct Book<'a> {
    package: Package<'a>,
    sheets: Vec<Sheet>,
    from_1904: bool,
    /// Read when the first sheet is; absent in workbooks without shared texts.
    shared: Option<(Strings, Vec<Class>)>,
}

/// A worksheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name on the tab.
    pub name: String,
    /// Whether and how it is hidden.
    pub visibility: Visibility,
    part: String,
}

/// Whether a sheet is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Shown.
    Visible,
    /// Hidden, can be shown again from the menu.
    Hidden,
    /// Hidden beyond the menu.
    VeryHidden,
}

impl Sheet {
    /// A sheet in which people keep data: shown, and none of ours.
    pub fn holds_data(&self) -> bool {
        self.visibility == Visibility::Visible
            && !matches!(
                self.name.as_str(),
                META_SHEET | LIST_SHEET | super::GUIDE_SHEET
            )
    }
}

/// What the hidden sheet of an import sheet says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// Id of the ledger.
    pub ledger: String,
    /// Version of the definition that the sheet was made from.
    pub version: String,
    /// Field id and header of each column, in order.
    pub columns: Vec<(String, String)>,
}

impl<'a> Book<'a> {
    /// Opens a workbook in memory.
    pub fn from_bytes(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        Self::open(Box::new(Cursor::new(bytes)), limits)
    }

    /// Opens a workbook on disk; it is read as it is needed.
    pub fn from_path(path: &Path, limits: &Limits) -> Result<Book<'static>> {
        let file = File::open(path).map_err(|error| OfficeError::Io(error.to_string()))?;
        Book::open(Box::new(std::io::BufReader::new(file)), limits)
    }

    fn open(input: Box<dyn Input + 'a>, limits: &Limits) -> Result<Self> {
        let mut package = Package::open(input, limits, FileKind::Xlsx)?;
        let targets = read_targets(&mut package)?;
        let (sheets, from_1904) = read_workbook(&mut package, &targets)?;
        Ok(Self {
            package,
            sheets,
            from_1904,
            shared: None,
        })
    }

    /// All worksheets in the order of the tabs, hidden ones included.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Streams the filled rows of a sheet, counted from zero in [`Book::sheets`], until the end or
    /// until `each` breaks.
    pub fn rows(
        &mut self,
        sheet: usize,
        mut each: impl FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<Summary> {
        let Some(found) = self.sheets.get(sheet) else {
            return Err(OfficeError::NoSheet { number: sheet + 1 });
        };
        if self.shared.is_none() {
            let strings = read_strings(&mut self.package)?;
            self.shared = Some((strings, read_styles(&mut self.package)?));
        }
        let Some((strings, classes)) = &self.shared else {
            return Err(OfficeError::NoSheet { number: sheet + 1 });
        };
        let limits = self.package.limits().clone();
        let context = Context {
            strings,
            classes,
            from_1904: self.from_1904,
            sheet: &found.name,
            limits: &limits,
        };
        let mut xml = self.package.xml(&found.part)?;
        sheet::stream(&mut xml, &context, &mut each)
    }

    /// What our own hidden sheet says, where there is one.
    pub fn meta(&mut self) -> Result<Option<Meta>> {
        let Some(at) = self
            .sheets
            .iter()
            .position(|sheet| sheet.name == META_SHEET)
        else {
            return Ok(None);
        };
        let mut meta = Meta::default();
        self.rows(at, |row| {
            let cell = |column| row.text(column);
            match cell(0).as_str() {
                "ledger" => meta.ledger = cell(1),
                "version" => meta.version = cell(1),
                "column" => meta.columns.push((cell(1), cell(2))),
                _ => {}
            }
            ControlFlow::Continue(())
        })?;
        Ok(Some(meta))
    }
}

/// Shared texts, kept end to end in one allocation.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }
}

fn read_strings(package: &mut Package<'_>) -> Result<Strings> {
    const PART: &str = "xl/sharedStrings.xml";
    if !package.has(PART) {
        return Ok(Strings::default());
    }
    let limit = usize::try_from(package.limits().held_bytes).unwrap_or(usize::MAX);
    let limit = limit.min(u32::MAX as usize);
    let text_limit = package.limits().text_bytes;
    let mut strings = Strings::default();
    let mut one = String::new();
    let (mut inside_text, mut phonetic) = (false, 0_usize);
    let mut xml = package.xml(PART)?;
    loop {
        let event = xml.next()?;
        let empty = matches!(event, Event::Empty(_));
        match &event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "t" => inside_text = !empty && phonetic == 0,
                "rPh" if !empty => phonetic += 1,
                "si" if empty => strings.push(""),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "t" => inside_text = false,
                "rPh" => phonetic = phonetic.saturating_sub(1),
                "si" => {
                    strings.push(&one);
                    one.clear();
                }
                _ => {}
            },
            Event::Eof => break,
            text if inside_text => push_text(text, &mut one),
            _ => {}
        }
        if one.len() > text_limit {
            return Err(OfficeError::TextTooLong {
                place: "某个单元格".to_owned(),
                limit: text_limit,
            });
        }
        if strings.text.len() + strings.ends.len() * 4 + one.len() > limit {
            return Err(OfficeError::Bomb {
                part: PART.to_owned(),
            });
        }
    }
    Ok(strings)
}

impl Strings {
    fn push(&mut self, one: &str) {
        self.text.push_str(&sheet::unescape_x(one));
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}

/// The class of each cell format.
fn read_styles(package: &mut Package<'_>) -> Result<Vec<Class>> {
    const PART: &str = "xl/styles.xml";
    const FORMATS_MAX: usize = 1 << 20;
    if !package.has(PART) {
        return Ok(Vec::new());
    }
    let mut custom: HashMap<u32, Class> = HashMap::new();
    let mut classes = Vec::new();
    let mut inside = false;
    let mut xml = package.xml(PART)?;
    loop {
        match &xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(element, "numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(element, "formatCode")) {
                        custom.insert(id, class_of(&code));
                    }
                }
                "cellXfs" => inside = true,
                "xf" if inside => {
                    let id = attribute(element, "numFmtId").and_then(|id| id.parse().ok());
                    let class = id.map_or(Class::Number, |id: u32| {
                        custom
                            .get(&id)
                            .copied()
                            .unwrap_or_else(|| builtin_class(id))
                    });
                    classes.push(class);
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => inside = false,
            Event::Eof => break,
            _ => {}
        }
        if classes.len() + custom.len() > FORMATS_MAX {
            return Err(OfficeError::Bomb {
                part: PART.to_owned(),
            });
        }
    }
    Ok(classes)
}

/// Relationship id to part name, worksheets only.
fn read_targets(package: &mut Package<'_>) -> Result<HashMap<String, String>> {
    let mut targets = HashMap::new();
    let mut xml = package.xml("xl/_rels/workbook.xml.rels")?;
    loop {
        match &xml.next()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "Relationship" =>
            {
                let kind = attribute(element, "Type").unwrap_or_default();
                let (Some(id), Some(target)) =
                    (attribute(element, "Id"), attribute(element, "Target"))
                else {
                    continue;
                };
                if kind.ends_with("/worksheet") {
                    let part = match target.strip_prefix('/') {
                        Some(absolute) => absolute.to_owned(),
                        None => format!("xl/{}", target.trim_start_matches("./")),
                    };
                    targets.insert(id, part);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(targets)
}

fn read_workbook(
    package: &mut Package<'_>,
    targets: &HashMap<String, String>,
) -> Result<(Vec<Sheet>, bool)> {
    let sheets_max = usize::try_from(package.limits().parts).unwrap_or(usize::MAX);
    let mut sheets = Vec::new();
    let mut from_1904 = false;
    let mut xml = package.xml("xl/workbook.xml")?;
    loop {
        match &xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "workbookPr" => {
                    from_1904 = attribute(element, "date1904")
                        .is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"));
                }
                "sheet" => {
                    let target = attribute(element, "id").and_then(|id| targets.get(&id));
                    if let (Some(part), Some(name)) = (target, attribute(element, "name")) {
                        let visibility = match attribute(element, "state").as_deref() {
                            Some("hidden") => Visibility::Hidden,
                            Some("veryHidden") => Visibility::VeryHidden,
                            _ => Visibility::Visible,
                        };
                        sheets.push(Sheet {
                            name,
                            visibility,
                            part: part.clone(),
                        });
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        if sheets.len() > sheets_max {
            return Err(OfficeError::Bomb {
                part: "xl/workbook.xml".to_owned(),
            });
        }
    }
    if sheets.is_empty() {
        return Err(OfficeError::NoSheet { number: 1 });
    }
    Ok((sheets, from_1904))
}
