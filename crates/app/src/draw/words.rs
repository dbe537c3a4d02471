//! What the pure draw says, in words of the office.
//!
//! `proof` speaks English, because outsiders build it alone; clerks and citizens read Chinese. The
//! names of checks are stable and translated here; a detail that is not recognised is shown as it
//! is, marked as the program's own words, rather than left out.

use proof::draw::{
    assign::Cut,
    bundle::{Bundle, DrawError},
    plan::{Plan, PlanProblem},
    population::PopulationError,
    replace::ReplaceError,
    roster::{Inspector, Roster, RosterError},
    source::Lottery,
    verify::{Check, Outcome},
};

/// What a check asks, by its name.
pub fn question(name: &str) -> &'static str {
    match name {
        "form" => "文件是一份完整的抽取证明包",
        "hash" => "证明包的哈希与内容一致",
        "plan" => "抽取方案符合规则",
        "plan-hash" => "方案的哈希与内容一致",
        "population" => "对象名单的形式正确，并与方案相符",
        "population-root" => "对象名单的树根与名单一致",
        "roster" => "人员名单的形式正确",
        "roster-root" => "人员名单的树根与名单一致",
        "keys" => "日志和见证人的公钥",
        "log-plan" => "方案的公布已写入存证日志",
        "log-freeze" => "名单的冻结已写入存证日志",
        "freeze-time" => "名单在种子可知之前十分钟已由见证人见证",
        "source" => "种子来源的值真实",
        "seed" => "种子由方案、名单和来源算出",
        "take" => "各层的抽取数量符合方案",
        "ranking" => "各层的票号和顺序由种子算出",
        "load" => "任务量已尽可能平均",
        "assignment" => "人员指派是规则的唯一结果",
        "cut" => "“无法指派”的证明成立",
        _ => "其他核对",
    }
}

/// One line of a verification: the question and, where there is something to say, the finding.
pub fn check(check: &Check) -> String {
    let question = question(check.name);
    match check.outcome {
        Outcome::Pass => question.to_owned(),
        Outcome::Compare => format!("{question}：{}", compare(check)),
        Outcome::Fail => format!(
            "{question}：不成立。位置 {}；{}",
            place(&check.at),
            detail(&check.detail)
        ),
    }
}

fn place(at: &str) -> String {
    if at.is_empty() {
        "整个文件".to_owned()
    } else {
        at.to_owned()
    }
}

fn compare(check: &Check) -> String {
    match check.name {
        "keys" => "请与日志和各见证人自己公布的公钥核对".to_owned(),
        "freeze-time" => "方案没有指定日志，请核对名单公布的时间早于种子可知的时间".to_owned(),
        _ => {
            let said = check.detail.split(": compare").next().unwrap_or_default();
            format!("{said}，请与官方公布的结果核对")
        }
    }
}

/// The usual findings in Chinese; others as the program says them.
fn detail(text: &str) -> String {
    if let Some(error) = text.strip_prefix("not the JSON of a leaf: ") {
        return format!("不是规范的 JSON：{}", super::wrong::in_words(error));
    }
    if let Some((at, _)) = text.split_once(": nothing is null, absent fields are absent") {
        return format!("{at} 是空值：没有的项不写");
    }
    if text == "the version of the bundle is not 1" {
        return "版本应为 1".to_owned();
    }
    if let Some(error) = [
        "missing field ",
        "unknown field ",
        "invalid type: ",
        "unknown variant ",
    ]
    .iter()
    .any(|start| text.trim_start_matches("/plan: ").starts_with(start))
    .then(|| text.trim_start_matches("/plan: "))
    {
        let place = if text.starts_with("/plan: ") {
            "方案："
        } else {
            ""
        };
        return format!("{place}{}", super::wrong::in_words(error));
    }
    if let Some((what, values)) = text.split_once(" is ")
        && let Some((computed, stated)) = values.split_once(", the bundle says ")
    {
        return format!("{}应为 {computed}，文件中写的是 {stated}", thing(what));
    }
    if let Some((stratum, rest)) = text.split_once(": place ")
        && let Some((place, rest)) = rest.split_once(" belongs to ")
        && let Some((unit, ticket)) = rest.split_once(" with ticket ")
    {
        return format!("“{stratum}”第 {place} 位应是 {unit}，票号 {ticket}");
    }
    if let Some((stratum, rest)) = text.split_once(": ")
        && let Some((take, said)) = rest.split_once(" are to be drawn, the bundle says ")
    {
        return format!("“{stratum}”应抽 {take} 个，文件中写的是 {said}");
    }
    if let Some((unit, officers)) = text.split_once(" is visited by ") {
        return format!("{unit} 应由 {officers} 检查");
    }
    if let Some((name, rest)) = text.split_once(": ")
        && let Some(known) = phrase(rest)
    {
        return format!("{name}：{known}");
    }
    phrase(text).map_or_else(|| format!("程序原话：{text}"), str::to_owned)
}

