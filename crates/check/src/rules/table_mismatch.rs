//! Tables: rows and columns that add up and divide as their neighbours do.

mod totals;

use std::ops::Range;

use super::Outcome;
use crate::arithmetic::{percentage, ratio_fits, sum, sum_fits};
use crate::decimal::Decimal;
use crate::document::LineKind;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::numbers::{Kind, Number, read_numbers};
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 表格中一行的合计不等于各栏之和，百分比栏与两栏之比不符，合计行不等于各行之和，合计栏不等于各栏之和。
    /// ## 为什么要紧
    /// 表格是附件中最先被核对的部分。
    /// ## 例
    /// 各行都是“抽检 = 合格 + 不合格”，只有一行不是。
    /// ## 改正
    /// 核对这一行的原始数。
    /// ## 已知误报
    /// 栏目之间的关系由多数行证明，至少三行成立才用来检查其余的行；合计行在大半栏目相符时检查，只有一栏时要能由一处笔误说明，且各行没有“其中”“小计”。名称是比率、平均数的栏目不求和。
    "table-mismatch", Error, Relation, "表内数字不符", run
}

/// Wider tables than this are not searched for relations between columns.
const COLUMNS_MAX: usize = 16;

struct Cell {
    value: Decimal,
    percent: bool,
    span: Range<usize>,
}

struct Row {
    /// What stands in each cell.
    words: Vec<Range<usize>>,
    cells: Vec<Option<Cell>>,
}

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    let mut rows: Vec<Row> = Vec::new();
    let mut current = None;
    for line in facts.document.lines() {
        let LineKind::Row { table, cells } = &line.kind else {
            continue;
        };
        if current != Some(*table) {
            check_table(facts, &rows, out);
            rows.clear();
            current = Some(*table);
        }
        rows.push(Row {
            words: cells.clone(),
            cells: cells.iter().map(|cell| read_cell(facts, cell)).collect(),
        });
    }
    check_table(facts, &rows, out);
}

/// The figure of a cell that holds nothing else.
fn read_cell(facts: &Facts<'_>, span: &Range<usize>) -> Option<Cell> {
    let first = facts
        .numbers
        .partition_point(|number| number.span.start < span.start);
    let number: &Number = facts
        .numbers
        .get(first)
        .filter(|number| number.span.end <= span.end)?;
    let text = facts.words(span).trim();
    let lone = facts.words(&number.whole).trim() == text
        || text.trim_end_matches(['%', '％', ' ']) == facts.words(&number.span);
    let figure = matches!(number.kind, Kind::Quantity | Kind::Percent | Kind::Code);
    if !lone || !figure {
        return None;
    }
    // A bare count may look like a hot line or a year; in a cell of its own it is a count.
    let value = if number.kind == Kind::Code {
        read_plain(text)?
    } else {
        number.value
    };
    Some(Cell {
        value,
        percent: number.kind == Kind::Percent,
        span: number.span.clone(),
    })
}

fn read_plain(text: &str) -> Option<Decimal> {
    let padded = format!("{text}件");
    read_numbers(&padded)
        .first()
        .filter(|number| number.kind == Kind::Quantity)
        .map(|number| number.value)
}

fn check_table(facts: &Facts<'_>, rows: &[Row], out: &mut Outcome) {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    totals::run(facts, rows, width, out);
    if rows.len() < 3 || width > COLUMNS_MAX {
        return;
    }
    for total in 0..width {
        let runs = (0..width).flat_map(|first| (first + 1..width).map(move |last| first..last + 1));
        let sums = runs
            .filter(|run| !run.contains(&total))
            .map(|run| column_sum(rows, total, run));
        if let Some(best) = surest(sums) {
            best.broken
                .into_iter()
                .for_each(|finding| push_once(finding, out));
        }
        let pairs = (0..width).flat_map(|part| (0..width).map(move |base| (part, base)));
        let ratios = pairs
            .filter(|(part, base)| part != base && *part != total && *base != total)
            .map(|(part, base)| column_ratio(rows, total, part, base));
        if let Some(best) = surest(ratios) {
            best.broken
                .into_iter()
                .for_each(|finding| push_once(finding, out));
        }
    }
}

/// How a relation between columns fares over the rows.
struct Trial {
    fitting: usize,
    broken: Vec<Finding>,
}

impl Trial {
    /// Whether the rows so far already rule the relation out.
    fn is_hopeless(&self) -> bool {
        self.broken.len() > 4 && self.broken.len() * 3 > self.fitting
    }
}

/// The relation that most rows prove, if at least three do and few do not.
fn surest(trials: impl Iterator<Item = Trial>) -> Option<Trial> {
    trials
        .filter(|trial| trial.fitting >= 3 && trial.broken.len() * 3 <= trial.fitting)
        .min_by_key(|trial| (trial.broken.len(), std::cmp::Reverse(trial.fitting)))
}

