//! Roll-ups and counts against what the entries add up to.

use std::collections::BTreeMap;

use store::{ContributionRow, Db, EntryRow, ItemSums, OutcomeRow};

use super::LogReport;
use crate::error::Result;

/// Organ, figure, year, month or day, and dimensions.
type Place = (String, String, String, String);

/// What the entries add up to. Its memory is that of the roll-ups.
#[derive(Default)]
pub(super) struct Rollups {
    /// Sum and number of lines by month.
    months: BTreeMap<Place, (i128, i64)>,
    /// The same by year.
    years: BTreeMap<Place, (i128, i64)>,
    /// The same by day.
    days: BTreeMap<Place, (i128, i64)>,
    /// Sums by organ, figure, item, dimensions and month, for figures that count different items.
    items: BTreeMap<[String; 5], i128>,
    /// Entries by organ, ledger and year.
    counts: BTreeMap<(String, String, u32), i64>,
    /// Clocks met and missed by organ, section, ledger, clock and month.
    outcomes: BTreeMap<[String; 5], (i64, i64)>,
}

impl Rollups {
    /// Adds a line.
    pub fn add(&mut self, line: &ContributionRow) {
        let place = |period: &str| {
            let (organ, figure) = (line.organ_id.clone(), line.figure.clone());
            (organ, figure, period.to_owned(), line.dims.clone())
        };
        let month = place(line.happened_on.get(..7).unwrap_or_default());
        let value = i128::from(line.value);
        if line.distinct {
            let (organ, figure, month, dims) = month.clone();
            let key = [organ, figure, line.item.clone(), dims, month];
            *self.items.entry(key).or_default() += value;
        }
        let days = self.days.entry(place(&line.happened_on)).or_default();
        let year = place(line.happened_on.get(..4).unwrap_or_default());
        let years = self.years.entry(year).or_default();
        for sum in [self.months.entry(month).or_default(), years, days] {
            sum.0 += value;
            sum.1 += if line.negates_leaf.is_some() { -1 } else { 1 };
        }
    }

    /// Counts an entry.
    pub fn count(&mut self, entry: &EntryRow) {
        if entry.voided {
            return;
        }
        let year = entry.happened_on.get(..4).and_then(|y| y.parse().ok());
        let key = (
            entry.organ_id.clone(),
            entry.ledger.clone(),
            year.unwrap_or(0),
        );
        *self.counts.entry(key).or_default() += 1;
    }

    /// Adds a stopped clock.
    pub fn stopped(&mut self, row: &OutcomeRow) {
        let sum = self.outcomes.entry(outcome_key(row)).or_default();
        sum.0 += row.met;
        sum.1 += row.missed;
    }

    /// Compares with what is stored.
    pub fn compare(mut self, db: &Db, report: &mut LogReport) -> Result<()> {
        let months = std::mem::take(&mut self.months);
        compare_sums("rollup", months, report, |found| {
            db.scan_rollups(|r| found((r.organ_id, r.figure, r.month, r.dims), r.value, r.entries))
        })?;
        let years = std::mem::take(&mut self.years);
        compare_sums("rollup_year", years, report, |found| {
            db.scan_rollup_years(|r| {
                found((r.organ_id, r.figure, r.year, r.dims), r.value, r.entries)
            })
        })?;
        let days = std::mem::take(&mut self.days);
        compare_sums("rollup_day", days, report, |found| {
            db.scan_rollup_days(|r| {
                found((r.organ_id, r.figure, r.day, r.dims), r.value, r.entries)
            })
        })?;
        self.compare_items(db, report)?;
        self.compare_outcomes(db, report)?;
        self.compare_counts(db, report)
    }

    fn compare_outcomes(&mut self, db: &Db, report: &mut LogReport) -> Result<()> {
        let name = |[_, section, ledger, clock, month]: &[String; 5]| {
            format!("{section} 的 {ledger}，期限 {clock}，{month}")
        };
        let scanned = db.scan_outcomes(|row| {
            let key = outcome_key(&row);
            let counted = self.outcomes.remove(&key).unwrap_or((0, 0));
            if counted != (row.met, row.missed) {
                report.find("clock_rollup", name(&key), "与记录不符");
            }
            Ok::<_, store::StoreError>(())
        });
        if report.readable("clock_rollup", "某行", scanned)?.is_some() {
            let due = self.outcomes.iter().filter(|(_, n)| **n != (0, 0));
            for (key, _) in due {
                report.find("clock_rollup", name(key), "缺少");
            }
        }
        Ok(())
    }

