//! Puts the built-in catalogue into the program: a table of paths and texts.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    // Asked when it runs: a build folder may have come from another work tree.
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = Path::new(&here).join("../../catalogue");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table =
        String::from("/// The built-in catalogue.\npub const BUILTIN: &[(&str, &str)] = &[\n");
    for file in files {
        let below = file.strip_prefix(&root).map_err(io::Error::other)?;
        let path = below.to_string_lossy().replace('\\', "/");
        let full = file.canonicalize()?;
        let _ = writeln!(
            table,
            "    ({path:?}, include_str!({:?})),",
            full.to_string_lossy()
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("catalogue.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
