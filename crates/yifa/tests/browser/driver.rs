//! A WebDriver client: JSON over HTTP on a plain socket, which is all that these tests need.
//!
//! Whatever is looked for is waited for by the driver itself (its implicit wait), so no step
//! sleeps.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);
/// The name under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser of its own, with its own profile and download folder.
pub struct Driver {
    process: Child,
    port: u16,
    session: String,
    /// Where downloads arrive.
    pub downloads: tempfile::TempDir,
}

/// Something on the page.
#[derive(Clone)]
pub struct Element(String);

/// A free port. Somebody could take it before it is used; nobody does.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

impl Driver {
    /// Starts a browser; none, loudly, where there is none to start.
    pub fn start() -> Option<Self> {
        for program in ["chromium", "chromedriver"] {
            if !installed(program) {
                let wanted = std::env::var("YIFA_REQUIRE_BROWSER").is_ok_and(|v| v == "1");
                assert!(!wanted, "{program} is not installed");
                drop(writeln!(
                    std::io::stderr(),
                    "SKIPPED: the browser walk, {program} is not installed"
                ));
                return None;
            }
        }
        let port = free_port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .env("LANGUAGE", "zh_CN")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut driver = Self {
            process,
            port,
            session: String::new(),
            downloads: tempfile::tempdir().unwrap(),
        };
        let begun = Instant::now();
        while driver.http("GET", "/status", &Value::Null).is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not answer");
            thread::sleep(Duration::from_millis(20));
        }
        driver.open_session();
        Some(driver)
    }

    fn open_session(&mut self) {
        let mut args = vec![
            "--headless=new",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--window-size=1440,900",
            "--lang=zh-CN",
        ];
        // Chromium refuses its sandbox to root, who runs most build machines.
        let root = std::fs::metadata("/proc/self").is_ok_and(|m| {
            use std::os::unix::fs::MetadataExt;
            m.uid() == 0
        });
        if root {
            args.push("--no-sandbox");
        }
        let options = json!({
            "args": args,
            "prefs": {
                "download.default_directory": self.downloads.path(),
                "download.prompt_for_download": false,
                "intl.accept_languages": "zh-CN",
            },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "implicit": PATIENCE.as_millis(), "pageLoad": 60_000, "script": 60_000 },
            "unhandledPromptBehavior": "accept",
        } } });
        let answer = self.http("POST", "/session", &wanted).expect("a session");
        self.session = answer["sessionId"].as_str().unwrap().to_owned();
    }

    fn http(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|e| e.to_string())?;
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        write!(
            &stream,
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .map_err(|e| e.to_string())?;
        let mut reader = BufReader::new(&stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).map_err(|e| e.to_string())?;
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.is_empty() {
                break;
            }
        }
        let mut bytes = vec![0; length];
        reader.read_exact(&mut bytes).map_err(|e| e.to_string())?;
        let mut answer: Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"])),
            None => Ok(value),
        }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let full = format!("/session/{}{path}", self.session);
        match self.http(method, &full, &body) {
            Ok(value) => value,
            Err(error) => self.fail(&format!("{method} {path} {body}\n{error}")),
        }
    }

    /// What the window shows, as a PNG in base64.
    pub fn picture(&self) -> String {
        let shown = self.ask("GET", "/screenshot", Value::Null);
        shown.as_str().unwrap_or_default().to_owned()
    }

    /// Fails with a picture of what the browser shows.
    #[track_caller]
    pub fn fail(&self, why: &str) -> ! {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser.html");
        let at = |p: &str| {
            let full = format!("/session/{}{p}", self.session);
            self.http("GET", &full, &Value::Null).unwrap_or_default()
        };
        let _ = std::fs::write(&path, at("/source").as_str().unwrap_or_default());
        panic!(
            "{why}\nat {}\nthe page is in {}",
            at("/url"),
            path.display()
        );
    }

    /// Opens an address.
    #[track_caller]
    pub fn open(&self, address: &str) {
        self.ask("POST", "/url", json!({ "url": address }));
    }

    /// Where the browser is.
    #[track_caller]
    pub fn address(&self) -> String {
        self.ask("GET", "/url", Value::Null)
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The first element of a selector.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Element {
        self.element("css selector", selector)
    }

    /// The first element of an XPath.
    #[track_caller]
    fn element(&self, using: &str, value: &str) -> Element {
        let found = self.ask(
            "POST",
            "/element",
            json!({ "using": using, "value": value }),
        );
        Element(found[ELEMENT].as_str().unwrap().to_owned())
    }

    /// The link or button with these words in it.
    #[track_caller]
    pub fn pressable(&self, words: &str) -> Element {
        let path =
            format!("//main//*[self::a or self::button][contains(normalize-space(.), '{words}')]");
        self.element("xpath", &path)
    }

    /// How many elements a selector has now.
    #[track_caller]
    pub fn count(&self, selector: &str) -> u64 {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.run(script, json!([selector])).as_u64().unwrap()
    }

    /// Clicks.
    #[track_caller]
    pub fn click(&self, element: &Element) {
        self.ask("POST", &format!("/element/{}/click", element.0), json!({}));
    }

    /// Clicks the link or button with these words.
    #[track_caller]
    pub fn press(&self, words: &str) {
        self.click(&self.pressable(words));
    }

    /// Types into a field.
    #[track_caller]
    pub fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.ask(
            "POST",
            &format!("/element/{}/value", element.0),
            json!({ "text": text }),
        );
    }

    /// Empties a field and types into it.
    #[track_caller]
    pub fn rewrite(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.ask("POST", &format!("/element/{}/clear", element.0), json!({}));
        self.write(selector, text);
    }

    /// Fills a date: how a date is typed depends on the machine, what it means does not.
    #[track_caller]
    pub fn date(&self, selector: &str, day: &str) {
        self.find(selector);
        let script = "const field = document.querySelector(arguments[0]); \
                      field.value = arguments[1]; \
                      field.dispatchEvent(new Event('input', { bubbles: true }))";
        self.run(script, json!([selector, day]));
    }

    /// Presses a key on the page.
    #[track_caller]
    pub fn key(&self, key: &str) {
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": [
            { "type": "keyDown", "value": key }, { "type": "keyUp", "value": key },
        ] }] });
        self.ask("POST", "/actions", actions);
    }

    /// The words of an element.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let element = self.find(selector);
        let text = self.ask("GET", &format!("/element/{}/text", element.0), Value::Null);
        text.as_str().unwrap().to_owned()
    }

    /// Waits until an element has these words in it.
    #[track_caller]
    pub fn sees(&self, selector: &str, words: &str) {
        let begun = Instant::now();
        loop {
            // The page may be changing under the question.
            let script = "return [...document.querySelectorAll(arguments[0])]\
                          .map(e => e.innerText).join('\\n')";
            let text = self.run(script, json!([selector]));
            let text = text.as_str().unwrap_or_default();
            if text.contains(words) {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.fail(&format!("{selector} does not say “{words}” but:\n{text}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until no element has these words in it.
    #[track_caller]
    pub fn no_longer_sees(&self, selector: &str, words: &str) {
        let begun = Instant::now();
        let script = "return [...document.querySelectorAll(arguments[0])]\
                      .map(e => e.innerText).join('\\n')";
        loop {
            let text = self.run(script, json!([selector]));
            if !text.as_str().unwrap_or_default().contains(words) {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.fail(&format!("{selector} still says “{words}”"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens an address again and again until an element has these words in it: for what the
    /// program does in the background.
    #[track_caller]
    pub fn comes_to(&self, address: &str, selector: &str, words: &str) {
        let begun = Instant::now();
        loop {
            self.open(address);
            let script = "return [...document.querySelectorAll(arguments[0])]\
                          .map(e => e.innerText).join('\\n')";
            let text = self.run(script, json!([selector]));
            if text.as_str().unwrap_or_default().contains(words) {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.fail(&format!("{address} does not come to “{words}”"));
            }
        }
    }

    /// Runs a script in the page.
    #[track_caller]
    pub fn run(&self, script: &str, args: Value) -> Value {
        self.ask(
            "POST",
            "/execute/sync",
            json!({ "script": script, "args": args }),
        )
    }

    /// Runs a script that calls back.
    #[track_caller]
    pub fn run_later(&self, script: &str, args: Value) -> Value {
        self.ask(
            "POST",
            "/execute/async",
            json!({ "script": script, "args": args }),
        )
    }

    /// Shows the page as on a screen of this width; 0 as in the window.
    pub fn width(&self, width: u32) {
        let (command, params) = if width == 0 {
            ("Emulation.clearDeviceMetricsOverride", json!({}))
        } else {
            let size =
                json!({ "width": width, "height": 780, "deviceScaleFactor": 1, "mobile": false });
            ("Emulation.setDeviceMetricsOverride", size)
        };
        self.command(command, params);
    }

    /// Gives a command to the browser's own protocol.
    pub fn command(&self, command: &str, params: Value) -> Value {
        self.ask(
            "POST",
            "/goog/cdp/execute",
            json!({ "cmd": command, "params": params }),
        )
    }

    /// Plugs a security key in, which is always touched; answers its name.
    #[track_caller]
    pub fn plug_in_key(&self) -> String {
        let key = json!({ "protocol": "ctap2", "transport": "usb",
            "hasResidentKey": false, "hasUserVerification": false });
        let key = self.ask("POST", "/webauthn/authenticator", key);
        key.as_str().unwrap().to_owned()
    }

    /// Pulls a security key out.
    #[track_caller]
    pub fn unplug_key(&self, key: &str) {
        self.ask(
            "DELETE",
            &format!("/webauthn/authenticator/{key}"),
            Value::Null,
        );
    }

    /// A downloaded file, once it is whole: the browser first lays an empty file of that name, writes into
    /// another one, and puts that in its place at the end.
    #[track_caller]
    pub fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.downloads.path().join(name);
        let begun = Instant::now();
        while std::fs::metadata(&path).map_or(0, |file| file.len()) == 0 {
            if begun.elapsed() > PATIENCE {
                let there: Vec<_> = std::fs::read_dir(self.downloads.path())
                    .unwrap()
                    .map(|e| e.unwrap().file_name())
                    .collect();
                self.fail(&format!("{name} was not downloaded; there is {there:?}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        std::fs::read(path).unwrap()
    }

    /// What the browser found wrong with the pages: policy violations, errors of scripts.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.ask("POST", "/se/log", json!({ "type": "browser" }));
        let lines = log.as_array().into_iter().flatten();
        lines
            .filter(|line| line["level"] == "SEVERE")
            .filter_map(|line| line["message"].as_str())
            // A refused form and a page that is not there are answers, not faults.
            .filter(|text| !text.contains("status of 422") && !text.contains("/no/such/page"))
            // A page is left before its transition has ended: nothing that a reader sees.
            .filter(|text| !text.contains("Transition was"))
            // The tests pull the plug themselves.
            .filter(|text| !text.contains("ERR_CONNECTION_REFUSED"))
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // First the session: otherwise the browser outlives its driver.
        let _ = self.http(
            "DELETE",
            &format!("/session/{}", self.session),
            &Value::Null,
        );
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
