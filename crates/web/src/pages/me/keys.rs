//! Security keys: the page where one adds and removes them, and the form that finishes a sign-in.

use app::{
    AppError,
    factors::{KeyAsk, NewKeyAsk},
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri, header},
    response::Response,
};
use maud::{Markup, html};

use super::{ME, password, recovery, words};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    pages::entry::recorded,
    shell::View,
    ui::{
        badge::Tone,
        empty::Empty,
        field::{Control, Field, field},
        head::{PageHead, Panel, page_head, panel},
        notice::{Link, Notice, notice},
        table::{Cell, Column, Row, Table, table},
    },
};

/// One's own security keys.
pub const KEYS: &str = "/me/security-keys";

/// The site as the browser calls it: the host of the request, without a port. A lie harms nobody
/// but the liar: a key is taken for the site only that it was made for, which is kept with it.
pub fn site(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let host = host.unwrap_or_default().to_ascii_lowercase();
    host.split(':').next().unwrap_or_default().to_owned()
}

/// The page.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    let site = site(&headers);
    web.page(headers, uri, move |page| {
        page.show(view(page, &site, None)?)
    })
    .await
}

fn view(page: &Page, site: &str, error: Option<String>) -> Result<View, AppError> {
    let keys = page.app().own_security_keys(page.actor())?;
    let rows = keys.iter().map(|key| {
        let used = key.used_at.as_deref().map(recorded);
        Row::plain(vec![
            Cell::text(key.name.as_str()),
            Cell::text(key.site.as_str()),
            Cell::text(recorded(&key.created_at)),
            used.map_or(Cell::Missing, Cell::text),
            Cell::Other(removal(page, &key.key_id, &key.name)),
        ])
    });
    let list = table(&Table {
        caption: "安全密钥".to_owned(),
        columns: vec![
            Column::text("名称"),
            Column::text("网站"),
            Column::short("登记时间"),
            Column::short("最近使用"),
            Column::text("停用"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "还没有安全密钥".to_owned(),
            teaches: "安全密钥是一枚 U 盘大小的硬件，登录时插上一触即可；口令和动态码被骗走，没有它也进不来。"
                .to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let ask = page.app().ask_new_key(page.actor(), site)?;
    let problem = error.map(|text| notice(&Notice::new(Tone::Late, text)));
    let head = page_head(&PageHead {
        title: "安全密钥".to_owned(),
        lede: Some("登录时代替动态码的硬件密钥（WebAuthn）。建议登记两把，一把备用。".to_owned()),
        ..PageHead::default()
    });
    let main = html! {
        (head)
        @if let Some(problem) = &problem { (problem) }
        (list)
        (panel(&Panel::new("add", "登记一把新的密钥", adding(page, &ask))))
    };
    let view = View::new("安全密钥", main);
    Ok(view.below(vec![Link::new("我的账号", ME)]))
}

fn removal(page: &Page, key: &str, name: &str) -> Markup {
    html! {
        form.inline-form method="post" action=(format!("{KEYS}/remove")) {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="key" value=(key);
            label { span.offscreen { "停用“" (name) "”：口令" }
                input type="password" name="password" autocomplete="current-password" placeholder="口令" required; }
            button.btn type="submit" { "停用" }
        }
    }
}

/// What the script says meanwhile, and what is said without a script.
fn notes() -> Markup {
    html! {
        p.hint data-key-note hidden role="status" {}
        noscript { p.hint { "安全密钥要用浏览器脚本，请启用脚本后重新打开本页。" } }
    }
}

fn adding(page: &Page, new: &NewKeyAsk) -> Markup {
    let name = Field::new(
        "name",
        "给它起个名字",
        Control::Text {
            value: String::new(),
        },
    );
    html! {
        form.form method="post" action=(KEYS) data-key="make" data-challenge=(new.ask.challenge)
            data-site=(new.ask.site) data-known=(new.ask.keys.join(" ")) data-account=(new.account)
            data-login=(new.login) data-person=(new.name)
        {
            input type="hidden" name="token" value=(page.token());
            input type="hidden" name="client_data";
            input type="hidden" name="attestation";
            (field(&name.hint("如：钥匙串上的、办公室备用。")))
            (field(&password("password", "口令", "current-password")))
            (notes())
            div.btn-row { button.btn.btn-primary type="submit" { "插入密钥并登记" } }
        }
    }
}

/// Adds a key.
pub async fn add(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    let site = site(&headers);
    web.act(headers, uri, form, move |page, form| {
        let added = page.app().add_security_key(
            page.actor(),
            form.text("password"),
            (&site, form.text("name")),
            (form.text("client_data"), form.text("attestation")),
        );
        match added {
            Ok(codes) if codes.is_empty() => see_other(&format!("{KEYS}?done=saved")),
            Ok(codes) => recovery(page, "安全密钥已登记", &codes),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(view(page, &site, Some(words))?)
            }
        }
    })
    .await
}

/// Takes a key away.
pub async fn remove(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    let site = site(&headers);
    web.act(headers, uri, form, move |page, form| {
        let (password, key) = (form.text("password"), form.text("key"));
        match page.app().remove_security_key(page.actor(), password, key) {
            Ok(()) => see_other(&format!("{KEYS}?done=saved")),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(view(page, &site, Some(words))?)
            }
        }
    })
    .await
}

/// The form that finishes a sign-in with a key.
pub fn signing_in(ask: &KeyAsk, next: &str, pending: &str) -> Markup {
    html! {
        form.form method="post" action="/sign-in/key" data-key="ask" data-challenge=(ask.challenge)
            data-site=(ask.site) data-known=(ask.keys.join(" "))
        {
            input type="hidden" name="next" value=(next);
            input type="hidden" name="pending" value=(pending);
            input type="hidden" name="key_id";
            input type="hidden" name="client_data";
            input type="hidden" name="key_data";
            input type="hidden" name="signature";
            (notes())
            div.btn-row { button.btn.btn-primary type="submit" { "用安全密钥登录" } }
        }
    }
}
