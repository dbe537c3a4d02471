//! weighted-sampling.json, drand.json, rfc3797.json and assignment.json.

use std::str::FromStr as _;

use proof::draw::assign::{Cut, Problem};
#[cfg(feature = "drand")]
use proof::draw::beacon::{self, BeaconError, Chain, Scheme};
use proof::draw::population::{Item, Population};
use proof::draw::rfc3797;
use proof::draw::select::{Method, rank, ticket, waiting};
use proof::draw::source::{Source, seed};
use proof::draw::suite::Suite;
use proof::hash::Hash;
use serde_json::Value;

use super::vectors::{bytes, hash, load, number, rows, text};

const SUITES: [(&str, Suite); 2] = [("sha256", Suite::Sha256), ("sm3", Suite::Sm3)];

#[test]
fn tickets_and_orders() {
    let Some(vectors) = load("weighted-sampling.json") else {
        return;
    };
    for row in rows(&vectors["e_values"]) {
        let e = waiting(&hash(&row["ticket"]).unwrap());
        assert_eq!(e.to_string(), text(&row["e"]));
    }
    for row in rows(&vectors["tickets"]) {
        let (seed, draw) = (hash(&row["seed"]).unwrap(), text(&row["draw_id"]));
        let (stratum, unit) = (text(&row["stratum"]), text(&row["subject"]));
        let j = u32::try_from(number(&row["j"])).unwrap();
        for (name, suite) in SUITES {
            assert_eq!(
                Some(ticket(suite, &seed, draw, stratum, unit, j)),
                hash(&row[name])
            );
        }
    }
    let items: Vec<Item> = serde_json::from_value(vectors["population"]["items"].clone()).unwrap();
    let population = Population::freeze(items).unwrap();
    assert_eq!(
        Some(population.root()),
        hash(&vectors["population"]["population_root"])
    );
    let plan_hash = Hash::of(&bytes(&vectors["population"]["plan_text_hex"]));
    assert_eq!(Some(plan_hash), hash(&vectors["population"]["plan_hash"]));
    for draw in rows(&vectors["draws"]) {
        let id = text(&draw["draw_id"]);
        let values: Vec<(String, String)> = rows(&draw["sources"])
            .iter()
            .map(|row| {
                (
                    text(&row["name"]).to_owned(),
                    text(&row["value"]).to_owned(),
                )
            })
            .collect();
        assert!(
            values
                .iter()
                .all(|(name, _)| Source::from_str(name).is_ok())
        );
        for (name, suite) in SUITES {
            let seed = seed(suite, id, &plan_hash, &population.root(), None, &values);
            assert_eq!(Some(seed), hash(&draw["seed"][name]));
            check_orders(suite, id, &seed, &population, &draw["selection"][name]);
        }
    }
}

fn check_orders(suite: Suite, draw: &str, seed: &Hash, population: &Population, orders: &Value) {
    let methods = [
        ("equal", Method::Equal),
        ("multi_ticket", Method::Tickets),
        ("exponential", Method::Exponential),
    ];
    for (name, method) in methods {
        for (stratum, expected) in orders[name].as_object().unwrap() {
            let items: Vec<&Item> = population
                .items()
                .iter()
                .filter(|item| item.stratum == *stratum)
                .collect();
            let ranked = rank(suite, method, seed, draw, stratum, &items);
            assert_eq!(ranked.len(), rows(expected).len());
            for (ranked, row) in ranked.iter().zip(rows(expected)) {
                assert_eq!(items[ranked.item].id, text(&row["id"]));
                match method {
                    Method::Equal => assert_eq!(Some(ranked.ticket), hash(&row["ticket"])),
                    Method::Tickets => {
                        assert_eq!(Some(ranked.ticket), hash(&row["best_ticket"]));
                        assert_eq!(u64::from(ranked.number), number(&row["best_j"]));
                    }
                    Method::Exponential => {
                        assert_eq!(ranked.waiting.unwrap().to_string(), text(&row["e"]));
                    }
                }
            }
        }
    }
}

#[test]
fn statistics_of_simulated_draws() {
    let Some(vectors) = load("weighted-sampling.json") else {
        return;
    };
    let statistics = &vectors["statistics"];
    let items: Vec<Item> = rows(&statistics["weights"])
        .iter()
        .enumerate()
        .map(|(i, weight)| Item {
            id: format!("u{i}"),
            stratum: "s".into(),
            weight: u32::try_from(number(weight)).unwrap(),
        })
        .collect();
    let items: Vec<&Item> = items.iter().collect();
    let k = usize::try_from(number(&statistics["k"])).unwrap();
    let methods = [
        ("counts_equal", Method::Equal),
        ("counts_multi_ticket", Method::Tickets),
        ("counts_exponential", Method::Exponential),
    ];
    let mut counts = [
        vec![0u64; items.len()],
        vec![0; items.len()],
        vec![0; items.len()],
    ];
    // The recorded counts are of 100 000 draws; a tenth of them shows the same to about a percent.
    for draw in 0..10_000 {
        let seed = Hash::of(format!("sim {draw}").as_bytes());
        for (counts, (_, method)) in counts.iter_mut().zip(methods) {
            for ranked in &rank(Suite::Sha256, method, &seed, "sim", "s", &items)[..k] {
                counts[ranked.item] += 1;
            }
        }
    }
    for (counts, (name, _)) in counts.iter().zip(methods) {
        for (count, recorded) in counts.iter().zip(rows(&statistics[name])) {
            assert!(
                (count * 10).abs_diff(number(recorded)) < 2_200,
                "{name} {count} {recorded}"
            );
        }
    }
}

