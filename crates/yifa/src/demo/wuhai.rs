//! The city bureau of 2022: 云川市教育局. Counts as published, everything else invented.

use super::{
    District,
    plan::{DocumentPlan, Plan, SchoolGroup, TrainingPlan},
};

const DISTRICTS: &[District] = &[
    District {
        published: "海勃湾区",
        name: "海云区",
    },
    District {
        published: "乌达区",
        name: "望川区",
    },
    District {
        published: "海南区",
        name: "南屏区",
    },
    District {
        published: "市直属学校",
        name: "市直属学校",
    },
];

const fn group(district: usize, kind: &'static str, count: usize) -> SchoolGroup {
    SchoolGroup {
        district,
        kind,
        count,
    }
}

const SCHOOLS: &[SchoolGroup] = &[
    group(0, "小学", 12),
    group(0, "初级中学", 5),
    group(0, "九年一贯制学校", 3),
    group(0, "幼儿园", 28),
    group(1, "小学", 6),
    group(1, "初级中学", 3),
    group(1, "九年一贯制学校", 1),
    group(1, "幼儿园", 15),
    group(2, "小学", 6),
    group(2, "初级中学", 3),
    group(2, "九年一贯制学校", 1),
    group(2, "幼儿园", 13),
    group(3, "高级中学", 3),
    group(3, "完全中学", 1),
    group(3, "中等职业学校", 1),
    group(3, "特殊教育学校", 1),
    group(3, "幼儿园", 2),
];

const fn document(
    title: &'static str,
    kind: &'static str,
    topic: &'static str,
    issued: (i8, i8),
    normative: bool,
    issuers: &'static [&'static str],
) -> DocumentPlan {
    DocumentPlan {
        title,
        kind,
        topic,
        issued,
        normative,
        issuers,
    }
}

const DOCUMENTS: &[DocumentPlan] = &[
    document(
        "云川市教育局2022年依法行政工作计划",
        "计划",
        "依法行政",
        (2, 24),
        false,
        &[],
    ),
    document(
        "云川市教育局2022年度双随机抽查计划",
        "计划",
        "行政执法",
        (3, 8),
        false,
        &[],
    ),
    document(
        "云川市教育局行政执法三项制度工作方案",
        "方案",
        "行政执法",
        (3, 22),
        false,
        &[],
    ),
    document(
        "云川市教育局行政执法事项清单",
        "清单",
        "行政执法",
        (4, 12),
        false,
        &[],
    ),
    document(
        "云川市教育局重大执法决定法制审核目录清单",
        "清单",
        "行政执法",
        (4, 12),
        false,
        &[],
    ),
    document(
        "云川市教育局重大行政决策事项目录",
        "清单",
        "依法行政",
        (4, 26),
        false,
        &[],
    ),
    document(
        "云川市校外培训机构设置与管理办法",
        "办法",
        "校外培训",
        (6, 16),
        true,
        &[
            "云川市教育局",
            "中共云川市委网络安全和信息化委员会办公室",
            "云川市公安局",
            "云川市民政局",
            "云川市市场监督管理局",
            "云川市文体旅游广电局",
            "云川市科学技术局",
            "云川市消防救援支队",
        ],
    ),
    document(
        "云川市教师禁言禁行、励言励行",
        "规定",
        "师德师风",
        (2, 18),
        false,
        &[],
    ),
    document(
        "关于持续推进师德师风建设的实施方案",
        "方案",
        "师德师风",
        (1, 5),
        false,
        &[],
    ),
    document(
        "关于全面提高教育教学质量的意见",
        "意见",
        "教育教学",
        (8, 25),
        true,
        &[],
    ),
    document(
        "云川市中小学教学质量评价办法",
        "办法",
        "教育教学",
        (8, 30),
        true,
        &[],
    ),
    document(
        "云川市中小学校办学绩效考核办法",
        "办法",
        "教育教学",
        (8, 30),
        true,
        &[],
    ),
    document(
        "2022年义务教育学校招生工作通知",
        "通知",
        "招生入学",
        (5, 20),
        false,
        &[],
    ),
];

const SHORTCOMINGS: &[(&str, &str, &str)] = &[
    (
        "优质教育资源供给还不充分",
        "学位布局与人口流动不完全匹配，城区学校扩建周期长。",
        "推进集团化办学，加快新建学校建设。",
    ),
    (
        "群众参与教育决策的方式不多",
        "征求意见以座谈为主，线上渠道使用少。",
        "建立线上征求意见渠道，公开采纳情况。",
    ),
    (
        "重大行政决策公开不够及时",
        "公开责任和时限没有落实到科室。",
        "制定公开时限表，逐项督办。",
    ),
    (
        "领导干部法治素养需要提高",
        "学法以集中传达为主，与业务结合不紧。",
        "增加以案学法和旁听庭审。",
    ),
    (
        "法治专业力量薄弱",
        "没有专设政策法规机构，具有法律职业资格的人员少。",
        "争取编制，聘用公职律师，轮训执法人员。",
    ),
];

