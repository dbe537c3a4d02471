//! Lists of entries: filter, sort, search, count, export.

use std::sync::Arc;

use catalogue::{
    definition::{Field, FieldType, Ledger},
    value::Value,
};
use office::xlsx::{Column, Datum, Kind, TableWriter};
use store::{Cursor, Db, Filter, FilterOp, ListQuery, RowFilter, SearchGroup, SearchWithin, Sort};

pub use crate::append::indexed_fields;
use crate::{
    App,
    append::{STAGE_FIELD, index_value},
    authorise::{Action, Actor, Resource, Scope, authorise},
    entry::Entry,
    envelope,
    error::{AppError, Result},
    figures::Behind,
};

/// What a list is asked for: the address of the page says all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListAsk {
    /// Words to search for.
    pub search: String,
    /// Only entries that happened in this year.
    pub year: Option<i16>,
    /// Only entries in this stage.
    pub stage: Option<String>,
    /// Field id and value as typed or chosen; several values of one field are alternatives.
    pub filters: Vec<(String, String)>,
    /// Field to sort by; none is by date.
    pub sort: Option<String>,
    /// Smallest or oldest first.
    pub ascending: bool,
    /// Cursor of the page.
    pub after: Option<String>,
    /// Void entries too.
    pub voided: bool,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// The definition (the newest version).
    pub ledger: Arc<Ledger>,
    /// Entries.
    pub entries: Vec<Entry>,
    /// How many there are in all.
    pub count: u64,
    /// There are more than `count`: counting stopped there.
    pub more_than_count: bool,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Years in which there are entries, newest first.
    pub years: Vec<i16>,
    /// The reader may see personal fields whole.
    pub personal: bool,
    /// Filters that did not fit their field, with the reason.
    pub problems: Vec<String>,
    /// The search has more hits than are looked at: what is shown and counted is not all.
    pub capped: bool,
}

/// Filtered counting stops here: beyond it a clerk narrows the filter, not the count.
const COUNT_MAX: usize = 10_000;
/// Entries behind a figure read at a time.
const BEHIND_ROWS: usize = 1_000;
/// Search results of a list considered.
const SEARCH_MAX: usize = 20_000;
/// Search results shown over all ledgers.
const HITS_MAX: usize = 200;
/// Values suggested for a field.
const VALUES_MAX: usize = 200;
/// Entries of a unit that are read for suggestions.
const OWN_MAX: usize = 1_000;

/// How many entries the reader may see in each year: of the organ from its roll-up, of a unit
/// counted, so that a unit learns no total but its own.
fn years_of(db: &Db, actor: &Actor, ledger: &str, scope: &RowFilter) -> Result<Vec<(u32, u64)>> {
    let all = db.ledger_counts(&actor.organ, ledger)?;
    if scope.units.is_none() {
        return Ok(all);
    }
    let mut own = Vec::new();
    for (year, _) in all {
        let mut query = ListQuery::new(&actor.organ, ledger, scope.clone());
        query.from = Some(format!("{year:04}-01-01"));
        query.to = Some(format!("{year:04}-12-31"));
        let count = db.count(&query, COUNT_MAX)?.n;
        if count > 0 {
            own.push((year, count));
        }
    }
    Ok(own)
}

/// The query for every entry of a ledger of an organ, for ledgers that stay small.
pub(crate) fn all_of(organ: &str, ledger: &str) -> ListQuery {
    let mut query = ListQuery::new(organ, ledger, RowFilter::organ(organ));
    query.limit = 1_000;
    query
}

impl App {
    /// A page of a ledger's list.
    ///
    /// # Errors
    /// A denial, or an unknown ledger.
    pub fn list(
        &self,
        actor: &Actor,
        ledger: &str,
        ask: &ListAsk,
        limit: usize,
    ) -> Result<ListPage> {
        let (ledger, scope) = self.ledger(actor, Action::Read, ledger)?;
        let (mut query, mut problems) = self.query(actor, &ledger, ask, &scope)?;
        query.limit = limit;
        let mut capped = false;
        let (page, count, years) = self.store.read(|db| {
            if !ask.search.trim().is_empty() {
                let within = SearchWithin {
                    groups: vec![SearchGroup {
                        ledgers: Some(vec![ledger.id.to_string()]),
                        names: scope.personal,
                    }],
                    units: scope.rows.units.clone(),
                };
                let mut hits =
                    db.search(&actor.organ, &within, &ask.search, None, SEARCH_MAX + 1)?;
                capped = hits.len() > SEARCH_MAX;
                hits.truncate(SEARCH_MAX);
                query.ids = Some(hits.into_iter().map(|h| h.entry_id).collect());
            }
            let page = db.list(&query)?;
            let count = db.count(&query, COUNT_MAX)?;
            let years = years_of(db, actor, &ledger.id, &scope.rows)?;
            Ok::<_, AppError>((page, count, years))
        })?;
        if capped {
            problems.push(format!(
                "“{}”找到的记录太多，只列出最近登记的 {SEARCH_MAX} 条里符合条件的：请多写几个字。",
                ask.search.trim()
            ));
        }
        let entries = page.rows.into_iter().map(|row| self.entry_of(row));
        Ok(ListPage {
            entries: entries.collect::<Result<_>>()?,
            ledger,
            count: count.n,
            more_than_count: count.capped || capped,
            next: page.next.map(|c| c.encode()),
            years: years
                .into_iter()
                .rev()
                .filter_map(|(y, _)| i16::try_from(y).ok())
                .collect(),
            personal: scope.personal,
            problems,
            capped,
        })
    }

