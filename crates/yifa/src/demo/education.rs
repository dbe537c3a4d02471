//! Law publicity and legal education: the bureau's own study, the schools' lessons, the activities.

use super::{
    random::{split, split_at_least},
    world::{DemoSchool, Draft, MonthDay, World},
};
use jiff::civil::date;

const TOPICS: &[(&str, &str)] = &[
    ("法治思想专题", "宪法"),
    ("依法行政与行政处罚", "行政处罚法"),
    ("教育法修改解读", "教育法"),
    ("未成年人保护", "未成年人保护法、家庭教育促进法"),
    ("民法典与校园", "民法典"),
    ("保密法律知识", "保守国家秘密法"),
    ("政府信息公开", "政府信息公开条例"),
    ("重大行政决策程序", "重大行政决策程序暂行条例"),
];
const SENDERS: &[(&str, &str)] = &[
    ("公安机关", "公安派出所"),
    ("公安机关", "公安分局"),
    ("检察院", "人民检察院"),
    ("法院", "人民法院"),
    ("司法行政部门", "司法局"),
];
const LECTURES: &[&str] = &[
    "预防校园欺凌",
    "远离电信诈骗",
    "禁毒知识",
    "网络安全与隐私",
    "宪法就在身边",
    "交通安全与责任",
    "未成年人的权利与义务",
    "预防未成年人犯罪",
];
/// A lecture a month in the autumn term.
const LECTURE_WEEKS: &[(MonthDay, MonthDay)] = &[
    ((9, 5), (9, 30)),
    ((10, 10), (10, 31)),
    ((11, 1), (11, 30)),
    ((12, 1), (12, 23)),
];
const LESSONS: &[&str] = &[
    "青春与担当",
    "爱国从身边做起",
    "做守法的好少年",
    "读懂我们的新时代",
    "劳动创造美好",
];
const CASES: &[&str] = &[
    "规则的意义",
    "我们的宪法",
    "权利与义务",
    "网络中的我",
    "家乡的变化",
    "诚信小当家",
    "班级公约诞生记",
    "法庭上的一课",
    "一封给未来的信",
    "国旗下的成长",
    "听英雄的故事",
    "社区小公民",
    "公平与正义",
];
/// Kind, name, audience.
const WEEK: &[(&str, &str, &str)] = &[
    ("主题升旗", "宪法主题升旗仪式", "学生"),
    ("主题班会", "宪法伴我成长主题班会", "学生"),
    ("演讲比赛", "学宪法主题演讲", "学生"),
    ("知识测试", "宪法知识测试", "学生"),
    ("集中学习", "教职工宪法集中学习", "教师"),
    ("书画征文", "宪法手抄报和征文", "学生"),
    ("讲座报告", "宪法宣讲进校园", "学生"),
    ("模拟法庭", "模拟法庭展演", "学生"),
    ("网上宣传", "宪法晨读线上联读", "学生"),
];
const OTHER: &[(&str, &str, &str, &str, i8)] = &[
    ("讲座报告", "民法典宣传", "民法典进校园", "学生", 5),
    (
        "主题班会",
        "国家安全教育",
        "国家安全教育日主题班会",
        "学生",
        4,
    ),
    ("知识竞赛", "禁毒教育", "禁毒知识竞赛", "学生", 6),
    ("讲座报告", "防范电信诈骗", "反诈宣传进校园", "学生", 9),
    (
        "以案释法",
        "未成年人保护",
        "未成年人保护以案释法",
        "家长",
        6,
    ),
    ("参观实践", "防灾减灾与安全", "防灾减灾体验", "学生", 5),
    ("讲座报告", "未成年人保护", "家庭教育促进法讲座", "家长", 10),
    ("集中学习", "日常普法", "新教师入职法治培训", "教师", 8),
];

pub(super) fn write(world: &mut World) {
    study(world);
    exams(world);
    vice_principals(world);
    leader_lessons(world);
    readers(world);
    teaching_cases(world);
    activities(world);
    contests(world);
    online(world);
    volunteers_and_boards(world);
}

fn study(world: &mut World) {
    let days = world.weekdays(world.plan.study_sessions, (1, 14), (12, 16));
    for (index, day) in days.into_iter().enumerate() {
        let (topic, laws) = TOPICS[index % TOPICS.len()];
        let attendance = world.random.between(24, world.plan.civil_servants);
        world.push(
            Draft::new("study_session", "held_on", day)
                .with("number", index as i64 + 1)
                .with("topic", topic)
                .with("laws", laws)
                .with(
                    "form",
                    ["集中学习", "集中学习", "线上学习", "专题研讨"][index % 4],
                )
                .with("attendance", attendance)
                .with("hours", 2),
        );
    }
}

