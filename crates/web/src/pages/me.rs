//! One's own account: password, second factor, sessions, notices of collections.

pub mod keys;
mod qr;

use app::{AppError, second_factor::spelled_out, session::Must};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
    routing::{get, post},
};
use maud::{Markup, html};

use crate::{
    access::{self, Guard, Who::SignedIn},
    context::{Answer, Page, Web, see_other},
    form::Form,
    pages::entry::recorded,
    routes,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::{Button, buttons},
        facts::{Fact, facts},
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Notice, notice},
        table::{Cell, Column, Row, Table, table},
    },
};

/// One's own account.
pub const ME: &str = "/me";
/// Changing one's password.
pub const PASSWORD: &str = "/me/password";
/// The second factor.
pub const SECOND_FACTOR: &str = "/me/second-factor";

/// The part of the table of routes.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/me", SignedIn, "one's own account"),
    access::get("/me/password", SignedIn, "changing one's password"),
    access::post("/me/password", SignedIn, "changing one's password"),
    access::get("/me/second-factor", SignedIn, "setting up one's second factor"),
    access::post("/me/second-factor", SignedIn, "setting up one's second factor"),
    access::post("/me/second-factor/remove", SignedIn, "taking one's second factor away"),
    access::get("/me/security-keys", SignedIn, "one's own security keys"),
    access::post("/me/security-keys", SignedIn, "adding a security key"),
    access::post("/me/security-keys/remove", SignedIn, "taking a security key away"),
    access::post("/me/identity/remove", SignedIn, "taking one's own link with the identity provider away"),
    access::post("/me/sessions/{session}", SignedIn, "ending one of one's own sessions"),
];

/// The routes.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/me", get(show))
        .route("/me/password", get(password_form).post(change_password))
        .route("/me/second-factor", get(factor_form).post(set_factor))
        .route("/me/second-factor/remove", post(remove_factor))
        .route("/me/security-keys", get(keys::index).post(keys::add))
        .route("/me/security-keys/remove", post(keys::remove))
        .route("/me/identity/remove", post(remove_identity))
        .route("/me/sessions/{session}", post(end_session))
}

/// Where somebody is sent who has to do something before anything else; none where the address
/// is the way to do it.
pub fn first(must: Must, path: &str) -> Option<&'static str> {
    let to = match must {
        Must::ChangePassword => PASSWORD,
        Must::SetUpSecondFactor => SECOND_FACTOR,
    };
    // A security key is a second factor as well.
    let key = must == Must::SetUpSecondFactor && path == keys::KEYS;
    (path != to && path != routes::SIGN_OUT && !key).then_some(to)
}

async fn show(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let actor = page.actor();
        let roles: Vec<String> = actor
            .roles
            .iter()
            .map(|r| page.app().role_name(r))
            .collect();
        let factor = page.app().second_factor(actor)?;
        let said = match factor {
            Some(left) => format!("已启用，剩余恢复码 {left} 个"),
            None => "未启用".to_owned(),
        };
        let keys = page.app().own_security_keys(actor)?.len();
        let mut known = vec![Fact::new("姓名", Cell::text(actor.name.as_str()))];
        if let Some(names) = actor.unit_names() {
            known.push(Fact::new("单位", Cell::text(names.join("，曾用名"))));
        }
        known.extend([
            Fact::new("职务", Cell::text(actor.post.as_str())),
            Fact::new("角色", Cell::text(roles.join("、"))),
            Fact::new("动态码", Cell::text(said)),
            Fact::new(
                "安全密钥",
                Cell::text(match keys {
                    0 => "未登记".to_owned(),
                    count => format!("{count} 把"),
                }),
            ),
        ]);
        let identity = page.app().own_identity(actor)?;
        if let Some((name, claimed)) = &identity {
            let said = format!("已关联，平台上的账号是“{claimed}”");
            known.push(Fact::new(name.as_str(), Cell::text(said)));
        }
        let more = buttons(&[
            Button::go("修改口令", PASSWORD),
            Button::go(
                if factor.is_some() {
                    "重设动态码"
                } else {
                    "启用动态码"
                },
                SECOND_FACTOR,
            ),
            Button::go("安全密钥", keys::KEYS),
        ]);
        let main = html! {
            (page_head(&PageHead { title: "我的账号".to_owned(), ..PageHead::default() }))
            (panel(&Panel::new("account", "账号", html! { (facts(&known)) (more) })))
            (sessions(page)?)
            @if factor.is_some() {
                (removal(page, "removal", "停用动态码", format!("{SECOND_FACTOR}/remove")))
            }
            @if let Some((name, _)) = &identity {
                (removal(page, "unlink", &format!("解除与{name}的关联"), "/me/identity/remove".to_owned()))
            }
        };
        page.show(View::new("我的账号", main))
    })
    .await
}

