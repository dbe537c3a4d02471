//! What staff want to know of the portal: what each column holds, and how often pages are read.
//!
//! Views are counts of pages by month; who read is not known, so nothing here can tell. What the
//! office counts elsewhere — WeChat, newspapers — are ledgers of their own (`media_account`,
//! `media_issue`).

use std::collections::BTreeMap;

use super::{Site, credit};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::Result,
};

/// A column in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnNumbers {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Publications that stand, or rows of the register.
    pub standing: usize,
    /// Published this year.
    pub this_year: usize,
    /// Withdrawn, of all years.
    pub withdrawn: usize,
    /// Day of the newest one, ISO; empty where there is none.
    pub newest: String,
    /// Months without news, where the column must have some and has none in time.
    pub overdue: Option<u32>,
    /// How often its pages were read.
    pub views: u64,
}

/// The data rows of licences or penalties (双公示) of a column: how many can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditNumbers {
    /// Id of the column.
    pub id: String,
    /// Name of the column.
    pub name: String,
    /// Rows.
    pub rows: usize,
    /// How many of them lack something.
    pub faulty: usize,
    /// The first of these: entry, title, what is missing or wrong.
    pub problems: Vec<(String, String, String)>,
}

/// The portal in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalNumbers {
    /// Columns, in their order.
    pub columns: Vec<ColumnNumbers>,
    /// Views by month, the newest first.
    pub months: Vec<(String, u64)>,
    /// The most read pages: address, title, views.
    pub most_read: Vec<(String, String, u64)>,
    /// Columns whose rows go to the credit platform.
    pub credit: Vec<CreditNumbers>,
}

impl App {
    /// The portal in numbers.
    ///
    /// # Errors
    /// A denial, or when a database cannot be read.
    pub fn portal_numbers(&self, actor: &Actor) -> Result<PortalNumbers> {
        const SHOWN: usize = 20;
        authorise(actor, Action::Publish, Resource::Portal)?;
        let site = self.site(&actor.organ)?;
        let by_month = self.inbox.read(|db| db.page_views_by_month(&actor.organ))?;
        let mut months: BTreeMap<String, u64> = BTreeMap::new();
        let mut pages: BTreeMap<String, u64> = BTreeMap::new();
        for row in by_month {
            *months.entry(row.month).or_default() += row.views;
            *pages.entry(row.page).or_default() += row.views;
        }
        let columns = self.portal.columns.iter();
        let columns = columns.map(|c| self.column_numbers(&site, c, &pages));
        let mut most_read: Vec<(String, String, u64)> = pages
            .iter()
            .filter_map(|(page, views)| Some((page.clone(), title_of(&site, page)?, *views)))
            .collect();
        most_read.sort_by(|a, b| (b.2, &a.0).cmp(&(a.2, &b.0)));
        most_read.truncate(SHOWN);
        Ok(PortalNumbers {
            columns: columns.collect(),
            months: months.into_iter().rev().collect(),
            most_read,
            credit: self.credit_numbers(actor, &site)?,
        })
    }

    fn credit_numbers(&self, actor: &Actor, site: &Site) -> Result<Vec<CreditNumbers>> {
        const SHOWN: usize = 20;
        let organ = self.organ(&actor.organ)?.name.clone();
        let mut numbers = Vec::new();
        for column in &self.portal.columns {
            let Some((kind, register)) = column.credit.zip(site.registers.get(&column.id)) else {
                continue;
            };
            let sender = credit::Sender {
                organ: &organ,
                code: &self.portal.credit_code,
                licence: &column.licence,
                today: self.clock.today(),
            };
            let file = credit::file(register, kind, sender);
            let faulty = file.rows.iter().filter(|r| !r.problems.is_empty());
            let problems = faulty.take(SHOWN).map(|row| {
                let title = register.row(&row.entry).map(|r| r.title.clone());
                let title = title.unwrap_or_default();
                (row.entry.clone(), title, row.problems.join("；"))
            });
            numbers.push(CreditNumbers {
                id: column.id.clone(),
                name: column.name.clone(),
                rows: file.rows.len(),
                faulty: file.faulty(),
                problems: problems.collect(),
            });
        }
        Ok(numbers)
    }

    fn column_numbers(
        &self,
        site: &Site,
        column: &super::Column,
        pages: &BTreeMap<String, u64>,
    ) -> ColumnNumbers {
        let today = self.clock.today();
        let year = today.strftime("%Y").to_string();
        let of = || site.articles.iter().filter(move |a| a.column == column.id);
        let standing = || of().filter(|a| a.withdrawn.is_none());
        let register = site.registers.get(&column.id);
        let newest = standing()
            .map(|a| a.day().to_owned())
            .max()
            .unwrap_or_default();
        let months_old = newest.parse().ok().map(|day: values::dates::Date| {
            let months =
                i32::from(today.year() - day.year()) * 12 + i32::from(today.month() - day.month());
            u32::try_from(months).unwrap_or(0)
        });
        let of_articles: u64 = of()
            .filter_map(|a| pages.get(&format!("/portal/articles/{}", a.slug())))
            .sum();
        let rows = format!("/portal/rows/{}/", column.id);
        let of_rows: u64 = pages
            .iter()
            .filter(|(page, _)| page.starts_with(&rows))
            .map(|(_, views)| views)
            .sum();
        ColumnNumbers {
            id: column.id.clone(),
            name: column.name.clone(),
            standing: register.map_or_else(|| standing().count(), |r| r.rows.len()),
            this_year: of().filter(|a| a.year() == year).count(),
            withdrawn: of().filter(|a| a.withdrawn.is_some()).count(),
            overdue: column
                .months_max
                .and_then(|most| months_old.filter(|months| *months > most)),
            newest,
            views: of_articles + of_rows,
        }
    }
}

/// What a page is called; none for pages that are no longer public.
fn title_of(site: &Site, page: &str) -> Option<String> {
    if let Some(slug) = page.strip_prefix("/portal/articles/") {
        let article = site.article(slug)?;
        return article.withdrawn.is_none().then(|| article.title.clone());
    }
    let (column, entry) = page.strip_prefix("/portal/rows/")?.split_once('/')?;
    Some(site.registers.get(column)?.row(entry)?.title.clone())
}
