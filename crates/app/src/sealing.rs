//! Sealing: secrets that the system must be able to read again lie in the database under a key of
//! the data folder, so that neither the database nor a backup of it gives them away.
//!
//! Sealed are the seeds of dynamic codes, the secrets by which we prove ourselves to an identity
//! provider, and the secret of the calendar feeds' addresses. Passwords, session tokens and
//! recovery codes are hashes and need no seal. What is sealed names its row: moved to another row
//! it does not open, and neither does what was changed or written in the clear behind our back.
//! Without the key, what was sealed is to be set up anew and nothing else is lost: the words of
//! [`Unreadable`] say how.
//!
//! Left out: the key of the portal's form tickets, which the public process needs and which opens
//! nothing, and the password of the mail relay, which is in the environment only.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use store::{CredentialRow, Db, IdentityProviderRow};

use crate::{
    App,
    clock::Chance,
    deadlines::FEED_SECRET,
    error::{AppError, Result},
};

/// What sealed texts begin with.
const MARK: &str = "sealed:1:";
/// What the text of a key begins with.
const KEY_MARK: &str = "yifa-secret-key:1:";

/// The key of a data folder's secrets (ChaCha20-Poly1305). Never shown in logs.
pub struct SecretKey {
    bytes: [u8; 32],
    key: LessSafeKey,
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// A new one. Chance is the operating system's, also where a demonstration repeats itself.
    ///
    /// # Errors
    /// Never: the length is right.
    pub fn fresh() -> Result<Self> {
        Self::of(Chance::System.bytes32())
    }

    fn of(bytes: [u8; 32]) -> Result<Self> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes)
            .map_err(|_| AppError::Fault("a key of another length".to_owned()))?;
        let key = LessSafeKey::new(key);
        Ok(Self { bytes, key })
    }

    /// Reads the text of a key.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = text.trim().strip_prefix(KEY_MARK);
        let bytes = bytes.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        Self::of(bytes.ok_or_else(|| AppError::Input("不是封存密钥".to_owned()))?)
    }

    /// The text to keep.
    pub fn to_text(&self) -> String {
        format!("{KEY_MARK}{}", URL_SAFE_NO_PAD.encode(self.bytes))
    }

    /// Seals a text for the row of this name.
    fn seal(&self, name: &str, plain: &str) -> Result<String> {
        // A number used once: of 2^96, drawn by the operating system.
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&Chance::System.bytes32()[..NONCE_LEN]);
        let mut bytes = plain.as_bytes().to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_append_tag(unique, Aad::from(name), &mut bytes)
            .map_err(|_| AppError::Fault("cannot seal".to_owned()))?;
        let sealed = [&nonce[..], &bytes].concat();
        Ok(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// Opens what was sealed for the row of this name; none when it was not, or by another key.
    fn open(&self, name: &str, sealed: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(MARK)?).ok()?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(name), &mut rest);
        String::from_utf8(plain.ok()?.to_vec()).ok()
    }
}

fn is_sealed(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The row of an account's seed, as its seal names it.
fn code_of(organ: &str, account: &str) -> String {
    format!("credential.second_factor/{organ}/{account}")
}

fn provider_of(organ: &str) -> String {
    format!("identity_provider.client_secret/{organ}")
}

/// What was sealed by a key that is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// Accounts with dynamic codes, by name to sign in with.
    pub codes: Vec<String>,
    /// Organs with an identity provider, by name.
    pub providers: Vec<String>,
    /// The addresses of the calendar feeds.
    pub feeds: bool,
}

impl Unreadable {
    /// Whether everything opens.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.providers.is_empty() && !self.feeds
    }

    /// What to do, line by line; `key` says where the key would have to be.
    pub fn words(&self, key: &str) -> Vec<String> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![format!(
            "有些秘密是用另一把密钥封存的，现在读不出来。原来的 secret.key 还在的话：停下程序，用它换掉 {key}，下面各项就不必做。"
        )];
        if !self.codes.is_empty() {
            lines.push(format!(
                "动态码（{} 个账号：{}）：本人用恢复码登录后，在“我的账号”重新设置；没有恢复码的，请系统管理员重发一次性口令并清除第二因素。",
                self.codes.len(),
                self.codes.join("、")
            ));
        }
        if !self.providers.is_empty() {
            lines.push(format!(
                "统一身份认证（{}）：请安全管理员在“授权→统一身份认证”里重新填写客户端密钥，在此之前用口令登录。",
                self.providers.join("、")
            ));
        }
        if self.feeds {
            lines.push("日历订阅：地址已换新，请各人在“期限”页重新订阅。".to_owned());
        }
        lines.push("其他数据都在，没有丢失。".to_owned());
        lines
    }
}

