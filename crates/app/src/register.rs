//! Registers: who is governed, and who may enforce.
//!
//! They are ledgers like all others (schools, training institutions, certificates). Here is what
//! work elsewhere asks of them: everything about one subject, and whether an officer's certificate
//! holds on a day.

use std::sync::Arc;

use catalogue::definition::{FieldType, Ledger};
use store::{Db, Filter, FilterOp, ListQuery, RowFilter};
use values::{dates::Date, identifiers::CreditCode};

use crate::{
    App,
    append::indexed_fields,
    authorise::{Action, Actor},
    entry::Entry,
    error::{AppError, Result},
    listing::ListAsk,
};

/// The ledgers that say who is governed.
pub const SUBJECTS: [&str; 2] = ["school", "training_institution"];
/// The ledger of certificates.
pub const CERTIFICATES: &str = "officer_certificate";
/// So many days before its end a certificate is warned of.
pub const WARN_DAYS: i32 = 90;
/// Entries shown of one subject and ledger.
const SHOWN: usize = 50;

/// A certificate of an officer (行政执法证).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its entry in the register.
    pub entry: String,
    /// Whose.
    pub officer: String,
    /// Its number.
    pub number: String,
    /// What it is for.
    pub scope: String,
    /// From when.
    pub issued_on: Option<Date>,
    /// Until when.
    pub valid_until: Option<Date>,
    /// When it was cancelled, and why.
    pub cancelled: Option<(Date, String)>,
    /// When the exam was passed.
    pub exam_passed_on: Option<Date>,
}

/// How a certificate stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// Was cancelled.
    Cancelled,
    /// Its time is over.
    Expired,
    /// Has not begun.
    Future,
    /// Holds, and ends soon: days left.
    Ending(i32),
    /// Holds.
    Valid,
}

impl Certificate {
    /// How it stands on a day.
    pub fn on(&self, day: Date) -> Holds {
        if self.cancelled.as_ref().is_some_and(|(on, _)| *on <= day) {
            return Holds::Cancelled;
        }
        if self.issued_on.is_some_and(|from| from > day) {
            return Holds::Future;
        }
        match self.valid_until {
            Some(until) if until < day => Holds::Expired,
            Some(until) => match values::dates::days_between(day, until) {
                left if left <= WARN_DAYS => Holds::Ending(left),
                _ => Holds::Valid,
            },
            None => Holds::Valid,
        }
    }

    fn of(entry: &Entry) -> Self {
        let text = |id: &str| {
            let value = entry.state.fields.get(id).and_then(|v| v.as_text());
            value.unwrap_or_default().to_owned()
        };
        let day = |id: &str| text(id).parse().ok();
        Self {
            entry: entry.id.clone(),
            officer: text("officer"),
            number: text("number"),
            scope: text("scope"),
            issued_on: day("issued_on"),
            valid_until: day("valid_until"),
            cancelled: day("cancelled_on").map(|on| (on, text("cancel_reason"))),
            exam_passed_on: day("exam_passed_on"),
        }
    }
}

/// Everything that the ledgers say about one subject.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its entries in the registers.
    pub registered: Vec<Entry>,
    /// What a check of its codes says: name of the field, code, and what is wrong, if anything.
    pub codes: Vec<(String, String, Option<String>)>,
    /// Entries about it, ledger by ledger.
    pub about: Vec<(Arc<Ledger>, Vec<Entry>)>,
}

