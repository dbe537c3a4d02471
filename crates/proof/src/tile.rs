//! Tiles and entry bundles: how a log is stored and published (c2sp.org/tlog-tiles).
//!
//! A tile holds up to 256 neighbouring hashes of one level, as raw bytes; only full tiles are
//! hashed into the next level. A bundle holds the leaf data of the same range. Both are plain
//! files, so that any web server or mirror can publish the log.

use std::fmt;
use std::str::FromStr;

/// How many hashes a full tile holds.
pub const TILE_WIDTH: usize = 256;
/// How many rows of the tree one level of tiles covers.
pub const TILE_HEIGHT: u32 = 8;
/// The largest leaf that a bundle can hold.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// What a tile file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of a level, 0 for leaf hashes.
    Hashes(u8),
    /// Leaf data.
    Entries,
}

/// The name of a tile file, as in `tile/0/x001/x234/067.p/112`.
///
/// Invariant: the level is at most 63, the width 1 to 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The path of a tile with a number of hashes or entries; nothing if there is no such tile.
    pub fn new(kind: TileKind, index: u64, width: usize) -> Option<Self> {
        let level_ok = !matches!(kind, TileKind::Hashes(64..));
        let width = u16::try_from(width)
            .ok()
            .filter(|width| (1..=256).contains(width))?;
        level_ok.then_some(Self { kind, index, width })
    }

    /// What the file contains.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// Index of the tile in its level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds: 1 to 256.
    pub fn width(&self) -> usize {
        usize::from(self.width)
    }

    /// Whether it is not filled yet.
    pub fn is_partial(&self) -> bool {
        self.width() < TILE_WIDTH
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.is_partial() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// The text is not the path of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct NotATilePath;

impl FromStr for TilePath {
    type Err = NotATilePath;

    /// Reads a path; only the one spelling that `Display` writes is accepted.
    fn from_str(text: &str) -> Result<Self, NotATilePath> {
        let path = parse_path(text).ok_or(NotATilePath)?;
        if path.to_string() == text {
            Ok(path)
        } else {
            Err(NotATilePath)
        }
    }
}

fn parse_path(text: &str) -> Option<TilePath> {
    let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = match level {
        "entries" => TileKind::Entries,
        _ => TileKind::Hashes(level.parse().ok()?),
    };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|w| *w < TILE_WIDTH)?),
        None => (rest, TILE_WIDTH),
    };
    let mut index = 0u64;
    for group in number.split('/') {
        let digits: u64 = group.trim_start_matches('x').parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(digits)?;
    }
    TilePath::new(kind, index, width)
}

/// Every tile path of a tree of a size at one level, or of its bundles: the full ones, then the
/// partial one if there is any.
pub fn paths_of(kind: TileKind, size: u64) -> impl Iterator<Item = TilePath> {
    let shift = match kind {
        TileKind::Hashes(level) => u32::from(level) * TILE_HEIGHT,
        TileKind::Entries => 0,
    };
    let hashes = if shift < 64 { size >> shift } else { 0 };
    let full = hashes / TILE_WIDTH as u64;
    let partial = (hashes % TILE_WIDTH as u64) as usize;
    (0..full)
        .filter_map(move |index| TilePath::new(kind, index, TILE_WIDTH))
        .chain(TilePath::new(kind, full, partial))
}

/// Why leaf data do not make a bundle or a bundle holds no leaf data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// A leaf is larger than the format can say.
    #[error("entry {index} has {bytes} bytes, at most {ENTRY_BYTES_MAX} are allowed")]
    TooLong {
        /// Place of the entry in the bundle.
        index: usize,
        /// Its size.
        bytes: usize,
    },
    /// More entries than a tile has hashes.
    #[error("a bundle holds at most {TILE_WIDTH} entries")]
    TooMany,
    /// The bytes end inside an entry.
    #[error("the bundle ends inside entry {index}")]
    Truncated {
        /// Place of the entry in the bundle.
        index: usize,
    },
}

/// Writes a bundle: for each entry two bytes of length (big-endian), then the leaf data.
pub fn encode_bundle<'a>(
    entries: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, BundleError> {
    let mut bundle = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        if TILE_WIDTH <= index {
            return Err(BundleError::TooMany);
        }
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong {
            index,
            bytes: entry.len(),
        })?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// Reads a bundle into its leaf data.
