//! Fetching rounds of a public beacon from a relay, where an office allows that.
//!
//! Nothing is fetched unless somebody names a relay (`yifa draw seed --fetch`, `yifa serve
//! --beacon-relay`). A round carries its signature and is verified against the pinned key whoever
//! handed it over, so plain HTTP to a relay in the own network will do.

use std::time::Duration;

use anyhow::{Result, bail};
use app::App;
use proof::draw::beacon::Chain;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that can be a round.
const ANSWER_MAX: u64 = 64 << 10;

/// What a relay answers for a round, unverified.
///
/// # Errors
/// One sentence that says what to do instead.
pub fn fetch(relay: &str, chain: Chain, round: u64) -> Result<String> {
    let relay = relay.trim_end_matches('/');
    let path = format!("{}/public/{round}", chain.chain_hash());
    let instead = format!(
        "请检查网络，或在能上网的电脑上打开 https://api.drand.sh/{path}，把内容存成文件，再用 {}=@文件 填入",
        chain.name()
    );
    if !relay.starts_with("https://") && !relay.starts_with("http://") {
        bail!("中继地址“{relay}”应以 https:// 或 http:// 开头；{instead}。");
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .into();
    let name = chain.name();
    let mut answer = match agent.get(format!("{relay}/{path}")).call() {
        Ok(answer) => answer,
        Err(error) => {
            bail!("取不到 {name} 第 {round} 轮：中继 {relay} 没有答复（{error}）；{instead}。")
        }
    };
    let status = answer.status().as_u16();
    if status != 200 {
        bail!("取不到 {name} 第 {round} 轮：中继 {relay} 答复 {status}；{instead}。");
    }
    match answer
        .body_mut()
        .with_config()
        .limit(ANSWER_MAX)
        .read_to_string()
    {
        Ok(text) => Ok(text),
        Err(error) => {
            bail!("取不到 {name} 第 {round} 轮：中继 {relay} 的答复读不完（{error}）；{instead}。")
        }
    }
}

/// Fetches what draws are waiting for. What does not come is reported and asked for again later.
///
/// # Errors
/// When the database cannot be read.
pub fn fetch_due(app: &App) -> Result<()> {
    let Some(relay) = app.relay() else {
        return Ok(());
    };
    for due in app.rounds_due()? {
        let taken = fetch(relay, due.chain, due.round)
            .and_then(|answer| Ok(app.take_round(&due, &answer)?));
        if let Err(error) = taken {
            let source = &due.source;
            tracing::warn!(source, %error, "The round {source} did not come: {error:#}");
        }
    }
    Ok(())
}
