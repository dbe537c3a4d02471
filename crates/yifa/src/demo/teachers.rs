//! Recruitment, the code of conduct and the pledges.

use super::{
    random::plus,
    world::{DemoSchool, Draft, World},
};
use jiff::civil::date;

const SUBJECTS: &[&str] = &[
    "语文",
    "数学",
    "英语",
    "物理",
    "化学",
    "生物",
    "历史",
    "地理",
    "道德与法治",
    "体育",
    "音乐",
    "美术",
    "信息科技",
    "心理健康",
    "学前教育",
];
const AVOID: &[&str] = &[
    "不在{}中使用侮辱、歧视性语言",
    "不因成绩好坏在{}中冷落学生",
    "不借{}提出与教育无关的要求",
];
const ENCOURAGE: &[&str] = &[
    "在{}中多用鼓励的话",
    "在{}中耐心听完学生的想法",
    "把学生在{}中的进步及时告诉家长",
];

pub(super) fn write(world: &mut World) {
    recruits(world);
    code_of_conduct(world);
    pledges(world);
}

fn recruits(world: &mut World) {
    let recruits = world.plan.recruits;
    let total: usize = recruits.iter().map(|(_, _, count)| count).sum();
    let (talents, earlier) = world.plan.talents;
    let mut talented = vec![true; talents];
    talented.extend(vec![false; total.saturating_sub(talents)]);
    world.random.shuffle(&mut talented);
    let mut talented = talented.into_iter();
    for &(district, year, count) in recruits {
        let schools: Vec<DemoSchool> = world
            .schools
            .iter()
            .filter(|s| s.district == world.district(district))
            .cloned()
            .collect();
        for _ in 0..count {
            let reported = world.working_day(date(year, 7, 11), date(year, 9, 2));
            let school = schools[world.random.below(schools.len())].clone();
            recruit(world, &school, reported, talented.next().unwrap_or(false));
        }
    }
    let first = recruits
        .iter()
        .map(|(_, year, _)| *year)
        .min()
        .unwrap_or(world.plan.year);
    let home = world.plan.districts.len() - 1;
    let schools: Vec<DemoSchool> = world
        .schools
        .iter()
        .filter(|s| s.district == world.district(home))
        .cloned()
        .collect();
    for _ in 0..earlier {
        let year = first - world.random.between(1, 8) as i16;
        let reported = world.working_day(date(year, 7, 11), date(year, 9, 2));
        let school = schools[world.random.below(schools.len())].clone();
        recruit(world, &school, reported, true);
    }
}

fn recruit(world: &mut World, school: &DemoSchool, reported: jiff::civil::Date, talent: bool) {
    let person = world.person();
    let subject = if school.is_school() {
        world.random.pick(&SUBJECTS[..SUBJECTS.len() - 1])
    } else {
        "学前教育"
    };
    let (way, from) = if talent {
        let way = world.random.pick(&["直接引进", "校园招聘"]);
        (way, world.random.pick(&["原985院校", "部属师范院校"]))
    } else {
        let way = world
            .random
            .pick(&["公开招聘", "公开招聘", "校园招聘", "公费师范生"]);
        (
            way,
            world
                .random
                .pick(&["其他师范院校", "其他师范院校", "其他院校"]),
        )
    };
    let degree = if world.random.chance(if talent { 70 } else { 15 }) {
        "硕士研究生"
    } else {
        "本科"
    };
    world.push(
        Draft::new("teacher_recruitment", "reported_on", reported)
            .with("person", person)
            .with("district", school.district)
            .with("school", school.name.clone())
            .with("way", way)
            .with("subject", subject)
            .with("degree", degree)
            .with("graduated_from", from)
            .with("high_level", talent)
            .date("checked_on", world.open(plus(reported, -12))),
    );
}

fn code_of_conduct(world: &mut World) {
    let since = world.day(2, 18);
    let code = world.unique("教师禁言禁行、励言励行");
    let mut number = 0;
    for (side, patterns) in [("禁言禁行", AVOID), ("励言励行", ENCOURAGE)] {
        for scene in world.plan.ethics_scenes {
            for pattern in patterns {
                number += 1;
                world.push(
                    Draft::new("ethics_code_item", "since", since)
                        .with("code", code.clone())
                        .with("number", number)
                        .with("side", side)
                        .with("text", pattern.replace("{}", scene)),
                );
            }
        }
    }
}

fn pledges(world: &mut World) {
    for school in world.schools.clone() {
        for (term, from, to, (month, day)) in [
            ("春季学期", (2, 21), (2, 28), (3, 2)),
            ("秋季学期", (8, 29), (9, 5), (8, 31)),
        ] {
            let signed = world.weekday(from, to);
            let begins = date(world.plan.year, month, day);
            world.push(
                Draft::new("ethics_pledge", "signed_on", signed)
                    .with("school", school.name.clone())
                    .with("district", school.district)
                    .with("term", term)
                    .date("term_starts_on", begins)
                    .with("teachers", school.teachers)
                    .with("signed", school.teachers),
            );
        }
    }
}
