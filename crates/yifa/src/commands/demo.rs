//! `yifa demo`: a fictional bureau with a year of work, its report, and the server.

use std::{
    collections::HashSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, Result, anyhow};
use app::{
    Actor, App, Chance, Clock,
    collection::NewCollection,
    entry::{NewEntry, PastEntry},
    organ::{AccountSetup, OrganSetup, UnitSetup},
};
use jiff::{Timestamp, civil::Date, tz};
use proof::note::VerifierKey;

mod cases;

use crate::{
    builtin,
    demo::{DemoBureau, DemoRecord, Profile, draws, portal},
    published,
    wiring::{self, Data, Database},
    witness::Seat,
};

/// The password of every account of a demonstration.
const PASSWORD: &str = "yifa-demo";
/// The id of the demonstration's organ.
const ORGAN: &str = "demo";
/// The template of the report that it writes.
const TEMPLATE: &str = "law_government_annual";
/// Schools with an account.
const SCHOOLS_SIGNING_IN: usize = 2;
/// Records opened in one transaction.
const AT_ONCE: usize = 2_000;
/// Key of the note that a demonstration is complete; the value names what it was made from.
const COMPLETE: &str = "demo";
/// The note with the id of the year's report.
const REPORT: &str = "demo.report";

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Arguments {
    /// 演示哪一份公开报告的数据：wuhai（市教育局，2022 年）、heping（区教育局，2024 年）、conghua（区教育局，2020 年）
    #[arg(long, default_value = "wuhai")]
    profile: String,
    /// 数据目录（不填则为 data/demo，其他演示为 data/demo-名称）
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(flatten)]
    database: Database,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// 只建数据和报告，不启动服务
    #[arg(long)]
    no_serve: bool,
    /// 工作量放大多少倍（压力测试用；放大后数据与公开报告不再相同）
    #[arg(long, default_value_t = 1)]
    scale: u32,
}

