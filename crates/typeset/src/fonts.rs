//! Which faces print a paper.
//!
//! A template names a face by its job ([`Role`]): body, headings, title, page number. This module
//! knows by which names such faces go, finds them in folders of font files, loads as many as the
//! characters of the paper need (mostly one for each job), and gives them to the engine under the
//! name of the job, so that a template never sees a family name. Offices hold 仿宋_GB2312 and its
//! kin, which are not free to pass on and lack the rarer characters of personal names: what they
//! lack is taken from the next face in the list.
//!
//! Left out: faces bundled with the program, downloading, faces that are not on the lists below (a
//! paper in an arbitrary face would be worse than the sentence that asks for the right one).

mod folders;
mod names;

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use typst::{
    foundations::Bytes,
    text::{Font, FontBook, is_default_ignorable},
};

pub use folders::folders;
use names::Face;

use crate::{failure::Failure, shape::Words};

/// What to do where no face is found or a character is in none.
pub const REMEDY: &str = "请安装字体软件包 fonts-noto-cjk（apt-get install fonts-noto-cjk，其他系统装“思源宋体”和“思源黑体”），\
     或把仿宋、楷体、小标宋、黑体的字体文件放进一个文件夹，用环境变量 YIFA_FONTS 指明它";

/// The jobs of faces in an official document (GB/T 9704-2012).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// 仿宋: text, headings of level 3 and 4.
    Body,
    /// 小标宋: titles, organ mark.
    Title,
    /// 黑体: headings of level 1, labels.
    Hei,
    /// 楷体: headings of level 2, signers.
    Kai,
    /// 宋体: page numbers.
    Song,
}

impl Role {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// All.
    pub const ALL: [Role; 5] = [Role::Body, Role::Title, Role::Hei, Role::Kai, Role::Song];

    /// Its name in the templates.
    pub fn name(self) -> &'static str {
        match self {
            Role::Body => "body",
            Role::Title => "title",
            Role::Hei => "hei",
            Role::Kai => "kai",
            Role::Song => "song",
        }
    }

    /// Its name for people.
    fn chinese(self) -> &'static str {
        match self {
            Role::Body => "仿宋（正文）",
            Role::Title => "小标宋（标题）",
            Role::Hei => "黑体（一级标题）",
            Role::Kai => "楷体（二级标题）",
            Role::Song => "宋体（页码）",
        }
    }

    /// Names of faces, the best first: family, full or PostScript name.
    fn faces(self) -> &'static [&'static str] {
        match self {
            Role::Body => &[
                "仿宋_GB2312",
                "FangSong_GB2312",
                "仿宋",
                "FangSong",
                "方正仿宋_GB2312",
                "方正仿宋_GBK",
                "方正仿宋简体",
                "华文仿宋",
                "STFangsong",
                "FandolFang-Regular",
                "NotoSerifCJKsc-Regular",
            ],
            Role::Title => &[
                "方正小标宋简体",
                "方正小标宋_GBK",
                "方正小标宋",
                "FZXiaoBiaoSong-B05",
                "FZXiaoBiaoSong-B05S",
                "FZXBSJW--GB1-0",
                "FZXBSK--GBK1-0",
                "小标宋体",
                "华文中宋",
                "STZhongsong",
                "FandolSong-Bold",
                "NotoSerifCJKsc-Bold",
                "NotoSerifSC-Bold",
                "SourceHanSerifSC-Bold",
                "SourceHanSerifCN-Bold",
            ],
            Role::Hei => &[
                "黑体",
                "SimHei",
                "方正黑体_GBK",
                "方正黑体简体",
                "华文黑体",
                "STHeiti",
                "FandolHei-Regular",
                "NotoSansCJKsc-Medium",
                "NotoSansCJKsc-Bold",
                "NotoSansSC-Medium",
                "SourceHanSansSC-Medium",
                "SourceHanSansCN-Medium",
                "WenQuanYi Zen Hei",
                "WenQuanYi Micro Hei",
            ],
            Role::Kai => &[
                "楷体_GB2312",
                "KaiTi_GB2312",
                "楷体",
                "KaiTi",
                "方正楷体_GB2312",
                "方正楷体_GBK",
                "方正楷体简体",
                "华文楷体",
                "STKaiti",
                "FandolKai-Regular",
                "LXGW WenKai",
            ],
            Role::Song => &[
                "宋体",
                "SimSun",
                "方正书宋_GBK",
                "方正书宋简体",
                "华文宋体",
                "STSong",
                "FandolSong-Regular",
                "NotoSerifCJKsc-Regular",
            ],
        }
    }
}

