//! A clerk who knows nothing but the pages: reads a form, fills it in as its definition asks, sends
//! it, and tries again with other values when the form comes back.

use std::collections::BTreeMap;

use app::catalogue::{
    definition::{Field, FieldType, Ledger},
    value::{Fields, Value},
};

use crate::browser::{Answer, Browser};

/// Tries before a form is given up.
const TRIES: usize = 120;
/// Tries where it is known what to fill in.
const KNOWN_TRIES: usize = 6;

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % bound.max(1)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// A control of a form, as the page shows it.
#[derive(Debug, Default)]
struct Control {
    name: String,
    kind: String,
    value: String,
    required: bool,
    /// What can be chosen, for selects, radio buttons and check boxes.
    options: Vec<String>,
}

/// A form of a page.
#[derive(Debug)]
pub struct Form {
    action: String,
    controls: Vec<Control>,
}

/// An element's name and attributes.
type Tag<'a> = (&'a str, BTreeMap<&'a str, String>);

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The tags of a page of ours, each with the text that follows it.
fn tags(html: &str) -> impl Iterator<Item = (Tag<'_>, &str)> {
    html.split('<').skip(1).filter_map(|piece| {
        let (inside, text) = piece.split_once('>')?;
        let (name, mut rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
        let mut attributes = BTreeMap::new();
        while let Some((before, after)) = rest.split_once(['=', ' ']) {
            match after.strip_prefix('"').filter(|_| !before.is_empty()) {
                Some(quoted) => {
                    let (value, next) = quoted.split_once('"')?;
                    attributes.insert(before, plain(value));
                    rest = next.trim_start();
                }
                None => {
                    attributes.insert(before, String::new());
                    rest = after;
                }
            }
        }
        attributes.insert(rest, String::new());
        Some(((name, attributes), text))
    })
}

impl Form {
    /// The form of a page that has this id.
    pub fn of(page: &str, id: &str) -> Option<Self> {
        let at = page.find(&format!("id=\"{id}\""))?;
        let from = page[..at].rfind("<form")?;
        let html = page[from..].split("</form>").next()?;
        let mut form = Self {
            action: String::new(),
            controls: Vec::new(),
        };
        for ((tag, mut has), text) in tags(html) {
            let mut take = |name: &str| has.remove(name).unwrap_or_default();
            let (name, value, kind) = (take("name"), take("value"), take("type"));
            let required = has.contains_key("required");
            match tag {
                "form" => form.action = has.remove("action").unwrap_or_default(),
                "input" if kind == "radio" || kind == "checkbox" => {
                    match form.controls.last_mut().filter(|last| last.name == name) {
                        Some(last) => last.options.push(value),
                        None => form.controls.push(Control {
                            options: vec![value],
                            value: String::new(),
                            name,
                            kind,
                            required,
                        }),
                    }
                    if let (true, Some(last)) =
                        (has.contains_key("checked"), form.controls.last_mut())
                    {
                        last.value = last.options.last().cloned().unwrap_or_default();
                    }
                }
                "input" | "select" | "textarea" if !name.is_empty() => {
                    let value = match tag {
                        "textarea" => plain(text),
                        _ => value,
                    };
                    let kind = match tag {
                        "input" => kind,
                        _ => tag.to_owned(),
                    };
                    form.controls.push(Control {
                        name,
                        kind,
                        value,
                        required,
                        options: Vec::new(),
                    });
                }
                "option" => {
                    if let Some(last) = form.controls.last_mut().filter(|c| c.kind == "select") {
                        if has.contains_key("selected") {
                            last.value.clone_from(&value);
                        }
                        if !value.is_empty() {
                            last.options.push(value);
                        }
                    }
                }
                _ => {}
            }
        }
        Some(form)
    }

    /// Fills it in with what is known; what stands there stays, the rest is left where it may be.
    fn known(&self, how: &How<'_>, given: &Fields, dice: &mut Dice) -> Pairs {
        let mut pairs = Pairs::new();
        for control in &self.controls {
            let id = control.name.split('.').next().unwrap_or_default();
            let known = how.ledger.field(id).zip(given.get(id));
            let open = control.required && control.value.is_empty();
            // To what it belongs the page knows.
            let linked = |field: &Field| {
                matches!(field.kind, FieldType::Reference { .. }) && !control.value.is_empty()
            };
            let known = known.filter(|(field, _)| !is_own(how.ledger, field) && !linked(field));
            let values = match known {
                Some((field, value)) => control.given(field, value),
                None if open || control.name.starts_with("officer-") => {
                    control.answered(how, dice, true)
                }
                None if control.value.is_empty() => Vec::new(),
                None => vec![control.value.clone()],
            };
            let named = |value| (control.name.clone(), value);
            pairs.extend(values.into_iter().map(named));
        }
        pairs
    }

    /// Fills it in: what stands there stays, what must be filled is, of the rest some. Only the
    /// fields of `again` are filled anew where there are such.
    fn filled(&self, how: &How<'_>, dice: &mut Dice, before: &mut Pairs, again: &[String]) {
        let keep = |name: &str| !again.is_empty() && !again.iter().any(|id| id == name);
        let kept: Pairs = before.drain(..).filter(|(name, _)| keep(name)).collect();
        for control in &self.controls {
            if keep(&control.name) {
                let same = kept.iter().filter(|(name, _)| *name == control.name);
                before.extend(same.cloned());
                continue;
            }
            let values = control.answered(how, dice, !again.is_empty());
            before.extend(
                values
                    .into_iter()
                    .map(|value| (control.name.clone(), value)),
            );
        }
    }
}

/// Whether the value of a field is found here: what tells one entry from another, and what the
/// bureau has to know.
fn is_own(ledger: &Ledger, field: &Field) -> bool {
    let known_here = matches!(field.kind, FieldType::District | FieldType::Unit);
    known_here || ledger.key.contains(&field.id)
}

impl Control {
    /// What is typed or chosen to give a field this value.
    fn given(&self, field: &Field, value: &Value) -> Vec<String> {
        let text = |value: &Value| value.as_text().unwrap_or_default().to_owned();
        match (&field.kind, value) {
            (FieldType::Flag, Value::Flag(flag)) => vec![flag.to_string()],
            (FieldType::Choices { .. }, Value::List(items)) => items.iter().map(text).collect(),
            (FieldType::DateRange, Value::List(days)) => {
                let last = self.name.ends_with(".to");
                let day = if last { days.last() } else { days.first() };
                day.map(text).into_iter().collect()
            }
            _ => vec![field.kind.input_text(value)],
        }
    }

    /// What is typed or chosen here; `insists` where the page has asked for it again.
    fn answered(&self, how: &How<'_>, dice: &mut Dice, insists: bool) -> Vec<String> {
        let id = self.name.split('.').next().unwrap_or_default();
        let field = how.ledger.field(id);
        let may_be_empty = !self.required && !insists;
        if self.kind == "hidden"
            || (!self.value.is_empty() && (field.is_none() || dice.below(4) > 0))
        {
            return vec![self.value.clone()];
        }
        let is_left = field.is_some_and(|f| !f.number.is_empty() || (how.skips)(f));
        if may_be_empty && (is_left || dice.below(5) == 0) {
            return Vec::new();
        }
        match (self.kind.as_str(), field) {
            ("checkbox" | "select" | "radio", _) => {
                dice.pick(&self.options).cloned().into_iter().collect()
            }
            (_, Some(field)) => vec![typed(field, self, dice, &how.today)],
            (_, None) => match self.name.strip_prefix("officer-") {
                Some(n) => vec![format!("执法{n}")],
                None => vec![self.value.clone()],
            },
        }
    }
}

/// The names and values of a form, as they are sent.
type Pairs = Vec<(String, String)>;

/// What the robot knows beside the page.
pub struct How<'a> {
    /// The ledger whose fields are asked for.
    pub ledger: &'a Ledger,
    /// Fields that are left empty where that is allowed.
    pub skips: &'a dyn Fn(&Field) -> bool,
    /// The day.
    pub today: String,
}

