//! Leadership, advisers, documents, and the bureau's own view of the year.

use super::{
    random::plus,
    world::{Draft, World},
};
use values::dates::Date;

const STUDY_TOPICS: &[&str] = &[
    "关于教育强国建设的重要指示",
    "关于青少年健康成长的重要指示",
    "关于安全生产工作的重要指示",
    "关于思政课建设的重要指示",
    "关于全面依法治国的重要论述",
    "关于教师队伍建设的重要指示",
    "关于保密工作的重要批示",
];
/// Form, matter, topic, host.
const ACTIVITIES: &[(&str, &str, &str, &str)] = &[
    (
        "党组（党委）会",
        "审议法治建设事项",
        "审议年度法治政府建设工作要点",
        "党组书记",
    ),
    (
        "党组（党委）会",
        "审议法治建设事项",
        "审议上一年度法治政府建设工作报告",
        "党组书记",
    ),
    (
        "党组（党委）会",
        "审议法治建设事项",
        "研究重大行政决策事项目录",
        "党组书记",
    ),
    (
        "局务会",
        "审议规范性文件",
        "审议校外培训机构管理文件",
        "局长",
    ),
    ("局务会", "听取工作汇报", "听取依法治校工作情况汇报", "局长"),
    ("局务会", "部署督办重点工作", "部署师德师风专项整治", "局长"),
    (
        "领导小组会议",
        "审议法治建设事项",
        "部署普法规划年度任务",
        "领导小组组长",
    ),
    (
        "理论学习中心组学习",
        "学习法治思想",
        "法治思想专题学习",
        "党组书记",
    ),
    (
        "理论学习中心组学习",
        "学习法律法规",
        "学习宪法和教育法",
        "党组书记",
    ),
    (
        "理论学习中心组学习",
        "学习法律法规",
        "学习行政处罚法",
        "党组书记",
    ),
    (
        "理论学习中心组学习",
        "学习法律法规",
        "学习未成年人保护法",
        "党组书记",
    ),
    ("宣讲", "学习法治思想", "在全系统干部大会上讲法治课", "局长"),
    ("宣讲", "学习法律法规", "开学第一课讲宪法", "局长"),
    (
        "调研",
        "部署督办重点工作",
        "调研学校法治副校长履职情况",
        "局长",
    ),
    ("调研", "部署督办重点工作", "调研校外培训机构治理", "局长"),
    (
        "批示",
        "部署督办重点工作",
        "批示办理群众反映的收费问题",
        "局长",
    ),
    (
        "批示",
        "部署督办重点工作",
        "批示加强校园食品安全监管",
        "局长",
    ),
    ("督办", "部署督办重点工作", "督办权责清单调整", "局长"),
];
const OPINIONS: &[(&str, &str)] = &[
    ("学校食堂委托经营合同", "合同协议"),
    ("校服采购合同", "合同协议"),
    ("信息化设备采购合同", "合同协议"),
    ("学校用地租赁协议", "合同协议"),
    ("校外培训机构管理文件", "规范性文件"),
    ("义务教育招生工作意见", "规范性文件"),
    ("集团化办学实施方案", "重大决策"),
    ("学校布局调整方案", "重大决策"),
    ("学生伤害事故处理建议", "复议诉讼"),
    ("办学许可变更事项", "行政执法"),
    ("教师聘用合同争议", "其他"),
];

pub(super) fn write(world: &mut World) {
    leadership(world);
    leading_group(world);
    advisers(world);
    staffing(world);
    statements(world);
    documents(world);
    own_view(world);
}

fn leadership(world: &mut World) {
    let days = world.weekdays(world.plan.instruction_studies, (1, 5), (12, 20));
    for (index, day) in days.into_iter().enumerate() {
        let attendance = world.random.between(7, 12);
        let minutes = world.unique(format!(
            "党组纪要〔{}〕{}号",
            world.plan.year,
            index * 3 + 2
        ));
        world.push(
            Draft::new("leadership_activity", "held_on", day)
                .with("kind", "党组（党委）会")
                .with("matter", "学习重要指示批示")
                .with(
                    "topic",
                    format!("学习{}", STUDY_TOPICS[index % STUDY_TOPICS.len()]),
                )
                .with("host", "党组书记")
                .with("attendance", attendance)
                .with("minutes", minutes)
                .with("decision", "结合本局实际研究贯彻措施，明确责任科室。"),
        );
    }
    for (kind, matter, topic, host) in ACTIVITIES {
        let day = world.weekday((1, 10), (9, 25));
        let attendance = world
            .random
            .between(6, if *kind == "宣讲" { 260 } else { 14 });
        let follows = matches!(*kind, "局务会" | "批示" | "督办");
        let done = world.after(day, 12, 80);
        world.push(
            Draft::new("leadership_activity", "held_on", day)
                .with("kind", *kind)
                .with("matter", *matter)
                .with("topic", *topic)
                .with("host", *host)
                .with("attendance", attendance)
                .when(follows, |draft| {
                    draft
                        .with("decision", "明确责任科室和完成时限，由办公室跟踪督办。")
                        .term("follow_up_due", plus(day, 90))
                        .date("followed_up_on", done)
                }),
        );
    }
}

