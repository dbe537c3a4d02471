//! `yifa setup`: the first organ of an empty data folder, with its three administrators.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, anyhow};
use app::{Chance, Clock, people::NewOrgan};

use crate::{
    builtin::Definitions,
    wiring::{Data, Database},
};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Arguments {
    /// 机关全称，如 云川市教育局
    #[arg(long)]
    name: String,
    /// 简称，也用在文书编号里，如 云教
    #[arg(long)]
    short: String,
    /// 标识：小写字母、数字和“-”，也是三员用户名的开头，如 yunchuan
    #[arg(long)]
    id: String,
    /// 系统管理员、安全管理员、审计管理员的姓名，依次写三个
    #[arg(long, num_args = 3, value_names = ["系统管理员", "安全管理员", "审计管理员"])]
    administrators: Vec<String>,
    /// 数据目录
    #[arg(long, default_value = "data/yifa")]
    data: PathBuf,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    definitions: Definitions,
}

/// Founds the organ and prints the first sign-ins.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let catalogue = arguments.definitions.proved()?;
    let data = Data::at(&arguments.data)?.with(&arguments.database);
    let app = data.open(catalogue, Clock::System, Chance::System)?;
    let administrators = <[String; 3]>::try_from(arguments.administrators.clone());
    let codes = app
        .found(&NewOrgan {
            id: arguments.id.clone(),
            name: arguments.name.clone(),
            short: arguments.short.clone(),
            administrators: administrators.map_err(|_| anyhow!("要写三名管理员的姓名。"))?,
        })
        .map_err(|e| anyhow!("{e}"))?;
    app.checkpoint().map_err(|e| anyhow!("{e}"))?;
    println!("{} 已建立。", arguments.name);
    println!("三员的一次性口令只显示这一次，七天内有效，首次登录后必须修改，请当面交给本人：");
    for (name, login, code) in codes {
        println!("  {name}  用户名 {login}  一次性口令 {code}");
    }
    println!(
        "存证密钥在 {}：请另行备份，丢了就不能再签存证点。",
        arguments.data.join("log.key").display()
    );
    println!(
        "封存密钥在 {}：请一并备份，恢复时没有它，动态码和统一身份认证要重新设置。",
        data.secret_key_path().display()
    );
    println!(
        "下一步：yifa serve --data {}，由系统管理员建立账号和学校，安全管理员授予角色。",
        arguments.data.display()
    );
    Ok(ExitCode::SUCCESS)
}
