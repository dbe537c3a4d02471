//! The district bureau of 2020: 青屏区教育局. Counts as published, everything else invented.

use super::{
    District,
    plan::{DocumentPlan, Plan, SchoolGroup, TrainingPlan},
};

const DISTRICTS: &[District] = &[District {
    published: "从化区",
    name: "青屏区",
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
        title: "青屏区教育局法治机关建设职责分工",
        kind: "方案",
        topic: "依法行政",
        issued: (3, 25),
        normative: false,
        issuers: &[],
    },
    DocumentPlan {
        title: "青屏区义务教育学校招生工作方案",
        kind: "方案",
        topic: "招生入学",
        issued: (4, 30),
        normative: true,
        issuers: &[],
    },
    DocumentPlan {
        title: "青屏区校外培训机构常态化管理工作方案",
        kind: "方案",
        topic: "校外培训",
        issued: (1, 10),
        normative: false,
        issuers: &["青屏区教育局", "青屏区市场监督管理局"],
    },
];

/// What the bureau of 2020 did.
pub(super) fn plan() -> Plan {
    Plan {
        profile: "conghua",
        organ: "青屏区教育局",
        short: "青",
        place: "青屏区",
        year: 2020,
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
            "顾望川",
            "许静言",
            "章怀远",
            "施若岚",
            "沈承安",
            "苏春棠",
            "陶立行",
            "温子桐",
            "万嘉禾",
            "易景初",
            "詹云舟",
        ],
        schools: SCHOOLS,
        students: &[(41_280, 7_350)],
        teachers: 4_860,
        instruction_studies: 6,
        part_time_staff: 1,
        has_legal_section: false,
        documents: DOCUMENTS,
        shortcomings: &[
            (
                "清单动态管理的认识有待提高",
                "科室对清单意义认识不一，征求意见渠道少。",
                "多渠道征求意见，组织论证，纳入项目化管理。",
            ),
            (
                "行政问责缺少行业规定",
                "主管部门没有结合教育实际的问责制度，只能参照一般规定。",
                "总结失职案例，明确问责范围、对象和程序。",
            ),
            (
                "没有专职普法科室",
                "普法职能分散在各科室，宣传内容有重复和遗漏。",
                "整合普法职能，加强年度计划性。",
            ),
        ],
        next_year: &[
            ("加强行政问责规范化", &["总结履职失职案例", "健全问责体系"]),
            ("加强清单动态管理", &["组织清单论证", "建立清单指标体系"]),
            ("健全依法化解纠纷机制", &["落实定期排查和重点排查"]),
            ("强化法制宣传", &["开展信访法规宣传"]),
            ("强化基层基础", &["推进矛盾纠纷多元化解"]),
            ("加强法治教育", &["整合法治宣传教育职能"]),
        ],
        honours: &[("普法先进集体", "表彰奖励", "区县级", "区普法工作领导小组")],
        powers_reviewed: false,
        qualifications: (216, 4),
        penalties: 2,
        penalty_reviews: 0,
        certificates: (12, 2, 1),
        random_targets: 16,
        random_matters: &["民办教育机构办学情况", "学校食堂食品安全", "学校安全管理"],
        training: TrainingPlan {
            cleared: 0,
            transferred: &[],
            kept: 64,
            rounds: 4,
            violations: 3,
        },
        complaints: (97, 3, 12),
        foi: 3,
        proposals: (12, 3),
        symposiums: (14, 162, 71),
        consulted: &["学校布局专项规划", "中层干部管理办法", "课后服务实施方案"],
        survey: (&[38_912], 37_420),
        supervisors: &[
            ("人大代表", 8),
            ("政协委员", 8),
            ("家长代表", 9),
            ("社区代表", 5),
        ],
        media: (260, 2018, 30, 2_140, 31_200),
        study_sessions: 18,
        civil_servants: 56,
        online_exam: (3_940, 3_902, 3_871),
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
        recruits: &[(0, 2018, 84), (0, 2019, 91), (0, 2020, 78)],
        talents: (21, 33),
        ethics_scenes: &["课堂教学", "作业批改", "家校沟通", "考试评价", "课后服务"],
    }
}
