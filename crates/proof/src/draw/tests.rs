//! Whole draws: made, published, verified, tampered with, mended.

use serde_json::{Value, json};

use super::bundle::{Bundle, DrawError, LogEvidence, LoggedEvent, SourceValue, draw};
use super::event;
use super::plan::Plan;
use super::population::{Item, Population};
use super::replace::{Change, ReplaceError, Standing};
use super::roster::{Conflict, Inspector, Roster, UnitRegion};
use super::source::reveal_commitment;
use super::verify::{Outcome, Trust, verify};
use crate::checkpoint::{Checkpoint, TlogProof};
use crate::hash::{Hash, leaf_hash};
use crate::merkle::{Appender, Tree};
use crate::note::{KeyKind, SigningKey};

/// Round 1000 of quicknet, which became known at 2023-08-23T15:59:24Z.
const SIGNATURE: &str = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125\
                         e342b73a8dd2bacbe47e4b6b63ed5e39";
const VALUE: &str = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd";
const ROUND_TIME: u64 = 1_692_806_364;

fn log_key() -> SigningKey {
    SigningKey::from_seed("log.example/yunchuan", &[1; 32]).unwrap()
}

fn witness_key(number: u8) -> SigningKey {
    SigningKey::from_seed(&format!("witness.example/{number}"), &[number + 1; 32]).unwrap()
}

fn secret() -> Hash {
    Hash::of(b"secret of the bureau")
}

fn plan(method: &str) -> Plan {
    let witness = |n| witness_key(n).verifier(KeyKind::Cosignature).to_string();
    let weights = match method {
        "equal" => json!({}),
        _ => json!({"A": 1, "B": 2, "C": 4}),
    };
    let commitment = reveal_commitment("2023-08-EXAMPLE", "bureau", &secret());
    let plan = json!({
        "v": 1, "draw": "2023-08-EXAMPLE", "title": "样例抽查", "scope": "在册民办学校，停办的除外",
        "program": "yifa 0.1.0", "time": "2023-08-23T15:59:21Z", "suite": "sha256",
        "method": method, "weights": weights, "reserve": 3,
        "strata": [
            {"name": "幼儿园", "rate_ppm": 200_000},
            {"name": "小学", "rate_ppm": 200_000},
            {"name": "培训机构", "count": 2},
        ],
        "sources": [
            {"name": "drand-quicknet:1000"},
            {"name": "lottery:ssq:2023098", "known_at": "2023-08-24T13:15:00Z"},
            {"name": "reveal:bureau", "commitment": commitment,
             "holders": ["法规科", "市司法局"], "publish_after": "2023-09-30T00:00:00Z"},
        ],
        "witness": {"log": log_key().verifier(KeyKind::Note).to_string(),
                    "keys": [witness(1), witness(2), witness(3)], "quorum": 2},
        "assignment": {"places": [{"lead": true}, {"lead": false, "offices": ["督导", "法规"]}],
                       "even": true, "until": "2023-09-30"},
    });
    serde_json::from_value(plan).unwrap()
}

fn population(method: &str) -> Population {
    let stratum = |i: u32| ["幼儿园", "小学", "培训机构"][(i % 3) as usize];
    let weight = |i: u32| {
        if method == "equal" {
            1
        } else {
            [1, 2, 4][(i / 3 % 3) as usize]
        }
    };
    let item = |i| Item {
        id: format!("U{i:03}"),
        stratum: stratum(i).into(),
        weight: weight(i),
    };
    Population::freeze((0..40).map(item).collect()).unwrap()
}

fn roster(capacity: u32) -> Roster {
    let inspector = |i: u32| Inspector {
        id: format!("I{i:02}"),
        office: ["督导", "法规", "基教"][(i % 3) as usize].into(),
        capacity,
        lead: i.is_multiple_of(2),
        certificate_until: if i == 0 { "2023-09-01" } else { "2025-12-31" }.into(),
        regions: if i.is_multiple_of(4) {
            vec!["东区".into()]
        } else {
            vec!["东区".into(), "西区".into()]
        },
    };
    let region = |i: u32| UnitRegion {
        unit: format!("U{i:03}"),
        region: if i.is_multiple_of(2) {
            "东区"
        } else {
            "西区"
        }
        .into(),
    };
    let conflict = |i: u32| Conflict {
        unit: format!("U{i:03}"),
        inspector: "I02".into(),
    };
    Roster {
        inspectors: (0..8).map(inspector).collect(),
        regions: (0..39).map(region).collect(),
        conflicts: (0..40).step_by(5).map(conflict).collect(),
    }
}

