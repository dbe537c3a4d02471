//! What is held about a person (个人信息保护法: the person may see and copy it).
//!
//! Complete and as of now: the rows themselves are read through, not the search index, which
//! follows behind and knows words. Looked through are the events of all entries (so values that
//! were corrected since are found), papers, records, what is said of evidence, what citizens handed
//! in, exams, draws, and the accounts. Left out, and said in the sheet: the insides of uploaded
//! files.
//!
//! Looked for are the name and, where one is given, the number as it was typed and bare: an entry
//! that holds only the number is found by it, and of that entry only the number is given out.
//!
//! Of namesakes, an entry with a telephone or identity number that is another's is left out and
//! counted (it may be an old number); one without any number is told as such, for somebody to look
//! at. Of a list of persons only the person's own lines are given out, and of an entry that merely
//! mentions the person only what does.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{
    definition::{Field, FieldType, Ledger},
    value::{Fields, Value},
};
use kernel::Happening;
use office::xlsx::{Column, Datum, Kind, Table, write_table};
use store::MentionIn;

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::{Entry, event_of},
    envelope,
    error::{AppError, Result},
};

/// Signs of a number that is looked for by itself: a shorter one would be found everywhere.
const SHORTEST: usize = 7;
/// Entries read at a time.
const AT_ONCE: usize = 128;
/// Signs between the names of several people.
const BETWEEN_NAMES: [char; 12] = [
    '、', '，', ',', '；', ';', '/', '（', '）', '(', ')', '：', '和',
];

/// One thing that is held about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLine {
    /// Where: a ledger, or another part of the system.
    pub place: String,
    /// Which record.
    pub record: String,
    /// Of which day.
    pub day: String,
    /// What is held.
    pub item: String,
    /// The value, whole.
    pub value: String,
    /// What to look at before it is given out.
    pub remark: &'static str,
}

/// What is held about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldAbout {
    /// All of it.
    pub lines: Vec<HeldLine>,
    /// Entries that name somebody of this name with another number.
    pub namesakes: usize,
}

const BY_NAME: &str = "只按姓名找到，请核对是否本人";
const BY_NUMBER: &str = "只按号码找到，请核对是否本人";
const MENTIONED: &str = "文中提及，请核对是否本人";
const FORMER: &str = "更正前的内容";

/// Whom it is asked about.
struct Person<'a> {
    name: &'a str,
    /// A telephone or identity number without its separators.
    number: Option<String>,
    /// The same as it was typed.
    typed: &'a str,
}

/// The signs of a number that mean something.
fn digits(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

impl Person<'_> {
    /// What to look for in the rows.
    fn sought(&self) -> BTreeSet<&str> {
        let number = self.number.as_deref();
        let number = number.filter(|number| number.len() >= SHORTEST);
        let numbers = number.into_iter().chain(number.map(|_| self.typed));
        numbers.chain([self.name]).collect()
    }

    /// Whether a field of persons names this one, and not somebody whose name begins alike.
    fn is_named(&self, text: &str) -> bool {
        let bare = |name: &str| name.split_whitespace().collect::<String>();
        let name = bare(self.name);
        bare(text) == name || text.split(BETWEEN_NAMES).any(|part| bare(part) == name)
    }

    /// Whether the person, or somebody of the name, occurs in a value: whole where it is the name
    /// of a person, anywhere in other texts.
    fn occurs(&self, field: &Field, text: &str) -> bool {
        let named = match names_persons(field) {
            true => self.is_named(text),
            false => text.contains(self.name),
        };
        named || self.owns(text) == Some(true)
    }

    /// Whether a number is the person's; none where nothing is known.
    fn owns(&self, text: &str) -> Option<bool> {
        let number = self.number.as_deref()?;
        Some(digits(text) == number)
    }
}

/// Whom an entry is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// The person, by name and number.
    Sure,
    /// Somebody of this name.
    Name,
    /// Somebody of this name with another number.
    Namesake,
    /// Somebody else, and the name occurs.
    Others,
}

fn has_numbers(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Phone | FieldType::IdentityNumber)
}

