//! What the portal asks of the office's side: what changed, and how often a page was read.

use crate::sql::args;
use crate::{Db, StoreError};

/// Primary key.
const CHANGED: &str = "INSERT INTO ledger_change (organ_id, ledger, tree_size) VALUES ($1, $2, $3)
    ON CONFLICT (organ_id, ledger) DO UPDATE SET tree_size = excluded.tree_size";
/// Primary key.
const CHANGES: &str = "SELECT ledger, tree_size FROM ledger_change WHERE organ_id = $1
    ORDER BY ledger";
/// Primary key.
const ADD_VIEWS: &str =
    "INSERT INTO page_view (organ_id, page, month, views) VALUES ($1, $2, $3, $4)
    ON CONFLICT (organ_id, page, month) DO UPDATE SET views = page_view.views + excluded.views";
/// Primary key.
const VIEWS: &str = "SELECT page, CAST(SUM(views) AS BIGINT) FROM page_view WHERE organ_id = $1
    GROUP BY page ORDER BY page";

/// Primary key.
const VIEWS_BY_MONTH: &str = "SELECT organ_id, page, month, views FROM page_view
    WHERE organ_id = $1 ORDER BY page, month";

/// How often a page was read in a month; nobody is told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageViewRow {
    /// The organ.
    pub organ_id: String,
    /// Address of the page.
    pub page: String,
    /// Month, `2022-03`.
    pub month: String,
    /// How often; added to what is there.
    pub views: u64,
}

impl Db {
    /// Note at which size of the log ledgers last changed.
    pub fn put_ledger_changes<'a>(
        &self,
        organ_id: &str,
        ledgers: impl IntoIterator<Item = &'a str>,
        tree_size: u64,
    ) -> Result<(), StoreError> {
        let mut statement = self.prepare(CHANGED)?;
        for ledger in ledgers {
            statement.execute(&args![organ_id, ledger, tree_size])?;
        }
        Ok(())
    }

    /// The size of the log at which each ledger last changed.
    pub fn ledger_changes(&self, organ_id: &str) -> Result<Vec<(String, u64)>, StoreError> {
        self.query(CHANGES, &args![organ_id], |row| {
            Ok((row.text(0)?, row.natural(1)?))
        })
    }

    /// Add to the counts of pages.
    pub fn add_page_views(&self, rows: &[PageViewRow]) -> Result<(), StoreError> {
        let mut statement = self.prepare(ADD_VIEWS)?;
        for r in rows {
            statement.execute(&args![&r.organ_id, &r.page, &r.month, r.views])?;
        }
        Ok(())
    }

    /// How often each page was read, over all months.
    pub fn page_views(&self, organ_id: &str) -> Result<Vec<(String, u64)>, StoreError> {
        self.query(VIEWS, &args![organ_id], |row| {
            Ok((row.text(0)?, row.natural(1)?))
        })
    }

    /// How often each page was read in each month.
    pub fn page_views_by_month(&self, organ_id: &str) -> Result<Vec<PageViewRow>, StoreError> {
        self.query(VIEWS_BY_MONTH, &args![organ_id], |row| {
            Ok(PageViewRow {
                organ_id: row.text(0)?,
                page: row.text(1)?,
                month: row.text(2)?,
                views: row.natural(3)?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, Target};

    #[test]
    fn views_add_up_and_the_last_change_counts() -> Result<(), StoreError> {
        let store = Store::open(&Target::SqliteMemory)?;
        let row = |month: &str, views| PageViewRow {
            organ_id: "o".into(),
            page: "/p".into(),
            month: month.into(),
            views,
        };
        store.write(|db| {
            db.add_page_views(&[row("2022-01", 2), row("2022-01", 3), row("2022-02", 1)])?;
            assert_eq!(db.page_views("o")?, [("/p".to_owned(), 6)]);
            let months = db.page_views_by_month("o")?;
            assert_eq!(months, [row("2022-01", 5), row("2022-02", 1)]);
            db.put_ledger_changes("o", ["a", "b"], 5)?;
            db.put_ledger_changes("o", ["a"], 9)?;
            let changes = [("a".to_owned(), 9), ("b".to_owned(), 5)];
            assert_eq!(db.ledger_changes("o")?, changes);
            assert_eq!(db.ledger_changes("other")?, []);
            Ok::<_, StoreError>(())
        })
    }
}
