//! TOML text to tables, with the parser's complaints in words that help.

use diagnostic::{Diagnostic, Span};
use toml::{Spanned, de::DeTable};

use super::sink::{At, Sink};

/// A definition is a page or two.
const BYTES_MAX: usize = 1 << 20;
/// Complaints shown per file: the later ones are mostly echoes of the first.
const COMPLAINTS_MAX: usize = 3;

/// Parses a file; `None` where it is not TOML.
pub(crate) fn parse<'a>(
    text: &'a str,
    file: usize,
    sink: &mut Sink<'_>,
) -> Option<Spanned<DeTable<'a>>> {
    if text.len() > BYTES_MAX {
        let at = At {
            file,
            span: Span::new(0, 0),
        };
        let help = "一个文件只写一个台账；超过1 MB的一定放错了".into();
        sink.error(at, "file-too-large", "文件太大".into(), help);
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(COMPLAINTS_MAX) {
        let span = error
            .span()
            .map_or(Span::new(text.len(), text.len()), Span::from);
        let (message, help) = explain(error.message(), span.text(text));
        let finding = Diagnostic::error("toml-syntax", message)
            .help(help)
            .note(format!("TOML: {}", error.message()));
        sink.add(At { file, span }, finding);
    }
    errors.is_empty().then_some(table)
}

/// What the complaint means for somebody who does not know the grammar.
fn explain(message: &str, found: &str) -> (String, String) {
    let (what, help) = if found.contains(['“', '”', '‘', '’', '＝', '，', '［', '］']) {
        (
            "这里用了中文标点",
            "引号、等号、逗号、方括号要用英文（半角）的",
        )
    } else if message.contains("duplicate key") {
        ("同一个键写了两次", "删去一个；同类的几项写成几个 [[…]]")
    } else if message.contains("string values must be quoted") {
        ("文字没有加引号", "写成 键 = \"文字\"")
    } else if message.contains("leading zero") {
        ("数字不能以0开头", "去掉前面的0；日期写作 2021-07-05")
    } else if message.contains("missing closing quote") || message.contains("invalid basic string")
    {
        (
            "引号没有成对，或含有不能直接写的字符",
            "文字前后各一个英文引号；反斜杠写两个 \\\\",
        )
    } else if message.contains("escape") {
        (
            "反斜杠后面的字符不认识",
            "反斜杠本身写两个 \\\\，或把文字放在单引号里",
        )
    } else if message.contains("expected `]`") || message.contains("unclosed array") {
        (
            "方括号没有成对",
            "列表写作 [\"甲\", \"乙\"]，表头写作 [[field]]",
        )
    } else if message.contains("array") {
        ("列表写法有误", "各项之间用英文逗号：[\"甲\", \"乙\"]")
    } else if message.contains("expected `=`") || message.contains("missing assignment") {
        ("缺少等号", "写成 键 = 值")
    } else if message.contains("missing value") || message.contains("expected value") {
        ("等号后面没有值", "写成 键 = 值；没有值就删去这一行")
    } else if message.contains("date") || message.contains("time") {
        ("日期写法有误，或这一天不存在", "写成 2021-07-15，不加引号")
    } else if message.contains("key") {
        ("键的写法有误", "键只用小写英文字母、数字和 _")
    } else if message.contains("newline") {
        ("一行里写了两样东西", "每行只写一个 键 = 值")
    } else {
        ("TOML 写法有误", "对照 docs/catalogue.md 的例子")
    };
    (what.to_owned(), help.to_owned())
}
