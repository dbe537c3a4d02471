//! Long work: what it does, how far it is, that it can be left, and what came of it.

use maud::{Markup, html};

use super::badge::Tone;
use super::notice::{Link, Notice, link, notice};
use super::sample::Sample;

/// Long work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Id of the part, unique on the page.
    pub id: String,
    /// What it does: `正在导入 12345投诉-2022.xlsx`.
    pub what: String,
    /// How far, in words: `第 3 步，共 4 步：写入记录，已写 12,000 行`.
    pub state: String,
    /// Done and all, if known.
    pub share: Option<(u64, u64)>,
    /// Address that answers with this part again, asked every two seconds with JavaScript.
    pub poll: Option<String>,
    /// The same page, for those without JavaScript.
    pub refresh: String,
}

/// Long work while it runs.
pub fn progress(view: &Progress) -> Markup {
    html! {
        div.progress id=(view.id) data-poll=[view.poll.as_deref()] data-said=(view.state) {
            p.notice-title { (view.what) }
            @match view.share {
                Some((done, all)) => progress aria-label=(view.what) max=(all.max(1)) value=(done.min(all)) {},
                None => progress aria-label=(view.what) {},
            }
            p { (view.state) }
            p.hint { "可以离开本页，工作会继续，完成后在“今日”里告诉您。" (link(&Link::new("刷新", view.refresh.as_str()))) }
        }
    }
}

/// Long work after it ended, with what came of it.
pub fn progress_done(id: &str, tone: Tone, text: &str, result: &Link) -> Markup {
    html! {
        div id=(id) data-said=(text) {
            (notice(&Notice::new(tone, text).with(html! { (link(result)) })))
        }
    }
}

/// Samples for the gallery.
pub fn samples() -> Vec<Sample> {
    let usual = Progress {
        id: "sample-progress".into(),
        what: "正在导入 12345投诉-2022.xlsx".into(),
        state: "已写入 12,000 行，共 100,000 行。".into(),
        share: Some((12_000, 100_000)),
        poll: None,
        refresh: "#again".into(),
    };
    let unknown = Progress {
        id: "sample-progress-unknown".into(),
        state: "正在读取表格。".into(),
        share: None,
        ..usual.clone()
    };
    let result = Link::new("查看 301 条新记录", "#new");
    vec![
        Sample::usual(html! { (progress(&usual)) (progress(&unknown)) }),
        Sample::named(
            "done",
            progress_done(
                "sample-done",
                Tone::Done,
                "已导入 301 行，没有退回。",
                &result,
            ),
        ),
        Sample::erroneous(progress_done(
            "sample-failed",
            Tone::Late,
            "导入没有完成：磁盘已满。没有写入任何记录。",
            &Link::new("回到上传", "#upload"),
        )),
    ]
}
