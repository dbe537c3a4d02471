//! Figures against a naive count: straight over the states, without contributions.

use catalogue::value::Value;
use kernel::{Ask, State};
use proptest::prelude::*;
use values::{dates::Date, ratio::Ratio};

use crate::{
    fixture::{Office, day},
    properties::{Step, office_after, steps},
};

fn text<'a>(state: &'a State, field: &str) -> Option<&'a str> {
    state.fields.get(field).and_then(Value::as_text)
}
fn integer(state: &State, field: &str) -> i128 {
    let value = state.fields.get(field).and_then(Value::as_integer);
    value.map_or(0, i128::from)
}
fn date(state: &State, field: &str) -> Option<Date> {
    text(state, field).map(day)
}
fn fits(state: &State, ask: &Ask, dimensions: &[&str]) -> bool {
    ask.only
        .iter()
        .all(|(d, v)| dimensions.contains(&d.as_str()) && text(state, d) == Some(v))
}
fn in_period(on: Date, ask: &Ask) -> bool {
    ask.from.is_none_or(|from| on >= from) && on <= ask.to
}
/// Stands at the end of the period: begun by then, and not ended.
fn stands(state: &State, ask: &Ask) -> bool {
    let begun = date(state, "held_on").unwrap();
    let gone = date(state, "ended_on").map(|end| end.max(begun));
    begun <= ask.to && gone.is_none_or(|gone| gone > ask.to)
}

/// What the figure means, in one line each.
fn naive(office: &Office, figure: &str, ask: &Ask) -> Option<Ratio> {
    let states: Vec<&State> = office.entries.values().filter(|s| !s.voided).collect();
    let held = |s: &&&State| in_period(date(s, "held_on").unwrap(), ask);
    let count = |n: usize| Ratio::new(n as i128, 1);
    let different = |mut names: Vec<&str>| {
        names.sort_unstable();
        names.dedup();
        count(names.len())
    };
    match figure {
        "visits" => count(
            states
                .iter()
                .filter(held)
                .filter(|s| fits(s, ask, &["kind", "district"]))
                .count(),
        ),
        "people" => Ratio::new(
            states
                .iter()
                .filter(held)
                .filter(|s| fits(s, ask, &["district"]))
                .map(|s| integer(s, "people"))
                .sum(),
            1,
        ),
        "fees" => Ratio::new(
            states.iter().filter(held).map(|s| integer(s, "fee")).sum(),
            1_000_000,
        ),
        "scores" => Ratio::new(
            states
                .iter()
                .filter(held)
                .map(|s| integer(s, "score"))
                .sum(),
            10,
        ),
        "problems" => {
            let rows = |s: &&State| {
                let rows = s.fields.get("items").and_then(Value::as_list);
                rows.map_or(0, <[Value]>::len)
            };
            count(states.iter().filter(held).map(rows).sum())
        }
        "reminders" => count(
            states
                .iter()
                .flat_map(|s| &s.history)
                .filter(|d| d.what == "action:remind" && in_period(day(&d.on), ask))
                .count(),
        ),
        "large" => count(
            states
                .iter()
                .filter(held)
                .filter(|s| integer(s, "people") >= 50)
                .count(),
        ),
        "ended" => count(
            states
                .iter()
                .filter(|s| date(s, "ended_on").is_some_and(|on| in_period(on, ask)))
                .count(),
        ),
        "standing" => count(
            states
                .iter()
                .filter(|s| stands(s, ask) && fits(s, ask, &["kind"]))
                .count(),
        ),
        "schools" => different(
            states
                .iter()
                .filter(held)
                .filter(|s| fits(s, ask, &["district"]))
                .filter_map(|s| text(s, "school"))
                .collect(),
        ),
        "schools_standing" => different(
            states
                .iter()
                .filter(|s| stands(s, ask))
                .filter_map(|s| text(s, "school"))
                .collect(),
        ),
        other => panic!("no naive count of {other}"),
    }
}

const FOLDS: [&str; 11] = [
    "visits",
    "people",
    "fees",
    "scores",
    "problems",
    "reminders",
    "large",
    "ended",
    "standing",
    "schools",
    "schools_standing",
];

fn asks() -> Vec<Ask> {
    let mut asks: Vec<Ask> = [
        "2021",
        "2022",
        "2022Q1",
        "2022-02",
        "2022-02-10..2022-05-20",
    ]
    .iter()
    .map(|p| Ask::period(p.parse().unwrap()))
    .collect();
    asks.push(Ask {
        from: None,
        ..asks[1].clone()
    });
    asks
}

fn equal(a: Option<Ratio>, b: Option<Ratio>) -> bool {
    a.map(Ratio::reduced) == b.map(Ratio::reduced)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn figures_equal_a_naive_count_over_states(steps in steps()) {
        let office = office_after(&steps);
        for figure in FOLDS {
            for ask in asks() {
                let (said, counted) = (office.answer(figure, &ask).value, naive(&office, figure, &ask));
                prop_assert!(equal(said, counted), "{figure} {ask:?}: {said:?}, counted {counted:?}");
            }
        }
        for ask in asks() {
            for (figure, dimension, value) in [
                ("visits", "kind", "专项"), ("visits", "district", "海云区"),
                ("people", "district", "海北区"), ("standing", "kind", "日常"),
                ("schools", "district", "海云区"),
            ] {
                let ask = ask.clone().only(dimension, value);
                let (said, counted) = (office.answer(figure, &ask).value, naive(&office, figure, &ask));
                prop_assert!(equal(said, counted), "{figure} {ask:?}: {said:?}, counted {counted:?}");
            }
        }
    }

    #[test]
    fn formulas_are_what_their_operands_make(steps in steps()) {
        let office = office_after(&steps);
        let number = |figure: &str, ask: &Ask| naive(&office, figure, ask).unwrap();
        let hundred = Ratio::integer(100);
        for ask in asks() {
            let special = number("visits", &ask.clone().only("kind", "专项"));
            let all = number("visits", &ask);
            let share = special.checked_mul(hundred).unwrap().checked_div(all);
            prop_assert!(equal(office.answer("special_share", &ask).value, share));
            let average = number("people", &ask).checked_div(all);
            prop_assert!(equal(office.answer("per_visit", &ask).value, average));
            if let Some(from) = ask.from {
                let eve = Ask { from: None, to: from.yesterday().unwrap(), only: ask.only.clone() };
                let change = number("standing", &ask).checked_sub(number("standing", &eve));
                prop_assert!(equal(office.answer("change", &ask).value, change));
                let earlier = Ask {
                    from: Some(values::dates::year_earlier(from)),
                    to: values::dates::year_earlier(ask.to),
                    only: ask.only.clone(),
                };
                let before = number("visits", &earlier);
                let growth = all.checked_sub(before).unwrap().checked_mul(hundred).unwrap().checked_div(before);
                prop_assert!(equal(office.answer("growth", &ask).value, growth));
            }
        }
    }
}

#[test]
fn an_unknown_dimension_has_no_data_rather_than_all_of_it() {
    let office = office_after(&[Step::Open {
        entry: 0,
        month: 2,
        school: 1,
        people: 5,
    }]);
    let year = Ask::period("2022".parse().unwrap());
    assert_eq!(office.says_of("visits", &year), "1");
    assert_eq!(
        office.says_of("visits", &year.clone().only("school", "一中")),
        "-"
    );
    assert_eq!(
        office.says_of("visits", &year.only("kind", "没有这一类")),
        "0"
    );
}
