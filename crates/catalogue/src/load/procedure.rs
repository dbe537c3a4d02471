//! Stages, actions, clocks, documents, publication: from tables to checked definitions.

use values::calendar::Limit;

use super::{
    condition,
    field::{find, find_fit},
    figure::field_ids,
    lists::Lists,
    node::Node,
    paths,
    sink::{At, Placed, Sink},
};
use crate::{
    definition::{
        Action, Branch, Clock, Document, Field, FieldType, Guard, Need, Publication, Stage,
        Subcase, Trigger, Visibility,
    },
    id::{ActionId, BranchId, ClockId, DocumentId, FieldId, LedgerId, StageId, SubcaseId},
    suggest::nearest,
};

/// The procedure of a ledger.
#[derive(Default)]
pub(crate) struct Procedure {
    pub(crate) stages: Vec<Stage>,
    pub(crate) actions: Vec<Action>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) subcases: Vec<Subcase>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) documents: Vec<Document>,
    pub(crate) publication: Option<Publication>,
}

/// What the parts of a procedure can refer to: known before any of them is read.
struct Names<'a> {
    fields: &'a [Field],
    /// Id of the ledger.
    ledger: String,
    stages: Vec<StageId>,
    /// The stages in which the procedure ends.
    ends: Vec<StageId>,
    actions: Vec<ActionId>,
    documents: Vec<DocumentId>,
    clocks: Vec<ClockId>,
    branches: Vec<BranchId>,
    subcases: Vec<SubcaseId>,
    lists: &'a Lists,
}

/// Reads and proves the procedure of a ledger.
pub(crate) fn procedure(
    root: Node<'_>,
    fields: &[Field],
    lists: &Lists,
    templates: &[&str],
    sink: &mut Sink<'_>,
) -> Procedure {
    let errors = sink.errors();
    let names = Names {
        fields,
        ledger: root.words("id"),
        ends: root
            .nodes("stage")
            .into_iter()
            .filter_map(stage)
            .filter(|stage| stage.end)
            .map(|stage| stage.id)
            .collect(),
        stages: ids(root, "stage", "环节", StageId::new, sink),
        actions: ids(root, "action", "办理", ActionId::new, sink),
        documents: ids(root, "document", "文书", DocumentId::new, sink),
        clocks: ids(root, "clock", "期限", ClockId::new, sink),
        branches: ids(root, "branch", "并行事项", BranchId::new, sink),
        subcases: ids(root, "subcase", "子案", SubcaseId::new, sink),
        lists,
    };
    let nodes = |key: &str| root.nodes(key);
    let mut procedure = Procedure {
        stages: nodes("stage").into_iter().filter_map(stage).collect(),
        actions: nodes("action")
            .into_iter()
            .filter_map(|n| action(n, &names, sink))
            .collect(),
        branches: nodes("branch")
            .into_iter()
            .filter_map(|n| branch(n, &names, sink))
            .collect(),
        subcases: nodes("subcase")
            .into_iter()
            .filter_map(|n| subcase(n, &names, sink))
            .collect(),
        clocks: nodes("clock")
            .into_iter()
            .filter_map(|n| clock(n, &names, sink))
            .collect(),
        documents: Vec::new(),
        publication: None,
    };
    let documents = nodes("document").into_iter();
    procedure.documents = documents
        .filter_map(|n| document(n, lists, templates, sink))
        .collect();
    procedure.publication = root
        .node("publication")
        .and_then(|n| publication(n, &names, sink));
    // The proof walks what was read; over half a procedure it would only confuse.
    if errors == sink.errors() {
        paths::prove(root, &procedure, sink);
    }
    procedure
}

/// The ids of all tables under a key; refuses one that occurs twice.
fn ids<Id: PartialEq>(
    root: Node<'_>,
    key: &str,
    words: &str,
    new: impl Fn(&str) -> Option<Id>,
    sink: &mut Sink<'_>,
) -> Vec<Id> {
    let mut ids = Vec::new();
    for text in root.nodes(key).iter().filter_map(|node| node.text("id")) {
        let Some(id) = new(&text) else { continue };
        if ids.contains(&id) {
            let message = format!("{words} {} 出现两次", text.value);
            sink.error(
                text.at,
                "id-duplicate",
                message,
                "删去一个，或改标识".into(),
            );
        } else {
            ids.push(id);
        }
    }
    ids
}

