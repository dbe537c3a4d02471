//! The form of a new draw.

use std::collections::BTreeMap;

use app::{
    Action, AppError, Resource,
    authorise::authorise,
    draw::{
        NewDraw, Register,
        pure::{select::Method, suite::Suite},
        setup::{LotteryChoice, ONE_STRATUM, Team, parse_parties, parse_strata, parse_weights},
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use jiff::{civil::DateTime, tz};
use maud::html;

use super::{INSPECTIONS, inspection};
use crate::{
    context::{Answer, Page, Web, see_other},
    form::Form,
    routes,
    shell::View,
    ui::{
        button::Button,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, page_head},
        notice::Link,
        shell::Area,
    },
};

/// What was typed, by field.
type Typed = BTreeMap<String, String>;

/// The form.
pub async fn form(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::Draw, Resource::Organ)?;
        let mut typed = defaults(page);
        for (name, value) in page.query() {
            typed.insert(name, value);
        }
        fill_strata(page, &mut typed)?;
        let next = page.app().next_draw_id(page.actor())?;
        typed.insert("committed_as".to_owned(), next);
        show(page, &typed, &[], "")
    })
    .await
}

/// Publishes the plan.
pub async fn publish(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let mut typed = Typed::new();
        for (name, value) in form.pairs() {
            if name == "departments" || name == "matters" || name == "beacons" {
                let all = typed.entry(name.clone()).or_default();
                if !all.is_empty() {
                    all.push('、');
                }
                all.push_str(value);
            } else {
                typed.insert(name.clone(), value.clone());
            }
        }
        let setup = match setup(&typed) {
            Ok(setup) => setup,
            Err((field, words)) => return show(page, &typed, &[], &format!("{field}|{words}")),
        };
        match page.app().plan_draw(page.actor(), setup) {
            Ok(id) => see_other(&routes::with_query(&inspection(&id), &[("done", "saved")])),
            Err(AppError::Input(words)) => show(page, &typed, &[words], ""),
            Err(other) => Err(other),
        }
    })
    .await
}

