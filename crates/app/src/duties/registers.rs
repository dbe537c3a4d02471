//! Coverage against the registers of schools and of training institutions: which of them lack
//! something, by name.

use std::collections::BTreeMap;

use values::{dates::Date, ratio::Ratio};

use super::{day, happened, number, stands, text, yes};
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
    /// Training institutions.
    Institutions,
}

impl Among {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Among::Schools => "中小学校",
            Among::Campuses => "中小学校和幼儿园",
            Among::Serving => "供餐的学校和幼儿园",
            Among::Compulsory => "义务教育学校",
            Among::Institutions => "在册校外培训机构",
        }
    }

    /// The register that says who is concerned, and its field with the day on which they left it.
    fn register(self) -> (&'static str, &'static str) {
        match self {
            Among::Institutions => ("training_institution", "left_on"),
            _ => ("school", "closed_on"),
        }
    }

    fn has(self, school: &Entry) -> bool {
        let kind = text(school, "kind");
        match self {
            Among::Schools => kind != "幼儿园",
            Among::Campuses | Among::Institutions => true,
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
    /// This number, summed over the entries of the year, reaches so much of this unit.
    SumInYear(&'static str, i64, &'static str),
    /// In each term of the year that has begun an entry that was made by this date of its own.
    EachTermBefore(&'static str),
    /// An entry in which the first date has come and the second, if there is one, has not.
    Since(&'static str, Option<&'static str>),
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
    /// Its field with the name of the school or institution.
    pub field: &'static str,
    /// Only its entries in which this choice field says this.
    pub only: Option<(&'static str, &'static str)>,
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
    let field = match among {
        Among::Institutions => "institution",
        _ => "school",
    };
    Check {
        id,
        name,
        ledger,
        field,
        only: None,
        among,
        rule,
    }
}

impl Check {
    const fn only(self, field: &'static str, value: &'static str) -> Self {
        let only = Some((field, value));
        Self { only, ..self }
    }
}

use Among::{Campuses, Compulsory, Institutions, Schools, Serving};
use Rule::{AllYes, EachTermBefore, InYear, Own, PerTerm, Since, Standing, SumInYear, Through};

/// Class hours that a deputy principal gives a school in a year, as the Ministry's Order 52 of 2021
/// says of a school year; counted here by the calendar year, as reports are.
pub const LECTURE_HOURS: i64 = 4;

/// A school term of any year; days as month and day.
struct Term {
    name: &'static str,
    /// The first day on which its lessons may begin.
    begins: (i8, i8),
    /// The day by which it is judged.
    judged: (i8, i8),
}

/// The autumn term is judged with the year, as the reports of the year tell of it.
const TERMS: [Term; 2] = [
    Term {
        name: "春季学期",
        begins: (3, 1),
        judged: (7, 31),
    },
    Term {
        name: "秋季学期",
        begins: (9, 1),
        judged: (12, 31),
    },
];

/// All questions, in the order of the page.
#[rustfmt::skip]
pub const CHECKS: &[Check] = &[
    check("vice-principal", "配备法治副校长", "legal_vice_principal", Schools, Through("until")),
    check("vice-lecture", "法治副校长授课满四课时", "vice_principal_lecture", Schools, SumInYear("hours", LECTURE_HOURS, "课时")),
    check("leader-lesson", "书记校长讲思政课", "leader_ideology_lesson", Schools, InYear),
    check("curriculum", "法治课程“四落实”", "law_curriculum", Schools, AllYes(&["plan", "staff", "material", "hours"])),
    check("law-teacher", "统计法治课教师配备", "law_teacher", Schools, InYear),
    check("teacher-training", "教师法治培训", "teacher_law_training", Schools, InYear),
    check("network", "法治工作网络完整", "school_law_network", Schools, AllYes(&["party", "moral", "students", "outside", "class_teachers"])),
    check("charter", "有学校章程", "school_charter", Campuses, Standing("until")),
    check("staff-congress", "有教职工代表大会", "school_body", Campuses, Standing("dissolved_on")).only("body", "教职工代表大会"),
    check("parents", "有家长委员会", "school_body", Campuses, Standing("dissolved_on")).only("body", "家长委员会"),
    check("council", "有校务委员会", "school_body", Schools, Standing("dissolved_on")).only("body", "校务委员会"),
    check("openness", "校务公开", "school_openness", Campuses, InYear),
    check("enrolment", "招生信息公开", "enrolment_disclosure", Compulsory, InYear),
    check("info", "基本信息公开", "school", Campuses, Own("info_published_on")),
    check("class-forming", "阳光分班", "class_forming", Compulsory, InYear),
    check("after-school", "课后服务", "after_school_service", Compulsory, InYear),
    check("inspector", "督学每学期入校两次", "inspector_visit", Campuses, PerTerm(2)),
    check("drill", "应急演练", "emergency_drill", Campuses, InYear),
    check("food", "食品安全检查", "food_inspection", Serving, InYear),
    check("monitoring", "视频监控全覆盖", "school_security", Campuses, Since("monitored_since", Some("closed_on"))),
    check("alarm", "有一键报警", "school_security", Campuses, Since("alarm_since", Some("closed_on"))),
    check("police", "与公安联网", "school_security", Campuses, Since("connected_since", Some("closed_on"))),
    check("safety", "安防建设达标", "safety_indicator", Campuses, AllYes(&["guards", "closed_campus", "guard_post", "barrier", "insurance"])),
    check("risk", "建立安全风险清单", "safety_risk", Campuses, Standing("closed_on")),
    check("mental", "心理健康活动", "mental_health_activity", Schools, InYear),
    check("pledge", "开学前签订师德承诺书", "ethics_pledge", Campuses, EachTermBefore("term_starts_on")),
    check("ethics", "师德考核", "ethics_assessment", Campuses, InYear),
    check("annual-review", "提交年度检查报告", "institution_annual_review", Institutions, InYear),
    check("commitment", "签署培训业务承诺书", "commitment_letter", Institutions, Since("signed_on", None)),
];

/// A school or institution that lacks it.
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
    /// Schools or institutions that it concerns.
    pub base: usize,
    /// Those that lack it, by district and name; none where the reader sees the total only.
    pub missing: Vec<Missing>,
    /// How many lack it.
    pub lacking: usize,
    /// The reader may not see the names.
    pub hidden: bool,
    /// Nobody has to have it yet: the first term of the year is not over.
    pub early: bool,
}

impl Coverage {
    /// The share of those that have it; none while nobody has to.
    pub fn rate(&self) -> Option<Ratio> {
        if self.early {
            return None;
        }
        Ratio::new((self.base - self.lacking) as i128, self.base as i128)
    }
}

/// What is wrong with a term that should have an entry made by a date of its own.
fn before(
    entries: &[&Entry],
    term: &str,
    limit: &str,
    of_year: &dyn Fn(&&&Entry) -> bool,
) -> Option<String> {
    let of_year = entries.iter().filter(|e| of_year(e));
    let of_term: Vec<_> = of_year.filter(|e| text(e, "term") == term).collect();
    if of_term.is_empty() {
        return Some(format!("{term}没有登记"));
    }
    let in_time = |e: &&&&Entry| day(e, limit).is_some_and(|limit| happened(e) <= limit);
    if of_term.iter().any(|e| in_time(&e)) {
        return None;
    }
    match of_term.iter().find_map(|e| day(e, limit)) {
        Some(limit) => Some(format!("{term}晚于{}", values::dates::chinese(limit))),
        None => Some(format!("{term}没有写开学日期，看不出是否按时")),
    }
}

impl Rule {
    /// The terms of the year that are judged on a day.
    fn terms(self, year: i16, on: Date) -> Vec<&'static str> {
        let judged = |term: &&Term| {
            let (month, day) = match self {
                EachTermBefore(_) => term.begins,
                _ => term.judged,
            };
            jiff::civil::date(year, month, day) <= on
        };
        TERMS.iter().filter(judged).map(|term| term.name).collect()
    }

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
                let count = |term: &str| {
                    let of_term = entries.iter().filter(of_year);
                    of_term.filter(|e| text(e, "term") == term).count()
                };
                let said: Vec<String> = self
                    .terms(year, on)
                    .into_iter()
                    .filter(|term| count(term) < least)
                    .map(|term| format!("{term}{}次", count(term)))
                    .collect();
                (!said.is_empty()).then(|| said.join("，"))
            }
            SumInYear(field, least, unit) => {
                let of_year = entries.iter().filter(of_year);
                let sum: i64 = of_year.filter_map(|e| number(e, field)).sum();
                match sum {
                    sum if sum >= least => None,
                    0 => none(),
                    sum => Some(format!("只有{sum}{unit}，不足{least}{unit}")),
                }
            }
            EachTermBefore(limit) => {
                let said: Vec<String> = self
                    .terms(year, on)
                    .into_iter()
                    .filter_map(|term| before(entries, term, limit, &of_year))
                    .collect();
                (!said.is_empty()).then(|| said.join("，"))
            }
            Since(since, until) => {
                let has = |e: &&Entry| {
                    day(e, since).is_some_and(|begun| begun <= on)
                        && until.is_none_or(|until| day(e, until).is_none_or(|end| end > on))
                };
                match entries.iter().any(has) {
                    true => None,
                    false => none(),
                }
            }
            Own(field) => match day(school, field) {
                Some(_) => None,
                None => none(),
            },
        }
    }
}

