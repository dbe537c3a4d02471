//! The program as a newcomer starts it: the smaller demonstration, on a free port.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::driver::{Driver, free_port};

/// The running program.
pub struct Site {
    process: Child,
    base: String,
    _data: tempfile::TempDir,
}

impl Site {
    /// Starts the program and waits until it says where it is.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let mut process = Command::new(env!("CARGO_BIN_EXE_yifa"))
            .args(["demo", "--profile", "heping", "--listen", &listen, "--data"])
            .arg(data.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        let mut lines = said.lines();
        let started = lines.by_ref().map_while(Result::ok);
        let address = started
            .filter_map(|line| line.split_once("http://").map(|(_, rest)| rest.to_owned()))
            .next();
        // The program goes on talking; somebody must listen, or it would block.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            base: format!("http://{}", address.expect("the program says where it is")),
            process,
            _data: data,
        }
    }

    /// The full address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Signs in by keyboard, as the demonstration says.
    #[track_caller]
    pub fn sign_in(&self, browser: &Driver, login: &str) {
        browser.open(&self.at("/"));
        browser.write("#login", login);
        browser.write("#password", "yifa-demo\u{e007}");
        browser.sees("h1", "今日");
    }

    /// Signs out by the menu.
    #[track_caller]
    pub fn sign_out(&self, browser: &Driver) {
        browser.click(&browser.find(".user-menu > summary"));
        browser.click(&browser.find(".user-menu form button"));
        browser.sees("h1, h2", "登录");
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