fn thing(what: &str) -> &str {
    match what {
        "the hash of the content" => "内容的哈希",
        "the hash of the plan" => "方案的哈希",
        "the root of the population" => "对象名单的树根",
        "the root of the roster" => "人员名单的树根",
        "the value of the signed round" => "该轮签名对应的值",
        "the seed" => "种子",
        other => other,
    }
}

fn phrase(text: &str) -> Option<&'static str> {
    Some(match text {
        "the signature is not that of this round" => "签名不属于这一轮",
        "the signature is not a valid point" => "签名不是有效的曲线点",
        "the signature is missing" => "缺少签名",
        "the previous signature is missing, or given where there is none" => {
            "上一轮签名缺少，或不该有而有"
        }
        "the secret is not the one committed to" => "公开的秘密与承诺不符",
        "the secret is not 32 bytes" => "秘密不是 64 位十六进制数",
        "a signature belongs to a beacon only" => "只有随机信标才有签名",
        "the sources are not those of the plan in its order" => "来源与方案不一致",
        "the plan does not name this source" => "方案里没有这个来源",
        "the strata are not those of the plan in its order" => "各层与方案不一致",
        "the plan was published after the freeze" => "方案在冻结之后才公布",
        "no complete assignment exists" => "其实不存在完整的指派",
        "there is more beside the proof that there is none" => "已证明不能指派，却另有指派",
        "the cut does not prove anything: the places can be filled" => "证明不成立：岗位可以排满",
        "the counts of the cut are wrong" => "证明里的数目不对",
        "the cut names a place or an officer that does not exist, or one twice or out of order" => {
            "证明列出的岗位或人员不存在、重复或次序不对"
        }
        _ => return plan_rule(text),
    })
}

/// A rule of plans.
fn plan_rule(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "the version is 1" => "版本应为 1",
        "is one line of text in NFC and not empty" => "应填一行文字，不能空",
        "names another draw" => "应写被重抽的那一次的编号",
        "is a time as 2026-03-03T02:00:00Z" => "应写明时间，如 2026-03-03 10:00",
        "there are none where all are equal" => "等概率抽取不设权重",
        "are named where they count" => "按权重抽取时，应列出各风险等级的权重",
        "are at least 1, and at most 64 with the method of tickets" => {
            "权重至少为 1；多票法最多 64"
        }
        "there is at least one" => "至少要有一层",
        "has a name of its own" => "名称不能空，也不能与别的层重复",
        "has either a count or a rate" => "数量和比例应填一个，且只填一个",
        "has a rate of at most 1000000 millionths" => "比例不能超过 100%",
        "has a maximum beside a rate only" => "“最多”（max）只能与比例一起写",
        "occurs once" => "同一来源不能写两次",
        "has the name of a source with its exact instance" => {
            "来源写法应为 drand-quicknet、drand-default、lottery:彩种:期号 或 reveal:名称"
        }
        "is the first round strictly after the time of the draw" => {
            "应取抽取时间之后的第一轮（可以只写 drand-quicknet，轮次由程序推算）"
        }
        "says when its numbers are drawn, not before the time of the draw" => {
            "应写明开奖时间 known_at，且不早于抽取时间"
        }
        "has a commitment" => "应先有承诺（用 yifa draw secret 生成）",
        "is held by at least two offices" => "秘密应由至少两个不同的单位各存一份",
        "is published after the time of the draw" => "公开时间应在抽取时间之后",
        "has no commitment, holders or later publication" => "只有 reveal 来源才有承诺和保管单位",
        "has no time of its own" => "只有彩票来源才写 known_at",
        "there is one that nobody can know in advance" => {
            "至少要有一个事先无人能知的来源（随机信标或彩票）"
        }
        "is the key of a log" => "应为日志公钥",
        "are different keys for cosignatures" => "应为互不相同的见证人公钥",
        "is at least 1 and at most the number of keys" => "应在 1 和见证人数之间",
        "are 1 to 4" => "每组应为 1 至 4 人",
        "names offices" => "单位名称不能空",
        "is a date after the draw, as 2026-04-30" => "应为抽取之后的日期，如 2026-04-30",
        _ => return None,
    })
}

