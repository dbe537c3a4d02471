//! What is computed over several ledgers, on a whole demonstration year.

use std::{collections::BTreeSet, sync::LazyLock};

use app::{
    Actor, App,
    catalogue::definition::FigureKind,
    duties::{CHECKS, Gap, LISTS, Limits, Rule, WarningKind},
    kernel::{self, Ask},
    listing::ListAsk,
    values::{dates::Period, ratio::Ratio},
};
use yifa::coverage;

use crate::years::{CITY, FULLEST};

const YEAR: i16 = 2020;

/// A district bureau's year, and its legal officer.
struct Worked {
    app: &'static App,
    legal: Actor,
}

static LOADED: LazyLock<Worked> = LazyLock::new(|| Worked {
    app: &FULLEST.app,
    legal: FULLEST.who("legal"),
});

/// Ledgers that begin empty in a bureau of this size: their procedures start elsewhere, or the
/// thing did not happen. Every one has its reason.
const EMPTY: &[(&str, &str)] = &[
    ("report", "the report desk writes it"),
    ("proactive_disclosure", "the publishing desk writes it"),
    (
        "power_adjustment",
        "the list of powers was not reviewed in this year",
    ),
    ("legal_review", "no penalty of this year was a major one"),
    ("inspection_item", "draws are planned in the city's year"),
    ("inspection_plan", "draws are planned in the city's year"),
    ("dropout", "no pupil stayed away"),
];

#[test]
fn every_ledger_opens_with_something() {
    let Worked { app, legal, .. } = &*LOADED;
    let list = coverage::builtin_list().expect("the list");
    let serving = |id: &str| {
        let target = format!("ledger:{id}");
        list.duty.iter().any(|duty| duty.serves.contains(&target))
    };
    let mut bare = Vec::new();
    for ledger in app.catalogue().ledgers().filter(|l| serving(&l.id)) {
        let page = app
            .list(legal, &ledger.id, &ListAsk::default(), 1)
            .expect("a list");
        let excused = EMPTY.iter().any(|(id, _)| *id == &*ledger.id);
        if page.count == 0 && !excused {
            bare.push(ledger.id.to_string());
        }
    }
    assert!(bare.is_empty(), "nothing in {bare:?}");
}

