//! Measure words and units that may follow a figure.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;

/// What a unit measures; figures of different classes are never added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitClass {
    /// Things and people: 件, 人次, 所.
    Count,
    /// Yuan and its multiples.
    Money,
    /// Length, area, weight, energy.
    Measure,
    /// Percentage points.
    Points,
    /// 倍, 番.
    Times,
    /// How long: 天, 个月, 年.
    Duration,
    /// How old: 岁.
    Age,
}

/// A measure word or unit as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// The word, from the built-in list.
    pub text: &'static str,
    /// What it measures.
    pub class: UnitClass,
}

/// The longest unit at the beginning of `rest`.
pub(crate) fn unit_at(rest: &str) -> Option<Unit> {
    let (text, index) = WORDS.at_start(rest)?;
    Some(Unit {
        text,
        class: CLASSES[index],
    })
}

static WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(UNITS.iter().flat_map(|(_, words)| words.iter().copied())));

/// The class of each word.
static CLASSES: LazyLock<Vec<UnitClass>> = LazyLock::new(|| {
    UNITS
        .iter()
        .flat_map(|(class, words)| words.iter().map(move |_| *class))
        .collect()
});

const UNITS: &[(UnitClass, &[&str])] = &[
    (
        UnitClass::Count,
        &[
            "个", "件", "项", "次", "名", "人", "人次", "位", "家", "所", "户", "份", "条", "起",
            "场", "期", "批", "批次", "场次", "轮", "轮次", "宗", "例", "处", "座", "栋", "幢",
            "套", "台", "辆", "部", "册", "本", "张", "块", "支", "只", "项次", "门", "节", "课时",
            "学时", "篇", "幅", "种", "类", "对", "组", "队", "班", "间", "床", "头", "匹", "粒",
            "户次", "件次", "家次", "条次", "届", "层", "面", "方面", "单", "笔", "车次", "枚",
            "片", "棵", "株", "艘", "架", "列", "桩", "则", "档", "集", "版", "字", "级", "人份",
            "标箱", "部门", "个次", "校次", "班次", "站", "口", "颗", "堂", "道", "公司", "盏",
            "把", "桌", "席", "票", "稿", "封",
        ],
    ),
    (
        UnitClass::Money,
        &["元", "美元", "港元", "欧元", "元/人", "块钱"],
    ),
    (
        UnitClass::Measure,
        &[
            "公里",
            "千米",
            "米",
            "平方米",
            "平方公里",
            "立方米",
            "亩",
            "公顷",
            "吨",
            "千克",
            "公斤",
            "克",
            "千瓦",
            "千瓦时",
            "瓦",
            "度",
            "标准箱",
            "km",
            "kg",
            "㎡",
            "m²",
            "MB",
            "GB",
            "TB",
            "PB",
            "升",
            "毫升",
            "斤",
        ],
    ),
    (UnitClass::Points, &["个百分点", "百分点"]),
    (UnitClass::Times, &["倍", "番"]),
    (
        UnitClass::Duration,
        &[
            "年",
            "个月",
            "天",
            "日",
            "小时",
            "分钟",
            "秒",
            "周",
            "学年",
            "学期",
            "季度",
            "个季度",
            "个学期",
            "个学年",
            "个工作日",
            "工作日",
            "个小时",
            "周年",
            "时",
            "分",
            "个自然日",
            "个年头",
            "世纪",
        ],
    ),
    (UnitClass::Age, &["岁", "周岁"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_longest_word() {
        assert_eq!(unit_at("人次参加").map(|unit| unit.text), Some("人次"));
        assert_eq!(
            unit_at("个百分点").map(|unit| unit.class),
            Some(UnitClass::Points)
        );
        assert_eq!(unit_at("平台"), None);
    }
}