impl App {
    /// The same system with the key of its data folder. Without it, secrets are sealed by a key
    /// that is gone with the program.
    #[must_use]
    pub fn with_secret_key(self, key: SecretKey) -> Self {
        Self {
            secret_key: key.into(),
            ..self
        }
    }

    /// Seals what an earlier version has written in the clear, makes a new secret of the feeds
    /// where the old one does not open, and tells what else does not.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn seal_secrets(&self) -> Result<Unreadable> {
        let organs: Vec<_> = self.organs().collect();
        let (credentials, providers, feeds) = self.store.read(|db| {
            let mut credentials = Vec::new();
            for organ in &organs {
                let rows = db.credentials(&organ.id)?.into_iter();
                credentials.extend(rows.filter(|row| row.second_factor.is_some()));
            }
            let feeds = db.meta(FEED_SECRET)?;
            Ok::<_, AppError>((credentials, db.identity_providers()?, feeds))
        })?;
        let clear = |text: &str| !text.is_empty() && !is_sealed(text);
        let in_clear = credentials
            .iter()
            .any(|row| row.second_factor.as_deref().is_some_and(clear))
            || providers.iter().any(|row| clear(&row.client_secret))
            || feeds.as_deref().is_some_and(clear);
        if in_clear {
            self.store.write(|db| {
                for row in &credentials {
                    if let Some(seed) = row.second_factor.as_deref().filter(|seed| clear(seed)) {
                        self.put_seed(db, row.clone(), seed)?;
                    }
                }
                for row in providers.iter().filter(|row| clear(&row.client_secret)) {
                    self.put_provider(db, row)?;
                }
                if let Some(secret) = feeds.as_deref().filter(|text| clear(text)) {
                    db.put_meta(FEED_SECRET, &self.secret_key.seal(FEED_SECRET, secret)?)?;
                }
                Ok::<_, AppError>(())
            })?;
            // What stood there is not left in a corner of the file.
            self.store
                .forget_former(&["credential", "identity_provider", "meta"])?;
        }
        self.unreadable(&credentials, &providers)
    }

    fn unreadable(
        &self,
        credentials: &[CredentialRow],
        providers: &[IdentityProviderRow],
    ) -> Result<Unreadable> {
        let mut found = Unreadable::default();
        for row in credentials.iter().filter(|row| {
            let sealed = row.second_factor.as_deref().filter(|text| is_sealed(text));
            sealed.is_some() && self.seed_of(row).is_none()
        }) {
            let account = self
                .store
                .read(|db| db.account(&row.organ_id, &row.account_id))?;
            found.codes.extend(account.map(|account| account.login));
        }
        for row in providers {
            if is_sealed(&row.client_secret) && !self.provider_opens(row) {
                found
                    .providers
                    .push(self.organ(&row.organ_id)?.name.clone());
            }
        }
        found.feeds = self.note(FEED_SECRET)?.is_some() && self.feed_secret()?.is_none();
        if found.feeds {
            self.new_feed_secret()?;
        }
        Ok(found)
    }

    /// The seed of an account's dynamic codes, where it has one that opens.
    /// Seals a text that waits under a name.
    pub(crate) fn sealed(&self, name: &str, plain: &str) -> Result<String> {
        self.secret_key.seal(name, plain)
    }

    /// Opens what was sealed under a name.
    pub(crate) fn unsealed(&self, name: &str, sealed: &str) -> Option<String> {
        self.secret_key.open(name, sealed)
    }

    pub(crate) fn seed_of(&self, row: &CredentialRow) -> Option<String> {
        let name = code_of(&row.organ_id, &row.account_id);
        self.secret_key.open(&name, row.second_factor.as_deref()?)
    }

    /// Keeps a credential with this seed, sealed.
    pub(crate) fn put_seed(&self, db: &Db, row: CredentialRow, seed: &str) -> Result<()> {
        let name = code_of(&row.organ_id, &row.account_id);
        let second_factor = Some(self.secret_key.seal(&name, seed)?);
        Ok(db.put_credentials(&[CredentialRow {
            second_factor,
            ..row
        }])?)
    }

    /// The identity provider of an organ with its secret open; empty where it does not open.
    pub(crate) fn provider_row(&self, organ: &str) -> Result<Option<IdentityProviderRow>> {
        let row = self.store.read(|db| db.identity_provider(organ))?;
        Ok(row.map(|row| {
            let secret = self
                .secret_key
                .open(&provider_of(organ), &row.client_secret);
            IdentityProviderRow {
                client_secret: secret.unwrap_or_default(),
                ..row
            }
        }))
    }

    /// Whether the secret of an identity provider opens.
    pub(crate) fn provider_opens(&self, row: &IdentityProviderRow) -> bool {
        let name = provider_of(&row.organ_id);
        self.secret_key.open(&name, &row.client_secret).is_some()
    }

    /// Keeps an identity provider, its secret sealed.
    pub(crate) fn put_provider(&self, db: &Db, row: &IdentityProviderRow) -> Result<()> {
        let client_secret = match row.client_secret.as_str() {
            "" => String::new(),
            secret => self.secret_key.seal(&provider_of(&row.organ_id), secret)?,
        };
        Ok(db.put_identity_provider(&IdentityProviderRow {
            client_secret,
            ..row.clone()
        })?)
    }

    /// The secret of the calendar feeds; none where there is none yet, or it does not open.
    pub(crate) fn feed_secret(&self) -> Result<Option<String>> {
        let kept = self.note(FEED_SECRET)?;
        Ok(kept.and_then(|sealed| self.secret_key.open(FEED_SECRET, &sealed)))
    }

    /// Makes a new secret of the calendar feeds.
    pub(crate) fn new_feed_secret(&self) -> Result<String> {
        let secret = hex::encode(self.chance.bytes32());
        self.set_note(FEED_SECRET, &self.secret_key.seal(FEED_SECRET, &secret)?)?;
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_row_and_key_alone() {
        let key = SecretKey::fresh().expect("a key");
        let sealed = key.seal("row/1", "种子").expect("it seals");
        assert!(!sealed.contains("种子"));
        assert_eq!(key.open("row/1", &sealed).as_deref(), Some("种子"));
        assert_eq!(key.open("row/2", &sealed), None, "moved");
        let other = SecretKey::fresh().expect("a key");
        assert_eq!(other.open("row/1", &sealed), None, "another key");
        let again = SecretKey::parse(&key.to_text()).expect("its text");
        assert_eq!(again.open("row/1", &sealed).as_deref(), Some("种子"));
        assert_ne!(
            key.seal("row/1", "种子").expect("it seals"),
            sealed,
            "equal secrets do not look equal"
        );
    }

    #[test]
    fn what_was_changed_or_never_sealed_does_not_open() {
        let key = SecretKey::fresh().expect("a key");
        let sealed = key.seal("row", "secret").expect("it seals");
        for at in MARK.len()..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("text");
            // The last sign has bits that mean nothing; those are refused as well.
            assert_eq!(key.open("row", &changed), None, "{at}");
        }
        for text in [
            "",
            "secret",
            MARK,
            "sealed:1:AAAA",
            &sealed[..sealed.len() - 1],
        ] {
            assert_eq!(key.open("row", text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_read_from_its_own_text_only() {
        for text in [
            "",
            "yifa-secret-key:1:",
            "yifa-secret-key:1:AAAA",
            "PRIVATE+KEY",
        ] {
            assert!(SecretKey::parse(text).is_err(), "{text}");
        }
        let key = SecretKey::fresh().expect("a key");
        assert_eq!(format!("{key:?}"), "SecretKey", "not in logs");
    }
}
