//! The frame of every staff page: navigation, who is signed in, what just happened.

use app::{Action, Resource, authorise::authorise};
use maud::Markup;

use crate::{
    context::Page,
    pages::{inbox, registers},
    routes,
    ui::{
        badge::Tone,
        breadcrumbs::Breadcrumbs,
        notice::{Flash, Link},
        shell::{Area, NavItem, NavLink, NavPlace, UserMenu, Workbench},
    },
};

/// What a page brings to its frame.
pub struct View {
    /// Title in the browser.
    pub title: String,
    /// The area it belongs to.
    pub area: Option<Area>,
    /// Pages above it.
    pub above: Vec<Link>,
    /// Needs the whole width.
    pub wide: bool,
    /// What was searched for.
    pub searched: String,
    /// The page.
    pub main: Markup,
}

impl View {
    /// A page without area.
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self {
            title: title.into(),
            area: None,
            above: Vec::new(),
            wide: false,
            searched: String::new(),
            main,
        }
    }
    /// A page of an area.
    pub fn of(area: Area, title: impl Into<String>, main: Markup) -> Self {
        Self {
            area: Some(area),
            ..Self::new(title, main)
        }
    }
    /// The same page below others.
    #[must_use]
    pub fn below(mut self, above: Vec<Link>) -> Self {
        self.above = above;
        self
    }
}

/// What can be said after an act, by its code in the address.
fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "opened" => "已登记，并已留痕。",
        "amended" => "已更正；原值和更正理由都已留痕。",
        "voided" => "已作废；记录仍可查看，不再计入数据。",
        "acted" => "已办理，并已留痕。",
        "retracted" => "已撤回；那次办理和撤回理由都留在留痕里。",
        "saved" => "已保存。",
        "asked" => "已提出申请，由另一名管理员确认后生效。",
        "frozen" => "已定稿。此后台账的更正不会改变这份报告。",
        "imported" => "已入账。",
        "password" => "口令已修改；其他设备上的登录已经结束。",
        "ended" => "会话已结束。",
        "handed-in" => "已报送，等待审核。",
        "reminded" => "已催报；今天催过的单位不会重复催。",
        "erased" => "个人信息已删除；存证中的承诺值保留，其余内容仍可验证。",
        "erased-beside" => "个人信息已删除，依据已记入审计。",
        "signed" => "已签发，并已留痕。",
        "attached" => "已附入本案，并已留痕。",
        "recorded" => "已写入全过程记录，并已留痕。",
        _ => return None,
    })
}

/// The frame around a page.
pub fn workbench(page: &Page, view: View) -> Markup {
    let actor = page.actor();
    let organ = page
        .app()
        .organ(&actor.organ)
        .map(|o| o.name.clone())
        .unwrap_or_default();
    let section = &actor.section_name;
    let flash = done(&page.asked("done")).map(|text| Flash {
        tone: Tone::Done,
        text: text.to_owned(),
        link: None,
    });
    let role = if section.is_empty() || actor.post.contains(section) {
        actor.post.clone()
    } else {
        format!("{section} · {}", actor.post)
    };
    crate::ui::shell::workbench(&Workbench {
        title: view.title.clone(),
        organ,
        home: routes::HOME.to_owned(),
        search: Some(routes::SEARCH.to_owned()),
        searched: view.searched,
        user: UserMenu {
            name: actor.name.clone(),
            role,
            links: own_pages(actor),
            sign_out: routes::SIGN_OUT.to_owned(),
            token: page.token(),
        },
        nav: navigation(page),
        current: view.area,
        nav_place: if view.wide {
            NavPlace::Top
        } else {
            NavPlace::Side
        },
        crumbs: Breadcrumbs {
            above: view.above,
            here: view.title,
        },
        flash,
        banner: page.web.banner.as_deref().map(str::to_owned),
        care: false,
        footer: vec![Link::new("界面样例", routes::GALLERY)],
        main: view.main,
    })
}

