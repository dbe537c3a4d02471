//! Units and people from a sheet: one row each, good rows are taken, the others named.
//!
//! Columns are known by their headings, in any order. Of units: 名称、类别、区县、标识码. Of
//! people: 用户名、姓名、职务, and 科室 or 单位. Codes of first sign-ins are answered once.

use std::ops::ControlFlow;

use office::xlsx::Book;
use store::UnitRow;

use super::NewPerson;
use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
    password::{self, hash_password},
};

/// Rows of a sheet at most.
const ROWS_MAX: usize = 5_000;

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Rows taken.
    pub taken: Vec<ImportedRow>,
    /// Rows left out: number and reason.
    pub refused: Vec<(u32, String)>,
}

/// A row that was taken.
#[derive(Clone, Debug)]
pub struct ImportedRow {
    /// Who or what.
    pub name: String,
    /// The name to sign in with, for people.
    pub login: String,
    /// The one-time code, for people.
    pub code: String,
}

/// A row of a sheet by its headings.
struct Read {
    number: u32,
    cells: Vec<(String, String)>,
}

impl Read {
    fn cell(&self, heading: &str) -> String {
        let found = self.cells.iter().find(|(h, _)| h == heading);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

fn read(bytes: &[u8], needed: &[&str]) -> Result<Vec<Read>> {
    let unreadable = |e: office::OfficeError| AppError::Input(e.to_string());
    let mut book = Book::from_bytes(bytes, &office::Limits::default()).map_err(unreadable)?;
    let mut headings: Vec<(u16, String)> = Vec::new();
    let mut rows = Vec::new();
    let mut too_many = false;
    book.rows(0, |row| {
        let texts = row
            .cells
            .iter()
            .map(|c| (c.column, c.value.to_text().trim().to_owned()));
        if headings.is_empty() {
            headings = texts.map(|(c, t)| (c, t.replace(['*', ' '], ""))).collect();
            return ControlFlow::Continue(());
        }
        let heading = |column: u16| {
            let found = headings.iter().find(|(c, _)| *c == column);
            found.map(|(_, h)| h.clone())
        };
        let cells = texts.filter_map(|(c, text)| Some((heading(c)?, text)));
        rows.push(Read {
            number: row.number,
            cells: cells.collect(),
        });
        too_many = rows.len() > ROWS_MAX;
        match too_many {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })
    .map_err(unreadable)?;
    if too_many {
        return Err(AppError::Input(format!("一次最多 {ROWS_MAX} 行，请拆开。")));
    }
    let missing: Vec<&str> = needed
        .iter()
        .copied()
        .filter(|n| !headings.iter().any(|(_, h)| h == n))
        .collect();
    if !missing.is_empty() {
        return Err(AppError::Input(format!(
            "第一行要有这些表头：{}；缺少：{}。",
            needed.join("、"),
            missing.join("、")
        )));
    }
    Ok(rows)
}

impl App {
    /// Takes units from a sheet; a unit whose name is known is changed.
    ///
    /// # Errors
    /// A denial, or a sheet that cannot be read.
    pub fn import_units(&self, actor: &Actor, bytes: &[u8]) -> Result<Imported> {
        let who = self.manages(actor)?;
        let rows = read(bytes, &["名称", "类别"])?;
        self.store.write(|db| {
            let mut done = Imported::default();
            for row in rows {
                let name = row.cell("名称");
                let known = db.unit_by_name(who.0, &name)?;
                let unit = UnitRow {
                    organ_id: who.0.to_owned(),
                    unit_id: known.map(|u| u.unit_id).unwrap_or_default(),
                    name: name.clone(),
                    former_names: String::new(),
                    kind: row.cell("类别"),
                    district: row.cell("区县"),
                    code: row.cell("标识码"),
                    state: "active".to_owned(),
                };
                match self.write_unit(db, who, unit) {
                    Ok(()) => done.taken.push(ImportedRow {
                        name,
                        login: String::new(),
                        code: String::new(),
                    }),
                    Err(AppError::Input(words)) => done.refused.push((row.number, words)),
                    Err(other) => return Err(other),
                }
            }
            Ok(done)
        })
    }

    /// Takes people from a sheet and answers their one-time codes.
    ///
    /// # Errors
    /// A denial, or a sheet that cannot be read.
    pub fn import_people(&self, actor: &Actor, bytes: &[u8]) -> Result<Imported> {
        let who = self.manages(actor)?;
        let rows = read(bytes, &["用户名", "姓名"])?;
        // Hashing takes its time, so it is done before the transaction begins.
        let mut ready = Vec::with_capacity(rows.len());
        for row in rows {
            let code = password::one_time_code(&self.chance);
            let hash = hash_password(&code, &self.chance)?;
            ready.push((row, code, hash));
        }
        self.store.write(|db| {
            let mut done = Imported::default();
            for (row, code, hash) in ready {
                let new = NewPerson {
                    login: row.cell("用户名"),
                    name: row.cell("姓名"),
                    post: row.cell("职务"),
                    section: row.cell("科室"),
                    unit: row.cell("单位"),
                };
                match self.write_person(db, who, &new, hash) {
                    Ok(()) => done.taken.push(ImportedRow {
                        name: new.name,
                        login: new.login,
                        code,
                    }),
                    Err(AppError::Input(words)) => done.refused.push((row.number, words)),
                    Err(other) => return Err(other),
                }
            }
            Ok(done)
        })
    }
}
