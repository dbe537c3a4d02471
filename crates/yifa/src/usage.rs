//! A command line that cannot be read, told in Chinese like everything else.

use clap::{
    Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// Reads the command line; says what is wrong with it and ends the program with 2.
pub fn parse<T: Parser>() -> T {
    T::try_parse().unwrap_or_else(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        _ => {
            eprintln!("错误：{}", in_words(&error));
            std::process::exit(2)
        }
    })
}

/// What is wrong, in one sentence; what is not known in the words of the parser.
fn in_words(error: &clap::Error) -> String {
    let text = |kind: ContextKind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {argument}。"),
        ErrorKind::MissingSubcommand => "没有写要做什么。".to_owned(),
        ErrorKind::UnknownArgument => format!("不认识参数 {argument}。"),
        ErrorKind::InvalidSubcommand => {
            let command = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("没有“{command}”这个命令。")
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("参数 {argument} 没有写值。"),
        ErrorKind::InvalidValue => {
            let may = text(ContextKind::ValidValue);
            let may = may.map_or_else(String::new, |may| format!("，可以写：{may}"));
            format!("参数 {argument} 不能写“{value}”{may}。")
        }
        ErrorKind::ValueValidation => format!("参数 {argument} 的值“{value}”不成立。"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("参数 {argument} 的值的个数不对。")
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).unwrap_or_default();
            format!("参数 {argument} 和 {other} 不能一起用。")
        }
        _ => return error.to_string(),
    };
    format!("{what}用法见 --help。")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Parser, Debug)]
    struct Arguments {
        file: String,
        #[arg(long)]
        count: Option<u32>,
        #[arg(long, conflicts_with = "count")]
        all: bool,
    }

    #[track_caller]
    fn said(arguments: &[&str], words: &str) {
        let given = std::iter::once("program").chain(arguments.iter().copied());
        let error = Arguments::try_parse_from(given).unwrap_err();
        assert_eq!(in_words(&error), words);
    }

    #[test]
    fn mistakes_are_told_in_chinese() {
        said(&[], "缺少参数 <FILE>。用法见 --help。");
        said(&["a", "--more"], "不认识参数 --more。用法见 --help。");
        said(
            &["a", "--count", "x"],
            "参数 --count <COUNT> 的值“x”不成立。用法见 --help。",
        );
        said(
            &["a", "--count", "1", "--all"],
            "参数 --count <COUNT> 和 --all 不能一起用。用法见 --help。",
        );
    }
}