impl Arguments {
    fn folder(&self, profile: Profile) -> PathBuf {
        self.data.clone().unwrap_or_else(|| match profile {
            Profile::Wuhai => PathBuf::from("data/demo"),
            other => PathBuf::from(format!("data/demo-{}", other.name())),
        })
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let profile = Profile::from_name(&arguments.profile).ok_or_else(|| {
        anyhow!(
            "没有“{}”这个演示；可用 wuhai、heping、conghua。",
            arguments.profile
        )
    })?;
    let catalogue = builtin::proved(&builtin::files(), None)?;
    // The port is taken first: nobody should wait for the data and then learn that it is busy.
    let listener = (!arguments.no_serve)
        .then(|| wiring::listen(&arguments.listen))
        .transpose()?;
    let data = Data::at(&arguments.folder(profile))?.with(&arguments.database);
    let bureau = DemoBureau::new(profile, arguments.scale);
    let made_from = format!("{} x{}", profile.name(), arguments.scale);
    let clock = Clock::simulated(at(bureau.last_day(), 9));
    let mut app = data.open(catalogue.clone(), clock, Chance::System)?;
    let log = VerifierKey::parse(&app.verifier_key())?;
    let seats = draws::witnesses(&data.folder, &log)?;
    let keys: Vec<VerifierKey> = seats.iter().map(|seat| seat.key.clone()).collect();
    app = app.witnessed_by(keys.clone());
    match app.note(COMPLETE)? {
        Some(made) if made == made_from => {}
        Some(made) => {
            return Err(anyhow!(
                "{} 里已有另一套演示数据（{made}）。请用 --data 换一个目录，或先删除它。",
                data.folder.display()
            ));
        }
        None => {
            if app.organs().next().is_some() {
                return Err(anyhow!(
                    "{} 里的演示数据没有装完（上次被中断）。请删除这个目录后重来。",
                    data.folder.display()
                ));
            }
            load(&mut app, &bureau, &seats)?;
            // The figures and the report stand without them.
            if let Err(error) = cases::run(&app, bureau.last_day()) {
                println!("  在办案件没有装完：{error:#}");
            }
            app.checkpoint()?;
            let report = draft_and_freeze(&app, &bureau)?;
            println!("开放门户：公开信息、征求意见、问卷、考试……");
            let settings = portal::settings(&bureau, &arguments.listen);
            let path = data.portal_settings();
            fs::write(&path, settings).with_context(|| format!("写不了 {}", path.display()))?;
            portal::open(&app, &bureau, &report)?;
            write_files(&app, &bureau, &report, &data.folder)?;
            let legal = app
                .actor_by_login("legal")?
                .ok_or_else(|| anyhow!("没有法规科账号"))?;
            bureau.plan_next(&app, &legal, &seats)?;
            set_up_people(&mut app, &bureau)?;
            app.set_note(REPORT, &report)?;
            app.set_note(COMPLETE, &made_from)?;
        }
    }
    set_pages(&app, &data.folder)?;
    say_where(&bureau, &data.folder);
    let Some(listener) = listener else {
        return Ok(ExitCode::SUCCESS);
    };
    // The demonstration goes on in its own time: the last evening of its year.
    drop(app);
    let clock = Clock::shifted_to(at(bureau.last_day(), 18));
    let app = data
        .open(catalogue, clock, Chance::System)?
        .witnessed_by(keys);
    println!("服务已启动：http://{}", arguments.listen);
    println!("公众门户：http://{}/portal", arguments.listen);
    println!("账号（口令都是 {PASSWORD}）：");
    let sign_ins = sign_ins(profile);
    for [who, login, _] in &sign_ins {
        println!("  {login:<8} {who}");
    }
    println!("按 Ctrl+C 停止。");
    let banner = format!(
        "演示数据：{}是虚构的机关，人名、单位和事项都不是真的。",
        bureau.organ
    );
    let proxies = std::sync::Arc::default();
    super::serve::serve(app, listener, Some(&banner), sign_ins, seats, None, proxies)
}

fn sign_ins(profile: Profile) -> Vec<[String; 3]> {
    let known = [
        ("科室人员（办公室）", "clerk"),
        ("法规科", "legal"),
        ("法制审核、听证主持", "reviewer"),
        ("局领导", "leader"),
        ("学校", "school1"),
        ("下级教育局", "county"),
        ("系统管理员", "sysadmin"),
        ("安全管理员", "secadmin"),
        ("审计管理员", "auditor"),
    ];
    let there = |login: &str| login != "county" || profile == Profile::Wuhai;
    known
        .into_iter()
        .filter(|(_, login)| there(login))
        .map(|(who, login)| [who.to_owned(), login.to_owned(), PASSWORD.to_owned()])
        .collect()
}

/// An hour of a day in China.
fn at(day: Date, hour: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    day.at(hour, 0, 0, 0)
        .to_zoned(zone)
        .map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
}

/// Sets the bureau up and opens its records.
pub fn load(app: &mut App, bureau: &DemoBureau, seats: &[Seat]) -> Result<()> {
    println!(
        "新建{}，装入 {} 年及以前的工作……",
        bureau.organ, bureau.year
    );
    let account = |a: &crate::demo::Account| AccountSetup {
        login: a.username.clone(),
        name: a.name.to_owned(),
        post: a.post.to_owned(),
        section: a.section.to_owned(),
        roles: a.roles.join(" "),
        password: PASSWORD.to_owned(),
    };
    let named = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(id, name)| ((*id).to_owned(), (*name).to_owned()))
            .collect()
    };
    let districts: Vec<(String, String)> = (1..)
        .zip(bureau.districts)
        .map(|(n, d)| (format!("d{n}"), d.name.to_owned()))
        .collect();
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: ORGAN.to_owned(),
        name: bureau.organ.to_owned(),
        short_name: bureau.short.to_owned(),
        document_name: bureau.short.to_owned(),
        districts,
        sections: named(bureau.sections),
        accounts: bureau.accounts.iter().map(account).collect(),
    })?;
    let actors = actors(app, bureau)?;
    let started = Instant::now();
    let mut waiting = Vec::with_capacity(AT_ONCE);
    let mut opened = 0usize;
    let mut draw_day = bureau.draw_day();
    let legal = app.actor_by_login("legal")?;
    let mut known = HashSet::new();
    for record in bureau.records() {
        if let (Some(legal), Some(_)) = (&legal, draw_day.take_if(|day| *day < record.recorded_on))
        {
            opened += waiting.len();
            app.open_past(std::mem::take(&mut waiting))?;
            bureau.draw(app, legal, seats)?;
        }
        let past = past(app, &actors, record)?;
        // A bureau of many times the work still holds the fifth contest once.
        if !key_of(app, &past).is_none_or(|key| known.insert(key)) {
            continue;
        }
        waiting.push(past);
        if waiting.len() == AT_ONCE {
            opened += waiting.len();
            app.open_past(std::mem::take(&mut waiting))?;
            println!("  已装入 {opened} 条记录");
        }
    }
    opened += waiting.len();
    app.open_past(waiting)?;
    if let (Some(legal), Some(_)) = (&legal, draw_day) {
        bureau.draw(app, legal, seats)?;
    }
    println!(
        "  已装入 {opened} 条记录，用时 {:.1} 秒",
        started.elapsed().as_secs_f64()
    );
    while app.index_search(5_000)? > 0 {}
    app.checkpoint()?;
    Ok(())
}

