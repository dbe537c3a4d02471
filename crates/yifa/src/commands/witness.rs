//! `yifa witness`: the small program with which another office witnesses a log.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Result, anyhow};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use proof::{note::VerifierKey, witness::REQUEST_BYTES_MAX};

use crate::{
    wiring,
    witness::{Witness, now},
};

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Arguments {
    /// 存放密钥和记忆的目录
    #[arg(long, default_value = "data/witness")]
    data: PathBuf,
    /// 见证人的名称（写进公钥，不能有空格和“+”，如 justice.example/witness）
    #[arg(long)]
    name: String,
    /// 被见证的日志的公钥（对方“存证”页上有）
    #[arg(long)]
    log_key: String,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let log = VerifierKey::parse(&arguments.log_key)
        .map_err(|e| anyhow!("日志公钥“{}”读不了：{e}", arguments.log_key))?;
    let listener = wiring::listen(&arguments.listen)?;
    let witness = Arc::new(Witness::open(&arguments.data, &arguments.name, log)?);
    println!("见证人公钥（交给日志的主人，写进 witnesses.toml）：");
    println!("  {}", witness.verifier());
    println!("正在见证：http://{}", arguments.listen);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, router(witness)).await
    })?;
    Ok(ExitCode::SUCCESS)
}

fn router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/healthz", get(|| async { "ok" }))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .with_state(witness)
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Response {
    let answer = tokio::task::spawn_blocking(move || witness.answer(&body, now())).await;
    match answer {
        Ok(answer) => {
            let status =
                StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (
                status,
                [(header::CONTENT_TYPE, answer.media_type)],
                answer.body,
            )
                .into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