/// What a person would type into a field.
fn typed(field: &Field, control: &Control, dice: &mut Dice, today: &str) -> String {
    match &field.kind {
        FieldType::Date => near(today, dice),
        FieldType::DateRange if control.name.ends_with(".to") => later(today, 30),
        FieldType::DateRange => today.to_owned(),
        FieldType::Rows { columns } => {
            let cells = columns.iter().map(|column| cell(column, dice, today));
            cells.collect::<Vec<_>>().join(" | ")
        }
        _ => cell(field, dice, today),
    }
}

fn cell(field: &Field, dice: &mut Dice, today: &str) -> String {
    let n = dice.below(9_000) + 1;
    match &field.kind {
        FieldType::Text { .. } => format!("文字{n}"),
        FieldType::LongText => format!("第{n}次说明"),
        FieldType::Number { decimals, min, max } => {
            let scale = 10_i64.pow(u32::from(*decimals));
            let some = [0, 1, 2, 3, 5, 10, 30, 50][dice.below(8)] * scale;
            let value = (min.unwrap_or(0) + some).min(max.unwrap_or(i64::MAX));
            (value / scale).to_string()
        }
        FieldType::Money => [0, 500, 3_000, 30_000, 200_000][dice.below(5)].to_string(),
        FieldType::Date => near(today, dice),
        FieldType::DateRange => format!("{today}至{}", later(today, 30)),
        FieldType::Choice { options } => dice.pick(options).cloned().unwrap_or_default(),
        FieldType::Choices { options } => dice.pick(options).cloned().unwrap_or_default(),
        FieldType::Flag => ["是", "否"][dice.below(2)].to_owned(),
        FieldType::District => "东区".to_owned(),
        FieldType::Subject | FieldType::Unit => "第一中学".to_owned(),
        FieldType::Officer | FieldType::Person => "王小明".to_owned(),
        FieldType::Phone => "13800138000".to_owned(),
        FieldType::Address => "人民路1号".to_owned(),
        FieldType::IdentityNumber => "11010519491231002X".to_owned(),
        FieldType::CreditCode => "91350100M000100Y43".to_owned(),
        FieldType::LawCitation => "行政处罚法 第五十七条".to_owned(),
        FieldType::File | FieldType::Reference { .. } => format!("甲{n}"),
        FieldType::Rows { .. } => String::new(),
    }
}

