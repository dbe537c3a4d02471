//! How fast the store is on this machine: bulk insert, list pages, figures, search.
//!
//! `cargo run --release -p store --example bench [ENTRIES] [TARGET]`, by default 1 000 000 entries in a
//! file of the temporary folder, removed at the end; 0 entries to look at a TARGET made before: a
//! file, `postgres://…`, or `:memory:` to insert without a disk. `[MOVE TO]` as a third argument
//! moves the whole there, and back into a new file, and compares the bytes.

use std::time::{Duration, Instant};

use store::{
    ContributionRow, EntryRow, EventRow, FigureQuery, Files, Filter, FilterOp, HandoverError,
    KeyRow, LeafRow, ListQuery, Listed, RowFilter, SearchText, Sort, Store, StoreError, Target,
    ValueRow, encode_integer,
};

const ORGAN: &str = "330100";
const LEDGER: &str = "penalty";
/// Entries per transaction, as an import would take them.
const TRANSACTION: u64 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let entries: u64 = args.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let target = match args.next().as_deref() {
        Some(":memory:") => return Ok(insert(&Store::open(&Target::SqliteMemory)?, entries)?),
        Some(text) => Target::parse(text),
        None => Target::SqliteFile(folder.path().join("bench.db")),
    };
    let store = Store::open(&target)?;
    if entries > 0 {
        insert(&store, entries)?;
    }
    if let Target::SqliteFile(path) = &target {
        let size = std::fs::metadata(path)?.len();
        println!(
            "file: {} MiB, {} bytes per entry",
            size >> 20,
            size / entries.max(1)
        );
    }
    if let Some(there) = args.next() {
        let back = Target::SqliteFile(folder.path().join("back.db"));
        return there_and_back(&store, &Target::parse(&there), &back);
    }
    lists(&store)?;
    figures(&store)?;
    search(&store)?;
    Ok(())
}

/// What a hand-over comes to, without keeping it.
#[derive(Default)]
struct Sum {
    hash: sha2::Sha256,
    bytes: u64,
}

