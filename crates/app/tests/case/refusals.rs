//! What the law refuses, tried one by one on the shipped procedure of an ordinary penalty: each
//! answer names its ground, and nothing is left behind.

use app::{AppError, entry::Deed, entry::NewEntry};
use catalogue::value::{Fields, Value};

use crate::office::{Office, jpeg, photo};

/// A case of the ordinary procedure, on a clock that is moved.
struct Case {
    office: Office,
    id: String,
}

fn fields(pairs: &[(&str, Value)]) -> Fields {
    let owned = pairs
        .iter()
        .map(|(id, value)| ((*id).to_owned(), value.clone()));
    owned.collect()
}

impl Case {
    /// Filed on a day; 名officer, 名colleague and 名deputy hold certificates, 名head does not.
    fn filed(on: &str) -> Self {
        let office = Office::shipped();
        set(&office, on);
        for (name, number) in [("名officer", "1"), ("名colleague", "2"), ("名deputy", "3")] {
            certificate(&office, name, number, &[]);
        }
        let new = NewEntry {
            happened_on: on.parse().unwrap(),
            fields: fields(&[
                ("party", "某培训学校有限公司".into()),
                ("party_kind", "校外培训机构".into()),
                ("source", "投诉举报".into()),
                ("cause", "虚假招生宣传".into()),
                ("filed_on", on.into()),
            ]),
        };
        let ids = office.app.open(&office.officer, "penalty_ordinary", new);
        Self {
            id: ids.unwrap(),
            office,
        }
    }

    fn does(
        &self,
        who: &app::Actor,
        action: &str,
        given: &[(&str, Value)],
        officers: &[&str],
    ) -> Result<(), AppError> {
        let deed = Deed {
            action: action.to_owned(),
            fields: fields(given),
            officers: officers.iter().map(|name| (*name).to_owned()).collect(),
            ..Deed::default()
        };
        self.office.app.act_together(who, &self.id, deed)
    }

    /// It is refused with all these words, and nothing has changed.
    #[track_caller]
    fn refused(
        &self,
        who: &app::Actor,
        action: &str,
        given: &[(&str, Value)],
        officers: &[&str],
        words: &[&str],
    ) {
        let app = &self.office.app;
        let state = || app.entry(&self.office.officer, &self.id).unwrap().state;
        let before = (
            state(),
            app.history(&self.office.officer, &self.id).unwrap().len(),
        );
        let said = self.does(who, action, given, officers);
        let Err(AppError::Refused(refusal)) = said else {
            panic!("{action}: {said:?}");
        };
        let said = refusal.to_string();
        for word in words {
            assert!(said.contains(word), "“{word}” is not in: {said}");
        }
        let after = (
            state(),
            app.history(&self.office.officer, &self.id).unwrap().len(),
        );
        assert_eq!(before, after);
    }

    fn signs(&self, document: &str) {
        let (app, head) = (&self.office.app, &self.office.head);
        let text = app
            .draft_text(&self.office.officer, &self.id, document)
            .unwrap();
        let paper = app
            .write_paper(&self.office.officer, &self.id, document, None, text, "")
            .unwrap();
        app.sign_paper(head, &self.id, &paper, 1, app.clock.today())
            .unwrap();
    }

