//! The demonstration's portal: publications in every column, a draft under discussion, a running
//! questionnaire, an exam, an application. Nothing here changes a figure of the year's report.

use anyhow::{Result, anyhow};
use app::{
    Actor, App,
    exam::{Exam, NewCandidate},
    inquiry::{HandIn, Kind},
    participation::{AskedUnit, Once, Questionnaire, text},
    publication::{Column, desk::Draft},
};
use jiff::{Span, Timestamp, civil::Date, tz};

use super::DemoBureau;

/// Codes of the demonstration's exam that are shown nowhere else: the first candidates.
const CANDIDATES: usize = 40;

/// A unified social credit code of an organ in a region that does not exist.
const CREDIT_CODE: &str = "11000000000000019Q";

/// The settings file of the demonstration's portal.
pub fn settings(bureau: &DemoBureau, listen: &str) -> String {
    format!(
        "# 演示用的门户设置；每一项的含义见 docs/portal.md。\n\
         organ_code = \"JYJ\"\ncredit_code = \"{CREDIT_CODE}\"\naddress = \"http://{listen}\"\n\n[footer]\n\
         organiser = \"{organ}\"\nundertaker = \"{organ}办公室\"\n\
         postal_address = \"{organ}办公楼（演示地址）\"\noffice_hours = \"工作日 9:00—12:00，14:30—17:30\"\n\
         phone = \"（演示）12345\"\nreport_phone = \"（演示）12345\"\nemail = \"demo@example.cn\"\n\
         icp = \"演示备00000000号\"\npolice = \"演示公网安备00000000000000号\"\nsite_code = \"0000000000\"\n\n\
         [[footer.accounts]]\nname = \"微信公众号\"\naddress = \"https://weixin.example.cn/\"\n\n\
         [[footer.accounts]]\nname = \"官方微博\"\naddress = \"https://weibo.example.cn/\"\n",
        organ = bureau.organ
    )
}

/// One line of text per publication: column, days before the year's end, title, text.
const ARTICLES: &[(&str, i64, &str, &str)] = &[
    (
        "信息公开指南",
        350,
        "政府信息公开指南",
        "本机关主动公开的政府信息，可以在本站“公开目录”查阅，也可以到办公地点查阅。\n没有主动公开的信息，可以依法申请公开。\n## 申请方式\n可以在本站“我要办”提交，也可以当面、邮寄提交。\n## 答复时限\n自收到申请之日起二十个工作日内答复。",
    ),
    (
        "信息公开制度",
        349,
        "政府信息公开工作制度",
        "公开前由起草人以外的人审核；不能确定能否公开的，报有关主管部门确定。\n公开的信息有个人信息的，先隐去再公开。",
    ),
    (
        "机构职能",
        348,
        "机构职能和内设机构",
        "贯彻教育法律法规，统筹本地区各级各类教育。\n## 内设机构\n| 科室 | 职责 |\n| 办公室 | 政务公开、群众来件 |\n| 政策法规科 | 法制审核、普法 |\n| 督导室 | 教育督导、问卷调查 |",
    ),
    (
        "政策文件",
        300,
        "校外培训机构预收费监管办法（试行）",
        "## 一、适用范围\n本办法适用于面向中小学生的校外培训机构。\n## 二、监管方式\n预收费全额进入监管账户，按课时拨付。",
    ),
    (
        "政策文件",
        120,
        "校外培训机构预收费监管办法",
        "## 一、适用范围\n本办法适用于面向中小学生的校外培训机构。\n## 二、监管方式\n预收费全额进入监管账户，按课时拨付。\n## 三、退费\n未消课部分依合同退还。\n## 四、施行\n原试行办法同时废止。",
    ),
    (
        "政策解读",
        118,
        "一图读懂预收费监管办法",
        "为什么要监管预收费：防止机构收钱后停业。\n家长要做什么：把钱交到监管账户，不交到个人账户。",
    ),
    (
        "规划计划",
        340,
        "年度教育工作计划",
        "推进义务教育优质均衡，落实双减，保障校园安全，深入法治宣传教育。",
    ),
    (
        "统计数据",
        60,
        "教育事业基本情况",
        "各级各类学校的数量、学生数、教师数见“学校基本信息”名录，可以整份下载。",
    ),
    (
        "财政预决算",
        310,
        "部门预算公开说明",
        "收支总表、“三公”经费和绩效目标随附件公开。",
    ),
    (
        "收费项目",
        305,
        "教育收费项目和标准",
        "义务教育阶段免收学费、杂费。\n| 项目 | 依据 |\n| 普通高中学费 | 按价格主管部门核定的标准 |",
    ),
    (
        "应急预案与安全",
        200,
        "学校突发事件应急预案",
        "发生突发事件，学校立即处置并报告；任何人发现学生受到伤害，应当立即报告。",
    ),
    (
        "招考录用",
        150,
        "公开招聘教师公告",
        "招聘岗位、条件、报名方式和考试安排见附表，全程接受监督。",
    ),
    (
        "招生入学",
        190,
        "义务教育学校招生入学工作通知",
        "义务教育学校免试就近入学。\n随迁子女凭居住证明申请，材料不全的可以先承诺后补交。",
    ),
    (
        "工作动态",
        40,
        "开展宪法宣传周活动",
        "各学校晨读宪法，举办法治课堂，家长和学生共同参加。",
    ),
    (
        "工作动态",
        12,
        "召开依法治校现场会",
        "交流章程实施、法治副校长履职和学生申诉处理的做法。",
    ),
    (
        "通知公告",
        25,
        "关于防范虚假培训广告的提醒",
        "报名前先在本站“校外培训机构名录”里查一查；不在名录里的机构，不要缴费。",
    ),
    (
        "抽查与检查结果",
        80,
        "双随机抽查结果公示",
        "按计划随机抽取检查对象和执法人员，结果逐项公开；抽取过程可以重算。",
    ),
    (
        "执法公示",
        330,
        "行政执法主体、依据和救济渠道",
        "执法人员两人以上并出示证件。\n对处理决定不服的，可以依法申请行政复议或者提起行政诉讼。",
    ),
    (
        "意见反馈",
        100,
        "预收费监管办法意见采纳情况",
        "征求意见期间收到的意见和采纳情况逐条公布如下。\n| 意见 | 采纳情况 |\n| 明确退费期限 | 采纳 |\n| 降低保证金 | 不采纳：会削弱保障 |",
    ),
    (
        "建议提案办理",
        70,
        "关于加强课后服务的建议办理情况",
        "建议已办理：课后服务覆盖面扩大，收费标准公开。",
    ),
    (
        "普法宣传",
        33,
        "以案释法：擅自办学的后果",
        "未取得办学许可面向社会招收学生培训的，依法责令停止并处理；家长可以要求退费。",
    ),
];

