//! Page shells: what is around a page.
//!
//! | shell | for |
//! |---|---|
//! | [`workbench`] | every page of staff |
//! | [`sign_in`] | signing in, changing a password |
//! | [`paper_page`] | a report as it prints, without anything around it |
//! | [`portal`] | citizens' pages |
//! | [`wall`] | a hall screen, readable from the last row |
//!
//! No page has inline script or style, so the content security policy can be
//! [`CONTENT_SECURITY_POLICY`].

use maud::{Markup, html};

use super::assets;
use super::breadcrumbs::{Breadcrumbs, breadcrumbs};
use super::button::{Button, button};
use super::help::key_help;
use super::icons::{Icon, icon};
use super::notice::{Flash, Link, flash, link};
use super::raw::doctype;
use super::sample::Sample;
use super::words;

/// The policy that all pages keep: nothing inline, nothing from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The areas of the workbench, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Deadlines and my work.
    Today,
    /// Ledgers.
    Ledgers,
    /// What units are asked for.
    Collections,
    /// Figures.
    Figures,
    /// Pages over several ledgers.
    Topics,
    /// Reports.
    Reports,
    /// Random inspections.
    Draws,
    /// Log and proofs.
    Proofs,
    /// Publications, the in-box, questionnaires and exams.
    Publishing,
    /// Administration.
    Admin,
}

impl Area {
    /// What it says.
    pub fn label(self) -> &'static str {
        match self {
            Area::Today => "今日",
            Area::Ledgers => "台账",
            Area::Collections => "填报",
            Area::Figures => "数据",
            Area::Topics => "专题",
            Area::Reports => "报告",
            Area::Draws => "抽查",
            Area::Proofs => "存证",
            Area::Publishing => "公开",
            Area::Admin => "管理",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Area::Today => Icon::Today,
            Area::Ledgers => Icon::Ledger,
            Area::Collections => Icon::Import,
            Area::Figures => Icon::Figure,
            Area::Topics => Icon::Check,
            Area::Reports => Icon::Report,
            Area::Draws => Icon::Check,
            Area::Proofs => Icon::Proof,
            Area::Publishing => Icon::Publish,
            Area::Admin => Icon::Admin,
        }
    }
}

/// One area in the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Which area.
    pub area: Area,
    /// Its first page.
    pub href: String,
    /// What waits there.
    pub count: Option<u32>,
    /// Pages below the current area, shown on wide screens.
    pub below: Vec<NavLink>,
}

/// A page below an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// Where and what.
    pub link: Link,
    /// It is this page.
    pub current: bool,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserMenu {
    /// Name.
    pub name: String,
    /// Section and role: `法规科 · 法规科人员`.
    pub role: String,
    /// Own pages (password, sessions).
    pub links: Vec<Link>,
    /// Where signing out is posted.
    pub sign_out: String,
    /// Form token.
    pub token: String,
}

/// Where the navigation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NavPlace {
    /// At the side: most pages.
    #[default]
    Side,
    /// Above: pages that need the width, as the report desk.
    Top,
}

/// A page of the workbench.
#[derive(Debug, Clone)]
pub struct Workbench {
    /// Title of the page in the browser: `12345-2022-0304 · 12345 投诉`.
    pub title: String,
    /// Organ.
    pub organ: String,
    /// Where the product name leads.
    pub home: String,
    /// Where the search box leads (GET, field `q`); none hides it.
    pub search: Option<String>,
    /// What was searched for.
    pub searched: String,
    /// Who is signed in.
    pub user: UserMenu,
    /// Areas that this user may see.
    pub nav: Vec<NavItem>,
    /// The area of this page.
    pub current: Option<Area>,
    /// Where the navigation is.
    pub nav_place: NavPlace,
    /// Where this page is.
    pub crumbs: Breadcrumbs,
    /// What the act before this page did.
    pub flash: Option<Flash>,
    /// A line that must be seen on every page: `演示数据，时钟停在 2022年12月7日`.
    pub banner: Option<String>,
    /// Large type (关怀版).
    pub care: bool,
    /// Footer: links (help, law list) and the version.
    pub footer: Vec<Link>,
    /// The page.
    pub main: Markup,
}

/// What every page has: head, language, stylesheet, script.
fn document(title: &str, body_class: &str, care: bool, body: Markup) -> Markup {
    page(title, body_class, care, "zh-CN", &html! {}, body)
}

fn page(
    title: &str,
    body_class: &str,
    care: bool,
    lang: &str,
    head: &Markup,
    body: Markup,
) -> Markup {
    html! {
        (doctype())
        html lang=(lang) class=[care.then_some("care")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                (head)
                link rel="stylesheet" href=(assets::href("yifa.css"));
                link rel="icon" type="image/svg+xml" href=(assets::href("yifa.svg"));
                script type="module" src=(assets::href("js/main.js")) {}
            }
            body class=[(!body_class.is_empty()).then_some(body_class)] {
                a.skip href="#main" { (words::SKIP) }
                (body)
                p.unseen #live role="status" aria-live="polite" {}
            }
        }
    }
}

