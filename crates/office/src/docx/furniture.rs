//! What stands around the body: head, annex note, signature, annexes, imprint, each at the place
//! that GB/T 9704-2012 gives it.
use jiff::civil::Date;

use super::body::{Body, Look, run_xml};
use super::parts::{BLACK_FONT, CHARACTER, KAI_FONT, LINE, TITLE_FONT, WIDTH, fonts};
use super::{Annex, Code, Imprint, RedHead, Signature};
use crate::text::display_width;
use crate::xml::escape;

const RED: &str = "FF0000";
/// 35 mm from the upper edge of the type area to the organ mark, less the air above its signs.
const MARK_DROP: u32 = 1_984 - 100;
const CHARACTERS: usize = 28;
/// Ends the properties of a paragraph.
const LOOK_END: &str = "</w:pPr>";

impl Body {
    pub(super) fn head(&mut self, head: &RedHead) {
        let mut drop = MARK_DROP;
        if let Some(urgency) = &head.urgency {
            self.plain(&Look::default(), &fonts(BLACK_FONT), urgency);
            drop -= LINE;
        }
        let points = mark_size(&head.organ_mark);
        let height = points * 24;
        let mark = Look {
            spacing: format!(
                r#"<w:spacing w:before="{drop}" w:line="{height}" w:lineRule="exact"/>"#
            ),
            align: "center",
            ..Look::default()
        };
        let red = format!(
            r#"{}<w:color w:val="{RED}"/><w:spacing w:val="0"/><w:sz w:val="{}"/><w:szCs w:val="{}"/>"#,
            fonts(TITLE_FONT),
            points * 2,
            points * 2
        );
        self.plain(&mark, &red, &head.organ_mark);
        self.empty_lines(2);
        self.number_line(head);
    }

    /// Number and signers, with the red line below.
    fn number_line(&mut self, head: &RedHead) {
        let line = |look: Look| Look {
            border: format!(
                r#"<w:pBdr><w:bottom w:val="single" w:sz="16" w:space="6" w:color="{RED}"/></w:pBdr>"#
            ),
            ..look
        };
        if head.signers.is_empty() {
            let look = line(Look {
                align: "center",
                ..Look::default()
            });
            self.plain(&look, "", &head.number);
            return;
        }
        // Tabs, not indents: the red line is as wide as the type area.
        let tabs = format!(
            r#"<w:tabs><w:tab w:val="left" w:pos="{CHARACTER}"/><w:tab w:val="right" w:pos="{}"/></w:tabs>"#,
            WIDTH - CHARACTER
        );
        let upward = Look {
            tabs,
            align: "left",
            ..Look::default()
        };
        // Two signers a line; the number stands in the last.
        let lines: Vec<String> = head.signers.chunks(2).map(|two| two.join("　")).collect();
        for (at, names) in lines.iter().enumerate() {
            let last = at + 1 == lines.len();
            let label = if at == 0 {
                "签发人："
            } else {
                "　　　　"
            };
            let left = if last {
                escape(&head.number)
            } else {
                String::new()
            };
            let look = if last {
                line(upward.clone())
            } else {
                upward.clone()
            };
            self.out.push_str(&format!(
                r#"<w:p>{}<w:r><w:tab/><w:t xml:space="preserve">{left}</w:t></w:r><w:r><w:tab/><w:t>{label}</w:t></w:r><w:r><w:rPr>{}</w:rPr><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#,
                look.xml(),
                fonts(KAI_FONT),
                escape(names)
            ));
        }
    }

    /// One empty line below the body; names that wrap begin under their first character.
    pub(super) fn annex_note(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        self.empty_lines(1);
        for (at, name) in names.iter().enumerate() {
            let name = name.trim_end_matches(['。', '；', '，', '.']);
            let ordinal = match names.len() {
                1 => String::new(),
                _ => format!("{}. ", at + 1),
            };
            let label = if at == 0 { "附件：" } else { "" };
            let text = format!("{label}{ordinal}{name}");
            // In halves of a character: two characters in, three for the label, then the ordinal.
            let hang = display_width(&format!("{label}{ordinal}"));
            let left = 4 + 6 + display_width(&ordinal);
            let indent = format!(
                r#"<w:ind w:leftChars="{}" w:left="{}" w:hangingChars="{}" w:hanging="{}"/>"#,
                left * 50,
                halves(left),
                hang * 50,
                halves(hang)
            );
            self.plain(
                &Look {
                    indent,
                    ..Look::default()
                },
                "",
                &text,
            );
        }
    }

    /// The code in the upper margin of the first page, at the right: there it moves no line and
    /// never falls on a page of its own. It hangs on the first paragraph, which always has a look.
    pub(super) fn code(&mut self, code: &Code) {
        const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
        let Some(at) = self.out.find(LOOK_END).map(|at| at + LOOK_END.len()) else {
            return;
        };
        let run = format!(
            concat!(
                r#"<w:r><w:drawing><wp:anchor xmlns:wp="{ns}/wordprocessingDrawing" distT="0" distB="0""#,
                r#" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0""#,
                r#" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>"#,
                r#"<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>"#,
                r#"<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>"#,
                r#"<wp:extent cx="{side}" cy="{side}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>"#,
                r#"<wp:wrapNone/><wp:docPr id="1" name="code" descr="{words}"/><wp:cNvGraphicFramePr/>"#,
                r#"<a:graphic xmlns:a="{ns}/main"><a:graphicData uri="{ns}/picture">"#,
                r#"<pic:pic xmlns:pic="{ns}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="code.png"/>"#,
                r#"<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="code"/><a:stretch>"#,
                r#"<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>"#,
                r#"<a:ext cx="{side}" cy="{side}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>"#,
                r#"</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:anchor>"#,
                r#"</w:drawing></w:r>"#
            ),
            ns = DRAWING,
            // In EMU, 36,000 to the millimetre: 22 mm wide, 10 mm below the upper edge, and its
            // right edge where the type area has its own.
            side = 792_000,
            left = 5_832_000,
            top = 360_000,
            words = escape(&code.caption),
        );
        self.out.insert_str(at, &run);
    }

