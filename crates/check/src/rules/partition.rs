//! Words that divide a whole into parts that leave nothing out.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;

/// Whether the labels divide a whole: 主办 and 协办, 春季 and 秋季, 合格 and 不合格.
pub(crate) fn divides(labels: &[&str]) -> bool {
    let rows = labels.iter().try_fold(u64::MAX, |rows, label| {
        let rows = rows & rows_of(label);
        (rows != 0).then_some(rows)
    });
    let negated = || {
        labels.len() == 2
            && !labels[0].is_empty()
            && ["不", "非", "未", "无"].iter().any(|no| {
                let rest = labels[1].strip_prefix(no);
                rest.is_some_and(|rest| !rest.is_empty() && labels[0].contains(rest))
            })
    };
    !labels.is_empty() && (rows.is_some() || negated() || done_and_open(labels))
}

/// Whether the labels look at people from several sides, so that one person is counted in more than
/// one of them: 女教师, 党员, 高级职称.
pub(crate) fn overlap(labels: &[&str]) -> bool {
    const SIDES: &[&[&str]] = &[
        &["男", "女"],
        &["党员", "团员", "民主党派", "非党"],
        &["高级", "中级", "初级", "职称", "教授", "讲师"],
        &["本科", "专科", "大专", "研究生", "硕士", "博士", "学历"],
        &["少数民族"],
        &["专职", "兼职"],
        &["岁"],
        &["骨干", "名师", "带头人"],
        &["在编", "编外", "临聘", "代课"],
        &["贫困", "困难", "留守", "随迁", "残疾"],
    ];
    let side = |label: &&str| {
        SIDES
            .iter()
            .position(|words| words.iter().any(|word| label.contains(word)))
    };
    let sides: Vec<Option<usize>> = labels.iter().map(side).collect();
    let known: Vec<usize> = sides.iter().copied().flatten().collect();
    known.windows(2).any(|pair| pair[0] != pair[1])
        && !(0..SIDES.len()).any(|one| {
            labels
                .iter()
                .all(|label| SIDES[one].iter().any(|word| label.contains(word)))
        })
}

/// 办结 and 正在办理: what is finished and what is not, and nothing else.
fn done_and_open(labels: &[&str]) -> bool {
    const OPEN: &[&str] = &[
        "未结",
        "未办结",
        "在办",
        "办理中",
        "正在办理",
        "未审结",
        "未处理",
    ];
    const DONE: &[&str] = &["办结", "审结", "执结", "结案", "处理完毕", "办理完毕"];
    let open = |label: &&&str| OPEN.iter().any(|word| label.contains(word));
    let done = |label: &&&str| !open(label) && DONE.iter().any(|word| label.contains(word));
    labels.len() == 2
        && labels.iter().filter(open).count() == 1
        && labels.iter().filter(done).count() == 1
}

/// The rows that have a word in the label, one bit each.
fn rows_of(label: &str) -> u64 {
    WORDS
        .find_all(label)
        .fold(0, |rows, (_, _, index)| rows | 1 << ROW_OF[index])
}

static WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(PARTITIONS.iter().flat_map(|row| row.iter().copied())));

/// The row of each word.
static ROW_OF: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let rows = PARTITIONS.iter().enumerate();
    rows.flat_map(|(row, words)| words.iter().map(move |_| row))
        .collect()
});

/// Words that divide a whole; every label of the list has one of a row.
const PARTITIONS: &[&[&str]] = &[
    &["主办", "协办", "会办", "分办", "承办", "牵头"],
    &["春季", "秋季"],
    &["上半年", "下半年"],
    &["一季度", "二季度", "三季度", "四季度"],
    &["男", "女"],
    &["城镇", "农村", "乡村", "城市"],
    &["国内", "国外", "境外"],
    &["区内", "区外"],
    &["省内", "省外"],
    &["市内", "市外"],
    &["公办", "民办"],
    &["第一产业", "第二产业", "第三产业"],
    &["旧存", "新收"],
    &["直办", "转办"],
    &["应届", "往届"],
    &[
        "文科", "理科", "艺术", "体育", "职高", "文史", "理工", "音乐", "美术",
    ],
    &["合格", "不合格"],
    &["有效", "无效"],
    &["人大", "政协", "党代会", "党代表"],
    &["委员", "集体", "党派", "界别"],
    &["维持", "撤销", "变更", "驳回", "终止", "确认", "责令"],
    &["专职", "兼职"],
    &["线上", "线下"],
    &["一审", "二审", "再审"],
    &["基层", "中级", "高级", "初级", "正高", "副高"],
    &[
        "幼儿园",
        "在园",
        "小学",
        "初中",
        "高中",
        "中学",
        "一贯制",
        "中职",
        "职中",
        "中等职业",
        "职业学校",
        "技工",
        "普高",
        "职高",
        "特教",
        "特殊教育",
        "专门学校",
        "工读",
        "学前",
        "义务教育",
        "教师进修",
        "教学点",
    ],
    &["刑事", "民事", "行政", "执行", "知识产权", "民商事", "其他"],
    &["预期性", "约束性"],
    &["首次", "征集"],
    &["A类", "B类", "C类", "D类"],
    &["制定", "修改", "修订", "废止", "失效", "继续有效"],
    &[
        "取消", "下放", "合并", "保留", "下移", "调整", "新增", "划转",
    ],
    &["税收", "非税"],
    &[
        "投诉", "咨询", "建议", "求助", "举报", "感谢", "表扬", "谏言", "其他", "其它",
    ],
    &["发明", "实用新型", "外观"],
    &[
        "已经解决",
        "已解决",
        "基本解决",
        "得到解决",
        "正在解决",
        "列入计划",
        "列入规划",
        "难以解决",
        "暂缓",
        "留作参考",
    ],
    &[
        "行政许可",
        "行政处罚",
        "行政强制",
        "行政检查",
        "行政规范性文件",
        "其他",
        "其它",
    ],
    &["警告", "罚款", "没收", "吊销", "责令"],
    &["主动公开", "依申请公开", "不予公开"],
    &[
        "予以公开",
        "部分公开",
        "不予公开",
        "无法提供",
        "不予处理",
        "其他处理",
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_and_negated_partitions() {
        assert!(PARTITIONS.len() <= 64);
        assert!(divides(&["春季", "秋季"]));
        assert!(divides(&["抽检合格", "不合格"]));
        assert!(divides(&["批捕", "不批捕"]));
        assert!(!divides(&["春季", "初中"]));
        assert!(!divides(&["甲", "乙"]));
        assert!(divides(&["已办结", "正在办理"]));
        assert!(!divides(&["审结", "执结"]));
        assert!(overlap(&["女教师", "党员", "高级职称"]));
        assert!(!overlap(&["高级教师", "中级教师"]));
        assert!(!overlap(&["甲", "党员"]));
    }
}
