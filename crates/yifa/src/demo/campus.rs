//! The school register, safety on campus, enrolment and pupils who stayed away.

use super::{
    names,
    random::{plus, split_at_least},
    world::{DemoSchool, Draft, World},
};
use jiff::civil::date;

const DRILLS: &[&str] = &[
    "消防疏散",
    "消防疏散",
    "地震避险",
    "防暴恐",
    "防踩踏",
    "防溺水",
    "交通安全",
    "食品安全",
];

pub(super) fn write(world: &mut World) {
    let schools = world.schools.clone();
    for (index, school) in schools.iter().enumerate() {
        register(world, index, school);
        security(world, school);
        food(world, index, school);
    }
    drills(world, &schools);
    safe_campuses(world, &schools);
    enrolment(world);
    dropouts(world);
}

fn catering(index: usize, school: &DemoSchool) -> &'static str {
    match index % 6 {
        0 if school.is_school() && school.students < 900 => "不供餐",
        4 if school.is_school() => "校外配餐",
        5 if school.is_school() => "承包经营",
        _ => "自营食堂",
    }
}

fn register(world: &mut World, index: usize, school: &DemoSchool) {
    let opened = date(world.plan.year - world.random.between(8, 45) as i16, 9, 1);
    let published = world.weekday((2, 21), (5, 31));
    let phone = world.phone();
    world.push(
        Draft::new("school", "opened_on", opened)
            .with("name", school.name.clone())
            .with("code", world.unique(format!("00{:08}", index + 1)))
            .with("kind", school.kind)
            .with("nature", if school.private { "民办" } else { "公办" })
            .with("district", school.district)
            .with(
                "address",
                format!("{}示范路{}号", world.plan.place, index * 3 + 1),
            )
            .with("phone", phone)
            .with("students", school.students)
            .with("teachers", school.teachers)
            .with("catering", catering(index, school))
            .date("info_published_on", published),
    );
}

fn security(world: &mut World, school: &DemoSchool) {
    let year = world.plan.year;
    let cameras = (school.students / 12).clamp(16, 240);
    let monitored = date(year - 2, 8, 20);
    let alarmed = date(year - 1, 9, 10);
    let connected = world.weekday((3, 1), (9, 30));
    world.push(
        Draft::new("school_security", "registered_on", monitored)
            .with("school", school.name.clone())
            .with("district", school.district)
            .with("cameras", cameras)
            .date("monitored_since", monitored)
            .date("alarm_since", alarmed)
            .date("connected_since", connected),
    );
}

fn food(world: &mut World, index: usize, school: &DemoSchool) {
    let catering = catering(index, school);
    if catering == "不供餐" {
        return;
    }
    for (occasion, from, to) in [
        ("春季开学", (2, 21), (3, 11)),
        ("秋季开学", (8, 29), (9, 16)),
    ] {
        let checked = world.weekday(from, to);
        let problems = world.random.between(0, 3);
        let fixed = world.after(checked, 3, 20);
        world.push(
            Draft::new("food_inspection", "checked_on", checked)
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("occasion", occasion)
                .choices("partners", &["市场监管部门", "街道", "第三方检测机构"])
                .with("catering", catering)
                .with("problems", problems)
                .with("fixed", problems)
                .when(problems > 0, |d| {
                    d.with(
                        "findings",
                        "留样记录、从业人员健康证公示等需要完善，已整改。",
                    )
                    .date("fixed_on", fixed)
                }),
        );
    }
}

fn drills(world: &mut World, schools: &[DemoSchool]) {
    let weights: Vec<i64> = schools
        .iter()
        .map(|s| if s.is_school() { 8 } else { 6 })
        .collect();
    let counts = split_at_least(world.plan.drills as i64, 2, &weights);
    for (school, count) in schools.iter().zip(counts) {
        let first = world.random.below(DRILLS.len());
        for index in 0..count {
            let spring = index % 2 == 0;
            let held = if spring {
                world.weekday((2, 28), (6, 24))
            } else {
                world.weekday((9, 1), (12, 16))
            };
            let kind = DRILLS[(first + index as usize) % DRILLS.len()];
            let share = world.random.between(60, 100);
            let minutes = world.random.between(3, 40);
            world.push(
                Draft::new("emergency_drill", "held_on", held)
                    .with("school", school.name.clone())
                    .with("district", school.district)
                    .with("kind", kind)
                    .with(
                        "participants",
                        (school.students + school.teachers) * share / 100,
                    )
                    .with("minutes", minutes)
                    .when(index % 5 == 4, |d| {
                        d.with("problems", "个别班级集合偏慢，已调整疏散路线。")
                    }),
            );
        }
    }
}

fn safe_campuses(world: &mut World, schools: &[DemoSchool]) {
    let (provincial, municipal) = world.plan.safe_campuses;
    let mut named: Vec<&DemoSchool> = schools.iter().collect();
    world.random.shuffle(&mut named);
    for (index, school) in named.iter().take(municipal).enumerate() {
        let year = world.plan.year - (index % 6) as i16;
        for level in ["市级", "省级"] {
            // The provincial ones are among the municipal ones, named later in the year.
            if level == "省级" && index >= provincial {
                continue;
            }
            let day = if level == "市级" {
                date(year, 6, 21)
            } else {
                date(year, 11, 15)
            };
            world.push(
                Draft::new("safe_campus", "named_on", day)
                    .with("school", school.name.clone())
                    .with("district", school.district)
                    .with("level", level)
                    .with("document", format!("关于命名{year}年{level}平安校园的通知")),
            );
        }
    }
}

fn enrolment(world: &mut World) {
    let year = world.plan.year;
    for (index, district) in world.plan.real_districts().enumerate() {
        let pupils = world.plan.students(index, true);
        for (stage, share) in [("小学", 60), ("初中", 30)] {
            let population = pupils * share / 100;
            world.push(
                Draft::new("enrolment", "counted_on", date(year, 10, 20))
                    .with("year", world.unique(format!("{year}—{}学年", year + 1)))
                    .with("stage", stage)
                    .with("district", district)
                    .with("age_population", population)
                    .with("enrolled", population)
                    .with("migrant", population * 17 / 100)
                    .with("disabled", population / 240),
            );
        }
    }
}

fn dropouts(world: &mut World) {
    let schools: Vec<DemoSchool> = world
        .only_schools()
        .into_iter()
        .filter(|s| matches!(s.kind, "初级中学" | "九年一贯制学校"))
        .collect();
    for index in 0..world.plan.dropouts_returned {
        let school = &schools[world.random.below(schools.len())];
        let pupil = names::person(&mut world.random);
        let (from, to) = if index % 2 == 0 {
            ((3, 7), (6, 10))
        } else {
            ((9, 5), (10, 28))
        };
        let found = world.weekday(from, to);
        let returned = world.after(found, 9, 45);
        let cause = ["厌学", "外出务工随迁", "疾病", "家庭困难"][index % 4];
        world.push(
            Draft::new("dropout", "found_on", found)
                .with("pupil", pupil)
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("grade", ["七年级", "八年级", "九年级"][index % 3])
                .with("cause", cause)
                .date("reported_on", world.open(plus(found, 3)))
                .date("persuaded_on", world.open(plus(found, 6)))
                .with(
                    "placement",
                    if cause == "疾病" {
                        "送教上门"
                    } else {
                        "复学"
                    },
                )
                .date("returned_on", returned)
                .with("measures", "学校与街道共同家访，安排教师帮扶。"),
        );
    }
}
