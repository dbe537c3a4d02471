//! Everything that can be wrong with a file, said so that its owner can mend it.
//!
//! The wording lives here and nowhere else in the crate; each sentence says what was found and
//! what to do next. Cause chains of programs stay out: a clerk cannot act on them.
use crate::FileKind;

/// Why a file could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// Zero bytes.
    #[error("文件是空的（0 字节）。请确认选对了文件，并重新上传。")]
    EmptyFile,
    /// Another kind of file than asked for.
    #[error("这是{found}，不是{expected}。{advice}", advice = found.advice(*expected))]
    WrongKind {
        /// What was asked for.
        expected: FileKind,
        /// What it is.
        found: FileKind,
    },
    /// Protected by a password.
    #[error("文件设有打开密码，系统无法读取。请在办公软件中取消密码保护，另存后重新上传。")]
    Encrypted,
    /// The end of the package is missing.
    #[error(
        "文件不完整：只有前一部分，后面缺失（可能没有下载或上传完）。请重新取得完整的文件后再上传。"
    )]
    Truncated,
    /// A PDF whose pages are pictures, or whose fonts do not say what their glyphs mean.
    #[error("{}", no_text(*.pages, *.coded))]
    NoText {
        /// Pages of the file.
        pages: usize,
        /// There are glyphs, but nothing says which characters they are.
        coded: bool,
    },
    /// A part of the package is damaged.
    #[error(
        "文件已损坏：{part} 无法读取（{detail}）。请用办公软件打开，确认内容后另存为新文件再上传。"
    )]
    Broken {
        /// The part's name inside the package.
        part: String,
        /// What the reader met, in short.
        detail: String,
    },
    /// A part that the format requires is missing.
    #[error("文件不完整：缺少 {part}。请用办公软件打开并另存为新文件后再上传。")]
    MissingPart {
        /// The part's name inside the package.
        part: String,
    },
    /// The file itself is larger than allowed.
    #[error(
        "文件太大：{size_mb} MB，最大允许 {limit_mb} MB。请删除无关的工作表、图片，或分成几个文件上传。"
    )]
    TooLarge {
        /// Size in whole megabytes, rounded up.
        size_mb: u64,
        /// The limit in whole megabytes.
        limit_mb: u64,
    },
    /// Inflates to far more than is believable: a zip bomb.
    #[error(
        "文件解压后异常庞大（{part}），疑似恶意文件，已停止读取。如确为正常文件，请删除空白行列和无关内容后另存再上传。"
    )]
    Bomb {
        /// The part at which reading stopped.
        part: String,
    },
    /// More parts than an office file can have.
    #[error(
        "文件内部包含 {entries} 个部件，超过允许的 {limit} 个，已停止读取。请另存为新文件后再上传。"
    )]
    TooManyParts {
        /// Number found.
        entries: u64,
        /// Number allowed.
        limit: u64,
    },
    /// Elements nested deeper than any office program writes.
    #[error("文件内部嵌套过深（{part}），已停止读取。请用办公软件另存为新文件后再上传。")]
    TooDeep {
        /// The part's name inside the package.
        part: String,
    },
    /// More filled rows than allowed.
    #[error("工作表“{sheet}”的数据超过 {limit} 行。请分成几个文件上传。")]
    TooManyRows {
        /// Sheet name.
        sheet: String,
        /// Rows allowed.
        limit: u32,
    },
    /// One cell or paragraph holds more text than allowed.
    #[error("{place} 的文字超过 {limit} 个字节，已停止读取。请缩短后重新上传。")]
    TextTooLong {
        /// Where it was met.
        place: String,
        /// Bytes allowed.
        limit: usize,
    },
    /// No sheet of that number.
    #[error("工作簿中没有第 {number} 张工作表。请检查文件是否选对。")]
    NoSheet {
        /// Counted from one.
        number: usize,
    },
    /// A text file that is not UTF-8.
    #[error(
        "文本文件不是 UTF-8 编码（第 {line} 行起无法识别，可能是 GBK）。请在 Excel 中另存为“CSV UTF-8（逗号分隔）”，或直接上传 .xlsx 文件。"
    )]
    NotUtf8 {
        /// First line that is not UTF-8, counted from one.
        line: usize,
    },
    /// A quoted CSV field that never ends.
    #[error("第 {line} 行的双引号没有配对，后面的内容无法分列。请补上引号后重新上传。")]
    UnclosedQuote {
        /// Line at which the field begins, counted from one.
        line: usize,
    },
    /// A comment names a place that the document does not have.
    #[error("批注位置不存在：第 {paragraph} 段没有所指的文字。请重新检查文档后再试。")]
    NoSuchPlace {
        /// Paragraph, counted from zero as the reader counts.
        paragraph: usize,
    },
    /// The file cannot be expressed in its format (too many rows, a name that is not allowed).
    #[error("无法生成文件：{0}")]
    CannotWrite(String),
    /// Reading from disk failed.
    #[error("读取文件失败：{0}。请确认文件存在并且可以访问。")]
    Io(String),
}

fn no_text(pages: usize, coded: bool) -> String {
    let why = if coded {
        "文字没有编码对照，读出来会是乱码"
    } else {
        "没有文字层，多半是扫描件"
    };
    format!(
        "这个 PDF（{pages} 页）{why}。请改用它的 Word 文档或网页版；只有纸质件时，先用识别软件转成文字并校对。"
    )
}

impl From<rust_xlsxwriter::XlsxError> for OfficeError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self::CannotWrite(error.to_string())
    }
}
