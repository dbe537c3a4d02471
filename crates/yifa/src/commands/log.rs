//! `yifa log`: verify, checkpoint, prove.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, anyhow};
use app::{Actor, App, Chance, Clock, log::LogReport};

use crate::{
    builtin::Definitions,
    wiring::{Data, Database},
};

/// The commands.
#[derive(clap::Subcommand)]
pub enum Command {
    /// 核对全部数据：由日志重新推出每一条，指出被改动的表和行
    Verify(Where),
    /// 签一个存证点并显示
    Checkpoint(Where),
    /// 出具一条记录的存证证明
    Prove {
        /// 记录号
        entry: String,
        /// 数据在哪里
        #[command(flatten)]
        place: Where,
    },
}

/// Which data.
#[derive(clap::Args)]
pub struct Where {
    /// 数据目录
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    definitions: Definitions,
}

impl Where {
    fn open(&self) -> Result<App> {
        let data = Data::of(&self.data).with(&self.database);
        if !data.may_exist() {
            return Err(anyhow!(
                "{} 里没有数据。用 --data 指明数据目录。",
                self.data.display()
            ));
        }
        let catalogue = self.definitions.proved()?;
        data.open(catalogue, Clock::System, Chance::System)
    }
}

/// Runs a command.
pub fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Verify(place) => verify(&place.open()?),
        Command::Checkpoint(place) => {
            let app = place.open()?;
            print!("{}", app.checkpoint()?.note);
            println!("验证公钥：{}", app.verifier_key());
            Ok(ExitCode::SUCCESS)
        }
        Command::Prove { entry, place } => prove(&place.open()?, entry),
    }
}

fn verify(app: &App) -> Result<ExitCode> {
    let report = app.verify_log(progress)?;
    Ok(say(&report))
}

/// Shows how far a verification is, where it takes a while.
pub fn progress(done: u64, all: u64) {
    if all > 50_000 {
        eprint!("\r已核对 {done} / {all}");
        if done == all {
            eprintln!();
        }
    }
}

/// Says what a verification found.
pub fn say(report: &LogReport) -> ExitCode {
    for finding in &report.findings {
        println!("{} 表，{}：{}", finding.table, finding.row, finding.what);
    }
    println!(
        "核对 {} 次留痕、{} 条记录、{} 条数据明细、{} 个存证点：{}。",
        report.leaves,
        report.entries,
        report.contributions,
        report.checkpoints,
        if report.is_clean() {
            "全部相符".to_owned()
        } else {
            format!("{} 处不符", report.findings.len())
        }
    );
    if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

fn prove(app: &App, entry: &str) -> Result<ExitCode> {
    for organ in app.organs() {
        let actor = Actor::system(&organ.id);
        match app.proofs(&actor, entry) {
            Ok(proofs) => {
                for proof in proofs {
                    println!("# 第 {} 次留痕，叶子 {}", proof.seq, proof.leaf_index);
                    println!("# {}", proof.leaf);
                    println!("{}", proof.file);
                }
                return Ok(ExitCode::SUCCESS);
            }
            Err(app::AppError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(anyhow!("没有记录号为 {entry} 的记录。"))
}
