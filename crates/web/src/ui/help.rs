//! Keyboard help: a panel that `?` opens and that is in the page all the time.

use maud::{Markup, html};

use super::words;

/// Keys and what they do.
const KEYS: &[(&str, &str)] = &[
    ("/", "搜索"),
    ("j", "下一行"),
    ("k", "上一行"),
    ("Enter", "打开所在的行"),
    ("?", "打开或关闭这张表"),
    ("Esc", "关闭，回到页面"),
];

/// The keyboard help at the end of a workbench page.
pub fn key_help() -> Markup {
    html! {
        details.key-help #keys {
            summary { (words::KEYS) }
            p.needs-script {
                label for="keys-off" {
                    input type="checkbox" id="keys-off" data-keys-off; " 关闭单键操作"
                }
            }
            dl { @for (key, does) in KEYS { div { dt { kbd { (key) } } dd { (does) } } } }
        }
    }
}
