//! The front page, the columns, the site map and what the site says about itself.

use app::{inquiry::Kind, publication::Column};
use axum::{extract::State, response::Response};
use maud::{Markup, html};

use super::{
    frame::View,
    paths,
    read::article_list,
    visit::{Asked, Visit},
};
use crate::Web;

/// Newest articles on the front page.
const NEWEST: usize = 8;

/// The front page.
pub async fn show(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let site = visit.site()?;
        let newest: Vec<_> = site
            .articles
            .iter()
            .filter(|a| a.withdrawn.is_none() && a.opens_ledger.is_none())
            .take(NEWEST)
            .cloned()
            .collect();
        let main = html! {
            h1.unseen { (visit.organ_name()) "门户" }
            (doors(visit)?)
            div.home-columns {
                section.home-news aria-labelledby="news" {
                    div.section-head { h2 #news { "最新公开" } a href=(paths::COLUMNS) { "全部栏目" } }
                    @if newest.is_empty() { p.hint { "还没有公开的信息。" } }
                    (article_list(visit, &newest))
                }
                section.home-now aria-labelledby="now" {
                    div.section-head { h2 #now { "正在进行" } }
                    (running(visit)?)
                }
            }
            (groups(visit, true)?)
        };
        Ok(visit.page(View::new(paths::HOME, "首页", main)))
    })
    .await
}

fn doors(visit: &Visit) -> Result<Markup, app::AppError> {
    let site = visit.site()?;
    let doors = [
        (
            "公开目录",
            "文件、名录、执法结果，按栏目查",
            paths::COLUMNS.to_owned(),
        ),
        ("我要申请", "申请获取政府信息", paths::ask(Kind::Disclosure)),
        (
            "我要投诉",
            "投诉、举报，可以匿名",
            paths::ask(Kind::Complaint),
        ),
        (
            "征求意见",
            "对草案逐段提意见",
            paths::column("consultation"),
        ),
        ("学法考试", "凭学校发的准考码参加", paths::EXAMS.to_owned()),
        ("查询验证", "核对文书、报告和抽取", paths::VERIFY.to_owned()),
    ];
    // A column with nothing in it is not opened.
    let consultation = paths::column("consultation");
    let open = |href: &str| *href != consultation || site.has("consultation");
    Ok(html! {
        ul.doors {
            @for (name, about, href) in doors.iter().filter(|(_, _, href)| open(href)) {
                li { a href=(href) { strong { (name) } span { (about) } } }
            }
        }
    })
}

/// Consultations, questionnaires and exams that are open now.
fn running(visit: &Visit) -> Result<Markup, app::AppError> {
    let app = visit.app();
    let (today, now) = (app.clock.today(), app.clock.now());
    let site = visit.site()?;
    let drafts: Vec<_> = site
        .of_column("consultation")
        .filter(|a| a.comments_until.is_some_and(|until| today <= until))
        .collect();
    let surveys: Vec<_> = app
        .questionnaires(&visit.organ)?
        .into_iter()
        .filter(|r| r.is_open(today))
        .collect();
    let exams: Vec<_> = app
        .exams(&visit.organ)?
        .into_iter()
        .filter(|e| !e.counted && e.opens_at <= now && now <= e.closes_at)
        .collect();
    let none = drafts.is_empty() && surveys.is_empty() && exams.is_empty();
    let until = |day: app::values::dates::Date| app::values::dates::chinese_with_weekday(day);
    Ok(html! {
        @if none { p.hint { "现在没有征求意见、问卷或考试。" } }
        ul.now-list {
            @for a in drafts {
                li { a href=(paths::article(a)) { (a.title) }
                    p.hint { "征求意见" @if let Some(day) = a.comments_until { "，截止 " (until(day)) } } }
            }
            @for s in surveys {
                li { a href=(paths::survey(&s.id)) { (s.questionnaire.title) }
                    p.hint { "问卷调查，截止 " (until(s.closes_on)) } }
            }
            @for e in exams {
                li { a href=(paths::exam(&e.id, "")) { (e.exam.title) } p.hint { "学法考试，进行中" } }
            }
        }
    })
}

