//! Coverage against the register of schools: which of them lack something, by name.

use std::collections::BTreeMap;

use values::{dates::Date, ratio::Ratio};

use super::{day, happened, stands, text, yes};
use crate::{
    App,
    authorise::Actor,
    entry::Entry,
    error::{AppError, Result},
};

/// Who must have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Primary and secondary schools.
    Schools,
    /// Schools and kindergartens.
    Campuses,
    /// Those that serve meals.
    Serving,
    /// Those of compulsory education.
    Compulsory,
}

impl Among {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Among::Schools => "中小学校",
            Among::Campuses => "中小学校和幼儿园",
            Among::Serving => "供餐的学校和幼儿园",
            Among::Compulsory => "义务教育学校",
        }
    }

    fn has(self, school: &Entry) -> bool {
        let kind = text(school, "kind");
        match self {
            Among::Schools => kind != "幼儿园",
            Among::Campuses => true,
            Among::Serving => {
                let catering = text(school, "catering");
                !catering.is_empty() && catering != "不供餐"
            }
            Among::Compulsory => matches!(
                kind,
                "小学"
                    | "初级中学"
                    | "九年一贯制学校"
                    | "十二年一贯制学校"
                    | "完全中学"
                    | "特殊教育学校"
            ),
        }
    }
}

/// When it counts as had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// An entry stands at the end of the period, not ended by this date field.
    Standing(&'static str),
    /// The same, where that date is the last day on which it stands.
    Through(&'static str),
    /// An entry of the year.
    InYear,
    /// An entry of the year in which all these flags are yes.
    AllYes(&'static [&'static str]),
    /// So many entries in each term of the year that has ended.
    PerTerm(usize),
    /// This date field of the register itself is filled.
    Own(&'static str),
}

/// A question to the register.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// For addresses.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The ledger that shows it.
    pub ledger: &'static str,
    /// Its field with the school's name.
    pub field: &'static str,
    /// Whom it concerns.
    pub among: Among,
    /// When it is there.
    pub rule: Rule,
}

const fn check(
    id: &'static str,
    name: &'static str,
    ledger: &'static str,
    among: Among,
    rule: Rule,
) -> Check {
    Check {
        id,
        name,
        ledger,
        field: "school",
        among,
        rule,
    }
}

use Among::{Campuses, Compulsory, Schools, Serving};
use Rule::{AllYes, InYear, Own, PerTerm, Standing, Through};

/// All questions, in the order of the page.
#[rustfmt::skip]
pub const CHECKS: &[Check] = &[
    check("vice-principal", "配备法治副校长", "legal_vice_principal", Schools, Through("until")),
    check("vice-lecture", "法治副校长到校授课", "vice_principal_lecture", Schools, InYear),
    check("leader-lesson", "书记校长讲思政课", "leader_ideology_lesson", Schools, InYear),
    check("curriculum", "法治课程“四落实”", "law_curriculum", Schools, AllYes(&["plan", "staff", "material", "hours"])),
    check("law-teacher", "统计法治课教师配备", "law_teacher", Schools, InYear),
    check("teacher-training", "教师法治培训", "teacher_law_training", Schools, InYear),
    check("network", "法治工作网络完整", "school_law_network", Schools, AllYes(&["party", "moral", "students", "outside", "class_teachers"])),
    check("charter", "有学校章程", "school_charter", Campuses, Standing("until")),
    check("bodies", "有民主管理组织", "school_body", Campuses, Standing("dissolved_on")),
    check("openness", "校务公开", "school_openness", Campuses, InYear),
    check("enrolment", "招生信息公开", "enrolment_disclosure", Compulsory, InYear),
    check("info", "基本信息公开", "school", Campuses, Own("info_published_on")),
    check("class-forming", "阳光分班", "class_forming", Compulsory, InYear),
    check("after-school", "课后服务", "after_school_service", Compulsory, InYear),
    check("inspector", "督学每学期入校两次", "inspector_visit", Campuses, PerTerm(2)),
    check("drill", "应急演练", "emergency_drill", Campuses, InYear),
    check("food", "食品安全检查", "food_inspection", Serving, InYear),
    check("security", "登记技防设施", "school_security", Campuses, Standing("closed_on")),
    check("safety", "安防建设达标", "safety_indicator", Campuses, AllYes(&["guards", "closed_campus", "guard_post", "barrier", "insurance"])),
    check("risk", "建立安全风险清单", "safety_risk", Campuses, Standing("closed_on")),
    check("mental", "心理健康活动", "mental_health_activity", Schools, InYear),
    check("pledge", "签订师德承诺书", "ethics_pledge", Campuses, InYear),
    check("ethics", "师德考核", "ethics_assessment", Campuses, InYear),
];

/// A school that lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its entry in the register.
    pub entry: String,
    /// Its name.
    pub name: String,
    /// District.
    pub district: String,
    /// Kind.
    pub kind: String,
    /// What is there, where it is not enough.
    pub note: String,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The question.
    pub check: Check,
    /// Schools that it concerns.
    pub base: usize,
    /// Schools that lack it, by district and name; none where the reader sees the total only.
    pub missing: Vec<Missing>,
    /// How many lack it.
    pub lacking: usize,
    /// The reader may not see the names.
    pub hidden: bool,
}

