//! Complaints, disclosure, proposals, meetings, questionnaires, supervisors and media.

use super::{
    random::{plus, split, split_at_least},
    world::{Draft, World},
};
use jiff::civil::{Date, date};

/// Kind and what was said, with `{}` for the school.
const COMPLAINTS: &[(&str, &str)] = &[
    (
        "校外培训",
        "反映{}附近一处培训点节假日开展学科类培训，要求查处。",
    ),
    (
        "收费退费",
        "反映培训机构停课后不退剩余费用，涉及孩子在{}就读的多位家长。",
    ),
    ("招生入学", "咨询并反映{}招生范围的划分，希望公开划片依据。"),
    ("校园安全", "反映{}门口上下学时段车辆拥堵，希望增设引导。"),
    ("食堂校服", "反映{}午餐菜品单一，希望听取家长意见。"),
    ("食堂校服", "反映{}校服质量与样品不一致，希望检查。"),
    ("课业负担", "反映{}部分学科书面作业时间偏长。"),
    ("教师待遇", "反映{}编外教师课时补助发放偏晚。"),
    ("咨询建议", "建议{}延长课后服务时间。"),
    ("其他", "反映{}操场夜间照明影响周边居民休息。"),
];
const ETHICS: &[&str] = &[
    "反映{}某教师课堂言语不当，希望核实处理。",
    "反映{}某教师要求学生购买指定教辅。",
    "反映{}某教师在校外参与有偿补课。",
    "反映{}某教师对家长来电长期不回复。",
    "反映{}某教师在群里公布学生成绩排名。",
];
const REQUESTS: &[&str] = &[
    "近三年义务教育学校招生计划和划片文件。",
    "某学校食堂委托经营的招标结果。",
    "教师公开招聘各岗位的报名人数和录取分数。",
    "校外培训机构许可名单和注销名单。",
    "普惠性幼儿园认定标准和补助标准。",
];
const ASPECTS: &[&str] = &[
    "任课教师工作状态",
    "作业批改和辅导",
    "课堂教学纪律",
    "对学生的关心和尊重",
    "家校沟通",
    "有偿补课和收受礼品",
    "收费和教辅征订",
    "校园环境和校风",
];
const GROUPS: &[&str] = &[
    "教育专家",
    "领导干部",
    "教师代表",
    "家长代表",
    "学生代表",
    "社会各界",
];
const PROPOSALS: &[&str] = &[
    "关于优化中小学校布局的",
    "关于增加普惠性学前教育学位的",
    "关于改善学校周边交通的",
    "关于加强青少年心理健康教育的",
    "关于提升课后服务质量的",
    "关于加强职业教育产教融合的",
    "关于推进集团化办学的",
    "关于加强校园食品安全监管的",
    "关于提高教师待遇的",
    "关于规范校外培训的",
    "关于建设学校运动场地并向社会开放的",
    "关于加强劳动教育基地建设的",
];

pub(super) fn write(world: &mut World) {
    complaints(world);
    requests(world);
    proposals(world);
    symposiums(world);
    survey(world);
    supervisors(world);
    media(world);
}

fn complaints(world: &mut World) {
    let (received, open, ethics) = world.plan.complaints;
    // The open ones came in last; none of them is about ethics.
    let mut about_ethics = vec![true; ethics];
    about_ethics.extend(vec![false; received - ethics - open]);
    world.random.shuffle(&mut about_ethics);
    about_ethics.extend(vec![false; open]);
    let mut days = world.weekdays(received - open, (1, 4), (12, 2));
    days.extend(world.weekdays(open, (12, 26), (12, 30)));
    for (index, (day, ethics)) in days.into_iter().zip(about_ethics).enumerate() {
        let school = world.random.below(world.schools.len());
        let school = world.schools[school].clone();
        let (kind, text) = if ethics {
            ("师德师风", world.random.pick(ETHICS))
        } else {
            world.random.pick(COMPLAINTS)
        };
        let closed = (index < received - open).then(|| world.after(day, 3, 17));
        let finding = world.random.pick(&["属实", "部分属实", "不属实", "不属实"]);
        let satisfaction =
            world
                .random
                .pick(&["满意", "满意", "满意", "基本满意", "不满意", "未评价"]);
        let (complainant, phone) = (world.person(), world.phone());
        let number = format!("{}12345{:05}", world.plan.year, index + 1);
        world.push(
            Draft::new("complaint", "received_on", day)
                .with("number", world.unique(number))
                .with("channel", "12345平台")
                .with("kind", kind)
                .with("district", school.district)
                .with("respondent", school.name.clone())
                .with("complainant", complainant)
                .with("phone", phone)
                .with("content", text.replace("{}", &school.name))
                .with("duty_section", section_for(kind))
                .date("first_contact_on", plus(day, 1).min(world.day(12, 31)))
                .when(closed.is_some(), |draft| {
                    let closed = closed.unwrap_or(day);
                    draft
                        .date("replied_on", world.open(plus(closed, -1)))
                        .date("closed_on", closed)
                        .with(
                            "finding",
                            if kind == "咨询建议" {
                                "已解答"
                            } else {
                                finding
                            },
                        )
                        .with("reply", reply_for(finding))
                        .with("satisfaction", satisfaction)
                }),
        );
    }
}

