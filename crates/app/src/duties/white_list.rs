//! Who belongs on the white list of training institutions, and why somebody does not; who might
//! belong on the black list, and why.
//!
//! The system judges from the register and the ledgers of the last twelve months. At a word of the
//! section it enters the white list with its reasons; the black list needs a ground in law, so that
//! it only names candidates. To publish is for people.

use std::collections::BTreeMap;

use catalogue::value::Value;
use values::dates::Date;

use super::{Prepaid, WarningKind, day, happened, number, stands, text, yes};
use crate::{
    Action, App,
    authorise::Actor,
    entry::{Entry, NewEntry},
    error::Result,
};

/// The ledger of both lists.
const LISTED: &str = "institution_list_entry";
/// What the white list says of those on it.
const FIT: &str = "证照齐全，收费纳入监管，近十二个月没有违规记录";
/// Characters of reasons that a published list shows.
const REASON_MAX: usize = 120;

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
    /// Why it might belong on the black list.
    pub grave: Vec<String>,
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
    /// Not on the black list, but with grave reasons: name, reasons. Also those that left.
    pub grave: Vec<(String, Vec<String>)>,
    /// Names on both lists at once: never allowed.
    pub both: Vec<String>,
    /// On the white list, but no longer in the register.
    pub gone: Vec<String>,
}

impl WhiteList {
    /// How many names the white list would gain and lose.
    pub fn changes(&self) -> (usize, usize) {
        let differs = self.candidates.iter().filter(|c| c.differs());
        let (lose, gain): (Vec<_>, Vec<_>) = differs.partition(|c| c.listed);
        (gain.len(), lose.len() + self.gone.len())
    }
}

/// What the ledgers say of institutions, by name.
#[derive(Default)]
struct Records {
    against: BTreeMap<String, Vec<String>>,
    grave: BTreeMap<String, Vec<String>>,
}

impl Records {
    fn note(&mut self, name: &str, said: String) {
        let reasons = self.against.entry(name.to_owned()).or_default();
        if !reasons.contains(&said) {
            reasons.push(said);
        }
    }
    fn grave(&mut self, name: &str, said: String) {
        let grave = self.grave.entry(name.to_owned()).or_default();
        grave.push(said.clone());
        self.note(name, said);
    }
}

