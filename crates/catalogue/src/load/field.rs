//! Fields: from tables to checked definitions.

use super::{
    keys::PUBLIC,
    lists::Lists,
    node::Node,
    procedure::check_number,
    sink::{At, Placed, Sink},
};
use crate::{
    decimal::parse_scaled,
    definition::{Field, FieldType, Visibility},
    id::{FieldId, LedgerId},
    suggest::nearest,
};

/// Reads the fields of a ledger or the columns of a rows field.
pub(crate) fn fields(
    nodes: &[Node<'_>],
    lists: &Lists,
    nested: bool,
    sink: &mut Sink<'_>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for node in nodes {
        let Some(field) = field(*node, lists, nested, sink) else {
            continue;
        };
        refuse_duplicate(&fields, &field, *node, sink);
        fields.push(field);
    }
    fields
}

/// Two fields of one id or one name: neither a form nor a sheet could tell them apart.
pub(crate) fn refuse_duplicate(
    known: &[Field],
    field: &Field,
    node: Node<'_>,
    sink: &mut Sink<'_>,
) {
    if known.iter().any(|other| other.id == field.id) {
        let message = format!("字段 {} 出现两次", field.id);
        sink.error(
            node.at("id"),
            "id-duplicate",
            message,
            "删去一个，或改标识".into(),
        );
    } else if known.iter().any(|other| other.name == field.name) {
        let message = format!("有两个字段都叫“{}”", field.name);
        let help = "表单和表格靠名称区分字段，请改一个名称".into();
        sink.error(node.at("name"), "name-duplicate", message, help);
    }
}

/// Reads one field.
pub(crate) fn field(
    node: Node<'_>,
    lists: &Lists,
    nested: bool,
    sink: &mut Sink<'_>,
) -> Option<Field> {
    let id = FieldId::new(&node.text("id")?)?;
    let name = node.text("name")?.value;
    let word = node.text("type")?;
    refuse_foreign_keys(node, &word, nested, sink);
    let kind = kind(node, &word, lists, nested, sink)?;
    let index = node.flag("index").unwrap_or(false);
    if index && !can_index(&kind) {
        let message = format!("{}字段不能筛选、排序", kind.words());
        sink.error(
            node.at("index"),
            "index-unfit",
            message,
            "删去 index".into(),
        );
    }
    let number = node.text("number");
    if let Some(number) = &number {
        check_number(number, sink);
        if nested || !matches!(kind, FieldType::Text { .. }) {
            let message = format!("{}字段不能自动取号", kind.words());
            let help = "number 只写在文字字段上".into();
            sink.error(number.at, "number-unfit", message, help);
        }
    }
    let public = public(node);
    if public == Visibility::Shown && shows_personal(&kind) {
        let message = format!("“{name}”是个人信息，不能原样公开");
        let help = "写 public = \"mask\"（脱敏）或删去 public（不公开）".into();
        sink.error(node.at("public"), "public-personal", message, help);
    }
    Some(Field {
        id,
        name,
        kind,
        required: node.flag("required").unwrap_or(false),
        index,
        public,
        help: node.words("help"),
        law: lists.law(node, sink),
        unit: node.words("unit"),
        minor: node.flag("minor").unwrap_or(false),
        number: number.map(|number| number.value).unwrap_or_default(),
    })
}

/// The visibility that a field asks for.
pub(crate) fn public(node: Node<'_>) -> Visibility {
    match node.words("public").as_str() {
        "show" => Visibility::Shown,
        "mask" => Visibility::Masked,
        _ => Visibility::Hidden,
    }
}

/// Narrower visibilities have smaller numbers.
pub(crate) fn width(visibility: Visibility) -> usize {
    let word = match visibility {
        Visibility::Hidden => "hide",
        Visibility::Masked => "mask",
        Visibility::Shown => "show",
    };
    PUBLIC.iter().position(|known| *known == word).unwrap_or(0)
}