fn cell(row: &Row, column: usize) -> Option<&Cell> {
    row.cells.get(column)?.as_ref()
}

/// `total` = sum of `parts`.
fn column_sum(rows: &[Row], total: usize, parts: Range<usize>) -> Trial {
    let mut trial = Trial {
        fitting: 0,
        broken: Vec::new(),
    };
    for row in rows {
        let Some(whole) = cell(row, total).filter(|whole| !whole.percent) else {
            continue;
        };
        let cells: Vec<&Cell> = parts.clone().filter_map(|part| cell(row, part)).collect();
        if cells.len() != parts.len() || cells.iter().any(|part| part.percent) {
            continue;
        }
        let values: Vec<Decimal> = cells.iter().map(|part| part.value).collect();
        if sum_fits(whole.value, &values) {
            trial.fitting += usize::from(!whole.value.is_zero());
            continue;
        }
        let computed = sum(&values).map_or(String::new(), |sum| sum.to_string());
        let mut finding = RULE
            .at(
                whole.span.clone(),
                format!("本行合计 {} 与各栏之和 {computed} 不符", whole.value),
            )
            .help("其余各行都相符，请核对这一行")
            .figures(computed, whole.value.to_string());
        for part in cells {
            finding = finding.related(part.span.clone(), "分栏");
        }
        trial.broken.push(finding);
        if trial.is_hopeless() {
            break;
        }
    }
    trial
}

/// `rate`= `part` / `base`.
fn column_ratio(rows: &[Row], rate: usize, part: usize, base: usize) -> Trial {
    let mut trial = Trial {
        fitting: 0,
        broken: Vec::new(),
    };
    for row in rows {
        let cells = (cell(row, rate), cell(row, part), cell(row, base));
        let (Some(rate), Some(part), Some(base)) = cells else {
            continue;
        };
        if !rate.percent || part.percent || base.percent || base.value.is_zero() {
            continue;
        }
        if ratio_fits(rate.value, part.value, base.value) {
            trial.fitting += usize::from(!rate.value.is_zero());
            continue;
        }
        let computed = percentage(part.value, base.value, rate.value)
            .map_or(String::new(), |value| format!("{value}%"));
        let message = format!(
            "本行 {}% 与 {}÷{}={computed} 不符",
            rate.value, part.value, base.value
        );
        let finding = RULE
            .at(rate.span.clone(), message)
            .help("其余各行都相符，请核对这一行")
            .figures(computed, format!("{}%", rate.value))
            .related(part.span.clone(), "分子")
            .related(base.span.clone(), "分母");
        trial.broken.push(finding);
        if trial.is_hopeless() {
            break;
        }
    }
    trial
}

fn push_once(finding: Finding, out: &mut Outcome) {
    if !out.findings.iter().any(|known| known.span == finding.span) {
        out.findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    fn table(last: &str) -> String {
        format!(
            "| 种类 | 抽检 | 合格 | 不合格 | 合格率 |\n| 粮食 | 200 | 190 | 10 | 95% |\n\
             | 乳品 | 400 | 396 | 4 | 99% |\n| 餐饮 | 500 | 450 | 50 | 90% |\n\
             | 农产品 | 300 | 291 | 9 | 97% |\n{last}"
        )
    }

    #[test]
    fn a_single_column_with_its_total() {
        let table = |total: &str| {
            format!("| 类别 | 件数 |\n| 行政许可 | 12 |\n| 行政处罚 | 9 |\n| 合计 | {total} |")
        };
        check_rule(&RULE, crate::Extent::Excerpt, &table("⟦31⟧"), &table("21"));
        let nested = "| 类别 | 件数 |\n| 许可 | 12 |\n| 其中新办 | 10 |\n| 合计 | 12 |";
        check_rule(&RULE, crate::Extent::Excerpt, nested, nested);
    }

    #[test]
    fn one_row_and_one_total_that_do_not_fit() {
        let silent = table("| 合计 | 1400 | 1327 | 73 | 94.79% |");
        let row = table("| 合计 | 1400 | 1327 | 73 | ⟦97.49%⟧ |");
        check_rule(&RULE, crate::Extent::Excerpt, &row, &silent);
        let total =
            table("| 合计 | 1400 | 1327 | 73 | 94.79% |").replace("| 300 | 291", "| ⟦310⟧ | 291");
        let total = total
            .replace("| 1400", "| ⟦1400⟧")
            .replace("| 97%", "| ⟦97%⟧");
        check_rule(&RULE, crate::Extent::Excerpt, &total, &silent);
    }
}
