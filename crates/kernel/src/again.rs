//! What has to be done anew: an act that sends a matter back (退回补充调查) names the acts and papers
//! that no longer count after it. A second notice needs a second paper, and the party's rights that
//! go with it can be used and recorded again.

use catalogue::definition::{Action, Ledger, Need};

use crate::{
    happened::is_done,
    kept::is_signed_in,
    state::{Done, State, acts_in},
};

/// The part of the history that counts for a need: what came after the last act that opened it anew.
fn counted<'a>(ledger: &Ledger, state: &'a State, need: &Need) -> &'a [Done] {
    let opens = |done: &Done| {
        let id = done.what.strip_prefix("action:");
        let action = id.and_then(|id| ledger.action(id));
        !done.retracted && action.is_some_and(|action| action.again.contains(need))
    };
    match state.history.iter().rposition(opens) {
        Some(at) => &state.history[at + 1..],
        None => &state.history,
    }
}

fn is_whole(part: &[Done], state: &State) -> bool {
    part.len() == state.history.len()
}

/// Whether a document of this kind has been signed off, since it had last to be made anew.
pub fn is_signed(ledger: &Ledger, state: &State, document: &str) -> bool {
    let known = ledger.document(document);
    known.is_some_and(|document| {
        let need = Need::Document(document.id.clone());
        is_signed_in(counted(ledger, state, &need), &document.id)
    })
}

/// Whether an act was done here, since it had last to be done anew.
pub(crate) fn was_done_here(ledger: &Ledger, state: &State, action: &Action) -> bool {
    let need = Need::Action(action.id.clone());
    acts_in(counted(ledger, state, &need), &action.id)
        .next()
        .is_some()
}

/// The same, or by the book.
pub(crate) fn was_done(ledger: &Ledger, state: &State, action: &Action) -> bool {
    let need = Need::Action(action.id.clone());
    match is_whole(counted(ledger, state, &need), state) {
        true => is_done(action, state),
        false => was_done_here(ledger, state, action),
    }
}
