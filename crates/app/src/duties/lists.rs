//! Published lists (清单): as they stood on a day, their releases, and what changed between two.
//!
//! Which items stand on a day is what is known now of when they entered and left. What an item said
//! on that day is folded from its events: a correction of today does not rewrite an older version.

use std::collections::BTreeMap;

use kernel::{State, apply};
use values::dates::Date;

use super::{day, happened, number, stands, text};
use crate::{
    App,
    authorise::Actor,
    entry::{Entry, event_of},
    error::{AppError, Result},
};

/// A kind of list, and the ledger that keeps its items.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// For addresses.
    pub id: &'static str,
    /// As `list_release` calls it.
    pub name: &'static str,
    /// The ledger of its items.
    pub ledger: &'static str,
    /// Field with the code of an item.
    pub code: &'static str,
    /// Field with its name.
    pub title: &'static str,
    /// Field by which the list is grouped.
    pub group: &'static str,
    /// Field with the day on which it left the list.
    pub until: &'static str,
    /// Field with the reason why it left.
    pub reason: &'static str,
    /// Field with the year, where the list is made anew each year and an item is entered again.
    pub year: Option<&'static str>,
}

const fn list(
    id: &'static str,
    name: &'static str,
    ledger: &'static str,
    [code, title, group]: [&'static str; 3],
) -> List {
    List {
        id,
        name,
        ledger,
        code,
        title,
        group,
        until: "removed_on",
        reason: "removal",
        year: None,
    }
}

impl List {
    const fn each_year(self, field: &'static str, reason: &'static str) -> Self {
        Self {
            year: Some(field),
            reason,
            ..self
        }
    }

    /// The items that stand on a day: entered and not left. Of a list that is made anew each year,
    /// those of the newest year that was listed by then.
    fn standing<'a>(&self, entries: &'a [Entry], on: Date) -> Vec<&'a Entry> {
        let entered = entries.iter().filter(|e| stands(e, self.until, on));
        let Some(field) = self.year else {
            return entered.collect();
        };
        let year = |e: &Entry| number(e, field).filter(|y| *y <= i64::from(on.year()));
        let listed = entries.iter().filter(|e| happened(e) <= on);
        let newest = listed.filter_map(year).max();
        entered
            .filter(|e| newest.is_some() && year(e) == newest)
            .collect()
    }

    /// What makes an item the same in two versions.
    fn identity<'a>(&self, entry: &'a Entry) -> &'a str {
        match self.year {
            Some(_) => text(entry, self.title),
            None => &entry.id,
        }
    }

    /// Fields that say when an item entered and left, not what it is.
    fn is_about_the_list(&self, field: &str) -> bool {
        [self.until, self.reason, "published_on"].contains(&field)
            || self.year == Some(field)
            || field == "listed_on"
    }
}

/// All lists, in the order of the page.
pub const LISTS: &[List] = &[
    list("power", "权力清单", "power_list", ["code", "name", "type"]),
    list(
        "duty",
        "责任清单",
        "responsibility_item",
        ["item_code", "duty", "step"],
    ),
    list(
        "negative",
        "负面清单",
        "negative_list_item",
        ["number", "matter", "addressee"],
    ),
    list(
        "enforcement",
        "行政执法事项清单",
        "enforcement_item",
        ["code", "name", "kind"],
    ),
    list(
        "service",
        "公共服务事项清单",
        "public_service_item",
        ["code", "name", "kind"],
    ),
    list(
        "fund",
        "专项资金管理清单",
        "fund_item",
        ["year", "name", "duty_section"],
    )
    .each_year("year", "removal"),
    list(
        "decision",
        "重大行政决策事项目录",
        "decision_catalogue",
        ["year", "matter", "kind"],
    )
    .each_year("year", "reason"),
    list(
        "review",
        "法制审核目录",
        "legal_review_item",
        ["number", "matter", "kind"],
    ),
];

/// An item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its entry.
    pub entry: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Group.
    pub group: String,
    /// The day it entered.
    pub since: Date,
    /// The day it left.
    pub until: Option<Date>,
    /// Why it left.
    pub reason: String,
}

