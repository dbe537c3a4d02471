//! Accounts: the system administrator's pages.

use app::{
    AppError,
    people::{NewPerson, Person, Renewed},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use maud::{Markup, html};

use super::{PEOPLE, UNITS};
use crate::{
    context::{Answer, Page, Web, see_other},
    form::Form,
    pages::me::words,
    shell::View,
    ui::{
        badge::{Badge, Tone},
        button::Button,
        field::{Control, Field},
        filter::Choice,
        form::{Form as FormView, FormPart, form as form_view},
        head::{PageHead, Panel, page_head, panel},
        notice::Link,
        shell::Area,
        table::{Cell, Column, Row, Table, table},
    },
};

pub(super) fn text(form: &Form, name: &str, label: &str) -> Field {
    let value = form.text(name).to_owned();
    Field::new(name, label, Control::Text { value })
}

pub(super) fn chosen(form: &Form, name: &str, label: &str, choices: Vec<Choice>) -> Field {
    let value = form.text(name).to_owned();
    Field::new(name, label, Control::Choice { value, choices })
}

pub(super) fn sheet_form(page: &Page, id: &str, action: &str, columns: &str) -> Markup {
    let control = Control::File {
        accept: ".xlsx".to_owned(),
        several: false,
        limit: "最多 5000 行".to_owned(),
        kept: Vec::new(),
    };
    form_view(&FormView {
        id: id.to_owned(),
        action: action.to_owned(),
        token: page.token(),
        uploads: true,
        parts: vec![FormPart {
            note: Some(format!("第一行写表头：{columns}。")),
            fields: vec![Field::new(format!("{id}-file"), "Excel 表", control)],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("导入")],
        ..FormView::default()
    })
}

/// All accounts.
pub async fn index(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Response {
    web.page(headers, uri, |page| {
        page.show(people_view(page, &Form::default(), None)?)
    })
    .await
}

fn people_view(page: &Page, form: &Form, error: Option<String>) -> Result<View, AppError> {
    let people = page.app().people(page.actor())?;
    let sections = page.app().sections(&page.actor().organ)?;
    let named = |id: &str| {
        let found = sections.iter().find(|s| s.part_id == id);
        found.map(|s| s.name.clone()).unwrap_or_default()
    };
    let row = |person: &Person| {
        let account = &person.account;
        let place = person
            .unit
            .clone()
            .unwrap_or_else(|| named(account.section_id.as_deref().unwrap_or_default()));
        let mut badges = Vec::new();
        if account.state != "active" {
            badges.push(Badge::new(Tone::Late, "已停用"));
        } else if person.waits {
            badges.push(Badge::new(Tone::Soon, "未首次登录"));
        }
        if badges.is_empty() {
            badges.push(Badge::new(Tone::Plain, "在用"));
        }
        if person.second_factor {
            badges.push(Badge::done("动态码"));
        }
        Row::to(
            format!("{PEOPLE}/{}", account.account_id),
            vec![
                Cell::text(account.name.as_str()),
                Cell::text(account.login.as_str()),
                Cell::text(place),
                Cell::text(account.post.as_str()),
                Cell::Badges(badges),
            ],
        )
    };
    let list = table(&Table {
        caption: "账号".to_owned(),
        columns: vec![
            Column::text("姓名"),
            Column::short("用户名"),
            Column::text("科室或单位"),
            Column::text("职务"),
            Column::short("状态"),
        ],
        rows: people.iter().map(row).collect(),
        ..Table::default()
    });
    let add = form_view(&FormView {
        id: "person".to_owned(),
        action: PEOPLE.to_owned(),
        token: page.token(),
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            fields: vec![
                text(form, "login", "用户名")
                    .required()
                    .hint("字母、数字或 . _ -，全系统唯一。"),
                text(form, "name", "姓名").required(),
                text(form, "post", "职务"),
                chosen(
                    form,
                    "section",
                    "科室（本局人员）",
                    section_choices(page, "")?,
                ),
                text(form, "unit", "单位全称（学校、机构人员）"),
            ],
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("新建账号")],
        ..FormView::default()
    });
    let head = page_head(&PageHead {
        title: "账号".to_owned(),
        count: Some(format!("{} 个", people.len())),
        lede: Some("新账号凭一次性口令首次登录；本局人员的角色由安全管理员另行授予。".to_owned()),
        actions: vec![Button::go("单位、科室和下级机关", UNITS)],
        ..PageHead::default()
    });
    let columns = "用户名、姓名、职务，以及 科室 或 单位";
    let import = sheet_form(page, "people", "/admin/people/import", columns);
    let main = html! {
        (head)
        (list)
        (panel(&Panel::new("add", "新建账号", add)))
        (panel(&Panel::new("import", "从 Excel 导入人员", import)))
    };
    Ok(View::of(Area::Admin, "账号", main))
}

/// Makes an account.
pub async fn add(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        let new = NewPerson {
            login: form.text("login").to_owned(),
            name: form.text("name").to_owned(),
            post: form.text("post").to_owned(),
            section: form.text("section").to_owned(),
            unit: form.text("unit").to_owned(),
        };
        match page.app().add_person(page.actor(), &new) {
            Ok(code) => show_codes(page, &[(new.name, new.login, code)], &[]),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(people_view(page, &form, Some(words))?)
            }
        }
    })
    .await
}