    fn compare_items(&mut self, db: &Db, report: &mut LogReport) -> Result<()> {
        self.items.retain(|_, value| *value != 0);
        self.compare_distinct(db, report)?;
        let name = |[organ, figure, item, dims, month]: &[String; 5]| {
            format!("{organ} 的数据 {figure}，{month}，{dims}，{item}")
        };
        let scanned = db.scan_rollup_items(|row| {
            let key = [row.organ_id, row.figure, row.item, row.dims, row.month];
            if self.items.remove(&key) != Some(i128::from(row.value)) {
                report.find("rollup_item", name(&key), "与明细不符");
            }
            Ok::<_, store::StoreError>(())
        });
        if report.readable("rollup_item", "某行", scanned)?.is_some() {
            for key in self.items.keys() {
                report.find("rollup_item", name(key), "缺少");
            }
        }
        Ok(())
    }

    /// How different items are counted.
    fn compare_distinct(&self, db: &Db, report: &mut LogReport) -> Result<()> {
        let mut derived: BTreeMap<[String; 5], i64> = BTreeMap::new();
        let items: Vec<(&[String; 5], i64)> = self
            .items
            .iter()
            .filter_map(|(key, value)| Some((key, i64::try_from(*value).ok()?)))
            .collect();
        for item in items.chunk_by(|(a, _), (b, _)| a[..3] == b[..3]) {
            let sums: ItemSums<'_> = item
                .iter()
                .map(|([.., dims, month], value)| ((&**dims, &**month), *value))
                .collect();
            let [organ, figure, ..] = item[0].0;
            for ([dims, month, previous], n) in store::distinct_rows_of(&sums) {
                let key = [organ.clone(), figure.clone(), dims, month, previous];
                *derived.entry(key).or_default() += n;
            }
        }
        derived.retain(|_, n| *n != 0);
        let name = |[organ, figure, dims, month, previous]: &[String; 5]| {
            format!("{organ} 的数据 {figure}，{dims}，{month}，{previous}")
        };
        let scanned = db.scan_rollup_distinct(|row| {
            let key = [row.organ_id, row.figure, row.dims, row.month, row.previous];
            if derived.remove(&key) != Some(row.items) {
                report.find("rollup_distinct", name(&key), "与明细不符");
            }
            Ok::<_, store::StoreError>(())
        });
        if report
            .readable("rollup_distinct", "某行", scanned)?
            .is_some()
        {
            for key in derived.keys() {
                report.find("rollup_distinct", name(key), "缺少");
            }
        }
        Ok(())
    }

    fn compare_counts(&mut self, db: &Db, report: &mut LogReport) -> Result<()> {
        let name = |ledger: &str, year: u32| format!("台账 {ledger}，{year} 年");
        let scanned = db.scan_counts(|row| {
            let key = (row.organ_id, row.ledger, row.year);
            let counted = self.counts.remove(&key).unwrap_or(0);
            if counted != row.open_count {
                let what = format!("记为 {} 条，实有 {counted} 条", row.open_count);
                report.find("ledger_count", name(&key.1, key.2), what);
            }
            Ok::<_, store::StoreError>(())
        });
        if report.readable("ledger_count", "某行", scanned)?.is_some() {
            for (_, ledger, year) in self.counts.keys() {
                report.find("ledger_count", name(ledger, *year), "缺少");
            }
        }
        Ok(())
    }
}

/// What a visitor of sums is told: place, value and number of lines.
type Found<'a> = dyn FnMut(Place, i64, i64) -> std::result::Result<(), store::StoreError> + 'a;

/// Sums as they are stored against what the entries add up to.
fn compare_sums(
    table: &'static str,
    mut sums: BTreeMap<Place, (i128, i64)>,
    report: &mut LogReport,
    scan: impl FnOnce(&mut Found<'_>) -> std::result::Result<(), store::StoreError>,
) -> Result<()> {
    let scanned = scan(&mut |place, value, entries| {
        let name = name_of(&place);
        match sums.remove(&place) {
            Some((sum, lines)) if sum == i128::from(value) && lines == entries => {}
            None if value == 0 && entries == 0 => {}
            _ => report.find(table, name, "与明细不符"),
        }
        Ok(())
    });
    if report.readable(table, "某行", scanned)?.is_some() {
        for place in sums.keys() {
            report.find(table, name_of(place), "缺少");
        }
    }
    Ok(())
}

fn outcome_key(row: &OutcomeRow) -> [String; 5] {
    [
        &row.organ_id,
        &row.section_id,
        &row.ledger,
        &row.clock,
        &row.month,
    ]
    .map(String::clone)
}

fn name_of((organ, figure, month, dims): &Place) -> String {
    format!("{organ} 的数据 {figure}，{month}，{dims}")
}
