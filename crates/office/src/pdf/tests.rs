use super::*;

/// A PDF of one page with this content stream; its font is a Chinese one that every reader has to
/// bring itself, encoded as UTF-16.
fn page(content: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H \
         /DescendantFonts [6 0 R] >>"
            .to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
            .to_owned(),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(
        format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    bytes
}

/// The text as a hexadecimal string of a content stream.
fn hex(text: &str) -> String {
    let units: String = text
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    format!("<{units}>")
}

fn text_of(content: &str) -> String {
    read(&page(content), &Limits::default()).unwrap().text
}

#[test]
fn lines_that_reach_the_margin_go_on_and_others_end_the_paragraph() {
    let content = format!(
        "BT /F1 20 Tf 30 TL 60 250 Td {} Tj -40 -30 Td {} Tj T* {} Tj 40 -30 Td {} Tj ET",
        hex("全年受理投诉三百零四件，办结"),
        hex("三百零一件，其余正在依法办理之中"),
        hex("之后公开。"),
        hex("下一段。"),
    );
    assert_eq!(
        text_of(&content),
        "全年受理投诉三百零四件，办结三百零一件，其余正在依法办理之中之后公开。\n下一段。"
    );
}

#[test]
fn lines_come_from_top_to_bottom_and_cells_are_told_apart() {
    let content = format!(
        "BT /F1 10 Tf 1 0 0 1 20 100 Tm {} Tj 1 0 0 1 20 200 Tm {} Tj \
         1 0 0 1 120 200 Tm {} Tj 1 0 0 1 220 200.5 Tm {} Tj ET",
        hex("注释"),
        hex("类别"),
        hex("件数"),
        hex("占比"),
    );
    assert_eq!(text_of(&content), "类别\t件数\t占比\n注释");
}

#[test]
fn a_place_names_page_and_line() {
    let content = format!(
        "BT /F1 20 Tf 30 TL 20 250 Td {} Tj T* {} Tj ET",
        hex("第一行写满了为止一直写到右边界处不停"),
        hex("第二行"),
    );
    let text = read(&page(&content), &Limits::default()).unwrap();
    let at = text.text.find("第二行").unwrap();
    let place = text.place(at).unwrap();
    assert_eq!((place.page, place.line), (1, 2));
    assert_eq!(text.place(0).unwrap().line, 1);
}

#[test]
fn a_page_number_is_no_text() {
    let content = format!(
        "BT /F1 10 Tf 1 0 0 1 20 200 Tm {} Tj 1 0 0 1 190 20 Tm {} Tj ET",
        hex("正文。"),
        hex("— 3 —"),
    );
    assert_eq!(text_of(&content), "正文。");
}

#[test]
fn every_file_without_text_has_its_sentence() {
    let scan = read(&page("q 1 0 0 1 0 0 cm Q"), &Limits::default()).unwrap_err();
    assert!(scan.to_string().contains("没有文字层"), "{scan}");
    let docx = read(b"PK\x03\x04", &Limits::default()).unwrap_err();
    assert!(docx.to_string().contains("不是PDF 文件"), "{docx}");
    let empty = read(b"", &Limits::default()).unwrap_err();
    assert_eq!(empty, OfficeError::EmptyFile);
    let broken = read(b"%PDF-1.7\nnothing", &Limits::default()).unwrap_err();
    assert!(broken.to_string().contains("已损坏"), "{broken}");
    let small = Limits {
        file_bytes: 10,
        ..Limits::default()
    };
    let large = read(&page(""), &small).unwrap_err();
    assert!(large.to_string().contains("文件太大"), "{large}");
}

#[test]
fn glyphs_without_characters_are_no_text() {
    let content = format!("BT /F1 20 Tf 20 250 Td {} Tj ET", hex("看得见读不出"));
    let bytes = page(&content);
    let unknown = String::from_utf8(bytes)
        .unwrap()
        .replace("/UniGB-UCS2-H", "/Identity-H  ");
    let refused = read(unknown.as_bytes(), &Limits::default()).unwrap_err();
    assert!(refused.to_string().contains("没有编码对照"), "{refused}");
}

#[test]
fn a_stream_that_inflates_without_end_is_refused() {
    use std::io::Write as _;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    let mut bytes = b"%PDF-1.4\n1 0 obj << /Filter /FlateDecode >>\nstream\r\n".to_vec();
    bytes.extend(&packed);
    let limits = Limits {
        body_bytes: 1000,
        ..Limits::default()
    };
    let refused = read(&bytes, &limits).unwrap_err();
    assert!(matches!(refused, OfficeError::Bomb { .. }), "{refused}");
}

#[test]
fn reads_what_a_word_processor_prints() {
    let bytes = include_bytes!("../../tests/data/report.pdf");
    let text = read(bytes, &Limits::default()).unwrap();
    let paragraphs: Vec<&str> = text.text.lines().collect();
    assert_eq!(
        paragraphs[0],
        "2024年，示范县教育局坚持依法行政，全面推进依法治教，各项工作取得新的进展。现将有关情况报告如下。"
    );
    let law = paragraphs
        .iter()
        .find(|paragraph| paragraph.starts_with("（一）严格规范执法。全年开展行政检查312次"))
        .unwrap();
    assert!(law.ends_with("办结率99.01%。"), "{paragraphs:#?}");
    // Cells stand in the order of their columns.
    assert!(
        paragraphs.iter().any(|line| line.starts_with("合计")),
        "{paragraphs:#?}"
    );
}

#[test]
fn damaged_files_are_read_or_refused() {
    let bytes = include_bytes!("../../tests/data/report.pdf");
    let limits = Limits {
        body_bytes: 4 << 20,
        ..Limits::default()
    };
    for step in 1..12 {
        let mut damaged = bytes.to_vec();
        let at = damaged.len() * step / 12;
        damaged[at..]
            .iter_mut()
            .step_by(97)
            .for_each(|byte| *byte ^= 0x20);
        let _ = read(&damaged, &limits);
        let _ = read(&bytes[..at], &limits);
    }
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let mut content = format!(
        "BT /F1 10 Tf 10 280 Td {} Tj ET\n",
        hex("两栏的通讯，这一行从左边一直排到右边，占满整个页面，中间没有空白处。")
    );
    for line in 0..9 {
        let y = 250 - 15 * line;
        let one = format!("左栏第{line}行的文字一直排到栏的边上");
        let other = format!("右栏第{line}行的文字一直排到栏的边上");
        content += &format!(
            "BT /F1 10 Tf 10 {y} Td {} Tj ET BT /F1 10 Tf 210 {y} Td {} Tj ET\n",
            hex(&one),
            hex(&other)
        );
    }
    let text = text_of(&content);
    let (left, right) = (
        text.find("左栏第8行").unwrap(),
        text.find("右栏第0行").unwrap(),
    );
    assert!(left < right, "{text}");
    assert!(text.contains("排到栏的边上左栏第1行"), "{text}");
}

#[test]
fn narrow_cells_stay_apart() {
    let content = format!(
        "BT /F1 10 Tf 10 250 Td {} Tj ET BT /F1 10 Tf 40 250 Td {} Tj ET BT /F1 10 Tf 80 250 Td {} Tj ET",
        hex("许可"),
        hex("12件"),
        hex("处罚")
    );
    assert_eq!(text_of(&content), "许可\t12件\t处罚");
}

#[test]
fn a_title_over_two_lines_is_one_paragraph() {
    let content = format!(
        "BT /F1 16 Tf 42 260 Td {} Tj 80 -24 Td {} Tj ET BT /F1 12 Tf 34 200 Td {} Tj -24 -18 Td {} Tj ET",
        hex("某某区教育局关于二〇二四年法治政府"),
        hex("建设情况的报告"),
        hex("全年受理投诉三百零四件，办结三百零一件，其余三件正在"),
        hex("办理。")
    );
    let text = text_of(&content);
    assert!(
        text.starts_with("某某区教育局关于二〇二四年法治政府建设情况的报告\n"),
        "{text}"
    );
}
