//! Collections (填报任务): the bureau asks a set of units for given ledgers by a date.
//!
//! A unit fills the ledgers as always and then hands in: what it stands by is its entries of the
//! period, counted, with the size of the log at that moment, so that later changes can be told from
//! what was handed in. The bureau accepts or returns each hand-in. Reminders are notices.

mod conducting;

use jiff::Timestamp;
use store::{CollectionRow, Db, HandInRow, ListQuery, NoticeRow, RowFilter, UnitRow};
use values::dates::Date;

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};
use catalogue::definition::UnitAccess;

/// Entries of a unit counted at most.
const COUNT_MAX: usize = 100_000;
/// Entries of a unit and ledger looked at for later changes.
const CHANGES_MAX: usize = 1_000;

/// What a unit has done about a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet.
    Asked,
    /// Nothing yet, and the day is over.
    Late,
    /// Handed in, not looked at yet.
    HandedIn,
    /// The same, after the day.
    HandedInLate,
    /// Given back to be mended.
    Returned,
    /// Taken.
    Accepted,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "待报送",
            Self::Late => "逾期未报",
            Self::HandedIn => "已报送",
            Self::HandedInLate => "逾期报送",
            Self::Returned => "已退回",
            Self::Accepted => "已接收",
        }
    }
    fn of(row: &HandInRow, due_on: &str, today: Date) -> Self {
        let over = |day: Date| due_on.parse::<Date>().is_ok_and(|due| due < day);
        let late = over(today);
        let at: Option<Timestamp> = row.changed_at.parse().ok();
        match row.state.as_str() {
            "handed-in" if at.is_some_and(|at| over(crate::clock::civil(at))) => Self::HandedInLate,
            "handed-in" => Self::HandedIn,
            "accepted" => Self::Accepted,
            "returned" if !late => Self::Returned,
            _ if late => Self::Late,
            _ => Self::Asked,
        }
    }
    /// The unit has to do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Late | Self::Returned)
    }
    /// The bureau has to look at it.
    pub fn waits(self) -> bool {
        matches!(self, Self::HandedIn | Self::HandedInLate)
    }
}

/// One line of the board: a unit and what it has done.
#[derive(Clone, Debug)]
pub struct BoardLine {
    /// The unit.
    pub unit: UnitRow,
    /// What was written down.
    pub hand_in: HandInRow,
    /// Where it stands today.
    pub standing: Standing,
    /// Its entries of the period now, by ledger in the order of the collection; none where the
    /// reader may not read the ledger.
    pub entries: Vec<Option<u64>>,
    /// How many of them have changed since the unit handed in, or since that was accepted.
    pub changed_since: u64,
}

/// A collection as one reader sees it.
#[derive(Clone, Debug)]
pub struct Board {
    /// The collection.
    pub collection: CollectionRow,
    /// Names of the ledgers asked for, with their ids.
    pub ledgers: Vec<(String, String)>,
    /// Units: all for the bureau, the own one for a unit.
    pub lines: Vec<BoardLine>,
    /// The reader may judge, remind and close.
    pub conducts: bool,
}

impl Board {
    /// How many units stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.lines.iter().filter(|l| l.standing == standing).count()
    }
}

/// A collection to start.
#[derive(Clone, Debug, Default)]
pub struct NewCollection {
    /// What it is called.
    pub title: String,
    /// What the units should know.
    pub note: String,
    /// Ids of the ledgers.
    pub ledgers: Vec<String>,
    /// First day of the period, ISO.
    pub from: String,
    /// Last day of the period, ISO.
    pub to: String,
    /// The day by which to hand in, ISO.
    pub due_on: String,
    /// Kinds of units that are asked; none is all kinds.
    pub kinds: Vec<String>,
    /// Districts whose units are asked; none is all districts.
    pub districts: Vec<String>,
    /// Units that are asked, by name; none is all of these kinds and districts.
    pub units: Vec<String>,
}

impl App {
    /// The ledgers that the actor may ask units for.
    pub fn collectable(&self, actor: &Actor) -> Vec<(String, String)> {
        let open =
            |l: &&std::sync::Arc<catalogue::definition::Ledger>| l.units == UnitAccess::Write;
        let ledgers = self.ledgers(actor, Action::Read);
        let named =
            |l: &std::sync::Arc<catalogue::definition::Ledger>| (l.id.to_string(), l.name.clone());
        ledgers.iter().filter(open).map(named).collect()
    }

