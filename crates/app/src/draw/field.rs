//! What inspectors bring back from the field: tasks out, records in, each exactly once.
//!
//! A device gives every record a key of its own and sends it until it is told that it arrived. A
//! second sending is answered as the first. A record of a task that has one already (two devices)
//! is kept beside it and opens no second entry. Times and places stay as the device recorded them;
//! the difference between its clock and ours is noted and used for the date of the visit.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{BlobRow, FieldRecordRow};

use catalogue::value::{Fields, Value};
use kernel::contribution::text_of;

use super::{Draw, Stage};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    clock::civil,
    entry::{NewEntry, refuse_known_keys},
    error::{AppError, Result},
};

/// Photos of one record.
const PHOTOS_MAX: usize = 12;
/// Bytes of one photo or signature.
const IMAGE_BYTES_MAX: usize = 6 << 20;

/// A visit to make.
#[derive(Clone, Debug, Serialize)]
pub struct Task {
    /// The draw.
    pub draw: String,
    /// What people call the draw.
    pub title: String,
    /// The unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The officers by name.
    pub officers: Vec<String>,
    /// It is one of the reader's own.
    pub mine: bool,
    /// The last day.
    pub until: String,
    /// What to inspect.
    pub forms: Vec<TaskForm>,
    /// Where the notice can be checked, for its code.
    pub notice: String,
}

/// One item of a visit.
#[derive(Clone, Debug, Serialize)]
pub struct TaskForm {
    /// The item.
    pub matter: String,
    /// What it rests on.
    pub law: String,
    /// What is looked at.
    pub points: Vec<String>,
    /// A record of it has arrived.
    pub done: bool,
}

/// A record as a device sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The key that the device gave it.
    pub record: String,
    /// The draw.
    pub draw: String,
    /// The unit.
    pub unit: String,
    /// The item.
    pub matter: String,
    /// When it was saved, by the clock of the device, UTC.
    pub recorded_at: String,
    /// What the clock of the device says at sending, UTC.
    pub sent_at: String,
    /// Where, as the device knew or the inspector typed.
    #[serde(default)]
    pub place: String,
    /// Points and findings.
    pub answers: Vec<Answer>,
    /// One of the results of the ledger.
    pub result: String,
    /// What is wrong.
    #[serde(default)]
    pub problem: String,
    /// Pictures.
    #[serde(default)]
    pub photos: Vec<Image>,
    /// What the unit signed on the glass.
    #[serde(default)]
    pub signature: Option<Image>,
}

/// One point of a form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The point.
    pub point: String,
    /// `符合`, `不符合` or `不涉及`.
    pub finding: String,
}

/// A picture: sent with its content, kept with its hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Media type.
    pub media_type: String,
    /// Content in base64, as it is sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data: String,
    /// Hash of the content, as it is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Received {
    /// It opened an entry.
    Entered,
    /// It was there already: the same key.
    Known,
    /// Another record of the same task is entered; this one is kept beside it.
    Beside,
}

/// A record as the office reads it.
#[derive(Clone, Debug)]
pub struct KeptRecord {
    /// The record, pictures by hash.
    pub record: Record,
    /// Who sent it.
    pub account: String,
    /// When it arrived, RFC 3339.
    pub received_at: String,
    /// The entry that it opened.
    pub entry: Option<String>,
    /// Seconds by which the clock of the device was behind ours at sending.
    pub clock_behind: i64,
}

impl App {
    /// The visits of all draws that are under way; the reader's own first.
    ///
    /// # Errors
    /// A denial.
    pub fn field_tasks(&self, actor: &Actor) -> Result<Vec<Task>> {
        authorise(actor, Action::Inspect, Resource::Organ)?;
        let today = self.clock.today().to_string();
        let mut tasks = Vec::new();
        self.store.read(|db| {
            let items = self.all_fields(db, &actor.organ, "inspection_item")?;
            for row in db.draws(&actor.organ, 50)? {
                if row.stage != Stage::Drawn.text() {
                    continue;
                }
                let draw = self.load_draw(db, &actor.organ, &row.draw_id)?;
                let until = draw.setup.team.as_ref().map_or("", |t| t.until.as_str());
                if until < today.as_str() {
                    continue;
                }
                let done = db.field_records(&actor.organ, &draw.id)?;
                for visit in draw.visits()? {
                    let officers: Vec<String> =
                        visit.inspectors.iter().map(|i| draw.name(i)).collect();
                    let named = draw.names.get(&visit.unit).cloned().unwrap_or_default();
                    let form = |matter: &String| TaskForm {
                        done: done.iter().any(|r| {
                            r.unit_id == visit.unit && r.matter == *matter && r.entry_id.is_some()
                        }),
                        ..form_of(matter, &items)
                    };
                    tasks.push(Task {
                        forms: draw.setup.matters.iter().map(form).collect(),
                        mine: officers.contains(&actor.name),
                        notice: format!(
                            "/draws/{}/notice/{}?k={}",
                            draw.id,
                            visit.unit,
                            draw.notice_key(&visit.unit)
                        ),
                        draw: draw.id.clone(),
                        title: draw.plan.title.clone(),
                        name: named.name,
                        kind: named.kind,
                        until: until.to_owned(),
                        unit: visit.unit,
                        officers,
                    });
                }
            }
            Ok::<_, AppError>(())
        })?;
        tasks.sort_by_key(|task| !task.mine);
        Ok(tasks)
    }

