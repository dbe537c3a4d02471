//! The package of an indicator tree, ready for upload: an index, the ledgers that prove, the
//! materials, and the hash of each file.
//!
//! `目录.xlsx` says for each indicator what proves it and what is missing; `台账/` holds every ledger
//! named as evidence, with its entries of the year, once; `材料/` holds the files attached to the
//! entries of 指标佐证材料, a folder for each indicator; `缺件.txt` names what is due and not there.
//! A ledger that the actor may not export is named there too, not left out in silence.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{Cursor, Read},
};

use office::archive::Archive;
use sha2::{Digest, Sha256};

use super::{Tree, happened, text};
use crate::{
    App,
    authorise::Actor,
    error::{AppError, Result},
    listing::ListAsk,
};

/// Files of materials that go into one package.
const MATERIALS_BYTES_MAX: u64 = 300 << 20;

/// A package that is being written.
struct Package {
    archive: Archive<Cursor<Vec<u8>>>,
    hashes: String,
}

impl Package {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let hash = hex::encode(Sha256::digest(bytes));
        let _ = writeln!(self.hashes, "{hash}  {}", office::archive::safe(name));
        self.archive
            .add(name, bytes.len() as u64, bytes)
            .map_err(|e| AppError::Fault(e.to_string()))
    }
}

impl App {
    /// The package of a tree as a ZIP.
    ///
    /// # Errors
    /// A denial, an unknown tree, or materials that are too large for one package.
    pub fn indicator_package(&self, actor: &Actor, tree: &str, year: i16) -> Result<Vec<u8>> {
        self.reads_whole(actor, "indicator")?;
        let trees = self.indicator_trees(actor, year)?;
        let tree = trees.into_iter().find(|t| t.name == tree);
        let tree = tree.ok_or(AppError::NotFound("该指标体系"))?;
        let mut package = Package {
            archive: Archive::new(Cursor::new(Vec::new())),
            hashes: String::new(),
        };
        package.add("目录.xlsx", &super::indicators::index(&tree)?)?;
        let mut absent = String::new();
        self.proving_ledgers(actor, &tree, year, &mut package, &mut absent)?;
        self.proving_materials(actor, &tree, year, &mut package)?;
        for indicator in &tree.indicators {
            for gap in &indicator.gaps {
                let _ = writeln!(
                    absent,
                    "{} {}：{}",
                    indicator.code,
                    indicator.name,
                    gap.words()
                );
            }
        }
        if !absent.is_empty() {
            package.add("缺件.txt", absent.as_bytes())?;
        }
        let Package {
            mut archive,
            hashes,
        } = package;
        let fault = |e: office::OfficeError| AppError::Fault(e.to_string());
        archive
            .add("SHA256SUMS", hashes.len() as u64, hashes.as_bytes())
            .map_err(fault)?;
        Ok(archive.finish().map_err(fault)?.into_inner())
    }

    fn proving_ledgers(
        &self,
        actor: &Actor,
        tree: &Tree,
        year: i16,
        package: &mut Package,
        absent: &mut String,
    ) -> Result<()> {
        let named = tree.indicators.iter().flat_map(|i| &i.evidence);
        let named: BTreeSet<(&str, &str)> = named
            .filter(|e| !e.ledger.is_empty() && e.entries > 0)
            .map(|e| {
                (
                    e.ledger.as_str(),
                    e.name.split(super::NUMBER).next().unwrap_or(&e.name),
                )
            })
            .collect();
        for (ledger, name) in named {
            // Lists that stand for years are given whole.
            let of_year = ListAsk {
                year: Some(year),
                ..ListAsk::default()
            };
            let ask = match self.list(actor, ledger, &of_year, 1) {
                Ok(page) if page.count > 0 => of_year,
                _ => ListAsk::default(),
            };
            match self.export_sheet(actor, ledger, &ask) {
                Ok(sheet) => package.add(&format!("台账/{name}.xlsx"), &sheet)?,
                Err(AppError::Denied(_)) => {
                    let _ = writeln!(absent, "台账“{name}”由其他科室保管，请其导出后补入。");
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    fn proving_materials(
        &self,
        actor: &Actor,
        tree: &Tree,
        year: i16,
        package: &mut Package,
    ) -> Result<()> {
        let mut bytes = 0;
        for entry in self.all_entries(actor, "indicator_material")? {
            if text(&entry, "tree") != tree.name || happened(&entry).year() != year {
                continue;
            }
            let folder = format!("材料/{} {}", text(&entry, "code"), text(&entry, "name"));
            for (number, evidence) in (1..).zip(self.case_evidence(actor, &entry.id)?) {
                bytes += evidence.size;
                if bytes > MATERIALS_BYTES_MAX {
                    return Err(AppError::Input(format!(
                        "这个指标体系的材料超过 {} MB，请在各指标的材料里分别下载。",
                        MATERIALS_BYTES_MAX >> 20
                    )));
                }
                let (evidence, mut file) = self.evidence_file(actor, &entry.id, &evidence.id)?;
                let mut content = Vec::new();
                file.read_to_end(&mut content)
                    .map_err(|e| AppError::Fault(format!("材料读不出来：{e}")))?;
                let name = format!("{folder}/{number:02} {}", evidence.about.file_name);
                package.add(&name, &content)?;
            }
        }
        Ok(())
    }
}
