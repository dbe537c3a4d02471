//! What a person sees in the terminal.

use unicode_width::UnicodeWidthStr;

use super::*;

/// Renders one finding on the first occurrence of `found` in `text`.
fn on(text: &str, found: &str) -> (Diagnostic, Sources) {
    let diagnostic =
        Diagnostic::error("N101", "各项之和不等于合计").at("报告.txt", span(text, found));
    (diagnostic, Sources::new().with("报告.txt", text))
}

fn span(text: &str, part: &str) -> Span {
    let Some(start) = text.find(part) else {
        panic!("{part} is not in the text")
    };
    Span::new(start, start + part.len())
}

fn render((diagnostic, sources): (Diagnostic, Sources)) -> String {
    render_text(&[diagnostic], &sources)
}

#[test]
fn chinese_is_two_columns_wide() {
    let text = "概况\n罚款12件、没收3件，合计16件。\n";
    let (found, sources) = on(text, "合计16件");
    let found = found
        .label(span(text, "合计16件"), "应为 15 件")
        .label(span(text, "12"), "罚款")
        .label(span(text, "3件"), "没收")
        .help("改为“合计15件”")
        .note("12 + 3 = 15");
    insta::assert_snapshot!(render((found, sources)), @r#"
    错误[N101]: 各项之和不等于合计
     --> 报告.txt:2:12
      |
    2 | 罚款12件、没收3件，合计16件。
      |     --        ---  ^^^^^^^^ 应为 15 件
      |     |         |
      |     |         没收
      |     罚款
      |
      = 建议: 改为“合计15件”
      = 依据: 12 + 3 = 15

    共 1 个问题：错误 1
    "#);
}

#[test]
fn a_long_paragraph_is_shown_around_the_marks() {
    let filler = "坚持以习近平法治思想为指导，".repeat(100);
    let text = format!("{filler}全年罚款12件，{filler}合计16件。{filler}");
    let (found, sources) = on(&text, "合计16件");
    let found = found.label(span(&text, "罚款12件"), "此处 12 件");
    let rendered = render((found, sources));
    assert!(rendered.lines().all(|line| line.width() < 160));
    insta::assert_snapshot!(rendered, @r#"
    错误[N101]: 各项之和不等于合计
     --> 报告.txt:1:2809
      |
    1 | …以习近平法治思想为指导，全年罚款12件，坚持以习近平法治思想为指导…坚持以习近平法治思想为指导，合计16件。坚持以习近平法治思想为指导…
      |                              --------                                                         ^^^^^^^^
      |                              |
      |                              此处 12 件

    共 1 个问题：错误 1
    "#);
}

#[test]
fn a_long_stretch_is_shown_by_its_ends() {
    let text = format!("开头{}结尾", "内容".repeat(300));
    insta::assert_snapshot!(render(on(&text, &text.clone())), @r#"
    错误[N101]: 各项之和不等于合计
     --> 报告.txt:1:1
      |
    1 | 开头内容内容内容内容内容内容…内容内容内容内容内容内容结尾
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    共 1 个问题：错误 1
    "#);
}

#[test]
fn tabs_and_carriage_returns() {
    insta::assert_snapshot!(render(on("甲\r\n\t罚款\t12\r\n", "12")), @r#"
    错误[N101]: 各项之和不等于合计
     --> 报告.txt:2:5
      |
    2 |     罚款    12
      |             ^^

    共 1 个问题：错误 1
    "#);
}

#[test]
fn a_stretch_over_several_lines() {
    let text = "第一段\n第二段\n第三段\n第四段\n";
    let (found, sources) = on(text, "二段\n第三段\n第四");
    let found = found.label(span(text, "二段\n第三段\n第四"), "到此为止");
    insta::assert_snapshot!(render((found, sources)), @r#"
    错误[N101]: 各项之和不等于合计
     --> 报告.txt:2:2
      |
    2 | 第二段
      |   ^^^^
    ...
    4 | 第四段
      | ^^^^ 到此为止

    共 1 个问题：错误 1
    "#);
}

#[test]
fn nested_marks_keep_their_messages() {
    let text = "合计16件";
    let (found, sources) = on(text, "16");
    let found = found
        .label(span(text, "16"), "数")
        .label(span(text, "合计16件"), "全句")
        .label(span(text, "16件"), "数和量词");
    insta::assert_snapshot!(render((found, sources)), @r#"
    错误[N101]: 各项之和不等于合计
     --> 报告.txt:1:3
      |
    1 | 合计16件
      | ----^^--
      | |   |
      | |   数和量词
      | |   数
      | 全句

    共 1 个问题：错误 1
    "#);
}

#[test]
fn places_without_a_text() {
    let sheet = Diagnostic::error("I001", "金额不是数")
        .in_sheet("台账.xlsx", "处罚", 5)
        .column("C")
        .header("罚款金额")
        .help("填数字\n单位为元");
    let whole = Diagnostic::warning("I002", "没有数据").in_whole("台账.xlsx");
    let unknown = Diagnostic::remark("I003", "另见")
        .at("不在.txt", 3..9)
        .label(3..9, "此处");
    let nowhere = Diagnostic::error("I004", "读不了");
    insta::assert_snapshot!(render_text(&[sheet, whole, unknown, nowhere], &Sources::new()), @r#"
    错误[I001]: 金额不是数
     --> 台账.xlsx 工作表“处罚”第 5 行 C 列（罚款金额）
     = 建议: 填数字
             单位为元

    警告[I002]: 没有数据
     --> 台账.xlsx

    提示[I003]: 另见
     --> 不在.txt
     = 说明: 此处

    错误[I004]: 读不了

    共 4 个问题：错误 2，警告 1，提示 1
    "#);
}

#[test]
fn nothing_found() {
    assert_eq!(render_text(&[], &Sources::new()), "没有发现问题\n");
}

#[test]
fn nothing_drives_the_terminal() {
    let text = "a\u{1b}[31m\u{202e}b\u{0}";
    let (found, sources) = on(text, "b");
    let found = found.label(span(text, "b"), "\u{1b}]0;x\u{7}");
    let rendered = render((found, sources));
    assert!(
        rendered.chars().all(|c| c == '\n' || !c.is_control()),
        "{rendered}"
    );
    assert!(!rendered.contains('\u{202e}'));
}

#[test]
fn no_span_panics() {
    for text in [
        "",
        "\n",
        "\r\n",
        "甲",
        "甲\t乙\r\n丙\n",
        "e\u{301}\u{200d}👨‍👩‍👧",
    ] {
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let found = Diagnostic::error("X1", "…")
                    .at("t", start..end)
                    .label(end..start, "甲")
                    .label(start..usize::MAX, "乙")
                    .label(0..end, "丙");
                let sources = Sources::new().with("t", text);
                let rendered = render_text(std::slice::from_ref(&found), &sources);
                for message in ["甲", "乙", "丙"] {
                    assert!(
                        rendered.contains(message),
                        "{text:?} {start}..{end}: {rendered}"
                    );
                }
                let sarif = crate::render_sarif(std::slice::from_ref(&found), &sources);
                let json = crate::render_json(&[found], &sources);
                assert!(sarif.contains("乙") && json.contains("乙"));
            }
        }
    }
}

#[test]
fn marks_of_a_long_line_stand_under_their_text() {
    let text = "甲a\u{301}乙\t丙".repeat(400);
    let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(7).collect();
    let mut whole = 0;
    for pair in boundaries.windows(3) {
        let found = Diagnostic::error("X1", "…")
            .at("t", pair[0]..pair[2])
            .label(pair[1]..pair[2], "此处");
        let rendered = render_text(&[found], &Sources::new().with("t", text.as_str()));
        let lines: Vec<&str> = rendered.lines().collect();
        let (line, carets) = (lines[3], lines[4]);
        let marked = text[pair[0]..pair[2]].replace('\t', TAB);
        let caret = carets.find('^').unwrap_or(0);
        let at_caret = |at: &usize| line[..*at].width() == caret;
        let mut places = line.char_indices().map(|(at, _)| at).filter(at_caret);
        assert!(
            places.any(|at| line[at..].starts_with(&marked)),
            "{rendered}"
        );
        assert!(line.width() < 200, "{rendered}");
        whole += 1;
    }
    assert!(whole > 300);
}