    /// Walks all entries of a list in its order, page by page.
    ///
    /// # Errors
    /// A denial, a list that would not be whole, or whatever `each` answers.
    pub fn walk(
        &self,
        actor: &Actor,
        ledger: &str,
        ask: &ListAsk,
        mut each: impl FnMut(Entry) -> Result<()>,
    ) -> Result<()> {
        self.ledger(actor, Action::Export, ledger)?;
        let mut ask = ask.clone();
        ask.after = None;
        loop {
            let page = self.list(actor, ledger, &ask, 1_000)?;
            if page.capped {
                return Err(AppError::Input(format!(
                    "{}导出的表会不完整，所以没有导出。",
                    page.problems.join("")
                )));
            }
            for entry in page.entries {
                each(entry)?;
            }
            match page.next {
                Some(next) => ask.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn query(
        &self,
        actor: &Actor,
        ledger: &Ledger,
        ask: &ListAsk,
        scope: &Scope,
    ) -> Result<(ListQuery, Vec<String>)> {
        let organ = self.organ(&actor.organ)?;
        let context = organ.context();
        let mut problems = Vec::new();
        let mut filters: Vec<Filter> = Vec::new();
        for (id, text) in ask.filters.iter().filter(|(_, t)| !t.trim().is_empty()) {
            let field = indexed_fields(ledger).find(|f| f.id.as_str() == id);
            let Some(field) = field else {
                problems.push(format!("不能按“{id}”筛选。"));
                continue;
            };
            if is_masked(field, scope) {
                problems.push(format!(
                    "“{}”是您看不到的个人信息，不能按它筛选。",
                    field.name
                ));
                continue;
            }
            match filter_value(field, text, &context) {
                Ok(value) => add_filter(&mut filters, id, value),
                Err(problem) => problems.push(problem),
            }
        }
        let sort = match &ask.sort {
            Some(id)
                if indexed_fields(ledger).any(|f| f.id.as_str() == id && !is_masked(f, scope)) =>
            {
                Sort::ByField(id.clone())
            }
            _ => Sort::ByDate,
        };
        if let Some(stage) = &ask.stage {
            add_filter(&mut filters, STAGE_FIELD, stage.clone());
        }
        let mut query = ListQuery::new(&actor.organ, &ledger.id, scope.rows.clone());
        query.filters = filters;
        query.from = ask.year.map(|y| format!("{y:04}-01-01"));
        query.to = ask.year.map(|y| format!("{y:04}-12-31"));
        query.sort = sort;
        query.descending = !ask.ascending;
        query.after = ask.after.as_deref().and_then(Cursor::decode);
        query.include_voided = ask.voided;
        Ok((query, problems))
    }

    /// The values that occur in an indexed field, for filter menus and suggestions.
    ///
    /// # Errors
    /// A denial.
    pub fn field_values(&self, actor: &Actor, ledger: &str, field: &str) -> Result<Vec<String>> {
        let (ledger, scope) = self.ledger(actor, Action::Read, ledger)?;
        let known = indexed_fields(&ledger).find(|f| f.id.as_str() == field);
        if known.is_none_or(|field| is_masked(field, &scope)) {
            return Ok(Vec::new());
        }
        if scope.rows.units.is_some() {
            // A unit is told what stands in its own entries, not what others wrote.
            let mut query = ListQuery::new(&actor.organ, &ledger.id, scope.rows);
            query.limit = OWN_MAX;
            let rows = self.store.read(|db| db.list(&query))?.rows;
            let mut values = std::collections::BTreeSet::new();
            for row in rows {
                let entry = self.entry_of(row)?;
                values.extend(entry.state.fields.get(field).map(index_value));
            }
            return Ok(values.into_iter().take(VALUES_MAX).collect());
        }
        Ok(self
            .store
            .read(|db| db.distinct_values(&actor.organ, &ledger.id, field, VALUES_MAX))?)
    }

    /// Searches all ledgers that the actor may read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn search(&self, actor: &Actor, words: &str) -> Result<Vec<Entry>> {
        let within = self.readable(actor);
        let rows = self.store.read(|db| {
            let hits = db.search(&actor.organ, &within, words, None, HITS_MAX)?;
            let ids: Vec<String> = hits.into_iter().map(|h| h.entry_id).collect();
            Ok::<_, AppError>(db.entries(&actor.organ, &ids)?)
        })?;
        let mut visible = Vec::new();
        for row in rows {
            let entry = self.entry_of(row)?;
            // The index knows ledgers and units; what an entry says itself decides.
            if crate::entry::may_read(actor, &entry) {
                visible.push(entry);
            }
        }
        Ok(visible)
    }

    /// Where a search of the actor looks: in the ledgers that he may read, by names where he sees
    /// them.
    fn readable(&self, actor: &Actor) -> SearchWithin {
        let (mut by_names, mut without) = (Vec::new(), Vec::new());
        let mut all = 0;
        for ledger in self.catalogue().ledgers() {
            all += 1;
            let scope = authorise(actor, Action::Read, Resource::Ledger(ledger));
            match scope.map(|scope| scope.personal) {
                Ok(true) => by_names.push(ledger.id.to_string()),
                Ok(false) => without.push(ledger.id.to_string()),
                Err(_) => {}
            }
        }
        // Whoever may read all in one way needs no list of them.
        let group = |ledgers: Vec<String>, names| SearchGroup {
            ledgers: (ledgers.len() < all).then_some(ledgers),
            names,
        };
        SearchWithin {
            groups: vec![group(by_names, true), group(without, false)],
            units: actor.unit_names().map(<[String]>::to_vec),
        }
    }
}

/// A list that is filtered or sorted by what its reader sees masked would tell what the mask hides.
fn is_masked(field: &Field, scope: &Scope) -> bool {
    field.is_sensitive() || (envelope::is_personal(field) && !scope.personal)
}

fn filter_value(
    field: &Field,
    text: &str,
    context: &catalogue::field::FieldContext<'_>,
) -> std::result::Result<String, String> {
    let kind = match &field.kind {
        // One of the choices is asked for, not a list of them.
        FieldType::Choices { options } => FieldType::Choice {
            options: options.clone(),
        },
        kind => kind.clone(),
    };
    match kind.parse(text, context) {
        Ok(Value::List(items)) => Ok(items.first().map(index_value).unwrap_or_default()),
        Ok(value) => Ok(index_value(&value)),
        Err(error) => Err(format!("{}：{error}", field.name)),
    }
}

fn add_filter(filters: &mut Vec<Filter>, field: &str, value: String) {
    if let Some(filter) = filters.iter_mut().find(|f| f.field == field) {
        match &mut filter.op {
            FilterOp::OneOf(values) => values.push(value),
            FilterOp::Eq(first) => {
                filter.op = FilterOp::OneOf(vec![std::mem::take(first), value]);
            }
            FilterOp::Range(..) => {}
        }
    } else {
        filters.push(Filter {
            field: field.to_owned(),
            op: FilterOp::Eq(value),
        });
    }
}

/// How much a ledger holds.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// Entries by year, oldest first.
    pub by_year: Vec<(i16, u64)>,
    /// Entries of all years.
    pub in_all: u64,
    /// The day of the newest entry.
    pub last_happened_on: Option<String>,
}

impl Overview {
    /// Entries of a year.
    pub fn of_year(&self, year: i16) -> u64 {
        let found = self.by_year.iter().find(|(y, _)| *y == year);
        found.map_or(0, |(_, n)| *n)
    }
}

impl App {
    /// How much each of several ledgers holds; read from roll-ups in one go, whatever their size.
    ///
    /// # Errors
    /// A denial, or an unknown ledger.
    pub fn overviews(&self, actor: &Actor, ledgers: &[Arc<Ledger>]) -> Result<Vec<Overview>> {
        let queries = self.newest_queries(actor, ledgers, 1)?;
        self.store.read(|db| {
            let each = queries.iter().map(|query| {
                let counts = years_of(db, actor, &query.ledger, &query.scope)?;
                let newest = db.list_keys(query)?.into_iter().next();
                Ok(Overview {
                    by_year: counts
                        .iter()
                        .filter_map(|(y, n)| Some((i16::try_from(*y).ok()?, *n)))
                        .collect(),
                    in_all: counts.iter().map(|(_, n)| n).sum(),
                    last_happened_on: newest.map(|(day, _)| day),
                })
            });
            each.collect()
        })
    }