/// The cells of a value with the kind of each: itself, or those of its rows.
fn cells<'v>(field: &'v Field, value: &'v Value) -> Vec<(&'v Field, &'v Value)> {
    let FieldType::Rows { columns } = &field.kind else {
        return vec![(field, value)];
    };
    let rows = match value {
        Value::List(rows) => rows.as_slice(),
        _ => &[],
    };
    let cells_of = |row: &'v Value| {
        let Value::Record(cells) = row else {
            return Vec::new();
        };
        let cell = |column: &'v Field| Some((column, cells.get(column.id.as_str())?));
        columns.iter().filter_map(cell).collect()
    };
    rows.iter().flat_map(cells_of).collect()
}

fn names_persons(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::Person | FieldType::Subject | FieldType::Officer
    )
}

/// Whom these fields are about.
fn about<'f>(person: &Person<'_>, held: impl Iterator<Item = (&'f Field, &'f Value)>) -> About {
    let (mut named, mut owned, mut of_another) = (false, false, false);
    for (field, value) in held {
        let is_list = matches!(field.kind, FieldType::Rows { .. });
        for (cell, value) in cells(field, value) {
            let text = cell.format(value);
            if has_numbers(&cell.kind) {
                match person.owns(&text) {
                    Some(true) => owned = true,
                    // The numbers of a list are those of several people.
                    Some(false) if !is_list => of_another = true,
                    _ => {}
                }
            } else if names_persons(cell) {
                named |= person.is_named(&text);
            }
        }
    }
    match (named, owned, of_another) {
        (true, true, _) => About::Sure,
        (true, false, true) => About::Namesake,
        (true, false, false) => About::Name,
        (false, ..) => About::Others,
    }
}

/// What is told of a value: all of it, or of a list the lines that name the person.
fn told(person: &Person<'_>, field: &Field, value: &Value) -> Option<String> {
    let (FieldType::Rows { .. }, Value::List(rows)) = (&field.kind, value) else {
        return Some(field.format(value));
    };
    let own = rows.iter().filter(|row| {
        let one = Value::List(vec![(*row).clone()]);
        let cells = cells(field, &one);
        cells
            .iter()
            .any(|(cell, value)| person.occurs(cell, &cell.format(value)))
    });
    let own: Vec<Value> = own.cloned().collect();
    (!own.is_empty()).then(|| field.format(&Value::List(own)))
}

/// The values that an event holds.
fn values_of(what: &Happening) -> Vec<(&String, &Value)> {
    match what {
        Happening::Opened { fields, .. } | Happening::Acted { fields, .. } => {
            fields.iter().collect()
        }
        Happening::Amended { changes, .. } => changes
            .iter()
            .filter_map(|(id, value)| Some((id, value.as_ref()?)))
            .collect(),
        _ => Vec::new(),
    }
}

/// What an entry holds about the person: now, and in events before; none where it is a namesake.
fn lines_of(
    person: &Person<'_>,
    entry: &Entry,
    former: &[(String, Value)],
) -> Option<Vec<HeldLine>> {
    let ledger: &Ledger = &entry.ledger;
    let now: &Fields = &entry.state.fields;
    let field_of = |id: &str| ledger.field(id);
    let present = now
        .iter()
        .filter_map(|(id, value)| Some((field_of(id)?, value, false)));
    let former = former.iter().filter_map(|(id, value)| {
        let known = now.get(id) == Some(value);
        Some((field_of(id)?, value, true)).filter(|_| !known)
    });
    let all: Vec<(&Field, &Value, bool)> = present.chain(former).collect();
    let of = |all: &[(&Field, &Value, bool)], with_former: bool| {
        let held = all.iter().filter(|(.., former)| with_former || !former);
        let held: Vec<_> = held.map(|(field, value, _)| (*field, *value)).collect();
        about(person, held.into_iter())
    };
    let (ever, today) = (of(&all, true), of(&all, false));
    if ever == About::Namesake {
        return None;
    }
    let mut lines = Vec::new();
    for (field, value, is_former) in all {
        let Some(text) = told(person, field, value).filter(|text| !text.is_empty()) else {
            continue;
        };
        let personal = envelope::is_personal(field) || names_persons(field);
        let mentioned = person.occurs(field, &text);
        // Values of today are the person's only where the person is still named.
        let remark = match if is_former { ever } else { today } {
            _ if is_former && !mentioned && !personal => continue,
            About::Sure | About::Name if personal && is_former => FORMER,
            About::Sure if personal => "",
            About::Name if personal => BY_NAME,
            _ if person.owns(&text) == Some(true) => BY_NUMBER,
            _ if mentioned => MENTIONED,
            _ => continue,
        };
        lines.push(HeldLine {
            place: ledger.name.clone(),
            record: entry.title.clone(),
            day: entry.state.happened_on(ledger).to_string(),
            item: field.name.clone(),
            value: text,
            remark,
        });
    }
    Some(lines)
}

