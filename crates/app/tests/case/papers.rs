//! Papers: drafted, signed, numbered, replaced, and proved by the log.

use app::{AppError, kept::paper::NUMBER_TO_COME, kernel::Refusal};
use catalogue::value::Fields;

use crate::office::{CERTIFIED, Office, jpeg, photo, text};

#[test]
fn an_act_waits_for_its_signed_paper_and_its_evidence() {
    let office = Office::new();
    let case = office.files_case("案1");
    let decide = || {
        office
            .app
            .act(&office.officer, &case, None, "decide", Fields::new(), None)
    };
    let said = decide().unwrap_err().to_string();
    assert!(
        said.contains("制作并签发《行政处罚决定书》") && said.contains("附证据材料"),
        "{said}"
    );
    assert!(said.contains("第五十七条"), "the ground is named: {said}");
    let draft = office
        .app
        .draft_text(&office.officer, &case, "decision")
        .unwrap();
    assert!(
        draft.lines().contains("某培训学校有限公司"),
        "{}",
        draft.lines()
    );
    let paper = office
        .app
        .write_paper(&office.officer, &case, "decision", None, draft, "")
        .unwrap();
    office
        .app
        .add_evidence(&office.officer, &case, photo(), &jpeg(1))
        .unwrap();
    let said = decide().unwrap_err().to_string();
    assert!(
        said.contains("行政处罚决定书"),
        "a draft does not do: {said}"
    );
    let today = office.app.clock.today();
    office
        .app
        .sign_paper(&office.officer, &case, &paper, 1, today)
        .unwrap();
    decide().unwrap();
}

#[test]
fn signing_takes_a_number_and_writes_it_where_it_was_to_come() {
    let office = Office::new();
    let case = office.files_case("案1");
    let words = format!("本机关作出{NUMBER_TO_COME}决定。");
    let paper = office
        .app
        .write_paper(&office.officer, &case, "decision", None, text(&words), "")
        .unwrap();
    let draft = office
        .app
        .case_paper(&office.officer, &case, &paper)
        .unwrap();
    assert_eq!(
        draft.newest().unwrap().number,
        None,
        "a draft takes no number"
    );
    let today = office.app.clock.today();
    office
        .app
        .sign_paper(&office.officer, &case, &paper, 1, today)
        .unwrap();
    let signed = office
        .app
        .case_paper(&office.officer, &case, &paper)
        .unwrap();
    let signed = signed.in_force().unwrap();
    assert_eq!(signed.number.as_deref(), Some("云教罚决字〔2023〕1号"));
    assert_eq!(
        signed.text.blocks[0].text,
        "本机关作出云教罚决字〔2023〕1号决定。"
    );
    let again = office
        .app
        .sign_paper(&office.officer, &case, &paper, 2, today);
    assert!(matches!(again, Err(AppError::Input(_))), "{again:?}");
    office.signs(&case, "notice");
    let papers = office.app.papers(&office.officer, &case).unwrap();
    let notice = papers.iter().find(|p| p.document == "notice").unwrap();
    let number = notice.in_force().unwrap().number.as_deref();
    assert_eq!(
        number,
        Some("云教罚告字〔2023〕1号"),
        "each kind counts by itself"
    );
}

#[test]
fn a_correction_says_why_keeps_the_number_and_the_old_version() {
    let office = Office::new();
    let case = office.files_case("案1");
    let paper = office.signs(&case, "decision");
    let (app, who) = (&office.app, &office.officer);
    let write = |reason: &str| {
        let seen = Some((paper.as_str(), 2));
        app.write_paper(
            who,
            &case,
            "decision",
            seen,
            text("罚款更正为一万元。"),
            reason,
        )
    };
    let silent = write("");
    assert!(
        matches!(silent, Err(AppError::Refused(Refusal::ReasonMissing))),
        "{silent:?}"
    );
    write("金额笔误").unwrap();
    let found = app.case_paper(who, &case, &paper).unwrap();
    assert_eq!(
        found.in_force().unwrap().version,
        2,
        "the old one holds until the new one is signed"
    );
    app.sign_paper(who, &case, &paper, 3, app.clock.today())
        .unwrap();
    let found = app.case_paper(who, &case, &paper).unwrap();
    let (old, new) = (&found.versions[1], found.in_force().unwrap());
    assert_eq!((new.version, new.number.clone()), (4, old.number.clone()));
    assert_ne!(old.text, new.text);
    assert_eq!(new.reason, "金额笔误");
    assert_eq!(found.versions.len(), 4, "nothing is lost");
}

