//! Conditions: CEL programs over the fields of an entry or over figures.
//!
//! A condition is compiled and searched once, when the catalogue is loaded: what it reads, what it
//! calls and what it compares with are known before the first entry comes. That lets the proof
//! refuse unknown fields, and lets evaluation look up only what the program asks for, borrowed.
//!
//! Guarantees: nothing that a condition says can make it run for ever, touch a file or panic; the
//! standard functions without regular expressions are all there is.

mod lookup;
mod references;

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use cel::{Context, Env, ExecutionError, parser::Expression};

pub use lookup::{Datum, Lookup, Scope};
use references::References;
pub use references::{Comparison, Literal};

use crate::value::Fields;

/// Longest condition in bytes: what a person can still read.
const LENGTH_MAX: usize = 2000;
/// Deepest nesting of brackets. The generated parser takes 150 KiB of stack for each level in an
/// unoptimised build, and threads of servers and tests have 2 MiB.
const NESTING_MAX: usize = 6;
/// Deepest nesting of operators: the interpreter takes 40 KiB for each.
const DEPTH_MAX: usize = 16;
/// Most `? :` in one condition.
const CHOICES_MAX: usize = 8;

/// Functions and macros are resolved against this one environment.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A compiled condition. Cloning it is cheap.
#[derive(Clone)]
pub struct Condition(Arc<Inner>);

struct Inner {
    source: String,
    expression: Expression,
    references: References,
}

/// Why a condition cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// Line within the condition, from 1.
    pub line: usize,
    /// Column within that line in characters, from 1.
    pub column: usize,
    /// What is wrong, in Chinese.
    pub message: String,
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第{}行第{}列：{}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ConditionError {}

/// Why a compiled condition has no answer for an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// It reads a field that the entry does not have.
    Absent {
        /// The field.
        field: String,
    },
    /// It answers something else than yes or no.
    NotABoolean,
    /// Types do not fit, a number is too large, a division by zero.
    Unfit {
        /// What the interpreter says.
        detail: String,
    },
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { field } => {
                write!(f, "条件用到的“{field}”没有填写；条件里应先写 has(…) &&")
            }
            Self::NotABoolean => f.write_str("条件的结果不是“是”或“否”"),
            Self::Unfit { detail } => write!(f, "条件算不出来：{detail}"),
        }
    }
}

impl std::error::Error for EvalError {}

impl Condition {
    /// Compiles a condition.
    pub fn parse(source: &str) -> Result<Self, ConditionError> {
        let whole = |message: String| ConditionError {
            line: 1,
            column: 1,
            message,
        };
        if source.trim().is_empty() {
            return Err(whole("条件是空的".into()));
        }
        if source.len() > LENGTH_MAX {
            return Err(whole(format!("条件太长：最多{LENGTH_MAX}个字节")));
        }
        if let Some(error) = too_nested(source) {
            return Err(error);
        }
        let expression = ENV.parser().parse(source).map_err(|errors| {
            let first = errors.errors.iter().min_by_key(|error| error.pos);
            let (line, column) = first.map_or((1, 1), |error| error.pos);
            let line = usize::try_from(line).unwrap_or(1).max(1);
            let column = usize::try_from(column).unwrap_or(1).max(1);
            ConditionError {
                line,
                column,
                message: explain(source),
            }
        })?;
        let references = References::of(&expression).map_err(whole)?;
        Ok(Self(Arc::new(Inner {
            source: source.into(),
            expression,
            references,
        })))
    }