    /// The newest entries of several ledgers together.
    ///
    /// # Errors
    /// A denial, or an unknown ledger.
    pub fn newest(
        &self,
        actor: &Actor,
        ledgers: &[Arc<Ledger>],
        limit: usize,
    ) -> Result<Vec<Entry>> {
        let queries = self.newest_queries(actor, ledgers, limit)?;
        let rows = self.store.read(|db| {
            let mut keys = Vec::new();
            for query in &queries {
                keys.extend(db.list_keys(query)?);
            }
            keys.sort_unstable_by(|a, b| b.cmp(a));
            keys.truncate(limit);
            let ids: Vec<String> = keys.into_iter().map(|(_, id)| id).collect();
            db.entries(&actor.organ, &ids)
        })?;
        rows.into_iter().map(|row| self.entry_of(row)).collect()
    }

    fn newest_queries(
        &self,
        actor: &Actor,
        ledgers: &[Arc<Ledger>],
        limit: usize,
    ) -> Result<Vec<ListQuery>> {
        let query = |ledger: &Arc<Ledger>| {
            let (_, scope) = self.ledger(actor, Action::Read, &ledger.id)?;
            let mut query = ListQuery::new(&actor.organ, &ledger.id, scope.rows);
            query.limit = limit;
            Ok(query)
        };
        ledgers.iter().map(query).collect()
    }