fn leading_group(world: &mut World) {
    let since = jiff::civil::date(world.plan.year - 1, 3, 15);
    let mut roles = vec![("组长", "党组书记、局长"), ("副组长", "分管副局长")];
    roles.extend(
        [
            "办公室",
            "教师工作科",
            "基础教育科",
            "校外教育培训监管科",
            "安全稳定科",
            "督导室",
            "行政审批科",
        ]
        .map(|_| ("成员", "科室主要负责人")),
    );
    for (index, (role, post)) in roles.into_iter().enumerate() {
        let person = if index == 0 {
            world.plan.people[2].to_owned()
        } else {
            world.person()
        };
        member(world, "法治建设领导小组", role, post, person, since);
    }
    for index in 0..world.plan.part_time_staff {
        let person = if index == 0 {
            world.plan.people[1].to_owned()
        } else {
            world.person()
        };
        let adjusted = world.weekday((2, 14), (3, 31));
        member(
            world,
            "法治建设领导小组办公室",
            "工作人员",
            "科员",
            person,
            adjusted,
        );
    }
    // Somebody who left with the last adjustment: in the book, not in the figure.
    let person = world.person();
    let left = world.weekday((2, 14), (3, 31));
    world.push(
        Draft::new(
            "leading_group_member",
            "since",
            jiff::civil::date(world.plan.year - 3, 4, 1),
        )
        .with("group", "法治建设领导小组办公室")
        .with("person", person)
        .with("post", "科员")
        .with("role", "工作人员")
        .with("employment", "兼职")
        .date("until", left)
        .with("document", "关于调整法治建设领导小组的通知"),
    );
}

fn member(world: &mut World, group: &str, role: &str, post: &str, person: String, since: Date) {
    world.push(
        Draft::new("leading_group_member", "since", since)
            .with("group", group)
            .with("person", person)
            .with("post", post)
            .with("role", role)
            .with("employment", "兼职")
            .with("document", "关于调整法治建设领导小组的通知"),
    );
}

fn advisers(world: &mut World) {
    let year = world.plan.year;
    for (firm, first, last) in [
        ("望舒律师事务所", year - 4, year - 2),
        ("衡岳律师事务所", year - 1, year + 1),
    ] {
        let person = world.person();
        world.push(
            Draft::new("legal_adviser", "since", jiff::civil::date(first, 1, 1))
                .with("person", person)
                .with("kind", "外聘律师")
                .with("firm", firm)
                .with(
                    "licence_number",
                    world.unique(format!("0000{first}0000{last}00")),
                )
                .with("field_of_law", "行政法、教育法")
                .term("until", jiff::civil::date(last, 12, 31))
                .with("fee", 3_000_000)
                .with(
                    "scope",
                    "审核文件和合同，参与重大决策论证，代理复议诉讼，开展法治讲座。",
                ),
        );
    }
    for (index, (title, kind)) in OPINIONS.iter().enumerate() {
        let asked = world.weekday((1, 17), (12, 9));
        let given = world.after(asked, 2, 9);
        let adopted = if index == 4 { "部分采纳" } else { "采纳" };
        world.push(
            Draft::new("legal_opinion", "asked_on", asked)
                .with("title", *title)
                .with("kind", *kind)
                .with("asked_by", "办公室")
                .with("adviser", "衡岳律师事务所")
                .date("given_on", given)
                .with(
                    "opinion",
                    "主体适格、内容合法；建议补充违约责任和争议解决条款。",
                )
                .with("adopted", adopted),
        );
    }
}

fn staffing(world: &mut World) {
    for (id, name) in world.plan.sections {
        let legal = *id == "legal";
        if legal && !world.plan.has_legal_section {
            continue;
        }
        let staff = world.random.between(2, 6);
        let duty = match (*id, legal) {
            (_, true) => "政策法规、法制审核、普法、执法监督",
            ("office", _) if !world.plan.has_legal_section => "兼管依法行政、普法和法律事务",
            ("licensing", _) => "行政许可和教师资格认定",
            ("training", _) => "校外培训监管和执法",
            _ => "本领域依法行政和普法",
        };
        world.push(
            Draft::new("law_staffing", "since", jiff::civil::date(2019, 3, 20))
                .with("unit_name", *name)
                .with("dedicated", legal)
                .with("duty", duty)
                .with("posts", staff + 1)
                .with("staff", staff)
                .with("law_qualified", i64::from(legal || *id == "office")),
        );
    }
}

