//! The leader: from a number to its proof, and what changed after the report was frozen.

use crate::{driver::Driver, site::Site};

/// At most three clicks from a number in the report to the proof of an entry behind it.
pub fn goes_from_a_number_to_its_proof(browser: &Driver, site: &Site, desk: &str) {
    site.sign_in(browser, "leader");
    browser.open(desk);
    let number = "a.figure[id='n1'] ~ a.figure, a.figure[id='n1']";
    browser.find(number);
    // First click: the number. Its receipt stands beside the paper.
    let figure = browser.pressable("189");
    browser.click(&figure);
    browser.sees(".receipt", "受理投诉诉求");
    browser.sees(".receipt", "189");
    browser.sees(".desk-side", "背后的记录");
    // Second click: the entry's place in the log.
    browser.click(&browser.find(".desk-side td a[href$='/proof']"));
    browser.sees(".notice", "已验证");

    // The longer way shows all entries, sorted as one likes, and each one's history.
    browser.open(desk);
    browser.press("189");
    browser.press("背后的全部记录");
    browser.sees("#entries", "背后的记录");
    browser.click(&browser.find("#entries th a[href*='sort=title']"));
    browser.find("#entries th[aria-sort='ascending'] a[href*='sort=title']");
    browser.click(&browser.find("#entries tbody th a"));
    browser.sees("#history", "登记");

    // A rate shows its formula, and each part of it leads on.
    browser.open(&site.at("/figures/complaint_closing_rate?year=2024"));
    browser.sees(".formula", "÷");
    browser.click(&browser.find(".formula a"));
    browser.sees("h1", "办结投诉诉求");
    browser.sees("#definition", "出自台账");
}

/// The report keeps its number; the desk shows both, and which entry made the difference.
pub fn sees_what_changed(browser: &Driver, site: &Site, desk: &str, corrected: &str) {
    site.sign_in(browser, "leader");
    browser.open(desk);
    browser.sees(".page-head", "定稿后有变化");
    browser.sees(".sheet", "受理投诉诉求189");
    browser.press("定稿后的变化");
    browser.sees("#changes", "受理投诉诉求");
    browser.sees("#changes", "定稿时 189件，现在 188件");
    browser.sees("#changes", corrected);
    browser.press(corrected);
    browser.sees("#history", "平台转来日期写错");
    browser.open(&site.at("/figures/complaints_received?year=2024"));
    browser.sees(".stat-value", "188");
}
