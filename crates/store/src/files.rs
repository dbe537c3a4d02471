//! Files by their hash: an object store in a folder, beside the database.
//!
//! Guarantees: a file is named by the SHA-256 of its bytes, so it cannot be overwritten by others;
//! it is whole and on the disk before its name exists; the same bytes of one organ lie there once.
//! Pieces of an upload are appended to a file of their own until it is whole.
//!
//! Left out: deleting. A file that no row names (a power cut between file and transaction) takes
//! room and does no harm.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::StoreError;

/// Where files lie.
#[derive(Clone, Debug)]
pub struct Files {
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(PathBuf),
    Memory(Arc<Mutex<BTreeMap<String, Vec<u8>>>>),
}

/// A file that can be read from any place in it.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Files {
    /// In a folder, made when it is needed.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self {
            place: Place::Folder(path.into()),
        }
    }

    /// In memory, for tests and trials.
    pub fn memory() -> Self {
        Self {
            place: Place::Memory(Arc::default()),
        }
    }

    /// Keeps a file under its hash (64 hexadecimal digits, computed by the caller).
    ///
    /// # Errors
    /// When it cannot be written; then nothing of the name exists.
    pub fn put(&self, organ: &str, hash: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let name = kept(organ, hash)?;
        match &self.place {
            Place::Memory(files) => {
                lock(files).insert(name, bytes.to_vec());
                Ok(())
            }
            Place::Folder(folder) => {
                let path = folder.join(&name);
                if path.is_file() {
                    return Ok(());
                }
                let half = folder.join(format!("{name}.{}", std::process::id()));
                let write = || {
                    parents(&half)?;
                    let mut file = File::create(&half)?;
                    file.write_all(bytes)?;
                    file.sync_all()?;
                    into_place(&half, &path)
                };
                write().map_err(|e| fault(&path, e))
            }
        }
    }

    /// Opens a kept file; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(&self, organ: &str, hash: &str) -> Result<Option<Box<dyn ReadSeek>>, StoreError> {
        let name = kept(organ, hash)?;
        match &self.place {
            Place::Memory(files) => Ok(lock(files)
                .get(&name)
                .map(|bytes| Box::new(io::Cursor::new(bytes.clone())) as Box<dyn ReadSeek>)),
            Place::Folder(folder) => {
                let path = folder.join(&name);
                match File::open(&path) {
                    Ok(file) => Ok(Some(Box::new(file))),
                    Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(e) => Err(fault(&path, e)),
                }
            }
        }
    }

    /// Keeps what a stream brings under its hash, after comparing; one that is there stays.
    ///
    /// # Errors
    /// When the bytes are others than the name says, or it cannot be written; then nothing of the
    /// name exists.
    pub fn take_in(&self, organ: &str, hash: &str, bytes: &mut dyn Read) -> Result<(), StoreError> {
        let name = kept(organ, hash)?;
        let unreadable = |e: io::Error| StoreError::Other(Box::new(e));
        match &self.place {
            Place::Memory(files) => {
                let mut whole = Vec::new();
                let sum = copy_hashed(bytes, &mut whole).map_err(unreadable)?;
                same(hash, &sum)?;
                lock(files).insert(name, whole);
                Ok(())
            }
            Place::Folder(folder) => {
                let path = folder.join(&name);
                if path.is_file() {
                    let sum = copy_hashed(bytes, &mut io::sink()).map_err(unreadable)?;
                    return same(hash, &sum);
                }
                let half = folder.join(format!("{name}.{}", std::process::id()));
                let write = |bytes: &mut dyn Read| {
                    parents(&half)?;
                    let mut file = File::create(&half)?;
                    let sum = copy_hashed(bytes, &mut file)?;
                    file.sync_all()?;
                    Ok(sum)
                };
                let kept = write(bytes)
                    .map_err(|e| fault(&path, e))
                    .and_then(|sum| same(hash, &sum))
                    .and_then(|()| into_place(&half, &path).map_err(|e| fault(&path, e)));
                if kept.is_err() {
                    // What is half there has no name that anybody looks for.
                    drop(fs::remove_file(&half));
                }
                kept
            }
        }
    }

    /// Each kept file (organ, hash, size, bytes), by organ and hash.
    ///
    /// # Errors
    /// When one cannot be read, or when `visit` fails.
    pub fn each<E: From<StoreError>>(
        &self,
        mut visit: impl FnMut(&str, &str, u64, &mut dyn Read) -> Result<(), E>,
    ) -> Result<(), E> {
        for (organ, hash) in self.names()? {
            let Some(mut file) = self.open(&organ, &hash)? else {
                continue;
            };
            let unreadable = |e| StoreError::Other(Box::new(e));
            let size = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
            file.rewind().map_err(unreadable)?;
            visit(&organ, &hash, size, &mut file)?;
        }
        Ok(())
    }

    /// Organ and hash of every kept file, in order. Uploads under way are none.
    fn names(&self) -> Result<BTreeSet<(String, String)>, StoreError> {
        let mut names = BTreeSet::new();
        let mut add = |name: &str| {
            let parts: Vec<&str> = name.split('/').collect();
            if let [organ, two, hash] = parts[..]
                && kept(organ, hash).is_ok_and(|name| name == format!("{organ}/{two}/{hash}"))
            {
                names.insert((organ.to_owned(), hash.to_owned()));
            }
        };
        match &self.place {
            Place::Memory(files) => lock(files).keys().for_each(|name| add(name)),
            Place::Folder(folder) => {
                for organ in entries(folder)? {
                    for two in entries(&folder.join(&organ))? {
                        for hash in entries(&folder.join(&organ).join(&two))? {
                            add(&format!("{organ}/{two}/{hash}"));
                        }
                    }
                }
            }
        }
        Ok(names)
    }

    /// How much of an upload has arrived.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn arrived(&self, organ: &str, upload: &str) -> Result<u64, StoreError> {
        let name = arriving(organ, upload)?;
        match &self.place {
            Place::Memory(files) => Ok(lock(files).get(&name).map_or(0, |b| b.len() as u64)),
            Place::Folder(folder) => match fs::metadata(folder.join(&name)) {
                Ok(found) => Ok(found.len()),
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
                Err(e) => Err(fault(&folder.join(&name), e)),
            },
        }
    }

    /// Writes a piece of an upload at its place; pieces written again say the same.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_piece(
        &self,
        organ: &str,
        upload: &str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let name = arriving(organ, upload)?;
        match &self.place {
            Place::Memory(files) => {
                let mut files = lock(files);
                let file = files.entry(name).or_default();
                file.truncate(usize::try_from(offset).unwrap_or(usize::MAX));
                file.extend_from_slice(bytes);
                Ok(())
            }
            Place::Folder(folder) => {
                let path = folder.join(&name);
                let write = || {
                    parents(&path)?;
                    let mut options = OpenOptions::new();
                    let mut file = options
                        .write(true)
                        .create(true)
                        .truncate(false)
                        .open(&path)?;
                    file.set_len(offset)?;
                    file.seek(SeekFrom::Start(offset))?;
                    file.write_all(bytes)?;
                    file.sync_data()
                };
                write().map_err(|e| fault(&path, e))
            }
        }
    }

    /// Reads what has arrived of an upload.
    ///
    /// # Errors
    /// When there is nothing or it cannot be read.
    pub fn read_upload(&self, organ: &str, upload: &str) -> Result<Box<dyn ReadSeek>, StoreError> {
        let name = arriving(organ, upload)?;
        match &self.place {
            Place::Memory(files) => {
                let bytes = lock(files).get(&name).cloned().unwrap_or_default();
                Ok(Box::new(io::Cursor::new(bytes)))
            }
            Place::Folder(folder) => {
                let path = folder.join(&name);
                let file = File::open(&path).map_err(|e| fault(&path, e))?;
                Ok(Box::new(file))
            }
        }
    }

    /// A whole upload becomes a kept file.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn keep_upload(&self, organ: &str, upload: &str, hash: &str) -> Result<(), StoreError> {
        let (from, to) = (arriving(organ, upload)?, kept(organ, hash)?);
        match &self.place {
            Place::Memory(files) => {
                let mut files = lock(files);
                if let Some(bytes) = files.remove(&from) {
                    files.insert(to, bytes);
                }
                Ok(())
            }
            Place::Folder(folder) => {
                let (from, to) = (folder.join(from), folder.join(to));
                let moved = || {
                    parents(&to)?;
                    into_place(&from, &to)
                };
                moved().map_err(|e| fault(&to, e))
            }
        }
    }

    /// Gives an upload up.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub fn drop_upload(&self, organ: &str, upload: &str) -> Result<(), StoreError> {
        let name = arriving(organ, upload)?;
        match &self.place {
            Place::Memory(files) => {
                lock(files).remove(&name);
                Ok(())
            }
            Place::Folder(folder) => {
                let path = folder.join(&name);
                match fs::remove_file(&path) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => Err(fault(&path, e)),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// The name of a kept file. Whatever comes from outside and is no hash names no file.
fn kept(organ: &str, hash: &str) -> Result<String, StoreError> {
    let sound = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    if !sound {
        return Err(StoreError::other("not a hash"));
    }
    Ok(format!("{}/{}/{hash}", part(organ)?, &hash[..2]))
}

fn arriving(organ: &str, upload: &str) -> Result<String, StoreError> {
    Ok(format!("{}/arriving/{}", part(organ)?, part(upload)?))
}

/// A part of a path: letters, digits, `-` and `_` alone.
fn part(text: &str) -> Result<&str, StoreError> {
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if !text.is_empty() && text.len() <= 64 && text.bytes().all(sound) {
        Ok(text)
    } else {
        Err(StoreError::other("not a name of a folder"))
    }
}

/// The names in a folder; none where there is no folder.
fn entries(folder: &Path) -> Result<Vec<String>, StoreError> {
    let read = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    };
    match read() {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Vec::new())
        }
        other => other.map_err(|e| fault(folder, e)),
    }
}

