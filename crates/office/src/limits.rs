//! How much of a stranger's file is read before we refuse.

/// Bounds on what a file may make the reader do. The defaults fit every office document met in
/// practice with room to spare; a test sets them small.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Size of the file itself, in bytes.
    pub file_bytes: u64,
    /// Parts inside the package.
    pub parts: u64,
    /// Inflated bytes of all parts read, together.
    pub inflated_bytes: u64,
    /// Bytes of the shared texts of a workbook, which are held in memory.
    pub held_bytes: u64,
    /// Inflated bytes of the body of a Word document.
    pub body_bytes: u64,
    /// Paragraphs, runs and stretches of text of a Word document, together.
    pub body_pieces: usize,
    /// Inflated to compressed size, looked at beyond the first sixteen megabytes.
    pub ratio: u64,
    /// Depth of nested XML elements.
    pub depth: usize,
    /// Bytes of one XML token of a streamed part, and of the text of one cell; a row may hold
    /// sixteen times as much.
    pub text_bytes: usize,
    /// Filled rows of one sheet.
    pub rows: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            parts: 10_000,
            inflated_bytes: 4 << 30,
            held_bytes: 512 << 20,
            body_bytes: 128 << 20,
            body_pieces: 2_000_000,
            ratio: 150,
            depth: 256,
            text_bytes: 2 << 20,
            rows: 1_048_576,
        }
    }
}