const NEXT_YEAR: &[(&str, &[&str])] = &[
    (
        "依法全面履行职能",
        &["落实第一责任人职责", "推进优质均衡发展"],
    ),
    (
        "完善依法决策机制",
        &["公布重大行政决策事项目录", "落实合法性审查和集体讨论"],
    ),
    (
        "强化权力制约监督",
        &["健全政务公开渠道", "及时回应群众关切"],
    ),
    (
        "加大法治宣传教育力度",
        &["建强法治副校长队伍", "开展校长法治培训", "办好宪法宣传周"],
    ),
];

/// What the bureau of 2022 did.
pub(super) fn plan() -> Plan {
    Plan {
        profile: "wuhai",
        organ: "云川市教育局",
        short: "云",
        place: "云川市",
        year: 2022,
        districts: DISTRICTS,
        // The published bureau has no section for policy and law: its office does that work.
        sections: &[
            ("office", "办公室"),
            ("legal", "办公室（法治工作）"),
            ("licensing", "行政审批科"),
            ("training", "校外教育培训监管科"),
            ("basic", "基础教育科"),
            ("personnel", "教师工作科"),
            ("ideology", "思想政治工作科"),
            ("publicity", "宣传科"),
            ("safety", "安全稳定科"),
            ("supervision", "督导室"),
        ],
        people: &[
            "岑书宁",
            "邬明澄",
            "骆清川",
            "温若禾",
            "裴景行",
            "翁雨桐",
            "季思远",
            "庞嘉言",
            "穆青岚",
            "简以恒",
            "柏望舟",
        ],
        schools: SCHOOLS,
        students: &[
            (27_357, 6_420),
            (9_636, 2_730),
            (8_396, 2_310),
            (7_843, 540),
        ],
        teachers: 5_517,
        instruction_studies: 12,
        part_time_staff: 2,
        has_legal_section: false,
        documents: DOCUMENTS,
        shortcomings: SHORTCOMINGS,
        next_year: NEXT_YEAR,
        honours: &[
            (
                "普法工作先进单位",
                "表彰奖励",
                "市级",
                "云川市普法工作领导小组",
            ),
            ("校外培训治理经验信息", "信息采纳", "省级", "省教育厅"),
            ("“学宪法 讲宪法”优秀组织奖", "表彰奖励", "省级", "省教育厅"),
        ],
        powers_reviewed: true,
        qualifications: (568, 11),
        penalties: 0,
        penalty_reviews: 0,
        certificates: (14, 2, 1),
        random_targets: 20,
        random_matters: &[
            "校外培训机构办学情况",
            "学校（食品）安全",
            "中小学教学设备（含校服）",
        ],
        training: TrainingPlan {
            cleared: 118,
            transferred: &[
                (132, "文化艺术类", "文体旅游广电部门"),
                (60, "体育类", "文体旅游广电部门"),
                (8, "科技类", "科技部门"),
            ],
            kept: 15,
            rounds: 91,
            violations: 33,
        },
        complaints: (304, 3, 60),
        foi: 4,
        proposals: (48, 8),
        symposiums: (68, 867, 326),
        consulted: &[
            "教育高质量发展政策体系",
            "教育现代化中长期规划",
            "优质教育普及三年行动计划",
            "中小学教学常规和质量评价办法",
        ],
        survey: (&[26_536, 9_347, 8_144, 7_608], 48_609),
        supervisors: &[
            ("人大代表", 15),
            ("政协委员", 8),
            ("家长代表", 14),
            ("社区代表", 8),
            ("退休教师", 5),
            ("企业代表", 4),
            ("媒体代表", 3),
            ("法律工作者", 3),
        ],
        media: (1_000, 2015, 170, 8_600, 43_000),
        study_sessions: 25,
        civil_servants: 38,
        // More than 90 % of 5,555 sat the exam, more than 99 % of these passed.
        online_exam: (5_555, 5_000, 4_951),
        vice_principals: 52,
        leader_lesson_schools: 44,
        reader: (42, 20_000),
        teaching_cases: 25,
        constitution_week: (36, 40_000),
        editions: 5,
        online_learning: (3_455, 34_652),
        institutions_trained: 0,
        volunteers: 300,
        boards: 320,
        drills: 609,
        safe_campuses: (16, 67),
        dropouts_returned: 6,
        recruits: &[
            (0, 2020, 98),
            (0, 2021, 94),
            (0, 2022, 82),
            (1, 2020, 41),
            (1, 2021, 39),
            (1, 2022, 34),
            (2, 2020, 36),
            (2, 2021, 35),
            (2, 2022, 31),
            (3, 2020, 115),
            (3, 2021, 79),
            (3, 2022, 54),
        ],
        talents: (52, 45),
        // Seventeen scenes, three items each on either side: 102 items.
        ethics_scenes: &[
            "课堂教学",
            "作业批改",
            "课间交流",
            "个别辅导",
            "家长会",
            "家访",
            "班级群",
            "考试评价",
            "评优推荐",
            "座位安排",
            "课后服务",
            "社团活动",
            "劳动实践",
            "运动会",
            "研学活动",
            "升旗集会",
            "班干部选任",
        ],
    }
}
