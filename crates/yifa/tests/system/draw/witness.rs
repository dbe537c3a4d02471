//! `yifa witness` over HTTP: it follows a growing log, and never a second history.

use std::{
    io::{BufRead, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use proof::{
    checkpoint::{self, Checkpoint},
    hash::{Hash, leaf_hash},
    merkle::{Appender, Tree},
    note::{KeyKind, SigningKey, VerifierKey},
    witness::format_request,
};

const ORIGIN: &str = "log.example/test";

struct Log {
    key: SigningKey,
    leaves: Vec<Hash>,
}

impl Log {
    fn new(history: &str, leaves: u8) -> Self {
        let leaf = |i| leaf_hash(format!("{history} {i}").as_bytes());
        Self {
            key: SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap(),
            leaves: (0..leaves).map(leaf).collect(),
        }
    }

    /// What the log asks: it was at `old`, it is at `new`.
    fn request(&self, old: u64, new: u64) -> String {
        let tiles = Appender::new().append(self.leaves.iter().copied()).tiles;
        let mut tree = Tree::new(new, move |level, index| {
            let tile = tiles
                .iter()
                .find(|t| (t.level, t.index) == (level, index))?;
            Some(tile.bytes.clone())
        });
        let head = Checkpoint::new(ORIGIN, new, tree.root().unwrap());
        let proof = match old {
            0 => Vec::new(),
            old => tree.consistency_proof(old).unwrap(),
        };
        format_request(old, &proof, &head.sign(&self.key).unwrap())
    }
}

/// The program, run as another office runs it.
struct Office {
    process: Child,
    address: String,
    key: VerifierKey,
}

impl Office {
    fn start(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let address = format!("127.0.0.1:{port}");
        let log = Log::new("", 0).key.verifier(KeyKind::Note).to_string();
        let mut process = Command::new(env!("CARGO_BIN_EXE_yifa"))
            .args(["witness", "--name", "justice.example/w", "--log-key", &log])
            .args(["--listen", &address, "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let key = lines.nth(1).unwrap().unwrap();
        lines.next().unwrap().unwrap();
        Self {
            process,
            address,
            key: VerifierKey::parse(key.trim()).unwrap(),
        }
    }

    fn ask(&self, body: &str) -> (u16, String) {
        let mut stream = loop {
            // The line is printed just before the server takes requests up.
            match TcpStream::connect(&self.address) {
                Ok(stream) => break stream,
                Err(_) => std::thread::yield_now(),
            }
        };
        write!(
            stream,
            "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer[9..12].parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_witness_follows_one_history_and_refuses_a_fork_even_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new("true", 20);
    let witness = Office::start(folder.path());
    let request = log.request(0, 7);
    let (status, line) = witness.ask(&request);
    assert_eq!(status, 200, "{line}");
    let note = format!("{}{line}", request.split_once("\n\n").unwrap().1);
    let opened = checkpoint::open(
        note.as_bytes(),
        &log.key.verifier(KeyKind::Note),
        std::slice::from_ref(&witness.key),
    );
    assert_eq!(opened.unwrap().cosignatures.len(), 1);

    // Another history of the same beginning length, signed by the log's own key.
    let fork = Log::new("forged", 20);
    let (status, body) = witness.ask(&fork.request(7, 20));
    assert_eq!(status, 422, "{body}");
    let (status, body) = witness.ask(&fork.request(7, 7));
    assert_eq!((status, body.as_str()), (409, "7\n"));

    // It remembers, and says so, when it is started again.
    let key = witness.key.clone();
    drop(witness);
    let witness = Office::start(folder.path());
    assert_eq!(witness.key, key);
    assert_eq!(witness.ask(&log.request(0, 20)), (409, "7\n".to_owned()));
    assert_eq!(witness.ask(&fork.request(7, 20)).0, 422);
    assert_eq!(witness.ask(&log.request(7, 20)).0, 200);
    assert_eq!(witness.ask("old 20\n\nnonsense").0, 400);
}
