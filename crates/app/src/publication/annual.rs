//! The yearly report on disclosure (政府信息公开工作年度报告), its tables filled from the ledgers.
//!
//! Six parts and fixed tables. Every number is a figure of the catalogue; what no ledger counts is
//! said to be not counted, never zero. The report is a draft of a publication: people complete the
//! words, a second person reviews, and it is published like everything else.

use kernel::Ask;
use values::dates::{Date, Period, chinese};

use super::desk::Draft;
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::Result,
};

/// Kinds of applicants, as the ledger `foi_request` names them.
const KINDS: [&str; 6] = [
    "自然人",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
];

/// Rows of the results: group, label, and the ledger's word (none where it has no such word).
const RESULTS: &[(&str, &str, Option<&str>)] = &[
    ("（一）予以公开", "", Some("予以公开")),
    ("（二）部分公开", "", Some("部分公开")),
    ("（三）不予公开", "1.属于国家秘密", Some("国家秘密")),
    (
        "（三）不予公开",
        "2.其他法律行政法规禁止公开",
        Some("法律法规禁止公开"),
    ),
    (
        "（三）不予公开",
        "3.危及“三安全一稳定”",
        Some("危及三安全一稳定"),
    ),
    (
        "（三）不予公开",
        "4.保护第三方合法权益",
        Some("保护第三方合法权益"),
    ),
    (
        "（三）不予公开",
        "5.属于三类内部事务信息",
        Some("内部事务信息"),
    ),
    ("（三）不予公开", "6.属于四类过程性信息", Some("过程性信息")),
    ("（三）不予公开", "7.属于行政执法案卷", Some("行政执法案卷")),
    ("（三）不予公开", "8.属于行政查询事项", Some("行政查询事项")),
    (
        "（四）无法提供",
        "1.本机关不掌握相关政府信息",
        Some("不掌握相关信息"),
    ),
    (
        "（四）无法提供",
        "2.没有现成信息需要另行制作",
        Some("没有现成信息需要另行制作"),
    ),
    (
        "（四）无法提供",
        "3.补正后申请内容仍不明确",
        Some("补正后仍不明确"),
    ),
    (
        "（五）不予处理",
        "1.信访举报投诉类申请",
        Some("信访举报投诉类申请"),
    ),
    ("（五）不予处理", "2.重复申请", Some("重复申请")),
    (
        "（五）不予处理",
        "3.要求提供公开出版物",
        Some("要求提供公开出版物"),
    ),
    (
        "（五）不予处理",
        "4.无正当理由大量反复申请",
        Some("大量反复申请"),
    ),
    (
        "（六）其他处理",
        "1.申请人无正当理由逾期不补正",
        Some("逾期不补正"),
    ),
    ("（六）其他处理", "2.其他", Some("其他")),
];

/// The kind of act, as the ledgers of reviews and suits name it.
const DISCLOSURE: &str = "政府信息公开";

/// Where the figures of a line of the table of reviews and suits come from.
struct DisputeSource {
    label: &'static str,
    /// Figure of those opened.
    opened: &'static str,
    /// Figure of those concluded.
    concluded: &'static str,
    /// Results that uphold the act.
    upheld: &'static [&'static str],
    /// Results that correct it; whatever else there is, is another result.
    corrected: &'static [&'static str],
}

/// Lines of the table of reviews and suits.
const DISPUTES: &[DisputeSource] = &[
    DisputeSource {
        label: "行政复议",
        opened: "reviews_as_respondent",
        concluded: "reviews_concluded",
        upheld: &["维持"],
        corrected: &["变更", "撤销", "确认违法", "责令履行", "确认无效"],
    },
    DisputeSource {
        label: "行政诉讼：未经复议直接起诉",
        opened: "suits_direct",
        concluded: "suits_direct_judged",
        upheld: &["驳回诉讼请求"],
        corrected: &["撤销", "变更", "确认违法", "责令履行"],
    },
    DisputeSource {
        label: "行政诉讼：复议后起诉",
        opened: "suits_after_review",
        concluded: "suits_after_review_judged",
        upheld: &["驳回诉讼请求"],
        corrected: &["撤销", "变更", "确认违法", "责令履行"],
    },
];

/// A line of the table of reviews and suits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disputes {
    /// Which they are.
    pub label: &'static str,
    /// The office's decision stands.
    pub upheld: i64,
    /// The office was corrected.
    pub corrected: i64,
    /// Anything else: rejected, withdrawn, settled.
    pub other: i64,
    /// Not yet decided at the end of the year.
    pub open: i64,
}

impl Disputes {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.upheld + self.corrected + self.other + self.open
    }
}

/// A line of the table of applications: label and one number per kind of applicant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Label.
    pub label: String,
    /// Numbers by kind of applicant.
    pub numbers: Vec<i64>,
}