    /// Takes a record that a device sends.
    ///
    /// # Errors
    /// What is wrong with it; it stays on the device then.
    pub fn take_record(&self, actor: &Actor, mut record: Record) -> Result<Received> {
        authorise(actor, Action::Inspect, Resource::Organ)?;
        let now = self.clock.now();
        let images = images_of(&mut record)?;
        let (visited_at, _) = device_time(&record, now)?;
        let receive = |db: &store::Db| -> Result<Received> {
            if db.field_record(&actor.organ, &record.record)?.is_some() {
                return Ok(Received::Known);
            }
            let draw = self.load_draw(db, &actor.organ, &record.draw)?;
            let visits = draw.visits()?;
            let visit = visits.iter().find(|v| v.unit == record.unit);
            let visit = visit
                .ok_or_else(|| AppError::Input("这家不在本次抽取的检查对象里。".to_owned()))?;
            if !draw.setup.matters.contains(&record.matter) {
                return Err(AppError::Input("这个事项不在本次抽取里。".to_owned()));
            }
            let before = db.field_records(&actor.organ, &draw.id)?;
            let taken = before.iter().any(|r| {
                r.unit_id == record.unit && r.matter == record.matter && r.entry_id.is_some()
            });
            for image in &images {
                db.put_blob(&BlobRow {
                    organ_id: actor.organ.clone(),
                    ..image.clone()
                })?;
            }
            let entry_id = if taken {
                None
            } else {
                let names: Vec<String> = visit.inspectors.iter().map(|i| draw.name(i)).collect();
                let fields = result_fields(&draw, &record, &names, visited_at);
                self.enter_result(db, actor, fields, visited_at)?
            };
            let row = FieldRecordRow {
                organ_id: actor.organ.clone(),
                record_id: record.record.clone(),
                draw_id: record.draw.clone(),
                unit_id: record.unit.clone(),
                matter: record.matter.clone(),
                account_id: actor.account.clone(),
                recorded_at: record.recorded_at.clone(),
                received_at: now.to_string(),
                entry_id: entry_id.clone(),
                body: crate::append::to_json(&record)?,
            };
            db.put_field_record(&row)?;
            Ok(if entry_id.is_some() {
                Received::Entered
            } else {
                Received::Beside
            })
        };
        self.store.write(receive)
    }

    /// Opens the entry of a result. None if the ledger has one of the same subject, item and day.
    fn enter_result(
        &self,
        db: &store::Db,
        actor: &Actor,
        fields: Fields,
        visited_at: Timestamp,
    ) -> Result<Option<String>> {
        let ledger = self
            .catalogue()
            .ledger("random_inspection")
            .ok_or(AppError::NotFound("双随机抽查台账"))?;
        let new = NewEntry {
            happened_on: civil(visited_at),
            fields,
        };
        let changes = self.decide_openings(actor, ledger, vec![new])?;
        match refuse_known_keys(db, &actor.organ, &changes) {
            Ok(()) => {}
            Err(AppError::Input(_)) => return Ok(None),
            Err(other) => return Err(other),
        }
        self.append(db, &actor.organ, &changes)?;
        Ok(changes.into_iter().next().map(|c| c.entry))
    }

    /// All records of a draw.
    ///
    /// # Errors
    /// A denial.
    pub fn draw_records(&self, actor: &Actor, id: &str) -> Result<Vec<KeptRecord>> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        let names = self.account_names(&actor.organ)?;
        let rows = self.store.read(|db| db.field_records(&actor.organ, id))?;
        rows.into_iter()
            .map(|row| {
                let record: Record = super::json(&row.body)?;
                let received: Timestamp = super::instant(&row.received_at)?;
                let (_, behind) = device_time(&record, received)?;
                Ok(KeptRecord {
                    account: names.get(&row.account_id).cloned().unwrap_or_default(),
                    received_at: row.received_at,
                    entry: row.entry_id,
                    clock_behind: behind.as_secs(),
                    record,
                })
            })
            .collect()
    }

    /// A picture of a record.
    ///
    /// # Errors
    /// A denial, or there is none.
    pub fn record_image(&self, actor: &Actor, hash: &str) -> Result<(String, Vec<u8>)> {
        authorise(actor, Action::ReadDraws, Resource::Organ)?;
        let blob = self.store.read(|db| db.blob(&actor.organ, hash))?;
        let blob = blob.filter(|b| MEDIA.contains(&b.media_type.as_str()));
        let blob = blob.ok_or(AppError::NotFound("这张照片"))?;
        Ok((blob.media_type, blob.bytes))
    }
}