/// Copies and hashes; the hash in hexadecimal digits.
fn copy_hashed(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer)? {
            0 => break,
            n => {
                hasher.update(&buffer[..n]);
                to.write_all(&buffer[..n])?;
            }
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect())
}

fn same(hash: &str, sum: &str) -> Result<(), StoreError> {
    if hash.eq_ignore_ascii_case(sum) {
        Ok(())
    } else {
        Err(StoreError::Corrupt {
            detail: format!("the file {hash} is not what its name says"),
        })
    }
}

fn parents(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Renames, and makes the name durable.
fn into_place(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    match to.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

pub(crate) fn fault(path: &Path, error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::Unwritable {
                path: path.to_owned(),
            }
        }
        _ => StoreError::Other(Box::new(error)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn places() -> (tempfile::TempDir, [Files; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let files = [Files::memory(), Files::folder(folder.path().join("files"))];
        (folder, files)
    }

    fn read(files: &Files, hash: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = files.open("330100", hash).unwrap()?;
        file.read_to_end(&mut bytes).unwrap();
        Some(bytes)
    }

    #[test]
    fn a_file_is_found_by_its_hash_and_by_its_organ_only() {
        let (_folder, places) = places();
        for files in places {
            assert_eq!(read(&files, HASH), None);
            files.put("330100", HASH, b"abc").unwrap();
            files.put("330100", HASH, b"abc").unwrap();
            assert_eq!(read(&files, HASH).as_deref(), Some(&b"abc"[..]));
            assert!(files.open("330200", HASH).unwrap().is_none());
        }
    }

    #[test]
    fn an_upload_goes_on_where_it_stopped() {
        let (_folder, places) = places();
        for files in places {
            assert_eq!(files.arrived("330100", "u1").unwrap(), 0);
            files.write_piece("330100", "u1", 0, b"abc").unwrap();
            files.write_piece("330100", "u1", 3, b"def").unwrap();
            // The answer was lost; the piece is sent again.
            files.write_piece("330100", "u1", 3, b"def").unwrap();
            assert_eq!(files.arrived("330100", "u1").unwrap(), 6);
            files.keep_upload("330100", "u1", HASH).unwrap();
            assert_eq!(read(&files, HASH).as_deref(), Some(&b"abcdef"[..]));
            assert_eq!(files.arrived("330100", "u1").unwrap(), 0);
            files.drop_upload("330100", "u1").unwrap();
        }
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let (_folder, places) = places();
        for files in places {
            for name in ["..", "a/b", "", "/etc", "a\\b"] {
                assert!(files.arrived("330100", name).is_err(), "{name}");
                assert!(files.open(name, HASH).is_err(), "{name}");
                assert!(files.open("330100", name).is_err(), "{name}");
            }
        }
    }
}
