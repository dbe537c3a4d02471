//! Stories: what people do, one line each, and what the figures say in between.
//!
//! `DAY WHO VERB ENTRY [FIELDS] [| part of a refusal]`; `figure PERIOD id=value …`.

use std::collections::BTreeMap;

use catalogue::value::Fields;
use kernel::Command;

use crate::fixture::{Office, fields};

fn tell(story: &str) {
    let mut office = Office::new();
    for line in story.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if let Some(expected) = line.strip_prefix("figure ") {
            let (period, values) = expected.trim().split_once(' ').expect(line);
            for value in values.split_whitespace() {
                let (id, value) = value.split_once('=').expect(line);
                assert_eq!(office.says(id, period), value, "{id} in: {line}");
            }
            continue;
        }
        let (act, refusal) = match line.split_once('|') {
            Some((act, refusal)) => (act, Some(refusal.trim())),
            None => (line, None),
        };
        let mut words = act.splitn(5, ' ').map(str::trim);
        let mut word = || words.next().unwrap_or_default();
        let (on, who, verb, entry, rest) = (word(), word(), word(), word(), word());
        let given = match verb {
            "清除" => Fields::new(),
            _ => fields(&office.catalogue, &office.districts, rest),
        };
        let command = match verb {
            "登记" => Command::Open { fields: given },
            "更正" => Command::Amend {
                changes: given.into_iter().map(|(k, v)| (k, Some(v))).collect(),
                reason: "笔误".into(),
            },
            "清除" => Command::Amend {
                changes: BTreeMap::from([(rest.to_owned(), None)]),
                reason: "填错栏".into(),
            },
            "作废" => Command::Void {
                reason: "重复登记".into(),
            },
            action => Command::Act {
                action: action.to_owned(),
                fields: given,
            },
        };
        let done = office.does(who, entry, command, on);
        match (done, refusal) {
            (Ok(()), None) => {}
            (Err(said), Some(expected)) => {
                assert!(said.to_string().contains(expected), "{line}\nsaid: {said}");
            }
            (Ok(()), Some(_)) => panic!("was not refused: {line}"),
            (Err(said), None) => panic!("{line}\nrefused: {said}"),
        }
    }
}

#[test]
fn a_visit_from_its_opening_to_its_end() {
    tell(
        "2022-03-01 王五 登记 甲 number=1 held_on=2022-03-01 school=一中 district=海云区 kind=专项 people=60 score=92.5
         figure 2022 visits=1 people=60 large=1 standing=1 schools=1 last_score=92.5
         2022-03-02 王五 hear 甲
         2022-03-03 王五 decide 甲 | 办理过“听取意见”的人不得办理“作出处理”
         2022-03-03 局长 decide 甲 fee=12000
         figure 2022 fees=1.20
         2022-03-04 王五 remind 甲
         2022-03-05 王五 remind 甲
         figure 2022 reminders=2
         2022-03-09 王五 close 甲 ended_on=2022-03-09
         figure 2022 standing=0 ended=1 schools_standing=0 schools=1
         figure 2022-03-01..2022-03-08 standing=1 ended=0 schools_standing=1
         2022-03-10 王五 remind 甲 | “提醒”不能在“办结”环节办理，应在：办理、已处理",
    );
}

#[test]
fn a_correction_takes_the_old_number_back_and_an_annulment_all_of_them() {
    tell(
        "2022-02-01 王五 登记 甲 number=1 held_on=2022-02-01 people=30 school=一中 district=海云区
         2022-02-02 王五 登记 乙 number=2 held_on=2022-02-02 people=20 school=一中 district=海北区
         figure 2022 people=50 visits=2 schools=1 per_visit=25.0
         2022-02-03 王五 更正 乙 people=25 school=二中
         figure 2022 people=55 schools=2
         2022-02-04 王五 更正 乙 held_on=2021-12-31
         figure 2022 people=30 schools=1 visits=1
         figure 2021 people=25 schools=1 visits=1
         2022-02-05 王五 清除 乙 people
         figure 2021 people=0 visits=1
         2022-02-06 王五 作废 乙
         figure 2021 people=0 visits=0 schools=0
         2022-02-07 王五 更正 乙 people=3 | 已作废",
    );
}

#[test]
fn what_changes_nothing_is_refused_and_so_is_a_guess_of_the_future() {
    tell(
        "2022-02-01 王五 登记 甲 number=1 held_on=2022-02-01
         2022-02-02 王五 更正 甲 number=1 | 没有改动
         2031-01-01 王五 remind 甲 | 晚于今天",
    );
}

#[test]
fn a_value_that_was_said_last_stands_until_another_is_said() {
    tell(
        "2022-01-05 王五 登记 甲 number=1 held_on=2022-01-05 score=80 district=海云区
         2022-05-05 王五 登记 乙 number=2 held_on=2022-05-05 score=90 district=海云区
         2022-05-05 王五 登记 丙 number=3 held_on=2022-05-05 score=70 district=海北区
         figure 2022 last_score=70.0 last_scores=160.0
         figure 2022-01 last_score=80.0 last_scores=80.0
         figure 2021 last_score=- last_scores=-
         2022-05-06 王五 更正 乙 score=91
         figure 2022 last_score=91.0 last_scores=161.0
         2022-05-07 王五 作废 丙
         figure 2022 last_score=91.0 last_scores=91.0
         2022-05-08 王五 作废 乙
         figure 2022 last_score=80.0",
    );
}

#[test]
fn formulas_say_nothing_where_there_is_nothing_to_divide_by() {
    tell(
        "figure 2022 special_share=- growth=- per_visit=- change=0 all_signs=0.0
         2021-03-01 王五 登记 甲 number=1 held_on=2021-03-01 kind=日常 people=10
         figure 2022 growth=-100.0 special_share=-
         2022-03-01 王五 登记 乙 number=2 held_on=2022-03-01 kind=专项 people=11
         2022-03-02 王五 登记 丙 number=3 held_on=2022-03-02 kind=日常 people=10
         2022-03-03 王五 登记 丁 number=4 held_on=2022-03-03 people=10
         figure 2022 growth=200.0 special_share=33.3 per_visit=10.3 change=3
         figure 2021 growth=- change=1",
    );
}

#[test]
fn the_edges_of_periods_belong_to_them() {
    tell(
        "2022-03-31 王五 登记 甲 number=1 held_on=2022-03-31
         2022-04-01 王五 登记 乙 number=2 held_on=2022-04-01
         2022-06-30 王五 登记 丙 number=3 held_on=2022-06-30
         2022-12-31 王五 登记 丁 number=4 held_on=2022-12-31
         figure 2022Q1 visits=1
         figure 2022Q2 visits=2
         figure 2022Q3 visits=0
         figure 2022H2 visits=1
         figure 2022-04 visits=1
         figure 2022-04-01..2022-06-29 visits=1
         figure 2022 visits=4",
    );
}

#[test]
fn the_last_of_february_meets_the_last_of_february() {
    tell(
        "2024-02-29 王五 登记 甲 number=1 held_on=2024-02-29
         2025-02-28 王五 登记 乙 number=2 held_on=2025-02-28
         2025-02-28 王五 登记 丙 number=3 held_on=2025-02-28
         2023-02-28 王五 登记 丁 number=4 held_on=2023-02-28
         figure 2025-02 growth=100.0
         figure 2024-02 growth=0.0
         figure 2025-02-01..2025-02-28 growth=100.0",
    );
}
