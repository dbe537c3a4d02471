//! A bureau with as much work as wanted.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};
use app::{Actor, App, Chance, Clock, listing::ListAsk};
use yifa::{
    builtin, commands,
    demo::{DemoBureau, Profile},
    wiring::Data,
};

/// A demonstration of about so many entries, made in `folder` if it is not there.
pub fn demonstration(entries: usize, folder: &Path) -> Result<(App, i16)> {
    let (one, year) = {
        let bureau = DemoBureau::new(Profile::Wuhai, 1);
        (bureau.records().count(), bureau.year)
    };
    let bureau = DemoBureau::new(Profile::Wuhai, u32::try_from(entries.div_ceil(one))?);
    let data = Data::at(folder)?;
    let catalogue = builtin::proved(&builtin::files(), None)?;
    let clock = Clock::simulated(format!("{year}-12-31T02:00:00Z").parse()?);
    let mut app = data.open(catalogue, clock, Chance::System)?;
    if app.note("bench")?.is_none() {
        commands::demo::load(&mut app, &bureau, &[])?;
        app.clock.set(format!("{year}-12-31T09:00:00Z").parse()?);
        app.set_note("bench", "loaded")?;
    }
    Ok((app, year))
}

pub fn folder_for(entries: usize, folder: Option<PathBuf>) -> PathBuf {
    folder.unwrap_or_else(|| std::env::temp_dir().join(format!("yifa-bench-{entries}")))
}

pub fn legal(app: &App) -> Result<Actor> {
    app.actor_by_login("legal")?
        .ok_or_else(|| anyhow!("no account"))
}

/// The ledgers with most entries.
pub fn largest(app: &App, actor: &Actor) -> Result<Vec<String>> {
    let mut sizes: BTreeMap<u64, String> = BTreeMap::new();
    for ledger in app.ledgers(actor, app::Action::Read) {
        let count = app.list(actor, &ledger.id, &ListAsk::default(), 1)?.count;
        sizes.insert(count, ledger.id.to_string());
    }
    Ok(sizes.into_values().rev().take(3).collect())
}