    /// The condition as written.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The roots that it reads: `entry`, `figure`.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.references.variables.iter().map(String::as_str)
    }

    /// The names that it reads under a root: for `entry.x` and `has(entry.y)`, `x` and `y`.
    pub fn fields<'a>(&'a self, root: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.references.fields.iter();
        fields
            .filter(move |(of, _)| of == root)
            .map(|(_, field)| field.as_str())
    }

    /// The names under a root that it reads without ever asking `has(…)` for them.
    pub fn unguarded<'a>(&'a self, root: &'a str) -> impl Iterator<Item = &'a str> {
        let guarded = &self.0.references.guarded;
        self.fields(root)
            .filter(move |field| !guarded.contains(&(root.to_owned(), (*field).to_owned())))
    }

    /// The places where a name is compared with a constant.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.0.references.comparisons
    }

    /// Says whether the condition holds for the fields of one entry.
    pub fn holds(&self, root: &str, fields: &Fields) -> Result<bool, EvalError> {
        Scope::new(root, fields).holds(self)
    }

    /// Evaluates in a scope.
    fn evaluate(&self, scope: &Scope<'_>) -> Result<bool, EvalError> {
        let mut context = Context::with_env(Arc::clone(&ENV));
        context.set_variable_resolver(scope);
        let result = cel::Value::resolve_val(&self.0.expression, &context);
        match result {
            Ok(value) => lookup::as_bool(value.as_ref()).ok_or(EvalError::NotABoolean),
            Err(ExecutionError::NoSuchKey(field)) => Err(EvalError::Absent {
                field: field.as_str().to_owned(),
            }),
            Err(ExecutionError::UndeclaredReference(name)) => Err(EvalError::Absent {
                field: name.as_str().to_owned(),
            }),
            Err(error) => Err(EvalError::Unfit {
                detail: error.to_string(),
            }),
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.0.source).finish()
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source
    }
}

/// Brackets are counted before the parser sees them.
fn too_nested(source: &str) -> Option<ConditionError> {
    let mut depth = 0_usize;
    let mut choices = 0_usize;
    for (index, byte) in source.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'?' => choices += 1,
            _ => {}
        }
        if depth > NESTING_MAX || choices > CHOICES_MAX {
            let (line, column) = diagnostic::Span::new(index, index).line_column(source);
            return Some(ConditionError {
                line,
                column,
                message: TOO_NESTED.into(),
            });
        }
    }
    None
}

const TOO_NESTED: &str = "条件嵌套太深，请拆开写";

/// The words of the parser generator help nobody; the usual slips have names.
fn explain(source: &str) -> String {
    let outside = outside_quotes(source);
    let words = || outside.split(|c: char| !c.is_ascii_alphanumeric());
    let hint = if outside.contains(['“', '”', '‘', '’', '（', '）', '，', '；', '＝', '＞', '＜'])
    {
        "引号、括号和运算符要用英文（半角）的"
    } else if words().any(|word| word.eq_ignore_ascii_case("and")) {
        "“并且”写作 &&"
    } else if words().any(|word| word.eq_ignore_ascii_case("or")) {
        "“或者”写作 ||"
    } else if words().any(|word| word.eq_ignore_ascii_case("not")) {
        "“非”写作 !"
    } else if has_single_equals(&outside) {
        "“等于”写作 =="
    } else if source.matches('"').count() % 2 == 1 || source.matches('\'').count() % 2 == 1 {
        "引号没有成对"
    } else if outside.matches('(').count() != outside.matches(')').count() {
        "括号没有成对"
    } else {
        "例：has(entry.closed_on) && entry.kind == \"师德师风\""
    };
    format!("条件写法有误；{hint}")
}

/// The text with everything between straight quotes blanked.
fn outside_quotes(source: &str) -> String {
    let mut quote = None;
    let blank = |c: char| match quote {
        Some(open) => {
            if c == open {
                quote = None;
            }
            ' '
        }
        None if c == '"' || c == '\'' => {
            quote = Some(c);
            ' '
        }
        None => c,
    };
    source.chars().map(blank).collect()
}

fn has_single_equals(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|i| {
        bytes[i] == b'='
            && bytes.get(i + 1) != Some(&b'=')
            && (i == 0 || !matches!(bytes[i - 1], b'=' | b'!' | b'<' | b'>'))
    })
}

#[cfg(test)]
mod tests;
