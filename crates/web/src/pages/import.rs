//! Import: upload, see what will happen row by row, confirm.

use app::{
    Action, AppError,
    sheet::{Batch, Outcome, Plan, PlannedRow, XLSX},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use crate::{
    context::{Page, Web, download, see_other},
    form::Form,
    pages::ledgers::show as show_value,
    routes,
    shell::View,
    ui::{
        badge::Tone,
        button::{Button, Press, buttons},
        field::{Control, Field},
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, page_head},
        import::{CellRefused, ImportPreview, ImportRow, Verdict, import_preview},
        notice::{Link, Notice, notice},
        shell::Area,
        timeline::Change,
    },
};

/// Rows shown of a large sheet.
const SHOWN_MAX: usize = 200;

fn above(ledger: &app::catalogue::definition::Ledger) -> Vec<Link> {
    vec![
        Link::new("台账", routes::LEDGERS),
        Link::new(ledger.name.as_str(), routes::ledger(&ledger.id)),
    ]
}

/// The form for an upload.
pub async fn form(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        page.show(upload_view(page, &ledger, None))
    })
    .await
}

fn upload_view(
    page: &Page,
    ledger: &app::catalogue::definition::Ledger,
    error: Option<String>,
) -> View {
    let file = Control::File {
        accept: ".xlsx,.xlsm".to_owned(),
        several: false,
        limit: "Excel 文件（.xlsx），不超过 64 MB。".to_owned(),
        kept: Vec::new(),
    };
    let title = format!("导入{}", ledger.name);
    let body = form_view(&FormView {
        id: "upload".to_owned(),
        action: routes::ledger_part(&ledger.id, "import"),
        token: page.token(),
        uploads: true,
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            note: Some("上传后先逐行核对，您确认之后才会入账。".to_owned()),
            fields: vec![Field::new("file", "填好的 Excel 表", file).required()],
            ..FormPart::default()
        }],
        buttons: vec![
            Button::submit("上传并核对"),
            Button::download("下载模板", routes::ledger_part(&ledger.id, "template.xlsx")).quiet(),
        ],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: title.clone(),
        lede: Some("同一份表上传两次，不会重复入账。".to_owned()),
        ..PageHead::default()
    });
    View::of(Area::Ledgers, title, html! { (head) (body) }).below(above(ledger))
}

