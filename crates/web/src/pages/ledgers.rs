//! Ledgers: all of them, the list of one, its sheet and its export.

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    catalogue::definition::{Field, FieldType, Ledger},
    listing::{ListAsk, ListPage},
    sheet::XLSX,
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::{Page, Web, download},
    pages::{figures::usual_year, home::short_date},
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        empty::Empty,
        filter::{ActiveFilter, Choice, Filter, FilterBar, filter_bar},
        head::{PageHead, page_head},
        icons::Icon,
        notice::{Link, Notice, notice},
        pagination::{Pager, pager},
        shell::Area,
        table::{Cell, Column, Row, Sorted, Table, table},
    },
};

/// Rows of a page.
const ROWS: usize = 50;
/// Columns of a list beside the title.
const COLUMNS_MAX: usize = 6;

/// All ledgers that may be read, by module.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let words = page.asked("q").trim().to_owned();
        let chosen = page.asked("module");
        let modules = page.app().catalogue().modules();
        let mut ledgers = page.app().ledgers(page.actor(), Action::Read);
        ledgers.retain(|l| l.name.contains(&words) || l.about.contains(&words));
        ledgers.retain(|l| chosen.is_empty() || l.module.as_str() == chosen);
        let sections = page.app().catalogue().sections();
        let year = page.app().clock.today().year();
        let overviews = page.app().overviews(page.actor(), &ledgers)?;
        let mut rows = Vec::new();
        for module in modules {
            let both = ledgers.iter().zip(&overviews);
            let mut own = both.filter(|(l, _)| l.module == module.id).peekable();
            if own.peek().is_some() {
                rows.push(Row::group(module.id.to_string(), module.name.as_str()));
            }
            for (ledger, overview) in own {
                let section = sections.iter().find(|s| s.id == ledger.section);
                let last = overview.last_happened_on.as_deref().map(short_date);
                rows.push(Row::to(
                    routes::ledger(&ledger.id),
                    vec![
                        Cell::text(ledger.name.as_str()),
                        Cell::text(ledger.about.as_str()),
                        Cell::text(section.map_or("", |s| s.name.as_str())),
                        Cell::text(overview.of_year(year - 1).to_string()),
                        Cell::text(overview.of_year(year).to_string()),
                        Cell::text(overview.in_all.to_string()),
                        Cell::text(last.unwrap_or_default()),
                    ],
                ));
            }
        }
        let list = table(&Table {
            caption: "台账".to_owned(),
            columns: vec![
                Column::text("台账"),
                Column::wide("记什么"),
                Column::text("主管科室"),
                Column::number(format!("{} 年", year - 1)),
                Column::number(format!("{year} 年")),
                Column::number("累计").in_unit("条"),
                Column::short("最近一条"),
            ],
            rows,
            empty: Some(nothing_found(&words)),
            ..Table::default()
        });
        let mut choices = vec![Choice::new("", "全部")];
        choices.extend(
            modules
                .iter()
                .map(|m| Choice::new(m.id.as_str(), m.name.as_str())),
        );
        let filters = filter_bar(&FilterBar {
            id: "filter".to_owned(),
            action: routes::LEDGERS.to_owned(),
            search: Some(("q".to_owned(), words)),
            filters: vec![Filter::Select {
                name: "module".to_owned(),
                label: "门类".to_owned(),
                value: chosen,
                choices,
            }],
            ..FilterBar::default()
        });
        let head = page_head(&PageHead {
            title: "台账".to_owned(),
            count: Some(format!("{} 本", ledgers.len())),
            lede: Some(
                "每一本台账由一个定义文件生成：表单、导入表、期限和数据都出自其中。".to_owned(),
            ),
            ..PageHead::default()
        });
        let main = html! { (head) (filters) (list) };
        page.show(View::of(Area::Ledgers, "台账", main))
    })
    .await
}

fn nothing_found(words: &str) -> Empty {
    let (title, teaches) = if words.is_empty() {
        (
            "没有您可以查看的台账".to_owned(),
            "台账由主管科室保管；需要查看的，请联系法规科。",
        )
    } else {
        (
            format!("没有名称或说明含“{words}”的台账"),
            "可以试试较短的词；要找某一条记录，用页面上方的搜索。",
        )
    };
    Empty {
        title,
        teaches: teaches.to_owned(),
        ..Empty::default()
    }
}

