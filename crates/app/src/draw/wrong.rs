//! What is wrong with a file, in words for people: the readers of TOML and JSON speak English.

/// A message of a reader, in Chinese; one that is not known is quoted.
pub fn in_words(message: &str) -> String {
    // The place is told apart, by file, line and column.
    let message = message.split(" at line ").next().unwrap_or(message).trim();
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    let expected = || {
        let (_, list) = message.split_once("expected ")?;
        let names: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        (!names.is_empty()).then(|| names.join("、"))
    };
    if let Some(name) = message.strip_prefix("missing field ").and_then(quoted) {
        return format!("缺少“{name}”。");
    }
    if let Some(name) = message.strip_prefix("duplicate field ").and_then(quoted) {
        return format!("“{name}”写了两次。");
    }
    if message.starts_with("duplicate key") {
        return "同一项写了两次。".to_owned();
    }
    for (start, words) in [("unknown field ", "不认识"), ("unknown variant ", "不能写")] {
        if let Some(name) = message.strip_prefix(start).and_then(quoted) {
            let may = expected().map_or_else(String::new, |names| format!("，可以写：{names}"));
            return format!("{words}“{name}”{may}。");
        }
    }
    if let Some(rest) = message.strip_prefix("invalid type: ")
        && let Some((found, wanted)) = rest.split_once(", expected ")
    {
        return format!("写的是{}，应为{}。", kind(found), kind(wanted));
    }
    if let Some(rest) = message.strip_prefix("invalid value: ")
        && let Some((found, wanted)) = rest.split_once(", expected ")
    {
        return format!("{}不成立，应为{}。", kind(found), kind(wanted));
    }
    if message.starts_with("EOF while parsing") {
        return "文件不完整，到这里就断了。".to_owned();
    }
    if message.starts_with("trailing ")
        || message.starts_with("expected ")
        || message.starts_with("key must be")
    {
        return format!("写法不对（{message}）：请检查引号、逗号和括号。");
    }
    format!("写法不对（{message}）。")
}

/// A type of the readers.
fn kind(text: &str) -> String {
    let text = text.strip_prefix("a ").unwrap_or(text);
    let value = text.split(['`', '"']).nth(1);
    let name = match text.split([' ', '`', '"']).next().unwrap_or_default() {
        "string" => "文字",
        "integer" | "u64" | "u32" | "i64" | "usize" => "整数",
        "floating" => "小数",
        "boolean" => "真假值（true 或 false）",
        "null" => "空值",
        "sequence" => "列表",
        "map" | "struct" => "一组项目",
        _ => return text.to_owned(),
    };
    match value {
        Some(value) if !text.starts_with("struct") => format!("{name}“{value}”"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_understood() {
        for (message, words) in [
            ("missing field `draw`", "缺少“draw”。"),
            ("missing field `draw` at line 3 column 1", "缺少“draw”。"),
            (
                "unknown field `rat`, expected one of `name`, `count`, `rate`",
                "不认识“rat”，可以写：name、count、rate。",
            ),
            (
                "unknown variant `md5`, expected `sha256` or `sm3`",
                "不能写“md5”，可以写：sha256、sm3。",
            ),
            (
                "invalid type: string \"三\", expected u64",
                "写的是文字“三”，应为整数。",
            ),
            (
                "invalid type: map, expected a sequence",
                "写的是一组项目，应为列表。",
            ),
            (
                "invalid type: integer `3`, expected a string",
                "写的是整数“3”，应为文字。",
            ),
            (
                "EOF while parsing a value at line 1 column 0",
                "文件不完整，到这里就断了。",
            ),
        ] {
            assert_eq!(in_words(message), words);
        }
    }
}
