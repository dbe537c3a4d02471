//! Forms: a refused one comes back filled, an accepted one is done once.

use crate::server::{open_visit, shared, visit};

#[test]
fn a_refused_form_comes_back_as_it_was_filled_in() {
    let mut clerk = shared().signed_in("clerk");
    let filled = visit(&[
        ("visited_on", "2022-02-30"),
        ("detail", "第一行\r\n第二行"),
        ("people", "很多"),
        ("way", "来信"),
        ("number", "访-退回"),
    ]);
    let answer = clerk.submit("/ledgers/visit/new", &filled);
    assert_eq!(answer.status, 422);
    let text = answer.text();
    for kept in [
        "value=\"2022-02-30\"",
        "第一行",
        "第二行",
        "value=\"很多\"",
        "访-退回",
        "王小明",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    assert!(
        text.contains("error-summary"),
        "the errors are listed on top"
    );
    assert!(
        text.matches("aria-invalid").count() >= 2,
        "and marked where they are"
    );
    let list = clerk.get("/ledgers/visit?q=%E8%AE%BF-%E9%80%80%E5%9B%9E");
    assert!(
        list.text().contains("没有符合条件的记录"),
        "nothing was written"
    );
}

#[test]
fn what_is_missing_is_named() {
    let mut clerk = shared().signed_in("clerk");
    let answer = clerk.submit("/ledgers/visit/new", &[("matter", "只有事项")]);
    assert_eq!(answer.status, 422);
    for field in ["编号", "来访日期"] {
        assert!(answer.text().contains(field));
    }
}

#[test]
fn a_correction_needs_a_reason_and_shows_old_and_new() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(&mut clerk, &[("number", "访-更正"), ("matter", "旧的事项")]);
    let path = format!("{entry}/amend");
    let revision = |text: String| {
        let rest = text
            .split("name=\"revision\" value=\"")
            .nth(1)
            .unwrap()
            .to_owned();
        rest.split('"').next().unwrap().to_owned()
    };
    let first = revision(clerk.get(&path).text());
    let mut fields = visit(&[
        ("number", "访-更正"),
        ("matter", "新的事项"),
        ("revision", &first),
    ]);
    let refused = clerk.submit(&path, &fields);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("新的事项"), "the form comes back");
    fields.push(("reason", "写错了"));
    assert_eq!(clerk.submit(&path, &fields).status, 303);
    let page = clerk.get(&entry).text();
    for shown in ["旧的事项", "新的事项", "写错了"] {
        assert!(page.contains(shown), "{shown}");
    }
    // Who did what, and when, for each act; and each with its proof.
    let past: Vec<&str> = page.split("<li class=\"moment").skip(1).collect();
    assert_eq!(past.len(), 2, "opened and corrected");
    for moment in past {
        let (head, rest) = moment.split_once("</p>").unwrap();
        assert!(
            head.contains("名clerk") && head.contains("proof-link"),
            "{head}"
        );
        let written = [head, rest].concat().contains("2023年1月12日");
        assert!(written, "when it was written down: {moment}");
    }
    // Somebody who still has the old page cannot overwrite the correction.
    fields.retain(|(name, _)| *name != "matter");
    fields.push(("matter", "更旧的页面"));
    let stale = clerk.submit(&path, &fields);
    assert_eq!(stale.status, 422, "{}", stale.text());
    assert!(!clerk.get(&entry).text().contains("更旧的页面"));
}

#[test]
fn a_void_entry_stays_readable_and_leaves_the_figures() {
    let mut clerk = shared().signed_in("clerk");
    let entry = open_visit(
        &mut clerk,
        &[("number", "访-作废"), ("visited_on", "2019-05-05")],
    );
    let figure = "/figures/visits?from=2019-01-01&to=2019-12-31";
    assert!(clerk.get(figure).text().contains("访-作废"));
    let path = format!("{entry}/void");
    let revision = clerk.get(&path).text();
    let revision = revision.split("name=\"revision\" value=\"").nth(1).unwrap();
    let revision = revision.split('"').next().unwrap().to_owned();
    let fields = [("revision", revision.as_str()), ("reason", "重复登记")];
    assert_eq!(clerk.submit(&path, &fields).status, 303);
    let page = clerk.get(&entry).text();
    assert!(page.contains("已作废") && page.contains("重复登记"));
    assert!(!clerk.get(figure).text().contains("访-作废"));
}

#[test]
fn a_figure_is_drawn_by_months_quarters_years_and_parts() {
    let mut clerk = shared().signed_in("clerk");
    for (number, day, settled) in [
        ("图-1", "1996-02-01", "yes"),
        ("图-2", "1997-02-01", "yes"),
        ("图-3", "1997-03-01", "yes"),
        ("图-4", "1997-11-01", "no"),
    ] {
        let fields = [
            ("number", number),
            ("visited_on", day),
            ("settled", settled),
        ];
        open_visit(&mut clerk, &fields);
    }
    let page = clerk
        .get("/figures/visits?from=1997-01-01&to=1997-12-31")
        .text()
        .to_owned();
    let panel = |id: &str| {
        let from = page.find(&format!("id=\"{id}\"")).expect(id);
        let rest = &page[from..];
        rest[..rest.find("</section>").unwrap_or(rest.len())].to_owned()
    };
    let quarters = panel("by-quarter");
    for said in ["第一季度 2", "第二季度 0", "第三季度 0", "第四季度 1"] {
        assert!(quarters.contains(said), "{said} is not in {quarters}");
    }
    assert!(
        panel("by-month").contains("11月 1"),
        "{}",
        panel("by-month")
    );
    let years = panel("by-year");
    assert!(years.contains("1996年 1") && years.contains("1997年 3"));
    assert!(years.contains("<svg class=\"plot"), "a line: {years}");
    let parts = panel("by-settled");
    assert!(parts.contains("<svg class=\"shares"), "{parts}");
    assert!(parts.contains("2（66.7%）") && parts.contains("1（33.3%）"));
    // The parts of a text are compared, not added to a whole.
    assert!(!page.contains("id=\"shares-matter\""));
}

#[test]
fn lists_are_filtered_sorted_and_searched_by_their_address() {
    let mut clerk = shared().signed_in("clerk");
    for (number, matter, day) in [
        ("序-1", "甲方案", "2018-03-01"),
        ("序-2", "乙方案", "2018-02-01"),
        ("序-3", "丙方案", "2018-01-01"),
    ] {
        open_visit(
            &mut clerk,
            &[("number", number), ("matter", matter), ("visited_on", day)],
        );
    }
    shared().index();
    let mut order = |query: &str| {
        let text = clerk
            .get(&format!("/ledgers/visit?year=2018{query}"))
            .text();
        let mut at: Vec<_> = ["序-1", "序-2", "序-3"]
            .into_iter()
            .filter_map(|n| Some((text.find(&format!(">{n}"))?, n)))
            .collect();
        at.sort_unstable();
        at.into_iter().map(|(_, n)| n).collect::<Vec<_>>()
    };
    assert_eq!(order(""), ["序-1", "序-2", "序-3"], "newest first");
    assert_eq!(order("&order=asc"), ["序-3", "序-2", "序-1"]);
    assert_eq!(order("&sort=matter&order=asc").len(), 3);
    assert_eq!(order("&q=%E4%B9%99%E6%96%B9%E6%A1%88"), ["序-2"], "乙方案");
    assert_eq!(order("&f.district=%E4%B8%9C%E5%8C%BA").len(), 3, "东区");
}
