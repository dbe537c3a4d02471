//! The values of a plan's sources, as people type or paste them: verified on the way in.

use proof::{
    draw::{
        beacon::{BeaconError, Chain},
        bundle::SourceValue,
        plan::{Plan, SourcePlan},
        source::{Source, reveal_commitment},
    },
    hash::Hash,
};
use serde::Deserialize;

use super::words;

/// What a relay of the beacon answers; a signature alone is enough where rounds are not chained.
#[derive(Deserialize)]
struct Relayed {
    round: u64,
    signature: String,
    #[serde(default)]
    previous_signature: Option<String>,
}

/// Reads the value of a source and verifies it.
///
/// # Errors
/// Why it cannot be accepted, in words for the person who typed it.
pub fn read(plan: &Plan, source: &SourcePlan, text: &str) -> Result<SourceValue, String> {
    let text = text.trim();
    let plain = |value: String| SourceValue {
        name: source.name.clone(),
        value,
        signature: None,
        previous_signature: None,
    };
    match source.name.parse() {
        Ok(Source::Beacon(chain, round)) => beacon(&source.name, chain, round, text),
        Ok(Source::Lottery(game, _)) => game
            .canonical(text)
            .map(plain)
            .map_err(|_| words::lottery_rule(game).to_owned()),
        Ok(Source::Reveal(party)) => {
            let secret = Hash::from_hex(&text.to_ascii_lowercase())
                .ok_or_else(|| "秘密应为 64 位十六进制数".to_owned())?;
            if source.commitment == Some(reveal_commitment(&plan.draw, &party, &secret)) {
                Ok(plain(secret.to_hex()))
            } else {
                Err("与方案里的承诺不符：不是当初封存的那个秘密".to_owned())
            }
        }
        Err(_) => Err("不认识这种来源".to_owned()),
    }
}

fn beacon(name: &str, chain: Chain, round: u64, text: &str) -> Result<SourceValue, String> {
    let relayed = if text.starts_with('{') {
        serde_json::from_str::<Relayed>(text)
            .map_err(|_| "应粘贴中继返回的 JSON（含 round 和 signature）".to_owned())?
    } else {
        let mut parts = text.split_whitespace().map(str::to_ascii_lowercase);
        Relayed {
            round,
            signature: parts.next().unwrap_or_default(),
            previous_signature: parts.next(),
        }
    };
    if relayed.round != round {
        return Err(format!(
            "这是第 {} 轮的值，方案指定的是第 {round} 轮",
            relayed.round
        ));
    }
    let previous_signature = relayed
        .previous_signature
        .filter(|text| chain == Chain::Default && !text.is_empty());
    let bytes = |text: &str| hex::decode(text).map_err(|_| "签名应为十六进制数".to_owned());
    let previous = previous_signature.as_deref().map(bytes).transpose()?;
    let value = chain
        .verify(round, &bytes(&relayed.signature)?, previous.as_deref())
        .map_err(|error| match error {
            BeaconError::Previous => "这个信标还需要上一轮的签名（在本轮签名后空一格写上）",
            BeaconError::Signature => "签名不属于这一轮：请核对轮次，重新获取",
            BeaconError::Point | BeaconError::Key => "签名不完整或抄错了",
        })?;
    Ok(SourceValue {
        name: name.to_owned(),
        value: value.to_hex(),
        signature: Some(relayed.signature.to_ascii_lowercase()),
        previous_signature,
    })
}

/// What is said of an accepted value.
pub fn said(value: &SourceValue) -> String {
    match &value.signature {
        Some(_) => format!("签名成立，值 {}", value.value),
        None => value.value.clone(),
    }
}
