//! Questionnaires and banks of questions as plain text, as clerks paste them.

use super::{Ask, AskedUnit, Question};
use crate::exam::{ExamQuestion, NewCandidate};

/// Questions of a questionnaire. A line with a mark starts one (`[单选]`, `[多选]`, `[量表5]`,
/// `[矩阵]`, `[填空200]`), a star at its end makes it required, lines with a dash are options, lines
/// with `行：` rows of a matrix.
///
/// # Errors
/// The number of the line that cannot be read, and why.
pub fn questions(text: &str) -> Result<Vec<Question>, String> {
    let mut questions: Vec<Question> = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (mark, title) = rest
                .split_once(']')
                .ok_or_else(|| format!("第 {number} 行：方括号没有写完。"))?;
            questions.push(question(mark, title, number)?);
            continue;
        }
        let last = questions.last_mut();
        let last =
            last.ok_or_else(|| format!("第 {number} 行：先写一行题目，例如“[单选] 题目”。"))?;
        let option = line.strip_prefix(['-', '－', '·']).map(str::trim);
        let row = line
            .strip_prefix("行：")
            .or(line.strip_prefix("行:"))
            .map(str::trim);
        match (&mut last.ask, option, row) {
            (
                Ask::Single { options } | Ask::Multiple { options } | Ask::Matrix { options, .. },
                Some(option),
                _,
            ) => {
                options.push(option.to_owned());
            }
            (Ask::Matrix { rows, .. }, _, Some(row)) => rows.push(row.to_owned()),
            _ => {
                return Err(format!(
                    "第 {number} 行：选项前面写“-”，矩阵的行前面写“行：”。"
                ));
            }
        }
    }
    Ok(questions)
}

fn question(mark: &str, title: &str, number: usize) -> Result<Question, String> {
    // Of a scale the words at its ends stand behind the question.
    let scale = mark.trim().starts_with("量表");
    let split = title.split_once('|').filter(|_| scale);
    let (title, ends) = split.unwrap_or((title, ""));
    let (title, required) = match title.trim().strip_suffix(['*', '＊']) {
        Some(title) => (title.trim(), true),
        None => (title.trim(), false),
    };
    let digits = |from: &str| {
        from.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let amount = |from: &str, usual: u16| digits(from).parse().unwrap_or(usual);
    let (mark, satisfaction) = match mark.strip_suffix("满意度") {
        Some(mark) => (mark.trim(), true),
        None => (mark.trim(), false),
    };
    let ask = match mark {
        "单选" => Ask::Single {
            options: Vec::new(),
        },
        "多选" => Ask::Multiple {
            options: Vec::new(),
        },
        "矩阵" => Ask::Matrix {
            rows: Vec::new(),
            options: Vec::new(),
        },
        mark if mark.starts_with("填空") => Ask::Open {
            max: amount(mark, 500),
        },
        mark if mark.starts_with("量表") => {
            let (low, high) = ends.split_once('|').unwrap_or((ends, ""));
            Ask::Scale {
                max: u8::try_from(amount(mark, 5)).unwrap_or(5),
                low: low.trim().to_owned(),
                high: high.trim().trim_end_matches(['*', '＊']).trim().to_owned(),
            }
        }
        other => {
            return Err(format!(
                "第 {number} 行：不认识“[{other}]”，可用单选、多选、量表5、矩阵、填空200。"
            ));
        }
    };
    Ok(Question {
        text: title.to_owned(),
        ask,
        required: required || ends.trim().ends_with(['*', '＊']),
        satisfaction,
    })
}

/// Schools or districts: one a line, `名称，区县，应答人数`.
pub fn units(text: &str) -> Vec<AskedUnit> {
    lines(text)
        .map(|cells| AskedUnit {
            name: cells.first().cloned().unwrap_or_default(),
            district: cells.get(1).cloned().unwrap_or_default(),
            invited: cells.get(2).and_then(|n| n.parse().ok()).unwrap_or(0),
        })
        .collect()
}

/// Candidates: one a line, `姓名，学校，班级`.
pub fn candidates(text: &str) -> Vec<NewCandidate> {
    lines(text)
        .filter(|cells| cells.len() >= 2)
        .map(|cells| NewCandidate {
            name: cells[0].clone(),
            unit: cells[1].clone(),
            class: cells.get(2).cloned().unwrap_or_default(),
        })
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|line| {
            let cells = line.split([',', '，', '\t']);
            cells.map(|c| c.trim().to_owned()).collect()
        })
}

/// A bank of exam questions: blocks between empty lines; the first line asks, `-` is a wrong
/// option, `=` a right one, `解析：` says why.
///
/// # Errors
/// The number of the line that cannot be read, and why.
pub fn bank(text: &str) -> Result<Vec<ExamQuestion>, String> {
    let mut bank: Vec<ExamQuestion> = Vec::new();
    let mut fresh = true;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() {
            fresh = true;
            continue;
        }
        if fresh {
            bank.push(ExamQuestion {
                text: line.to_owned(),
                options: Vec::new(),
                right: Vec::new(),
                explanation: String::new(),
            });
            fresh = false;
            continue;
        }
        let Some(question) = bank.last_mut() else {
            continue;
        };
        if let Some(option) = line.strip_prefix('=') {
            question.right.push(question.options.len());
            question.options.push(option.trim().to_owned());
        } else if let Some(option) = line.strip_prefix('-') {
            question.options.push(option.trim().to_owned());
        } else if let Some(why) = line.strip_prefix("解析：") {
            question.explanation = why.trim().to_owned();
        } else {
            return Err(format!(
                "第 {number} 行：错误选项前面写“-”，正确选项前面写“=”，题与题之间空一行。"
            ));
        }
    }
    Ok(bank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_questionnaire_becomes_questions() {
        let text = "[单选满意度] 总体满意吗？*\n- 满意\n- 不满意\n[量表5] 打分 | 很差 | 很好\n\
                    [矩阵] 各方面\n行：教学\n行：食堂\n- 好\n- 差\n[填空100] 建议";
        let found = questions(text).expect("readable");
        assert_eq!(found.len(), 4);
        assert!(found[0].required && found[0].satisfaction);
        let Ask::Matrix { rows, options } = &found[2].ask else {
            panic!("{found:?}");
        };
        assert_eq!((rows.len(), options.len()), (2, 2));
        for starred in [
            "[量表5] 师德？* | 很差 | 很好",
            "[量表5] 师德？ | 很差 | 很好*",
        ] {
            let found = questions(starred).expect("readable");
            let Ask::Scale { low, high, .. } = &found[0].ask else {
                panic!("{found:?}");
            };
            assert_eq!(
                (found[0].text.as_str(), found[0].required),
                ("师德？", true)
            );
            assert_eq!((low.as_str(), high.as_str()), ("很差", "很好"));
        }
        assert!(questions("- 先写选项").is_err_and(|e| e.starts_with("第 1 行")));
        assert!(questions("[打勾] 题").is_err());
    }

    #[test]
    fn a_pasted_bank_knows_the_right_answers() {
        let text = "宪法日是哪一天？\n- 12月1日\n= 12月4日\n解析：2014年设立。\n\n下列正确的是？\n= 甲\n= 乙\n- 丙";
        let bank = bank(text).expect("readable");
        assert_eq!(bank.len(), 2);
        assert_eq!((&bank[0].right, &bank[1].right), (&vec![1], &vec![0, 1]));
        assert!(super::bank("题\n没有记号").is_err_and(|e| e.starts_with("第 2 行")));
    }
}