impl App {
    /// What is held about a person of this name; namesakes are told apart by a telephone or
    /// identity number where one is given.
    ///
    /// # Errors
    /// A denial.
    pub fn held_about(&self, actor: &Actor, name: &str, number: &str) -> Result<HeldAbout> {
        authorise(actor, Action::KeepPersonalData, Resource::Organ)?;
        let (name, typed) = (name.trim(), number.trim());
        let number = digits(typed);
        if name.chars().count() < 2 {
            return Err(AppError::Input("请填写完整姓名。".to_owned()));
        }
        let person = Person {
            name,
            number: Some(number).filter(|number| !number.is_empty()),
            typed,
        };
        let mut held = self.held_in_entries(actor, &person)?;
        held.lines.extend(self.held_beside_entries(actor, &person)?);
        held.lines.extend(self.held_of_accounts(actor, &person)?);
        let detail = format!("查询 {} 项", held.lines.len());
        self.audit(actor, "person-export", name, &detail)?;
        Ok(held)
    }

    fn held_in_entries(&self, actor: &Actor, person: &Person<'_>) -> Result<HeldAbout> {
        let organ = actor.organ.as_str();
        let mut held = HeldAbout::default();
        self.store.read(|db| {
            let mut found = BTreeSet::new();
            for text in person.sought() {
                found.extend(db.entries_mentioning(organ, text)?);
            }
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            for ids in found.chunks(AT_ONCE) {
                let events = db.events_of(organ, ids)?;
                for row in db.entries(organ, ids)? {
                    let entry = self.entry_of(row)?;
                    let mut former: Vec<(String, Value)> = Vec::new();
                    for row in events.iter().filter(|row| row.entry_id == entry.id) {
                        for (id, value) in values_of(&event_of(row)?.what) {
                            let one = (id.clone(), value.clone());
                            if !former.contains(&one) {
                                former.push(one);
                            }
                        }
                    }
                    match lines_of(person, &entry, &former) {
                        Some(lines) => held.lines.extend(lines),
                        None => held.namesakes += 1,
                    }
                }
            }
            Ok(held)
        })
    }

    /// Papers, records, evidence, draws, exams, and what citizens handed in.
    fn held_beside_entries(&self, actor: &Actor, person: &Person<'_>) -> Result<Vec<HeldLine>> {
        let organ = actor.organ.as_str();
        let mut lines = Vec::new();
        for (place, of) in [
            ("文书", MentionIn::Papers),
            ("过程记录", MentionIn::Records),
            ("证据材料说明", MentionIn::Evidence),
            ("随机抽查名册", MentionIn::Draws),
            ("现场检查记录", MentionIn::FieldRecords),
            ("学法考试", MentionIn::Candidates),
            ("群众来件", MentionIn::Inbox),
        ] {
            let store = match of {
                MentionIn::Inbox | MentionIn::Candidates => &self.inbox,
                _ => &self.store,
            };
            let mut found = BTreeMap::new();
            for text in person.sought() {
                for row in store.read(|db| db.mentions(of, organ, text))? {
                    found.entry(row.id.clone()).or_insert((text, row));
                }
            }
            for (text, row) in found.into_values() {
                let entry = match &row.entry_id {
                    Some(id) => self.store.read(|db| db.entry(organ, id))?,
                    None => None,
                };
                let of_entry = entry.map(|entry| entry.title).unwrap_or_default();
                lines.push(HeldLine {
                    place: place.to_owned(),
                    record: match of_entry.is_empty() {
                        true => row.id.clone(),
                        false => of_entry,
                    },
                    day: row.at.chars().take(10).collect(),
                    item: row.title,
                    value: text.to_owned(),
                    remark: match text == person.name {
                        true => MENTIONED,
                        false => BY_NUMBER,
                    },
                });
            }
        }
        Ok(lines)
    }