#[test]
fn a_number_of_a_signing_that_failed_is_given_to_the_next() {
    let office = Office::new();
    let case = office.files_case("案1");
    let paper = office
        .app
        .write_paper(&office.officer, &case, "decision", None, text("决定。"), "")
        .unwrap();
    let tomorrow = office.app.clock.today().tomorrow().unwrap();
    let early = office
        .app
        .sign_paper(&office.officer, &case, &paper, 1, tomorrow);
    assert!(
        matches!(early, Err(AppError::Refused(Refusal::InTheFuture { .. }))),
        "{early:?}"
    );
    let today = office.app.clock.today();
    office
        .app
        .sign_paper(&office.officer, &case, &paper, 1, today)
        .unwrap();
    let found = office
        .app
        .case_paper(&office.officer, &case, &paper)
        .unwrap();
    let number = found.in_force().unwrap().number.clone();
    assert_eq!(number.as_deref(), Some("云教罚决字〔2023〕1号"));
}

#[test]
fn a_paper_and_evidence_put_on_an_entry_without_any_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::at(folder.path());
    let case = office.files_case("案1");
    office.signs(&case, "decision");
    let (app, who) = (&office.app, &office.officer);
    app.add_evidence(who, &case, photo(), &jpeg(1)).unwrap();
    let bare = office.files_case("案2");
    office.app.checkpoint().unwrap();
    let findings = || office.app.verify_log(|_, _| ()).unwrap().findings;
    assert_eq!(findings(), []);
    let behind = rusqlite::Connection::open(folder.path().join("yifa.db")).unwrap();
    for table in ["paper", "evidence"] {
        let columns: Vec<String> = behind
            .prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")
            .unwrap()
            .query_map([table], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let given = columns.join(", ").replace("entry_id", "?1");
        let columns = columns.join(", ");
        let sql = format!("INSERT INTO {table} ({columns}) SELECT {given} FROM {table} LIMIT 1");
        assert_eq!(behind.execute(&sql, [&bare]).unwrap(), 1, "{sql}");
    }
    let found = findings();
    let tables: Vec<_> = found.iter().map(|f| f.table).collect();
    assert_eq!(tables, ["paper", "evidence"]);
    assert!(found.iter().all(|f| f.row.contains(&bare)), "{found:?}");
}

#[test]
fn a_paper_changed_behind_the_systems_back_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::at(folder.path());
    let case = office.files_case("案1");
    office.signs(&case, "decision");
    let evidence = office
        .app
        .add_evidence(&office.officer, &case, photo(), &jpeg(1))
        .unwrap();
    office.app.checkpoint().unwrap();
    let findings = || office.app.verify_log(|_, _| ()).unwrap().findings;
    assert_eq!(findings(), []);
    let behind = rusqlite::Connection::open(folder.path().join("yifa.db")).unwrap();
    let change = |sql: &str| assert_eq!(behind.execute(sql, []).unwrap(), 1, "{sql}");
    change("UPDATE paper SET body = replace(body, '某培训', '另一培训') WHERE version = 2");
    change("UPDATE evidence SET about = replace(about, '教学点', '别处')");
    let tables: Vec<_> = findings().into_iter().map(|f| f.table).collect();
    assert_eq!(tables, ["paper", "evidence"]);
    let (found, _) = office
        .app
        .evidence_file(&office.officer, &case, &evidence)
        .unwrap();
    let path = folder.path().join("files").join(crate::office::ORGAN);
    std::fs::write(path.join(&found.hash[..2]).join(&found.hash), b"forged").unwrap();
    assert!(findings().iter().any(|f| f.table == "证据文件"));
}

#[test]
fn who_acted_together_is_named_in_the_papers_without_being_typed_again() {
    let office = Office::shipped();
    let case = office.files_penalty("2023-01-10");
    let deed = app::entry::Deed {
        action: "investigate".to_owned(),
        officers: CERTIFIED.map(str::to_owned).to_vec(),
        ..Default::default()
    };
    let (app, who) = (&office.app, &office.officer);
    app.act_together(who, &case, deed).unwrap();
    let record = app.draft_text(who, &case, "site_record").unwrap();
    let named = |text: &str| CERTIFIED.iter().all(|name| text.contains(name));
    assert!(record.blocks.iter().any(|b| named(&b.text)), "{record:?}");
}

#[test]
fn the_day_in_the_field_of_an_act_is_the_day_of_the_act() {
    let office = Office::shipped();
    let case = office.files_penalty("2023-01-10");
    let fields = Fields::from([("preserved_on".to_owned(), "2023-01-30".into())]);
    let said = office
        .app
        .act(&office.head, &case, None, "preserve", fields, None);
    assert!(
        matches!(&said, Err(AppError::Refused(Refusal::OtherDay { given, .. })) if given == "2023-01-30"),
        "{said:?}"
    );
}