fn shows_personal(kind: &FieldType) -> bool {
    match kind {
        FieldType::Rows { columns } => columns.iter().any(|column| column.kind.is_personal()),
        kind => kind.is_personal(),
    }
}

fn can_index(kind: &FieldType) -> bool {
    !matches!(
        kind,
        FieldType::Rows { .. } | FieldType::File | FieldType::LongText
    )
}

/// Keys that only some types have.
const OWN_KEYS: [(&str, &[&str]); 6] = [
    ("max", &["text", "number"]),
    ("min", &["number"]),
    ("decimals", &["number"]),
    ("options", &["choice", "choices"]),
    ("of", &["reference"]),
    ("column", &["rows"]),
];

fn refuse_foreign_keys(node: Node<'_>, word: &Placed<String>, nested: bool, sink: &mut Sink<'_>) {
    for (key, types) in OWN_KEYS {
        if node.has(key) && !types.contains(&word.as_str()) {
            let message = format!("{} 字段没有 {key}", word.value);
            let help = format!("{key} 只用于 {} 字段；删去，或核对 type", types.join("、"));
            sink.error(node.key_at(key), "field-key-unfit", message, help);
        }
    }
    if nested && node.has("index") {
        let message = "明细表的列不能筛选、排序".to_owned();
        sink.error(
            node.key_at("index"),
            "field-key-unfit",
            message,
            "删去 index".into(),
        );
    }
}

fn kind(
    node: Node<'_>,
    word: &Placed<String>,
    lists: &Lists,
    nested: bool,
    sink: &mut Sink<'_>,
) -> Option<FieldType> {
    Some(match word.as_str() {
        "text" => FieldType::Text {
            max: text_max(node, sink)?,
        },
        "long_text" => FieldType::LongText,
        "number" => number(node, sink)?,
        "money" => FieldType::Money,
        "date" => FieldType::Date,
        "date_range" => FieldType::DateRange,
        "choice" => FieldType::Choice {
            options: options(node, sink)?,
        },
        "choices" => FieldType::Choices {
            options: options(node, sink)?,
        },
        "flag" => FieldType::Flag,
        "district" => FieldType::District,
        "subject" => FieldType::Subject,
        "unit" => FieldType::Unit,
        "officer" => FieldType::Officer,
        "person" => FieldType::Person,
        "phone" => FieldType::Phone,
        "address" => FieldType::Address,
        "identity_number" => FieldType::IdentityNumber,
        "credit_code" => FieldType::CreditCode,
        "law" => FieldType::LawCitation,
        "file" => FieldType::File,
        "rows" if nested => {
            let help = "明细表里不能再有明细表；拆成两个字段".into();
            sink.error(word.at, "column-nested", "明细表套明细表".into(), help);
            return None;
        }
        "rows" => FieldType::Rows {
            columns: columns(node, lists, sink)?,
        },
        "reference" => FieldType::Reference {
            ledger: reference(node, sink)?,
        },
        _ => return None,
    })
}

fn text_max(node: Node<'_>, sink: &mut Sink<'_>) -> Option<u32> {
    if !node.has("max") {
        return Some(200);
    }
    let max = node.whole("max").and_then(|max| u32::try_from(max).ok());
    if max.is_none_or(|max| !(1..=10_000).contains(&max)) {
        let message = "max 应为 1 到 10000 的整数".to_owned();
        let help = "更长的文字用 type = \"long_text\"".into();
        sink.error(node.at("max"), "bound-malformed", message, help);
        return None;
    }
    max
}