pub fn decode_bundle(mut bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let index = entries.len();
        if TILE_WIDTH <= index {
            return Err(BundleError::TooMany);
        }
        let (length, rest) = bundle
            .split_first_chunk::<2>()
            .ok_or(BundleError::Truncated { index })?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, rest) = rest
            .split_at_checked(length)
            .ok_or(BundleError::Truncated { index })?;
        entries.push(entry);
        bundle = rest;
    }
    Ok(entries)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_written_as_the_specification_does() {
        let path = |kind, index, width| TilePath::new(kind, index, width).unwrap().to_string();
        assert_eq!(
            path(TileKind::Hashes(0), 1_234_067, 256),
            "tile/0/x001/x234/067"
        );
        assert_eq!(path(TileKind::Hashes(0), 273, 112), "tile/0/273.p/112");
        assert_eq!(path(TileKind::Entries, 0, 1), "tile/entries/000.p/1");
        assert_eq!(path(TileKind::Hashes(63), 1000, 256), "tile/63/x001/000");
        assert!(TilePath::new(TileKind::Hashes(64), 0, 1).is_none());
        assert!(TilePath::new(TileKind::Entries, 0, 0).is_none());
    }

    #[test]
    fn only_one_spelling_of_a_path_is_read() {
        for bad in [
            "tile/0/1",
            "tile/0/1234",
            "tile/0/x001",
            "tile/00/000",
            "tile/64/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/123/456/078",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/x000/001",
            "tile/0/0x1",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/xx001/000",
            "tile/entries/",
            "",
        ] {
            assert_eq!(bad.parse::<TilePath>(), Err(NotATilePath), "{bad}");
        }
    }

    #[test]
    fn a_log_of_70_000_has_the_tiles_that_the_specification_lists() {
        let of = |kind| {
            let paths: Vec<_> = paths_of(kind, 70_000).collect();
            (paths.len(), paths.last().map(ToString::to_string))
        };
        assert_eq!(
            of(TileKind::Hashes(0)),
            (274, Some("tile/0/273.p/112".into()))
        );
        assert_eq!(of(TileKind::Hashes(1)), (2, Some("tile/1/001.p/17".into())));
        assert_eq!(of(TileKind::Hashes(2)), (1, Some("tile/2/000.p/1".into())));
        assert_eq!(of(TileKind::Hashes(3)), (0, None));
        assert_eq!(
            of(TileKind::Entries),
            (274, Some("tile/entries/273.p/112".into()))
        );
    }

    #[test]
    fn a_bundle_has_limits() {
        let longest = vec![7; ENTRY_BYTES_MAX];
        let bundle = encode_bundle([&longest[..], b"", b"one"]).unwrap();
        assert_eq!(decode_bundle(&bundle).unwrap(), [&longest[..], b"", b"one"]);
        let too_long = vec![7; ENTRY_BYTES_MAX + 1];
        assert_eq!(
            encode_bundle([&too_long[..]]),
            Err(BundleError::TooLong {
                index: 0,
                bytes: 65_536
            })
        );
        assert!(encode_bundle([&b""[..]; 256]).is_ok());
        assert_eq!(encode_bundle([&b""[..]; 257]), Err(BundleError::TooMany));
        assert_eq!(
            decode_bundle(&[0, 3, 1]),
            Err(BundleError::Truncated { index: 0 })
        );
        assert_eq!(
            decode_bundle(&[0, 0, 9]),
            Err(BundleError::Truncated { index: 1 })
        );
        assert_eq!(decode_bundle(&[0; 2 * 257]), Err(BundleError::TooMany));
    }

    proptest! {
        #[test]
        fn a_path_returns(level in 0u8..64, index: u64, width in 1usize..=256, entries: bool) {
            let kind = if entries { TileKind::Entries } else { TileKind::Hashes(level) };
            let path = TilePath::new(kind, index, width).unwrap();
            prop_assert_eq!(path.to_string().parse::<TilePath>(), Ok(path));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "(tile/)?[0-9x./pentris-]{0,40}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }

        #[test]
        fn a_bundle_returns(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..=256)) {
            let bundle = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(decode_bundle(&bundle).unwrap(), entries);
        }
    }
}