impl std::io::Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        sha2::Digest::update(&mut self.hash, bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Moves a system to another database and back; each must be the same, byte for byte.
fn there_and_back(
    store: &Store,
    there: &Target,
    back: &Target,
) -> Result<(), Box<dyn std::error::Error>> {
    let files = Files::memory();
    let sum_of = |store: &Store| {
        let started = Instant::now();
        let mut sum = Sum::default();
        store.hand_over(&files, &mut sum)?;
        let hash = sha2::Digest::finalize(sum.hash);
        println!(
            "{}: {} MiB written in {:.1?}",
            store.target(),
            sum.bytes >> 20,
            started.elapsed()
        );
        Ok::<_, HandoverError>(hash)
    };
    let first = sum_of(store)?;
    let mut from = store.clone();
    for target in [there, back] {
        let started = Instant::now();
        let (copy, handed) = from.copy_to(&files, target, &files)?;
        copy.accept()?;
        println!(
            "{} rows to {target} in {:.1?}",
            handed.rows,
            started.elapsed()
        );
        println!("the same: {}", sum_of(&copy)? == first);
        from = copy;
    }
    Ok(())
}

fn insert(store: &Store, entries: u64) -> Result<(), StoreError> {
    let started = Instant::now();
    let mut making = Duration::ZERO;
    let mut first = Duration::ZERO;
    let mut parts = [Duration::ZERO; 7];
    for from in (0..entries).step_by(TRANSACTION as usize) {
        let made = Instant::now();
        let batch = Batch::make(from, (from + TRANSACTION).min(entries));
        making += made.elapsed();
        let begun = Instant::now();
        let mut marks = Vec::new();
        store.write(|db| {
            db.put_entries(&batch.entries)?;
            marks.push(begun.elapsed());
            db.put_values(&batch.values)?;
            marks.push(begun.elapsed());
            db.put_keys(&batch.keys)?;
            marks.push(begun.elapsed());
            db.put_events(&batch.events)?;
            marks.push(begun.elapsed());
            db.put_leaves(&batch.leaves)?;
            marks.push(begun.elapsed());
            db.put_contributions(&batch.contributions)?;
            marks.push(begun.elapsed());
            Ok::<(), StoreError>(())
        })?;
        marks.push(begun.elapsed());
        let mut before = Duration::ZERO;
        for (sum, mark) in parts.iter_mut().zip(marks) {
            *sum += mark - before;
            before = mark;
        }
        if from + TRANSACTION <= 100_000 {
            first = started.elapsed().saturating_sub(making);
        }
    }
    let took = started.elapsed().saturating_sub(making);
    let names = [
        "entries",
        "values",
        "keys",
        "events",
        "leaves",
        "contributions",
        "commit",
    ];
    for (name, part) in names.iter().zip(parts) {
        println!("insert: {name} {part:.2?}");
    }
    let rate = |n: u64, took: Duration| n as f64 / took.as_secs_f64();
    let n = entries.min(100_000);
    println!(
        "insert: first {n} entries {first:.2?} = {:.0} entries/s",
        rate(n, first)
    );
    println!(
        "insert: {entries} entries {took:.2?} = {:.0} entries/s",
        rate(entries, took)
    );
    Ok(())
}

/// Rows of many entries, as `app` would write them: 8 values, 3 contributions, 1 event each.
#[derive(Default)]
struct Batch {
    entries: Vec<EntryRow>,
    values: Vec<ValueRow>,
    keys: Vec<KeyRow>,
    events: Vec<EventRow>,
    leaves: Vec<LeafRow>,
    contributions: Vec<ContributionRow>,
}

impl Batch {
    fn make(from: u64, to: u64) -> Batch {
        let mut batch = Batch::default();
        (from..to).for_each(|n| batch.add(n));
        batch
    }

    fn add(&mut self, n: u64) {
        let random = scramble(n);
        let entry_id = format!(
            "0190a000-{:04x}-7{:03x}-8000-{random:012x}",
            n >> 12,
            n & 0xfff
        );
        let day = random % (365 * 4);
        let happened_on = format!(
            "{}-{:02}-{:02}",
            2021 + day / 365,
            day % 365 / 31 + 1,
            day % 31 % 28 + 1
        );
        let amount = (random >> 8) % 5_000_000;
        let fields = format!(
            r#"{{"party":"某某培训有限公司{n}","cause":"cause-{}","amount":{amount},"summary":"未经批准举办面向学龄儿童的校外培训"}}"#,
            random % 40
        );
        let values = [
            ("amount", encode_integer(amount as i64)),
            ("cause", format!("cause-{}", random % 40)),
            ("district", format!("district-{}", (random >> 16) % 13)),
            ("party", format!("subject-{}", (random >> 20) % 50_000)),
            (
                "stage",
                ["filed", "reviewed", "decided"][(random % 3) as usize].into(),
            ),
            ("officer", format!("officer-{}", (random >> 24) % 300)),
            ("decided_on", happened_on.clone()),
            ("rare", format!("rare-{}", (random >> 28) % 20_000)),
        ];
        self.entries.push(EntryRow {
            organ_id: ORGAN.into(),
            entry_id: entry_id.clone(),
            ledger: LEDGER.into(),
            version: "2021-07-15".into(),
            number: Some(format!("杭教罚决字〔2024〕{n}号")),
            title: format!("某某培训有限公司{n}未经批准办学案"),
            stage: Some("decided".into()),
            section_id: Some(format!("section-{}", random % 12)),
            happened_on: happened_on.clone(),
            revision: 1,
            opened_at: "2024-03-01T08:00:00Z".into(),
            changed_at: "2024-03-01T08:00:00Z".into(),
            voided: random.is_multiple_of(200),
            fields: fields.clone(),
            history: "{}".into(),
            content_hash: Some(format!("{random:032x}")),
            indexed: store::indexed_text(values.iter().map(|(f, v)| (*f, v.as_str()))),
        });
        self.values.extend(values.map(|(field, value)| ValueRow {
            organ_id: ORGAN.into(),
            ledger: LEDGER.into(),
            field: field.into(),
            value,
            happened_on: happened_on.clone(),
            entry_id: entry_id.clone(),
        }));
        self.keys.push(KeyRow {
            organ_id: ORGAN.into(),
            ledger: LEDGER.into(),
            natural_key: format!("杭教罚决字〔2024〕{n}号"),
            entry_id: entry_id.clone(),
        });
        self.events.push(EventRow {
            organ_id: ORGAN.into(),
            entry_id: entry_id.clone(),
            seq: 1,
            ledger: LEDGER.into(),
            kind: "opened".into(),
            version: "2021-07-15".into(),
            actor: "account-1".into(),
            happened_on: happened_on.clone(),
            recorded_at: "2024-03-01T08:00:00Z".into(),
            body: fields,
            salts: r#"{"all":"00112233445566778899aabbccddeeff"}"#.into(),
            leaf_index: n,
        });
        self.leaves.push(LeafRow {
            leaf_index: n,
            organ_id: ORGAN.into(),
            ledger: LEDGER.into(),
            entry_id: entry_id.clone(),
            seq: 1,
            data: vec![7; 200],
        });
        let figures = ["penalty_decided", "penalty_amount", "penalty_parties"];
        self.contributions.extend(
            (0u32..)
                .zip(figures)
                .map(|(ordinal, figure)| ContributionRow {
                    organ_id: ORGAN.into(),
                    figure: figure.into(),
                    happened_on: happened_on.clone(),
                    leaf_index: n,
                    ordinal,
                    ledger: LEDGER.into(),
                    entry_id: entry_id.clone(),
                    value: if ordinal == 1 { amount as i64 } else { 1 },
                    dims: format!("cause=cause-{}", random % 40),
                    item: if ordinal == 2 {
                        format!("subject-{}", (random >> 20) % 50_000)
                    } else {
                        String::new()
                    },
                    distinct: ordinal == 2,
                    negates_leaf: None,
                    negates_ordinal: None,
                }),
        );
    }
}

/// A fixed scattering of the numbers, so that runs can be compared.
fn scramble(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) & 0xffff_ffff_ffff
}

