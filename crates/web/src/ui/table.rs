//! The data table: header stays, numbers right, first column is the link, totals row, hairlines.
//!
//! At 360 px each row becomes a small block with labels. Sorting is a link, so it lives in the
//! address; `j`/`k` move between rows and `Enter` opens the first link (`assets/js/keyboard.js`).

use maud::{Markup, html};

use super::badge::{Badge, Tone, badge, badges};
use super::clock::DayKind;
use super::empty::{Empty, empty};
use super::sample::Sample;
use super::words;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColumnKind {
    /// Words, left.
    #[default]
    Text,
    /// Numbers and money, right, tabular figures.
    Number,
    /// Dates, badges and other short things that must not wrap.
    Short,
    /// Long words, which get the room that is left.
    Wide,
}

/// How rows are sorted by a column now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Unit of all numbers in it, shown in the heading: `元`.
    pub unit: Option<String>,
    /// What it holds.
    pub kind: ColumnKind,
    /// Where a click on the heading leads (the same list sorted the other way).
    pub sort_href: Option<String>,
    /// How it is sorted now, if it is.
    pub sorted: Option<Sorted>,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// A column of long words, which gets the room that is left.
    pub fn wide(label: impl Into<String>) -> Self {
        Self {
            kind: ColumnKind::Wide,
            ..Self::text(label)
        }
    }

    /// A column of dates, badges and other short things.
    pub fn short(label: impl Into<String>) -> Self {
        Self {
            kind: ColumnKind::Short,
            ..Self::text(label)
        }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            kind: ColumnKind::Number,
            ..Self::text(label)
        }
    }

    /// The same column with a unit in its heading; an empty one is none.
    pub fn in_unit(self, unit: impl Into<String>) -> Self {
        Self {
            unit: Some(unit.into()).filter(|unit| !unit.is_empty()),
            ..self
        }
    }

    /// The same column with a sort link.
    pub fn sort(self, href: impl Into<String>, sorted: Option<Sorted>) -> Self {
        Self {
            sort_href: Some(href.into()),
            sorted,
            ..self
        }
    }
}

/// A cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Nothing was entered: shown as a dash, said as a word. Not the same as zero.
    Missing,
    /// Words or a formatted number.
    Text(String),
    /// Words that lead somewhere else than the row.
    Link(String, String),
    /// Badges.
    Badges(Vec<Badge>),
    /// Something special.
    Other(Markup),
}

impl Cell {
    /// Words, or missing when there are none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Cell::Missing
        } else {
            Cell::Text(text)
        }
    }

    /// One badge.
    pub fn badge(badge: Badge) -> Self {
        Cell::Badges(vec![badge])
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::text(text)
    }
}

/// A row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Where the first cell leads.
    pub href: Option<String>,
    /// Cells, as many as columns.
    pub cells: Vec<Cell>,
    /// [`Tone::Late`] marks a void or refused row.
    pub tone: Tone,
    /// Why the row is marked; shown under the first cell.
    pub remark: Option<String>,
    /// A heading over the rows that follow, instead of cells: id and words.
    pub group: Option<(String, String)>,
}

impl Row {
    /// A row whose first cell leads to a page.
    pub fn to(href: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self {
            href: Some(href.into()),
            cells,
            ..Self::default()
        }
    }

    /// A heading over the rows that follow; the id is for links and unique on the page.
    pub fn group(id: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            group: Some((id.into(), words.into())),
            ..Self::default()
        }
    }

    /// A row that leads nowhere.
    pub fn plain(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }
}

/// A data table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What the table holds, for screen readers and print.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Row>,
    /// Totals by column after the first; the first cell says 合计. Empty when there are none.
    pub totals: Vec<Cell>,
    /// What to show when there is no row.
    pub empty: Option<Empty>,
}

/// With more columns the table scrolls in its own frame, header and first column staying.
const COLUMNS_MAX: usize = 8;

