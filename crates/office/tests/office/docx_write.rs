use std::collections::BTreeSet;
use std::io::Cursor;

use jiff::civil::date;
use office::Limits;
use office::docx::{
    Annex, Block, Docx, Imprint, Link, Place, RedHead, Run, RunComment, Signature, Style, Table,
    read, write,
};

use crate::support::{pdf_pages, to_pdf};

fn heading(level: u8, text: &str) -> Block {
    Block::Heading {
        level,
        runs: vec![Run::new(text)],
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Run::new(text)])
}

pub fn report() -> Docx {
    let figure = Run {
        bookmark: Some("fig:penalty_decided".to_owned()),
        link: Some(Link::Address(
            "https://example.cn/figure?a=1&b=2".to_owned(),
        )),
        ..Run::styled("304", Style::Figure)
    };
    let untraced = Run {
        comment: Some(RunComment {
            text: "没有来源\n请注明".to_owned(),
            author: "法规科".to_owned(),
            made_at: Some(date(2023, 1, 5).at(9, 0, 0, 0)),
        }),
        ..Run::styled("98.5%", Style::Untraced)
    };
    let cell = |text: &str| vec![Run::new(text)];
    Docx {
        title: "云川市教育局关于2022年度\n法治政府建设情况的报告".to_owned(),
        author: "云川市教育局".to_owned(),
        made_on: Some(date(2023, 1, 15)),
        head: Some(RedHead {
            organ_mark: "云川市教育局文件".to_owned(),
            number: "云教〔2023〕5号".to_owned(),
            signers: vec!["张某某".to_owned()],
            urgency: None,
        }),
        number: None,
        addressee: Some("市委、市政府".to_owned()),
        blocks: vec![
            heading(1, "一、主要举措和成效"),
            heading(2, "（一）依法履行职能"),
            Block::Paragraph(vec![
                Run::new("全年办理案件"),
                figure,
                Run::new("件，满意率"),
                untraced,
                Run::new("，较上年<提高>&增长。"),
            ]),
            heading(3, "1.规范执法"),
            paragraph("严格落实行政执法公示、执法全过程记录、重大执法决定法制审核三项制度。"),
            heading(4, "（1）规范程序"),
            Block::Table(Table {
                caption: Some("表1 案件办理情况".to_owned()),
                header: ["区县", "件数", "占比"].map(str::to_owned).to_vec(),
                rows: vec![
                    vec![cell("东城区"), cell("200"), cell("65.79%")],
                    vec![cell("西城区"), cell("104"), cell("34.21%")],
                    vec![cell("合计"), cell("304"), cell("100%")],
                ],
                widths: vec![2, 1, 1],
                totals: true,
            }),
            paragraph("特此报告。"),
        ],
        annex_names: vec!["2022年度案件明细表。".to_owned(), "统计口径说明".to_owned()],
        signature: Some(Signature {
            organ: "云川市教育局".to_owned(),
            date: date(2023, 1, 15),
            sealed: false,
        }),
        note: Some("联系人：李某某，电话：0000-0000000".to_owned()),
        code: None,
        annexes: vec![
            Annex {
                title: "2022年度案件明细表".to_owned(),
                blocks: vec![paragraph("略。")],
            },
            Annex {
                title: "统计口径说明".to_owned(),
                blocks: vec![paragraph("略。")],
            },
        ],
        imprint: Some(Imprint {
            copies_to: Some("市司法局，各区县教育局，局属各单位".to_owned()),
            printed_by: "云川市教育局办公室".to_owned(),
            printed_on: Some(date(2023, 1, 16)),
        }),
    }
}

pub fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