fn stage(node: Node<'_>) -> Option<Stage> {
    Some(Stage {
        id: StageId::new(&node.text("id")?)?,
        name: node.text("name")?.value,
        end: node.flag("end").unwrap_or(false),
    })
}

/// One of the ids of a kind; says so where there is none.
fn known<Id: Clone + std::ops::Deref<Target = str>>(
    ids: &[Id],
    text: &str,
    at: At,
    code: &'static str,
    words: &str,
    sink: &mut Sink<'_>,
) -> Option<Id> {
    let found = ids.iter().find(|id| &***id == text);
    if found.is_none() {
        let names = || ids.iter().map(|id| &**id);
        let help = match nearest(text, names()) {
            Some(meant) => format!("是不是 {meant}？"),
            None if ids.is_empty() => format!("这个台账没有{words}"),
            None => format!(
                "这个台账的{words}：{}",
                names().collect::<Vec<_>>().join("、")
            ),
        };
        sink.error(at, code, format!("没有{words} {text}"), help);
    }
    found.cloned()
}

impl Names<'_> {
    fn stage(&self, text: &Placed<String>, sink: &mut Sink<'_>) -> Option<StageId> {
        known(&self.stages, text, text.at, "stage-unknown", "环节", sink)
    }

    fn action(&self, text: &str, at: At, sink: &mut Sink<'_>) -> Option<ActionId> {
        known(&self.actions, text, at, "action-unknown", "办理", sink)
    }

    fn clock(&self, text: &str, at: At, sink: &mut Sink<'_>) -> Option<ClockId> {
        known(&self.clocks, text, at, "clock-unknown", "期限", sink)
    }

    fn trigger(&self, text: &Placed<String>, sink: &mut Sink<'_>) -> Option<Trigger> {
        if text.value == "opened" {
            return Some(Trigger::Opened);
        }
        let part = |id: &str| Placed {
            value: id.to_owned(),
            at: text.at,
        };
        match text.split_once(':') {
            Some(("stage", id)) => self.stage(&part(id), sink).map(Trigger::Stage),
            Some(("action", id)) => self.action(id, text.at, sink).map(Trigger::Action),
            Some(("field", id)) => {
                let is_date = |kind: &FieldType| *kind == FieldType::Date;
                let field = find_fit(self.fields, &part(id), "触发期限", is_date, "日期", sink)?;
                Some(Trigger::Field(field.id.clone()))
            }
            _ => {
                let message = format!("“{}”不是触发条件", text.value);
                let help = "写 opened、stage:环节、action:办理 或 field:日期字段".into();
                sink.error(text.at, "trigger-malformed", message, help);
                None
            }
        }
    }

    fn need(&self, text: &Placed<String>, sink: &mut Sink<'_>) -> Option<Need> {
        if text.value == "evidence" {
            return Some(Need::Evidence);
        }
        match text.split_once(':') {
            Some(("document", id)) => known(
                &self.documents,
                id,
                text.at,
                "document-unknown",
                "文书",
                sink,
            )
            .map(Need::Document),
            Some(("action", id)) => self.action(id, text.at, sink).map(Need::Action),
            Some(("over", id)) => self.clock(id, text.at, sink).map(Need::Over),
            Some(("branch", id)) => {
                let words = "并行事项";
                known(&self.branches, id, text.at, "branch-unknown", words, sink).map(Need::Branch)
            }
            Some(("subcase", id)) => {
                let ids = &self.subcases;
                known(ids, id, text.at, "subcase-unknown", "子案", sink).map(Need::Subcase)
            }
            Some(("field", id)) => {
                find(self.fields, id, text.at, sink).map(|field| Need::Field(field.id.clone()))
            }
            _ => {
                let message = format!("“{}”看不懂", text.value);
                let help = "写 document:文书、evidence、action:办理、field:字段、over:期限、branch:并行事项 或 subcase:子案".into();
                sink.error(text.at, "need-malformed", message, help);
                None
            }
        }
    }
}