fn statements(world: &mut World) {
    let year = i64::from(world.plan.year);
    let groups = [
        ("机关领导班子", "党组成员、副局长", 5),
        ("科室负责人", "科长", 8),
        ("学校主要负责人", "学校党组织书记、校长", 12),
    ];
    for (group, post, count) in groups {
        let day = world.weekday((12, 5), (12, 29));
        for _ in 0..count {
            let person = world.person();
            let grade = if world.random.chance(80) {
                "好"
            } else {
                "较好"
            };
            world.push(
                Draft::new("annual_statement", "stated_on", day)
                    .with("year", year)
                    .with("person", person)
                    .with("post", post)
                    .with("group", group)
                    .with(
                        "way",
                        if group == "学校主要负责人" {
                            "书面述法"
                        } else {
                            "会议述法"
                        },
                    )
                    .with("grade", grade),
            );
        }
    }
}

fn documents(world: &mut World) {
    let year = world.plan.year;
    for (index, document) in world.plan.documents.iter().enumerate() {
        let issued = world.day(document.issued.0, document.issued.1);
        let published = world.after(issued, 3, 18).min(world.day(12, 31));
        let issuers = document
            .issuers
            .iter()
            .map(|name| vec![("department", (*name).into())]);
        let number = format!("{}教发〔{year}〕{}号", world.plan.short, index * 4 + 1);
        if document.normative {
            normative(world, document.title, &number, issued, published);
        }
        world.push(
            Draft::new("institution_document", "issued_on", issued)
                .with("title", document.title)
                .with("number", number)
                .with("kind", document.kind)
                .with("topic", document.topic)
                .with("normative", document.normative)
                .with("lead_section", "办公室")
                .when(document.normative, |draft| {
                    draft.with("procedure", document.title)
                })
                .rows("joint_issuers", issuers.collect())
                .date("published_on", published),
        );
    }
}

/// How a normative document came about, from the project to the record with the superior.
fn normative(world: &mut World, title: &str, number: &str, issued: Date, published: Date) {
    let before = |days: i64| world.open(plus(issued, -days));
    let filed = world.open(plus(published, 14));
    let known = filed <= world.day(12, 31);
    let draft = Draft::new("normative_document", "planned_on", before(100))
        .with("title", world.unique(title))
        .with("unit", "办公室")
        .with("market", false)
        .with("draft_note", "说明制定的必要性、依据和主要内容。")
        .date("comment_from", before(75))
        .date("comment_to", before(44))
        .with("opinions", 16)
        .with("adoption", "采纳七条，未采纳的逐条说明理由。")
        .with("competition", "不涉及")
        .date("sent_on", before(34))
        .date("reviewed_on", before(22))
        .with("legality", "合法")
        .date("discussed_on", before(8))
        .date("signed_on", issued)
        .with("document_number", number)
        .date("published_on", published)
        .term("effective_on", plus(issued, 30))
        .term("valid_until", plus(issued, 365 * 5))
        .when(known, |d| {
            d.date("filed_on", filed).with("filing_result", "准予登记")
        });
    world.push(draft);
}

fn own_view(world: &mut World) {
    let found = world.day(12, 19);
    for (problem, cause, measure) in world.plan.shortcomings {
        world.push(
            Draft::new("shortcoming", "found_on", found)
                .with("problem", *problem)
                .with("cause", *cause)
                .with("measure", *measure)
                .with("duty_section", "办公室")
                .term("due_on", jiff::civil::date(world.plan.year + 1, 12, 31)),
        );
    }
    let decided = world.day(12, 26);
    for (aspect, tasks) in world.plan.next_year {
        for task in *tasks {
            world.push(
                Draft::new("work_plan", "decided_on", decided)
                    .with("plan_year", i64::from(world.plan.year) + 1)
                    .with("aspect", *aspect)
                    .with("task", *task)
                    .with("duty_section", "办公室")
                    .term("due_on", jiff::civil::date(world.plan.year + 1, 11, 30)),
            );
        }
    }
    for (title, kind, level, giver) in world.plan.honours {
        let given = world.weekday((2, 10), (12, 20));
        world.push(
            Draft::new("honour", "given_on", given)
                .with("title", *title)
                .with("kind", *kind)
                .with("level", *level)
                .with("giver", *giver),
        );
    }
}
