//! Signing in and out.

use std::net::SocketAddr;

use app::{AppError, factors::KeyAsk, security_key::Assertion, session::SignedIn};
use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::{
    context::{COOKIE, Web, behind_tls, cookie, html as respond},
    form::Form,
    pages::{identity, me::keys},
    routes,
    ui::{
        button::Button,
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        shell::{SignIn, sign_in},
        table::{Cell, Column, Row, Table, table},
    },
};

/// The page.
pub async fn show(State(web): State<Web>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default().to_owned();
    let next = next_of(&query);
    let left = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "left")
        .map(|(_, organ)| organ.into_owned());
    shown(move || {
        let said = left.and_then(|organ| left_only_here(&web, &organ));
        respond(StatusCode::OK, page(&web, &next, "", None, said))
    })
    .await
}

/// The page asks the database for the ways in, so it is made where blocking is allowed.
async fn shown(make: impl FnOnce() -> Response + Send + 'static) -> Response {
    tokio::task::spawn_blocking(make)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(error = %error, "The sign-in page failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
}

/// The page again, with the words.
async fn again(web: &Web, next: &str, login: &str, words: String) -> Response {
    let (web, next, login) = (web.clone(), next.to_owned(), login.to_owned());
    shown(move || {
        let page = page(&web, &next, &login, Some(words), None);
        respond(StatusCode::UNPROCESSABLE_ENTITY, page)
    })
    .await
}

/// Signed out here, perhaps not at the provider.
fn left_only_here(web: &Web, organ: &str) -> Option<Markup> {
    let providers = web.app.sign_in_providers().ok()?;
    let [_, _, name] = providers.into_iter().find(|[known, ..]| known == organ)?;
    Some(html! {
        p { "已退出本系统。在公用电脑上，请同时"
            a href=(identity::way_out(organ)) { "退出" (name) } "。" }
    })
}

/// A way in that came to nothing: the page again, with the words.
pub(super) async fn refused(web: &Web, next: &str, error: AppError) -> Response {
    match error {
        AppError::Input(words) => again(web, next, "", words).await,
        other => crate::errors::page(web, None, &other),
    }
}

/// Asks for the second factor.
pub(super) async fn asked_second(
    web: Web,
    headers: &HeaderMap,
    next: &str,
    pending: &str,
) -> Response {
    let asked = Second::new(next, pending, headers, None);
    asked.respond(web, StatusCode::OK).await
}

/// Signs in with name and password; leads to the second factor where there is one.
pub async fn enter(
    State(web): State<Web>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let next = safe_next(form.text("next"));
    let (login, password) = (
        form.text("login").to_owned(),
        form.text("password").to_owned(),
    );
    let (app, name, from) = (web.app.clone(), login.clone(), address.ip().to_string());
    let before = cookie(&headers);
    let signed = tokio::task::spawn_blocking(move || {
        let signed = app.sign_in(&name, &password, &from)?;
        // Whoever signs in leaves the session that was there before.
        if let Some(before) = before {
            app.sign_out(&before)?;
        }
        Ok::<_, AppError>(signed)
    });
    match signed.await {
        Ok(Ok(SignedIn::Session(token))) => with_session(&headers, &next, &token),
        Ok(Ok(SignedIn::Pending(pending))) => asked_second(web, &headers, &next, &pending).await,
        Ok(Err(AppError::Input(words))) => again(&web, &next, &login, words).await,
        Ok(Err(error)) => crate::errors::page(&web, None, &error),
        Err(error) => crate::errors::page(&web, None, &AppError::Fault(error.to_string())),
    }
}

/// Takes the code of the second factor.
pub async fn second(
    State(web): State<Web>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let next = safe_next(form.text("next"));
    let (pending, code) = (
        form.text("pending").to_owned(),
        form.text("code").to_owned(),
    );
    let (app, known, from) = (web.app.clone(), pending.clone(), address.ip().to_string());
    let signed = tokio::task::spawn_blocking(move || app.second_step(&known, &code, &from));
    let asked = |words| Second::new(&next, &pending, &headers, Some(words));
    match signed.await {
        Ok(Ok(token)) => with_session(&headers, &next, &token),
        Ok(Err(AppError::Input(words))) => asked(words).rejected(web).await,
        Ok(Err(error)) => crate::errors::page(&web, None, &error),
        Err(error) => crate::errors::page(&web, None, &AppError::Fault(error.to_string())),
    }
}

/// Takes what a security key has signed.
pub async fn by_key(
    State(web): State<Web>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let next = safe_next(form.text("next"));
    let pending = form.text("pending").to_owned();
    let given = Assertion {
        key_id: form.text("key_id").to_owned(),
        client_data: form.text("client_data").to_owned(),
        key_data: form.text("key_data").to_owned(),
        signature: form.text("signature").to_owned(),
    };
    let (app, known, from) = (web.app.clone(), pending.clone(), address.ip().to_string());
    let signed = tokio::task::spawn_blocking(move || app.key_step(&known, &given, &from));
    let asked = |words| Second::new(&next, &pending, &headers, Some(words));
    match signed.await {
        Ok(Ok(token)) => with_session(&headers, &next, &token),
        Ok(Err(AppError::Input(words))) => asked(words).rejected(web).await,
        Ok(Err(error)) => crate::errors::page(&web, None, &error),
        Err(error) => crate::errors::page(&web, None, &AppError::Fault(error.to_string())),
    }
}

/// The page that asks for the second factor.
struct Second {
    next: String,
    pending: String,
    site: String,
    error: Option<String>,
}

impl Second {
    fn new(next: &str, pending: &str, headers: &HeaderMap, error: Option<String>) -> Self {
        Self {
            next: next.to_owned(),
            pending: pending.to_owned(),
            site: keys::site(headers),
            error,
        }
    }

    async fn rejected(self, web: Web) -> Response {
        self.respond(web, StatusCode::UNPROCESSABLE_ENTITY).await
    }

    async fn respond(self, web: Web, status: StatusCode) -> Response {
        let (app, pending, site) = (web.app.clone(), self.pending.clone(), self.site.clone());
        let asked = tokio::task::spawn_blocking(move || app.pending_keys(&pending, &site));
        match asked.await {
            Ok(Ok(ask)) => respond(status, second_page(&web, &self, ask.as_ref())),
            Ok(Err(error)) => crate::errors::page(&web, None, &error),
            Err(error) => crate::errors::page(&web, None, &AppError::Fault(error.to_string())),
        }
    }
}

/// The session's cookie; behind a proxy that speaks TLS, browsers send it over TLS only.
pub(super) fn with_session(headers: &HeaderMap, next: &str, token: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    let secure = if behind_tls(headers) { "; Secure" } else { "" };
    set_cookie(
        &mut response,
        &format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

fn second_page(web: &Web, asked: &Second, key: Option<&KeyAsk>) -> Markup {
    let (next, pending) = (asked.next.as_str(), asked.pending.as_str());
    let code = Control::Text {
        value: String::new(),
    };
    let form = form_view(&FormView {
        id: "second".to_owned(),
        action: "/sign-in/code".to_owned(),
        hidden: vec![
            ("next".to_owned(), next.to_owned()),
            ("pending".to_owned(), pending.to_owned()),
        ],
        errors: asked.error.iter().cloned().collect(),
        parts: vec![FormPart {
            fields: vec![
                Field::new("code", "动态码", code)
                    .required()
                    .hint("手机验证器应用里的 6 位码；手机或密钥不在身边时填一个恢复码。"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("登录")],
        ..FormView::default()
    });
    sign_in(&SignIn {
        title: "第二步：验明本人".to_owned(),
        organ: organ_name(web),
        about: None,
        note: None,
        main: html! {
            @if let Some(key) = key { (keys::signing_in(key, next, pending)) p.hint { "没带密钥的，填动态码或恢复码：" } }
            (form)
        },
    })
}

pub(super) fn organ_name(web: &Web) -> String {
    let top = web.app.top_organ();
    top.map(|o| o.name.clone()).unwrap_or_default()
}

/// Signs out.
pub async fn leave(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    let token = cookie(&headers);
    web.act(headers, uri, form, move |page, _| {
        let linked = page.app().own_identity(page.actor())?.is_some();
        if let Some(token) = token {
            page.app().sign_out(&token)?;
        }
        let left = if linked {
            page.actor().organ.as_str()
        } else {
            ""
        };
        let to = routes::with_query(routes::SIGN_IN, &[("left", left)]);
        let mut response = Redirect::to(&to).into_response();
        set_cookie(
            &mut response,
            &format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
        );
        Ok(response)
    })
    .await
}

pub(super) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

pub(super) fn next_of(query: &str) -> String {
    let next = form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == "next");
    safe_next(
        next.map(|(_, v)| v.into_owned())
            .unwrap_or_default()
            .as_str(),
    )
}

/// Only a path of this site: never another host. Browsers drop tabs and line ends from addresses
/// and read a backslash as a slash, so none of them may stand in it.
pub(super) fn safe_next(next: &str) -> String {
    let own = next.starts_with('/') && !next.starts_with("//");
    if own && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        next.to_owned()
    } else {
        routes::HOME.to_owned()
    }
}

fn page(web: &Web, next: &str, login: &str, error: Option<String>, said: Option<Markup>) -> Markup {
    let organ = organ_name(web);
    let login = Control::Login {
        value: login.to_owned(),
    };
    let password = Control::Password {
        autocomplete: "current-password",
    };
    let form = form_view(&FormView {
        id: "sign-in".to_owned(),
        action: routes::SIGN_IN.to_owned(),
        hidden: vec![("next".to_owned(), next.to_owned())],
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                Field::new("login", "用户名", login).required(),
                Field::new("password", "口令", password).required(),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("登录")],
        ..FormView::default()
    });
    sign_in(&SignIn {
        title: "登录工作台".to_owned(),
        organ: organ.clone(),
        about: Some("台账有据，数据可查：从报告里的一个数，走到背后的每一件事。".to_owned()),
        note: said.or_else(|| demonstration(web)),
        main: html! { (form) (identity::ways_in(web, next)) p.sign-in-portal { a href=(crate::portal::HOME) { "办事群众请到" (organ) "门户网站" } } },
    })
}

fn demonstration(web: &Web) -> Option<Markup> {
    if web.sign_ins.is_empty() {
        return None;
    }
    let row = |[who, login, password]: &[String; 3]| {
        let cells = [who, login, password].map(|t| Cell::text(t.as_str()));
        Row::plain(cells.to_vec())
    };
    let accounts = table(&Table {
        caption: "演示账号".to_owned(),
        columns: vec![
            Column::text("谁"),
            Column::short("用户名"),
            Column::short("口令"),
        ],
        rows: web.sign_ins.iter().map(row).collect(),
        ..Table::default()
    });
    Some(html! { p { "这是演示系统，全部人名和事项都是虚构的。可用下面的账号登录：" } (accounts) })
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn after_signing_in_nobody_is_led_to_another_site() {
        for evil in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:x",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\u{a0}/evil.example",
            "",
        ] {
            assert_eq!(safe_next(evil), "/", "{evil}");
        }
        assert_eq!(safe_next("/entries/1?x=2"), "/entries/1?x=2");
    }
}
