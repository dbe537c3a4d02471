//! The leader's dashboard (领导驾驶舱): own duties, fixed dates of the year, plans against what was
//! done, figures against last year and between districts, and risks.

use catalogue::definition::PeriodShift;
use kernel::Ask;
use values::dates::{Date, Period};

use super::{Coverage, Prepaid, WarningKind, day, number, text};
use crate::{
    App,
    authorise::Actor,
    deadlines::{DueGroup, SectionRate},
    error::Result,
    figures::Reading,
};

/// A duty of the first responsible person.
#[derive(Clone, Debug)]
pub struct Duty {
    /// Its entry.
    pub entry: String,
    /// The duty.
    pub duty: String,
    /// Whose, by post.
    pub post: String,
    /// When it was last done.
    pub done_on: Option<Date>,
    /// What was done.
    pub result: String,
    /// An activity is named that shows it.
    pub proved: bool,
}

/// A date of the year that the rules fix.
#[derive(Clone, Debug)]
pub struct FixedDay {
    /// What is due.
    pub name: &'static str,
    /// The last day.
    pub due_on: Date,
    /// Ground, with how sure it is.
    pub law: &'static str,
    /// Done on; none while it is not.
    pub done_on: Option<Date>,
    /// The entry that shows it, for whoever may read it.
    pub entry: Option<String>,
}

/// A plan against what was done of it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its name.
    pub name: &'static str,
    /// Planned, done, rate.
    pub readings: [Reading; 3],
}

/// A figure by district.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The whole.
    pub whole: Reading,
    /// District and value.
    pub districts: Vec<(String, Reading)>,
}

/// A risk: how many, what, and where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// What.
    pub name: String,
    /// How many.
    pub count: u64,
    /// Measure word.
    pub unit: &'static str,
    /// The ledger or page to look at.
    pub at: RiskAt,
}

/// Where a risk is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RiskAt {
    /// A figure.
    Figure(String),
    /// The page of prepaid fees.
    Prepaid,
    /// The page of a coverage question.
    Coverage(&'static str),
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The year.
    pub year: i16,
    /// What is late and what is due, in the year that runs; empty for years that are over.
    pub due: Vec<DueGroup>,
    /// How each section keeps its clocks in this year.
    pub sections: Vec<SectionRate>,
    /// Duties of the first responsible person; none for readers who see totals only.
    pub duties: Vec<Duty>,
    /// The reader may not see the duties.
    pub duties_hidden: bool,
    /// Fixed dates.
    pub days: Vec<FixedDay>,
    /// Plans.
    pub plans: Vec<Plan>,
    /// Figures: this year and the year before; in the year that runs, the same days of both.
    pub figures: Vec<[Reading; 2]>,
    /// Figures by district.
    pub compared: Vec<Compared>,
    /// Risks that are there, the greatest count first.
    pub risks: Vec<Risk>,
}

/// Name, planned, done, rate.
pub const PLANS: &[(&str, [&str; 3])] = &[
    (
        "年度法治任务",
        ["law_tasks", "law_tasks_done", "law_task_rate"],
    ),
    (
        "上年报告的安排",
        [
            "planned_tasks_taken",
            "planned_tasks_done",
            "plan_completion_rate",
        ],
    ),
    (
        "上级任务",
        [
            "outline_tasks",
            "outline_tasks_done",
            "outline_completion_rate",
        ],
    ),
    (
        "责任清单",
        ["duty_items", "duty_items_done", "duty_item_rate"],
    ),
    (
        "领导干部学法计划",
        [
            "cadre_study_planned",
            "cadre_study_done",
            "cadre_study_completion",
        ],
    ),
    (
        "重大行政决策目录",
        [
            "decision_matters_listed",
            "decision_matters_decided",
            "decision_catalogue_rate",
        ],
    ),
    (
        "普法责任",
        [
            "publicity_duties",
            "publicity_duties_met",
            "publicity_duty_rate",
        ],
    ),
    (
        "普法月主题",
        [
            "monthly_theme_tasks",
            "monthly_theme_done",
            "monthly_theme_rate",
        ],
    ),
    (
        "政务公开任务",
        [
            "disclosure_tasks",
            "disclosure_tasks_done",
            "disclosure_task_rate",
        ],
    ),
    (
        "专项治理任务",
        ["scheme_tasks", "scheme_tasks_done", "scheme_task_rate"],
    ),
];

