//! The lists that all ledgers share: modules, sections, roles, statutes.

use super::{
    keys::{MARKS, MODULES, ROLES, SECTIONS, STATUTES, Schema},
    node::Node,
    sink::{At, Placed, Sink},
};
use crate::{
    definition::{Citation, Mark, Named, Statute},
    id::{ModuleId, RoleId, SectionId},
    suggest::nearest,
};

/// The lists of an organ: the built-in ones with its own behind them.
#[derive(Default)]
pub(crate) struct Lists {
    pub(crate) modules: Vec<Named<ModuleId>>,
    pub(crate) sections: Vec<Named<SectionId>>,
    pub(crate) roles: Vec<Named<RoleId>>,
    pub(crate) statutes: Vec<Statute>,
}

/// The schema of a list file, by its path.
pub(crate) fn schema(path: &str) -> Option<&'static Schema> {
    match path {
        "modules.toml" => Some(&MODULES),
        "sections.toml" => Some(&SECTIONS),
        "roles.toml" => Some(&ROLES),
        "statutes.toml" => Some(&STATUTES),
        _ => None,
    }
}

impl Lists {
    /// Adds the content of a list file. An organ's list may rename what is there already.
    pub(crate) fn add(&mut self, path: &str, root: Node<'_>, overlay: bool, sink: &mut Sink<'_>) {
        match path {
            "modules.toml" => {
                add_named(
                    &mut self.modules,
                    root.nodes("module"),
                    ModuleId::new,
                    overlay,
                    sink,
                );
            }
            "sections.toml" => {
                add_named(
                    &mut self.sections,
                    root.nodes("section"),
                    SectionId::new,
                    overlay,
                    sink,
                );
            }
            "roles.toml" => {
                add_named(
                    &mut self.roles,
                    root.nodes("role"),
                    RoleId::new,
                    overlay,
                    sink,
                );
            }
            _ => root
                .nodes("statute")
                .into_iter()
                .for_each(|node| self.add_statute(node, sink)),
        }
    }

    fn add_statute(&mut self, node: Node<'_>, sink: &mut Sink<'_>) {
        let Some(name) = node.text("name") else {
            return;
        };
        let aliases: Vec<Placed<String>> = node.texts("aliases");
        for known in std::iter::once(&name).chain(&aliases) {
            if let Some(other) = self.statute(known) {
                let message = format!("“{}”与《{}》重名", known.value, other.name);
                let help = "每个名称只能指一部法规".to_owned();
                sink.error(known.at, "id-duplicate", message, help);
            }
        }
        self.statutes.push(Statute {
            name: name.value,
            kind: node.words("kind"),
            adopted: node.date("adopted").map(|date| date.value),
            in_force: node.date("in_force").map(|date| date.value),
            until: node.date("until").map(|date| date.value),
            aliases: aliases.into_iter().map(|alias| alias.value).collect(),
            mark: node
                .text("mark")
                .and_then(|mark| parse_mark(&mark))
                .unwrap_or_default(),
        });
    }

    /// A statute by its name or another one.
    pub(crate) fn statute(&self, name: &str) -> Option<&Statute> {
        let known = |s: &&Statute| s.name == name || s.aliases.iter().any(|alias| alias == name);
        self.statutes.iter().find(known)
    }

    /// Reads a citation: `行政处罚法 第六十条 [recalled]`.
    pub(crate) fn citation(&self, text: &Placed<String>, sink: &mut Sink<'_>) -> Option<Citation> {
        let (bare, mark) = match text.rsplit_once('[') {
            Some((bare, mark)) if mark.ends_with(']') => {
                let mark = mark.trim_end_matches(']').trim();
                let Some(parsed) = parse_mark(mark) else {
                    let help = format!("可用：{}", MARKS.join("、"));
                    sink.error(
                        text.at,
                        "mark-unknown",
                        format!("没有名为 {mark} 的标记"),
                        help,
                    );
                    return None;
                };
                (bare.trim_end(), parsed)
            }
            _ => (text.as_str(), Mark::Verified),
        };
        let bare = bare.trim_matches(|c| c == '《' || c == ' ');
        let (name, article) = bare.split_once([' ', '》', '　']).unwrap_or((bare, ""));
        let article = article.trim();
        let Some(statute) = self.statute(name.trim()) else {
            self.unknown_statute(name, text.at, sink);
            return None;
        };
        if !is_article(article) {
            sink.error(
                text.at,
                "article-malformed",
                format!("“{article}”不像条文号"),
                "法规简称后空一格写条文，如“第六十条”“第二十条第一款”“第三十三条之一”“附件2”"
                    .into(),
            );
            return None;
        }
        if let (Some(until), Some(effective)) = (statute.until, sink.effective)
            && until <= effective
        {
            let message = format!("《{}》到 {until} 已经失效", statute.name);
            let help = format!("台账自 {effective} 起生效，改引当时有效的法规");
            sink.warning(text.at, "statute-repealed", message, help);
        }
        // What is cited can be no surer than the statute itself.
        let mark = if rank(statute.mark) > rank(mark) {
            statute.mark
        } else {
            mark
        };
        Some(Citation {
            statute: statute.name.clone(),
            article: article.into(),
            mark,
        })
    }

