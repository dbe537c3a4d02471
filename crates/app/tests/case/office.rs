//! A small office with one kind of case.

use std::{path::Path, sync::Arc};

use app::{
    Actor, App, Chance, Clock, Files, Target,
    entry::NewEntry,
    kept::{
        evidence::About,
        paper::{Block, Kind, PaperText},
    },
    organ::{AccountSetup, OrganSetup},
};
use catalogue::{Files as Definitions, value::Fields};
use proof::note::SigningKey;

pub const ORGAN: &str = "330100";
/// The names of two officers who have certificates once a penalty case is filed.
pub const CERTIFIED: [&str; 2] = ["名officer", "名colleague"];

const CASE: &str = r#"
id = "case"
name = "处罚案件"
section = "legal"
effective = 2020-01-01
date = "filed_on"
key = ["number"]
title = ["party"]

[[field]]
id = "number"
name = "案号"
type = "text"
number = "{organ}罚立〔{year}〕{seq}号"
required = true

[[field]]
id = "party"
name = "当事人"
type = "subject"
required = true

[[field]]
id = "filed_on"
name = "立案日期"
type = "date"
required = true

[[field]]
id = "note"
name = "备注"
type = "long_text"

[[stage]]
id = "filed"
name = "立案"
[[stage]]
id = "decided"
name = "决定"
[[stage]]
id = "closed"
name = "结案"
end = true

[[action]]
id = "decide"
name = "作出决定"
from = ["filed"]
to = "decided"
by = ["officer"]
needs = ["document:decision", "evidence"]
law = "行政处罚法 第五十七条"

[[action]]
id = "close"
name = "结案"
from = ["decided"]
to = "closed"
by = ["head"]
asks = ["note"]

[[clock]]
id = "decide_in_time"
name = "作出处罚决定"
starts = "field:filed_on"
stops = ["action:decide"]
limit = "90 calendar days"
law = "行政处罚法 第六十条"

[[document]]
id = "decision"
name = "行政处罚决定书"
number = "{organ}罚决字〔{year}〕{seq}号"
template = "case/decision"

[[document]]
id = "notice"
name = "行政处罚告知书"
number = "{organ}罚告字〔{year}〕{seq}号"
template = "case/notice"

[[document]]
id = "closing"
name = "结案审批表"
template = "case/closing"
sign = ["head"]
law = "行政处罚法 第四十七条"
"#;

const CERTIFICATE: &str =
    include_str!("../../../../catalogue/enforcement/officer_certificate.toml");

fn definitions() -> Definitions {
    let named = |kind: &str, ids: &[(&str, &str)]| {
        let line =
            |(id, name): &(&str, &str)| format!("[[{kind}]]\nid = \"{id}\"\nname = \"{name}\"\n");
        ids.iter().map(line).collect::<String>()
    };
    let statute = |name: &str| {
        format!(
            "[[statute]]\nname = \"{name}\"\nkind = \"法律\"\nadopted = 2021-01-22\nin_force = 2021-07-15\n"
        )
    };
    Definitions::new("")
        .with("modules.toml", named("module", &[("m", "模块")]))
        .with(
            "sections.toml",
            named("section", &[("legal", "法规科"), ("office", "办公室")]),
        )
        .with(
            "roles.toml",
            named(
                "role",
                &[
                    ("officer", "执法人员"),
                    ("head", "负责人"),
                    ("clerk", "科员"),
                    ("legal_section", "法规科"),
                ],
            ),
        )
        .with("statutes.toml", statute("行政处罚法"))
        .with("m/case.toml", CASE)
        .with("m/officer_certificate.toml", CERTIFICATE)
}

pub struct Office {
    pub app: App,
    pub officer: Actor,
    pub colleague: Actor,
    pub head: Actor,
    /// A head who also holds a certificate.
    pub deputy: Actor,
}

