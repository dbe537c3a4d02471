//! Figures over the entries of one ledger; formulas are read here and resolved in
//! [`super::formula`], when all figures are known.

use std::collections::BTreeMap;

use super::{
    condition,
    field::{find, find_fit},
    lists::Lists,
    node::{Node, OperandNode},
    sink::{At, Placed, Sink},
};
use crate::{
    definition::{
        Action, DateSource, Dimension, Field, FieldType, Figure, FigureKind, Fold, Formula,
        Measure, Operand, Operation, PeriodShift,
    },
    id::{FieldId, FigureId, LedgerId},
    suggest::nearest,
};

/// A figure whose operands are not resolved yet.
pub(crate) struct FigureDraft {
    pub(crate) figure: Figure,
    /// Where its id stands.
    pub(crate) at: At,
    /// Where its unit stands.
    pub(crate) unit_at: At,
    /// Where the operands of a formula stand, in their order: those of `of`, then `base`.
    pub(crate) operands_at: Vec<At>,
    /// The dimensions that a formula asks for, where it does.
    pub(crate) by: Vec<Placed<String>>,
    /// Decimals were written, not derived.
    pub(crate) decimals: Option<u8>,
}

/// What a figure can refer to.
pub(crate) struct Home<'a> {
    pub(crate) ledger: &'a LedgerId,
    pub(crate) fields: &'a [Field],
    pub(crate) actions: &'a [Action],
    pub(crate) lists: &'a Lists,
}

const QUANTITIES: [&str; 5] = ["count", "sum", "distinct", "latest", "formula"];
/// Ids that mean something else in the text of a report.
const RESERVED: [&str; 2] = ["organ", "year"];

/// Reads one figure.
pub(crate) fn figure(node: Node<'_>, home: &Home<'_>, sink: &mut Sink<'_>) -> Option<FigureDraft> {
    let id_text = node.text("id")?;
    if RESERVED.contains(&id_text.as_str()) {
        let message = format!("{} 在报告里另有含义，不能作数据标识", id_text.value);
        sink.error(id_text.at, "id-reserved", message, "换一个标识".into());
        return None;
    }
    let quantity = quantity(node, sink)?;
    refuse_unfit_keys(node, quantity, sink);
    let decimals = node
        .whole("decimals")
        .and_then(|decimals| u8::try_from(decimals).ok());
    let mut natural = 0;
    let mut operands_at = Vec::new();
    let (kind, by) = if quantity == "formula" {
        let (formula, places) = formula(node, sink)?;
        operands_at = places;
        (FigureKind::Formula(formula), Vec::new())
    } else {
        let fold = fold(node, quantity, home, &mut natural, sink)?;
        (kind(node, quantity, fold), dimensions(node, home, sink))
    };
    unit(node, &kind, sink);
    let figure = Figure {
        id: FigureId::new(&id_text)?,
        name: node.text("name")?.value,
        unit: node.text("unit")?.value,
        kind,
        by,
        decimals: decimals.unwrap_or(natural),
        about: node.words("about"),
        law: home.lists.law(node, sink),
        ledger: home.ledger.clone(),
    };
    Some(FigureDraft {
        figure,
        at: id_text.at,
        unit_at: node.at("unit"),
        operands_at,
        by: if quantity == "formula" {
            node.texts("by")
        } else {
            Vec::new()
        },
        decimals,
    })
}

fn quantity(node: Node<'_>, sink: &mut Sink<'_>) -> Option<&'static str> {
    let given: Vec<&str> = QUANTITIES.into_iter().filter(|key| node.has(key)).collect();
    match *given {
        [one] => QUANTITIES.into_iter().find(|key| *key == one),
        [] => {
            let help = format!("写 {} 之一，如 count = \"entries\"", QUANTITIES.join("、"));
            sink.error(
                node.at("id"),
                "figure-quantity",
                "没有说明数什么".into(),
                help,
            );
            None
        }
        [_, second, ..] => {
            let message = format!("一个数据只能有一种算法，这里有 {}", given.join("、"));
            sink.error(
                node.key_at(second),
                "figure-quantity",
                message,
                "只留一个".into(),
            );
            None
        }
    }
}

