//! What a data folder keeps beside its rows, its evidence and its keys, on the way into a backup and
//! out of it: the portal's in-box, which is a database of its own, and the files that somebody wrote.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use app::{Beside, Files, HandoverError, Store, Target};

use crate::wiring::Data;

/// The in-box in a backup, as a hand-over of its own.
const INBOX: &str = "inbox";
/// Files of the folder that somebody wrote: the portal's settings, a new year's holidays.
const WRITTEN: [&str; 2] = ["portal.toml", "calendar.txt"];

/// What goes along with the rows of a folder. The in-box is written beside `half` for a moment.
pub fn collect(data: &Data, half: &Path) -> Result<Vec<Beside>, HandoverError> {
    let mut beside = Vec::new();
    if data.inbox().is_file() {
        let path = with_ending(half, "inbox");
        let written = write_inbox(data, &path).and_then(|()| Ok(File::open(&path)?));
        // What is open can be read on.
        drop(fs::remove_file(&path));
        beside.push(Beside {
            name: INBOX.to_owned(),
            bytes: written?,
        });
    }
    for name in WRITTEN {
        match File::open(data.folder.join(name)) {
            Ok(bytes) => beside.push(Beside {
                name: name.to_owned(),
                bytes,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(beside)
}

fn write_inbox(data: &Data, path: &Path) -> Result<(), HandoverError> {
    let inbox = app::open_store(&Target::SqliteFile(data.inbox()))?;
    inbox.hand_over(&Files::memory(), private(path)?)?;
    Ok(())
}

/// Where what came along lands before it is taken. What is left there goes with this value.
pub struct Landing {
    folder: PathBuf,
    inbox: PathBuf,
}

impl Landing {
    /// In a folder that has neither an in-box nor settings yet.
    pub fn new(data: &Data) -> Result<Self> {
        let written = WRITTEN.iter().map(|name| data.folder.join(name));
        let mut places = written.chain([data.inbox()]);
        if let Some(taken) = places.find(|path| path.exists()) {
            bail!(
                "{} 已存在：恢复不覆盖旧数据，请换一个空的数据目录。",
                taken.display()
            );
        }
        Ok(Self {
            folder: data.folder.clone(),
            inbox: data.inbox(),
        })
    }

    fn landed(&self, name: &str) -> PathBuf {
        with_ending(&self.folder.join(name), "part")
    }

    /// Keeps what came along. What this program does not know is passed over: a later one wrote it.
    pub fn keep(&mut self, name: &str, bytes: &mut dyn Read) -> io::Result<()> {
        if name == INBOX || WRITTEN.contains(&name) {
            io::copy(bytes, &mut private(&self.landed(name))?).map(drop)
        } else {
            io::copy(bytes, &mut io::sink()).map(drop)
        }
    }

    /// Reads the in-box, if one came along. It can be used once it is settled.
    pub fn load_inbox(&self) -> Result<Option<Store>, HandoverError> {
        match File::open(self.landed(INBOX)) {
            Ok(bytes) => {
                let target = Target::SqliteFile(self.inbox.clone());
                Store::take_over(&target, &Files::memory(), bytes).map(|(store, _)| Some(store))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes what came along, or nothing of it.
    pub fn settle(&self, inbox: Option<Store>, taken: bool) -> Result<(), HandoverError> {
        match inbox {
            Some(inbox) if taken => inbox.accept()?,
            Some(inbox) => inbox.reject()?,
            None => {}
        }
        for name in WRITTEN {
            let landed = self.landed(name);
            if taken && landed.is_file() {
                fs::rename(landed, self.folder.join(name))?;
            }
        }
        Ok(())
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        for name in WRITTEN.into_iter().chain([INBOX]) {
            // It may never have been there.
            drop(fs::remove_file(self.landed(name)));
        }
    }
}

/// A file that nobody but its owner reads.
pub fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
