//! The demonstration years as they were worked, each loaded once and shared by all tests that only
//! look at it.

use std::sync::LazyLock;

use app::{Action, Actor, App, Chance, Clock};
use yifa::{
    builtin, commands,
    demo::{DemoBureau, Profile},
    wiring::Data,
};

/// A bureau's year on its last evening.
pub struct Year {
    /// The system that holds it.
    pub app: App,
    /// Its organ.
    pub organ: String,
    /// The year.
    pub year: i16,
    _folder: tempfile::TempDir,
}

/// The city's year.
pub static CITY: LazyLock<Year> = LazyLock::new(|| Year::loaded(Profile::Wuhai));
/// The year of the first district.
pub static DISTRICT: LazyLock<Year> = LazyLock::new(|| Year::loaded(Profile::Heping));
/// The year of the second district, which has something in nearly every ledger.
pub static FULLEST: LazyLock<Year> = LazyLock::new(|| Year::loaded(Profile::Conghua));

impl Year {
    /// Loads a year for a test that changes it.
    pub fn loaded(profile: Profile) -> Self {
        let bureau = DemoBureau::new(profile, 1);
        let folder = tempfile::tempdir().expect("a folder");
        let catalogue = builtin::proved(&builtin::files(), None).expect("the catalogue");
        let evening = format!("{}-12-31T10:00:00Z", bureau.year);
        let evening = evening.parse().expect("a time");
        let data = Data::at(folder.path()).expect("a data folder");
        let clock = Clock::simulated(evening);
        let mut app = data
            .open(catalogue, clock, Chance::seeded(5))
            .expect("the system");
        commands::demo::load(&mut app, &bureau, &[]).expect("the year");
        app.clock.set(evening);
        let organ = app.organs().next().expect("an organ").id.clone();
        Self {
            app,
            organ,
            year: bureau.year,
            _folder: folder,
        }
    }

    /// Somebody of a section, or of none.
    pub fn somebody(&self, section: &str, role: &str) -> Actor {
        Actor {
            section: section.to_owned(),
            roles: vec![role.to_owned()],
            ..Actor::system(&self.organ)
        }
    }

    /// Somebody who signs in.
    pub fn who(&self, login: &str) -> Actor {
        let actor = self.app.actor_by_login(login).expect("a read");
        actor.unwrap_or_else(|| panic!("no {login}"))
    }

    /// The ledgers that a leader reads.
    pub fn ledgers(&self) -> Vec<std::sync::Arc<catalogue::definition::Ledger>> {
        let leader = self.somebody("", "leader");
        self.app.ledgers(&leader, Action::Read)
    }
}