    /// Accounts of this name, now or before.
    fn held_of_accounts(&self, actor: &Actor, person: &Person<'_>) -> Result<Vec<HeldLine>> {
        let organ = actor.organ.as_str();
        self.store.read(|db| {
            let posts = db.posts(organ)?;
            let digests = db.digest_addresses(organ)?;
            let credentials = db.credentials(organ)?;
            let units = db.units(organ)?;
            let mut lines = Vec::new();
            for account in db.accounts(organ)? {
                let own = |id: &String| *id == account.account_id;
                let before: Vec<_> = posts.iter().filter(|p| own(&p.account_id)).collect();
                let named = |name: &str| person.is_named(name);
                if !named(&account.name) && !before.iter().any(|post| named(&post.name)) {
                    continue;
                }
                let (acts, trail) = db.traces_of(organ, &account.account_id)?;
                let unit = credentials.iter().find(|c| own(&c.account_id));
                let unit = unit.and_then(|c| c.unit_id.as_ref());
                let unit = unit.and_then(|id| units.iter().find(|u| u.unit_id == *id));
                let link = db.identity_link(organ, &account.account_id)?;
                let keys = db.security_keys(organ, &account.account_id)?;
                let mut held = vec![
                    ("姓名", account.name.clone()),
                    ("用户名", account.login.clone()),
                    ("职务", account.post.clone()),
                    ("单位", unit.map(|u| u.name.clone()).unwrap_or_default()),
                    ("统一身份", link.map(|l| l.claimed).unwrap_or_default()),
                    ("办理留痕", format!("{acts} 条")),
                    ("审计留痕", format!("{trail} 条")),
                ];
                held.extend(keys.into_iter().map(|key| ("安全密钥", key.name)));
                let digest = digests.iter().filter(|d| own(&d.account_id));
                held.extend(digest.map(|d| ("提醒邮箱", d.address.clone())));
                held.extend(before.iter().map(|post| {
                    let until: String = post.until.chars().take(10).collect();
                    (
                        "以前的姓名职务",
                        format!("{} {}，至 {until}", post.name, post.post),
                    )
                }));
                let held = held.into_iter().filter(|(_, value)| !value.is_empty());
                lines.extend(held.map(|(item, value)| HeldLine {
                    place: "账号".to_owned(),
                    record: account.login.clone(),
                    day: String::new(),
                    item: item.to_owned(),
                    value,
                    remark: BY_NAME,
                }));
            }
            Ok(lines)
        })
    }

    /// What is held about a person, as a workbook to give out.
    ///
    /// # Errors
    /// As [`App::held_about`].
    pub fn held_sheet(&self, actor: &Actor, name: &str, number: &str) -> Result<Vec<u8>> {
        let HeldAbout { lines, namesakes } = self.held_about(actor, name, number)?;
        let columns = ["出处", "记录", "日期", "项目", "内容", "说明"].map(|name| Column {
            name: name.to_owned(),
            kind: Kind::Text,
        });
        let rows = lines.iter().map(|line| {
            let HeldLine {
                place,
                record,
                day,
                item,
                value,
                remark,
            } = line;
            let cells = [place, record, day, item, value, *remark];
            cells
                .map(|cell: &str| Datum::Text(cell.to_owned()))
                .to_vec()
        });
        let places: BTreeSet<&str> = lines.iter().map(|line| line.place.as_str()).collect();
        let table = Table {
            sheet: "个人信息".to_owned(),
            columns: columns.to_vec(),
            rows: rows.collect(),
            notes: vec![
                format!(
                    "{}持有的个人信息，{} 提供",
                    self.organ(&actor.organ)?.name,
                    values::dates::chinese(self.clock.today())
                ),
                format!("共 {} 项，出自 {} 处", lines.len(), places.len()),
                format!(
                    "另有 {namesakes} 条记录同名而号码不同，没有列出；本人换过号码的，用旧号码再查一次"
                ),
                "上传的文件（证据、导入的表格）只查了说明，没有查文件里面".to_owned(),
                "提供前请核对“说明”一栏，并遮盖他人的信息".to_owned(),
            ],
        };
        write_table(&table).map_err(|e| AppError::Fault(e.to_string()))
    }
}