/// Figures that a leader looks at.
const FIGURES: &[&str] = &[
    "leadership_activities",
    "law_matters_deliberated",
    "administrative_penalties",
    "complaints_received",
    "complaint_closing_rate",
    "foi_answered",
    "proposal_on_time_rate",
    "inspection_rounds",
    "random_inspection_publication_rate",
    "law_publicity_participations",
    "vice_principal_coverage",
    "emergency_drills",
];

/// So many late matters the dashboard names.
pub const LATE_NAMED: usize = 5;

/// Figures that are compared between districts.
pub const COMPARED: &[&str] = &[
    "complaint_closing_rate",
    "vice_principal_coverage",
    "drill_coverage",
    "charter_coverage",
    "law_teacher_coverage",
    "after_school_rate",
    "ethics_assessment_coverage",
    "inspector_visit_coverage",
];

/// Stocks that should be nothing: figure and what it means.
const RISKS: &[(&str, &str, &str)] = &[
    ("disputes_open", "未化解的矛盾纠纷", "件"),
    ("surroundings_open", "未解决的校园周边问题", "个"),
    ("unlicensed_open", "未处置的无证机构", "家"),
    ("refunds_open", "未办结的退费", "件"),
    ("shortcomings_open", "尚未解决的自查问题", "个"),
    ("black_listed", "黑名单培训机构", "所"),
];

impl App {
    /// The dashboard of a year.
    ///
    /// # Errors
    /// A denial.
    pub fn dashboard(&self, actor: &Actor, year: i16) -> Result<Dashboard> {
        self.reads_figures(actor)?;
        let prepaid = self.prepaid(actor)?;
        let coverages = self.coverages(actor, year)?;
        let due = match self.clock.today().year() == year {
            true => self.board(actor, None, None, LATE_NAMED)?,
            false => Vec::new(),
        };
        Ok(Dashboard {
            year,
            due,
            sections: self.section_rates(actor, year)?,
            duties: self.duties(actor, year)?,
            duties_hidden: !self.may_read(actor, "duty_list_item"),
            days: self.fixed_days(actor, year)?,
            plans: self.plans(actor, year)?,
            figures: self.against_last_year(actor, year)?,
            compared: self.between_districts(actor, year)?,
            risks: self.risks(actor, year, &prepaid, &coverages)?,
        })
    }

    fn duties(&self, actor: &Actor, year: i16) -> Result<Vec<Duty>> {
        if !self.may_read(actor, "duty_list_item") {
            return Ok(Vec::new());
        }
        let mut entries = self.all_entries(actor, "duty_list_item")?;
        entries.retain(|e| {
            text(e, "list") == "第一责任人职责" && number(e, "year") == Some(i64::from(year))
        });
        entries.sort_by_key(|e| number(e, "number"));
        let duty = |e: &crate::entry::Entry| Duty {
            entry: e.id.clone(),
            duty: text(e, "duty").to_owned(),
            post: text(e, "post").to_owned(),
            done_on: day(e, "done_on"),
            result: text(e, "result").to_owned(),
            proved: !text(e, "activity").is_empty(),
        };
        Ok(entries.iter().map(duty).collect())
    }

    /// What is due in the year, about the year before.
    fn fixed_days(&self, actor: &Actor, year: i16) -> Result<Vec<FixedDay>> {
        let issued = self.all_entries(actor, "report_issue")?;
        let may_open = self.may_read(actor, "report_issue");
        let before = |month, day: i8| jiff::civil::date(year, month, day);
        let february = before(3, 1).yesterday().unwrap_or(before(2, 28));
        let march = before(4, 1).yesterday().unwrap_or(before(3, 31));
        let rows = [
            (
                "政府信息公开工作年度报告",
                before(1, 31),
                "政府信息公开条例 第四十九条",
                "政府信息公开工作年度报告",
                "published_on",
            ),
            (
                "行政执法统计年报",
                before(1, 31),
                "国办发〔2018〕118号（间接核实）",
                "行政执法统计年报",
                "sent_on",
            ),
            (
                "法治政府建设年度报告报送",
                february,
                "厅字〔2019〕28号（间接核实）",
                "法治政府建设年度报告",
                "sent_on",
            ),
            (
                "法治政府建设年度报告公开",
                march,
                "厅字〔2019〕28号（日期凭经验所记）",
                "法治政府建设年度报告",
                "published_on",
            ),
        ];
        Ok(rows
            .into_iter()
            .map(|(name, due_on, law, kind, field)| {
                let last_year = i64::from(year) - 1;
                let found = issued
                    .iter()
                    .find(|e| text(e, "kind") == kind && number(e, "year") == Some(last_year));
                FixedDay {
                    name,
                    due_on,
                    law,
                    done_on: found.and_then(|e| day(e, field)),
                    entry: found.filter(|_| may_open).map(|e| e.id.clone()),
                }
            })
            .collect())
    }

