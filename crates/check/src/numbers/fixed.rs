//! Words that contain a number but count nothing, and codes that only look like figures.

/// Service numbers and scheme names that are read as words unless a measure word follows.
const CODES: &[&str] = &[
    "110", "119", "120", "122", "114", "985", "211", "12309", "12315", "12316", "12320", "12328",
    "12333", "12337", "12338", "12345", "12348", "12350", "12355", "12356", "12358", "12366",
    "12367", "12369", "12371", "12377", "12380", "12385", "12388", "12389", "12391", "12393",
    "12395", "96110",
];

/// Whether the digits are a well-known service number or scheme.
pub(crate) fn is_code(digits: &str) -> bool {
    CODES.contains(&digits)
}

/// Slogans and terms that begin with a Chinese numeral and a measure word.
const TERMS: &[&str] = &[
    "一个中国",
    "一个中心",
    "一条龙",
    "一次性",
    "一次办",
    "一件事",
    "一站式",
    "两个维护",
    "两个确立",
    "两个大局",
    "两个一百年",
    "两个毫不动摇",
    "两个结合",
    "两个责任",
    "两个规划",
    "三个代表",
    "三个务必",
    "三个区分",
    "三个规定",
    "三项制度",
    "三项机制",
    "三类地区",
    "三本",
    "四个意识",
    "四个自信",
    "四个全面",
    "四个伟大",
    "四个服从",
    "四个铁一般",
    "四种形态",
    "四处",
    "五位一体",
    "五个必由之路",
    "六个必须坚持",
    "七个有之",
    "八项规定",
    "八个明确",
    "十个明确",
    "十个坚持",
    "九个坚持",
    "十一个坚持",
    "十二个必须",
    "二级",
    "三级",
    "四级",
    "五级",
    "六级",
    "二类",
    "三类",
    "二本",
    "二面",
    "三面",
    "二号",
    "三号",
    "六面",
    "四面",
    "五面",
    "二次",
    "三次方",
    "三点",
    "两点",
    "两级",
    "两面",
    "三部曲",
    "二期",
    "三期",
    "四期",
    "两口",
    "二人转",
];

/// Whether a term that counts nothing begins here.
pub(crate) fn is_term(rest: &str) -> bool {
    TERMS.iter().any(|term| rest.starts_with(term))
}

/// Whether the character before a Chinese numeral makes another word of it (统一, 数十, 其二).
pub(crate) fn glued_before(character: char, numeral: &str) -> bool {
    let with_one =
        numeral.starts_with('一') && "统唯划同逐任每某这那哪专单归均始合又万".contains(character);
    with_one || "数几期拜周百千万点其之初".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_service_numbers_and_slogans() {
        assert!(is_code("12345"));
        assert!(!is_code("12346"));
        assert!(is_term("四个意识更强"));
        assert!(!is_term("四个方面"));
    }
}
