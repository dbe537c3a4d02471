//! Year-end assessment sheets: sums, places and the veto, computed from the scores as entered.

use std::collections::BTreeMap;

use super::{number, text, yes};
use crate::{App, authorise::Actor, error::Result};

/// All sheets of a year.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The year.
    pub year: i16,
    /// Sheets in order.
    pub sheets: Vec<Sheet>,
}

/// A sheet: its indicators, and the units scored by it.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// `科室`.
    pub name: String,
    /// Number, name, points, veto.
    pub indicators: Vec<(i64, String, i64, bool)>,
    /// Units, best first; those with a veto last.
    pub units: Vec<UnitScore>,
}

impl Sheet {
    /// The points that can be had.
    pub fn full(&self) -> i64 {
        self.indicators.iter().map(|(_, _, points, _)| points).sum()
    }
}

/// A unit's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitScore {
    /// Name.
    pub unit: String,
    /// Score by indicator, in tenths; none where it is not scored yet.
    pub scores: Vec<Option<i64>>,
    /// Sum in tenths.
    pub total: i64,
    /// Indicators that veto.
    pub vetoed: Vec<String>,
    /// Place; equal sums share one; none with a veto or while a score is missing.
    pub place: Option<usize>,
    /// A score above the indicator's points.
    pub too_high: bool,
}

impl UnitScore {
    /// Every indicator is scored.
    pub fn complete(&self) -> bool {
        self.scores.iter().all(Option::is_some)
    }
}

impl App {
    /// The assessment of a year.
    ///
    /// # Errors
    /// A denial: scores are for those who may read them.
    pub fn assessment(&self, actor: &Actor, year: i16) -> Result<Assessment> {
        self.ledger(actor, crate::Action::Read, "assessment_score")?;
        let of_year = |entries: Vec<crate::entry::Entry>| {
            let year = i64::from(year);
            let of_year = entries.into_iter();
            of_year.filter(move |e| number(e, "year") == Some(year))
        };
        let mut sheets: BTreeMap<String, Sheet> = BTreeMap::new();
        for indicator in of_year(self.all_entries(actor, "assessment_indicator")?) {
            let name = text(&indicator, "sheet").to_owned();
            let sheet = sheets.entry(name.clone()).or_default();
            sheet.name = name;
            sheet.indicators.push((
                number(&indicator, "number").unwrap_or(0),
                text(&indicator, "name").to_owned(),
                number(&indicator, "points").unwrap_or(0),
                yes(&indicator, "veto"),
            ));
        }
        let mut scores: BTreeMap<(String, String), BTreeMap<i64, (i64, bool)>> = BTreeMap::new();
        for score in of_year(self.all_entries(actor, "assessment_score")?) {
            let key = (
                text(&score, "sheet").to_owned(),
                text(&score, "unit_name").to_owned(),
            );
            let given = (number(&score, "score").unwrap_or(0), yes(&score, "met"));
            let of = number(&score, "number").unwrap_or(0);
            scores.entry(key).or_default().insert(of, given);
        }
        for ((sheet, unit), given) in scores {
            if let Some(sheet) = sheets.get_mut(&sheet) {
                let result = score(&sheet.indicators, unit, &given);
                sheet.units.push(result);
            }
        }
        let mut sheets: Vec<Sheet> = sheets.into_values().collect();
        for sheet in &mut sheets {
            sheet.indicators.sort();
            place(&mut sheet.units);
        }
        Ok(Assessment { year, sheets })
    }
}

fn score(
    indicators: &[(i64, String, i64, bool)],
    unit: String,
    given: &BTreeMap<i64, (i64, bool)>,
) -> UnitScore {
    let mut indicators = indicators.to_vec();
    indicators.sort();
    let mut result = UnitScore {
        unit,
        scores: Vec::new(),
        total: 0,
        vetoed: Vec::new(),
        place: None,
        too_high: false,
    };
    for (number, name, points, veto) in indicators {
        let found = given.get(&number);
        result.scores.push(found.map(|(score, _)| *score));
        if let Some((score, met)) = found {
            result.total += score;
            result.too_high |= *score > points * 10;
            if veto && !met {
                result.vetoed.push(name);
            }
        }
    }
    result
}

/// Sorts by sum and gives places; whoever is vetoed or not fully scored has none and stands last.
fn place(units: &mut [UnitScore]) {
    let placed = |u: &UnitScore| u.vetoed.is_empty() && u.complete();
    units.sort_by(|a, b| {
        let order = (!placed(a), std::cmp::Reverse(a.total), &a.unit);
        order.cmp(&(!placed(b), std::cmp::Reverse(b.total), &b.unit))
    });
    let mut last = None;
    for (at, unit) in units.iter_mut().enumerate() {
        if !placed(unit) {
            break;
        }
        let place = match last {
            Some((total, place)) if total == unit.total => place,
            _ => at + 1,
        };
        last = Some((unit.total, place));
        unit.place = Some(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indicators() -> Vec<(i64, String, i64, bool)> {
        vec![
            (1, "学法".to_owned(), 60, false),
            (2, "履职".to_owned(), 40, false),
            (3, "重大事故".to_owned(), 0, true),
        ]
    }

    fn unit(name: &str, given: &[(i64, i64, bool)]) -> UnitScore {
        let given = given.iter().map(|(n, s, m)| (*n, (*s, *m))).collect();
        score(&indicators(), name.to_owned(), &given)
    }

    #[test]
    fn one_veto_beats_every_sum() {
        let mut units = vec![
            unit("甲", &[(1, 600, true), (2, 400, true), (3, 0, false)]),
            unit("乙", &[(1, 300, true), (2, 300, true), (3, 0, true)]),
        ];
        place(&mut units);
        assert_eq!((units[0].unit.as_str(), units[0].place), ("乙", Some(1)));
        assert_eq!((units[1].place, units[1].vetoed.len()), (None, 1));
    }

    #[test]
    fn equal_sums_share_a_place_and_the_next_one_is_left_out() {
        let all = |name, first| unit(name, &[(1, first, true), (2, 300, true), (3, 0, true)]);
        let mut units = vec![all("甲", 500), all("乙", 500), all("丙", 400)];
        place(&mut units);
        let places: Vec<_> = units.iter().map(|u| u.place).collect();
        assert_eq!(places, [Some(1), Some(1), Some(3)]);
    }

    #[test]
    fn who_is_not_fully_scored_has_no_place() {
        let mut units = vec![unit("甲", &[(1, 600, true)])];
        place(&mut units);
        assert_eq!(units[0].place, None);
        assert!(!units[0].complete());
    }

    #[test]
    fn a_score_above_its_points_is_seen() {
        assert!(unit("甲", &[(1, 601, true)]).too_high);
        assert!(!unit("甲", &[(1, 600, true)]).too_high);
    }
}