fn near(today: &str, dice: &mut Dice) -> String {
    later(today, [0, 0, 0, -2, 12][dice.below(5)])
}

/// A day so many days later.
pub fn later(day: &str, days: i64) -> String {
    use jiff::{ToSpan, civil::Date};
    let day: Date = day.parse().unwrap();
    day.checked_add(days.days()).unwrap().to_string()
}

/// What came of a form.
pub enum Sent {
    /// It was taken; where the browser was led to.
    Taken(String),
    /// It was refused every time; what the page said last.
    Refused(String),
    /// The page has no such form; what it says instead.
    NoForm(String),
}

/// Opens a page with a form and sends it until it is taken.
pub fn fill(browser: &mut Browser, path: &str, form: &str, how: &How<'_>, dice: &mut Dice) -> Sent {
    sends(browser, path, form, how, dice, None)
}

/// The same, where it is known what to fill in.
pub fn fill_known(
    browser: &mut Browser,
    (path, form): (&str, &str),
    how: &How<'_>,
    dice: &mut Dice,
    given: &Fields,
) -> Sent {
    sends(browser, path, form, how, dice, Some(given))
}

fn sends(
    browser: &mut Browser,
    path: &str,
    form: &str,
    how: &How<'_>,
    dice: &mut Dice,
    given: Option<&Fields>,
) -> Sent {
    let page = browser.get(path);
    assert!(page.status < 500, "{path}: {}", page.text());
    let text = page.text();
    let Some(form) = Form::of(&text, form) else {
        return Sent::NoForm(said(&page));
    };
    let (mut last, mut pairs, mut again) = (String::new(), Pairs::new(), Vec::new());
    let tries = given.map_or(TRIES, |_| KNOWN_TRIES);
    for n in 0..tries {
        match given.filter(|_| n == 0) {
            Some(given) => pairs = form.known(how, given, dice),
            None => form.filled(how, dice, &mut pairs, &again),
        }
        let sent: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (&**n, &**v)).collect();
        let answer = browser.post(&form.action, &sent);
        if answer.status == 303 {
            return Sent::Taken(answer.led_to());
        }
        assert_eq!(answer.status, 422, "{path} {sent:?}: {}", answer.text());
        again = refused(&answer.text());
        last = said(&answer);
    }
    Sent::Refused(last)
}

/// The fields that the summary of errors leads to.
fn refused(page: &str) -> Vec<String> {
    let summary = page
        .split("error-summary")
        .nth(1)
        .and_then(|rest| rest.split("</div>").next());
    let links = summary.unwrap_or_default().split("href=\"#").skip(1);
    links
        .filter_map(|link| Some(link.split('"').next()?.to_owned()))
        .collect()
}

/// What a page says is wrong, or in the way.
fn said(page: &Answer) -> String {
    let text = page.text();
    let main = text.split("<main").nth(1).unwrap_or(&text);
    let summary = main.split("error-summary").nth(1);
    let part = summary
        .or_else(|| main.split("notice").nth(1))
        .unwrap_or(main);
    let words: String = tags(part)
        .map(|(_, text)| text.trim())
        .collect::<Vec<_>>()
        .join(" ");
    match words.is_empty() {
        true => format!(
            "{} {}",
            page.status,
            main.chars().take(600).collect::<String>()
        ),
        false => words.chars().take(300).collect(),
    }
}
