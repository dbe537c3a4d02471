//! The kinds of paper: for each the fields of its order and its template.
//!
//! To add a kind: write its fields here, its page in `templates/`, a line in [`ALL`], a sample in
//! the tests. The crate documentation shows each kind as JSON.

use crate::{
    fonts::Role,
    shape::{Field, Need, Shape},
};

/// A kind of paper.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the order.
    pub name: &'static str,
    /// The fields of the order besides `v` and `kind`.
    pub fields: &'static [Field],
    /// Name and text of its template.
    pub template: (&'static str, &'static str),
}

/// The version of the order that this program reads.
pub const VERSION: i64 = 1;

/// What the templates import.
pub const SHARED: [(&str, &str); 2] = [
    ("page.typ", include_str!("../templates/page.typ")),
    ("text.typ", include_str!("../templates/text.typ")),
];

/// All kinds.
pub const ALL: &[Kind] = &[
    Kind {
        name: "report",
        fields: REPORT,
        template: ("report.typ", include_str!("../templates/report.typ")),
    },
    Kind {
        name: "paper",
        fields: PAPER,
        template: ("paper.typ", include_str!("../templates/paper.typ")),
    },
    Kind {
        name: "case_file",
        fields: CASE_FILE,
        template: ("case_file.typ", include_str!("../templates/case_file.typ")),
    },
    Kind {
        name: "certificate",
        fields: CERTIFICATE,
        template: (
            "certificate.typ",
            include_str!("../templates/certificate.typ"),
        ),
    },
];

const TITLE: Shape = Shape::Text(&[Role::Title]);
const BODY: Shape = Shape::Text(&[Role::Body]);
const HEADING: Shape = Shape::Text(&[Role::Hei, Role::Kai, Role::Body]);
const TEXTS: Shape = Shape::List(&BODY, 10_000);

/// Title and text of one rank: `report`, annexes, papers.
const PART: Shape = Shape::Object(&[
    must("level", Shape::Number(0, 4)),
    present("heading", HEADING),
    must("paragraphs", TEXTS),
    may("table", TABLE),
]);
const PARTS: Shape = Shape::List(&PART, 10_000);

const TABLE: Shape = Shape::Object(&[
    may("caption", Shape::Text(&[Role::Hei])),
    must(
        "header",
        Shape::List(&Shape::Text(&[Role::Hei]), COLUMNS_MAX),
    ),
    must("rows", Shape::List(&Shape::List(&BODY, COLUMNS_MAX), 5_000)),
    may("widths", Shape::List(&Shape::Number(1, 100), COLUMNS_MAX)),
]);
/// More do not fit 156 mm.
const COLUMNS_MAX: usize = 12;

/// A label and what it says: cover, note sheet.
const ROWS: Shape = Shape::List(
    &Shape::Object(&[must("label", BODY), present("value", BODY)]),
    40,
);

const REPORT: &[Field] = &[
    must("title", TITLE),
    must("organ", BODY),
    must("date", Shape::Date),
    must("parts", PARTS),
    may("sealed", Shape::Flag),
    may("head", HEAD),
    may("addressee", BODY),
    may("note", BODY),
    may("annexes", ANNEXES),
    may("imprint", IMPRINT),
];

const HEAD: Shape = Shape::Object(&[
    must("mark", TITLE),
    must("number", BODY),
    may("signers", Shape::List(&Shape::Text(&[Role::Kai]), 12)),
    may("urgency", Shape::Text(&[Role::Hei])),
]);

const ANNEXES: Shape = Shape::List(
    &Shape::Object(&[
        must("title", Shape::Text(&[Role::Title, Role::Body])),
        must("parts", PARTS),
    ]),
    100,
);

const IMPRINT: Shape = Shape::Object(&[
    may("copies_to", BODY),
    must("printed_by", BODY),
    must("printed_on", Shape::Date),
]);

const PAPER: &[Field] = &[
    must("title", TITLE),
    must("organ", Shape::Text(&[Role::Title, Role::Body])),
    must("date", Shape::Date),
    may("number", BODY),
    may("addressee", BODY),
    must("parts", PARTS),
    may("sealed", Shape::Flag),
    may("signs", SIGNS),
    may("note", BODY),
    may("code", CODE),
];

/// A code to scan: rows of squares with their quiet zone, `true` is dark; the words below it, and
/// the address that it holds, for those who read on a screen.
const CODE: Shape = Shape::Object(&[
    must(
        "squares",
        Shape::List(&Shape::List(&Shape::Flag, SQUARES_MAX), SQUARES_MAX),
    ),
    must("caption", BODY),
    must("address", Shape::Text(&[])),
]);
/// The largest code has 177 squares in a row, and four light ones on either side.
const SQUARES_MAX: usize = 185;

/// Lines for signatures by hand: what stands before the blank.
const SIGNS: Shape = Shape::List(&BODY, 20);

const CASE_FILE: &[Field] = &[
    must("title", TITLE),
    must("organ", TITLE),
    must("date", Shape::Date),
    must("cover", ROWS),
    must("papers", Shape::List(&FILED_PAPER, 1_000)),
    may("closing", CLOSING),
];

/// As [`PAPER`], with what the index says of it; without parts it is listed and not set (a disc,
/// a sealed bag).
const FILED_PAPER: Shape = Shape::Object(&[
    must("title", Shape::Text(&[Role::Title, Role::Body])),
    may("organ", Shape::Text(&[Role::Title, Role::Body])),
    may("date", Shape::Date),
    may("number", BODY),
    may("remark", BODY),
    may("addressee", BODY),
    may("parts", PARTS),
    may("sealed", Shape::Flag),
    may("signs", SIGNS),
    may("note", BODY),
]);

const CLOSING: Shape = Shape::Object(&[must("paragraphs", TEXTS), may("rows", ROWS)]);

const CERTIFICATE: &[Field] = &[
    must("title", TITLE),
    must("organ", BODY),
    must("date", Shape::Date),
    may("number", BODY),
    must("to", Shape::Text(&[Role::Kai])),
    must("paragraphs", TEXTS),
];

const fn must(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        need: Need::Must,
    }
}

const fn present(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        need: Need::Present,
    }
}

const fn may(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        need: Need::May,
    }
}
