//! What a condition reads, calls and compares with, found once in its syntax tree.

use std::collections::BTreeSet;

use cel::{
    common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators},
    parser::Expression,
};

use super::{DEPTH_MAX, TOO_NESTED};
use crate::suggest::nearest;

/// Everything that can be called in a condition, macros excepted (they are expanded by parsing).
const FUNCTIONS: [&str; 7] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "int",
    "double",
    "string",
];

/// A constant of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `"师德师风"`.
    Text(String),
    /// `3`.
    Integer(i64),
    /// `0.5`.
    Decimal(f64),
    /// `true`.
    Flag(bool),
}

/// A name compared with a constant: `entry.kind == "师德师风"`, `entry.kind in ["甲", "乙"]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The root: `entry`.
    pub root: String,
    /// The name under it.
    pub field: String,
    /// The constant.
    pub literal: Literal,
    /// It asks for equality with the constant (`==`, `!=`, `in`), not for order.
    pub equality: bool,
    /// It asks whether the list in the field has the constant (`"甲" in entry.kinds`).
    pub within: bool,
}

#[derive(Default)]
pub(super) struct References {
    pub(super) variables: BTreeSet<String>,
    pub(super) fields: BTreeSet<(String, String)>,
    pub(super) guarded: BTreeSet<(String, String)>,
    pub(super) comparisons: Vec<Comparison>,
}

impl References {
    /// Searches an expression; refuses what has no meaning in a condition.
    pub(super) fn of(expression: &Expression) -> Result<Self, String> {
        let mut found = Self::default();
        found.visit(expression, &mut Vec::new(), DEPTH_MAX)?;
        Ok(found)
    }

    /// `bound` are the variables of the comprehensions around; `depth` is what is left of it.
    fn visit(
        &mut self,
        expression: &IdedExpr,
        bound: &mut Vec<String>,
        depth: usize,
    ) -> Result<(), String> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(TOO_NESTED.into());
        };
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) if bound.contains(name) || name.starts_with('@') => Ok(()),
            Expr::Ident(name) => Err(format!(
                "不能单独用 {name}；写明字段，如 entry.字段标识或 figure.数据标识"
            )),
            Expr::Select(select) => match path(expression, bound) {
                Some((root, field)) => {
                    let key = (root.to_owned(), field.to_owned());
                    self.variables.insert(root.to_owned());
                    if select.test {
                        self.guarded.insert(key.clone());
                    }
                    self.fields.insert(key);
                    Ok(())
                }
                None => self.visit(&select.operand, bound, depth),
            },
            Expr::Call(call) => self.visit_call(call, bound, depth),
            Expr::Comprehension(comprehension) => {
                self.visit(&comprehension.iter_range, bound, depth)?;
                let outer = bound.len();
                bound.push(comprehension.iter_var.clone());
                bound.extend(comprehension.iter_var2.clone());
                bound.push(comprehension.accu_var.clone());
                self.visit(&comprehension.accu_init, bound, depth)?;
                self.visit(&comprehension.loop_cond, bound, depth)?;
                self.visit(&comprehension.loop_step, bound, depth)?;
                self.visit(&comprehension.result, bound, depth)?;
                bound.truncate(outer);
                Ok(())
            }
            Expr::List(list) => list
                .elements
                .iter()
                .try_for_each(|element| self.visit(element, bound, depth)),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.visit(&entry.key, bound, depth)?;
                    self.visit(&entry.value, bound, depth)
                }
                EntryExpr::StructField(field) => self.visit(&field.value, bound, depth),
            }),
            Expr::Struct(_) => Err("条件里不能构造结构".into()),
        }
    }

    fn visit_call(
        &mut self,
        call: &CallExpr,
        bound: &mut Vec<String>,
        depth: usize,
    ) -> Result<(), String> {
        let name = call.func_name.as_str();
        let is_operator = name.starts_with(['_', '!', '-', '@']);
        if !is_operator && !FUNCTIONS.contains(&name) {
            let meant = nearest(name, FUNCTIONS).map(|f| format!("；是不是 {f}？"));
            return Err(format!(
                "没有名为 {name} 的函数{}",
                meant.unwrap_or_default()
            ));
        }
        if let (operators::INDEX | operators::OPT_INDEX, [list, key]) = (name, &*call.args)
            && matches!(list.expr, Expr::Ident(_))
            && !matches!(key.expr, Expr::Literal(LiteralValue::String(_)))
        {
            return Err("字段名要直接写出，如 entry.held_on".into());
        }
        self.compare(call, bound);
        if let Some((root, field)) = path_of_index(call, bound) {
            self.variables.insert(root.to_owned());
            self.fields.insert((root.to_owned(), field.to_owned()));
            return Ok(());
        }
        if let Some(target) = &call.target {
            self.visit(target, bound, depth)?;
        }
        call.args
            .iter()
            .try_for_each(|argument| self.visit(argument, bound, depth))
    }

    /// Notes `name ? constant`, `constant ? name`, `name in [constants]` and `constant in name`.
    fn compare(&mut self, call: &CallExpr, bound: &[String]) {
        let name = call.func_name.as_str();
        let [left, right] = &*call.args else { return };
        let equality = matches!(name, operators::EQUALS | operators::NOT_EQUALS);
        let order = matches!(
            name,
            operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS
        );
        let mut note = |of: &IdedExpr, constant: &IdedExpr, equality: bool, within: bool| {
            if let (Some((root, field)), Some(literal)) = (path(of, bound), literal(constant)) {
                let (root, field) = (root.to_owned(), field.to_owned());
                self.comparisons.push(Comparison {
                    root,
                    field,
                    literal,
                    equality,
                    within,
                });
            }
        };
        if equality || order {
            note(left, right, equality, false);
            note(right, left, equality, false);
        } else if name == operators::IN {
            if let Expr::List(list) = &right.expr {
                list.elements
                    .iter()
                    .for_each(|element| note(left, element, true, false));
            } else {
                note(right, left, true, true);
            }
        }
    }
}

/// `root.field` or `root["field"]`, unless the root is a variable of a comprehension.
fn path<'a>(expression: &'a IdedExpr, bound: &[String]) -> Option<(&'a str, &'a str)> {
    match &expression.expr {
        Expr::Select(select) => match &select.operand.expr {
            Expr::Ident(root) if !bound.contains(root) => Some((root, &select.field)),
            _ => None,
        },
        Expr::Call(call) => path_of_index(call, bound),
        _ => None,
    }
}

fn path_of_index<'a>(call: &'a CallExpr, bound: &[String]) -> Option<(&'a str, &'a str)> {
    if call.func_name != operators::INDEX && call.func_name != operators::OPT_INDEX {
        return None;
    }
    match &*call.args {
        [
            IdedExpr {
                expr: Expr::Ident(root),
                ..
            },
            IdedExpr {
                expr: Expr::Literal(LiteralValue::String(field)),
                ..
            },
        ] if !bound.contains(root) => Some((root, field.inner())),
        _ => None,
    }
}

fn literal(expression: &IdedExpr) -> Option<Literal> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(Literal::Text(text.inner().to_owned())),
        Expr::Literal(LiteralValue::Int(number)) => Some(Literal::Integer(*number.inner())),
        Expr::Literal(LiteralValue::Double(number)) => Some(Literal::Decimal(*number.inner())),
        Expr::Literal(LiteralValue::Boolean(flag)) => Some(Literal::Flag(*flag.inner())),
        _ => None,
    }
}