const DRAFT: &str = "为规范学生校服采购，制定本办法。\n家长自愿购买校服，学校不得强制。\n选用校服由家长代表占多数的选用组织决定。\n校服质量须经检验，检验报告向家长公开。";

const SURVEY: &str = "[单选满意度] 您对孩子所在学校总体满意吗？*\n- 非常满意\n- 满意\n- 一般\n- 不满意\n\
[多选] 您希望学校在哪些方面改进？\n- 课堂教学\n- 课后服务\n- 食堂\n- 校园安全\n\
[量表5] 您怎样评价教师的师德？* | 很差 | 很好\n\
[矩阵] 您对下列各项的看法\n行：作业量\n行：体育活动\n- 偏少\n- 合适\n- 偏多\n[填空200] 您还有什么建议？";

const BANK: &str = "国家宪法日是哪一天？\n- 10月1日\n= 12月4日\n- 7月1日\n解析：每年12月4日是国家宪法日。\n\n\
中华人民共和国的根本法是？\n= 宪法\n- 刑法\n- 民法典\n解析：宪法是国家的根本法，具有最高的法律效力。\n\n\
适龄儿童接受义务教育是？\n- 只是权利\n- 只是义务\n= 既是权利也是义务\n解析：宪法规定公民有受教育的权利和义务。\n\n\
发现同学被欺负，应当怎么办？\n= 告诉老师或家长\n- 不关自己的事\n- 一起动手\n\n\
未成年人的父母或者其他监护人应当依法履行什么职责？\n= 监护职责\n- 管理职责\n- 经营职责\n\n\
下列哪些是公民的基本权利？\n= 受教育权\n= 人身自由\n- 拒绝纳税\n\n\
学校可以因为学生成绩不好开除义务教育阶段的学生吗？\n- 可以\n= 不可以\n解析：义务教育阶段学校不得开除学生。\n\n\
参加校外培训前，应当先做什么？\n= 查机构是否在名录里\n- 一次交三年的钱\n- 交到老师个人账户\n\n\
国旗是？\n= 五星红旗\n- 天安门\n- 牡丹花\n\n\
国家机关工作人员就职时应当公开进行什么？\n= 宪法宣誓\n- 就职演出\n- 签名留念\n\n\
公民在行使自由和权利的时候？\n= 不得损害他人合法的自由和权利\n- 可以随心所欲\n- 只要自己高兴\n\n\
全国人民代表大会是？\n= 最高国家权力机关\n- 最高行政机关\n- 最高审判机关";

