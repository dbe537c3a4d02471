//! Penalties, legal review, certificates and random inspections.

use super::{
    names,
    random::plus,
    world::{Draft, World},
};

/// Cause, facts, what they break, penalties, fine in fen.
const CASES: &[(&str, &str, &str, &[&str], i64)] = &[
    (
        "违规收费和预收费",
        "一次性收取超过三个月的培训费用。",
        "民办教育促进法实施条例 第六十三条",
        &["警告"],
        0,
    ),
    (
        "变相开展学科类培训",
        "以素质课程名义开展学科类培训。",
        "民办教育促进法实施条例 第六十三条",
        &["警告", "罚款"],
        1_500_000,
    ),
    (
        "擅自举办民办学校或培训机构",
        "未取得办学许可面向中小学生开展培训。",
        "民办教育促进法 第六十四条",
        &["罚款", "没收违法所得"],
        2_800_000,
    ),
    (
        "虚假招生宣传",
        "在宣传页上作出升学承诺。",
        "民办教育促进法 第六十二条",
        &["警告"],
        0,
    ),
    (
        "违规聘用从业人员",
        "聘用未经查询的人员从事教学。",
        "未成年人保护法 第一百二十六条",
        &["警告", "罚款"],
        1_000_000,
    ),
    (
        "安全隐患未处理",
        "安全出口长期堵塞，经责令仍未改正。",
        "民办教育促进法实施条例 第六十三条",
        &["警告"],
        0,
    ),
    (
        "未经批准变更或分立合并",
        "未经批准变更办学地址。",
        "民办教育促进法 第六十二条",
        &["警告"],
        0,
    ),
];
const CANCELLED_FOR: &[&str] = &["调离", "退休", "辞职辞退"];

pub(super) fn write(world: &mut World) {
    let officers = certificates(world);
    penalties(world, &officers);
    random_inspections(world, &officers);
}

/// Officers with their certificates; returns those who hold one all year.
fn certificates(world: &mut World) -> Vec<String> {
    let (held, obtained, cancelled) = world.plan.certificates;
    let year = world.plan.year;
    let mut all_year = Vec::new();
    for index in 0..held + obtained {
        let officer = world.person();
        let number = world.unique(format!("00000{:06}", index + 1));
        let new = index >= held;
        let leaves = index < cancelled;
        let issued = if new {
            world.weekday((5, 9), (10, 28))
        } else {
            jiff::civil::date(year - 1 - (index % 3) as i16, 9, 15)
        };
        let gone = world.weekday((6, 6), (11, 25));
        let (_, home) = world.plan.sections[index % world.plan.sections.len()];
        let hours = world.random.between(40, 72);
        world.push(
            Draft::new("officer_certificate", "issued_on", issued)
                .with("officer", officer.clone())
                .with("number", number)
                .with("home_section", home)
                .with("scope", "教育行政执法")
                .with("trained_hours", hours)
                .date("exam_passed_on", world.open(plus(issued, -40)))
                .term("valid_until", plus(issued, 365 * 5))
                .when(leaves, |d| {
                    d.date("cancelled_on", gone)
                        .with("cancel_reason", CANCELLED_FOR[index % 3])
                }),
        );
        if !new && !leaves {
            all_year.push(officer);
        }
    }
    all_year
}

