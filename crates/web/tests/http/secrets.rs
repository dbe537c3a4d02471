//! Every field that is hidden or masked, of every ledger that can be published, is looked for in
//! everything that the portal gives out.
//!
//! Nothing is listed by hand: the ledgers come from the catalogue, an entry of each is filled in
//! with a value in every field that stands nowhere else, each ledger is opened as a register and
//! the entry published by itself as well. So a field that somebody adds tomorrow is looked for too.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use app::{
    Actor, Target,
    catalogue::{
        definition::{Field, FieldType, Ledger, Visibility},
        value::{Fields, Value},
    },
    entry::NewEntry,
    publication::{Column, Settings, desk::ORIGIN_REGISTER},
    values::dates::Date,
};

use crate::{
    portal::{crawl, files_below, person, sheet_text},
    server::Server,
};

/// A day for fields by which an entry is dated; those are public with whatever is published.
const DAY: &str = "2022-12-01";

/// Marks secrets that are numbers or addresses of persons.
const NUMBER: &str = "(number)";

/// Something that must be found nowhere.
struct Secret {
    /// Ledger and field.
    place: String,
    /// The ways in which it could be written.
    texts: Vec<String>,
}

/// Makes values that stand nowhere else.
#[derive(Default)]
pub struct Markers {
    count: u32,
    secrets: Vec<Secret>,
}

impl Markers {
    /// A value for a field, noted as a secret where the public must not see it.
    pub fn value(&mut self, ledger: &Ledger, field: &Field) -> Option<Value> {
        let place = format!("{}.{}", ledger.id, field.id);
        let dated = ledger.date.as_ref() == Some(&field.id) || field.id.as_str() == "decided_on";
        if dated && field.kind == FieldType::Date {
            return Some(DAY.into());
        }
        let hidden = field.public == Visibility::Hidden || field.minor;
        self.typed(&place, &field.kind, field, hidden)
    }

    fn typed(
        &mut self,
        place: &str,
        kind: &FieldType,
        field: &Field,
        hidden: bool,
    ) -> Option<Value> {
        self.count += 1;
        let n = self.count;
        let word = format!("密{n:04}藏");
        let personal = kind.is_personal() || field.public == Visibility::Masked;
        Some(match kind {
            FieldType::Text { max } => {
                let text = match (hidden, *max) {
                    (_, max) if max < 8 => "短".to_owned(),
                    (true, _) => self.note(place, word),
                    // What is shown loses a telephone number that somebody typed into it.
                    (false, max) if max >= 24 => {
                        format!("示{n}电话{}", self.note(place, phone(n)))
                    }
                    (false, _) => format!("示{n}"),
                };
                Value::Text(text)
            }
            FieldType::LongText if hidden => Value::Text(self.note(place, word)),
            FieldType::LongText => {
                Value::Text(format!("示{n}，电话{}", self.note(place, phone(n))))
            }
            FieldType::Number { decimals, min, max } => {
                let value = 7_310_000 + i64::from(n);
                let fits = min.is_none_or(|min| min <= value) && max.is_none_or(|max| value <= max);
                if hidden && fits && *decimals == 0 {
                    self.note(place, value.to_string());
                }
                let small = min.unwrap_or(1).max(1).min(max.unwrap_or(i64::MAX));
                Value::Integer(if fits { value } else { small })
            }
            FieldType::Money => {
                if hidden {
                    self.note(place, format!("{}.00", 8_420_000 + n));
                }
                Value::Integer(i64::from(8_420_000 + n) * 100)
            }
            FieldType::Date => {
                let day = jiff::civil::date(1960, 1, 1) + jiff::Span::new().days(n);
                if hidden {
                    let texts = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%-m月%-d日"];
                    self.note_all(place, texts.map(|t| day.strftime(t).to_string()).to_vec());
                }
                Value::Text(day.to_string())
            }
            FieldType::DateRange => Value::List(vec![DAY.into(), DAY.into()]),
            FieldType::Choice { options } => {
                // Of a party that is a person, the name is a secret.
                let person = options.iter().find(|o| *o == "个人");
                Value::Text(person.or(options.first())?.clone())
            }
            FieldType::Choices { options } => Value::List(vec![options.first()?.clone().into()]),
            FieldType::Flag => Value::Flag(true),
            FieldType::District => "东区".into(),
            FieldType::Person => Value::Text(self.person(place, n)),
            FieldType::Subject | FieldType::Unit | FieldType::Officer if personal => {
                Value::Text(self.person(place, n))
            }
            FieldType::Subject
            | FieldType::Unit
            | FieldType::Officer
            | FieldType::LawCitation
            | FieldType::Reference { .. } => {
                let word = match hidden {
                    true => self.note(place, word),
                    false => format!("示{n}"),
                };
                Value::Text(word)
            }
            // Parties are persons here, and have none.
            FieldType::CreditCode if hidden || place.ends_with(".party_code") => {
                Value::Text(self.note(place, word))
            }
            FieldType::CreditCode => Value::Text(format!("示{n}")),
            FieldType::Phone => Value::Text(self.number(place, phone(n))),
            FieldType::Address => {
                let street = self.number(place, format!("密{n:04}路"));
                Value::Text(format!("云川市云西区{street}{n}号"))
            }
            FieldType::IdentityNumber => Value::Text(self.number(place, identity_number(n))),
            FieldType::File => return None,
            FieldType::Rows { columns } => {
                let mut cells = BTreeMap::new();
                for column in columns {
                    let place = format!("{place}.{}", column.id);
                    let hidden = hidden || column.minor;
                    if let Some(value) = self.typed(&place, &column.kind, column, hidden) {
                        cells.insert(column.id.to_string(), value);
                    }
                }
                Value::List(vec![Value::Record(cells)])
            }
        })
    }

