//! Texts in, numbers out, drawn as `figure unit kind`.

use super::*;

fn draw(text: &str) -> Vec<String> {
    read_numbers(text)
        .iter()
        .map(|number| {
            let unit = number.unit.map_or("", |unit| unit.text);
            let upper = number
                .upper
                .map_or(String::new(), |upper| format!("..{upper}"));
            let marks: Vec<String> = number
                .qualifiers
                .iter()
                .map(|mark| format!(" {mark:?}"))
                .collect();
            format!(
                "{}{upper}{unit} {:?}{}",
                number.value,
                number.kind,
                marks.concat()
            )
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(draw(text), expected, "{text}");
}

#[test]
fn arabic_full_width_and_grouped() {
    check("投诉304件", &["304件 Quantity"]);
    check("受理３０４件", &["304件 Quantity"]);
    check(
        "援助17,893件,民事15,498件",
        &["17893件 Quantity", "15498件 Quantity"],
    );
    check("收案321 146件", &["321146件 Quantity"]);
    check(
        "2020年115人,2021年79人",
        &["2020 Year", "115人 Quantity", "2021 Year", "79人 Quantity"],
    );
}

#[test]
fn mixed_units_and_qualifiers() {
    check("近2.3万人次", &["23000人次 Quantity Near"]);
    check("资金共70余万元", &["700000元 Quantity More"]);
    check("1.2亿元左右", &["120000000元 Quantity About"]);
    check("为424多个学生", &["424个 Quantity More"]);
    check("至少开展609余场", &["609场 Quantity More"]);
    check(
        "不足20所,35岁以下3名",
        &[
            "20所 Quantity Under",
            "35岁 Quantity AtMost",
            "3名 Quantity",
        ],
    );
    check("超320家", &["320家 Quantity Over"]);
    check("1.91万亿元", &["1910000000000元 Quantity"]);
}

#[test]
fn percent_permille_fraction_range() {
    check("办结率99.01%", &["99.01 Percent"]);
    check("不合格率2.03(%)。", &["2.03 Percent"]);
    check("百分之九十五", &["95 Percent"]);
    check("死亡率5‰", &["5 Permille"]);
    check("三分之二以上", &["2..3 Fraction"]);
    check("举办2—4次讲座", &["2..4次 Range"]);
    check("63%～68%", &["63..68 Range"]);
    check("3～5万人", &["30000..50000人 Range"]);
}

#[test]
fn dates_years_and_durations_are_no_figures() {
    check("2023年01月11日", &["2023 Date"]);
    check("发布日期:2025-03-14", &["2025 Date"]);
    check("1至9月全省", &["1 Date"]);
    check("(2020—2022年)", &["2020..2022 Year"]);
    check("二〇二五年", &["2025 Year"]);
    let numbers = read_numbers("近三年,连续5年,前4个月");
    assert!(
        numbers.iter().all(|number| !number.countable()),
        "{numbers:?}"
    );
}

#[test]
fn ordinals_articles_and_document_numbers() {
    check("第3次会议", &["3 Ordinal"]);
    check("依照第五十七条", &["57 ArticleNumber"]);
    check("乌教发〔2025〕12号", &["12 DocumentNumber"]);
    check("国办发[2018]118号", &["118 DocumentNumber"]);
}

#[test]
fn codes_and_fixed_terms_are_no_figures() {
    check(
        "受理12345市域平台投诉304件",
        &["12345 Code", "304件 Quantity"],
    );
    check("公安系统110指挥中心", &["110 Code"]);
    check("原“985”院校", &["985 FixedTerm"]);
    check("“1+N”政策", &["0 Code"]);
    check("树牢“四个意识”", &["4 FixedTerm"]);
    check("全面落实“双随机”,第一责任人", &["1 Ordinal"]);
    check("电话022-23196661", &["0 Code"]);
    check("B1、Z2线,8号线", &["0 Code", "0 Code", "8 Code"]);
    check("统一思想,进一步,万一", &[]);
    check("省委十二届二次全会", &["12 FixedTerm", "2 FixedTerm"]);
}

#[test]
fn headings_are_no_figures() {
    check(
        "一、总体情况\n(一)学习\n1.制度\n(2)措施。一是抓落实",
        &[
            "1 Heading",
            "1 Heading",
            "1 Heading",
            "2 Heading",
            "1 Heading",
        ],
    );
}

#[test]
fn chinese_quantities() {
    check("会同八部门印发", &["8部门 Quantity"]);
    check("一百二十件", &["120件 Quantity"]);
    check("两万余人", &["20000人 Quantity More"]);
    check("召开五次会议以来", &["5 FixedTerm"]);
}

#[test]
fn spans_cover_the_figure_and_the_whole() {
    let text = "共近2.3万人次参加";
    let number = &read_numbers(text)[0];
    assert_eq!(&text[number.span.clone()], "2.3万");
    assert_eq!(&text[number.whole.clone()], "近2.3万人次");
}

#[test]
fn only_amounts_are_countable() {
    let text = "2024年第1次会议收到12345热线304件,办结率99%";
    let countable: Vec<&str> = read_numbers(text)
        .iter()
        .filter(|number| number.countable())
        .map(|number| &text[number.span.clone()])
        .collect();
    assert_eq!(countable, ["304", "99%"]);
}
