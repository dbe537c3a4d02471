//! Indicator trees (指标体系): each indicator with its figure, its evidence and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Ask;
use office::xlsx::{Column, Datum, Kind, TableWriter};
use values::{
    dates::{Date, Period},
    ratio::Ratio,
};

use super::{NUMBER, day, happened, number, stands, tasks::Evidence, text};
use crate::{
    App,
    authorise::Actor,
    entry::Entry,
    error::{AppError, Result},
    figures::Reading,
};

/// A tree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Its name.
    pub name: String,
    /// Indicators in the order of their codes; none for readers who see totals only.
    pub indicators: Vec<Indicator>,
    /// How many there are.
    pub count: usize,
    /// How many of them have gaps.
    pub with_gaps: usize,
    /// The reader may not see the indicators.
    pub hidden: bool,
}

/// What an indicator lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The figure has no data in the year.
    NoData,
    /// The figure is below its target.
    BelowTarget(String),
    /// The figure is above its target, where less is better.
    AboveTarget(String),
    /// No such figure.
    UnknownFigure(String),
    /// A ledger that should prove it has no entry of the year.
    NoEvidence(String),
    /// Nothing says how it is proved.
    NothingNamed,
    /// Material is due and not uploaded.
    MaterialDue(String),
}

impl Gap {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Gap::NoData => "佐证数据没有数".to_owned(),
            Gap::BelowTarget(target) => format!("低于目标值{target}"),
            Gap::AboveTarget(target) => format!("高于目标值{target}"),
            Gap::UnknownFigure(id) => format!("没有叫“{id}”的数据"),
            Gap::NoEvidence(one) if one.contains(NUMBER) => format!("找不到“{one}”"),
            Gap::NoEvidence(ledger) => format!("“{ledger}”本年没有记录"),
            Gap::NothingNamed => "没有写明用什么佐证".to_owned(),
            Gap::MaterialDue(name) => format!("材料“{name}”到期未上传"),
        }
    }
}

/// An indicator.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its entry.
    pub entry: String,
    /// `1.2`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Section.
    pub section: String,
    /// Points in tenths.
    pub points: Option<i64>,
    /// It has indicators below it and needs no proof of its own.
    pub branch: bool,
    /// Its figure in the year.
    pub reading: Option<Reading>,
    /// Target in hundredths of the figure's unit.
    pub target: Option<i64>,
    /// Less is better: the target is not to be exceeded.
    pub at_most: bool,
    /// Ledgers that prove it.
    pub evidence: Vec<Evidence>,
    /// Materials: name, due, uploaded.
    pub materials: Vec<(String, Date, Option<Date>)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

impl Indicator {
    /// How deep it stands: 0 for `1`, 1 for `1.2`.
    pub fn depth(&self) -> usize {
        self.code.matches('.').count()
    }
    /// The target as it is printed.
    pub fn target_words(&self) -> Option<String> {
        let (whole, rest) = (self.target? / 100, self.target? % 100);
        let text = format!("{whole}.{rest:02}");
        let number = text.trim_end_matches('0').trim_end_matches('.');
        Some(match self.at_most {
            true => format!("不高于{number}"),
            false => number.to_owned(),
        })
    }
}

/// `1.10` after `1.9`: by the numbers between the dots.
fn order(code: &str) -> Vec<(u32, String)> {
    let part = |p: &str| (p.parse().unwrap_or(u32::MAX), p.to_owned());
    code.split('.').map(part).collect()
}

impl App {
    /// The trees of the organ for a year.
    ///
    /// # Errors
    /// A denial.
    pub fn indicator_trees(&self, actor: &Actor, year: i16) -> Result<Vec<Tree>> {
        self.reads_figures(actor)?;
        let on = jiff::civil::date(year, 12, 31).min(self.clock.today());
        let entries = self.all_entries(actor, "indicator")?;
        let entries: Vec<Entry> = entries
            .into_iter()
            .filter(|e| stands(e, "withdrawn_on", on))
            .collect();
        let materials = self.all_entries(actor, "indicator_material")?;
        let mut trees: BTreeMap<String, Vec<Indicator>> = BTreeMap::new();
        for entry in &entries {
            let tree = text(entry, "tree");
            let below = format!("{}.", text(entry, "code"));
            let same = entries.iter().filter(|e| text(e, "tree") == tree);
            let branch = same.clone().any(|e| text(e, "code").starts_with(&below));
            let own = materials.iter().filter(|m| {
                text(m, "tree") == tree
                    && text(m, "code") == text(entry, "code")
                    && happened(m).year() == year
            });
            let own: Vec<&Entry> = own.collect();
            let indicator = self.indicator(actor, entry, branch, &own, year, on)?;
            trees.entry(tree.to_owned()).or_default().push(indicator);
        }
        let hidden = !self.may_read(actor, "indicator");
        Ok(trees
            .into_iter()
            .map(|(name, mut indicators)| {
                indicators.sort_by_cached_key(|i| order(&i.code));
                let with_gaps = indicators.iter().filter(|i| !i.gaps.is_empty()).count();
                let count = indicators.len();
                if hidden {
                    indicators.clear();
                }
                Tree {
                    name,
                    indicators,
                    count,
                    with_gaps,
                    hidden,
                }
            })
            .collect())
    }

