//! Verifiable draws: who is inspected and by whom, so that nobody can steer it and anybody can
//! recompute it.
//!
//! The plan and the population are fixed and witnessed before the seed can be known; the seed comes
//! from sources named in advance; everything after that is arithmetic. `docs/draw.md` is the
//! specification; a second verifier in JavaScript was written from it alone.
//!
//! Reading order: [`plan`], [`population`], [`roster`] (what is frozen), [`source`] and [`beacon`]
//! (the seed), [`select`] and [`rates`] (who is drawn), [`assign`] (who visits), [`bundle`] and
//! [`verify`] (what is published and checked), [`event`] and [`replace`] (what comes after).

pub mod assign;
pub mod beacon;
pub mod bundle;
pub mod event;
pub mod plan;
pub mod population;
pub mod rates;
pub mod replace;
pub mod rfc3797;
pub mod roster;
pub mod select;
pub mod source;
pub mod suite;
mod time;
pub mod verify;

/// The second verifier as one classic script for a page: it defines `verifyDraw(text, trust)`, which
/// gives `{checks, passed}`, `verifyDraw.ticket(suite, seed, draw, stratum, unit, number)` and
/// `verifyDraw.commitment(draw, party, secret)`. The page may be opened from a folder, without a server.
pub fn verifier_script() -> String {
    let files = [
        include_str!("../js/hashes.mjs"),
        include_str!("../js/signatures.mjs"),
        include_str!("../js/log.mjs"),
        include_str!("../js/assignment.mjs"),
        include_str!("../js/verify-draw.mjs"),
    ];
    let mut script = String::from("const verifyDraw = (() => {\n\"use strict\";\n");
    for file in files {
        let (module, _) = file.split_once("/* node-only */").unwrap_or((file, ""));
        for line in module.lines().filter(|line| !line.starts_with("import ")) {
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script
        + "verifyDraw.ticket = (suite, ...fields) => {\n\
           const text = [\"draw-ticket/v1\", ...fields].map((field) => field + \"\\n\").join(\"\");\n\
           return toHex((suite === \"sm3\" ? sm3 : sha256)(utf8(text)));\n\
           };\n\
           verifyDraw.commitment = (...fields) => {\n\
           const text = [\"draw-reveal/v1\", ...fields].map((field) => field + \"\\n\").join(\"\");\n\
           return toHex(sha256(utf8(text)));\n\
           };\n\
           return verifyDraw;\n})();\n"
}

#[cfg(all(test, feature = "drand"))]
#[allow(clippy::unwrap_used)]
mod tests;