    /// Starts a collection; answers its id.
    ///
    /// # Errors
    /// A denial, or an input error that says what is missing.
    pub fn start_collection(&self, actor: &Actor, new: &NewCollection) -> Result<String> {
        authorise(actor, Action::Collect, Resource::Organ)?;
        let input = |words: &str| Err(AppError::Input(words.to_owned()));
        let day = |text: &str| text.parse::<Date>().ok();
        let (Some(from), Some(to), Some(due)) = (day(&new.from), day(&new.to), day(&new.due_on))
        else {
            return input("请填写所属期间和截止日期。");
        };
        if new.title.trim().is_empty() || new.ledgers.is_empty() {
            return input("请填写任务名称，并至少选择一本台账。");
        }
        if to < from || due < from {
            return input("期间的先后不对，或者截止日期早于期间开始。");
        }
        let may = self.collectable(actor);
        if !new
            .ledgers
            .iter()
            .all(|id| may.iter().any(|(m, _)| m == id))
        {
            return input("只能要求填报您可以查看、并且向学校开放填报的台账。");
        }
        let now = self.clock.now();
        let id = self.chance.uuid7(now);
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            let chosen =
                |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
            let units: Vec<UnitRow> = db
                .units(who.0)?
                .into_iter()
                .filter(|u| u.state == "active")
                .filter(|u| chosen(&new.kinds, &u.kind) && chosen(&new.districts, &u.district))
                .filter(|u| chosen(&new.units, &u.name))
                .collect();
            let known = |name: &&String| units.iter().any(|unit| unit.name == **name);
            let unknown: Vec<&str> = new
                .units
                .iter()
                .filter(|n| !known(n))
                .map(|n| &**n)
                .collect();
            if !unknown.is_empty() {
                return Err(AppError::Input(format!(
                    "没有这些单位，或者不属于所选的类别和区县：{}。",
                    unknown.join("、")
                )));
            }
            if units.is_empty() {
                return Err(AppError::Input("没有符合条件的单位。".to_owned()));
            }
            db.put_collections(&[CollectionRow {
                organ_id: who.0.to_owned(),
                collection_id: id.clone(),
                title: new.title.trim().chars().take(100).collect(),
                note: new.note.trim().chars().take(2_000).collect(),
                ledgers: new.ledgers.join(" "),
                from_on: from.to_string(),
                to_on: to.to_string(),
                due_on: due.to_string(),
                section_id: actor.section.clone(),
                created_by: who.1.to_owned(),
                created_at: now.to_string(),
                closed_at: None,
            }])?;
            let asked = |unit: &UnitRow| HandInRow {
                organ_id: who.0.to_owned(),
                collection_id: id.clone(),
                unit_id: unit.unit_id.clone(),
                state: "asked".to_owned(),
                entry_count: 0,
                log_size: 0,
                changed_at: now.to_string(),
                changed_by: who.1.to_owned(),
                note: String::new(),
                reminded_at: None,
            };
            let rows: Vec<HandInRow> = units.iter().map(asked).collect();
            db.put_hand_ins(&rows)?;
            let ids: Vec<&str> = units.iter().map(|u| u.unit_id.as_str()).collect();
            let text = format!("请填报“{}”，{due} 前报送。", new.title.trim());
            self.tell_units(db, who.0, &ids, &format!("collection/{id}"), &text)?;
            let detail = format!("发起：{}，{} 个单位", new.title.trim(), units.len());
            self.note_audit(db, who, "collection", &id, &detail)
        })?;
        Ok(id)
    }

    /// The collections that the actor may see, newest first: all of the organ, or those that ask
    /// the actor's unit.
    ///
    /// # Errors
    /// A denial.
    pub fn collections(&self, actor: &Actor) -> Result<Vec<Board>> {
        let own = self.own_unit_or_staff(actor)?;
        let organ = actor.organ.as_str();
        self.store.read(|db| {
            let mut boards = Vec::new();
            for collection in db.collections(organ)?.into_iter().rev() {
                let rows = match own {
                    Some(unit) => db
                        .hand_ins_of(organ, unit)?
                        .into_iter()
                        .filter(|h| h.collection_id == collection.collection_id)
                        .collect(),
                    None => db.hand_ins(organ, &collection.collection_id)?,
                };
                if !rows.is_empty() {
                    boards.push(self.board_of(db, actor, collection, rows, false)?);
                }
            }
            Ok(boards)
        })
    }

    /// A collection with what every unit has done, or for a unit with what itself has done.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it does not exist or does not ask the actor's unit.
    pub fn collection(&self, actor: &Actor, id: &str) -> Result<Board> {
        let own = self.own_unit_or_staff(actor)?;
        self.store.read(|db| {
            let missing = || AppError::NotFound("该填报任务");
            let collection = db.collection(&actor.organ, id)?.ok_or_else(missing)?;
            let mut rows = db.hand_ins(&actor.organ, id)?;
            rows.retain(|row| own.is_none_or(|unit| row.unit_id == unit));
            if rows.is_empty() {
                return Err(missing());
            }
            self.board_of(db, actor, collection, rows, true)
        })
    }

    fn own_unit_or_staff<'a>(&self, actor: &'a Actor) -> Result<Option<&'a str>> {
        match &actor.unit {
            Some(unit) => {
                authorise(actor, Action::HandIn, Resource::Organ)?;
                Ok(Some(&unit.id))
            }
            None => {
                authorise(actor, Action::Collect, Resource::Organ)?;
                Ok(None)
            }
        }
    }

    fn board_of(
        &self,
        db: &Db,
        actor: &Actor,
        collection: CollectionRow,
        rows: Vec<HandInRow>,
        count: bool,
    ) -> Result<Board> {
        let today = self.clock.today();
        let units = db.units(&collection.organ_id)?;
        let ids: Vec<&str> = collection.ledgers.split_whitespace().collect();
        let name = |id: &str| {
            let ledger = self.catalogue().ledger(id);
            ledger.map_or_else(|| id.to_owned(), |l| l.name.clone())
        };
        let may_read = |id: &&str| {
            let ledger = self.catalogue().ledger(id);
            ledger.is_some_and(|l| authorise(actor, Action::Read, Resource::Ledger(l)).is_ok())
        };
        let readable: Vec<bool> = ids.iter().map(may_read).collect();
        let mut lines = Vec::with_capacity(rows.len());
        for hand_in in rows {
            let Some(unit) = units.iter().find(|u| u.unit_id == hand_in.unit_id) else {
                continue;
            };
            let (mut entries, mut changed_since) = (Vec::new(), 0);
            if count {
                let counts = self.entries_of(db, &collection, unit)?;
                let shown = counts.into_iter().zip(&readable);
                entries = shown.map(|(n, may)| may.then_some(n)).collect();
                changed_since = self.changed_since(db, &collection, unit, &hand_in)?;
            }
            lines.push(BoardLine {
                changed_since,
                standing: Standing::of(&hand_in, &collection.due_on, today),
                unit: unit.clone(),
                hand_in,
                entries,
            });
        }
        lines.sort_by(|a, b| {
            (&a.unit.district, &a.unit.name).cmp(&(&b.unit.district, &b.unit.name))
        });
        Ok(Board {
            ledgers: ids.iter().map(|id| (name(id), (*id).to_owned())).collect(),
            conducts: conducting::conducts(actor, &collection).is_ok(),
            collection,
            lines,
        })
    }

    fn entries_of(&self, db: &Db, of: &CollectionRow, unit: &UnitRow) -> Result<Vec<u64>> {
        let names = crate::session::own_unit(unit.clone()).names;
        let mut counts = Vec::new();
        for ledger in of.ledgers.split_whitespace() {
            let query = period_of(of, ledger, &names);
            counts.push(db.count(&query, COUNT_MAX)?.n);
        }
        Ok(counts)
    }

    /// How many entries of the period have changed since the unit last handed in or was accepted.
    fn changed_since(
        &self,
        db: &Db,
        of: &CollectionRow,
        unit: &UnitRow,
        hand_in: &HandInRow,
    ) -> Result<u64> {
        let at: Option<Timestamp> = hand_in.changed_at.parse().ok();
        let stands = ["handed-in", "accepted"].contains(&hand_in.state.as_str());
        let Some(at) = at.filter(|_| stands) else {
            return Ok(0);
        };
        let names = crate::session::own_unit(unit.clone()).names;
        let mut changed = 0;
        for ledger in of.ledgers.split_whitespace() {
            let mut query = period_of(of, ledger, &names);
            query.include_voided = true;
            query.limit = CHANGES_MAX;
            let later = |row: &store::EntryRow| {
                let then: Option<Timestamp> = row.changed_at.parse().ok();
                then.is_some_and(|then| then > at)
            };
            let rows = db.list(&query)?.rows;
            changed += rows.iter().filter(|row| later(row)).count() as u64;
        }
        Ok(changed)
    }

    /// Hands in what the actor's unit has entered.
    ///
    /// # Errors
    /// A denial; an input error when it was accepted already, is closed, or nothing was entered
    /// and `nothing` was not said.
    pub fn hand_in_collection(
        &self,
        actor: &Actor,
        id: &str,
        note: &str,
        nothing: bool,
    ) -> Result<()> {
        authorise(actor, Action::HandIn, Resource::Organ)?;
        let unit = actor.unit.as_ref().ok_or(AppError::NotFound("该单位"))?;
        let who = (actor.organ.as_str(), actor.account.as_str());
        self.store.write(|db| {
            let (collection, row) = open_hand_in(db, who.0, id, &unit.id)?;
            let units = db.units(who.0)?;
            let unit = units.iter().find(|u| u.unit_id == unit.id);
            let unit = unit.ok_or(AppError::NotFound("该单位"))?;
            let entries: u64 = self.entries_of(db, &collection, unit)?.iter().sum();
            if entries == 0 && !nothing {
                return Err(AppError::Input(
                    "期间内还没有填报任何记录。确实没有的，请勾选“本期没有此项工作”再报送。"
                        .to_owned(),
                ));
            }
            if row.state == "accepted" {
                return Err(AppError::Input("已被接收，不用再报送。".to_owned()));
            }
            db.put_hand_ins(&[HandInRow {
                state: "handed-in".to_owned(),
                entry_count: entries,
                log_size: db.log_size()?,
                changed_at: self.clock.now().to_string(),
                changed_by: who.1.to_owned(),
                note: note.trim().chars().take(500).collect(),
                ..row
            }])?;
            let detail = format!("{}报送 {entries} 条", unit.name);
            self.note_audit(db, who, "collection", id, &detail)
        })
    }

    /// Tells all people of some units something.
    fn tell_units(
        &self,
        db: &Db,
        organ: &str,
        units: &[&str],
        about: &str,
        text: &str,
    ) -> Result<()> {
        let now = self.clock.now();
        for credential in db.credentials(organ)? {
            let unit = credential.unit_id.as_deref().unwrap_or_default();
            if !units.contains(&unit) {
                continue;
            }
            db.put_notice(&NoticeRow {
                organ_id: organ.to_owned(),
                account_id: credential.account_id,
                notice_id: self.chance.uuid7(now),
                kind: "collection".to_owned(),
                about: about.to_owned(),
                entry_id: None,
                text: text.to_owned(),
                made_at: now.to_string(),
                read_at: None,
            })?;
        }
        Ok(())
    }
}

/// The entries of a unit that a collection asks for.
fn period_of(of: &CollectionRow, ledger: &str, names: &[String]) -> ListQuery {
    let scope = RowFilter::organ(&of.organ_id).of_units(Some(names.to_vec()));
    let mut query = ListQuery::new(&of.organ_id, ledger, scope);
    query.from = Some(of.from_on.clone());
    query.to = Some(of.to_on.clone());
    query
}

fn refuse_closed(of: &CollectionRow) -> Result<()> {
    match of.closed_at {
        Some(_) => Err(AppError::Input("这个填报任务已经结束。".to_owned())),
        None => Ok(()),
    }
}

/// The hand-in of a unit in a collection that is not closed.
fn open_hand_in(db: &Db, organ: &str, id: &str, unit: &str) -> Result<(CollectionRow, HandInRow)> {
    let missing = || AppError::NotFound("该填报任务");
    let collection = db.collection(organ, id)?.ok_or_else(missing)?;
    let rows = db.hand_ins(organ, id)?;
    let row = rows.into_iter().find(|r| r.unit_id == unit);
    let row = row.ok_or_else(missing)?;
    refuse_closed(&collection)?;
    Ok((collection, row))
}
