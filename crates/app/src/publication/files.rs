//! What stops a publication or should be looked at: in its text and in the files attached to it.
//!
//! A text that was covered is of no use while the original lies beside it as a file. So Word and
//! Excel files and plain text are read as the text is, and personal data in them stops the
//! publication. Other kinds (PDF, pictures) cannot be read here: the reviewer is told to look.

use std::ops::ControlFlow;

use office::{Limits, docx, xlsx};
use store::Db;
use values::personal;

use super::draft::{Draft, Stop};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::{AppError, Result},
};

/// Attached files at most.
pub const FILES_MAX: usize = 20;

/// Whether the program reads files with this name.
pub fn is_read(name: &str) -> bool {
    let name = name.to_lowercase();
    [".docx", ".xlsx", ".txt", ".csv"]
        .iter()
        .any(|end| name.ends_with(end))
}

impl App {
    /// Everything that stops a draft: in its text and in its files.
    pub(super) fn all_stops(&self, db: &Db, organ: &str, draft: &Draft) -> Result<Vec<Stop>> {
        let mut stops = draft.stops();
        for (hash, name) in draft.attachments.iter().filter(|(_, name)| is_read(name)) {
            let Some(blob) = db.blob(organ, hash)? else {
                continue;
            };
            stops.extend(stops_in(name, &blob.bytes));
        }
        Ok(stops)
    }

    /// Refuses what must not be published.
    pub(super) fn refuse_personal(&self, db: &Db, organ: &str, entry: &Entry) -> Result<()> {
        let stops = self.all_stops(db, organ, &Draft::of(&entry.state.fields))?;
        let Some(first) = stops.first() else {
            return Ok(());
        };
        Err(AppError::Input(format!(
            "发现 {} 处不能公开的内容：{}有{}。请改好后再送审；附件里的请改好后重新上传。",
            stops.len(),
            first.place,
            first.what
        )))
    }

    /// A file of a publication on the desk.
    ///
    /// # Errors
    /// A denial, or [`AppError::NotFound`].
    pub fn publication_file(&self, actor: &Actor, hash: &str) -> Result<Vec<u8>> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let blob = self.store.read(|db| db.blob(&actor.organ, hash))?;
        Ok(blob.ok_or(AppError::NotFound("该附件"))?.bytes)
    }

    /// Attaches a file to a draft.
    ///
    /// # Errors
    /// A refusal; a file that is too large, or one too many.
    pub fn attach_to_publication(
        &self,
        actor: &Actor,
        id: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let desk = self.on_desk(actor, id)?;
        let mut draft = desk.draft;
        if draft.attachments.len() >= FILES_MAX {
            return Err(AppError::Input(format!("附件最多 {FILES_MAX} 个。")));
        }
        let hash = self.keep_file(&actor.organ, bytes, "application/octet-stream")?;
        draft.attachments.retain(|(known, _)| *known != hash);
        draft.attachments.push((hash, name.to_owned()));
        let known = (id, desk.entry.state.revision);
        self.save_publication(actor, Some(known), &draft).map(drop)
    }

    /// Takes a file off a draft.
    ///
    /// # Errors
    /// A refusal.
    pub fn detach_from_publication(&self, actor: &Actor, id: &str, hash: &str) -> Result<()> {
        let desk = self.on_desk(actor, id)?;
        let mut draft = desk.draft;
        draft.attachments.retain(|(known, _)| known != hash);
        let known = (id, desk.entry.state.revision);
        self.save_publication(actor, Some(known), &draft).map(drop)
    }
}

/// What the checker says of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How certain it is.
    pub severity: check::Severity,
    /// The words it is about.
    pub quote: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What the checker of reports says of a text: its numbers, names, brackets, titles of laws.
pub(super) fn remarks(draft: &Draft) -> Vec<Remark> {
    const SHOWN: usize = 20;
    let text = format!("{}\n{}\n{}\n", draft.title, draft.summary, draft.body);
    let options = check::Options {
        extent: check::Extent::Excerpt,
        ..check::Options::default()
    };
    let found = check::check(text.as_str(), &options).findings.into_iter();
    let found = found.filter(|finding| !finding.holds);
    let remark = |finding: check::Finding| Remark {
        severity: finding.severity,
        quote: text.get(finding.span).unwrap_or_default().trim().to_owned(),
        message: match finding.help {
            Some(help) => format!("{}。{help}", finding.message),
            None => finding.message,
        },
    };
    found.take(SHOWN).map(remark).collect()
}

