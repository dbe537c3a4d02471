//! From files to a proved catalogue.
//!
//! [`load`] reads everything, reports every mistake it can see with file, line, caret and remedy,
//! and returns what is without error. A caller that is given an error starts nothing: a ledger
//! that cannot be proved is left out, and so would be its figures.
//!
//! Guarantees: no text panics; the same files give the same findings in the same order; what is in
//! the catalogue resolves in itself.
//! Left out: reading from disk, and the built-in files themselves (the binary has both).
//!
//! Reading order: this file (the order of the proof), `keys` (the format), `node` (tables as the
//! reader sees them), `ledger` and what it calls, `formula`, `overlay`, `reports`.

mod condition;
mod field;
mod figure;
mod formula;
pub(crate) mod keys;
mod ledger;
mod lists;
mod node;
mod overlay;
mod papers;
mod paths;
mod procedure;
mod reports;
mod sink;
mod syntax;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diagnostic::{Diagnostic, Sources, Span};
use toml::{Spanned, de::DeTable};

use crate::{
    definition::{Catalogue, Figure, FigureKind, Ledger},
    id::{FigureId, LedgerId},
};
use figure::FigureDraft;
use ledger::Draft;
use lists::Lists;
use node::Node;
use sink::{At, Sink, Source};

/// The files of a catalogue in memory: paths below its root, with `/`, and texts.
#[derive(Clone, Debug, Default)]
pub struct Files {
    root: String,
    files: BTreeMap<String, String>,
}

impl Files {
    /// No files yet. `root` is put before paths in messages: `catalogue/`.
    pub fn new(root: &str) -> Self {
        Self {
            root: root.into(),
            files: BTreeMap::new(),
        }
    }

    /// Adds a file, replacing one of the same path.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// The same with one more file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.add(path, text);
        self
    }

    /// Paths and texts, in order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The texts under the names that findings use, for drawing them.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::new();
        self.add_to(&mut sources);
        sources
    }

    /// Adds the texts to those of other files.
    pub fn add_to(&self, sources: &mut Sources) {
        for (path, text) in &self.files {
            sources.add(format!("{}{path}", self.root), text);
        }
    }
}

/// Reads and proves a catalogue, with an organ's own files over it.
pub fn load(files: &Files, overlay: Option<&Files>) -> (Catalogue, Vec<Diagnostic>) {
    let sources = sources(files, overlay);
    let mut sink = Sink::new(&sources);
    let tables: Vec<Option<Spanned<DeTable<'_>>>> = sources
        .iter()
        .enumerate()
        .map(|(file, source)| match Place::of(source.path) {
            Place::Other => None,
            _ => syntax::parse(source.text, file, &mut sink),
        })
        .collect();
    let own = files.files.len();
    let read: Vec<ReadFile<'_>> = sources
        .iter()
        .zip(&tables)
        .enumerate()
        .filter_map(|(file, (source, table))| {
            let table = table.as_ref()?;
            let root = Node::new(table.get_ref(), file, 0..0);
            ReadFile::verified(root, source.path, own <= file, &mut sink)
        })
        .collect();
    misplaced(&sources, &mut sink);
    if read.iter().all(|file| file.place != Place::Ledger) && sink.errors() == 0 {
        let message = "这里没有一个台账".to_owned();
        let help = "核对文件夹：台账在 模块/台账.toml".to_owned();
        sink.whole(&files.root, "catalogue-empty", message, help);
    }
    let templates: Vec<&str> = sources
        .iter()
        .filter_map(|source| paper_name(source.path))
        .collect();
    let catalogue = Proof {
        read: &read,
        templates: &templates,
    }
    .run(&mut sink);
    (catalogue, sink.finish())
}

/// The name of a template of a paper, by its path.
fn paper_name(path: &str) -> Option<&str> {
    path.strip_prefix("documents/")?.strip_suffix(".toml")
}

