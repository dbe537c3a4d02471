//! The values of the sources: signed, committed to, or for the reader to compare.

#[cfg(feature = "drand")]
use super::equal;
use super::{Outcome, Report};
use crate::draw::beacon::Chain;
use crate::draw::bundle::{Bundle, SourceValue};
use crate::draw::plan::{Plan, SourcePlan};
use crate::draw::source::{Source, reveal_commitment};
use crate::hash::Hash;

pub(super) fn check(report: &mut Report, bundle: &Bundle, plan: &Plan) {
    if !bundle
        .sources
        .iter()
        .map(|s| &s.name)
        .eq(plan.sources.iter().map(|s| &s.name))
    {
        let detail = "the sources are not those of the plan in its order";
        report.add("source", "/sources", Outcome::Fail, detail);
    }
    for (index, source) in bundle.sources.iter().enumerate() {
        let at = format!("/sources/{index}");
        let Some(planned) = plan
            .sources
            .iter()
            .find(|planned| planned.name == source.name)
        else {
            report.add(
                "source",
                &at,
                Outcome::Fail,
                "the plan does not name this source",
            );
            continue;
        };
        let (outcome, detail) = match check_source(plan, planned, source) {
            Ok((outcome, detail)) => (outcome, detail),
            Err(detail) => (Outcome::Fail, detail),
        };
        report.add("source", &at, outcome, format!("{}: {detail}", source.name));
    }
}

fn check_source(
    plan: &Plan,
    planned: &SourcePlan,
    source: &SourceValue,
) -> Result<(Outcome, String), String> {
    let parsed: Source = source.name.parse().map_err(|error| format!("{error}"))?;
    if !matches!(parsed, Source::Beacon(..))
        && (source.signature.is_some() || source.previous_signature.is_some())
    {
        return Err("a signature belongs to a beacon only".into());
    }
    match parsed {
        Source::Beacon(chain, round) => check_beacon(chain, round, source),
        Source::Lottery(game, _) => match game.canonical(&source.value) {
            Ok(text) if text == source.value => Ok((
                Outcome::Compare,
                format!("{text}: compare with the published result"),
            )),
            Ok(text) => Err(format!("the canonical text of these numbers is {text}")),
            Err(error) => Err(error.to_string()),
        },
        Source::Reveal(party) => {
            if source.value.is_empty() {
                let later = planned
                    .publish_after
                    .as_deref()
                    .unwrap_or("the time of the draw");
                return Err(format!(
                    "the secret is not published; it is due after {later}"
                ));
            }
            let secret = Hash::from_hex(&source.value).ok_or("the secret is not 32 bytes")?;
            if planned.commitment == Some(reveal_commitment(&plan.draw, &party, &secret)) {
                Ok((Outcome::Pass, "the secret is the one committed to".into()))
            } else {
                Err("the secret is not the one committed to".into())
            }
        }
    }
}

#[cfg(feature = "drand")]
fn check_beacon(
    chain: Chain,
    round: u64,
    source: &SourceValue,
) -> Result<(Outcome, String), String> {
    let bytes = |hex: &String| {
        let lower = !hex.bytes().any(|b| b.is_ascii_uppercase());
        hex::decode(hex)
            .ok()
            .filter(|_| lower)
            .ok_or("a signature is not hexadecimal")
    };
    let signature = source.signature.as_ref().map(bytes).transpose()?;
    let signature = signature.ok_or("the signature is missing")?;
    let previous = source.previous_signature.as_ref().map(bytes).transpose()?;
    let value = chain
        .verify(round, &signature, previous.as_deref())
        .map_err(|error| error.to_string())?;
    let stated = Hash::from_hex(&source.value).ok_or("the value is not 32 bytes")?;
    equal("the value of the signed round", &stated, &value).map(|detail| (Outcome::Pass, detail))
}

#[cfg(not(feature = "drand"))]
fn check_beacon(_: Chain, _: u64, _: &SourceValue) -> Result<(Outcome, String), String> {
    Ok((
        Outcome::Compare,
        "this build cannot check signatures of beacons".into(),
    ))
}
