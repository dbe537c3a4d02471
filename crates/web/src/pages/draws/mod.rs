//! Draws: public pages that anybody recomputes, and the desk where they are organised.
//!
//! `/draws` is for everybody and asks for no sign-in; `/inspections` is the office's side. Reading
//! order: `public`, `check` (verification in the browser and the page to take home), `wall`
//! (the hall screen), `secret` (for the parties present), `desk` and `plan` (the office).

use app::{
    App,
    draw::{Draw, Stage, pure::beacon::Chain},
};
use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use jiff::{Timestamp, tz};
use maud::Markup;

use crate::{
    access::{self, Guard, Who},
    context::Web,
    portal::{Visit, frame::View as PortalView},
    ui::{
        badge::{Badge, Tone},
        icons::Icon,
        notice::Link,
    },
};

mod check;
mod desk;
mod notice;
mod panels;
mod plan;
mod public;
mod secret;
mod wall;

/// All draws, for everybody.
pub const DRAWS: &str = "/draws";
/// Where a party of a draw makes its secret.
pub const COMMIT: &str = "/draws/commit";
/// The office's side.
pub const INSPECTIONS: &str = "/inspections";

/// A public page of a draw.
pub fn draw(id: &str) -> String {
    format!("/draws/{id}")
}
/// A page or file below it.
pub fn draw_part(id: &str, part: &str) -> String {
    format!("/draws/{id}/{part}")
}
/// The office's page of a draw.
pub fn inspection(id: &str) -> String {
    format!("/inspections/{id}")
}
/// An act below it.
pub fn inspection_part(id: &str, part: &str) -> String {
    format!("/inspections/{id}/{part}")
}

/// The routes of this family.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/draws", get(public::list))
        .route("/draws/verifier.js", get(check::script))
        .route("/draws/commit", get(secret::show))
        .route("/draws/{draw}", get(public::show))
        .route("/draws/{draw}/bundle.json", get(check::bundle))
        .route("/draws/{draw}/verify.html", get(check::standalone))
        .route("/draws/{draw}/check", get(check::page))
        .route("/draws/{draw}/wall", get(wall::show))
        .route("/draws/{draw}/notice/{unit}", get(notice::show))
        .route("/inspections", get(desk::list))
        .route("/inspections/new", get(plan::form).post(plan::publish))
        .route("/inspections/images/{hash}", get(desk::image))
        .route("/inspections/{draw}", get(desk::show))
        .route("/inspections/{draw}/secret.txt", get(desk::secret))
        .route("/inspections/{draw}/freeze", post(desk::freeze))
        .route("/inspections/{draw}/value", post(desk::value))
        .route("/inspections/{draw}/run", post(desk::run))
        .route("/inspections/{draw}/replace", post(desk::replace))
        .route("/inspections/{draw}/publish", post(desk::publish))
        .route("/inspections/{draw}/void", post(desk::void))
}

const OPEN: &str = "draws are public, so that anybody can recompute them";

/// Who may come.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/draws", Who::Anyone, OPEN),
    access::get("/draws/verifier.js", Who::Anyone, OPEN),
    access::get("/draws/commit", Who::Anyone, "a party of a draw makes its secret, in its own browser"),
    access::get("/draws/{draw}", Who::Anyone, OPEN),
    access::get("/draws/{draw}/bundle.json", Who::Anyone, OPEN),
    access::get("/draws/{draw}/verify.html", Who::Anyone, OPEN),
    access::get("/draws/{draw}/check", Who::Anyone, OPEN),
    access::get("/draws/{draw}/wall", Who::Anyone, OPEN),
    access::get("/draws/{draw}/notice/{unit}", Who::Anyone, "the inspected unit checks that a visit is genuine"),
    access::get("/inspections", Who::Staff, "draws and the year's plan"),
    access::get("/inspections/new", Who::Staff, "planning a draw"),
    access::post("/inspections/new", Who::Staff, "publishing the plan of a draw"),
    access::get("/inspections/images/{hash}", Who::Staff, "a picture of a record"),
    access::get("/inspections/{draw}", Who::Staff, "a draw at the desk"),
    access::get("/inspections/{draw}/secret.txt", Who::Staff, "the second copy of the secret"),
    access::post("/inspections/{draw}/freeze", Who::Staff, "freezing the lists"),
    access::post("/inspections/{draw}/value", Who::Staff, "the value of a source"),
    access::post("/inspections/{draw}/run", Who::Staff, "drawing"),
    access::post("/inspections/{draw}/replace", Who::Staff, "replacing by the next in line"),
    access::post("/inspections/{draw}/publish", Who::Staff, "publishing the results of a draw"),
    access::post("/inspections/{draw}/void", Who::Staff, "declaring a draw void"),
];

