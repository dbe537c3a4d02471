//! What the inspected unit sees when it scans the inspector's code (扫码入企): that the visit is
//! genuine, and afterwards its own record, to read and to print.

use app::{draw::results::Outcome, values::dates};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};

use super::{DRAWS, draw, public_page};
use crate::{
    context::Web,
    portal::Asked,
    ui::{
        badge::Tone,
        facts::{Fact, facts},
        head::{PageHead, page_head},
        notice::{Link, Notice, notice as notice_view},
    },
};

/// The page.
pub async fn show(
    State(web): State<Web>,
    Path((id, unit)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    web.visit(asked, move |reader| {
        let app = reader.app();
        let key = reader.asked("k");
        let (one, visit) = app.visit_notice(&id, &unit, &key)?;
        let found = app.visit_record(&one, &unit, &key)?;
        let main = html! {
            (page_head(&PageHead {
                kicker: Some(one.plan.title.clone()),
                title: "行政检查核对".to_owned(),
                ..PageHead::default()
            }))
            @match &visit {
                Some(visit) => {
                    (notice_view(&Notice::new(Tone::Done, format!("{}在本次双随机抽查之内", one.name(&visit.unit)))))
                    (facts(&[
                        Fact::new("检查机关", super::organ_name(app, &one.organ)),
                        Fact::new("检查事项", one.setup.matters.join("、")),
                        Fact::new("检查人员", visit.inspectors.iter().map(|i| one.name(i)).collect::<Vec<_>>().join("、")),
                        Fact::new("检查截止", one.setup.team.as_ref().map(|t| t.until.clone()).unwrap_or_default()),
                    ]))
                    (record(&found))
                    p { "检查人员应为上述人员，不少于两人，并主动出示执法证件；没有出示的，可以拒绝检查。" }
                }
                None => {
                    (notice_view(&Notice::new(Tone::Late, "没有查到这次检查").with(html! {
                        p { "这家单位不在已公布的抽查结果里。结果推迟公开的，请以检查人员出示的检查通知书为准，并拨打检查机关电话核对。" }
                    })))
                }
            }
            p { a href=(draw(&one.id)) { "这次抽取的全部公开内容" } }
        };
        let above = vec![Link::new("双随机抽查", DRAWS), Link::new(one.plan.title.as_str(), draw(&one.id))];
        Ok(public_page(reader, "行政检查核对", above, main))
    })
    .await
}

/// The record of the visit, for the unit alone: the problem in words stands nowhere else in public.
fn record(found: &[Outcome]) -> Markup {
    let day = |iso: &str| iso.parse().map_or_else(|_| iso.to_owned(), dates::chinese);
    html! {
        @if !found.is_empty() {
            section aria-labelledby="record" {
                h2 #record { "检查记录" }
                @for one in found {
                    h3 { (one.matter) "：" (one.result) }
                    (facts(&known(one, &day)))
                }
                p.article-actions { button.btn type="button" data-print { "打印检查记录" } }
                p.hint { "凭这个二维码才能看到；对结果有异议的，请向检查机关陈述、申辩。" }
            }
        }
    }
}

fn known(one: &Outcome, day: &dyn Fn(&str) -> String) -> Vec<Fact> {
    let published = match one.published_on.is_empty() {
        true => "尚未公示".to_owned(),
        false => day(&one.published_on),
    };
    let lines = [
        ("检查日期", day(&one.checked_on)),
        ("问题", one.problem.clone()),
        ("不符合的检查内容", one.failed.join("；")),
        ("后续处理", one.follow_up.clone()),
        ("整改完成", day(&one.rectified_on)),
        ("公示日期", published),
    ];
    let filled = lines.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(name, value)| Fact::new(name, value)).collect()
}
