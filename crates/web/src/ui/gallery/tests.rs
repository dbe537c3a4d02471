//! What holds for all pages: read from the HTML of the whole gallery.

use std::collections::{HashMap, HashSet};

use super::*;

/// A start tag: name and attributes in order.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads the start tags of HTML as maud writes it: attributes in double quotes.
fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with(['/', '!']) {
            continue;
        }
        let name_end = rest.find([' ', '>']).unwrap_or(rest.len());
        let name = rest[..name_end].to_string();
        rest = &rest[name_end..];
        let mut attributes = Vec::new();
        while let Some(found) = rest.strip_prefix(' ') {
            let key_end = found.find(['=', ' ', '>']).unwrap_or(found.len());
            let key = found[..key_end].to_string();
            rest = &found[key_end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let end = quoted.find('"').unwrap_or(quoted.len());
                value = quoted[..end].to_string();
                rest = &quoted[end + 1..];
            }
            attributes.push((key, value));
        }
        assert!(rest.starts_with('>'), "unreadable <{name}: {:.80}", rest);
        tags.push(Tag { name, attributes });
    }
    tags
}

fn for_each_page(check: impl Fn(&str, &[Tag])) {
    for (name, page) in pages() {
        check(name, &tags(&page.into_string()));
    }
}

#[test]
fn every_component_shows_itself_and_twice_the_same() {
    for exhibit in exhibits() {
        assert!(
            !exhibit.samples.is_empty(),
            "{} has no sample",
            exhibit.name
        );
        for sample in &exhibit.samples {
            let html = sample.markup.0.as_str();
            assert!(
                html.len() > 20,
                "{} {} is empty",
                exhibit.name,
                sample.state
            );
        }
    }
    assert_eq!(gallery().into_string(), gallery().into_string());
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    for_each_page(|page, tags| {
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{page}: id {id} twice");
        }
        for tag in tags {
            for key in [
                "for",
                "aria-describedby",
                "aria-labelledby",
                "list",
                "aria-controls",
            ] {
                for id in tag.get(key).into_iter().flat_map(str::split_whitespace) {
                    assert!(ids.contains(id), "{page}: {key}={id} leads nowhere");
                }
            }
        }
    });
}

#[test]
fn nothing_is_inline_that_the_policy_forbids() {
    for_each_page(|page, tags| {
        for tag in tags {
            for (key, value) in &tag.attributes {
                assert!(
                    key != "style" && !key.starts_with("on"),
                    "{page}: {}[{key}]",
                    tag.name
                );
                assert!(
                    !value.starts_with("javascript:"),
                    "{page}: {}[{key}]",
                    tag.name
                );
                assert!(
                    !value.contains("//"),
                    "{page}: {value} leads to another host"
                );
            }
            assert!(tag.name != "style", "{page}: style element");
            assert!(
                tag.name != "script" || tag.get("src").is_some(),
                "{page}: inline script"
            );
        }
    });
}

#[test]
fn no_attribute_is_given_twice() {
    for_each_page(|page, tags| {
        for tag in tags {
            let mut seen = HashMap::new();
            for (key, value) in &tag.attributes {
                let before = seen.insert(key, value);
                assert!(
                    before.is_none(),
                    "{page}: {} {key}={before:?} and {value}",
                    tag.name
                );
            }
        }
    });
}

#[test]
fn every_control_has_a_label() {
    for_each_page(|page, tags| {
        let labelled: HashSet<_> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .filter_map(|tag| tag.get("for"))
            .collect();
        for tag in tags {
            let control = match tag.name.as_str() {
                "input" => !matches!(tag.get("type"), Some("hidden")),
                "select" | "textarea" => true,
                _ => false,
            };
            // A kept file sits inside its label.
            let inside_label = tag.get("name").is_some_and(|name| name.ends_with(".kept"));
            if control && !inside_label {
                let id = tag.get("id").unwrap_or("(no id)");
                assert!(
                    labelled.contains(id) || tag.get("aria-label").is_some(),
                    "{page}: {} {id} has no label",
                    tag.name
                );
            }
        }
    });
}

#[test]
fn every_page_has_one_heading_of_first_rank_and_a_main_part() {
    for_each_page(|page, tags| {
        assert_eq!(
            tags.iter().filter(|tag| tag.name == "main").count(),
            1,
            "{page}"
        );
        let first: Vec<_> = tags.iter().filter(|tag| tag.name == "h1").collect();
        assert!(!first.is_empty(), "{page}");
        // A paper is a document of its own with its own title; the gallery shows several heads.
        let own = first
            .iter()
            .filter(|tag| tag.get("class") != Some("paper-title"))
            .count();
        assert!(own <= 1 || page == "gallery.html", "{page}: {own}");
    });
}

#[test]
fn every_class_is_known_to_the_stylesheet() {
    let css = assets::find("yifa.css")
        .map(|asset| asset.body)
        .unwrap_or_default();
    let known: HashSet<&str> = css
        .split('.')
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            rest.get(..end.unwrap_or(rest.len()))
        })
        .collect();
    for_each_page(|page, tags| {
        let used = tags
            .iter()
            .filter_map(|tag| tag.get("class"))
            .flat_map(str::split_whitespace);
        let unknown: HashSet<_> = used.filter(|class| !known.contains(class)).collect();
        assert!(unknown.is_empty(), "{page}: no rule for {unknown:?}");
    });
}