    fn person(&mut self, place: &str, n: u32) -> String {
        // Two rare characters, a pair for each.
        let rare = |base: u32, n: u32| char::from_u32(base + n).unwrap();
        let given: String = [rare(0x5100, n / 200), rare(0x6600, n % 200)]
            .iter()
            .collect();
        format!("赵{}", self.note(place, given))
    }

    /// A number or address of a person, which not even the search of the workbench may hold.
    fn number(&mut self, place: &str, text: String) -> String {
        self.note(&format!("{place} {NUMBER}"), text)
    }

    fn note(&mut self, place: &str, text: String) -> String {
        self.note_all(place, vec![text.clone()]);
        text
    }

    fn note_all(&mut self, place: &str, texts: Vec<String>) {
        let place = place.to_owned();
        self.secrets.push(Secret { place, texts });
    }
}

fn phone(n: u32) -> String {
    format!("1391{:07}", 1_000 + n * 13)
}

fn identity_number(n: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!(
        "1501021990{:02}{:02}{:03}",
        1 + n / 28 % 12,
        1 + n % 28,
        n % 1_000
    );
    let digits = body.bytes().map(|b| u32::from(b - b'0'));
    let sum: u32 = digits.zip(WEIGHTS).map(|(d, w)| d * w).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    format!("{body}{check}")
}

/// A ledger of which something can be shown, and which is filled in by hand.
fn is_publishable(ledger: &Ledger) -> bool {
    let own = [app::publication::LEDGER, app::report::LEDGER];
    let shows = ledger.fields.iter().any(|f| f.public != Visibility::Hidden);
    shows && !own.contains(&ledger.id.as_str())
}

/// A portal with a column for every ledger that can be opened.
fn columns_for_all(app: &app::App) -> Settings {
    let mut settings = Settings::default();
    settings
        .columns
        .retain(|c| c.ledger.is_none() || c.credit.is_some());
    let known: BTreeSet<String> = settings
        .columns
        .iter()
        .filter_map(|c| c.ledger.clone())
        .collect();
    for ledger in app.catalogue().ledgers().filter(|l| is_publishable(l)) {
        if !known.contains(ledger.id.as_str()) {
            settings.columns.push(Column {
                id: ledger.id.to_string().replace('_', "-"),
                name: format!("{}（{}）", ledger.name, ledger.id),
                group: "全部".to_owned(),
                ledger: Some(ledger.id.to_string()),
                history: true,
                ..Column::default()
            });
        }
    }
    for column in &mut settings.columns {
        column.months = None;
        column.term = None;
        column.until = None;
        column.withheld = None;
        column.only.clear();
    }
    settings
}

