//! Citizens who use keys only: nothing here is clicked, and no focus is set but by Tab. Every page that
//! answers is looked at on the way.

use serde_json::{Value, json};

use crate::{accessibility, driver::Driver, site::Site};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const DOWN: &str = "\u{e015}";
/// More than any page of the portal has.
const TABS_MAX: usize = 250;

/// Goes on with Tab until what a selector names has the focus.
#[track_caller]
fn tab_to(browser: &Driver, selector: &str) {
    for _ in 0..TABS_MAX {
        browser.key(TAB);
        let script = "return document.activeElement?.matches(arguments[0]) ?? false";
        if browser.run(script, json!([selector])).as_bool() == Some(true) {
            return;
        }
    }
    browser.fail(&format!("Tab does not come to {selector}"));
}

fn type_in(browser: &Driver, text: &str) {
    for letter in text.chars() {
        browser.key(&letter.to_string());
    }
}

/// Fills a form from its first question to its button, by keys: the first option of each choice, the
/// given words into each text.
#[track_caller]
fn fill(browser: &Driver, words: &str) {
    let mut texts = 0;
    for _ in 0..TABS_MAX {
        browser.key(TAB);
        let script = "const e = document.activeElement; \
            if (!e?.closest('main form')) return ['', false]; \
            const group = e.type === 'radio' ? [...e.form.elements[e.name]] : [e]; \
            const empty = e.type === 'radio' ? !group.some(one => one.checked) : !e.value; \
            return [e.matches('.btn-primary') ? 'button' : e.matches('select') ? 'select' : \
              e.matches('textarea') ? 'textarea' : e.type, empty]";
        let at = browser.run(script, json!([]));
        match (at[0].as_str().unwrap_or_default(), at[1].as_bool()) {
            ("button", _) => {
                assert!(words.is_empty() || texts > 0, "a text was asked for");
                return;
            }
            ("select", Some(true)) => browser.key(DOWN),
            ("radio", Some(true)) => browser.key(SPACE),
            ("textarea", Some(true)) => {
                type_in(browser, words);
                texts += 1;
            }
            _ => {}
        }
    }
    browser.fail("Tab does not come to the button of the form");
}

fn looks_right(browser: &Driver, what: &str, axe: Option<&str>) {
    let wrong = accessibility::look(browser, what, axe);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// From the front page over the search, typed by sound, to what was found.
pub fn finds_an_article_by_keys(browser: &Driver, site: &Site) {
    browser.open(&site.at("/portal"));
    tab_to(browser, ".skip, a[href='#main']");
    tab_to(browser, "#top-q");
    type_in(browser, "peixun");
    browser.key(ENTER);
    browser.sees("main", "培训");
    let found = "main a[href^='/portal/articles/'], main a[href^='/portal/rows/']";
    tab_to(browser, found);
    let title = browser.run("return document.activeElement.textContent", json!([]));
    let title = title.as_str().unwrap().trim().to_owned();
    browser.key(ENTER);
    browser.sees("h1", &title);
}

/// A complaint with everything that goes wrong on the way, and where it stands afterwards.
pub fn complains_and_looks_after_it_by_keys(browser: &Driver, site: &Site) {
    let axe = accessibility::axe();
    let axe = axe.as_deref();
    browser.open(&site.at("/portal/ask/complaint"));
    tab_to(browser, ".form-buttons .btn-primary");
    browser.key(ENTER);
    browser.sees("main", "请选择类别");
    looks_right(browser, "an answer that names what is missing", axe);
    fill(browser, "peixun jigou bu tuifei");
    browser.key(ENTER);
    browser.sees("h2", "怎样联系您");
    looks_right(browser, "the second step", axe);
    tab_to(browser, ".form-buttons .btn-primary");
    browser.key(ENTER);
    browser.sees("h2", "提交前请核对");
    looks_right(browser, "everything once more", axe);
    // The number that the browser looks for arrives in its own time.
    browser.find("input[name=work]");
    tab_to(browser, ".form-buttons .btn-primary");
    browser.key(ENTER);
    browser.sees("h1", "已收到您的投诉举报");
    looks_right(browser, "the receipt", axe);
    let script = "return Object.fromEntries([...document.querySelectorAll('main dl div')] \
        .map(d => [d.querySelector('dt').innerText.trim(), d.querySelector('dd').innerText.trim()]))";
    let told: Value = browser.run(script, json!([]));
    tab_to(browser, "a[href='/portal/status']");
    browser.key(ENTER);
    browser.sees("h1", "查进度");
    tab_to(browser, "#receipt");
    type_in(browser, told["回执编号"].as_str().unwrap());
    tab_to(browser, "#code");
    type_in(browser, "AAAAAAAA");
    browser.key(ENTER);
    browser.sees("main", "没有查到");
    looks_right(browser, "a wrong code", axe);
    tab_to(browser, "#code");
    type_in(browser, told["查询码"].as_str().unwrap());
    browser.key(ENTER);
    browser.sees("main", "peixun jigou bu tuifei");
    looks_right(browser, "where it stands", axe);
}

/// Every kind of question, and the thanks.
pub fn answers_a_questionnaire_by_keys(browser: &Driver, site: &Site) {
    let axe = accessibility::axe();
    browser.open(&site.at("/portal/surveys"));
    tab_to(browser, "main a[href^='/portal/surveys/']");
    browser.key(ENTER);
    browser.sees("main", "每台设备答一次");
    browser.find("input[name=work]");
    fill(browser, "duo yidian tiyu huodong");
    browser.key(ENTER);
    browser.sees("main", "答卷已收到");
    looks_right(browser, "thanks for the answers", axe.as_deref());
}

/// Chooses the right options of an exam's question, and saves.
pub fn chooses_by_keys(browser: &Driver, right: &[&str]) {
    let script = "const right = new Set(arguments[0]); \
        const all = [...document.querySelectorAll('label.option')]; \
        const wanted = all.flatMap((label, at) => \
          right.has(label.textContent.split('．')[1].trim()) ? [at] : []); \
        return [all[0].querySelector('input').type, wanted]";
    let asked = browser.run(script, json!([right]));
    let wanted: Vec<u64> = asked[1]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    tab_to(browser, "label.option input");
    if asked[0] == "radio" {
        browser.key(SPACE);
        for _ in 0..wanted[0] {
            browser.key(DOWN);
        }
    } else {
        for at in 0..=*wanted.last().unwrap() {
            if wanted.contains(&at) {
                browser.key(SPACE);
            }
            browser.key(TAB);
        }
    }
    let here = "return document.activeElement.matches('.form-buttons .btn-primary')";
    if browser.run(here, json!([])).as_bool() != Some(true) {
        tab_to(browser, ".form-buttons .btn-primary");
    }
    browser.key(ENTER);
}