    /// All entries behind a figure, for sorting; none when there are more than `limit` or when
    /// the actor may not see them.
    ///
    /// # Errors
    /// As [`App::behind`].
    pub fn all_behind(
        &self,
        actor: &Actor,
        id: &str,
        ask: &kernel::Ask,
        as_of: Option<u64>,
        limit: usize,
    ) -> Result<Option<Vec<Behind>>> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.behind(actor, id, ask, as_of, after, BEHIND_ROWS)?;
            all.extend(page.entries);
            if page.hidden || all.len() > limit {
                return Ok(None);
            }
            after = page.next;
            if after.is_none() {
                return Ok(Some(all));
            }
        }
    }

    /// The entries behind a figure as a workbook, with what each adds to it.
    ///
    /// # Errors
    /// A denial, or an unknown figure.
    pub fn export_behind(
        &self,
        actor: &Actor,
        id: &str,
        ask: &kernel::Ask,
        as_of: Option<u64>,
    ) -> Result<Vec<u8>> {
        let figure = self.catalogue().figure(id);
        let figure = figure.ok_or(AppError::NotFound("该数据"))?.clone();
        self.ledger(actor, Action::Export, &figure.ledger)?;
        let columns = [
            ("记录", Kind::Text),
            ("编号", Kind::Text),
            ("计入日期", Kind::Date),
            ("计入", Kind::Decimal(figure.decimals)),
            ("单位", Kind::Text),
            (office::xlsx::RECORD_HEADER, Kind::Text),
        ]
        .map(|(name, kind)| Column {
            name: name.to_owned(),
            kind,
        });
        let fault = |e: office::OfficeError| AppError::Fault(e.to_string());
        let mut writer = TableWriter::new(&figure.name, &columns).map_err(fault)?;
        let (mut rows, mut after) = (0u64, None);
        loop {
            let page = self.behind(actor, id, ask, as_of, after, BEHIND_ROWS)?;
            for one in page.entries {
                rows += 1;
                let day = one.happened_on.parse();
                let row = [
                    Datum::Text(one.title),
                    Datum::Text(one.number),
                    day.map_or(Datum::Text(one.happened_on), Datum::Date),
                    Datum::Decimal(self.in_unit(&figure, one.value)),
                    Datum::Text(figure.unit.clone()),
                    Datum::Text(one.entry_id),
                ];
                writer.push(&row).map_err(fault)?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        self.store.write(|db| {
            let who = (actor.organ.as_str(), actor.account.as_str());
            self.note_audit(db, who, "export", id, &format!("{rows} 条"))
        })?;
        let by = values::dates::chinese(self.clock.today());
        let notes = [
            format!("{}背后的记录 {rows} 条", figure.name),
            format!("{} 于 {by} 导出", actor.name),
        ];
        writer.finish(&notes).map_err(fault)
    }
}
