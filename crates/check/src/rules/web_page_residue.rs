//! What the web page put around the report.

use super::Outcome;
use crate::facts::Facts;
use crate::options::Options;

rule! {
    /// ## 发现什么
    /// 从网页复制时带来的导航和页脚：当前位置、浏览次数、上一条、返回顶部、网站地图。
    /// ## 为什么要紧
    /// 存档和转发时这些文字会被当成报告的一部分。
    /// ## 例
    /// 文末：“打印 关闭 上一条：”
    /// ## 改正
    /// 删去网页文字，只留报告。
    /// ## 已知误报
    /// 每篇只报一次；直接检查网页时可以不理。
    "web-page-residue", Note, Wording, "网页文字残留", run
}

const PHRASES: &[&str] = &[
    "当前位置",
    "浏览次数",
    "打印 关闭",
    "上一条",
    "下一条",
    "上一篇",
    "下一篇",
    "返回顶部",
    "网站地图",
    "网站无障碍",
    "关怀版",
    "扫一扫",
    "分享到",
    "网站标识码",
    "ICP备",
    "公网安备",
    "关闭窗口",
    "打印本页",
];

fn run(facts: &Facts<'_>, _: &Options, out: &mut Outcome) {
    if !facts.whole {
        return;
    }
    let mut found: Vec<(usize, &str)> = PHRASES
        .iter()
        .filter_map(|phrase| facts.text.find(phrase).map(|at| (at, *phrase)))
        .collect();
    found.sort_unstable();
    let Some((first, phrase)) = found.first().copied() else {
        return;
    };
    let names: Vec<&str> = found.iter().map(|(_, phrase)| *phrase).collect();
    let mut finding = RULE
        .at(
            first..first + phrase.len(),
            format!("网页文字残留：{}", names.join("、")),
        )
        .help("删去网页带来的文字，只留报告");
    for (at, phrase) in &found[1..] {
        finding = finding.related(*at..at + phrase.len(), "网页文字");
    }
    out.findings.push(finding);
}

#[cfg(test)]
mod tests {
    use super::super::check_rule;
    use super::*;

    #[test]
    fn navigation_is_named_once() {
        let marked = "某局报告\n一、甲\n好。\n⟦上一条⟧：\n下一条：";
        check_rule(
            &RULE,
            crate::Extent::Whole,
            marked,
            "某局报告\n一、甲\n好。",
        );
    }
}
