//! What is kept beside entries: papers, evidence, records, uploads, notices.

use super::engines::on_both_engines;
use super::samples::{ORGAN, store};
use crate::{
    DigestRow, EvidenceRow, NoticeRow, PaperRow, ProcessRow, Store, StoreError, UploadRow,
};

on_both_engines! {
    papers_come_with_all_their_versions_and_none_is_overwritten
    evidence_and_records_come_in_their_order
    an_upload_is_found_by_its_file_and_by_its_age
    a_matter_is_told_once_and_what_is_read_is_not_new
    a_digest_goes_to_one_address
}

/// Every statement of these tables: the plans are held together with those of the story.
pub(crate) fn live(store: &Store) {
    for work in [papers, evidence, uploads, notices, digests] {
        work(store);
    }
}

fn paper(paper_id: &str, version: u32) -> PaperRow {
    PaperRow {
        organ_id: ORGAN.into(),
        entry_id: "e1".into(),
        paper_id: paper_id.into(),
        version,
        document: "decision".into(),
        title: "决定书".into(),
        number: (version > 1).then(|| "某教罚决字〔2024〕1号".into()),
        signed: version > 1,
        body: "{}".into(),
        hash: format!("{version:064}"),
        account_id: "a1".into(),
        made_on: "2024-03-01".into(),
        made_at: "2024-03-01T08:00:00Z".into(),
    }
}

fn papers(store: &Store) {
    let rows = [paper("p1", 1), paper("p1", 2), paper("p2", 1)];
    store
        .write(|db| rows.iter().rev().try_for_each(|row| db.put_paper(row)))
        .unwrap();
    assert_eq!(store.read(|db| db.papers(ORGAN, "e1")).unwrap(), rows);
    assert_eq!(store.read(|db| db.papers("330200", "e1")).unwrap(), []);
    let again = store.write(|db| db.put_paper(&rows[0]));
    assert!(matches!(again, Err(StoreError::Constraint(_))), "{again:?}");
}

fn papers_come_with_all_their_versions_and_none_is_overwritten() {
    papers(&store());
}

fn evidence(store: &Store) {
    let row = |id: &str| EvidenceRow {
        organ_id: ORGAN.into(),
        entry_id: "e1".into(),
        evidence_id: id.into(),
        hash: "00".into(),
        media_type: "image/png".into(),
        size: 5 << 32,
        about: "{}".into(),
        account_id: "a1".into(),
        made_at: "2024-03-01T08:00:00Z".into(),
    };
    let record = |id: &str| ProcessRow {
        organ_id: ORGAN.into(),
        entry_id: "e1".into(),
        record_id: id.into(),
        body: "{}".into(),
        hash: "00".into(),
        account_id: "a1".into(),
        made_at: "2024-03-01T08:00:00Z".into(),
    };
    let (rows, records) = ([row("v1"), row("v2")], [record("r1"), record("r2")]);
    store
        .write(|db| {
            rows.iter().rev().try_for_each(|row| db.put_evidence(row))?;
            let mut records = records.iter().rev();
            records.try_for_each(|row| db.put_process_record(row))
        })
        .unwrap();
    let (found, said) = store
        .read(|db| {
            let found = db.evidence(ORGAN, "e1")?;
            Ok::<_, StoreError>((found, db.process_records(ORGAN, "e1")?))
        })
        .unwrap();
    assert_eq!(
        (found.as_slice(), said.as_slice()),
        (&rows[..], &records[..])
    );
}

fn evidence_and_records_come_in_their_order() {
    evidence(&store());
}

fn uploads(store: &Store) {
    let row = UploadRow {
        organ_id: ORGAN.into(),
        upload_id: "u1".into(),
        entry_id: "e1".into(),
        account_id: "a1".into(),
        file_name: "现场.mp4".into(),
        size: 5 << 32,
        fingerprint: "f".into(),
        created_at: "2024-03-01T08:00:00Z".into(),
    };
    store.write(|db| db.put_upload(&row)).unwrap();
    store
        .read(|db| {
            let wanted = Some(row.clone());
            assert_eq!(db.upload(ORGAN, "u1")?, wanted);
            assert_eq!(db.upload_of_file(ORGAN, "e1", "a1", "f")?, wanted);
            assert_eq!(db.upload_of_file(ORGAN, "e1", "a2", "f")?, None);
            assert_eq!(db.uploads_before(ORGAN, "2024-03-02T00:00:00Z")?.len(), 1);
            assert_eq!(db.uploads_before(ORGAN, "2024-03-01T00:00:00Z")?.len(), 0);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    store.write(|db| db.delete_upload(ORGAN, "u1")).unwrap();
    assert_eq!(store.read(|db| db.upload(ORGAN, "u1")).unwrap(), None);
}

fn an_upload_is_found_by_its_file_and_by_its_age() {
    uploads(&store());
}

fn notices(store: &Store) {
    let row = |id: &str, about: &str| NoticeRow {
        organ_id: ORGAN.into(),
        account_id: "a1".into(),
        notice_id: id.into(),
        kind: "due".into(),
        about: about.into(),
        entry_id: Some("e1".into()),
        text: "即将到期".into(),
        made_at: "2024-03-01T08:00:00Z".into(),
        read_at: None,
    };
    store
        .write(|db| {
            assert!(db.put_notice(&row("n1", "x"))?);
            assert!(!db.put_notice(&row("n2", "x"))?, "told before");
            assert!(db.put_notice(&row("n3", "y"))?);
            assert_eq!(db.unread(ORGAN, "a1", 9)?, 2);
            assert_eq!(db.unread(ORGAN, "a1", 1)?, 1, "counting stops at the cap");
            let newest = db.notices(ORGAN, "a1", 1)?;
            assert_eq!(newest, [row("n3", "y")]);
            db.mark_read(ORGAN, "a1", "2024-03-02T08:00:00Z")?;
            assert_eq!(db.unread(ORGAN, "a1", 9)?, 0);
            assert_eq!(db.notices(ORGAN, "a1", 9)?.len(), 2);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn a_matter_is_told_once_and_what_is_read_is_not_new() {
    notices(&store());
}

fn digests(store: &Store) {
    let row = |address: &str| DigestRow {
        organ_id: ORGAN.into(),
        account_id: "a1".into(),
        address: address.into(),
        sent_for: String::new(),
    };
    store
        .write(|db| {
            db.put_digest_address(&row("a@example.gov.cn"))?;
            db.put_digest_address(&row("b@example.gov.cn"))?;
            let found = db.digest_addresses(ORGAN)?;
            assert_eq!(found, [row("b@example.gov.cn")]);
            db.delete_digest_address(ORGAN, "a1")?;
            assert_eq!(db.digest_addresses(ORGAN)?, []);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn a_digest_goes_to_one_address() {
    digests(&store());
}
