//! The row of totals, and the column of totals: 合计, 总计.

use super::{Cell, RULE, Row, push_once};
use crate::arithmetic::{looks_like_slip, sum, sum_fits};
use crate::decimal::Decimal;
use crate::facts::Facts;
use crate::rules::Outcome;
use crate::rules::common::mistyped;

/// So many summands are shown.
const SHOWN_MAX: usize = 8;

/// Wider tables have no column of totals that is looked at.
const COLUMNS_MAX: usize = 40;

/// Lines of a table with their names, read by rows or by columns.
struct Grid<'g> {
    /// What each line is called.
    names: Vec<&'g str>,
    /// What is called across the lines.
    heads: Vec<&'g str>,
    lines: Vec<Vec<Option<&'g Cell>>>,
    /// What the lines are called in a sentence.
    called: &'static str,
}

pub(super) fn run(facts: &Facts<'_>, rows: &[Row], width: usize, out: &mut Outcome) {
    if rows.len() < 2 || width < 2 {
        return;
    }
    let words = |row: &Row, column: usize| {
        let span = row.words.get(column);
        span.map_or("", |span| facts.words(span).trim())
    };
    let figure = |row: usize, column: usize| rows[row].cells.get(column).and_then(Option::as_ref);
    // 序号 has no name to give.
    let name = |row: &Row| {
        let numbered = row.cells.first().is_some_and(Option::is_some);
        words(row, usize::from(numbered))
    };
    let by_rows = Grid {
        names: rows.iter().map(name).collect(),
        heads: (0..width).map(|column| words(&rows[0], column)).collect(),
        lines: (0..rows.len())
            .map(|row| (0..width).map(|column| figure(row, column)).collect())
            .collect(),
        called: "各行",
    };
    total_line(&by_rows, out);
    if width > COLUMNS_MAX {
        return;
    }
    let by_columns = Grid {
        names: by_rows.heads.clone(),
        heads: by_rows.names.clone(),
        lines: (0..width)
            .map(|column| (0..rows.len()).map(|row| figure(row, column)).collect())
            .collect(),
        called: "各栏",
    };
    total_line(&by_columns, out);
}

/// The line of totals, where most of what crosses it adds up.
fn total_line(grid: &Grid<'_>, out: &mut Outcome) {
    let Some(at) = grid.names.iter().position(|name| {
        matches!(
            *name,
            "合计" | "总计" | "共计" | "总数" | "全市" | "全县" | "全区"
        )
    }) else {
        return;
    };
    // The lines belong to the total that closes or opens the table.
    let parts = if at + 1 == grid.lines.len() {
        0..at
    } else {
        at + 1..grid.lines.len()
    };
    let parts: Vec<usize> = parts.filter(|line| !is_label(grid.names[*line])).collect();
    let mut fitting = 0;
    let mut broken: Vec<(&Cell, Vec<Decimal>)> = Vec::new();
    for (across, total) in grid.lines[at].iter().enumerate() {
        let Some(total) = total.filter(|total| !total.percent) else {
            continue;
        };
        if is_ratio(grid.heads[across]) || is_label(grid.heads[across]) {
            continue;
        }
        let values: Vec<Decimal> = parts
            .iter()
            .filter_map(|line| grid.lines[*line][across])
            .filter(|part| !part.percent)
            .map(|part| part.value)
            .collect();
        if values.len() < 2 {
            continue;
        }
        if sum_fits(total.value, &values) {
            fitting += usize::from(!total.value.is_zero());
            let message = format!("合计 {} 等于{}之和", total.value, grid.called);
            let mut finding = RULE.at(total.span.clone(), message);
            finding.holds = true;
            push_once(finding, out);
        } else {
            broken.push((total, values));
        }
    }
    let nested = || parts.iter().any(|line| is_nested(grid.names[*line]));
    let lone = fitting == 0
        && broken.len() == 1
        && at + 1 == grid.lines.len()
        && !nested()
        && one_slip(broken[0].0.value, &broken[0].1);
    if !lone && (fitting == 0 || broken.len() > fitting) {
        return;
    }
    for (total, values) in broken {
        let computed = sum(&values).map_or(String::new(), |sum| sum.to_string());
        let shown: Vec<String> = values
            .iter()
            .take(SHOWN_MAX)
            .map(Decimal::to_string)
            .collect();
        let more = if values.len() > SHOWN_MAX {
            " + …"
        } else {
            ""
        };
        let added = format!("{}{more} = {computed}", shown.join(" + "));
        let finding = RULE
            .at(
                total.span.clone(),
                format!("合计 {} 与{}之和 {computed} 不符", total.value, grid.called),
            )
            .help(if lone {
                format!("{added}；请核对合计和各项")
            } else {
                format!("{added}；其余的合计都相符，请核对这一处")
            })
            .figures(computed, total.value.to_string());
        push_once(finding, out);
    }
}

