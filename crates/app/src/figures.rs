//! Figures: values, breakdowns, the entries behind them, as of now or of an earlier tree size.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use catalogue::definition::{Figure, FigureKind};
use kernel::{Answer, Ask, Folds, evaluate, figure::fits};
use store::{Db, FigureCursor, FigureQuery, Listed, RowFilter, StoreError};
use values::{dates::Date, decimal::Rounding, money::Fen, ratio::Ratio};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// A figure with its value.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The figure.
    pub figure: Arc<Figure>,
    /// What was asked.
    pub ask: Ask,
    /// The exact value.
    pub answer: Answer,
}

impl Reading {
    /// The value as it is printed; `None` is "no data". Money as everywhere: `817,092`, and with
    /// its fen where there are any.
    pub fn text(&self) -> Option<String> {
        let value = self.answer.value?;
        let rounded = value.decimal(self.figure.decimals, Rounding::HalfUp);
        let money = match self.figure.unit.as_str() {
            "元" => Fen::from_decimal_yuan(rounded).ok(),
            _ => None,
        };
        Some(money.map_or_else(|| rounded.to_string(), Fen::plain))
    }
    /// The value as it is written in a sentence, or 无数据: a whole rate without decimals, 覆盖率100%.
    pub fn words(&self) -> String {
        let whole = self.answer.value.and_then(Ratio::to_integer);
        let whole = whole.filter(|_| self.figure.unit != "元");
        let whole = whole.map(|number| number.to_string());
        whole
            .or_else(|| self.text())
            .unwrap_or_else(|| "无数据".to_owned())
    }
}

/// An entry behind a figure.
#[derive(Clone, Debug)]
pub struct Behind {
    /// The entry.
    pub entry_id: String,
    /// Its number.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// The day at which it counts.
    pub happened_on: String,
    /// What it adds, in stored units.
    pub value: i64,
    /// Its key, for figures over different keys.
    pub item: String,
    /// The leaf of the event that added it.
    pub leaf_index: u64,
}

impl From<store::FigureEntry> for Behind {
    fn from(row: store::FigureEntry) -> Self {
        Self {
            entry_id: row.entry_id,
            number: row.number.unwrap_or_default(),
            title: row.title,
            happened_on: row.happened_on,
            value: row.value,
            item: row.item,
            leaf_index: row.leaf_index,
        }
    }
}

/// The lines of one organ, now or as of an earlier size of the log. What was read once is remembered
/// for as long as it lives, which is one question to the store.
pub(crate) struct Lines<'a> {
    pub db: &'a Db,
    pub organ: &'a str,
    pub as_of: Option<u64>,
    memo: RefCell<BTreeMap<(String, Ask), i128>>,
    sums: RefCell<BTreeMap<Asked, Rc<[Sum]>>>,
}

/// A figure and the period asked for.
type Asked = (String, Option<Date>, Date);

/// What a period adds up to under the same dimensions.
pub(crate) struct Sum {
    pub dims: BTreeMap<String, String>,
    pub value: i64,
}

impl Sum {
    fn fits(&self, only: &BTreeMap<String, String>) -> bool {
        only.iter().all(|(d, v)| self.dims.get(d) == Some(v))
    }
}