/// An office that has filled in and published an entry of every ledger.
fn office_that_published_everything() -> (Server, Vec<Secret>, usize) {
    let server = Server::altered(&Target::scratch(), |app| {
        let settings = columns_for_all(&app);
        app.with_portal(settings)
    });
    let app = server.app();
    let (system, clerk, legal) = (
        Actor::system("test"),
        person(&server, "clerk"),
        person(&server, "legal"),
    );
    let mut markers = Markers::default();
    let (mut refused, mut published) = (Vec::new(), 0);
    let ledgers: Vec<_> = app
        .catalogue()
        .ledgers()
        .filter(|l| is_publishable(l))
        .cloned()
        .collect();
    for ledger in &ledgers {
        let fields: Fields = ledger
            .fields
            .iter()
            .filter_map(|f| Some((f.id.to_string(), markers.value(ledger, f)?)))
            .collect();
        let new = NewEntry {
            happened_on: DAY.parse::<Date>().unwrap(),
            fields,
        };
        let id = match app.open(&system, ledger.id.as_str(), new) {
            Ok(id) => id,
            Err(error) => {
                refused.push(format!("{}: {error}", ledger.id));
                continue;
            }
        };
        let mut draft = app.draft_from_entry(&legal, &id).unwrap();
        let named = ledger.publication.as_ref().map(|p| p.column.clone());
        assert!(
            draft.column.is_empty() || Some(&draft.column) == named.as_ref(),
            "{}: a column that it does not name",
            ledger.id
        );
        draft.column = "通知公告".to_owned();
        let opened = app.draft_from_ledger(&legal, ledger.id.as_str()).unwrap();
        assert_eq!(opened.origin, ORIGIN_REGISTER);
        for draft in [draft, opened] {
            let id = app.save_publication(&clerk, None, &draft).unwrap();
            app.submit_publication(&clerk, &id).unwrap();
            app.release_publication(&legal, &id).unwrap();
        }
        published += 1;
    }
    assert!(refused.is_empty(), "not filled in:\n{}", refused.join("\n"));
    (server, markers.secrets, published)
}

/// What citizens hand in and what is signed for them: an opinion that is answered in public, a
/// questionnaire with words and its results, a signed paper. Answers the addresses that no link leads
/// to.
fn came_in(server: &Server, secrets: &mut Vec<Secret>) -> Vec<String> {
    let (app, clerk, legal) = (
        server.app(),
        person(server, "clerk"),
        person(server, "legal"),
    );
    let mut secret = |place: &str, text: &str| {
        secrets.push(Secret {
            place: place.to_owned(),
            texts: vec![text.to_owned()],
        });
        text.to_owned()
    };
    let mut plan = crate::portal::draft("校服办法（草案）", "第一段。\n第二段。");
    plan.column = "征求意见".to_owned();
    plan.comments_until = Some("2023-02-01".parse().unwrap());
    let plan = crate::portal::publish(server, &plan);
    let site = app.site("test").unwrap();
    let page = plan;
    let slug = page.rsplit('/').next().unwrap();
    let plan = site.article(slug).unwrap().id.clone();
    let name = secret("opinion.name", "钱密意见");
    let form = [
        ("name", name.clone()),
        ("phone", secret("opinion.phone", "13912345671")),
        (
            "content",
            format!(
                "我是{name}，住{}，应当自愿购买",
                secret("opinion.content", "密意见路")
            ),
        ),
    ];
    let ticket = app.new_ticket().unwrap();
    let sent = app::inquiry::HandIn {
        kind: app::inquiry::Kind::Opinion,
        subject: plan,
        form: form.map(|(k, v)| (k.to_owned(), v)).into(),
        files: Vec::new(),
        ticket: app.ticket(&ticket).unwrap(),
        suspicious: false,
    };
    let receipt = app.hand_in("test", sent).unwrap().number;
    app.answer_opinion(&legal, &receipt, "采纳", "", "应当自愿购买")
        .unwrap();
    let asked = app::participation::Questionnaire {
        title: "满意度问卷".to_owned(),
        intro: String::new(),
        topic: "教育满意度".to_owned(),
        audience: "家长".to_owned(),
        once: app::participation::Once::Device,
        units: Vec::new(),
        questions: app::participation::text::questions(
            "[单选满意度] 满意吗？*\n- 满意\n- 不满意\n[填空200] 还想说什么？",
        )
        .unwrap(),
        open_results: true,
    };
    let today = app.clock.today();
    let survey = app
        .open_questionnaire(&legal, &asked, today, today)
        .unwrap();
    let words = secret("questionnaire.words", "密填空的话");
    for device in 0..6 {
        let answers = BTreeMap::from([(0, vec!["满意".to_owned()]), (1, vec![words.clone()])]);
        let (told, hears) = std::sync::mpsc::channel();
        let done = Box::new(move |result| drop(told.send(result)));
        let device = secret("questionnaire.device", &format!("密设备{device}号"));
        app.answer("test", &survey, &device, "", &answers, done)
            .unwrap();
        hears.recv().unwrap().unwrap();
    }
    let party = secret("paper.party", "孙密文书");
    let case = [
        ("number", "案密1"),
        ("party", party.as_str()),
        ("filed_on", "2023-01-05"),
    ];
    let entry = crate::portal::open(server, "matter", &case);
    let text = app.draft_text(&clerk, &entry, "decision").unwrap();
    assert!(
        format!("{text:?}").contains(&party),
        "the paper names the party"
    );
    let paper = app
        .write_paper(&clerk, &entry, "decision", None, text, "")
        .unwrap();
    app.sign_paper(&clerk, &entry, &paper, 1, "2023-01-12".parse().unwrap())
        .unwrap();
    app.checkpoint().unwrap();
    let signed = format!("/portal/papers/{entry}/{paper}");
    vec![
        page,
        format!("{signed}/proof"),
        signed,
        "/portal/surveys".to_owned(),
        format!("/portal/surveys/{survey}/results"),
        "/portal/verify?q=%E6%A1%88%E5%AF%861".to_owned(),
    ]
}