/// The median of some runs.
fn time<T>(
    name: &str,
    store: &Store,
    mut run: impl FnMut(&store::Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut took = Vec::new();
    let mut last = None;
    for _ in 0..15 {
        let started = Instant::now();
        last = Some(store.read(&mut run)?);
        took.push(started.elapsed());
    }
    took.sort();
    println!(
        "{name}: median {:.2?}, slowest {:.2?}",
        took[took.len() / 2],
        took[took.len() - 1]
    );
    last.ok_or(StoreError::Busy)
}

fn lists(store: &Store) -> Result<(), StoreError> {
    let base = ListQuery::new(ORGAN, LEDGER, RowFilter::organ(ORGAN));
    let eq = |field: &str, value: &str| Filter {
        field: field.into(),
        op: FilterOp::Eq(value.into()),
    };
    let amount = |lo: i64, hi: i64| Filter {
        field: "amount".into(),
        op: FilterOp::Range(Some(encode_integer(lo)), Some(encode_integer(hi))),
    };
    let sections = Some(vec!["section-3".to_owned(), "section-4".to_owned()]);
    let mut scope = RowFilter::organ(ORGAN);
    scope.sections = sections;
    let causes = FilterOp::OneOf((0..5).map(|n| format!("cause-{n}")).collect());
    let list = |filters: Vec<Filter>| ListQuery {
        filters,
        ..base.clone()
    };
    let by_amount = Sort::ByField("amount".into());
    let cases = [
        ("newest", base.clone()),
        (
            "a month",
            ListQuery {
                from: Some("2023-03-01".into()),
                to: Some("2023-03-31".into()),
                ..base.clone()
            },
        ),
        (
            "two sections of the scope",
            ListQuery {
                scope,
                ..base.clone()
            },
        ),
        ("one filter, wide (1/3)", list(vec![eq("stage", "filed")])),
        (
            "one filter, narrow (1/20000)",
            list(vec![eq("rare", "rare-77")]),
        ),
        (
            "one of five values (1/8)",
            list(vec![Filter {
                field: "cause".into(),
                op: causes,
            }]),
        ),
        (
            "two filters (1/40, 1/13)",
            list(vec![eq("cause", "cause-7"), eq("district", "district-2")]),
        ),
        (
            "two filters (1/300, 1/50000)",
            list(vec![eq("officer", "officer-9"), eq("party", "subject-5")]),
        ),
        (
            "two filters (1/300, 1/40)",
            list(vec![eq("officer", "officer-9"), eq("cause", "cause-7")]),
        ),
        (
            "range, narrow (1/500)",
            list(vec![amount(1_000_000, 1_010_000)]),
        ),
        (
            "range, middle (1/100)",
            list(vec![amount(1_000_000, 1_050_000)]),
        ),
        ("range, wide (1/5)", list(vec![amount(0, 1_000_000)])),
        (
            "range and filter",
            list(vec![amount(0, 1_000_000), eq("district", "district-2")]),
        ),
        (
            "sorted by amount",
            ListQuery {
                sort: by_amount.clone(),
                ..base.clone()
            },
        ),
        (
            "sorted by amount, filter (1/13)",
            ListQuery {
                sort: by_amount.clone(),
                ..list(vec![eq("district", "district-2")])
            },
        ),
        (
            "sorted by amount, filter (1/300)",
            ListQuery {
                sort: by_amount,
                ..list(vec![eq("officer", "officer-9")])
            },
        ),
    ];
    for (name, query) in cases {
        let page = time(&format!("list, {name}"), store, |db| db.list(&query))?;
        // The same far down the list.
        let mut deep = query.clone();
        deep.limit = 2_000;
        if let Some(next) = store.read(|db| db.list(&deep))?.next {
            let deep = ListQuery {
                after: Some(next),
                ..query.clone()
            };
            time("    after 2000 rows", store, |db| db.list(&deep))?;
        }
        let count = time("    count to 1000", store, |db| db.count(&query, 1_000))?;
        println!(
            "    {} rows, count {}{}",
            page.rows.len(),
            count.n,
            if count.capped { "+" } else { "" }
        );
    }
    time("menu of a field", store, |db| {
        db.distinct_values(ORGAN, LEDGER, "cause", 100)
    })?;
    Ok(())
}

fn figures(store: &Store) -> Result<(), StoreError> {
    let year = |figure| FigureQuery {
        organ_id: ORGAN,
        figure,
        from: Some("2023-01-01"),
        to: Some("2023-12-31"),
        as_of: None,
    };
    let sum = year("penalty_decided");
    time("figure, sum of a year", store, |db| db.figure_sum(&sum))?;
    let part = FigureQuery {
        to: Some("2023-11-15"),
        ..sum
    };
    time("figure, sum to the middle of a month", store, |db| {
        db.figure_sum(&part)
    })?;
    let frozen = FigureQuery {
        as_of: Some(50_000),
        ..sum
    };
    time("figure, sum as of leaf 50000", store, |db| {
        db.figure_sum(&frozen)
    })?;
    let parties = year("penalty_parties");
    time("figure, distinct of a year", store, |db| {
        db.figure_distinct(&parties)
    })?;
    let scope = RowFilter::organ(ORGAN);
    time("figure, first entries", store, |db| {
        db.figure_entries(&sum, Listed::default(), &scope, None, 50)
    })?;
    Ok(())
}

fn search(store: &Store) -> Result<(), StoreError> {
    let texts: Vec<SearchText> = (0..50_000)
        .map(|n| SearchText {
            organ_id: ORGAN.into(),
            ledger: LEDGER.into(),
            entry_id: format!("entry-{n}"),
            text: format!("某某培训有限公司{n}未经批准举办面向学龄儿童的校外培训，处罚款{n}元"),
            ..SearchText::default()
        })
        .collect();
    store.write(|db| db.queue_search(&texts))?;
    let started = Instant::now();
    store.write(|db| db.index_pending(1))?;
    println!("search: dictionary loaded in {:.2?}", started.elapsed());
    let started = Instant::now();
    while store.write(|db| db.index_pending(5_000))? > 0 {}
    println!("search: 50000 texts indexed in {:.2?}", started.elapsed());
    time("search, common words", store, |db| {
        db.search(
            ORGAN,
            &store::SearchWithin::ledger(Some(LEDGER)),
            "校外培训",
            None,
            50,
        )
    })?;
    time("search, a number", store, |db| {
        db.search(
            ORGAN,
            &store::SearchWithin::ledger(None),
            "培训 4711",
            None,
            50,
        )
    })?;
    time("search, nothing", store, |db| {
        db.search(ORGAN, &store::SearchWithin::ledger(None), "采购", None, 50)
    })?;
    Ok(())
}
