//! The catalogue: built into the program, or read from a folder, proved either way.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use catalogue::{Files, definition::Catalogue};
use diagnostic::{Diagnostic, render_text};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The built-in files.
pub fn files() -> Files {
    let mut files = Files::new("catalogue/");
    for (path, text) in BUILTIN {
        files.add(*path, *text);
    }
    files
}

/// The files of a folder.
pub fn files_in(folder: &Path) -> Result<Files> {
    let mut files = Files::new(&format!("{}/", folder.display()));
    collect(folder, folder, &mut files)?;
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Files) -> Result<()> {
    let list = fs::read_dir(folder).with_context(|| format!("读不了目录 {}", folder.display()))?;
    for entry in list {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text = fs::read(&path).with_context(|| format!("读不了 {}", path.display()))?;
            let below = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            files.add(below, String::from_utf8_lossy(&text));
        }
    }
    Ok(())
}

/// Proves files; an error anywhere refuses the whole, with every finding drawn.
pub fn proved(files: &Files, overlay: Option<&Files>) -> Result<Arc<Catalogue>> {
    let (catalogue, findings) = catalogue::load(files, overlay);
    let errors: Vec<Diagnostic> = findings.into_iter().filter(Diagnostic::is_error).collect();
    if errors.is_empty() {
        return Ok(Arc::new(catalogue));
    }
    let mut sources = files.sources();
    if let Some(overlay) = overlay {
        overlay.add_to(&mut sources);
    }
    bail!(
        "台账目录有错误，不能启动：\n{}",
        render_text(&errors, &sources)
    );
}

/// Which definitions.
#[derive(clap::Args)]
pub struct Definitions {
    /// 台账目录（不填则用程序自带的）
    #[arg(long)]
    catalogue: Option<PathBuf>,
    /// 本局自己的台账目录，叠加在上面
    #[arg(long)]
    overlay: Option<PathBuf>,
}

impl Definitions {
    /// The definitions, proved.
    pub fn proved(&self) -> Result<Arc<Catalogue>> {
        let files = match &self.catalogue {
            Some(folder) => files_in(folder)?,
            None => files(),
        };
        let overlay = self.overlay.as_deref().map(files_in).transpose()?;
        proved(&files, overlay.as_ref())
    }
}