fn sources() -> Vec<SourceValue> {
    let source = |name: &str, value: &str, signature: Option<&str>| SourceValue {
        name: name.into(),
        value: value.into(),
        signature: signature.map(str::to_owned),
        previous_signature: None,
    };
    vec![
        source("drand-quicknet:1000", VALUE, Some(SIGNATURE)),
        source("lottery:ssq:2023098", "03 07 12 19 25 31+08", None),
        source("reveal:bureau", &secret().to_hex(), None),
    ]
}

/// Plan and freeze in a log of two entries, the freeze seen by witnesses at these times.
fn evidence(plan: &Plan, population: &Population, roster: &Roster, times: &[u64]) -> LogEvidence {
    let root = roster.root();
    let leaves = [
        event::plan_published(plan, "2023-08-01T01:00:00Z")
            .unwrap()
            .encode()
            .unwrap(),
        event::frozen(plan, population, Some(&root), "2023-08-02T01:00:00Z")
            .encode()
            .unwrap(),
    ];
    let appended = Appender::new().append(leaves.iter().map(|leaf| leaf_hash(leaf)));
    let checkpoint = Checkpoint::new("log.example/yunchuan", 2, appended.root);
    let mut note = checkpoint.sign(&log_key()).unwrap();
    for (number, time) in (1..).zip(times) {
        note += &witness_key(number)
            .cosign(&checkpoint.body(), *time)
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
        let leaf = String::from_utf8(leaf.to_vec()).unwrap();
        LoggedEvent {
            leaf,
            proof: proof.to_text(),
        }
    };
    LogEvidence {
        plan: logged(0, &leaves[0]),
        freeze: logged(1, &leaves[1]),
    }
}

fn bundle(method: &str, capacity: u32) -> Bundle {
    let (plan, population, roster) = (plan(method), population(method), roster(capacity));
    let in_time = [ROUND_TIME - 600, ROUND_TIME - 4000];
    let log = evidence(&plan, &population, &roster, &in_time);
    draw(&plan, &population, Some(&roster), sources(), Some(log)).unwrap()
}

fn failures(bundle: &Bundle) -> Vec<(&'static str, String)> {
    let report = verify(&bundle.to_json().unwrap(), &Trust::default());
    report
        .failures()
        .map(|check| (check.name, check.at.clone()))
        .collect()
}

#[test]
fn a_true_bundle_passes_with_every_method() {
    for method in ["equal", "tickets", "exponential"] {
        let bundle = bundle(method, 5);
        assert_eq!(failures(&bundle), []);
        // 14 and 13 units at 20 %: quotas 2.8 and 2.6, six seats.
        let takes: Vec<u64> = bundle.strata.iter().map(|stratum| stratum.take).collect();
        assert_eq!(takes, [3, 3, 2]);
        assert!(
            bundle
                .strata
                .iter()
                .all(|s| s.ranking.len() as u64 == s.take + 3)
        );
        let assignment = bundle.assignment.as_ref().unwrap();
        assert_eq!(assignment.teams.len(), 8);
        let teams = assignment.teams.iter().flat_map(|team| &team.inspectors);
        assert!(
            teams.clone().all(|officer| officer != "I00"),
            "the certificate runs out"
        );
    }
}

#[test]
fn the_reader_is_told_what_to_compare() {
    let json = bundle("equal", 5).to_json().unwrap();
    let report = verify(&json, &Trust::default());
    let compare = |report: &super::verify::Report| -> Vec<(&str, String)> {
        let checks = report
            .checks
            .iter()
            .filter(|c| c.outcome == Outcome::Compare);
        checks.map(|check| (check.name, check.at.clone())).collect()
    };
    let lottery = ("source", "/sources/1".to_owned());
    assert_eq!(
        compare(&report),
        [("keys", "/plan/witness".to_owned()), lottery.clone()]
    );
    // With keys of his own only the lottery is left.
    let trust = Trust {
        log: Some(log_key().verifier(KeyKind::Note)),
        witnesses: (1..4)
            .map(|n| witness_key(n).verifier(KeyKind::Cosignature))
            .collect(),
    };
    let report = verify(&json, &trust);
    assert!(report.passed());
    assert_eq!(compare(&report), [lottery]);
    let strangers = Trust {
        witnesses: Vec::new(),
        ..trust
    };
    assert!(!verify(&json, &strangers).passed());
}