fn at(day: Date, hour: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    let moment = day.at(hour, 30, 0, 0).to_zoned(zone);
    moment.map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
}

/// Opens the portal of the demonstration.
pub fn open(app: &App, bureau: &DemoBureau, report: &str) -> Result<()> {
    let settings = app::publication::Settings::read(&settings(bureau, "127.0.0.1"));
    let app = app.clone().with_portal(settings.map_err(|e| anyhow!(e))?);
    let person = |login: &str| -> Result<Actor> {
        app.actor_by_login(login)?
            .ok_or_else(|| anyhow!("没有账号 {login}"))
    };
    let (writer, reviewer) = (person("clerk")?, person("legal")?);
    let mut numbers: Vec<(&str, String)> = Vec::new();
    for (column, days, title, body) in ARTICLES {
        let day = bureau.last_day().saturating_sub(Span::new().days(*days));
        let known = |t: &str| {
            numbers
                .iter()
                .find(|(n, _)| *n == t)
                .map(|(_, n)| n.clone())
        };
        let relations = match *title {
            "校外培训机构预收费监管办法" => {
                known("校外培训机构预收费监管办法（试行）").map(|n| ("废止".to_owned(), n))
            }
            "一图读懂预收费监管办法" => {
                known("校外培训机构预收费监管办法").map(|n| ("解读".to_owned(), n))
            }
            _ => None,
        };
        let validity = match (*column, title.contains("试行")) {
            ("政策文件", true) => "废止",
            ("政策文件", false) => "有效",
            _ => "",
        };
        let draft = Draft {
            title: (*title).to_owned(),
            column: (*column).to_owned(),
            made_on: Some(day),
            body: (*body).to_owned(),
            author: bureau.organ.to_owned(),
            source: bureau.organ.to_owned(),
            validity: validity.to_owned(),
            relations: relations.into_iter().collect(),
            ..Draft::default()
        };
        let number = publish(&app, &writer, &reviewer, &draft, day)?;
        numbers.push((title, number));
    }
    let last = bureau.last_day();
    let ledgers: std::collections::BTreeSet<String> = app
        .portal
        .columns
        .iter()
        .filter_map(|c: &Column| c.ledger.clone())
        .collect();
    for ledger in &ledgers {
        app.clock.set(at(last, 8));
        let draft = app.draft_from_ledger(&writer, ledger)?;
        publish(&app, &writer, &reviewer, &draft, last)?;
    }
    let draft = app.draft_from_report(&writer, report)?;
    publish(&app, &writer, &reviewer, &draft, last)?;
    let draft = app.disclosure_report(&writer, bureau.year - 1)?;
    let draft = Draft {
        body: written(&draft.body),
        ..draft
    };
    publish(&app, &writer, &reviewer, &draft, last)?;
    take_part(&app, bureau, &writer, &reviewer)?;
    app.clock.set(at(last, 17));
    Ok(())
}

/// The words that the office adds to the yearly report on disclosure.
fn written(body: &str) -> String {
    let words = [
        "信息发布前由另一人审核，门户按栏目定期更新。",
        "部分栏目更新不够及时，下一年按月检查。",
        "没有其他需要报告的事项。",
    ];
    let mut words = words.into_iter();
    let mut lines = Vec::new();
    for line in body.lines() {
        lines.push(match line.split_once(app::publication::desk::TO_WRITE) {
            Some((before, _)) => format!("{before}{}", words.next().unwrap_or_default()),
            None => line.to_owned(),
        });
    }
    lines.join("\n")
}

fn publish(
    app: &App,
    writer: &Actor,
    reviewer: &Actor,
    draft: &Draft,
    day: Date,
) -> Result<String> {
    app.clock.set(at(day, 9));
    let id = app.save_publication(writer, None, draft)?;
    app.submit_publication(writer, &id)?;
    app.clock.set(at(day, 10));
    app.release_publication(reviewer, &id)?;
    Ok(app.on_desk(writer, &id)?.index_number())
}

