//! The second verifier, in JavaScript, against this one on random draws, true and forged.

use proof::checkpoint::{Checkpoint, TlogProof};
use proof::draw::bundle::{Bundle, LogEvidence, LoggedEvent, SourceValue, draw};
use proof::draw::event;
use proof::draw::plan::Plan;
use proof::draw::population::{Item, Population};
use proof::draw::roster::{Conflict, Inspector, Roster, UnitRegion};
use proof::draw::source::reveal_commitment;
use proof::draw::verify::{Outcome, Trust, verify};
use proof::hash::{Hash, leaf_hash};
use proof::merkle::{Appender, Tree};
use proof::note::{KeyKind, SigningKey};
use serde_json::{Value, json};

use engine::{second_verifier, sorted};

mod engine;
mod tamper;

/// How many random draws are compared.
const DRAWS: u64 = 1000;

/// Chance with a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

fn log_key() -> SigningKey {
    SigningKey::from_seed("log.example/a", &[1; 32]).unwrap()
}

fn witness_key(number: u8) -> SigningKey {
    SigningKey::from_seed(&format!("witness.example/{number}"), &[number + 1; 32]).unwrap()
}

fn random_draw(number: u64) -> Bundle {
    let mut chance = Chance(number);
    let id = format!("抽查-{number}");
    let method = chance.pick(&["equal", "tickets", "exponential"]);
    let weights: Value = match method {
        "equal" => json!({}),
        "tickets" => json!({"甲": 1, "乙": 3, "丙": if number % 20 == 1 { 64 } else { 5 }}),
        _ => json!({"甲": 1, "乙": 7, "丙": 4_294_967_295_u64}),
    };
    let names = ["幼儿园", "小学", "𠮷校", "\u{ff5e}区"];
    let strata = 1 + chance.below(4) as usize;
    let secret = Hash::of(id.as_bytes());
    let (with_beacon, with_log) = (number % 200 == 7, number % 100 == 3);
    let mut sources = vec![
        json!({"name": "lottery:ssq:2023098", "known_at": "2023-08-24T13:15:00Z"}),
        json!({"name": "reveal:局", "holders": ["甲", "乙"],
               "commitment": reveal_commitment(&id, "局", &secret)}),
    ];
    let mut values = vec![
        source("lottery:ssq:2023098", "03 07 12 19 25 31+08"),
        source("reveal:局", &secret.to_hex()),
    ];
    if with_beacon {
        sources.push(json!({"name": "drand-quicknet:1000"}));
        let signature = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125\
                         e342b73a8dd2bacbe47e4b6b63ed5e39";
        let value = Hash::of(&hex::decode(signature).unwrap()).to_hex();
        let signature = Some(signature.to_owned());
        values.push(SourceValue {
            signature,
            ..source("drand-quicknet:1000", &value)
        });
    }
    let stratum = |chance: &mut Chance, name: &str| match chance.below(2) {
        0 => json!({"name": name, "count": chance.below(3)}),
        _ if chance.below(4) == 0 => {
            json!({"name": name, "rate_ppm": chance.below(500_000), "max": chance.below(6)})
        }
        _ => json!({"name": name, "rate_ppm": chance.below(500_000)}),
    };
    let mut plan = json!({
        "v": 1, "draw": id, "title": "t", "scope": "s", "program": "p",
        "time": "2023-08-23T15:59:21Z", "suite": chance.pick(&["sha256", "sm3"]), "method": method,
        "weights": weights, "sources": sources,
        "strata": names[..strata].iter().map(|n| stratum(&mut chance, n)).collect::<Vec<_>>(),
    });
    if chance.below(2) == 0 {
        plan["reserve"] = json!(chance.below(5));
    }
    if with_log {
        let key = |n| witness_key(n).verifier(KeyKind::Cosignature).to_string();
        let log = log_key().verifier(KeyKind::Note).to_string();
        plan["witness"] =
            json!({"log": log, "keys": [key(1), key(2)], "quorum": 1 + number / 100 % 2});
    }
    let with_roster = chance.below(3) > 0;
    if with_roster {
        let places: Vec<Value> = (0..1 + chance.below(3))
            .map(|_| match chance.below(3) {
                0 => json!({"lead": true}),
                1 => json!({"lead": false, "offices": ["督导", "法规"]}),
                _ => json!({"lead": false}),
            })
            .collect();
        let even = chance.below(2) == 0;
        plan["assignment"] = json!({"places": places, "even": even, "until": "2023-09-30"});
    }
    let plan: Plan = serde_json::from_value(plan).unwrap();
    let weights: Vec<u32> = plan.weights.values().copied().collect();
    let units = 8 + chance.below(40);
    let item = |i: u64| Item {
        id: format!("{}{i}", chance.pick(&["U", "校", "𠮷", "\u{ff5e}"])),
        stratum: names[if i < 8 {
            i as usize % strata
        } else {
            chance.below(strata as u64) as usize
        }]
        .into(),
        weight: if weights.is_empty() {
            1
        } else {
            weights[chance.below(3) as usize]
        },
    };
    let population = Population::freeze((0..units).map(item).collect()).unwrap();
    let roster = with_roster.then(|| random_roster(&mut chance, &population));
    let log = with_log.then(|| evidence(&plan, &population, roster.as_ref()));
    draw(&plan, &population, roster.as_ref(), values, log).unwrap()
}

