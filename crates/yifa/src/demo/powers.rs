//! The list of powers and its review, and teacher qualifications.

use super::{
    random::plus,
    world::{Draft, World},
};

/// What a private school, kindergarten or training institution may be punished for, with the
/// article that says so.
const ACTS: &[(&str, &str)] = &[
    ("擅自分立、合并", "民办教育促进法 第六十二条"),
    (
        "擅自改变名称、层次、类别和举办者",
        "民办教育促进法 第六十二条",
    ),
    ("发布虚假招生简章或者广告", "民办教育促进法 第六十二条"),
    ("非法颁发或者伪造证书", "民办教育促进法 第六十二条"),
    ("管理混乱造成恶劣影响", "民办教育促进法 第六十二条"),
    ("骗取办学许可证", "民办教育促进法 第六十二条"),
    (
        "伪造、变造、买卖、出租、出借办学许可证",
        "民办教育促进法 第六十二条",
    ),
    (
        "恶意终止办学、抽逃资金、挪用经费",
        "民办教育促进法 第六十二条",
    ),
    ("违规招收学生", "民办教育促进法实施条例 第六十三条"),
    ("违规收取费用", "民办教育促进法实施条例 第六十三条"),
    ("有重大安全隐患不处理", "民办教育促进法实施条例 第六十三条"),
    ("侵犯受教育者合法权益", "民办教育促进法实施条例 第六十三条"),
    ("侵犯教职工合法权益", "民办教育促进法实施条例 第六十三条"),
    ("不履行信息公布义务", "民办教育促进法实施条例 第六十三条"),
    ("超出许可范围办学", "民办教育促进法实施条例 第六十三条"),
];
const PARTIES: &[&str] = &["民办学校", "民办幼儿园", "校外培训机构"];
const INSPECTIONS: &[&str] = &[
    "对中小学办学行为的监督检查",
    "对幼儿园保育教育的监督检查",
    "对民办学校的年度检查",
    "对学校安全工作的监督检查",
    "对教师管理的监督检查",
    "对招生工作的监督检查",
    "对学校收费的监督检查",
    "对教材教辅使用的监督检查",
];
const STAGES: &[(&str, &str)] = &[
    ("幼儿园教师", "幼儿园"),
    ("小学教师", "语文"),
    ("小学教师", "数学"),
    ("小学教师", "英语"),
    ("初级中学教师", "数学"),
    ("初级中学教师", "历史"),
    ("高级中学教师", "物理"),
    ("高级中学教师", "思想政治"),
    ("中等职业学校教师", "计算机应用"),
];

/// An item of the list, and what the review decided of it.
struct Item {
    code: String,
    kind: &'static str,
    name: String,
    basis: Option<&'static str>,
    outcomes: Vec<(Option<&'static str>, &'static str)>,
}

pub(super) fn write(world: &mut World) {
    let items = items(world);
    let decided = world.day(10, 28);
    for item in items {
        adjust(world, &item, decided);
        list(world, &item, decided);
    }
    qualifications(world);
}