fn defaults(page: &Page) -> Typed {
    let today = page.app().clock.today();
    let year = today.year();
    [
        ("register", "school".to_owned()),
        ("stratum_field", "kind".to_owned()),
        ("plan_name", format!("{year}年度双随机抽查计划")),
        ("beacons", "drand-quicknet".to_owned()),
        ("method", "equal".to_owned()),
        ("suite", "sha256".to_owned()),
        ("team_size", "2".to_owned()),
        ("capacity", "10".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Proposes the strata of the register, a fifth of each.
fn fill_strata(page: &Page, typed: &mut Typed) -> Result<(), AppError> {
    if !text(typed, "strata").is_empty() {
        return Ok(());
    }
    let Some(register) = Register::of(text(typed, "register")) else {
        return Ok(());
    };
    let by = text(typed, "stratum_field");
    let strata = page.app().register_strata(page.actor(), register, by)?;
    let lines: Vec<String> = strata.keys().map(|name| format!("{name} 20%")).collect();
    typed.insert("strata".to_owned(), lines.join("\n"));
    Ok(())
}

fn text<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map_or("", |value| value.trim())
}

type Wrong = (&'static str, String);

/// A time as the browser or a person writes it, Beijing time, in UTC.
fn utc(field: &'static str, typed: &str) -> Result<String, Wrong> {
    let wrong = || (field, "请写成 2026-03-03 10:00（北京时间）。".to_owned());
    let civil: DateTime = typed.trim().parse().map_err(|_| wrong())?;
    let zone = tz::TimeZone::fixed(tz::offset(8));
    Ok(civil
        .to_zoned(zone)
        .map_err(|_| wrong())?
        .timestamp()
        .to_string())
}

fn setup(typed: &Typed) -> Result<NewDraw, Wrong> {
    let get = |name: &str| text(typed, name);
    let listed = |name: &str| -> Vec<String> {
        get(name)
            .split(['、', '\n'])
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let required = |name: &'static str, words: &str| match get(name) {
        "" => Err((name, words.to_owned())),
        value => Ok(value.to_owned()),
    };
    let register = Register::of(get("register")).ok_or(("register", "请选择名录。".to_owned()))?;
    let matters = listed("matters");
    if matters.is_empty() {
        return Err(("matters", "请至少填一个事项。".to_owned()));
    }
    let stratum_field = get("stratum_field").to_owned();
    let mut strata = parse_strata(get("strata")).map_err(|e| ("strata", e))?;
    if stratum_field.is_empty() {
        // One stratum has one line, whatever it is called.
        strata.truncate(1);
        if let Some((name, _)) = strata.first_mut() {
            *name = ONE_STRATUM.to_owned();
        }
    }
    let method = match get("method") {
        "tickets" => Method::Tickets,
        "exponential" => Method::Exponential,
        _ => Method::Equal,
    };
    let weighted = method != Method::Equal;
    let lottery = match (get("lottery"), get("issue")) {
        ("", _) => None,
        (_, "") => return Err(("issue", "请填写期号。".to_owned())),
        (game, issue) => Some(LotteryChoice {
            game: game.to_owned(),
            issue: issue.to_owned(),
            known_at: utc("lottery_at", get("lottery_at"))?,
        }),
    };
    let number = |name: &'static str, words: &str| {
        get(name)
            .parse::<u32>()
            .map_err(|_| (name, words.to_owned()))
    };
    let team = match number("team_size", "请填 0 到 4。")? {
        0 => None,
        size => Some(Team {
            size: size as usize,
            capacity: number("capacity", "请填整数，如 10。")?,
            until: required("until", "请填写检查截止日期。")?,
        }),
    };
    Ok(NewDraw {
        title: required("title", "请填写名称。")?,
        plan_name: required("plan_name", "请填写所属计划。")?,
        matters,
        departments: listed("departments"),
        register,
        stratum_field,
        strata,
        method,
        weight_field: if weighted {
            required("weight_field", "请选择按什么定权重。")?
        } else {
            String::new()
        },
        weights: if weighted {
            parse_weights(get("weights")).map_err(|e| ("weights", e))?
        } else {
            BTreeMap::new()
        },
        time: utc("time", get("time"))?,
        suite: if get("suite") == "sm3" {
            Suite::Sm3
        } else {
            Suite::Sha256
        },
        beacons: listed("beacons"),
        lottery,
        second_holder: get("second_holder").to_owned(),
        parties: parse_parties(get("parties")).map_err(|e| ("parties", e))?,
        committed_as: get("committed_as").to_owned(),
        publish_after: match get("publish_after") {
            "" => None,
            typed => Some(utc("publish_after", typed)?),
        },
        reserve: None,
        team,
        repeats: Some(get("repeats").to_owned()).filter(|r| !r.is_empty()),
    })
}

/// The form, filled, with what is wrong: `field|words` at its field, others at the top.
fn show(page: &Page, typed: &Typed, errors: &[String], at_field: &str) -> Answer {
    let (wrong, words) = at_field.split_once('|').unwrap_or(("", ""));
    let parts = parts(page, typed)?
        .into_iter()
        .map(|mut part| {
            for field in &mut part.fields {
                if field.name == wrong {
                    field.error = Some(words.to_owned());
                }
            }
            part
        })
        .collect();
    let repeats = text(typed, "repeats").to_owned();
    let form = form_view(&FormView {
        id: "draw".to_owned(),
        action: "/inspections/new".to_owned(),
        token: page.token(),
        errors: errors.to_vec(),
        hidden: ["repeats", "committed_as"]
            .map(|name| (name.to_owned(), text(typed, name).to_owned()))
            .to_vec(),
        parts,
        buttons: vec![
            Button::submit("公布方案"),
            Button::go("不抽取，返回", INSPECTIONS).quiet(),
        ],
        ..FormView::default()
    });
    let main = html! {
        (page_head(&PageHead {
            title: if repeats.is_empty() { "新建抽取".to_owned() } else { format!("重抽 {repeats}") },
            lede: Some("方案一公布就写入存证日志，不能再改；要改只能作废另作。".to_owned()),
            ..PageHead::default()
        }))
        (form)
    };
    let view =
        View::of(Area::Draws, "新建抽取", main).below(vec![Link::new("双随机抽查", INSPECTIONS)]);
    if errors.is_empty() && wrong.is_empty() {
        page.show(view)
    } else {
        page.show_rejected(view)
    }
}

fn parts(page: &Page, typed: &Typed) -> Result<Vec<FormPart>, AppError> {
    let line = |name: &str, label: &str| {
        Field::new(
            name,
            label,
            Control::Text {
                value: text(typed, name).to_owned(),
            },
        )
    };
    let lines = |name: &str, label: &str, rows| {
        Field::new(
            name,
            label,
            Control::LongText {
                value: text(typed, name).to_owned(),
                rows,
            },
        )
    };
    let choice = |name: &str, label: &str, choices: Vec<Choice>| {
        Field::new(
            name,
            label,
            Control::Choice {
                value: text(typed, name).to_owned(),
                choices,
            },
        )
    };
    let several = |name: &str, label: &str, choices: Vec<Choice>| {
        let values = text(typed, name).split('、').map(str::to_owned).collect();
        Field::new(name, label, Control::Choices { values, choices })
    };
    let part = |title: &str, note: &str, fields| FormPart {
        title: Some(title.to_owned()),
        note: Some(note.to_owned()),
        fields,
    };
    let same = |list: &[&str]| {
        list.iter()
            .map(|one| Choice::same(*one))
            .collect::<Vec<_>>()
    };
    let items = page.app().inspection_items(page.actor())?;
    let matters = if items.is_empty() {
        lines("matters", "检查事项", 2).hint(
            "一行一个；几个事项一次查完（综合查一次）。先在“随机抽查事项清单”登记，就可以勾选。",
        )
    } else {
        let choices = items
            .iter()
            .map(|item| Choice::same(item.as_str()))
            .collect();
        several("matters", "检查事项", choices).hint("几个事项一次查完（综合查一次）。")
    };
    let registers = Register::ALL
        .map(|r| Choice::new(r.ledger(), r.label()))
        .to_vec();
    Ok(vec![
        part("抽什么", "事项须在公布的清单里。", vec![
            line("title", "名称").required().hint("如 2026年春季民办幼儿园抽查。"),
            line("plan_name", "所属年度计划").required(),
            matters.required(),
            several("departments", "联合部门", same(&["公安", "市场监管", "消防救援", "卫生健康", "民政"])),
        ]),
        part("从哪里抽、抽多少", "名单在冻结时取自名录库，停办、退出的不在内。", vec![
            choice("register", "名录", registers).required(),
            choice("stratum_field", "按什么分层", vec![
                Choice::new("kind", "学校类别"),
                Choice::new("category", "培训类别"),
                Choice::new("district", "区县"),
                Choice::new("nature", "性质"),
                Choice::new("", "不分层"),
            ]),
            lines("strata", "各层数量", 6).required().hint("一行一层：“幼儿园 20%”“小学 3”或“东区 20% 最多 5”（按区县分层时可以给每个区县封顶）。按比例的合并取整，总数不少于比例；封顶减下来的不补到别的层。没有列出的层不抽。"),
            choice("method", "概率", vec![
                Choice::new("equal", "人人相等"),
                Choice::new("tickets", "按等级多票（最多 64 票）"),
                Choice::new("exponential", "按等级加权"),
            ]),
            choice("weight_field", "权重按什么定", vec![
                Choice::new("", "不加权"),
                Choice::new("category", "培训类别"),
                Choice::new("kind", "学校类别"),
                Choice::new("nature", "性质"),
                Choice::new("district", "区县"),
            ]),
            lines("weights", "各等级权重", 3).hint("一行一级：“学科类 3”。"),
        ]),
        part("什么时候、用什么种子", "至少一个来源事先谁也不能知道。名单须在种子可知之前十分钟冻结并见证。", vec![
            line("time", "抽取时间").required().hint("北京时间，如 2026-03-03 10:00。"),
            several("beacons", "公共随机信标", vec![
                Choice::new("drand-quicknet", "drand quicknet（每 3 秒一轮）"),
                Choice::new("drand-default", "drand default（每 30 秒一轮）"),
            ]),
            choice("lottery", "彩票", vec![
                Choice::new("", "不用"),
                Choice::new("ssq", "双色球"),
                Choice::new("dlt", "大乐透"),
                Choice::new("kl8", "快乐8"),
                Choice::new("fc3d", "福彩3D"),
                Choice::new("pl5", "排列5"),
            ]),
            line("issue", "期号").hint("写期号不写日期，节假日会停售。"),
            line("lottery_at", "开奖时间").hint("北京时间，不早于抽取时间。"),
            line("second_holder", "封存秘密的第二保管单位").hint("填写后系统生成一个秘密并先公布承诺；如 市司法局。不用就留空。"),
            lines("parties", "到场各方的秘密", 2).hint(format!(
                "监督单位、企业代表到场时可以各带一个秘密。一行一方：“到场单位 第二保管单位 承诺”。各方事先打开 {}?draw={} 生成秘密和承诺，本次抽取的编号是 {}；秘密自己保管，抽取时当场公布。",
                super::COMMIT, text(typed, "committed_as"), text(typed, "committed_as"),
            )),
            line("publish_after", "推迟到何时公开").hint("检查不事先通知的，写检查结束的时间；之前只公布承诺和结果的哈希。"),
            choice("suite", "哈希算法", vec![Choice::new("sha256", "SHA-256"), Choice::new("sm3", "SM3（国密）")]),
        ]),
        part("谁去查", "取有效执法证件；能否带队、上限、片区、回避以名录库为准。", vec![
            line("team_size", "每家人数").required().hint("2 人以上；0 为不指派。"),
            line("capacity", "每人上限").hint("家；名录库另有规定的从其规定。"),
            Field::new("until", "检查截止", Control::Date { value: text(typed, "until").to_owned() }),
        ]),
    ])
}