/// A published version.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its entry.
    pub entry: String,
    /// `2022年版`.
    pub version: String,
    /// Why.
    pub reason: String,
    /// Approved.
    pub approved_on: Date,
    /// Published; none while it is not.
    pub published_on: Option<Date>,
    /// Items on the day of publication (of approval while unpublished).
    pub items: usize,
}

/// A list as it stands on a day.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// Which.
    pub list: List,
    /// The day.
    pub on: Date,
    /// Items that stand, by group and code.
    pub items: Vec<Item>,
    /// Releases, newest first.
    pub releases: Vec<Release>,
    /// Power items that no entry of the responsibility list names (power list only).
    pub without_duty: Vec<Item>,
}

/// What changed between two days.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// Entered.
    pub added: Vec<Item>,
    /// Left, with the reason.
    pub removed: Vec<Item>,
    /// Stayed, but were adjusted: code, name, what was done, day.
    pub adjusted: Vec<(String, String, String, Date)>,
    /// Stayed, adjusted or not.
    pub kept: usize,
    /// Stayed and were adjusted.
    pub changed: usize,
}

fn item(list: &List, entry: &Entry) -> Item {
    Item {
        entry: entry.id.clone(),
        code: said(entry, list.code),
        name: text(entry, list.title).to_owned(),
        group: text(entry, list.group).to_owned(),
        since: happened(entry),
        until: day(entry, list.until),
        reason: text(entry, list.reason).to_owned(),
    }
}

/// What a field says, in words.
fn said(entry: &Entry, field: &str) -> String {
    let kind = entry.ledger.field(field).map(|f| &f.kind);
    match (kind, entry.state.fields.get(field)) {
        (Some(kind), Some(value)) => kind.format(value),
        _ => String::new(),
    }
}

/// What an item says otherwise than before, field by field.
fn reworded(list: &List, before: &Entry, after: &Entry) -> Vec<String> {
    let fields = after.ledger.fields.iter();
    let fields = fields.filter(|f| !list.is_about_the_list(&f.id) && !f.kind.is_personal());
    let change = |field: &catalogue::definition::Field| {
        let (was, is) = (said(before, &field.id), said(after, &field.id));
        let name = &field.name;
        match (was.is_empty(), is.is_empty()) {
            _ if was == is => None,
            (true, _) => Some(format!("{name}增加“{is}”")),
            (_, true) => Some(format!("{name}删去“{was}”")),
            _ => Some(format!("{name}由“{was}”改为“{is}”")),
        }
    };
    fields.filter_map(change).collect()
}

/// The list of an id.
///
/// # Errors
/// [`AppError::NotFound`].
fn known(id: &str) -> Result<List> {
    let found = LISTS.iter().find(|list| list.id == id);
    found.copied().ok_or(AppError::NotFound("该清单"))
}

impl App {
    /// A list as it stands on a day, with its releases.
    ///
    /// # Errors
    /// A denial, or an unknown list.
    pub fn list_on(&self, actor: &Actor, id: &str, on: Date) -> Result<ListPage> {
        self.reads_figures(actor)?;
        let list = known(id)?;
        let entries = self.all_entries(actor, list.ledger)?;
        let count = |day: Date| list.standing(&entries, day).len();
        let mut releases: Vec<Release> = self
            .all_entries(actor, "list_release")?
            .iter()
            .filter(|e| text(e, "list") == list.name)
            .map(|e| {
                let approved_on = happened(e);
                let published_on = day(e, "published_on");
                Release {
                    entry: e.id.clone(),
                    version: text(e, "version").to_owned(),
                    reason: text(e, "reason").to_owned(),
                    approved_on,
                    published_on,
                    items: count(published_on.unwrap_or(approved_on)),
                }
            })
            .collect();
        releases.sort_by_key(|r| std::cmp::Reverse(r.approved_on));
        let standing = list.standing(&entries, on);
        let mut items = standing
            .into_iter()
            .map(|e| Ok(item(&list, &self.as_of(actor, e, on)?.0)))
            .collect::<Result<Vec<Item>>>()?;
        items.sort_by(|a, b| (&a.group, &a.code).cmp(&(&b.group, &b.code)));
        let without_duty = if list.id == "power" {
            let duties = self.all_entries(actor, "responsibility_item")?;
            let named = |code: &str| {
                let mut standing = duties.iter().filter(|d| stands(d, "removed_on", on));
                standing.any(|d| text(d, "item_code") == code)
            };
            let bare = items.iter().filter(|i| !named(&i.code));
            bare.cloned().collect()
        } else {
            Vec::new()
        };
        Ok(ListPage {
            list,
            on,
            items,
            releases,
            without_duty,
        })
    }

