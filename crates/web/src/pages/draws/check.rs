//! Verification by everybody: in the browser, and in one page to take home that needs no network.
//!
//! The verifier is the second one, in plain JavaScript, written from `docs/draw.md` alone; it shares
//! no code with the program that draws.

use app::{AppError, draw::Draw};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{DRAWS, draw, draw_part, public::file, public_page};
use crate::{
    context::Web,
    portal::Asked,
    ui::{
        assets,
        button::{Button, buttons},
        head::{PageHead, page_head},
        notice::Link,
        raw::{doctype, embedded_data, embedded_script, embedded_stylesheet},
    },
};

/// The verifier as a script.
pub async fn script(State(web): State<Web>) -> Response {
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        web.app.verifier_script() + "globalThis.verifyDraw = verifyDraw;\n",
    )
        .into_response()
}

fn bundle_of(one: &Draw) -> Result<Vec<u8>, AppError> {
    let bundle = one.bundle.as_ref().ok_or(AppError::NotFound("抽取结果"))?;
    bundle.to_json().map_err(|e| AppError::Fault(e.to_string()))
}

/// The bundle.
pub async fn bundle(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let one = visit.app().public_draw(&id)?;
        let name = format!("{}.bundle.json", one.id);
        Ok(file("application/json", &name, bundle_of(&one)?))
    })
    .await
}

/// What a check is asked in, and where its lines appear.
fn place(one: &Draw) -> Markup {
    html! {
        div.check {
            p.check-summary data-summary role="status" { "正在核对……" }
            ol.check-lines data-lines {}
            form.inline-search data-ticket {
                label for="ticket-unit" { "核对一家的票号（名称或编号）" }
                input type="text" id="ticket-unit" autocomplete="off";
                (buttons(&[Button::submit("核对")]))
            }
            div data-ticket-answer role="status" {}
            p.hint { "抽取编号 " (one.id) "。核对在这台电脑上进行，不发送任何数据。" }
        }
    }
}

/// Names for people, as JSON: no check depends on them.
fn names(one: &Draw) -> String {
    let names: std::collections::BTreeMap<&str, &str> = one
        .names
        .iter()
        .map(|(id, named)| (id.as_str(), named.name.as_str()))
        .collect();
    serde_json::to_string(&names).unwrap_or_else(|_| "{}".to_owned())
}

/// Verification in the browser.
pub async fn page(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let one = visit.app().public_draw(&id)?;
        bundle_of(&one)?;
        let main = html! {
            (page_head(&PageHead {
                kicker: Some(one.plan.title.clone()),
                title: "在浏览器里验证".to_owned(),
                lede: Some("下面每一行都由您的浏览器重新计算。".to_owned()),
                actions: vec![Button::download("下载验证网页，断网后再验", draw_part(&one.id, "verify.html"))],
                ..PageHead::default()
            }))
            (place(&one))
            script type="application/json" data-bundle=(draw_part(&one.id, "bundle.json")) {}
            script type="application/json" data-names { (embedded_data(&names(&one))) }
            script src="/draws/verifier.js" {}
            script src=(assets::href("js/draw-check.js")) defer {}
        };
        let above = vec![
            Link::new("双随机抽查", DRAWS),
            Link::new(one.plan.title.as_str(), draw(&one.id)),
        ];
        Ok(public_page(visit, "在浏览器里验证", above, main))
    })
    .await
}

/// One page that holds everything: style, verifier, bundle.
pub async fn standalone(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.visit(asked, move |visit| {
        let app = visit.app();
        let one = app.public_draw(&id)?;
        let bundle = String::from_utf8(bundle_of(&one)?)
            .map_err(|e| AppError::Fault(e.to_string()))?;
        let glue = assets::find("js/draw-check.js").map_or("", |asset| asset.body);
        let page = html! {
            (doctype())
            html lang="zh-CN" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "验证：" (one.plan.title) }
                    (embedded_stylesheet())
                }
                body.portal {
                    div.portal-page {
                        main {
                            (page_head(&PageHead {
                                kicker: Some(super::organ_name(app, &one.organ)),
                                title: format!("验证：{}", one.plan.title),
                                lede: Some("这个网页不需要网络。证明包和验证程序都在里面；也可以换成别处得到的证明包再验一遍。".to_owned()),
                                ..PageHead::default()
                            }))
                            form.inline-search {
                                label for="other" { "换一份证明包（bundle.json）" }
                                input type="file" id="other" accept=".json" data-other;
                            }
                            (place(&one))
                        }
                    }
                    script type="application/json" data-bundle="" { (embedded_data(&bundle)) }
                    script type="application/json" data-names { (embedded_data(&names(&one))) }
                    (embedded_script(&app.verifier_script()))
                    (embedded_script(glue))
                }
            }
        };
        let name = format!("{}.verify.html", one.id);
        Ok(file("text/html; charset=utf-8", &name, page.into_string().into_bytes()))
    })
    .await
}
