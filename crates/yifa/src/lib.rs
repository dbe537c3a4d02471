//! The yifa program: command line, configuration, wiring.
//!
//! `main.rs` only calls [`run`]; the rest is a library, so that tests and benchmarks use it too.
//! Every command is one file under `commands/`. What can be read by a person is Chinese; exit code
//! 0 is success, 1 findings, 2 a failure with one sentence on standard error.

pub mod builtin;
pub mod commands;
pub mod coverage;
pub mod demo;
pub mod published;
pub mod relay;
mod usage;
pub mod wiring;
pub mod witness;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 依法：教育局法治工作台账系统
#[derive(Parser)]
#[command(name = "yifa", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 演示：建一个虚构的教育局，装入一年的工作，生成年度报告，启动服务
    Demo(commands::demo::Arguments),
    /// 建局：在空的数据目录里建立第一个机关和它的三名管理员
    Setup(commands::setup::Arguments),
    /// 启动服务
    Serve(commands::serve::Arguments),
    /// 公众门户：导出静态网站
    #[command(subcommand)]
    Portal(commands::portal::Command),
    /// 台账目录：核对、列出、查看、导出结构
    #[command(subcommand)]
    Catalogue(commands::catalogue::Command),
    /// 存证日志：核对全部数据、签存证点、出具证明
    #[command(subcommand)]
    Log(commands::log::Command),
    /// 双随机抽取：方案、冻结、种子、抽取、指派、验证（单机文件，不需要服务器）
    #[command(subcommand)]
    Draw(commands::draw::Command),
    /// 见证：为别的机关的存证日志作见证
    Witness(commands::witness::Arguments),
    /// 备份：运行中也可以，全部数据和证据写成一个文件
    Backup(commands::handover::Backup),
    /// 恢复：读入备份，核对日志无误后才采用
    Restore(commands::handover::Restore),
    /// 搬库：把整个系统从一个数据库搬到另一个（SQLite 文件与 PostgreSQL 互搬）
    MoveStore(commands::handover::MoveStore),
    /// 报告体检：核对数字关系、结构、文字，像编译器一样指出问题
    Check(commands::check::Arguments),
    /// 工作日：推算、计数、列出节假日
    #[command(subcommand)]
    Workdays(commands::workdays::Command),
}

/// The names of the commands.
pub fn command_names() -> Vec<String> {
    let command = Arguments::command();
    let names = command.get_subcommands().map(|c| c.get_name().to_owned());
    names.collect()
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let level = tracing_subscriber::filter::LevelFilter::INFO;
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .init();
    let done = match usage::parse::<Arguments>().command {
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Setup(arguments) => commands::setup::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Portal(command) => commands::portal::run(&command),
        Command::Catalogue(command) => commands::catalogue::run(&command),
        Command::Log(command) => commands::log::run(&command),
        Command::Draw(command) => commands::draw::run(&command),
        Command::Witness(arguments) => commands::witness::run(&arguments),
        Command::Backup(arguments) => commands::handover::backup(&arguments),
        Command::Restore(arguments) => commands::handover::restore(&arguments),
        Command::MoveStore(arguments) => commands::handover::move_store(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Workdays(command) => commands::workdays::run(&command),
    };
    done.unwrap_or_else(|error| {
        eprintln!("错误：{}", wiring::failure_words(&error));
        ExitCode::from(2)
    })
}
