//! Every phrase of what the checker promises to find, word by word: a number that is read or not
//! read, an invented sentence that fires and one that stays silent. `docs/check.md` names the rule
//! of each phrase.

mod numbers;
mod relations;
mod words;

use check::{Extent, Options, check};

/// What is promised, the rule that keeps it, and the two texts.
struct Promise {
    phrase: &'static str,
    code: &'static str,
    extent: Extent,
    /// The rule speaks of this text…
    fires: &'static str,
    /// …and nobody of this one.
    silent: &'static str,
}

const fn excerpt(
    phrase: &'static str,
    code: &'static str,
    fires: &'static str,
    silent: &'static str,
) -> Promise {
    Promise {
        phrase,
        code,
        extent: Extent::Excerpt,
        fires,
        silent,
    }
}

const fn whole(
    phrase: &'static str,
    code: &'static str,
    fires: &'static str,
    silent: &'static str,
) -> Promise {
    Promise {
        phrase,
        code,
        extent: Extent::Whole,
        fires,
        silent,
    }
}

fn codes(text: &str, extent: Extent) -> Vec<&'static str> {
    let options = Options {
        extent,
        ..Options::default()
    };
    check(text, &options)
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

/// Asserts that every promise of the table is kept.
fn keep(promises: &[Promise]) {
    let mut broken = Vec::new();
    for promise in promises {
        let found = codes(promise.fires, promise.extent);
        if !found.contains(&promise.code) {
            broken.push(format!(
                "{}: {} missed, found {found:?}: {}",
                promise.phrase, promise.code, promise.fires
            ));
        }
        let mut found = codes(promise.silent, promise.extent);
        // A whole report of one sentence lacks parts; only the rule itself is asked then.
        if promise.extent == Extent::Whole {
            found.retain(|code| *code == promise.code);
        }
        if !found.is_empty() {
            broken.push(format!("{}: {found:?}: {}", promise.phrase, promise.silent));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