/// Where no 楷体 is installed a bold serif still tells the heading from the text. A single rare
/// character among 楷体 is better set in a plain face.
const KAI_STAND_INS: &[&str] = &[
    "NotoSerifCJKsc-Bold",
    "NotoSerifSC-Bold",
    "SourceHanSerifSC-Bold",
    "SourceHanSerifCN-Bold",
];

/// Faces with many characters, for any job where its own faces are absent or lack a character.
const WIDE: &[&str] = &[
    "NotoSerifCJKsc-Regular",
    "Noto Serif CJK SC",
    "NotoSerifSC-Regular",
    "SourceHanSerifSC-Regular",
    "SourceHanSerifCN-Regular",
    "NotoSansCJKsc-Regular",
    "Noto Sans CJK SC",
    "NotoSansSC-Regular",
    "SourceHanSansSC-Regular",
    "SourceHanSansCN-Regular",
    "宋体",
    "SimSun",
    "SimSun-ExtB",
    "Songti SC",
    "PingFang SC",
    "Microsoft YaHei",
    "AR PL UMing CN",
    "AR PL UKai CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
];

/// The font files of this machine, by the names of their faces.
pub struct Library {
    faces: HashMap<String, Face>,
    searched: Vec<PathBuf>,
}

/// The faces chosen for a paper.
pub struct Fonts {
    /// What the engine chooses from: families named by job (`body-1`, `body-2`).
    pub book: FontBook,
    /// The faces, in the order of the book.
    pub faces: Vec<Font>,
    /// For each job the families to try in turn.
    pub families: [(Role, Vec<String>); Role::COUNT],
    files: Vec<(Role, PathBuf, String)>,
}

impl Library {
    /// Reads the names of all faces in these folders; of two with one name the first wins.
    pub fn scan(folders: &[PathBuf]) -> Self {
        let mut faces = HashMap::new();
        for file in folders::font_files(folders) {
            for face in names::faces(&file) {
                for name in &face.names {
                    faces.entry(key(name)).or_insert_with(|| face.clone());
                }
            }
        }
        Library {
            faces,
            searched: folders.to_vec(),
        }
    }

    /// Chooses and loads faces for these characters.
    ///
    /// # Errors
    /// No face for Chinese at all. A character that no face has is found after layout.
    pub fn choose(&self, words: &Words) -> Result<Fonts, Failure> {
        let mut shelf = Shelf::default();
        let mut fonts = Fonts {
            book: FontBook::new(),
            faces: Vec::new(),
            families: Role::ALL.map(|role| (role, Vec::new())),
            files: Vec::new(),
        };
        for (at, role) in Role::ALL.into_iter().enumerate() {
            let mut missing = printed(words.of(role));
            for name in self.candidates(role) {
                let families = fonts.families[at].1.len();
                if missing.is_empty() && families > 0 {
                    break;
                }
                let Some((face, font)) = self.load(name, &mut shelf) else {
                    continue;
                };
                let before = missing.len();
                missing.retain(|c| !font.info().coverage.contains(u32::from(*c)));
                if missing.len() == before {
                    continue;
                }
                let family = format!("{}-{}", role.name(), families + 1);
                let mut info = font.info().clone();
                info.family.clone_from(&family);
                fonts.book.push(info);
                fonts.faces.push(font);
                fonts.families[at].1.push(family);
                fonts.files.push((role, face.path.clone(), name.to_owned()));
            }
            if fonts.families[at].1.is_empty() {
                return Err(self.nothing());
            }
        }
        Ok(fonts)
    }

