//! Schools, administrators, collections, second factors: as their people use them.

mod administrators;
mod collections;
mod leaving;
mod organs;
mod personal;
mod schools;
mod sessions;

use crate::browser::Answer;

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.led_to()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split(after).next().unwrap()
}

/// What an authenticator shows: written here a second time, from the standard.
pub fn totp(secret_hex: &str, seconds: i64) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let secret: Vec<u8> = (0..secret_hex.len() / 2)
        .map(|at| u8::from_str_radix(&secret_hex[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&secret).unwrap();
    mac.update(&u64::try_from(seconds / 30).unwrap().to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 1_000_000)
}