fn sources<'a>(files: &'a Files, overlay: Option<&'a Files>) -> Vec<Source<'a>> {
    let source = |root: &str, (path, text): (&'a String, &'a String)| Source {
        name: format!("{root}{path}"),
        path,
        text,
    };
    let mut sources: Vec<Source<'a>> = files
        .files
        .iter()
        .map(|file| source(&files.root, file))
        .collect();
    if let Some(overlay) = overlay {
        sources.extend(overlay.files.iter().map(|file| source(&overlay.root, file)));
    }
    sources
}

/// What a file is, by its path.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    List,
    Report,
    Ledger,
    /// A template of a paper.
    Paper,
    /// `coverage.toml` and files that are not definitions at all.
    Other,
}

impl Place {
    fn of(path: &str) -> Self {
        match path {
            "coverage.toml" => Self::Other,
            _ if lists::schema(path).is_some() => Self::List,
            _ if !path.ends_with(".toml") => Self::Other,
            _ if path.starts_with("documents/") => Self::Paper,
            _ if path.starts_with("reports/") => Self::Report,
            _ => Self::Ledger,
        }
    }
}

/// Says which files would silently have been ignored.
fn misplaced(sources: &[Source<'_>], sink: &mut Sink<'_>) {
    for (file, source) in sources.iter().enumerate() {
        let ignored = Place::of(source.path) == Place::Other;
        let is_text = source.path.ends_with(".md") || source.path == "coverage.toml";
        if ignored && !is_text {
            let at = At {
                file,
                span: Span::new(0, 0),
            };
            let help = "定义文件以 .toml 结尾，文书模板放在 documents/ 下".into();
            sink.warning(at, "file-ignored", "这个文件不是定义，没有读".into(), help);
        }
    }
}

/// A file whose keys and shapes are right, or that is known to be broken.
struct ReadFile<'a> {
    root: Node<'a>,
    path: &'a str,
    place: Place,
    /// It stands in the organ's own folder.
    own: bool,
    /// It adds to a ledger.
    extends: bool,
    sound: bool,
}

impl<'a> ReadFile<'a> {
    fn verified(root: Node<'a>, path: &'a str, own: bool, sink: &mut Sink<'_>) -> Option<Self> {
        let place = Place::of(path);
        let extends = place == Place::Ledger && own && root.has("overlay");
        let schema = match place {
            Place::List => lists::schema(path)?,
            Place::Report => &keys::REPORT,
            Place::Paper => &keys::PAPER,
            Place::Ledger if extends => &keys::OVERLAY,
            Place::Ledger => &keys::LEDGER,
            Place::Other => return None,
        };
        let errors = sink.errors();
        node::verify(root, schema, sink);
        let sound = errors == sink.errors();
        Some(Self {
            root,
            path,
            place,
            own,
            extends,
            sound,
        })
    }
}

/// The steps of the proof, each over what the ones before have found sound.
struct Proof<'a> {
    read: &'a [ReadFile<'a>],
    templates: &'a [&'a str],
}