#[cfg(feature = "drand")]
#[test]
fn beacon_rounds() {
    let Some(vectors) = load("drand.json") else {
        return;
    };
    let verdict = |row: &Value| -> Result<Hash, BeaconError> {
        let chain = &vectors["chains"][text(&row["chain"])];
        let scheme = match text(&chain["scheme"]) {
            "bls-unchained-g1-rfc9380" => Scheme::UnchainedG1,
            "pedersen-bls-unchained" => Scheme::UnchainedG2,
            "pedersen-bls-chained" => Scheme::ChainedG2,
            other => panic!("{other}"),
        };
        let key = row
            .get("public_key_override")
            .unwrap_or(&chain["public_key"]);
        let previous = row["previous_signature"]
            .as_str()
            .map(|hex| hex::decode(hex).unwrap());
        let (key, signature) = (bytes(key), bytes(&row["signature"]));
        beacon::verify(
            scheme,
            &key,
            number(&row["round"]),
            &signature,
            previous.as_deref(),
        )
    };
    for row in rows(&vectors["valid"]) {
        assert_eq!(verdict(row).ok(), hash(&row["randomness"]), "{row}");
    }
    for row in rows(&vectors["invalid"]) {
        let value = verdict(row).ok();
        let stated = row.get("randomness").map(|stated| hash(stated).unwrap());
        assert!(
            value.is_none() || stated.is_some_and(|stated| Some(stated) != value),
            "{row}"
        );
    }
    for (name, chain) in [("quicknet", Chain::Quicknet), ("default", Chain::Default)] {
        assert_eq!(
            chain.public_key(),
            text(&vectors["chains"][name]["public_key"])
        );
        for row in rows(&vectors["schedule"])
            .iter()
            .filter(|row| row["chain"] == name)
        {
            let round = chain.first_round_after(row["t_unix"].as_i64().unwrap());
            assert_eq!(round, number(&row["first_round_strictly_after"]), "{row}");
            if let Some(time) = row["its_time_unix"].as_i64() {
                assert_eq!(chain.round_time(round), time, "{row}");
            }
        }
    }
}

#[test]
fn published_committees() {
    let Some(vectors) = load("rfc3797.json") else {
        return;
    };
    for case in rows(&vectors["cases"]) {
        let key = text(&case["key_string"]);
        let pool = usize::try_from(number(&case["pool_size"])).unwrap();
        let drawn = rows(&case["rows"]);
        let selected = rfc3797::select(key, pool, drawn.len());
        for (index, (row, selected)) in drawn.iter().zip(selected).enumerate() {
            let md5 = format!(
                "{:032X}",
                rfc3797::digest(key, u16::try_from(index).unwrap())
            );
            assert_eq!(md5, text(&row["md5"]), "{}", case["id"]);
            assert_eq!(selected as u64, number(&row["selected"]), "{}", case["id"]);
        }
        let numbers = |source: &Value| -> Option<Vec<u64>> {
            source.as_array()?.iter().map(Value::as_u64).collect()
        };
        let sources: Option<Vec<Vec<u64>>> = rows(&case["sources"]).iter().map(numbers).collect();
        if let Some(sources) = sources {
            let built: String = sources.iter().map(|s| rfc3797::source_text(s)).collect();
            assert_eq!(built, key, "{}", case["id"]);
        }
    }
}

#[test]
fn assignments_and_cuts() {
    let Some(vectors) = load("assignment.json") else {
        return;
    };
    for row in rows(&vectors["instances"]) {
        let capacity = row["capacity"].as_object().unwrap().iter();
        let officers = capacity.map(|(id, n)| (id.clone(), u32::try_from(number(n)).unwrap()));
        let mut problem = Problem::new(officers.collect()).unwrap();
        for unit in rows(&row["units"]) {
            let lists: Vec<_> = rows(&unit["slots"])
                .iter()
                .map(|list| problem.add_list(rows(list).iter().map(text)).unwrap())
                .collect();
            problem.add_unit(text(&unit["id"]), &lists).unwrap();
        }
        let (seed, draw) = (hash(&row["seed"]).unwrap(), text(&row["draw_id"]));
        match problem.assign(Suite::Sha256, &seed, draw) {
            Ok(assignment) => {
                assert_eq!(row["feasible"], true, "{}", row["name"]);
                let order: Vec<&str> = assignment.teams.iter().map(|t| t.unit.as_str()).collect();
                assert_eq!(serde_json::json!(order), row["unit_order"]);
                for team in &assignment.teams {
                    let expected = &row["assignment"][&team.unit];
                    assert_eq!(
                        serde_json::json!(team.inspectors),
                        *expected,
                        "{}",
                        row["name"]
                    );
                }
                let (load, cut) = problem.smallest_load().unwrap();
                assert_eq!(
                    u64::from(load),
                    number(&row["smallest_possible_maximum_load"])
                );
                assert_eq!(cut.unwrap().check(&problem.with_load(load - 1)), Ok(()));
            }
            Err(cut) => {
                assert_eq!(row["feasible"], false, "{}", row["name"]);
                assert_eq!(cut.check(&problem), Ok(()));
                let expected: Cut = serde_json::from_value(row["certificate"].clone()).unwrap();
                assert_eq!(expected.check(&problem), Ok(()));
                assert_eq!(cut, expected, "{}", row["name"]);
            }
        }
    }
}
