//! What of a sentence is said: a figure that is zero or has no data is not mentioned, unless that
//! is the message (then the sentence has a condition of its own).
//!
//! A sentence is read as clauses (，；), a clause as items (、). A clause whose figures all have
//! nothing to say is left out, and so is such an item behind the first. What an item begins with may
//! belong to the others too (配备专职人员…名、兼职人员…名): brackets show what may go,
//! 配备\[专职人员…名\]、\[兼职人员…名\], and a colon does the same for what stands before it. A first item
//! without either is kept as it is, zero and all: half a sentence would be worse.

use super::{Piece, Slot, parse_text};

/// What a figure has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// A number other than zero.
    Something,
    /// Zero.
    Zero,
    /// It has no data.
    NoData,
}

/// What is said of a sentence that has no condition; none where all of its figures are mute.
///
/// # Errors
/// What `says` gives back.
pub fn said<E>(
    sentence: &str,
    mut says: impl FnMut(&Slot) -> Result<Says, E>,
) -> Result<Option<String>, E> {
    let (body, end) = match sentence.strip_suffix('。') {
        Some(body) => (body, "。"),
        None => (sentence, ""),
    };
    let mut out = String::new();
    let (mut with_figures, mut speaking) = (false, false);
    for (separator, clause) in parts(body, &['，', '；']) {
        let (text, figures) = clause_of(clause, &mut says)?;
        with_figures |= figures;
        let Some(text) = text else { continue };
        speaking |= figures;
        if !out.is_empty() {
            out.extend(separator);
        }
        out.push_str(&text);
    }
    let mute = with_figures && !speaking;
    Ok((!mute && !out.is_empty()).then(|| out + end))
}

/// The sentence as it is said whole.
pub fn whole(sentence: &str) -> String {
    without_brackets(sentence)
}

/// What is left of a clause, and whether it has figures.
fn clause_of<E>(
    clause: &str,
    says: &mut impl FnMut(&Slot) -> Result<Says, E>,
) -> Result<(Option<String>, bool), E> {
    let mut items = Vec::new();
    for (_, item) in parts(clause, &['、']) {
        let mut heard = Vec::new();
        for piece in parse_text(item).unwrap_or_default() {
            if let Piece::Figure(slot) = piece {
                heard.push(says(&slot)?);
            }
        }
        items.push((item, heard));
    }
    let all: Vec<Says> = items.iter().flat_map(|(_, heard)| heard.clone()).collect();
    if all.is_empty() {
        return Ok((Some(without_brackets(clause)), false));
    }
    if !all.contains(&Says::Something) {
        return Ok((None, true));
    }
    let mut out = String::new();
    // What was kept of an item that went: the next one continues it.
    let mut open = true;
    for (n, (item, heard)) in items.iter().enumerate() {
        let mute = !heard.is_empty()
            && (!heard.contains(&Says::Something) || heard.contains(&Says::NoData));
        let frame = if mute { frame(item) } else { None };
        let text = match (mute, frame) {
            (false, _) => without_brackets(item),
            (true, Some((before, after))) => {
                out.push_str(if open || before.is_empty() { "" } else { "、" });
                out.push_str(before);
                out.push_str(after);
                open |= !before.is_empty();
                continue;
            }
            (true, None) if n == 0 && !heard.contains(&Says::NoData) => without_brackets(item),
            (true, None) => continue,
        };
        if !open {
            out.push('、');
        }
        out.push_str(&text);
        open = false;
    }
    Ok((Some(out).filter(|out| !out.is_empty()), true))
}

/// What stands before and behind the part of an item that may go.
fn frame(item: &str) -> Option<(&str, &str)> {
    if let Some((before, rest)) = item.split_once('[') {
        return rest.split_once(']').map(|(_, after)| (before, after));
    }
    let first = item.find('{')?;
    let colon = item[..first].rfind('：')? + '：'.len_utf8();
    Some((&item[..colon], ""))
}