impl<'a> Lines<'a> {
    pub fn new(db: &'a Db, organ: &'a str, as_of: Option<u64>) -> Self {
        // As of the present size is as of now, which needs no walk over lines.
        let is_past = |size: &u64| db.log_size().map_or(true, |now| *size < now);
        Self {
            db,
            organ,
            as_of: as_of.filter(is_past),
            memo: RefCell::default(),
            sums: RefCell::default(),
        }
    }
    /// A question to the store about one figure.
    pub fn query<'q>(
        &'q self,
        figure: &'q str,
        from: Option<&'q str>,
        to: &'q str,
    ) -> FigureQuery<'q> {
        FigureQuery {
            organ_id: self.organ,
            figure,
            from,
            to: Some(to),
            as_of: self.as_of,
        }
    }
    /// The keys that a figure over different keys counts.
    pub fn keys(
        &self,
        figure: &Figure,
        ask: &Ask,
    ) -> std::result::Result<std::collections::BTreeSet<String>, StoreError> {
        let from = ask.from.map(|d| d.to_string());
        let to = ask.to.to_string();
        let query = self.query(&figure.id, from.as_deref(), &to);
        let rows = self.db.figure_distinct(&query)?;
        // The same key may stand under several dimension values: it counts once.
        let fitting = rows.into_iter().filter(|row| fits(&row.dims, &ask.only));
        Ok(fitting.map(|row| row.item).collect())
    }
    /// The sums of a figure by dimensions.
    pub fn sums(
        &self,
        figure: &str,
        from: Option<Date>,
        to: Date,
    ) -> std::result::Result<Rc<[Sum]>, StoreError> {
        let asked = (figure.to_owned(), from, to);
        if let Some(known) = self.sums.borrow().get(&asked) {
            return Ok(Rc::clone(known));
        }
        let (from, to) = (from.map(|d| d.to_string()), to.to_string());
        let rows = self
            .db
            .figure_sum(&self.query(figure, from.as_deref(), &to))?;
        let sum = |row: store::SumRow| Sum {
            dims: serde_json::from_str(&row.dims).unwrap_or_default(),
            value: row.value,
        };
        let rows: Rc<[Sum]> = rows.into_iter().map(sum).collect();
        self.sums.borrow_mut().insert(asked, Rc::clone(&rows));
        Ok(rows)
    }
    fn memo(
        &self,
        figure: &Figure,
        ask: &Ask,
        compute: impl FnOnce() -> std::result::Result<i128, StoreError>,
    ) -> std::result::Result<i128, StoreError> {
        let key = (figure.id.to_string(), ask.clone());
        if let Some(known) = self.memo.borrow().get(&key) {
            return Ok(*known);
        }
        let value = compute()?;
        self.memo.borrow_mut().insert(key, value);
        Ok(value)
    }
}

/// The entries behind figures.
impl Lines<'_> {
    /// The lines that a figure adds up, oldest first: of a stock those that still stand at the end
    /// of the period, of a state the last of each key.
    pub fn behind(
        &self,
        figure: &Figure,
        ask: &Ask,
        after: Option<&FigureCursor>,
        limit: usize,
    ) -> std::result::Result<Vec<store::FigureEntry>, StoreError> {
        if matches!(figure.kind, FigureKind::Latest(_)) {
            return self.behind_latest(figure, ask, after, limit);
        }
        let standing = matches!(
            figure.kind,
            FigureKind::Stock(_) | FigureKind::DistinctStock(_)
        );
        let from = ask.from.filter(|_| !standing).map(|day| day.to_string());
        let to = ask.to.to_string();
        let query = self.query(&figure.id, from.as_deref(), &to);
        let fitting = |rows: Vec<store::SumRow>| {
            let rows = rows.into_iter().filter(|row| fits(&row.dims, &ask.only));
            rows.map(|row| row.dims).collect()
        };
        let dims: Option<Vec<String>> = match ask.only.is_empty() {
            true => None,
            false => Some(fitting(self.db.figure_sum(&query)?)),
        };
        let listed = Listed {
            dims: dims.as_deref(),
            standing,
        };
        let rows = RowFilter::organ(self.organ);
        self.db.figure_entries(&query, listed, &rows, after, limit)
    }

    fn behind_latest(
        &self,
        figure: &Figure,
        ask: &Ask,
        after: Option<&FigureCursor>,
        limit: usize,
    ) -> std::result::Result<Vec<store::FigureEntry>, StoreError> {
        let to = ask.to.to_string();
        let mut rows = self.db.figure_latest(&self.query(&figure.id, None, &to))?;
        rows.retain(|row| fits(&row.dims, &ask.only));
        rows.sort_by(|a, b| a.place().cmp(&b.place()));
        rows.retain(|row| after.is_none_or(|after| row.place() > after.place()));
        rows.truncate(limit);
        let ids: Vec<&str> = rows.iter().map(|row| row.entry_id.as_str()).collect();
        let entries = self.db.entries(self.organ, &ids)?;
        let of_row = rows.into_iter().filter_map(|row| {
            let entry = entries.iter().find(|e| e.entry_id == row.entry_id)?;
            Some(store::FigureEntry {
                happened_on: row.happened_on,
                leaf_index: row.leaf_index,
                ordinal: row.ordinal,
                ledger: entry.ledger.clone(),
                entry_id: row.entry_id,
                value: row.value,
                dims: row.dims,
                item: row.item,
                title: entry.title.clone(),
                number: entry.number.clone(),
            })
        });
        Ok(of_row.collect())
    }
}

