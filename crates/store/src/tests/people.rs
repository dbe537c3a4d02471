//! People, units, grants, collections, erasures, the audit trail: written, changed, read again.

use super::samples::{ORGAN, store};
use crate::{
    AuditQuery, AuditRow, CollectionRow, CredentialRow, Db, ErasureRow, GrantRow, HandInRow,
    KeeperRow, PostRow, Store, StoreError, UnitRow,
};

/// Every statement of these nouns once, with what it answers.
pub(super) fn live(store: &Store) {
    store.write(units_and_credentials).unwrap();
    store.write(grants_and_posts).unwrap();
    store.write(collections).unwrap();
    store.write(trail).unwrap();
}

fn units_and_credentials(db: &Db) -> Result<(), StoreError> {
    let unit = |id: &str, name: &str| UnitRow {
        organ_id: ORGAN.into(),
        unit_id: id.into(),
        name: name.into(),
        former_names: String::new(),
        kind: "学校".into(),
        district: "东区".into(),
        code: String::new(),
        state: "active".into(),
    };
    db.put_units(&[unit("u1", "一中"), unit("u2", "二中")])?;
    db.put_units(&[unit("u1", "新一中")])?;
    assert_eq!(db.units(ORGAN)?.len(), 2);
    assert_eq!(
        db.unit_by_name(ORGAN, "新一中")?,
        Some(unit("u1", "新一中"))
    );
    assert_eq!(db.unit_by_name("other", "新一中")?, None);
    let credential = |account: &str| CredentialRow {
        organ_id: ORGAN.into(),
        account_id: account.into(),
        unit_id: Some("u1".into()),
        must_change: true,
        one_time_until: None,
        changed_at: "2024-01-01T00:00:00Z".into(),
        former_hashes: String::new(),
        second_factor: None,
        second_step: 0,
        recovery_codes: String::new(),
    };
    db.put_credentials(&[credential("s1")])?;
    assert_eq!(db.credential(ORGAN, "s1")?, Some(credential("s1")));
    assert_eq!(db.credentials(ORGAN)?.len(), 1);
    assert_eq!(
        db.unit_of_account(ORGAN, "s1")?.map(|u| u.name),
        Some("新一中".into())
    );
    assert_eq!(db.unit_of_account(ORGAN, "nobody")?, None);
    Ok(())
}

fn grants_and_posts(db: &Db) -> Result<(), StoreError> {
    let grant = |reviewed: Option<&str>| GrantRow {
        organ_id: ORGAN.into(),
        account_id: "p1".into(),
        role: "clerk".into(),
        granted_at: "2024-01-01T00:00:00Z".into(),
        granted_by: "sec".into(),
        reason: "任命".into(),
        reviewed_at: reviewed.map(str::to_owned),
        reviewed_by: None,
        revoked_at: None,
        revoked_by: None,
    };
    db.put_grants(&[grant(None)])?;
    db.put_grants(&[grant(Some("2025-01-01T00:00:00Z"))])?;
    assert_eq!(db.grants(ORGAN)?, [grant(Some("2025-01-01T00:00:00Z"))]);
    let post = PostRow {
        organ_id: ORGAN.into(),
        account_id: "p1".into(),
        until: "2024-06-01T00:00:00Z".into(),
        name: "张三".into(),
        post: "科员".into(),
        section_id: None,
    };
    db.put_posts(std::slice::from_ref(&post))?;
    assert_eq!(db.posts(ORGAN)?, [post]);
    let keeper = |account: &str| KeeperRow {
        organ_id: ORGAN.into(),
        entry_id: "k1".into(),
        account_id: account.into(),
        since: "2024-06-01T00:00:00Z".into(),
    };
    db.put_keepers(&[keeper("p1")])?;
    db.put_keepers(&[keeper("p2")])?;
    assert_eq!(db.keeper(ORGAN, "k1")?, Some(keeper("p2")));
    assert_eq!(
        (db.keepers_of(ORGAN, "p1")?, db.keepers_of(ORGAN, "p2")?),
        (vec![], vec![keeper("p2")])
    );
    assert_eq!(db.opener(ORGAN, "no such entry")?, None);
    Ok(())
}