/// What the address asks of a list.
pub fn ask_of(page: &Page) -> ListAsk {
    let mut ask = ListAsk::default();
    for (name, value) in page.query() {
        let value = value.trim().to_owned();
        match name.as_str() {
            _ if value.is_empty() => {}
            "q" => ask.search = value,
            "year" => ask.year = value.parse().ok(),
            "stage" => ask.stage = Some(value),
            "sort" => ask.sort = Some(value),
            "order" => ask.ascending = value == "asc",
            "after" => ask.after = Some(value),
            "voided" => ask.voided = true,
            _ => {
                if let Some(field) = name.strip_prefix("f.") {
                    ask.filters.push((field.to_owned(), value));
                }
            }
        }
    }
    ask
}

/// The address of a list, with one name changed (an empty value removes it).
fn address(page: &Page, name: &str, value: &str) -> String {
    let mut pairs: Vec<(String, String)> = page
        .query()
        .into_iter()
        .filter(|(n, v)| n != name && n != "after" && n != "done" && !v.is_empty())
        .collect();
    pairs.push((name.to_owned(), value.to_owned()));
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    routes::with_query(page.uri.path(), &pairs)
}

/// The list of a ledger.
pub async fn list(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let ask = ask_of(page);
        let found = page.app().list(page.actor(), &id, &ask, ROWS)?;
        let writes = page.app().ledger(page.actor(), Action::Write, &id).is_ok();
        let name = found.ledger.name.clone();
        let main = list_view(page, &ask, &found, writes)?;
        let above = vec![Link::new("台账", routes::LEDGERS)];
        page.show(View::of(Area::Ledgers, name, main).below(above))
    })
    .await
}

fn list_view(
    page: &Page,
    ask: &ListAsk,
    found: &ListPage,
    writes: bool,
) -> Result<Markup, AppError> {
    let ledger = &found.ledger;
    let unit = "条";
    let count = if found.more_than_count {
        format!("超过 {} {unit}", found.count)
    } else {
        format!("{} {unit}", found.count)
    };
    let query = page
        .uri
        .query()
        .map(|q| format!("?{q}"))
        .unwrap_or_default();
    let part = |name: &str| routes::ledger_part(&ledger.id, name);
    let mut actions = Vec::new();
    if writes {
        actions.push(
            Button::go("登记一条", part("new"))
                .primary()
                .with(Icon::Add),
        );
        actions.push(Button::go("导入 Excel", part("import")));
        actions.push(Button::download("下载模板", part("template.xlsx")));
    }
    actions.push(Button::download(
        "导出",
        format!("{}{query}", part("export.xlsx")),
    ));
    let filtered = ask.stage.is_some()
        || !ask.search.is_empty()
        || ask.year.is_some()
        || !ask.filters.is_empty();
    let fresh = !filtered && found.count == 0;
    let head = page_head(&PageHead {
        title: ledger.name.clone(),
        count: Some(count.clone()),
        lede: Some(ledger.about.clone()).filter(|a| !a.is_empty()),
        // An empty ledger offers its first steps once, where the list will be.
        actions: if fresh { Vec::new() } else { actions.clone() },
        ..PageHead::default()
    });
    let empty = if filtered {
        Empty {
            title: "没有符合条件的记录".to_owned(),
            teaches: "去掉一两个条件再看。".to_owned(),
            actions: vec![Button::go("清除全部条件", routes::ledger(&ledger.id))],
        }
    } else {
        actions.pop();
        let teaches = if writes {
            "已有电子表格的，下载模板填好后一次导入。"
        } else {
            "由主管科室登记。"
        };
        Empty {
            title: format!("还没有{}的记录", ledger.name),
            teaches: teaches.to_owned(),
            actions,
        }
    };
    let columns = columns(ledger);
    let rows = found
        .entries
        .iter()
        .map(|entry| row(entry, &columns, found.personal));
    let list = table(&Table {
        caption: ledger.name.clone(),
        columns: heads(page, ledger, &columns, ask),
        rows: rows.collect(),
        totals: Vec::new(),
        empty: Some(empty),
    });
    let next = found.next.as_deref().map(|next| address_after(page, next));
    let first = ask.after.is_some().then(|| address(page, "after", ""));
    let pages = pager(&Pager {
        shown: format!("本页 {} {unit}，共 {count}", found.entries.len()),
        first,
        next,
        sizes: Vec::new(),
    });
    let problems = found
        .problems
        .iter()
        .map(|p| notice(&Notice::new(Tone::Soon, p.as_str())));
    Ok(html! {
        (head)
        (figure_links(page, ledger, ask)?)
        @if !fresh { (filters(page, ledger, ask, found)?) }
        @for problem in problems { (problem) }
        (list)
        @if !found.entries.is_empty() { (pages) }
        (crate::pages::guide::guide(ledger))
    })
}

