//! Running the program, and one demonstration that all tests read.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// What a run left.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// Asserts a failure told in one clear sentence: exit code 2, no panic, one line.
    #[track_caller]
    pub fn fails_with(&self, words: &str) {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(self.err.contains(words), "{self:?}");
        assert_eq!(self.err.trim().lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("错误："), "{self:?}");
    }
}

/// Runs the program with arguments.
pub fn yifa<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_yifa"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let run = Run {
        code: output.status.code().expect("it ends by itself"),
        out: text(&output.stdout),
        err: text(&output.stderr),
    };
    assert!(!run.err.contains("panicked"), "{run:?}");
    run
}

/// The arguments of a command over a folder.
pub fn over<'a>(arguments: &[&'a str], data: &'a Path) -> Vec<&'a str> {
    let folder = ["--data", data.to_str().unwrap()];
    arguments.iter().copied().chain(folder).collect()
}

/// Makes the smaller demonstration in a folder.
pub fn make_demo(data: &Path) -> Run {
    yifa(&over(&["demo", "--no-serve", "--profile", "heping"], data))
}

/// A finished demonstration. Tests only read it; who writes takes a [`copy`].
pub fn demo() -> &'static Path {
    static DEMO: OnceLock<(PathBuf, tempfile::TempDir)> = OnceLock::new();
    let (folder, _) = DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let run = make_demo(&data);
        assert_eq!(run.code, 0, "{run:?}");
        (data, folder)
    });
    folder
}

/// A copy of the demonstration's data.
pub fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["yifa.db", "log.key", "secret.key"] {
        std::fs::copy(demo().join(name), folder.path().join(name)).unwrap();
    }
    copy_folder(&demo().join("files"), &folder.path().join("files"));
    folder
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A running server; it ends with this value.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts a command that serves, on a free port, and waits until it says where it is.
    pub fn start(arguments: &[&str]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap();
        drop(port);
        let mut process = Command::new(env!("CARGO_BIN_EXE_yifa"))
            .args(arguments)
            .args(["--listen", &address.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut said = lines.by_ref().map_while(Result::ok);
        let started = said.find(|line| line.contains("http://"));
        std::thread::spawn(move || lines.for_each(drop));
        let server = Self { process, address };
        assert!(started.is_some(), "{arguments:?} does not start");
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
