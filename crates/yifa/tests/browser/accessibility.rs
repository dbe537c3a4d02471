//! The main pages under axe-core, and at the width of a phone.

use std::io::Write as _;
use std::{fs, path::PathBuf, process::Command};

use serde_json::json;

use crate::{driver::Driver, site::Site};

/// The version whose rules these pages are held to.
const AXE: &str = "axe-core@4.14.1";

/// No violation, and nothing wider than the screen.
pub fn main_pages_are_accessible_and_fit_a_phone(browser: &Driver, site: &Site, desk: &str) {
    let mut wrong = Vec::new();
    let axe = axe();
    if axe.is_none() {
        drop(writeln!(
            std::io::stderr(),
            "SKIPPED: the accessibility audit, {AXE} cannot be fetched from npm"
        ));
    }
    let desk = desk.strip_prefix(&site.at("")).unwrap().to_owned();
    wrong.extend(audit(browser, site, "/sign-in", axe.as_deref()));
    site.sign_in(browser, "legal");
    for path in [
        "/".to_owned(),
        "/ledgers".to_owned(),
        "/ledgers/symposium".to_owned(),
        "/ledgers/symposium/new".to_owned(),
        "/ledgers/symposium/import".to_owned(),
        "/figures".to_owned(),
        "/figures/complaints_received?year=2024".to_owned(),
        "/figures/complaint_closing_rate?year=2024".to_owned(),
        "/reports".to_owned(),
        format!("{desk}?receipt=3"),
        format!("{desk}?tab=changes"),
        format!("{desk}/paper"),
        "/log".to_owned(),
        "/topics".to_owned(),
        "/dashboard".to_owned(),
        "/lists/power".to_owned(),
        "/coverage".to_owned(),
        "/prepaid".to_owned(),
        "/white-list".to_owned(),
        "/assessment".to_owned(),
        "/indicators".to_owned(),
        "/tasks-from-above".to_owned(),
        "/search?q=食堂".to_owned(),
        "/no/such/page".to_owned(),
    ] {
        wrong.extend(audit(browser, site, &path, axe.as_deref()));
    }
    browser.open(&site.at("/ledgers/complaint?q=20241231900002"));
    browser.click(&browser.find("tbody th a"));
    let entry = browser
        .address()
        .strip_prefix(&site.at(""))
        .unwrap()
        .to_owned();
    for path in [entry.clone(), format!("{entry}/proof")] {
        wrong.extend(audit(browser, site, &path, axe.as_deref()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a page.
pub fn audit(browser: &Driver, site: &Site, path: &str, axe: Option<&str>) -> Vec<String> {
    browser.open(&site.at(path));
    look(browser, path, axe)
}

/// What is wrong with the page that is there, be it the answer to a form; `path` names it.
pub fn look(browser: &Driver, path: &str, axe: Option<&str>) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(axe) = axe {
        browser.run(axe, json!([]));
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document).then(r => done(r.violations.map(v => \
            v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | '))))";
        let found = browser.run_later(script, json!([]));
        let found = found.as_array().cloned().unwrap_or_default();
        wrong.extend(found.iter().map(|v| format!("{path}: {v}")));
    }
    for width in [360, 1920] {
        browser.width(width);
        let over = browser.run(
            "return document.scrollingElement.scrollWidth - window.innerWidth",
            json!([]),
        );
        if over.as_i64() > Some(0) {
            wrong.push(format!("{path} is {over} px wider than {width} px"));
        }
    }
    browser.width(0);
    wrong
}

/// The script of axe-core: fetched once from its npm package, never committed. Where it must not be
/// missing, `YIFA_REQUIRE_AXE=1` says so.
pub fn axe() -> Option<String> {
    let axe = fetched();
    let wanted = std::env::var("YIFA_REQUIRE_AXE").is_ok_and(|v| v == "1");
    assert!(axe.is_some() || !wanted, "{AXE} cannot be fetched from npm");
    axe
}

fn fetched() -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let kept = folder.join(format!("{AXE}.min.js"));
    if let Ok(script) = fs::read_to_string(&kept) {
        return Some(script);
    }
    let work = tempfile::tempdir().ok()?;
    let packed = Command::new("npm")
        .args(["pack", "--silent", AXE])
        .current_dir(work.path())
        .output()
        .ok()?;
    let archive = String::from_utf8(packed.stdout).ok()?;
    let unpacked = Command::new("tar")
        .args(["-xzf", archive.trim(), "package/axe.min.js"])
        .current_dir(work.path())
        .status()
        .ok()?;
    if !unpacked.success() {
        return None;
    }
    let script = fs::read_to_string(work.path().join("package/axe.min.js")).ok()?;
    fs::write(&kept, &script).ok()?;
    Some(script)
}