impl App {
    /// The certificates of the organ, those that need attention first.
    ///
    /// # Errors
    /// A denial.
    pub fn certificates(&self, actor: &Actor) -> Result<Vec<Certificate>> {
        let mut found = Vec::new();
        let mut ask = ListAsk::default();
        loop {
            let page = self.list(actor, CERTIFICATES, &ask, 1_000)?;
            found.extend(page.entries.iter().map(Certificate::of));
            match page.next {
                Some(next) => ask.after = Some(next),
                None => break,
            }
        }
        let today = self.clock.today();
        // Those that are over for good come last.
        let rank = |c: &Certificate| match c.on(today) {
            Holds::Expired => (0, 0),
            Holds::Ending(left) => (1, left),
            Holds::Valid | Holds::Future => (2, 0),
            Holds::Cancelled => (3, 0),
        };
        found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.number.cmp(&b.number)));
        Ok(found)
    }

    /// The certificates of one person: what an act that needs officers asks.
    pub(crate) fn certificates_of(
        &self,
        db: &Db,
        organ: &str,
        officer: &str,
    ) -> Result<Vec<Certificate>> {
        let mut query = ListQuery::new(organ, CERTIFICATES, RowFilter::organ(organ));
        query.filters = vec![Filter {
            field: "officer".to_owned(),
            op: FilterOp::Eq(officer.to_owned()),
        }];
        let rows = db.list(&query)?.rows;
        rows.into_iter()
            .map(|row| Ok(Certificate::of(&self.entry_of(row)?)))
            .collect()
    }

    /// The names of people who hold a certificate on a day, for the choice of fellow officers.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn officers_on(&self, actor: &Actor, day: Date) -> Result<Vec<String>> {
        let rows = self.store.read(|db| {
            let mut query =
                ListQuery::new(&actor.organ, CERTIFICATES, RowFilter::organ(&actor.organ));
            query.limit = 1_000;
            Ok::<_, AppError>(db.list(&query)?.rows)
        })?;
        let mut names = Vec::new();
        for row in rows {
            let certificate = Certificate::of(&self.entry_of(row)?);
            let holds = matches!(certificate.on(day), Holds::Valid | Holds::Ending(_));
            if holds && !names.contains(&certificate.officer) {
                names.push(certificate.officer);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Certificates that end within the warning time, over all organs' people: for the daily job.
    pub(crate) fn ending_certificates(&self, db: &Db, organ: &str) -> Result<Vec<Certificate>> {
        let mut query = ListQuery::new(organ, CERTIFICATES, RowFilter::organ(organ));
        query.limit = 2_000;
        let today = self.clock.today();
        let mut found = Vec::new();
        for row in db.list(&query)?.rows {
            let certificate = Certificate::of(&self.entry_of(row)?);
            if matches!(certificate.on(today), Holds::Ending(_)) {
                found.push(certificate);
            }
        }
        Ok(found)
    }

    /// Entries of the registers that words, a name or a code lead to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find_subjects(&self, actor: &Actor, words: &str) -> Result<Vec<Entry>> {
        let found = self.search(actor, words)?;
        let registered = |e: &Entry| SUBJECTS.contains(&e.ledger.id.as_str());
        Ok(found.into_iter().filter(registered).collect())
    }

    /// Everything that the ledgers which the actor may read say about a subject.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn subject(&self, actor: &Actor, name: &str) -> Result<Subject> {
        let mut subject = Subject {
            name: name.to_owned(),
            registered: Vec::new(),
            codes: Vec::new(),
            about: Vec::new(),
        };
        for ledger in self.ledgers(actor, Action::Read) {
            let register = SUBJECTS.contains(&ledger.id.as_str());
            let mut entries: Vec<Entry> = Vec::new();
            for field in indexed_fields(&ledger).filter(|f| names_a_subject(&f.kind)) {
                let ask = ListAsk {
                    filters: vec![(field.id.to_string(), name.to_owned())],
                    ..ListAsk::default()
                };
                for entry in self.list(actor, &ledger.id, &ask, SHOWN)?.entries {
                    if !entries.iter().any(|known| known.id == entry.id) {
                        entries.push(entry);
                    }
                }
            }
            if entries.is_empty() {
                continue;
            }
            if register {
                entries.iter().for_each(|e| subject.codes.extend(codes(e)));
                subject.registered.extend(entries);
            } else {
                subject.about.push((ledger, entries));
            }
        }
        if subject.registered.is_empty() && subject.about.is_empty() {
            return Err(AppError::NotFound("该监管对象"));
        }
        Ok(subject)
    }
}

fn names_a_subject(kind: &FieldType) -> bool {
    matches!(
        kind,
        FieldType::Subject | FieldType::Unit | FieldType::Officer
    )
}

fn codes(entry: &Entry) -> Vec<(String, String, Option<String>)> {
    let coded = entry
        .ledger
        .fields
        .iter()
        .filter(|f| f.kind == FieldType::CreditCode);
    coded
        .filter_map(|field| {
            let code = entry
                .state
                .fields
                .get(field.id.as_str())?
                .as_text()?
                .to_owned();
            let wrong = CreditCode::parse(&code).err().map(|e| e.to_string());
            Some((field.name.clone(), code, wrong))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_warned_of_before_it_ends() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let mut held = Certificate {
            entry: String::new(),
            officer: "王一".into(),
            number: "1".into(),
            scope: String::new(),
            issued_on: Some(day("2022-07-01")),
            valid_until: Some(day("2023-06-30")),
            cancelled: None,
            exam_passed_on: None,
        };
        assert_eq!(held.on(day("2022-06-30")), Holds::Future);
        assert_eq!(held.on(day("2023-01-10")), Holds::Valid);
        assert_eq!(held.on(day("2023-06-20")), Holds::Ending(10));
        assert_eq!(held.on(day("2023-06-30")), Holds::Ending(0));
        assert_eq!(held.on(day("2023-07-01")), Holds::Expired);
        held.cancelled = Some((day("2023-03-01"), "调离".into()));
        assert_eq!(held.on(day("2023-02-28")), Holds::Valid);
        assert_eq!(held.on(day("2023-03-01")), Holds::Cancelled);
    }
}
