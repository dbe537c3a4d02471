//! 结构、文字、个人信息.

use super::{Promise, excerpt, keep, whole};

const STRUCTURE: &[Promise] = &[
    excerpt(
        "chain 一、",
        "heading-order",
        "一、甲\n三、乙\n四、丙",
        "一、甲\n二、乙\n三、丙",
    ),
    excerpt(
        "chain （一）",
        "heading-order",
        "（一）甲\n（三）乙",
        "（一）甲\n（二）乙",
    ),
    excerpt(
        "chain 1.",
        "heading-order",
        "1.甲事\n2.乙事\n4.丙事",
        "1.甲事\n2.乙事\n3.丙事",
    ),
    excerpt(
        "chain （1）",
        "heading-order",
        "（1）甲事\n（2）乙事\n（4）丙事",
        "（1）甲事\n（2）乙事\n（3）丙事",
    ),
    excerpt(
        "chain 一是",
        "heading-order",
        "一是加强领导。二是健全制度。四是强化督导。",
        "一是加强领导。二是健全制度。三是强化督导。",
    ),
    excerpt(
        "repeated",
        "heading-order",
        "（一）甲\n（二）乙\n（二）丙",
        "（一）甲\n（二）乙\n（三）丙",
    ),
    whole(
        "wrong level",
        "heading-level",
        "总结\n一、成效\n（一）甲\n好。\n二、问题\n1.人手不足。\n2.经费不足。",
        "总结\n一、成效\n（一）甲\n好。\n二、问题\n（一）人手不足。\n（二）经费不足。",
    ),
    whole(
        "empty parts",
        "empty-part",
        "总结\n一、成效\n工作良好。\n二、问题\n三、打算\n继续努力。",
        "总结\n一、成效\n工作良好。\n二、问题\n人手不足。\n三、打算\n继续努力。",
    ),
    whole(
        "parts required of this kind of report missing",
        "missing-part",
        "某县教育局2024年法治政府建设年度报告\n一、主要举措和成效\n良好。\n二、存在的不足和原因\n不足，正在改进。\n三、下一步安排\n努力。",
        "某县教育局2024年法治政府建设年度报告\n一、主要举措和成效\n良好。\n二、存在的不足和原因\n不足，正在改进。\n三、主要负责人履行第一责任人职责情况\n良好。\n四、下一步安排\n努力。",
    ),
    whole(
        "problems without measures",
        "problem-without-measure",
        "总结\n一、主要成效\n好。\n二、存在的问题\n力量不足。",
        "总结\n一、主要成效\n好。\n二、存在的问题\n力量不足，将采取措施充实。",
    ),
    whole(
        "order",
        "part-order",
        "总结\n一、主要成效\n好。\n二、下一步打算\n努力。\n三、存在的问题\n不足，正在改进。",
        "总结\n一、主要成效\n好。\n二、存在的问题\n不足，正在改进。\n三、下一步打算\n努力。",
    ),
    whole(
        "no title",
        "missing-title",
        "根据上级分工，我局积极做好工作，现将情况汇报如下。\n一、成效\n良好。\n二、问题\n不足。",
        "某县教育局工作总结\n一、成效\n良好。\n二、问题\n不足。",
    ),
];