    /// The faces to try for a job, in turn.
    fn candidates(&self, role: Role) -> impl Iterator<Item = &'static str> {
        let own = role.faces();
        let is_kai_here = own.iter().any(|name| self.faces.contains_key(&key(name)));
        let stand_ins = match role {
            Role::Kai if !is_kai_here => KAI_STAND_INS,
            _ => &[],
        };
        own.iter().chain(stand_ins).chain(WIDE).copied()
    }

    fn load(&self, name: &str, shelf: &mut Shelf) -> Option<(&Face, Font)> {
        let face = self.faces.get(&key(name))?;
        Some((face, shelf.font(face)?))
    }

    fn nothing(&self) -> Failure {
        let folders: Vec<_> = self
            .searched
            .iter()
            .map(|f| f.display().to_string())
            .collect();
        Failure::CannotSet(format!(
            "没有找到能排中文的字体：{REMEDY}。找过的文件夹：{}。",
            match folders.is_empty() {
                true => "无".to_owned(),
                false => folders.join("、"),
            }
        ))
    }
}

/// Files and faces already loaded: one file often holds several faces, one face does several jobs.
#[derive(Default)]
struct Shelf {
    files: HashMap<PathBuf, Bytes>,
    fonts: HashMap<(PathBuf, u32), Option<Font>>,
}

impl Shelf {
    /// The face; nothing where its file cannot be read or is damaged, so that the next is tried.
    fn font(&mut self, face: &Face) -> Option<Font> {
        let place = (face.path.clone(), face.index);
        if let Some(font) = self.fonts.get(&place) {
            return font.clone();
        }
        let font = self
            .bytes(&face.path)
            .and_then(|bytes| Font::new(bytes, face.index));
        self.fonts.insert(place, font.clone());
        font
    }

    fn bytes(&mut self, path: &Path) -> Option<Bytes> {
        if let Some(bytes) = self.files.get(path) {
            return Some(bytes.clone());
        }
        let bytes = Bytes::new(std::fs::read(path).ok()?);
        self.files.insert(path.to_owned(), bytes.clone());
        Some(bytes)
    }
}

/// Says which file does which job.
///
/// # Errors
/// No face for Chinese at all.
pub fn describe(library: &Library) -> Result<String, Failure> {
    let mut words = Words::default();
    for role in Role::ALL {
        words.note(role, "依法治教0123456789");
    }
    let fonts = library.choose(&words)?;
    let mut out = String::new();
    for (role, path, name) in &fonts.files {
        let _ = writeln!(out, "{}\t{name}\t{}", role.chinese(), path.display());
    }
    Ok(out)
}

/// Characters that need a glyph.
fn printed(words: &BTreeSet<char>) -> BTreeSet<char> {
    let shown = |c: &char| !c.is_whitespace() && !is_default_ignorable(*c);
    words.iter().copied().filter(shown).collect()
}

/// Names are spelt with and without spaces, hyphens and capitals.
fn key(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_fonts_a_sentence_names_the_package_and_the_folders() {
        let library = Library::scan(&[PathBuf::from("/nowhere/at/all")]);
        let error = library.choose(&Words::default()).err().unwrap();
        assert_eq!(error.code(), 1);
        let sentence = error.to_string();
        assert!(sentence.contains("fonts-noto-cjk"), "{sentence}");
        assert!(sentence.contains("/nowhere/at/all"), "{sentence}");
    }

    #[test]
    fn bold_stands_in_for_an_absent_face_and_not_for_a_rare_character() {
        let with = |names: &[&str]| Library {
            faces: names
                .iter()
                .map(|name| {
                    (
                        key(name),
                        names::Face {
                            path: PathBuf::new(),
                            index: 0,
                            names: Vec::new(),
                        },
                    )
                })
                .collect(),
            searched: Vec::new(),
        };
        let bold = |library: &Library| library.candidates(Role::Kai).any(|n| n.ends_with("Bold"));
        assert!(bold(&with(&["NotoSerifCJKsc-Bold"])));
        assert!(!bold(&with(&["NotoSerifCJKsc-Bold", "楷体"])));
    }

    #[test]
    fn one_face_goes_by_many_spellings() {
        assert_eq!(key("Noto Serif CJK SC Bold"), key("NotoSerifCJKsc-Bold"));
        assert_eq!(key("仿宋_GB2312"), key("仿宋GB2312"));
        assert_ne!(key("FandolSong-Bold"), key("FandolSong-Regular"));
    }

    #[test]
    fn spaces_and_invisible_characters_need_no_glyph() {
        let words = BTreeSet::from([' ', '\n', '\u{200B}', '\u{3000}', '甲']);
        assert_eq!(printed(&words), BTreeSet::from(['甲']));
    }
}
