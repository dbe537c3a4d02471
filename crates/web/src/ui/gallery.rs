//! The gallery: every component in every state on one page.
//!
//! Review and tests look at the same thing. `examples/gallery.rs` writes it to a folder.

use maud::{Markup, html};

use super::head::{PageHead, page_head};
use super::sample::Sample;
use super::shell::{NavPlace, sample_workbench, workbench};
use super::tokens::{Theme, colours};
use super::*;

/// One component in the gallery.
#[derive(Debug, Clone)]
pub struct Exhibit {
    /// Module, also the id of the part.
    pub name: &'static str,
    /// In Chinese.
    pub title: &'static str,
    /// States.
    pub samples: Vec<Sample>,
}

/// Module, title and samples of a component.
type Entry = (&'static str, &'static str, fn() -> Vec<Sample>);

/// All components.
pub fn exhibits() -> Vec<Exhibit> {
    let all: [Entry; 27] = [
        ("button", "按钮与办理", button::samples),
        ("badge", "标记", badge::samples),
        ("clock", "期限", clock::samples),
        ("head", "页首与分栏", head::samples),
        ("breadcrumbs", "当前位置", breadcrumbs::samples),
        ("filter", "筛选", filter::samples),
        ("table", "表格", table::samples),
        ("pagination", "翻页", pagination::samples),
        ("empty", "空页", empty::samples),
        ("form", "表单", form::samples),
        ("field", "填写项", field::samples),
        ("notice", "提示", notice::samples),
        ("facts", "事项", facts::samples),
        ("stages", "环节", stages::samples),
        ("flow", "流程图", flow::samples),
        ("timeline", "留痕", timeline::samples),
        ("board", "期限板", board::samples),
        ("stat", "数字", stat::samples),
        ("chart", "图", chart::samples),
        ("tabs", "切换", tabs::samples),
        ("import", "导入预览", import::samples),
        ("progress", "长时间的工作", progress::samples),
        ("paper", "报告纸面", paper::samples),
        ("desk", "报告桌", desk::samples),
        ("receipt", "数据来历", receipt::samples),
        ("proof", "存证", proof::samples),
        ("icons", "图标", icons::samples),
    ];
    all.into_iter()
        .map(|(name, title, samples)| Exhibit {
            name,
            title,
            samples: samples(),
        })
        .collect()
}

/// The gallery page.
pub fn gallery() -> Markup {
    let exhibits = exhibits();
    let main = html! {
        (page_head(&PageHead {
            title: "组件陈列".into(),
            count: Some(format!("{} 种", exhibits.len())),
            lede: Some("每种组件的各种状态：空、平常、满、出错。".into()),
            ..PageHead::default()
        }))
        section.exhibit id="x-tokens" {
            h2 { "颜色 " code { "tokens" } }
            @for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
                p.exhibit-state { (name) }
                ul.icon-set {
                    @for (token, value) in colours(theme) {
                        li {
                            svg.swatch width="20" height="20" aria-hidden="true" {
                                rect width="20" height="20" fill=(value) {}
                            }
                            " " (token) " " code { (value) }
                        }
                    }
                }
            }
        }
        @for one in &exhibits {
            section.exhibit id=(format!("x-{}", one.name)) {
                h2 { (one.title) " " code { (one.name) } }
                @for sample in &one.samples {
                    p.exhibit-state { (sample.state) }
                    div.exhibit-sample { (sample.markup) }
                }
            }
        }
    };
    workbench(&sample_workbench("组件陈列", NavPlace::Side, main))
}

