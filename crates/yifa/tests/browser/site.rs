//! The program as a newcomer starts it: the smaller demonstration, on a free port.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::driver::{Driver, free_port};

/// What the first page of somebody is called: administrators begin with their own work.
fn first_page(login: &str) -> &'static str {
    match login {
        "sysadmin" => "账号",
        "secadmin" => "授权",
        "auditor" => "审计记录",
        _ => "今日",
    }
}

/// The running program.
pub struct Site {
    process: Child,
    listen: String,
    data: tempfile::TempDir,
    /// A code of the demonstration's exam, as it is said when the demonstration is made.
    pub exam_code: String,
}

impl Site {
    /// The password of the demonstration's people.
    pub const PASSWORD: &str = "yifa-demo";

    /// Starts the program and waits until it says where it is.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let (process, exam_code) = run(&listen, data.path());
        Self {
            process,
            listen,
            data,
            exam_code,
        }
    }

    /// Pulls the plug: the site does not answer any more.
    pub fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Comes back, at the same address and with the same data.
    pub fn start_again(&mut self) {
        (self.process, _) = run(&self.listen, self.data.path());
    }

    /// The full address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.listen)
    }

    /// Signs in by keyboard, as the demonstration says.
    #[track_caller]
    pub fn sign_in(&self, browser: &Driver, login: &str) {
        browser.open(&self.at("/"));
        browser.write("#login", login);
        browser.write("#password", "yifa-demo\u{e007}");
        browser.sees("h1", first_page(login));
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

/// Starts the program and waits until it says where it is; the code of an exam, if it said one.
fn run(listen: &str, data: &Path) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_yifa"))
        .args(["demo", "--profile", "heping", "--listen", listen, "--data"])
        .arg(data.join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(process.stdout.take().unwrap());
    let mut lines = said.lines();
    let mut started = lines.by_ref().map_while(Result::ok);
    let mut code = String::new();
    let address = started.find(|line| {
        if let Some((_, codes)) = line.split_once("演示准考码：") {
            code = codes.split('、').next().unwrap_or_default().to_owned();
        }
        line.contains("http://")
    });
    // The program goes on talking; somebody must listen, or it would block.
    std::thread::spawn(move || lines.for_each(drop));
    assert!(address.is_some(), "the program says where it is");
    (process, code)
}
