//! The legal officer: a draft from the ledgers, the narrative, no number without origin, the end.

use serde_json::json;

use crate::{driver::Driver, site::Site};

/// Drafts, edits, traces and freezes a report; answers its address.
pub fn drafts_and_freezes(browser: &Driver, site: &Site) -> String {
    site.sign_in(browser, "legal");
    browser.open(&site.at("/reports"));
    browser.click(&browser.find("input[name='year'][value='2024']"));
    browser.press("按台账写出初稿");
    browser.sees(".page-head", "数字全部可溯源");
    browser.sees(".sheet", "存在的不足和原因");
    let desk = browser.address();

    // A number of one's own is counted and marked until it says where it comes from.
    browser.press("修改文字");
    let part = "textarea[name='part.preface']";
    the_proof_reader_reads_along(browser, part);
    browser.write(part, "\n另有37所学校参加联合演练，受理投诉诉求");
    browser.write("[data-narrow]", "受理投诉诉求");
    browser.click(&browser.find("[data-insert='{complaints_received}']"));
    let written = browser.run(
        "return document.querySelector(arguments[0]).value",
        json!([part]),
    );
    let written = written.as_str().unwrap().to_owned();
    assert!(
        written.ends_with("受理投诉诉求{complaints_received}"),
        "{written}"
    );
    browser.write(part, "件。");
    browser.press("保存");
    browser.sees(".flash", "已保存");
    browser.sees(".page-head", "未溯源 1");
    assert_eq!(
        browser.text("mark.untraced").replace("未溯源", "").trim(),
        "37"
    );
    browser.sees("#problems", "37");
    // 186 of the year, one by hand, two from the sheet.
    browser.sees(".sheet", "受理投诉诉求189件");

    browser.press("修改文字");
    browser.rewrite(
        part,
        &format!("{}件。", written.replace("37", "{=37|各校报送的演练汇总}")),
    );
    browser.press("保存");
    browser.sees(".page-head", "数字全部可溯源");
    browser.sees(".source-notes", "各校报送的演练汇总");

    browser.press("定稿这份报告");
    browser.sees(".flash", "已定稿");
    assert_eq!(
        browser.count("a[href$='/edit']"),
        0,
        "nothing can be changed any more"
    );
    let title = browser.text("h1.paper-title");
    browser.press("下载 DOCX");
    let docx = browser.downloaded(&format!("{title}.docx"));
    let text = office::docx::read(&docx, &office::Limits::default()).unwrap();
    assert!(text.to_plain().contains("受理投诉诉求189件"));
    browser.press("打印版");
    browser.sees(".sheet", "受理投诉诉求189件");
    browser.click(&browser.find(".paper-tools a"));
    browser.sees(".page-head", "定稿");
    desk
}

/// A contradiction is named with its arithmetic while one types, and goes when it is mended.
fn the_proof_reader_reads_along(browser: &Driver, part: &str) {
    let value = || {
        let script = "return document.querySelector(arguments[0]).value";
        let text = browser.run(script, json!([part]));
        text.as_str().unwrap().to_owned()
    };
    let before = value();
    let wrong = "全年办理信访事项162件，其中来信38件、来访51件、网上投诉37件。";
    browser.write(part, &format!("\n{wrong}"));
    browser.sees("#proof-reading", "总数 162 与分项之和 126 不符");
    browser.sees("#proof-reading", "38 + 51 + 37 = 126");
    browser.rewrite(part, &value().replace("162", "126"));
    browser.no_longer_sees("#proof-reading", "与分项之和");
    browser.rewrite(part, &before);
}
