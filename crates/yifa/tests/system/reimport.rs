//! What was exported is known when it comes back: for every shipped ledger that the demonstration
//! fills, exported by those who see everything and by those who see personal fields masked.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use app::{Action, Actor, App, Chance, Clock, listing::ListAsk};
use yifa::{
    builtin, commands,
    demo::{DemoBureau, Profile},
    wiring::Data,
};

fn loaded(folder: &Path, profile: Profile) -> (App, String) {
    let bureau = DemoBureau::new(profile, 1);
    let catalogue = builtin::proved(&builtin::files(), None).unwrap();
    let evening = format!("{}-12-31T10:00:00Z", bureau.year);
    let clock = Clock::simulated(evening.parse().unwrap());
    let data = Data::at(folder).unwrap();
    let mut app = data.open(catalogue, clock, Chance::seeded(5)).unwrap();
    commands::demo::load(&mut app, &bureau, &[]).unwrap();
    app.clock.set(evening.parse().unwrap());
    let organ = app.organs().next().unwrap().id.clone();
    (app, organ)
}

fn every_export_comes_back_the_same(profile: Profile, at_least: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (app, organ) = loaded(folder.path(), profile);
    let somebody = |section: &str, role: &str| Actor {
        section: section.to_owned(),
        roles: vec![role.to_owned()],
        ..Actor::system(&organ)
    };
    let leader = somebody("", "leader");
    let mut walked = 0;
    for ledger in app.ledgers(&leader, Action::Read) {
        let clerk = somebody(&ledger.section, "clerk");
        if &*ledger.id == app::report::LEDGER {
            continue;
        }
        for reader in [&clerk, &leader] {
            let sheet = app.export_sheet(reader, &ledger.id, &ListAsk::default());
            let sheet = sheet.unwrap();
            let entries = app
                .list(reader, &ledger.id, &ListAsk::default(), 1)
                .unwrap();
            if entries.count == 0 {
                continue;
            }
            let upload = app.upload_sheet(&clerk, &ledger.id, "回.xlsx", sheet);
            let (_, plan) = upload.unwrap_or_else(|e| panic!("{}: {e}", ledger.id));
            let counts = plan.counts();
            assert_eq!(
                (counts.same, counts.new, counts.changed, counts.refused),
                (counts.total(), 0, 0, 0),
                "{}: {:?}",
                ledger.id,
                plan.rows
                    .iter()
                    .find(|r| !matches!(r.outcome, app::sheet::Outcome::Same(_)))
            );
            walked += 1;
        }
    }
    assert!(walked >= 2 * at_least, "{walked} exports");
}

#[test]
fn the_city_exports_come_back_the_same() {
    every_export_comes_back_the_same(Profile::Wuhai, 30);
}

#[test]
fn the_district_exports_come_back_the_same() {
    every_export_comes_back_the_same(Profile::Heping, 5);
}
