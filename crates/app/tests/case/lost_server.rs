//! The server is lost at every request of an act: afterwards there is the whole act, or nothing.
//!
//! Between the program and PostgreSQL stands a gate that lets so many requests pass and then cuts
//! the connection: before a request reaches the server, or after the server has carried it out and
//! before its answer is back (so also when it has committed, and nobody was told). The same program
//! then goes on, and what it left is looked at past the gate.

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use app::{AppError, Files, Target};
use catalogue::value::Fields;

use crate::office::{Office, jpeg, photo, text};

/// Where the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cut {
    /// The request does not arrive.
    Before,
    /// The request is carried out; the answer does not arrive.
    After,
}

/// What lets requests pass.
#[derive(Default)]
struct Gate {
    /// So many requests pass, then this happens.
    armed: Mutex<Option<(usize, Cut)>>,
}

impl Gate {
    fn arm(&self, after: usize, cut: Cut) {
        *self.armed.lock().unwrap() = Some((after, cut));
    }

    /// Whether it had still to cut.
    fn disarm(&self) -> bool {
        self.armed.lock().unwrap().take().is_some()
    }

    fn passes(&self) -> Option<Cut> {
        let mut armed = self.armed.lock().unwrap();
        match &mut *armed {
            None => None,
            Some((0, cut)) => {
                let cut = *cut;
                *armed = None;
                Some(cut)
            }
            Some((left, _)) => {
                *left -= 1;
                None
            }
        }
    }
}

/// One message of the protocol: its type (none at the very first), and its bytes.
fn message(from: &mut UnixStream, typed: bool) -> io::Result<(u8, Vec<u8>)> {
    let mut head = vec![0; if typed { 5 } else { 4 }];
    from.read_exact(&mut head)?;
    let size = u32::from_be_bytes(head[head.len() - 4..].try_into().unwrap());
    let mut body = vec![0; size as usize - 4];
    from.read_exact(&mut body)?;
    let kind = if typed { head[0] } else { 0 };
    head.extend(body);
    Ok((kind, head))
}

/// What is sent until an answer is due: up to a query or a synchronisation.
fn request(client: &mut UnixStream, first: bool) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let (kind, bytes) = message(client, !first)?;
        whole.extend(bytes);
        if first || matches!(kind, b'Q' | b'S' | b'X') {
            return Ok(whole);
        }
    }
}

/// The answer: until the server is ready for more.
fn answer(server: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let (kind, bytes) = message(server, true)?;
        whole.extend(bytes);
        if matches!(kind, b'Z' | b'G') {
            return Ok(whole);
        }
    }
}

/// Carries one connection until either side or the gate ends it.
fn carry(mut client: UnixStream, mut server: UnixStream, gate: &Gate) -> io::Result<()> {
    let mut first = true;
    loop {
        let asked = request(&mut client, first)?;
        let cut = gate.passes();
        if cut == Some(Cut::Before) {
            return Ok(());
        }
        server.write_all(&asked)?;
        let said = answer(&mut server)?;
        if cut == Some(Cut::After) {
            return Ok(());
        }
        client.write_all(&said)?;
        first = false;
    }
}

/// A PostgreSQL server for tests, and the same one behind the gate.
struct Place {
    direct: Target,
    gated: Target,
    gate: Arc<Gate>,
    _folder: tempfile::TempDir,
}

impl Place {
    /// None where no server with a socket is named for tests.
    fn new(name: &str) -> Option<Self> {
        let address = std::env::var("YIFA_TEST_POSTGRES").ok();
        let found = address.as_deref().and_then(socket);
        if found.is_none() {
            let required = std::env::var_os("YIFA_REQUIRE_POSTGRES").is_some();
            assert!(!required, "YIFA_TEST_POSTGRES must name a socket");
            drop(writeln!(
                std::io::stderr(),
                "SKIPPED: no PostgreSQL; set YIFA_TEST_POSTGRES to lose it in the middle"
            ));
        }
        let ((host, port), address) = found.zip(address)?;
        let folder = tempfile::tempdir().unwrap();
        let file = format!(".s.PGSQL.{port}");
        let listener = UnixListener::bind(folder.path().join(&file)).unwrap();
        let gate = Arc::new(Gate::default());
        let (server, at_gate) = (PathBuf::from(&host).join(file), Arc::clone(&gate));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, gate) = (UnixStream::connect(&server), Arc::clone(&at_gate));
                thread::spawn(move || carry(client, server?, &gate));
            }
        });
        let gated = address.replace(&host, folder.path().to_str().unwrap());
        let schema = format!("{name}_{}", std::process::id());
        Some(Self {
            direct: Target::Postgres(address).in_schema(&schema),
            gated: Target::Postgres(gated).in_schema(&schema),
            gate,
            _folder: folder,
        })
    }
}