/// All pages of the gallery: file name and page.
pub fn pages() -> Vec<(&'static str, Markup)> {
    vec![
        ("gallery.html", gallery()),
        (
            "ledger.html",
            workbench(&sample_workbench(
                "12345 投诉",
                NavPlace::Side,
                ledger_page(),
            )),
        ),
        (
            "care.html",
            workbench(&shell::Workbench {
                care: true,
                ..sample_workbench("12345 投诉（关怀版）", NavPlace::Side, ledger_page())
            }),
        ),
        (
            "entry.html",
            workbench(&sample_workbench(
                "12345-2022-0304",
                NavPlace::Side,
                entry_page(),
            )),
        ),
        (
            "today.html",
            workbench(&sample_workbench("今日", NavPlace::Side, today_page())),
        ),
        (
            "figure.html",
            workbench(&sample_workbench(
                "12345 投诉办结率",
                NavPlace::Side,
                figure_page(),
            )),
        ),
        (
            "desk.html",
            workbench(&sample_workbench(
                "2022 年法治政府建设报告",
                NavPlace::Top,
                desk_page(),
            )),
        ),
        ("sign-in.html", shell::sign_in(&sign_in_page())),
        ("paper.html", shell::paper_page(&paper_page())),
        ("portal.html", shell::portal(&portal_page())),
        ("wall.html", shell::wall(&wall_page())),
    ]
}

/// A ledger list made of components, to see them together.
fn ledger_page() -> Markup {
    let states = |samples: Vec<Sample>, state: &str| {
        samples
            .into_iter()
            .find(|sample| sample.state == state)
            .map(|sample| sample.markup)
    };
    html! {
        @for part in [head::samples(), filter::samples(), table::samples(), pagination::samples()] {
            @if let Some(markup) = states(part, "usual") { (markup) }
        }
    }
}

fn entry_page() -> Markup {
    use head::{Columns, Panel, columns, panel};
    let one = |samples: Vec<Sample>, at: usize| samples.into_iter().nth(at).map(|s| s.markup);
    html! {
        @if let Some(head) = one(head::samples(), 1) { (head) }
        @if let Some(flow) = one(stages::samples(), 0) { (flow) }
        (columns(&Columns {
            main: html! {
                @if let Some(body) = one(facts::samples(), 0) { (panel(&Panel::new("facts", "事项", body))) }
                @if let Some(body) = one(timeline::samples(), 0) { (panel(&Panel::new("history", "留痕", body))) }
            },
            aside: html! {
                @if let Some(body) = one(button::samples(), 2) { (panel(&Panel::new("acts", "现在可以办理", body))) }
                @if let Some(body) = one(clock::samples(), 0) { (panel(&Panel::new("clocks", "期限", body))) }
            },
            aside_first: true,
        }))
    }
}

fn today_page() -> Markup {
    use tabs::{Tab, tabs};
    let scope = [
        Tab::new("我的", "#mine", true).count(12),
        Tab::new("科室", "#section", false).count(31),
    ];
    html! {
        (page_head(&PageHead {
            title: "今日".into(),
            count: Some("逾期 1 · 今天 1 · 本周 2".into()),
            ..PageHead::default()
        }))
        (tabs("范围", &scope))
        @for sample in board::samples() {
            @if sample.state == "usual" { (sample.markup) }
        }
    }
}

fn figure_page() -> Markup {
    use chart::{bar, column, line, share};
    use head::{Columns, Panel, columns, panel};
    let first = |samples: Vec<Sample>| samples.into_iter().next().map(|sample| sample.markup);
    html! {
        (page_head(&PageHead { title: "12345 投诉办结率".into(), ..PageHead::default() }))
        (columns(&Columns {
            main: html! {
                (panel(&Panel::new("course", "对上年", html! { @if let Some(drawn) = first(line::samples()) { (drawn) } })))
                (panel(&Panel::new("months", "按月", html! { (column::columns(&column::by_month("months-chart"))) })))
                (panel(&Panel::new("districts", "按区", html! { @if let Some(drawn) = first(bar::samples()) { (drawn) } })))
                (panel(&Panel::new("kinds", "按事项", html! { @if let Some(drawn) = first(share::samples()) { (drawn) } })))
            },
            aside: receipt::sample(),
            aside_first: true,
        }))
    }
}

