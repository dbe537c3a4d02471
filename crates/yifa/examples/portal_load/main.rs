//! The load of a busy hour on the portal: an exam of thirty minutes that thousands of pupils begin
//! in its first minute, and questionnaires that arrive through the whole hour; the server is killed
//! again and again and started anew.
//!
//! ```text
//! cargo run --release -p yifa --example portal_load -- --program target/release/yifa --read DATA
//! ```
//!
//! It sets up a data folder of its own, starts `yifa serve --portal-only` over it, plays the hour at
//! `--speed` times its pace from clients on the same machine, and then looks into the database for
//! every single answer that was acknowledged. It fails unless everybody's answers were sent and are
//! there once. Pauses of people shrink with the speed; nothing else does. With `--read` it then asks
//! for the reading pages of a folder that is there (`yifa demo --no-serve` makes one), as fast as
//! the server gives them. Written with plain threads and sockets, so that the client costs little.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io::{BufRead, BufReader},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};
use app::{
    Actor, App, Chance, Clock,
    exam::{Exam, NewCandidate},
    organ::OrganSetup,
    participation::{Once, Questionnaire, text},
};
use clap::Parser;
use yifa::{builtin, wiring::Data};

mod reads;
mod wire;

use wire::cpu_seconds;

#[derive(Parser)]
struct Arguments {
    /// The program under load, built for release.
    #[arg(long)]
    program: PathBuf,
    /// Pupils who sit the exam.
    #[arg(long, default_value_t = 34_652)]
    students: u32,
    /// Of them, who begin in the first minute.
    #[arg(long, default_value_t = 5_000)]
    rush: u32,
    /// Questionnaires in an hour.
    #[arg(long, default_value_t = 51_635)]
    questionnaires: u32,
    /// How many times faster than the clock; the rush itself is played at this speed too.
    #[arg(long, default_value_t = 6.0)]
    speed: f64,
    /// Port of the server.
    #[arg(long, default_value_t = 18_099)]
    port: u16,
    /// Client threads.
    #[arg(long, default_value_t = 96)]
    threads: usize,
    /// How often the server is killed: first in the rush, then evenly through the hour.
    #[arg(long, default_value_t = 6)]
    kills: u32,
    /// Milliseconds that ninety-nine of a hundred requests must be answered in.
    #[arg(long, default_value_t = 200.0)]
    p99_max: f64,
    /// Ask for the reading pages of this data folder, too.
    #[arg(long)]
    read: Option<PathBuf>,
    /// Ask for nothing else.
    #[arg(long, requires = "read")]
    only_read: bool,
    /// How many pages are asked for.
    #[arg(long, default_value_t = 200_000)]
    pages: usize,
}

const QUESTIONS: usize = 10;
/// Seconds in which questionnaires arrive.
const HOUR_SECONDS: f64 = 3_600.0;
/// Seconds in which the exam is open, from the beginning of the hour.
const EXAM_SECONDS: f64 = 1_800.0;
/// Seconds that a pupil thinks about a question.
const THINK_SECONDS: f64 = 20.0;

/// Somebody at a keyboard.
enum Person {
    /// What was acknowledged: bits of the questions, by their number on the paper.
    Student {
        code: String,
        step: usize,
        told: u32,
    },
    Parent {
        code: String,
    },
}

struct Day {
    port: u16,
    exam: String,
    survey: String,
    ticket: String,
    think: Duration,
    queue: Mutex<BinaryHeap<Reverse<(Instant, usize)>>>,
    people: Vec<Mutex<Person>>,
    wake: Condvar,
    left: AtomicU64,
    answers: AtomicU64,
    returned: AtomicU64,
    retried: AtomicU64,
    refused: AtomicU64,
    /// Microseconds of each request that was answered, and how late it was sent.
    times: Mutex<Vec<(u32, u32)>>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if !arguments.only_read {
        hour(&arguments)?;
    }
    if let Some(folder) = &arguments.read {
        let mut server = start(&arguments, folder)?;
        let read = reads::run(&arguments, server.id());
        server.kill()?;
        server.wait()?;
        read?;
    }
    Ok(())
}