fn address_after(page: &Page, cursor: &str) -> String {
    let base = address(page, "after", "");
    let join = if base.contains('?') { '&' } else { '?' };
    let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
    format!("{base}{join}after={cursor}")
}

/// The ledger's figures of the chosen year, as a quiet line above the list; none for units, which
/// see their own entries and no figures of the organ.
fn figure_links(page: &Page, ledger: &Ledger, ask: &ListAsk) -> Result<Markup, AppError> {
    if authorise(page.actor(), Action::ReadFigures, Resource::Figures).is_err() {
        return Ok(html! {});
    }
    let year = ask.year.unwrap_or_else(|| usual_year(page));
    let period = app::values::dates::Period::year(year);
    let asks: Vec<_> = ledger
        .figures
        .iter()
        .take(6)
        .map(|f| (f.id.to_string(), app::kernel::Ask::period(period)))
        .collect();
    let readings = page.app().readings(page.actor(), &asks, None)?;
    Ok(html! {
        @if !readings.is_empty() {
            p.figure-line {
                span.hint { (year) " 年" }
                @for r in &readings {
                    a href=(routes::figure(&r.figure.id, &r.ask, None)) {
                        (r.figure.name) " "
                        @match r.text() {
                            Some(text) => { b { (text) } " " (r.figure.unit) },
                            None => span.missing { "无数据" },
                        }
                    }
                }
            }
        }
    })
}

/// The fields that a list shows: the title's are in the first column.
fn columns(ledger: &Ledger) -> Vec<&Field> {
    let mut fields: Vec<&Field> = app::listing::indexed_fields(ledger)
        .filter(|f| !ledger.title.contains(&f.id) && !app::envelope::is_personal(f))
        .collect();
    // Number and date first: that is how an office reads a book.
    fields.sort_by_key(|f| {
        (
            !ledger.key.contains(&f.id),
            ledger.date.as_ref() != Some(&f.id),
        )
    });
    fields.truncate(COLUMNS_MAX);
    fields
}

fn heads(page: &Page, ledger: &Ledger, columns: &[&Field], ask: &ListAsk) -> Vec<Column> {
    let mut heads = vec![Column::wide("名称")];
    for field in columns {
        let is_date = ledger.date.as_ref() == Some(&field.id);
        let sorted_by = match &ask.sort {
            Some(sort) => *sort == *field.id,
            None => is_date,
        };
        let sorted = sorted_by.then_some(if ask.ascending {
            Sorted::Ascending
        } else {
            Sorted::Descending
        });
        let turned = if sorted_by && !ask.ascending {
            "asc"
        } else {
            ""
        };
        let mut pairs: Vec<(String, String)> = page
            .query()
            .into_iter()
            .filter(|(n, v)| {
                !["sort", "order", "after", "done"].contains(&n.as_str()) && !v.is_empty()
            })
            .collect();
        pairs.push((
            "sort".to_owned(),
            if is_date {
                String::new()
            } else {
                field.id.to_string()
            },
        ));
        pairs.push(("order".to_owned(), turned.to_owned()));
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let href = routes::with_query(page.uri.path(), &pairs);
        let head = match field.kind {
            FieldType::Number { .. } | FieldType::Money => Column::number(field.name.as_str()),
            FieldType::Date | FieldType::Choice { .. } | FieldType::District => {
                Column::short(field.name.as_str())
            }
            _ => Column::text(field.name.as_str()),
        };
        heads.push(head.sort(href, sorted));
    }
    if !ledger.stages.is_empty() {
        heads.push(Column::short("环节"));
    }
    heads
}

fn row(entry: &app::entry::Entry, columns: &[&Field], personal: bool) -> Row {
    let title = if entry.title.is_empty() {
        "（未命名）"
    } else {
        entry.title.as_str()
    };
    let mut cells = vec![Cell::text(title)];
    for field in columns {
        let value = entry.state.fields.get(field.id.as_str());
        cells.push(value.map_or(Cell::Missing, |v| Cell::text(show(field, v, personal))));
    }
    if !entry.ledger.stages.is_empty() {
        cells.push(stage_badge(entry).map_or(Cell::Missing, Cell::badge));
    }
    let mut row = Row::to(routes::entry(&entry.id), cells);
    if entry.state.voided {
        row.tone = Tone::Late;
        row.remark = Some("已作废".to_owned());
    }
    row
}

