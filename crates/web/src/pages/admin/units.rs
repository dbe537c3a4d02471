//! Units, sections, districts and organs below: the system administrator's pages.

use app::{
    Action, AppError, Resource, UnitRow,
    authorise::authorise,
    people::{Imported, NewOrgan, UNIT_KINDS},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{
    PEOPLE, UNITS,
    people::{chosen, sheet_form, show_codes, text, uploaded},
};
use crate::{
    context::{Page, Web, see_other},
    form::Form,
    pages::me::words,
    shell::View,
    ui::{
        badge::Tone,
        button::Button,
        empty::Empty,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::{Notice, notice},
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

/// Units, sections, and organs below.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        authorise(page.actor(), Action::ManagePeople, Resource::Organ)?;
        page.show(units_view(page, &Form::default(), None, None)?)
    })
    .await
}

fn units_view(
    page: &Page,
    form: &Form,
    error: Option<String>,
    imported: Option<&Imported>,
) -> Result<View, AppError> {
    let units = page.app().all_units(page.actor())?;
    let districts = page.app().organ(&page.actor().organ)?.districts.clone();
    let rows = units.iter().map(|unit| {
        Row::plain(vec![
            Cell::text(unit.name.as_str()),
            Cell::text(unit.kind.as_str()),
            Cell::text(unit.district.as_str()),
            Cell::text(unit.former_names.replace('\n', "、")),
            Cell::Other(renaming(page, unit)),
        ])
    });
    let list = table(&Table {
        caption: "单位".to_owned(),
        columns: vec![
            Column::text("名称"),
            Column::short("类别"),
            Column::text("区县"),
            Column::text("曾用名"),
            Column::text("更名"),
        ],
        rows: rows.collect(),
        empty: Some(Empty {
            title: "还没有单位".to_owned(),
            teaches: "学校、幼儿园、培训机构各是一个单位，登录后只看得到本单位的记录。".to_owned(),
            ..Empty::default()
        }),
        ..Table::default()
    });
    let add = form_view(&FormView {
        id: "unit".to_owned(),
        action: UNITS.to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                text(form, "name", "名称")
                    .required()
                    .hint("与台账里写的学校名称完全一致。"),
                chosen(form, "kind", "类别", UNIT_KINDS.map(Choice::same).to_vec()).required(),
                chosen(
                    form,
                    "district",
                    "区县",
                    districts.iter().map(Choice::same).collect(),
                ),
                text(form, "code", "标识码"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("新建单位")],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "单位、科室和下级机关".to_owned(),
        count: Some(format!("{} 个单位", units.len())),
        actions: vec![
            Button::go("账号", PEOPLE),
            Button::go("新建单位", "#add"),
            Button::go("科室", "#sections"),
            Button::go("下级机关", "#organs"),
        ],
        ..PageHead::default()
    });
    let import = sheet_form(
        page,
        "units",
        "/admin/units/import",
        "名称、类别、区县、标识码",
    );
    let main = html! {
        (head)
        @if let Some(done) = imported { (import_words(done)) }
        (list)
        (panel(&Panel::new("add", "新建单位", add)))
        (panel(&Panel::new("import", "从 Excel 导入单位", import)))
        (panel(&Panel::new("sections", "科室", sections(page)?)))
        (panel(&Panel::new("districts", "区县", district_form(page)?)))
        (panel(&Panel::new("organ-name", "本机关名称", own_names(page)?)))
        (panel(&Panel::new("organs", "下级机关", organs(page, form)?)))
    };
    Ok(View::of(Area::Admin, "单位", main))
}

fn import_words(done: &Imported) -> Markup {
    let title = format!(
        "导入 {} 行，没有导入 {} 行。",
        done.taken.len(),
        done.refused.len()
    );
    let tone = if done.refused.is_empty() {
        Tone::Done
    } else {
        Tone::Soon
    };
    let body = html! {
        ul { @for (row, words) in &done.refused { li { "第 " (row) " 行：" (words) } } }
    };
    notice(&Notice::new(tone, title).with(body))
}