    fn unknown_statute(&self, name: &str, at: At, sink: &mut Sink<'_>) {
        let names = self.statutes.iter().flat_map(|statute| {
            std::iter::once(statute.name.as_str()).chain(statute.aliases.iter().map(String::as_str))
        });
        let meant = nearest(name, names).map(|name| format!("是不是《{name}》？"));
        let help = format!("{}先把它写进 statutes.toml", meant.unwrap_or_default());
        sink.error(
            at,
            "statute-unknown",
            format!("法规名单里没有《{name}》"),
            help,
        );
    }

    /// Reads all citations of a key.
    pub(crate) fn citations(
        &self,
        node: Node<'_>,
        key: &str,
        sink: &mut Sink<'_>,
    ) -> Vec<Citation> {
        let texts = node.texts(key);
        texts
            .iter()
            .filter_map(|text| self.citation(text, sink))
            .collect()
    }

    /// Reads the one citation of a key.
    pub(crate) fn law(&self, node: Node<'_>, sink: &mut Sink<'_>) -> Option<Citation> {
        self.law_under(node, "law", sink)
    }

    /// The same under another key.
    pub(crate) fn law_under(
        &self,
        node: Node<'_>,
        key: &str,
        sink: &mut Sink<'_>,
    ) -> Option<Citation> {
        self.citation(&node.text(key)?, sink)
    }
}

fn add_named<Id: PartialEq>(
    list: &mut Vec<Named<Id>>,
    nodes: Vec<Node<'_>>,
    new: impl Fn(&str) -> Option<Id>,
    overlay: bool,
    sink: &mut Sink<'_>,
) {
    for node in nodes {
        let (Some(text), name) = (node.text("id"), node.words("name")) else {
            continue;
        };
        let Some(id) = new(&text) else { continue };
        let item = Named {
            id,
            name,
            about: node.words("about"),
        };
        match list.iter_mut().find(|known| known.id == item.id) {
            Some(known) if overlay => *known = item,
            Some(_) => {
                let message = format!("{} 出现两次", text.value);
                sink.error(
                    text.at,
                    "id-duplicate",
                    message,
                    "删去一个，或改标识".into(),
                );
            }
            None => list.push(item),
        }
    }
}

fn parse_mark(text: &str) -> Option<Mark> {
    match text {
        "verified" => Some(Mark::Verified),
        "secondary" => Some(Mark::Secondary),
        "local" => Some(Mark::Local),
        "recalled" => Some(Mark::Recalled),
        _ => None,
    }
}

fn rank(mark: Mark) -> u8 {
    match mark {
        Mark::Verified => 0,
        Mark::Secondary => 1,
        Mark::Local => 2,
        Mark::Recalled => 3,
    }
}

/// The parts that articles are made of: `第六十条第一款第（二）项`, `附件2`, `二（三）`, `指标3`.
///
/// Laws count in articles, documents in headings; what is refused here is prose.
fn is_article(article: &str) -> bool {
    const SIGNS: &str = "第条款项目章节编部分点附件表指标之至前后、，（）()-—–. 　";
    article.chars().count() <= 60
        && article.chars().all(|c| {
            c.is_ascii_digit() || SIGNS.contains(c) || "〇零一二三四五六七八九十百千".contains(c)
        })
        && (article.is_empty() || article.chars().any(|c| !SIGNS.contains(c)))
}