fn exams(world: &mut World) {
    let held = world.weekday((11, 7), (11, 25));
    let officials = world.plan.civil_servants;
    let organ = format!("{}机关", world.plan.organ);
    world.push(exam(
        "国家工作人员学法用法考试",
        organ.clone(),
        held,
        (officials, officials, officials),
    ));
    // The whole system: one entry for each school and one for the bureau itself.
    let (due, taken, passed) = world.plan.online_exam;
    let mut weights: Vec<i64> = world.schools.iter().map(|school| school.teachers).collect();
    weights.push(officials);
    let due = split(due, &weights);
    let taken = split(taken, &due);
    let passed = split(passed, &taken);
    let names: Vec<String> = world
        .schools
        .iter()
        .map(|s| s.name.clone())
        .chain([organ])
        .collect();
    for (index, name) in names.into_iter().enumerate() {
        let held = world.weekday((9, 5), (10, 28));
        world.push(exam(
            "法宣在线考试",
            name,
            held,
            (due[index], taken[index], passed[index]),
        ));
    }
}

fn exam(
    kind: &str,
    unit: String,
    held: jiff::civil::Date,
    (due, taken, passed): (i64, i64, i64),
) -> Draft {
    Draft::new("law_exam", "held_on", held)
        .with("exam", format!("{}年{kind}", held.year()))
        .with("kind", kind)
        .with("unit_name", unit)
        .with("due", due)
        .with("taken", taken)
        .with("passed", passed)
}

fn vice_principals(world: &mut World) {
    let year = world.plan.year;
    let mut schools = world.only_schools();
    schools.sort_by_key(|school| school.students);
    // The two smallest schools share one; the largest have two.
    let persons = world.plan.vice_principals;
    let mut posts: Vec<(usize, DemoSchool)> = Vec::new();
    for (index, school) in schools.iter().enumerate() {
        posts.push((index.saturating_sub(1), school.clone()));
    }
    for (extra, person) in (schools.len() - 1..persons).enumerate() {
        posts.push((
            person,
            schools[schools.len() - 1 - extra % schools.len()].clone(),
        ));
    }
    let people: Vec<String> = (0..persons).map(|_| world.person()).collect();
    let since = world.weekday((5, 5), (6, 24));
    for (person, school) in posts {
        let (sender, office) = SENDERS[person % SENDERS.len()];
        let code = world.unique(format!("FZ{:03}", person + 1));
        let letter = world.unique(format!("聘〔{year}〕{}-{}", person + 1, &school.name));
        world.push(
            Draft::new("legal_vice_principal", "since", since)
                .with("code", code.clone())
                .with("person", people[person].clone())
                .with("sender", sender)
                .with("sending_unit", format!("{}{office}", world.plan.place))
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("trained_hours", 8)
                .with("letter", letter)
                .term("until", date(year + 3, since.month(), 1))
                .with("grade", if person % 4 == 0 { "优秀" } else { "合格" }),
        );
        let lectures = world.random.between(2, 4) as usize;
        for (from, to) in LECTURE_WEEKS.iter().take(lectures) {
            let held = world.weekday(*from, *to);
            let attendance = world.random.between(60, school.students.clamp(80, 420));
            let topic = world.random.pick(LECTURES);
            world.push(
                Draft::new("vice_principal_lecture", "held_on", held)
                    .with("code", code.clone())
                    .with("school", school.name.clone())
                    .with("topic", topic)
                    .with("form", lecture_form(topic))
                    .with("hours", if lectures == 2 { 1 } else { 2 })
                    .with("audience", "学生")
                    .with("attendance", attendance),
            );
        }
    }
    // The term before: ended in the year, so not in its figure.
    for (index, school) in schools
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 3 == 0)
    {
        let (sender, office) = SENDERS[(index + 2) % SENDERS.len()];
        let (person, ended) = (world.person(), world.weekday((3, 1), (4, 29)));
        world.push(
            Draft::new("legal_vice_principal", "since", date(year - 3, 9, 1))
                .with("code", world.unique(format!("FZ{:03}", 900 + index)))
                .with("person", person)
                .with("sender", sender)
                .with("sending_unit", format!("{}{office}", world.plan.place))
                .with("school", school.name.clone())
                .with("district", school.district)
                .date("until", ended)
                .date("settled_on", ended)
                .with("grade", "合格"),
        );
    }
}

fn lecture_form(topic: &str) -> &'static str {
    match topic {
        "预防未成年人犯罪" => "模拟法庭",
        "宪法就在身边" => "案例课",
        _ => "专题讲座",
    }
}

