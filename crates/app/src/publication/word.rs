//! An article as a Word document: the text that the page shows, with where it stands.

use office::docx::{self, Docx, Run};

use super::{Article, Block, blocks};
use crate::error::{AppError, Result};

/// The document: its title, where and when it was published, its text. What the file says of its
/// maker is the organ.
///
/// # Errors
/// When the file cannot be written.
pub fn document(article: &Article, organ: &str, address: &str) -> Result<Vec<u8>> {
    let line = |name: &str, value: &str| {
        let said = !value.is_empty();
        said.then(|| docx::Block::Line(vec![Run::new(format!("{name}：{value}"))]))
    };
    let mut body: Vec<docx::Block> = [
        line("索引号", &article.index_number),
        line("文号", &article.document_number),
        line("发布时间", &article.published_at),
        line("来源", &article.source),
        line("有效性", &article.validity),
    ]
    .into_iter()
    .flatten()
    .collect();
    body.extend(article.facts.iter().filter_map(|(n, v)| line(n, v)));
    body.extend(blocks(&article.body).into_iter().map(|block| match block {
        Block::Heading(words) => docx::Block::Heading {
            level: 1,
            runs: vec![Run::new(words)],
        },
        Block::Paragraph(_, words) => docx::Block::Paragraph(vec![Run::new(words)]),
        Block::Table(rows) => docx::Block::Table(table(rows)),
    }));
    body.extend(line("网页", address));
    let document = Docx {
        title: article.title.clone(),
        author: organ.to_owned(),
        made_on: article.made_on,
        blocks: body,
        annex_names: article.attachments.iter().map(|(_, n)| n.clone()).collect(),
        ..Docx::default()
    };
    docx::write(&document).map_err(|e| AppError::Fault(e.to_string()))
}

fn table(rows: Vec<Vec<String>>) -> docx::Table {
    let mut rows = rows.into_iter();
    let header = rows.next().unwrap_or_default();
    let cells = |row: Vec<String>| row.into_iter().map(|cell| vec![Run::new(cell)]).collect();
    docx::Table {
        header,
        rows: rows.map(cells).collect(),
        ..docx::Table::default()
    }
}
