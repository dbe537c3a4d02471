//! The bytes of a hand-over: a mark, the number of the schema, tables with their rows, files, the
//! end, and the SHA-256 of all before it. Numbers are big-endian.
//!
//! | tag | then |
//! | --- | --- |
//! | `T` | name; number of columns; for each its name and kind (`i`, `t`, `b`) |
//! | `R` | for each column `0` (nothing), or `1` and the value |
//! | `F` | organ; hash; number of bytes; the bytes |
//! | `B` | name; number of bytes; the bytes |
//! | `Z` | 32 bytes of checksum; nothing after |

use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};

use sha2::{Digest, Sha256};

use super::HandoverError;
use super::tables::{Column, Kind, Table, Value};

const MAGIC: &[u8; 16] = b"yifa handover 1\n";
/// No name is longer; a longer one is damage.
const NAME_MAX: usize = 1_000;
/// No table has more columns.
const COLUMNS_MAX: usize = 1_000;
/// No value is longer (the engines' own limit is near).
const VALUE_MAX: usize = 1 << 30;

type Result<T> = std::result::Result<T, HandoverError>;

/// Writes a hand-over.
pub(super) struct StreamWriter<W: Write> {
    out: BufWriter<W>,
    hash: Sha256,
}

impl<W: Write> StreamWriter<W> {
    pub(super) fn begin(out: W) -> std::io::Result<Self> {
        let mut stream = StreamWriter {
            out: BufWriter::with_capacity(1 << 18, out),
            hash: Sha256::new(),
        };
        stream.put(MAGIC)?;
        Ok(stream)
    }

    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }

    fn put_text(&mut self, text: &[u8]) -> std::io::Result<()> {
        let length = u32::try_from(text.len()).map_err(|_| std::io::Error::other("too long"))?;
        self.put(&length.to_be_bytes())?;
        self.put(text)
    }

    pub(super) fn schema(&mut self, number: u32) -> std::io::Result<()> {
        self.put(&number.to_be_bytes())
    }

    pub(super) fn table(&mut self, table: &Table) -> std::io::Result<()> {
        self.put(b"T")?;
        self.put_text(table.name.as_bytes())?;
        self.put(&(table.columns.len() as u32).to_be_bytes())?;
        for column in &table.columns {
            self.put_text(column.name.as_bytes())?;
            self.put(&[column.kind.letter()])?;
        }
        Ok(())
    }

    pub(super) fn row(&mut self, table: &Table, row: &[Value]) -> std::io::Result<()> {
        debug_assert_eq!(table.columns.len(), row.len());
        self.put(b"R")?;
        for value in row {
            match value {
                Value::Null => self.put(&[0])?,
                Value::Int(value) => {
                    self.put(&[1])?;
                    self.put(&value.to_be_bytes())?;
                }
                Value::Text(value) => {
                    self.put(&[1])?;
                    self.put_text(value.as_bytes())?;
                }
                Value::Blob(value) => {
                    self.put(&[1])?;
                    self.put_text(value)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn file(
        &mut self,
        organ: &str,
        hash: &str,
        size: u64,
        bytes: &mut dyn Read,
    ) -> std::io::Result<()> {
        self.put(b"F")?;
        self.put_text(organ.as_bytes())?;
        self.put_text(hash.as_bytes())?;
        self.put_bytes(size, bytes)
    }

    pub(super) fn beside(
        &mut self,
        name: &str,
        size: u64,
        bytes: &mut dyn Read,
    ) -> std::io::Result<()> {
        self.put(b"B")?;
        self.put_text(name.as_bytes())?;
        self.put_bytes(size, bytes)
    }

    fn put_bytes(&mut self, size: u64, bytes: &mut dyn Read) -> std::io::Result<()> {
        self.put(&size.to_be_bytes())?;
        let mut left = size;
        let mut buffer = vec![0; 1 << 16];
        while left > 0 {
            let wanted = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            bytes.read_exact(&mut buffer[..wanted])?;
            self.put(&buffer[..wanted])?;
            left -= wanted as u64;
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> std::io::Result<()> {
        self.put(b"Z")?;
        let sum = self.hash.finalize();
        self.out.write_all(&sum)?;
        self.out.flush()
    }
}

/// What comes next in a hand-over.
pub(super) enum Item {
    Table(Told),
    Row(Vec<Value>),
    /// The bytes follow: [`StreamReader::file_into`].
    File {
        organ: String,
        hash: String,
    },
    /// The bytes follow: [`StreamReader::file_into`].
    Beside {
        name: String,
    },
    End,
}

/// A table as the stream describes it.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// Reads a hand-over.
pub(super) struct StreamReader<R: Read> {
    input: BufReader<R>,
    hash: Sha256,
    /// The kinds of the columns of the table being read.
    kinds: Vec<Kind>,
}

impl<R: Read> StreamReader<R> {
    pub(super) fn begin(input: R) -> Result<Self> {
        let mut stream = StreamReader {
            input: BufReader::with_capacity(1 << 18, input),
            hash: Sha256::new(),
            kinds: Vec::new(),
        };
        let mut magic = [0; 16];
        match stream.take(&mut magic) {
            Ok(()) if &magic == MAGIC => Ok(stream),
            Ok(()) | Err(HandoverError::Cut) => Err(HandoverError::Foreign),
            Err(error) => Err(error),
        }
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.input.read_exact(bytes).map_err(|e| match e.kind() {
            ErrorKind::UnexpectedEof => HandoverError::Cut,
            _ => HandoverError::Stream(e),
        })?;
        self.hash.update(bytes);
        Ok(())
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.take(&mut bytes)?;
        Ok(bytes)
    }

    fn length(&mut self, most: usize) -> Result<usize> {
        let length = u32::from_be_bytes(self.number()?) as usize;
        if length > most {
            return Err(HandoverError::Damaged(
                "a length beyond all measure".to_owned(),
            ));
        }
        Ok(length)
    }

    /// Bytes in portions: a length that lies takes no memory.
    fn bytes(&mut self, most: usize) -> Result<Vec<u8>> {
        const PORTION: usize = 1 << 20;
        let length = self.length(most)?;
        let mut out = Vec::new();
        while out.len() < length {
            let from = out.len();
            out.resize(length.min(from + PORTION), 0);
            self.take(&mut out[from..])?;
        }
        Ok(out)
    }

    fn text(&mut self, most: usize) -> Result<String> {
        String::from_utf8(self.bytes(most)?)
            .map_err(|_| HandoverError::Damaged("a text that is none".to_owned()))
    }

    pub(super) fn schema(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.number()?))
    }

    pub(super) fn item(&mut self) -> Result<Item> {
        match self.number()? {
            [b'T'] => self.table().map(Item::Table),
            [b'R'] => self.row().map(Item::Row),
            [b'F'] => Ok(Item::File {
                organ: self.text(NAME_MAX)?,
                hash: self.text(NAME_MAX)?,
            }),
            [b'B'] => Ok(Item::Beside {
                name: self.text(NAME_MAX)?,
            }),
            [b'Z'] => self.end(),
            _ => Err(HandoverError::Damaged("an unknown part".to_owned())),
        }
    }

    fn table(&mut self) -> Result<Told> {
        let name = self.text(NAME_MAX)?;
        let count = self.length(COLUMNS_MAX)?;
        let mut columns = Vec::new();
        for _ in 0..count {
            let name = self.text(NAME_MAX)?;
            let [letter] = self.number()?;
            let kind = Kind::of_letter(letter)
                .ok_or_else(|| HandoverError::Damaged("an unknown kind of column".to_owned()))?;
            columns.push(Column { name, kind });
        }
        self.kinds = columns.iter().map(|column| column.kind).collect();
        Ok(Told { name, columns })
    }

    fn row(&mut self) -> Result<Vec<Value>> {
        let mut row = Vec::with_capacity(self.kinds.len());
        for at in 0..self.kinds.len() {
            let [there] = self.number()?;
            row.push(match (there, self.kinds[at]) {
                (0, _) => Value::Null,
                (1, Kind::Int) => Value::Int(i64::from_be_bytes(self.number()?)),
                (1, Kind::Text) => Value::Text(self.text(VALUE_MAX)?),
                (1, Kind::Blob) => Value::Blob(self.bytes(VALUE_MAX)?),
                _ => return Err(HandoverError::Damaged("a value that is none".to_owned())),
            });
        }
        Ok(row)
    }

    /// Pass the bytes of a file on.
    pub(super) fn file_into<T>(
        &mut self,
        keep: impl FnOnce(&mut dyn Read) -> std::result::Result<T, crate::StoreError>,
    ) -> Result<T> {
        let left = u64::from_be_bytes(self.number()?);
        let mut bytes = FileBytes {
            stream: self,
            left,
            failed: None,
        };
        let kept = keep(&mut bytes);
        match bytes.failed.take() {
            Some(error) => Err(error),
            None if bytes.left > 0 => Err(kept.err().map_or_else(
                || HandoverError::Damaged("a file was not read to its end".to_owned()),
                HandoverError::Store,
            )),
            None => Ok(kept?),
        }
    }

    fn end(&mut self) -> Result<Item> {
        let computed = std::mem::take(&mut self.hash).finalize();
        let told: [u8; 32] = self.number()?;
        if computed[..] != told {
            return Err(HandoverError::Damaged("the checksum is another".to_owned()));
        }
        match self.input.read(&mut [0])? {
            0 => Ok(Item::End),
            _ => Err(HandoverError::Damaged(
                "something follows the end".to_owned(),
            )),
        }
    }
}

/// The bytes of one file within the stream.
struct FileBytes<'s, R: Read> {
    stream: &'s mut StreamReader<R>,
    left: u64,
    failed: Option<HandoverError>,
}

impl<R: Read> Read for FileBytes<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let wanted = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if let Err(error) = self.stream.take(&mut buffer[..wanted]) {
            self.failed = Some(error);
            return Err(std::io::Error::other("the hand-over failed"));
        }
        self.left -= wanted as u64;
        Ok(wanted)
    }
}
