//! Texts as they lie on a clerk's disk: UTF-8, UTF-16 with its mark, or GB18030 (GBK, GB2312).

use encoding_rs::{Encoding, GB18030};

/// The text, if the bytes are one.
pub fn decode(bytes: Vec<u8>) -> Option<String> {
    if let Some((encoding, _)) = Encoding::for_bom(&bytes) {
        let (text, _, faulty) = encoding.decode(&bytes);
        return (!faulty).then(|| text.into_owned());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(other) => GB18030
            .decode_without_bom_handling_and_without_replacement(other.as_bytes())
            .filter(|text| is_text(text))
            .map(|text| text.into_owned()),
    }
}

/// Nearly every run of bytes is some GB18030 text; one with control characters is none.
fn is_text(text: &str) -> bool {
    !text
        .chars()
        .any(|next| next.is_control() && !matches!(next, '\n' | '\r' | '\t' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_an_office() {
        let text = "全年办理信访事项126件。\r\n";
        let gbk = GB18030.encode(text).0.into_owned();
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked = format!("\u{feff}{text}").into_bytes();
        for bytes in [gbk, utf16, marked, text.as_bytes().to_vec()] {
            assert_eq!(decode(bytes).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_no_text() {
        assert_eq!(decode(b"\xff\xfe\x00".to_vec()), None, "half a UTF-16 unit");
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\x00\x00".to_vec()), None);
    }
}