/// What is wrong with a plan.
pub fn problem(problem: &PlanProblem) -> String {
    let words = plan_rule(problem.rule).unwrap_or(problem.rule);
    format!("方案 {}：{words}", problem.at)
}

/// Why a draw cannot be made.
pub fn draw_error(error: &DrawError) -> String {
    match error {
        DrawError::Plan(found) => problem(found),
        DrawError::Canonical(error) => format!("方案不能写成规范形式（{error}）"),
        DrawError::Unit { unit } => format!("对象 {unit} 的层或权重，方案里没有"),
        DrawError::TooFew { stratum } => format!("“{stratum}”的对象少于要抽的数量"),
        DrawError::Roster => "方案要求指派人员时才需要人员名单，两者应同时有或同时没有".to_owned(),
        DrawError::RosterForm(error) => roster_error(error),
        DrawError::Sources => "来源的值与方案里的来源不一致（要逐个给出，次序相同）".to_owned(),
    }
}

/// Why a list of units cannot be frozen.
pub fn population_error(error: &PopulationError) -> String {
    match error {
        PopulationError::Duplicate { id } => format!("对象编号 {id} 出现两次"),
        PopulationError::Field { index } => {
            format!("第 {} 个对象的编号或层是空的，或不是一行文字", index + 1)
        }
        PopulationError::Weight { id } => format!("对象 {id} 的权重是 0"),
        PopulationError::Order { id } => format!("对象 {id} 不在应有的次序上"),
    }
}

/// Why a list of officers cannot be frozen.
pub fn roster_error(error: &RosterError) -> String {
    match error {
        RosterError::Field { id } => format!("{id} 的一项文字是空的，或日期不成立"),
        RosterError::Order { id } => format!("{id} 重复，或不在应有的次序上"),
        RosterError::Problem(error) => format!("人员名单不能用于指派（{error}）"),
    }
}

/// Why something is not replaced.
pub fn replace_error(error: &ReplaceError) -> String {
    match error {
        ReplaceError::Bundle => "证明包里的方案读不出来".to_owned(),
        ReplaceError::NotDrawn { unit } => format!("{unit} 不在要检查的对象里"),
        ReplaceError::NotInTeam { inspector, unit } => format!("{inspector} 不检查 {unit}"),
        ReplaceError::NoReserve { stratum } => format!("“{stratum}”的备选名单已用完"),
        ReplaceError::NoOfficer { unit } => {
            format!("没有别的人员可以检查 {unit} 且还有余量")
        }
        ReplaceError::Reason => "请用一行文字写明理由，理由会公开。".to_owned(),
        ReplaceError::Wrong { number } => format!("第 {number} 次替换不是规则要求的那一个"),
    }
}

/// Why typed numbers are no result of a lottery.
pub fn lottery_rule(game: Lottery) -> &'static str {
    match game {
        Lottery::Ssq => "双色球应为 6 个 1～33 的红球和 1 个 1～16 的蓝球，如 03 07 12 19 25 31+08",
        Lottery::Dlt => "大乐透应为 5 个 1～35 和 2 个 1～12 的号码，如 01 05 12 28 33+02 09",
        Lottery::Kl8 => "快乐8应为 20 个 1～80 的号码",
        Lottery::Fc3d => "福彩3D应为 3 个数字，按开奖次序，如 3 0 7",
        Lottery::Pl5 => "排列5应为 5 个数字，按开奖次序，如 3 0 7 1 9",
    }
}

/// Why no complete assignment exists, and what would solve it: sentences for people.
pub struct Collision {
    /// What collides, in one sentence.
    pub what: String,
    /// The units whose places cannot all be filled.
    pub units: Vec<String>,
    /// The officers on whom they depend.
    pub inspectors: Vec<String>,
    /// Each of these would solve it, or help.
    pub remedies: Vec<String>,
}