/// Schools, the three administrators, a county below, and a collection under way. All of it comes
/// after the report: no figure of the year depends on it.
fn set_up_people(app: &mut App, bureau: &DemoBureau) -> Result<()> {
    let account = |login: &str, name: &str, post: &str, section: &str, roles: &str| AccountSetup {
        login: login.to_owned(),
        name: name.to_owned(),
        post: post.to_owned(),
        section: section.to_owned(),
        roles: roles.to_owned(),
        password: PASSWORD.to_owned(),
    };
    if bureau.profile == Profile::Wuhai {
        let district = bureau.districts.first().map_or("县", |d| d.name);
        let county = account(
            "county",
            "县局人员",
            "科员",
            "office",
            "clerk legal_section",
        );
        app.set_up_organ(&OrganSetup {
            id: "demo-county".to_owned(),
            parent: Some(ORGAN.to_owned()),
            name: format!("{district}教育局"),
            short_name: format!("{district}教育"),
            document_name: format!("{district}教"),
            districts: Vec::new(),
            sections: vec![("office".to_owned(), "办公室".to_owned())],
            accounts: vec![county],
        })?;
    }
    app.add_accounts(
        ORGAN,
        &[
            account("sysadmin", "系统管理员", "信息中心", "", "system_admin"),
            account("secadmin", "安全管理员", "信息中心", "", "security_admin"),
            account("auditor", "审计管理员", "机关纪委", "", "audit_admin"),
        ],
    )?;
    let units: Vec<UnitSetup> = (1..)
        .zip(&bureau.schools)
        .map(|(n, school)| {
            let login = format!("school{n}");
            let account = [login, "学校经办人".to_owned(), PASSWORD.to_owned()];
            UnitSetup {
                name: school.name.clone(),
                kind: if school.kind == "幼儿园" {
                    "幼儿园"
                } else {
                    "学校"
                }
                .to_owned(),
                district: school.district.to_owned(),
                account: Some(account).filter(|_| n <= SCHOOLS_SIGNING_IN),
            }
        })
        .collect();
    app.set_up_units(ORGAN, &units)?;
    if units.is_empty() {
        return Ok(());
    }
    let asking = app
        .actor_by_login("legal")?
        .ok_or_else(|| anyhow!("没有法规科账号"))?;
    let year = bureau.year;
    app.start_collection(
        &asking,
        &NewCollection {
            title: format!("{year} 年第四季度应急演练情况"),
            note: "请登记本校第四季度的应急演练，核对后报送。".to_owned(),
            ledgers: vec!["emergency_drill".to_owned()],
            from: format!("{year}-10-01"),
            to: format!("{year}-12-31"),
            due_on: format!("{}-01-10", year + 1),
            ..NewCollection::default()
        },
    )?;
    Ok(())
}

/// What makes a record one of a kind, if its ledger has such a key.
fn key_of(app: &App, past: &PastEntry) -> Option<(&'static str, String)> {
    let ledger = app.catalogue().ledger(past.ledger)?;
    let fields = &past.entry.fields;
    let parts: Vec<_> = ledger
        .key
        .iter()
        .map(|id| fields.get(id.as_str()))
        .collect();
    (!parts.is_empty()).then(|| (past.ledger, format!("{parts:?}")))
}

/// Who keeps the ledgers of each section.
fn actors(app: &App, bureau: &DemoBureau) -> Result<Vec<Actor>> {
    bureau
        .accounts
        .iter()
        .map(|a| {
            app.actor_by_login(&a.username)?
                .ok_or_else(|| anyhow!("账号 {} 没有建成", a.username))
        })
        .collect()
}