#[test]
fn what_was_written_is_read_back_in_order() {
    let text = read(&write(&report()).unwrap(), &Limits::default()).unwrap();
    let plain = text.to_plain();
    let places: Vec<usize> = [
        "云川市教育局文件",
        "\t云教〔2023〕5号\t签发人：张某某",
        "云川市教育局关于2022年度\n法治政府建设情况的报告",
        "市委、市政府：",
        "一、主要举措和成效",
        "全年办理案件304件，满意率98.5%，较上年<提高>&增长。",
        "西城区",
        "附件：1. 2022年度案件明细表\n2. 统计口径说明",
        "2023年1月15日",
        "（联系人：李某某，电话：0000-0000000）",
        "附件2",
        "抄送：市司法局，各区县教育局，局属各单位。",
        "云川市教育局办公室\t2023年1月16日印发",
    ]
    .iter()
    .map(|expected| {
        plain
            .find(expected)
            .unwrap_or_else(|| panic!("missing: {expected}"))
    })
    .collect();
    assert!(places.is_sorted());
    let levels: Vec<u8> = text
        .paragraphs
        .iter()
        .filter_map(|one| one.heading)
        .collect();
    assert_eq!(levels, [1, 2, 3, 4]);
    let cell = text
        .paragraphs
        .iter()
        .find(|one| one.text == "104")
        .unwrap();
    assert_eq!(
        cell.place,
        Place::Cell {
            table: 0,
            row: 2,
            column: 1
        }
    );
}

#[test]
fn a_code_is_a_picture_with_words_for_those_who_do_not_see_it() {
    let bytes = write(&Docx {
        title: "决定书".to_owned(),
        code: Some(office::docx::Code {
            rows: vec![vec![true, false], vec![false, true]],
            caption: "扫码核验".to_owned(),
        }),
        ..Docx::default()
    })
    .unwrap();
    let body = part(&bytes, "word/document.xml");
    assert!(body.contains("r:embed=\"code\"") && body.contains("descr=\"扫码核验\""));
    assert!(part(&bytes, "word/_rels/document.xml.rels").contains("media/code.png"));
    assert!(part(&bytes, "[Content_Types].xml").contains("image/png"));
    // It hangs on the title: no line is moved, and what is read is the text alone.
    let read = office::docx::read(&bytes, &Limits::default()).unwrap();
    assert_eq!(read.paragraphs[0].text, "决定书");
    assert!(body.find("<w:drawing>") < body.find("决定书"));
}

#[test]
fn same_document_same_bytes() {
    assert_eq!(write(&report()).unwrap(), write(&report()).unwrap());
}

#[test]
fn every_part_is_declared_and_well_formed() {
    let bytes = write(&report()).unwrap();
    let zip = zip::ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
    let types = part(&bytes, "[Content_Types].xml");
    let rels = part(&bytes, "word/_rels/document.xml.rels");
    for name in zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect::<Vec<_>>()
    {
        let declared = types.contains(&format!("\"/{name}\"")) || name.ends_with(".rels");
        assert!(
            declared || name == "[Content_Types].xml",
            "{name} has no type"
        );
        let mut reader = quick_xml::Reader::from_str("");
        let text = part(&bytes, &name);
        reader.config_mut().enable_all_checks(true);
        let mut reader = quick_xml::Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
    let body = part(&bytes, "word/document.xml");
    for id in body
        .split("r:id=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        assert!(rels.contains(&format!("Id=\"{id}\"")), "{id} leads nowhere");
    }
    assert!(rels.contains("https://example.cn/figure?a=1&amp;b=2"));
}

