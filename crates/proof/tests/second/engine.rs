//! Where the second verifier runs: Node, or headless Chromium where there is no Node.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Verdict;

/// The verdicts of the second verifier on bundles, one text each; nothing, loudly, where no program
/// is installed that could run it.
pub fn second_verifier(name: &str, bundles: &[String]) -> Option<Vec<Verdict>> {
    if installed("node") {
        return Some(in_node(bundles));
    }
    if installed("chromium") {
        return Some(in_chromium(name, bundles));
    }
    let wanted = std::env::var("YIFA_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
    assert!(
        !wanted,
        "neither node nor chromium is installed: nothing to run the second verifier"
    );
    drop(writeln!(
        std::io::stderr(),
        "SKIPPED: neither node nor chromium found: the second verifier was not compared"
    ));
    None
}

pub fn installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

fn in_node(bundles: &[String]) -> Vec<Verdict> {
    let mut child = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/js/verify-draw.mjs"))
        .arg("--lines")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = bundles.join("\n") + "\n";
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let verdict = |line: &str| {
        let report: Value = serde_json::from_str(line).unwrap();
        let checks = report["checks"].as_array().unwrap().iter();
        let checks = checks.map(|c| (text(&c["name"]), text(&c["outcome"])));
        sorted(checks.collect(), report["passed"].as_bool().unwrap())
    };
    output.lines().map(verdict).collect()
}

/// The page's own script in a page of its own, as a citizen opens it: from a folder.
fn in_chromium(name: &str, bundles: &[String]) -> Vec<Verdict> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("second-verifier-{name}"));
    fs::create_dir_all(&folder).unwrap();
    let given = serde_json::to_string(bundles)
        .unwrap()
        .replace('<', "\\u003c");
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>.</title>\
         <script id=given type=application/json>{given}</script>\n<script>\n{}\n\
         const given = document.querySelector('#given');\n\
         const answers = JSON.parse(given.textContent).map((text) => {{\n\
           const {{ checks, passed }} = verifyDraw(text);\n\
           return [checks.map(({{ name, outcome }}) => [name, outcome]), passed];\n\
         }});\n\
         given.remove();\n\
         document.write('<pre id=answers>' + JSON.stringify(answers) + '</pre>');\n</script>\n",
        proof::draw::verifier_script()
    );
    let file = folder.join("page.html");
    fs::write(&file, page).unwrap();
    let output = Command::new("chromium")
        .args(["--headless=new", "--disable-gpu", "--disable-dev-shm-usage"])
        // The page is our own, and Chromium refuses its sandbox to root.
        .args(["--no-sandbox", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg(format!("file://{}", file.display()))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let (_, rest) = output
        .split_once("<pre id=\"answers\">")
        .expect("the page did not finish");
    let (answers, _) = rest.split_once("</pre>").unwrap();
    let answers: Vec<(Vec<(String, String)>, bool)> = serde_json::from_str(answers).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    answers
        .into_iter()
        .map(|(checks, passed)| sorted(checks, passed))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Names and outcomes without their order, which is that of the document in both.
pub fn sorted(mut checks: Vec<(String, String)>, passed: bool) -> Verdict {
    checks.sort();
    checks.dedup();
    (checks, passed)
}
