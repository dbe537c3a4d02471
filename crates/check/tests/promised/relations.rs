//! 数字之间的关系.

use super::{Promise, excerpt, keep, whole};

const SUMS: &[Promise] = &[
    excerpt(
        "共…其中…",
        "sum-mismatch",
        "全年共受理信访事项162件，其中来信38件、来访51件、网上投诉37件。",
        "全年共受理信访事项126件，其中来信38件、来访51件、网上投诉37件。",
    ),
    excerpt(
        "lists",
        "sum-mismatch",
        "主动公开政府信息468条：门户网站215条，微信公众号198条，政务微博73条。",
        "主动公开政府信息486条：门户网站215条，微信公众号198条，政务微博73条。",
    ),
    excerpt(
        "brackets",
        "sum-mismatch",
        "收回问卷100份（小学60份、初中30份）。",
        "收回问卷90份（小学60份、初中30份）。",
    ),
    excerpt(
        "nested",
        "sum-mismatch",
        "办理建议提案97件，其中人大代表建议42件（主办30件、会办12件）、政协提案55件（主办40件、会办25件）。",
        "办理建议提案97件，其中人大代表建议42件（主办30件、会办12件）、政协提案55件（主办40件、会办15件）。",
    ),
    excerpt(
        "total after the parts",
        "sum-mismatch",
        "上半年处罚18件，下半年处罚27件，全年合计54件。",
        "上半年处罚18件，下半年处罚27件，全年合计45件。",
    ),
    excerpt(
        "several breakdowns of one total",
        "sum-mismatch",
        "全年共收到来信65件。\n按内容分：招生21件、收费14件、师德30件。\n按渠道分：网站41件、电话15件、邮寄6件。\n结果均已回复。",
        "全年共收到来信65件。\n按内容分：招生21件、收费14件、师德30件。\n按渠道分：网站41件、电话15件、邮寄9件。\n结果均已回复。",
    ),
    excerpt(
        "parts across sentences",
        "sum-mismatch",
        "全年共办理行政许可236件。其中，新办112件，变更78件，注销64件。",
        "全年共办理行政许可236件。其中，新办112件，变更78件，注销46件。",
    ),
    excerpt(
        "tables",
        "table-mismatch",
        "| 类别 | 件数 |\n| 行政许可 | 12 |\n| 行政处罚 | 9 |\n| 合计 | 31 |",
        "| 类别 | 件数 |\n| 行政许可 | 12 |\n| 行政处罚 | 9 |\n| 合计 | 21 |",
    ),
    excerpt(
        "rounding: stands for what rounds to it",
        "sum-mismatch",
        "落实教育经费3.68亿元，其中中央资金1.12亿元，省级资金0.94亿元，区级配套1.80亿元。",
        "落实教育经费3.87亿元，其中中央资金1.12亿元，省级资金0.94亿元，区级配套1.80亿元。",
    ),
];

const RATES: &[Promise] = &[
    excerpt(
        "办结率",
        "share-mismatch",
        "全年受理投诉304件，办结301件，办结率99.10%。",
        "全年受理投诉304件，办结301件，办结率99.01%。",
    ),
    excerpt(
        "占比",
        "share-mismatch",
        "全区共有教师4120人，其中高级职称1236人，占比33%。",
        "全区共有教师4120人，其中高级职称1236人，占比30%。",
    ),
    excerpt(
        "覆盖率",
        "share-mismatch",
        "全县86所学校中，72所建成智慧校园，覆盖率88.7%。",
        "全县86所学校中，72所建成智慧校园，覆盖率83.7%。",
    ),
    excerpt(
        "压减率",
        "growth-mismatch",
        "全系统全年发文120件，比上年减少80件，压减率45%。",
        "全系统全年发文120件，比上年减少80件，压减率40%。",
    ),
    excerpt(
        "满意率",
        "share-mismatch",
        "回访群众500人，表示满意485人，满意率79%。",
        "回访群众500人，表示满意485人，满意率97%。",
    ),
    excerpt(
        "base elsewhere in the sentence",
        "share-mismatch",
        "聘任监督员60名，来自各行各业，其中人大代表15人，占23.8%。",
        "聘任监督员60名，来自各行各业，其中人大代表15人，占25%。",
    ),
    excerpt(
        "base elsewhere in the paragraph",
        "share-mismatch",
        "全年受理各类诉求71184件。从办理方式看，直办37527件，占57.2%；转办33657件，占47.3%。",
        "全年受理各类诉求71184件。从办理方式看，直办37527件，占52.7%；转办33657件，占47.3%。",
    ),
    excerpt(
        "分别 pairing",
        "share-mismatch",
        "抽查甲类40份、乙类60份，共100份，分别占总数的40%、66%。",
        "抽查甲类40份、乙类60份，共100份，分别占总数的40%、60%。",
    ),
    excerpt(
        "依次 pairing with several bases",
        "share-mismatch",
        "三年经费支出分别为5000万元、6000万元、8000万元，其中培训支出依次为500万元、900万元、1600万元，占比依次为10%、15%、26%。",
        "三年经费支出分别为5000万元、6000万元、8000万元，其中培训支出依次为500万元、900万元、1600万元，占比依次为10%、15%、20%。",
    ),
    excerpt(
        "rates above 100 %",
        "rate-over-100",
        "办结率101.2%。",
        "办结率100%，比上年增长116%。",
    ),
    excerpt(
        "truncated",
        "share-mismatch",
        "抽检1250批次，合格1231批次，合格率94.88%。",
        "抽检1250批次，合格1231批次，合格率98.4%。",
    ),
];

