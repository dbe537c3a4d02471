//! Lists, figures and the report, without the web.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use app::{Actor, App, kernel::Ask, listing::ListAsk};
use values::dates::Period;

use crate::{
    cost::{Cost, median, peak, timed, told},
    demonstration::{demonstration, folder_for, largest, legal},
};

pub fn lists(entries: usize, folder: Option<PathBuf>) -> Result<()> {
    let (app, year) = demonstration(entries, &folder_for(entries, folder))?;
    let legal = legal(&app)?;
    pages(&app, &legal, year)?;
    report(&app, &legal, year)?;
    println!("{}", peak());
    Ok(())
}

/// The largest ledgers, their lists and their figures.
fn pages(app: &App, actor: &Actor, year: i16) -> Result<()> {
    let all = ListAsk::default();
    let largest = largest(app, actor)?;
    let first = app.list(actor, &largest[0], &all, 1)?;
    let id = first.entries[0].id.clone();
    let baseline = median(200, || Ok(app.entry(actor, &id).map(drop)?))?;
    told("read one entry by its id", baseline, None);
    for ledger in &largest {
        let page = app.list(actor, ledger, &all, 50)?;
        println!("{ledger}: {} entries", page.count);
        let ask = |change: &dyn Fn(&mut ListAsk)| {
            let mut ask = ListAsk {
                year: Some(year),
                ..ListAsk::default()
            };
            change(&mut ask);
            median(20, || Ok(app.list(actor, ledger, &ask, 50).map(drop)?))
        };
        told(
            "  newest page",
            median(20, || Ok(app.list(actor, ledger, &all, 50).map(drop)?))?,
            Some(baseline),
        );
        told("  page of a year", ask(&|_| ())?, Some(baseline));
        told(
            "  next page",
            ask(&|a| a.after = page.next.clone())?,
            Some(baseline),
        );
        let indexed: Vec<String> = app::listing::indexed_fields(&page.ledger)
            .map(|f| f.id.to_string())
            .collect();
        for field in &indexed {
            let sorted = ask(&|a| a.sort = Some(field.clone()))?;
            told(&format!("  sorted by {field}"), sorted, Some(baseline));
            let Some(value) = page.entries[0].state.fields.get(field) else {
                continue;
            };
            let text = page
                .ledger
                .field(field)
                .map(|f| f.kind.input_text(value))
                .unwrap_or_default();
            let filtered = ask(&|a| a.filters = vec![(field.clone(), text.clone())])?;
            told(&format!("  filtered by {field}"), filtered, Some(baseline));
        }
        told(
            "  searched",
            ask(&|a| a.search = "检查".to_owned())?,
            Some(baseline),
        );
    }
    let period = Ask::period(Period::year(year));
    let mut slowest = (Cost::default(), String::new());
    let mut over = 0;
    let figures: Vec<_> = app.catalogue().figures().cloned().collect();
    for figure in &figures {
        let took = median(3, || {
            app.readings(actor, &[(figure.id.to_string(), period.clone())], None)?;
            for dimension in &figure.by {
                app.by_dimension(actor, &figure.id, &period, &dimension.field, None)?;
            }
            app.by_month(actor, &figure.id, &period, None)?;
            app.behind(actor, &figure.id, &period, None, None, 50)?;
            Ok(())
        })?;
        over += usize::from(took.wall > 0.010);
        if took.wall > slowest.0.wall {
            slowest = (took, figure.id.to_string());
        }
    }
    println!(
        "{over} of {} figure pages take more than 10 ms",
        figures.len()
    );
    told(
        &format!("slowest figure page: {}", slowest.1),
        slowest.0,
        Some(baseline),
    );
    Ok(())
}

/// Every figure of the annual report.
fn report(app: &App, actor: &Actor, year: i16) -> Result<()> {
    let period = Ask::period(Period::year(year));
    let asks: Vec<(String, Ask)> = app
        .catalogue()
        .figures()
        .map(|f| (f.id.to_string(), period.clone()))
        .collect();
    let took = median(5, || Ok(app.readings(actor, &asks, None).map(drop)?))?;
    told(&format!("all {} figures of a year", asks.len()), took, None);
    let mut each = Vec::new();
    for ask in &asks {
        let one = std::slice::from_ref(ask);
        let took = median(3, || Ok(app.readings(actor, one, None).map(drop)?))?;
        each.push((took, ask.0.as_str()));
    }
    each.sort_by(|a, b| b.0.wall.total_cmp(&a.0.wall));
    for (took, id) in each.iter().take(3) {
        told(&format!("  {id}"), *took, None);
    }
    let broken = Period {
        to: period.to.yesterday()?,
        ..Period::year(year)
    };
    let asks: Vec<(String, Ask)> = asks
        .into_iter()
        .map(|(id, _)| (id, Ask::period(broken)))
        .collect();
    let took = median(5, || Ok(app.readings(actor, &asks, None).map(drop)?))?;
    told("the same up to the day before its last", took, None);
    let template = app
        .catalogue()
        .reports()
        .first()
        .ok_or_else(|| anyhow!("no template"))?
        .id
        .to_string();
    let (id, took) = timed(|| Ok(app.start_report(actor, &template, year)?))?;
    told("compose the annual report", took, None);
    let draft = app.draft(actor, &id)?;
    let took = median(5, || Ok(app.paper(actor, &draft, None).map(drop)?))?;
    told("the annual report with its figures", took, None);
    Ok(())
}
