//! Security keys: the public halves of the keys by which an account's second factor is proved.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// A security key of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityKeyRow {
    /// The organ.
    pub organ_id: String,
    /// The account.
    pub account_id: String,
    /// What the key calls itself, base64url.
    pub key_id: String,
    /// What its owner calls it.
    pub name: String,
    /// The site that it was made for, by host name: it signs for no other.
    pub site: String,
    /// Its public key, an uncompressed point of P-256 in hex.
    pub public_key: String,
    /// How often it has signed, as it says itself; 0 where it does not count.
    pub counter: u64,
    /// Since when.
    pub created_at: String,
    /// When it was last used.
    pub used_at: Option<String>,
}

/// Primary key.
const PUT: &str = "INSERT INTO security_key (organ_id, account_id, key_id, name, site, public_key,
    counter, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (organ_id, account_id, key_id) DO UPDATE SET counter = excluded.counter,
    used_at = excluded.used_at";
/// Primary key.
const OF_ACCOUNT: &str = "SELECT organ_id, account_id, key_id, name, site, public_key, counter,
    created_at, used_at FROM security_key WHERE organ_id = $1 AND account_id = $2
    ORDER BY key_id";
/// Primary key.
const DELETE: &str =
    "DELETE FROM security_key WHERE organ_id = $1 AND account_id = $2 AND key_id = $3";
/// Primary key.
const DELETE_ALL: &str = "DELETE FROM security_key WHERE organ_id = $1 AND account_id = $2";

fn security_key(row: &Row<'_>) -> Result<SecurityKeyRow, StoreError> {
    Ok(SecurityKeyRow {
        organ_id: row.text(0)?,
        account_id: row.text(1)?,
        key_id: row.text(2)?,
        name: row.text(3)?,
        site: row.text(4)?,
        public_key: row.text(5)?,
        counter: row.natural(6)?,
        created_at: row.text(7)?,
        used_at: row.text_opt(8)?,
    })
}

impl Db {
    /// Keep a key, or that it was used.
    pub fn put_security_key(&self, key: &SecurityKeyRow) -> Result<(), StoreError> {
        let args = args![
            &key.organ_id,
            &key.account_id,
            &key.key_id,
            &key.name,
            &key.site,
            &key.public_key,
            key.counter,
            &key.created_at,
            &key.used_at
        ];
        self.execute(PUT, &args).map(drop)
    }

    /// The keys of an account.
    pub fn security_keys(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Vec<SecurityKeyRow>, StoreError> {
        self.query(OF_ACCOUNT, &args![organ_id, account_id], security_key)
    }

    /// Forget a key; whether it was there.
    pub fn delete_security_key(
        &self,
        organ_id: &str,
        account_id: &str,
        key_id: &str,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(DELETE, &args![organ_id, account_id, key_id])?;
        Ok(gone > 0)
    }

    /// Forget all keys of an account.
    pub fn delete_security_keys(&self, organ_id: &str, account_id: &str) -> Result<(), StoreError> {
        self.execute(DELETE_ALL, &args![organ_id, account_id])
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::engines::on_both_engines;
    use crate::tests::samples::store;

    on_both_engines! {
        a_key_is_kept_used_and_forgotten
    }

    fn a_key_is_kept_used_and_forgotten() -> Result<(), StoreError> {
        let key = SecurityKeyRow {
            organ_id: "o".into(),
            account_id: "a".into(),
            key_id: "k".into(),
            name: "蓝色的".into(),
            site: "yifa.example".into(),
            public_key: "04".into(),
            counter: 0,
            created_at: "2022-03-01T00:00:00Z".into(),
            used_at: None,
        };
        store().write(|db| {
            db.put_security_key(&key)?;
            let used = SecurityKeyRow {
                counter: 7,
                used_at: Some("2022-03-02T00:00:00Z".into()),
                ..key.clone()
            };
            db.put_security_key(&used)?;
            assert_eq!(db.security_keys("o", "a")?, [used]);
            assert_eq!(db.security_keys("o", "b")?, []);
            assert!(!db.delete_security_key("o", "b", "k")?, "somebody else's");
            assert!(db.delete_security_key("o", "a", "k")?);
            assert_eq!(db.security_keys("o", "a")?, []);
            db.put_security_key(&key)?;
            db.delete_security_keys("o", "a")?;
            assert_eq!(db.security_keys("o", "a")?, []);
            Ok::<_, StoreError>(())
        })
    }
}
