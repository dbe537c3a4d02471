//! What is found, in which order, and how it is narrowed.

use super::*;

fn index() -> Index {
    let hit = |slug: &str, title: &str, on: &str| Hit {
        target: Target::Article(slug.to_owned()),
        title: title.to_owned(),
        column: "documents".to_owned(),
        on: on.to_owned(),
        number: "云教发〔2022〕7号".to_owned(),
        organ: "云川市教育局".to_owned(),
        excerpt: String::new(),
    };
    let first = hit("1", "关于校车的通知", "2022-01-05");
    let second = Hit {
        column: "enrolment".to_owned(),
        number: "云教基〔2021〕3号".to_owned(),
        organ: "云川市教育局、云川市公安局".to_owned(),
        ..hit("2", "义务教育招生简章", "2021-03-01")
    };
    let docs = vec![
        doc(first, "J/2022-00001", "义务教育招生不收费。"),
        doc(second, "J/2021-00002", "就近入学。"),
    ];
    Index { docs }
}

fn found(ask: SearchAsk) -> Found {
    index().search(&SearchAsk { take: 10, ..ask })
}

fn titles(words: &str) -> (Vec<String>, bool) {
    let found = found(SearchAsk {
        words: words.to_owned(),
        ..SearchAsk::default()
    });
    let titles = found.hits.into_iter().map(|h| h.title).collect();
    (titles, found.forgiven)
}

#[test]
fn titles_come_before_bodies() {
    let (found, forgiven) = titles("招生");
    assert_eq!(found, ["义务教育招生简章", "关于校车的通知"]);
    assert!(!forgiven);
}

#[test]
fn full_width_and_traditional_characters_are_the_same_words() {
    assert_eq!(titles("義務教育招生簡章").0, ["义务教育招生简章"]);
    assert_eq!(titles("Ｊ／２０２２").0, ["关于校车的通知"]);
}

#[test]
fn a_slip_is_forgiven_and_said() {
    let (found, forgiven) = titles("招声简章");
    assert_eq!(found, ["义务教育招生简章"]);
    assert!(forgiven);
    assert_eq!(
        titles("义务教育招聘简章").0.first().map(String::as_str),
        Some("义务教育招生简章")
    );
    assert!(titles("完全不相干").0.is_empty());
}

#[test]
fn words_typed_in_one_go_are_found_apart() {
    let (found, forgiven) = titles("校车的收费");
    assert_eq!(found, ["关于校车的通知"]);
    assert!(!forgiven, "all its words are there");
    assert!(titles("宿舍的食堂").0.is_empty());
}

#[test]
fn each_filter_narrows_and_counts_what_the_others_leave() {
    let asked = |column: &str, year: &str, organ: &str, number: &str| SearchAsk {
        words: "招生".to_owned(),
        column: column.to_owned(),
        year: year.to_owned(),
        organ: organ.to_owned(),
        number: number.to_owned(),
        ..SearchAsk::default()
    };
    let slugs = |ask: SearchAsk| -> Vec<String> {
        let slug = |hit: Hit| match hit.target {
            Target::Article(slug) => slug,
            Target::Row(..) => String::new(),
        };
        found(ask).hits.into_iter().map(slug).collect()
    };
    assert_eq!(slugs(asked("", "", "", "")), ["2", "1"]);
    assert_eq!(slugs(asked("documents", "", "", "")), ["1"]);
    assert_eq!(slugs(asked("", "2021", "", "")), ["2"]);
    assert_eq!(slugs(asked("", "", "云川市教育局", "")), ["1"]);
    for typed in [
        "云教基〔2021〕3号",
        "云教基[2021]3号",
        "云教基（2021） 3",
        "2021-00002",
    ] {
        assert_eq!(slugs(asked("", "", "", typed)), ["2"], "{typed}");
    }
    assert!(slugs(asked("documents", "2021", "", "")).is_empty());
    let narrowed = found(asked("documents", "", "", ""));
    assert_eq!(
        narrowed.columns,
        [("enrolment".to_owned(), 1), ("documents".to_owned(), 1)]
    );
    assert_eq!(narrowed.years, [("2022".to_owned(), 1)]);
    assert_eq!(narrowed.organs, [("云川市教育局".to_owned(), 1)]);
}

#[test]
fn a_filter_without_words_lists_what_fits() {
    let ask = SearchAsk {
        number: "7号".to_owned(),
        ..SearchAsk::default()
    };
    let titles: Vec<String> = found(ask).hits.into_iter().map(|h| h.title).collect();
    assert_eq!(titles, ["关于校车的通知"]);
    assert_eq!(found(SearchAsk::default()), Found::default());
}

#[test]
fn the_text_around_the_word_is_shown() {
    let found = index().search(&SearchAsk {
        words: "不收费".to_owned(),
        take: 1,
        ..SearchAsk::default()
    });
    assert!(found.hits[0].excerpt.contains("招生不收费"));
}

#[test]
fn letters_typed_by_sound_find_a_title() {
    for typed in ["xiaoche", "zhaosheng", "zaosen"] {
        let (titles, forgiven) = titles(typed);
        assert!(forgiven && titles.len() == 1, "{typed}: {titles:?}");
    }
    assert_eq!(titles("wenju").0.len(), 0);
}