    /// The end of the investigation of a case of no weight.
    fn concludes(&self, found: &[(&'static str, Value)]) {
        self.signs("investigation_report");
        let mut given = vec![
            ("basis", "民办教育促进法 第六十二条".into()),
            ("major", false.into()),
            ("complex", false.into()),
            ("hearing_class", false.into()),
        ];
        given.extend_from_slice(found);
        let officer = &self.office.officer;
        self.does(officer, "conclude", &given, &[]).unwrap();
    }

    /// Up to the prior notice, told on a day.
    fn noticed(on: &str, told: &str) -> Self {
        let case = Self::filed(on);
        let officer = &case.office.officer;
        let pair = ["名officer", "名colleague"];
        case.does(officer, "investigate", &[], &pair).unwrap();
        case.office
            .app
            .add_evidence(officer, &case.id, photo(), &jpeg(1))
            .unwrap();
        let found = [
            ("facts", "发布虚假招生广告。".into()),
            ("proposed", "警告。".into()),
        ];
        case.concludes(&found);
        set(&case.office, told);
        case.signs("prior_notice");
        case.does(officer, "notify", &[], &[]).unwrap();
        case.signs("decision");
        case
    }
}

fn set(office: &Office, day: &str) {
    let at = format!("{day}T10:00:00+08:00");
    office.app.clock.set(at.parse().unwrap());
}

fn certificate(office: &Office, name: &str, number: &str, more: &[(&str, Value)]) {
    let mut given = fields(&[
        ("officer", name.into()),
        ("number", format!("云教{number}").into()),
        ("issued_on", "2020-01-01".into()),
    ]);
    given.extend(fields(more));
    let new = NewEntry {
        happened_on: "2020-01-01".parse().unwrap(),
        fields: given,
    };
    office
        .app
        .open(&office.officer, "officer_certificate", new)
        .unwrap();
}

fn penalty() -> [(&'static str, Value); 2] {
    [
        ("outcome", "给予处罚".into()),
        ("penalties", Value::List(vec!["警告".into()])),
    ]
}

#[test]
fn an_act_of_another_stage() {
    let case = Case::filed("2023-03-01");
    let words = [
        "“作出处罚决定”不能在“立案调查”环节办理，应在：事先告知",
        "《行政处罚法》第五十七条",
    ];
    case.refused(&case.office.head, "decide", &penalty(), &[], &words);
}

#[test]
fn an_act_of_somebody_else() {
    let case = Case::noticed("2023-03-01", "2023-03-10");
    let words = ["须由行政机关负责人办理", "《行政处罚法》第五十七条"];
    case.refused(&case.office.officer, "decide", &penalty(), &[], &words);
}

#[test]
fn papers_evidence_and_earlier_acts_that_are_missing() {
    let case = Case::filed("2023-03-01");
    let words = [
        "先办理“调查取证”",
        "附证据材料",
        "制作并签发《案件调查终结报告》",
        "填写“违法事实”",
        "填写“处罚依据”",
        "填写“重大执法决定”",
        "填写“属于应当告知听证权利的案件”",
        "《行政处罚法》第五十七条",
    ];
    case.refused(&case.office.officer, "conclude", &[], &[], &words);
}

#[test]
fn one_officer_instead_of_two_or_the_same_one_twice() {
    let case = Case::filed("2023-03-01");
    let officer = &case.office.officer;
    for team in [&["名officer"][..], &["名officer", "名officer"], &[]] {
        let words = [
            "应由2名以上持证执法人员共同办理",
            "《行政处罚法》第四十二条",
        ];
        case.refused(officer, "investigate", &[], team, &words);
    }
    case.does(officer, "investigate", &[], &["名officer", "名colleague"])
        .unwrap();
}

#[test]
fn an_officer_without_a_certificate_that_holds() {
    let case = Case::filed("2023-03-01");
    let office = &case.office;
    certificate(office, "甲", "7", &[("valid_until", "2023-02-28".into())]);
    certificate(office, "乙", "8", &[("cancelled_on", "2023-01-31".into())]);
    for (name, why) in [
        ("名head", "没有行政执法证"),
        ("甲", "（云教7）已于2023年2月28日到期"),
        ("乙", "（云教8）已暂扣或注销"),
    ] {
        let words = [why, "不得参加“调查取证”", "《行政处罚法》第四十二条"];
        case.refused(
            &office.officer,
            "investigate",
            &[],
            &["名officer", name],
            &words,
        );
    }
}

#[test]
fn who_investigated_decides_nothing() {
    let case = Case::filed("2023-03-01");
    let (office, pair) = (&case.office, ["名officer", "名deputy"]);
    case.does(&office.officer, "investigate", &[], &pair)
        .unwrap();
    office
        .app
        .add_evidence(&office.officer, &case.id, photo(), &jpeg(1))
        .unwrap();
    case.concludes(&[("facts", "事实。".into()), ("proposed", "警告。".into())]);
    case.signs("prior_notice");
    case.does(&office.officer, "notify", &[], &[]).unwrap();
    case.signs("decision");
    set(office, "2023-03-20");
    // He went along as an officer only; somebody else had typed it in.
    let words = [
        "办理过“调查取证”的人不得办理“作出处罚决定”",
        "《行政处罚法》第五十七条",
    ];
    case.refused(&office.deputy, "decide", &penalty(), &[], &words);
    case.does(&office.head, "decide", &penalty(), &[]).unwrap();
}

#[test]
fn a_decision_before_the_time_of_the_party_is_over() {
    let case = Case::noticed("2023-03-01", "2023-03-10");
    // Five working days from 10 March end on the 17th.
    set(&case.office, "2023-03-17");
    let words = [
        "“陈述、申辩和要求听证”届满（2023年3月17日）",
        "《行政处罚法》第五十七条",
    ];
    case.refused(&case.office.head, "decide", &penalty(), &[], &words);
    set(&case.office, "2023-03-20");
    case.does(&case.office.head, "decide", &penalty(), &[])
        .unwrap();
}

#[test]
fn a_decision_after_the_limit_without_an_approved_extension() {
    // Ninety days from 1 March end on 30 May.
    let late = Case::noticed("2023-03-01", "2023-03-10");
    set(&late.office, "2023-05-31");
    let words = [
        "“作出处罚决定”的期限已于2023年5月30日届满",
        "没有办理“批准延长办案期限”",
        "《行政处罚法》第六十条",
    ];
    late.refused(&late.office.head, "decide", &penalty(), &[], &words);
    let ground = [("extension_basis", "民办教育促进法 第六十二条".into())];
    let words = ["期限已于2023年5月30日届满", "《行政处罚法》第六十条"];
    late.refused(&late.office.head, "extend", &ground, &[], &words);

    let extended = Case::noticed("2023-03-01", "2023-03-10");
    let head = &extended.office.head;
    set(&extended.office, "2023-05-30");
    extended.does(head, "extend", &ground, &[]).unwrap();
    set(&extended.office, "2023-05-31");
    extended.does(head, "decide", &penalty(), &[]).unwrap();
}

#[test]
fn a_condition_of_the_law_that_is_not_met() {
    let case = Case::noticed("2023-03-01", "2023-03-10");
    set(&case.office, "2023-03-13");
    let words = ["不属于应当告知听证权利的案件", "《行政处罚法》第六十三条"];
    case.refused(&case.office.officer, "request_hearing", &[], &[], &words);
}

#[test]
fn a_day_before_what_came_first_or_in_the_future() {
    let case = Case::noticed("2023-03-01", "2023-03-10");
    let app = &case.office.app;
    let on = |day: &str| {
        let deed = Deed {
            action: "waive".to_owned(),
            happened_on: Some(day.parse().unwrap()),
            ..Deed::default()
        };
        let said = app.act_together(&case.office.officer, &case.id, deed);
        said.unwrap_err().to_string()
    };
    let early = on("2023-03-09");
    assert!(early.contains("早于“事先告知”（2023年3月10日）"), "{early}");
    assert!(on("2023-03-11").contains("晚于今天"));
}

#[test]
fn a_decision_is_signed_by_the_head_who_is_told_of_the_draft() {
    let case = Case::filed("2023-03-01");
    let (office, app) = (&case.office, &case.office.app);
    let text = app
        .draft_text(&office.officer, &case.id, "decision")
        .unwrap();
    let paper = app
        .write_paper(&office.officer, &case.id, "decision", None, text, "")
        .unwrap();
    let today = app.clock.today();
    let said = app.sign_paper(&office.officer, &case.id, &paper, 1, today);
    let said = said.unwrap_err().to_string();
    assert!(
        said.contains("《行政处罚决定书》须由行政机关负责人签发"),
        "{said}"
    );
    assert!(said.contains("《行政处罚法》第五十九条"), "{said}");
    let told = app.notices(&office.head).unwrap();
    let told = told
        .iter()
        .filter(|n| n.text.contains("待您签发：《行政处罚决定书》"));
    assert_eq!(told.count(), 1);
    app.sign_paper(&office.head, &case.id, &paper, 1, today)
        .unwrap();
    let signed = app.case_paper(&office.officer, &case.id, &paper).unwrap();
    let number = signed.in_force().unwrap().number.clone();
    assert_eq!(
        number.as_deref(),
        Some("云教罚决字〔2023〕1号"),
        "the refused one took none"
    );
}

#[test]
fn a_case_is_numbered_when_it_is_opened_without_one() {
    let case = Case::filed("2023-03-01");
    let entry = case
        .office
        .app
        .entry(&case.office.officer, &case.id)
        .unwrap();
    assert_eq!(entry.number, "云教罚立〔2023〕1号");
}

#[test]
fn an_old_notice_and_an_old_waiver_after_the_case_was_sent_back() {
    let case = Case::noticed("2023-03-01", "2023-03-10");
    let (officer, head) = (&case.office.officer, &case.office.head);
    case.does(officer, "waive", &[], &[]).unwrap();
    case.does(head, "supplement", &[], &[]).unwrap();
    set(&case.office, "2023-03-13");
    let words = ["先办理“调查取证”", "制作并签发《案件调查终结报告》"];
    case.refused(officer, "conclude", &[], &[], &words);
    let pair = ["名officer", "名colleague"];
    case.does(officer, "investigate", &[], &pair).unwrap();
    case.concludes(&[("facts", "另有虚假宣传一次。".into())]);
    let words = [
        "制作并签发《行政处罚事先告知书》",
        "《行政处罚法》第四十四条",
    ];
    case.refused(officer, "notify", &[], &[], &words);
    case.signs("prior_notice");
    case.does(officer, "notify", &[], &[]).unwrap();
    let words = ["制作并签发《行政处罚决定书》", "届满"];
    case.refused(head, "decide", &penalty(), &[], &words);
    case.signs("decision");
    case.does(officer, "waive", &[], &[]).unwrap();
    case.does(head, "decide", &penalty(), &[]).unwrap();
}