fn title_of(page: &str, organ: &str) -> String {
    format!("{page} - {organ} {}", words::PRODUCT)
}

/// A page of staff.
pub fn workbench(view: &Workbench) -> Markup {
    let class = match view.nav_place {
        NavPlace::Side => "nav-side",
        NavPlace::Top => "nav-top",
    };
    let body = html! {
        (top_bar(view))
        @if let Some(banner) = &view.banner {
            section.banner aria-label=(words::BANNER) { (icon(Icon::Info)) p { (banner) } }
        }
        div.bench {
            (navigation(view))
            div.bench-page {
                (breadcrumbs(&view.crumbs))
                @if let Some(line) = &view.flash { (flash(line)) }
                main #main tabindex="-1" { (view.main) }
                (footer(&view.footer))
            }
        }
        (key_help())
    };
    document(&title_of(&view.title, &view.organ), class, view.care, body)
}

fn top_bar(view: &Workbench) -> Markup {
    html! {
        header.top-bar {
            a.brand href=(view.home) { span.brand-name { (words::PRODUCT) } span.brand-organ { (view.organ) } }
            @if let Some(action) = &view.search {
                form.top-search method="get" action=(action) role="search" aria-label=(words::SEARCH_ALL) {
                    label.unseen for="top-q" { (words::SEARCH) }
                    (icon(Icon::Search))
                    input type="search" id="top-q" name="q" value=(view.searched)
                        placeholder=(words::SEARCH_HINT) data-search;
                    kbd.top-search-key aria-hidden="true" { "/" }
                }
            }
            (user_menu(&view.user))
        }
    }
}

fn user_menu(view: &UserMenu) -> Markup {
    html! {
        details.user-menu data-menu {
            summary { (icon(Icon::Person)) span { (view.name) } span.user-role { (view.role) } }
            div.menu {
                p.menu-who { (view.name) br; span.hint { (view.role) } }
                @for one in &view.links { (link(one)) }
                a href="#keys" data-keys { (words::KEYS) " " kbd { "?" } }
                form method="post" action=(view.sign_out) data-forget-drafts {
                    input type="hidden" name=(super::button::TOKEN_FIELD) value=(view.token);
                    button.btn.btn-quiet type="submit" { (words::SIGN_OUT) }
                }
            }
        }
    }
}

