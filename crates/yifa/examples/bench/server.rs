//! The built server: its start, its memory, its pages.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Result, anyhow};
use app::listing::ListAsk;

use crate::{
    cost::{Cost, cpu_of_task, median, timed, told},
    demonstration::{demonstration, folder_for, largest, legal},
};

/// The built server, as a process of its own.
struct Server {
    process: Child,
    address: String,
    cookie: String,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let here = std::env::current_exe()?;
        let program = here.ancestors().nth(2).map(|target| target.join("yifa"));
        let program = program.filter(|p| p.is_file());
        let program = program.ok_or_else(|| anyhow!("build it first: cargo build --release"))?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let address = port.to_string();
        let mut process = Command::new(program)
            .args(["serve", "--listen", &address, "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()?;
        let said = process.stdout.take().ok_or_else(|| anyhow!("no output"))?;
        let mut lines = BufReader::new(said).lines();
        let server = Self {
            process,
            address,
            cookie: String::new(),
        };
        let started = lines.by_ref().map_while(std::result::Result::ok);
        if !started.into_iter().any(|line| line.contains("http://")) {
            return Err(anyhow!("the server does not start"));
        }
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }

    /// Asks, and answers status and length of the whole answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nhost: {}\r\ncookie: {}\r\ncontent-length: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn sign_in(&mut self, login: &str) -> Result<()> {
        let body = format!("login={login}&password=yifa-demo");
        let answer = self.ask("POST", "/sign-in", &body)?;
        let cookie = answer.lines().find_map(|l| l.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|c| c.split(';').next());
        self.cookie = cookie.ok_or_else(|| anyhow!("{answer}"))?.to_owned();
        Ok(())
    }

    fn page(&self, path: &str) -> Result<()> {
        let answer = self.ask("GET", path, "")?;
        if answer.starts_with("HTTP/1.0 200") {
            Ok(())
        } else {
            Err(anyhow!(
                "{path}: {}",
                answer.lines().next().unwrap_or_default()
            ))
        }
    }

    /// Processor time so far, in seconds: its threads stay.
    fn cpu(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id()));
        let tasks = tasks.into_iter().flatten().flatten();
        tasks.map(|task| cpu_of_task(&task.path())).sum()
    }

    /// Some requests: the median of the time until the answer was there, the average processor time
    /// of the server.
    fn pages(&self, runs: usize, path: &str) -> Result<Cost> {
        let spent = self.cpu();
        let cost = median(runs, || self.page(path))?;
        let cpu = (self.cpu() - spent) / runs as f64;
        Ok(Cost { cpu, ..cost })
    }

    /// Resident memory now and at its highest.
    fn memory(&self) -> String {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let lines = status
            .lines()
            .filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM"));
        lines.collect::<Vec<_>>().join(", ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Pages as a browser gets them: connection, session, query, markup, all of it.
pub fn http(entries: usize, folder: Option<PathBuf>) -> Result<()> {
    let folder = folder_for(entries, folder);
    let (app, year) = demonstration(entries, &folder)?;
    let legal = legal(&app)?;
    let ledgers = largest(&app, &legal)?;
    let figures: Vec<String> = app
        .catalogue()
        .figures()
        .map(|f| f.id.to_string())
        .collect();
    let newest = |ledger: &str| app.list(&legal, ledger, &ListAsk::default(), 50);
    let entry = newest(&ledgers[0])?.entries[0].id.clone();
    let (mut server, start) = timed(|| Server::start(&folder))?;
    told("start of the server", start, None);
    // The dictionary of the search is loaded in the background.
    std::thread::sleep(std::time::Duration::from_secs(5));
    println!("idle: {}", server.memory());
    server.sign_in("legal")?;
    let get = |path: &str| server.pages(30, path);
    let baseline = get("/healthz")?;
    told("GET /healthz", baseline, None);
    let tell = |name: &str, path: &str| -> Result<Cost> {
        let cost = get(path)?;
        told(name, cost, Some(baseline));
        Ok(cost)
    };
    tell("an entry", &format!("/entries/{entry}"))?;
    tell("the proof of an entry", &format!("/entries/{entry}/proof"))?;
    tell("today", "/")?;
    tell("the figures", "/figures")?;
    for ledger in &ledgers {
        let page = newest(ledger)?;
        let path = format!("/ledgers/{ledger}");
        println!("{ledger}: {} entries", page.count);
        tell("  newest page", &path)?;
        tell("  page of a year", &format!("{path}?year={year}"))?;
        if let Some(next) = &page.next {
            tell("  next page", &format!("{path}?after={next}"))?;
        }
        for field in app::listing::indexed_fields(&page.ledger).take(4) {
            let path = format!("{path}?year={year}&sort={}", field.id);
            tell(&format!("  sorted by {}", field.id), &path)?;
        }
        let by_district = app::listing::indexed_fields(&page.ledger).any(|f| &*f.id == "district");
        if by_district {
            // 海云区
            let path = format!("{path}?f.district=%E6%B5%B7%E4%BA%91%E5%8C%BA");
            tell("  filtered by district", &path)?;
        }
        // 检查
        tell("  searched", &format!("{path}?q=%E6%A3%80%E6%9F%A5"))?;
    }
    let mut slowest = (Cost::default(), String::new());
    let (mut over, mut over_cpu) = (0, 0);
    for figure in &figures {
        let path = format!("/figures/{figure}?from={year}-01-01&to={year}-12-31");
        let cost = server.pages(5, &path)?;
        over += usize::from(cost.wall > 0.010);
        over_cpu += usize::from(cost.cpu > 0.010);
        if cost.wall > slowest.0.wall {
            slowest = (cost, figure.clone());
        }
    }
    told(
        &format!("slowest figure page: {}", slowest.1),
        slowest.0,
        Some(baseline),
    );
    println!(
        "{over} of {} figure pages took more than 10 ms, {over_cpu} of them of a processor",
        figures.len()
    );
    println!("after it all: {}", server.memory());
    Ok(())
}