/// The number of an entry, where its book numbers entries; a key of several fields is no number.
pub fn number_of(entry: &app::entry::Entry) -> &str {
    if entry.ledger.key.len() == 1 {
        &entry.number
    } else {
        ""
    }
}

/// The badge of an entry's stage.
pub fn stage_badge(entry: &app::entry::Entry) -> Option<Badge> {
    let stage = entry.ledger.stage(entry.state.stage.as_deref()?)?;
    Some(if stage.end {
        Badge::done(stage.name.as_str())
    } else {
        Badge::stage(stage.name.as_str())
    })
}

/// A value as people read it, masked where the reader may not see it whole.
pub fn show(field: &Field, value: &app::catalogue::value::Value, personal: bool) -> String {
    field.seen(value, personal)
}

fn filters(
    page: &Page,
    ledger: &Ledger,
    ask: &ListAsk,
    found: &ListPage,
) -> Result<Markup, AppError> {
    let mut filters = vec![Filter::Select {
        name: "year".to_owned(),
        label: "年份".to_owned(),
        value: ask.year.map(|y| y.to_string()).unwrap_or_default(),
        choices: found
            .years
            .iter()
            .map(|y| Choice::new(y.to_string(), format!("{y} 年")))
            .collect(),
    }];
    let mut active = Vec::new();
    if let Some(year) = ask.year {
        let without = address(page, "year", "");
        active.push(ActiveFilter {
            label: format!("年份：{year}"),
            without,
        });
    }
    if !ledger.stages.is_empty() {
        let choice =
            |s: &app::catalogue::definition::Stage| Choice::new(s.id.as_str(), s.name.as_str());
        filters.push(Filter::Select {
            name: "stage".to_owned(),
            label: "环节".to_owned(),
            value: ask.stage.clone().unwrap_or_default(),
            choices: ledger.stages.iter().map(choice).collect(),
        });
        if let Some(stage) = ask.stage.as_deref().and_then(|s| ledger.stage(s)) {
            let without = address(page, "stage", "");
            active.push(ActiveFilter {
                label: format!("环节：{}", stage.name),
                without,
            });
        }
    }
    for field in app::listing::indexed_fields(ledger).filter(|f| !app::envelope::is_personal(f)) {
        let name = format!("f.{}", field.id);
        let value = ask
            .filters
            .iter()
            .find(|(id, _)| *id == *field.id)
            .map(|(_, v)| v.clone());
        let options = match &field.kind {
            FieldType::Choice { options } | FieldType::Choices { options } => options.clone(),
            FieldType::Flag => vec!["是".to_owned(), "否".to_owned()],
            FieldType::District => page.app().organ(&page.actor().organ)?.districts.clone(),
            // Others come by links; a condition that is on is always shown.
            _ if value.is_some() => Vec::new(),
            _ => continue,
        };
        if let Some(value) = &value {
            let label = format!("{}：{value}", field.name);
            active.push(ActiveFilter {
                label,
                without: address(page, &name, ""),
            });
        }
        let value = value.unwrap_or_default();
        filters.push(if options.is_empty() {
            Filter::Words {
                name,
                label: field.name.clone(),
                value,
            }
        } else {
            let choices = options.iter().map(|o| Choice::same(o.as_str())).collect();
            Filter::Select {
                name,
                label: field.name.clone(),
                value,
                choices,
            }
        });
    }
    if !ask.search.is_empty() {
        let label = format!("含：{}", ask.search);
        active.push(ActiveFilter {
            label,
            without: address(page, "q", ""),
        });
    }
    let kept = [
        ("sort", ask.sort.clone()),
        ("order", ask.ascending.then(|| "asc".to_owned())),
    ];
    Ok(filter_bar(&FilterBar {
        id: "filter".to_owned(),
        action: routes::ledger(&ledger.id),
        search: Some(("q".to_owned(), ask.search.clone())),
        filters,
        kept: kept
            .into_iter()
            .filter_map(|(n, v)| Some((n.to_owned(), v?)))
            .collect(),
        clear: (!active.is_empty()).then(|| routes::ledger(&ledger.id)),
        active,
    }))
}

/// The ledger's import sheet.
pub async fn template(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        let bytes = page.app().template_sheet(page.actor(), &id)?;
        download(XLSX, &format!("{}-模板.xlsx", ledger.name), bytes)
    })
    .await
}

/// What the list shows, as a workbook.
pub async fn export(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Export, &id)?;
        let bytes = page.app().export_sheet(page.actor(), &id, &ask_of(page))?;
        let name = format!("{}-{}.xlsx", ledger.name, page.app().clock.today());
        download(XLSX, &name, bytes)
    })
    .await
}
