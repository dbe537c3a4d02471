//! The clerk: finds, adds, imports, exports, corrects.

use office::xlsx::{Column, Datum, Kind, TableWriter};

use crate::{driver::Driver, site::Site};

/// From the first page to one entry, by clicks and keys.
pub fn finds_an_entry(browser: &Driver, site: &Site) {
    site.sign_in(browser, "clerk");
    browser.press("投诉诉求办理");
    browser.sees("h1", "投诉诉求办理");
    let all = count(browser);

    browser.click(&browser.find("[name='f.kind'] option[value='食堂校服']"));
    browser.sees(".active-filters", "类别：食堂校服");
    let some = count(browser);
    assert!(0 < some && some < all, "{some} of {all}");

    browser.click(&browser.find("th a.sort[href*='closed_on']"));
    browser.find("th[aria-sort='descending'] a[href*='closed_on']");
    assert_eq!(count(browser), some, "sorting loses nothing");

    // The search box of the list, by its key; two Chinese words.
    browser.key("/");
    browser.write(":focus", "食堂\u{e007}");
    browser.sees(".active-filters", "含：食堂");
    assert!(count(browser) <= some);

    browser.key("j");
    let name = browser.text(":focus");
    assert!(name.contains("食堂校服"), "{name}");
    browser.write(":focus", "\u{e007}");
    browser.sees("h1", &name);
    browser.sees("#history", "登记");
}

fn count(browser: &Driver) -> u64 {
    let text = browser.text("h1 .count");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// One entry by hand: first with a mistake, which loses nothing.
pub fn adds_one_by_hand(browser: &Driver, site: &Site) {
    browser.open(&site.at("/ledgers/complaint"));
    browser.press("登记一条");
    browser.write("#number", "20241231900001");
    browser.date("#received_on", "2024-12-30");
    browser.click(&browser.find("input[name='channel'][value='来电']"));
    browser.click(&browser.find("select[name='kind'] option[value='校园安全']"));
    browser.write("#content", "反映校门口临时停车影响学生通行。");
    browser.write("#phone", "12");
    browser.press("登记");
    browser.sees(".error-summary", "联系电话");
    let kept = browser.run(
        "return document.querySelector('#content').value",
        serde_json::json!([]),
    );
    assert_eq!(
        kept, "反映校门口临时停车影响学生通行。",
        "the form comes back filled"
    );
    browser.rewrite("#phone", "010-68001234");
    browser.press("登记");
    browser.sees(".flash", "已登记");
    browser.sees("#facts", "反映校门口临时停车影响学生通行。");
    browser.sees("#facts", "2024年12月30日（星期一）");
}

/// A sheet with one bad row: looked at, the good rows taken, and the same again does nothing.
pub fn imports_a_sheet(browser: &Driver, site: &Site) {
    browser.open(&site.at("/ledgers/complaint"));
    browser.press("下载模板");
    let template = browser.downloaded("投诉诉求办理-模板.xlsx");
    assert_eq!(&template[..2], b"PK");

    let good = [
        [
            "20241231900002",
            "2024-12-28",
            "12345平台",
            "校外培训",
            "反映机构未按约定退费。",
        ],
        [
            "20241231900003",
            "2024-12-29",
            "来信",
            "课业负担",
            "反映作业过多。",
        ],
    ];
    let bad = [
        "20241231900004",
        "2024-12-32",
        "来信",
        "课业负担",
        "日期写错的一行。",
    ];
    upload(browser, site, "十二月.xlsx", &[good[0], bad, good[1]]);
    browser.sees("main", "2024-12-32");
    browser.sees("main", "受理日期");
    browser.press("只导入合格的 2 行");
    browser.sees("main", "已经入账");
    // The search follows within a second or two.
    let search = site.at("/ledgers/complaint?q=20241231900003");
    browser.comes_to(&search, "table", "20241231900003");

    upload(browser, site, "十二月.xlsx", &good);
    browser.sees("main", "没有需要入账的内容");

    browser.open(&site.at("/ledgers/complaint?year=2024"));
    browser.press("导出");
    let today = "2024-12-31";
    let export = browser.downloaded(&format!("投诉诉求办理-{today}.xlsx"));
    assert!(export.len() > 10_000, "{} bytes", export.len());
}

fn upload(browser: &Driver, site: &Site, name: &str, rows: &[[&str; 5]]) {
    let columns = ["工单编号", "受理日期", "渠道", "类别", "反映内容"].map(|name| Column {
        name: name.to_owned(),
        kind: Kind::Text,
    });
    let mut writer = TableWriter::new("投诉诉求办理", &columns).unwrap();
    for row in rows {
        writer
            .push(&row.map(|text| Datum::Text(text.to_owned())))
            .unwrap();
    }
    let path = browser.downloads.path().join(name);
    std::fs::write(&path, writer.finish(&[]).unwrap()).unwrap();
    browser.open(&site.at("/ledgers/complaint"));
    browser.press("导入 Excel");
    browser.write("#file", path.to_str().unwrap());
    browser.press("上传并核对");
    browser.sees("h1", name);
}

/// Moves a complaint out of the year that was reported on; answers what it is called.
pub fn corrects_an_entry(browser: &Driver, site: &Site) -> String {
    site.sign_in(browser, "clerk");
    browser.open(&site.at("/ledgers/complaint?q=20241231900002"));
    let name = browser.text("tbody th a");
    browser.click(&browser.find("tbody th a"));
    browser.press("更正");
    browser.date("#received_on", "2025-01-02");
    browser.write("#reason", "平台转来日期写错，应为次年1月2日。");
    browser.press("保存更正");
    browser.sees(".flash", "已更正");
    browser.sees("#history", "2024年12月28日");
    browser.sees("#history", "2025年1月2日");
    browser.sees("#history", "平台转来日期写错");
    name
}
