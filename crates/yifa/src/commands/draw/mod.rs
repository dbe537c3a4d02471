//! `yifa draw`: plan, freeze, seed, run, assign, verify, on files, without a server.
//!
//! Exit code 0 is success, 1 a finding (a check that fails, teams that cannot be formed), 2 a
//! failure with one sentence. The format of everything is in `docs/draw.md`.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, anyhow};
use app::draw::wrong;
use proof::{canonical, draw::bundle::Bundle};
use serde::{Serialize, de::DeserializeOwned};

mod intake;
mod lists;
mod result;
mod seed;

/// The commands.
#[derive(clap::Subcommand)]
pub enum Command {
    /// 方案：核对、推算信标轮次，写成可公布的 plan.json
    Plan {
        /// 方案文件（TOML 或 JSON）
        file: PathBuf,
        /// 写到哪里
        #[arg(long, default_value = "plan.json")]
        out: PathBuf,
    },
    /// 秘密：为“承诺—公开”来源生成秘密和承诺
    Secret {
        /// 抽取编号
        #[arg(long)]
        draw: String,
        /// 来源名称（reveal: 后面的部分）
        #[arg(long)]
        party: String,
    },
    /// 冻结：核对对象和人员名单，算出树根，写成 frozen.json
    Freeze {
        /// 方案
        #[arg(long, default_value = "plan.json")]
        plan: PathBuf,
        /// 对象名单（CSV：编号、名称、层、权重、片区；或 JSON）
        #[arg(long)]
        units: PathBuf,
        /// 执法人员名单（CSV：编号、姓名、单位、任务上限、组长、证件有效期至、片区；或 JSON）
        #[arg(long)]
        officers: Option<PathBuf>,
        /// 回避名单（CSV：对象编号、人员编号、原因）
        #[arg(long)]
        conflicts: Option<PathBuf>,
        /// 写到哪里
        #[arg(long, default_value = "frozen.json")]
        out: PathBuf,
    },
    /// 种子：核对各来源的值（信标验签、彩票号码、秘密），写成 seed.json
    Seed {
        /// 方案
        #[arg(long, default_value = "plan.json")]
        plan: PathBuf,
        /// 来源的值：名称=值；信标的值可以是签名，或中继返回的 JSON 文件（名称=@文件）
        #[arg(required_unless_present = "fetch")]
        values: Vec<String>,
        /// 没有给出的信标值，从这个中继取，如 http://10.0.0.5:8081（不写就不联网；签名照样核对）
        #[arg(long)]
        fetch: Option<String>,
        /// 写到哪里
        #[arg(long, default_value = "seed.json")]
        out: PathBuf,
    },
    /// 抽取：算出对象、备选和人员指派，写成 bundle.json
    Run {
        /// 方案
        #[arg(long, default_value = "plan.json")]
        plan: PathBuf,
        /// 冻结的名单
        #[arg(long, default_value = "frozen.json")]
        frozen: PathBuf,
        /// 种子
        #[arg(long, default_value = "seed.json")]
        seed: PathBuf,
        /// 日志证明（方案指定了见证时）：{"plan":{"leaf","proof"},"freeze":{…}}
        #[arg(long)]
        log: Option<PathBuf>,
        /// 写到哪里
        #[arg(long, default_value = "bundle.json")]
        out: PathBuf,
    },
    /// 指派：列出各组；排不出来时，说明哪些条件相互冲突、怎样解决
    Assign {
        /// 证明包
        #[arg(default_value = "bundle.json")]
        bundle: PathBuf,
        /// 冻结的名单（为了显示名称）
        #[arg(long)]
        frozen: Option<PathBuf>,
        /// 写成 CSV
        #[arg(long)]
        csv: Option<PathBuf>,
    },
    /// 验证：逐项核对证明包，指出不成立的那一行
    Verify {
        /// 证明包
        bundle: PathBuf,
        /// 日志的公钥（不填则用方案里的，并提示核对）
        #[arg(long)]
        log_key: Option<String>,
        /// 见证人的公钥，可写多次
        #[arg(long)]
        witness_key: Vec<String>,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 单票：一个对象的票号，和用 sha256sum 自己核对的命令
    Ticket {
        /// 证明包
        bundle: PathBuf,
        /// 对象编号
        unit: String,
    },
}

/// Runs a command.
pub fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Plan { file, out } => seed::publish(file, out),
        Command::Secret { draw, party } => seed::secret(draw, party),
        Command::Freeze {
            plan,
            units,
            officers,
            conflicts,
            out,
        } => {
            let plan = intake::plan(plan)?;
            let frozen = lists::freeze(&plan, units, officers.as_deref(), conflicts.as_deref())?;
            result::say_frozen(&plan, &frozen);
            write_json(out, &frozen)
        }
        Command::Seed {
            plan,
            values,
            fetch,
            out,
        } => seed::gather(&intake::plan(plan)?, values, fetch.as_deref(), out),
        Command::Run {
            plan,
            frozen,
            seed,
            log,
            out,
        } => result::draw(&intake::plan(plan)?, frozen, seed, log.as_deref(), out),
        Command::Assign {
            bundle,
            frozen,
            csv,
        } => result::teams(bundle, frozen.as_deref(), csv.as_deref()),
        Command::Verify {
            bundle,
            log_key,
            witness_key,
            json,
        } => result::verify(bundle, log_key.as_deref(), witness_key, *json),
        Command::Ticket { bundle, unit } => result::ticket(bundle, unit),
    }
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes).map_err(|_| {
        anyhow!(
            "{} 不是 UTF-8 编码的文字文件，请另存为 UTF-8。",
            path.display()
        )
    })
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| {
        let path = path.display();
        match error.kind() {
            ErrorKind::NotFound => anyhow!("找不到文件 {path}。"),
            ErrorKind::PermissionDenied => anyhow!("没有权限读 {path}。"),
            ErrorKind::IsADirectory => anyhow!("{path} 是文件夹，不是文件。"),
            _ => anyhow!("读不了 {path}（{error}）。"),
        }
    })
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    serde_json::from_str(&read_text(path)?).map_err(|e| {
        let what = wrong::in_words(&e.to_string());
        anyhow!(
            "{} 第 {} 行第 {} 列：{what}",
            path.display(),
            e.line(),
            e.column()
        )
    })
}

fn read_bundle(path: &Path) -> Result<Bundle> {
    read_json(path)
}

/// Writes canonical JSON, so that equal content is an equal file.
fn write_json(path: &Path, value: &impl Serialize) -> Result<ExitCode> {
    let bytes = canonical::to_vec(&serde_json::to_value(value)?)?;
    write_bytes(path, &bytes)?;
    println!("已写入 {}", path.display());
    Ok(ExitCode::SUCCESS)
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(|error| {
        let path = path.display();
        match error.kind() {
            ErrorKind::NotFound => anyhow!("写不了 {path}：没有这个文件夹。"),
            ErrorKind::PermissionDenied => anyhow!("没有权限写 {path}。"),
            _ => anyhow!("写不了 {path}（{error}）。"),
        }
    })
}