    /// An organ may keep a catalogue of its own: what it does not define is left out.
    fn defines(&self, figures: &[&str]) -> bool {
        let known = |id: &&str| self.catalogue().figure(id).is_some();
        figures.iter().all(known)
    }

    fn plans(&self, actor: &Actor, year: i16) -> Result<Vec<Plan>> {
        let ask = Ask::period(Period::year(year));
        let defined: Vec<_> = PLANS.iter().filter(|(_, ids)| self.defines(ids)).collect();
        let asks: Vec<(String, Ask)> = defined
            .iter()
            .flat_map(|(_, ids)| ids.map(|id| (id.to_owned(), ask.clone())))
            .collect();
        let readings = self.readings(actor, &asks, None)?;
        let mut plans = Vec::new();
        for ((name, _), three) in defined.into_iter().zip(readings.chunks_exact(3)) {
            let [planned, done, rate] = three else {
                continue;
            };
            plans.push(Plan {
                name,
                readings: [planned.clone(), done.clone(), rate.clone()],
            });
        }
        Ok(plans)
    }

    fn against_last_year(&self, actor: &Actor, year: i16) -> Result<Vec<[Reading; 2]>> {
        let mut now = Ask::period(Period::year(year));
        now.to = now.to.min(self.clock.today());
        let both = [now.clone(), now.shifted(PeriodShift::PreviousYear)];
        let asks: Vec<(String, Ask)> = FIGURES
            .iter()
            .filter(|id| self.defines(&[id]))
            .flat_map(|id| both.clone().map(|ask| ((*id).to_owned(), ask)))
            .collect();
        let readings = self.readings(actor, &asks, None)?;
        let pairs = readings.chunks_exact(2);
        Ok(pairs.map(|p| [p[0].clone(), p[1].clone()]).collect())
    }

    fn between_districts(&self, actor: &Actor, year: i16) -> Result<Vec<Compared>> {
        let ask = Ask::period(Period::year(year));
        let mut compared = Vec::new();
        for id in COMPARED.iter().filter(|id| self.defines(&[id])) {
            let mut whole = self.readings(actor, &[((*id).to_owned(), ask.clone())], None)?;
            let districts = self.by_dimension(actor, id, &ask, "district", None)?;
            if let Some(whole) = whole.pop() {
                compared.push(Compared { whole, districts });
            }
        }
        Ok(compared)
    }

    fn risks(
        &self,
        actor: &Actor,
        year: i16,
        prepaid: &Prepaid,
        coverages: &[Coverage],
    ) -> Result<Vec<Risk>> {
        let ask = Ask::period(Period::year(year));
        let defined: Vec<_> = RISKS
            .iter()
            .filter(|(id, ..)| self.defines(&[id]))
            .collect();
        let asks: Vec<(String, Ask)> = defined
            .iter()
            .map(|(id, _, _)| ((*id).to_owned(), ask.clone()))
            .collect();
        let mut risks = Vec::new();
        let readings = self.readings(actor, &asks, None)?;
        for (reading, (id, name, unit)) in readings.iter().zip(defined) {
            let count = reading.answer.value.map_or(0, |v| v.numerator());
            risks.push(Risk {
                name: (*name).to_owned(),
                count: u64::try_from(count).unwrap_or(0),
                unit,
                at: RiskAt::Figure((*id).to_owned()),
            });
        }
        for kind in WarningKind::ALL {
            risks.push(Risk {
                name: kind.words().to_owned(),
                count: prepaid.count(kind) as u64,
                unit: "条",
                at: RiskAt::Prepaid,
            });
        }
        for coverage in coverages {
            risks.push(Risk {
                name: coverage.check.name.to_owned(),
                count: coverage.lacking as u64,
                unit: "所",
                at: RiskAt::Coverage(coverage.check.id),
            });
        }
        risks.retain(|risk| risk.count > 0);
        risks.sort_by_key(|risk| std::cmp::Reverse(risk.count));
        Ok(risks)
    }
}
