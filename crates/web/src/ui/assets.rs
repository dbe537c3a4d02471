//! The files a browser fetches: one stylesheet and a few plain JavaScript modules.
//!
//! They are part of the program, so nothing can be missing at run time and nothing is asked of a
//! third party. Their address carries a version computed from their content: the server may let
//! browsers keep them for ever, and a new release is seen at once. Modules import each other by
//! relative paths and so stay within one version.

/// One file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Path below the version, as `js/main.js`.
    pub path: &'static str,
    /// Media type for the `content-type` header.
    pub media_type: &'static str,
    /// Content.
    pub body: &'static str,
}

macro_rules! script {
    ($name:literal) => {
        Asset {
            path: concat!("js/", $name),
            media_type: "text/javascript; charset=utf-8",
            body: include_str!(concat!("../../assets/js/", $name)),
        }
    };
}

/// All files.
pub const ASSETS: &[Asset] = &[
    Asset {
        path: "yifa.css",
        media_type: "text/css; charset=utf-8",
        body: include_str!("../../assets/yifa.css"),
    },
    Asset {
        path: "yifa.svg",
        media_type: "image/svg+xml",
        body: include_str!("../../assets/yifa.svg"),
    },
    script!("main.js"),
    script!("keyboard.js"),
    script!("forms.js"),
    script!("pieces.js"),
    script!("upload.js"),
    script!("editor.js"),
    script!("live.js"),
    script!("draw-check.js"),
    script!("draw-secret.js"),
    script!("field.js"),
    script!("field-store.js"),
    script!("field-parts.js"),
    script!("field-worker.js"),
    script!("wall.js"),
    script!("work.js"),
    script!("aloud.js"),
    script!("security-key.js"),
];

/// Version of all files together, the same in every build of the same content.
pub const VERSION: u64 = version(ASSETS);

/// Address of one file: `/assets/<version>/<path>`.
pub fn href(path: &str) -> String {
    format!("/assets/{VERSION:016x}/{path}")
}

/// The file of a path, for the route `/assets/{version}/{*path}`.
///
/// An old version answers with today's content: a page from before a release still works.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// FNV-1a over all contents: names a version, protects nothing.
const fn version(assets: &[Asset]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut file = 0;
    while file < assets.len() {
        let body = assets[file].body.as_bytes();
        let mut at = 0;
        while at < body.len() {
            hash = (hash ^ body[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            at += 1;
        }
        file += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_to_its_file() {
        for asset in ASSETS {
            let href = href(asset.path);
            let path = href.splitn(4, '/').nth(3).unwrap_or_default();
            assert_eq!(find(path).map(|found| found.body), Some(asset.body));
        }
        assert!(find("../Cargo.toml").is_none());
    }

    #[test]
    fn modules_import_only_files_that_exist() {
        for asset in ASSETS.iter().filter(|asset| asset.path.starts_with("js/")) {
            for line in asset
                .body
                .lines()
                .filter(|line| line.starts_with("import "))
            {
                let name = line
                    .split("'./")
                    .nth(1)
                    .and_then(|rest| rest.split('\'').next());
                let name = name.unwrap_or_else(|| panic!("{}: {line}", asset.path));
                assert!(
                    find(&format!("js/{name}")).is_some(),
                    "{}: {line}",
                    asset.path
                );
            }
        }
    }

    #[test]
    fn nothing_is_fetched_from_a_third_party() {
        for asset in ASSETS {
            let body = asset.body.replace("http://www.w3.org/2000/svg", "");
            assert!(!body.contains("http://"), "{}", asset.path);
            assert!(!body.contains("https://"), "{}", asset.path);
            assert!(!body.contains("@import"), "{}", asset.path);
        }
    }
}