impl App {
    /// Judges the register as of today.
    ///
    /// # Errors
    /// A denial: it is for those who may read the register.
    pub fn white_list(&self, actor: &Actor) -> Result<WhiteList> {
        self.reads_whole(actor, "training_institution")?;
        let today = self.clock.today();
        let register = self.all_entries(actor, "training_institution")?;
        let lists = self.all_entries(actor, LISTED)?;
        let records = self.records(actor, &self.judged_prepaid(actor)?, &register)?;
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
            against.extend(records.against.get(name).cloned().unwrap_or_default());
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
                grave: records.grave.get(name).cloned().unwrap_or_default(),
                listed,
            });
        }
        let here = |name: &str| judged.candidates.iter().any(|c| c.name == name);
        let gone = white.iter().map(|e| text(e, "institution"));
        judged.gone = gone.filter(|n| !here(n)).map(str::to_owned).collect();
        let grave = records.grave.into_iter();
        judged.grave = grave.filter(|(name, _)| !named(&black, name)).collect();
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

    /// Brings the white list to what the judgement says: who fits enters it with the reason, who
    /// no longer does leaves it with the reasons. Answers how many entered and left.
    ///
    /// # Errors
    /// A denial, or an entry that somebody changed meanwhile.
    pub fn keep_white_list(&self, actor: &Actor) -> Result<(usize, usize)> {
        self.ledger(actor, Action::Write, LISTED)?;
        let judged = self.white_list(actor)?;
        let today = self.clock.today();
        let entering = judged
            .candidates
            .iter()
            .filter(|c| c.differs() && !c.listed);
        let new: Vec<NewEntry> = entering.map(|c| entering_white(c, today)).collect();
        let entered = new.len();
        if entered > 0 {
            self.open_many(actor, LISTED, new)?;
        }
        let mut left = 0;
        for entry in self.all_entries(actor, LISTED)? {
            let name = text(&entry, "institution");
            if text(&entry, "list") != "白名单" || !stands(&entry, "removed_on", today) {
                continue;
            }
            let found = judged.candidates.iter().find(|c| c.name == name);
            let why = match found {
                None => "已退出名录".to_owned(),
                Some(one) if one.against.is_empty() => continue,
                Some(one) => one.against.join("；").chars().take(REASON_MAX).collect(),
            };
            let changes = BTreeMap::from([
                (
                    "removed_on".to_owned(),
                    Some(Value::from(today.to_string())),
                ),
                ("removal".to_owned(), Some(Value::from(why))),
            ]);
            let reason = "按对照移出白名单".to_owned();
            self.amend(actor, &entry.id, entry.state.revision, changes, reason)?;
            left += 1;
        }
        Ok((entered, left))
    }

    /// What the ledgers of the last twelve months say against institutions.
    fn records(&self, actor: &Actor, prepaid: &Prepaid, register: &[Entry]) -> Result<Records> {
        let today = self.clock.today();
        let since = today.saturating_sub(jiff::Span::new().years(1));
        let recent = |day: Date| since < day && day <= today;
        let in_words = values::dates::chinese;
        let mut records = Records::default();
        for warning in &prepaid.warnings {
            match warning.kind {
                WarningKind::Silent => {}
                WarningKind::Left => {
                    records.grave(&warning.institution, warning.said.clone());
                }
                kind => records.note(&warning.institution, kind.words().to_owned()),
            }
        }
        for inspection in self.all_entries(actor, "inspection")? {
            let held = happened(&inspection);
            for name in violators(&inspection).filter(|_| recent(held)) {
                records.note(name, format!("{}检查中有违规行为", in_words(held)));
            }
        }
        for check in self.all_entries(actor, "rebound_check")? {
            let held = happened(&check);
            if yes(&check, "relapsed") && recent(held) {
                let said = format!("{}复查发现违规反弹", in_words(held));
                records.note(text(&check, "institution"), said);
            }
        }
        for order in self.all_entries(actor, "rectification")? {
            let ordered = day(&order, "ordered_on").is_some_and(|on| on <= today);
            if ordered && text(&order, "conclusion") != "已改正" {
                let said = format!("责令改正没有完成（{}）", text(&order, "number"));
                records.note(text(&order, "party"), said);
            }
        }
        for drawn in self.all_entries(actor, "random_inspection")? {
            let (held, result) = (happened(&drawn), text(&drawn, "result"));
            let target = text(&drawn, "target");
            if !recent(held) {
                continue;
            }
            if result == "不配合检查情节严重" {
                records.grave(target, format!("{}抽查中{result}", in_words(held)));
            } else if result.starts_with("发现问题") && day(&drawn, "rectified_on").is_none() {
                let said = format!("{}抽查发现的问题没有整改完", in_words(held));
                records.note(target, said);
            }
        }
        for letter in self.all_entries(actor, "commitment_letter")? {
            if let Some(on) = day(&letter, "breached_on").filter(|on| recent(*on)) {
                let said = format!("{}违反培训业务承诺", in_words(on));
                records.note(text(&letter, "institution"), said);
            }
        }
        self.penalties(actor, &mut records, &recent)?;
        self.reviews(actor, &mut records, register, since)?;
        Ok(records)
    }

    /// Penalties that stand; those that stop the business are grave.
    fn penalties(
        &self,
        actor: &Actor,
        records: &mut Records,
        recent: &dyn Fn(Date) -> bool,
    ) -> Result<()> {
        const GRAVE: [&str; 4] = ["责令停止招生", "责令停止举办", "吊销许可证件", "限制从业"];
        for ledger in ["penalty_ordinary", "penalty_summary"] {
            for case in self.all_entries(actor, ledger)? {
                let decided = day(&case, "decided_on").filter(|on| recent(*on));
                let Some(decided) = decided else { continue };
                let punished = ledger == "penalty_summary" || text(&case, "outcome") == "给予处罚";
                if !punished || day(&case, "overturned_on").is_some() {
                    continue;
                }
                let party = text(&case, "party");
                let on = values::dates::chinese(decided);
                let said = match text(&case, "decision_number") {
                    "" => format!("{on}受到行政处罚"),
                    number => format!("{on}受到行政处罚（{number}）"),
                };
                let kinds = case.state.fields.get("penalties");
                let kinds: Vec<&str> = match kinds {
                    Some(Value::List(kinds)) => kinds.iter().filter_map(Value::as_text).collect(),
                    _ => Vec::new(),
                };
                match kinds.iter().any(|kind| GRAVE.contains(kind)) {
                    true => records.grave(party, said),
                    false => records.note(party, said),
                }
            }
        }
        Ok(())
    }

    /// Annual reviews: the last one failed, or none was handed in for a year.
    fn reviews(
        &self,
        actor: &Actor,
        records: &mut Records,
        register: &[Entry],
        since: Date,
    ) -> Result<()> {
        let mut last: BTreeMap<String, Entry> = BTreeMap::new();
        for review in self.all_entries(actor, "institution_annual_review")? {
            let name = text(&review, "institution").to_owned();
            let newer = last
                .get(&name)
                .is_none_or(|l| number(l, "year") < number(&review, "year"));
            if newer {
                last.insert(name, review);
            }
        }
        for institution in register {
            let name = text(institution, "name");
            match last.get(name) {
                Some(review) if text(review, "conclusion") == "不合格" => {
                    let year = number(review, "year").unwrap_or_default();
                    records.note(name, format!("{year}年度检查不合格"));
                }
                Some(review) if happened(review) > since => {}
                _ if happened(institution) > since => {}
                _ => records.note(name, "近十二个月没有提交年度检查报告".to_owned()),
            }
        }
        Ok(())
    }
}

fn entering_white(one: &Candidate, today: Date) -> NewEntry {
    let mut fields = BTreeMap::from([
        ("list".to_owned(), Value::from("白名单")),
        ("institution".to_owned(), Value::from(one.name.as_str())),
        ("reason".to_owned(), Value::from(FIT)),
        ("listed_on".to_owned(), Value::from(today.to_string())),
        ("disposal".to_owned(), Value::from("正常办学")),
    ]);
    for (field, value) in [("district", &one.district), ("category", &one.category)] {
        if !value.is_empty() {
            fields.insert(field.to_owned(), Value::from(value.as_str()));
        }
    }
    NewEntry {
        happened_on: today,
        fields,
    }
}

/// Whom the rows of violations name.
fn violators(inspection: &Entry) -> impl Iterator<Item = &str> {
    let rows = match inspection.state.fields.get("violations") {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    rows.iter().filter_map(|row| match row {
        Value::Record(row) => row.get("target")?.as_text(),
        _ => None,
    })
}