/// The columns by group; on the front page only those that show something.
fn groups(visit: &Visit, only_filled: bool) -> Result<Markup, app::AppError> {
    let site = visit.site()?;
    let groups = visit.settings().groups();
    let shown = |c: &&Column| !only_filled || site.has(&c.id);
    let count = |c: &Column| match site.registers.get(&c.id) {
        Some(register) => register.rows.len(),
        None => site.of_column(&c.id).count(),
    };
    Ok(html! {
        @for (number, (group, columns)) in (1..).zip(groups) {
            @let columns: Vec<&Column> = columns.into_iter().filter(shown).collect();
            @if !columns.is_empty() {
                @let id = format!("group-{number}");
                section.column-group aria-labelledby=(id) {
                    h2 id=(id) { (group) }
                    ul.column-cards {
                        @for column in columns {
                            @let n = count(column);
                            li {
                                @if n > 0 {
                                    a href=(paths::column(&column.id)) { (column.name) }
                                    " " span.hint { (n) " 条" }
                                } @else {
                                    (column.name) " " span.hint { "暂无" }
                                }
                                @if !column.about.is_empty() { p.hint { (column.about) } }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// All columns: the disclosure catalogue.
pub async fn columns(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let main = html! {
            div.page-head { h1 { "公开目录" } p { "按栏目查看公开的文件、名录、决定和报告。也可以在上方直接搜索。" } }
            (groups(visit, false)?)
        };
        Ok(visit.page(View::new(paths::COLUMNS, "公开目录", main)))
    })
    .await
}

/// The site map, for people.
pub async fn site_map(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let services = [
            ("申请政府信息公开", paths::ask(Kind::Disclosure)),
            ("投诉举报", paths::ask(Kind::Complaint)),
            ("咨询建议", paths::ask(Kind::Consultation)),
            ("信访和其他渠道", paths::ASK.to_owned()),
            ("查进度", paths::STATUS.to_owned()),
            ("问卷调查", paths::SURVEYS.to_owned()),
            ("学法考试", paths::EXAMS.to_owned()),
            ("年度报告", paths::REPORTS.to_owned()),
            ("查询验证", paths::VERIFY.to_owned()),
            ("开放数据", paths::DATA.to_owned()),
            ("关于我们", paths::ABOUT.to_owned()),
        ];
        let main = html! {
            div.page-head { h1 { "网站地图" } }
            section.column-group aria-labelledby="services" {
                h2 #services { "办事与参与" }
                ul.plain-links { @for (name, href) in services { li { a href=(href) { (name) } } } }
            }
            (groups(visit, false)?)
        };
        Ok(visit.page(View::new("", "网站地图", main)))
    })
    .await
}

/// About the site, help, legal notice.
pub async fn about(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let f = &visit.settings().footer;
        let organ = visit.organ_name();
        let main = html! {
            div.page-head { h1 { "关于我们" } }
            div.prose {
                p { "本站由" @if f.organiser.is_empty() { (organ) } @else { (f.organiser) } "主办，公开本机关的政府信息，受理申请、投诉和咨询，组织公众参与。" }
                h2 #help { "使用帮助" }
                p { "找信息：在每页上方的搜索框里写名称、文号或学校；也可以从“公开目录”按栏目找。写错字、用同音字，也会给出相近的结果。" }
                p { "办事：从“我要办”开始。提交后会得到回执编号和查询码，请记下来，凭它们在“查进度”里看办理情况和答复。" }
                p { "字太小：点每页上方的“关怀版”，字号和间距变大；浏览器自带的放大和朗读也都可以用。不用鼠标时，按 Tab 键逐项移动，按回车打开。" }
                h2 #legal { "法律声明" }
                p { "本站公开的政府信息，依照《政府信息公开条例》公开；转载请注明来源和发布时间。" }
                p { "您提交的姓名、电话和内容只用于办理您的这一件事，不会公开。问卷是匿名的：答卷和是否答过分开保存，无法对应到人。本站只在您切换关怀版、繁体或参加问卷、考试时使用必要的小文件（Cookie），不向第三方发送任何请求。" }
                h2 { "数据可以核对" }
                p { "每一次发布、更正和撤回都记入只能增长、不能改动的存证日志。凭索引号可在“查询验证”里取得证明，自己核对。" }
            }
        };
        Ok(visit.page(View::new("", "关于我们", main)))
    })
    .await
}
