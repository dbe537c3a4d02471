//! `yifa serve`: the server over a data folder.

use std::{net::IpAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Result, anyhow};
use app::{App, Chance, Clock, notice::Mail};
use web::Web;

use crate::{
    builtin, relay,
    wiring::{self, Data, Database},
    witness::{self, Seat},
};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Arguments {
    /// 数据目录
    #[arg(long, default_value = "data/yifa")]
    data: PathBuf,
    #[command(flatten)]
    database: Database,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    #[command(flatten)]
    definitions: builtin::Definitions,
    /// 只开门户：对台账数据库只读，群众来件写入单独的收件库，碰不到工作台
    #[arg(long)]
    portal_only: bool,
    /// 反向代理的地址，可以写几个：只采信它们在 X-Forwarded-For 里说的来访地址（登录失败、门户提交都按地址计数）
    #[arg(long, value_name = "地址")]
    trusted_proxy: Vec<IpAddr>,
    #[command(flatten)]
    mail: MailArguments,
    /// 到时自动取随机信标的中继地址，如 http://10.0.0.5:8081（不填则不联网，由人粘贴）
    #[arg(long)]
    beacon_relay: Option<String>,
}

impl Arguments {
    fn proxies(&self) -> Arc<[IpAddr]> {
        let proxies = self.trusted_proxy.iter();
        proxies.map(IpAddr::to_canonical).collect()
    }
}

/// Where the daily digests go out; without a relay none do.
#[derive(clap::Args, Default)]
pub struct MailArguments {
    /// 邮件服务器，如 smtp://10.0.0.5:25（不填则不发邮件；口令放在环境变量 YIFA_MAIL_PASSWORD）
    #[arg(long, requires = "mail_from")]
    mail_relay: Option<String>,
    /// 发件人邮箱
    #[arg(long)]
    mail_from: Option<String>,
    /// 邮件服务器的用户名（需要登录时）
    #[arg(long)]
    mail_user: Option<String>,
}