impl Line {
    /// Sum over the kinds.
    pub fn total(&self) -> i64 {
        self.numbers.iter().sum()
    }
}

/// The table of applications of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applications {
    /// New in the year.
    pub received: Line,
    /// Carried over from the year before.
    pub carried_in: Line,
    /// Results.
    pub results: Vec<Line>,
    /// All results together.
    pub answered: Line,
    /// Carried over to the next year.
    pub carried_out: Line,
}

impl Applications {
    /// 一 + 二 = 三（七）+ 四 for every kind of applicant; the kinds where it does not hold.
    pub fn unbalanced(&self) -> Vec<&'static str> {
        let holds = |at: usize| {
            self.received.numbers[at] + self.carried_in.numbers[at]
                == self.answered.numbers[at] + self.carried_out.numbers[at]
        };
        let wrong = KINDS.iter().enumerate().filter(|(at, _)| !holds(*at));
        wrong.map(|(_, kind)| *kind).collect()
    }

    /// All lines in the order of the form.
    pub fn lines(&self) -> Vec<&Line> {
        let mut lines = vec![&self.received, &self.carried_in];
        lines.extend(&self.results);
        lines.extend([&self.answered, &self.carried_out]);
        lines
    }
}

impl App {
    /// The table of applications of a year.
    ///
    /// # Errors
    /// A denial, or when the database cannot be read.
    pub fn foi_applications(&self, actor: &Actor, year: i16) -> Result<Applications> {
        let of_year = Ask::period(Period::year(year));
        let until = |year: i16| Ask {
            from: None,
            to: jiff::civil::date(year, 12, 31),
            only: Default::default(),
        };
        let line = |label: &str, numbers: Vec<i64>| Line {
            label: label.to_owned(),
            numbers,
        };
        let open = |year: i16| -> Result<Vec<i64>> {
            let received = self.by_kind(actor, "foi_received", &until(year), None)?;
            let answered = self.by_kind(actor, "foi_answered", &until(year), None)?;
            Ok(received.iter().zip(&answered).map(|(r, a)| r - a).collect())
        };
        let mut results = Vec::new();
        for (group, label, word) in RESULTS {
            let numbers = self.by_kind(actor, "foi_answered", &of_year, *word)?;
            let label = format!("三、办理结果{group}{label}");
            results.push(line(&label, numbers));
        }
        Ok(Applications {
            received: line(
                "一、本年新收政府信息公开申请数量",
                self.by_kind(actor, "foi_received", &of_year, None)?,
            ),
            carried_in: line("二、上年结转政府信息公开申请数量", open(year - 1)?),
            results,
            answered: line(
                "三、办理结果（七）总计",
                self.by_kind(actor, "foi_answered", &of_year, None)?,
            ),
            carried_out: line("四、结转下年度继续办理", open(year)?),
        })
    }

    /// What became of reviews and suits about disclosure in a year.
    ///
    /// # Errors
    /// A denial, or when the database cannot be read.
    pub fn disclosure_disputes(&self, actor: &Actor, year: i16) -> Result<Vec<Disputes>> {
        let mut lines = Vec::new();
        for source in DISPUTES {
            let of = |figure: &str, ask: &Ask, results: &[&str]| -> Result<i64> {
                let asks: Vec<(String, Ask)> = match results {
                    [] => vec![(figure.to_owned(), ask.clone())],
                    results => results
                        .iter()
                        .map(|r| (figure.to_owned(), ask.clone().only("result", r)))
                        .collect(),
                };
                let asks = asks
                    .into_iter()
                    .map(|(figure, ask)| (figure, ask.only("kind", DISCLOSURE)))
                    .collect::<Vec<_>>();
                let readings = self.readings(actor, &asks, None)?;
                let numbers = readings
                    .iter()
                    .filter_map(|r| r.text()?.parse::<i64>().ok());
                Ok(numbers.sum())
            };
            let of_year = Ask::period(Period::year(year));
            let until = Ask {
                from: None,
                to: jiff::civil::date(year, 12, 31),
                only: Default::default(),
            };
            let DisputeSource {
                opened, concluded, ..
            } = source;
            let all = of(concluded, &of_year, &[])?;
            let upheld = of(concluded, &of_year, source.upheld)?;
            let corrected = of(concluded, &of_year, source.corrected)?;
            lines.push(Disputes {
                label: source.label,
                upheld,
                corrected,
                other: all - upheld - corrected,
                open: of(opened, &until, &[])? - of(concluded, &until, &[])?,
            });
        }
        Ok(lines)
    }