fn read_folder(folder: &Path, below: &str, files: &mut Definitions) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), files);
        } else {
            files.add(name, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

impl Office {
    /// In memory.
    pub fn new() -> Self {
        Self::over(&Target::SqliteMemory, Files::memory())
    }

    /// In a folder: database and files.
    pub fn at(folder: &Path) -> Self {
        let target = Target::SqliteFile(folder.join("yifa.db"));
        Self::over(&target, Files::folder(folder.join("files")))
    }

    /// With the catalogue that is shipped.
    pub fn shipped() -> Self {
        let mut files = Definitions::new("catalogue/");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
        read_folder(&folder, "", &mut files);
        Self::with(&Target::scratch(), Files::memory(), &files)
    }

    pub fn over(target: &Target, files: Files) -> Self {
        Self::with(target, files, &definitions())
    }

    fn with(target: &Target, files: Files, definitions: &Definitions) -> Self {
        let (catalogue, found) = catalogue::load(definitions, None);
        assert!(found.iter().all(|f| !f.is_error()), "{found:#?}");
        let store = app::open_store(target).unwrap();
        let key = SigningKey::from_seed("yifa.example/log", &[7; 32]).unwrap();
        let clock = Clock::simulated("2023-01-10T09:00:00+08:00".parse().unwrap());
        let app = App::new(
            store,
            Arc::new(catalogue),
            clock,
            Chance::System,
            Arc::new(key),
        );
        let app = app.unwrap().with_files(files);
        let account = |login: &str, roles: &str| AccountSetup {
            login: login.to_owned(),
            name: format!("名{login}"),
            post: "科员".to_owned(),
            section: "legal".to_owned(),
            roles: roles.to_owned(),
            password: "correct horse".to_owned(),
        };
        app.set_up_organ(&OrganSetup {
            id: ORGAN.to_owned(),
            parent: None,
            name: "云川市教育局".to_owned(),
            short_name: "云川教育".to_owned(),
            document_name: "云教".to_owned(),
            districts: Vec::new(),
            sections: vec![("legal".to_owned(), "法规科".to_owned())],
            accounts: vec![
                account("officer", "clerk officer case_section legal_section"),
                account("colleague", "clerk officer"),
                account("head", "head leader"),
                account("deputy", "head officer"),
            ],
        })
        .unwrap();
        let actor = |login: &str| app.actor_by_login(login).unwrap().unwrap();
        Self {
            officer: actor("officer"),
            colleague: actor("colleague"),
            deputy: actor("deputy"),
            head: actor("head"),
            app,
        }
    }

    /// Opens an entry of a ledger today; answers its id.
    pub fn opens(&self, ledger: &str, pairs: &[(&str, &str)]) -> String {
        let field = |(id, value): &(&str, &str)| ((*id).to_owned(), (*value).into());
        let new = NewEntry {
            happened_on: self.app.clock.today(),
            fields: pairs.iter().map(field).collect(),
        };
        self.app.open(&self.officer, ledger, new).unwrap()
    }

    /// Files a penalty case of the shipped catalogue, which two certified officers may handle;
    /// answers its id.
    pub fn files_penalty(&self, filed_on: &str) -> String {
        for (officer, number) in CERTIFIED.into_iter().zip(["云教1", "云教2"]) {
            let held = [
                ("officer", officer),
                ("number", number),
                ("issued_on", "2020-01-01"),
            ];
            self.opens("officer_certificate", &held);
        }
        self.opens(
            "penalty_ordinary",
            &[
                ("case_number", "甲案"),
                ("party", "某培训学校"),
                ("party_kind", "校外培训机构"),
                ("source", "投诉举报"),
                ("cause", "虚假招生宣传"),
                ("filed_on", filed_on),
            ],
        )
    }

    /// Files a case; answers its id.
    pub fn files_case(&self, number: &str) -> String {
        let fields = Fields::from([
            ("number".to_owned(), number.into()),
            ("party".to_owned(), "某培训学校有限公司".into()),
            ("filed_on".to_owned(), "2023-01-09".into()),
        ]);
        let new = NewEntry {
            happened_on: "2023-01-09".parse().unwrap(),
            fields,
        };
        self.app.open(&self.officer, "case", new).unwrap()
    }

    /// Writes a paper and signs it off; answers its id.
    pub fn signs(&self, case: &str, document: &str) -> String {
        let text = self.app.draft_text(&self.officer, case, document).unwrap();
        let app = &self.app;
        let paper = app
            .write_paper(&self.officer, case, document, None, text, "")
            .unwrap();
        let today = app.clock.today();
        app.sign_paper(&self.officer, case, &paper, 1, today)
            .unwrap();
        paper
    }
}

/// What is said about a photo.
pub fn photo() -> About {
    About {
        title: "现场照片".into(),
        kind: "书证".into(),
        taken_at: "2023年1月5日".into(),
        place: "教学点".into(),
        taken_by: "名officer".into(),
        file_name: "IMG_0001.jpg".into(),
    }
}

/// Bytes of a picture, different for each `n`.
pub fn jpeg(n: usize) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec();
    bytes.extend(n.to_le_bytes());
    bytes
}

/// A paper of one paragraph.
pub fn text(words: &str) -> PaperText {
    PaperText {
        issuer: "云川市教育局".into(),
        title: "行政处罚决定书".into(),
        to: "某培训学校有限公司".into(),
        blocks: vec![Block {
            kind: Kind::Body,
            text: words.into(),
        }],
        seal: true,
    }
}