const WORDING: &[Promise] = &[
    excerpt(
        "leftover: bookmark",
        "leftover-mark",
        "受理[bookmark1]投诉。",
        "受理投诉。",
    ),
    excerpt(
        "leftover: **",
        "leftover-mark",
        "坚持**依法行政**原则。",
        "坚持依法行政原则。",
    ),
    excerpt(
        "leftover: Lorem",
        "leftover-mark",
        "Lorem ipsum，后续补充。",
        "后续补充。",
    ),
    excerpt(
        "leftover: XX",
        "leftover-mark",
        "全年检查XX次。",
        "全年检查12次。",
    ),
    excerpt(
        "leftover: blank of a template",
        "leftover-mark",
        "全年检查____次。",
        "全年检查12次。",
    ),
    excerpt(
        "leftover: backtick",
        "leftover-mark",
        "开展普法`活动。",
        "开展普法活动。",
    ),
    excerpt(
        "unmatched bracket",
        "unpaired-mark",
        "开展检查（含专项检查，成效明显。",
        "开展检查（含专项检查），成效明显。",
    ),
    excerpt(
        "unmatched quote",
        "unpaired-mark",
        "落实“三项制度，规范执法。",
        "落实“三项制度”，规范执法。",
    ),
    excerpt(
        "unmatched book-title mark",
        "unpaired-mark",
        "学习《教育法，做好宣传。",
        "学习《教育法》，做好宣传。",
    ),
    whole(
        "half-width, once per document",
        "half-width-mark",
        "坚持依法行政,规范执法,公开透明。",
        "坚持依法行政，规范执法，公开透明。",
    ),
    excerpt(
        "half-width, each where the document is full-width",
        "half-width-mark",
        "甲，乙，丙，丁，戊，己，庚，辛，壬,癸。",
        "甲，乙，丙，丁，戊，己，庚，辛，壬，癸。",
    ),
    excerpt(
        "repeated characters",
        "doubled-word",
        "进一步加强加强宣传。",
        "进一步加强宣传，推行行政执法公示。",
    ),
    excerpt(
        "words that are not words",
        "wrong-word",
        "认真布署各项工作。",
        "认真部署各项工作。",
    ),
    whole(
        "organ's name in two forms",
        "organ-name-varies",
        "县教体局印发，县教体局检查，县教科局总结",
        "县教体局印发，县教体局检查，县教体局总结",
    ),
    excerpt(
        "law titles misquoted",
        "statute-title",
        "落实《政府信息公示条例》。",
        "落实《政府信息公开条例》。",
    ),
    excerpt(
        "law titles outdated or repealed",
        "statute-title",
        "某局2023年法治政府建设报告\n宣传《信访条例》。",
        "某局2023年法治政府建设报告\n宣传《信访工作条例》。",
    ),
    excerpt(
        "document numbers with wrong brackets",
        "document-number-form",
        "印发《通知》（教发[2024]12号）。",
        "印发《通知》（教发〔2024〕12号）。",
    ),
    excerpt(
        "法制/法治",
        "wrong-word",
        "建设法制政府。",
        "建设法治政府，落实法制审核。",
    ),
    whole(
        "法制/法治 mixed",
        "legal-term-mixed",
        "设立法制副校长，聘任法治副校长52人。",
        "设立法治副校长，聘任法治副校长52人，法制审核1件。",
    ),
    excerpt(
        "截止/截至",
        "wrong-word",
        "截止目前，共受理12件。",
        "截至目前，共受理12件，报名已经截止。",
    ),
    excerpt(
        "制定/制订",
        "wrong-word",
        "制订法律，规范行为。",
        "制定法律，规范行为。",
    ),
    whole(
        "其它/其他",
        "mixed-spelling",
        "其他单位，其它事项。",
        "其他单位，其他事项。",
    ),
    excerpt("账/帐", "wrong-word", "建立台帐。", "建立台账。"),
    excerpt(
        "number style: years",
        "number-style",
        "二零二五年。",
        "二〇二五年。",
    ),
    excerpt(
        "number style: ranges",
        "number-style",
        "占63～68%。",
        "占63%～68%。",
    ),
    excerpt(
        "number style: times",
        "number-style",
        "比上年下降2倍。",
        "比上年增长2倍。",
    ),
];

const PERSONAL: &[Promise] = &[
    excerpt(
        "identity numbers",
        "personal-data",
        "当事人身份证号11010519491231002X。",
        "编号110105194912310021。",
    ),
    excerpt(
        "mobile numbers",
        "personal-data",
        "联系人手机13812345678。",
        "举报电话022-23196661。",
    ),
    excerpt(
        "bank cards",
        "personal-data",
        "退款至6222021234567890128。",
        "流水号6222021234567890127。",
    ),
    excerpt(
        "names of minors beside schools",
        "minor-named",
        "第三小学五年级学生李小明获奖。",
        "第三小学五年级学生李某某获奖。",
    ),
];

#[test]
fn structure() {
    keep(STRUCTURE);
}

#[test]
fn wording() {
    keep(WORDING);
}

#[test]
fn personal_data() {
    keep(PERSONAL);
}