/// Keys that only some quantities have.
fn refuse_unfit_keys(node: Node<'_>, quantity: &str, sink: &mut Sink<'_>) {
    let folds: &[&str] = &["count", "sum", "distinct", "latest"];
    let own: [(&str, &[&str]); 8] = [
        ("of", &["formula"]),
        ("base", &["formula"]),
        ("per", &["latest"]),
        ("kind", &["count", "sum", "distinct"]),
        ("on", folds),
        ("until", &["count", "sum", "distinct"]),
        ("through", &["count", "sum", "distinct"]),
        ("when", folds),
    ];
    for (key, quantities) in own {
        if node.has(key) && !quantities.contains(&quantity) {
            let message = format!("{key} 不能与 {quantity} 一起用");
            let help = format!("{key} 只用于 {}；请删去", quantities.join("、"));
            sink.error(node.key_at(key), "figure-key-unfit", message, help);
        }
    }
    for key in ["until", "through"] {
        if node.has(key) && node.words("kind") != "stock" {
            let message = format!("{key} 只用于存量");
            let help = "写 kind = \"stock\"".into();
            sink.error(node.key_at(key), "figure-key-unfit", message, help);
        }
    }
    if node.has("until") && node.has("through") {
        let message = "until 和 through 只能写一个".to_owned();
        let help = "那一天起不再计入的写 until，那一天还计入的写 through".into();
        sink.error(node.key_at("through"), "figure-key-unfit", message, help);
    }
}

fn kind(node: Node<'_>, quantity: &str, fold: Fold) -> FigureKind {
    let stock = node.words("kind") == "stock";
    match (quantity, stock) {
        ("latest", _) => FigureKind::Latest(fold),
        ("distinct", true) => FigureKind::DistinctStock(fold),
        ("distinct", false) => FigureKind::Distinct(fold),
        (_, true) => FigureKind::Stock(fold),
        (_, false) => FigureKind::Flow(fold),
    }
}

fn fold(
    node: Node<'_>,
    quantity: &str,
    home: &Home<'_>,
    natural: &mut u8,
    sink: &mut Sink<'_>,
) -> Option<Fold> {
    let mut keys = Vec::new();
    let measure = match quantity {
        "count" => count(&node.text("count")?, home, sink)?,
        "distinct" => {
            keys = key_fields(&node.texts("distinct"), home, sink);
            Measure::Entries
        }
        _ => {
            keys = key_fields(&node.texts("per"), home, sink);
            sum(&node.text(quantity)?, home, natural, sink)?
        }
    };
    let date = |key: &str, sink: &mut Sink<'_>| {
        let id = node.text(key)?;
        let is_date = |kind: &FieldType| *kind == FieldType::Date;
        let field = find_fit(home.fields, &id, "作计数的日期", is_date, "日期", sink)?;
        Some(field.id.clone())
    };
    let on = match date("on", sink) {
        Some(field) => DateSource::Field(field),
        None if matches!(measure, Measure::Action(_)) => DateSource::Action,
        None => DateSource::Entry,
    };
    let through = node.has("through");
    let until = date(if through { "through" } else { "until" }, sink);
    let when = condition::over_entry(node, "when", home.fields, sink);
    Some(Fold {
        measure,
        on,
        until,
        through,
        keys,
        when,
    })
}

fn count(text: &Placed<String>, home: &Home<'_>, sink: &mut Sink<'_>) -> Option<Measure> {
    if text.value == "entries" {
        return Some(Measure::Entries);
    }
    if let Some(id) = text.strip_prefix("action:") {
        let action = home.actions.iter().find(|action| &*action.id == id);
        if action.is_none() {
            let known: Vec<&str> = home.actions.iter().map(|action| &*action.id).collect();
            let help = match nearest(id, known.iter().copied()) {
                Some(meant) => format!("是不是 {meant}？"),
                None if known.is_empty() => "这个台账没有办理；数记录写 count = \"entries\"".into(),
                None => format!("这个台账的办理：{}", known.join("、")),
            };
            sink.error(text.at, "action-unknown", format!("没有办理 {id}"), help);
        }
        return action.map(|action| Measure::Action(action.id.clone()));
    }
    if let Some(id) = text.strip_prefix("rows:") {
        let id = Placed {
            value: id.to_owned(),
            at: text.at,
        };
        let is_rows = |kind: &FieldType| matches!(kind, FieldType::Rows { .. });
        let field = find_fit(home.fields, &id, "数行数", is_rows, "明细表", sink)?;
        return Some(Measure::Rows(field.id.clone()));
    }
    let message = format!("不知道“{}”数什么", text.value);
    let help = "写 \"entries\"、\"action:办理标识\" 或 \"rows:字段标识\"".into();
    sink.error(text.at, "count-malformed", message, help);
    None
}