/// Word and WPS refuse or mend a file whose elements stand in another order than the schema's.
#[test]
fn properties_stand_in_the_order_of_the_schema() {
    const PARAGRAPH: &[&str] = &[
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "framePr",
        "widowControl",
        "numPr",
        "suppressLineNumbers",
        "pBdr",
        "shd",
        "tabs",
        "suppressAutoHyphens",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDE",
        "autoSpaceDN",
        "bidi",
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "jc",
        "outlineLvl",
        "rPr",
        "sectPr",
    ];
    const RUN: &[&str] = &[
        "rStyle",
        "rFonts",
        "b",
        "bCs",
        "i",
        "iCs",
        "color",
        "spacing",
        "w",
        "kern",
        "position",
        "sz",
        "szCs",
        "highlight",
        "u",
        "shd",
        "vertAlign",
        "lang",
    ];
    const TABLE: &[&str] = &[
        "tblStyle",
        "tblpPr",
        "tblOverlap",
        "tblW",
        "jc",
        "tblInd",
        "tblBorders",
        "shd",
        "tblLayout",
        "tblCellMar",
        "tblLook",
    ];
    const CELL: &[&str] = &[
        "tcW",
        "gridSpan",
        "vMerge",
        "tcBorders",
        "shd",
        "noWrap",
        "vAlign",
    ];
    const SECTION: &[&str] = &[
        "footerReference",
        "pgSz",
        "pgMar",
        "pgNumType",
        "cols",
        "titlePg",
        "docGrid",
    ];
    const STYLE: &[&str] = &[
        "name",
        "basedOn",
        "next",
        "uiPriority",
        "qFormat",
        "pPr",
        "rPr",
    ];
    const SETTINGS: &[&str] = &[
        "zoom",
        "defaultTabStop",
        "evenAndOddHeaders",
        "characterSpacingControl",
        "compat",
        "themeFontLang",
    ];
    let orders = [
        ("pPr", PARAGRAPH),
        ("rPr", RUN),
        ("tblPr", TABLE),
        ("tcPr", CELL),
        ("sectPr", SECTION),
        ("style", STYLE),
        ("settings", SETTINGS),
    ];
    let bytes = write(&report()).unwrap();
    let mut seen = BTreeSet::new();
    for name in [
        "document", "styles", "settings", "comments", "footer1", "footer2",
    ] {
        let xml = part(&bytes, &format!("word/{name}.xml"));
        for (parent, children) in children_of(&xml) {
            let Some((_, order)) = orders.iter().find(|(name, _)| *name == parent) else {
                continue;
            };
            seen.insert(parent.clone());
            let places: Vec<usize> = children
                .iter()
                .map(|child| {
                    let place = order.iter().position(|known| known == child);
                    place.unwrap_or_else(|| panic!("{child} in {parent} of {name}"))
                })
                .collect();
            assert!(places.is_sorted(), "{parent} of {name}: {children:?}");
        }
    }
    assert_eq!(seen.len(), orders.len(), "each kind was met: {seen:?}");
}

/// Each element with the names of its children.
fn children_of(xml: &str) -> Vec<(String, Vec<String>)> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut open: Vec<(String, Vec<String>)> = vec![(String::new(), Vec::new())];
    let mut done = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                let name = element.local_name().as_ref().to_owned();
                open.last_mut().unwrap().1.push(name.clone());
                open.push((name, Vec::new()));
            }
            Event::Empty(element) => {
                open.last_mut()
                    .unwrap()
                    .1
                    .push(element.local_name().as_ref().to_owned());
            }
            Event::End(_) => done.push(open.pop().unwrap()),
            Event::Eof => return done,
            _ => {}
        }
    }
}

#[test]
fn twenty_eight_characters_and_twenty_two_lines() {
    let folder = tempfile::tempdir().unwrap();
    let document = Docx {
        blocks: vec![paragraph(&"测".repeat(28 * 22 * 3))],
        ..Docx::default()
    };
    let Some(pdf) = to_pdf(&write(&document).unwrap(), "docx", folder.path()) else {
        return;
    };
    let Some(pages) = pdf_pages(&pdf) else { return };
    // The second page is full: neither title nor end of the text stands on it.
    let (number, body) = pages[1].split_last().unwrap();
    assert_eq!(number, "—2—");
    assert_eq!(body.len(), 22, "lines on a page");
    assert!(
        body.iter().all(|line| line.chars().count() == 28),
        "characters in a line: {body:?}"
    );
    assert_eq!(pages[0].last().unwrap(), "—1—");
}

#[test]
fn a_document_opens_in_libreoffice_with_all_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let Some(pdf) = to_pdf(&write(&report()).unwrap(), "docx", folder.path()) else {
        return;
    };
    let Some(pages) = pdf_pages(&pdf) else { return };
    let text = pages.concat().concat();
    for expected in [
        "云川市教育局文件",
        "签发人：",
        "304",
        "合计",
        "附件1",
        "抄送：",
        "印发",
    ] {
        assert!(text.contains(expected), "missing: {expected}");
    }
}

#[test]
fn a_link_to_a_script_is_written_as_text() {
    let run = Run {
        link: Some(Link::Address("javascript:alert(1)".to_owned())),
        ..Run::new("点我")
    };
    let document = Docx {
        blocks: vec![Block::Paragraph(vec![run])],
        ..Docx::default()
    };
    let bytes = write(&document).unwrap();
    assert!(!part(&bytes, "word/_rels/document.xml.rels").contains("javascript"));
    assert!(part(&bytes, "word/document.xml").contains("点我"));
}