fn penalties(world: &mut World, officers: &[String]) {
    let year = world.plan.year;
    let filed = world.weekdays(world.plan.penalties, (2, 21), (9, 20));
    for (index, filed) in filed.into_iter().enumerate() {
        let major = index < world.plan.penalty_reviews;
        let case = if major { 2 } else { index % CASES.len() };
        let (cause, facts, basis, penalties, fine) = CASES[case];
        let decided = world.after(filed, 25, 74);
        let case_number =
            world.unique(format!("{}教立〔{year}〕{}号", world.plan.short, index + 1));
        let party = format!("{}{}培训中心", world.district(0), names::word(300 + index));
        let party = world.unique(party);
        world.push(
            Draft::new("penalty_ordinary", "filed_on", filed)
                .with("case_number", case_number.clone())
                .with("party", party.clone())
                .with("party_kind", "校外培训机构")
                .with("party_code", names::credit_code_of(&party))
                .with(
                    "source",
                    ["日常检查", "投诉举报", "双随机抽查", "网络巡查"][index % 4],
                )
                .with("cause", cause)
                .with("officer", officers[index % officers.len()].clone())
                .with(
                    "second_officer",
                    officers[(index + 1) % officers.len()].clone(),
                )
                .with("facts", facts)
                .with("basis", basis)
                .with("discretion", if major { "一般" } else { "从轻" })
                .with("major", major)
                .date("notified_on", world.open(plus(decided, -9)))
                .with("heard", false)
                .with("outcome", "给予处罚")
                .choices("penalties", penalties)
                .when(fine > 0, |d| d.with("fine", fine))
                .when(penalties.contains(&"没收违法所得"), |d| {
                    d.with("confiscated", 1_260_000)
                })
                .with(
                    "decision_number",
                    format!("{}教罚决字〔{year}〕{}号", world.plan.short, index + 1),
                )
                .date("decided_on", decided)
                .date("served_on", world.open(plus(decided, 2)))
                .date("published_on", world.open(plus(decided, 6)))
                .date("closed_on", world.open(plus(decided, 14))),
        );
        if major {
            let reviewer = world.plan.people[1];
            world.push(
                Draft::new("legal_review", "sent_on", world.open(plus(decided, -8)))
                    .with("title", "擅自举办培训机构行政处罚决定")
                    .with("kind", "行政处罚")
                    .with("case_number", case_number)
                    .with("reason", "案情疑难复杂")
                    .with("sent_by", "校外教育培训监管科")
                    .with("reviewer", reviewer)
                    .with("opinion", "同意")
                    .with(
                        "opinion_text",
                        "主体适格，事实清楚，证据充分，程序合法，裁量适当。",
                    )
                    .date("reviewed_on", world.open(plus(decided, -4))),
            );
        }
    }
}

fn random_inspections(world: &mut World, officers: &[String]) {
    let mut schools = world.schools.clone();
    world.random.shuffle(&mut schools);
    let plan = format!("{}年度双随机抽查计划", world.plan.year);
    for index in 0..world.plan.random_targets {
        let institution = index % 4 == 3;
        let (target, kind) = if institution {
            let name = format!("{}{}培训中心", world.district(0), names::word(340 + index));
            (world.unique(name), "校外培训机构")
        } else {
            (
                schools[index].name.clone(),
                target_kind(schools[index].kind),
            )
        };
        let matters = world.plan.random_matters;
        // Institutions are checked for their own matter, schools for the others; some for two.
        let first = if institution {
            0
        } else {
            1 + index % (matters.len() - 1).max(1)
        };
        let mut checks = vec![first % matters.len()];
        if !institution && index % 5 == 0 && matters.len() > 2 {
            checks.push(1 + (index + 1) % (matters.len() - 1));
        }
        checks.dedup();
        let drawn = world.weekday((3, 14), (9, 30));
        let checked = world.after(drawn, 3, 11);
        for matter in checks {
            let problem = world.random.chance(20);
            world.push(
                Draft::new("random_inspection", "checked_on", checked)
                    .with("plan", plan.clone())
                    .with("matter", matters[matter])
                    .with("form", "部门联合")
                    .choices("departments", &["公安", "市场监管"])
                    .with("target", target.clone())
                    .with("target_kind", kind)
                    .date("drawn_on", drawn)
                    .with("officer", officers[index % officers.len()].clone())
                    .with(
                        "second_officer",
                        officers[(index + 2) % officers.len()].clone(),
                    )
                    .with(
                        "result",
                        if problem {
                            "发现问题已责令改正"
                        } else {
                            "未发现问题"
                        },
                    )
                    .when(problem, |d| {
                        d.with("problem", "台账记录不完整，已当场责令补正。")
                    })
                    .date("published_on", world.open(plus(checked, 9))),
            );
        }
    }
}

fn target_kind(kind: &str) -> &'static str {
    match kind {
        "幼儿园" => "幼儿园",
        "小学" => "小学",
        "高级中学" | "完全中学" => "高中",
        "中等职业学校" => "中职",
        _ => "初中",
    }
}
