//! The entries behind a figure: listed, sorted, each with the way to its proof, and exported.

use app::{
    AppError,
    catalogue::definition::{Figure, Measure},
    figures::{Behind, Reading},
    sheet::XLSX,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{one::ask_of, period_words};
use crate::{
    context::{Page, Web, download},
    pages::home::short_date,
    routes,
    ui::{
        badge::Tone,
        button::Button,
        empty::Empty,
        head::{Panel, panel},
        notice::{Notice, notice},
        pagination::{Pager, pager},
        table::{Cell, Column, Row, Sorted, Table, table},
    },
};

/// Entries of a page.
const ROWS: usize = 50;
/// Entries that are sorted at a time; more are listed by date, and sorted in the export.
const SORTED_MAX: usize = 2_000;

/// The entries behind the figure.
pub fn behind(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Markup, AppError> {
    let (figure, ask) = (&reading.figure, &reading.ask);
    if figure.kind.fold().is_none() {
        return Ok(html! {});
    }
    let base = routes::figure(&figure.id, ask, as_of);
    let list = Listing::read(page, reading, as_of)?;
    if list.hidden {
        let words = "背后的记录由主管科室保管，您可以看到总数，看不到明细。";
        let body = notice(&Notice::new(Tone::Soon, words));
        return Ok(panel(&Panel::new("entries", "背后的记录", body)));
    }
    let ledger = page.app().catalogue().ledger(&figure.ledger);
    let shape = Shape {
        numbered: ledger.is_some_and(|l| l.key.len() == 1),
        summed: matches!(
            figure.kind.fold().map(|f| &f.measure),
            Some(Measure::Sum(_) | Measure::Rows(_) | Measure::RowsSum(..))
        ),
    };
    let rows = list
        .entries
        .iter()
        .map(|entry| shape.row(page, figure, entry));
    let shown = table(&Table {
        caption: "背后的记录".to_owned(),
        columns: shape.heads(figure, &base, list.sorted),
        rows: rows.collect(),
        empty: Some(Empty {
            title: "这个期间没有记录".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let pages = pager(&Pager {
        shown: list.said.clone(),
        first: list
            .later
            .then(|| format!("{}#entries", also(&base, &list.order))),
        next: list.next.as_ref().map(|next| {
            let mut pairs = list.order.clone();
            pairs.push(next.clone());
            format!("{}#entries", also(&base, &pairs))
        }),
        sizes: Vec::new(),
    });
    let body = html! {
        @if let Some(problem) = &list.problem { (notice(&Notice::new(Tone::Soon, problem.as_str()))) }
        (shown)
        @if !list.entries.is_empty() { (pages) }
    };
    let mut view = Panel::new("entries", "背后的记录", body);
    if !list.entries.is_empty() {
        let export = routes::figure_export(&figure.id, ask, as_of);
        view.actions = vec![Button::download("导出", export)];
    }
    Ok(panel(&view))
}

/// An address with more pairs.
fn also(base: &str, pairs: &[(&'static str, String)]) -> String {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let more = routes::with_query("", &pairs);
    match more.strip_prefix('?') {
        Some(more) if base.contains('?') => format!("{base}&{more}"),
        _ => format!("{base}{more}"),
    }
}

/// What the entries are sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SortBy {
    Date,
    Title,
    Value,
}

impl SortBy {
    const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Title => "title",
            Self::Value => "value",
        }
    }
}

/// A page of the entries behind a figure.
struct Listing {
    entries: Vec<Behind>,
    sorted: (SortBy, Sorted),
    /// The pairs that keep the order in addresses.
    order: Vec<(&'static str, String)>,
    /// This is not the first page.
    later: bool,
    /// The pair that leads to the next page.
    next: Option<(&'static str, String)>,
    said: String,
    problem: Option<String>,
    hidden: bool,
}

impl Listing {
    /// By date from the store page by page; in another order all at once, while they are few.
    fn read(page: &Page, reading: &Reading, as_of: Option<u64>) -> Result<Self, AppError> {
        let by = match page.asked("sort").as_str() {
            "title" => SortBy::Title,
            "value" => SortBy::Value,
            _ => SortBy::Date,
        };
        let falling = page.asked("order") == "desc";
        let usual = by == SortBy::Date && !falling;
        let (id, ask) = (reading.figure.id.to_string(), &reading.ask);
        let mut problem = None;
        if !usual {
            let all = page
                .app()
                .all_behind(page.actor(), &id, ask, as_of, SORTED_MAX)?;
            match all {
                Some(all) => return Ok(Self::sorted(page, all, by, falling)),
                None => {
                    problem = Some(format!(
                        "超过 {SORTED_MAX} 条，只按日期先后列出；导出后可以任意排序。"
                    ));
                }
            }
        }
        let after = app::figures::cursor_of(&page.asked("after"));
        let later = after.is_some();
        let drill = page
            .app()
            .behind(page.actor(), &id, ask, as_of, after, ROWS)?;
        Ok(Self {
            said: format!("本页 {} 条，按日期从早到晚", drill.entries.len()),
            next: drill
                .next
                .map(|cursor| ("after", app::figures::cursor_text(&cursor))),
            entries: drill.entries,
            sorted: (SortBy::Date, Sorted::Ascending),
            order: Vec::new(),
            later,
            problem: problem.filter(|_| !drill.hidden),
            hidden: drill.hidden,
        })
    }

    fn sorted(page: &Page, mut all: Vec<Behind>, by: SortBy, falling: bool) -> Self {
        match by {
            SortBy::Date => all.sort_by(|a, b| a.happened_on.cmp(&b.happened_on)),
            SortBy::Title => all.sort_by(|a, b| a.title.cmp(&b.title)),
            SortBy::Value => all.sort_by_key(|a| a.value),
        }
        if falling {
            all.reverse();
        }
        let count = all.len();
        let at: usize = page.asked("page").parse().unwrap_or(0);
        let at = at.min(count.saturating_sub(1) / ROWS);
        let entries: Vec<Behind> = all.into_iter().skip(at * ROWS).take(ROWS).collect();
        let order = if falling { "desc" } else { "asc" };
        Self {
            said: format!("本页 {} 条，共 {count} 条", entries.len()),
            next: ((at + 1) * ROWS < count).then(|| ("page", (at + 1).to_string())),
            entries,
            sorted: (
                by,
                if falling {
                    Sorted::Descending
                } else {
                    Sorted::Ascending
                },
            ),
            order: vec![("sort", by.name().to_owned()), ("order", order.to_owned())],
            later: at > 0,
            problem: None,
            hidden: false,
        }
    }
}

/// Which columns the list of entries has.
struct Shape {
    numbered: bool,
    summed: bool,
}

impl Shape {
    fn heads(&self, figure: &Figure, base: &str, sorted: (SortBy, Sorted)) -> Vec<Column> {
        let sortable = |column: Column, by: SortBy| {
            let now = (sorted.0 == by).then_some(sorted.1);
            let turned = if now == Some(Sorted::Ascending) {
                "desc"
            } else {
                "asc"
            };
            let pairs = [("sort", by.name().to_owned()), ("order", turned.to_owned())];
            column.sort(format!("{}#entries", also(base, &pairs)), now)
        };
        let mut heads = vec![sortable(Column::wide("记录"), SortBy::Title)];
        if self.numbered {
            heads.push(Column::text("编号"));
        }
        heads.push(sortable(Column::short("计入日期"), SortBy::Date));
        if self.summed {
            let value = Column::number("计入").in_unit(figure.unit.as_str());
            heads.push(sortable(value, SortBy::Value));
        }
        heads.push(Column::short("存证"));
        heads
    }

    fn row(&self, page: &Page, figure: &Figure, entry: &Behind) -> Row {
        let mut cells = vec![Cell::text(if entry.title.is_empty() {
            "（未命名）"
        } else {
            entry.title.as_str()
        })];
        if self.numbered {
            cells.push(Cell::text(entry.number.as_str()));
        }
        cells.push(Cell::text(short_date(&entry.happened_on)));
        if self.summed {
            cells.push(Cell::text(page.app().in_unit(figure, entry.value)));
        }
        cells.push(Cell::Link(
            format!("#{}", entry.leaf_index),
            routes::entry_part(&entry.entry_id, "proof"),
        ));
        Row::to(routes::entry(&entry.entry_id), cells)
    }
}

/// The entries behind a figure, as a workbook.
pub async fn export(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ask, as_of) = ask_of(page)?;
        let bytes = page.app().export_behind(page.actor(), &id, &ask, as_of)?;
        let figure = page.app().catalogue().figure(&id);
        let name = figure.map_or(id.as_str(), |f| f.name.as_str());
        download(XLSX, &format!("{name}-{}.xlsx", period_words(&ask)), bytes)
    })
    .await
}
