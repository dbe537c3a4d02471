//! The parts of a document that hardly depend on its content: styles, fonts, settings, footers.
use super::Docx;
use crate::xml::escape;

pub(super) const NS: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const NS_R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub(super) const COMMENTS_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";

/// Body text: 仿宋 of size 3 (16 pt).
pub(super) const BODY_FONT: &str = "仿宋_GB2312";
/// Level 1, and the word 附件.
pub(super) const BLACK_FONT: &str = "黑体";
/// Level 2, and a signer's name.
pub(super) const KAI_FONT: &str = "楷体_GB2312";
/// Title and organ mark.
pub(super) const TITLE_FONT: &str = "方正小标宋简体";
/// Page numbers.
pub(super) const SONG_FONT: &str = "宋体";

/// Line pitch: 225 mm / 22 in twips, rounded down so that 22 lines fit.
pub(super) const LINE: u32 = 579;
/// Width of the type area in twips.
pub(super) const WIDTH: u32 = 8_845;
/// A character with its condensation: 16 pt less 0.25 pt, so that 28 fit into 156 mm.
pub(super) const CHARACTER: u32 = 315;

pub(super) const PACKAGE_RELS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>"#,
    r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>"#,
    r#"<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/>"#,
    "</Relationships>"
);

pub(super) const APP: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Yifa</Application></Properties>"#
);

/// Odd and even footers differ; punctuation is not squeezed, or 28 characters would be 29.
pub(super) const SETTINGS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#,
    r#"<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>"#,
    r#"<w:characterSpacingControl w:val="doNotCompress"/>"#,
    r#"<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"#,
    r#"<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>"#,
    "</w:settings>"
);

