//! Demonstration years: a fictional bureau with the records of its work, as plain data.
//!
//! Each profile reproduces the counted facts of one published report, so that the figures which
//! the system computes can be held against printed ones. Facts carry over, names do not: organ,
//! districts, schools and persons are invented, numbers and codes cannot exist.
//!
//! Guarantees: the same records on every machine and in every run; every record fits its ledger in
//! `catalogue/`; the figures are exactly those of `tests/published/`. With a scale above one, the
//! work is there several times over and the figures differ.
//!
//! Left out: opening the records as entries, which is the matter of the caller.
//!
//! Reading order: [`DemoBureau`], `plan` (what a profile says), `wuhai`, `heping` and `conghua`
//! (the profiles), `book` (the ledgers beside the published figures), then one module per part of the work.

mod book;
mod campus;
mod conghua;
pub mod draws;
mod education;
mod enforcement;
mod heping;
mod names;
mod organisation;
mod participation;
mod plan;
pub mod portal;
mod powers;
mod random;
mod teachers;
mod training;
mod world;
mod wuhai;

use values::dates::Date;

pub(crate) use names::credit_code_of;
pub use world::{DemoRecord, DemoSchool};

use plan::Plan;
use world::World;

/// Which published report the demonstration reproduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Profile {
    /// A city bureau in 2022.
    #[default]
    Wuhai,
    /// A district bureau in 2024.
    Heping,
    /// A district bureau in 2020.
    Conghua,
}

impl Profile {
    /// The profile of a name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "wuhai" => Some(Self::Wuhai),
            "heping" => Some(Self::Heping),
            "conghua" => Some(Self::Conghua),
            _ => None,
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wuhai => "wuhai",
            Self::Heping => "heping",
            Self::Conghua => "conghua",
        }
    }
}

/// A fictional bureau and a year of its work.
pub struct DemoBureau {
    /// Which one.
    pub profile: Profile,
    /// Chinese name of the organ.
    pub organ: &'static str,
    /// Short name in document numbers.
    pub short: &'static str,
    /// The year that the report is about.
    pub year: i16,
    /// The districts, in the order of the published report.
    pub districts: &'static [District],
    /// The sections: an id of `catalogue/sections.toml` and what this bureau calls it.
    pub sections: &'static [(&'static str, &'static str)],
    /// People who sign in.
    pub accounts: Vec<Account>,
    /// Schools and kindergartens.
    pub schools: Vec<DemoSchool>,
    plan: Plan,
    scale: u32,
}

/// A district of the organ: the one table in which published and invented names meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct District {
    /// As the published report names it; empty where the report names none.
    pub published: &'static str,
    /// As the demonstration names it.
    pub name: &'static str,
}

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Sign-in name.
    pub username: String,
    /// The person's name.
    pub name: &'static str,
    /// Post.
    pub post: &'static str,
    /// Section id; empty for the leader, who belongs to none.
    pub section: &'static str,
    /// Roles of `catalogue/roles.toml`.
    pub roles: &'static [&'static str],
}

impl DemoBureau {
    /// The bureau of a profile, with its work multiplied by `scale` (at least once).
    pub fn new(profile: Profile, scale: u32) -> Self {
        let plan = match profile {
            Profile::Wuhai => wuhai::plan(),
            Profile::Heping => heping::plan(),
            Profile::Conghua => conghua::plan(),
        };
        Self {
            profile,
            organ: plan.organ,
            short: plan.short,
            year: plan.year,
            districts: plan.districts,
            sections: plan.sections,
            accounts: accounts(&plan),
            schools: world::schools(&plan, 0),
            plan,
            scale: scale.max(1),
        }
    }

    /// The last day of the report's year: nothing is recorded after it.
    pub fn last_day(&self) -> Date {
        jiff::civil::date(self.year, 12, 31)
    }

    /// All records, in the order in which the office finished writing them.
    ///
    /// With a scale above one: copy after copy, each in that order; only one copy is held at a time.
    pub fn records(&self) -> impl Iterator<Item = DemoRecord> + '_ {
        (0..self.scale).flat_map(|copy| self.copy(copy))
    }

    fn copy(&self, copy: u32) -> Vec<DemoRecord> {
        let mut world = World::new(&self.plan, copy);
        organisation::write(&mut world);
        powers::write(&mut world);
        enforcement::write(&mut world);
        training::write(&mut world);
        participation::write(&mut world);
        education::write(&mut world);
        campus::write(&mut world);
        teachers::write(&mut world);
        book::write(&mut world);
        world.into_records()
    }
}

/// One person per section, and the three that the demonstration introduces.
fn accounts(plan: &Plan) -> Vec<Account> {
    let mut accounts = vec![
        Account {
            username: "clerk".into(),
            name: plan.people[0],
            post: "办公室科员",
            section: "office",
            roles: &[
                "clerk",
                "registry",
                "disclosure_office",
                "petition_office",
                "archive",
            ],
        },
        Account {
            username: "legal".into(),
            name: plan.people[1],
            post: "法治工作人员",
            section: "legal",
            roles: &["clerk", "legal_section", "officer", "case_section"],
        },
        Account {
            username: "leader".into(),
            name: plan.people[2],
            post: "局长",
            section: "",
            roles: &["leader", "head", "meeting"],
        },
    ];
    let others = plan
        .sections
        .iter()
        .filter(|(id, _)| !matches!(*id, "office" | "legal"));
    accounts.extend(
        others
            .zip(&plan.people[3..])
            .map(|((id, _), name)| Account {
                username: (*id).into(),
                name,
                post: "科员",
                section: id,
                roles: &["clerk", "case_section", "officer"],
            }),
    );
    // Who investigated neither presides over the hearing nor reviews the decision.
    accounts.push(Account {
        username: "reviewer".into(),
        name: "阮知微",
        post: "法制审核人员",
        section: "legal",
        roles: &["clerk", "legal_section", "presider", "registry"],
    });
    accounts
}

#[cfg(test)]
mod tests;