fn sessions(page: &Page) -> Result<Markup, AppError> {
    let own = page.app().own_sessions(page.actor())?;
    let rows = own.iter().map(|session| {
        let here = session.id == page.session.id;
        let end = format!("/me/sessions/{}", session.id);
        let last = if here {
            Cell::Badges(vec![Badge::done("本次登录")])
        } else {
            Cell::Other(buttons(&[Button::post("结束", end, page.token()).quiet()]))
        };
        Row::plain(vec![
            Cell::text(recorded(&session.created_at)),
            Cell::text(recorded(&session.seen_at)),
            last,
        ])
    });
    let list = table(&Table {
        caption: "登录中的会话".to_owned(),
        columns: vec![
            Column::short("登录时间"),
            Column::short("最近使用"),
            Column::short("状态"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    Ok(panel(&Panel::new(
        "sessions",
        "登录中的会话",
        html! {
            (list)
            p.hint { "一小时没有操作会自动退出，最长十二小时。不认识的会话请结束它，并修改口令。" }
        },
    )))
}

fn removal(page: &Page, id: &str, what: &str, action: String) -> Markup {
    let body = form_view(&FormView {
        id: format!("{id}-form"),
        action,
        token: page.token(),
        parts: vec![FormPart {
            fields: vec![password("password", "口令", "current-password")],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit(what).grave()],
        ..FormView::default()
    });
    panel(&Panel::new(id, what, body))
}

async fn remove_identity(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        page.app()
            .unlink_own_identity(page.actor(), form.text("password"))?;
        see_other("/me?done=saved")
    })
    .await
}

fn password(name: &str, label: &str, autocomplete: &'static str) -> Field {
    Field::new(name, label, Control::Password { autocomplete }).required()
}

async fn password_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| page.show(password_view(page, None)))
        .await
}

fn password_view(page: &Page, error: Option<String>) -> View {
    let must = page.session.must == Some(Must::ChangePassword);
    let old = if must {
        "现在的口令（或一次性口令）"
    } else {
        "原口令"
    };
    let body = form_view(&FormView {
        id: "password".to_owned(),
        action: PASSWORD.to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                password("old", old, "current-password"),
                password("new", "新口令", "new-password").hint(
                    "至少 10 个字符，有大写字母、小写字母、数字、符号中的三种，不含用户名和姓名。",
                ),
                password("again", "再输一次新口令", "new-password"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("修改口令")],
        ..FormView::default()
    });
    let first = Notice::new(
        Tone::Soon,
        "首次登录或口令到期，请先修改口令。口令每九十天换一次。",
    );
    let head = page_head(&PageHead {
        title: "修改口令".to_owned(),
        ..PageHead::default()
    });
    View::new(
        "修改口令",
        html! { (head) @if must { (notice(&first)) } (body) },
    )
}

/// Words for the user stay on the page of the form; everything else is an error page.
pub(super) fn words(error: AppError) -> Result<String, AppError> {
    match error {
        AppError::Input(words) => Ok(words),
        other => Err(other),
    }
}

async fn change_password(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (old, new, again) = (form.text("old"), form.text("new"), form.text("again"));
        let id = page.session.id.as_str();
        match page
            .app()
            .change_password(page.actor(), id, old, new, again)
        {
            Ok(()) => see_other("/me?done=password"),
            Err(error) => page.show_rejected(password_view(page, Some(words(error)?))),
        }
    })
    .await
}

async fn factor_form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let (secret, address) = page.app().propose_second_factor(page.actor())?;
        page.show(factor_view(page, &secret, &address, None))
    })
    .await
}

fn factor_view(page: &Page, secret: &str, address: &str, error: Option<String>) -> View {
    let asked = page.session.must == Some(Must::SetUpSecondFactor);
    let body = form_view(&FormView {
        id: "factor".to_owned(),
        action: SECOND_FACTOR.to_owned(),
        token: page.token(),
        hidden: vec![("secret".to_owned(), secret.to_owned())],
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                Field::new(
                    "code",
                    "应用显示的 6 位码",
                    Control::Text {
                        value: String::new(),
                    },
                )
                .required(),
                password("password", "口令", "current-password"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("启用动态码")],
        ..FormView::default()
    });
    let picture = html! {
        p { "用手机上的验证器应用（支持 TOTP 的都可以）扫描图形，再填写应用显示的码。" }
        div.qr { (qr::picture(address)) }
        p { "不能扫描时，在应用里手工输入密钥：" code.secret { (spelled_out(secret)) } }
    };
    let head = page_head(&PageHead {
        title: "动态码".to_owned(),
        lede: Some("登录时除口令外再输入手机上的动态码，口令泄露也进不来。".to_owned()),
        ..PageHead::default()
    });
    let must = Notice::new(
        Tone::Soon,
        "本局要求使用第二因素：请设置动态码，或者登记安全密钥。",
    );
    let main = html! {
        (head)
        @if asked {
            (notice(&must))
            (buttons(&[Button::go("改为登记安全密钥", keys::KEYS)]))
        }
        (panel(&Panel::new("scan", "第一步：添加到手机", picture)))
        (panel(&Panel::new("confirm", "第二步：核对", body)))
    };
    View::new("动态码", main)
}

async fn set_factor(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (secret, code) = (form.text("secret"), form.text("code"));
        let set = page
            .app()
            .set_second_factor(page.actor(), form.text("password"), secret, code);
        match set {
            Ok(codes) => recovery(page, "动态码已启用", &codes),
            Err(error) => {
                let words = words(error)?;
                let address = page.app().second_factor_address(page.actor(), secret)?;
                page.show_rejected(factor_view(page, secret, &address, Some(words)))
            }
        }
    })
    .await
}

fn recovery(page: &Page, title: &'static str, codes: &[String]) -> Answer {
    let head = page_head(&PageHead {
        title: title.to_owned(),
        lede: Some("下面的恢复码只显示这一次：手机或密钥不在身边时，每个可以代替一次。".to_owned()),
        actions: vec![Button::go("我记下了，继续", ME).primary()],
        ..PageHead::default()
    });
    let list = html! { ul.codes { @for code in codes { li { code { (code) } } } } };
    let main = html! { (head) (panel(&Panel::new("codes", "恢复码", list))) };
    page.show(View::new(title, main))
}

async fn remove_factor(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        page.app()
            .remove_second_factor(page.actor(), form.text("password"))?;
        see_other("/me?done=saved")
    })
    .await
}

async fn end_session(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        page.app().end_session(page.actor(), &id)?;
        see_other("/me?done=ended")
    })
    .await
}