fn source(name: &str, value: &str) -> SourceValue {
    let (name, value) = (name.to_owned(), value.to_owned());
    SourceValue {
        name,
        value,
        signature: None,
        previous_signature: None,
    }
}

fn random_roster(chance: &mut Chance, population: &Population) -> Roster {
    let inspector = |i: u64| Inspector {
        id: format!("{}{i}", chance.pick(&["I", "员"])),
        office: chance.pick(&["督导", "法规", "基教"]).into(),
        capacity: chance.below(7) as u32,
        lead: chance.below(2) == 0,
        certificate_until: chance
            .pick(&["2025-12-31", "2025-12-31", "2023-09-29"])
            .into(),
        regions: match chance.below(3) {
            0 => vec!["东".into()],
            1 => vec!["西".into()],
            _ => vec!["东".into(), "西".into()],
        },
    };
    let inspectors: Vec<Inspector> = (0..4 + population.items().len() as u64 / 4)
        .map(inspector)
        .collect();
    let mut roster = Roster {
        inspectors,
        regions: vec![],
        conflicts: vec![],
    };
    for item in population.items() {
        if chance.below(4) > 0 {
            let region = chance.pick(&["东", "西"]).into();
            roster.regions.push(UnitRegion {
                unit: item.id.clone(),
                region,
            });
        }
        if chance.below(5) == 0 {
            let officer = chance.below(roster.inspectors.len() as u64) as usize;
            let inspector = roster.inspectors[officer].id.clone();
            roster.conflicts.push(Conflict {
                unit: item.id.clone(),
                inspector,
            });
        }
    }
    roster.sort();
    roster
}

/// Plan and freeze in a log; one witness saw them in time, one did not.
fn evidence(plan: &Plan, population: &Population, roster: Option<&Roster>) -> LogEvidence {
    let root = roster.map(Roster::root);
    let leaves = [
        event::plan_published(plan, "2023-08-01T01:00:00Z")
            .unwrap()
            .encode()
            .unwrap(),
        event::frozen(plan, population, root.as_ref(), "2023-08-02T01:00:00.5Z")
            .encode()
            .unwrap(),
    ];
    let appended = Appender::new().append(leaves.iter().map(|leaf| leaf_hash(leaf)));
    let checkpoint = Checkpoint::new("log.example/a", 2, appended.root);
    let mut note = checkpoint.sign(&log_key()).unwrap();
    for (number, time) in [(1, 1_692_800_000), (2, 1_900_000_000)] {
        note += &witness_key(number)
            .cosign(&checkpoint.body(), time)
            .unwrap();
    }
    let logged = |index: u64, leaf: &[u8]| {
        let mut tree = Tree::new(2, |_, _| Some(appended.tiles[0].bytes.clone()));
        let hashes = tree.inclusion_proof(index).unwrap();
        let proof = TlogProof {
            extra: None,
            index,
            hashes,
            checkpoint: note.clone(),
        };
        LoggedEvent {
            leaf: String::from_utf8(leaf.to_vec()).unwrap(),
            proof: proof.to_text(),
        }
    };
    LogEvidence {
        plan: logged(0, &leaves[0]),
        freeze: logged(1, &leaves[1]),
    }
}