    /// The places of organ and date, with and without seal, as the standard sets them.
    pub(super) fn signature(&mut self, signature: &Signature) {
        let date = long_date(signature.date);
        let organ_width = display_width(&signature.organ);
        let date_width = display_width(&date);
        let whole = CHARACTERS * 2;
        // All in halves of a character, measured from the right edge of the type area.
        let (organ_right, date_right) = if signature.sealed {
            let date_right = 8;
            let middle = date_right * 2 + date_width;
            (middle.saturating_sub(organ_width) / 2, date_right)
        } else {
            let organ_right = 4;
            // The date begins two characters right of the organ's first.
            let date_end = organ_right + organ_width;
            match date_end.checked_sub(4 + date_width) {
                Some(date_right) if organ_width < whole => (organ_right, date_right),
                _ => ((4 + date_width + 4).saturating_sub(organ_width), 4),
            }
        };
        self.kept_lines(2);
        let lines = [
            (&signature.organ, organ_right, true),
            (&date, date_right, false),
        ];
        for (text, right, keep) in lines {
            let indent = format!(
                r#"<w:ind w:rightChars="{}" w:right="{}"/>"#,
                right * 50,
                halves(right)
            );
            self.plain(
                &Look {
                    keep,
                    indent,
                    align: "right",
                    ..Look::default()
                },
                "",
                text,
            );
        }
    }

    pub(super) fn annex(&mut self, annex: &Annex, number: Option<u32>) {
        let label = number.map_or_else(|| "附件".to_owned(), |number| format!("附件{number}"));
        let look = Look {
            page_break: true,
            ..Look::default()
        };
        self.plain(&look, &fonts(BLACK_FONT), &label);
        self.empty_lines(1);
        for line in annex.title.lines() {
            self.plain(
                &Look {
                    style: "Title",
                    ..Look::default()
                },
                "",
                line,
            );
        }
        self.empty_lines(1);
        self.blocks(&annex.blocks, false);
    }

    /// A frame at the foot of the last page: thick, thin and thick line.
    pub(super) fn imprint(&mut self, imprint: &Imprint) {
        if let Some(copies) = &imprint.copies_to {
            // The names wrap under their first character.
            let indent = r#"<w:ind w:left="1120" w:right="280" w:hanging="840"/>"#;
            let text = format!("抄送：{}。", copies.trim_end_matches('。'));
            self.out
                .push_str(&framed("", 560, indent, &run_xml(SMALL, &text)));
            self.out
                .push_str(&framed(&right_tab(WIDTH), 160, "", &run_xml(RULE, "\t")));
        }
        let date = imprint
            .printed_on
            .map(|day| format!("{}印发", long_date(day)));
        let line = format!("{}\t{}", imprint.printed_by, date.unwrap_or_default());
        let indent = r#"<w:ind w:left="280" w:right="280"/>"#;
        self.out.push_str(&framed(
            &right_tab(WIDTH - 280),
            560,
            indent,
            &run_xml(SMALL, &line),
        ));
        // A frame belongs to the paragraph that follows it.
        self.out.push_str(
            r#"<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>"#,
        );
    }
}

/// Points of an organ mark so that it fills the line without touching its ends.
fn mark_size(mark: &str) -> u32 {
    let halves = u32::try_from(display_width(mark))
        .unwrap_or(u32::MAX)
        .max(1);
    (420 * 2 / halves).clamp(16, 48)
}

/// Size 4 (14 pt), for the imprint.
const SMALL: &str = r#"<w:spacing w:val="0"/><w:sz w:val="28"/><w:szCs w:val="28"/>"#;

/// An underlined tab across the whole width: the middle line of the imprint. Paragraphs of one frame
/// must have the same borders, or LibreOffice takes them out of it.
const RULE: &str =
    r#"<w:spacing w:val="0"/><w:sz w:val="16"/><w:szCs w:val="16"/><w:u w:val="single"/>"#;

fn right_tab(position: u32) -> String {
    format!(r#"<w:tabs><w:tab w:val="right" w:pos="{position}"/></w:tabs>"#)
}

/// A paragraph of the imprint's frame, whose outer lines are 0.35 mm.
fn framed(tabs: &str, height: u32, indent: &str, runs: &str) -> String {
    let border =
        |side: &str| format!(r#"<w:{side} w:val="single" w:sz="8" w:space="0" w:color="000000"/>"#);
    format!(
        concat!(
            r#"<w:p><w:pPr><w:framePr w:w="{}" w:hSpace="0" w:vSpace="0" w:wrap="around""#,
            r#" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="center" w:yAlign="bottom"/>"#,
            r#"<w:pBdr>{}{}</w:pBdr>{}<w:snapToGrid w:val="0"/>"#,
            r#"<w:spacing w:line="{}" w:lineRule="exact"/>{}<w:jc w:val="left"/></w:pPr>{}</w:p>"#
        ),
        WIDTH,
        border("top"),
        border("bottom"),
        tabs,
        height,
        indent,
        runs
    )
}

/// `2025年3月1日`, without zeros in front.
fn long_date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn halves(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(0).saturating_mul(CHARACTER) / 2
}