/// A moment as people read it.
pub(super) fn moment(at: Timestamp) -> String {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    let zoned = at.to_zoned(zone);
    let pattern = if zoned.second() == 0 {
        "%Y年%-m月%-d日 %H:%M"
    } else {
        "%Y年%-m月%-d日 %H:%M:%S"
    };
    zoned.strftime(pattern).to_string()
}

/// The stage as a badge.
fn stage_badge(stage: Stage) -> Badge {
    match stage {
        Stage::Planned | Stage::Frozen => Badge::stage(stage.label()),
        Stage::Drawn => Badge::done(stage.label()),
        Stage::Void => Badge::new(Tone::Late, stage.label()).shape(Icon::Cross),
    }
}

/// What happened, by the kind of an event.
fn happening(kind: &str) -> &'static str {
    match kind {
        "draw.plan.published" => "公布方案",
        "draw.population.frozen" => "冻结名单",
        "draw.result" => "公布结果",
        "draw.replaced" => "替换",
        "draw.void" => "作废",
        _ => "留痕",
    }
}

/// What a source is called.
fn source_label(name: &str) -> String {
    let mut parts = name.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("drand-quicknet"), Some(round), _) => {
            format!("全球公共随机信标 drand（quicknet）第 {round} 轮")
        }
        (Some("drand-default"), Some(round), _) => {
            format!("全球公共随机信标 drand（default）第 {round} 轮")
        }
        (Some("lottery"), Some(game), Some(issue)) => {
            let game = match game {
                "ssq" => "双色球",
                "dlt" => "大乐透",
                "kl8" => "快乐8",
                "fc3d" => "福彩3D",
                "pl5" => "排列5",
                other => other,
            };
            format!("{game}第 {issue} 期开奖号码")
        }
        (Some("reveal"), Some("bureau"), _) => "本局事先封存的秘密".to_owned(),
        (Some("reveal"), Some(party), _) => format!("{party}事先封存的秘密"),
        _ => name.to_owned(),
    }
}

/// How a beacon is fetched, for whoever has to paste it.
fn fetch_hint(name: &str) -> Option<String> {
    let (chain, round) = name.split_once(':')?;
    let path = Chain::from_name(chain)?.chain_hash();
    Some(format!("api.drand.sh/{path}/public/{round}"))
}

/// Who draws.
fn organ_name(app: &App, organ: &str) -> String {
    app.organ(organ).map(|o| o.name.clone()).unwrap_or_default()
}

/// A public page, in the portal's frame.
fn public_page(visit: &Visit, title: &str, above: Vec<Link>, main: Markup) -> Response {
    // Behind the door of what citizens verify.
    let view = PortalView::new(crate::portal::VERIFY, title, main).below(above);
    visit.respond(StatusCode::OK, view)
}

/// Shares of a plan's strata, in words.
fn share(draw: &Draw, name: &str) -> String {
    let stratum = draw.plan.strata.iter().find(|s| s.name == name);
    match stratum.map(|s| (s.count, s.rate_ppm, s.max)) {
        Some((Some(count), ..)) => format!("抽 {count} 个"),
        Some((None, Some(rate), max)) => {
            let (whole, part) = (rate / 10_000, rate % 10_000);
            let part = format!("{part:04}");
            let part = part.trim_end_matches('0');
            let dot = if part.is_empty() { "" } else { "." };
            let most = max.map_or_else(String::new, |max| format!("，最多 {max} 个"));
            format!("抽 {whole}{dot}{part}%{most}")
        }
        _ => String::new(),
    }
}