/// The kind of a school, the category of a training institution.
fn kind_of(unit: &Entry) -> &str {
    match text(unit, "kind") {
        "" => text(unit, "category"),
        kind => kind,
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
        let register = self.all_entries(actor, check.among.register().0)?;
        self.coverage_of(actor, check, &register, year)
    }

    /// Answers all questions for a year.
    ///
    /// # Errors
    /// A denial.
    pub fn coverages(&self, actor: &Actor, year: i16) -> Result<Vec<Coverage>> {
        self.reads_figures(actor)?;
        let schools = self.all_entries(actor, "school")?;
        let institutions = self.all_entries(actor, Institutions.register().0)?;
        let each = CHECKS.iter().map(|check| {
            let register = match check.among {
                Institutions => &institutions,
                _ => &schools,
            };
            self.coverage_of(actor, *check, register, year)
        });
        each.collect()
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
        let fits = |e: &&Entry| check.only.is_none_or(|(field, is)| text(e, field) == is);
        for entry in entries.iter().filter(fits) {
            let school = text(entry, check.field);
            by_school.entry(school).or_default().push(entry);
        }
        let left = check.among.register().1;
        let concerned = register
            .iter()
            .filter(|s| stands(s, left, on) && check.among.has(s));
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
                    kind: kind_of(school).to_owned(),
                    note,
                });
            }
        }
        missing.sort_by(|a, b| (&a.district, &a.name).cmp(&(&b.district, &b.name)));
        let lacking = missing.len();
        let by_term = matches!(check.rule, PerTerm(_) | EachTermBefore(_));
        let early = by_term && check.rule.terms(year, on).is_empty();
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
            early,
        })
    }
}
