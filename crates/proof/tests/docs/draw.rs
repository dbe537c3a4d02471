//! The worked example of docs/draw.md, computed.

use proof::draw::bundle::{SourceValue, draw};
use proof::draw::plan::Plan;
use proof::draw::population::{Item, Population};
use proof::draw::roster::{Conflict, Inspector, Roster, UnitRegion};
use proof::draw::source::reveal_commitment;
use proof::draw::suite::Suite;
use proof::draw::verify::{Trust, verify};
use proof::hash::Hash;
use serde_json::json;

use super::log::document;

const SIGNATURE: &str = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125\
                         e342b73a8dd2bacbe47e4b6b63ed5e39";

/// Every value that the example shows, in its order.
fn example() -> Vec<String> {
    let secret = Hash::of(b"docs/draw.md secret");
    let plan: Plan = serde_json::from_value(json!({
        "v": 1, "draw": "D-EXAMPLE", "title": "民办学校抽查", "scope": "在册民办学校",
        "program": "yifa 0.1.0", "time": "2023-08-23T15:59:21Z", "suite": "sha256",
        "method": "equal", "reserve": 1,
        "strata": [{"name": "小学", "rate_ppm": 400_000}, {"name": "幼儿园", "count": 1}],
        "sources": [
            {"name": "drand-quicknet:1000"},
            {"name": "reveal:bureau", "holders": ["法规科", "市司法局"],
             "commitment": reveal_commitment("D-EXAMPLE", "bureau", &secret)},
        ],
        "assignment": {"places": [{"lead": true}, {"lead": false}], "even": true,
                       "until": "2023-09-30"},
    }))
    .unwrap();
    let item = |id: &str, stratum: &str| Item {
        id: id.into(),
        stratum: stratum.into(),
        weight: 1,
    };
    let items = ["U1", "U2", "U3", "U4"]
        .map(|id| item(id, "小学"))
        .into_iter();
    let items = items
        .chain(["U5", "U6"].map(|id| item(id, "幼儿园")))
        .collect();
    let population = Population::freeze(items).unwrap();
    let inspector = |id: &str, lead: bool, regions: &[&str]| Inspector {
        id: id.into(),
        office: "督导".into(),
        capacity: 2,
        lead,
        certificate_until: "2025-12-31".into(),
        regions: regions.iter().map(|region| (*region).to_owned()).collect(),
    };
    let roster = Roster {
        inspectors: vec![
            inspector("I1", true, &["东区"]),
            inspector("I2", true, &["东区", "西区"]),
            inspector("I3", false, &["东区", "西区"]),
            inspector("I4", false, &["西区"]),
        ],
        regions: vec![UnitRegion {
            unit: "U2".into(),
            region: "西区".into(),
        }],
        conflicts: vec![Conflict {
            unit: "U5".into(),
            inspector: "I3".into(),
        }],
    };
    let value = Hash::of(&hex::decode(SIGNATURE).unwrap()).to_hex();
    let source = |name: &str, value: String, signature: Option<&str>| SourceValue {
        name: name.into(),
        value,
        signature: signature.map(str::to_owned),
        previous_signature: None,
    };
    let sources = vec![
        source("drand-quicknet:1000", value.clone(), Some(SIGNATURE)),
        source("reveal:bureau", secret.to_hex(), None),
    ];
    let bundle = draw(&plan, &population, Some(&roster), sources, None).unwrap();
    assert!(verify(&bundle.to_json().unwrap(), &Trust::default()).passed());

    let mut shown = vec![format!("plan hash        {}", bundle.plan_hash)];
    shown.push(population.items()[0].leaf_text().replace('\n', "\\n"));
    shown.push(format!("population root  {}", bundle.population_root));
    shown.extend(
        roster
            .leaf_texts()
            .iter()
            .map(|text| text.replace('\n', "\\n")),
    );
    shown.push(format!("roster root      {}", roster.root()));
    shown.push(format!(
        "draw-seed/v1\nD-EXAMPLE\n{}\n{}\ndrand-quicknet:1000={value}\nreveal:bureau={secret}\n\
         roster={}\n",
        bundle.plan_hash,
        bundle.population_root,
        roster.root()
    ));
    shown.push(format!("seed             {}", bundle.seed));
    let seed = bundle.seed;
    shown.push(format!(
        "printf 'draw-ticket/v1\\n{seed}\\nD-EXAMPLE\\n小学\\nU1\\n0\\n' | sha256sum"
    ));
    for stratum in &bundle.strata {
        for (place, row) in stratum.ranking.iter().enumerate() {
            let state = if (place as u64) < stratum.take {
                "drawn"
            } else {
                "reserve"
            };
            shown.push(format!("{}  {}  {state}", row.unit, row.ticket));
        }
    }
    let assignment = bundle.assignment.as_ref().unwrap();
    for team in &assignment.teams {
        let fields = ["assign-unit/v1", &seed.to_hex(), "D-EXAMPLE", &team.unit];
        let hash = Suite::Sha256.hash(&fields);
        shown.push(format!(
            "{hash}  {}  {}",
            team.unit,
            team.inspectors.join(" ")
        ));
    }
    shown.push(serde_json::to_string(assignment.load_cut.as_ref().unwrap()).unwrap());
    shown.push(String::from_utf8(bundle.to_json().unwrap()).unwrap());
    shown
}

#[test]
fn the_example_of_the_document_is_what_the_program_computes() {
    let Some(document) = document("draw.md") else {
        return;
    };
    let mut rest = document.as_str();
    for shown in example() {
        let Some(at) = rest.find(&shown) else {
            panic!("docs/draw.md does not show, in this place:\n{shown}");
        };
        rest = &rest[at + shown.len()..];
    }
}