impl Proof<'_> {
    fn run(&self, sink: &mut Sink<'_>) -> Catalogue {
        let lists = self.lists(sink);
        let mut broken = Broken::default();
        let mut drafts = self.ledgers(&lists, &mut broken, sink);
        self.overlays(&mut drafts, &lists, &mut broken, sink);
        ledger::check_references(&drafts, &broken.ledgers, sink);
        let papers = self.papers(&drafts, sink);
        let mut catalogue = assemble(drafts, &broken, sink);
        catalogue.papers = papers;
        self.reports(&mut catalogue, &lists, &broken, sink);
        catalogue.modules = lists.modules;
        catalogue.sections = lists.sections;
        catalogue.roles = lists.roles;
        catalogue.statutes = lists.statutes;
        catalogue.order = order(&catalogue);
        catalogue
    }

    fn sound(&self, place: Place) -> impl Iterator<Item = &ReadFile<'_>> {
        self.read
            .iter()
            .filter(move |file| file.place == place && file.sound)
    }

    fn lists(&self, sink: &mut Sink<'_>) -> Lists {
        let mut lists = Lists::default();
        for file in self.sound(Place::List) {
            lists.add(file.path, file.root, file.own, sink);
        }
        lists
    }

    /// All versions of all ledgers, the versions of each from old to new.
    fn ledgers(&self, lists: &Lists, broken: &mut Broken, sink: &mut Sink<'_>) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut built_in: BTreeSet<LedgerId> = BTreeSet::new();
        let files = self
            .read
            .iter()
            .filter(|file| file.place == Place::Ledger && !file.extends);
        for file in files {
            let errors = sink.errors();
            let draft = match file.sound {
                true => ledger::ledger(file.root, file.path, lists, self.templates, sink),
                false => None,
            };
            let Some(draft) = draft.filter(|_| errors == sink.errors()) else {
                broken.note(file.root);
                continue;
            };
            let id = &draft.ledger.id;
            if !file.own {
                built_in.insert(id.clone());
            } else if built_in.contains(id) {
                let message = format!("本地不能重新定义台账 {id}");
                let help = format!("补充它：把 id 换成 overlay = \"{id}\"，只写要加的、要收紧的");
                sink.error(file.root.at("id"), "overlay-redefines", message, help);
                continue;
            }
            let overlap = |other: &Draft| {
                other.ledger.id == *id && other.ledger.effective == draft.ledger.effective
            };
            if let Some(other) = drafts.iter().find(|other| overlap(other)) {
                let message = format!("{id} 有两个版本都从 {} 起生效", draft.ledger.effective);
                let help = format!("改一个生效日期，或删去一个；另一个在 {}", other.ledger.file);
                sink.error(draft.effective_at, "version-overlap", message, help);
                continue;
            }
            drafts.push(draft);
        }
        drafts.sort_by(|a, b| {
            (&a.ledger.id, a.ledger.effective).cmp(&(&b.ledger.id, b.ledger.effective))
        });
        drafts
    }

    fn overlays(
        &self,
        drafts: &mut [Draft],
        lists: &Lists,
        broken: &mut Broken,
        sink: &mut Sink<'_>,
    ) {
        for file in self.read.iter().filter(|file| file.extends) {
            let known = file.root.words("overlay");
            if !file.sound || broken.ledgers.contains(&known) {
                broken.note(file.root);
                continue;
            }
            overlay::apply(file.root, drafts, lists, sink);
        }
    }

    /// The templates of papers.
    fn papers(
        &self,
        drafts: &[Draft],
        sink: &mut Sink<'_>,
    ) -> BTreeMap<String, Arc<crate::paper::PaperTemplate>> {
        let files: Vec<(&str, Node<'_>)> = self
            .sound(Place::Paper)
            .filter_map(|file| Some((paper_name(file.path)?, file.root)))
            .collect();
        // Where something is left out, a template without users may be one of its.
        let all_users = sink.errors() == 0;
        papers::papers(&files, drafts, all_users, sink)
    }

    fn reports(
        &self,
        catalogue: &mut Catalogue,
        lists: &Lists,
        broken: &Broken,
        sink: &mut Sink<'_>,
    ) {
        let newest = || {
            catalogue
                .ledgers
                .values()
                .filter_map(|versions| versions.last())
        };
        let quotable = reports::Quotable {
            figures: &catalogue.figures,
            ledgers: newest().map(|ledger| (&ledger.id, &**ledger)).collect(),
            fields: newest()
                .map(|ledger| (&ledger.id, &*ledger.fields))
                .collect(),
            broken: &broken.figures,
            lists,
        };
        let mut templates: Vec<Arc<crate::report::ReportTemplate>> = Vec::new();
        for file in self.sound(Place::Report) {
            let Some(report) = reports::report(file.root, file.path, &quotable, sink) else {
                continue;
            };
            if templates.iter().any(|other| other.id == report.id) {
                let message = format!("模板 {} 出现两次", report.id);
                let help = "本地模板用自己的标识".into();
                sink.error(file.root.at("id"), "id-duplicate", message, help);
                continue;
            }
            templates.push(Arc::new(report));
        }
        catalogue.reports = templates;
    }
}

/// What stands in files that are left out: named by others, it is not “unknown” as well.
#[derive(Default)]
struct Broken {
    ledgers: BTreeSet<String>,
    figures: BTreeSet<String>,
}