#[test]
fn a_freeze_that_was_not_witnessed_in_time_makes_the_draw_void() {
    let (plan, population, roster) = (plan("equal"), population("equal"), roster(5));
    let checks = |times: &[u64]| {
        let log = evidence(&plan, &population, &roster, times);
        failures(&draw(&plan, &population, Some(&roster), sources(), Some(log)).unwrap())
    };
    let deadline = ROUND_TIME - 600;
    assert_eq!(checks(&[deadline, deadline]), []);
    let void = [("freeze-time", "/log/freeze".to_owned())];
    assert_eq!(checks(&[deadline, deadline + 1]), void);
    assert_eq!(checks(&[deadline]), void);
    assert_eq!(checks(&[deadline, deadline + 1, deadline]), []);
}

#[test]
fn another_population_than_the_logged_one_is_caught() {
    let (plan, population, roster) = (plan("equal"), population("equal"), roster(5));
    let log = evidence(&plan, &population, &roster, &[0, 0]);
    let fewer = Population::freeze(population.items()[1..].to_vec()).unwrap();
    let forged = draw(&plan, &fewer, Some(&roster), sources(), Some(log)).unwrap();
    assert_eq!(
        failures(&forged),
        [("log-freeze", "/log/freeze".to_owned())]
    );
}

#[test]
fn a_forged_beacon_or_secret_is_caught_even_if_all_else_follows_from_it() {
    let (plan, population, roster) = (plan("equal"), population("equal"), roster(5));
    let log = evidence(&plan, &population, &roster, &[0, 0]);
    let forged = |change: &dyn Fn(&mut Vec<SourceValue>)| {
        let mut sources = sources();
        change(&mut sources);
        failures(
            &draw(
                &plan,
                &population,
                Some(&roster),
                sources,
                Some(log.clone()),
            )
            .unwrap(),
        )
    };
    let source = |index: usize| [("source", format!("/sources/{index}"))];
    assert_eq!(
        forged(&|s| s[0].value = Hash::of(b"mine").to_hex()),
        source(0)
    );
    assert_eq!(forged(&|s| s[0].signature = None), source(0));
    assert_eq!(
        forged(&|s| s[1].value = "07 03 12 19 25 31+08".into()),
        source(1)
    );
    assert_eq!(
        forged(&|s| s[2].value = Hash::of(b"mine").to_hex()),
        source(2)
    );
    assert_eq!(forged(&|s| s[2].value = String::new()), source(2));
}

#[test]
fn wrong_plans_are_refused_with_the_place() {
    let problems = |change: &dyn Fn(&mut Value)| -> Vec<String> {
        let mut json = serde_json::to_value(plan("tickets")).unwrap();
        change(&mut json);
        let plan: Plan = serde_json::from_value(json).unwrap();
        plan.problems()
            .into_iter()
            .map(|problem| problem.at)
            .collect()
    };
    assert!(problems(&|_| {}).is_empty());
    assert_eq!(problems(&|p| p["v"] = json!(2)), ["/v"]);
    assert_eq!(problems(&|p| p["title"] = json!("a\nb")), ["/title"]);
    assert_eq!(
        problems(&|p| p["repeats"] = p["draw"].clone()),
        ["/repeats"]
    );
    assert_eq!(problems(&|p| p["weights"]["A"] = json!(65)), ["/weights"]);
    assert_eq!(problems(&|p| p["weights"] = json!({})), ["/weights"]);
    assert_eq!(
        problems(&|p| p["strata"][0]["count"] = json!(1)),
        ["/strata/0"]
    );
    assert_eq!(
        problems(&|p| p["strata"][0]["rate_ppm"] = json!(1_000_001)),
        ["/strata/0"]
    );
    assert_eq!(
        problems(&|p| p["strata"][1]["name"] = json!("幼儿园")),
        ["/strata/1"]
    );
    assert_eq!(
        problems(&|p| p["time"] = json!("2023-08-23T15:59:24Z")),
        ["/sources/0"]
    );
    assert_eq!(
        problems(&|p| p["sources"][1]["known_at"] = json!("2023-08-01T00:00:00Z")),
        ["/sources/1"]
    );
    assert_eq!(
        problems(&|p| p["sources"][2]["holders"] = json!(["a", "a"])),
        ["/sources/2"]
    );
    assert_eq!(
        problems(&|p| drop(p["sources"].as_array_mut().unwrap().drain(..2))),
        ["/sources"]
    );
    assert_eq!(
        problems(&|p| p["witness"]["quorum"] = json!(4)),
        ["/witness/quorum"]
    );
    assert_eq!(
        problems(&|p| p["witness"]["keys"][1] = p["witness"]["keys"][0].clone()),
        ["/witness/keys"]
    );
    assert_eq!(
        problems(&|p| p["assignment"]["until"] = json!("2023-08-01")),
        ["/assignment/until"]
    );
    assert_eq!(
        problems(&|p| p["assignment"]["places"] = json!([])),
        ["/assignment/places"]
    );
}