/// A data table, or what belongs here when there is no row.
pub fn table(view: &Table) -> Markup {
    if view.rows.is_empty()
        && let Some(nothing) = &view.empty
    {
        return empty(nothing);
    }
    html! {
        div.table-frame .frame-many[view.columns.len() > COLUMNS_MAX] {
            table.data data-rows {
                caption.unseen { (view.caption) }
                thead { tr { @for one in &view.columns { (heading(one)) } } }
                @for rows in view.rows.chunk_by(|_, next| next.group.is_none()) {
                    tbody { @for one in rows { (row(&view.columns, one)) } }
                }
                @if !view.totals.is_empty() {
                    tfoot {
                        tr {
                            th scope="row" { (words::TOTAL) }
                            @for (column, cell) in view.columns.iter().skip(1).zip(&view.totals) {
                                td class=(class(column)) data-label=(column.label) {
                                    (inside(cell))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn class(column: &Column) -> &'static str {
    match column.kind {
        ColumnKind::Text => "c-text",
        ColumnKind::Number => "c-number",
        ColumnKind::Short => "c-short",
        ColumnKind::Wide => "c-wide",
    }
}

fn heading(column: &Column) -> Markup {
    let sorted = match column.sorted {
        Some(Sorted::Ascending) => Some("ascending"),
        Some(Sorted::Descending) => Some("descending"),
        None => None,
    };
    let label = html! {
        (column.label)
        @if let Some(unit) = &column.unit { span.unit { "（" (unit) "）" } }
    };
    html! {
        th scope="col" class=(class(column)) aria-sort=[sorted] {
            @match &column.sort_href {
                Some(href) => a.sort href=(href) { (label) span.sort-mark aria-hidden="true" {} },
                None => (label),
            }
        }
    }
}

fn row(columns: &[Column], row: &Row) -> Markup {
    if let Some((id, words)) = &row.group {
        return html! {
            tr.data-group id=(id) { th scope="rowgroup" colspan=(columns.len()) { (words) } }
        };
    }
    html! {
        tr class=[(row.tone != Tone::Plain).then_some(row.tone.class())] {
            @for (at, (column, cell)) in columns.iter().zip(&row.cells).enumerate() {
                @if at == 0 {
                    th scope="row" class=(class(column)) {
                        @match &row.href {
                            Some(href) => a.row-link href=(href) { (inside(cell)) },
                            None => (inside(cell)),
                        }
                        @if let Some(remark) = &row.remark { span.remark { (remark) } }
                    }
                } @else {
                    td class=(class(column)) data-label=(column.label) { (inside(cell)) }
                }
            }
        }
    }
}

fn inside(cell: &Cell) -> Markup {
    html! {
        @match cell {
            Cell::Missing => span.missing { span aria-hidden="true" { "—" } span.unseen { (words::MISSING) } },
            Cell::Text(text) => (text),
            Cell::Link(label, href) => a href=(href) { (label) },
            Cell::Badges(several) => @if let [one] = several.as_slice() { (badge(one)) } @else { (badges(several)) },
            Cell::Other(markup) => (markup),
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::empty(table(&Table {
            caption: "12345 投诉".into(),
            empty: Some(super::empty::sample()),
            ..Table::default()
        })),
        Sample::usual(table(&complaints())),
        Sample::full(table(&by_district())),
        Sample::named("many columns", table(&by_month())),
    ]
}

fn complaints() -> Table {
    let entry = |number: &str, matter: &str, stage: Badge, due: Cell, who: &str| {
        Row::to(
            "#entry",
            vec![
                number.into(),
                matter.into(),
                Cell::badge(stage),
                due,
                who.into(),
            ],
        )
    };
    let mut void = entry(
        "12345-2022-0299",
        "重复登记",
        Badge::void(),
        Cell::Missing,
        "信访科 赵敏",
    );
    void.tone = Tone::Late;
    void.remark = Some("与 12345-2022-0298 重复，12月5日 作废".into());
    Table {
        caption: "12345 投诉，2022 年，未办结在前".into(),
        columns: vec![
            Column::short("编号").sort("#sort=number", Some(Sorted::Descending)),
            Column::wide("事项"),
            Column::short("环节"),
            Column::short("到期").sort("#sort=due", None),
            Column::text("承办"),
        ],
        rows: vec![
            entry(
                "12345-2022-0304",
                "反映某小区配套幼儿园未按规定办成普惠性幼儿园",
                Badge::stage("承办"),
                Cell::badge(Badge::due(-2, DayKind::Working)),
                "学前教育科 李文",
            ),
            entry(
                "12345-2022-0303",
                "咨询义务教育阶段随迁子女入学材料",
                Badge::stage("受理"),
                Cell::badge(Badge::due(0, DayKind::Working)),
                "基础教育科 王晓雨",
            ),
            entry(
                "12345-2022-0302",
                "反映校外培训机构寒假期间在居民楼内违规开展学科类培训并拒绝退还已收取的预付费",
                Badge::stage("承办"),
                Cell::badge(Badge::due(12, DayKind::Working)),
                "",
            ),
            entry(
                "12345-2022-0301",
                "反映学校门口交通拥堵",
                Badge::done("已办结"),
                Cell::Missing,
                "安全科 陈立",
            ),
            void,
        ],
        ..Table::default()
    }
}

fn by_district() -> Table {
    let row = |name: &str, accepted: &str, closed: &str, rate: &str, money: &str| {
        Row::to(
            "#d",
            [name, accepted, closed, rate, money]
                .map(Cell::from)
                .to_vec(),
        )
    };
    Table {
        caption: "12345 投诉按区统计，2022 年".into(),
        columns: vec![
            Column::text("区"),
            Column::number("受理")
                .in_unit("件")
                .sort("#a", Some(Sorted::Ascending)),
            Column::number("办结").in_unit("件").sort("#b", None),
            Column::number("办结率").in_unit("%"),
            Column::number("退费").in_unit("元"),
        ],
        rows: vec![
            Row::group("sample-group-a", "市辖区"),
            row("东山区", "152", "151", "99.3", "1,203,400.00"),
            row("西河区", "84", "83", "98.8", "86,120.50"),
            Row::group("sample-group-b", "县"),
            row("南湖区", "68", "67", "98.5", ""),
        ],
        totals: ["304", "301", "99.0", "1,289,520.50"]
            .map(Cell::from)
            .to_vec(),
        empty: None,
    }
}

fn by_month() -> Table {
    let months = (1..=12).map(|month| Column::number(format!("{month}月")).in_unit("件"));
    let row = |name: &str, first: u32| {
        let cells = (0..12).map(|month| Cell::from((first + month * 7 % 40).to_string()));
        Row::to("#m", [Cell::from(name)].into_iter().chain(cells).collect())
    };
    Table {
        caption: "12345 投诉按区按月统计，2022 年".into(),
        columns: [Column::text("区")].into_iter().chain(months).collect(),
        rows: vec![
            row("东山区", 12),
            row("西河区", 5),
            row("市直属学校和内地民族班", 1031),
        ],
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_is_not_an_empty_cell_and_not_zero() {
        let html = inside(&Cell::from("")).into_string();
        assert!(
            html.contains("—") && html.contains(words::MISSING),
            "{html}"
        );
    }

    #[test]
    fn the_sorted_column_says_so_to_screen_readers() {
        let html = table(&complaints()).into_string();
        assert_eq!(html.matches("aria-sort=\"descending\"").count(), 1);
    }

    #[test]
    fn texts_of_users_are_escaped() {
        let view = Table {
            columns: vec![Column::text("事项")],
            rows: vec![Row::plain(vec!["<script>alert(1)</script>".into()])],
            ..Table::default()
        };
        assert!(!table(&view).into_string().contains("<script"));
    }
}
