//! A signed paper as whoever holds it may check it.
//!
//! A code on the paper leads to its page on the portal. The page says what the holder can read on
//! the paper already — which document, number, day — and what only the office can say: that it
//! was signed here, that nothing was changed since, whether a later version holds, and the proof of
//! its signing in the log. Nothing else of the case is shown; where a publication has opened the
//! record, its page is named. The address holds two random ids: it cannot be guessed.

use kernel::Happening;
use qrcodegen::{QrCode, QrCodeEcc};

use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    entry::event_of,
    error::{AppError, Result},
    kept::paper::{Paper, PaperVersion, papers_of},
    log::PublicProof,
};

/// Light squares around a code.
const QUIET: usize = 4;

/// A signed paper, as everybody may see it who has it.
#[derive(Clone, Debug)]
pub struct PublicPaper {
    /// What the document is called.
    pub name: String,
    /// Its number, where it has one.
    pub number: Option<String>,
    /// The day that it bears, ISO.
    pub on: String,
    /// SHA-256 of its text, as the log names it.
    pub hash: String,
    /// It was signed anew; this is the last one, of so many.
    pub versions: usize,
    /// The record that it belongs to was declared void.
    pub voided: bool,
    /// Proof of the signing; none until the head of the log is signed.
    pub proof: Option<PublicProof>,
    /// What is public of the record: title and where it stands.
    pub records: Vec<Record>,
}

/// Where a record is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A publication: title and slug.
    Article(String, String),
    /// A row of a register: title, column, entry.
    Row(String, String, String),
}

/// The squares of a code with its quiet zone; `true` is dark. Nothing for what is no address.
pub fn squares(address: &str) -> Option<Vec<Vec<bool>>> {
    if !address.starts_with("http") {
        return None;
    }
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let side = usize::try_from(code.size()).ok()?;
    let mut rows = vec![vec![false; side + 2 * QUIET]; side + 2 * QUIET];
    for (y, row) in (0_i32..).zip(&mut rows[QUIET..QUIET + side]) {
        for (x, square) in (0_i32..).zip(&mut row[QUIET..QUIET + side]) {
            *square = code.get_module(x, y);
        }
    }
    Some(rows)
}

impl App {
    /// Where a signed paper can be checked; none for drafts, and where the site has no address.
    pub fn paper_address(
        &self,
        entry: &str,
        paper: &str,
        version: &PaperVersion,
    ) -> Option<String> {
        let known = version.signed && self.portal.address.starts_with("http");
        known.then(|| self.portal.full(&format!("/portal/papers/{entry}/{paper}")))
    }

    /// A signed paper, for whoever has it in hand.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what was never signed.
    pub fn public_paper(&self, organ: &str, entry: &str, paper: &str) -> Result<PublicPaper> {
        authorise(&Actor::public(organ), Action::Visit, Resource::Portal)?;
        let missing = || AppError::NotFound("这份文书");
        let head = self.head()?;
        let site = self.site(organ)?;
        let (entry, papers, events) = self.store.read(|db| {
            let row = db.entry(organ, entry)?.ok_or_else(missing)?;
            let entry = self.entry_of(row)?;
            let papers = db.papers(organ, &entry.id)?;
            let events = db.events(organ, &entry.id)?;
            Ok::<_, AppError>((entry, papers, events))
        })?;
        let papers = papers_of(&entry, papers, &Default::default())?;
        let found: &Paper = papers.iter().find(|p| p.id == paper).ok_or_else(missing)?;
        let holds = found.in_force().ok_or_else(missing)?;
        let mut proof = None;
        for row in &events {
            let signing = matches!(
                event_of(row)?.what,
                Happening::PaperSigned(ref s) if s.paper == found.id && s.version == holds.version
            );
            if let Some(head) = head.as_ref().filter(|h| signing && row.leaf_index < h.size) {
                proof = Some(self.public_proof(head, row, "签发")?);
            }
        }
        let mut records: Vec<Record> = site
            .articles
            .iter()
            .filter(|a| {
                a.withdrawn.is_none() && a.source_entry.as_deref() == Some(entry.id.as_str())
            })
            .map(|a| Record::Article(a.title.clone(), a.slug().to_owned()))
            .collect();
        for (column, register) in &site.registers {
            if let Some(row) = register.row(&entry.id) {
                let place = (column.clone(), row.entry.clone());
                records.push(Record::Row(row.title.clone(), place.0, place.1));
            }
        }
        Ok(PublicPaper {
            name: found.name.clone(),
            number: holds.number.clone(),
            on: holds.date.to_string(),
            hash: holds.hash.clone(),
            versions: found.versions.iter().filter(|v| v.signed).count(),
            voided: entry.state.voided,
            proof,
            records,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_light_around_it_and_its_three_corners() {
        let rows = squares("https://jyj.example.cn/portal").expect("an address");
        assert!(rows.iter().take(QUIET).flatten().all(|dark| !dark));
        assert!(rows.iter().all(|row| row.len() == rows.len()));
        let (first, last) = (QUIET, rows.len() - 1 - QUIET);
        assert!(rows[first][first] && rows[first][last] && rows[last][first]);
        assert_eq!(squares("/portal"), None);
    }
}