fn number(node: Node<'_>, sink: &mut Sink<'_>) -> Option<FieldType> {
    let decimals = node.whole("decimals").unwrap_or(0);
    let decimals = u8::try_from(decimals).ok()?;
    let mut bound = |key: &str| {
        let Some(written) = node.number(key) else {
            return Some(None);
        };
        match parse_scaled(&written.replace('_', ""), decimals) {
            Ok(number) => Some(Some(number)),
            Err(_) => {
                let message = format!("{key} = {} 放不进保留{decimals}位小数的数字", written.value);
                let help = "核对 decimals，或换一个界限".into();
                sink.error(written.at, "bound-malformed", message, help);
                None
            }
        }
    };
    let (min, max) = (bound("min")?, bound("max")?);
    if let (Some(least), Some(greatest)) = (min, max)
        && greatest < least
    {
        let message = "max 小于 min，什么数都填不进".to_owned();
        sink.error(
            node.at("max"),
            "bounds-reversed",
            message,
            "对调两个界限".into(),
        );
        return None;
    }
    Some(FieldType::Number { decimals, min, max })
}

fn options(node: Node<'_>, sink: &mut Sink<'_>) -> Option<Vec<String>> {
    let options = node.texts("options");
    if options.is_empty() {
        let at = node.at("options");
        let help = "写 options = [\"…\", \"…\"]".into();
        sink.error(at, "options-missing", "没有选项".into(), help);
        return None;
    }
    let errors = sink.errors();
    for (index, option) in options.iter().enumerate() {
        if options[..index]
            .iter()
            .any(|other| other.value == option.value)
        {
            let message = format!("选项“{}”出现两次", option.value);
            sink.error(option.at, "option-duplicate", message, "删去一个".into());
        }
        if option.contains(['；', ';', '|', '｜', '\n']) {
            let message = format!("选项“{}”里有分隔符", option.value);
            let help = "“；”和“|”在表格里用来隔开选项和列，请换一个写法".into();
            sink.error(option.at, "option-sign", message, help);
        }
    }
    (errors == sink.errors()).then(|| options.into_iter().map(|option| option.value).collect())
}

fn columns(node: Node<'_>, lists: &Lists, sink: &mut Sink<'_>) -> Option<Vec<Field>> {
    let nodes = node.nodes("column");
    if nodes.is_empty() {
        let help = "在字段下面写 [[field.column]]，每列一个".into();
        sink.error(node.at, "columns-missing", "明细表没有列".into(), help);
        return None;
    }
    Some(fields(&nodes, lists, true, sink))
}

fn reference(node: Node<'_>, sink: &mut Sink<'_>) -> Option<LedgerId> {
    let Some(of) = node.text("of") else {
        let help = "写 of = \"台账标识\"".into();
        sink.error(
            node.at,
            "reference-missing",
            "没有写明引用哪个台账".into(),
            help,
        );
        return None;
    };
    LedgerId::new(&of)
}

/// A field that something else names; says so where there is none.
pub(crate) fn find<'f>(
    fields: &'f [Field],
    id: &str,
    at: At,
    sink: &mut Sink<'_>,
) -> Option<&'f Field> {
    let found = fields.iter().find(|field| &*field.id == id);
    if found.is_none() {
        let ids = || fields.iter().map(|field| field.id.as_str());
        // People know fields by their Chinese names, too.
        let named = fields
            .iter()
            .find(|field| field.name == id)
            .map(|field| field.id.as_str());
        let help = match named.or_else(|| nearest(id, ids())) {
            Some(meant) => format!("是不是 {meant}？"),
            None => format!("这个台账的字段：{}", ids().collect::<Vec<_>>().join("、")),
        };
        sink.error(at, "field-unknown", format!("没有字段 {id}"), help);
    }
    found
}

/// A field of one of some types.
pub(crate) fn find_fit<'f>(
    fields: &'f [Field],
    id: &Placed<String>,
    purpose: &str,
    fits: impl Fn(&FieldType) -> bool,
    types: &str,
    sink: &mut Sink<'_>,
) -> Option<&'f Field> {
    let field = find(fields, id, id.at, sink)?;
    if fits(&field.kind) {
        return Some(field);
    }
    let message = format!("{} 是{}字段，不能{purpose}", field.id, field.kind.words());
    sink.error(id.at, "field-unfit", message, format!("用{types}字段"));
    None
}
