//! The same page in traditional characters.
//!
//! Only words between tags and the attributes that are read out are converted; addresses, names of
//! fields and their values stay, so a form sent from a traditional page is the same form.

use std::sync::OnceLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};

/// Attributes that people hear or see.
const SPOKEN: [&str; 4] = [" aria-label=\"", " title=\"", " placeholder=\"", " alt=\""];

fn converter() -> Option<&'static OpenCC> {
    static CONVERTER: OnceLock<Option<OpenCC>> = OnceLock::new();
    CONVERTER
        .get_or_init(|| OpenCC::from_config(BuiltinConfig::S2t).ok())
        .as_ref()
}

/// A page in traditional characters.
pub fn to_traditional(html: &str) -> String {
    let Some(converter) = converter() else {
        return html.to_owned();
    };
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.push_str(&converter.convert(&rest[..open]));
        rest = &rest[open..];
        let close = rest.find('>').map_or(rest.len(), |at| at + 1);
        out.push_str(&tag(&rest[..close], converter));
        // What is typed into a form stays as it was typed.
        let kept = ["<textarea", "<script"]
            .iter()
            .any(|t| rest[..close].starts_with(t));
        rest = &rest[close..];
        if kept {
            let end = rest.find("</").unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push_str(&converter.convert(rest));
    out
}

fn tag(text: &str, converter: &OpenCC) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let next = SPOKEN
            .iter()
            .filter_map(|name| rest.find(name).map(|at| at + name.len()))
            .min();
        let Some(start) = next else { break };
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find('"').unwrap_or(rest.len());
        out.push_str(&converter.convert(&rest[..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_converted_and_values_are_not() {
        let page = "<a href=\"/x?q=教育\" title=\"教育网\">教育网</a><input value=\"个人\">\
            <textarea>义务</textarea>";
        let expected = "<a href=\"/x?q=教育\" title=\"教育網\">教育網</a><input value=\"个人\">\
            <textarea>义务</textarea>";
        assert_eq!(to_traditional(page), expected);
    }
}