impl Folds for Lines<'_> {
    type Error = StoreError;

    fn sum(&self, figure: &Figure, ask: &Ask) -> std::result::Result<i128, StoreError> {
        let rows = self.sums(&figure.id, ask.from, ask.to)?;
        let fitting = rows.iter().filter(|sum| sum.fits(&ask.only));
        Ok(fitting.map(|sum| i128::from(sum.value)).sum())
    }

    fn distinct(&self, figure: &Figure, ask: &Ask) -> std::result::Result<i128, StoreError> {
        self.memo(figure, ask, || {
            let (from, to) = (ask.from.map(|d| d.to_string()), ask.to.to_string());
            let query = self.query(&figure.id, from.as_deref(), &to);
            Ok(i128::from(self.db.figure_items(&query, &ask.only)?))
        })
    }

    fn latest(&self, figure: &Figure, ask: &Ask) -> std::result::Result<Option<i128>, StoreError> {
        let to = ask.to.to_string();
        let rows = self.db.figure_latest(&self.query(&figure.id, None, &to))?;
        let mut fitting = rows
            .iter()
            .filter(|row| fits(&row.dims, &ask.only))
            .peekable();
        if fitting.peek().is_none() {
            return Ok(None);
        }
        Ok(Some(fitting.map(|row| i128::from(row.value)).sum()))
    }
}

