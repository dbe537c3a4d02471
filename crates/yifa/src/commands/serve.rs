//! `yifa serve`: the server over a data folder.

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Result, anyhow};
use app::{App, Chance, Clock};
use web::Web;

use crate::{
    builtin,
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
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let catalogue = arguments.definitions.proved()?;
    let listener = wiring::listen(&arguments.listen)?;
    let data = Data::at(&arguments.data)?.with(&arguments.database);
    let seats = witness::seats(&data.folder)?;
    let keys = seats.iter().map(|seat| seat.key.clone()).collect();
    let app = data
        .open(catalogue, Clock::System, Chance::System)?
        .witnessed_by(keys);
    if app.organs().next().is_none() {
        return Err(anyhow!(
            "数据目录 {} 里还没有机关。先用 yifa demo 看演示。",
            arguments.data.display()
        ));
    }
    println!("服务已启动：http://{}", arguments.listen);
    serve(app, listener, None, Vec::new(), seats)
}

/// Serves until the program is told to stop.
pub fn serve(
    app: App,
    listener: std::net::TcpListener,
    banner: Option<&str>,
    sign_ins: Vec<[String; 3]>,
    seats: Vec<Seat>,
) -> Result<ExitCode> {
    let app = Arc::new(app);
    let web = Web {
        app: Arc::clone(&app),
        banner: banner.map(Arc::from),
        sign_ins: Arc::new(sign_ins),
        typeset: wiring::typeset().map(Arc::from),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let upkeep = tokio::spawn(upkeep(Arc::clone(&app), Arc::new(seats)));
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let served = web::serve(web, listener).await;
        upkeep.abort();
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Once a second: sign the head of the log if something was appended, have it witnessed, declare
/// void what was not witnessed in time, and take new text into the search index. All are no work when there is nothing new.
async fn upkeep(app: Arc<App>, seats: Arc<Vec<Seat>>) {
    const INDEXED_AT_ONCE: usize = 2_000;
    const REMINDED_EVERY: u64 = 600;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    for round in 0u64.. {
        tick.tick().await;
        let (app, seats) = (Arc::clone(&app), Arc::clone(&seats));
        let done = tokio::task::spawn_blocking(move || {
            app.checkpoint().map(drop)?;
            witness::ask_all(&app, &seats);
            for draw in app.void_late_draws()? {
                tracing::warn!(
                    draw,
                    "The draw {draw} is void: not frozen or witnessed in time"
                );
            }
            if round.is_multiple_of(REMINDED_EVERY) {
                app.remind_of_collections()?;
            }
            app.index_search(INDEXED_AT_ONCE)
        });
        match done.await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(%error, "Upkeep failed: {error}"),
            Err(error) => tracing::error!(%error, "Upkeep failed: {error}"),
        }
    }
}
