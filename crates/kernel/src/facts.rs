//! Facts (事实): what the kernel must know beyond the entry to judge an act.
//!
//! Certificates, subcases and joined matters are kept elsewhere; the caller looks them up and passes
//! them in as values. What is not passed in is not there: an act that needs it is refused, never let through.

use catalogue::definition::Subcase;
use values::dates::{Date, chinese};

use crate::{event::Event, state::Done};

/// What is there besides the entry's own events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The officers who act together in this act; the one who types need not be among them.
    pub officers: Vec<Officer>,
    /// Entries of other ledgers that refer to this one.
    pub subcases: Vec<SubcaseFact>,
    /// Acts in the cases to which this entry belongs, as far as separation of duties asks for them.
    pub cases: Vec<CaseAct>,
    /// The entry's own events: asked for where an act is taken back, to know what it overwrote.
    pub past: Vec<Event>,
    /// The matter that this one is to be joined to, or is.
    pub lead: Option<Lead>,
    /// The matters that are joined to this one, and to those.
    pub joined: Vec<Matter>,
}

/// An act of the case that a reference field names: by whom it was done.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseAct {
    /// The reference field.
    pub field: String,
    /// The action.
    pub action: String,
    /// What it is called, for refusals.
    pub name: String,
    /// Each time that it was done.
    pub done: Vec<Done>,
}

/// What the field of an act that joins names.
#[derive(Clone, Debug, PartialEq)]
pub enum Lead {
    /// Nothing that is there, or that the actor may read.
    Unknown,
    /// The entry itself.
    Itself,
    /// Another matter of the ledger.
    There(Matter),
}

/// Another matter of the same ledger, as far as joining asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// Its id.
    pub id: String,
    /// Its title, for refusals.
    pub title: String,
    /// Its stage.
    pub stage: Option<String>,
    /// It no longer counts.
    pub voided: bool,
    /// Its own date: when the matter began.
    pub happened_on: Date,
    /// What was done there, and by whom: who investigated one does not decide both.
    pub history: Vec<Done>,
}

/// An officer who takes part in an act.
#[derive(Clone, Debug, PartialEq)]
pub struct Officer {
    /// Opaque id: the account where there is one, so that separation of duties sees the person.
    pub id: String,
    /// Name, for refusals; it is not stored with the event.
    pub name: String,
    /// The enforcement certificate in the register, if there is one.
    pub certificate: Option<Certificate>,
}

/// An enforcement certificate (行政执法证).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Certificate {
    /// Number.
    pub number: String,
    /// First day of validity, where known.
    pub from: Option<Date>,
    /// Last day of validity, where known.
    pub until: Option<Date>,
    /// The day from which it is suspended, cancelled or revoked.
    pub cancelled_on: Option<Date>,
}

/// An entry of another ledger that refers to this one.
#[derive(Clone, Debug, PartialEq)]
pub struct SubcaseFact {
    /// Its ledger.
    pub ledger: String,
    /// The reference field by which it refers.
    pub field: String,
    /// Its title, for refusals.
    pub title: String,
    /// It stands in an end stage.
    pub ended: bool,
    /// It ended as the case needs it: passed, and not withdrawn.
    pub reached: bool,
}

impl SubcaseFact {
    /// It is one of this kind.
    pub fn is_of(&self, kind: &Subcase) -> bool {
        *self.ledger == *kind.ledger && *self.field == *kind.field
    }
}

impl Officer {
    /// Why the officer may not act on a day, in words; `None` where the certificate is in order.
    pub fn barred(&self, on: Date) -> Option<String> {
        let name = &self.name;
        let Some(certificate) = &self.certificate else {
            return Some(format!("{name}没有行政执法证"));
        };
        let number = &certificate.number;
        if certificate.cancelled_on.is_some_and(|day| day <= on) {
            return Some(format!("{name}的行政执法证（{number}）已暂扣或注销"));
        }
        if let Some(from) = certificate.from.filter(|from| on < *from) {
            let from = chinese(from);
            return Some(format!("{name}的行政执法证（{number}）自{from}起才有效"));
        }
        let until = certificate.until.filter(|until| *until < on);
        until.map(|until| {
            let until = chinese(until);
            format!("{name}的行政执法证（{number}）已于{until}到期")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_binds_to_its_days() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let certificate = Certificate {
            number: "0601".into(),
            from: Some(day("2022-01-01")),
            until: Some(day("2022-12-31")),
            cancelled_on: None,
        };
        let mut officer = Officer {
            id: "a".into(),
            name: "张三".into(),
            certificate: Some(certificate),
        };
        let barred = |officer: &Officer, on: &str| officer.barred(day(on)).unwrap_or_default();
        assert_eq!(barred(&officer, "2022-01-01"), "");
        assert_eq!(barred(&officer, "2022-12-31"), "");
        assert!(barred(&officer, "2021-12-31").contains("才有效"));
        assert!(barred(&officer, "2023-01-01").contains("已于2022年12月31日到期"));
        officer
            .certificate
            .as_mut()
            .expect("it has one")
            .cancelled_on = Some(day("2022-06-01"));
        assert_eq!(barred(&officer, "2022-05-31"), "");
        assert!(barred(&officer, "2022-06-01").contains("注销"));
        officer.certificate = None;
        assert!(barred(&officer, "2022-05-31").contains("没有"));
    }
}