fn section_for(kind: &str) -> &'static str {
    match kind {
        "师德师风" | "教师待遇" => "教师工作科",
        "校外培训" | "收费退费" => "校外教育培训监管科",
        "校园安全" | "食堂校服" => "安全稳定科",
        "招生入学" | "课业负担" => "基础教育科",
        _ => "办公室",
    }
}

fn reply_for(finding: &str) -> &'static str {
    match finding {
        "属实" => "经核查情况属实，已责成学校整改并向反映人反馈。",
        "部分属实" => "经核查部分属实，学校已改进，科室跟踪落实。",
        _ => "经核查与反映情况不符，已向反映人说明。",
    }
}

fn requests(world: &mut World) {
    let days = world.weekdays(world.plan.foi, (2, 14), (11, 15));
    for (index, day) in days.into_iter().enumerate() {
        let answered = world.after(day, 8, 24);
        let result = ["予以公开", "予以公开", "部分公开", "不掌握相关信息"][index % 4];
        let (applicant, phone) = (world.person(), world.phone());
        let answer = format!(
            "{}教公开答〔{}〕{}号",
            world.plan.short,
            world.plan.year,
            index + 1
        );
        world.push(
            Draft::new("foi_request", "received_on", day)
                .with(
                    "number",
                    world.unique(format!("{}-{:03}", world.plan.year, index + 1)),
                )
                .date("submitted_on", day)
                .with("way", ["网络", "网络", "邮寄", "当面提交"][index % 4])
                .with("applicant", applicant)
                .with("applicant_kind", "自然人")
                .with("phone", phone)
                .with(
                    "content",
                    format!("申请公开{}", REQUESTS[index % REQUESTS.len()]),
                )
                .date("answered_on", answered)
                .with("result", result)
                .with("answer_number", answer),
        );
    }
}

fn proposals(world: &mut World) {
    let (undertaken, joined) = world.plan.proposals;
    for index in 0..undertaken {
        let role = match index {
            _ if index < joined => "会办",
            _ if index % 7 == 6 => "分办",
            _ => "主办",
        };
        let deputy = index % 9 < 4;
        let handed = world.weekday((2, 21), (4, 8));
        let contacted = world.after(handed, 10, 35);
        let replied = world.after(contacted, 7, 40);
        let title = PROPOSALS[index % PROPOSALS.len()];
        let (title, kind) = match deputy {
            true => (format!("{title}建议（{}）", index + 1), "人大代表建议"),
            false => (format!("{title}提案（{}）", index + 1), "政协提案"),
        };
        let proposer = world.person();
        let feedback = if world.random.chance(85) {
            "满意"
        } else {
            "基本满意"
        };
        let number = format!(
            "{}{}{:03}",
            if deputy { "R" } else { "Z" },
            world.plan.year,
            index + 1
        );
        world.push(
            Draft::new("deputy_suggestion", "handed_on", handed)
                .with("number", world.unique(number))
                .with("kind", kind)
                .with("session", format!("{}年会议", world.plan.year))
                .with("title", title)
                .with("proposer", proposer)
                .with("role", role)
                .with(
                    "duty_section",
                    section_for(if index % 2 == 0 {
                        "招生入学"
                    } else {
                        "其他"
                    }),
                )
                .date("due_on", plus(handed, 90))
                .date("contacted_on", contacted)
                .with("contact_way", ["当面", "电话", "座谈", "调研"][index % 4])
                .date("replied_on", replied)
                .with("class", ["A类", "A类", "B类", "A类", "C类"][index % 5])
                .when(role != "会办", |d| {
                    d.with("feedback", feedback)
                        .date("published_on", world.open(plus(replied, 12)))
                }),
        );
    }
}

fn symposiums(world: &mut World) {
    let (meetings, opinions, adopted) = world.plan.symposiums;
    let weights = world.random.weights(meetings, 100);
    let opinions = split_at_least(opinions, 1, &weights);
    let adopted = split(adopted, &opinions);
    let days = world.weekdays(meetings, (2, 16), (11, 25));
    for (index, day) in days.into_iter().enumerate() {
        let subject = world.plan.consulted[index % world.plan.consulted.len()];
        let group = GROUPS[(index / 2) % GROUPS.len()];
        let attendance = world.random.between(8, 60);
        world.push(
            Draft::new("symposium", "held_on", day)
                .with("subject", subject)
                .with("form", "座谈会")
                .with("scale", if attendance > 30 { "大型" } else { "中型" })
                .with("group", group)
                .with(
                    "place",
                    ["局机关会议室", "学校会议室", "教研中心"][index % 3],
                )
                .with("attendance", attendance)
                .with("opinions", opinions[index])
                .with("adopted", adopted[index])
                .with("summary", "围绕目标任务、保障措施和实施步骤提出意见建议。")
                .when(adopted[index] < opinions[index], |d| {
                    d.with("reason", "部分意见已有规定，部分需要进一步论证。")
                }),
        );
    }
}

