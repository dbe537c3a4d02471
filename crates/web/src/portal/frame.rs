//! The frame of the portal's pages: first line, name, search, doors, footer.

use app::AppError;
use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{paths, visit::Visit};
use crate::{
    errors,
    ui::{
        breadcrumbs::Breadcrumbs,
        notice::Link,
        shell::{self, NavLink, Portal},
    },
};

/// What a page brings to its frame.
pub struct View {
    /// Title.
    pub title: String,
    /// The door that it stands behind: one of the addresses in the navigation.
    pub door: &'static str,
    /// Pages above it.
    pub above: Vec<Link>,
    /// What machines read of an article: name and content.
    pub meta: Vec<(&'static str, String)>,
    /// Feed of the page.
    pub feed: Option<(String, String)>,
    /// What was searched for.
    pub searched: String,
    /// The page.
    pub main: Markup,
}

impl View {
    /// A page behind a door.
    pub fn new(door: &'static str, title: impl Into<String>, main: Markup) -> Self {
        Self {
            title: title.into(),
            door,
            above: Vec::new(),
            meta: Vec::new(),
            feed: None,
            searched: String::new(),
            main,
        }
    }
    /// The same page below others.
    #[must_use]
    pub fn below(mut self, above: Vec<Link>) -> Self {
        self.above = above;
        self
    }
}

/// The doors, in their order.
const DOORS: [(&str, &str); 8] = [
    ("首页", paths::HOME),
    ("公开目录", paths::COLUMNS),
    ("我要办", paths::ASK),
    ("查进度", paths::STATUS),
    ("问卷调查", paths::SURVEYS),
    ("学法考试", paths::EXAMS),
    ("年度报告", paths::REPORTS),
    ("查询验证", paths::VERIFY),
];

/// A page in its frame.
pub fn page(visit: &Visit, view: View) -> Markup {
    let organ = visit.organ_name();
    let settings = visit.settings();
    let above = if view.door == paths::HOME && view.above.is_empty() {
        Vec::new()
    } else {
        let mut above = vec![Link::new("首页", paths::HOME)];
        above.extend(view.above);
        above
    };
    let nav = DOORS.iter().map(|(label, href)| NavLink {
        link: Link::new(*label, *href),
        current: *href == view.door,
    });
    let mut meta = vec![
        ("SiteName", organ.clone()),
        ("SiteDomain", settings.address.clone()),
        ("SiteIDCode", settings.footer.site_code.clone()),
    ];
    meta.extend(view.meta);
    let head = html! {
        @for (name, content) in meta.iter().filter(|(_, c)| !c.is_empty()) {
            meta name=(name) content=(content);
        }
        @if let Some((title, href)) = &view.feed {
            link rel="alternate" type="application/atom+xml" title=(title) href=(href);
        }
    };
    shell::portal(&Portal {
        title: view.title.clone(),
        official: format!("{organ}官方网站"),
        genuine: genuine(visit),
        home: paths::HOME.to_owned(),
        search: paths::SEARCH.to_owned(),
        nav: nav.collect(),
        crumbs: Breadcrumbs {
            above,
            here: view.title,
        },
        care: visit.mode.care,
        switches: switches(visit),
        lang: if visit.mode.traditional {
            "zh-Hant"
        } else {
            "zh-CN"
        },
        head,
        searched: view.searched,
        banner: visit.web.banner.as_deref().map(str::to_owned),
        main: view.main,
        footer: footer(visit, &organ),
        organ,
    })
}

fn genuine(visit: &Visit) -> Markup {
    let code = &visit.settings().footer.site_code;
    html! {
        p { "政府网站的域名以 gov.cn 结尾。"
            @if !code.is_empty() { "本站的网站标识码是 " (code) "，页脚也有。" }
        }
        p { "每一条公开信息都有索引号，可以在" a href=(paths::VERIFY) { "“查询验证”" } "核对它是否公开过、改过、撤回过。" }
    }
}

fn switches(visit: &Visit) -> Vec<Link> {
    let back = visit.uri.path();
    let (care, care_value) = match visit.mode.care {
        true => ("标准版", "0"),
        false => ("关怀版", "1"),
    };
    let (script, script_value) = match visit.mode.traditional {
        true => ("简体", "hans"),
        false => ("繁体", "hant"),
    };
    vec![
        Link::new(care, paths::mode("care", care_value, back)),
        Link::new(script, paths::mode("script", script_value, back)),
    ]
}

fn footer(visit: &Visit, organ: &str) -> Markup {
    let f = &visit.settings().footer;
    let lines = [
        ("主办单位", &f.organiser),
        ("承办单位", &f.undertaker),
        ("地址", &f.postal_address),
        ("办公时间", &f.office_hours),
        ("电话", &f.phone),
        ("举报电话", &f.report_phone),
        ("邮箱", &f.email),
    ];
    let records = [
        ("网站标识码", &f.site_code),
        ("ICP备案", &f.icp),
        ("公安备案", &f.police),
    ];
    let missing = f.missing();
    let filled = |pairs: &[(&'static str, &String)]| -> Vec<(&'static str, String)> {
        let kept = pairs.iter().filter(|(_, v)| !v.is_empty());
        kept.map(|(n, v)| (*n, (*v).clone())).collect()
    };
    html! {
        ul.footer-links {
            @for account in f.accounts.iter().filter(|a| a.address.starts_with("https://")) {
                li { a href=(account.address) rel="external noopener" { (account.name)
                    @if !is_government(&account.address) { span.hint { "（将离开政府网站）" } } } }
            }
            li { a href="#top" { "返回顶部" } }
            li { a href=(paths::ABOUT) { "关于我们" } }
            li { a href=(format!("{}#legal", paths::ABOUT)) { "法律声明" } }
            li { a href=(format!("{}#help", paths::ABOUT)) { "使用帮助" } }
            li { a href=(paths::SITE_MAP) { "网站地图" } }
            li { a href=(paths::DATA) { "开放数据" } }
            li { a href=(paths::ask(app::inquiry::Kind::Consultation)) { "网站找错" } }
            @if !visit.web.portal.alone { li { a href=(crate::routes::SIGN_IN) rel="nofollow" { "工作人员登录" } } }
        }
        p.footer-facts {
            @for (name, value) in filled(&lines) { span { (name) "：" (value) } " " }
        }
        p.footer-facts {
            @for (name, value) in filled(&records) { span { (name) "：" (value) } " " }
        }
        @if !missing.is_empty() {
            p.footer-missing { "待" (organ) "填写：" (missing.join("、")) "（设置文件 portal.toml）。" }
        }
    }
}

/// The address is one of a government's site.
fn is_government(address: &str) -> bool {
    let rest = address.strip_prefix("https://").unwrap_or(address);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host == "gov.cn" || host.ends_with(".gov.cn")
}

/// What went wrong, as a page of the portal.
pub fn error(visit: &Visit, error: &AppError) -> Response {
    let (status, title, body) = errors::describe(error, paths::HOME, "返回首页");
    let phone = &visit.settings().footer.phone;
    let main = html! {
        div.page-head { h1 { (title) } }
        (body)
        @if !phone.is_empty() { p { "也可以拨打 " (phone) " 询问。" } }
    };
    let status = match error {
        AppError::Denied(_) => StatusCode::NOT_FOUND,
        _ => status,
    };
    visit.respond(status, View::new("", title, main))
}
