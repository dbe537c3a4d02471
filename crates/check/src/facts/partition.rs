//! Words that divide a whole into parts that leave nothing out, and what else the words around a
//! figure say of the list that it stands in. Read once for each figure: lists are tried in many ways.

use std::sync::LazyLock;

use super::{Facts, Figure};
use crate::lexicon::Lexicon;

/// What the words around a figure say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Words {
    /// The divisions that its name has a word of, one bit each.
    rows: u64,
    /// The sides from which its name looks at people, one bit each.
    sides: u16,
    /// It names what is finished, or what is not.
    done: bool,
    open: bool,
    /// It names what is left of one figure without another.
    pub rest: bool,
    /// It names all others.
    pub others: bool,
}

impl Words {
    pub(super) fn around(facts: &Facts<'_>, figure: &Figure) -> Self {
        Self {
            rest: REST.is_in(facts.label(figure)),
            ..Self::of(name(facts, figure))
        }
    }

    fn of(name: &str) -> Self {
        let bits = |lexicon: &Lexicon, rows: &[usize]| {
            let words = lexicon.find_all(name);
            words.fold(0u64, |bits, (_, _, index)| bits | 1 << rows[index])
        };
        let state = bits(&STATES.0, &STATES.1);
        Self {
            rows: bits(&ROWS.0, &ROWS.1),
            sides: u16::try_from(bits(&PEOPLE.0, &PEOPLE.1)).unwrap_or(0),
            open: state & 1 != 0,
            done: state == 2,
            rest: false,
            others: ["其他", "其它", "其余", "另外"]
                .iter()
                .any(|word| name.starts_with(word)),
        }
    }
}

/// What a part is called: the words before it, or behind it where there are none.
pub(crate) fn name<'f>(facts: &'f Facts<'_>, part: &Figure) -> &'f str {
    let before = core(facts.label(part));
    if matches!(before, "" | "有" | "还有" | "尚有" | "另有") {
        facts.tail(part).trim()
    } else {
        before
    }
}

fn core(label: &str) -> &str {
    let label = label.trim();
    label
        .strip_prefix("其中")
        .unwrap_or(label)
        .trim_start_matches([':', '：'])
}

/// Whether the labels divide a whole: 主办 and 协办, 春季 and 秋季, 合格 and 不合格.
pub(crate) fn divides(labels: &[&str]) -> bool {
    let words: Vec<Words> = labels.iter().map(|label| Words::of(label)).collect();
    all_of_one_row(words.iter())
        || matches!((labels, &words[..]), ([one, other], [first, second])
            if is_negated(one, other) || done_and_open(*first, *second))
}

/// Whether the names of these figures divide a whole.
pub(crate) fn divided(facts: &Facts<'_>, parts: &[usize]) -> bool {
    let words = parts.iter().map(|part| &facts.figures[*part].words);
    if all_of_one_row(words) {
        return true;
    }
    let [one, other] = parts else { return false };
    let (one, other) = (&facts.figures[*one], &facts.figures[*other]);
    done_and_open(one.words, other.words) || is_negated(name(facts, one), name(facts, other))
}

fn all_of_one_row<'w>(words: impl Iterator<Item = &'w Words>) -> bool {
    let mut any = false;
    let common = words.fold(u64::MAX, |rows, words| {
        any = true;
        rows & words.rows
    });
    any && common != 0
}

fn is_negated(one: &str, other: &str) -> bool {
    !one.is_empty()
        && ["不", "非", "未", "无"].iter().any(|no| {
            let rest = other.strip_prefix(no);
            rest.is_some_and(|rest| !rest.is_empty() && one.contains(rest))
        })
}

/// 办结 and 正在办理: what is finished and what is not, and nothing else.
fn done_and_open(one: Words, other: Words) -> bool {
    (one.open && other.done) || (one.done && other.open)
}

/// Whether the names of these figures look at people from several sides, so that one person is
/// counted in more than one of them: 女教师, 党员, 高级职称.
pub(crate) fn overlap(facts: &Facts<'_>, parts: &[usize]) -> bool {
    overlapping(parts.iter().map(|part| facts.figures[*part].words.sides))
}

fn overlapping(sides: impl Iterator<Item = u16>) -> bool {
    let mut common = u16::MAX;
    let mut last: Option<u32> = None;
    let mut several = false;
    for sides in sides {
        common &= sides;
        if sides != 0 {
            let first = sides.trailing_zeros();
            several |= last.is_some_and(|last| last != first);
            last = Some(first);
        }
    }
    several && common == 0
}