impl MailArguments {
    /// The relay, where one is named.
    fn relay(&self) -> Result<Option<Mail>> {
        let (Some(relay), Some(from)) = (&self.mail_relay, &self.mail_from) else {
            return Ok(None);
        };
        let sign_in = match &self.mail_user {
            Some(user) => {
                let password = std::env::var("YIFA_MAIL_PASSWORD")
                    .map_err(|_| anyhow!("请把邮箱口令放在环境变量 YIFA_MAIL_PASSWORD 里。"))?;
                Some((user.clone(), password))
            }
            None => None,
        };
        Ok(Some(Mail::new(relay, from, sign_in)?))
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let catalogue = arguments.definitions.proved()?;
    let listener = wiring::listen(&arguments.listen)?;
    let data = Data::at(&arguments.data)?.with(&arguments.database);
    if arguments.portal_only {
        let app = data.open_for_portal(catalogue, Clock::System)?;
        println!("门户已启动：http://{}/portal", arguments.listen);
        return serve_portal(app, listener, arguments.proxies());
    }
    let seats = witness::seats(&data.folder)?;
    let keys = seats.iter().map(|seat| seat.key.clone()).collect();
    let app = data
        .open(catalogue, Clock::System, Chance::System)?
        .witnessed_by(keys)
        .with_relay(arguments.beacon_relay.clone());
    if app.organs().next().is_none() {
        return Err(anyhow!(
            "数据目录 {} 里还没有机关。先用 yifa setup 建局，或用 yifa demo 看演示。",
            arguments.data.display()
        ));
    }
    let mail = arguments.mail.relay()?;
    println!("服务已启动：http://{}", arguments.listen);
    let proxies = arguments.proxies();
    serve(app, listener, None, Vec::new(), seats, mail, proxies)
}

/// Serves until the program is told to stop.
pub fn serve(
    app: App,
    listener: std::net::TcpListener,
    banner: Option<&str>,
    sign_ins: Vec<[String; 3]>,
    seats: Vec<Seat>,
    mail: Option<Mail>,
    trusted_proxies: Arc<[IpAddr]>,
) -> Result<ExitCode> {
    let app = Arc::new(app);
    let web = Web {
        app: Arc::clone(&app),
        banner: banner.map(Arc::from),
        sign_ins: Arc::new(sign_ins),
        typeset: wiring::typeset().map(Arc::from),
        portal: Arc::default(),
        trusted_proxies,
        unguarded: false,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let upkeep = tokio::spawn(upkeep(web.clone(), Arc::new(seats)));
        let daily = tokio::spawn(daily(Arc::clone(&web.app), mail));
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let served = web::serve(web, listener).await;
        upkeep.abort();
        daily.abort();
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Serves the portal alone.
fn serve_portal(
    app: App,
    listener: std::net::TcpListener,
    trusted_proxies: Arc<[IpAddr]>,
) -> Result<ExitCode> {
    let web = Web {
        app: Arc::new(app),
        banner: None,
        sign_ins: Arc::default(),
        typeset: wiring::typeset().map(Arc::from),
        portal: Arc::new(web::portal::Desk::alone()),
        trusted_proxies,
        unguarded: false,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let views = tokio::spawn(settle_views(web.clone()));
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let served = web::serve_portal(web, listener).await;
        views.abort();
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The ticks between two times that a relay is asked for rounds that are waited for.
const FETCHED_EVERY: u64 = 5;

/// The ticks between two times that the units of a collection are reminded.
const REMINDED_EVERY: u64 = 600;

/// The ticks between two times that views are written down.
const VIEWS_SECONDS: u64 = 20;

async fn settle_views(web: Web) {
    let mut tick = tokio::time::interval(Duration::from_secs(VIEWS_SECONDS));
    loop {
        tick.tick().await;
        let web = web.clone();
        let done = tokio::task::spawn_blocking(move || web.settle_views());
        report(done.await.map_err(anyhow::Error::from).and_then(|r| Ok(r?)));
    }
}

fn report(done: Result<()>) {
    if let Err(error) = done {
        tracing::error!(%error, "Upkeep failed: {error}");
    }
}

/// Once a second: take what citizens handed in into the ledgers, sign the head of the log if
/// something was appended, have it witnessed, declare void what was not witnessed in time, and take
/// new text into the search index. All of it is no work when there is nothing new.
async fn upkeep(web: Web, seats: Arc<Vec<Seat>>) {
    const INDEXED_AT_ONCE: usize = 2_000;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    let mut ticks = 0_u64;
    loop {
        tick.tick().await;
        ticks += 1;
        let (web, seats) = (web.clone(), Arc::clone(&seats));
        let done = tokio::task::spawn_blocking(move || -> Result<()> {
            let app = &web.app;
            for organ in app.organs() {
                app.take_up_waiting(&organ.id)?;
            }
            app.checkpoint()?;
            witness::ask_all(app, &seats);
            for draw in app.void_late_draws()? {
                tracing::warn!(
                    draw,
                    "The draw {draw} is void: not frozen or witnessed in time"
                );
            }
            if ticks.is_multiple_of(FETCHED_EVERY) {
                relay::fetch_due(app)?;
            }
            if ticks.is_multiple_of(REMINDED_EVERY) {
                app.remind_of_collections()?;
            }
            app.index_search(INDEXED_AT_ONCE)?;
            if ticks.is_multiple_of(VIEWS_SECONDS) {
                web.settle_views()?;
            }
            Ok(())
        });
        report(done.await.map_err(anyhow::Error::from).and_then(|r| r));
    }
}

/// Once a minute: what is due once a day. Each of these is no work once it is done for the day.
async fn daily(app: Arc<App>, mail: Option<Mail>) {
    let mut tick = tokio::time::interval(Duration::from_secs(60));
    loop {
        tick.tick().await;
        let (app, mail) = (Arc::clone(&app), mail.clone());
        let done = tokio::task::spawn_blocking(move || {
            app.drop_old_uploads()?;
            app.tell_what_is_due()?;
            match &mail {
                Some(mail) => app.send_digests(mail).map(drop),
                None => Ok(()),
            }
        });
        match done.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "Daily work failed: {error}"),
            Err(error) => tracing::error!(%error, "Daily work failed: {error}"),
        }
    }
}