/// A draft under discussion with two opinions, a questionnaire, an exam, an application.
fn take_part(app: &App, bureau: &DemoBureau, writer: &Actor, reviewer: &Actor) -> Result<()> {
    let last = bureau.last_day();
    let later = last.saturating_add(Span::new().days(20));
    let title = "学生校服选用采购办法（征求意见稿）";
    let draft = Draft {
        title: title.to_owned(),
        column: "征求意见".to_owned(),
        made_on: Some(last),
        body: DRAFT.to_owned(),
        author: bureau.organ.to_owned(),
        source: bureau.organ.to_owned(),
        comments_until: Some(later),
        ..Draft::default()
    };
    publish(app, writer, reviewer, &draft, last)?;
    let site = app.site(&writer.organ)?;
    let article = site.articles.iter().find(|a| a.title == title);
    let article = article.ok_or_else(|| anyhow!("征求意见稿没有发布"))?;
    let opinion = |paragraph: &str, content: &str| -> Result<String> {
        let form = [
            ("about", article.slug()),
            ("paragraph", paragraph),
            ("content", content),
        ];
        hand_in(app, writer, Kind::Opinion, &article.id, &form)
    };
    let first = opinion("3", "选用组织里家长代表应当由家长委员会推选产生。")?;
    opinion("4", "建议检验报告在学校公告栏张贴。")?;
    app.answer_opinion(
        reviewer,
        &first,
        "采纳",
        "已写明由家长委员会推选。",
        "选用组织里家长代表应当由家长委员会推选产生。",
    )?;
    let application = [
        ("name", "演示申请人"),
        ("applicant_kind", "自然人"),
        ("identity", "到办公地点出示"),
        ("content", "申请公开本年度校外培训机构检查结果的汇总表。"),
        ("form", "电子文件"),
        ("delivery", "网站查询码"),
    ];
    hand_in(app, writer, Kind::Disclosure, "", &application)?;
    let survey = app.list(reviewer, "survey", &app::listing::ListAsk::default(), 1)?;
    let planned = survey.entries.first();
    let text_of = |id: &str, otherwise: &str| {
        let value = planned.and_then(|p| p.state.fields.get(id)?.as_text());
        value.unwrap_or(otherwise).to_owned()
    };
    let asked = bureau.schools.iter().filter(|s| s.is_school());
    let questionnaire = Questionnaire {
        // A round of its own: the one that the ledger planned has been counted there.
        title: "家长满意度补充问卷".to_owned(),
        intro: "用于改进学校工作，匿名，约三分钟。".to_owned(),
        topic: text_of("topic", "教育满意度"),
        audience: text_of("audience", "家长"),
        once: Once::Device,
        units: asked
            .map(|s| AskedUnit {
                name: s.name.clone(),
                district: s.district.to_owned(),
                invited: s.students,
            })
            .collect(),
        questions: text::questions(SURVEY).map_err(|e| anyhow!(e))?,
        open_results: false,
    };
    app.open_questionnaire(writer, &questionnaire, last, later)?;
    let exam = Exam {
        title: "学宪法讲宪法知识竞答".to_owned(),
        intro: "中小学生自愿参加，十道题，十分钟。".to_owned(),
        kind: String::new(),
        bank: text::bank(BANK).map_err(|e| anyhow!(e))?,
        questions: 10,
        minutes: 10,
        pass_mark: 60,
    };
    let id = app.open_exam(writer, &exam, at(last, 0), at(later, 17))?;
    let school = bureau.schools.iter().find(|s| s.is_school());
    let candidates: Vec<NewCandidate> = (1..=CANDIDATES)
        .map(|n| NewCandidate {
            name: format!("演示学生{n}"),
            unit: school.map_or_else(String::new, |s| s.name.clone()),
            class: "六年级一班".to_owned(),
        })
        .collect();
    let codes = app.put_candidates(reviewer, &id, &candidates)?;
    println!(
        "  学法考试的演示准考码：{}",
        codes.iter().take(3).cloned().collect::<Vec<_>>().join("、")
    );
    Ok(())
}

fn hand_in(
    app: &App,
    actor: &Actor,
    kind: Kind,
    subject: &str,
    form: &[(&str, &str)],
) -> Result<String> {
    let ticket = app.ticket(&app.new_ticket()?)?;
    let form = form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    let receipt = app.hand_in(
        &actor.organ,
        HandIn {
            kind,
            subject: subject.to_owned(),
            form: form.collect(),
            files: Vec::new(),
            ticket,
            suspicious: false,
        },
    )?;
    Ok(receipt.number)
}
