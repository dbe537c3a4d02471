//! What a data folder keeps beside its rows, its evidence and its keys, on the way into a backup and
//! out of it: the portal's in-box, which is a database of its own, and the portal's settings.

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
/// The settings of the portal.
const PORTAL: &str = "portal.toml";

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
    match File::open(data.portal_settings()) {
        Ok(bytes) => beside.push(Beside {
            name: PORTAL.to_owned(),
            bytes,
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
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
    inbox: PathBuf,
    inbox_landed: PathBuf,
    portal: PathBuf,
    portal_landed: PathBuf,
}

impl Landing {
    /// In a folder that has neither an in-box nor settings yet.
    pub fn new(data: &Data) -> Result<Self> {
        let (inbox, portal) = (data.inbox(), data.portal_settings());
        for taken in [&inbox, &portal] {
            if taken.exists() {
                bail!(
                    "{} 已存在：恢复不覆盖旧数据，请换一个空的数据目录。",
                    taken.display()
                );
            }
        }
        Ok(Self {
            inbox_landed: with_ending(&inbox, "part"),
            portal_landed: with_ending(&portal, "part"),
            inbox,
            portal,
        })
    }

    /// Keeps what came along. What this program does not know is passed over: a later one wrote it.
    pub fn keep(&mut self, name: &str, bytes: &mut dyn Read) -> io::Result<()> {
        match name {
            INBOX => io::copy(bytes, &mut private(&self.inbox_landed)?).map(drop),
            PORTAL => io::copy(bytes, &mut private(&self.portal_landed)?).map(drop),
            _ => io::copy(bytes, &mut io::sink()).map(drop),
        }
    }

    /// Reads the in-box, if one came along. It can be used once it is settled.
    pub fn load_inbox(&self) -> Result<Option<Store>, HandoverError> {
        match File::open(&self.inbox_landed) {
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
        if taken && self.portal_landed.is_file() {
            fs::rename(&self.portal_landed, &self.portal)?;
        }
        Ok(())
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        for landed in [&self.inbox_landed, &self.portal_landed] {
            // It may never have been there.
            drop(fs::remove_file(landed));
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