/// Plays the hour and looks for what came of it.
fn hour(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (day, app) = set_up(arguments, folder.path())?;
    let day = Arc::new(day);
    let mut server = start(arguments, folder.path())?;
    let begun = Instant::now();
    plan(arguments, &day, begun);
    let clients: Vec<_> = (0..arguments.threads)
        .map(|_| {
            let day = Arc::clone(&day);
            thread::spawn(move || work(&day))
        })
        .collect();
    let mut cpu = 0.0;
    for kill in 0..arguments.kills {
        let at = 30.0 + HOUR_SECONDS * f64::from(kill) / f64::from(arguments.kills);
        let due = begun + Duration::from_secs_f64(at / arguments.speed);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        cpu += cpu_seconds(server.id());
        server.kill()?;
        server.wait()?;
        let since = Instant::now();
        server = start(arguments, folder.path())?;
        println!("killed, answering again after {:?}", since.elapsed());
    }
    for client in clients {
        client
            .join()
            .map_err(|_| anyhow!("a client thread panicked"))?;
    }
    println!(
        "played in {:.1} s at {} times the pace",
        begun.elapsed().as_secs_f64(),
        arguments.speed
    );
    cpu += cpu_seconds(server.id());
    server.kill()?;
    server.wait()?;
    report(arguments, &day, &app, cpu)
}

/// A folder with an office, an exam with its candidates, and a questionnaire with codes.
fn set_up(arguments: &Arguments, folder: &std::path::Path) -> Result<(Day, App)> {
    let data = Data::at(folder)?;
    let catalogue = builtin::proved(&builtin::files(), None)?;
    let app = data.open(catalogue, Clock::System, Chance::System)?;
    app.set_up_organ(&OrganSetup {
        parent: None,
        id: "load".to_owned(),
        name: "压力测试市教育局".to_owned(),
        short_name: "压测教育".to_owned(),
        document_name: "压教".to_owned(),
        districts: vec![],
        sections: vec![("office".to_owned(), "办公室".to_owned())],
        accounts: vec![],
    })?;
    let system = Actor::system("load");
    let bank: String = (0..200)
        .map(|n| format!("第{n}题？\n- 甲\n= 乙\n- 丙\n- 丁\n\n"))
        .collect();
    let exam = Exam {
        title: "压力测试".to_owned(),
        intro: String::new(),
        kind: String::new(),
        bank: text::bank(&bank).map_err(|e| anyhow!(e))?,
        questions: QUESTIONS,
        minutes: 60,
        pass_mark: 60,
    };
    let now = app.clock.now();
    let hour = jiff::SignedDuration::from_hours(3);
    let exam = app.open_exam(&system, &exam, now - hour, now + hour)?;
    let candidates: Vec<NewCandidate> = (0..arguments.students)
        .map(|n| NewCandidate {
            name: format!("学生{n}"),
            unit: format!("第{}小学", n % 120),
            class: format!("{}班", n % 12),
        })
        .collect();
    let codes = app.put_candidates(&system, &exam, &candidates)?;
    let questions =
        "[单选] 一？*\n- 是\n- 否\n[多选] 二？\n- 甲\n- 乙\n[量表5] 三？*|差|好\n[填空200] 四？";
    let survey = Questionnaire {
        title: "压力测试".to_owned(),
        intro: String::new(),
        topic: "其他".to_owned(),
        audience: "家长".to_owned(),
        once: Once::Code,
        units: vec![],
        questions: text::questions(questions).map_err(|e| anyhow!(e))?,
        open_results: false,
    };
    let today = app.clock.today();
    let survey = app.open_questionnaire(&system, &survey, today, today)?;
    let parents = app.questionnaire_codes(&system, &survey, arguments.questionnaires)?;
    let ticket = app.new_ticket()?;
    let mut people: Vec<Mutex<Person>> = codes
        .into_iter()
        .map(|code| {
            Mutex::new(Person::Student {
                code,
                step: 0,
                told: 0,
            })
        })
        .collect();
    people.extend(
        parents
            .into_iter()
            .map(|code| Mutex::new(Person::Parent { code })),
    );
    let day = Day {
        port: arguments.port,
        exam,
        survey,
        ticket,
        think: Duration::from_secs_f64(THINK_SECONDS / arguments.speed),
        queue: Mutex::default(),
        left: AtomicU64::new(people.len() as u64),
        people,
        wake: Condvar::new(),
        answers: AtomicU64::new(0),
        returned: AtomicU64::new(0),
        retried: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        times: Mutex::default(),
    };
    Ok((day, app))
}

