//! The forms: which questions each kind asks, in which steps, and in which words.

use app::{AppError, catalogue::definition::FieldType, inquiry::Kind};

use super::super::{
    paths,
    visit::Visit,
    wizard::{Question, Step, Take, Wizard},
};

/// The form of a kind.
///
/// # Errors
/// An opinion on a draft that takes none.
pub fn wizard(visit: &Visit, kind: Kind, about: &str) -> Result<Wizard, AppError> {
    let options = |field: &str| -> Vec<String> {
        let ledger = kind
            .ledger()
            .and_then(|l| visit.app().catalogue().ledger(l));
        match ledger.and_then(|l| l.field(field)).map(|f| &f.kind) {
            Some(FieldType::Choice { options }) => options.clone(),
            _ => Vec::new(),
        }
    };
    let name = || {
        Question::must(
            "name",
            "姓名或单位名称",
            Take::Line,
            "请写申请人的姓名或单位名称。",
        )
        .room(50)
    };
    let phone_needed = "请写联系电话：需要与您确认收到申请的日期。";
    let content =
        |label, needed| Question::must("content", label, Take::Lines(8), needed).room(2_000);
    let (steps, submit, declaration, files) = match kind {
        Kind::Disclosure => (
            vec![
                Step {
                    title: "您是谁",
                    questions: vec![
                        name()
                            .hint("法律规定申请要写明姓名或者名称（政府信息公开条例第二十九条）。"),
                        Question::must(
                            "applicant_kind",
                            "申请人类别",
                            Take::OneOf(options("applicant_kind")),
                            "请选择申请人类别：年度报告按它统计。",
                        ),
                        Question::must(
                            "identity",
                            "身份证明",
                            Take::OneOf(vec![
                                "附件上传证件".to_owned(),
                                "到办公地点出示".to_owned(),
                            ]),
                            "请选择怎样提供身份证明。",
                        )
                        .hint("不要在这里写证件号码。"),
                        Question::must("phone", "联系电话", Take::Phone, phone_needed)
                            .hint("网上申请，以双方确认之日为收到申请之日；我们会打这个电话。"),
                    ],
                },
                Step {
                    title: "您要什么信息",
                    questions: vec![
                        content(
                            "所需信息的名称、文号或者特征",
                            "请写明需要哪一份或哪一方面的信息。",
                        )
                        .hint("一份申请写一件事，能更快答复。"),
                    ],
                },
                Step {
                    title: "怎样给您",
                    questions: vec![
                        Question::must(
                            "form",
                            "提供形式",
                            Take::OneOf(vec!["电子文件".to_owned(), "纸质".to_owned()]),
                            "请选择提供形式。",
                        ),
                        Question::must(
                            "delivery",
                            "获取方式",
                            Take::OneOf(vec![
                                "网站查询码".to_owned(),
                                "邮寄".to_owned(),
                                "当面领取".to_owned(),
                            ]),
                            "请选择获取方式。",
                        ),
                        Question::may("address", "邮寄地址", Take::Line).hint("选择邮寄时填写。"),
                    ],
                },
            ],
            "提交信息公开申请",
            "提交即表示所填内容属实。",
            true,
        ),
        Kind::Complaint => (
            vec![
                Step {
                    title: "反映什么",
                    questions: vec![
                        Question::must(
                            "kind",
                            "类别",
                            Take::OneOf(options("kind")),
                            "请选择类别：按它分给负责的科室。",
                        ),
                        Question::may("respondent", "被反映的单位或个人", Take::Line).room(100),
                        Question::may("district", "所在区县", Take::OneOf(districts(visit))),
                        content("具体情况", "请写明时间、地点、发生了什么。")
                            .hint("不必写学生的姓名；反映学校欺凌等事项可以匿名。"),
                    ],
                },
                Step {
                    title: "怎样联系您",
                    questions: vec![
                        Question::may("name", "姓名", Take::Line)
                            .hint("不写就是匿名。匿名也会办理，只是无法向您核实。")
                            .room(50),
                        Question::may("phone", "电话", Take::Phone),
                    ],
                },
            ],
            "提交投诉举报",
            "请如实反映。您的姓名和电话只有办理人员能看到，不会告诉被反映的人。",
            true,
        ),
        Kind::Consultation => (
            vec![
                Step {
                    title: "您的问题或建议",
                    questions: vec![content("内容", "请写您的问题或建议。")],
                },
                Step {
                    title: "怎样联系您",
                    questions: vec![
                        Question::may("name", "称呼", Take::Line).room(50),
                        Question::may("phone", "电话", Take::Phone),
                    ],
                },
            ],
            "提交咨询建议",
            "",
            true,
        ),
        Kind::Petition => (
            vec![
                Step {
                    title: "您的信访事项",
                    questions: vec![
                        Question::must(
                            "kind",
                            "类别",
                            Take::OneOf(options("kind")),
                            "请选择类别：不同类别办理的程序不同。",
                        ),
                        content("事实、理由和请求", "请写明信访事项的事实、理由和请求。").hint(
                            "应当通过诉讼、仲裁、行政复议等法定途径解决的，会告诉您向谁提出。",
                        ),
                    ],
                },
                Step {
                    title: "您是谁",
                    questions: vec![
                        Question::must("name", "姓名", Take::Line, "请写信访人的姓名。").room(50),
                        Question::must(
                            "phone",
                            "联系电话",
                            Take::Phone,
                            "请写联系电话：书面告知前需要与您核实。",
                        ),
                    ],
                },
            ],
            "提交信访事项",
            "提交即表示所填内容属实。检举、控告材料不会转给被检举、控告的人。",
            true,
        ),
        Kind::Opinion => (
            vec![Step {
                title: "您的意见",
                questions: vec![
                    content("意见和理由", "请写您的意见。")
                        .hint("赞成、反对、怎样改，都请写明理由。"),
                    Question::may("name", "称呼", Take::Line)
                        .hint("不公开。")
                        .room(50),
                    Question::may("phone", "电话", Take::Phone).hint("不公开；需要核实时联系您。"),
                ],
            }],
            "提交意见",
            "意见的内容会在采纳情况里公布，请不要写个人信息。",
            false,
        ),
    };
    if kind == Kind::Opinion {
        let site = visit.site()?;
        let today = visit.app().clock.today();
        let draft = site.article(about).filter(|a| a.withdrawn.is_none());
        let open = draft.is_some_and(|a| a.comments_until.is_some_and(|until| today <= until));
        if !open {
            return Err(AppError::Input(
                "这份草案现在不收意见：征求意见已经截止，或者没有开始。".to_owned(),
            ));
        }
    }
    Ok(Wizard {
        action: paths::ask(kind),
        submit,
        steps,
        fixed: vec![("about", String::new()), ("paragraph", String::new())],
        files,
        declaration,
    })
}

fn districts(visit: &Visit) -> Vec<String> {
    let organ = visit.app().organ(&visit.organ);
    organ.map(|o| o.districts.clone()).unwrap_or_default()
}