fn past(app: &App, actors: &[Actor], record: DemoRecord) -> Result<PastEntry> {
    let ledger = app.catalogue().ledger(record.ledger);
    let ledger = ledger.ok_or_else(|| anyhow!("目录里没有台账 {}", record.ledger))?;
    let keeper = actors
        .iter()
        .find(|a| a.section == *ledger.section && !a.is("leader"));
    // A bureau without this section leaves its ledgers to the system: nobody else may write them.
    let actor = keeper.cloned().unwrap_or_else(|| Actor::system(ORGAN));
    Ok(PastEntry {
        actor,
        ledger: record.ledger,
        recorded_at: at(record.recorded_on, 16),
        entry: NewEntry {
            happened_on: record.happened_on,
            fields: record.fields,
        },
    })
}

/// Drafts the year's report as the legal officer would, and freezes it when the year is over.
fn draft_and_freeze(app: &App, bureau: &DemoBureau) -> Result<String> {
    println!("按台账写出 {} 年度报告并定稿……", bureau.year);
    app.clock.set(at(bureau.last_day(), 17));
    let legal = app
        .actor_by_login("legal")?
        .ok_or_else(|| anyhow!("没有法规科账号"))?;
    let id = app.start_report(&legal, TEMPLATE, bureau.year)?;
    let draft = app.draft(&legal, &id)?;
    app.freeze(&legal, &id, draft.revision)?;
    Ok(id)
}

/// The report as files, and what the ledgers say for every published figure.
fn write_files(app: &App, bureau: &DemoBureau, id: &str, folder: &Path) -> Result<()> {
    let legal = app
        .actor_by_login("legal")?
        .ok_or_else(|| anyhow!("没有法规科账号"))?;
    let draft = app.draft(&legal, id)?;
    let snapshot = app
        .snapshot(&legal, &draft)?
        .ok_or_else(|| anyhow!("报告没有定稿"))?;
    let folder = report_folder(folder);
    fs::create_dir_all(&folder).with_context(|| format!("建不了 {}", folder.display()))?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).with_context(|| format!("写不了 {}", path.display()))
    };
    write("report.docx", &app.report_docx(&legal, &snapshot.paper)?)?;
    write("report.html", web::report_html(&snapshot.paper).as_bytes())?;
    let published = published::mapping(bureau.profile)?;
    let values = published::read(app, &legal, &published)?;
    let mut table = String::from("indicator_id\tvalue\tunit\n");
    for (row, value) in published.row.iter().zip(values) {
        let value = value.unwrap_or_default();
        let _ = writeln!(table, "{}\t{value}\t{}", row.indicator, row.unit);
    }
    write("figures.tsv", table.as_bytes())
}

/// The report as PDF, once there is a page-setter: it may be built long after the first start.
fn set_pages(app: &App, folder: &Path) -> Result<()> {
    let path = report_folder(folder).join("report.pdf");
    let (Some(program), false) = (wiring::typeset(), path.is_file()) else {
        return Ok(());
    };
    let legal = app
        .actor_by_login("legal")?
        .ok_or_else(|| anyhow!("没有法规科账号"))?;
    // A folder of an earlier version does not say which report it was.
    let Some(report) = app.note(REPORT)? else {
        return Ok(());
    };
    let draft = app.draft(&legal, &report)?;
    let Some(snapshot) = app.snapshot(&legal, &draft)? else {
        return Ok(());
    };
    match app.report_pdf(&legal, &snapshot.paper, &program) {
        Ok(bytes) => fs::write(&path, bytes).with_context(|| format!("写不了 {}", path.display())),
        Err(error) => {
            println!("  没有生成 PDF：{error}");
            Ok(())
        }
    }
}

fn report_folder(folder: &Path) -> PathBuf {
    folder.join("report")
}

fn say_where(bureau: &DemoBureau, folder: &Path) {
    let folder = report_folder(folder);
    println!("{} {} 年度报告：", bureau.organ, bureau.year);
    for (name, what) in [
        ("report.docx", "Word 文档"),
        ("report.html", "打印版网页"),
        ("report.pdf", "PDF"),
        ("figures.tsv", "与公开报告逐项对照的数据"),
    ] {
        let path = folder.join(name);
        if path.is_file() {
            println!("  {}  {what}", path.display());
        }
    }
    if !folder.join("report.pdf").is_file() {
        println!("  没有 PDF：要生成它，先运行");
        println!("    apt-get install fonts-noto-cjk");
        println!("    cargo build --release -p typeset");
    }
}
