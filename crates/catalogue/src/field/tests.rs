use proptest::prelude::*;

use super::*;
use crate::{
    definition::{Field, Visibility},
    id::{FieldId, LedgerId},
    value::{Fields, Value},
};

fn districts() -> Vec<String> {
    ["海云区", "山南区", "市直学校"].map(str::to_owned).to_vec()
}

fn column(id: &str, kind: FieldType) -> Field {
    Field {
        id: FieldId::new(id).unwrap(),
        name: format!("列{id}"),
        kind,
        required: id == "a",
        index: false,
        public: Visibility::Hidden,
        help: String::new(),
        law: None,
        unit: String::new(),
        minor: false,
        number: String::new(),
    }
}

fn options() -> Vec<String> {
    ["集中学习", "线上学习", "建议、提案", "专题（研讨）"]
        .map(str::to_owned)
        .to_vec()
}

fn parse(kind: &FieldType, text: &str) -> Result<Value, FieldError> {
    let districts = districts();
    kind.parse(
        text,
        &FieldContext {
            districts: &districts,
        },
    )
}

fn text(kind: &FieldType, typed: &str) -> String {
    match parse(kind, typed) {
        Ok(value) => kind.input_text(&value),
        Err(error) => format!("! {error}"),
    }
}

const NUMBER: FieldType = FieldType::Number {
    decimals: 0,
    min: Some(0),
    max: Some(1000),
};

#[test]
fn what_clerks_type_is_understood() {
    let choice = FieldType::Choice { options: options() };
    let choices = FieldType::Choices { options: options() };
    for (kind, typed, value) in [
        (&FieldType::Text { max: 5 }, "　甲乙 \n丙 ", "甲乙 丙"),
        (&NUMBER, " １２ ", "12"),
        (&NUMBER, "12.0", "12"),
        (&FieldType::Money, "￥1,200.5元", "1200.5"),
        (&FieldType::Money, "1.2万元", "12000"),
        (&FieldType::Date, "2022年3月5日", "2022-03-05"),
        (&FieldType::Date, "2022/3/5", "2022-03-05"),
        (
            &FieldType::DateRange,
            "2022.3.5 至 2022.3.9",
            "2022-03-05至2022-03-09",
        ),
        (
            &FieldType::DateRange,
            "2022-03-05",
            "2022-03-05至2022-03-05",
        ),
        (&choice, "专题(研讨)", "专题（研讨）"),
        (&choices, "线上学习、集中学习", "集中学习；线上学习"),
        (&choices, "建议、提案；线上学习", "线上学习；建议、提案"),
        (&FieldType::Flag, "√", "是"),
        (&FieldType::Flag, "否", "否"),
        (&FieldType::District, "海云区", "海云区"),
        (&FieldType::Phone, "（0473）1234567", "(0473)1234567"),
        (
            &FieldType::IdentityNumber,
            "'11010519491231002x",
            "11010519491231002X",
        ),
    ] {
        assert_eq!(text(kind, typed), value, "{typed}");
    }
}