/// Every word of a document.
fn word_text(bytes: &[u8]) -> String {
    let limits = office::Limits::default();
    let mut text = office::docx::read(bytes, &limits).unwrap().to_plain();
    let left = office::docx::leftovers(bytes, &limits).unwrap();
    text.push_str(&format!("{left:?}"));
    text
}

/// Looks for all secrets at once: there are thousands of them, and hundreds of pages.
struct Search<'s> {
    automaton: AhoCorasick,
    /// The place of each text that is looked for.
    places: Vec<&'s str>,
    found: BTreeSet<String>,
}

impl<'s> Search<'s> {
    fn new(secrets: &'s [Secret]) -> Self {
        let texts = || {
            secrets
                .iter()
                .flat_map(|s| s.texts.iter().map(move |t| (s.place.as_str(), t)))
        };
        Self {
            automaton: AhoCorasick::new(texts().map(|(_, text)| text)).unwrap(),
            places: texts().map(|(place, _)| place).collect(),
            found: BTreeSet::new(),
        }
    }

    fn look(&mut self, place: &str, text: &str) {
        for hit in self.automaton.find_iter(text) {
            let secret = self.places[hit.pattern().as_usize()];
            let line = format!("{place} shows {secret} ({})", &text[hit.range()]);
            self.found.insert(line);
        }
    }
}

/// A value of this kind can stand nowhere else; the rest have few values (是、东区、事业编).
fn can_be_looked_for(ledger: &Ledger, field: &Field) -> bool {
    match &field.kind {
        FieldType::Choice { .. }
        | FieldType::Choices { .. }
        | FieldType::Flag
        | FieldType::District
        | FieldType::DateRange
        | FieldType::File => false,
        FieldType::Text { max } => *max >= 8,
        FieldType::Number { decimals, max, .. } => *decimals == 0 && max.is_none(),
        FieldType::Date => {
            ledger.date.as_ref() != Some(&field.id) && field.id.as_str() != "decided_on"
        }
        FieldType::Rows { columns } => columns.iter().any(|c| can_be_looked_for(ledger, c)),
        _ => true,
    }
}

/// Fields that the public must not see, or not whole, and for which no value is looked for.
fn overlooked(app: &app::App, secrets: &[Secret]) -> Vec<String> {
    let places: BTreeSet<&str> = secrets
        .iter()
        .map(|s| s.place.split(' ').next().unwrap())
        .collect();
    let noted = |place: &str| {
        let below = format!("{place}.");
        places.contains(place) || places.iter().any(|p| p.starts_with(&below))
    };
    let ledgers = app.catalogue().ledgers().filter(|l| is_publishable(l));
    let fields = ledgers.flat_map(|l| l.fields.iter().map(move |f| (l, f)));
    fields
        .filter(|(_, f)| f.public != Visibility::Shown || f.minor || f.kind.is_personal())
        .filter(|(l, f)| f.public == Visibility::Masked || can_be_looked_for(l, f))
        .map(|(l, f)| format!("{}.{}", l.id, f.id))
        .filter(|place| !noted(place))
        .collect()
}

