//! Open data: every column as CSV, JSON and XLSX, described in DCAT; licences and penalties in the
//! columns of their standard. Made from the site, so it holds what the pages show.

use app::{
    AppError,
    publication::{
        Column, Credit,
        credit::{self, CreditFile},
    },
    sheet::{XLSX, table_csv, table_xlsx},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::html;
use serde_json::json;

use super::{
    frame::View,
    paths,
    visit::{Asked, Content, Visit},
};
use crate::{Web, ui::raw::xml_declaration};

const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// A table of texts: heads and rows.
struct Data {
    column: Column,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn data(visit: &Visit, id: &str) -> Result<Data, AppError> {
    let column = visit.settings().column(id);
    let column = column.ok_or(AppError::NotFound("这个栏目"))?.clone();
    let site = visit.site()?;
    if let Some(register) = site.registers.get(id) {
        let mut heads: Vec<String> = register.fields.iter().map(|(_, n)| n.clone()).collect();
        heads.push("网址".to_owned());
        let rows = register.rows.iter().map(|row| {
            let fields = register.fields.iter();
            let mut cells: Vec<String> = fields.map(|(f, _)| row.cell(f).to_owned()).collect();
            cells.push(visit.settings().full(&paths::row(id, &row.entry)));
            cells
        });
        return Ok(Data {
            heads,
            rows: rows.collect(),
            column,
        });
    }
    let heads = [
        "索引号",
        "名称",
        "文号",
        "内容概述",
        "生成日期",
        "发布时间",
        "来源",
        "有效性",
        "网址",
    ];
    let rows = site.of_column(id).map(|a| {
        vec![
            a.index_number.clone(),
            a.title.clone(),
            a.document_number.clone(),
            a.summary.clone(),
            a.made_on.map(|d| d.to_string()).unwrap_or_default(),
            a.published_at.clone(),
            a.source.clone(),
            a.validity.clone(),
            visit.settings().full(&paths::article(a)),
        ]
    });
    Ok(Data {
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        column,
    })
}

/// A column as CSV.
pub async fn csv(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let data = data(visit, &id)?;
        let bytes = table_csv(&data.heads, &data.rows);
        Ok(Content::download(
            CSV,
            format!("{}.csv", data.column.name),
            bytes,
        ))
    })
    .await
}

/// A column as JSON.
pub async fn json(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let data = data(visit, &id)?;
        let rows: Vec<serde_json::Value> = data
            .rows
            .iter()
            .map(|row| {
                let cells = data.heads.iter().zip(row);
                let cells = cells.map(|(head, cell)| (head.clone(), json!(cell)));
                serde_json::Value::Object(cells.collect())
            })
            .collect();
        let whole = json!({
            "名称": data.column.name,
            "提供单位": visit.organ_name(),
            "记录": rows,
        });
        Ok(Content::file(JSON, whole.to_string().into_bytes()))
    })
    .await
}

/// A column as a workbook.
pub async fn xlsx(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let data = data(visit, &id)?;
        let name = &data.column.name;
        let bytes = table_xlsx(name, &data.heads, &data.rows)?;
        Ok(Content::download(XLSX, format!("{name}.xlsx"), bytes))
    })
    .await
}

fn credit_file(visit: &Visit, id: &str) -> Result<(String, CreditFile), AppError> {
    let missing = || AppError::NotFound("这份双公示数据");
    let column = visit.settings().column(id).ok_or_else(missing)?;
    let kind: Credit = column.credit.ok_or_else(missing)?;
    let site = visit.site()?;
    let register = site.registers.get(id).ok_or_else(missing)?;
    let sender = credit::Sender {
        organ: &visit.organ_name(),
        code: &visit.settings().credit_code,
        licence: &column.licence,
        today: visit.app().clock.today(),
    };
    let file = credit::file(register, kind, sender);
    Ok((format!("{}双公示数据", column.name), file))
}

/// Data rows of the standard as a workbook; the last column says what a row lacks.
pub async fn credit_xlsx(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let (name, file) = credit_file(visit, &id)?;
        let bytes = credit_as_book(&name, file)?;
        Ok(Content::download(XLSX, format!("{name}.xlsx"), bytes))
    })
    .await
}

/// Data rows of the standard as JSON; rows that would be refused stand apart.
pub async fn credit_json(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let (name, file) = credit_file(visit, &id)?;
        let row = |row: &credit::CreditRow| {
            let cells = file.columns.iter().zip(&row.values);
            let cells = cells.map(|(c, v)| (c.code.to_owned(), json!(v)));
            serde_json::Value::Object(cells.collect())
        };
        let good: Vec<_> = file
            .rows
            .iter()
            .filter(|r| r.problems.is_empty())
            .map(row)
            .collect();
        let faulty: Vec<_> = file
            .rows
            .iter()
            .filter(|r| !r.problems.is_empty())
            .map(|r| json!({ "row": row(r), "problems": r.problems }))
            .collect();
        let whole =
            json!({ "name": name, "edition": credit::EDITION, "rows": good, "incomplete": faulty });
        Ok(Content::file(JSON, whole.to_string().into_bytes()))
    })
    .await
}

