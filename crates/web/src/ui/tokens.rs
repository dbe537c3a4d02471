//! The colour tokens, read from the stylesheet: for the gallery and for the contrast test.
//!
//! The stylesheet is the one place where they are written; nothing is repeated here.

use super::assets;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// First block of tokens.
    Light,
    /// Second block of tokens.
    Dark,
}

/// Colour tokens of a theme in their order: name without dashes, `#rrggbb`.
pub fn colours(theme: Theme) -> Vec<(&'static str, &'static str)> {
    let css = assets::find("yifa.css").map_or("", |asset| asset.body);
    let at = match theme {
        Theme::Light => 1,
        Theme::Dark => 2,
    };
    let block = css
        .split(":root {")
        .nth(at)
        .and_then(|rest| rest.split('}').next())
        .unwrap_or("");
    block
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("--")?
                .strip_suffix(';')?
                .split_once(": ")
        })
        .filter(|(_, value)| value.starts_with('#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("hexadecimal");
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Text and the grounds it is set on.
    const TEXT: &[(&str, &[&str])] = &[
        (
            "ink",
            &[
                "paper",
                "raised",
                "sunk",
                "blue-wash",
                "amber-wash",
                "seal-wash",
                "green-wash",
            ],
        ),
        (
            "ink-2",
            &[
                "paper",
                "raised",
                "sunk",
                "blue-wash",
                "amber-wash",
                "seal-wash",
                "green-wash",
            ],
        ),
        ("ink-3", &["paper", "raised", "sunk"]),
        ("blue", &["paper", "raised", "sunk", "blue-wash"]),
        ("blue-hover", &["paper", "raised", "sunk", "blue-wash"]),
        ("seal", &["paper", "raised", "sunk", "seal-wash"]),
        ("amber", &["paper", "raised", "amber-wash"]),
        ("green", &["paper", "raised", "green-wash"]),
        ("on-blue", &["blue", "blue-hover"]),
        ("on-seal", &["seal"]),
    ];

    /// Borders of controls and shapes that carry meaning.
    const SHAPES: &[(&str, &[&str])] = &[
        ("line-strong", &["paper", "raised"]),
        ("share-1", &["raised", "paper"]),
    ];

    fn check(pairs: &[(&str, &[&str])], least: f64) {
        for theme in [Theme::Light, Theme::Dark] {
            let colours = colours(theme);
            let value = |name: &str| {
                let found = colours.iter().find(|(token, _)| *token == name);
                found
                    .unwrap_or_else(|| panic!("no token {name} in {theme:?}"))
                    .1
            };
            for (text, grounds) in pairs {
                for ground in *grounds {
                    let contrast = contrast(value(text), value(ground));
                    assert!(
                        contrast >= least,
                        "{theme:?}: {text} on {ground} is {contrast:.2}"
                    );
                }
            }
        }
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        check(TEXT, 4.5);
    }

    #[test]
    fn borders_of_controls_can_be_seen() {
        check(SHAPES, 3.0);
    }

    #[test]
    fn both_themes_have_the_same_tokens() {
        let names = |theme| {
            colours(theme)
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        assert!(names(Theme::Light).len() > 20);
        assert_eq!(names(Theme::Light), names(Theme::Dark));
    }

    #[test]
    fn black_on_white_is_21_to_1() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    }
}