/// Ratios and averages do not add up: 生师比, 人均经费, 合格率.
fn is_ratio(head: &str) -> bool {
    let head = head.trim_end_matches(|last: char| "()（）%％‰".contains(last));
    head.ends_with(['比', '率', '均', '度'])
        || [
            "平均", "均", "比例", "占比", "比重", "排名", "名次", "标准", "单价",
        ]
        .iter()
        .any(|word| head.contains(word))
}

/// Numbers that tell lines apart and count nothing.
fn is_label(name: &str) -> bool {
    ["序号", "编号", "代码", "年份", "年度", "备注"].contains(&name)
}

/// A line that is a part of another line.
fn is_nested(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_digit() || "#（(—-".contains(first))
        || ["其中", "小计", "合计"]
            .iter()
            .any(|word| name.contains(word))
}

/// Whether one slip of the pen explains why the total is not the sum.
fn one_slip(total: Decimal, values: &[Decimal]) -> bool {
    let Some(whole) = sum(values) else {
        return false;
    };
    let mended = |part: Decimal, other: Decimal| {
        let mended = whole.minus(part).and_then(|rest| rest.plus(other));
        mended.is_some_and(|mended| mended.same(total))
    };
    looks_like_slip(total, whole)
        || values
            .iter()
            .any(|part| mistyped(*part, |other| mended(*part, other)))
}

#[cfg(test)]
mod tests {
    use super::super::RULE;
    use crate::rules::check_rule;

    #[test]
    fn ratios_do_not_add_up() {
        let table = |total: &str| {
            format!(
                "| 学段 | 学生 | 教师 | 生师比 |\n| 小学 | 1200 | 80 | 15 |\n\
                 | 初中 | 600 | 50 | 12 |\n| 合计 | {total} | 130 | 13.85 |"
            )
        };
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            &table("⟦1080⟧"),
            &table("1800"),
        );
    }

    #[test]
    fn a_column_of_totals_in_a_table_of_one_row() {
        let table = |total: &str| {
            format!(
                "| 事项 | 许可 | 处罚 | 公开 | 总计 |\n| 数量 | 3120 | 845 | 236 | {total} |\n\
                 | 占比 | 74.27% | 20.11% | 5.62% | 100% |"
            )
        };
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            &table("⟦4021⟧"),
            &table("4201"),
        );
        // Three figures beside each other and one that has nothing to do with them.
        let apart =
            "| 单位 | 教师 | 学生 | 合计 |\n| 甲校 | 80 | 1200 | 36 |\n| 乙校 | 50 | 600 | 24 |";
        check_rule(&RULE, crate::Extent::Excerpt, apart, apart);
    }

    #[test]
    fn numbered_rows_have_their_name_in_the_second_cell() {
        let table = |total: &str| {
            format!(
                "| 序号 | 处理方式 | 数量 |\n| 1 | 维持 | 309 |\n| 2 | 终止 | 78 |\n\
                 | 3 | 撤销 | 13 |\n| 4 | 合计 | {total} |"
            )
        };
        check_rule(
            &RULE,
            crate::Extent::Excerpt,
            &table("⟦490⟧"),
            &table("400"),
        );
    }
}
