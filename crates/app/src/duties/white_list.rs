//! Who belongs on the white list of training institutions, and why somebody does not.
//!
//! The system judges from the register and the ledgers; to list and to publish is for people.

use values::dates::Date;

use super::{WarningKind, happened, stands, text, yes};
use crate::{App, authorise::Actor, entry::Entry, error::Result};

/// An institution of the register.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its entry in the register.
    pub entry: String,
    /// Name.
    pub name: String,
    /// District.
    pub district: String,
    /// Category.
    pub category: String,
    /// Why it may not stand on the list; empty when it may.
    pub against: Vec<String>,
    /// It stands on the list now.
    pub listed: bool,
}

impl Candidate {
    /// It stands on the list and should not, or the other way round.
    pub fn differs(&self) -> bool {
        self.listed != self.against.is_empty()
    }
}

/// The judgement about all of them.
#[derive(Clone, Debug, Default)]
pub struct WhiteList {
    /// Institutions of the register, those that differ first.
    pub candidates: Vec<Candidate>,
    /// On the black list now: name, reason, ground, since, entry.
    pub black: Vec<(String, String, String, Date, String)>,
    /// Names on both lists at once: never allowed.
    pub both: Vec<String>,
}

impl App {
    /// Judges the register as of today.
    ///
    /// # Errors
    /// A denial: it is for those who may read the register.
    pub fn white_list(&self, actor: &Actor) -> Result<WhiteList> {
        self.ledger(actor, crate::Action::Read, "training_institution")?;
        let today = self.clock.today();
        let register = self.all_entries(actor, "training_institution")?;
        let lists = self.all_entries(actor, "institution_list_entry")?;
        let inspections = self.all_entries(actor, "inspection")?;
        let rebounds = self.all_entries(actor, "rebound_check")?;
        let prepaid = self.prepaid(actor)?;
        let on = |list: &str| -> Vec<&Entry> {
            let standing = lists.iter().filter(|e| stands(e, "removed_on", today));
            standing.filter(|e| text(e, "list") == list).collect()
        };
        let (white, black) = (on("白名单"), on("黑名单"));
        let named =
            |entries: &[&Entry], name: &str| entries.iter().any(|e| text(e, "institution") == name);
        let mut judged = WhiteList::default();
        for institution in register.iter().filter(|i| stands(i, "left_on", today)) {
            let name = text(institution, "name");
            let mut against = Vec::new();
            if text(institution, "licence_number").is_empty() {
                against.push("没有办学许可证号".to_owned());
            }
            if text(institution, "platform_since").is_empty() {
                against.push("没有纳入全国平台".to_owned());
            }
            for kind in WarningKind::ALL
                .into_iter()
                .filter(|k| *k != WarningKind::Silent)
            {
                let mut own = prepaid.warnings.iter().filter(|w| w.kind == kind);
                if own.any(|w| w.institution == name) {
                    against.push(kind.words().to_owned());
                }
            }
            for inspection in &inspections {
                let held = happened(inspection);
                if held.year() == today.year() && violated(inspection, name) {
                    let on = values::dates::chinese(held);
                    against.push(format!("{on}检查中有违规行为"));
                }
            }
            let relapsed = |e: &&Entry| text(e, "institution") == name && yes(e, "relapsed");
            if rebounds.iter().any(|e| relapsed(&e)) {
                against.push("复查发现违规反弹".to_owned());
            }
            if named(&black, name) {
                against.push("在黑名单上".to_owned());
            }
            let listed = named(&white, name);
            if listed && named(&black, name) {
                judged.both.push(name.to_owned());
            }
            judged.candidates.push(Candidate {
                entry: institution.id.clone(),
                name: name.to_owned(),
                district: text(institution, "district").to_owned(),
                category: text(institution, "category").to_owned(),
                against,
                listed,
            });
        }
        let order = |c: &Candidate| (!c.differs(), c.district.clone(), c.name.clone());
        judged.candidates.sort_by_key(order);
        judged.black = black
            .iter()
            .map(|e| {
                let words = |field: &str| text(e, field).to_owned();
                let (name, reason) = (words("institution"), words("reason"));
                (name, reason, words("basis"), happened(e), e.id.clone())
            })
            .collect();
        Ok(judged)
    }
}

/// A row of the violations names the institution.
fn violated(inspection: &Entry, name: &str) -> bool {
    use catalogue::value::Value;
    let Some(Value::List(rows)) = inspection.state.fields.get("violations") else {
        return false;
    };
    rows.iter().any(|row| match row {
        Value::Record(row) => matches!(row.get("target"), Some(Value::Text(t)) if t == name),
        _ => false,
    })
}
