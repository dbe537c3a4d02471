//! Founding an office: an empty folder becomes a bureau with its three administrators.

use crate::cli::program::{over, yifa};

const FOUND: [&str; 10] = [
    "setup",
    "--name",
    "东湖市教育局",
    "--short",
    "东教",
    "--id",
    "donghu",
    "--administrators",
    "赵一",
    "钱二",
];

#[test]
fn an_office_begins_with_its_three_administrators_and_begins_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let empty = yifa(&over(&["serve", "--listen", "127.0.0.1:0"], &data));
    empty.fails_with("先用 yifa setup 建局");

    let three: Vec<&str> = FOUND.into_iter().chain(["孙三"]).collect();
    let founded = yifa(&over(&three, &data));
    assert_eq!(founded.code, 0, "{founded:?}");
    for words in [
        "donghu-system",
        "donghu-security",
        "donghu-audit",
        "一次性口令",
        "log.key",
        "secret.key",
    ] {
        assert!(founded.out.contains(words), "{words}: {founded:?}");
    }
    #[cfg(unix)]
    for key in ["log.key", "secret.key"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(data.join(key)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{key} is its owner's alone");
    }
    yifa(&over(&three, &data)).fails_with("已经有机关");
    let verified = yifa(&over(&["log", "verify"], &data));
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn three_administrators_are_three_people() {
    let folder = tempfile::tempdir().unwrap();
    let same: Vec<&str> = FOUND.into_iter().chain(["赵一"]).collect();
    yifa(&over(&same, folder.path())).fails_with("三个人");
    let odd: Vec<&str> = FOUND
        .into_iter()
        .map(|a| if a == "donghu" { "东湖" } else { a })
        .chain(["孙三"])
        .collect();
    yifa(&over(&odd, folder.path())).fails_with("小写字母");
}