fn renaming(page: &Page, unit: &UnitRow) -> Markup {
    html! {
        form.inline-form method="post" action=(format!("{UNITS}/{}", unit.unit_id)) {
            input type="hidden" name="token" value=(page.token());
            label { span.offscreen { (unit.name) "的新名称" }
                input type="text" name="name" maxlength="100"; }
            button.btn type="submit" { "更名" }
        }
    }
}

fn sections(page: &Page) -> Result<Markup, AppError> {
    let sections = page.app().sections(&page.actor().organ)?;
    let known = page.app().catalogue().sections().to_vec();
    let choices = known.iter().map(|s| Choice::new(&*s.id, s.name.as_str()));
    let form = form_view(&FormView {
        id: "section".to_owned(),
        action: "/admin/sections".to_owned(),
        token: page.token(),
        parts: vec![FormPart {
            note: Some(
                "台账按职能归口。几项职能由一个科室承担的，给它们写同一个名称：这个科室的人这几项的台账都管。"
                    .to_owned(),
            ),
            fields: vec![
                chosen(&Form::default(), "section", "职能", choices.collect()).required(),
                text(&Form::default(), "section_name", "本局叫什么").required(),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("保存科室")],
        ..FormView::default()
    });
    let rows = known.iter().map(|function| {
        let own = sections.iter().find(|s| *s.part_id == *function.id);
        Row::plain(vec![
            Cell::text(function.name.as_str()),
            own.map_or(Cell::Missing, |s| Cell::text(s.name.as_str())),
        ])
    });
    let list = table(&Table {
        caption: "科室".to_owned(),
        columns: vec![Column::text("职能"), Column::wide("本局的科室")],
        rows: rows.collect(),
        ..Table::default()
    });
    Ok(html! { (list) (form) })
}

/// The organs below one, each with those below it.
fn tree(page: &Page, above: &str) -> Markup {
    let children: Vec<_> = page
        .app()
        .organs()
        .filter(|organ| organ.parent.as_deref() == Some(above))
        .collect();
    html! {
        @if !children.is_empty() {
            ul { @for organ in &children {
                li { (organ.name) "（" (organ.id) "）" (tree(page, &organ.id)) }
            } }
        }
    }
}

fn organs(page: &Page, form: &Form) -> Result<Markup, AppError> {
    let fields = form_view(&FormView {
        id: "organ".to_owned(),
        action: "/admin/organs".to_owned(),
        token: page.token(),
        parts: vec![FormPart {
            note: Some(
                "保存后立即可用。三名管理员由本局安全管理员授予角色后，各自登录建立本机关的账号和授权。"
                    .to_owned(),
            ),
            fields: vec![
                text(form, "organ_id", "标识")
                    .required()
                    .hint("小写字母、数字和“-”，如 donghu；也是三员用户名的开头。"),
                text(form, "organ_name", "全称").required(),
                text(form, "organ_short", "简称").required().hint("文书编号里也用它。"),
                text(form, "organ_system", "系统管理员姓名").required(),
                text(form, "organ_security", "安全管理员姓名").required(),
                text(form, "organ_audit", "审计管理员姓名").required(),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("新建下级机关")],
        ..FormView::default()
    });
    let actor = page.actor();
    let said = match actor.below.is_empty() {
        true => html! { p { "没有下级机关。" } },
        false => tree(page, &actor.organ),
    };
    Ok(html! { (said) (fields) })
}

fn own_names(page: &Page) -> Result<Markup, AppError> {
    let organ = page.app().organ(&page.actor().organ)?;
    let given = |name: &str, label: &str, value: &str| {
        let value = value.to_owned();
        Field::new(name, label, Control::Text { value }).required()
    };
    Ok(form_view(&FormView {
        id: "own-names".to_owned(),
        action: "/admin/organs".to_owned(),
        token: page.token(),
        hidden: vec![("do".to_owned(), "rename".to_owned())],
        parts: vec![FormPart {
            note: Some(
                "机构改革更名时改这里：以后的页面、文书和报告用新名称，已经签发、冻结的不变。"
                    .to_owned(),
            ),
            fields: vec![
                given("own_name", "全称", &organ.name),
                given("own_short", "简称", &organ.short_name),
                given("own_papers", "文书编号里的名称", &organ.document_name),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("保存名称")],
        ..FormView::default()
    }))
}

fn district_form(page: &Page) -> Result<Markup, AppError> {
    let known = page.app().organ(&page.actor().organ)?.districts.join("、");
    let form = form_view(&FormView {
        id: "district".to_owned(),
        action: "/admin/districts".to_owned(),
        token: page.token(),
        parts: vec![FormPart {
            fields: vec![text(&Form::default(), "district_name", "区县名称").required()],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("新增区县")],
        ..FormView::default()
    });
    let said = if known.is_empty() {
        "还没有区县：台账里的区县可以随意填写。".to_owned()
    } else {
        known
    };
    Ok(html! { p { (said) } (form) })
}

fn unit_of(form: &Form, id: &str) -> UnitRow {
    UnitRow {
        organ_id: String::new(),
        unit_id: id.to_owned(),
        name: form.text("name").to_owned(),
        former_names: String::new(),
        kind: form.text("kind").to_owned(),
        district: form.text("district").to_owned(),
        code: form.text("code").to_owned(),
        state: "active".to_owned(),
    }
}

/// Makes a unit.
pub async fn add_unit(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        match page.app().put_unit(page.actor(), unit_of(&form, "")) {
            Ok(()) => see_other(&format!("{UNITS}?done=saved")),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(units_view(page, &form, Some(words), None)?)
            }
        }
    })
    .await
}

/// Renames a unit.
pub async fn change_unit(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let units = page.app().all_units(page.actor())?;
        let unit = units.into_iter().find(|u| u.unit_id == id);
        let unit = unit.ok_or(AppError::NotFound("该单位"))?;
        let renamed = UnitRow {
            name: form.text("name").to_owned(),
            ..unit
        };
        page.app().put_unit(page.actor(), renamed)?;
        see_other(&format!("{UNITS}?done=saved"))
    })
    .await
}

/// Makes units from a sheet.
pub async fn import_units(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        page.app().people(page.actor())?;
        let done = page.app().import_units(page.actor(), &uploaded(form)?)?;
        page.show(units_view(page, &Form::default(), None, Some(&done))?)
    })
    .await
}

