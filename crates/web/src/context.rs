//! What every page needs: who asks, the form token, and one way to run a use case.
//!
//! Use cases are synchronous. [`Web::page`] and [`Web::act`] find the session, run the handler on
//! a thread where blocking is allowed, and turn what went wrong into a page. Every route that
//! changes something goes through `act`, which checks the form token.

use std::{io::Write, sync::Arc};

use app::{App, AppError, session::Session};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;

use crate::{access, errors, form::Form, pages::me, routes, shell};

/// Name of the session cookie.
pub const COOKIE: &str = "yifa";

/// Whether a proxy says that it speaks TLS with the browser. Whoever lies about it fools himself.
pub fn behind_tls(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .is_some_and(|scheme| scheme == "https")
}

/// The running site.
#[derive(Clone)]
pub struct Web {
    /// The use cases.
    pub app: Arc<App>,
    /// Said on every page: this is a demonstration.
    pub banner: Option<Arc<str>>,
    /// Sign-ins shown on the sign-in page of a demonstration: name, login, password.
    pub sign_ins: Arc<Vec<[String; 3]>>,
    /// Program that sets PDF, where it was built.
    pub typeset: Option<Arc<std::path::Path>>,
    /// What the portal keeps while it runs.
    pub portal: Arc<crate::portal::Desk>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Arc<[std::net::IpAddr]>,
    /// The table of routes lets everybody through, so that tests see what the use cases say.
    pub unguarded: bool,
}

/// A request of somebody who is signed in.
pub struct Page {
    /// The site.
    pub web: Web,
    /// Who asks.
    pub session: Session,
    /// The address asked for.
    pub uri: Uri,
}

/// What a handler answers.
pub type Answer = Result<Response, AppError>;

/// A handler behind a pointer: with a type of its own, each would be compiled into a task of its
/// own, and they are hundreds.
type Handler = Box<dyn FnOnce(&Page) -> Answer + Send>;

/// The session token in the cookies of a request.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    let mut pairs = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|p| p.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

impl Web {
    /// Runs a handler that only reads.
    pub fn page(
        self,
        headers: HeaderMap,
        uri: Uri,
        handler: impl FnOnce(&Page) -> Answer + Send + 'static,
    ) -> impl Future<Output = Response> + Send {
        self.run("GET", headers, uri, Box::new(handler))
    }

    /// Runs a handler that changes something: the form must carry the session's token.
    pub fn act(
        self,
        headers: HeaderMap,
        uri: Uri,
        form: Form,
        handler: impl FnOnce(&Page, Form) -> Answer + Send + 'static,
    ) -> impl Future<Output = Response> + Send {
        let handler: Handler = Box::new(move |page| {
            page.refuse_old_form(&form)?;
            handler(page, form)
        });
        self.run("POST", headers, uri, handler)
    }

    async fn run(
        self,
        method: &'static str,
        headers: HeaderMap,
        uri: Uri,
        handler: Handler,
    ) -> Response {
        let web = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let session = match cookie(&headers).map(|token| web.app.session(&token)) {
                None => None,
                Some(Ok(session)) => session,
                Some(Err(error)) => return errors::page(&web, None, &error),
            };
            let Some(session) = session else {
                return to_sign_in(&uri);
            };
            let first = session.must.and_then(|must| me::first(must, uri.path()));
            if let Some(first) = first {
                return Redirect::to(first).into_response();
            }
            let page = Page { web, session, uri };
            let answer = page.refuse_strangers(method).and_then(|()| handler(&page));
            let answer = answer.and_then(|response| page.note_download(response));
            match answer {
                Ok(response) => response,
                Err(error) => {
                    page.note_refusal(&error);
                    errors::page(&page.web, Some(&page), &error)
                }
            }
        });
        match task.await {
            Ok(response) => response,
            Err(error) => {
                let fault = AppError::Fault(error.to_string());
                errors::page(&self, None, &fault)
            }
        }
    }
}

fn to_sign_in(uri: &Uri) -> Response {
    let next = uri.path_and_query().map_or("", |p| p.as_str());
    let next = if next == "/" { "" } else { next };
    Redirect::to(&routes::with_query(routes::SIGN_IN, &[("next", next)])).into_response()
}

