//! Names, numbers and codes that look right and belong to nobody.
//!
//! Telephone numbers begin with `000`, credit codes carry the region `000000`, licence numbers the
//! region `000000`: none of them can exist. Names are surname and given name drawn apart.

use super::random::Random;

const SURNAMES: &[&str] = &[
    "安", "柏", "岑", "常", "成", "褚", "丁", "段", "樊", "方", "冯", "傅", "葛", "龚", "顾", "韩",
    "贺", "洪", "霍", "季", "简", "江", "康", "蓝", "黎", "凌", "柳", "卢", "陆", "罗", "骆", "梅",
    "孟", "莫", "穆", "宁", "潘", "庞", "裴", "齐", "秦", "邱", "任", "沈", "施", "舒", "苏", "谭",
    "唐", "陶", "童", "万", "温", "翁", "邬", "夏", "向", "萧", "谢", "许", "严", "颜", "易", "尹",
    "于", "俞", "袁", "岳", "詹", "章", "郑", "钟", "祝", "庄", "邹",
];
const FIRST: &[&str] = &[
    "景", "书", "若", "亦", "思", "雨", "沐", "清", "文", "嘉", "子", "明", "怀", "以", "知", "云",
    "晓", "宇", "远", "之", "立", "静", "春", "秋", "海", "青", "承", "可", "允", "望",
];
const SECOND: &[&str] = &[
    "澄", "宁", "然", "川", "禾", "岚", "舟", "溪", "桐", "远", "涵", "哲", "言", "安", "行", "恒",
    "棠", "歌", "遥", "初", "航", "松", "霖", "衡", "颖", "琳", "峻", "屿", "菲", "朗",
];
/// Words that institutions call themselves by.
const WORDS: &[&str] = &[
    "晨曦", "启明", "新竹", "青禾", "远帆", "小桥", "朝露", "百川", "知行", "春泥", "星槎", "木铎",
    "松果", "云朵", "向阳", "求索", "乐学", "童年", "新苗", "彩虹", "银杏", "海螺", "风铃", "白鹭",
    "蓝莓", "石榴", "梧桐", "溪流", "灯塔", "纸鸢", "方舟", "萤火",
];
const DIGITS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const ORDINALS: &[&str] = &[
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
    "十六",
    "十七",
    "十八",
    "十九",
    "二十",
    "二十一",
    "二十二",
    "二十三",
    "二十四",
    "二十五",
    "二十六",
    "二十七",
    "二十八",
    "二十九",
    "三十",
];

/// `第三`: for schools and editions.
pub(super) fn ordinal(number: usize) -> String {
    match ORDINALS.get(number.wrapping_sub(1)) {
        Some(word) => format!("第{word}"),
        None => format!("第{number}"),
    }
}

/// A person's name.
pub(super) fn person(random: &mut Random) -> String {
    let (surname, first) = (random.pick(SURNAMES), random.pick(FIRST));
    let second = if random.chance(80) {
        random.pick(SECOND)
    } else {
        ""
    };
    format!("{surname}{first}{second}")
}

/// A telephone number that cannot be dialled.
pub(super) fn phone(random: &mut Random) -> String {
    format!("000-{:08}", random.between(0, 99_999_999))
}

/// The `number`-th name of an institution: all different, in an order that shows no pattern.
pub(super) fn word(number: usize) -> String {
    let count = WORDS.len();
    match number / count {
        0 => WORDS[number % count].to_owned(),
        round => format!(
            "{}{}",
            WORDS[number % count],
            WORDS[(number * 7 + round * 5) % count]
        ),
    }
}

/// A unified social credit code with correct check digits and a region that does not exist.
pub(super) fn credit_code(random: &mut Random) -> String {
    let mut code: Vec<u8> = b"52000000".to_vec();
    let body: Vec<u8> = (0..8).map(|_| DIGITS[random.below(10)]).collect();
    let weights = [3u32, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .iter()
        .zip(weights)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    code.extend(&body);
    code.push(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    });
    let mut weight = 1;
    let mut sum = 0;
    for byte in &code {
        let value = DIGITS.iter().position(|d| d == byte).unwrap_or(0);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    code.push(DIGITS[(31 - sum % 31) % 31]);
    String::from_utf8_lossy(&code).into_owned()
}

/// The credit code of whoever bears a name: the same name, the same code. It draws on no other
/// chance, so asking for it changes nothing else of the year.
pub(crate) fn credit_code_of(name: &str) -> String {
    // FNV-1a.
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    credit_code(&mut Random::new(seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn institution_names_do_not_repeat() {
        let names: std::collections::BTreeSet<String> = (0..400).map(word).collect();
        assert_eq!(names.len(), 400);
    }

    #[test]
    fn credit_codes_pass_the_check_that_ledgers_make() {
        let mut random = Random::new(7);
        for _ in 0..300 {
            let code = credit_code(&mut random);
            assert!(
                values::identifiers::CreditCode::parse(&code).is_ok(),
                "{code}"
            );
        }
    }
}