fn action(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<Action> {
    let id = ActionId::new(&node.text("id")?)?;
    let from = node
        .texts("from")
        .iter()
        .filter_map(|text| names.stage(text, sink))
        .collect();
    let to = node.text("to").and_then(|text| names.stage(&text, sink));
    if !names.stages.is_empty() && node.texts("from").is_empty() {
        let message = format!("没有说明“{}”在哪些环节可以办", node.words("name"));
        let help = "写 from = [\"环节标识\"]".into();
        sink.error(node.at("id"), "action-without-stage", message, help);
    }
    let to_end = to.as_ref().is_some_and(|to| names.ends.contains(to));
    let by = roles(node, names.lists, sink);
    let not_by: Vec<ActionId> = node
        .texts("not_by")
        .iter()
        .filter_map(|text| names.action(text, text.at, sink))
        .collect();
    let clocks = |key: &str, sink: &mut Sink<'_>| -> Vec<ClockId> {
        let texts = node.texts(key);
        texts
            .iter()
            .filter_map(|text| names.clock(text, text.at, sink))
            .collect()
    };
    Some(Action {
        from,
        to,
        by,
        not_by,
        not_by_case: not_by_case(node, names, sink),
        officers_law: names.lists.law_under(node, "officers_law", sink),
        guards: node
            .nodes("guard")
            .into_iter()
            .filter_map(|node| guard(node, names, sink))
            .collect(),
        date: date_field(node, names, sink),
        joins: joins_field(node, to_end, names, sink),
        within: clocks("within", sink),
        excuses: clocks("excuses", sink),
        again: again(node, names, sink),
        officers: node
            .whole("officers")
            .and_then(|n| u8::try_from(n).ok())
            .unwrap_or(0),
        needs: node
            .texts("needs")
            .iter()
            .filter_map(|text| names.need(text, sink))
            .collect(),
        asks: field_ids(node, "asks", names.fields, sink),
        when: condition::over_entry(node, "when", names.fields, sink),
        law: names.lists.law(node, sink),
        repeat: node.flag("repeat").unwrap_or(false),
        name: node.text("name")?.value,
        id,
    })
}

