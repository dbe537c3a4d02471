//! Signing in through an organ's own identity provider: the way there, the way back, and the form
//! that links an account once.

use std::net::SocketAddr;

use app::{
    AppError,
    identity::{Answer, Came},
    session::SignedIn,
};
use axum::{
    Router,
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};

use super::sign_in::{
    asked_second, next_of, organ_name, refused, safe_next, set_cookie, with_session,
};
use crate::{
    access::{self, Guard, Who::Anyone},
    context::{Web, behind_tls, cookie, html as respond},
    errors,
    form::Form,
    ui::{
        button::{Button, buttons},
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        shell::{SignIn, sign_in},
    },
};

/// What ties a question to the browser that asked it. Longer than the name of the session's cookie,
/// and sent back to the way in only.
const ASKED: &str = "yifa-asked";
/// Where a link is confirmed.
const LINK: &str = "/sign-in/link";

/// The part of the table of routes.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/sign-in/by/{organ}", Anyone, "the way in: to the organ's identity provider"),
    access::get("/sign-in/back", Anyone, "the way in: back from the identity provider"),
    access::post("/sign-in/link", Anyone, "the way in: linking an account, with its password"),
    access::get("/sign-in/left/{organ}", Anyone, "the way out: at the identity provider as well"),
];

/// The routes.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in/by/{organ}", get(ask))
        .route("/sign-in/back", get(come_back))
        .route("/sign-in/link", post(link))
        .route("/sign-in/left/{organ}", get(leave))
}

/// The address at which signing in through an organ's provider begins.
pub fn way_in(organ: &str, next: &str) -> String {
    crate::routes::with_query(&format!("/sign-in/by/{organ}"), &[("next", next)])
}

/// The address at which one signs out at an organ's provider.
pub fn way_out(organ: &str) -> String {
    format!("/sign-in/left/{organ}")
}

async fn ask(
    State(web): State<Web>,
    Path(organ): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let next = next_of(uri.query().unwrap_or_default());
    let (app, back) = (web.app.clone(), next.clone());
    let asked = tokio::task::spawn_blocking(move || app.ask_provider(&organ, &back)).await;
    match settled(asked) {
        Ok(question) => {
            let mut response = Redirect::to(&question.address).into_response();
            let secure = if behind_tls(&headers) { "; Secure" } else { "" };
            let kept = &question.browser;
            set_cookie(
                &mut response,
                &format!(
                    "{ASKED}={kept}; Path=/sign-in; Max-Age=600; HttpOnly; SameSite=Lax{secure}"
                ),
            );
            response
        }
        Err(error) => refused(&web, &next, error).await,
    }
}

async fn come_back(
    State(web): State<Web>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let answer = answer(&headers, uri.query().unwrap_or_default());
    let (app, from) = (web.app.clone(), address.ip().to_string());
    let before = cookie(&headers);
    let came = tokio::task::spawn_blocking(move || {
        let came = app.take_answer(&answer, &from)?;
        // Whoever signs in leaves the session that was there before.
        if let Some(before) = before {
            app.sign_out(&before)?;
        }
        Ok::<_, AppError>(came)
    });
    let mut response = match settled(came.await) {
        Ok(Came::Known(signed, next)) => signed_in(web, &headers, &safe_next(&next), signed).await,
        Ok(Came::ToLink { token, login, next }) => {
            let page = link_page(&web, &token, &login, &next, None);
            respond(StatusCode::OK, page)
        }
        Err(error) => refused(&web, "/", error).await,
    };
    set_cookie(
        &mut response,
        &format!("{ASKED}=; Path=/sign-in; Max-Age=0; HttpOnly; SameSite=Lax"),
    );
    response
}

fn answer(headers: &HeaderMap, query: &str) -> Answer {
    let asked = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let kept = pairs.find(|(name, _)| *name == ASKED);
    Answer {
        state: asked("state").unwrap_or_default(),
        code: asked("code").unwrap_or_default(),
        issuer: asked("iss"),
        error: asked("error"),
        browser: kept.map(|(_, value)| value.to_owned()).unwrap_or_default(),
    }
}

async fn link(
    State(web): State<Web>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let next = safe_next(form.text("next"));
    let (token, login) = (form.text("link").to_owned(), form.text("login").to_owned());
    let (app, known, from) = (web.app.clone(), token.clone(), address.ip().to_string());
    let password = form.text("password").to_owned();
    let signed = tokio::task::spawn_blocking(move || app.link_identity(&known, &password, &from));
    match settled(signed.await) {
        Ok(signed) => signed_in(web, &headers, &next, signed).await,
        Err(AppError::Input(words)) => {
            let page = link_page(&web, &token, &login, &next, Some(words));
            respond(StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        Err(error) => errors::page(&web, None, &error),
    }
}

async fn leave(State(web): State<Web>, Path(organ): Path<String>) -> Response {
    let app = web.app.clone();
    let to = tokio::task::spawn_blocking(move || app.sign_out_of_provider(&organ)).await;
    match settled(to) {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(error) => refused(&web, "/", error).await,
    }
}

async fn signed_in(web: Web, headers: &HeaderMap, next: &str, signed: SignedIn) -> Response {
    match signed {
        SignedIn::Session(token) => with_session(headers, next, &token),
        SignedIn::Pending(pending) => asked_second(web, headers, next, &pending).await,
    }
}

fn settled<T>(done: Result<Result<T, AppError>, tokio::task::JoinError>) -> Result<T, AppError> {
    done.unwrap_or_else(|error| Err(AppError::Fault(error.to_string())))
}

fn link_page(web: &Web, token: &str, login: &str, next: &str, error: Option<String>) -> Markup {
    let hidden = [("link", token), ("login", login), ("next", next)];
    let password = Control::Password {
        autocomplete: "current-password",
    };
    let form = form_view(&FormView {
        id: "link".to_owned(),
        action: LINK.to_owned(),
        hidden: hidden
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                Field::new("password", format!("账号“{login}”的口令"), password)
                    .required()
                    .hint("本系统的口令，不是认证平台的口令。"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("关联并登录")],
        ..FormView::default()
    });
    sign_in(&SignIn {
        title: "第一次使用统一身份认证".to_owned(),
        organ: organ_name(web),
        about: None,
        note: Some(html! {
            p { "认证平台已确认您的身份，对应本系统的账号“" (login) "”。请用这个账号的口令确认一次；以后从认证平台登录不再询问口令。" }
        }),
        main: html! { (form) (buttons(&[Button::go("这不是我的账号", crate::routes::SIGN_IN).quiet()])) },
    })
}

/// The ways in through identity providers, below the form of the sign-in page.
pub fn ways_in(web: &Web, next: &str) -> Markup {
    let providers = web.app.sign_in_providers().unwrap_or_else(|error| {
        tracing::error!(error = %error, "Cannot read the identity providers");
        Vec::new()
    });
    let several = providers.len() > 1;
    let ways: Vec<Button> = providers
        .iter()
        .map(|[organ, organ_name, name]| {
            let label = match several {
                true => format!("{organ_name} · {name}登录"),
                false => format!("用{name}登录"),
            };
            Button::go(label, way_in(organ, next))
        })
        .collect();
    html! { @if !ways.is_empty() { p.hint { "或者：" } (buttons(&ways)) } }
}
