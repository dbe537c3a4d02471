//! Evidence: what comes in, in one piece and in many, and the record of the process.

use std::io::Read;

use app::{
    AppError, Files,
    kept::{
        evidence::About,
        process::{Said, marks},
        upload::PIECE_MAX,
    },
};

use crate::office::{Office, jpeg, photo};

#[test]
fn evidence_is_known_by_its_bytes_and_kept_once() {
    let office = Office::new();
    let case = office.files_case("案1");
    let add = |about: About, bytes: &[u8]| {
        office
            .app
            .add_evidence(&office.officer, &case, about, bytes)
    };
    let id = add(photo(), &jpeg(1)).unwrap();
    let (found, mut file) = office
        .app
        .evidence_file(&office.officer, &case, &id)
        .unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, jpeg(1));
    assert_eq!(
        (found.media.media_type, found.size),
        ("image/jpeg", bytes.len() as u64)
    );
    assert_eq!(found.who, "名officer");
    let again = add(photo(), &jpeg(1)).unwrap_err().to_string();
    assert!(again.contains("内容完全相同"), "{again}");
    let page = add(photo(), b"<html><script>x</script>")
        .unwrap_err()
        .to_string();
    assert!(
        page.contains("不能作证据材料"),
        "whatever its name says: {page}"
    );
    let kind = About {
        kind: "传闻".into(),
        ..photo()
    };
    assert!(
        add(kind, &jpeg(2))
            .unwrap_err()
            .to_string()
            .contains("第四十六条")
    );
}

#[test]
fn a_big_file_comes_in_pieces_and_goes_on_after_a_break() {
    let folder = tempfile::tempdir().unwrap();
    for files in [Files::memory(), Files::folder(folder.path())] {
        let office = Office::over(&app::Target::SqliteMemory, files);
        let case = office.files_case("案1");
        let (app, who) = (&office.app, &office.officer);
        let mut film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom".to_vec();
        film.resize(10_000, 7);
        let size = film.len() as u64;
        let begun = app.start_upload(who, &case, "现场.mp4", size, "1").unwrap();
        let first = app.upload_piece(who, &begun.id, 0, &film[..4_000]).unwrap();
        assert_eq!(first.arrived, 4_000);
        let early = app
            .finish_upload(who, &begun.id, photo())
            .unwrap_err()
            .to_string();
        assert!(early.contains("还没有传完"), "{early}");
        // The browser was closed; the same file is chosen again.
        let again = app.start_upload(who, &case, "现场.mp4", size, "1").unwrap();
        assert_eq!((again.id.clone(), again.arrived), (begun.id.clone(), 4_000));
        let misplaced = app
            .upload_piece(who, &again.id, 9_000, &film[9_000..])
            .unwrap();
        assert_eq!(misplaced.arrived, 4_000, "answered with where to go on");
        app.upload_piece(who, &again.id, 4_000, &film[4_000..])
            .unwrap();
        let stranger = app.upload_piece(&office.colleague, &again.id, 0, b"x");
        assert!(matches!(stranger, Err(AppError::NotFound(_))));
        let id = app.finish_upload(who, &again.id, photo()).unwrap();
        let (found, mut file) = app.evidence_file(who, &case, &id).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(bytes == film && found.about.file_name == "现场.mp4");
    }
}

#[test]
fn a_piece_larger_than_was_said_is_refused() {
    let office = Office::new();
    let case = office.files_case("案1");
    let begun = office
        .app
        .start_upload(&office.officer, &case, "a.txt", 3, "1")
        .unwrap();
    for bytes in [vec![b'x'; 4], vec![b'x'; PIECE_MAX + 1]] {
        assert!(
            office
                .app
                .upload_piece(&office.officer, &begun.id, 0, &bytes)
                .is_err()
        );
    }
    assert!(
        office
            .app
            .start_upload(&office.officer, &case, "a.txt", u64::MAX, "1")
            .is_err()
    );
}

#[test]
fn an_upload_that_nobody_finishes_is_given_up_after_a_week() {
    let office = Office::new();
    let case = office.files_case("案1");
    let start = || {
        office
            .app
            .start_upload(&office.officer, &case, "a.txt", 6, "1")
            .unwrap()
    };
    let begun = start();
    office
        .app
        .upload_piece(&office.officer, &begun.id, 0, b"abc")
        .unwrap();
    office.app.drop_old_uploads().unwrap();
    assert_eq!(start().arrived, 3);
    office
        .app
        .clock
        .set("2023-01-18T09:00:00+08:00".parse().unwrap());
    office.app.drop_old_uploads().unwrap();
    let anew = start();
    assert!(anew.arrived == 0 && anew.id != begun.id);
}

#[test]
fn the_record_of_the_process_names_moments_of_a_recording() {
    let office = Office::new();
    let case = office.files_case("案1");
    let film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom";
    let recording = office
        .app
        .add_evidence(&office.officer, &case, photo(), film)
        .unwrap();
    let said = Said {
        step: "现场检查".into(),
        done_at: "2023年1月5日 9时30分".into(),
        words: "出示证件，清点学生23人。".into(),
        recording: Some(recording),
        marks: marks("03:15 出示执法证件").unwrap(),
        ..Said::default()
    };
    let record = |said: Said| office.app.record_process(&office.officer, &case, said);
    let elsewhere = Said {
        recording: Some("x".into()),
        ..said.clone()
    };
    assert!(record(elsewhere).is_err());
    let silent = Said {
        words: String::new(),
        ..said.clone()
    };
    assert!(record(silent).is_err());
    record(said.clone()).unwrap();
    let kept = office.app.process_records(&office.officer, &case).unwrap();
    assert_eq!(kept[0].said, said);
    assert_eq!(kept[0].said.marks[0].at(), "00:03:15");
}