/// Takes an upload.
pub async fn upload(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let (ledger, _) = page.app().ledger(page.actor(), Action::Write, &id)?;
        let Some((name, bytes)) = form.file.filter(|(_, bytes)| !bytes.is_empty()) else {
            return page.show_rejected(upload_view(page, &ledger, Some("请选择文件。".to_owned())));
        };
        match page
            .app()
            .upload_sheet(page.actor(), &ledger.id, &name, bytes)
        {
            Ok((batch, _)) => see_other(&routes::import(&batch)),
            Err(AppError::Input(words)) => {
                page.show_rejected(upload_view(page, &ledger, Some(words)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// What an upload will do.
pub async fn preview(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (batch, plan) = page.app().planned(page.actor(), &id)?;
        page.show(preview_view(page, &batch, &plan, None))
    })
    .await
}

/// Applies an upload.
pub async fn confirm(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let good_rows_only = form.text("rows") == "good";
        match page.app().apply_sheet(page.actor(), &id, good_rows_only) {
            Ok(_) => see_other(&routes::with_query(
                &routes::import(&id),
                &[("done", "imported")],
            )),
            Err(AppError::Input(words)) => {
                let (batch, plan) = page.app().planned(page.actor(), &id)?;
                page.show_rejected(preview_view(page, &batch, &plan, Some(words)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The refused rows with the reasons beside them.
pub async fn refused(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        let (batch, _) = page.app().batch(page.actor(), &id)?;
        let bytes = page.app().refused_sheet(page.actor(), &id)?;
        download(XLSX, &format!("{}-退回.xlsx", batch.ledger.name), bytes)
    })
    .await
}

fn preview_view(page: &Page, batch: &Batch, plan: &Plan, error: Option<String>) -> View {
    let counts = plan.counts();
    let only = page.asked("only");
    let kind = |row: &&PlannedRow| match row.outcome {
        Outcome::New(_) => "new",
        Outcome::Changed { .. } => "changed",
        Outcome::Same(_) => "same",
        Outcome::Refused(_) => "refused",
    };
    let here = routes::import(&batch.id);
    let link = |which: &str| routes::with_query(&here, &[("only", which)]);
    let fitting: Vec<&PlannedRow> = plan
        .rows
        .iter()
        .filter(|r| only.is_empty() || kind(r) == only)
        .collect();
    let rows: Vec<ImportRow> = fitting
        .iter()
        .take(SHOWN_MAX)
        .map(|r| row(plan, r))
        .collect();
    // Of a very long sheet the plan keeps the first rows of each outcome only.
    let all = match only.as_str() {
        "new" => counts.new,
        "changed" => counts.changed,
        "same" => counts.same,
        "refused" => counts.refused,
        _ => counts.total(),
    };
    let shown = (all > rows.len()).then(|| format!("显示前 {} 行，共 {all} 行", rows.len()));
    let table = import_preview(&ImportPreview {
        file: batch.file_name.clone(),
        new: (counts.new as u64, link("new")),
        changed: (counts.changed as u64, link("changed")),
        same: (counts.same as u64, link("same")),
        refused: (counts.refused as u64, link("refused")),
        rows,
        shown,
    });
    let title = format!("核对：{}", batch.file_name);
    let main = html! {
        (page_head(&PageHead {
            title: title.clone(),
            kicker: Some(format!("导入{}", batch.ledger.name)),
            count: Some(format!("{} 行", counts.total())),
            ..PageHead::default()
        }))
        @if let Some(error) = error { (notice(&Notice::new(Tone::Late, error))) }
        @for remark in &plan.remarks { (notice(&Notice::new(Tone::Soon, remark.as_str()))) }
        (decision(page, batch, plan))
        (table)
    };
    View::of(Area::Ledgers, title, main).below(above(&batch.ledger))
}

/// What can be done with the upload, above the rows.
fn decision(page: &Page, batch: &Batch, plan: &Plan) -> Markup {
    let counts = plan.counts();
    let list = Button::go("返回台账", routes::ledger(&batch.ledger.id));
    let refused = || {
        let sheet = format!("{}/refused.xlsx", routes::import(&batch.id));
        Button::download("下载退回的行", sheet)
    };
    if batch.state == "applied" {
        let mut words = "这份表已经入账；再次上传同一份表不会重复入账。".to_owned();
        let mut actions = vec![list];
        if counts.refused > 0 {
            words.push_str(&format!(
                "还有 {} 行没有入账，改好后另行上传。",
                counts.refused
            ));
            actions.insert(0, refused());
        }
        return notice(&Notice {
            actions,
            ..Notice::new(Tone::Done, words)
        });
    }
    let work = counts.new + counts.changed;
    if work == 0 && counts.refused == 0 {
        let notice_view = Notice {
            actions: vec![list],
            ..Notice::new(
                Tone::Current,
                "表里的记录都已在台账中，没有需要入账的内容。",
            )
        };
        return notice(&notice_view);
    }
    let again = Button::go(
        "改好后重新上传",
        routes::ledger_part(&batch.ledger.id, "import"),
    );
    let mut offered = Vec::new();
    if counts.refused == 0 {
        offered.push(Button::submit(format!("确认入账 {work} 条")));
    } else {
        if work > 0 {
            offered.push(Button {
                press: Press::SubmitAs("rows".to_owned(), "good".to_owned()),
                ..Button::submit(format!("只导入合格的 {work} 行")).quiet()
            });
        }
        offered.push(refused());
        offered.push(again.primary());
    }
    offered.push(list.quiet());
    let words = if counts.refused == 0 {
        "逐行核对无误。确认之前不会写入任何内容。".to_owned()
    } else {
        format!(
            "有 {} 行需要改正。改好重新上传，整份表一起入账；也可以先导入合格的行。",
            counts.refused
        )
    };
    html! {
        form.decision method="post" action=(routes::import(&batch.id)) {
            input type="hidden" name="token" value=(page.token());
            p { (words) }
            (buttons(&offered))
        }
    }
}

fn row(plan: &Plan, row: &PlannedRow) -> ImportRow {
    let (verdict, href) = match &row.outcome {
        Outcome::New(_) => (Verdict::New, None),
        Outcome::Same(id) => (Verdict::Same, Some(routes::entry(id))),
        Outcome::Changed { entry, changes } => {
            let shown = |id: &str, value: Option<&app::catalogue::value::Value>| {
                let field = entry.ledger.field(id)?;
                Some(show_value(field, value?, true))
            };
            let changes = changes
                .iter()
                .map(|(id, new)| Change {
                    name: entry
                        .ledger
                        .field(id)
                        .map_or(id.clone(), |f| f.name.clone()),
                    old: shown(id, entry.state.fields.get(id)),
                    new: shown(id, new.as_ref()),
                })
                .collect();
            (Verdict::Changed(changes), Some(routes::entry(&entry.id)))
        }
        Outcome::Refused(faults) => {
            let cell = |f: &app::sheet::CellFault| CellRefused {
                cell: f.address.clone(),
                column: f.field.clone(),
                value: f.value.clone(),
                reason: f.reason.clone(),
                remedy: f.remedy.clone(),
            };
            (Verdict::Refused(faults.iter().map(cell).collect()), None)
        }
    };
    ImportRow {
        sheet: Some(plan.sheet.clone()),
        number: u64::from(row.number),
        about: row.title.clone(),
        href,
        verdict,
        warnings: Vec::new(),
    }
}
