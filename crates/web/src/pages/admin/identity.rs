//! The organ's identity provider: the security administrator's page.

use app::{AppError, identity::IdentityProvider};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::IDENTITY;
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    pages::{entry::recorded, me::words},
    shell::View,
    ui::{
        button::{Button, buttons},
        empty::Empty,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// The provider and the accounts that are linked.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        let known = page.app().identity_provider(page.actor())?;
        page.show(view(page, &known.unwrap_or_default(), None)?)
    })
    .await
}

fn view(page: &Page, known: &IdentityProvider, error: Option<String>) -> Result<View, AppError> {
    let head = page_head(&PageHead {
        title: "统一身份认证".to_owned(),
        lede: Some(
            "让本局人员用已有的身份认证平台（OpenID Connect）登录。账号、角色和审计仍在本系统；第一次登录要用本系统口令确认一次，不会自动生成账号。"
                .to_owned(),
        ),
        ..PageHead::default()
    });
    let main = html! {
        (head)
        (panel(&Panel::new("provider", "认证平台", html! { (steps(known)) (form(page, known, error)) })))
        (panel(&Panel::new("links", "已关联的账号", links(page)?)))
    };
    Ok(View::of(Area::Admin, "统一身份认证", main))
}

/// What has to be registered at the provider.
fn steps(known: &IdentityProvider) -> Markup {
    let site = match known.site.as_str() {
        "" => "https://本系统的主机",
        site => site,
    };
    html! {
        p { "先在认证平台登记本系统（授权码方式，要求 PKCE），回调地址一字不差地填写："
            code { (site) (app::identity::BACK) } }
    }
}

fn form(page: &Page, known: &IdentityProvider, error: Option<String>) -> Markup {
    let text = |value: &str| Control::Text {
        value: value.to_owned(),
    };
    let or = |value: &str, usual: &str| if value.is_empty() { usual } else { value }.to_owned();
    let secret_hint = match known.has_secret {
        true => "已保存，不再显示；不填就不变。",
        false => "登记后由认证平台给出。保存后不再显示。",
    };
    let secret = Field::new(
        "client_secret",
        "客户端密钥",
        Control::Password {
            autocomplete: "off",
        },
    );
    let secret = match known.has_secret {
        true => secret,
        false => secret.required(),
    };
    let state = Control::Choice {
        value: if known.enabled { "yes" } else { "no" }.to_owned(),
        choices: vec![
            Choice::new("no", "停用：只用用户名和口令登录"),
            Choice::new("yes", "启用：登录页出现认证平台的按钮"),
        ],
    };
    form_view(&FormView {
        id: "provider-form".to_owned(),
        action: IDENTITY.to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                Field::new("name", "名称", text(&or(&known.name, "统一身份认证")))
                    .required()
                    .hint("登录页的按钮上显示。"),
                Field::new("issuer", "签发者", text(&known.issuer))
                    .required()
                    .hint("认证平台的 https 地址，与其自称的 issuer 一字不差。"),
                Field::new("site", "本系统地址", text(&known.site))
                    .required()
                    .hint("用户浏览器里本系统的地址，如 https://yifa.例.gov.cn。"),
                Field::new("client_id", "客户端标识", text(&known.client_id)).required(),
                secret.hint(secret_hint),
                Field::new("claim", "指明账号的声明", text(&or(&known.claim, "preferred_username")))
                    .required()
                    .hint("令牌里哪一项是本系统的用户名。"),
                Field::new("authorities", "信任的证书", Control::LongText { value: known.authorities.clone(), rows: 4 })
                    .hint("认证平台的证书由内部机构签发时，在这里粘贴该机构的证书（PEM）；公共机构签发的不用填。"),
                Field::new("enabled", "状态", state),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("保存")],
        ..FormView::default()
    })
}

fn links(page: &Page) -> Result<Markup, AppError> {
    let links = page.app().identity_links(page.actor())?;
    let rows = links.iter().map(|link| {
        let end = format!("{IDENTITY}/unlink/{}", link.account);
        Row::plain(vec![
            Cell::text(link.name.as_str()),
            Cell::text(link.login.as_str()),
            Cell::text(link.subject.as_str()),
            Cell::text(recorded(&link.linked_at)),
            Cell::text(link.used_at.as_deref().map(recorded).unwrap_or_default()),
            Cell::Other(buttons(&[Button::post("解除", end, page.token()).quiet()])),
        ])
    });
    Ok(table(&Table {
        caption: "已关联的账号".to_owned(),
        columns: vec![
            Column::text("姓名"),
            Column::short("用户名"),
            Column::text("平台上的标识"),
            Column::short("关联时间"),
            Column::short("最近使用"),
            Column::short("办理"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "还没有账号关联".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    }))
}

/// Keeps the provider.
pub async fn set(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let text = |name: &str| form.text(name).to_owned();
        let given = IdentityProvider {
            name: text("name"),
            issuer: text("issuer"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            has_secret: false,
            claim: text("claim"),
            site: text("site"),
            authorities: text("authorities"),
            enabled: form.text("enabled") == "yes",
        };
        match page.app().set_identity_provider(page.actor(), &given) {
            Ok(()) => see_other(&format!("{IDENTITY}?done=saved")),
            Err(error) => {
                let words = words(error)?;
                let known = page.app().identity_provider(page.actor())?;
                let again = IdentityProvider {
                    has_secret: known.is_some_and(|known| known.has_secret),
                    ..given
                };
                page.show_rejected(view(page, &again, Some(words))?)
            }
        }
    })
    .await
}

/// Takes the link of an account away.
pub async fn unlink(
    State(web): State<Web>,
    axum::extract::Path(account): axum::extract::Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, _| {
        page.app().unlink_identity(page.actor(), &account)?;
        see_other(&format!("{IDENTITY}?done=saved"))
    })
    .await
}