/// The one-time codes, shown once.
pub(super) fn show_codes(
    page: &Page,
    codes: &[(String, String, String)],
    refused: &[(u32, String)],
) -> Answer {
    let rows = codes.iter().map(|(name, login, code)| {
        Row::plain(vec![
            Cell::text(name.as_str()),
            Cell::text(login.as_str()),
            Cell::Other(html! { code { (code) } }),
        ])
    });
    let list = table(&Table {
        caption: "一次性口令".to_owned(),
        columns: vec![
            Column::text("姓名"),
            Column::short("用户名"),
            Column::short("一次性口令"),
        ],
        rows: rows.collect(),
        ..Table::default()
    });
    let left_out = refused.iter().map(|(row, words)| {
        Row::plain(vec![
            Cell::text(format!("第 {row} 行")),
            Cell::text(words.as_str()),
        ])
    });
    let left_out = table(&Table {
        caption: "没有导入的行".to_owned(),
        columns: vec![Column::short("行"), Column::wide("原因")],
        rows: left_out.collect(),
        ..Table::default()
    });
    let head = page_head(&PageHead {
        title: "一次性口令".to_owned(),
        lede: Some(
            "只显示这一次，七天内有效，首次登录后必须修改。请打印后当面交给本人。".to_owned(),
        ),
        actions: vec![Button::go("返回账号", PEOPLE)],
        ..PageHead::default()
    });
    let main = html! {
        (head)
        @if !codes.is_empty() { (list) }
        @if !refused.is_empty() { (panel(&Panel::new("refused", "没有导入的行", left_out))) }
    };
    page.show(View::of(Area::Admin, "一次性口令", main).below(vec![Link::new("账号", PEOPLE)]))
}

/// Half of an administrator's one-time code, shown once.
pub(super) fn half_view(half: &str, which: &str, back: &str) -> View {
    let head = page_head(&PageHead {
        title: format!("一次性口令的{which}"),
        lede: Some(
            "管理员账号的口令由两人各持一半：申请人持前一半，确认人持后一半，先后用“-”连起来，当面交给本人。只显示这一次，确认后七天内有效。"
                .to_owned(),
        ),
        actions: vec![Button::go("返回", back)],
        ..PageHead::default()
    });
    let main = html! { (head) p { code { (half) } } };
    View::of(Area::Admin, "一次性口令", main)
}

pub(super) fn uploaded(form: Form) -> Result<Vec<u8>, AppError> {
    let file = form.file.filter(|(_, bytes)| !bytes.is_empty());
    let missing = || AppError::Input("请选择要导入的 Excel 表（.xlsx）。".to_owned());
    file.map(|(_, bytes)| bytes).ok_or_else(missing)
}

/// Makes accounts from a sheet.
pub async fn import(State(web): State<Web>, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    web.act(headers, uri, form, |page, form| {
        page.app().people(page.actor())?;
        let done = page.app().import_people(page.actor(), &uploaded(form)?)?;
        let codes = done
            .taken
            .into_iter()
            .map(|row| (row.name, row.login, row.code));
        show_codes(page, &codes.collect::<Vec<_>>(), &done.refused)
    })
    .await
}

fn person(page: &Page, id: &str) -> Result<Person, AppError> {
    let people = page.app().people(page.actor())?;
    let found = people.into_iter().find(|p| p.account.account_id == id);
    found.ok_or(AppError::NotFound("该账号"))
}

/// An account.
pub async fn show(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    web.page(headers, uri, move |page| {
        page.show(person_view(page, &id, None)?)
    })
    .await
}