#[test]
fn an_error_says_what_is_wrong_and_what_would_be_right() {
    let choice = FieldType::Choice { options: options() };
    let choices = FieldType::Choices { options: options() };
    let shown = [
        (&FieldType::District, "海运区"),
        (&choice, "网上学习"),
        (&choices, "线上学习；线上学习"),
        (&NUMBER, "十二"),
        (&NUMBER, "12.5"),
        (&NUMBER, "-1"),
        (&NUMBER, "1001"),
        (&FieldType::Date, "2022-02-30"),
        (&FieldType::Date, "去年"),
        (&FieldType::DateRange, "2022-03-09至2022-03-05"),
        (&FieldType::Flag, "可能"),
        (&FieldType::IdentityNumber, "110105194912310021"),
        (&FieldType::Text { max: 3 }, "甲乙丙丁"),
        (&FieldType::Text { max: 3 }, " "),
    ]
    .map(|(kind, typed)| text(kind, typed))
    .join("\n");
    insta::assert_snapshot!(shown, @r#"
    ! “海运区”不是本局的区划；是不是“海云区”？可填：海云区、山南区、市直学校
    ! “网上学习”不在选项中；是不是“线上学习”？可填：集中学习、线上学习、建议、提案、专题（研讨）
    ! “线上学习”填了两次；请删去一个
    ! “十二”不是数字；请只填数字，不写单位，如 12
    ! “12.5”的小数位太多；请填整数
    ! 小于0；应不小于0
    ! 大于1000；应不大于1000
    ! “2022-02-30”：2022年2月没有30日；请写成 2022-03-05 或 2022年3月5日
    ! “去年”不是日期；请写成 2022-03-05 或 2022年3月5日
    ! 结束日期早于开始日期；请核对两个日期的先后
    ! “可能”不是“是”或“否”；请填“是”或“否”
    ! 不是有效的身份证号（位数、日期或校验码不对）；请核对18位号码
    ! 有4个字，超过3个字；请缩短到3个字以内
    ! 没有填写；请填写
    "#);
}

#[test]
fn small_tables_are_read_and_shown() {
    let rows = FieldType::Rows {
        columns: vec![
            column("a", FieldType::Text { max: 20 }),
            column(
                "b",
                FieldType::Number {
                    decimals: 0,
                    min: None,
                    max: None,
                },
            ),
            column("c", FieldType::Choices { options: options() }),
        ],
    };
    let value = parse(&rows, "甲 | 3；乙｜5 | 线上学习、集中学习；").unwrap();
    assert_eq!(rows.format(&value), "甲 3；乙 5 集中学习、线上学习");
    assert_eq!(
        rows.input_text(&value),
        "甲 | 3；乙 | 5 | 集中学习\\；线上学习"
    );
    assert_eq!(parse(&rows, &rows.input_text(&value)), Ok(value));
    assert_eq!(
        text(&rows, "甲 | 三"),
        "! 第1行“列b”：“三”不是数字；请只填数字，不写单位，如 12"
    );
    assert_eq!(text(&rows, "甲 | 3；| 5"), "! 第2行“列a”：没有填写；请填写");
    assert_eq!(
        text(&rows, "甲 | 3 | 线上学习 | 5"),
        "! 一行有4项，只应有3项；每行依次填 列a | 列b | 列c"
    );
}

#[test]
fn cells_that_hold_numbers() {
    let context = FieldContext::default();
    let decimal = FieldType::Number {
        decimals: 2,
        min: None,
        max: None,
    };
    let shown = |kind: &FieldType, number: f64| match kind.parse_number(number, &context) {
        Ok(value) => kind.input_text(&value),
        Err(error) => error.code().to_owned(),
    };
    for (kind, number, value) in [
        (&NUMBER, 12.0, "12"),
        (&NUMBER, 12.5, "value-decimals"),
        (&NUMBER, f64::NAN, "value-not-a-number"),
        (&decimal, 0.1 + 0.2, "0.3"),
        (&decimal, 1.005, "value-decimals"),
        (&decimal, 1e300, "value-too-large"),
        (&FieldType::Money, 1234.56, "1234.56"),
        (&FieldType::Date, 1.0, "1900-01-01"),
        (&FieldType::Date, 61.0, "1900-03-01"),
        (&FieldType::Date, 44625.0, "2022-03-05"),
        (&FieldType::Date, 44625.75, "2022-03-05"),
        (&FieldType::Date, -3.0, "value-not-a-date"),
        (&FieldType::Date, 3e9, "value-not-a-date"),
        (&FieldType::Phone, 13_800_000_000.0, "13800000000"),
        (
            &FieldType::IdentityNumber,
            1.101_051_949_123_1e17,
            "value-lost-digits",
        ),
        (&FieldType::Text { max: 200 }, 3.0, "3"),
        (&FieldType::Flag, 1.0, "是"),
    ] {
        assert_eq!(shown(kind, number), value, "{number}");
    }
}

#[test]
fn values_are_shown_to_people() {
    let number = FieldType::Number {
        decimals: 1,
        min: None,
        max: None,
    };
    assert_eq!(number.format(&Value::Integer(120)), "12.0");
    assert_eq!(FieldType::Money.format(&Value::Integer(120_050)), "1200.50");
    assert_eq!(FieldType::Date.format(&"2022-03-05".into()), "2022年3月5日");
    let range = Value::List(vec!["2022-03-05".into(), "2022-03-09".into()]);
    assert_eq!(
        FieldType::DateRange.format(&range),
        "2022年3月5日至2022年3月9日"
    );
    assert_eq!(FieldType::Flag.format(&true.into()), "是");
    // A value of another shape is shown as it is.
    assert_eq!(FieldType::Date.format(&7.into()), "7");
}

#[test]
fn outsiders_see_masked_values() {
    let shown = |kind: FieldType, text: &str| kind.mask(&text.into());
    assert_ne!(shown(FieldType::Person, "张三丰"), "张三丰");
    assert!(!shown(FieldType::Phone, "13800001234").contains("0000"));
    assert!(!shown(FieldType::IdentityNumber, "11010519491231002X").contains("1949"));
    assert_eq!(shown(FieldType::Text { max: 200 }, "内部"), "***");
    let rows = FieldType::Rows {
        columns: vec![
            column("a", FieldType::Text { max: 9 }),
            column("b", FieldType::Person),
        ],
    };
    let row = Fields::from([("a".into(), "组长".into()), ("b".into(), "张三丰".into())]);
    let masked = rows.mask(&Value::List(vec![Value::Record(row)]));
    assert!(
        masked.starts_with("组长 ") && !masked.contains("张三丰"),
        "{masked}"
    );
}

#[test]
fn units_behind_numbers_are_understood() {
    let context = FieldContext::default();
    let field = Field {
        unit: "人".into(),
        ..column("b", NUMBER)
    };
    assert_eq!(field.parse("12人", &context), Ok(Some(Value::Integer(12))));
    assert_eq!(field.parse(" ", &context), Ok(None));
    assert!(field.parse("人", &context).is_err());
    assert_eq!(
        column("a", NUMBER).parse("", &context),
        Err(FieldError::Missing)
    );
    assert_eq!(field.format(&Value::Integer(12)), "12人");
}

#[test]
fn values_from_machines_are_held_against_their_type() {
    let choices = FieldType::Choices { options: options() };
    let list = |items: &[&str]| Value::List(items.iter().map(|item| (*item).into()).collect());
    for (kind, value, code) in [
        (&NUMBER, Value::Integer(1001), "value-above-max"),
        (&NUMBER, "12".into(), "value-shape"),
        (&FieldType::Text { max: 5 }, " 甲".into(), "value-untidy"),
        (&FieldType::Text { max: 5 }, "甲\n乙".into(), "value-untidy"),
        (&FieldType::Text { max: 5 }, "".into(), "value-missing"),
        (&FieldType::Date, "2022-3-5".into(), "value-shape"),
        (&FieldType::Date, "0000-01-01".into(), "value-shape"),
        (&FieldType::DateRange, list(&["2022-03-05"]), "value-shape"),
        (
            &FieldType::DateRange,
            list(&["2022-03-05", "2022-03-04"]),
            "value-reversed",
        ),
        (&choices, list(&["线上学习", "线上学习"]), "value-twice"),
        (&choices, list(&[]), "value-missing"),
        (
            &FieldType::District,
            "王路区".into(),
            "value-not-a-district",
        ),
        (&FieldType::File, "abc".into(), "value-not-a-file"),
        (
            &FieldType::IdentityNumber,
            "11010519491231002x".into(),
            "value-not-an-identity-number",
        ),
    ] {
        let districts = districts();
        let context = FieldContext {
            districts: &districts,
        };
        let error = kind.validate(&value, &context).expect_err(code);
        assert_eq!(error.code(), code, "{value:?}");
    }
}

#[test]
fn a_wrong_credit_code_is_a_doubt() {
    let kind = FieldType::CreditCode;
    let value = parse(&kind, "９１350100M000100Y4４").unwrap();
    assert!(kind.doubt(&value).is_some());
    assert_eq!(kind.doubt(&"91350100M000100Y43".into()), None);
}

fn kinds() -> impl Strategy<Value = FieldType> {
    let simple = prop_oneof![
        Just(FieldType::Text { max: 40 }),
        Just(FieldType::LongText),
        (0_u8..5).prop_map(|decimals| FieldType::Number {
            decimals,
            min: None,
            max: None
        }),
        Just(FieldType::Money),
        Just(FieldType::Date),
        Just(FieldType::DateRange),
        Just(FieldType::Choice { options: options() }),
        Just(FieldType::Choices { options: options() }),
        Just(FieldType::Flag),
        Just(FieldType::District),
        Just(FieldType::Person),
        Just(FieldType::Phone),
        Just(FieldType::CreditCode),
        Just(FieldType::Reference {
            ledger: LedgerId::new("case").unwrap()
        }),
    ];
    let rows = proptest::collection::vec(simple.clone(), 1..4).prop_map(|kinds| {
        let columns = kinds.into_iter().enumerate();
        FieldType::Rows {
            columns: columns
                .map(|(i, kind)| column(["a", "b", "c"][i], kind))
                .collect(),
        }
    });
    prop_oneof![4 => simple, 1 => rows]
}

/// What could stand in a cell: mostly near to something right.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+]?[0-9０-９]{1,12}([.．][0-9]{0,4})?(元|万)?",
        "[12][0-9]{3}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(至[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2})?",
        "((集中学习|线上学习|建议、提案|专题\\(研讨\\))[；;、]?){1,4}",
        "(是|否|有|海云区|市直学校|138[0-9]{8})",
        "([甲乙a\\\\|；;｜ \n]|集中学习|是|12|2022-03-05){1,12}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn reading_what_a_form_shows_is_identity(kind in kinds(), typed in typed()) {
        let districts = districts();
        let context = FieldContext { districts: &districts };
        if let Ok(value) = kind.parse(&typed, &context) {
            prop_assert_eq!(kind.validate(&value, &context), Ok(()), "{:?}", value);
            let shown = kind.input_text(&value);
            prop_assert_eq!(kind.parse(&shown, &context), Ok(value), "{}", shown);
        }
    }

    #[test]
    fn what_validates_survives_a_form(kind in kinds(), words in "[甲a|；; \\\\n]{1,9}") {
        let value = match &kind {
            FieldType::Rows { columns } => {
                let row = columns.iter().map(|c| (c.id.to_string(), Value::Text(words.clone())));
                Value::List(vec![Value::Record(row.collect())])
            }
            _ => Value::Text(words),
        };
        let districts = districts();
        let context = FieldContext { districts: &districts };
        if kind.validate(&value, &context).is_ok() {
            let shown = kind.input_text(&value);
            prop_assert_eq!(kind.parse(&shown, &context), Ok(value), "{}", shown);
        }
    }

    #[test]
    fn no_number_panics(kind in kinds(), number: f64) {
        if let Ok(value) = kind.parse_number(number, &FieldContext::default()) {
            let _ = (kind.format(&value), kind.mask(&value), kind.input_text(&value));
        }
    }
}

