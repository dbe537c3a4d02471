//! Passwords: what is taken, how it is kept, first sign-ins by a one-time code.
//!
//! The rules are those that level three of GB/T 22239 asks of software: complexity, no reuse, a
//! term. Kept are argon2 hashes only.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use jiff::SignedDuration;

use crate::{
    clock::Chance,
    error::{AppError, Result},
};

/// Characters at least.
pub const CHARS_MIN: usize = 10;
/// Characters at most: hashing longer ones would be work for nothing.
pub const CHARS_MAX: usize = 128;
/// A password is changed after so many days.
pub const TERM: SignedDuration = SignedDuration::from_hours(24 * 90);
/// A one-time code is good for so many days.
pub const CODE_TERM: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Earlier passwords that may not come back.
pub const FORMER_MAX: usize = 5;

/// What is typed most often, and what every guesser tries first.
const COMMON: [&str; 16] = [
    "password", "passw0rd", "p@ssw0rd", "qwerty", "123456", "abcdef", "iloveyou", "admin",
    "letmein", "welcome", "monkey", "dragon", "jiaoyu", "woaini", "88888888", "11111111",
];

/// Makes the stored form of a password. It takes some twenty milliseconds, so that guessing is
/// slow; where chance follows a fixed sequence there are no secrets, and tests need not wait.
///
/// # Errors
/// When hashing fails, which is a fault of ours.
pub(crate) fn hash_password(password: &str, chance: &Chance) -> Result<String> {
    tracing::trace!(target: "yifa::password", "hashed");
    let cost = match chance {
        Chance::System => Params::default(),
        Chance::Seeded(_) => {
            Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None).unwrap_or_default()
        }
    };
    let argon2 = Argon2::new(Algorithm::default(), Version::default(), cost);
    let hash = argon2.hash_password(password.as_bytes());
    Ok(hash
        .map_err(|e| AppError::Fault(e.to_string()))?
        .to_string())
}

/// Says whether a password is the one that was stored.
pub(crate) fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| {
        tracing::trace!(target: "yifa::password", "hashed");
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// Why a new password is not taken; `None` when it is.
pub fn objection(password: &str, login: &str, name: &str) -> Option<String> {
    let count = password.chars().count();
    if count < CHARS_MIN {
        return Some(format!("口令至少 {CHARS_MIN} 个字符，现在是 {count} 个。"));
    }
    if count > CHARS_MAX {
        return Some(format!("口令最多 {CHARS_MAX} 个字符。"));
    }
    let kinds = [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    if kinds.iter().filter(|k| **k).count() < 3 {
        return Some("口令要有大写字母、小写字母、数字、符号中的三种。".to_owned());
    }
    let lower = password.to_lowercase();
    let login = login.to_lowercase();
    if (login.len() > 2 && lower.contains(&login)) || (!name.is_empty() && password.contains(name))
    {
        return Some("口令里不要有用户名或姓名。".to_owned());
    }
    let plain = |c| match c {
        '@' => 'a',
        '0' => 'o',
        '$' => 's',
        other => other,
    };
    let letters: String = lower
        .chars()
        .map(plain)
        .filter(|c| c.is_alphanumeric())
        .collect();
    if COMMON.iter().any(|common| letters.starts_with(common)) {
        return Some("这是最容易被猜到的口令之一，请换一个。".to_owned());
    }
    let distinct: std::collections::BTreeSet<char> = password.chars().collect();
    (distinct.len() < 5).then(|| "口令里重复的字符太多，请换一个。".to_owned())
}

/// A one-time code: 20 letters and digits that cannot be mistaken for one another, about 98 bits.
pub(crate) fn one_time_code(chance: &Chance) -> String {
    const SIGNS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let bytes = chance.bytes32();
    let mut code = String::new();
    for (at, byte) in bytes.iter().take(20).enumerate() {
        if at > 0 && at % 5 == 0 {
            code.push('-');
        }
        code.push(char::from(SIGNS[usize::from(*byte) % SIGNS.len()]));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_what_to_do() {
        for (password, words) in [
            ("Ab1!", "至少 10 个字符"),
            ("abcdefghijk1", "三种"),
            ("Zhangwei-2022", "用户名"),
            ("P@ssw0rd2022", "猜到"),
            ("Admin#123456", "猜到"),
            ("Aa1!Aa1!Aa1!", "重复"),
        ] {
            let said = objection(password, "zhangwei", "张伟").unwrap_or_default();
            assert!(said.contains(words), "{password}: {said}");
        }
        assert!(
            objection("我的张伟Aa1!xyz", "zw", "张伟").is_some(),
            "the name"
        );
        assert_eq!(objection("Hetao-6789-lv", "zhangwei", "张伟"), None);
    }

    #[test]
    fn a_real_office_hashes_slowly_and_a_fixed_sequence_of_chance_cheaply() {
        let real = hash_password("Hetao-6789-lv", &Chance::System).expect("it is hashed");
        assert!(
            real.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{real}"
        );
        let cheap = hash_password("Hetao-6789-lv", &Chance::seeded(1)).expect("it is hashed");
        assert!(cheap.contains("$m=8,t=1,p=1$"), "{cheap}");
        for stored in [real, cheap] {
            assert!(verify("Hetao-6789-lv", &stored));
            assert!(!verify("Hetao-6789-LV", &stored));
        }
    }

    #[test]
    fn codes_are_different_and_can_be_read_aloud() {
        let chance = Chance::seeded(3);
        let codes: std::collections::BTreeSet<String> =
            (0..100).map(|_| one_time_code(&chance)).collect();
        assert_eq!(codes.len(), 100);
        assert!(
            codes
                .iter()
                .all(|c| c.len() == 23 && !c.contains(['0', 'O', '1', 'I', 'L', '*']))
        );
    }
}
