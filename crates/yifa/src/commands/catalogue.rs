//! `yifa catalogue`: check, list, show, flow, simulate, schema.

mod simulate;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, anyhow};
use catalogue::definition::{Catalogue, Ledger};
use diagnostic::{Diagnostic, render_json, render_sarif, render_text};

use crate::{builtin, coverage};

/// The commands.
#[derive(clap::Subcommand)]
pub enum Command {
    /// 核对台账定义，逐处指出错误和改法
    Check {
        /// 台账目录（不填则核对程序自带的）
        folder: Option<PathBuf>,
        /// 本局自己的台账目录，叠加在上面
        #[arg(long)]
        overlay: Option<PathBuf>,
        /// 输出格式：text、json、sarif
        #[arg(long, default_value = "text")]
        format: String,
    },
    /// 列出全部台账和数据
    List {
        /// 台账目录（不填则用程序自带的）
        #[arg(long)]
        catalogue: Option<PathBuf>,
    },
    /// 查看一本台账的全部定义
    Show {
        /// 台账编号
        id: String,
        /// 台账目录（不填则用程序自带的）
        #[arg(long)]
        catalogue: Option<PathBuf>,
    },
    /// 画出一本台账的流程（文字流程图）
    Flow {
        /// 台账编号
        id: String,
        /// 台账目录（不填则用程序自带的）
        #[arg(long)]
        catalogue: Option<PathBuf>,
    },
    /// 推演一本台账的程序：每一条路径，以及路上各个期限的日期
    Simulate {
        /// 台账编号
        id: String,
        /// 从哪一天登记起算（不填则从今天）
        #[arg(long)]
        from: Option<String>,
        /// 最多列几条路径
        #[arg(long, default_value_t = 20)]
        max: usize,
        /// 台账目录（不填则用程序自带的）
        #[arg(long)]
        catalogue: Option<PathBuf>,
    },
    /// 输出定义文件的 JSON Schema，供编辑器提示和核对
    Schema,
    /// 列出每一项职责由什么台账、页面、命令承担，核对对应是否还在
    Coverage,
}

/// Runs a command.
pub fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Check {
            folder,
            overlay,
            format,
        } => check(folder, overlay, format),
        Command::List { catalogue } => list(catalogue),
        Command::Coverage => coverage(),
        Command::Show { id, catalogue } => show(id, catalogue),
        Command::Flow { id, catalogue } => {
            let catalogue = builtin::proved(&files(catalogue)?, None)?;
            print!(
                "{}",
                catalogue::flow::flow(procedure(&catalogue, id)?).text()
            );
            Ok(ExitCode::SUCCESS)
        }
        Command::Simulate {
            id,
            from,
            max,
            catalogue,
        } => {
            let catalogue = builtin::proved(&files(catalogue)?, None)?;
            let ledger = procedure(&catalogue, id)?;
            print!("{}", simulate::pages(ledger, from.as_deref(), *max)?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Schema => {
            println!(
                "{}",
                serde_json::to_string_pretty(&catalogue::schema::json_schema())?
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn files(folder: &Option<PathBuf>) -> Result<catalogue::Files> {
    match folder {
        Some(folder) => builtin::files_in(folder),
        None => Ok(builtin::files()),
    }
}

fn check(folder: &Option<PathBuf>, overlay: &Option<PathBuf>, format: &str) -> Result<ExitCode> {
    let files = files(folder)?;
    let overlay = overlay.as_deref().map(builtin::files_in).transpose()?;
    let (catalogue, findings) = catalogue::load(&files, overlay.as_ref());
    let mut sources = files.sources();
    if let Some(overlay) = &overlay {
        overlay.add_to(&mut sources);
    }
    match format {
        "text" if findings.is_empty() => {
            let figures = catalogue.figures().count();
            println!(
                "没有问题：{} 本台账，{figures} 项数据。",
                catalogue.ledgers().count()
            );
        }
        "text" => print!("{}", render_text(&findings, &sources)),
        "json" => println!("{}", render_json(&findings, &sources)),
        "sarif" => println!("{}", render_sarif(&findings, &sources)),
        other => return Err(anyhow!("没有“{other}”这种格式；可用 text、json、sarif。")),
    }
    let clean = findings.iter().all(|f: &Diagnostic| !f.is_error());
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn coverage() -> Result<ExitCode> {
    let catalogue = builtin::proved(&builtin::files(), None)?;
    let list = coverage::builtin_list()?;
    let problems = coverage::problems(&list, &catalogue, &crate::command_names());
    for problem in &problems {
        eprintln!("{problem}");
    }
    print!("{}", coverage::markdown(&list, &catalogue));
    Ok(match problems.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

fn list(folder: &Option<PathBuf>) -> Result<ExitCode> {
    let catalogue = builtin::proved(&files(folder)?, None)?;
    for module in catalogue.modules() {
        println!("{}", module.name);
        for ledger in catalogue.ledgers().filter(|l| l.module == module.id) {
            println!(
                "  {:<28} {}（{} 项数据）",
                ledger.id,
                ledger.name,
                ledger.figures.len()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn ledger<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Ledger> {
    let ledger = catalogue.ledger(id).map(AsRef::as_ref);
    ledger.ok_or_else(|| anyhow!("没有编号为 {id} 的台账；用 yifa catalogue list 看全部编号。"))
}

/// A ledger that has a procedure.
fn procedure<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Ledger> {
    let ledger = ledger(catalogue, id)?;
    if ledger.stages.is_empty() {
        return Err(anyhow!("“{}”没有办理程序，只登记结果。", ledger.name));
    }
    Ok(ledger)
}

fn show(id: &str, folder: &Option<PathBuf>) -> Result<ExitCode> {
    let catalogue = builtin::proved(&files(folder)?, None)?;
    let ledger = ledger(&catalogue, id)?;
    print!("{}", catalogue::reference::reference(&catalogue, ledger));
    Ok(ExitCode::SUCCESS)
}