#[test]
fn numbers_addresses_and_minors_are_masked_for_everybody_and_never_public() {
    let adult = column("a", FieldType::Person);
    let minor = Field {
        minor: true,
        public: Visibility::Masked,
        ..adult.clone()
    };
    let phone = Field {
        public: Visibility::Masked,
        ..column("b", FieldType::Phone)
    };
    let name = Value::from("张三丰");
    let number = Value::from("13800000000");
    assert_eq!(adult.seen(&name, true), "张三丰");
    assert_eq!(adult.seen(&name, false), "张**");
    assert_eq!(minor.seen(&name, true), "张**");
    assert_eq!(phone.seen(&number, true), "138****0000");
    let shown = Field {
        public: Visibility::Masked,
        ..adult
    };
    assert_eq!(shown.public_text(&name).as_deref(), Some("张**"));
    assert_eq!(minor.public_text(&name), None);
    assert_eq!(phone.public_text(&number), None);
    let rows = Field {
        public: Visibility::Shown,
        ..column(
            "r",
            FieldType::Rows {
                columns: vec![phone, shown],
            },
        )
    };
    let cells = |p: &str, n: &str| {
        Value::Record(
            [
                ("b".to_owned(), Value::from(p)),
                ("a".to_owned(), Value::from(n)),
            ]
            .into(),
        )
    };
    let value = Value::List(vec![cells("13800000000", "张三丰")]);
    assert_eq!(rows.public_text(&value).as_deref(), Some("张**"));
    assert_eq!(rows.seen(&value, true), "138****0000 张三丰");
}