/// The folder and the port of the socket in an address.
fn socket(address: &str) -> Option<(String, String)> {
    let value = |name: &str| {
        let rest = address.split(['?', '&']);
        let found = rest.filter_map(|pair| pair.strip_prefix(name)).next();
        found.map(str::to_owned)
    };
    let (host, port) = (value("host=")?, value("port=")?);
    fs::metadata(&host).is_ok().then_some((host, port))
}

/// Does something again and again, each time with the connection cut at the next request, until
/// nothing is left to cut. `prepares` makes what it is done to, `does` does it, `looks` says whether
/// it is there, and that it is there wholly or not at all.
fn lose_everywhere<T>(
    name: &str,
    prepares: impl Fn(&Office) -> T,
    does: impl Fn(&Office, &T) -> Result<(), AppError>,
    looks: impl Fn(&Office, &T) -> bool,
) {
    let Some(place) = Place::new(name) else {
        return;
    };
    let office = Office::over(&place.gated, Files::memory());
    let beside = Office::over(&place.direct, Files::memory());
    let mut seen = [0, 0];
    for cut in [Cut::Before, Cut::After] {
        for requests in 0.. {
            let matter = prepares(&office);
            place.gate.arm(requests, cut);
            let done = does(&office, &matter);
            let all_passed = place.gate.disarm();
            let there = looks(&beside, &matter);
            match &done {
                Ok(()) => assert!(there, "{cut:?} {requests}: it was said to be done"),
                Err(AppError::Refused(why)) => panic!("{cut:?} {requests}: {why}"),
                Err(_) => seen[usize::from(there)] += 1,
            }
            if !there {
                does(&office, &matter).unwrap();
                assert!(looks(&beside, &matter), "the same program goes on");
            }
            if all_passed {
                done.unwrap();
                break;
            }
        }
    }
    let [nothing, whole] = seen;
    assert!(
        nothing > 10 && whole > 0,
        "{nothing} nothing, {whole} whole"
    );
    let restarted = Office::over(&place.direct, Files::memory());
    let report = restarted.app.verify_log(|_, _| ()).unwrap();
    let in_the_books = report.findings.iter().filter(|f| f.table != "证据文件");
    assert_eq!(in_the_books.count(), 0, "{:?}", report.findings);
}

/// A case of its own.
fn fresh(office: &Office) -> String {
    static FILED: AtomicUsize = AtomicUsize::new(1);
    office.files_case(&format!("案{}", FILED.fetch_add(1, Ordering::Relaxed)))
}

#[test]
fn after_the_server_is_lost_the_case_has_moved_on_wholly_or_not_at_all() {
    lose_everywhere(
        "lost_acts",
        |office| {
            let case = fresh(office);
            office.signs(&case, "decision");
            let (app, who) = (&office.app, &office.officer);
            app.add_evidence(who, &case, photo(), &jpeg(1)).unwrap();
            case
        },
        |office, case| {
            let fields = Fields::new();
            office
                .app
                .act(&office.officer, case, None, "decide", fields, None)
        },
        |office, case| {
            let state = office.app.entry(&office.officer, case).unwrap().state;
            let history = office.app.history(&office.officer, case).unwrap();
            let done = state.stage.as_deref() == Some("decided");
            assert_eq!(
                (state.revision, history.len()),
                if done { (5, 5) } else { (4, 4) }
            );
            // All others are decided: this one's clock has stopped with the act, or runs on.
            let running = office.app.board(&office.head, None, None, 10).unwrap();
            let open: u64 = running.iter().map(|group| group.count).sum();
            assert_eq!(open, u64::from(!done));
            done
        },
    );
}

#[test]
fn after_the_server_is_lost_no_number_is_skipped_or_given_twice() {
    let signed = Mutex::new(0);
    lose_everywhere(
        "lost_numbers",
        |office| {
            let case = fresh(office);
            let (app, who) = (&office.app, &office.officer);
            let paper = app.write_paper(who, &case, "decision", None, text("决定。"), "");
            (case, paper.unwrap())
        },
        |office, (case, paper)| {
            let (app, today) = (&office.app, office.app.clock.today());
            app.sign_paper(&office.officer, case, paper, 1, today)
                .map(drop)
        },
        |office, (case, paper)| {
            let (app, who) = (&office.app, &office.officer);
            let state = app.entry(who, case).unwrap().state;
            let found = app.case_paper(who, case, paper).unwrap();
            let Some(version) = found.in_force() else {
                assert_eq!(state.revision, 2);
                return false;
            };
            assert_eq!(state.revision, 3);
            let mut signed = signed.lock().unwrap();
            *signed += 1;
            let next = format!("云教罚决字〔2023〕{signed}号");
            assert_eq!(version.number.as_deref(), Some(next.as_str()));
            true
        },
    );
}
