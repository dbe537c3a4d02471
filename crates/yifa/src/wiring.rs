//! Putting the system together: a data folder, its store, its key, the catalogue.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use app::{
    App, Chance, Clock, Files, HandoverError, Store, StoreError, Target, sealing::SecretKey,
};
use catalogue::definition::Catalogue;
use proof::note::SigningKey;
use values::calendar::Calendar;

/// Where the database is, when it is not in the data folder.
#[derive(clap::Args)]
pub struct Database {
    /// 数据库：文件路径，或 postgres://用户:口令@主机/库名（不填则取环境变量 YIFA_DATABASE，再不然用数据目录里的 yifa.db）
    #[arg(long)]
    database: Option<String>,
}

impl Database {
    /// What was asked for; the environment keeps a password off the command line.
    fn chosen(&self) -> Option<String> {
        let named = || std::env::var("YIFA_DATABASE").ok();
        self.database
            .clone()
            .or_else(named)
            .filter(|text| !text.is_empty())
    }
}

/// A data folder: everything the system keeps, but for a database on a server.
pub struct Data {
    /// The folder.
    pub folder: PathBuf,
    /// Where the rows are.
    pub target: Target,
}

impl Data {
    /// The data folder at a path, made if it is not there.
    pub fn at(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))?;
        let probe = folder.join(".write-test");
        fs::write(&probe, b"").map_err(|e| unwritable(folder, &e))?;
        fs::remove_file(&probe).map_err(|e| unwritable(folder, &e))?;
        Ok(Self::of(folder))
    }

    /// The data folder at a path, as it is.
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            target: Target::SqliteFile(folder.join("yifa.db")),
        }
    }

    /// The same folder with its rows elsewhere, if so chosen.
    #[must_use]
    pub fn with(mut self, database: &Database) -> Self {
        if let Some(text) = database.chosen() {
            self.target = Target::parse(&text);
        }
        self
    }

    /// Whether there can be something: a server must be asked, a file must be there.
    pub fn may_exist(&self) -> bool {
        match &self.target {
            Target::SqliteFile(path) => path.is_file(),
            Target::SqliteMemory | Target::Postgres(_) => true,
        }
    }

    /// Where evidence is kept.
    pub fn files(&self) -> Files {
        Files::folder(self.folder.join("files"))
    }

    /// Whether the key of the log is there already.
    pub fn has_key(&self) -> bool {
        self.folder.join("log.key").is_file()
    }

    /// The key that signs the log: read, or made on first use. Whoever has it can sign another
    /// history, so it is readable by the owner only.
    pub fn key(&self, origin: &str) -> Result<SigningKey> {
        let path = self.folder.join("log.key");
        match fs::read_to_string(&path) {
            Ok(text) => SigningKey::parse(text.trim())
                .map_err(|e| anyhow!("存证密钥 {} 读不了：{e}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed).map_err(|e| anyhow!("系统没有随机数：{e}"))?;
                let key = SigningKey::from_seed(origin, &seed).map_err(|e| anyhow!("{e}"))?;
                write_private(&path, &format!("{}\n", key.to_secret_text()))?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("读不了 {}", path.display())),
        }
    }

    /// The key that secrets in the database are sealed with: read, or made on first use.
    fn secret_key(&self) -> Result<SecretKey> {
        let path = self.secret_key_path();
        match fs::read_to_string(&path) {
            Ok(text) => SecretKey::parse(&text)
                .map_err(|e| anyhow!("封存密钥 {} 读不了：{e}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = SecretKey::fresh().map_err(|e| anyhow!("{e}"))?;
                write_private(&path, &format!("{}\n", key.to_text()))?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("读不了 {}", path.display())),
        }
    }

    /// Where that key is.
    pub fn secret_key_path(&self) -> PathBuf {
        self.folder.join("secret.key")
    }

    /// The in-box of the portal: what citizens hand in, in a database of its own.
    pub fn inbox(&self) -> PathBuf {
        self.folder.join("inbox.db")
    }

    /// The calendar: the program's, with what `calendar.txt` in this folder says of it, so that a
    /// new year's notice needs no new program.
    fn calendar(&self) -> Result<Calendar> {
        let path = self.folder.join("calendar.txt");
        let calendar = Calendar::builtin();
        match fs::read_to_string(&path) {
            Ok(text) => calendar
                .extended(&text)
                .map_err(|e| anyhow!("节假日文件 {} 读不了：{e}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(calendar),
            Err(error) => Err(error).with_context(|| format!("读不了 {}", path.display())),
        }
    }

    /// The settings of the portal.
    pub fn portal_settings(&self) -> PathBuf {
        self.folder.join("portal.toml")
    }

    fn settings(&self) -> Result<app::publication::Settings> {
        let path = self.portal_settings();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("读不了 {}", path.display())),
        };
        app::publication::Settings::read(&text)
            .map_err(|e| anyhow!("门户设置 {} 读不了：{e}", path.display()))
    }

    /// The system over this folder.
    pub fn open(&self, catalogue: Arc<Catalogue>, clock: Clock, chance: Chance) -> Result<App> {
        let words = |e: StoreError| anyhow!("{}", store_words(&e, &self.folder));
        let store = app::open_store(&self.target).map_err(words)?;
        let inbox = app::open_store(&Target::SqliteFile(self.inbox())).map_err(words)?;
        let app = self.over(store, catalogue, clock, chance)?;
        app.note_verifier_key().map_err(|e| anyhow!("{e}"))?;
        Ok(app.with_inbox(inbox).with_portal(self.settings()?))
    }

    /// The system over a store and the key of this folder.
    pub fn over(
        &self,
        store: Store,
        catalogue: Arc<Catalogue>,
        clock: Clock,
        chance: Chance,
    ) -> Result<App> {
        let key = Arc::new(self.key("yifa.example/log")?);
        let app = App::new(store, catalogue, clock, chance, key).map_err(|e| anyhow!("{e}"))?;
        let app = app.with_calendar(self.calendar()?);
        let app = app.with_secret_key(self.secret_key()?);
        let unreadable = app.seal_secrets().map_err(|e| anyhow!("{e}"))?;
        for line in unreadable.words(&self.secret_key_path().display().to_string()) {
            eprintln!("{line}");
        }
        if app.refresh_deadlines().map_err(|e| anyhow!("{e}"))? {
            tracing::info!("Counted due dates by another calendar");
        }
        Ok(app.with_files(self.files()))
    }

    /// What the public process needs of this folder: the office's database to read, the in-box to
    /// write, and no key of the log.
    pub fn open_for_portal(&self, catalogue: Arc<Catalogue>, clock: Clock) -> Result<App> {
        let words = |e: StoreError| anyhow!("{}", store_words(&e, &self.folder));
        let store = app::open_store_to_read(&self.target).map_err(words)?;
        let inbox = app::open_store(&Target::SqliteFile(self.inbox())).map_err(words)?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|e| anyhow!("系统没有随机数：{e}"))?;
        let unused = SigningKey::from_seed("portal.invalid/none", &seed);
        let unused = Arc::new(unused.map_err(|e| anyhow!("{e}"))?);
        let app = App::new(store, catalogue, clock, Chance::System, unused);
        let app = app.map_err(|e| anyhow!("{e}"))?;
        let app = app.with_files(self.files()).with_calendar(self.calendar()?);
        Ok(app.with_inbox(inbox).with_portal(self.settings()?))
    }
}