fn leader_lessons(world: &mut World) {
    let mut schools = world.only_schools();
    world.random.shuffle(&mut schools);
    for (index, school) in schools
        .iter()
        .take(world.plan.leader_lesson_schools)
        .enumerate()
    {
        // Some schools heard a second one: lessons are more than schools.
        for round in 0..1 + usize::from(index % 6 == 0) {
            let held = if round == 0 {
                world.weekday((9, 1), (9, 16))
            } else {
                world.weekday((10, 10), (11, 30))
            };
            let topic = world.random.pick(LESSONS);
            let leader = world.random.pick(&["书记", "校长", "书记兼校长"]);
            world.push(
                Draft::new("leader_ideology_lesson", "held_on", held)
                    .with("school", school.name.clone())
                    .with("district", school.district)
                    .with("leader", leader)
                    .with("topic", topic)
                    .with("audience", "全校师生")
                    .with("attendance", school.students + school.teachers),
            );
        }
    }
}

fn readers(world: &mut World) {
    let (schools, students) = world.plan.reader;
    let suitable = |school: &DemoSchool| {
        school.is_school() && !matches!(school.kind, "特殊教育学校" | "中等职业学校")
    };
    let using: Vec<DemoSchool> = world
        .schools
        .iter()
        .filter(|s| suitable(s))
        .take(schools)
        .cloned()
        .collect();
    let mut rows: Vec<(&DemoSchool, &str, &str)> = Vec::new();
    for school in &using {
        let grades: &[(&str, &str)] = match school.kind {
            "小学" => &[("三年级", "小学低年级"), ("五年级", "小学高年级")],
            "九年一贯制学校" => &[
                ("三年级", "小学低年级"),
                ("五年级", "小学高年级"),
                ("八年级", "初中"),
            ],
            "完全中学" => &[("八年级", "初中"), ("高一年级", "高中")],
            "高级中学" => &[("高一年级", "高中")],
            _ => &[("八年级", "初中")],
        };
        rows.extend(
            grades
                .iter()
                .map(|(grade, volume)| (school, *grade, *volume)),
        );
    }
    let weights: Vec<i64> = rows.iter().map(|(school, ..)| school.students).collect();
    let started = world.weekday((9, 1), (9, 9));
    for ((school, grade, volume), students) in rows.into_iter().zip(split(students, &weights)) {
        world.push(
            Draft::new("student_reader", "started_on", started)
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("grade", grade)
                .with("volume", volume)
                .with("classes", (students / 46).max(1))
                .with("students", students)
                .with("teacher_trained", true),
        );
    }
}

fn teaching_cases(world: &mut World) {
    let schools = world.only_schools();
    let awarded = world.weekday((11, 14), (11, 25));
    for index in 0..world.plan.teaching_cases {
        let school = &schools[world.random.below(schools.len())];
        let stage = if matches!(school.kind, "小学" | "九年一贯制学校") {
            "小学"
        } else {
            "初中"
        };
        let subject = if stage == "小学" {
            "道德与法治"
        } else {
            world.random.pick(&["道德与法治", "历史", "语文"])
        };
        let author = world.person();
        let title = format!("{}（{subject}）", CASES[index % CASES.len()]);
        let (name, round) = (school.name.clone(), index / CASES.len() + 1);
        world.push(
            Draft::new("teaching_case", "awarded_on", awarded)
                .with(
                    "title",
                    if round > 1 {
                        format!("{title}·第{round}课")
                    } else {
                        title
                    },
                )
                .with("school", name)
                .with("author", author)
                .with("subject", subject)
                .with("stage", stage)
                .with("level", "市级")
                .with("prize", "优秀"),
        );
    }
}