fn start(arguments: &Arguments, folder: &std::path::Path) -> Result<Child> {
    let mut server = Command::new(&arguments.program)
        .args(["serve", "--portal-only", "--listen"])
        .arg(format!("127.0.0.1:{}", arguments.port))
        .arg("--data")
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let said = server.stdout.take().ok_or_else(|| anyhow!("no output"))?;
    for line in BufReader::new(said).lines() {
        if line?.contains("http://") {
            return Ok(server);
        }
    }
    bail!("the server did not start")
}

/// When each person first comes.
fn plan(arguments: &Arguments, day: &Day, begun: Instant) {
    let at = |seconds: f64| begun + Duration::from_secs_f64(seconds / arguments.speed);
    let students = arguments.students as usize;
    let rush = arguments.rush.min(arguments.students) as usize;
    // The last one begins early enough to finish while the exam is open.
    let open = EXAM_SECONDS - 60.0 - THINK_SECONDS * (QUESTIONS as f64 + 2.0);
    let mut queue = day
        .queue
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    for n in 0..day.people.len() {
        let second = if n < rush {
            60.0 * n as f64 / rush as f64
        } else if n < students {
            60.0 + open * (n - rush) as f64 / (students - rush) as f64
        } else {
            HOUR_SECONDS * (n - students) as f64 / (day.people.len() - students) as f64
        };
        queue.push(Reverse((at(second), n)));
    }
}

fn work(day: &Day) {
    let mut connection: Option<TcpStream> = None;
    while let Some((due, n)) = next(day) {
        let mut person = day.people[n]
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let late = due.elapsed();
        let begun = Instant::now();
        match act(day, &mut connection, &mut person) {
            Ok(done) => {
                let mut times = day
                    .times
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                times.push((begun.elapsed().as_micros() as u32, late.as_micros() as u32));
                drop(times);
                if done {
                    day.left.fetch_sub(1, Ordering::Relaxed);
                    day.wake.notify_all();
                } else {
                    again(day, n, Instant::now() + day.think);
                }
            }
            Err(_) => {
                // The server is away: people press the button once more.
                connection = None;
                day.retried.fetch_add(1, Ordering::Relaxed);
                again(day, n, Instant::now() + Duration::from_millis(500));
            }
        }
    }
}

fn again(day: &Day, n: usize, at: Instant) {
    let mut queue = day
        .queue
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    queue.push(Reverse((at, n)));
    day.wake.notify_one();
}

/// The next person whose time has come.
fn next(day: &Day) -> Option<(Instant, usize)> {
    let mut queue = day
        .queue
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    loop {
        if day.left.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let now = Instant::now();
        let wait = match queue.peek() {
            Some(Reverse((due, _))) if *due <= now => {
                return queue.pop().map(|Reverse(found)| found);
            }
            Some(Reverse((due, _))) => *due - now,
            None => Duration::from_millis(20),
        };
        let waited = day
            .wake
            .wait_timeout(queue, wait.min(Duration::from_millis(100)));
        queue = match waited {
            Ok((queue, _)) => queue,
            Err(poisoned) => poisoned.into_inner().0,
        };
    }
}

/// What one person does next; `true` when finished.
fn act(day: &Day, connection: &mut Option<TcpStream>, person: &mut Person) -> Result<bool> {
    match person {
        Person::Parent { code } => {
            let body = format!(
                "token={}&who={code}&q0=%E6%98%AF&q1=%E7%94%B2&q2=4&q3=ok",
                day.ticket
            );
            let path = format!("/portal/surveys/{}", day.survey);
            let status = wire::send(day.port, connection, "POST", &path, "", &body)?.status;
            match status {
                200 | 409 => day.returned.fetch_add(1, Ordering::Relaxed),
                _ => day.refused.fetch_add(1, Ordering::Relaxed),
            };
            Ok(true)
        }
        Person::Student { code, step, told } => {
            let exam = format!("/portal/exams/{}", day.exam);
            let paper = format!("{exam}/paper");
            let cookie = format!("cookie: yifa-exam={code}\r\n");
            let status = match *step {
                0 => {
                    wire::send(
                        day.port,
                        connection,
                        "POST",
                        &exam,
                        "",
                        &format!("code={code}"),
                    )?
                    .status
                }
                n if n <= 2 * QUESTIONS && n % 2 == 1 => {
                    let path = format!("{paper}?n={}", n / 2 + 1);
                    wire::send(day.port, connection, "GET", &path, &cookie, "")?.status
                }
                n if n <= 2 * QUESTIONS => {
                    let body = format!("n={}&choice={}", n / 2, n % 3);
                    let status =
                        wire::send(day.port, connection, "POST", &paper, &cookie, &body)?.status;
                    if status == 303 {
                        *told |= 1 << (n / 2 - 1);
                        day.answers.fetch_add(1, Ordering::Relaxed);
                    }
                    status
                }
                _ => wire::send(day.port, connection, "POST", &paper, &cookie, "finish=1")?.status,
            };
            if status != 303 && status != 200 {
                day.refused.fetch_add(1, Ordering::Relaxed);
                return Ok(true);
            }
            *step += 1;
            Ok(*step > 2 * QUESTIONS + 1)
        }
    }
}