/// What an act opens anew: acts and documents.
fn again(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Vec<Need> {
    let mut again = Vec::new();
    for text in node.texts("again") {
        match names.need(&text, sink) {
            Some(need @ (Need::Action(_) | Need::Document(_))) => again.push(need),
            Some(_) => {
                let message = format!("“{}”不能重新办理", text.value);
                let help = "写 action:办理 或 document:文书".to_owned();
                sink.error(text.at, "need-malformed", message, help);
            }
            None => {}
        }
    }
    again
}

fn date_field(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<FieldId> {
    let date = node.text("date")?;
    let is_date = |kind: &FieldType| *kind == FieldType::Date;
    find_fit(names.fields, &date, "记载办理日期", is_date, "日期", sink).map(|f| f.id.clone())
}

/// A matter is joined to another of its own ledger, and ends with that.
fn joins_field(
    node: Node<'_>,
    to_end: bool,
    names: &Names<'_>,
    sink: &mut Sink<'_>,
) -> Option<FieldId> {
    let joins = node.text("joins")?;
    let is_own = |kind: &FieldType| match kind {
        FieldType::Reference { ledger } => **ledger == *names.ledger,
        _ => false,
    };
    let kind = "指向本台账的引用";
    let field = find_fit(names.fields, &joins, "记载并入哪一件", is_own, kind, sink)?;
    if !node.texts("asks").iter().any(|asked| **asked == *field.id) {
        let message = format!("“{}”没有问并入哪一件", node.words("name"));
        let help = format!("在 asks 里加 \"{}\"", field.id);
        sink.error(joins.at, "join-unasked", message, help);
    }
    if !to_end {
        let message = format!("“{}”之后本件没有结束", node.words("name"));
        let help = "写 to = \"环节标识\"，该环节写 end = true：并入后由另一件继续办".into();
        sink.error(joins.at, "join-endless", message, help);
    }
    Some(field.id.clone())
}

fn guard(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<Guard> {
    Some(Guard {
        when: condition::over_entry(node, "when", names.fields, sink)?,
        say: node.text("say")?.value,
        law: names.lists.law(node, sink),
    })
}

fn branch(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<Branch> {
    let begins = node.text("begins")?;
    let ends = node.texts("ends");
    if ends.is_empty() {
        let message = format!("“{}”开始后结束不了", node.words("name"));
        let help = "写 ends = [\"办理标识\"]".into();
        sink.error(node.at("ends"), "branch-never-ends", message, help);
    }
    let begins = names.action(&begins, begins.at, sink);
    let ends = ends
        .iter()
        .filter_map(|text| names.action(text, text.at, sink))
        .collect();
    Some(Branch {
        id: BranchId::new(&node.text("id")?)?,
        name: node.text("name")?.value,
        begins: begins?,
        ends,
        when: condition::over_entry(node, "when", names.fields, sink),
        law: names.lists.law(node, sink),
    })
}

/// Acts of the case to which an entry belongs; that they are there is proved once all are read.
fn not_by_case(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Vec<(FieldId, ActionId)> {
    let mut apart = Vec::new();
    for text in node.texts("not_by_case") {
        let parts = text.split_once(':');
        let Some((field, action)) =
            parts.and_then(|(field, action)| Some((field, ActionId::new(action)?)))
        else {
            let message = format!("“{}”看不懂", text.value);
            let help = "写 引用字段:那个台账的办理".into();
            sink.error(text.at, "need-malformed", message, help);
            continue;
        };
        let field = Placed {
            value: field.to_owned(),
            at: text.at,
        };
        let refers = |kind: &FieldType| matches!(kind, FieldType::Reference { .. });
        let field = find_fit(names.fields, &field, "指出所属案件", refers, "引用", sink);
        apart.extend(field.map(|field| (field.id.clone(), action)));
    }
    apart
}

/// That the other ledger and its field are there is proved once all ledgers are read.
fn subcase(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<Subcase> {
    Some(Subcase {
        id: SubcaseId::new(&node.text("id")?)?,
        name: node.text("name")?.value,
        ledger: LedgerId::new(&node.text("ledger")?)?,
        field: FieldId::new(&node.text("field")?)?,
        until: node
            .texts("until")
            .iter()
            .filter_map(|id| StageId::new(id))
            .collect(),
        when: condition::over_entry(node, "when", names.fields, sink),
        law: names.lists.law(node, sink),
    })
}

fn roles(node: Node<'_>, lists: &Lists, sink: &mut Sink<'_>) -> Vec<String> {
    known_roles(node.texts("by"), node, lists, sink)
}

/// Roles by name, each of them in the list.
fn known_roles(
    roles: Vec<Placed<String>>,
    node: Node<'_>,
    lists: &Lists,
    sink: &mut Sink<'_>,
) -> Vec<String> {
    if node.has("by") && roles.is_empty() {
        let message = format!("没有人可以办“{}”", node.words("name"));
        let help = "写 by = [\"角色\"]，角色见 roles.toml".into();
        sink.error(node.at("by"), "action-nobody", message, help);
    }
    for role in &roles {
        if lists.roles.iter().all(|known| *known.id != *role.value) {
            let names = || lists.roles.iter().map(|role| &*role.id);
            let help = match nearest(role, names()) {
                Some(meant) => format!("是不是 {meant}？"),
                None => format!(
                    "roles.toml 里有：{}",
                    names().collect::<Vec<_>>().join("、")
                ),
            };
            sink.error(
                role.at,
                "role-unknown",
                format!("没有角色 {}", role.value),
                help,
            );
        }
    }
    roles.into_iter().map(|role| role.value).collect()
}

/// Reads a limit; days of no kind are refused.
pub(crate) fn limit(text: &Placed<String>, sink: &mut Sink<'_>) -> Option<Limit> {
    // A date that somebody fixed (落实期限, 计划完成日期) is itself the last day.
    if text.value == "on the day" {
        return Some(Limit::CalendarDays(0));
    }
    match text.parse() {
        Ok(limit) => Some(limit),
        Err(error) => {
            let error: values::calendar::LimitError = error;
            let help = "例：\"7 working days\"、\"90 calendar days\"、\"3 months\"；起算日就是最后一日的写 \"on the day\"".into();
            sink.error(text.at, "limit-malformed", error.to_string(), help);
            None
        }
    }
}

fn clock(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<Clock> {
    let starts = names.trigger(&node.text("starts")?, sink);
    let stops = node.texts("stops");
    if stops.is_empty() {
        let message = "期限没有停止条件，永远走不完".to_owned();
        let help = "写 stops = [\"action:办理标识\"]".into();
        sink.error(node.at("stops"), "clock-never-stops", message, help);
    }
    let stops = stops
        .iter()
        .filter_map(|text| names.trigger(text, sink))
        .collect();
    let moot = node.texts("moot");
    let moot = moot.iter().filter_map(|text| names.trigger(text, sink));
    let moot = moot.collect();
    let suspended = node.pairs("suspended");
    let suspended = suspended.iter().filter_map(|[from, to]| {
        let (from, to) = (names.trigger(from, sink), names.trigger(to, sink));
        from.zip(to)
    });
    let suspended = suspended.collect();
    let extension = node.node("extension").and_then(|node| {
        let action = node.text("action")?;
        let action = names.action(&action, action.at, sink);
        let limit = limit(&node.text("limit")?, sink);
        action.zip(limit)
    });
    Some(Clock {
        id: ClockId::new(&node.text("id")?)?,
        name: node.text("name")?.value,
        starts: starts?,
        stops,
        moot,
        limit: limit(&node.text("limit")?, sink)?,
        then: node.text("then").and_then(|text| limit(&text, sink)),
        statutory: node.flag("statutory").unwrap_or(true),
        party: node.flag("party").unwrap_or(false),
        waited: node.flag("waited").unwrap_or(false),
        suspended,
        extension,
        law: names.lists.law(node, sink),
    })
}

fn document(
    node: Node<'_>,
    lists: &Lists,
    templates: &[&str],
    sink: &mut Sink<'_>,
) -> Option<Document> {
    let number = node.text("number");
    if let Some(number) = &number {
        check_number(number, sink);
    }
    let template = node.text("template")?;
    // Without any template at hand (a check of definitions alone) names cannot be held against it.
    if !templates.is_empty() && !templates.contains(&template.as_str()) {
        let help = match nearest(&template, templates.iter().copied()) {
            Some(meant) => format!("是不是 {meant}？"),
            None => format!("建立 documents/{}.toml", template.value),
        };
        let message = format!("没有文书模板 {}", template.value);
        sink.error(template.at, "template-unknown", message, help);
    }
    Some(Document {
        id: DocumentId::new(&node.text("id")?)?,
        name: node.text("name")?.value,
        number: number.map(|number| number.value).unwrap_or_default(),
        template: template.value,
        served: node.flag("served").unwrap_or(false),
        sign: known_roles(node.texts("sign"), node, lists, sink),
        about: node.words("about"),
        law: lists.law(node, sink),
    })
}

/// A number counts: it has `{seq}`, and no placeholder that nobody fills.
pub(crate) fn check_number(number: &Placed<String>, sink: &mut Sink<'_>) {
    let help = || "例：\"{organ}罚决字〔{year}〕{seq}号\"".to_owned();
    let mut rest = number.as_str();
    while let Some((_, from)) = rest.split_once('{') {
        let name = from.split_once('}').map_or(from, |(name, _)| name);
        if !matches!(name, "organ" | "year" | "seq") {
            let message = format!("文号里没有 {{{name}}}，只有 {{organ}}、{{year}}、{{seq}}");
            sink.error(number.at, "number-malformed", message, help());
        }
        rest = from.split_once('}').map_or("", |(_, rest)| rest);
    }
    if !number.contains("{seq}") {
        let message = "文号里没有 {seq}，每份文书都会是同一个号".to_owned();
        sink.error(number.at, "number-malformed", message, help());
    }
}

fn publication(node: Node<'_>, names: &Names<'_>, sink: &mut Sink<'_>) -> Option<Publication> {
    let after = names.trigger(&node.text("after")?, sink);
    let mut optional = |key: &str| node.text(key).and_then(|text| limit(&text, sink));
    let (within, term) = (optional("within"), optional("term"));
    if names
        .fields
        .iter()
        .all(|field| field.public == Visibility::Hidden)
    {
        let message = "公开的内容是空的：没有一个字段对外公开".to_owned();
        let help = "在要公开的字段上写 public = \"show\" 或 \"mask\"".into();
        sink.error(node.at("column"), "publication-empty", message, help);
    }
    Some(Publication {
        column: node.text("column")?.value,
        after: after?,
        within,
        term,
        law: names.lists.law(node, sink),
    })
}
