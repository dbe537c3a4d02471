//! An organ's own identity provider (OpenID Connect), and which account is whom there.

use crate::sql::{Row, args};
use crate::{Db, StoreError};

/// The provider of an organ.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityProviderRow {
    /// The organ.
    pub organ_id: String,
    /// What people call it.
    pub name: String,
    /// Who it says it is: an address.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What we prove it with.
    pub client_secret: String,
    /// The claim that names the account.
    pub claim: String,
    /// Our own address, as the provider knows it.
    pub site: String,
    /// Certificates of authorities of the house, in PEM; empty: the public ones.
    pub authorities: String,
    /// Whether people may come through it.
    pub enabled: bool,
    /// Since when it is so.
    pub changed_at: String,
}

/// For logs: without the secret.
impl std::fmt::Debug for IdentityProviderRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityProviderRow({} {})", self.organ_id, self.issuer)
    }
}

/// Who an account is at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityLinkRow {
    /// The organ.
    pub organ_id: String,
    /// The account.
    pub account_id: String,
    /// The provider.
    pub issuer: String,
    /// What the provider calls the person, for ever.
    pub subject: String,
    /// What the claim said when the two were linked.
    pub claimed: String,
    /// Since when.
    pub linked_at: String,
    /// When it was last used.
    pub used_at: Option<String>,
}