/// One clear sentence for what the database says.
pub fn store_words(error: &StoreError, folder: &Path) -> String {
    match error {
        StoreError::DiskFull => {
            format!(
                "磁盘已满，无法写入 {}：请腾出空间后重试。",
                folder.display()
            )
        }
        StoreError::Unwritable { path } => format!("{} 不能写入：请检查目录权限。", path.display()),
        StoreError::Unreachable { detail } => {
            format!("数据库服务器连不上（{detail}）：请检查地址、口令和服务器。")
        }
        StoreError::Encryption(why) => format!(
            "数据库地址要求的加密连接做不到（{why}）：sslmode=require 只加密；sslmode=verify-full 要同时写 sslrootcert=签发服务器证书的机构证书文件。"
        ),
        StoreError::Unaccepted => {
            "这里的数据是恢复或迁移来的，还没有核对完（中途断了，或核对不符）：请清空后重来。"
                .to_owned()
        }
        StoreError::TooNew { .. } => {
            "数据由更新版本的程序写成，这个版本打不开：请升级程序。".to_owned()
        }
        StoreError::Corrupt { .. } => {
            format!("{} 下的数据库文件已损坏：请从备份恢复。", folder.display())
        }
        StoreError::Busy => "数据库正被另一个程序使用：请先关闭它。".to_owned(),
        other => format!("数据库打不开：{other}"),
    }
}