fn sum(
    text: &Placed<String>,
    home: &Home<'_>,
    natural: &mut u8,
    sink: &mut Sink<'_>,
) -> Option<Measure> {
    let Some((rows, column)) = text.split_once('.') else {
        let field = find_fit(home.fields, text, "求和", is_quantity, "数字或金额", sink)?;
        *natural = decimals_of(&field.kind);
        return Some(Measure::Sum(field.id.clone()));
    };
    let rows = Placed {
        value: rows.to_owned(),
        at: text.at,
    };
    let column = Placed {
        value: column.to_owned(),
        at: text.at,
    };
    let is_rows = |kind: &FieldType| matches!(kind, FieldType::Rows { .. });
    let field = find_fit(home.fields, &rows, "取其中的列", is_rows, "明细表", sink)?;
    let FieldType::Rows { columns } = &field.kind else {
        return None;
    };
    let column = find_fit(columns, &column, "求和", is_quantity, "数字或金额", sink)?;
    *natural = decimals_of(&column.kind);
    Some(Measure::RowsSum(field.id.clone(), column.id.clone()))
}

fn is_quantity(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Number { .. } | FieldType::Money)
}

fn decimals_of(kind: &FieldType) -> u8 {
    match kind {
        FieldType::Number { decimals, .. } => *decimals,
        FieldType::Money => 2,
        _ => 0,
    }
}

/// Fields whose values tell contributions apart.
fn key_fields(ids: &[Placed<String>], home: &Home<'_>, sink: &mut Sink<'_>) -> Vec<FieldId> {
    let is_key = |kind: &FieldType| {
        !matches!(
            kind,
            FieldType::Rows { .. }
                | FieldType::File
                | FieldType::LongText
                | FieldType::Choices { .. }
        )
    };
    let field = |id: &Placed<String>| {
        find_fit(home.fields, id, "区分不同的值", is_key, "单值", sink).map(|f| f.id.clone())
    };
    ids.iter().filter_map(field).collect()
}

fn dimensions(node: Node<'_>, home: &Home<'_>, sink: &mut Sink<'_>) -> Vec<Dimension> {
    let mut dimensions: Vec<Dimension> = Vec::new();
    for id in node.texts("by") {
        let types = "单选、区划、是否、单位或文字";
        let Some(field) = find_fit(home.fields, &id, "分组", is_dimension, types, sink) else {
            continue;
        };
        if dimensions.iter().any(|known| known.field == field.id) {
            let message = format!("{} 出现两次", id.value);
            sink.error(id.at, "id-duplicate", message, "删去一个".into());
            continue;
        }
        dimensions.push(Dimension {
            field: field.id.clone(),
            name: field.name.clone(),
        });
    }
    dimensions
}

fn is_dimension(kind: &FieldType) -> bool {
    matches!(
        kind,
        FieldType::Choice { .. }
            | FieldType::District
            | FieldType::Flag
            | FieldType::Unit
            | FieldType::Text { .. }
            | FieldType::Subject
            | FieldType::Reference { .. }
    )
}