/// Primary key.
const PUT_PROVIDER: &str = "INSERT INTO identity_provider (organ_id, name, issuer, client_id,
    client_secret, claim, site, authorities, enabled, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (organ_id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer,
    client_id = excluded.client_id, client_secret = excluded.client_secret,
    claim = excluded.claim, site = excluded.site, authorities = excluded.authorities,
    enabled = excluded.enabled, changed_at = excluded.changed_at";
/// Primary key.
const PROVIDER: &str = "SELECT organ_id, name, issuer, client_id, client_secret, claim, site,
    authorities, enabled, changed_at FROM identity_provider WHERE organ_id = $1";
/// All of them: one for each organ at most.
const PROVIDERS: &str = "SELECT organ_id, name, issuer, client_id, client_secret, claim, site,
    authorities, enabled, changed_at FROM identity_provider ORDER BY organ_id";
/// Primary key.
const PUT_LINK: &str = "INSERT INTO identity_link (organ_id, account_id, issuer, subject, claimed,
    linked_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (organ_id, account_id) DO UPDATE SET used_at = excluded.used_at";
/// Index `identity_link_by_subject`.
const BY_SUBJECT: &str = "SELECT organ_id, account_id, issuer, subject, claimed, linked_at, used_at
    FROM identity_link WHERE organ_id = $1 AND issuer = $2 AND subject = $3";
/// Primary key.
const OF_ACCOUNT: &str = "SELECT organ_id, account_id, issuer, subject, claimed, linked_at, used_at
    FROM identity_link WHERE organ_id = $1 AND account_id = $2";
/// Primary key, its first column.
const OF_ORGAN: &str = "SELECT organ_id, account_id, issuer, subject, claimed, linked_at, used_at
    FROM identity_link WHERE organ_id = $1 ORDER BY account_id";
/// Primary key.
const DELETE: &str = "DELETE FROM identity_link WHERE organ_id = $1 AND account_id = $2";
/// Primary key, its first column.
const DELETE_ALL: &str = "DELETE FROM identity_link WHERE organ_id = $1";

fn provider(row: &Row<'_>) -> Result<IdentityProviderRow, StoreError> {
    Ok(IdentityProviderRow {
        organ_id: row.text(0)?,
        name: row.text(1)?,
        issuer: row.text(2)?,
        client_id: row.text(3)?,
        client_secret: row.text(4)?,
        claim: row.text(5)?,
        site: row.text(6)?,
        authorities: row.text(7)?,
        enabled: row.int(8)? != 0,
        changed_at: row.text(9)?,
    })
}

fn link(row: &Row<'_>) -> Result<IdentityLinkRow, StoreError> {
    Ok(IdentityLinkRow {
        organ_id: row.text(0)?,
        account_id: row.text(1)?,
        issuer: row.text(2)?,
        subject: row.text(3)?,
        claimed: row.text(4)?,
        linked_at: row.text(5)?,
        used_at: row.text_opt(6)?,
    })
}

impl Db {
    /// Keep the provider of an organ.
    pub fn put_identity_provider(&self, p: &IdentityProviderRow) -> Result<(), StoreError> {
        let args = args![
            &p.organ_id,
            &p.name,
            &p.issuer,
            &p.client_id,
            &p.client_secret,
            &p.claim,
            &p.site,
            &p.authorities,
            i64::from(p.enabled),
            &p.changed_at
        ];
        self.execute(PUT_PROVIDER, &args).map(drop)
    }

    /// The provider of an organ.
    pub fn identity_provider(
        &self,
        organ_id: &str,
    ) -> Result<Option<IdentityProviderRow>, StoreError> {
        self.query_one(PROVIDER, &args![organ_id], provider)
    }

    /// The providers of all organs.
    pub fn identity_providers(&self) -> Result<Vec<IdentityProviderRow>, StoreError> {
        self.query(PROVIDERS, &[], provider)
    }

    /// Link an account, or note that the link was used.
    pub fn put_identity_link(&self, l: &IdentityLinkRow) -> Result<(), StoreError> {
        let args = args![
            &l.organ_id,
            &l.account_id,
            &l.issuer,
            &l.subject,
            &l.claimed,
            &l.linked_at,
            &l.used_at
        ];
        self.execute(PUT_LINK, &args).map(drop)
    }

    /// The link of a person of the provider.
    pub fn identity_link_of(
        &self,
        organ_id: &str,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<IdentityLinkRow>, StoreError> {
        self.query_one(BY_SUBJECT, &args![organ_id, issuer, subject], link)
    }

    /// The link of an account.
    pub fn identity_link(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<Option<IdentityLinkRow>, StoreError> {
        self.query_one(OF_ACCOUNT, &args![organ_id, account_id], link)
    }

    /// The links of an organ, by account.
    pub fn identity_links(&self, organ_id: &str) -> Result<Vec<IdentityLinkRow>, StoreError> {
        self.query(OF_ORGAN, &args![organ_id], link)
    }

    /// Forget a link; whether it was there.
    pub fn delete_identity_link(
        &self,
        organ_id: &str,
        account_id: &str,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(DELETE, &args![organ_id, account_id])?;
        Ok(gone > 0)
    }

    /// Forget all links of an organ; how many there were.
    pub fn delete_identity_links(&self, organ_id: &str) -> Result<usize, StoreError> {
        self.execute(DELETE_ALL, &args![organ_id])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::engines::on_both_engines;
    use crate::tests::samples::store;

    on_both_engines! {
        a_provider_is_kept_and_changed
        one_person_is_one_account
    }

    fn sample() -> IdentityProviderRow {
        IdentityProviderRow {
            organ_id: "o".into(),
            name: "统一身份认证".into(),
            issuer: "https://id.example".into(),
            client_id: "yifa".into(),
            client_secret: "hidden".into(),
            claim: "preferred_username".into(),
            site: "https://yifa.example".into(),
            authorities: String::new(),
            enabled: false,
            changed_at: "2022-03-01T00:00:00Z".into(),
        }
    }

    fn a_provider_is_kept_and_changed() -> Result<(), StoreError> {
        store().write(|db| {
            db.put_identity_provider(&sample())?;
            let changed = IdentityProviderRow {
                enabled: true,
                ..sample()
            };
            db.put_identity_provider(&changed)?;
            assert_eq!(db.identity_provider("o")?, Some(changed.clone()));
            assert_eq!(db.identity_provider("p")?, None);
            assert_eq!(db.identity_providers()?, [changed]);
            assert!(!format!("{:?}", sample()).contains("hidden"));
            Ok::<_, StoreError>(())
        })
    }

    fn one_person_is_one_account() -> Result<(), StoreError> {
        let link = IdentityLinkRow {
            organ_id: "o".into(),
            account_id: "a".into(),
            issuer: "https://id.example".into(),
            subject: "7".into(),
            claimed: "wang".into(),
            linked_at: "2022-03-01T00:00:00Z".into(),
            used_at: None,
        };
        let store = store();
        store.write(|db| {
            db.put_identity_link(&link)?;
            let used = IdentityLinkRow {
                used_at: Some("2022-03-02T00:00:00Z".into()),
                ..link.clone()
            };
            db.put_identity_link(&used)?;
            let found = db.identity_link_of("o", "https://id.example", "7")?;
            assert_eq!(found, Some(used.clone()));
            assert_eq!(db.identity_link("o", "a")?, Some(used.clone()));
            assert_eq!(db.identity_links("o")?, [used]);
            assert_eq!(
                db.identity_link_of("o", "https://other.example", "7")?,
                None
            );
            assert_eq!(db.identity_link_of("p", "https://id.example", "7")?, None);
            Ok::<_, StoreError>(())
        })?;
        // The same person is not a second account as well.
        let twice = IdentityLinkRow {
            account_id: "b".into(),
            ..link
        };
        let refused = store.write(|db| db.put_identity_link(&twice));
        assert!(
            matches!(refused, Err(StoreError::Constraint(_))),
            "{refused:?}"
        );
        store.write(|db| {
            assert!(!db.delete_identity_link("o", "b")?);
            assert!(db.delete_identity_link("o", "a")?);
            db.put_identity_link(&twice)?;
            assert_eq!(db.delete_identity_links("o")?, 1);
            Ok(())
        })
    }
}