pub(super) fn content_types(comments: bool, picture: bool) -> String {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let part = |name: &str, kind: &str| {
        format!(r#"<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>"#)
    };
    let mut parts = vec![
        part("document", "document.main"),
        part("styles", "styles"),
        part("settings", "settings"),
        part("fontTable", "fontTable"),
        part("footer1", "footer"),
        part("footer2", "footer"),
    ];
    if comments {
        parts.push(part("comments", "comments"));
    }
    if picture {
        parts.push(r#"<Default Extension="png" ContentType="image/png"/>"#.to_owned());
    }
    format!(
        concat!(
            "{}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
            r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
            r#"<Default Extension="xml" ContentType="application/xml"/>{}"#,
            r#"<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>"#,
            r#"<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>"#,
            "</Types>"
        ),
        HEAD,
        parts.concat()
    )
}

/// `addresses` are the outside links, in the order of their ids `link1`, `link2`, …
pub(super) fn document_rels(addresses: &[String], comments: bool, picture: bool) -> String {
    let mut rels = Vec::new();
    let mut names = vec!["styles", "settings", "fontTable"];
    if comments {
        names.push("comments");
    }
    for name in names {
        rels.push(format!(
            r#"<Relationship Id="{name}" Type="{NS_R}/{name}" Target="{name}.xml"/>"#
        ));
    }
    for number in [1, 2] {
        rels.push(format!(
            r#"<Relationship Id="footer{number}" Type="{NS_R}/footer" Target="footer{number}.xml"/>"#
        ));
    }
    if picture {
        rels.push(format!(
            r#"<Relationship Id="code" Type="{NS_R}/image" Target="media/code.png"/>"#
        ));
    }
    for (number, address) in (1..).zip(addresses) {
        rels.push(format!(
            r#"<Relationship Id="link{number}" Type="{NS_R}/hyperlink" Target="{}" TargetMode="External"/>"#,
            escape(address)
        ));
    }
    format!(
        r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"#,
        rels.concat()
    )
}

pub(super) fn core(document: &Docx) -> String {
    let made = document.made_on.map(|day| {
        format!(r#"<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>"#)
    });
    format!(
        concat!(
            "{}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\"",
            r#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/""#,
            r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
            "<dc:title>{}</dc:title><dc:creator>{}</dc:creator>{}</cp:coreProperties>"
        ),
        HEAD,
        escape(&document.title.replace('\n', "")),
        escape(&document.author),
        made.unwrap_or_default()
    )
}

/// Names that a reader's machine may know the faces by, best first.
pub(super) fn font_table() -> String {
    let fonts = [
        (
            BODY_FONT,
            "仿宋,FangSong,华文仿宋,STFangsong",
            "02010609030101010101",
            "modern",
        ),
        (
            BLACK_FONT,
            "SimHei,华文黑体,STHeiti,Noto Sans CJK SC",
            "02010609060101010101",
            "modern",
        ),
        (
            KAI_FONT,
            "楷体,KaiTi,华文楷体,STKaiti",
            "02010609060101010101",
            "modern",
        ),
        (
            TITLE_FONT,
            "方正小标宋_GBK,华文中宋,STZhongsong,宋体,SimSun",
            "02010601030101010101",
            "roman",
        ),
        (
            SONG_FONT,
            "SimSun,Noto Serif CJK SC",
            "02010600030101010101",
            "roman",
        ),
    ];
    let fonts = fonts.map(|(name, alternatives, panose, family)| {
        format!(
            r#"<w:font w:name="{name}"><w:altName w:val="{alternatives}"/><w:panose1 w:val="{panose}"/><w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="fixed"/></w:font>"#
        )
    });
    format!(
        r#"{HEAD}<w:fonts xmlns:w="{NS}">{}</w:fonts>"#,
        fonts.concat()
    )
}

pub(super) fn fonts(face: &str) -> String {
    format!(r#"<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>"#)
}

/// Odd pages on the right, even pages on the left, one character in: `— 1 —`.
pub(super) fn footer(side: &str) -> String {
    let look = format!(
        r#"<w:rPr>{}<w:spacing w:val="0"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>"#,
        fonts(SONG_FONT)
    );
    let run = |inside: &str| format!("<w:r>{look}{inside}</w:r>");
    let runs = [
        run(r#"<w:t xml:space="preserve">— </w:t>"#),
        run(r#"<w:fldChar w:fldCharType="begin"/>"#),
        run(r#"<w:instrText xml:space="preserve"> PAGE </w:instrText>"#),
        run(r#"<w:fldChar w:fldCharType="separate"/>"#),
        run("<w:t>1</w:t>"),
        run(r#"<w:fldChar w:fldCharType="end"/>"#),
        run(r#"<w:t xml:space="preserve"> —</w:t>"#),
    ];
    format!(
        concat!(
            r#"{}<w:ftr xmlns:w="{}"><w:p><w:pPr><w:snapToGrid w:val="0"/>"#,
            r#"<w:spacing w:line="400" w:lineRule="exact"/>"#,
            r#"<w:ind w:{}="280" w:firstLine="0"/><w:jc w:val="{}"/></w:pPr>{}</w:p></w:ftr>"#
        ),
        HEAD,
        NS,
        side,
        side,
        runs.concat()
    )
}

pub(super) fn styles() -> String {
    let mut all = vec![defaults()];
    all.push(style(
        "paragraph",
        r#"w:default="1" w:styleId="Normal""#,
        "Normal",
        NORMAL,
        "",
        "",
    ));
    all.push(style(
        "paragraph",
        r#"w:styleId="Body""#,
        "Body Text",
        INDENT,
        "",
        BASED,
    ));
    all.push(style(
        "paragraph",
        r#"w:styleId="Title""#,
        "Title",
        TITLE_PARAGRAPH,
        &title_look(),
        BASED,
    ));
    for (level, face, bold) in [
        (1, BLACK_FONT, ""),
        (2, KAI_FONT, ""),
        (3, BODY_FONT, "<w:b/><w:bCs/>"),
        (4, BODY_FONT, ""),
    ] {
        let paragraph = format!(
            r#"<w:keepNext/><w:ind w:firstLineChars="200" w:firstLine="{}"/><w:outlineLvl w:val="{}"/>"#,
            CHARACTER * 2,
            level - 1
        );
        let look = format!("{}{bold}", fonts(face));
        let id = format!(r#"w:styleId="Heading{level}""#);
        all.push(style(
            "paragraph",
            &id,
            &format!("heading {level}"),
            &paragraph,
            &look,
            HEADING,
        ));
    }
    all.push(style(
        "paragraph",
        r#"w:styleId="TableText""#,
        "Table Text",
        TABLE_PARAGRAPH,
        TABLE_LOOK,
        BASED,
    ));
    all.push(style(
        "character",
        r#"w:customStyle="1" w:styleId="Figure""#,
        "Figure",
        "",
        "",
        "",
    ));
    let shade = r#"<w:shd w:val="clear" w:color="auto" w:fill="FFE699"/>"#;
    all.push(style(
        "character",
        r#"w:customStyle="1" w:styleId="Untraced""#,
        "Untraced",
        "",
        shade,
        "",
    ));
    all.push(style(
        "table",
        r#"w:default="1" w:styleId="TableNormal""#,
        "Normal Table",
        "",
        "",
        "",
    ));
    format!(
        r#"{HEAD}<w:styles xmlns:w="{NS}">{}</w:styles>"#,
        all.concat()
    )
}

const BASED: &str = r#"<w:basedOn w:val="Normal"/>"#;
const HEADING: &str = r#"<w:basedOn w:val="Normal"/><w:next w:val="Body"/><w:qFormat/>"#;
/// No quarter spaces between Chinese and digits: they would push characters off the grid.
const NORMAL: &str = r#"<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>"#;
const INDENT: &str = r#"<w:ind w:firstLineChars="200" w:firstLine="630"/>"#;
const TITLE_PARAGRAPH: &str = r#"<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:line="680" w:lineRule="exact"/><w:jc w:val="center"/>"#;
const TABLE_PARAGRAPH: &str = r#"<w:snapToGrid w:val="0"/><w:spacing w:before="20" w:after="20" w:line="340" w:lineRule="atLeast"/><w:jc w:val="left"/>"#;
const TABLE_LOOK: &str = r#"<w:spacing w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/>"#;

fn title_look() -> String {
    format!(
        r#"{}<w:spacing w:val="0"/><w:sz w:val="44"/><w:szCs w:val="44"/>"#,
        fonts(TITLE_FONT)
    )
}

fn defaults() -> String {
    format!(
        concat!(
            "<w:docDefaults><w:rPrDefault><w:rPr>{}",
            r#"<w:spacing w:val="-5"/><w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>"#,
            r#"<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>"#,
            "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>",
            r#"<w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct w:val="0"/>"#,
            r#"<w:spacing w:before="0" w:after="0" w:line="{}" w:lineRule="exact"/><w:jc w:val="both"/>"#,
            "</w:pPr></w:pPrDefault></w:docDefaults>"
        ),
        fonts(BODY_FONT),
        LINE
    )
}

fn style(kind: &str, id: &str, name: &str, paragraph: &str, look: &str, base: &str) -> String {
    let wrapped = |tag: &str, inside: &str| match inside {
        "" => String::new(),
        _ => format!("<w:{tag}>{inside}</w:{tag}>"),
    };
    format!(
        r#"<w:style w:type="{kind}" {id}><w:name w:val="{name}"/>{base}{}{}</w:style>"#,
        wrapped("pPr", paragraph),
        wrapped("rPr", look)
    )
}