fn navigation(view: &Workbench) -> Markup {
    html! {
        nav.side aria-label=(words::NAVIGATION) {
            ul {
                @for item in &view.nav {
                    @let current = view.current == Some(item.area);
                    li {
                        a.nav-item .nav-current[current] href=(item.href)
                            aria-current=[current.then_some("true")] {
                            (icon(item.area.icon())) span { (item.area.label()) }
                            @if let Some(count) = item.count { " " span.nav-count { (count) } }
                        }
                        @if current && !item.below.is_empty() {
                            ul.nav-below {
                                @for one in &item.below {
                                    li {
                                        a href=(one.link.href) aria-current=[one.current.then_some("page")] {
                                            (one.link.label)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn footer(links: &[Link]) -> Markup {
    html! {
        footer.page-footer {
            p {
                span { (words::PRODUCT) " · 台账有据，数据可查" }
                @for one in links { (link(one)) }
            }
        }
    }
}

/// The page for signing in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Title of the page.
    pub title: String,
    /// Organ.
    pub organ: String,
    /// What is said beside the form, one or two sentences.
    pub about: Option<String>,
    /// What must be seen: session ended, demonstration accounts.
    pub note: Option<Markup>,
    /// The form.
    pub main: Markup,
}

/// The page for signing in.
pub fn sign_in(view: &SignIn) -> Markup {
    let body = html! {
        div.sign-in {
            header.sign-in-head {
                p.brand { span.brand-name { (words::PRODUCT) } }
                p.sign-in-organ { (view.organ) }
                @if let Some(about) = &view.about { p.sign-in-about { (about) } }
            }
            main.sign-in-main #main tabindex="-1" {
                h1 { (view.title) }
                @if let Some(note) = &view.note { (note) }
                (view.main)
            }
        }
    };
    document(&title_of(&view.title, &view.organ), "", false, body)
}

/// A report as it prints.
#[derive(Debug, Clone)]
pub struct PaperPage {
    /// Title in the browser and of the printed file.
    pub title: String,
    /// Shown on screen above the paper, never printed: back, download, print.
    pub tools: Vec<Button>,
    /// The paper ([`super::paper::paper`]).
    pub paper: Markup,
}

/// A report as it prints: A4, 28 characters × 22 lines, page numbers outside.
pub fn paper_page(view: &PaperPage) -> Markup {
    let body = html! {
        @if !view.tools.is_empty() {
            nav.paper-tools aria-label=(words::PAPER_TOOLS) { @for one in &view.tools { (button(one)) } }
        }
        main #main tabindex="-1" { (view.paper) }
    };
    document(&view.title, "paper-page", false, body)
}

/// A citizens' page.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Title of the page.
    pub title: String,
    /// Organ.
    pub organ: String,
    /// The first line: `云川市教育局官方网站`.
    pub official: String,
    /// How to tell that it is genuine, behind the first line.
    pub genuine: Markup,
    /// Where the name leads.
    pub home: String,
    /// Where the search box leads (GET, field `q`).
    pub search: String,
    /// Columns.
    pub nav: Vec<NavLink>,
    /// Where this page is.
    pub crumbs: Breadcrumbs,
    /// Large type (关怀版) and the address of the same page in the other size.
    pub care: bool,
    /// Switches: size of type, script, sign-in.
    pub switches: Vec<Link>,
    /// Language of the page: `zh-CN`, or `zh-Hant` in traditional characters.
    pub lang: &'static str,
    /// What machines read: metadata, feeds.
    pub head: Markup,
    /// What was searched for.
    pub searched: String,
    /// A line that must be seen on every page.
    pub banner: Option<String>,
    /// The page.
    pub main: Markup,
    /// Legal set of the footer.
    pub footer: Markup,
}

/// A citizens' page.
pub fn portal(view: &Portal) -> Markup {
    let body = html! {
        details.official { summary { (view.official) } div { (view.genuine) } }
        header.portal-head {
            a.portal-name href=(view.home) { (view.organ) }
            form.top-search method="get" action=(view.search) role="search" aria-label=(words::SEARCH_SITE) {
                label.unseen for="top-q" { (words::SEARCH) }
                (icon(Icon::Search))
                input type="search" id="top-q" name="q" value=(view.searched)
                    placeholder="名称、文号、学校" data-search;
                button.btn type="submit" { (words::SEARCH) }
            }
            ul.portal-switches { @for one in &view.switches { li { (link(one)) } } }
        }
        @if let Some(banner) = &view.banner {
            section.banner aria-label=(words::BANNER) { (icon(Icon::Info)) p { (banner) } }
        }
        nav.portal-nav aria-label=(words::NAVIGATION) {
            ul { @for one in &view.nav { li { a href=(one.link.href) aria-current=[one.current.then_some("page")] { (one.link.label) } } } }
        }
        div.portal-page {
            (breadcrumbs(&view.crumbs))
            main #main tabindex="-1" { (view.main) }
        }
        footer.portal-footer { (view.footer) }
    };
    let title = format!("{} - {}", view.title, view.organ);
    page(&title, "portal", view.care, view.lang, &view.head, body)
}

/// A hall screen.
#[derive(Debug, Clone)]
pub struct Wall {
    /// Title.
    pub title: String,
    /// Organ.
    pub organ: String,
    /// `步骤 4/6 种子已公开`.
    pub step: String,
    /// At most ten lines.
    pub main: Markup,
}

/// A hall screen: 40 px and more.
pub fn wall(view: &Wall) -> Markup {
    let body = html! {
        header.wall-head { p.wall-step { (view.step) } p { (view.organ) } }
        main #main tabindex="-1" { h1 { (view.title) } (view.main) }
    };
    document(&title_of(&view.title, &view.organ), "wall", false, body)
}

/// A workbench around anything, as the gallery shows it.
pub fn sample_workbench(title: &str, place: NavPlace, main: Markup) -> Workbench {
    let item = |area, count, below| NavItem {
        area,
        href: "#".into(),
        count,
        below,
    };
    let below = |label: &str, current| NavLink {
        link: Link::new(label, "#"),
        current,
    };
    Workbench {
        title: title.into(),
        organ: "云川市教育局".into(),
        home: "#".into(),
        search: Some("#search".into()),
        searched: String::new(),
        user: UserMenu {
            name: "李文".into(),
            role: "法规科".into(),
            links: vec![Link::new("修改密码", "#password")],
            sign_out: "#sign-out".into(),
            token: "t0".into(),
        },
        nav: vec![
            item(Area::Today, Some(12), vec![]),
            item(
                Area::Ledgers,
                None,
                vec![
                    below("12345 投诉", true),
                    below("培训机构", false),
                    below("行政处罚案件", false),
                    below("法治宣传活动", false),
                ],
            ),
            item(Area::Figures, None, vec![]),
            item(Area::Reports, None, vec![]),
            item(Area::Proofs, None, vec![]),
            item(Area::Admin, None, vec![]),
        ],
        current: Some(Area::Ledgers),
        nav_place: place,
        crumbs: Breadcrumbs {
            above: vec![Link::new("台账", "#")],
            here: title.into(),
        },
        flash: None,
        banner: Some("演示数据。系统时钟：2022年12月7日（星期三）".into()),
        care: false,
        footer: vec![Link::new("使用手册", "#"), Link::new("法律依据", "#")],
        main,
    }
}

/// Shells are whole pages, so the gallery has a page for each instead of samples.
pub fn samples() -> Vec<Sample> {
    Vec::new()
}
