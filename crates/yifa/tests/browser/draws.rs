//! The public side of a draw, as a citizen and a hall full of people see it, and the office's side.

use std::fs;

use serde_json::json;

use crate::{driver::Driver, site::Site};

/// The draw that the demonstration has carried out.
pub const DRAW: &str = "demo-2024-1";

/// Every line green, without signing in.
pub fn anybody_verifies_in_the_browser(browser: &Driver, site: &Site) {
    browser.open(&site.at("/draws"));
    browser.sees("h1", "双随机抽查");
    browser.press("2024年秋季学校和幼儿园双随机抽查");
    browser.sees("#result", "检查人员");
    browser.sees("#ticket", "sha256sum");
    browser.press("在浏览器里验证");
    browser.sees("[data-summary]", "没有一项不成立");
    assert_eq!(browser.count(".check-fail"), 0);
    browser.sees(".check-lines", "名单在种子可知之前十分钟已由见证人见证");
    // A single unit, and its own place in the frozen list.
    browser.open(&site.at(&format!("/draws/{DRAW}")));
    let unit = browser.text("#result tbody tr th, #result tbody tr td");
    browser.write("#unit", &unit);
    browser.press("查找");
    browser.sees("#own", "在名单里");
    browser.sees("#own", "population-item/v1");
}

/// The page to take home, opened from a folder.
pub fn one_page_verifies_from_a_folder_and_names_what_was_changed(browser: &Driver, site: &Site) {
    browser.open(&site.at(&format!("/draws/{DRAW}")));
    browser.press("下载验证网页");
    let bytes = browser.downloaded(&format!("{DRAW}.verify.html"));
    let page = String::from_utf8(bytes).unwrap();
    assert!(
        !page.contains("src=\"http"),
        "nothing is fetched from anywhere"
    );
    // The plug is pulled: nothing can be asked of anybody.
    let plug = |out: bool| {
        let speed =
            json!({"offline": out, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        browser.command("Network.enable", json!({}));
        browser.command("Network.emulateNetworkConditions", speed);
    };
    plug(true);
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        browser.open(&format!("file://{}", path.display()));
    };
    open("true.html", &page);
    browser.sees("[data-summary]", "没有一项不成立");
    // Line by line: each holds, or asks the reader to compare what no program can know.
    let (lines, pass) = (browser.count(".check-line"), browser.count(".check-pass"));
    assert_eq!(lines, pass + browser.count(".check-compare"));
    assert!(pass > 10, "{pass} of {lines}");
    for question in [
        "证明包的哈希与内容一致",
        "种子由方案、名单和来源算出",
        "人员指派是规则的唯一结果",
    ] {
        browser.sees(".check-lines", question);
    }
    // An officer gets one more unit than was frozen.
    let changed = page.replacen("\"capacity\":8", "\"capacity\":9", 1);
    assert_ne!(changed, page);
    open("changed.html", &changed);
    browser.sees("[data-summary]", "这份结果不可信");
    browser.sees(".check-fail", "人员名单的树根与名单一致");
    browser.sees(".check-fail .check-where", "位置：");
    plug(false);
}

/// Steps forward by key, as a presenter does.
pub fn the_hall_follows_step_by_step(browser: &Driver, site: &Site) {
    browser.open(&site.at(&format!("/draws/{DRAW}/wall")));
    browser.sees(".wall-step", "1/");
    browser.key("\u{e014}");
    browser.sees("h1", "名单已冻结");
    browser.key("\u{e014}");
    browser.sees("h1", "种子已公布");
    browser.key("\u{e014}");
    browser.sees("h1", "抽中");
    browser.key("\u{e012}");
    browser.sees("h1", "种子已公布");
}

/// A new plan, frozen and witnessed.
pub fn the_office_plans_and_freezes(browser: &Driver, site: &Site) {
    site.sign_in(browser, "legal");
    browser.open(&site.at("/inspections"));
    browser.sees("h1", "双随机抽查");
    browser.press("新建抽取");
    browser.write("#title", "寒假安全抽查");
    browser.click(&browser.find("input[name=matters]"));
    browser.rewrite("#strata", "幼儿园 2\n小学 1");
    browser.write("#time", "2025-01-02 10:00");
    browser.date("#until", "2025-02-28");
    browser.press("公布方案");
    browser.sees("h1", "寒假安全抽查");
    browser.press("冻结名单");
    browser.sees("main", "下一步：抽取");
    let here = browser.address();
    let here = here.split('?').next().unwrap();
    browser.comes_to(here, "main", "已由足够的见证人见证");
    browser.press("抽取并指派");
    browser.sees("main", "还没有到抽取时间");
    site.sign_out(browser);
}
