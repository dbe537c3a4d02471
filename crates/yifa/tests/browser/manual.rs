//! The pages that the manual shows: they are there, they say what the manual says, they fit.
//!
//! With `YIFA_MANUAL_PICTURES` set, their pictures are written into `docs/manual/pictures`:
//!
//! ```sh
//! YIFA_MANUAL_PICTURES=1 cargo test -p yifa --test browser the_manual
//! ```

use std::{collections::BTreeSet, fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{driver::Driver, site::Site};

/// Who looks, where, what the heading says, name of the picture. A path that ends in `→` is a
/// list whose first line is opened.
const PAGES: &[(&str, &str, &str, &str)] = &[
    ("clerk", "/", "今日", "home"),
    ("clerk", "/ledgers/collective_decision/new", "登记", "form"),
    (
        "clerk",
        "/ledgers/collective_decision/import",
        "导入",
        "import",
    ),
    ("clerk", "/deadlines", "期限", "deadlines"),
    ("school1", "/collections", "填报任务", "school"),
    ("sysadmin", "/", "账号", "accounts"),
    ("secadmin", "/", "授权", "grants"),
    ("auditor", "/", "审计记录", "audit"),
    ("leader", "/dashboard", "领导驾驶舱", "dashboard"),
    ("leader", "/coverage", "覆盖", "coverage"),
    ("leader", "/prepaid", "预收费", "prepaid"),
    ("legal", "/ledgers/penalty_ordinary →", "", "case"),
    ("legal", "/reports →", "", "report"),
    ("legal", "/lists/power", "权力清单", "list"),
    ("legal", "/indicators", "指标体系", "indicators"),
    ("legal", "/inspections", "双随机抽查", "draws"),
    ("legal", "/white-list", "白名单和黑名单", ""),
    ("legal", "/assessment", "年终考核", "assessment"),
    ("legal", "/tasks-from-above", "督察对照", "tasks"),
    ("legal", "/topics", "专题", ""),
    (
        "legal",
        "/lists/negative/difference?from=2024-01-01&to=2024-12-31",
        "负面清单的变化",
        "",
    ),
    ("legal", "/coverage/network", "法治工作网络完整", ""),
    ("", "/portal", "", "portal"),
];

fn manual() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual")
}

/// Opens every page of the manual, wide and as on a phone.
pub fn pages_are_as_the_manual_shows_them(browser: &Driver, site: &Site) {
    let folder = std::env::var_os("YIFA_MANUAL_PICTURES").map(|_| manual().join("pictures"));
    let mut signed_in = "";
    for (who, path, heading, picture) in PAGES {
        if signed_in != *who {
            if !signed_in.is_empty() {
                browser.open(&site.at("/"));
                site.sign_out(browser);
            }
            if !who.is_empty() {
                site.sign_in(browser, who);
            }
            signed_in = who;
        }
        match path.strip_suffix(" →") {
            None => browser.open(&site.at(path)),
            Some(list) => {
                browser.open(&site.at(list));
                browser.click(&browser.find("main tbody a"));
            }
        }
        browser.sees("h1", heading);
        browser.width(320);
        let wide = browser.run(
            "return document.documentElement.scrollWidth > innerWidth",
            json!([]),
        );
        assert_eq!(wide, json!(false), "{path} is wider than a phone");
        browser.width(0);
        if let Some(folder) = folder.as_ref().filter(|_| !picture.is_empty()) {
            fs::create_dir_all(folder).unwrap();
            let taken = STANDARD.decode(browser.picture()).unwrap();
            fs::write(folder.join(format!("{picture}.png")), taken).unwrap();
        }
    }
}

/// No picture of the manual is made by hand, and none is made that no page shows.
pub fn every_picture_of_the_manual_is_taken_here() {
    let mut shown = BTreeSet::new();
    for page in fs::read_dir(manual()).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_none_or(|e| e != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("](pictures/").skip(1) {
            let name = part.split(".png)").next().unwrap_or_default();
            let file = manual().join(format!("pictures/{name}.png"));
            assert!(file.is_file(), "{} shows {name}.png", path.display());
            shown.insert(name.to_owned());
        }
    }
    let taken = PAGES.iter().map(|(.., picture)| (*picture).to_owned());
    let taken: BTreeSet<String> = taken.filter(|name| !name.is_empty()).collect();
    assert_eq!(shown, taken);
}