impl Page {
    /// Whoever the table of routes does not let in gets no further than here, and nobody where it
    /// has no line.
    fn refuse_strangers(&self, method: &str) -> Result<(), AppError> {
        let guard = access::asked(method, self.uri.path());
        let guard = guard.ok_or(AppError::NotFound("这个页面"))?;
        if self.web.unguarded || guard.who.admits(self.actor()) {
            return Ok(());
        }
        Err(AppError::Denied(app::Denied {
            action: app::Action::Read,
            who_may: guard.who.words(),
        }))
    }
    /// A file that goes out is a line of the audit trail, whichever handler made it. What cannot be
    /// written down does not go out. A film that is watched piece by piece is one line, for its
    /// first.
    fn note_download(&self, response: Response) -> Answer {
        let headers = response.headers();
        let name = headers.get(header::CONTENT_DISPOSITION);
        let name = name.and_then(|value| value.to_str().ok());
        let name = name.and_then(|said| said.strip_prefix("attachment; filename*=UTF-8''"));
        let range = headers.get(header::CONTENT_RANGE);
        let goes_on = range.is_some_and(|range| !range.as_bytes().starts_with(b"bytes 0-"));
        if let Some(name) = name.filter(|_| response.status().is_success() && !goes_on) {
            let name = form_urlencoded::parse(name.as_bytes()).next();
            let name = name.map(|(name, _)| name.into_owned()).unwrap_or_default();
            self.app()
                .audit(self.actor(), "download", self.uri.path(), &name)?;
        }
        Ok(response)
    }
    /// The form must come from a page of this session.
    fn refuse_old_form(&self, form: &Form) -> Result<(), AppError> {
        if form.text("token") == self.session.csrf {
            return Ok(());
        }
        // An old page, or somebody else's form: the trail tells which, by what else there is.
        self.note("表单令牌不符");
        Err(AppError::Input(
            "页面已过期，请刷新后重新提交。您填写的内容还在浏览器里。".to_owned(),
        ))
    }
    /// What was refused is kept in the audit trail: a denial, and an entry that the asker may not
    /// know of. The answer does not tell the two apart from what does not exist.
    fn note_refusal(&self, error: &AppError) {
        if !matches!(error, AppError::Denied(_) | AppError::NotFound(_)) {
            return;
        }
        self.note(&error.to_string());
    }
    /// Writes into the audit trail that what was asked for here was refused.
    fn note(&self, why: &str) {
        let noted = self.app().audit_refusal(self.actor(), self.uri.path(), why);
        if let Err(error) = noted {
            tracing::error!(%error, "A refusal could not be noted: {error}");
        }
    }
    /// The use cases.
    pub fn app(&self) -> &App {
        &self.web.app
    }
    /// Who asks.
    pub fn actor(&self) -> &app::Actor {
        &self.session.actor
    }
    /// The form token.
    pub fn token(&self) -> String {
        self.session.csrf.clone()
    }
    /// The pairs of the query.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }
    /// A value of the query; empty when it is not there.
    pub fn asked(&self, name: &str) -> String {
        self.query()
            .into_iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v)
            .unwrap_or_default()
    }
    /// A page of the workbench.
    pub fn show(&self, view: shell::View) -> Answer {
        Ok(html(StatusCode::OK, shell::workbench(self, view)))
    }
    /// A page of the workbench that says that something was not accepted.
    pub fn show_rejected(&self, view: shell::View) -> Answer {
        Ok(html(
            StatusCode::UNPROCESSABLE_ENTITY,
            shell::workbench(self, view),
        ))
    }
}

/// A page as a response.
pub fn html(status: StatusCode, markup: Markup) -> Response {
    (status, markup).into_response()
}

/// A redirect after a change, so that reloading does not repeat it.
pub fn see_other(to: &str) -> Answer {
    Ok(Redirect::to(to).into_response())
}

/// A file to download. The name may be Chinese (RFC 6266, RFC 8187).
pub fn download(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Answer {
    Ok((file_headers(media_type, name), bytes).into_response())
}

/// A file to download that is written while it goes out: films, case files with films.
pub fn stream(
    media_type: &'static str,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<(), AppError> + Send + 'static,
) -> Answer {
    Ok((
        file_headers(media_type, name),
        crate::streaming::body(write),
    )
        .into_response())
}

fn file_headers(media_type: &'static str, name: &str) -> HeaderMap {
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let encoded = encoded.replace('+', "%20");
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers
}
