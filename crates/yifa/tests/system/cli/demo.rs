//! `yifa demo`: made once, said clearly where it cannot be.

use std::{
    fs, io::Write as _, net::TcpListener, os::unix::fs::PermissionsExt, path::Path,
    process::Command,
};

use crate::cli::program::{Server, demo, make_demo, over, yifa};

#[test]
fn run_again_it_loads_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let first = make_demo(folder.path());
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.out.contains("已装入"), "{first:?}");
    let files = ["report.docx", "report.html", "figures.tsv"];
    let read = |name: &str| fs::read(folder.path().join("report").join(name)).unwrap();
    let before = files.map(read);
    for name in files {
        assert!(
            first.out.contains(name),
            "it says where {name} is: {first:?}"
        );
    }
    let verified = yifa(&over(&["log", "verify"], folder.path()));
    let again = make_demo(folder.path());
    assert_eq!(again.code, 0, "{again:?}");
    assert!(!again.out.contains("装入"), "{again:?}");
    assert_eq!(files.map(read), before);
    let still = yifa(&over(&["log", "verify"], folder.path()));
    assert_eq!((verified.code, &verified.out), (0, &still.out));
}

#[test]
fn a_page_setter_that_comes_later_sets_the_report() {
    let copy = crate::cli::program::copy();
    let setter = copy.path().join("setter");
    let script = "#!/bin/sh\ngrep -q 和 && printf '%%PDF-1.7 set'\n";
    fs::write(&setter, script).unwrap();
    fs::set_permissions(&setter, PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_yifa"));
    command.args(over(
        &["demo", "--no-serve", "--profile", "heping"],
        copy.path(),
    ));
    let output = command.env("YIFA_TYPESET", &setter).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let pdf = fs::read(copy.path().join("report/report.pdf")).unwrap();
    assert_eq!(pdf, b"%PDF-1.7 set");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("report.pdf"), "{told}");
}

#[test]
fn the_figures_are_written_beside_the_report() {
    let table = fs::read_to_string(demo().join("report/figures.tsv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("indicator_id\tvalue\tunit"));
    assert_eq!(lines.clone().count(), 16);
    assert!(lines.all(|line| line.split('\t').all(|cell| !cell.is_empty())));
    assert!(
        fs::read(demo().join("report/report.docx"))
            .unwrap()
            .starts_with(b"PK")
    );
    let page = fs::read_to_string(demo().join("report/report.html")).unwrap();
    assert!(page.contains("<h1") && !page.contains("<script"));
}

#[test]
fn it_serves_three_people() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let server = Server::start(&["demo", "--profile", "heping", "--data", data]);
    for login in ["clerk", "legal", "leader"] {
        let mut browser = crate::cli::browser::Browser::new(server.address);
        let fields = [("login", login), ("password", "yifa-demo")];
        assert_eq!(browser.post("/sign-in", &fields).status, 303, "{login}");
        assert_eq!(browser.get("/").status, 200, "{login}");
    }
}

#[test]
fn a_busy_port_is_said_before_anything_is_made() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let run = yifa(&over(&["demo", "--listen", &address], &data));
    run.fails_with("已被占用");
    assert!(
        run.err.contains(&address) && run.err.contains("--listen"),
        "{run:?}"
    );
    assert!(!data.exists(), "nothing was made");
    yifa(&over(&["demo", "--listen", "not an address"], &data)).fails_with("not an address");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    for place in [file.join("data"), file.clone(), "/proc/yifa-data".into()] {
        let run = make_demo(&place);
        run.fails_with("不能写入");
        assert!(run.err.contains(place.to_str().unwrap()), "{run:?}");
    }
}

#[test]
fn a_full_disk_is_said() {
    // So small that nothing can be made; full while the entries are loaded.
    for size in ["512k", "9m"] {
        let folder = tempfile::tempdir().unwrap();
        let Some(small) = SmallDisk::mount(folder.path(), size) else {
            let words = "SKIPPED: a small disk cannot be mounted here, a full one was not tried\n";
            std::io::stderr().write_all(words.as_bytes()).unwrap();
            return;
        };
        let run = make_demo(&small.0.join("data"));
        run.fails_with("磁盘已满");
        assert_eq!(run.err.lines().count(), 1, "{run:?}");
    }
}

/// A disk of some kilobytes or megabytes.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        let size = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).output();
    }
}

#[test]
fn another_demonstration_does_not_mix_with_this_one() {
    let copy = crate::cli::program::copy();
    yifa(&over(&["demo", "--no-serve"], copy.path())).fails_with("另一套演示数据");
    let run = yifa(&["demo", "--no-serve", "--profile", "nobody"]);
    run.fails_with("wuhai");
}

#[test]
fn twice_the_work_is_loaded_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--no-serve", "--profile", "heping", "--scale", "2"];
    let run = yifa(&over(&arguments, folder.path()));
    assert_eq!(run.code, 0, "{run:?}");
    let entries = |out: &str| -> usize {
        let told = out.lines().filter_map(|l| l.trim().strip_prefix("已装入 "));
        let last = told
            .filter_map(|l| l.split(' ').next()?.parse().ok())
            .next_back();
        last.expect(out)
    };
    let once = tempfile::tempdir().unwrap();
    let once = entries(&make_demo(once.path()).out);
    assert!(entries(&run.out) > once * 19 / 10, "{run:?}");
}

#[test]
fn a_damaged_database_is_said() {
    let copy = crate::cli::program::copy();
    fs::write(copy.path().join("yifa.db"), vec![b'x'; 8_192]).unwrap();
    make_demo(copy.path()).fails_with("已损坏");
}
