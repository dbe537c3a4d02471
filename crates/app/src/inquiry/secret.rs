//! Forms that prove when they were opened, and codes that need no list.
//!
//! A form carries a ticket: a random id and the time at which it was shown, signed with a secret
//! of the in-box. So a form is worth something only some seconds after it was opened (a delay that
//! a person does not notice and a machine pays for), it works once, and nothing has to be kept
//! about people who only look.

use sha2::{Digest, Sha256};

use crate::{
    App,
    error::{AppError, Result},
};

/// Letters and digits that nobody mistakes for one another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Key of the note that holds the secret.
const SECRET: &str = "portal-secret";
/// A form stays good for so many seconds.
const LIFE: i64 = 12 * 3600;

/// The ticket of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTicket {
    /// Names the form.
    pub id: String,
    /// When it was shown, seconds since 1970.
    pub shown_at: i64,
}

impl FormTicket {
    /// How long ago it was shown, in seconds.
    pub fn age(&self, app: &App) -> i64 {
        app.clock.now().as_second() - self.shown_at
    }
}

impl App {
    /// A new ticket, as text for the form.
    ///
    /// # Errors
    /// When the in-box cannot be read.
    pub fn new_ticket(&self) -> Result<String> {
        let mut bytes = [0; 16];
        self.chance.fill(&mut bytes);
        let ticket = format!("{}.{}", hex::encode(bytes), self.clock.now().as_second());
        let seal = self.seal("form", &ticket)?;
        Ok(format!("{ticket}.{}", &seal[..32]))
    }

    /// Reads the ticket of a form.
    ///
    /// # Errors
    /// A sentence for the sender when it is none of ours, or too old.
    pub fn ticket(&self, text: &str) -> Result<FormTicket> {
        let expired =
            || AppError::Input("页面打开太久了，请重新提交一次：您填写的内容都还在。".to_owned());
        let (ticket, seal) = text.rsplit_once('.').ok_or_else(expired)?;
        if self.seal("form", ticket)?.get(..32) != Some(seal) {
            return Err(expired());
        }
        let (id, at) = ticket.split_once('.').ok_or_else(expired)?;
        let ticket = FormTicket {
            id: id.to_owned(),
            shown_at: at.parse().map_err(|_| expired())?,
        };
        if !(0..=LIFE).contains(&ticket.age(self)) {
            return Err(expired());
        }
        Ok(ticket)
    }

    /// Says whether a text is a ticket of ours, however old.
    ///
    /// # Errors
    /// When the in-box cannot be read.
    pub fn is_ticket(&self, text: &str) -> Result<bool> {
        let Some((ticket, seal)) = text.rsplit_once('.') else {
            return Ok(false);
        };
        Ok(self.seal("form", ticket)?.get(..32) == Some(seal))
    }

    /// The code of a receipt: the same for the same form, and not to be guessed.
    pub(crate) fn receipt_code(&self, ticket: &FormTicket) -> Result<String> {
        self.short_code("receipt", &ticket.id)
    }

    /// Eight letters and digits that only this system can make from a text.
    pub(crate) fn short_code(&self, purpose: &str, text: &str) -> Result<String> {
        let seal = self.seal(purpose, text)?;
        let bytes = hex::decode(&seal[..16]).unwrap_or_default();
        let letter = |b: &u8| char::from(LETTERS[usize::from(b % 32)]);
        Ok(bytes.iter().map(letter).collect())
    }

    /// A keyed hash of a text, by purpose.
    pub(crate) fn seal(&self, purpose: &str, text: &str) -> Result<String> {
        let secret = self.secret()?;
        // Hash of a hash, so that a longer text gives no other seal.
        let inner = Sha256::new()
            .chain_update(secret.as_bytes())
            .chain_update(purpose.as_bytes())
            .chain_update([0])
            .chain_update(text.as_bytes())
            .finalize();
        let outer = Sha256::new()
            .chain_update(secret.as_bytes())
            .chain_update(inner)
            .finalize();
        Ok(hex::encode(outer))
    }

    fn secret(&self) -> Result<String> {
        if let Some(secret) = self.secret.get() {
            return Ok(secret.clone());
        }
        let fresh = hex::encode(self.chance.bytes32());
        let kept = self.inbox.write(|db| {
            if let Some(kept) = db.meta(SECRET)? {
                return Ok::<_, AppError>(kept);
            }
            db.put_meta(SECRET, &fresh)?;
            Ok(fresh.clone())
        })?;
        Ok(self.secret.get_or_init(|| kept).clone())
    }
}