/// What keeps a command from going on, in one sentence: what lies deepest says it, where it is the
/// database or the disk, however far up it was met.
pub fn failure_words(error: &anyhow::Error) -> String {
    let folder = Path::new("数据目录");
    for cause in error.chain() {
        let store = match cause.downcast_ref::<app::AppError>() {
            Some(app::AppError::Store(error)) => Some(error),
            _ => cause.downcast_ref::<StoreError>(),
        };
        let io = cause.downcast_ref::<std::io::Error>();
        if let Some(error) = store {
            return store_words(error, folder);
        }
        if io.is_some_and(|error| error.kind() == ErrorKind::StorageFull) {
            return store_words(&StoreError::DiskFull, folder);
        }
    }
    format!("{error:#}")
}

fn unwritable(folder: &Path, error: &std::io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::StorageFull {
        anyhow!(
            "磁盘已满，无法写入 {}：请腾出空间后重试。",
            folder.display()
        )
    } else {
        anyhow!(
            "目录 {} 不能写入（{error}）：请换一个目录，或检查权限。",
            folder.display()
        )
    }
}

/// One clear sentence for what keeps a hand-over from being written or read.
pub fn handover_words(error: &HandoverError, file: &str, folder: &Path) -> String {
    match error {
        HandoverError::Foreign => format!("{file} 不是本系统的备份文件。"),
        HandoverError::Cut => format!("{file} 不完整（写到一半就断了）：请换一份备份。"),
        HandoverError::Damaged(_) => format!("{file} 已损坏或被改动过：请换一份备份。"),
        HandoverError::NotEmpty => {
            "要恢复到的地方已有数据：请换一个空的数据目录或数据库。".to_owned()
        }
        HandoverError::Store(StoreError::TooNew { .. }) => {
            format!("{file} 由更新版本的程序写成，这个版本读不了：请升级程序。")
        }
        HandoverError::Store(StoreError::Corrupt { detail }) => {
            format!("{file} 里的内容对不上（{detail}）：请换一份备份。")
        }
        HandoverError::Store(error) => store_words(error, folder),
        HandoverError::Stream(error) if error.kind() == ErrorKind::StorageFull => {
            format!("磁盘已满，{file} 没有写成。")
        }
        HandoverError::Stream(error) => format!("{file} 读写失败：{error}。"),
    }
}

/// Writes a file that only its owner may read; it must not be there yet.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options
        .open(path)
        .with_context(|| format!("写不了 {}", path.display()))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("写不了 {}", path.display()))
}

/// The page-setter: beside this program, as `cargo build` leaves it, or named by `YIFA_TYPESET`.
pub fn typeset() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok()?.parent()?.join("typeset");
    let named = std::env::var_os("YIFA_TYPESET").map(PathBuf::from);
    named.into_iter().chain([beside]).find(|p| p.is_file())
}

/// Listens on an address of this machine.
pub fn listen(address: &str) -> Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address);
    match listener {
        Ok(listener) => {
            listener.set_nonblocking(true)?;
            Ok(listener)
        }
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("地址 {address} 已被占用：请关闭占用它的程序，或用 --listen 换一个端口。")
        }
        Err(error) => bail!("不能在 {address} 上提供服务（{error}）。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTICE: &str = "year 2027 国办发明电〔2026〕1号\nrest 2027-05-01..2027-05-05 劳动节\n";

    #[test]
    fn a_new_years_notice_is_a_file_in_the_data_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::of(folder.path());
        let day = "2027-05-03".parse().unwrap();
        assert!(!data.calendar().unwrap().is_known(day));
        let file = folder.path().join("calendar.txt");
        fs::write(&file, NOTICE).unwrap();
        let calendar = data.calendar().unwrap();
        assert!(calendar.is_known(day) && !calendar.is_working_day(day));
        fs::write(&file, "gibberish\n").unwrap();
        let said = data.calendar().unwrap_err().to_string();
        assert!(said.contains("calendar.txt"), "{said}");
    }
}
