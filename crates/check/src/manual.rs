//! The manual: what every rule finds, why, and an example. The text is the rule's doc comment.

use diagnostic::Severity;

use crate::rules::{Group, RULES};

/// The manual page of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its code.
    pub code: &'static str,
    /// A few words for lists.
    pub title: &'static str,
    /// How certain its findings are.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    page: &'static str,
}

impl Explanation {
    /// The page in Markdown.
    pub fn page(&self) -> String {
        let mut page = format!("# {} {}", self.code, self.title);
        let mut heading = true;
        for line in self.page.lines().map(str::trim) {
            // A paragraph of several lines is one line: Chinese has no blanks between words.
            if heading || line.starts_with('#') {
                page.push('\n');
            }
            heading = line.starts_with('#');
            page.push_str(line);
        }
        page.push('\n');
        page
    }

    /// The paragraph under a heading of the page: 发现什么, 为什么要紧, 例, 改正, 已知误报.
    pub fn section(&self, heading: &str) -> Option<String> {
        let (_, rest) = self.page.split_once(&format!("## {heading}\n"))?;
        let body = rest.split("## ").next().unwrap_or(rest);
        Some(body.lines().map(str::trim).collect::<String>())
    }
}

/// The manual page of the rule with this code.
pub fn explain(code: &str) -> Option<Explanation> {
    RULES
        .iter()
        .find(|rule| rule.code == code)
        .map(|rule| Explanation {
            code: rule.code,
            title: rule.title,
            severity: rule.severity,
            group: rule.group,
            page: rule.page,
        })
}

/// The codes of all rules, in the order in which they run.
pub fn codes() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page() {
        assert!(codes().len() > 30);
        for code in codes() {
            let page = explain(code).unwrap().page();
            assert!(page.starts_with(&format!("# {code} ")), "{page}");
        }
        assert!(explain("no-such-rule").is_none());
    }

    #[test]
    fn sections_are_single_paragraphs() {
        let example = explain("sum-mismatch").unwrap().section("例").unwrap();
        assert_eq!(example, "收回问卷100份（小学60份、初中30份）。");
    }

    /// The manual's table of rules cannot fall behind the rules.
    #[test]
    fn the_manual_lists_every_rule() {
        let manual = include_str!("../../../docs/check.md");
        for code in codes() {
            assert!(
                manual.contains(&format!("`{code}`")),
                "docs/check.md lacks {code}"
            );
        }
    }
}