/// The organ's sections, each once: one that does the work of two stands there under the id that is
/// kept, or else under the first.
fn section_choices(page: &Page, kept: &str) -> Result<Vec<Choice>, AppError> {
    let mut sections = page.app().sections(&page.actor().organ)?;
    sections.sort_by_key(|s| s.part_id != kept);
    let mut names = std::collections::BTreeSet::new();
    sections.retain(|s| names.insert(s.name.clone()));
    sections.sort_by_key(|s| s.ordinal);
    let choices = sections.iter();
    Ok(choices
        .map(|s| Choice::new(s.part_id.as_str(), s.name.as_str()))
        .collect())
}

fn person_view(page: &Page, id: &str, error: Option<String>) -> Result<View, AppError> {
    let person = person(page, id)?;
    let account = &person.account;
    let address = format!("{PEOPLE}/{id}");
    let given = |name: &str, label: &str, value: &str| {
        Field::new(
            name,
            label,
            Control::Text {
                value: value.to_owned(),
            },
        )
    };
    let mut fields = vec![
        given("name", "姓名", &account.name).required(),
        given("post", "职务", &account.post),
    ];
    if person.unit.is_none() {
        let value = account.section_id.clone().unwrap_or_default();
        let choices = section_choices(page, &value)?;
        let control = Control::Choice { value, choices };
        fields.push(Field::new("section", "科室", control));
    }
    let moving = form_view(&FormView {
        id: "move".to_owned(),
        action: address.clone(),
        token: page.token(),
        hidden: vec![("do".to_owned(), "move".to_owned())],
        errors: error.into_iter().collect(),
        parts: vec![FormPart {
            note: Some("以前的办理记录保留当时的姓名和职务。".to_owned()),
            fields,
            ..FormPart::default()
        }],
        buttons: vec![Button::submit("保存变更")],
        ..FormView::default()
    });
    let active = account.state == "active";
    let acts = [
        ("renew", "重发一次性口令"),
        ("renew-all", "重发一次性口令并取消动态码和安全密钥"),
        if active {
            ("close", "停用账号")
        } else {
            ("open", "启用账号")
        },
    ];
    let acts = html! {
        @for (what, label) in acts {
            form.inline-form method="post" action=(address) {
                input type="hidden" name="token" value=(page.token());
                button.btn type="submit" name="do" value=(what) { (label) }
            }
        }
        @if page.app().is_administrator(account) {
            p.hint { "这是管理员账号：以上办理先作为申请，由另一名管理员在“确认对管理员账号的处理”里确认后才生效。" }
        }
        p.hint { "停用前请先由科室负责人办理工作交接。停用后会话立即结束，以前的办理记录不变。" }
    };
    let head = page_head(&PageHead {
        title: account.name.clone(),
        kicker: Some(account.login.clone()),
        lede: person.unit.clone(),
        badges: (!active)
            .then(|| Badge::new(Tone::Late, "已停用"))
            .into_iter()
            .collect(),
        ..PageHead::default()
    });
    let main = html! {
        (head)
        (panel(&Panel::new("moving", "姓名、职务、科室", moving)))
        (panel(&Panel::new("acts", "账号", acts)))
    };
    let view = View::of(Area::Admin, account.name.clone(), main);
    Ok(view.below(vec![Link::new("账号", PEOPLE)]))
}

/// Changes an account.
pub async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    form: Form,
) -> Response {
    web.act(headers, uri, form, move |page, form| {
        let (app, actor) = (page.app(), page.actor());
        let what = form.text("do");
        let mut asked = false;
        let done = match what {
            "renew" | "renew-all" => app.renew_code(actor, &id, what == "renew-all").map(Some),
            "close" | "open" => app.set_active(actor, &id, what == "open").map(|done| {
                asked = !done;
                None
            }),
            "move" => {
                let (name, post) = (form.text("name"), form.text("post"));
                app.move_person(actor, &id, name, post, form.text("section"))
                    .map(|()| None)
            }
            _ => Err(AppError::NotFound("这个办理")),
        };
        match done {
            Ok(Some(Renewed::Half(half))) => {
                page.show(half_view(&half, "前一半", &format!("{PEOPLE}/{id}")))
            }
            Ok(Some(Renewed::Code(code))) => {
                let account = person(page, &id)?.account;
                show_codes(page, &[(account.name, account.login, code)], &[])
            }
            Ok(None) if asked => see_other(&format!("{PEOPLE}/{id}?done=asked")),
            Ok(None) => see_other(&format!("{PEOPLE}/{id}?done=saved")),
            Err(error) => {
                let words = words(error)?;
                page.show_rejected(person_view(page, &id, Some(words))?)
            }
        }
    })
    .await
}
