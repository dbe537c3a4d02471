//! Witnesses of the log: the small program that another office runs, and asking it.
//!
//! A witness remembers, per log, the largest checkpoint that it has seen, and cosigns only what
//! extends it. What is decided is `proof::witness`; here is the memory (one file, replaced as a
//! whole and on the disk before anything is answered) and the way there and back.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use app::{App, Clock};
use proof::{
    hash::Hash,
    note::{KeyKind, SigningKey, VerifierKey},
    witness::{AddCheckpoint, LogState, Refusal},
};
use serde::{Deserialize, Serialize};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A witness of one log.
pub struct Witness {
    key: SigningKey,
    log: VerifierKey,
    memory: PathBuf,
    /// Held from reading the memory to writing it: two requests cannot both extend the same head.
    at_work: Mutex<()>,
}

/// The file of a witness's memory.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Memory {
    origin: String,
    size: u64,
    root: Hash,
}

/// An answer to `add-checkpoint`.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content type.
    pub media_type: &'static str,
    /// Body.
    pub body: String,
}

impl Witness {
    /// The witness with its key and memory in a folder; both are made on first use.
    pub fn open(folder: &Path, name: &str, log: VerifierKey) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("建不了 {}", folder.display()))?;
        Ok(Self {
            key: signing_key(&folder.join("witness.key"), name)?,
            log,
            memory: folder.join("seen.json"),
            at_work: Mutex::new(()),
        })
    }

    /// The key that verifies its cosignatures.
    pub fn verifier(&self) -> VerifierKey {
        self.key.verifier(KeyKind::Cosignature)
    }

    /// Answers a request at a time (seconds since 1970).
    pub fn answer(&self, body: &[u8], time: u64) -> Answer {
        match self.decide(body, time) {
            Ok(Ok(line)) => Answer {
                status: 200,
                media_type: "text/plain; charset=utf-8",
                body: line,
            },
            Ok(Err(refusal)) => {
                let (media_type, body) = refusal.body();
                Answer {
                    status: refusal.status(),
                    media_type,
                    body,
                }
            }
            Err(error) => {
                tracing::error!(%error, "Cannot keep what was seen: {error}");
                Answer {
                    status: 500,
                    media_type: "text/plain; charset=utf-8",
                    body: "the witness cannot keep its memory\n".to_owned(),
                }
            }
        }
    }

    fn decide(&self, body: &[u8], time: u64) -> Result<std::result::Result<String, Refusal>> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let _held = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.seen()?;
        let keys = [self.log.clone()];
        let known = (request.origin() == self.log.name()).then_some((&keys[..], &state));
        let accepted = match request.decide(known) {
            Ok(accepted) => accepted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.keep(&accepted.origin, &accepted.state)?;
        Ok(Ok(accepted.cosign(&self.key, time)?))
    }

    fn seen(&self) -> Result<LogState> {
        match fs::read_to_string(&self.memory) {
            Ok(text) => {
                let memory: Memory = serde_json::from_str(&text)
                    .with_context(|| format!("{} 读不懂", self.memory.display()))?;
                if memory.origin != self.log.name() {
                    bail!("{} 记的是另一个日志", self.memory.display());
                }
                Ok(LogState {
                    size: memory.size,
                    root: memory.root,
                })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(LogState::NEW),
            Err(error) => Err(error).with_context(|| format!("读不了 {}", self.memory.display())),
        }
    }

    /// Replaces the memory as a whole: written beside it, on the disk, then renamed. A power cut
    /// leaves the old one or the new one, and nothing was answered before.
    fn keep(&self, origin: &str, state: &LogState) -> Result<()> {
        let memory = Memory {
            origin: origin.to_owned(),
            size: state.size,
            root: state.root,
        };
        let beside = self.memory.with_extension("new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(serde_json::to_string(&memory)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.memory)?;
        if let Some(folder) = self.memory.parent() {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// A key file: read, or made on first use.
fn signing_key(path: &Path, name: &str) -> Result<SigningKey> {
    match fs::read_to_string(path) {
        Ok(text) => SigningKey::parse(text.trim())
            .map_err(|e| anyhow!("见证密钥 {} 读不了：{e}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|e| anyhow!("系统没有随机数：{e}"))?;
            let key = SigningKey::from_seed(name, &seed).map_err(|e| anyhow!("{e}"))?;
            crate::wiring::write_private(path, &format!("{}\n", key.to_secret_text()))?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("读不了 {}", path.display())),
    }
}

/// Where a witness is.
enum Reach {
    /// Run by another office.
    Http(String),
    /// In this program: demonstrations and tests only, since it proves nothing to others.
    Here(Arc<Witness>),
}

/// A witness and how it is asked.
pub struct Seat {
    /// The key of its cosignatures.
    pub key: VerifierKey,
    reach: Reach,
}

impl Seat {
    /// A witness within this program.
    pub fn here(witness: Arc<Witness>) -> Self {
        Self {
            key: witness.verifier(),
            reach: Reach::Here(witness),
        }
    }

    /// A witness at an address.
    pub fn at(key: VerifierKey, url: &str) -> Self {
        Self {
            key,
            reach: Reach::Http(url.trim_end_matches('/').to_owned()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    witness: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    key: String,
    url: String,
}

/// The witnesses of a data folder: `witnesses.toml`; none where there is no such file.
pub fn seats(folder: &Path) -> Result<Vec<Seat>> {
    let path = folder.join("witnesses.toml");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("读不了 {}", path.display())),
    };
    let file: File =
        toml::from_str(&text).map_err(|e| anyhow!("{}：{}", path.display(), e.message()))?;
    let seat = |written: Written| -> Result<Seat> {
        let key = VerifierKey::parse(&written.key)
            .ok()
            .filter(|key| key.kind() == KeyKind::Cosignature)
            .ok_or_else(|| anyhow!("{}：“{}”不是见证人的公钥", path.display(), written.key))?;
        if !written.url.starts_with("http://") {
            bail!(
                "{}：见证人地址应以 http:// 开头（内容自带签名，不需要加密）",
                path.display()
            );
        }
        Ok(Seat::at(key, &written.url))
    };
    file.witness.into_iter().map(seat).collect()
}

/// Asks every witness to cosign the newest checkpoint. What one of them refuses or does not answer
/// is reported and does not stop the others.
pub fn ask_all(app: &App, seats: &[Seat]) {
    for seat in seats {
        if let Err(error) = ask(app, seat) {
            let witness = seat.key.name();
            tracing::warn!(witness, %error, "The witness {witness} did not cosign: {error:#}");
        }
    }
}

fn ask(app: &App, seat: &Seat) -> Result<()> {
    // Twice: a witness that remembers another size says which, and is asked again from there.
    for _ in 0..2 {
        let Some(request) = app.witness_request(&seat.key)? else {
            return Ok(());
        };
        let answer = send(app, &seat.reach, &request.body)?;
        match answer.status {
            200 => return Ok(app.take_cosignature(&seat.key, request.size, &answer.body)?),
            409 => {
                let size = answer.body.trim().parse().context("见证人的答复读不懂")?;
                if size == request.size {
                    bail!("见证人见过同样大小、内容不同的日志");
                }
                app.witness_has_seen(&seat.key, size)?;
            }
            status => bail!("见证人答复 {status}：{}", answer.body.trim()),
        }
    }
    bail!("见证人两次答复的大小不同")
}

fn send(app: &App, reach: &Reach, body: &str) -> Result<Answer> {
    match reach {
        Reach::Here(witness) => {
            let now = u64::try_from(app.clock.now().as_second()).unwrap_or(0);
            Ok(witness.answer(body.as_bytes(), now))
        }
        Reach::Http(url) => {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .timeout_global(Some(PATIENCE))
                .http_status_as_error(false)
                .build()
                .into();
            let mut answer = agent
                .post(format!("{url}/add-checkpoint"))
                .header("content-type", "text/plain; charset=utf-8")
                .send(body)
                .with_context(|| format!("见证人 {url} 没有答复"))?;
            Ok(Answer {
                status: answer.status().as_u16(),
                media_type: "",
                body: answer.body_mut().read_to_string()?,
            })
        }
    }
}

/// The present moment, for cosignatures of a witness that others ask.
pub fn now() -> u64 {
    u64::try_from(Clock::System.now().as_second()).unwrap_or(0)
}
