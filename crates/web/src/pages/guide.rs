//! In-place help of a ledger (怎样填), from its definition alone: fields, time limits, ground.

use app::{
    catalogue::definition::{Citation, Clock, Ledger, Mark, Visibility},
    values::calendar::Limit,
};
use maud::{Markup, html};

use crate::ui::table::{Cell, Column, Row, Table, table};

/// A citation with how sure it is, where that is not certain.
fn cited(law: &Citation) -> String {
    match law.mark {
        Mark::Verified => law.to_string(),
        Mark::Secondary => format!("{law}（间接核实）"),
        Mark::Local => format!("{law}（地方做法）"),
        Mark::Recalled => format!("{law}（凭经验所记，须核对）"),
    }
}

fn limit(limit: Limit) -> String {
    let unit = match limit {
        Limit::WorkingDays(_) => "个工作日",
        Limit::CalendarDays(_) => "日（自然日）",
        Limit::Months(_) => "个月",
        Limit::Years(_) => "年",
        Limit::Hours(_) => "小时",
    };
    format!("{}{unit}", limit.amount())
}

/// What to put into each field.
fn fields(ledger: &Ledger) -> Markup {
    let rows = ledger.fields.iter().map(|field| {
        let mut how = field.help.clone();
        let form = field.kind.how_to_write();
        if !form.is_empty() {
            if !how.is_empty() && !how.ends_with('。') {
                how.push('。');
            }
            how.push_str(&form);
        }
        let kept = match (field.kind.is_personal(), field.public) {
            (true, _) => "个人信息",
            (false, Visibility::Hidden) => "不公开",
            (false, Visibility::Masked) => "遮盖后公开",
            (false, Visibility::Shown) => "可以公开",
        };
        Row::plain(vec![
            Cell::text(field.name.as_str()),
            Cell::text(if field.required { "必填" } else { "" }),
            Cell::text(how),
            Cell::text(kept),
            field
                .law
                .as_ref()
                .map_or(Cell::Missing, |law| Cell::text(cited(law))),
        ])
    });
    table(&Table {
        caption: "怎样填".to_owned(),
        columns: vec![
            Column::text("项目"),
            Column::short("必填"),
            Column::wide("怎样填"),
            Column::short("公开"),
            Column::short("依据"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

fn clock(clock: &Clock) -> Markup {
    let kind = if clock.statutory { "法定" } else { "承诺" };
    html! {
        li {
            (clock.name) "："
            @if clock.limit.amount() == 0 { "以填写的日期为准，" } @else { (limit(clock.limit)) "，" }
            @if let Some(then) = clock.then { "届满后接着算" (limit(then)) "，" }
            (kind) "期限"
            @if let Some(law) = &clock.law { "，" (cited(law)) }
            "。"
        }
    }
}

/// The help of a ledger, folded.
pub fn guide(ledger: &Ledger) -> Markup {
    html! {
        details.guide {
            summary { "怎样填这本台账" }
            @if !ledger.about.is_empty() { p { (ledger.about) } }
            @if !ledger.law.is_empty() {
                p.hint { "依据：" (ledger.law.iter().map(cited).collect::<Vec<_>>().join("、")) "。" }
            }
            @if !ledger.clocks.is_empty() {
                ul { @for one in &ledger.clocks { (clock(one)) } }
            }
            @if let Some(publication) = &ledger.publication {
                p.hint { "公开栏目：" (publication.column) "。" }
            }
            @if let Some(kept) = kept(ledger) { p.hint { (kept) } }
            (fields(ledger))
        }
    }
}

/// For how long the personal values are kept, and whose term that is.
fn kept(ledger: &Ledger) -> Option<String> {
    if !ledger.fields.iter().any(app::envelope::is_personal) {
        return None;
    }
    let ground = match ledger.keep_years {
        Some(_) => "由这本台账的定义规定",
        None => "本系统的默认值，不是法定期限；以本机关的保管期限表为准，可在台账定义里规定",
    };
    let years = ledger.kept_years();
    Some(format!(
        "个人信息保存 {years} 年（{ground}），届满后由法规科核对删除，存证仍可验证。"
    ))
}
