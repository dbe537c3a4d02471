//! Writes the gallery and its files to a folder: `cargo run -p web --example gallery [FOLDER]`.
//!
//! Serve the folder to see the scripts at work (browsers load modules over HTTP only); the looks
//! can be seen by opening the files.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use web::ui::{assets, gallery};

fn main() -> io::Result<()> {
    let folder = env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("gallery"), PathBuf::from);
    for asset in assets::ASSETS {
        write(
            &folder,
            assets::href(asset.path).trim_start_matches('/'),
            asset.body,
        )?;
    }
    for (name, page) in gallery::pages() {
        // Opened from a folder, addresses of files are relative.
        let page = page.into_string().replace("\"/assets/", "\"assets/");
        write(&folder, name, &page)?;
        println!("{}", folder.join(name).display());
    }
    Ok(())
}

fn write(folder: &Path, name: &str, body: &str) -> io::Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, body)
}