/// Who clicks a number sees the entries that make it: no more, no fewer, at any end of a year.
#[test]
fn the_entries_behind_every_figure_add_up_to_it() {
    let Worked { app, legal, .. } = &*LOADED;
    let (mut added_up, mut wrong) = (0, Vec::new());
    for figure in app.catalogue().figures() {
        if !matches!(
            figure.kind,
            FigureKind::Flow(_) | FigureKind::Stock(_) | FigureKind::Latest(_)
        ) {
            continue;
        }
        let scale = kernel::figure::scale(app.catalogue(), figure);
        for year in [YEAR - 1, YEAR] {
            let ask = Ask::period(Period::year(year));
            let asks = [(figure.id.to_string(), ask.clone())];
            let reading = &app.readings(legal, &asks, None).expect("readings")[0];
            let behind = app.all_behind(legal, &figure.id, &ask, None, 100_000);
            let Some(behind) = behind.expect("entries") else {
                continue;
            };
            let sum: i128 = behind.iter().map(|one| i128::from(one.value)).sum();
            let value = reading.answer.value;
            added_up += usize::from(!behind.is_empty());
            let same = match value {
                Some(value) => value.numerator() * scale == sum * value.denominator(),
                None => sum == 0,
            };
            if !same {
                wrong.push(format!("{} {year}: {sum} for {value:?}", figure.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(added_up > 300, "only {added_up} figures have entries");
}

#[test]
fn kinds_of_units_add_up_to_the_figure() {
    let Worked { app, legal, .. } = &*LOADED;
    let ask = Ask::period(Period::year(YEAR));
    let mut divided = BTreeSet::new();
    for figure in app.catalogue().figures() {
        for dimension in &figure.by {
            let field = dimension.field.as_str();
            let values = app.by_dimension(legal, &figure.id, &ask, field, None);
            let values = values.expect("values");
            let kinds = app.by_unit_kind(legal, field, &values).expect("kinds");
            let sum = |mut all: Vec<Option<Ratio>>| {
                let add = |sum: Ratio, value: Option<Ratio>| sum.checked_add(value?);
                all.drain(..).try_fold(Ratio::integer(0), add)
            };
            if kinds.is_empty() {
                continue;
            }
            let parts = sum(kinds.iter().map(|(_, value)| Some(*value)).collect());
            let whole = sum(values.iter().map(|(_, r)| r.answer.value).collect());
            assert_eq!(parts, whole, "{} by {field}", figure.id);
            divided.extend(kinds.into_iter().map(|(kind, _)| kind));
        }
    }
    assert!(
        divided.contains("小学") && divided.contains("幼儿园"),
        "{divided:?}"
    );
}

#[test]
fn every_template_writes_a_report() {
    let Worked { app, legal, .. } = &*LOADED;
    let templates = app.catalogue().reports();
    assert!(templates.len() >= 8, "{} templates", templates.len());
    for template in templates {
        let id = app
            .start_report(legal, &template.id, YEAR)
            .expect("a draft");
        let draft = app.draft(legal, &id).expect("the draft");
        let paper = app.paper(legal, &draft, None).expect("the paper");
        let texts = paper.parts.iter().flat_map(|p| &p.paragraphs);
        let text: String = texts.map(|p| p.text()).collect();
        let empty = paper
            .parts
            .iter()
            .filter(|p| p.paragraphs.is_empty())
            .count();
        assert!(text.chars().count() > 150, "{}: {text}", template.id);
        assert!(
            !text.contains('{') && !text.contains("无数据"),
            "{}: {text}",
            template.id
        );
        assert!(
            empty * 2 <= paper.parts.len(),
            "{}: {empty} empty parts",
            template.id
        );
        assert!(
            paper.untraced().is_empty(),
            "{}: {:?}",
            template.id,
            paper.untraced()
        );
        let docx = app.report_docx(legal, &paper).expect("a document");
        assert!(docx.starts_with(b"PK"), "{}", template.id);
        // For looking at them: as clerks open them.
        if let Some(folder) = std::env::var_os("YIFA_REPORTS_FOLDER") {
            let path = std::path::Path::new(&folder).join(format!("{}.docx", template.id));
            std::fs::write(path, docx).expect("written");
        }
    }
}

/// A report whose issue is registered is an official document: number, signer, addressee, imprint.
/// A published one says so and names nobody to call.
#[test]
fn a_signed_report_bears_what_its_issue_says() {
    let Worked { app, legal } = &*LOADED;
    let written = |year: i16| {
        let id = app.start_report(legal, "law_government_annual", year);
        let draft = app.draft(legal, &id.expect("a draft")).expect("the draft");
        let paper = app.paper(legal, &draft, None).expect("the paper");
        let docx = app.report_docx(legal, &paper).expect("a document");
        let text = office::docx::read(&docx, &office::Limits::default());
        text.expect("what stands in it").to_plain()
    };
    let issued = written(YEAR - 1);
    let issue = entry(app, legal, "report_issue", "kind", "法治政府建设年度报告");
    let said = |field: &str| match issue.state.fields.get(field) {
        Some(catalogue::value::Value::Text(text)) => text.clone(),
        other => panic!("{field}: {other:?}"),
    };
    for field in [
        "number",
        "signer",
        "addressee",
        "copy_to",
        "printing_office",
    ] {
        assert!(issued.contains(&said(field)), "{field}: {issued}");
    }
    assert!(issued.contains("（此件公开发布）"), "{issued}");
    for field in ["contact", "phone"] {
        assert!(!issued.contains(&said(field)), "{field}: {issued}");
    }
    let own = written(YEAR);
    assert!(!own.contains("签发人") && !own.contains("（此件"), "{own}");
}

/// Duties that share one book are told apart by the parts of its figures, which make up the whole.
#[test]
fn duties_of_one_book_are_told_apart() {
    let Worked { app, legal } = &*LOADED;
    let ask = Ask::period(Period::year(YEAR));
    let number = |reading: &app::figures::Reading| {
        let value = reading.answer.value;
        value.map_or(0, |value| value.to_integer().expect("a count"))
    };
    for (figure, dimension, parts) in [
        ("complaints_closed", "kind", &["师德师风", "收费退费"][..]),
        (
            "leadership_activities",
            "kind",
            &["理论学习中心组学习", "宣讲"],
        ),
        (
            "law_publicity_activities",
            "series",
            &["宪法宣传周", "民法典宣传"],
        ),
        (
            "disclosures_published",
            "kind",
            &["管理公开", "结果公开", "党务公开"],
        ),
        ("documents_issued", "kind", &[]),
        ("aid_recipients", "kind", &[]),
        ("teachers_recruited", "way", &[]),
        ("inspection_rounds", "form", &["常态化治理"]),
        ("law_exam_taken", "kind", &["国家工作人员学法用法考试"]),
    ] {
        let whole = app.readings(legal, &[(figure.to_owned(), ask.clone())], None);
        let whole = number(&whole.expect("a reading")[0]);
        let by = app.by_dimension(legal, figure, &ask, dimension, None);
        let by = by.unwrap_or_else(|e| panic!("{figure}: {e}"));
        let sum: i128 = by.iter().map(|(_, reading)| number(reading)).sum();
        assert!(whole > 0 && sum == whole, "{figure}: {sum} of {whole}");
        assert!(parts.is_empty() || by.len() > 1, "{figure}: {by:?}");
        for part in parts {
            let found = by.iter().find(|(name, _)| name == part);
            let some = found.is_some_and(|(_, reading)| number(reading) > 0);
            let names: Vec<_> = by.iter().map(|(name, _)| name).collect();
            assert!(some, "{figure}: no {part} in {names:?}");
        }
    }
}

/// The register of training institutions tells what became of each: closed, handed over to whom, on
/// the platform.
#[test]
fn the_register_tells_what_became_of_each_institution() {
    let (app, legal) = (&CITY.app, &CITY.who("legal"));
    let read = |id: &str| {
        let asks = [(id.to_owned(), Ask::period(Period::year(CITY.year)))];
        app.readings(legal, &asks, None).expect("a reading")[0].words()
    };
    let (mut cleared, mut handed) = (0, 0);
    let all = ListAsk::default();
    app.walk(legal, "training_institution", &all, |institution| {
        let said = |field: &str| match institution.state.fields.get(field) {
            Some(catalogue::value::Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        if said("left_on").starts_with(&CITY.year.to_string()) {
            cleared += u32::from(said("category") == "学科类");
            let is_handed = said("exit") == "移交主管部门";
            handed += u32::from(is_handed);
            assert!(!is_handed || !said("received_by").is_empty(), "to whom");
        }
        Ok(())
    })
    .expect("the register");
    assert!(handed > 0 && cleared > 0);
    assert_eq!(read("institutions_transferred"), handed.to_string());
    assert_eq!(read("subject_institutions_cleared"), cleared.to_string());
    for rate in ["subject_reduction_rate", "platform_coverage"] {
        assert!(!["0", "无数据"].contains(&read(rate).as_str()), "{rate}");
    }
}

/// What the published rows say of each other, by the ledgers: parts of a sum, an average.
#[test]
fn the_relations_between_published_figures_hold() {
    let Worked { app, legal, .. } = &*LOADED;
    let read = |id: &str, ask: Ask| {
        let readings = app.readings(legal, &[(id.to_owned(), ask)], None);
        readings.expect("a reading")[0].words()
    };
    let year = || Ask::period(Period::year(YEAR));
    let october = Period::new(
        jiff::civil::date(YEAR, 1, 1),
        jiff::civil::date(YEAR, 10, 31),
    );
    let months = || Ask::period(october.expect("a period"));
    // 1 + 1 + 10 + 17 decisions of licensing: two preparatory, 27 establishments.
    assert_eq!(read("private_school_preparations", year()), "2");
    assert_eq!(read("private_schools_approved", year()), "10");
    assert_eq!(read("training_approvals", year()), "17");
    // The departments that supervise heard of each establishment.
    assert_eq!(
        read("approvals_received", year().only("event", "设立")),
        "27"
    );
    // 3 actions of the district and 24 of the towns, until October.
    assert_eq!(
        read("inspection_rounds", months().only("form", "常态化治理")),
        "27"
    );
    // 700 000 yuan for 2600 person-times.
    assert_eq!(read("preschool_aid_average", year()), "269");
    assert_eq!(read("preschool_aid_amount", year()), "700,000");
}

/// What is handled step by step gives its figures by the steps: the old book of a year, counted.
#[test]
fn procedures_give_their_figures() {
    let Worked { app, legal, .. } = &*LOADED;
    let read = |id: &str| {
        let ask = Ask::period(Period::year(YEAR));
        let readings = app.readings(legal, &[(id.to_owned(), ask)], None);
        readings.expect("a reading")[0].words()
    };
    for (figure, expected) in [
        // Two of the year's decisions went through, a third waits for its risk assessment.
        ("decisions_started", "3"),
        ("decisions_argued", "2"),
        ("decision_risks_assessed", "2"),
        ("decisions_reviewed", "2"),
        ("decisions_discussed", "2"),
        ("decisions_evaluated", "2"),
        ("decision_opinions", "129"),
        ("decision_matters_listed", "4"),
        ("decision_catalogue_rate", "50"),
        ("normative_documents", "1"),
        ("normative_review_rate", "100"),
        ("normative_filing_rate", "100"),
        ("commitment_check_rate", "14.3"),
        ("rectification_orders", "6"),
        ("rectification_rate", "83.3"),
        ("petition_answer_rate", "100"),
        ("petitions_received", "7"),
        ("reviews_corrected", "1"),
        ("head_attendance_rate", "100"),
        ("meetings_applied", "4"),
        ("meetings_approved", "3"),
        ("meetings_refused", "1"),
        ("accountability_clues", "3"),
        ("accountability_talks", "2"),
        ("accountability_cases", "2"),
        ("supervision_rectification_rate", "66.7"),
        ("paid_tutoring_handled", "1"),
        ("student_status_refused", "1"),
        ("pupils_net_flow", "0"),
        ("planned_tasks_taken", "3"),
        ("plan_completion_rate", "100"),
        ("law_task_rate", "80"),
    ] {
        assert_eq!(read(figure), expected, "{figure}");
    }
    for whole in [
        "hazards_found",
        "hazards_open",
        "model_schools_applied",
        "model_schools_named",
        "student_status_approved",
        "private_schools_reviewed",
        "private_school_pass_rate",
    ] {
        assert_ne!(read(whole), "0", "{whole}");
    }
}

#[test]
fn coverage_names_the_schools_that_lack_it() {
    let Worked { app, legal, .. } = &*LOADED;
    let all = app.coverages(legal, YEAR).expect("coverage");
    assert_eq!(all.len(), CHECKS.len());
    for one in &all {
        assert!(one.base > 0, "{}: nobody is concerned", one.check.name);
        assert!(!one.early, "{}: the year is over", one.check.name);
        // In this district the letters went to institutions that have left the register since.
        let nobody = one.check.id == "commitment" && one.lacking == one.base;
        assert!(
            nobody || one.lacking < one.base,
            "{}: nobody has it",
            one.check.name
        );
    }
    // Every school has its deputy principal in the demonstration, some lack a full curriculum.
    let of = |id: &str| all.iter().find(|c| c.check.id == id).expect("a check");
    assert_eq!(of("vice-principal").lacking, 0);
    let network = of("network");
    assert!(network.lacking > 0);
    // Whoever is named stands in the register.
    let mut registered = std::collections::BTreeSet::new();
    for register in ["school", "training_institution"] {
        app.walk(legal, register, &ListAsk::default(), |unit| {
            registered.insert(unit.id);
            Ok(())
        })
        .expect("the register");
    }
    for one in &all {
        let unknown = one.missing.iter().find(|m| !registered.contains(&m.entry));
        assert!(unknown.is_none(), "{}: {unknown:?}", one.check.name);
    }
    let said = |note: &str| note.starts_with("未达标：") || note == "没有登记";
    assert!(
        network.missing.iter().all(|m| said(&m.note)),
        "{:?}",
        network.missing
    );
    assert!(CHECKS.iter().any(|c| matches!(c.rule, Rule::PerTerm(2))));
}

#[test]
fn a_clerk_sees_the_number_and_not_the_names_of_another_section() {
    let Worked { app, .. } = &*LOADED;
    let safety = app
        .actor_by_login("safety")
        .expect("a read")
        .expect("safety");
    let one = app.coverage(&safety, "network", YEAR).expect("coverage");
    assert!(one.hidden && one.missing.is_empty() && one.lacking > 0);
    let prepaid = app.prepaid(&safety).expect("prepaid");
    assert!(prepaid.hidden && prepaid.warnings.iter().all(|w| w.institution.is_empty()));
    assert!(app.white_list(&safety).is_err());
    assert!(app.assessment(&safety, YEAR).is_err());
}

#[test]
fn every_planted_breach_of_the_prepaid_limits_is_found() {
    let Worked { app, legal, .. } = &*LOADED;
    let view = app.prepaid(legal).expect("prepaid");
    // The same judgement, written a second time over the entries themselves.
    let mut over = 0;
    app.walk(legal, "course_package", &ListAsk::default(), |offer| {
        let number = |field: &str| match offer.state.fields.get(field) {
            Some(catalogue::value::Value::Integer(n)) => *n,
            _ => 0,
        };
        over += usize::from(number("months") > 30)
            + usize::from(number("lessons") > 60)
            + usize::from(number("price") > 500_000);
        Ok(())
    })
    .expect("the offers");
    assert!(over > 0);
    assert_eq!(view.count(WarningKind::OverLimit), over);
    assert_eq!(
        view.count(WarningKind::Refund),
        2,
        "one refused, one overdue, one in time"
    );
    assert!(view.count(WarningKind::NoAccount) > 0);
    assert!(view.count(WarningKind::Uncovered) > 0);
    let (balance, owed) = view.sums;
    assert!(balance > 0 && owed > 0);
    for warning in &view.warnings {
        assert!(
            !warning.said.is_empty() && warning.law.contains("教监管"),
            "{warning:?}"
        );
    }
    assert_eq!(Limits::LESSONS, 60);
}

#[test]
fn the_white_list_gives_reasons_and_no_institution_is_on_both() {
    let Worked { app, legal, .. } = &*LOADED;
    let view = app.white_list(legal).expect("the list");
    assert!(view.both.is_empty());
    assert!(!view.black.is_empty());
    assert!(
        view.black
            .iter()
            .all(|(_, _, basis, _, _)| !basis.is_empty())
    );
    let against = view
        .candidates
        .iter()
        .filter(|c| !c.against.is_empty())
        .count();
    assert!(against > 0 && against < view.candidates.len());
    // Those where list and judgement differ stand first.
    assert!(view.candidates.is_sorted_by_key(|c| !c.differs()));
}

#[test]
fn a_list_has_versions_differences_and_pages_of_items() {
    let Worked { app, legal, .. } = &*LOADED;
    let end = jiff::civil::date(YEAR, 12, 31);
    for list in LISTS {
        let view = app.list_on(legal, list.id, end).expect("a list");
        assert!(!view.items.is_empty(), "{}", list.name);
        assert!(!view.releases.is_empty(), "{}", list.name);
    }
    let start = jiff::civil::date(YEAR, 1, 1);
    let changed = app
        .list_difference(legal, "negative", start, end)
        .expect("a difference");
    let now = app
        .list_on(legal, "negative", end)
        .expect("a list")
        .items
        .len();
    let then = app
        .list_on(legal, "negative", start)
        .expect("a list")
        .items
        .len();
    assert_eq!(changed.added.len(), 2, "two items of the year");
    assert_eq!(then + changed.added.len() - changed.removed.len(), now);
    let power = app.list_on(legal, "power", end).expect("a list");
    assert!(!power.without_duty.is_empty() && power.without_duty.len() < power.items.len());
    let (duties, _) = app.of_power_item(legal, "JC-006").expect("an item");
    assert_eq!(duties.len(), 1);
    assert!(app.list_on(legal, "gone", end).is_err());
}

#[test]
fn one_veto_fails_the_whole_sheet() {
    let Worked { app, legal, .. } = &*LOADED;
    let view = app.assessment(legal, YEAR).expect("the assessment");
    assert_eq!(view.sheets.len(), 2);
    let schools = view
        .sheets
        .iter()
        .find(|s| s.name == "直属学校")
        .expect("schools");
    assert_eq!(schools.full(), 100);
    let last = schools.units.last().expect("a unit");
    assert_eq!((last.place, last.vetoed.len()), (None, 1));
    assert!(last.total > 900, "a good sum does not save it");
    assert_eq!(schools.units[0].place, Some(1));
    assert!(
        app.assessment(legal, YEAR - 1)
            .expect("none")
            .sheets
            .is_empty()
    );
}

#[test]
fn indicator_trees_show_values_and_gaps() {
    let Worked { app, legal, .. } = &*LOADED;
    let trees = app.indicator_trees(legal, YEAR).expect("trees");
    let tree = trees
        .iter()
        .find(|t| t.name == "法治政府示范创建")
        .expect("the tree");
    let codes: Vec<&str> = tree.indicators.iter().map(|i| i.code.as_str()).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    let of = |code: &str| {
        tree.indicators
            .iter()
            .find(|i| i.code == code)
            .expect("a code")
    };
    assert!(of("1").branch && of("1").gaps.is_empty());
    assert!(
        of("1.1")
            .reading
            .as_ref()
            .is_some_and(|r| r.text().is_some())
    );
    let late = |gap: &Gap| matches!(gap, Gap::MaterialDue(name) if name.contains("学法"));
    assert!(of("5").gaps.iter().any(late), "{:?}", of("5").gaps);
    let package = app
        .indicator_package(legal, &tree.name, YEAR)
        .expect("the package");
    let text = String::from_utf8_lossy(&package);
    for file in [
        "目录.xlsx",
        "台账/权责清单.xlsx",
        "台账/投诉诉求办理.xlsx",
        "缺件.txt",
        "SHA256SUMS",
    ] {
        assert!(text.contains(file), "{file} is not in the package");
    }
    // What is missing is said in the package, not left out in silence.
    assert!(text.contains("材料“学法计划和学习记录”到期未上传"));
}

#[test]
fn tasks_from_above_show_what_is_missing() {
    let Worked { app, legal, .. } = &*LOADED;
    let sources = app.tasks_from_above(legal, YEAR).expect("tasks");
    assert_eq!(sources.len(), 3);
    let all: Vec<_> = sources.iter().flat_map(|s| &s.tasks).collect();
    assert_eq!(all.len(), 11);
    let open = all.iter().filter(|t| t.answered_on.is_none());
    assert!(open.clone().count() == 2 && open.clone().all(|t| !t.gaps.is_empty()));
    let whole = all.iter().filter(|t| t.gaps.is_empty()).count();
    assert!(whole >= 7, "{whole} without gaps");
}

#[test]
fn the_dashboard_puts_risks_first() {
    let Worked { app, legal, .. } = &*LOADED;
    let view = app.dashboard(legal, YEAR).expect("the dashboard");
    assert_eq!(view.duties.len(), 4);
    assert!(view.duties.iter().all(|d| d.done_on.is_some()));
    assert_eq!(view.days.len(), 4);
    assert!(
        view.days
            .iter()
            .all(|d| d.done_on.is_some_and(|done| done <= d.due_on))
    );
    assert!(view.risks.is_sorted_by_key(|r| std::cmp::Reverse(r.count)));
    assert!(view.risks.iter().all(|r| r.count > 0));
    assert!(view.plans.iter().any(|p| p.readings[2].text().is_some()));
    assert!(view.compared.iter().all(|c| !c.districts.is_empty()));
}

/// An entry of the demonstration, by one of its texts.
fn entry(app: &App, actor: &Actor, ledger: &str, field: &str, value: &str) -> app::entry::Entry {
    let page = app.list(actor, ledger, &ListAsk::default(), 500);
    let found = page.expect("a list").entries.into_iter().find(|e| {
        e.state.fields.get(field) == Some(&catalogue::value::Value::Text(value.to_owned()))
    });
    found.unwrap_or_else(|| panic!("{ledger}: no {field} = {value}"))
}

#[test]
fn entries_that_belong_together_find_each_other() {
    let Worked { app, legal, .. } = &*LOADED;
    let title = "全区校外培训常态化治理（第1次）";
    let inspection = entry(app, legal, "inspection", "title", title);
    let related = app.related(legal, &inspection).expect("what belongs to it");
    let orders = related
        .iter()
        .find(|r| r.ledger.id.as_str() == "rectification")
        .expect("the orders");
    assert!(!orders.outward);
    assert_eq!(orders.count, 2, "two orders came from this inspection");
    // The order leads back to the inspection.
    let back = app
        .related(legal, &orders.entries[0])
        .expect("what belongs to it");
    assert!(
        back.iter()
            .any(|r| r.outward && r.entries.iter().any(|e| e.id == inspection.id))
    );
    // A problem of the last report, the plan that answers it, the task that carries it out.
    let plan = entry(app, legal, "work_plan", "task", "提高执法案卷质量");
    let related = app.related(legal, &plan).expect("what belongs to it");
    let tasks = related.iter().find(|r| r.ledger.id.as_str() == "law_task");
    assert_eq!(tasks.map(|r| r.count), Some(1));
    // From the plan a task can be opened, which begins with the reference and takes no key over.
    let onward = app.onward(legal, &plan);
    let task = onward.iter().find(|o| o.ledger.id.as_str() == "law_task");
    let task = task.expect("a task can follow");
    assert_eq!(task.field, "plan");
    let carried = app.carried_over(legal, &plan.id, &task.ledger);
    let carried = carried.expect("what is taken over");
    assert_eq!(carried.get("plan"), Some(&plan.number.as_str().into()));
    assert!(!carried.contains_key("task") && !carried.contains_key("year"));
    let called = app.newest_called(legal, "work_plan").expect("names");
    assert!(called.contains(&plan.number), "{called:?}");
    // A school learns nothing of ledgers that it may not read.
    let school = Actor {
        roles: vec!["school".to_owned()],
        section: String::new(),
        ..legal.clone()
    };
    assert!(
        app.related(&school, &plan)
            .expect("an answer")
            .iter()
            .all(|r| app.ledger(&school, app::Action::Read, &r.ledger.id).is_ok())
    );
    let hidden = app.newest_called(&school, "work_plan").expect("an answer");
    assert_eq!(hidden, [""; 0], "not even the names");
}
