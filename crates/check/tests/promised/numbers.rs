//! 数字: what is read, and what only looks like a number.

use check::{Kind, Qualifier, read_numbers};

/// A text, and the numbers in it as `value unit kind`.
const READ: &[(&str, &str, &[&str])] = &[
    ("Arabic", "受理304件", &["304 件 Quantity"]),
    ("grouped", "参训17,893人次", &["17893 人次 Quantity"]),
    ("full-width", "受理３０４件", &["304 件 Quantity"]),
    ("Chinese", "一百二十件", &["120 件 Quantity"]),
    ("Chinese, 两万", "两万人", &["20000 人 Quantity"]),
    ("Chinese, 〇", "二〇二四年", &["2024  Year"]),
    ("Chinese, 十", "十二所学校", &["12 所 Quantity"]),
    ("mixed, 万", "投入2.3万元", &["23000 元 Quantity"]),
    ("mixed, 亿", "投入1.2亿元", &["120000000 元 Quantity"]),
    ("mixed, 余万", "共70余万元", &["700000 元 Quantity"]),
    ("percent", "占99.01%", &["99.01  Percent"]),
    ("percent, full-width", "占９０％", &["90  Percent"]),
    ("percent, Chinese", "百分之九十五", &["95  Percent"]),
    ("permille", "占5‰", &["5  Permille"]),
    ("fraction", "占三分之二", &["2/3  Fraction"]),
    ("fraction, slash", "占2/3", &["2/3  Fraction"]),
    ("range, dash", "每年2—4次", &["2/4 次 Range"]),
    ("range, tilde", "63%～68%", &["63/68  Range"]),
    ("ordinal", "第3次会议", &["3  Ordinal"]),
    ("ordinal, Chinese", "第三次会议", &["3  Ordinal"]),
    ("date", "2025年3月1日", &["2025  Date"]),
    ("year", "2025年", &["2025  Year"]),
    ("years", "2021—2025年", &["2021/2025  Year"]),
    (
        "document number",
        "教发〔2025〕12号",
        &["12  DocumentNumber"],
    ),
    ("article number", "依照第五十七条", &["57  ArticleNumber"]),
    (
        "unit",
        "培训12期1865人次",
        &["12 期 Quantity", "1865 人次 Quantity"],
    ),
    (
        "unit of area",
        "新增校舍3.5万平方米",
        &["35000 平方米 Quantity"],
    ),
    (
        "percentage points",
        "提高1.4个百分点",
        &["1.4 个百分点 Quantity"],
    ),
];

/// Numbers that state no amount: nobody asks for their source, nothing is added up with them.
const NO_AMOUNTS: &[(&str, &str)] = &[
    ("hot line", "拨打12345热线"),
    ("police", "拨打110报警"),
    ("in quotes", "“985”高校"),
    ("1+N", "建立1+N制度"),
    ("四个意识", "增强“四个意识”"),
    ("without quotes", "增强四个意识"),
    ("双随机", "开展双随机抽查"),
    ("第一责任人", "履行第一责任人职责"),
    ("telephone", "电话022-23196661"),
    ("named day", "4·15国家安全日"),
    ("heading", "（一）加强领导"),
    ("listed", "一是加强领导"),
    ("document", "落实1号文件"),
    ("article", "依照第三十条"),
    ("year", "2025年"),
    ("identifier", "编号110105194912310021"),
];

const QUALIFIED: &[(&str, Qualifier)] = &[
    ("近300人", Qualifier::Near),
    ("约300人", Qualifier::About),
    ("300人左右", Qualifier::About),
    ("300余人", Qualifier::More),
    ("300多人", Qualifier::More),
    ("超300人", Qualifier::Over),
    ("超过300人", Qualifier::Over),
    ("逾300人", Qualifier::Over),
    ("300人以上", Qualifier::AtLeast),
    ("至少300人", Qualifier::AtLeast),
    ("不少于300人", Qualifier::AtLeast),
    ("不足300人", Qualifier::Under),
    ("不到300人", Qualifier::Under),
    ("不超过300人", Qualifier::AtMost),
];

#[test]
fn what_is_read() {
    for (phrase, text, expected) in READ {
        let read: Vec<String> = read_numbers(text)
            .iter()
            .map(|number| {
                let unit = number.unit.map_or("", |unit| unit.text);
                let upper = number
                    .upper
                    .map_or(String::new(), |upper| format!("/{upper}"));
                format!("{}{upper} {unit} {:?}", number.value, number.kind)
            })
            .collect();
        assert_eq!(read, *expected, "{phrase}: {text}");
    }
}

#[test]
fn what_only_looks_like_a_number() {
    for (phrase, text) in NO_AMOUNTS {
        let amounts: Vec<_> = read_numbers(text)
            .into_iter()
            .filter(check::Number::countable)
            .collect();
        assert!(amounts.is_empty(), "{phrase}: {text}: {amounts:?}");
    }
}

#[test]
fn what_makes_a_figure_less_than_exact() {
    for (text, expected) in QUALIFIED {
        let read = read_numbers(text);
        assert_eq!(read.len(), 1, "{text}");
        assert_eq!(read[0].kind, Kind::Quantity, "{text}");
        assert_eq!(read[0].qualifiers, [*expected], "{text}");
    }
}