fn activities(world: &mut World) {
    let (count, participations) = world.plan.constitution_week;
    let schools = world.only_schools();
    let weights: Vec<i64> = (0..count)
        .map(|i| schools[i * 5 % schools.len()].students)
        .collect();
    let participations = split_at_least(participations, 1, &weights);
    let edition = world.plan.editions;
    for index in 0..count {
        let (kind, name, audience) = WEEK[index % WEEK.len()];
        let school = schools[index * 5 % schools.len()].name.clone();
        let held = world.weekday((11, 28), (12, 9));
        world.push(
            activity(held, kind, "宪法宣传周", audience, name.to_owned(), school)
                .with("edition", edition)
                .with("units", 1)
                .with("participants", participations[index]),
        );
    }
    for earlier in 1..edition {
        let year = world.plan.year - (edition - earlier) as i16;
        let (held, organ) = (date(year, 12, 2), world.plan.organ);
        let people = world.random.between(32_000, 39_000);
        world.push(
            activity(
                held,
                "集中学习",
                "宪法宣传周",
                "学生",
                "全系统宪法宣传周活动".into(),
                organ.into(),
            )
            .with("edition", earlier)
            .with("participants", people),
        );
    }
    for index in 0..40 {
        let (kind, series, name, audience, month) = OTHER[index % OTHER.len()];
        let school = &schools[index * 7 % schools.len()];
        let (organiser, students) = (school.name.clone(), school.students);
        let held = world.weekday((month, 6), (month, 27));
        let people = world.random.between(40, students.clamp(60, 900));
        world.push(
            activity(held, kind, series, audience, name.to_owned(), organiser)
                .with("participants", people),
        );
    }
    if world.plan.institutions_trained > 0 {
        let (held, organ) = (world.weekday((6, 3), (6, 21)), world.plan.organ);
        world.push(
            activity(
                held,
                "培训会",
                "日常普法",
                "培训机构",
                "培训机构法律和消防安全培训会".into(),
                organ.into(),
            )
            .with("units", world.plan.institutions_trained)
            .with("participants", world.plan.institutions_trained + 14)
            .with("place", "区教师发展中心报告厅"),
        );
    }
}

fn activity(
    held: jiff::civil::Date,
    kind: &str,
    series: &str,
    audience: &str,
    title: String,
    organiser: String,
) -> Draft {
    Draft::new("law_publicity", "held_on", held)
        .with("kind", kind)
        .with("series", series)
        .with("audience", audience)
        .with("title", title)
        .with("organiser", organiser)
}

fn contests(world: &mut World) {
    let schools = world.only_schools();
    for edition in 1..=world.plan.editions {
        let year = world.plan.year - (world.plan.editions - edition) as i16;
        for (contest, month) in [("主题演讲", 9), ("知识竞赛", 10)] {
            let participants = world.random.between(60, 180);
            let winners = ["一等奖", "二等奖", "二等奖", "三等奖"].map(|prize| {
                let school = schools[world.random.below(schools.len())].name.clone();
                vec![("school", school.into()), ("prize", prize.into())]
            });
            world.push(
                Draft::new("constitution_contest", "held_on", date(year, month, 18))
                    .with("edition", edition)
                    .with("contest", contest)
                    .with(
                        "level",
                        if world.plan.districts.len() > 1 {
                            "市级"
                        } else {
                            "区县级"
                        },
                    )
                    .with("schools", schools.len() as i64)
                    .with("participants", participants)
                    .rows("winners", winners.into()),
            );
        }
    }
}

fn online(world: &mut World) {
    let schools = world.only_schools();
    let pupils: Vec<i64> = schools.iter().map(|school| school.students).collect();
    let (completed, students) = world.plan.online_learning;
    let (completed, students) = (split(completed, &pupils), split(students, &pupils));
    let ended = world.day(12, 9);
    for (index, school) in schools.iter().enumerate() {
        let entry = |activity: &str| {
            Draft::new("online_law_learning", "ended_on", ended)
                .with("activity", activity)
                .with("unit_name", school.name.clone())
                .with("district", school.district)
        };
        world.push(entry("宪法小卫士").with("completed", completed[index]));
        world.push(entry("学宪法讲宪法网上学习").with("students", students[index]));
    }
}

fn volunteers_and_boards(world: &mut World) {
    let schools = world.only_schools();
    for index in 0..world.plan.volunteers {
        let school = &schools[index % schools.len()];
        let since = world.weekday((2, 28), (10, 14));
        let field = world.random.pick(&[
            "法治",
            "法治",
            "消防",
            "禁毒",
            "环保",
            "交通安全",
            "心理健康",
        ]);
        let (person, activities) = (world.person(), world.random.between(1, 4));
        world.push(
            Draft::new("legal_volunteer", "since", since)
                .with("person", person)
                .with("field", field)
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("activities", activities),
        );
    }
    let weights = world.random.weights(schools.len() * 2, 10);
    let boards = split_at_least(world.plan.boards, 1, &weights);
    for (index, boards) in boards.into_iter().enumerate() {
        let school = &schools[index / 2];
        let made = world.weekday((3, 7), (11, 18));
        let place = world
            .random
            .pick(&["墙面", "走廊", "教室", "橱窗", "电子屏", "运动场"]);
        let theme = ["社会主义核心价值观", "法律知识", "公民道德", "文明校园"][index % 4];
        world.push(
            Draft::new("publicity_board", "made_on", made)
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("theme", theme)
                .with("place", place)
                .with("boards", boards),
        );
    }
}