const CHANGES: &[Promise] = &[
    excerpt(
        "growth from value and change",
        "growth-mismatch",
        "受理申请5422件，比上年增加842件，增长13.38%。",
        "受理申请5422件，比上年增加842件，增长18.38%。",
    ),
    excerpt(
        "growth from new and old",
        "growth-mismatch",
        "受理97件，上年同期200件，下降50.76%。",
        "受理97件，上年同期200件，下降51.5%。",
    ),
    excerpt(
        "change from new and old",
        "difference-mismatch",
        "今年招生5400人，比2022年的5000人增加300人。",
        "今年招生5400人，比2022年的5000人增加400人。",
    ),
    excerpt(
        "percentage points",
        "difference-mismatch",
        "合格率98.5%，上年为97.1%，提高2.4个百分点。",
        "合格率98.5%，上年为97.1%，提高1.4个百分点。",
    ),
    excerpt(
        "what is left",
        "difference-mismatch",
        "全县“公参民”学校8所，完成规范治理7所，余下2所。",
        "全县“公参民”学校8所，完成规范治理7所，余下1所。",
    ),
    excerpt(
        "averages",
        "average-mismatch",
        "培训24场，参训1920人次，平均每场88人次。",
        "培训24场，参训1920人次，平均每场80人次。",
    ),
];

const OTHERS: &[Promise] = &[
    excerpt(
        "part not above whole",
        "part-exceeds-whole",
        "征集意见建议326条，采纳867条。",
        "征集意见建议867条，采纳326条。",
    ),
    excerpt(
        "part not above whole, 其中",
        "part-exceeds-whole",
        "全系统持证执法人员共34人，其中局机关51人。",
        "全系统持证执法人员共34人，其中局机关19人。",
    ),
    excerpt(
        "the same figure stated twice",
        "repeated-figure-differs",
        "受理投诉128件，主要涉及收费、招生等方面，122件全部办结。",
        "受理投诉128件，主要涉及收费、招生等方面，128件全部办结。",
    ),
    excerpt(
        "the same figure in a title",
        "repeated-figure-differs",
        "制定《教师行为规范100条》，用102条规定予以明确。",
        "制定《教师行为规范100条》，用100条规定予以明确。",
    ),
    excerpt(
        "counted lists",
        "list-count-mismatch",
        "推进3项重点事项：章程修订、案卷评查。",
        "推进3项重点事项：章程修订、案卷评查、执法培训。",
    ),
    excerpt(
        "implied 100 %: 全部",
        "implied-whole",
        "受理投诉304件，办结301件，全部办结。",
        "受理投诉304件，办结304件，全部办结。",
    ),
    excerpt(
        "implied 100 %: 均",
        "implied-whole",
        "事项均已按期办结，办结率98.5%。",
        "事项均已按期办结，办结率100%。",
    ),
    excerpt(
        "implied 100 %: 全覆盖",
        "implied-whole",
        "实现监管全覆盖，检查覆盖率96%。",
        "实现监管全覆盖，检查覆盖率100%。",
    ),
    excerpt(
        "implied 100 %: 清零",
        "implied-whole",
        "排查隐患58处，整改57处，实现隐患清零。",
        "排查隐患58处，整改58处，实现隐患清零。",
    ),
    excerpt(
        "implied zero: 未发生",
        "implied-whole",
        "全年未发生校园安全责任事故。共处置事件3起，其中发生校园安全责任事故1起。",
        "全年未发生校园安全责任事故。共处置学生伤害纠纷3起。",
    ),
    excerpt(
        "implied zero: 无",
        "implied-whole",
        "全年无行政复议案件。全年办理行政复议案件2件。",
        "全年无行政复议案件。上年办理行政复议案件2件。",
    ),
    whole(
        "year that does not fit the report's",
        "period-mismatch",
        "某县教育局2024年法治政府建设年度报告\n现将2023年工作情况报告如下：",
        "某县教育局2024年法治政府建设年度报告\n现将2024年工作情况报告如下：",
    ),
    excerpt(
        "period of the figures",
        "period-mismatch",
        "某县教育局2024年政府信息公开工作年度报告\n本报告统计期限自2023年1月1日至12月31日。",
        "某县教育局2024年政府信息公开工作年度报告\n本报告统计期限自2024年1月1日至12月31日。",
    ),
    excerpt(
        "impossible date",
        "impossible-date",
        "2024年2月30日召开会议。",
        "2024年2月29日召开会议。",
    ),
];

#[test]
fn totals_and_parts() {
    keep(SUMS);
}

#[test]
fn shares_and_rates() {
    keep(RATES);
}

#[test]
fn growth_decline_and_averages() {
    keep(CHANGES);
}

#[test]
fn wholes_repetitions_and_counts() {
    keep(OTHERS);
}