    fn indicator(
        &self,
        actor: &Actor,
        entry: &Entry,
        branch: bool,
        materials: &[&Entry],
        year: i16,
        on: Date,
    ) -> Result<Indicator> {
        let mut gaps = Vec::new();
        // Clerks write the name that the page of figures shows; an id does as well.
        let figure = text(entry, "figure");
        let named = self.catalogue().figures().find(|f| f.name == figure);
        let figure = named.map_or(figure, |f| f.id.as_str());
        let target = number(entry, "target");
        let mut reading = None;
        if !figure.is_empty() {
            let ask = Ask::period(Period::year(year));
            match self.readings(actor, &[(figure.to_owned(), ask)], None) {
                Ok(mut found) => reading = found.pop(),
                Err(AppError::NotFound(_)) => gaps.push(Gap::UnknownFigure(figure.to_owned())),
                Err(other) => return Err(other),
            }
        }
        let evidence = self.evidence(actor, text(entry, "evidence"), year)?;
        let materials: Vec<(String, Date, Option<Date>)> = materials
            .iter()
            .map(|m| {
                (
                    text(m, "name").to_owned(),
                    happened(m),
                    day(m, "uploaded_on"),
                )
            })
            .collect();
        let mut indicator = Indicator {
            entry: entry.id.clone(),
            code: text(entry, "code").to_owned(),
            name: text(entry, "name").to_owned(),
            section: text(entry, "duty_section").to_owned(),
            points: number(entry, "points"),
            branch,
            reading,
            target,
            at_most: text(entry, "sense") == "不高于",
            evidence,
            materials,
            gaps,
        };
        if !branch {
            let found = missing(&indicator, on);
            indicator.gaps.extend(found);
        }
        Ok(indicator)
    }
}

/// What proves each indicator of a tree, as a sheet.
pub(super) fn index(tree: &Tree) -> Result<Vec<u8>> {
    let words = [
        "指标编号",
        "指标",
        "责任科室",
        "佐证数据",
        "目标值",
        "佐证台账",
        "佐证材料",
        "缺口",
    ];
    let columns = words.map(|name| Column {
        name: name.to_owned(),
        kind: Kind::Text,
    });
    let fault = |e: office::OfficeError| AppError::Fault(e.to_string());
    let mut writer = TableWriter::new(&tree.name, &columns).map_err(fault)?;
    for indicator in &tree.indicators {
        let value = indicator
            .reading
            .as_ref()
            .map(|r| format!("{}：{}{}", r.figure.name, r.words(), r.figure.unit));
        let ledgers = indicator.evidence.iter();
        let ledgers: Vec<String> = ledgers
            .map(|e| format!("{}（{}条）", e.name, e.entries))
            .collect();
        let materials = indicator
            .materials
            .iter()
            .map(|(name, due, done)| match done {
                Some(day) => format!("{name}（{}上传）", values::dates::chinese(*day)),
                None => format!("{name}（{}到期）", values::dates::chinese(*due)),
            });
        let materials: Vec<String> = materials.collect();
        let gaps: Vec<String> = indicator.gaps.iter().map(Gap::words).collect();
        let cells = [
            indicator.code.clone(),
            indicator.name.clone(),
            indicator.section.clone(),
            value.unwrap_or_default(),
            indicator.target_words().unwrap_or_default(),
            ledgers.join("；"),
            materials.join("；"),
            gaps.join("；"),
        ];
        let row: Vec<Datum> = cells.into_iter().map(Datum::Text).collect();
        writer.push(&row).map_err(fault)?;
    }
    writer.finish(&[]).map_err(fault)
}

/// What an indicator without others below it lacks.
fn missing(indicator: &Indicator, on: Date) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if let Some(reading) = &indicator.reading {
        let target = indicator
            .target
            .and_then(|t| Ratio::new(i128::from(t), 100));
        match (reading.answer.value, target) {
            (None, _) => gaps.push(Gap::NoData),
            (Some(value), Some(target)) if indicator.at_most && value > target => {
                let target = indicator.target_words().unwrap_or_default();
                gaps.push(Gap::AboveTarget(target.replace("不高于", "")));
            }
            (Some(value), Some(target)) if !indicator.at_most && value < target => {
                gaps.push(Gap::BelowTarget(
                    indicator.target_words().unwrap_or_default(),
                ));
            }
            _ => {}
        }
    }
    let silent = indicator.evidence.iter().filter(|e| e.entries == 0);
    let silent: BTreeSet<&str> = silent.map(|e| e.name.as_str()).collect();
    gaps.extend(
        silent
            .into_iter()
            .map(|name| Gap::NoEvidence(name.to_owned())),
    );
    if indicator.reading.is_none()
        && indicator.evidence.is_empty()
        && indicator.materials.is_empty()
    {
        gaps.push(Gap::NothingNamed);
    }
    let late = indicator
        .materials
        .iter()
        .filter(|(_, due, uploaded)| uploaded.is_none() && *due <= on);
    gaps.extend(late.map(|(name, _, _)| Gap::MaterialDue(name.clone())));
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ordered_by_their_numbers() {
        let mut codes = vec!["2", "1.10", "1", "1.9", "1.9.2"];
        codes.sort_by_cached_key(|c| order(c));
        assert_eq!(codes, ["1", "1.9", "1.9.2", "1.10", "2"]);
    }

    #[test]
    fn ledgers_may_be_written_with_any_usual_sign_between_them() {
        let names = super::super::names_in("power_list、清单公布与调整, inspection；x", &[]);
        assert_eq!(names, ["power_list", "清单公布与调整", "inspection", "x"]);
    }

    #[test]
    fn a_sign_within_a_known_name_does_not_part_it() {
        let known = ["民办学校变更、延续、终止", "“学宪法 讲宪法”活动", "信访"];
        let written = "信访事项、民办学校变更、延续、终止；“学宪法 讲宪法”活动 信访";
        let names = super::super::names_in(written, &known);
        assert_eq!(
            names,
            [
                "信访事项",
                "民办学校变更、延续、终止",
                "“学宪法 讲宪法”活动",
                "信访"
            ]
        );
    }
}
