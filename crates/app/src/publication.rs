//! Publication: what the office has decided to show, and nothing else.
//!
//! A publication is an entry of the ledger `proactive_disclosure`: written, reviewed by a second
//! person, published, withdrawn, each an event in the log ([`desk`]). What citizens read is
//! a [`Site`]: the published entries, and the public rows of registers that a publication has
//! opened, already masked. Pages, feeds, open data, search and exports are made from a site and
//! from nothing else, so a hidden value has no way out.
//!
//! A site stays in memory until something that it shows has changed. That bounds it: tens of
//! thousands of publications and register rows, a bureau's decades, not a nation's.

pub mod annual;
pub mod credit;
pub mod desk;
mod draft;
pub mod files;
pub mod history;
pub mod paper;
pub mod register;
pub mod search;
mod settings;
pub mod statistics;
mod view;
pub mod word;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use catalogue::value::{Fields, Value};
use kernel::State;
use store::PageViewRow;
use values::dates::Date;

pub use register::{Register, RegisterRow};
pub use settings::{Column, Credit, Footer, LicenceNames, Settings, SocialAccount};
pub use view::{Shown, original_and_public, public_facts};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::Entry,
    error::{AppError, Result},
    listing::all_of,
    report::Snapshot,
};

/// The ledger of publications.
pub const LEDGER: &str = "proactive_disclosure";

/// A relation to another publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// `修改`, `废止`, `解读`, …: what this one does to the other.
    pub kind: String,
    /// Index number of the other one.
    pub target: String,
}

/// How a publication was withdrawn: what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// When.
    pub on: String,
    /// Why.
    pub reason: String,
}

/// A publication as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The entry.
    pub id: String,
    /// Title.
    pub title: String,
    /// Id of the column.
    pub column: String,
    /// 索引号.
    pub index_number: String,
    /// 文号, if any.
    pub document_number: String,
    /// 内容概述.
    pub summary: String,
    /// 生成日期.
    pub made_on: Option<Date>,
    /// 发布时间, `2022-12-07 09:30`.
    pub published_at: String,
    /// Author.
    pub author: String,
    /// Source.
    pub source: String,
    /// Lines of the text; see [`blocks`].
    pub body: String,
    /// Facts taken from a ledger, masked.
    pub facts: Vec<(String, String)>,
    /// 有效, 已修改, 失效, 废止; empty where that means nothing.
    pub validity: String,
    /// Last day on which it is shown.
    pub until_on: Option<Date>,
    /// Last day for opinions.
    pub comments_until: Option<Date>,
    /// What it does to others.
    pub relations: Vec<Relation>,
    /// Attached files: hash and name.
    pub attachments: Vec<(String, String)>,
    /// The ledger that it opens as a register.
    pub opens_ledger: Option<String>,
    /// The entry that it comes from, where it comes from one.
    pub source_entry: Option<String>,
    /// The frozen report that it publishes.
    pub report: Option<String>,
    /// It was withdrawn; everything but title, column and index number is empty then.
    pub withdrawn: Option<Withdrawn>,
}

impl Article {
    /// The part of the index number behind the slash: names it in addresses.
    pub fn slug(&self) -> &str {
        self.index_number
            .split_once('/')
            .map_or(self.index_number.as_str(), |(_, serial)| serial)
    }
    /// Year of publication, as text.
    pub fn year(&self) -> &str {
        self.published_at.get(..4).unwrap_or_default()
    }
    /// Day of publication, as text.
    pub fn day(&self) -> &str {
        self.published_at.get(..10).unwrap_or_default()
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph with its number from 1, to which opinions refer.
    Paragraph(usize, String),
    /// A table; the first row is its head.
    Table(Vec<Vec<String>>),
}

/// The parts of a text: one paragraph a line; `## ` starts a heading, `|` a row of a table.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut number = 0;
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(heading.trim().to_owned()));
        } else if let Some(row) = line.strip_prefix('|') {
            let cells = row.trim_end_matches('|').split('|');
            let cells: Vec<String> = cells.map(|c| c.trim().to_owned()).collect();
            match blocks.last_mut() {
                Some(Block::Table(rows)) => rows.push(cells),
                _ => blocks.push(Block::Table(vec![cells])),
            }
        } else {
            number += 1;
            blocks.push(Block::Paragraph(number, line.to_owned()));
        }
    }
    blocks
}