fn navigation(page: &Page) -> Vec<NavItem> {
    let item = |area, href: &str| NavItem {
        area,
        href: href.to_owned(),
        count: None,
        below: vec![],
    };
    let mut ledgers = item(Area::Ledgers, routes::LEDGERS);
    let actor = page.actor();
    let own = page.app().ledgers(actor, Action::Write);
    ledgers.below = own
        .iter()
        .filter(|l| actor.unit.is_some() || actor.keeps(&l.section))
        .take(12)
        .map(|l| {
            let href = routes::ledger(&l.id);
            let current = page.uri.path() == href;
            NavLink {
                link: Link::new(l.name.as_str(), href),
                current,
            }
        })
        .collect();
    if actor.administers() {
        return administration(actor)
            .into_iter()
            .map(|(href, _)| item(Area::Admin, href))
            .collect();
    }
    let mut today = item(Area::Today, routes::HOME);
    if actor.unit.is_none() {
        today.count = page
            .app()
            .unread(actor)
            .ok()
            .filter(|n| *n > 0)
            .and_then(|n| n.try_into().ok());
        today.below = [
            ("收件箱", inbox::INBOX),
            ("期限", routes::DEADLINES),
            ("名录", registers::SUBJECTS),
        ]
        .map(|(name, href)| NavLink {
            link: Link::new(name, href),
            current: page.uri.path() == href,
        })
        .to_vec();
    }
    let mut nav = vec![today, ledgers];
    nav.push(item(
        Area::Collections,
        crate::pages::collections::COLLECTIONS,
    ));
    if authorise(actor, Action::ReadFigures, Resource::Figures).is_ok() {
        nav.push(item(Area::Figures, routes::FIGURES));
        let mut topics = item(Area::Topics, crate::pages::duties::TOPICS);
        topics.below = crate::pages::duties::nav_links()
            .map(|(href, name)| NavLink {
                link: Link::new(name, href),
                current: page.uri.path() == href,
            })
            .collect();
        nav.push(topics);
        nav.push(item(Area::Reports, routes::REPORTS));
        nav.push(item(Area::Draws, crate::pages::draws::INSPECTIONS));
        nav.push(item(Area::Proofs, routes::LOG));
    }
    if authorise(actor, Action::Publish, Resource::Portal).is_ok() {
        nav.push(item(Area::Publishing, crate::publishing::DESK));
    }
    nav
}

/// The page of an administrator, with its name.
fn administration(actor: &app::Actor) -> Option<(&'static str, &'static str)> {
    use crate::pages::admin;
    let pages = [
        (Action::ManagePeople, (admin::PEOPLE, "账号")),
        (Action::GrantRoles, (admin::ROLES, "授权")),
        (Action::ReadAudit, (admin::AUDIT, "审计记录")),
    ];
    let may = |action: Action| authorise(actor, action, Resource::Organ).is_ok();
    pages
        .into_iter()
        .find(|(action, _)| may(*action))
        .map(|(_, page)| page)
}

/// Where an administrator's work begins.
pub fn first_page(actor: &app::Actor) -> Option<&'static str> {
    administration(actor).map(|(href, _)| href)
}

/// One's own pages, behind the name at the top.
fn own_pages(actor: &app::Actor) -> Vec<Link> {
    use crate::pages::{admin, me};
    let mut links = vec![Link::new("我的账号", me::ME)];
    // Administrators and units have no inbox.
    if !actor.administers() && actor.unit.is_none() {
        links.push(Link::new("收件箱", inbox::INBOX));
    }
    let may = |action: Action| authorise(actor, action, Resource::Organ).is_ok();
    if may(Action::HandOver) {
        links.push(Link::new("工作交接", admin::HAND_OVER));
    }
    if may(Action::KeepPersonalData) {
        links.push(Link::new("个人信息", admin::PERSONAL));
    }
    links
}
