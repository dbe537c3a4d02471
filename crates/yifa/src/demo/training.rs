//! Training institutions: the register before and after the clearing, and the joint inspections.

use super::{
    names,
    random::split,
    world::{Draft, Institution, World},
};
use catalogue::value::Value;
use values::dates::Date;

/// Name of the subject, category, as in `transferred`.
const ARTS: &[&str] = &[
    "艺术",
    "美术",
    "舞蹈",
    "音乐",
    "书画",
    "体育",
    "棋艺",
    "乒乓球",
    "游泳",
];
const ACTS: &[(&str, &str)] = &[
    ("违规收费", "责令整改"),
    ("超范围培训", "责令整改"),
    ("无证办学", "停止办学"),
    ("违规时段培训", "当场改正"),
    ("虚假宣传", "约谈"),
    ("安全隐患", "当场改正"),
];

/// What became of an institution.
struct Fate {
    category: &'static str,
    noun: &'static str,
    left: Option<(Date, &'static str)>,
    received_by: Option<&'static str>,
}

pub(super) fn write(world: &mut World) {
    let names = register(world);
    inspections(world, &names);
}

/// Writes the register; returns the names of all institutions.
fn register(world: &mut World) -> Vec<String> {
    let mut fates = Vec::new();
    let exits = [
        "压减注销",
        "压减注销",
        "压减注销",
        "自行终止",
        "压减注销",
        "转为非学科类",
    ];
    for index in 0..world.plan.training.cleared {
        let day = world.weekday((1, 10), (8, 31));
        let left = Some((day, exits[index % exits.len()]));
        fates.push(Fate {
            category: "学科类",
            noun: "教育",
            left,
            received_by: None,
        });
    }
    for &(count, category, department) in world.plan.training.transferred {
        for index in 0..count {
            let day = world.weekday((4, 20), (4, 29));
            let noun = match category {
                "科技类" => "科技",
                "体育类" => ARTS[5 + index % 4],
                _ => ARTS[index % 5],
            };
            let left = Some((day, "移交主管部门"));
            fates.push(Fate {
                category,
                noun,
                left,
                received_by: Some(department),
            });
        }
    }
    for _ in 0..world.plan.training.kept {
        let category = "其他非学科类";
        fates.push(Fate {
            category,
            noun: "素质教育",
            left: None,
            received_by: None,
        });
    }
    world.random.shuffle(&mut fates);
    fates
        .iter()
        .enumerate()
        .map(|(index, fate)| institution(world, index, fate))
        .collect()
}

fn institution(world: &mut World, index: usize, fate: &Fate) -> String {
    let year = world.plan.year;
    let districts: Vec<&str> = world.plan.real_districts().collect();
    let district = world.random.pick(&districts);
    let name = format!("{district}{}{}培训中心", names::word(index), fate.noun);
    let name = world.unique(name);
    let opened = world.working_day(
        jiff::civil::date(year - 6, 3, 1),
        jiff::civil::date(year - 1, 6, 30),
    );
    let on_platform = world.working_day(
        jiff::civil::date(year - 1, 11, 1),
        jiff::civil::date(year - 1, 12, 31),
    );
    let (principal, phone) = (world.person(), world.phone());
    let code = names::credit_code(&mut world.random);
    world.institutions.push(Institution {
        name: name.clone(),
        district,
        code: code.clone(),
        gone: fate.left.is_some(),
    });
    world.push(
        Draft::new("training_institution", "registered_on", opened)
            .with("name", name.clone())
            .with("credit_code", code)
            .with("licence_number", format!("教民000000070{:06}号", index + 1))
            .with("category", fate.category)
            .with(
                "nature",
                if fate.category == "学科类" {
                    "非营利性"
                } else {
                    "营利性"
                },
            )
            .with("district", district)
            .with("address", format!("{district}示范路{}号", index % 180 + 1))
            .with("principal", principal)
            .with("phone", phone)
            .date("platform_since", on_platform)
            .when(fate.left.is_some(), |draft| {
                let (day, exit) = fate.left.unwrap_or((opened, ""));
                draft.date("left_on", day).with("exit", exit)
            })
            .when(fate.received_by.is_some(), |draft| {
                draft
                    .with("received_by", fate.received_by.unwrap_or_default())
                    .with("handover", format!("移交〔{year}〕1号"))
            }),
    );
    name
}

fn inspections(world: &mut World, names: &[String]) {
    let rounds = world.plan.training.rounds;
    let days = world.weekdays(rounds, (1, 12), (12, 23));
    let weights = world.random.weights(rounds, 100);
    let violations = split(world.plan.training.violations as i64, &weights);
    let districts: Vec<&str> = world.plan.real_districts().collect();
    for (index, (day, violations)) in days.into_iter().zip(violations).enumerate() {
        let joint = index % 3 != 2;
        let form = if joint {
            "联合检查"
        } else {
            "专项督查"
        };
        let city = index % 3 == 0 && districts.len() > 1;
        let district = world.random.pick(&districts);
        let targets = world.random.between(4, 22);
        let inspectors = world.random.between(3, 9);
        let month = day.month();
        let found = violations_in(world, names, district, violations);
        let number = index + 1;
        world.push(
            Draft::new("inspection", "held_on", day)
                .with("topic", "校外培训")
                .with("form", form)
                .with("level", if city { "市级" } else { "区县级" })
                .with("district", district)
                .with(
                    "title",
                    format!("{month}月校外培训{form}（第{number}轮次）"),
                )
                .when(joint, |d| {
                    d.choices("partners", &["市场监管", "公安", "消防救援"])
                })
                .with("inspectors", inspectors)
                .with("targets", targets)
                .rows("violations", found),
        );
    }
    other_inspections(world, districts.len() > 1);
}

/// Rows of violations by institutions of a district.
fn violations_in(
    world: &mut World,
    names: &[String],
    district: &str,
    count: i64,
) -> Vec<Vec<(&'static str, Value)>> {
    let near: Vec<&String> = names
        .iter()
        .filter(|name| name.starts_with(district))
        .collect();
    let row = |_| {
        let target = near[world.random.below(near.len())].clone();
        let (act, measure) = world.random.pick(ACTS);
        vec![
            ("target", target.into()),
            ("act", act.into()),
            ("measure", measure.into()),
        ]
    };
    (0..count).map(row).collect()
}

/// Checks in other fields than training.
fn other_inspections(world: &mut World, city: bool) {
    for index in 0..12 {
        let day = world.weekday((3, 1), (11, 30));
        let (topic, title) = [
            ("教育装备", "中小学教学设备质量检查"),
            ("招生收费", "义务教育招生和收费检查"),
            ("校园周边", "校园周边环境检查"),
            ("民办学校", "民办学校办学情况检查"),
        ][index % 4];
        let targets = world.random.between(5, 16);
        world.push(
            Draft::new("inspection", "held_on", day)
                .with("topic", topic)
                .with("form", "日常检查")
                .with("level", if city { "市级" } else { "区县级" })
                .with("title", format!("{title}（{}）", index / 4 + 1))
                .with("inspectors", 4)
                .with("targets", targets)
                .with("findings", "个别单位台账不全，已当场指出。"),
        );
    }
}