    fn by_kind(
        &self,
        actor: &Actor,
        figure: &str,
        ask: &Ask,
        result: Option<&str>,
    ) -> Result<Vec<i64>> {
        let asks: Vec<(String, Ask)> = KINDS
            .iter()
            .map(|kind| {
                let mut ask = ask.clone().only("applicant_kind", kind);
                if let Some(result) = result {
                    ask = ask.only("result", result);
                }
                (figure.to_owned(), ask)
            })
            .collect();
        let readings = self.readings(actor, &asks, None)?;
        Ok(readings
            .iter()
            .map(|r| r.text().and_then(|t| t.parse().ok()).unwrap_or(0))
            .collect())
    }

    /// The yearly report on disclosure as a draft, its tables filled.
    ///
    /// # Errors
    /// A denial, or when the database cannot be read.
    pub fn disclosure_report(&self, actor: &Actor, year: i16) -> Result<Draft> {
        authorise(actor, Action::Publish, Resource::Portal)?;
        let organ = self.organ(&actor.organ)?.name.clone();
        let applications = self.foi_applications(actor, year)?;
        let published = self.figure_text(actor, "publications_released", year)?;
        let made_on: Date = self.clock.today();
        let mut body = format!(
            "本报告依据《中华人民共和国政府信息公开条例》第五十条编写，数据统计期限为{year}年1月1日至12月31日。\n\
             ## 一、总体情况\n全年主动公开政府信息{published}条。（请填写：依申请公开、信息管理、平台建设、监督保障的情况。）\n\
             ## 二、主动公开政府信息情况\n"
        );
        body.push_str(&self.proactive_table(actor, year)?);
        body.push_str("## 三、收到和处理政府信息公开申请情况\n");
        body.push_str(&applications_table(&applications));
        body.push_str("## 四、因政府信息公开工作被申请行政复议、提起行政诉讼情况\n");
        body.push_str(&disputes_table(&self.disclosure_disputes(actor, year)?));
        body.push_str(
            "## 五、存在的主要问题及改进情况\n（请填写：问题和改进措施。）\n\
             ## 六、其他需要报告的事项\n（请填写：收取信息处理费等情况。）\n",
        );
        let column = self.portal.column("disclosure-reports");
        Ok(Draft {
            title: format!("{organ}{year}年政府信息公开工作年度报告"),
            column: column.map(|c| c.name.clone()).unwrap_or_default(),
            made_on: Some(made_on),
            summary: format!("{year}年政府信息公开工作情况，{}编制。", chinese(made_on)),
            body,
            author: organ.clone(),
            source: organ,
            ..Draft::default()
        })
    }

    fn figure_text(&self, actor: &Actor, id: &str, year: i16) -> Result<String> {
        if self.catalogue().figure(id).is_none() {
            return Ok("未统计".to_owned());
        }
        let ask = Ask::period(Period::year(year));
        let readings = self.readings(actor, &[(id.to_owned(), ask)], None)?;
        let text = readings.first().and_then(crate::figures::Reading::text);
        Ok(text.unwrap_or_else(|| "未统计".to_owned()))
    }

    fn proactive_table(&self, actor: &Actor, year: i16) -> Result<String> {
        let row = |item: &str, what: &str, id: &str| -> Result<String> {
            let number = self.figure_text(actor, id, year)?;
            Ok(format!("| {item} | {what} | {number} |\n"))
        };
        let mut table = "| 条款 | 信息内容 | 本年数 |\n".to_owned();
        table.push_str(&row(
            "第二十条第（一）项",
            "行政规范性文件制发件数",
            "normative_documents",
        )?);
        table.push_str(&row(
            "第二十条第（五）项",
            "行政许可处理决定数量",
            "licences_decided",
        )?);
        table.push_str(&row(
            "第二十条第（六）项",
            "行政处罚处理决定数量",
            "administrative_penalties",
        )?);
        table.push_str(&row(
            "第二十条第（六）项",
            "行政强制处理决定数量",
            "coercions",
        )?);
        Ok(table)
    }
}

fn disputes_table(lines: &[Disputes]) -> String {
    let mut table = "| 类别 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 |\n".to_owned();
    for l in lines {
        table.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            l.label,
            l.upheld,
            l.corrected,
            l.other,
            l.open,
            l.total()
        ));
    }
    table
}

fn applications_table(applications: &Applications) -> String {
    let mut table = format!("| 项目 | {} | 总计 |\n", KINDS.join(" | "));
    for line in applications.lines() {
        let numbers: Vec<String> = line.numbers.iter().map(i64::to_string).collect();
        table.push_str(&format!(
            "| {} | {} | {} |\n",
            line.label,
            numbers.join(" | "),
            line.total()
        ));
    }
    let wrong = applications.unbalanced();
    if !wrong.is_empty() {
        table.push_str(&format!(
            "（核对：{}的“一＋二”不等于“三（七）＋四”，请先更正台账。）\n",
            wrong.join("、")
        ));
    }
    table
}