/// Puts a cut into words, with the constraints that keep others away.
pub fn collision(
    plan: &Plan,
    roster: &Roster,
    cut: &Cut,
    name: impl Fn(&str) -> String,
) -> Collision {
    let mut units: Vec<&str> = cut.slots.iter().map(|(unit, _)| unit.as_str()).collect();
    units.dedup();
    let list = |ids: &[&str]| -> String {
        let shown: Vec<String> = ids.iter().take(8).map(|id| name(id)).collect();
        let more = if ids.len() > 8 {
            format!("等 {} 个", ids.len())
        } else {
            String::new()
        };
        format!("{}{more}", shown.join("、"))
    };
    let officers: Vec<&str> = cut.inspectors.iter().map(String::as_str).collect();
    let from_them = match (officers.is_empty(), cut.outside_pairs) {
        (true, 0) => "没有人可以担任".to_owned(),
        (true, pairs) => format!("一共只有 {pairs} 个可行的人次"),
        (false, pairs) => {
            let others = if pairs == 0 {
                "，别人都不能担任".to_owned()
            } else {
                format!("，别人合计只能再补 {pairs} 个人次")
            };
            format!(
                "依靠 {}，他们合计最多承担 {} 个人次{others}",
                list(&officers),
                cut.capacity
            )
        }
    };
    let what = format!(
        "{} 家（{}）共有 {} 个岗位，{from_them}，还差 {} 个人次。",
        units.len(),
        list(&units),
        cut.demand,
        cut.shortfall
    );
    Collision {
        what,
        units: units.iter().map(|u| (*u).to_owned()).collect(),
        inspectors: cut.inspectors.clone(),
        remedies: remedies(plan, roster, cut, &name),
    }
}

/// What keeps each officer outside of the cut away from its places.
fn remedies(
    plan: &Plan,
    roster: &Roster,
    cut: &Cut,
    name: &impl Fn(&str) -> String,
) -> Vec<String> {
    let Some(rules) = &plan.assignment else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !cut.inspectors.is_empty() {
        found.push(format!(
            "把上述人员的任务上限合计提高 {} 个。",
            cut.shortfall
        ));
    }
    let (mut expired, mut elsewhere, mut barred, mut not_lead) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for officer in &roster.inspectors {
        if cut.inspectors.contains(&officer.id) {
            continue;
        }
        let stop = obstacle(rules, roster, cut, officer);
        let who = name(&officer.id);
        match stop {
            Some(Obstacle::Certificate) => {
                expired.push(format!("{who}（{}）", officer.certificate_until));
            }
            Some(Obstacle::Region) => elsewhere.push(who),
            Some(Obstacle::Conflict) => barred.push(who),
            Some(Obstacle::Lead) => not_lead.push(who),
            None => {}
        }
    }
    let mut say = |who: Vec<String>, words: &str| {
        if !who.is_empty() {
            let shown = who.iter().take(6).cloned().collect::<Vec<_>>().join("、");
            let more = if who.len() > 6 { "等" } else { "" };
            found.push(format!("{words}：{shown}{more}。"));
        }
    };
    say(
        expired,
        &format!("证件在 {} 前到期，换证后可用", rules.until),
    );
    say(not_lead, "不能担任组长，取得组长资格后可用");
    say(elsewhere, "不负责这些片区，扩大片区后可用");
    say(barred, "因回避不能去，核实回避是否仍然成立");
    found.push(format!(
        "增加至少 {} 名符合条件的执法人员，或少抽对象。",
        cut.shortfall.min(99)
    ));
    found.push("改动之后是一个新方案：新的编号、新的种子，原方案作废并公开原因。".to_owned());
    found
}

enum Obstacle {
    Certificate,
    Lead,
    Region,
    Conflict,
}

/// The first thing that keeps an officer from every place of the cut; none if one is open to them.
fn obstacle(
    rules: &proof::draw::plan::AssignmentPlan,
    roster: &Roster,
    cut: &Cut,
    officer: &Inspector,
) -> Option<Obstacle> {
    if officer.certificate_until < rules.until {
        return Some(Obstacle::Certificate);
    }
    let mut last = None;
    for (unit, place) in &cut.slots {
        let region = roster.regions.iter().find(|r| r.unit == *unit);
        let region = region.map(|r| r.region.as_str());
        let conflict = roster
            .conflicts
            .iter()
            .any(|c| c.unit == *unit && c.inspector == officer.id);
        let Some(rule) = rules.places.get(*place) else {
            continue;
        };
        if rule.lead && !officer.lead {
            last = Some(Obstacle::Lead);
        } else if region.is_some_and(|r| !officer.regions.iter().any(|own| own == r)) {
            last = Some(Obstacle::Region);
        } else if conflict {
            last = Some(Obstacle::Conflict);
        } else {
            return None;
        }
    }
    last
}

/// The collision of a bundle, if its assignment is impossible.
pub fn collision_of(bundle: &Bundle, name: impl Fn(&str) -> String) -> Option<Collision> {
    let plan: Plan = serde_json::from_value(bundle.plan.clone()).ok()?;
    let cut = bundle.assignment.as_ref()?.cut.as_ref()?;
    Some(collision(&plan, bundle.roster.as_ref()?, cut, name))
}