fn unit(node: Node<'_>, kind: &FigureKind, sink: &mut Sink<'_>) {
    use Operation::{Coverage, Growth, Rate, Share};
    let Some(unit) = node.text("unit") else {
        return;
    };
    let is_percent = unit.value == "%";
    let wants_percent = match kind {
        FigureKind::Formula(formula) => {
            matches!(formula.operation, Rate | Share | Coverage | Growth)
        }
        _ => false,
    };
    let counts = !matches!(kind, FigureKind::Formula(_) | FigureKind::Latest(_));
    if wants_percent && !is_percent {
        let message = format!("比率的单位是 %，不是“{}”", unit.value);
        sink.error(
            unit.at,
            "unit-not-percent",
            message,
            "写 unit = \"%\"".into(),
        );
    } else if counts && is_percent {
        let message = "数出来的数不是百分数".to_owned();
        let help = "百分数用 formula = \"rate\" 等由两个数据计算，百分数相加没有意义".into();
        sink.error(unit.at, "unit-percent", message, help);
    }
}

fn formula(node: Node<'_>, sink: &mut Sink<'_>) -> Option<(Formula, Vec<At>)> {
    let operation = match node.words("formula").as_str() {
        "rate" => Operation::Rate,
        "share" => Operation::Share,
        "coverage" => Operation::Coverage,
        "growth" => Operation::Growth,
        "difference" => Operation::Difference,
        "average" => Operation::Average,
        "sum" => Operation::Sum,
        _ => return None,
    };
    let of = node.operands("of");
    let base = node.operands("base");
    let is_sum = operation == Operation::Sum;
    let expects = |ok: bool, key: &str, message: &str, help: &str, sink: &mut Sink<'_>| {
        if !ok {
            sink.error(node.at(key), "operands", message.into(), help.into());
        }
        ok
    };
    let example = "例：of = \"complaint_closed\"，base = \"complaint_received\"";
    let fits = expects(!of.is_empty(), "of", "计算缺少 of", example, sink)
        & expects(
            is_sum || of.len() <= 1,
            "of",
            "只有 sum 可以有几个 of",
            "只留一个",
            sink,
        )
        & expects(
            !is_sum || base.is_empty(),
            "base",
            "sum 没有 base",
            "删去 base",
            sink,
        )
        & expects(
            is_sum || base.len() == 1,
            "base",
            "计算应有一个 base",
            example,
            sink,
        );
    if !fits {
        return None;
    }
    let mut places = Vec::new();
    let mut operand = |node: OperandNode<'_>| {
        let (operand, at) = operand(node)?;
        places.push(at);
        Some(operand)
    };
    let of: Option<Vec<Operand>> = of.into_iter().map(&mut operand).collect();
    let base = match base.into_iter().next() {
        Some(node) => Some(operand(node)?),
        None => None,
    };
    Some((
        Formula {
            operation,
            of: of?,
            base,
        },
        places,
    ))
}

fn operand(node: OperandNode<'_>) -> Option<(Operand, At)> {
    match node {
        OperandNode::Id(id) => {
            let figure = FigureId::new(&id)?;
            Some((
                Operand {
                    figure,
                    period: PeriodShift::Same,
                    only: BTreeMap::new(),
                },
                id.at,
            ))
        }
        OperandNode::Table(node) => {
            let id = node.text("figure")?;
            let period = PeriodShift::named(&node.words("period")).unwrap_or_default();
            let mut only = BTreeMap::new();
            if let Some(table) = node.node("only") {
                for key in table.keys() {
                    only.insert(FieldId::new(key)?, table.text(key)?.value);
                }
            }
            Some((
                Operand {
                    figure: FigureId::new(&id)?,
                    period,
                    only,
                },
                id.at,
            ))
        }
    }
}

/// Marks the fields that figures are broken down by as indexed.
pub(crate) fn index_dimensions(fields: &mut [Field], figures: &[FigureDraft]) {
    for dimension in figures.iter().flat_map(|draft| &draft.figure.by) {
        if let Some(field) = fields.iter_mut().find(|field| field.id == dimension.field) {
            field.index = true;
        }
    }
}

/// The field of a condition or a title that must exist.
pub(crate) fn field_ids(
    node: Node<'_>,
    key: &str,
    fields: &[Field],
    sink: &mut Sink<'_>,
) -> Vec<FieldId> {
    let id = |id: &Placed<String>| find(fields, id, id.at, sink).map(|field| field.id.clone());
    node.texts(key).iter().filter_map(id).collect()
}