/// The parts of a text with the sign before each; signs inside of slots are not separators.
fn parts<'t>(text: &'t str, separators: &[char]) -> Vec<(Option<char>, &'t str)> {
    let mut parts = Vec::new();
    let (mut start, mut before, mut depth) = (0, None, 0_u32);
    for (at, sign) in text.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && separators.contains(&sign) => {
                parts.push((before, &text[start..at]));
                (start, before) = (at + sign.len_utf8(), Some(sign));
            }
            _ => {}
        }
    }
    parts.push((before, &text[start..]));
    parts
}

fn without_brackets(text: &str) -> String {
    text.replace(['[', ']'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Said when these figures have these values; others have no data.
    fn said_with(sentence: &str, values: &[(&str, i64)]) -> String {
        let says = |slot: &Slot| {
            let value = values.iter().find(|(id, _)| *id == &*slot.figure);
            Ok::<_, ()>(match value {
                None => Says::NoData,
                Some((_, 0)) => Says::Zero,
                Some(_) => Says::Something,
            })
        };
        said(sentence, says)
            .expect("says")
            .unwrap_or_else(|| "（不说）".to_owned())
    }

    #[test]
    fn clauses_and_items_about_nothing_are_left_out() {
        let documents = "全年制定文件{a}个，其中联合印发{b}个。";
        assert_eq!(said_with(documents, &[("a", 8), ("b", 2)]), documents);
        assert_eq!(
            said_with(documents, &[("a", 8), ("b", 0)]),
            "全年制定文件{a}个。"
        );
        assert_eq!(said_with(documents, &[("a", 0)]), "（不说）");
        let opinions = "召开座谈会{a}次，征集意见{b}条、采纳{c}条，采纳率{d}%。";
        assert_eq!(
            said_with(opinions, &[("a", 1), ("b", 3), ("c", 0), ("d", 0)]),
            "召开座谈会{a}次，征集意见{b}条。"
        );
        assert_eq!(
            said_with(opinions, &[("b", 3), ("c", 1)]),
            "征集意见{b}条、采纳{c}条。"
        );
    }

    #[test]
    fn what_items_begin_with_together_stays() {
        let staff = "小组由{a}人组成，办公室配备[专职人员{b}名]、[兼职人员{c}名]。";
        let with = |b, c| said_with(staff, &[("a", 9), ("b", b), ("c", c)]);
        assert_eq!(
            with(1, 2),
            "小组由{a}人组成，办公室配备专职人员{b}名、兼职人员{c}名。"
        );
        assert_eq!(with(0, 2), "小组由{a}人组成，办公室配备兼职人员{c}名。");
        assert_eq!(with(1, 0), "小组由{a}人组成，办公室配备专职人员{b}名。");
        assert_eq!(with(0, 0), "小组由{a}人组成。");
        let outcomes = "形成[保留{a}项]、[取消{b}项]、[合并{c}项]的处理结果";
        let with = |a, b, c| said_with(outcomes, &[("a", a), ("b", b), ("c", c)]);
        assert_eq!(with(1, 0, 0), "形成保留{a}项的处理结果");
        assert_eq!(with(0, 1, 0), "形成取消{b}项的处理结果");
        assert_eq!(with(0, 1, 1), "形成取消{b}项、合并{c}项的处理结果");
        let licences = "全年许可：筹设{a}所、设立{b}所。";
        assert_eq!(
            said_with(licences, &[("a", 0), ("b", 4)]),
            "全年许可：设立{b}所。"
        );
    }

    #[test]
    fn a_first_item_that_holds_the_sentence_is_kept_and_no_data_never_is() {
        let held = "{a}所学校、{b}名学生使用读本。";
        assert_eq!(said_with(held, &[("a", 0), ("b", 5)]), held);
        assert_eq!(said_with(held, &[("b", 5)]), "{b}名学生使用读本。");
    }

    #[test]
    fn words_without_figures_are_said_and_slots_are_not_cut() {
        assert_eq!(said_with("按照要求，移交{a}所。", &[("a", 0)]), "（不说）");
        assert_eq!(
            said_with("其中，{a|kind=甲、乙，丙}件。", &[("a", 1)]),
            "其中，{a|kind=甲、乙，丙}件。"
        );
        assert_eq!(said_with("情况如下。", &[]), "情况如下。");
        assert_eq!(
            whole("配备[专职{a}名]、[兼职{b}名]"),
            "配备专职{a}名、兼职{b}名"
        );
    }
}