/// What in a file must not be published. A file that cannot be read as what it claims to be stops
/// the publication too: nobody knows what is in it.
fn stops_in(name: &str, bytes: &[u8]) -> Vec<Stop> {
    let Some(lines) = lines_of(name, bytes) else {
        return vec![Stop {
            place: format!("附件“{name}”"),
            what: "读不出的内容",
            text: "文件损坏，或不是它的名称所说的格式".to_owned(),
        }];
    };
    let mut stops = stops_beside(name, bytes);
    for (place, line) in lines {
        for found in personal::find(&line) {
            stops.push(Stop {
                place: format!("附件“{name}”{place}"),
                what: found.kind.chinese(),
                text: line
                    .get(found.start..found.end)
                    .unwrap_or_default()
                    .to_owned(),
            });
        }
    }
    stops
}

/// What lies in a document or workbook beside its text, and is published with the file.
fn stops_beside(name: &str, bytes: &[u8]) -> Vec<Stop> {
    let (lower, limits) = (name.to_lowercase(), Limits::default());
    let left = match lower.rsplit('.').next() {
        Some("docx") => docx::leftovers(bytes, &limits),
        Some("xlsx") => xlsx::leftovers(bytes, &limits),
        _ => return Vec::new(),
    };
    let Ok(left) = left else {
        return Vec::new();
    };
    let stop = |what: &'static str, text: String| Stop {
        place: format!("附件“{name}”"),
        what,
        text,
    };
    let mut stops = Vec::new();
    if left.comments {
        stops.push(stop("批注", "请删除全部批注后再附上".to_owned()));
    }
    if left.tracked {
        let text = "请在 Word 里接受或拒绝全部修订：删去的字还在文件里";
        stops.push(stop("没有处理的修订", text.to_owned()));
    }
    for person in left.people.iter().filter(|p| may_be_a_person(p)) {
        stops.push(stop("文档属性里的人名", person.clone()));
    }
    for line in &left.margins {
        for found in personal::find(line) {
            let text = line.get(found.start..found.end).unwrap_or_default();
            stops.push(stop(found.kind.chinese(), text.to_owned()));
        }
    }
    stops
}

/// An author that is neither an office nor a program.
fn may_be_a_person(author: &str) -> bool {
    const OFFICES: [&str; 12] = [
        "局", "科", "室", "处", "厅", "委", "部", "校", "园", "中心", "公司", "机构",
    ];
    const PROGRAMS: [&str; 8] = [
        "admin",
        "user",
        "microsoft",
        "office",
        "wps",
        "python-docx",
        "apache",
        "用户",
    ];
    let lower = author.to_lowercase();
    let office = OFFICES.iter().any(|end| author.ends_with(end));
    !office && !PROGRAMS.iter().any(|word| lower.contains(word))
}

fn lines_of(name: &str, bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let lower = name.to_lowercase();
    let mut lines = Vec::new();
    if lower.ends_with(".docx") {
        let read = docx::read(bytes, &Limits::default()).ok()?;
        for (at, paragraph) in (1..).zip(read.paragraphs) {
            lines.push((format!("第 {at} 段"), paragraph.text));
        }
    } else if lower.ends_with(".xlsx") {
        let mut book = xlsx::Book::from_bytes(bytes, &Limits::default()).ok()?;
        for sheet in 0..book.sheets().len() {
            let (mut at, mut sheet_lines) = (0, Vec::new());
            book.rows(sheet, |row| {
                at += 1;
                for cell in &row.cells {
                    let place = format!("第 {} 张表第 {at} 行", sheet + 1);
                    sheet_lines.push((place, cell.value.to_text()));
                }
                ControlFlow::Continue(())
            })
            .ok()?;
            lines.extend(sheet_lines);
        }
    } else {
        let text = String::from_utf8_lossy(bytes);
        for (at, line) in (1..).zip(text.lines()) {
            lines.push((format!("第 {at} 行"), line.to_owned()));
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_in_a_file_stops_and_so_does_what_cannot_be_read() {
        let found = stops_in("名单.csv", "姓名,电话\n某某,13800138000\n".as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "附件“名单.csv”第 2 行");
        assert_eq!(stops_in("表.xlsx", b"PK broken")[0].what, "读不出的内容");
        assert!(!is_read("扫描.PDF"));
        let paper = docx::write(&docx::Docx {
            title: "通知".to_owned(),
            blocks: vec![docx::Block::Paragraph(vec![docx::Run::new(
                "电话13800138000",
            )])],
            ..Default::default()
        })
        .expect("a document");
        assert_eq!(stops_in("通知.docx", &paper).len(), 1);
        // Who wrote it is no business of the public; which office did, is.
        let by = |author: &str| {
            let document = docx::Docx {
                title: "通知".to_owned(),
                author: author.to_owned(),
                ..Default::default()
            };
            stops_in("通知.docx", &docx::write(&document).expect("a document"))
        };
        assert!(by("云川市教育局").is_empty());
        assert_eq!(by("李四四")[0].what, "文档属性里的人名");
    }
}
