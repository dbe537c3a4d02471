//! The glyphs of a page, where they stand.

use std::collections::HashMap;
use std::rc::Rc;

use hayro_syntax::content::{TypedIter, ops::TypedInstruction};
use hayro_syntax::object::{Dict, Name, Number, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::font::Font;

/// What a code shows, and where.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub characters: String,
    /// From the left edge of the page to where it begins and ends.
    pub from: f64,
    pub to: f64,
    /// From the bottom of the page to its base line.
    pub base: f64,
    /// Height of a full-width character.
    pub size: f64,
}

/// `[a b c d e f]` of a PDF.
type Matrix = [f64; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `inner`, seen through `outer`.
fn through(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [g, h, i, j, k, l] = outer;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

/// What `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    between_characters: f64,
    between_words: f64,
    /// 1 is as wide as the font says.
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Reads page after page; fonts are read once.
pub(super) struct Reader {
    fonts: HashMap<Vec<u8>, Rc<Font>>,
    /// Codes that have characters, and codes that have none.
    pub known: usize,
    pub unknown: usize,
    left: usize,
    glyphs: Vec<Glyph>,
}

/// Forms within forms.
const DEPTH_MAX: usize = 8;

impl Reader {
    /// Reads so many codes at most.
    pub(super) fn new(pieces: usize) -> Self {
        Self {
            fonts: HashMap::new(),
            known: 0,
            unknown: 0,
            left: pieces,
            glyphs: Vec::new(),
        }
    }

    /// The glyphs of a page, in the order in which they are drawn.
    pub(super) fn page(&mut self, page: &Page<'_>) -> Vec<Glyph> {
        self.fonts.clear();
        let state = State {
            page: page.initial_transform(false).as_coeffs(),
            font: None,
            size: 1.0,
            between_characters: 0.0,
            between_words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        self.content(page.typed_operations(), page.resources(), state, 0);
        std::mem::take(&mut self.glyphs)
    }

    fn content(
        &mut self,
        mut operations: TypedIter<'_>,
        resources: &Resources<'_>,
        state: State,
        depth: usize,
    ) {
        let mut cursor = Cursor {
            state,
            kept: Vec::new(),
            line: IDENTITY,
            text: IDENTITY,
        };
        while let Some(operation) = operations.next() {
            if self.left == 0 {
                return;
            }
            match operation {
                TypedInstruction::TextFont(font) => {
                    cursor.state.font = self.font(resources, font.0);
                    cursor.state.size = font.1.as_f64();
                }
                TypedInstruction::ShowText(shown) => self.show(&mut cursor, shown.0.as_bytes()),
                TypedInstruction::NextLineAndShowText(shown) => {
                    cursor.next_line(0.0, -cursor.state.leading);
                    self.show(&mut cursor, shown.0.as_bytes());
                }
                TypedInstruction::ShowTextWithParameters(shown) => {
                    cursor.state.between_words = shown.0.as_f64();
                    cursor.state.between_characters = shown.1.as_f64();
                    cursor.next_line(0.0, -cursor.state.leading);
                    self.show(&mut cursor, shown.2.as_bytes());
                }
                TypedInstruction::ShowTexts(shown) => {
                    for piece in shown.0.iter::<Object<'_>>() {
                        match piece {
                            Object::String(text) => self.show(&mut cursor, text.as_bytes()),
                            Object::Number(back) => cursor.kern(back.as_f64()),
                            _ => {}
                        }
                    }
                }
                TypedInstruction::XObject(form) if depth < DEPTH_MAX => {
                    self.form(resources, form.0, &cursor.state, depth);
                }
                other => cursor.follow(&other),
            }
        }
    }

    /// The text inside a form; a picture has none.
    fn form(&mut self, resources: &Resources<'_>, name: &Name<'_>, state: &State, depth: usize) {
        let Some(stream) = resources.get_x_object(name) else {
            return;
        };
        let dict = stream.dict();
        let is_form = dict
            .get::<Name<'_>>("Subtype")
            .is_some_and(|kind| kind.as_str() == "Form");
        let Some(data) = is_form.then(|| decoded(&stream)).flatten() else {
            return;
        };
        let own = dict.get::<Dict<'_>>("Resources").unwrap_or_default();
        let matrix = dict.get::<[f64; 6]>("Matrix").unwrap_or(IDENTITY);
        let state = State {
            page: through(matrix, state.page),
            ..state.clone()
        };
        let resources = Resources::from_parent(own, resources.clone());
        // Fonts of a form may bear the names of other fonts of the page.
        let fonts = std::mem::take(&mut self.fonts);
        self.content(TypedIter::new(&data), &resources, state, depth + 1);
        self.fonts = fonts;
    }

    fn font(&mut self, resources: &Resources<'_>, name: &Name<'_>) -> Option<Rc<Font>> {
        let key: &[u8] = name.as_ref();
        if let Some(font) = self.fonts.get(key) {
            return Some(Rc::clone(font));
        }
        let font = Rc::new(Font::read(&resources.get_font(name)?));
        self.fonts.insert(key.to_vec(), Rc::clone(&font));
        Some(font)
    }

    fn show(&mut self, cursor: &mut Cursor, bytes: &[u8]) {
        let Some(font) = cursor.state.font.clone() else {
            return;
        };
        for code in font.codes(bytes) {
            let Some(left) = self.left.checked_sub(1) else {
                return;
            };
            self.left = left;
            let (from, base, size) = cursor.place();
            cursor.advance(code.width, code.blank);
            let (to, _, _) = cursor.place();
            let Some(characters) = code.characters else {
                self.unknown += 1;
                continue;
            };
            self.known += 1;
            let finite = [from, to, base, size]
                .iter()
                .all(|number| number.is_finite());
            if finite && size > 0.0 {
                self.glyphs.push(Glyph {
                    characters,
                    from,
                    to,
                    base,
                    size,
                });
            }
        }
    }
}

fn decoded(stream: &Stream<'_>) -> Option<Vec<u8>> {
    stream.decoded().ok().map(std::borrow::Cow::into_owned)
}

/// Where the next glyph goes.
struct Cursor {
    state: State,
    kept: Vec<State>,
    /// The beginning of the line, and the place in it.
    line: Matrix,
    text: Matrix,
}

impl Cursor {
    /// Operations that move or set, and show nothing.
    fn follow(&mut self, operation: &TypedInstruction<'_, '_>) {
        const KEPT_MAX: usize = 512;
        let number = |number: &Number| number.as_f64();
        match operation {
            TypedInstruction::SaveState(_) if self.kept.len() < KEPT_MAX => {
                self.kept.push(self.state.clone());
            }
            TypedInstruction::RestoreState(_) => {
                if let Some(kept) = self.kept.pop() {
                    self.state = kept;
                }
            }
            TypedInstruction::Transform(m) => {
                let matrix = [&m.0, &m.1, &m.2, &m.3, &m.4, &m.5].map(number);
                self.state.page = through(matrix, self.state.page);
            }
            TypedInstruction::BeginText(_) => self.start(IDENTITY),
            TypedInstruction::SetTextMatrix(m) => {
                self.start([&m.0, &m.1, &m.2, &m.3, &m.4, &m.5].map(number));
            }
            TypedInstruction::NextLine(by) => self.next_line(number(&by.0), number(&by.1)),
            TypedInstruction::NextLineAndSetLeading(by) => {
                self.state.leading = -number(&by.1);
                self.next_line(number(&by.0), number(&by.1));
            }
            TypedInstruction::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            TypedInstruction::CharacterSpacing(by) => {
                self.state.between_characters = number(&by.0);
            }
            TypedInstruction::WordSpacing(by) => self.state.between_words = number(&by.0),
            TypedInstruction::HorizontalScaling(by) => self.state.stretch = number(&by.0) / 100.0,
            TypedInstruction::TextLeading(by) => self.state.leading = number(&by.0),
            TypedInstruction::TextRise(by) => self.state.rise = number(&by.0),
            _ => {}
        }
    }

    fn start(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.text = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.start(through([1.0, 0.0, 0.0, 1.0, x, y], self.line));
    }

    fn move_by(&mut self, x: f64) {
        self.text = through([1.0, 0.0, 0.0, 1.0, x, 0.0], self.text);
    }

    fn kern(&mut self, back: f64) {
        self.move_by(-back / 1000.0 * self.state.size * self.state.stretch);
    }

    fn advance(&mut self, width: f64, blank: bool) {
        let state = &self.state;
        let words = if blank { state.between_words } else { 0.0 };
        let by = width / 1000.0 * state.size + state.between_characters + words;
        self.move_by(by * state.stretch);
    }

    /// Left edge, base line and size on the page.
    fn place(&self) -> (f64, f64, f64) {
        let raised = through([1.0, 0.0, 0.0, 1.0, 0.0, self.state.rise], self.text);
        let [_, _, c, d, x, y] = through(raised, self.state.page);
        (x, y, self.state.size.abs() * c.hypot(d))
    }
}
