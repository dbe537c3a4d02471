//! A security key, plugged into the browser by its own driver: added by the clerk, and asked for
//! at the next sign-in. Runs on the site's name `localhost`, since keys work with names only.

use serde_json::json;

use crate::{driver::Driver, site::Site};

/// Adds a key, signs out, signs in with it, and gives it up again.
pub fn finishes_a_sign_in(browser: &Driver, site: &Site) {
    let here = |path: &str| site.at(path).replace("127.0.0.1", "localhost");
    let key = browser.plug_in_key();
    browser.open(&here("/sign-in"));
    enter(browser);
    browser.sees("h1", "今日");
    browser.open(&here("/me/security-keys"));
    browser.write("form[data-key] [name=name]", "钥匙串上的");
    browser.write("form[data-key] [name=password]", Site::PASSWORD);
    browser.press("插入密钥并登记");
    browser.sees("main", "恢复码");
    browser.open(&here("/me"));
    browser.sees("main", "1 把");
    browser.command("Network.clearBrowserCookies", json!({}));

    browser.open(&here("/sign-in"));
    enter(browser);
    browser.press("用安全密钥登录");
    browser.sees("h1", "今日");

    browser.open(&here("/me/security-keys"));
    browser.write("form.inline-form [name=password]", Site::PASSWORD);
    browser.press("停用");
    browser.sees("main", "还没有安全密钥");
    browser.unplug_key(&key);
    browser.command("Network.clearBrowserCookies", json!({}));
}

fn enter(browser: &Driver) {
    browser.write("#login", "clerk");
    browser.write("#password", &format!("{}\u{e007}", Site::PASSWORD));
}
