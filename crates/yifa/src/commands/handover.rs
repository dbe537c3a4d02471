//! `yifa backup`, `yifa restore`, `yifa move-store`: the whole system in one file, out of it, and
//! from one database to another.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, bail};
use app::{App, Chance, Clock, Handed, HandoverError, Store, Target};

mod beside;

use super::log;
use crate::{
    builtin::Definitions,
    wiring::{Data, Database, handover_words, store_words},
};

/// Arguments of `backup`.
#[derive(clap::Args)]
pub struct Backup {
    /// 写成哪个文件（不能已存在）
    file: PathBuf,
    /// 数据目录
    #[arg(long, default_value = "data/yifa")]
    data: PathBuf,
    #[command(flatten)]
    database: Database,
}

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Restore {
    /// 备份文件
    file: PathBuf,
    /// 恢复到哪个数据目录（里面先放好原系统的 log.key 和 secret.key）
    #[arg(long, default_value = "data/yifa")]
    data: PathBuf,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    definitions: Definitions,
}

/// Arguments of `move-store`.
#[derive(clap::Args)]
pub struct MoveStore {
    /// 从哪个数据库：文件路径，或 postgres://…
    from: String,
    /// 搬到哪个空数据库：文件路径，或 postgres://…
    to: String,
    /// 数据目录（密钥和证据文件在里面，不随数据库搬动）
    #[arg(long, default_value = "data/yifa")]
    data: PathBuf,
    #[command(flatten)]
    definitions: Definitions,
}

/// Writes a backup beside its name and gives it the name when it is whole and on the disk.
pub fn backup(arguments: &Backup) -> Result<ExitCode> {
    let data = Data::of(&arguments.data).with(&arguments.database);
    if !data.may_exist() {
        bail!(
            "{} 里没有数据。用 --data 指明数据目录。",
            data.folder.display()
        );
    }
    let name = arguments.file.display().to_string();
    if arguments.file.exists() {
        bail!("{name} 已存在：备份不覆盖旧文件，请换一个文件名。");
    }
    let store =
        app::open_store(&data.target).map_err(|e| anyhow!("{}", store_words(&e, &data.folder)))?;
    let mut half = arguments.file.clone().into_os_string();
    half.push(".part");
    let half = PathBuf::from(half);
    let written = write(&store, &data, &half)
        .map_err(|e| anyhow!("{}", handover_words(&e, &name, &data.folder)));
    let handed = match written {
        Ok(handed) => handed,
        Err(error) => {
            // What is half written is of no use to anybody.
            drop(fs::remove_file(&half));
            return Err(error);
        }
    };
    fs::rename(&half, &arguments.file).with_context(|| format!("写不了 {name}"))?;
    if let Some(Ok(folder)) = arguments.file.parent().map(fs::File::open) {
        folder
            .sync_all()
            .with_context(|| format!("写不了 {name}"))?;
    }
    let size = fs::metadata(&arguments.file)?.len();
    println!(
        "已备份到 {name}：{}，{:.1} MB。",
        said(&handed),
        size as f64 / 1e6
    );
    println!(
        "两把密钥不在备份里：请把 {} 和 {} 另行保管，恢复时要用。",
        data.folder.join("log.key").display(),
        data.secret_key_path().display()
    );
    Ok(ExitCode::SUCCESS)
}

fn write(store: &Store, data: &Data, half: &Path) -> std::result::Result<Handed, HandoverError> {
    // It holds all that the system holds: nobody but its owner reads it.
    let file = beside::private(half)?;
    // The in-box first: what the office takes out of it meanwhile is in both, never in neither.
    let beside = beside::collect(data, half)?;
    let handed = store.hand_over_with(&data.files(), beside, &file)?;
    file.sync_all()?;
    Ok(handed)
}

fn said(handed: &Handed) -> String {
    format!("{} 行数据、{} 个证据文件", handed.rows, handed.files)
}

/// Reads a backup into an empty place and keeps it if its log is sound.
pub fn restore(arguments: &Restore) -> Result<ExitCode> {
    let catalogue = arguments.definitions.proved()?;
    let name = arguments.file.display().to_string();
    let file = fs::File::open(&arguments.file).with_context(|| format!("打不开 {name}"))?;
    let data = Data::at(&arguments.data)?.with(&arguments.database);
    need_key(&data)?;
    let words = |e: HandoverError| anyhow!("{}", handover_words(&e, &name, &data.folder));
    let mut beside = beside::Landing::new(&data)?;
    let mut keep = |name: &str, bytes: &mut dyn std::io::Read| beside.keep(name, bytes);
    let taken = app::handover::take_over(&data.target, &data.files(), file, &mut keep);
    let (store, handed) = taken.map_err(words)?;
    let inbox = match beside.load_inbox() {
        Ok(inbox) => inbox,
        Err(error) => {
            store.reject().map_err(HandoverError::from).map_err(words)?;
            return Err(words(error));
        }
    };
    println!("已读入 {}，正在核对日志……", said(&handed));
    let app = data.over(store, catalogue, Clock::System, Chance::System)?;
    let settled = settle_in(app, &format!("已恢复到 {}。", data.target))?;
    beside
        .settle(inbox, settled == ExitCode::SUCCESS)
        .map_err(words)?;
    Ok(settled)
}

/// Copies a whole system to another database and keeps the copy if its log is sound.
pub fn move_store(arguments: &MoveStore) -> Result<ExitCode> {
    let catalogue = arguments.definitions.proved()?;
    let (from, to) = (Target::parse(&arguments.from), Target::parse(&arguments.to));
    if let Target::SqliteFile(path) = &from
        && !path.is_file()
    {
        bail!("{} 不存在。", path.display());
    }
    let data = Data::at(&arguments.data)?;
    need_key(&data)?;
    let source =
        app::open_store(&from).map_err(|e| anyhow!("{}", store_words(&e, &data.folder)))?;
    let files = data.files();
    let (store, handed) = source
        .copy_to(&files, &to, &files)
        .map_err(|e| anyhow!("{}", handover_words(&e, &from.to_string(), &data.folder)))?;
    println!("已搬 {}，正在核对日志……", said(&handed));
    let app = data.over(store, catalogue, Clock::System, Chance::System)?;
    settle_in(
        app,
        &format!("已搬到 {to}；原来的 {from} 没有动，确认无误后再停用。"),
    )
}

fn need_key(data: &Data) -> Result<()> {
    if data.has_key() {
        return Ok(());
    }
    bail!(
        "{} 里没有存证密钥 log.key：请先把原系统的 log.key 放进去，没有它核对不了日志。",
        data.folder.display()
    )
}

fn settle_in(app: App, done: &str) -> Result<ExitCode> {
    let report = app.settle_in(log::progress)?;
    let code = log::say(&report);
    if report.is_clean() {
        println!("{done}");
    } else {
        println!("日志核对不符，没有采用：读入的数据已全部撤去。");
    }
    Ok(code)
}