impl Broken {
    fn note(&mut self, root: Node<'_>) {
        self.ledgers.extend(root.text("id").map(|id| id.value));
        let figures = root.nodes("figure").into_iter();
        self.figures.extend(
            figures
                .filter_map(|node| node.text("id"))
                .map(|id| id.value),
        );
    }
}

/// A figure of a version of a ledger: as the newest version has it, or as it was.
enum Defined {
    Newest(FigureId),
    Older(Arc<Figure>),
}

/// Puts ledgers and figures together: refuses figures defined twice, resolves formulas.
fn assemble(mut drafts: Vec<Draft>, broken: &Broken, sink: &mut Sink<'_>) -> Catalogue {
    let mut newest: Vec<FigureDraft> = Vec::new();
    let mut defined: Vec<Vec<Defined>> = Vec::new();
    // The versions of a ledger stand from old to new: a figure counts as the newest has it.
    for draft in drafts.iter_mut().rev() {
        let figures = std::mem::take(&mut draft.figures);
        defined.push(sort_in(figures, &mut newest, sink));
    }
    defined.reverse();
    let fields: formula::FieldsOf<'_> = drafts
        .iter()
        .map(|draft| (&draft.ledger.id, &*draft.ledger.fields))
        .collect();
    formula::resolve(&mut newest, &fields, &broken.figures, sink);
    let figures: BTreeMap<FigureId, Arc<Figure>> = newest
        .into_iter()
        .map(|draft| (draft.figure.id.clone(), Arc::new(draft.figure)))
        .collect();
    let mut ledgers: BTreeMap<LedgerId, Vec<Arc<Ledger>>> = BTreeMap::new();
    for (Draft { mut ledger, .. }, defined) in drafts.into_iter().zip(defined) {
        let figure = |defined| match defined {
            Defined::Newest(id) => figures.get(&id).cloned(),
            Defined::Older(figure) => Some(figure),
        };
        ledger.figures = defined.into_iter().filter_map(figure).collect();
        ledgers
            .entry(ledger.id.clone())
            .or_default()
            .push(Arc::new(ledger));
    }
    Catalogue {
        ledgers,
        figures,
        ..Catalogue::default()
    }
}

/// Sorts the figures of one version of a ledger in among those of all.
fn sort_in(
    figures: Vec<FigureDraft>,
    newest: &mut Vec<FigureDraft>,
    sink: &mut Sink<'_>,
) -> Vec<Defined> {
    let mut defined = Vec::new();
    let mut here: BTreeSet<FigureId> = BTreeSet::new();
    for draft in figures {
        let id = draft.figure.id.clone();
        let twice = !here.insert(id.clone());
        match newest.iter().find(|known| known.figure.id == id) {
            Some(known) if twice || known.figure.ledger != draft.figure.ledger => {
                let message = format!("数据 {id} 定义了两次");
                let help = format!("数据标识全目录唯一；另一个在 {}", sink.name(known.at.file));
                sink.error(draft.at, "figure-duplicate", message, help);
            }
            // A formula reads no entries: it has no older meaning.
            Some(_) if matches!(draft.figure.kind, FigureKind::Formula(_)) => {
                defined.push(Defined::Newest(id));
            }
            Some(_) => defined.push(Defined::Older(Arc::new(draft.figure))),
            None => {
                defined.push(Defined::Newest(id));
                newest.push(draft);
            }
        }
    }
    defined
}

/// Ledgers in order of module and then name of file.
fn order(catalogue: &Catalogue) -> Vec<LedgerId> {
    let module = |ledger: &Ledger| {
        let module = catalogue
            .modules
            .iter()
            .position(|module| module.id == ledger.module);
        module.unwrap_or(usize::MAX)
    };
    let mut ledgers: Vec<&Arc<Ledger>> = catalogue
        .ledgers
        .values()
        .filter_map(|versions| versions.last())
        .collect();
    ledgers.sort_by_key(|ledger| (module(ledger), ledger.id.clone()));
    ledgers
        .into_iter()
        .map(|ledger| ledger.id.clone())
        .collect()
}

#[cfg(test)]
mod tests;