#[test]
fn a_draw_is_refused_where_lists_do_not_fit_the_plan() {
    let (plan, population, roster) = (plan("equal"), population("equal"), roster(5));
    let refused = |population: &Population, roster: Option<&Roster>, sources| {
        draw(&plan, population, roster, sources, None).unwrap_err()
    };
    let heavy = |items: &mut Vec<Item>| items[7].weight = 2;
    let mut items = population.items().to_vec();
    heavy(&mut items);
    let heavy = Population::freeze(items).unwrap();
    let unit = DrawError::Unit {
        unit: "U007".into(),
    };
    assert_eq!(refused(&heavy, Some(&roster), sources()), unit);
    let few = Population::freeze(population.items()[..5].to_vec()).unwrap();
    let too_few = DrawError::TooFew {
        stratum: "培训机构".into(),
    };
    assert_eq!(refused(&few, Some(&roster), sources()), too_few);
    assert_eq!(refused(&population, None, sources()), DrawError::Roster);
    assert_eq!(
        refused(&population, Some(&roster), sources()[..2].to_vec()),
        DrawError::Sources
    );
    let mut unsorted = roster.clone();
    unsorted.inspectors.swap(0, 1);
    let order = refused(&population, Some(&unsorted), sources());
    assert!(matches!(order, DrawError::RosterForm(_)), "{order:?}");
    unsorted.sort();
    assert_eq!(unsorted, roster);
}

#[test]
fn foreign_bytes_are_no_bundle() {
    for bytes in [
        &b""[..],
        b"{}",
        b"[]",
        b"\xff",
        b"{\"v\":1}",
        b"{\"v\":1,\"v\":1}",
    ] {
        let report = verify(bytes, &Trust::default());
        assert!(!report.passed());
        assert_eq!(report.checks[0].name, "form");
    }
}

#[test]
fn substitutes_follow_the_rule_and_are_replayed() {
    let bundle = bundle("equal", 5);
    let stratum = &bundle.strata[0];
    let (out, reserve) = (
        stratum.ranking[1].unit.clone(),
        stratum.ranking[3].unit.clone(),
    );
    let mut standing = Standing::new(&bundle).unwrap();
    let first = standing.replace_unit(&out, "停业").unwrap();
    let Change::Unit {
        substitute,
        inspectors,
        ..
    } = &first.change
    else {
        panic!()
    };
    assert_eq!(*substitute, reserve);
    assert_eq!(standing.team(&reserve), Some(inspectors.as_slice()));
    assert_eq!(standing.team(&out), None);

    let second = standing
        .replace_inspector(&reserve, &inspectors[0], "与被检查单位有关联")
        .unwrap();
    let Change::Inspector {
        substitute,
        place: 0,
        ..
    } = &second.change
    else {
        panic!()
    };
    assert!(!inspectors.contains(substitute));
    let lead = bundle
        .roster
        .as_ref()
        .unwrap()
        .inspectors
        .iter()
        .find(|o| o.id == *substitute);
    assert!(
        lead.unwrap().lead,
        "the first place demands a leading officer"
    );

    let recorded = [first.clone(), second.clone()];
    assert!(Standing::replay(&bundle, &recorded).is_ok());
    let mut forged = recorded.clone();
    let Change::Inspector { substitute, .. } = &mut forged[1].change else {
        panic!()
    };
    *substitute = "I05".into();
    assert_eq!(
        Standing::replay(&bundle, &forged).err(),
        Some(ReplaceError::Wrong { number: 2 })
    );
    assert_eq!(
        second
            .event("2023-08-EXAMPLE", "2023-09-01T00:00:00Z")
            .encode()
            .map(|_| ()),
        Ok(())
    );

    assert_eq!(
        standing.replace_unit(&out, "停业").err(),
        Some(ReplaceError::NotDrawn { unit: out })
    );
    assert_eq!(
        standing.replace_unit(&reserve, "a\nb").err(),
        Some(ReplaceError::Reason)
    );
    for _ in 0..2 {
        let unit = standing
            .units()
            .find(|(name, _)| *name == "幼儿园")
            .unwrap()
            .1[0]
            .clone();
        standing.replace_unit(&unit, "停业").unwrap();
    }
    let used_up = standing.replace_unit(&reserve, "停业").err();
    assert!(
        matches!(used_up, Some(ReplaceError::NoReserve { .. })),
        "{used_up:?}"
    );
}