fn survey(world: &mut World) {
    let title = format!("{}年校风校纪和师德师风家长问卷", world.plan.year);
    let title = world.unique(title);
    let (opened, closed) = (world.day(5, 9), world.day(5, 27));
    let aspects = ASPECTS
        .iter()
        .map(|a| vec![("name", (*a).into()), ("questions", 3.into())]);
    world.push(
        Draft::new("survey", "opened_on", opened)
            .with("title", title.clone())
            .with("topic", "师德师风")
            .with("audience", "家长")
            .date("closed_on", closed)
            .with("anonymous", true)
            .rows("aspects", aspects.collect()),
    );
    let schools = world.only_schools();
    let mut returns = Vec::new();
    for (index, district) in world.plan.districts.iter().enumerate() {
        let schools: Vec<_> = schools
            .iter()
            .filter(|s| s.district == district.name)
            .collect();
        let pupils: Vec<i64> = schools.iter().map(|s| s.students).collect();
        let returned = split(world.plan.survey.0[index], &pupils);
        returns.extend(schools.into_iter().zip(returned));
    }
    let counts: Vec<i64> = returns.iter().map(|(_, returned)| *returned).collect();
    let satisfied = split(world.plan.survey.1, &counts);
    for ((school, returned), satisfied) in returns.into_iter().zip(satisfied) {
        let collected = world.working_day(plus(closed, 1), plus(closed, 12));
        world.push(
            Draft::new("survey_return", "collected_on", collected)
                .with("survey", title.clone())
                .with("topic", "师德师风")
                .with("audience", "家长")
                .with("school", school.name.clone())
                .with("district", school.district)
                .with("invited", school.students)
                .with("returned", returned)
                .with("satisfied", satisfied),
        );
    }
}

fn supervisors(world: &mut World) {
    let since = world.weekday((3, 14), (3, 25));
    for (identity, count) in world.plan.supervisors {
        for _ in 0..*count {
            let (person, phone) = (world.person(), world.phone());
            world.push(
                Draft::new("social_supervisor", "since", since)
                    .with("person", person)
                    .with("identity", *identity)
                    .with("field", "师德师风")
                    .with("phone", phone)
                    .term("until", plus(since, 365 * 2))
                    .with("document", "关于聘任师德师风社会监督员的通知"),
            );
        }
    }
}

fn media(world: &mut World) {
    let (issues, since, columns, items, followers) = world.plan.media;
    let year = world.plan.year;
    let mut published: Vec<(&str, &str, Date, usize)> = Vec::new();
    let first = date(since, 1, 6);
    let days = i64::from((world.day(12, 29) - first).get_days());
    for index in 0..issues {
        let day = plus(first, days * index as i64 / issues.max(1) as i64);
        published.push(("官方微信", "教育微讯", day, index + 1));
    }
    // A weekly column on Fridays, the newest in the last week of the year.
    let mut friday = world.day(12, 30);
    while friday.weekday() != jiff::civil::Weekday::Friday {
        friday = plus(friday, -1);
    }
    for index in 0..columns {
        let day = plus(friday, -7 * (columns - 1 - index) as i64);
        published.push(("报纸专栏", "教育之窗", day, index + 1));
    }
    for month in 1..=12 {
        published.push(("电视专栏", "教育时间", world.day(month, 20), month as usize));
        published.push(("政务网站", "工作动态", world.day(month, 25), month as usize));
    }
    let weights = world.random.weights(published.len(), 8);
    let items = split_at_least(items, 1, &weights);
    for ((channel, column, day, issue), items) in published.into_iter().zip(items) {
        let headline = world.random.pick(HEADLINES);
        let reads = world.random.between(300, 9_000);
        world.push(
            Draft::new("media_issue", "published_on", day)
                .with("channel", channel)
                .with("column", world.unique(column))
                .with("issue", issue as i64)
                .with("title", headline)
                .with("items", items)
                .when(channel == "官方微信", |d| d.with("reads", reads)),
        );
    }
    for counted in since..=year {
        let share = i64::from(counted - since + 1) * followers / i64::from(year - since + 1);
        let account = world.unique(format!(
            "{}教育",
            world.plan.place.trim_end_matches(['市', '区'])
        ));
        world.push(
            Draft::new("media_account", "counted_on", date(counted, 12, 30))
                .with("account", account)
                .with("channel", "微信")
                .with("followers", share),
        );
    }
}

const HEADLINES: &[&str] = &[
    "义务教育招生政策问答",
    "法治副校长走进课堂",
    "暑期安全致家长的一封信",
    "教师公开招聘公告",
    "宪法宣传周活动预告",
    "校外培训风险提示",
    "学生资助政策解读",
    "课后服务优秀案例",
    "校园食品安全检查情况",
    "心理健康教育周",
    "优秀教师事迹",
    "开学工作部署",
];