#[test]
fn no_hidden_or_masked_field_of_any_ledger_gets_out() {
    let (server, mut secrets, published) = office_that_published_everything();
    let apart = came_in(&server, &mut secrets);
    assert_eq!(overlooked(server.app(), &secrets), Vec::<String>::new());
    assert!(published > 40, "only {published} ledgers were published");
    assert!(
        secrets.len() > 400,
        "only {} values to look for",
        secrets.len()
    );
    let (app, mut search) = (server.app(), Search::new(&secrets));
    // What everything is made from: articles, registers, and the words of the search.
    let site = app.site("test").unwrap();
    assert!(
        site.registers.len() > 20,
        "{} registers are open",
        site.registers.len()
    );
    search.look("the site in memory", &format!("{site:?}"));
    for register in site.registers.values() {
        let hidden = register
            .ledger
            .fields
            .iter()
            .filter(|f| f.public == Visibility::Hidden);
        for field in hidden {
            let named = register
                .rows
                .iter()
                .any(|r| !r.cell(field.id.as_str()).is_empty());
            assert!(!named, "{}.{} has a cell", register.ledger.id, field.id);
        }
    }
    // Nor is one among the facts of an article, where its value could be one of few.
    for article in site.articles.iter().filter(|a| a.source_entry.is_some()) {
        let id = article.source_entry.as_ref().unwrap();
        let entry = app.entry(&Actor::system("test"), id).unwrap();
        let of = |shown: bool| {
            let fields = entry.ledger.fields.iter();
            let fields = fields.filter(move |f| (f.public == Visibility::Hidden) != shown);
            fields.map(|f| f.name.as_str()).collect::<BTreeSet<_>>()
        };
        let (hidden, shown) = (of(false), of(true));
        let facts = article.facts.iter().map(|(name, _)| name.as_str());
        let wrong: Vec<&str> = facts
            .filter(|f| hidden.contains(f) && !shown.contains(f))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", entry.ledger.id);
    }
    // Pages, feeds, open data, catalogues of data.
    let mut nobody = server.nobody();
    let pages = crawl(&mut nobody);
    for end in [
        "feed.atom",
        "data.csv",
        "data.json",
        "data.xlsx",
        "credit.xml",
        "catalog.json",
    ] {
        assert!(
            pages.iter().any(|(path, _)| path.ends_with(end)),
            "{end} was looked into"
        );
    }
    for (path, text) in &pages {
        if path.ends_with(".xlsx") {
            let bytes = nobody.get(path).body;
            search.look(path, &sheet_text(&bytes));
        } else if path.ends_with(".docx") {
            search.look(path, &word_text(&nobody.get(path).body));
        } else {
            search.look(path, text);
        }
    }
    assert!(pages.iter().any(|(path, _)| path.ends_with(".docx")));
    // What no link leads to: the page of a signed paper, with its proof.
    let mut told = String::new();
    for path in &apart {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 200, "{path}");
        search.look(path, &answer.text());
        told.push_str(&answer.text());
    }
    // What came in is where readers see it, without what is secret of it.
    for words in [
        "应当自愿购买",
        "共收到答卷 6 份",
        "由本机关签发",
        "c2sp.org/tlog-proof",
    ] {
        assert!(told.contains(words), "{words}");
    }
    // The static site.
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let export = web::portal::export(server.web(), folder.path(), "https://jyj.example.cn");
    let exported = runtime.block_on(export).unwrap();
    assert!(exported.broken.is_empty(), "{:?}", exported.broken);
    let files = files_below(folder.path());
    assert!(files.len() > 2 * published);
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let place = file.display().to_string();
        match place.ends_with(".xlsx") {
            true => search.look(&place, &sheet_text(&bytes)),
            false if place.ends_with(".docx") => search.look(&place, &word_text(&bytes)),
            false => search.look(&place, &String::from_utf8_lossy(&bytes)),
        }
    }
    let found: Vec<String> = search.found.into_iter().take(40).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The search table of the workbench holds no number, address or telephone of a person: what
    // would be found there is a record, and whoever finds it needs a right to read it.
    server.index();
    let legal = person(&server, "legal");
    let sensitive = secrets.iter().filter(|s| s.place.ends_with(NUMBER));
    for secret in sensitive {
        let hits = app.search(&legal, &secret.texts[0]).unwrap();
        assert!(hits.is_empty(), "{} is in the search table", secret.place);
    }
}
