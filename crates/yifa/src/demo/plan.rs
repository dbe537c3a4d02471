//! What a profile says about its bureau: the published counts and what the rest is built around.

use super::District;

/// Schools of one kind in one district.
#[derive(Clone, Copy)]
pub(super) struct SchoolGroup {
    /// Index into the plan's districts.
    pub(super) district: usize,
    pub(super) kind: &'static str,
    pub(super) count: usize,
}

impl SchoolGroup {
    pub(super) fn is_school(&self) -> bool {
        self.kind != "幼儿园"
    }
}

/// A document that the bureau issued.
#[derive(Clone, Copy)]
pub(super) struct DocumentPlan {
    pub(super) title: &'static str,
    pub(super) kind: &'static str,
    pub(super) topic: &'static str,
    /// Month and day.
    pub(super) issued: (i8, i8),
    /// A normative document (行政规范性文件).
    pub(super) normative: bool,
    /// All issuers where there are several.
    pub(super) issuers: &'static [&'static str],
}

/// Training institutions before and after the division of work between departments.
#[derive(Clone, Copy)]
pub(super) struct TrainingPlan {
    /// Academic institutions cleared in the year.
    pub(super) cleared: usize,
    /// Handed over, with the category and the department that received them.
    pub(super) transferred: &'static [(usize, &'static str, &'static str)],
    /// Kept under the bureau.
    pub(super) kept: usize,
    /// Joint inspections and special checks, and the violations found in them.
    pub(super) rounds: usize,
    pub(super) violations: usize,
}

/// One published figure and what it is made of, for each part of the work.
pub(super) struct Plan {
    /// Name of the profile, for the parts of the books that only it has.
    pub(super) profile: &'static str,
    pub(super) organ: &'static str,
    pub(super) short: &'static str,
    /// What its place is called: `云川市`.
    pub(super) place: &'static str,
    pub(super) year: i16,
    pub(super) districts: &'static [District],
    pub(super) sections: &'static [(&'static str, &'static str)],
    /// Clerk, legal officer, leader, then one person for each other section.
    pub(super) people: &'static [&'static str],
    pub(super) schools: &'static [SchoolGroup],
    /// Pupils of primary and secondary schools and children of kindergartens by district.
    pub(super) students: &'static [(i64, i64)],
    pub(super) teachers: i64,

    pub(super) instruction_studies: usize,
    pub(super) part_time_staff: usize,
    pub(super) has_legal_section: bool,
    pub(super) documents: &'static [DocumentPlan],
    pub(super) shortcomings: &'static [(&'static str, &'static str, &'static str)],
    /// Aspect of next year's plan, and its tasks.
    pub(super) next_year: &'static [(&'static str, &'static [&'static str])],
    pub(super) honours: &'static [(&'static str, &'static str, &'static str, &'static str)],

    /// Whether the list of powers was reviewed in the year.
    pub(super) powers_reviewed: bool,
    pub(super) qualifications: (usize, usize),
    pub(super) penalties: usize,
    pub(super) penalty_reviews: usize,
    /// Certificates from earlier years, obtained and cancelled in the year.
    pub(super) certificates: (usize, usize, usize),
    pub(super) random_targets: usize,
    pub(super) random_matters: &'static [&'static str],

    pub(super) training: TrainingPlan,

    /// Complaints received, still open, and those about teachers' ethics.
    pub(super) complaints: (usize, usize, usize),
    pub(super) foi: usize,
    /// Undertaken, and of these with another organ in the lead.
    pub(super) proposals: (usize, usize),
    /// Meetings, opinions, adopted.
    pub(super) symposiums: (usize, i64, i64),
    pub(super) consulted: &'static [&'static str],
    /// Forms returned by district, and satisfied in all.
    pub(super) survey: (&'static [i64], i64),
    /// Identity and number of social supervisors.
    pub(super) supervisors: &'static [(&'static str, usize)],
    /// Official account's issues since a year, newspaper columns, items in all, followers.
    pub(super) media: (usize, i16, usize, i64, i64),

    pub(super) study_sessions: usize,
    pub(super) civil_servants: i64,
    /// Online exam: due, taken, passed.
    pub(super) online_exam: (i64, i64, i64),
    pub(super) vice_principals: usize,
    pub(super) leader_lesson_schools: usize,
    /// Schools and pupils with the reader.
    pub(super) reader: (usize, i64),
    pub(super) teaching_cases: usize,
    /// Activities and participations of the constitution week.
    pub(super) constitution_week: (usize, i64),
    /// Editions of the constitution week and of the contest.
    pub(super) editions: i64,
    /// Completed the guardian's goals; pupils who learned online.
    pub(super) online_learning: (i64, i64),
    /// Institutions at the legal training of training institutions.
    pub(super) institutions_trained: i64,
    pub(super) volunteers: usize,
    pub(super) boards: i64,

    pub(super) drills: usize,
    /// Provincial and municipal safe campuses.
    pub(super) safe_campuses: (usize, usize),
    pub(super) dropouts_returned: usize,

    /// District, year and number of recruited teachers.
    pub(super) recruits: &'static [(usize, i16, usize)],
    /// High-level talents in the recruitment years, and before.
    pub(super) talents: (usize, usize),
    /// Scenes for the code of conduct: each gives three items on either side.
    pub(super) ethics_scenes: &'static [&'static str],
}

impl Plan {
    pub(super) fn students(&self, district: usize, schools: bool) -> i64 {
        let (pupils, children) = self.students[district];
        if schools { pupils } else { children }
    }

    /// Districts proper, without the city's own schools; they come first.
    pub(super) fn real_districts(&self) -> impl Iterator<Item = &'static str> {
        self.districts
            .iter()
            .map(|district| district.name)
            .filter(|name| name.ends_with('区'))
    }
}

impl District {
    /// What a school of the district carries in its name: the city's own schools the city's.
    pub(super) fn name_in_schools(&self, plan: &Plan) -> &'static str {
        if plan.real_districts().any(|name| name == self.name) {
            self.name
        } else {
            plan.place
        }
    }
}