/// A text without the marks of its headings and tables, on one line: for excerpts.
pub fn plain(text: &str) -> String {
    let parts = blocks(text).into_iter().map(|block| match block {
        Block::Heading(words) | Block::Paragraph(_, words) => words,
        Block::Table(rows) => {
            let rows = rows.into_iter().map(|cells| cells.join(" "));
            rows.collect::<Vec<_>>().join(" ")
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// What the public sees at one moment.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Publications, the newest first; withdrawn ones too, as what is left of them.
    pub articles: Vec<Arc<Article>>,
    /// Registers that are open, by column.
    pub registers: BTreeMap<String, Arc<Register>>,
    /// Changes when what is shown changes.
    pub version: u64,
    /// Where each index number's serial stands in `articles`.
    places: BTreeMap<String, usize>,
    index: search::Index,
    /// The day it was made for: terms end with days.
    day: Option<Date>,
}

impl Site {
    /// An article by its slug.
    pub fn article(&self, slug: &str) -> Option<&Arc<Article>> {
        self.places.get(slug).and_then(|at| self.articles.get(*at))
    }
    /// The articles of a column that stand, newest first.
    pub fn of_column<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Arc<Article>> {
        self.articles
            .iter()
            .filter(move |a| a.column == column && a.withdrawn.is_none())
    }
    /// The articles that do something to one: kind and article.
    pub fn relating_to(&self, index_number: &str) -> Vec<(String, Arc<Article>)> {
        let mut found = Vec::new();
        for article in self.articles.iter().filter(|a| a.withdrawn.is_none()) {
            let relations = article.relations.iter();
            for relation in relations.filter(|r| r.target == index_number) {
                found.push((relation.kind.clone(), Arc::clone(article)));
            }
        }
        found
    }
    /// Looks for words over everything that is published.
    pub fn search(&self, ask: &search::SearchAsk) -> search::Found {
        self.index.search(ask)
    }
    /// A column shows something.
    pub fn has(&self, column: &str) -> bool {
        self.registers.contains_key(column) || self.of_column(column).next().is_some()
    }
}

/// The site of each organ while it stays true.
#[derive(Default)]
pub(crate) struct SiteCell(Mutex<BTreeMap<String, Kept>>);

struct Kept {
    /// The size of the log when it was last looked at.
    seen: u64,
    site: Arc<Site>,
}

impl App {
    /// What the public sees of an organ now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn site(&self, organ: &str) -> Result<Arc<Site>> {
        authorise(&Actor::public(organ), Action::Visit, Resource::Portal)?;
        let today = self.clock.today();
        let size = self.store.read(|db| db.log_size())?;
        let mut kept = self.site.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.get(organ);
        let of_today = |k: &&Kept| k.site.day == Some(today);
        if let Some(kept) = before.filter(of_today).filter(|k| k.seen == size) {
            return Ok(Arc::clone(&kept.site));
        }
        let changes = self.store.read(|db| db.ledger_changes(organ))?;
        let version = changes
            .iter()
            .filter(|(ledger, _)| self.is_public(ledger))
            .map(|(_, size)| *size)
            .max()
            .unwrap_or(0);
        let site = match before
            .filter(of_today)
            .filter(|k| k.site.version == version)
        {
            Some(kept) => Arc::clone(&kept.site),
            None => Arc::new(self.build_site(organ, version, today)?),
        };
        let fresh = Kept {
            seen: size,
            site: Arc::clone(&site),
        };
        kept.insert(organ.to_owned(), fresh);
        Ok(site)
    }

    /// Whether a short read may be done on a thread that must not wait: the rows are in this
    /// process. A database server has to be waited for.
    pub fn reads_at_once(&self) -> bool {
        !matches!(self.store.target(), store::Target::Postgres(_))
    }

    /// The version of the site, if it can be said without work that it is still true.
    pub fn fresh_site_version(&self, organ: &str) -> Option<u64> {
        let size = self.store.read(|db| db.log_size()).ok()?;
        let kept = self.site.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(organ)?;
        let fresh = kept.seen == size && kept.site.day == Some(self.clock.today());
        fresh.then_some(kept.site.version)
    }

    /// Adds to the counts of pages.
    ///
    /// # Errors
    /// When the in-box cannot be written.
    pub fn add_views<'a>(
        &self,
        organ: &str,
        views: impl Iterator<Item = (&'a str, u64)>,
    ) -> Result<()> {
        let month = self.clock.today().strftime("%Y-%m").to_string();
        let rows: Vec<PageViewRow> = views
            .map(|(page, views)| PageViewRow {
                organ_id: organ.to_owned(),
                page: page.to_owned(),
                month: month.clone(),
                views,
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        Ok(self.inbox.write(|db| db.add_page_views(&rows))?)
    }

    /// How often each page was read.
    ///
    /// # Errors
    /// When the in-box cannot be read.
    pub fn views(&self, organ: &str) -> Result<Vec<(String, u64)>> {
        Ok(self.inbox.read(|db| db.page_views(organ))?)
    }

    fn is_public(&self, ledger: &str) -> bool {
        let columns = &self.portal.columns;
        ledger == LEDGER || columns.iter().any(|c| c.ledger.as_deref() == Some(ledger))
    }

    fn build_site(&self, organ: &str, version: u64, today: Date) -> Result<Site> {
        let mut articles: Vec<Arc<Article>> = Vec::new();
        self.each_entry(organ, LEDGER, |entry| {
            if let Some(article) = self.article_of(&entry) {
                let shown = article.until_on.is_none_or(|until| today <= until);
                if shown {
                    articles.push(Arc::new(article));
                }
            }
            Ok(())
        })?;
        articles.sort_by(|a, b| {
            let key = |x: &Article| (x.published_at.clone(), x.index_number.clone());
            key(b).cmp(&key(a))
        });
        let mut registers = BTreeMap::new();
        let opened: Vec<&str> = articles
            .iter()
            .filter(|a| a.withdrawn.is_none())
            .filter_map(|a| a.opens_ledger.as_deref())
            .collect();
        for column in &self.portal.columns {
            let Some(ledger) = column.ledger.as_deref().filter(|l| opened.contains(l)) else {
                continue;
            };
            if let Some(register) = self.register(organ, column, ledger, today)? {
                registers.insert(column.id.clone(), Arc::new(register));
            }
        }
        let places = articles
            .iter()
            .enumerate()
            .map(|(at, a)| (a.slug().to_owned(), at))
            .collect();
        let name = self
            .organ(organ)
            .map(|o| o.name.clone())
            .unwrap_or_default();
        let index = search::Index::of(&articles, &registers, &self.portal, &name);
        Ok(Site {
            articles,
            registers,
            version,
            places,
            index,
            day: Some(today),
        })
    }

    /// Every entry of a ledger that is not void.
    pub(crate) fn each_entry(
        &self,
        organ: &str,
        ledger: &str,
        mut each: impl FnMut(Entry) -> Result<()>,
    ) -> Result<()> {
        let mut query = all_of(organ, ledger);
        loop {
            let page = self.store.read(|db| db.list(&query))?;
            for row in page.rows {
                each(self.entry_of(row)?)?;
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// The public side of a publication that was published, withdrawn or not.
    fn article_of(&self, entry: &Entry) -> Option<Article> {
        let fields = &entry.state.fields;
        let column = self.portal.column_named(&text(fields, "column"))?;
        let mut article = Article {
            id: entry.id.clone(),
            title: text(fields, "title"),
            column: column.id.clone(),
            index_number: text(fields, "index_number"),
            document_number: text(fields, "document_number"),
            published_at: text(fields, "published_at"),
            ..empty_article()
        };
        match entry.state.stage.as_deref() {
            Some("published") => {}
            Some("withdrawn") => {
                // A title that names somebody does not stay for ever.
                let other = text(fields, "withdrawn_title");
                if !other.is_empty() {
                    article.title = other;
                }
                // What is left: that it was there, when it went and why; no personal data.
                article.document_number.clear();
                article.withdrawn = Some(Withdrawn {
                    on: last_act(&entry.state, "withdraw"),
                    reason: text(fields, "withdrawn_reason"),
                });
                return Some(article);
            }
            _ => return None,
        }
        article.summary = text(fields, "summary");
        article.made_on = date(fields, "made_on");
        article.author = text(fields, "author");
        article.source = text(fields, "source");
        article.body = text(fields, "body");
        article.facts = rows(fields, "facts", ["name", "value"]);
        article.validity = text(fields, "validity");
        article.until_on = date(fields, "until_on");
        article.comments_until = date(fields, "comments_until");
        article.relations = rows(fields, "relations", ["kind", "target"])
            .into_iter()
            .map(|(kind, target)| Relation { kind, target })
            .collect();
        article.attachments = rows(fields, "attachments", ["file", "name"]);
        article.source_entry = Some(text(fields, "source_entry")).filter(|id| !id.is_empty());
        article.opens_ledger = (text(fields, "origin") == desk::ORIGIN_REGISTER)
            .then(|| text(fields, "source_ledger"));
        article.report = (text(fields, "source_ledger") == crate::report::LEDGER)
            .then(|| text(fields, "source_entry"));
        Some(article)
    }

    /// A frozen report that is published.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that is not.
    pub fn public_report(&self, organ: &str, id: &str) -> Result<Snapshot> {
        let missing = || AppError::NotFound("这份报告");
        let site = self.site(organ)?;
        let published = site
            .articles
            .iter()
            .any(|a| a.report.as_deref() == Some(id) && a.withdrawn.is_none());
        if !published {
            return Err(missing());
        }
        let system = Actor::system(organ);
        let draft = self.draft(&system, id)?;
        self.snapshot(&system, &draft)?.ok_or_else(missing)
    }

    /// A file attached to something that is published.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nothing published has it.
    pub fn public_file(&self, organ: &str, hash: &str) -> Result<(Vec<u8>, String, String)> {
        let site = self.site(organ)?;
        let name = site
            .articles
            .iter()
            .find_map(|a| a.attachments.iter().find(|(h, _)| h == hash))
            .map(|(_, name)| name.clone())
            .ok_or(AppError::NotFound("该附件"))?;
        let blob = self.store.read(|db| db.blob(organ, hash))?;
        let blob = blob.ok_or(AppError::NotFound("该附件"))?;
        Ok((blob.bytes, blob.media_type, name))
    }
}

fn empty_article() -> Article {
    Article {
        id: String::new(),
        title: String::new(),
        column: String::new(),
        index_number: String::new(),
        document_number: String::new(),
        summary: String::new(),
        made_on: None,
        published_at: String::new(),
        author: String::new(),
        source: String::new(),
        body: String::new(),
        facts: Vec::new(),
        validity: String::new(),
        until_on: None,
        comments_until: None,
        relations: Vec::new(),
        attachments: Vec::new(),
        source_entry: None,
        opens_ledger: None,
        report: None,
        withdrawn: None,
    }
}

fn last_act(state: &State, action: &str) -> String {
    state
        .acts(action)
        .last()
        .map(|done| done.on.clone())
        .unwrap_or_default()
}

pub(crate) fn text(fields: &Fields, id: &str) -> String {
    fields
        .get(id)
        .and_then(Value::as_text)
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn date(fields: &Fields, id: &str) -> Option<Date> {
    fields.get(id)?.as_text()?.parse().ok()
}

/// Rows of two columns.
fn rows(fields: &Fields, id: &str, columns: [&str; 2]) -> Vec<(String, String)> {
    let items = fields.get(id).and_then(Value::as_list).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| match item {
            Value::Record(cells) => {
                let cell = |name: &str| {
                    let text = cells.get(name).and_then(Value::as_text);
                    text.unwrap_or_default().to_owned()
                };
                Some((cell(columns[0]), cell(columns[1])))
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_headings_numbered_paragraphs_and_tables() {
        let text = "第一段。\n\n## 一、标题\n第二段。\n| 项目 | 数 |\n| 甲 | 1 |\n第三段。";
        let numbered = |n, t: &str| Block::Paragraph(n, t.to_owned());
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        assert_eq!(
            blocks(text),
            [
                numbered(1, "第一段。"),
                Block::Heading("一、标题".to_owned()),
                numbered(2, "第二段。"),
                Block::Table(vec![row("项目", "数"), row("甲", "1")]),
                numbered(3, "第三段。"),
            ]
        );
        assert_eq!(
            plain(text),
            "第一段。 一、标题 第二段。 项目 数 甲 1 第三段。"
        );
    }
}
