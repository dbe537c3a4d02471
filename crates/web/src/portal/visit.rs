//! A visit: who reads the portal is nobody in particular, and how pages look is the visitor's.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use app::{
    App, AppError,
    publication::{Settings, Site},
};
use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;

use super::{cache::PageCache, frame, paths, script};
use crate::{Web, context::behind_tls, errors, form::Form};

/// What came from addresses: of each address and form since when, and how many.
#[derive(Default)]
struct Counts {
    counts: HashMap<(IpAddr, String), (i64, u32)>,
    /// When those that do not count any more were last thrown away.
    swept: i64,
}

/// What the portal keeps while it runs.
#[derive(Default)]
pub struct Desk {
    /// The workbench and the draws are served by another process.
    pub(super) alone: bool,
    pub(super) cache: PageCache,
    limits: Mutex<Counts>,
    views: Mutex<HashMap<String, u64>>,
    known_views: Mutex<HashMap<String, u64>>,
}

/// How pages look to this visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mode {
    /// Large type (关怀版).
    pub care: bool,
    /// Traditional characters.
    pub traditional: bool,
}

/// Cookie that keeps the mode.
const MODE_COOKIE: &str = "yifa-mode";
/// Steps of forms handed in per address and ten minutes; a form has three or four.
const HAND_INS_MAX: u32 = 60;
/// Wrong codes per address and ten minutes; a school stands behind one address.
const WRONG_CODES_MAX: u32 = 200;
/// Tries in a second from an address with too many wrong codes: slowed down, not shut out, so that
/// one pupil cannot keep a school from its exam.
const TRIES_MAX: u32 = 10;
/// Seconds of a limit.
const LIMIT_SECONDS: i64 = 600;

impl Mode {
    fn of(headers: &HeaderMap) -> Self {
        let value = cookie(headers, MODE_COOKIE).unwrap_or_default();
        Self {
            care: value.contains('c'),
            traditional: value.contains('t'),
        }
    }
    fn text(self) -> String {
        let care = if self.care { "c" } else { "" };
        let traditional = if self.traditional { "t" } else { "" };
        format!("{care}{traditional}")
    }
}

/// A cookie by its name.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    let lines = lines.filter_map(|v| v.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|p| p.trim().split_once('='));
    pairs
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
}

/// What a handler of the portal knows.
pub struct Visit {
    /// The running site.
    pub web: Web,
    /// The organ whose portal it is.
    pub organ: String,
    /// The address asked for.
    pub uri: Uri,
    /// How pages look.
    pub mode: Mode,
    /// Headers of the request.
    pub headers: HeaderMap,
    from: Option<IpAddr>,
}

/// A request, before anything is known about it.
pub struct Asked {
    headers: HeaderMap,
    uri: Uri,
    from: Option<IpAddr>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
            from: from.map(|c| c.0.ip()),
        })
    }
}

/// What a page is made of.
pub struct Content {
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub body: Vec<u8>,
    /// Name for the download, if it is one.
    pub file_name: Option<String>,
    /// A page for people: its characters follow the mode.
    pub is_page: bool,
}

impl Content {
    /// A page.
    pub fn page(markup: Markup) -> Self {
        Self {
            media_type: "text/html; charset=utf-8",
            body: markup.into_string().into_bytes(),
            file_name: None,
            is_page: true,
        }
    }
    /// A file for machines, shown in place.
    pub fn file(media_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            media_type,
            body,
            file_name: None,
            is_page: false,
        }
    }
    /// A file to keep.
    pub fn download(media_type: &'static str, name: String, body: Vec<u8>) -> Self {
        Self {
            file_name: Some(name),
            ..Self::file(media_type, body)
        }
    }
}