/// The 57 items: each type's outcomes in the order cancelled, delegated, moved, merged, kept.
fn items(world: &mut World) -> Vec<Item> {
    let mut penalties: Vec<(String, Option<&'static str>)> = Vec::new();
    for party in PARTIES {
        for (act, basis) in ACTS {
            penalties.push((format!("对{party}{act}的处罚"), Some(basis)));
        }
    }
    world.random.shuffle(&mut penalties);
    let inspections = INSPECTIONS
        .iter()
        .map(|name| ((*name).to_owned(), None))
        .collect();
    let mut items = Vec::new();
    let counts = [
        ("取消", 6),
        ("下放", 5),
        ("执法重心下移", 23),
        ("合并", 1),
        ("保留", 10),
    ];
    add(world, &mut items, "行政处罚", "CF", penalties, &counts);
    let counts = [("执法重心下移", 1), ("合并", 4), ("保留", 3)];
    add(world, &mut items, "行政检查", "JC", inspections, &counts);
    let confirmations = ["学校章程核准", "教育类社会组织业务主管单位确认"];
    let confirmations = confirmations.map(|name| (name.to_owned(), None)).into();
    add(
        world,
        &mut items,
        "行政确认",
        "QR",
        confirmations,
        &[("保留", 2)],
    );
    let rewards = vec![("对发展教育事业作出突出贡献的奖励".to_owned(), None)];
    add(world, &mut items, "行政奖励", "JL", rewards, &[("取消", 1)]);
    // One item with two sub-items that went different ways: one item, two outcomes.
    items.push(Item {
        code: world.unique("JF-001"),
        kind: "行政给付",
        name: "学生资助资金审核发放".into(),
        basis: None,
        outcomes: vec![
            (Some("助学金审核发放"), "保留"),
            (Some("贷学金审核发放"), "取消"),
        ],
    });
    items
}

fn add(
    world: &World,
    items: &mut Vec<Item>,
    kind: &'static str,
    prefix: &str,
    names: Vec<(String, Option<&'static str>)>,
    counts: &[(&'static str, usize)],
) {
    let outcomes = counts
        .iter()
        .flat_map(|&(outcome, count)| vec![outcome; count]);
    for (index, ((name, basis), outcome)) in names.into_iter().zip(outcomes).enumerate() {
        let code = world.unique(format!("{prefix}-{:03}", index + 1));
        items.push(Item {
            code,
            kind,
            name,
            basis,
            outcomes: vec![(None, outcome)],
        });
    }
}

fn adjust(world: &mut World, item: &Item, decided: values::dates::Date) {
    if !world.plan.powers_reviewed {
        return;
    }
    for &(sub_item, outcome) in &item.outcomes {
        world.push(
            Draft::new("power_adjustment", "decided_on", decided)
                .with("review", format!("{}年权责清单梳理", world.plan.year))
                .with("item_code", item.code.clone())
                .with("type", item.kind)
                .with("item_name", item.name.clone())
                .with("outcome", outcome)
                .with("reason", "依据法律法规立改废和职能调整情况")
                .when(sub_item.is_some(), |d| {
                    d.with("sub_item", sub_item.unwrap_or_default())
                })
                .when(matches!(outcome, "下放" | "执法重心下移"), |d| {
                    d.with("target", "区级教育行政部门")
                })
                .when(outcome == "合并", |d| d.with("merged_into", "同类事项")),
        );
    }
}

fn list(world: &mut World, item: &Item, decided: values::dates::Date) {
    let listed = jiff::civil::date(world.plan.year - 3, 6, 28);
    let removal = match item.outcomes.as_slice() {
        [(None, outcome)] if *outcome != "保留" && world.plan.powers_reviewed => Some(*outcome),
        _ => None,
    };
    let sub_items = item
        .outcomes
        .iter()
        .filter_map(|(sub, _)| sub.map(|name| vec![("name", name.into())]));
    world.push(
        Draft::new("power_list", "listed_on", listed)
            .with("code", item.code.clone())
            .with("type", item.kind)
            .with("name", item.name.clone())
            .rows("sub_items", sub_items.collect())
            .when(item.basis.is_some(), |d| {
                d.with("basis", item.basis.unwrap_or_default())
            })
            .with(
                "level",
                if world.plan.powers_reviewed {
                    "市级"
                } else {
                    "区县级"
                },
            )
            .with("duty_section", "办公室")
            .when(removal.is_some(), |d| {
                d.date("removed_on", decided)
                    .with("removal", removal.unwrap_or_default())
            }),
    );
}

fn qualifications(world: &mut World) {
    let (granted, refused) = world.plan.qualifications;
    let mut results = vec![true; granted];
    results.extend(vec![false; refused]);
    world.random.shuffle(&mut results);
    let spring = granted * 2 / 5;
    for (index, granted) in results.into_iter().enumerate() {
        let (window, from, to, closed) = if index < spring {
            ("春季", (4, 11), (4, 22), world.day(4, 22))
        } else {
            ("秋季", (9, 19), (9, 30), world.day(9, 30))
        };
        let applied = world.weekday(from, to);
        let decided = world.after(closed, 18, 26);
        let (stage, subject) = world.random.pick(STAGES);
        let district = world.random.below(world.plan.real_districts().count());
        let number = format!(
            "{}{}{:04}",
            world.plan.year,
            if index < spring { "A" } else { "B" },
            index + 1
        );
        let certificate = world.unique(format!("{}00000{:06}", world.plan.year, index + 1));
        let applicant = world.person();
        world.push(
            Draft::new("teacher_qualification", "applied_on", applied)
                .with("number", world.unique(number))
                .with("applicant", applicant)
                .with("stage", stage)
                .with("subject", subject)
                .with("district", world.district(district))
                .with("window", window)
                .date("window_closed_on", closed)
                .with("result", if granted { "认定" } else { "不予认定" })
                .date("decided_on", decided)
                .date("published_on", world.open(plus(decided, 3)))
                .when(granted, |d| {
                    d.with("certificate_number", certificate)
                        .date("issued_on", world.open(plus(decided, 5)))
                })
                .when(!granted, |d| d.with("reason", "不符合申请条件。")),
        );
    }
}