/// Names a section.
pub async fn name_section(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        let (id, name) = (form.text("section"), form.text("section_name"));
        page.app().put_section(page.actor(), id, name)?;
        see_other(&format!("{UNITS}?done=saved"))
    })
    .await
}

/// Adds a district.
pub async fn add_district(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        page.app()
            .add_district(page.actor(), form.text("district_name"))?;
        see_other(&format!("{UNITS}?done=saved"))
    })
    .await
}

/// Adds an organ below, at work at once; or renames the own one.
pub async fn add_organ(
    State(web): State<Web>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, |page, form| {
        if form.text("do") == "rename" {
            let names = ["own_name", "own_short", "own_papers"].map(|name| form.text(name));
            page.app()
                .rename_organ(page.actor(), names[0], names[1], names[2])?;
            return see_other(&format!("{UNITS}?done=saved"));
        }
        let given = |name: &str| form.text(name).trim().to_owned();
        let new = NewOrgan {
            id: given("organ_id"),
            name: given("organ_name"),
            short: given("organ_short"),
            administrators: ["organ_system", "organ_security", "organ_audit"].map(given),
        };
        match page.app().add_organ(page.actor(), &new) {
            Ok(codes) => show_codes(page, &codes, &[]),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(units_view(page, &form, Some(words), None)?)
            }
        }
    })
    .await
}