fn desk_page() -> Markup {
    use button::{Button, button};
    use desk::{Desk, desk, picker, sample_outline, sample_picker};
    use tabs::{Tab, tabs};
    let paper = paper::Paper {
        head: None,
        mark: Some("草稿".into()),
        ..paper::sample_paper()
    };
    let side = [
        Tab::new("数据来历", "#receipt", true),
        Tab::new("未溯源", "#untraced", false).count(1),
        Tab::new("放入数据", "#picker", false),
    ];
    html! {
        (page_head(&PageHead {
            title: "2022 年法治政府建设报告".into(),
            badges: vec![
                badge::Badge::stage("草稿"),
                badge::Badge::new(badge::Tone::Soon, "未溯源 1 个数"),
            ],
            actions: vec![Button::submit("冻结报告"), Button::download("下载 DOCX", "#docx")],
            ..PageHead::default()
        }))
        (desk(&Desk {
            outline: sample_outline(),
            paper: html! { (paper::paper(&paper)) (button(&Button::go("编写这一部分", "#edit").quiet())) },
            side: html! { (tabs("报告旁", &side)) (receipt::sample()) (picker(&sample_picker())) },
        }))
    }
}

fn sign_in_page() -> shell::SignIn {
    use button::Button;
    use field::{Control, Field};
    use form::{Form, FormPart, form};
    let fields = vec![
        Field::new(
            "name",
            "用户名",
            Control::Text {
                value: String::new(),
            },
        )
        .required(),
        Field::new(
            "password",
            "密码",
            Control::Password {
                autocomplete: "current-password",
            },
        )
        .required(),
    ];
    shell::SignIn {
        title: "登录工作台".into(),
        organ: "云川市教育局".into(),
        about: Some("法治政府建设台账：事项留痕，数据可查，报告有据。".into()),
        note: None,
        main: form(&Form {
            id: "sign-in".into(),
            action: "#".into(),
            token: "t0".into(),
            parts: vec![FormPart {
                fields,
                ..FormPart::default()
            }],
            buttons: vec![Button::submit("登录")],
            ..Form::default()
        }),
    }
}

fn paper_page() -> shell::PaperPage {
    use button::{Button, Press};
    shell::PaperPage {
        title: "云川市教育局关于2022年法治政府建设情况的报告".into(),
        tools: vec![
            Button::go("返回报告", "#desk").quiet(),
            Button::download("下载 DOCX", "#docx"),
            Button {
                press: Press::Print,
                ..Button::go("打印", "")
            },
        ],
        paper: paper::paper(&paper::sample_paper()),
    }
}

fn portal_page() -> shell::Portal {
    use breadcrumbs::Breadcrumbs;
    use notice::Link;
    let column = |label: &str, current| shell::NavLink {
        link: Link::new(label, "#"),
        current,
    };
    shell::Portal {
        title: "公开目录".into(),
        organ: "云川市教育局".into(),
        official: "云川市教育局官方网站".into(),
        genuine: html! { p { "政府网站域名以 gov.cn 结尾，页脚有网站标识码。" } },
        home: "#".into(),
        search: "#search".into(),
        nav: vec![
            column("公开目录", true),
            column("我要申请", false),
            column("验证", false),
        ],
        crumbs: Breadcrumbs {
            above: vec![Link::new("首页", "#")],
            here: "公开目录".into(),
        },
        care: false,
        switches: vec![Link::new("关怀版", "#care")],
        lang: "zh-CN",
        head: html! {},
        searched: String::new(),
        banner: None,
        main: html! {
            (page_head(&PageHead { title: "公开目录".into(), ..PageHead::default() }))
            p { "按栏目查看公开的事项、决定和报告。" }
        },
        footer: html! { p { "主办单位：云川市教育局" } },
    }
}

fn wall_page() -> shell::Wall {
    let drawn = ["云川市第三幼儿园", "云川市第一中学", "某某培训学校有限公司"];
    shell::Wall {
        title: "双随机抽查：抽中 20 / 412".into(),
        organ: "云川市教育局".into(),
        step: "步骤 4/6  种子已公开".into(),
        main: html! { ol.wall-list { @for one in drawn { li { (one) } } } },
    }
}

#[cfg(test)]
mod tests;
