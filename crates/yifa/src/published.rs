//! The published reports that the demonstration years reproduce: which figure of the ledgers shows
//! which printed number. One file for each, under `tests/published/`.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use app::{Actor, App, kernel::Ask};
use serde::Deserialize;
use values::{dates::Period, decimal::Rounding};

use crate::demo::Profile;

/// The mapping of a published report.
#[derive(Deserialize)]
pub struct Published {
    /// How many rows it must have.
    pub rows: usize,
    /// The rows in the order of the report.
    pub row: Vec<Row>,
}

/// One published figure.
#[derive(Deserialize)]
pub struct Row {
    /// Its id in the published file.
    pub indicator: String,
    /// The printed value.
    pub published: String,
    /// Its measure word.
    pub unit: String,
    /// The figure that shows it.
    pub figure: String,
    /// Fixed dimension values.
    #[serde(default)]
    pub dims: BTreeMap<String, String>,
    /// Its period.
    pub period: String,
    /// From the beginning of the records to the end of the period.
    #[serde(default)]
    pub to_date: bool,
    /// Decimals.
    pub decimals: u8,
    /// What the ledgers say.
    pub expected: String,
    /// `same`, `about` or `ledger_differs`.
    pub verdict: String,
    /// Why the ledgers differ.
    #[serde(default)]
    pub reason: String,
}

/// The mapping of a profile.
pub fn mapping(profile: Profile) -> Result<Published> {
    let text = match profile {
        Profile::Wuhai => include_str!("../tests/published/wuhai-2022.toml"),
        Profile::Heping => include_str!("../tests/published/heping-2024.toml"),
        Profile::Conghua => include_str!("../tests/published/conghua-2020.toml"),
    };
    toml::from_str(text).map_err(|e| anyhow!("{e}"))
}

/// What the ledgers say for every published figure, in its order.
pub fn read(app: &App, actor: &Actor, published: &Published) -> Result<Vec<Option<String>>> {
    let mut asks = Vec::with_capacity(published.row.len());
    for row in &published.row {
        let period: Period = row
            .period
            .parse()
            .map_err(|e| anyhow!("{}：{e}", row.indicator))?;
        let mut ask = Ask::period(period);
        if row.to_date {
            ask.from = None;
        }
        ask.only = row.dims.clone();
        asks.push((row.figure.clone(), ask));
    }
    let readings = app.readings(actor, &asks, None)?;
    let texts = readings.iter().zip(&published.row).map(|(reading, row)| {
        let value = reading.answer.value?;
        Some(value.decimal(row.decimals, Rounding::HalfUp).to_string())
    });
    Ok(texts.collect())
}