/// Data rows of the standard as XML: complete rows only.
pub async fn credit_xml(State(web): State<Web>, Path(id): Path<String>, asked: Asked) -> Response {
    web.read(asked, move |visit| {
        let (_, file) = credit_file(visit, &id)?;
        Ok(Content::file(
            "application/xml; charset=utf-8",
            credit_as_xml(&file),
        ))
    })
    .await
}

/// Data rows as XML.
pub fn credit_as_xml(file: &CreditFile) -> Vec<u8> {
    let text = html! {
        (xml_declaration())
        rows edition=(credit::EDITION) {
            @for row in file.rows.iter().filter(|r| r.problems.is_empty()) {
                row { @for (c, v) in file.columns.iter().zip(&row.values) { item code=(c.code) { (v) } } }
            }
        }
    };
    text.into_string().into_bytes()
}

/// Data rows as a workbook; the last column says what a row lacks.
pub fn credit_as_book(name: &str, file: CreditFile) -> Result<Vec<u8>, AppError> {
    let mut heads: Vec<String> = file.columns.iter().map(|c| c.name.to_owned()).collect();
    heads.push("核对".to_owned());
    let rows = file.rows.into_iter().map(|row| {
        let mut cells = row.values;
        cells.push(row.problems.join("；"));
        cells
    });
    table_xlsx(name, &heads, &rows.collect::<Vec<_>>())
}

/// What there is to take away, for people.
pub async fn index(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let site = visit.site()?;
        let columns: Vec<&Column> =
            visit.settings().columns.iter().filter(|c| site.has(&c.id)).collect();
        let main = html! {
            div.page-head { h1 { "开放数据" } p { "每个栏目都可以整份下载；内容与页面相同，个人信息已按规定隐去。程序可以读取 "
                a href=(format!("{}/catalog.json", paths::DATA)) { "数据目录（DCAT，JSON-LD）" } "。" } }
            div.portal-table tabindex="0" role="region" aria-label="开放数据列表" {
                table {
                    caption.unseen { "开放数据" }
                    thead { tr { th scope="col" { "数据集" } th scope="col" { "记录" } th scope="col" { "下载" } } }
                    tbody {
                        @for c in columns {
                            @let n = site.registers.get(&c.id).map_or_else(|| site.of_column(&c.id).count(), |r| r.rows.len());
                            tr {
                                th scope="row" { a href=(paths::column(&c.id)) { (c.name) } }
                                td data-label="记录" { (n) " 条" }
                                td data-label="下载" {
                                    @for (file, name) in [("data.csv", "CSV"), ("data.json", "JSON"), ("data.xlsx", "XLSX")] {
                                        a href=(paths::column_file(&c.id, file)) aria-label=(format!("{} {name}", c.name)) { (name) } " "
                                    }
                                }
                            }
                        }
                    }
                }
            }
        };
        Ok(visit.page(View::new("", "开放数据", main)))
    })
    .await
}

/// The description of all data sets (W3C DCAT 3, JSON-LD).
pub async fn dcat(State(web): State<Web>, asked: Asked) -> Response {
    web.read(asked, |visit| {
        let site = visit.site()?;
        let settings = visit.settings();
        let distribution = |id: &str, file: &str, media: &str| {
            let address = settings.full(&paths::column_file(id, file));
            json!({ "@type": "dcat:Distribution", "dcat:downloadURL": address, "dcat:mediaType": media })
        };
        let sets: Vec<_> = settings
            .columns
            .iter()
            .filter(|c| site.has(&c.id))
            .map(|c| {
                json!({
                    "@type": "dcat:Dataset",
                    "@id": settings.full(&paths::column(&c.id)),
                    "dct:title": c.name,
                    "dct:description": c.about,
                    "dct:language": "zh-CN",
                    "dcat:distribution": [
                        distribution(&c.id, "data.csv", "text/csv"),
                        distribution(&c.id, "data.json", "application/json"),
                        distribution(&c.id, "data.xlsx", XLSX),
                    ],
                })
            })
            .collect();
        let organ = visit.organ_name();
        let catalogue = json!({
            "@context": { "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/" },
            "@type": "dcat:Catalog",
            "@id": settings.full(paths::DATA),
            "dct:title": format!("{organ}开放数据"),
            "dct:publisher": { "@type": "foaf:Organization", "foaf:name": organ },
            "dcat:dataset": sets,
        });
        Ok(Content::file("application/ld+json; charset=utf-8", catalogue.to_string().into_bytes()))
    })
    .await
}