impl App {
    /// Reads figures, as of now or as of an earlier size of the log.
    ///
    /// # Errors
    /// A denial, or [`AppError::NotFound`] for an id that is no figure.
    pub fn readings(
        &self,
        actor: &Actor,
        asks: &[(String, Ask)],
        as_of: Option<u64>,
    ) -> Result<Vec<Reading>> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        self.store.read(|db| {
            let lines = Lines::new(db, &actor.organ, as_of);
            asks.iter()
                .map(|(id, ask)| self.reading(&lines, id, ask))
                .collect()
        })
    }

    pub(crate) fn reading(&self, lines: &Lines<'_>, id: &str, ask: &Ask) -> Result<Reading> {
        let figure = self
            .catalogue()
            .figure(id)
            .ok_or(AppError::NotFound("该数据"))?;
        let answer = evaluate(self.catalogue(), figure, ask, lines)?;
        Ok(Reading {
            figure: Arc::clone(figure),
            ask: ask.clone(),
            answer,
        })
    }

    /// The values of a figure by one dimension, in order of the value names.
    ///
    /// # Errors
    /// As [`App::readings`].
    pub fn by_dimension(
        &self,
        actor: &Actor,
        id: &str,
        ask: &Ask,
        dimension: &str,
        as_of: Option<u64>,
    ) -> Result<Vec<(String, Reading)>> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        self.store.read(|db| {
            let lines = Lines::new(db, &actor.organ, as_of);
            let mut values = std::collections::BTreeSet::new();
            self.dimension_values(&lines, id, ask, dimension, &mut values)?;
            values
                .into_iter()
                .map(|value| {
                    let ask = ask.clone().only(dimension, &value);
                    Ok((value, self.reading(&lines, id, &ask)?))
                })
                .collect()
        })
    }

    fn dimension_values(
        &self,
        lines: &Lines<'_>,
        id: &str,
        ask: &Ask,
        dimension: &str,
        values: &mut std::collections::BTreeSet<String>,
    ) -> Result<()> {
        let figure = self
            .catalogue()
            .figure(id)
            .ok_or(AppError::NotFound("该数据"))?;
        if let FigureKind::Formula(formula) = &figure.kind {
            for operand in formula.of.iter().chain(&formula.base) {
                let mut ask = ask.shifted(operand.period);
                for (fixed, to) in &operand.only {
                    ask.only.insert(fixed.to_string(), to.clone());
                }
                self.dimension_values(lines, &operand.figure, &ask, dimension, values)?;
            }
            return Ok(());
        }
        let standing = matches!(
            figure.kind,
            FigureKind::Stock(_) | FigureKind::DistinctStock(_) | FigureKind::Latest(_)
        );
        let from = ask.from.filter(|_| !standing);
        for sum in lines.sums(&figure.id, from, ask.to)?.iter() {
            if sum.fits(&ask.only) {
                values.extend(sum.dims.get(dimension).cloned());
            }
        }
        Ok(())
    }

    /// The values of a figure month by month through a period of at most five years.
    ///
    /// # Errors
    /// As [`App::readings`].
    pub fn by_month(
        &self,
        actor: &Actor,
        id: &str,
        ask: &Ask,
        as_of: Option<u64>,
    ) -> Result<Vec<(String, Reading)>> {
        let Some(mut first) = ask.from.map(Date::first_of_month) else {
            return Ok(Vec::new());
        };
        let mut asks = Vec::new();
        while first <= ask.to && asks.len() < 60 {
            let last = first.last_of_month();
            let month = Ask {
                from: Some(first),
                to: last,
                only: ask.only.clone(),
            };
            asks.push((id.to_owned(), month));
            let Ok(next) = last.tomorrow() else { break };
            first = next;
        }
        let readings = self.readings(actor, &asks, as_of)?;
        let month = |r: &Reading| r.ask.to.to_string()[..7].to_owned();
        Ok(readings.into_iter().map(|r| (month(&r), r)).collect())
    }

    /// A stored quantity in the unit of its figure, as printed.
    pub fn in_unit(&self, figure: &Figure, value: i64) -> String {
        let scale = kernel::figure::scale(self.catalogue(), figure);
        let decimals = u8::try_from(scale.checked_ilog10().unwrap_or(0)).unwrap_or(0);
        let ratio = Ratio::new(i128::from(value), scale);
        ratio.map_or_else(
            || value.to_string(),
            |r| {
                r.decimal(decimals.max(figure.decimals), Rounding::HalfUp)
                    .to_string()
            },
        )
    }

    /// The entries behind a figure, oldest first, and the cursor of the next page: of a stock those
    /// that still stand at the end of the period, of a state the last of each key.
    /// A formula's entries are those of its operands, which have pages of their own.
    ///
    /// # Errors
    /// As [`App::readings`].
    pub fn behind(
        &self,
        actor: &Actor,
        id: &str,
        ask: &Ask,
        as_of: Option<u64>,
        after: Option<FigureCursor>,
        limit: usize,
    ) -> Result<Drill> {
        authorise(actor, Action::ReadFigures, Resource::Figures)?;
        let figure = self
            .catalogue()
            .figure(id)
            .ok_or(AppError::NotFound("该数据"))?;
        if figure.kind.fold().is_none() {
            return Ok(Drill {
                entries: Vec::new(),
                next: None,
                hidden: false,
            });
        }
        let ledger = self
            .catalogue()
            .ledger(&figure.ledger)
            .ok_or(AppError::NotFound("该台账"))?;
        // The total is visible to all; the entries only to whoever may read the ledger.
        if authorise(actor, Action::Read, Resource::Ledger(ledger)).is_err() {
            return Ok(Drill {
                entries: Vec::new(),
                next: None,
                hidden: true,
            });
        }
        self.store.read(|db| {
            let lines = Lines::new(db, &actor.organ, as_of);
            let page = lines.behind(figure, ask, after.as_ref(), limit)?;
            let next = if page.len() < limit {
                None
            } else {
                page.last().map(|r| r.cursor())
            };
            let entries = page.into_iter().map(Behind::from);
            Ok(Drill {
                entries: entries.collect(),
                next,
                hidden: false,
            })
        })
    }
}

/// A cursor as text for an address.
pub fn cursor_text(cursor: &FigureCursor) -> String {
    format!(
        "{}~{}~{}",
        cursor.happened_on, cursor.leaf_index, cursor.ordinal
    )
}

/// The cursor of a text made by [`cursor_text`]; anything else is the first page.
pub fn cursor_of(text: &str) -> Option<FigureCursor> {
    let mut parts = text.split('~');
    let happened_on = parts
        .next()
        .filter(|t| t.parse::<Date>().is_ok())?
        .to_owned();
    let leaf_index = parts.next()?.parse().ok()?;
    let ordinal = parts.next()?.parse().ok()?;
    Some(FigureCursor {
        happened_on,
        leaf_index,
        ordinal,
    })
}

/// A page of the entries behind a figure.
#[derive(Clone, Debug)]
pub struct Drill {
    /// The entries.
    pub entries: Vec<Behind>,
    /// Cursor of the next page.
    pub next: Option<FigureCursor>,
    /// The actor sees the total, not the entries.
    pub hidden: bool,
}