fn report(arguments: &Arguments, day: &Day, app: &App, cpu: f64) -> Result<()> {
    let times = day
        .times
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut waits: Vec<u32> = times.iter().map(|(took, _)| *took).collect();
    let p99 = share(&mut waits, 0.99);
    // From the moment at which somebody wanted to press the button: clients that were late hide
    // nothing here.
    let whole = times.iter().map(|(took, late)| took + late).collect();
    println!("{} requests; answered in {}", times.len(), shares(waits));
    println!("counted from the moment planned: {}", shares(whole));
    println!("server: {cpu:.1} s of processor");
    let system = Actor::system("load");
    let saved = app.exam_answers_so_far(&system, &day.exam)?;
    let returned = app.answers_so_far(&system, &day.survey)?;
    let (told, sent) = (
        day.answers.load(Ordering::Relaxed),
        day.returned.load(Ordering::Relaxed),
    );
    let refused = day.refused.load(Ordering::Relaxed);
    println!(
        "exam answers acknowledged {told}, kept {saved}; questionnaires acknowledged {sent}, kept {returned}; \
         {} tried again while the server was away, {refused} refused",
        day.retried.load(Ordering::Relaxed),
    );
    let mut lost = 0;
    for person in &day.people {
        let person = person
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Person::Student { code, told, .. } = &*person {
            lost += lost_of(app, &day.exam, code, *told)?;
        }
    }
    let answers = u64::from(arguments.students) * QUESTIONS as u64;
    let questionnaires = u64::from(arguments.questionnaires);
    if lost > 0 || refused > 0 {
        bail!("{lost} acknowledged answers of the exam were lost, {refused} requests refused");
    }
    if (told, saved) != (answers, answers) || (sent, returned) != (questionnaires, questionnaires) {
        bail!(
            "not everything was sent and kept once: {answers} answers and {questionnaires} questionnaires were due"
        );
    }
    println!("every answer that was due was sent, and is there once, with what was chosen");
    if p99 > arguments.p99_max {
        bail!(
            "one of a hundred requests took {p99:.1} ms or more, {} are allowed",
            arguments.p99_max
        );
    }
    Ok(())
}

/// Median and tails of times in microseconds, in words.
fn shares(mut times: Vec<u32>) -> String {
    let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|of| share(&mut times, of));
    format!("p50 {p50:.1} ms, p99 {p99:.1} ms, p99.9 {p999:.1} ms")
}

/// Milliseconds within which a share of the requests was answered.
fn share(times: &mut [u32], share: f64) -> f64 {
    times.sort_unstable();
    let place = (times.len() as f64 * share) as usize;
    let time = times.get(place).or(times.last());
    f64::from(time.copied().unwrap_or_default()) / 1e3
}

/// How many of the acknowledged answers of a pupil are not there as they were sent.
fn lost_of(app: &App, exam: &str, code: &str, told: u32) -> Result<usize> {
    let sitting = app.sitting("load", exam, code)?;
    let sent = (1..=QUESTIONS).filter(|n| told & (1 << (n - 1)) != 0);
    let lost = sent.filter(|n| {
        let number = sitting.paper.get(n - 1);
        let kept = number.and_then(|number| sitting.answers.get(number));
        // The form sends the step's number modulo three.
        kept.is_none_or(|(chosen, _)| *chosen != [2 * n % 3])
    });
    Ok(lost.count())
}
