//! `yifa portal`: what is done with the portal beside serving it.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Result, bail};
use app::Clock;
use web::Web;

use crate::{
    builtin,
    wiring::{Data, Database},
};

/// Commands of the portal.
#[derive(clap::Subcommand)]
pub enum Command {
    /// 导出静态网站：所有可读的页面写成文件，任何网页服务器都能放
    Export {
        /// 写到哪个目录
        folder: PathBuf,
        /// 数据目录
        #[arg(long, default_value = "data/yifa")]
        data: PathBuf,
        /// 数据库
        #[command(flatten)]
        database: Database,
        /// 运行中的门户的地址：需要办理的链接指向它，例如 `https://jyj.example.cn`
        #[arg(long, default_value = "")]
        service: String,
        /// 页脚必填项没有填全也导出
        #[arg(long)]
        incomplete: bool,
    },
}

/// Runs the command.
pub fn run(command: &Command) -> Result<ExitCode> {
    let Command::Export {
        folder,
        data,
        database,
        service,
        incomplete,
    } = command;
    let catalogue = builtin::proved(&builtin::files(), None)?;
    let data = Data::at(data)?.with(database);
    let app = data.open_for_portal(catalogue, Clock::System)?;
    let missing = app.portal.footer.missing();
    if !missing.is_empty() && !incomplete {
        bail!(
            "页脚还缺{}：请在 {} 里填写，或加 --incomplete。",
            missing.join("、"),
            data.portal_settings().display()
        );
    }
    let web = Web {
        app: Arc::new(app),
        banner: None,
        sign_ins: Arc::default(),
        typeset: None,
        portal: Arc::new(web::portal::Desk::alone()),
        trusted_proxies: Arc::default(),
        unguarded: false,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let exported = runtime.block_on(web::portal::export(web, folder, service))?;
    println!(
        "已写出 {} 个文件，共 {:.1} MB：{}",
        exported.files,
        exported.bytes as f64 / 1e6,
        folder.display()
    );
    if exported.broken.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for (address, status) in &exported.broken {
        println!("打不开：{address}（{status}）");
    }
    Ok(ExitCode::from(1))
}
