//! A small catalogue that proves clean, to be broken in one place by each test.

use super::*;

/// A ledger with every kind of thing in it.
pub(super) const LEDGER: &str = r#"id = "case"
name = "案件"
section = "legal"
effective = 2021-07-15
law = ["行政处罚法 第六十条"]
date = "filed_on"
key = ["number"]
title = ["number", "cause"]

[[field]]
id = "number"
name = "案号"
type = "text"
required = true
public = "show"

[[field]]
id = "filed_on"
name = "立案日期"
type = "date"
required = true

[[field]]
id = "closed_on"
name = "结案日期"
type = "date"

[[field]]
id = "cause"
name = "案由"
type = "choice"
options = ["违规补课", "无证办学"]

[[field]]
id = "fine"
name = "罚款"
type = "money"

[[field]]
id = "party"
name = "当事人"
type = "person"
public = "mask"

[[field]]
id = "items"
name = "物品"
type = "rows"
[[field.column]]
id = "what"
name = "名称"
type = "text"
required = true
[[field.column]]
id = "count"
name = "数量"
type = "number"

[[stage]]
id = "filed"
name = "立案"

[[stage]]
id = "decided"
name = "决定"

[[stage]]
id = "closed"
name = "结案"
end = true

[[action]]
id = "notify"
name = "告知"
from = ["filed"]
by = ["officer"]

[[action]]
id = "decide"
name = "作出决定"
from = ["filed"]
to = "decided"
by = ["head"]
not_by = ["notify"]
officers = 2
needs = ["document:decision", "evidence", "action:notify", "field:cause"]
asks = ["fine"]
when = "has(entry.cause) && entry.cause == \"违规补课\""
law = "行政处罚法 第五十七条"

[[action]]
id = "close"
name = "结案"
from = ["decided"]
to = "closed"
by = ["officer"]
asks = ["closed_on"]

[[clock]]
id = "decide_in_time"
name = "作出决定"
starts = "stage:filed"
stops = ["action:decide"]
limit = "90 calendar days"
suspended = [["action:notify", "action:decide"]]
extension = { action = "notify", limit = "60 calendar days" }

[[document]]
id = "decision"
name = "处罚决定书"
number = "{organ}罚决字〔{year}〕{seq}号"
template = "penalty/decision"

[publication]
column = "行政处罚"
after = "action:decide"
within = "7 working days"

[[figure]]
id = "cases"
name = "立案"
unit = "件"
count = "entries"
by = ["cause"]

[[figure]]
id = "cases_decided"
name = "作出决定"
unit = "件"
count = "action:decide"
when = "has(entry.fine) && entry.fine > 100000"

[[figure]]
id = "fines"
name = "罚款金额"
unit = "元"
sum = "fine"

[[figure]]
id = "items_seized"
name = "扣押物品"
unit = "件"
sum = "items.count"

[[figure]]
id = "open_cases"
name = "在办案件"
unit = "件"
count = "entries"
kind = "stock"
until = "closed_on"
by = ["cause"]

[[figure]]
id = "open_share"
name = "在办占比"
unit = "%"
formula = "share"
of = "open_cases"
base = { figure = "cases", period = "to_date" }

[[figure]]
id = "growth"
name = "同比增长"
unit = "%"
formula = "growth"
of = { figure = "cases", only = { cause = "违规补课" } }
base = { figure = "cases", only = { cause = "违规补课" }, period = "previous_year" }
"#;

/// The template of its document.
pub(super) const PAPER: &str = r#"title = "行政处罚决定书"
issuer = "{organ}"

[[paragraph]]
text = "决定罚款{fine}元（{fine|大写}）。"
when = "has(entry.fine) && entry.fine > 0"
"#;

/// The lists and one ledger, `enforcement/case.toml`.
pub(super) fn base(ledger: &str) -> Files {
    Files::new("catalogue/")
        .with("modules.toml", "[[module]]\nid = \"enforcement\"\nname = \"行政执法\"\n")
        .with("sections.toml", "[[section]]\nid = \"legal\"\nname = \"法规科\"\n")
        .with(
            "roles.toml",
            "[[role]]\nid = \"officer\"\nname = \"执法人员\"\n[[role]]\nid = \"head\"\nname = \"负责人\"\n",
        )
        .with(
            "statutes.toml",
            "[[statute]]\nname = \"行政处罚法\"\nkind = \"法律\"\naliases = [\"中华人民共和国行政处罚法\"]\n\
             [[statute]]\nname = \"行政许可法\"\nkind = \"法律\"\nmark = \"recalled\"\n\
             [[statute]]\nname = \"旧办法\"\nkind = \"规章\"\nuntil = 2021-01-01\n",
        )
        .with("documents/penalty/decision.toml", PAPER)
        .with("enforcement/case.toml", ledger)
}

/// The findings of the small catalogue after a replacement in the ledger, drawn.
pub(super) fn drawn(from: &str, to: &str) -> String {
    assert!(LEDGER.contains(from), "the fixture has no {from}");
    drawn_with(&base(&LEDGER.replacen(from, to, 1)), None)
}

/// The findings of any files, drawn.
pub(super) fn drawn_with(files: &Files, overlay: Option<&Files>) -> String {
    let (_, found) = load(files, overlay);
    let mut sources = files.sources();
    overlay
        .into_iter()
        .for_each(|overlay| overlay.add_to(&mut sources));
    render_text(&found, &sources)
}
