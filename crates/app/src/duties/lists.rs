//! Published lists (清单): as they stood on a day, their releases, and what changed between two.

use values::dates::Date;

use super::{day, happened, stands, text};
use crate::{
    App,
    authorise::Actor,
    entry::Entry,
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
    ),
    list(
        "decision",
        "重大行政决策事项目录",
        "decision_catalogue",
        ["year", "matter", "kind"],
    ),
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
    /// Stayed as they were.
    pub kept: usize,
}

fn item(list: &List, entry: &Entry) -> Item {
    let code = entry.ledger.field(list.code).map(|f| &f.kind);
    let code = match (code, entry.state.fields.get(list.code)) {
        (Some(kind), Some(value)) => kind.format(value),
        _ => String::new(),
    };
    Item {
        entry: entry.id.clone(),
        code,
        name: text(entry, list.title).to_owned(),
        group: text(entry, list.group).to_owned(),
        since: happened(entry),
        until: day(entry, list.until),
        reason: text(entry, list.reason).to_owned(),
    }
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
        let count = |day: Date| {
            entries
                .iter()
                .filter(|e| stands(e, list.until, day))
                .count()
        };
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
        let standing = entries.iter().filter(|e| stands(e, list.until, on));
        let mut items: Vec<Item> = standing.map(|e| item(&list, e)).collect();
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
        let mut kept = std::collections::BTreeSet::new();
        for entry in self.all_entries(actor, list.ledger)? {
            let item = item(&list, &entry);
            let (before, after) = (
                stands(&entry, list.until, from),
                stands(&entry, list.until, to),
            );
            match (before, after) {
                (false, true) => difference.added.push(item),
                (true, false) => difference.removed.push(item),
                (true, true) => {
                    difference.kept += 1;
                    kept.insert(item.code);
                }
                (false, false) => {}
            }
        }
        if list.id == "power" {
            for entry in self.all_entries(actor, "power_adjustment")? {
                let (on, code) = (happened(&entry), text(&entry, "item_code"));
                // 保留 is what a review says of an item that it leaves as it is.
                let changed = text(&entry, "outcome") != "保留";
                if changed && on > from && on <= to && kept.contains(code) {
                    difference.adjusted.push((
                        code.to_owned(),
                        text(&entry, "item_name").to_owned(),
                        text(&entry, "outcome").to_owned(),
                        on,
                    ));
                }
            }
        }
        Ok(difference)
    }

    /// What belongs to an item of the power list: its entries of the responsibility list and its
    /// adjustments, oldest first. Empty for items of other lists.
    ///
    /// # Errors
    /// A denial.
    pub fn of_power_item(&self, actor: &Actor, code: &str) -> Result<(Vec<Entry>, Vec<Entry>)> {
        self.reads_figures(actor)?;
        let named = |ledger: &str| -> Result<Vec<Entry>> {
            let mut entries = self.all_entries(actor, ledger)?;
            entries.retain(|e| text(e, "item_code") == code);
            entries.sort_by_key(happened);
            Ok(entries)
        };
        Ok((named("responsibility_item")?, named("power_adjustment")?))
    }
}