impl Visit {
    /// The use cases.
    pub fn app(&self) -> &App {
        &self.web.app
    }
    /// The portal's settings.
    pub fn settings(&self) -> &Settings {
        &self.web.app.portal
    }
    /// What is published now.
    pub fn site(&self) -> Result<std::sync::Arc<Site>, AppError> {
        self.app().site(&self.organ)
    }
    /// Name of the organ.
    pub fn organ_name(&self) -> String {
        let organ = self.app().organ(&self.organ);
        organ.map(|o| o.name.clone()).unwrap_or_default()
    }
    /// A value of the query; empty when it is not there.
    pub fn asked(&self, name: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.into_owned())
            .unwrap_or_default()
    }
    /// Pairs of the query.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }
    /// Counts a wrong code from this address, by what it is for.
    pub fn wrong_code(&self) {
        let desk = &self.web.portal;
        desk.allows(self, &code_of(self), WRONG_CODES_MAX);
    }
    /// One more of something from this address, and whether it is within ten minutes' limit.
    pub fn allows(&self, what: &str, most: u32) -> bool {
        self.web.portal.allows(self, what, most)
    }
    /// The end of a cookie: behind a proxy that speaks TLS, browsers send it over TLS only.
    pub fn cookie_end(&self) -> &'static str {
        match behind_tls(&self.headers) {
            true => "HttpOnly; SameSite=Lax; Secure",
            false => "HttpOnly; SameSite=Lax",
        }
    }
    /// How often a page was read, as far as is known.
    pub fn views(&self, page: &str) -> u64 {
        let desk = &self.web.portal;
        let known = lock(&desk.known_views).get(page).copied().unwrap_or(0);
        known + lock(&desk.views).get(page).copied().unwrap_or(0)
    }
    /// A page in the frame.
    pub fn page(&self, view: frame::View) -> Content {
        Content::page(frame::page(self, view))
    }
    /// A page that is answered as it is, not kept.
    pub fn respond(&self, status: StatusCode, view: frame::View) -> Response {
        let html = frame::page(self, view).into_string();
        let html = if self.mode.traditional {
            script::to_traditional(&html)
        } else {
            html
        };
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        (status, [(header::CONTENT_TYPE, kind)], html).into_response()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Web {
    /// The organ whose portal this is: the first one of the deployment.
    fn portal_organ(&self) -> String {
        // The portal is that of the organ at the top, not of those below it.
        self.app
            .top_organ()
            .map(|o| o.id.clone())
            .unwrap_or_default()
    }

    /// Writes the counts of views down; called every now and then.
    ///
    /// # Errors
    /// When the in-box cannot be written.
    pub fn settle_views(&self) -> Result<(), AppError> {
        self.portal.settle_views(&self.app, &self.portal_organ())
    }

    fn visit_of(self, asked: Asked) -> Visit {
        let proxies = &self.app.portal.trusted_proxies;
        let from = asked.from.map(|ip| sender(ip, proxies, &asked.headers));
        Visit {
            organ: self.portal_organ(),
            mode: Mode::of(&asked.headers),
            uri: asked.uri,
            headers: asked.headers,
            from,
            web: self,
        }
    }

    /// A page that everybody reads alike: from memory while it is true. Whether it is true, the
    /// database says, so that is asked where blocking is allowed.
    pub fn read(
        self,
        asked: Asked,
        make: impl FnOnce(&Visit) -> Result<Content, AppError> + Send + 'static,
    ) -> impl Future<Output = Response> + Send {
        self.read_kept(asked, Box::new(make))
    }

    async fn read_kept(self, asked: Asked, make: Answering<Content>) -> Response {
        let visit = self.visit_of(asked);
        let key = super::cache::Key::of(&visit);
        if visit.app().reads_at_once()
            && let Some(response) = kept(&visit, &key)
        {
            count_view(&visit);
            return response;
        }
        let handler: Answering<Response> = Box::new(move |visit| {
            if let Some(response) = kept(visit, &key) {
                count_view(visit);
                return Ok(response);
            }
            let content = make(visit)?;
            count_view(visit);
            let fresh = super::cache::Freshness::after(visit)?;
            let page = super::cache::Kept::new(content, visit.mode.traditional);
            let cache = &visit.web.portal.cache;
            Ok(cache.keep(key, fresh, page, &visit.headers))
        });
        run(visit, handler).await
    }

    /// A page for this visitor alone: never kept.
    pub fn visit(
        self,
        asked: Asked,
        handler: impl FnOnce(&Visit) -> Result<Response, AppError> + Send + 'static,
    ) -> impl Future<Output = Response> + Send {
        run(self.visit_of(asked), Box::new(handler))
    }

    /// Something handed in. Too much from one address waits.
    pub fn hand_in(
        self,
        asked: Asked,
        form: Form,
        handler: impl FnOnce(&Visit, Form) -> Result<Response, AppError> + Send + 'static,
    ) -> impl Future<Output = Response> + Send {
        let handler: Answering<Response> = Box::new(move |visit| {
            if !visit.web.portal.allows(visit, "hand-in", HAND_INS_MAX) {
                return Err(AppError::Input(
                    "这个网络地址提交得太多，请十分钟后再试，或拨打联系电话。".to_owned(),
                ));
            }
            handler(visit, form)
        });
        run(self.visit_of(asked), handler)
    }

    /// A code typed in; from an address that sent too many wrong ones, few tries a second.
    pub fn with_code(
        self,
        asked: Asked,
        form: Form,
        handler: impl FnOnce(&Visit, Form) -> Result<Response, AppError> + Send + 'static,
    ) -> impl Future<Output = Response> + Send {
        let handler: Answering<Response> = Box::new(move |visit| {
            let desk = &visit.web.portal;
            if desk.used(visit, &code_of(visit)) >= WRONG_CODES_MAX
                && !desk.within(visit, "tries", TRIES_MAX, 1)
            {
                return Err(AppError::Input(
                    "这个网络地址输错的次数太多，现在要排队：请过一会儿再试一次。".to_owned(),
                ));
            }
            handler(visit, form)
        });
        run(self.visit_of(asked), handler)
    }
}

impl Desk {
    /// For a process that serves the portal alone.
    pub fn alone() -> Self {
        Self {
            alone: true,
            ..Self::default()
        }
    }

    /// Counts one more, and says whether it is within the limit.
    fn allows(&self, visit: &Visit, what: &str, most: u32) -> bool {
        self.within(visit, what, most, LIMIT_SECONDS)
    }

    fn within(&self, visit: &Visit, what: &str, most: u32, seconds: i64) -> bool {
        let Some(from) = visit.from else { return true };
        let now = visit.app().clock.now().as_second();
        lock(&self.limits).one_more(from, what, now, seconds) <= most
    }

    fn used(&self, visit: &Visit, what: &str) -> u32 {
        let Some(from) = visit.from else { return 0 };
        let now = visit.app().clock.now().as_second();
        let limits = lock(&self.limits);
        let found = limits.counts.get(&(from, what.to_owned()));
        found
            .filter(|(since, _)| now - *since < LIMIT_SECONDS)
            .map_or(0, |(_, count)| *count)
    }

    /// Writes the counts of views down and reads all counts anew; called every now and then.
    ///
    /// # Errors
    /// When the in-box cannot be written; the counts are kept for the next time.
    pub fn settle_views(&self, app: &App, organ: &str) -> Result<(), AppError> {
        let waiting: HashMap<String, u64> = std::mem::take(&mut *lock(&self.views));
        let kept = app.add_views(organ, waiting.iter().map(|(p, n)| (p.as_str(), *n)));
        if let Err(error) = kept {
            let mut views = lock(&self.views);
            for (page, n) in waiting {
                *views.entry(page).or_default() += n;
            }
            return Err(error);
        }
        *lock(&self.known_views) = app.views(organ)?.into_iter().collect();
        Ok(())
    }
}

impl Counts {
    /// One more from an address; how many there are now. However many addresses come, no more are
    /// kept than there is room for, and the whole is looked through once in ten seconds at most.
    fn one_more(&mut self, from: IpAddr, what: &str, now: i64, seconds: i64) -> u32 {
        const KEPT_MAX: usize = 100_000;
        const SWEEP_SECONDS: i64 = 10;
        let key = (from, what.to_owned());
        if self.counts.len() >= KEPT_MAX && !self.counts.contains_key(&key) {
            if now - self.swept >= SWEEP_SECONDS {
                self.swept = now;
                self.counts
                    .retain(|_, (since, _)| now - *since < LIMIT_SECONDS);
            }
            if self.counts.len() >= KEPT_MAX {
                self.counts.clear();
            }
        }
        let (since, count) = self.counts.entry(key).or_insert((now, 0));
        if now - *since >= seconds {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count
    }
}

/// What a code is for: wrong codes of one exam say nothing about another, or about receipts.
fn code_of(visit: &Visit) -> String {
    let mut parts = visit.uri.path().split('/').skip(2);
    let kind = parts.next().unwrap_or_default();
    let id: String = parts.next().unwrap_or_default().chars().take(40).collect();
    format!("code:{kind}:{id}")
}

/// Who sends: behind a proxy of ours the last address that it names and that is none of ours.
/// A network of IPv6 is one sender, since whoever has one has all its addresses.
fn sender(connection: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let mut from = connection.to_canonical();
    if proxies.contains(&from) {
        let lines = headers.get_all("x-forwarded-for").iter();
        let named: Vec<&str> = lines
            .filter_map(|v| v.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect();
        let mut named = named.iter().rev().map_while(|a| a.trim().parse().ok());
        let stranger = named.find(|ip: &IpAddr| !proxies.contains(&ip.to_canonical()));
        from = stranger.map_or(from, |ip| ip.to_canonical());
    }
    match from {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

/// Counts a view of an article or a row that is there; who reads is not looked at. Addresses that
/// are written in another way (`%31` for 1) do not count: there are endlessly many.
fn count_view(visit: &Visit) {
    let path = visit.uri.path();
    if path.contains('%') || path.ends_with(".docx") {
        return;
    }
    if path.starts_with("/portal/articles/") || path.starts_with("/portal/rows/") {
        const PAGES_MAX: usize = 50_000;
        let mut views = lock(&visit.web.portal.views);
        if views.len() < PAGES_MAX || views.contains_key(path) {
            *views.entry(path.to_owned()).or_default() += 1;
        }
    }
}

/// A page that was made before and is still true.
fn kept(visit: &Visit, key: &super::cache::Key) -> Option<Response> {
    let fresh = super::cache::Freshness::now(visit)?;
    let cache = &visit.web.portal.cache;
    cache.answer(key, &fresh, &visit.headers)
}

/// What answers a visit, behind a pointer: see `Handler` of the workbench.
type Answering<T> = Box<dyn FnOnce(&Visit) -> Result<T, AppError> + Send>;

async fn run(visit: Visit, handler: Answering<Response>) -> Response {
    let web = visit.web.clone();
    let task = tokio::task::spawn_blocking(move || match handler(&visit) {
        Ok(response) => response,
        Err(error) => frame::error(&visit, &error),
    });
    match task.await {
        Ok(response) => response,
        Err(error) => errors::page(&web, None, &AppError::Fault(error.to_string())),
    }
}

/// Changes how pages look: a cookie, and back to the page.
pub async fn mode(State(web): State<Web>, asked: Asked) -> Response {
    let visit = web.visit_of(asked);
    let mut mode = visit.mode;
    for (name, value) in visit.query() {
        match name.as_str() {
            "care" => mode.care = value == "1",
            "script" => mode.traditional = value == "hant",
            _ => {}
        }
    }
    let back = visit.asked("back");
    // Only to pages of the portal: never to another site.
    let back = match back.as_str() {
        back if back == paths::HOME || back.starts_with("/portal/") => back,
        back if back == "/draws" || back.starts_with("/draws/") => back,
        _ => paths::HOME,
    };
    let cookie = format!(
        "{MODE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
        mode.text()
    );
    let mut response = Redirect::to(back).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// A body that is kept and handed out many times.
pub(super) type Body = Bytes;

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_proxy_of_ours_is_believed_and_nobody_else() {
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_static("1.1.1.1, 203.0.113.7, 10.0.0.2");
        headers.insert("x-forwarded-for", line);
        let ours = [ip("10.0.0.1"), ip("10.0.0.2")];
        let said = |from: &str| sender(ip(from), &ours, &headers);
        assert_eq!(
            said("10.0.0.1"),
            ip("203.0.113.7"),
            "not what the client made up"
        );
        assert_eq!(said("198.51.100.4"), ip("198.51.100.4"));
        assert_eq!(
            sender(ip("10.0.0.1"), &ours, &HeaderMap::new()),
            ip("10.0.0.1")
        );
        let a = sender(ip("2001:db8:1:2:3:4:5:6"), &[], &headers);
        let b = sender(ip("2001:db8:1:2::9"), &[], &headers);
        assert_eq!(a, b, "one network is one sender");
        assert_eq!(
            sender(ip("::ffff:192.0.2.1"), &[], &headers),
            ip("192.0.2.1")
        );
    }

    #[test]
    fn endless_addresses_take_no_endless_room() {
        let mut counts = Counts::default();
        for n in 0..250_000_u32 {
            counts.one_more(std::net::Ipv4Addr::from(n).into(), "code", 5, 600);
            assert!(counts.counts.len() <= 100_000);
        }
        let one = ip("192.0.2.1");
        assert_eq!(counts.one_more(one, "a", 5, 600), 1);
        assert_eq!(counts.one_more(one, "a", 604, 600), 2);
        assert_eq!(counts.one_more(one, "a", 605, 600), 1, "ten minutes later");
    }
}
