//! The second factor: time-based codes (RFC 6238, SHA-1, six digits, thirty seconds), as every
//! authenticator application shows them, and recovery codes for the day the telephone is gone.
//!
//! A code is taken once, and one step early or late, for clocks that differ.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::clock::Chance;

/// Seconds of a step.
const STEP: i64 = 30;
/// Steps that a clock may be off.
const DRIFT: i64 = 1;
/// Recovery codes that are given out.
const RECOVERY_CODES: usize = 8;
/// Bytes of a secret, as long as the hash (RFC 4226 §4).
const SECRET_BYTES: usize = 20;

/// The code of a step, of so many digits.
fn code(secret: &[u8], step: u64, digits: u32) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last()? & 0x0f);
    let four: [u8; 4] = hash.get(at..at + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.checked_pow(digits)?)
}

/// Finds the step that a typed code belongs to; later than `last`, so that no code is taken twice.
pub(crate) fn step_of(secret_hex: &str, typed: &str, now: i64, last: u64) -> Option<u64> {
    let secret = hex::decode(secret_hex).ok()?;
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if typed.len() != 6 || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let here = now.div_euclid(STEP);
    let mut steps = (here - DRIFT..=here + DRIFT).filter_map(|step| u64::try_from(step).ok());
    steps.find(|step| {
        let right = code(&secret, *step, 6).map(|code| format!("{code:06}"));
        *step > last && right.as_deref() == Some(typed.as_str())
    })
}

/// A fresh secret, in hex.
pub(crate) fn secret(chance: &Chance) -> String {
    hex::encode(&chance.bytes32()[..SECRET_BYTES])
}

/// A secret as authenticators are told it by hand: Base32 (RFC 4648) in groups of four.
pub fn spelled_out(secret_hex: &str) -> String {
    let plain = base32(&hex::decode(secret_hex).unwrap_or_default());
    let groups: Vec<&str> = plain
        .as_bytes()
        .chunks(4)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(" ")
}

/// The address that an authenticator reads from the picture.
pub fn address(secret_hex: &str, organ: &str, login: &str) -> String {
    let plain = base32(&hex::decode(secret_hex).unwrap_or_default());
    let escape = |text: &str| -> String {
        let keep = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
        let one = |b: u8| match keep(&b) {
            true => char::from(b).to_string(),
            false => format!("%{b:02X}"),
        };
        text.bytes().map(one).collect()
    };
    let (organ, login) = (escape(organ), escape(login));
    format!("otpauth://totp/{organ}:{login}?secret={plain}&issuer={organ}")
}

fn base32(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut word = [0; 8];
        word[3..3 + chunk.len()].copy_from_slice(chunk);
        let word = u64::from_be_bytes(word);
        let signs = (chunk.len() * 8).div_ceil(5);
        for at in 0..signs {
            let five = (word >> (35 - 5 * at)) & 0x1f;
            text.push(char::from(SIGNS[five as usize]));
        }
    }
    text
}

/// Recovery codes: what is shown once, and what is kept.
pub(crate) fn recovery_codes(chance: &Chance) -> (Vec<String>, String) {
    let one = |_| {
        let bytes = hex::encode(&chance.bytes32()[..6]);
        format!("{}-{}-{}", &bytes[..4], &bytes[4..8], &bytes[8..])
    };
    let codes: Vec<String> = (0..RECOVERY_CODES).map(one).collect();
    let kept: Vec<String> = codes.iter().map(|code| kept(code)).collect();
    (codes, kept.join("\n"))
}

/// The stored form of a recovery code. The codes are random, so a plain hash hides them.
fn kept(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_hexdigit);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    hex::encode(Sha256::digest(plain.as_bytes()))
}

/// Takes a recovery code out of those that are left; `None` when it is not among them.
pub(crate) fn without_recovery_code(left: &str, typed: &str) -> Option<String> {
    let used = kept(typed);
    let rest: Vec<&str> = left.lines().filter(|line| *line != used).collect();
    (rest.len() < left.lines().count()).then(|| rest.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "3132333435363738393031323334353637383930";

    /// The SHA-1 rows of RFC 6238, appendix B.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = hex::decode(SECRET).expect("hex");
        for (seconds, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(code(&secret, seconds / 30, 8), Some(expected), "{seconds}");
        }
    }

    /// The first rows of RFC 4226, appendix D.
    #[test]
    fn counted_codes_are_those_of_the_standard() {
        let secret = hex::decode(SECRET).expect("hex");
        let expected = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922,
        ];
        for (count, expected) in (0..).zip(expected) {
            assert_eq!(code(&secret, count, 6), Some(expected), "{count}");
        }
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn secrets_are_spelled_as_the_standard_does() {
        for (bytes, text) in [("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert!(address(SECRET, "云川市教育局", "a b").starts_with("otpauth://totp/%E4%BA%91"));
    }

    #[test]
    fn a_code_is_taken_once_and_a_step_early_or_late() {
        let now = 1_111_111_111;
        assert_eq!(step_of(SECRET, "050471", now, 0), Some(37_037_037));
        assert_eq!(
            step_of(SECRET, "050 471", now + 30, 0),
            Some(37_037_037),
            "late"
        );
        assert_eq!(step_of(SECRET, "050471", now + 60, 0), None, "too late");
        assert_eq!(step_of(SECRET, "050471", now, 37_037_037), None, "twice");
        for typed in ["", "05047", "0504711", "abcdef", "０５０４７１"] {
            assert_eq!(step_of(SECRET, typed, now, 0), None, "{typed}");
        }
    }

    #[test]
    fn a_recovery_code_works_once() {
        let (codes, left) = recovery_codes(&Chance::seeded(5));
        assert_eq!(codes.len(), 8);
        let after = without_recovery_code(&left, &codes[3].to_uppercase()).expect("known");
        assert_eq!(after.lines().count(), 7);
        assert_eq!(without_recovery_code(&after, &codes[3]), None);
        assert_eq!(without_recovery_code(&after, ""), None);
    }
}
