//! The codes of findings, with what each means: one table for messages, manuals and tests.
//!
//! A code is never used for anything else than what it says here.

/// A code and its explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// What it means and why it matters, in Chinese.
    pub about: &'static str,
}

/// What a code means.
pub fn explain(code: &str) -> Option<&'static str> {
    CODES
        .iter()
        .find(|known| known.code == code)
        .map(|known| known.about)
}

const fn code(code: &'static str, about: &'static str) -> Code {
    Code { code, about }
}

/// Every code that reading a catalogue can give.
pub const CODES: &[Code] = &[
    // The text.
    code("toml-syntax", "文件不是合法的 TOML，后面的内容无法理解。"),
    code("file-too-large", "文件超过1 MB；一个文件只写一个台账。"),
    code(
        "file-ignored",
        "文件不是定义，没有读它；可能放错了地方或写错了扩展名。",
    ),
    code("file-name", "文件名与标识不一致，别人按标识找不到文件。"),
    code(
        "key-unknown",
        "没有这个键；写错一个字母，意思就丢了，所以不能放过。",
    ),
    code("key-missing", "缺少必需的键。"),
    code("type-mismatch", "值的类型不对，如日期加了引号。"),
    code("value-unknown", "只能是规定的几个词之一。"),
    code("text-empty", "文字是空的；没有内容就不要写这个键。"),
    code(
        "id-malformed",
        "标识只用小写英文字母、数字和 _，这样在网址、数据库和条件里都能用。",
    ),
    code(
        "id-duplicate",
        "同一个标识出现两次，引用它的地方不知道指哪一个。",
    ),
    code("id-reserved", "这个标识在报告里另有含义。"),
    code("name-duplicate", "两个字段同名，表单和表格里分不清。"),
    code("catalogue-empty", "文件夹里没有台账，多半是路径写错了。"),
    // The lists.
    code("module-unknown", "台账所在的文件夹不在模块名单里。"),
    code("section-unknown", "没有这个科室。"),
    code("role-unknown", "没有这个角色，办理就没有人能做。"),
    code(
        "statute-unknown",
        "引用的法规不在法规名单里；只能引用核实过的法规。",
    ),
    code("statute-repealed", "引用的法规在台账生效时已经失效。"),
    code("article-malformed", "条文号写法不对。"),
    code("mark-unknown", "没有这个把握程度的标记。"),
    // Fields.
    code("fields-missing", "台账没有字段，什么也记不下。"),
    code("field-key-unfit", "这个键不属于这种类型的字段。"),
    code("options-missing", "单选、多选字段没有选项。"),
    code("option-duplicate", "选项重复。"),
    code(
        "option-sign",
        "选项里有表格用来分隔的符号，导入时会被拆开。",
    ),
    code("bound-malformed", "界限写法不对，或放不进字段的小数位。"),
    code("bounds-reversed", "最大值小于最小值，什么都填不进。"),
    code("columns-missing", "明细表没有列。"),
    code("column-nested", "明细表里不能再有明细表。"),
    code("reference-missing", "引用字段没有写明引用哪个台账。"),
    code("reference-unknown", "引用的台账不存在。"),
    code("index-unfit", "这种字段不能筛选、排序。"),
    code(
        "public-personal",
        "个人信息不能原样公开，只能脱敏或不公开。",
    ),
    code("field-unknown", "引用的字段不存在。"),
    code("field-unfit", "引用的字段类型不合用途。"),
    code(
        "key-optional",
        "自然键的字段可以空着，空着时导入认不出是哪条记录。",
    ),
    code(
        "units-without-unit",
        "台账向学校、机构开放，却没有单位字段，分不清哪些记录是谁的。",
    ),
    code(
        "units-share-key",
        "台账由各单位填报，自然键里却没有单位：一个单位会撞上别的单位的记录，也会因此知道别的单位有什么。",
    ),
    code("title-missing", "记录没有名称，列表里看不出是哪一条。"),
    // Figures.
    code("figure-quantity", "一个数据要且只要一种算法。"),
    code("figure-key-unfit", "这个键与所用的算法不相配。"),
    code(
        "figure-duplicate",
        "数据标识全目录唯一，两处定义会得出两个数。",
    ),
    code("count-malformed", "count 只能数记录、办理次数或明细行数。"),
    code("action-unknown", "没有这个办理。"),
    code("unit-percent", "数出来的数不是百分数；百分数相加没有意义。"),
    code("unit-not-percent", "比率的单位是 %。"),
    code("unit-mixed", "量词不同的数在一起加减，多半写错了。"),
    code("operands", "计算缺少或多了 of、base。"),
    code("operand-unknown", "计算用到的数据不存在。"),
    code("formula-cycle", "计算绕成了圈，永远算不出来。"),
    code(
        "formula-dimension",
        "不是每个用到的数都能这样分组，分组后的比率没有意义。",
    ),
    code("dimension-unknown", "数据不能按这个字段分组。"),
    code("option-unknown", "分组的值不在选项里，永远是零。"),
    // Conditions.
    code("condition-malformed", "条件写法有误。"),
    code("condition-root", "条件用到了这里没有的东西。"),
    code(
        "condition-never",
        "与永远不会出现的值相比，条件就不起作用。",
    ),
    code(
        "condition-unguarded",
        "条件用到可能没填的字段，没填时算不出来。",
    ),
    // Procedures.
    code("stage-unknown", "没有这个环节。"),
    code("document-unknown", "没有这个文书。"),
    code("need-malformed", "办理所需的东西写法不对。"),
    code("trigger-malformed", "触发条件写法不对。"),
    code(
        "limit-malformed",
        "期限写法不对；“日”必须写明是工作日还是自然日。",
    ),
    code("action-without-stage", "没有说明办理在哪些环节可以做。"),
    code("action-nobody", "没有人可以做这个办理。"),
    code("action-impossible", "办理所需的前一个办理永远做不成。"),
    code("stage-unreachable", "环节走不到。"),
    code("stage-endless", "进了环节就再也结束不了。"),
    code("procedure-endless", "程序没有结束的环节。"),
    code("clock-never-starts", "期限永远不会开始，等于没有。"),
    code("clock-never-stops", "期限开始后停不下来，每件都会超期。"),
    code("clock-unknown", "办理里写的期限不存在。"),
    code("branch-unknown", "办理等待的并行事项不存在。"),
    code("branch-never-ends", "并行事项开始后没有办理能结束它。"),
    code("branch-moves", "并行事项的办理改变了环节，就不是并行了。"),
    code(
        "branch-never-joins",
        "有的办理不等并行事项结束就往下走，并行事项会落空。",
    ),
    code("subcase-unknown", "办理等待的子案不存在。"),
    code(
        "join-unasked",
        "并案的办理没有问并入哪一件，没有人知道并到了哪里。",
    ),
    code(
        "join-endless",
        "并入另一件之后本件还在办，同一件事会办两次；并入的一件到此结束。",
    ),
    code(
        "subcase-until",
        "子案要办到的环节不在它的台账里，或者不是结束的环节。",
    ),
    code("subcase-field", "子案的台账里没有指向本台账的引用字段。"),
    code("subcase-endless", "子案的台账没有结束的环节，永远等不到。"),
    code("paper-unused", "文书模板没有台账使用。"),
    code("template-unknown", "文书没有模板，印不出来。"),
    code("number-malformed", "文号的写法不对，会重号或留下空白。"),
    code("number-unfit", "这种字段不能自动取号。"),
    code("publication-empty", "说要公开，却没有一个字段对外公开。"),
    // Versions and overlays.
    code("version-overlap", "同一个台账有两个版本同一天生效。"),
    code("overlay-unknown", "本地补充的对象不存在。"),
    code(
        "overlay-redefines",
        "本地只能补充、收紧已有的台账，不能重新定义。",
    ),
    code("overlay-forbidden", "本地不能改这一项。"),
    code("overlay-loosens", "本地只能收紧法定的要求，不能放宽。"),
    // Reports.
    code("report-empty", "模板没有内容。"),
    code("slot-malformed", "报告文字里的 {…} 写法不对。"),
    code("slot-figure", "报告文字引用的数据不存在。"),
    code("slot-titles", "这里不能列出记录的名称。"),
    code(
        "sentence-never",
        "句子里没有数据也没有条件，永远不会写出来。",
    ),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The text of all files of a folder of sources, those of tests apart.
    fn sources(folder: &Path) -> (String, String) {
        let (mut code, mut tests) = (String::new(), String::new());
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.to_string_lossy().contains("tests");
            if path.is_dir() {
                let below = sources(&path);
                code += &below.0;
                tests += &below.1;
            } else if is_test {
                tests += &fs::read_to_string(path).unwrap();
            } else {
                code += &fs::read_to_string(path).unwrap();
            }
        }
        (code, tests)
    }

    #[test]
    fn every_code_is_explained_used_and_shown() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (mut code, tests) = sources(&folder.join("load"));
        code += &fs::read_to_string(folder.join("load.rs")).unwrap();
        let known: BTreeSet<&str> = CODES.iter().map(|code| code.code).collect();
        assert_eq!(known.len(), CODES.len(), "a code stands twice in the table");
        for name in &known {
            assert!(
                code.contains(&format!("\"{name}\"")),
                "{name}: nothing gives this code"
            );
            let shown = [format!("[{name}]"), format!("\"{name}\"")];
            let is_shown = shown.iter().any(|shown| tests.contains(shown));
            assert!(is_shown, "{name}: no test shows this finding");
        }
        // Whatever looks like a code in a call is one.
        let words = code
            .split('"')
            .filter(|word| word.contains('-') && word.is_ascii());
        let shaped = |word: &&str| word.bytes().all(|b| b == b'-' || b.is_ascii_lowercase());
        for word in words.filter(shaped).filter(|word| *word != "-") {
            assert!(known.contains(word), "{word} is not in the table of codes");
        }
    }

    #[test]
    fn a_code_is_explained() {
        assert!(explain("formula-cycle").is_some_and(|about| about.contains("绕成了圈")));
        assert_eq!(explain("unheard-of"), None);
    }
}