    /// What changed in a list after one day until another.
    ///
    /// # Errors
    /// A denial, or an unknown list.
    pub fn list_difference(
        &self,
        actor: &Actor,
        id: &str,
        from: Date,
        to: Date,
    ) -> Result<Difference> {
        self.reads_figures(actor)?;
        let list = known(id)?;
        let mut difference = Difference::default();
        let entries = self.all_entries(actor, list.ledger)?;
        let on = |day: Date| -> BTreeMap<&str, &Entry> {
            let standing = list.standing(&entries, day).into_iter();
            standing.map(|e| (list.identity(e), e)).collect()
        };
        let (before, after) = (on(from), on(to));
        let mut kept: Vec<(String, bool)> = Vec::new();
        for (identity, entry) in &after {
            let (now, changed_on) = self.as_of(actor, entry, to)?;
            let item = item(&list, &now);
            let Some(then) = before.get(identity) else {
                difference.added.push(item);
                continue;
            };
            let words = reworded(&list, &self.as_of(actor, then, from)?.0, &now);
            if !words.is_empty() {
                let (code, name) = (item.code.clone(), item.name.clone());
                let said = words.join("；");
                difference.adjusted.push((code, name, said, changed_on));
            }
            kept.push((item.code, !words.is_empty()));
        }
        difference.kept = kept.len();
        for (identity, entry) in &before {
            if !after.contains_key(identity) {
                difference.removed.push(item(&list, entry));
            }
        }
        if list.id == "power" {
            for entry in self.all_entries(actor, "power_adjustment")? {
                let (on, code) = (happened(&entry), text(&entry, "item_code"));
                // 保留 is what a review says of an item that it leaves as it is.
                let changed = text(&entry, "outcome") != "保留";
                let stayed = kept.iter_mut().find(|(kept, _)| kept == code);
                if let Some(stayed) = stayed.filter(|_| changed && on > from && on <= to) {
                    stayed.1 = true;
                    difference.adjusted.push((
                        code.to_owned(),
                        text(&entry, "item_name").to_owned(),
                        text(&entry, "outcome").to_owned(),
                        on,
                    ));
                }
            }
        }
        difference.changed = kept.iter().filter(|(_, changed)| *changed).count();
        Ok(difference)
    }

    /// An item as it was on a day, and the day of its last change until then. The opening counts
    /// whenever it was recorded: an old book says what stood there then.
    fn as_of(&self, actor: &Actor, entry: &Entry, on: Date) -> Result<(Entry, Date)> {
        let opened = happened(entry);
        if entry.state.revision <= 1 {
            return Ok((entry.clone(), opened));
        }
        let rows = self.store.read(|db| db.events(&actor.organ, &entry.id))?;
        let first = entry.ledger.first_stage().map(|s| s.id.as_str());
        let (mut state, mut changed): (Option<State>, Date) = (None, opened);
        for row in &rows {
            let event = event_of(row)?;
            if state.is_some() {
                if event.happened_on > on {
                    continue;
                }
                changed = event.happened_on;
            }
            state = Some(apply(state, &event, first));
        }
        let mut then = entry.clone();
        if let Some(state) = state {
            then.state = state;
        }
        Ok((then, changed))
    }

    /// What belongs to an item of the power list: its entries of the responsibility list and its
    /// adjustments, oldest first. Empty for items of other lists, and of ledgers that the actor may
    /// not read.
    ///
    /// # Errors
    /// A denial.
    pub fn of_power_item(&self, actor: &Actor, code: &str) -> Result<(Vec<Entry>, Vec<Entry>)> {
        self.reads_figures(actor)?;
        let named = |ledger: &str| -> Result<Vec<Entry>> {
            if !self.may_read(actor, ledger) {
                return Ok(Vec::new());
            }
            let mut entries = self.all_entries(actor, ledger)?;
            entries.retain(|e| text(e, "item_code") == code);
            entries.sort_by_key(happened);
            Ok(entries)
        };
        Ok((named("responsibility_item")?, named("power_adjustment")?))
    }
}
