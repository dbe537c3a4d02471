//! Where a party that will be present at a draw makes its secret and the commitment to it.
//!
//! The secret is made in the party's own browser and never sent; the commitment goes into the plan.

use axum::{extract::State, response::Response};
use maud::html;

use super::{DRAWS, public_page};
use crate::{
    context::Web,
    portal::Asked,
    ui::{
        assets,
        button::{Button, buttons},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
    },
};

/// The page.
pub async fn show(State(web): State<Web>, asked: Asked) -> Response {
    web.visit(asked, |visit| {
        let main = html! {
            (page_head(&PageHead {
                title: "到场方：生成秘密和承诺".to_owned(),
                lede: Some("参加抽取的单位可以各带一个秘密：只要有一方的秘密别人不知道，就谁也不能预知结果。秘密在您的浏览器里生成，不发送到任何地方。".to_owned()),
                ..PageHead::default()
            }))
            form.form data-make-secret {
                div.field {
                    label for="draw" { "抽取编号" }
                    input type="text" id="draw" name="draw" value=(visit.asked("draw")) autocomplete="off" required;
                }
                div.field {
                    label for="party" { "本单位名称（与方案里写的一致）" }
                    input type="text" id="party" name="party" autocomplete="off" required;
                }
                (buttons(&[Button::submit("生成")]))
            }
            div data-secret role="status" {}
            (panel(&Panel::new("hand", "不用浏览器", html! {
                p { "也可以用命令行程序：" }
                pre.command { "yifa draw secret --draw 抽取编号 --party 单位名称" }
            })))
            noscript { p { "这一页需要启用 JavaScript；不启用时请用上面的命令。" } }
            script src="/draws/verifier.js" {}
            script src=(assets::href("js/draw-secret.js")) defer {}
        };
        let above = vec![Link::new("双随机抽查", DRAWS)];
        Ok(public_page(visit, "到场方：生成秘密和承诺", above, main))
    })
    .await
}
