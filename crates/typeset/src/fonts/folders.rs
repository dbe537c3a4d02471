//! Where font files lie.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Folders inside folders that are followed; it also ends loops of links.
const DEPTH_MAX: usize = 6;

/// Font files that are looked at.
const FILES_MAX: usize = 20_000;

/// The folders of `YIFA_FONTS`, then those of the system.
pub fn folders() -> Vec<PathBuf> {
    let named = env::var_os("YIFA_FONTS").unwrap_or_default();
    let named = env::split_paths(&named).filter(|p| !p.as_os_str().is_empty());
    let mut folders: Vec<PathBuf> = named.collect();
    let under = |variable: &str, below: &[&str]| -> Vec<PathBuf> {
        let base = env::var_os(variable)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from);
        base.map(|base| below.iter().map(|b| base.join(b)).collect())
            .unwrap_or_default()
    };
    folders.extend(under("XDG_DATA_HOME", &["fonts"]));
    folders.extend(under(
        "HOME",
        &[".local/share/fonts", ".fonts", "Library/Fonts"],
    ));
    let system = [
        "/usr/local/share/fonts",
        "/usr/share/fonts",
        // 仿宋 and 楷体 of the Debian package texlive-lang-chinese.
        "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
        "/usr/share/texmf/fonts/opentype/public",
        "/Library/Fonts",
        "/System/Library/Fonts",
    ];
    folders.extend(system.map(PathBuf::from));
    folders.extend(under("WINDIR", &["Fonts"]));
    folders.extend(under("LOCALAPPDATA", &["Microsoft/Windows/Fonts"]));
    folders
}

/// The font files in these folders, in the order of the folders, then of their names.
pub fn font_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in folders {
        walk(folder, DEPTH_MAX, &mut files);
    }
    files
}

/// Folders that cannot be read hold no fonts for us.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if files.len() >= FILES_MAX {
            return;
        }
        if is_font(&path) {
            files.push(path);
        } else if depth > 0 && path.is_dir() {
            walk(&path, depth - 1, files);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    let known = ["ttf", "otf", "ttc", "otc"];
    known.iter().any(|k| extension.eq_ignore_ascii_case(k))
}
