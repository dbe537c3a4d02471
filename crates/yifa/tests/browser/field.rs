//! The field page on a telephone: without a network, with two devices, with a wrong clock, full.

use serde_json::json;

use crate::{draws::DRAW, driver::Driver, site::Site};

const FIELD: &str = "/field/";

/// Opens the page and waits until it can do without a network.
fn open(browser: &Driver, site: &Site) {
    browser.open(&site.at(FIELD));
    browser.find("html[data-ready=offline]");
    browser.find(".field-tasks a");
}

/// Opens a form by its place: which task, which item.
fn open_form(browser: &Driver, task: usize, form: usize) {
    browser.run("location.hash = ''", json!([]));
    browser.find(".field-tasks a");
    let choose = "document.querySelectorAll('.field-tasks a')[arguments[0]].click()";
    browser.run(choose, json!([task]));
    browser.sees("main", "检查通知");
    browser.find("canvas.field-code");
    browser.run(choose, json!([form]));
    browser.find("[data-form]");
}

/// Fills the form: everything is in order, a photo, a signature.
fn fill(browser: &Driver) {
    let answer = "for (const set of document.querySelectorAll('[data-form] fieldset')) \
                  set.querySelector('input').click()";
    browser.run(answer, json!([]));
    browser.write("#place", "食堂后厨");
    let photo = "const done = arguments[0]; const canvas = document.createElement('canvas'); \
                 canvas.width = 2400; canvas.height = 1200; \
                 canvas.getContext('2d').fillRect(0, 0, 900, 900); \
                 canvas.toBlob((blob) => { \
                   const files = new DataTransfer(); \
                   files.items.add(new File([blob], 'a.png', { type: 'image/png' })); \
                   const field = document.querySelector('#photos'); field.files = files.files; \
                   field.dispatchEvent(new Event('change')); done(true); })";
    browser.run_later(photo, json!([]));
    browser.find("canvas.field-photo");
    let sign = "const pad = document.querySelector('canvas.field-sign'); \
                const box = pad.getBoundingClientRect(); \
                const at = (name, x, y) => pad.dispatchEvent(new PointerEvent(name, \
                  { clientX: box.left + x, clientY: box.top + y, bubbles: true })); \
                pad.setPointerCapture = () => {}; \
                at('pointerdown', 20, 20); at('pointermove', 90, 60); at('pointermove', 150, 20); \
                at('pointerup', 150, 20)";
    browser.run(sign, json!([]));
    browser.sees("[data-form]", "草稿已存在本机");
}

fn save(browser: &Driver) {
    browser.click(&browser.find("[data-form] button[type=submit]"));
}

/// Fetched with a network, filled in without one, closed and opened again, sent when it is back.
pub fn works_with_the_plug_pulled(browser: &Driver, site: &mut Site) {
    site.sign_in(browser, "legal");
    open(browser, site);
    site.stop();
    // Opened anew: the page comes from the telephone.
    browser.open(&site.at(FIELD));
    open_form(browser, 0, 0);
    fill(browser);
    // Closed in the middle of it: the draft is there.
    browser.open("about:blank");
    browser.open(&site.at(FIELD));
    open_form(browser, 0, 0);
    let place = browser.run("return document.querySelector('#place').value", json!([]));
    assert_eq!(place, "食堂后厨");
    browser.find("canvas.field-photo");
    save(browser);
    browser.sees(".field-records", "保存在本机，等待送回");
    browser.open("about:blank");
    browser.open(&site.at(FIELD));
    browser.sees(".field-records", "保存在本机，等待送回");
    site.start_again();
    browser.press("现在同步");
    browser.sees(".field-records", "已送回，已入账");
    // Again and again: it has arrived once.
    browser.press("现在同步");
    browser.open(&site.at(FIELD));
    browser.sees(".field-records", "已送回，已入账");
    let records = records(browser, site);
    assert_eq!(records, 1);
    browser.sees("#records", "食堂后厨");
    browser.sees("#records", "图 2");
    browser.press("台账记录");
    browser.sees("#history", "登记");
}

/// How many records the office has.
fn records(browser: &Driver, site: &Site) -> u64 {
    browser.open(&site.at(&format!("/inspections/{DRAW}")));
    browser.sees("#records", "现场记录");
    browser.count("#records tbody tr")
}

/// A colleague does the same task with another telephone: both records are kept, one is entered.
pub fn two_devices_open_one_entry(browser: &Driver, site: &Site) {
    let Some(other) = Driver::start() else {
        return;
    };
    site.sign_in(&other, "legal");
    open(&other, site);
    open_form(&other, 0, 0);
    fill(&other);
    save(&other);
    other.sees(".field-records", "这份并存");
    assert_eq!(records(browser, site), 2);
    browser.sees("#records", "并存不入账");
}

/// A telephone whose clock is three years behind: the time as recorded is kept, the day is right.
pub fn a_wrong_clock_is_noted_and_put_right(site: &Site) {
    let Some(other) = Driver::start() else {
        return;
    };
    let slow = "const Right = Date; const behind = 3 * 365 * 86400000; \
                globalThis.Date = class extends Right { \
                  constructor(...given) { given.length ? super(...given) : super(Right.now() - behind); } \
                  static now() { return Right.now() - behind; } };";
    let on_every_page = json!({ "source": slow });
    other.command("Page.addScriptToEvaluateOnNewDocument", on_every_page);
    site.sign_in(&other, "legal");
    open(&other, site);
    open_form(&other, 1, 0);
    fill(&other);
    save(&other);
    other.sees(".field-records", "已送回，已入账");
    assert_eq!(records(&other, site), 3);
    other.sees("#records", "设备时钟");
}

/// The key of the record that this page has put on the disk last.
fn saved(browser: &Driver) -> String {
    browser.find("html[data-saved]");
    let key = browser.run("return document.documentElement.dataset.saved", json!([]));
    key.as_str().unwrap().to_owned()
}

/// No room left: said plainly, and nothing typed is gone; with room again it is sent, once.
pub fn a_full_telephone_loses_nothing(browser: &Driver, site: &Site) {
    open(browser, site);
    open_form(browser, 2, 1);
    fill(browser);
    // What a browser answers where there is no room: every write is refused.
    let full = "globalThis.room = IDBObjectStore.prototype.put; \
                IDBObjectStore.prototype.put = () => { \
                  throw new DOMException('no room', 'QuotaExceededError'); }";
    browser.run(full, json!([]));
    save(browser);
    browser.sees("[data-form]", "手机存储已满");
    let place = browser.run("return document.querySelector('#place').value", json!([]));
    assert_eq!(place, "食堂后厨");
    browser.find("canvas.field-photo");
    let cleared = "IDBObjectStore.prototype.put = globalThis.room";
    browser.run(cleared, json!([]));
    save(browser);
    let key = saved(browser);
    browser.find(&format!(
        ".field-records [data-record='{key}'][data-record-state=sent]"
    ));
    assert_eq!(records(browser, site), 4);
}
