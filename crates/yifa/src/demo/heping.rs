//! The district bureau of 2024: 锦澜区教育局. Counts as published, everything else invented.

use super::{
    District,
    plan::{DocumentPlan, Plan, SchoolGroup, TrainingPlan},
};

const DISTRICTS: &[District] = &[District {
    published: "和平区",
    name: "锦澜区",
}];

const SCHOOLS: &[SchoolGroup] = &[
    SchoolGroup {
        district: 0,
        kind: "小学",
        count: 22,
    },
    SchoolGroup {
        district: 0,
        kind: "初级中学",
        count: 12,
    },
    SchoolGroup {
        district: 0,
        kind: "完全中学",
        count: 6,
    },
    SchoolGroup {
        district: 0,
        kind: "特殊教育学校",
        count: 1,
    },
    SchoolGroup {
        district: 0,
        kind: "幼儿园",
        count: 30,
    },
];

const DOCUMENTS: &[DocumentPlan] = &[
    DocumentPlan {
        title: "锦澜区教育局2024年法治政府建设工作安排",
        kind: "计划",
        topic: "依法行政",
        issued: (3, 5),
        normative: false,
        issuers: &[],
    },
    DocumentPlan {
        title: "锦澜区中学中层干部管理暂行办法",
        kind: "办法",
        topic: "干部人事",
        issued: (6, 18),
        normative: false,
        issuers: &[],
    },
    DocumentPlan {
        title: "锦澜区教育局重大执法决定法制审核事项清单",
        kind: "清单",
        topic: "行政执法",
        issued: (4, 9),
        normative: false,
        issuers: &[],
    },
    DocumentPlan {
        title: "锦澜区承诺审批事项事中事后监管实施办法",
        kind: "办法",
        topic: "依法行政",
        issued: (5, 21),
        normative: true,
        issuers: &[],
    },
];

/// What the bureau of 2024 did.
pub(super) fn plan() -> Plan {
    Plan {
        profile: "heping",
        organ: "锦澜区教育局",
        short: "锦",
        place: "锦澜区",
        year: 2024,
        districts: DISTRICTS,
        sections: &[
            ("office", "办公室"),
            ("legal", "政策法规科"),
            ("licensing", "行政审批科"),
            ("training", "民办教育和校外培训监管科"),
            ("basic", "中小学教育科"),
            ("personnel", "人事科"),
            ("ideology", "德育科"),
            ("publicity", "宣传科"),
            ("safety", "安全保卫科"),
            ("supervision", "教育督导室"),
        ],
        people: &[
            "俞知遥",
            "秦允哲",
            "祝文澜",
            "夏子衡",
            "凌书颖",
            "樊立航",
            "梅晓屿",
            "童怀安",
            "霍承霖",
            "颜可菲",
            "宁春溪",
        ],
        schools: SCHOOLS,
        students: &[(41_280, 7_350)],
        teachers: 4_860,
        instruction_studies: 10,
        part_time_staff: 1,
        has_legal_section: true,
        documents: DOCUMENTS,
        shortcomings: &[
            (
                "行政执法能力需要提升",
                "执法人员少，日常行政工作与执法工作交织。",
                "充实执法力量，开展专项培训。",
            ),
            (
                "普法形式需要改进",
                "内容以条文解读为主，互动不够。",
                "开发法治课程，增加情景式、案例式普法。",
            ),
        ],
        next_year: &[
            ("加强理论武装", &["落实理论学习中心组学法计划"]),
            (
                "充实执法力量",
                &["开展执法人员专项培训", "开展执法案卷自查"],
            ),
            (
                "推动青少年法治教育",
                &["开发法治教育课程", "配齐法治课教师"],
            ),
        ],
        honours: &[
            (
                "普法责任制履职报告评议优秀",
                "评议等次",
                "区县级",
                "锦澜区普法工作领导小组",
            ),
            ("培训机构法律培训信息", "信息采纳", "国家级", "上级教育部门"),
        ],
        powers_reviewed: false,
        qualifications: (216, 4),
        penalties: 11,
        penalty_reviews: 1,
        certificates: (17, 3, 3),
        random_targets: 24,
        random_matters: &["民办教育机构办学情况", "学校食堂食品安全", "学校安全管理"],
        training: TrainingPlan {
            cleared: 0,
            transferred: &[],
            kept: 106,
            rounds: 42,
            violations: 14,
        },
        complaints: (186, 2, 23),
        foi: 5,
        proposals: (34, 4),
        symposiums: (14, 162, 71),
        consulted: &["学校布局专项规划", "中层干部管理办法", "课后服务实施方案"],
        survey: (&[38_912], 37_420),
        supervisors: &[
            ("人大代表", 8),
            ("政协委员", 8),
            ("家长代表", 9),
            ("社区代表", 5),
        ],
        media: (260, 2022, 48, 2_140, 31_200),
        study_sessions: 18,
        civil_servants: 56,
        online_exam: (4_916, 4_802, 4_779),
        vice_principals: 45,
        leader_lesson_schools: 41,
        reader: (34, 12_600),
        teaching_cases: 16,
        constitution_week: (22, 26_400),
        editions: 7,
        online_learning: (2_960, 30_180),
        institutions_trained: 100,
        volunteers: 120,
        boards: 210,
        drills: 352,
        safe_campuses: (12, 48),
        dropouts_returned: 0,
        recruits: &[(0, 2022, 84), (0, 2023, 91), (0, 2024, 78)],
        talents: (21, 33),
        ethics_scenes: &["课堂教学", "作业批改", "家校沟通", "考试评价", "课后服务"],
    }
}