/// The JSON pointers of all values that are neither objects nor lists.
fn leaves_of(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(key, member)| leaves_of(member, format!("{at}/{key}"), out));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| leaves_of(item, format!("{at}/{index}"), out));
        }
        _ => out.push(at),
    }
}

/// One value changed.
fn forged(bundle: &Value, chance: &mut Chance) -> Value {
    let mut pointers = Vec::new();
    leaves_of(bundle, String::new(), &mut pointers);
    let pointer = &pointers[chance.below(pointers.len() as u64) as usize];
    let mut forged = bundle.clone();
    let value = forged.pointer_mut(pointer).unwrap();
    *value = match &*value {
        Value::Number(number) => json!(number.as_u64().unwrap() + 1 + chance.below(3)),
        Value::Bool(flag) => json!(!flag),
        Value::String(text) => match chance.below(3) {
            0 => json!(format!("{text}0")),
            1 => json!(text.chars().rev().collect::<String>()),
            _ => json!(text.replace(['1', 'a'], "2")),
        },
        _ => json!(null),
    };
    forged
}

/// Name and outcome of each check, and whether nothing failed.
type Verdict = (Vec<(String, String)>, bool);

fn ours(json: &str) -> Verdict {
    let report = verify(json.as_bytes(), &Trust::default());
    let outcome = |outcome| match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Compare => "compare",
    };
    let checks = report.checks.iter();
    let checks = checks.map(|c| (c.name.to_owned(), outcome(c.outcome).to_owned()));
    sorted(checks.collect(), report.passed())
}

/// For whoever writes a verifier of his own: our verdict and the bundle, one pair per line.
fn hand_out(lines: &[String]) {
    let Some(path) = std::env::var_os("PROOF_BUNDLES_TO") else {
        return;
    };
    let line = |text: &String| format!("{}\t{text}\n", json!(ours(text)));
    std::fs::write(path, lines.iter().map(line).collect::<String>()).unwrap();
}

#[test]
fn both_verifiers_say_the_same_of_random_draws_true_and_forged() {
    let mut chance = Chance(42);
    let mut lines: Vec<String> = Vec::new();
    let (mut cuts, mut logs) = (0, 0);
    for number in 0..DRAWS {
        let bundle = random_draw(number);
        cuts += u64::from(bundle.assignment.as_ref().is_some_and(|a| a.cut.is_some()));
        logs += u64::from(bundle.log.is_some());
        let json = String::from_utf8(bundle.to_json().unwrap()).unwrap();
        let value: Value = serde_json::from_str(&json).unwrap();
        lines.push(json);
        lines.push(forged(&value, &mut chance).to_string());
    }
    assert!(
        cuts > 80 && logs > 5,
        "the draws are not varied enough: {cuts} {logs}"
    );
    hand_out(&lines);
    let Some(answers) = second_verifier("random", &lines) else {
        return;
    };
    assert_eq!(answers.len(), lines.len());
    for (number, (line, theirs)) in lines.iter().zip(answers).enumerate() {
        let ours = ours(line);
        assert_eq!(ours, theirs, "{line}");
        // A draw that few witnesses saw in time is void, but nothing in it is false.
        let void = ours.0.contains(&("freeze-time".into(), "fail".into()));
        assert!(number % 2 == 1 || ours.1 || void, "{line}");
    }
}

#[test]
fn the_script_of_the_page_is_the_same_verifier() {
    if !engine::installed("node") {
        // Without Node the other tests run this very script in a page.
        return;
    }
    let bundle = random_draw(7).to_json().unwrap();
    let script = format!(
        "{}\nconst report = verifyDraw(require('fs').readFileSync(0, 'utf8'));\n\
         console.log(JSON.stringify([report.checks.map((c) => [c.name, c.outcome]), report.passed]));",
        proof::draw::verifier_script()
    );
    let mut child = std::process::Command::new("node")
        .args(["-e", &script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &bundle).unwrap();
    let output = child.wait_with_output().unwrap();
    let (checks, passed): (Vec<(String, String)>, bool) =
        serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        sorted(checks, passed),
        ours(std::str::from_utf8(&bundle).unwrap())
    );
}