fn collections(db: &Db) -> Result<(), StoreError> {
    let collection = |closed: Option<&str>| CollectionRow {
        organ_id: ORGAN.into(),
        collection_id: "c1".into(),
        title: "演练".into(),
        note: String::new(),
        ledgers: "drill".into(),
        from_on: "2024-01-01".into(),
        to_on: "2024-12-31".into(),
        due_on: "2025-01-10".into(),
        section_id: "s1".into(),
        created_by: "p1".into(),
        created_at: "2024-12-01T00:00:00Z".into(),
        closed_at: closed.map(str::to_owned),
    };
    db.put_collections(&[collection(None)])?;
    db.put_collections(&[collection(Some("2025-02-01T00:00:00Z"))])?;
    assert_eq!(db.collection(ORGAN, "c1")?, db.collections(ORGAN)?.pop());
    let hand_in = HandInRow {
        organ_id: ORGAN.into(),
        collection_id: "c1".into(),
        unit_id: "u1".into(),
        state: "handed-in".into(),
        entry_count: 3,
        log_size: 7,
        changed_at: "2025-01-02T00:00:00Z".into(),
        changed_by: "s1".into(),
        note: String::new(),
        reminded_at: None,
    };
    db.put_hand_ins(std::slice::from_ref(&hand_in))?;
    assert_eq!(db.hand_ins(ORGAN, "c1")?, std::slice::from_ref(&hand_in));
    assert_eq!(db.hand_ins_of(ORGAN, "u1")?, [hand_in]);
    assert_eq!(db.hand_ins_of(ORGAN, "u2")?, []);
    let erasure = ErasureRow {
        organ_id: ORGAN.into(),
        entry_id: "e1".into(),
        seq: 1,
        pointer: "/person/name".into(),
        at: "2025-01-02T00:00:00Z".into(),
        account_id: "p1".into(),
        ground: "本人请求".into(),
    };
    db.put_erasures(std::slice::from_ref(&erasure))?;
    assert_eq!(db.erasures(ORGAN, "e1")?, [erasure]);
    assert_eq!(db.same_work(ORGAN, "below", "drill")?, Vec::<String>::new());
    assert_eq!(
        db.perhaps_same_work(ORGAN, "below", "drill", "", "9999")?,
        0
    );
    Ok(())
}

fn trail(db: &Db) -> Result<(), StoreError> {
    let line = |kind: &str, at: &str, detail: &str, leaf| AuditRow {
        audit_id: 0,
        organ_id: "trail".into(),
        at: at.into(),
        account_id: "p1".into(),
        kind: kind.into(),
        subject: String::new(),
        detail: detail.into(),
        leaf_index: leaf,
        salt: "00".into(),
    };
    db.put_audit(&[
        line(
            "export",
            "2024-01-01T00:00:00Z",
            "100% 的记录",
            Some(900_001),
        ),
        line("unmask", "2024-02-01T00:00:00Z", "100 条", Some(900_002)),
    ])?;
    let ask = |kind: &'static str, words: &'static str| AuditQuery {
        organ_id: "trail",
        from: "2024-01-01T00:00:00Z",
        to: "9999",
        account_id: "",
        kind,
        words,
        before: None,
        limit: 10,
    };
    let kinds = |query: AuditQuery<'_>| -> Result<Vec<String>, StoreError> {
        Ok(db.find_audit(&query)?.into_iter().map(|l| l.kind).collect())
    };
    assert_eq!(kinds(ask("", ""))?, ["unmask", "export"]);
    assert_eq!(kinds(ask("export", ""))?, ["export"]);
    assert_eq!(
        kinds(ask("", "100%"))?,
        ["export"],
        "a sign of the pattern is a sign"
    );
    assert_eq!(
        kinds(AuditQuery {
            to: "2024-01-15",
            ..ask("", "")
        })?,
        ["export"]
    );
    assert_eq!(db.audit_leaves(900_001, 900_002)?.len(), 1);
    Ok(())
}

#[test]
fn what_is_written_about_people_is_read_again() {
    live(&store());
}
