//! Somebody who has read only docs/catalogue.md adds a ledger: a text file in a folder, no code.

use std::fs;

use office::xlsx::{Column, Datum, Kind, TableWriter};

use crate::cli::{
    browser::Browser,
    program::{Server, copy, over, yifa},
};

/// As in the small example of docs/catalogue.md, for a duty that is not shipped.
const READING_CIRCLE: &str = r#"id = "reading_circle"
name = "法治读书会"
section = "office"
effective = 2021-01-01
about = "机关读书会，一次一条。"
date = "held_on"
key = ["number"]
title = ["book"]

[[field]]
id = "number"
name = "期次"
type = "number"
required = true

[[field]]
id = "held_on"
name = "日期"
type = "date"
required = true

[[field]]
id = "book"
name = "书目"
type = "text"
required = true

[[field]]
id = "form"
name = "形式"
type = "choice"
options = ["线上", "现场"]
index = true

[[field]]
id = "readers"
name = "参加人数"
type = "number"
unit = "人"
min = 0

[[figure]]
id = "reading_circles"
name = "举办读书会"
unit = "期"
count = "entries"
by = ["form"]

[[figure]]
id = "reading_circle_readers"
name = "读书会参加人次"
unit = "人次"
sum = "readers"

[[figure]]
id = "readers_per_circle"
name = "平均每期参加人数"
unit = "人"
formula = "average"
of = "reading_circle_readers"
base = "reading_circles"
"#;

/// The filled-in template of three evenings.
fn sheet() -> Vec<u8> {
    let columns = [
        ("期次", Kind::Integer),
        ("日期", Kind::Text),
        ("书目", Kind::Text),
        ("形式", Kind::Text),
        ("参加人数", Kind::Integer),
    ];
    let columns = columns.map(|(name, kind)| Column {
        name: name.to_owned(),
        kind,
    });
    let mut writer = TableWriter::new("法治读书会", &columns).unwrap();
    let evenings = [
        ("《宪法学》", "现场", 20),
        ("《行政法》", "线上", 35),
        ("《民法典》", "现场", 5),
    ];
    for (n, (book, form, readers)) in (1..).zip(evenings) {
        let text = |text: &str| Datum::Text(text.to_owned());
        let day = format!("2023年{n}月15日");
        let row = [
            Datum::Integer(n),
            text(&day),
            text(book),
            text(form),
            Datum::Integer(readers),
        ];
        writer.push(&row).unwrap();
    }
    writer.finish(&[]).unwrap()
}

#[test]
fn a_text_file_is_a_ledger_with_form_sheet_list_figure_and_proof() {
    let own = tempfile::tempdir().unwrap();
    let module = own.path().join("legal_education");
    fs::create_dir(&module).unwrap();
    fs::write(module.join("reading_circle.toml"), READING_CIRCLE).unwrap();
    let own = own.path().to_str().unwrap();
    let checked = yifa(&["catalogue", "check", "--overlay", own]);
    assert_eq!(checked.code, 0, "{checked:?}");

    let data = copy();
    let folder = data.path().to_str().unwrap();
    let server = Server::start(&["serve", "--data", folder, "--overlay", own]);
    let mut clerk = Browser::new(server.address);
    let fields = [("login", "clerk"), ("password", "yifa-demo")];
    assert_eq!(clerk.post("/sign-in", &fields).status, 303);
    assert!(clerk.get("/ledgers").text().contains("法治读书会"));
    let form = clerk.get("/ledgers/reading_circle/new").text();
    for name in ["期次", "日期", "书目", "形式", "参加人数"] {
        assert!(form.contains(name), "the form asks for {name}");
    }
    let template = clerk.get("/ledgers/reading_circle/template.xlsx");
    assert!(template.status == 200 && template.body.starts_with(b"PK"));

    let upload = clerk.upload("/ledgers/reading_circle/import", "读书会.xlsx", &sheet());
    let preview = upload.header("location").expect("a preview").to_owned();
    let page = clerk.get(&preview).text();
    assert!(page.contains("确认入账 3 条"), "{page}");
    assert_eq!(clerk.submit(&preview, &[]).status, 303);

    // 现场
    let list = clerk
        .get("/ledgers/reading_circle?year=2023&f.form=%E7%8E%B0%E5%9C%BA")
        .text();
    assert!(
        list.contains("《宪法学》") && list.contains("《民法典》"),
        "{list}"
    );
    assert!(!list.contains("《行政法》"), "the filter holds");

    let year = "from=2023-01-01&to=2023-12-31";
    for (figure, value) in [
        ("reading_circles", "3"),
        ("reading_circle_readers", "60"),
        ("readers_per_circle", "20.0"),
    ] {
        let page = clerk.get(&format!("/figures/{figure}?{year}")).text();
        let shown = page.contains(&format!(">{value}<")) || page.contains(&format!(">{value} "));
        assert!(shown, "{figure} is {value}: {page}");
    }
    let behind = clerk.get(&format!("/figures/reading_circles?{year}"));
    let entry = behind
        .links("/entries/")
        .into_iter()
        .next()
        .expect("an entry behind it");
    let proof = clerk.get(&format!("{}/proof", entry.split('?').next().unwrap()));
    assert_eq!(proof.status, 200);
    drop(server);

    let verified = yifa(&over(&["log", "verify", "--overlay", own], data.path()));
    assert_eq!(verified.code, 0, "{verified:?}");
    let without = yifa(&over(&["log", "verify"], data.path()));
    assert_eq!(
        without.code, 1,
        "without the folder nobody knows this ledger"
    );
}