/// The form of an item, from the list of items.
fn form_of(matter: &str, items: &[Fields]) -> TaskForm {
    let text = |fields: &Fields, id: &str| fields.get(id).map(text_of).unwrap_or_default();
    let item = items.iter().find(|fields| text(fields, "matter") == matter);
    let points: Vec<String> = item
        .map(|fields| text(fields, "content"))
        .unwrap_or_default()
        .split(['\n', '；', ';'])
        .map(|point| point.trim().trim_end_matches('。').to_owned())
        .filter(|point| !point.is_empty())
        .collect();
    TaskForm {
        matter: matter.to_owned(),
        law: item.map(|fields| text(fields, "law")).unwrap_or_default(),
        points: if points.is_empty() {
            vec![matter.to_owned()]
        } else {
            points
        },
        done: false,
    }
}

/// Media types that a device sends.
const MEDIA: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// Takes the pictures out of a record; their hashes stay.
fn images_of(record: &mut Record) -> Result<Vec<BlobRow>> {
    use base64::Engine as _;
    if record.record.len() < 16 || 64 < record.record.len() {
        return Err(AppError::Input("记录没有编号。".to_owned()));
    }
    if record.photos.len() > PHOTOS_MAX {
        return Err(AppError::Input(format!("照片最多 {PHOTOS_MAX} 张。")));
    }
    let mut blobs = Vec::new();
    for image in record.photos.iter_mut().chain(record.signature.as_mut()) {
        if !MEDIA.contains(&image.media_type.as_str()) {
            return Err(AppError::Input("照片应为 JPEG、PNG 或 WebP。".to_owned()));
        }
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(image.data.as_bytes())
            .map_err(|_| AppError::Input("照片没有传完整。".to_owned()))?;
        if bytes.is_empty() || IMAGE_BYTES_MAX < bytes.len() {
            return Err(AppError::Input("照片是空的，或超过 6 MB。".to_owned()));
        }
        image.sha256 = hex::encode(Sha256::digest(&bytes));
        image.data.clear();
        blobs.push(BlobRow {
            organ_id: String::new(),
            hash: image.sha256.clone(),
            media_type: image.media_type.clone(),
            bytes,
        });
    }
    Ok(blobs)
}

/// When the visit was, by our clock, and how far the device's clock is behind it.
fn device_time(record: &Record, now: Timestamp) -> Result<(Timestamp, SignedDuration)> {
    let time = |text: &str| {
        text.parse::<Timestamp>()
            .map_err(|_| AppError::Input("记录的时间读不出来。".to_owned()))
    };
    let behind = now.duration_since(time(&record.sent_at)?);
    let visited = time(&record.recorded_at)?
        .checked_add(behind)
        .map_err(|_| AppError::Input("记录的时间不成立。".to_owned()))?;
    Ok((visited.min(now), behind))
}

/// The fields of the entry in the ledger of results.
fn result_fields(draw: &Draw, record: &Record, officers: &[String], visited: Timestamp) -> Fields {
    let text = |value: &str| Value::Text(value.to_owned());
    let named = draw.names.get(&record.unit).cloned().unwrap_or_default();
    let mut fields = Fields::from([
        ("plan".to_owned(), text(&draw.setup.plan_name)),
        ("draw".to_owned(), text(&draw.id)),
        ("matter".to_owned(), text(&record.matter)),
        ("form".to_owned(), text(draw.setup.form())),
        ("target".to_owned(), text(&named.name)),
        ("target_kind".to_owned(), text(&named.kind)),
        ("drawn_on".to_owned(), text(&civil(draw.time).to_string())),
        ("checked_on".to_owned(), text(&civil(visited).to_string())),
        ("result".to_owned(), text(&record.result)),
    ]);
    if !draw.setup.departments.is_empty() {
        let all = draw.setup.departments.iter().map(|d| text(d)).collect();
        fields.insert("departments".to_owned(), Value::List(all));
    }
    for (field, officer) in ["officer", "second_officer"].into_iter().zip(officers) {
        fields.insert(field.to_owned(), text(officer));
    }
    if !record.problem.trim().is_empty() {
        fields.insert("problem".to_owned(), text(record.problem.trim()));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_put_right_by_what_it_says_at_sending() {
        let record: Record = serde_json::from_value(serde_json::json!({
            "record": "0123456789abcdef", "draw": "d", "unit": "u", "matter": "m",
            "recorded_at": "2019-01-01T01:00:00Z", "sent_at": "2019-01-01T03:00:00Z",
            "answers": [], "result": "未发现问题",
        }))
        .expect("a record");
        let now: Timestamp = "2022-09-01T10:00:00Z".parse().expect("a time");
        let (visited, behind) = device_time(&record, now).expect("times");
        assert_eq!(visited.to_string(), "2022-09-01T08:00:00Z");
        assert!(behind.as_hours() > 24 * 365 * 3);
    }
}