type Rows = (Lexicon, Vec<usize>);

/// The words of all rows, with the row of each.
fn rows(table: &[&[&'static str]]) -> Rows {
    let words = || {
        let rows = table.iter().enumerate();
        rows.flat_map(|(row, words)| words.iter().map(move |word| (row, *word)))
    };
    (
        Lexicon::new(words().map(|(_, word)| word)),
        words().map(|(row, _)| row).collect(),
    )
}

static ROWS: LazyLock<Rows> = LazyLock::new(|| rows(PARTITIONS));
static PEOPLE: LazyLock<Rows> = LazyLock::new(|| rows(SIDES));
static STATES: LazyLock<Rows> = LazyLock::new(|| rows(&[OPEN, DONE]));
static REST: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(LEFT.iter().copied()));

/// Words that name what is left of one figure without another.
const LEFT: &[&str] = &[
    "缺额",
    "差额",
    "缺口",
    "相差",
    "结余",
    "剩余",
    "尚余",
    "余下",
    "还剩",
    "未办结",
    "未结",
    "未完成",
    "净差",
    "顺差",
    "逆差",
    "净增",
];

/// The sides from which people are looked at.
const SIDES: &[&[&str]] = &[
    &["男", "女"],
    &["党员", "团员", "民主党派", "非党"],
    &["高级", "中级", "初级", "职称", "教授", "讲师"],
    &["本科", "专科", "大专", "研究生", "硕士", "博士", "学历"],
    &["少数民族"],
    &["专职", "兼职"],
    &["岁"],
    &[
        "省部级",
        "厅局级",
        "厅级",
        "县处级",
        "处级",
        "乡科级",
        "科级",
        "一般干部",
        "其他人员",
    ],
    &["骨干", "名师", "带头人"],
    &["在编", "编外", "临聘", "代课"],
    &["贫困", "困难", "留守", "随迁", "残疾"],
];

const OPEN: &[&str] = &[
    "未结",
    "未办结",
    "在办",
    "办理中",
    "正在办理",
    "未审结",
    "未处理",
    "正在处理",
    "处理中",
];
const DONE: &[&str] = &[
    "办结",
    "审结",
    "执结",
    "结案",
    "处理完毕",
    "办理完毕",
    "答复",
    "回复",
];

/// Words that divide a whole; every label of the list has one of a row.
const PARTITIONS: &[&[&str]] = &[
    &["主办", "协办", "会办", "分办", "承办", "牵头"],
    &["春季", "秋季"],
    &["上半年", "下半年"],
    &["一季度", "二季度", "三季度", "四季度"],
    &["男", "女"],
    &["城镇", "农村", "乡村", "城市", "城区"],
    &["国内", "国外", "境外"],
    &["区内", "区外"],
    &["省内", "省外", "跨省"],
    &["市内", "市外"],
    &["公办", "民办"],
    &["第一产业", "第二产业", "第三产业"],
    &["旧存", "新收"],
    &[
        "直办",
        "自办",
        "直接办理",
        "直接答复",
        "直接解答",
        "当场答复",
        "即时答复",
        "在线答复",
        "转办",
        "交办",
        "交由",
        "转派",
        "派单",
        "转交",
    ],
    &["岁"],
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
    &["立案", "并案", "未立案", "不予立案", "转为"],
    &["经济建设", "政治建设", "文化建设", "社会建设", "生态文明"],
    &["自收", "本级", "上级", "转办", "交办"],
    &["匿名", "实名", "署名"],
    &["初次", "首次", "重复"],
    &[
        "来信", "来访", "来电", "网络", "网上", "电话", "其他", "其它",
    ],
    &[
        "优秀",
        "良好",
        "合格",
        "称职",
        "不合格",
        "不称职",
        "基本称职",
    ],
    &["满意", "不满意"],
    &["甲类", "乙类", "丙类", "丁类"],
    &["进口", "出口"],
    &[
        "市本级",
        "市级",
        "区级",
        "县级",
        "市辖区",
        "县（区）",
        "县(区)",
        "省直管",
    ],
    &["商品", "服务"],
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
        let overlap = |names: &[&str]| overlapping(names.iter().map(|name| Words::of(name).sides));
        assert!(overlap(&["女教师", "党员", "高级职称"]));
        assert!(!overlap(&["高级教师", "中级教师"]));
        assert!(!overlap(&["甲", "党员"]));
    }
}