impl Coverage {
    /// The share of those that have it.
    pub fn rate(&self) -> Option<Ratio> {
        Ratio::new((self.base - self.lacking) as i128, self.base as i128)
    }
}

impl Rule {
    /// What is lacking, with a note; none when it is there.
    fn lacking(self, entries: &[&Entry], school: &Entry, year: i16, on: Date) -> Option<String> {
        let of_year = |e: &&&Entry| happened(e).year() == year && happened(e) <= on;
        let none = || Some(String::new());
        match self {
            Standing(until) | Through(until) => {
                let last = |e: &Entry| self == Through(until) && day(e, until) == Some(on);
                let standing = |e: &&Entry| stands(e, until, on) || last(e);
                if entries.iter().any(standing) {
                    return None;
                }
                let ends = entries.iter().filter_map(|e| day(e, until));
                let last = ends.filter(|end| *end <= on).max();
                Some(last.map_or_else(String::new, |d| {
                    format!("{}已到期", values::dates::chinese(d))
                }))
            }
            InYear => match entries.iter().any(|e| of_year(&e)) {
                true => None,
                false => none(),
            },
            AllYes(flags) => {
                let mut of_year = entries.iter().filter(of_year).peekable();
                if of_year.peek().is_none() {
                    return Some("没有登记".to_owned());
                }
                let failing = of_year.find_map(|e| {
                    let no: Vec<&str> = flags
                        .iter()
                        .filter(|flag| !yes(e, flag))
                        .filter_map(|flag| e.ledger.field(flag).map(|f| f.name.as_str()))
                        .collect();
                    (!no.is_empty()).then(|| format!("未达标：{}", no.join("、")))
                })?;
                Some(failing)
            }
            PerTerm(least) => {
                let terms = ["春季学期", "秋季学期"];
                let count = |term: &str| {
                    let of_term = entries.iter().filter(of_year);
                    of_term.filter(|e| text(e, "term") == term).count()
                };
                let said: Vec<String> = terms
                    .iter()
                    .filter(|term| count(term) < least)
                    .map(|term| format!("{term}{}次", count(term)))
                    .collect();
                (!said.is_empty()).then(|| said.join("，"))
            }
            Own(field) => match day(school, field) {
                Some(_) => None,
                None => none(),
            },
        }
    }
}

impl App {
    /// Answers a question for a year: as of its last day, or of today while it runs.
    ///
    /// # Errors
    /// A denial, or an unknown question.
    pub fn coverage(&self, actor: &Actor, id: &str, year: i16) -> Result<Coverage> {
        self.reads_figures(actor)?;
        let check = CHECKS.iter().find(|c| c.id == id);
        let check = *check.ok_or(AppError::NotFound("该项覆盖"))?;
        let register = self.all_entries(actor, "school")?;
        self.coverage_of(actor, check, &register, year)
    }

    /// Answers all questions for a year.
    ///
    /// # Errors
    /// A denial.
    pub fn coverages(&self, actor: &Actor, year: i16) -> Result<Vec<Coverage>> {
        self.reads_figures(actor)?;
        let register = self.all_entries(actor, "school")?;
        let each = CHECKS.iter();
        each.map(|check| self.coverage_of(actor, *check, &register, year))
            .collect()
    }

    fn coverage_of(
        &self,
        actor: &Actor,
        check: Check,
        register: &[Entry],
        year: i16,
    ) -> Result<Coverage> {
        let last = jiff::civil::date(year, 12, 31);
        let on = last.min(self.clock.today());
        let entries = match check.rule {
            Own(_) => Vec::new(),
            _ => self.all_entries(actor, check.ledger)?,
        };
        let mut by_school: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &entries {
            let school = text(entry, check.field);
            by_school.entry(school).or_default().push(entry);
        }
        let concerned = register
            .iter()
            .filter(|s| stands(s, "closed_on", on) && check.among.has(s));
        let (mut base, mut missing) = (0, Vec::new());
        for school in concerned {
            base += 1;
            let own = by_school.get(text(school, "name"));
            let own = own.map_or(&[][..], Vec::as_slice);
            if let Some(note) = check.rule.lacking(own, school, year, on) {
                missing.push(Missing {
                    entry: school.id.clone(),
                    name: text(school, "name").to_owned(),
                    district: text(school, "district").to_owned(),
                    kind: text(school, "kind").to_owned(),
                    note,
                });
            }
        }
        missing.sort_by(|a, b| (&a.district, &a.name).cmp(&(&b.district, &b.name)));
        let lacking = missing.len();
        let hidden = !self.may_read(actor, check.ledger);
        if hidden {
            missing.clear();
        }
        Ok(Coverage {
            check,
            base,
            missing,
            lacking,
            hidden,
        })
    }
}
