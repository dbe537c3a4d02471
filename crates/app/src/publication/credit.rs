//! Data rows of licences and penalties (双公示) in the columns of the 2018 standard.
//!
//! Codes, names and lengths as implementations of 发改办财金〔2018〕424号 use them; the edition is
//! named in the file. There are two files. The public one is made from what the register shows and
//! has no column for what nobody outside may see (names of representatives, certificates). The one
//! for the credit platform ([`App::credit_export`]) has all columns, is made from the entries
//! themselves, needs the right to see personal data whole, and leaves a line in the audit trail.
//! Later editions of the standard are not known to us: a receiver's template decides.

use values::dates::Date;

use super::{Column, Credit, LicenceNames, Register, RegisterRow, register};
use crate::{
    App,
    authorise::{Action, Actor, Resource, authorise},
    error::{AppError, Result},
};

/// The edition that the columns follow.
pub const EDITION: &str = "2018（发改办财金〔2018〕424号）";

/// A column of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditColumn {
    /// Code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Longest text.
    pub length: usize,
    /// Must be filled.
    pub required: bool,
    /// Stands in the public file too.
    pub public: bool,
}

const fn column(
    code: &'static str,
    name: &'static str,
    length: usize,
    required: bool,
) -> CreditColumn {
    CreditColumn {
        code,
        name,
        length,
        required,
        public: true,
    }
}

/// A column that only the credit platform gets.
const fn closed(code: &'static str, name: &'static str, length: usize) -> CreditColumn {
    CreditColumn {
        code,
        name,
        length,
        required: false,
        public: false,
    }
}

/// Columns of a licence.
pub const LICENCE: &[CreditColumn] = &[
    column("XK_XDR_MC", "行政相对人名称", 200, true),
    column("XK_XDR_LB", "行政相对人类别", 16, true),
    column("XK_XDR_SHXYM", "统一社会信用代码", 18, false),
    column("XK_XDR_GSZC", "工商注册号", 50, false),
    column("XK_XDR_ZZJG", "组织机构代码", 9, false),
    column("XK_XDR_SWDJ", "税务登记号", 15, false),
    column("XK_XDR_SYDW", "事业单位证书号", 12, false),
    column("XK_XDR_SHZZ", "社会组织登记证号", 50, false),
    closed("XK_FRDB", "法定代表人", 50),
    closed("XK_FR_ZJLX", "法定代表人证件类型", 64),
    closed("XK_FR_ZJHM", "法定代表人证件号码", 64),
    closed("XK_XDR_ZJLX", "自然人证件类型", 64),
    closed("XK_XDR_ZJHM", "自然人证件号码", 64),
    column("XK_XKWS", "行政许可决定文书名称", 64, true),
    column("XK_WSH", "行政许可决定文书号", 128, true),
    column("XK_XKLB", "许可类别", 256, true),
    column("XK_XKZS", "许可证书名称", 64, false),
    column("XK_XKBH", "许可编号", 64, false),
    column("XK_NR", "许可内容", 4000, true),
    column("XK_JDRQ", "许可决定日期", 10, true),
    column("XK_YXQZ", "有效期自", 10, true),
    column("XK_YXQZI", "有效期至", 10, true),
    column("XK_XKJG", "许可机关", 200, true),
    column("XK_XKJGDM", "许可机关统一社会信用代码", 18, true),
    column("XK_ZT", "当前状态", 1, true),
    column("XK_LYDW", "数据来源单位", 200, true),
    column("XK_LYDWDM", "数据来源单位统一社会信用代码", 18, true),
    column("BZ", "备注", 4000, false),
];

/// Columns of a penalty.
pub const PENALTY: &[CreditColumn] = &[
    column("CF_XDR_MC", "行政相对人名称", 200, true),
    column("CF_XDR_LB", "行政相对人类别", 16, true),
    column("CF_XDR_SHXYM", "统一社会信用代码", 18, false),
    column("CF_XDR_GSZC", "工商注册号", 50, false),
    column("CF_XDR_ZZJG", "组织机构代码", 9, false),
    column("CF_XDR_SWDJ", "税务登记号", 15, false),
    column("CF_XDR_SYDW", "事业单位证书号", 12, false),
    column("CF_XDR_SHZZ", "社会组织登记证号", 50, false),
    closed("CF_FRDB", "法定代表人", 50),
    closed("CF_FR_ZJLX", "法定代表人证件类型", 64),
    closed("CF_FR_ZJHM", "法定代表人证件号码", 64),
    closed("CF_XDR_ZJLX", "自然人证件类型", 64),
    closed("CF_XDR_ZJHM", "自然人证件号码", 64),
    column("CF_WSH", "行政处罚决定书文号", 128, true),
    column("CF_WFXW", "违法行为类型", 2000, true),
    column("CF_SY", "违法事实", 5000, true),
    column("CF_YJ", "处罚依据", 2048, true),
    column("CF_CFLB", "处罚类别", 255, true),
    column("CF_NR", "处罚内容", 4000, true),
    column("CF_NR_FK", "罚款金额（万元）", 20, false),
    column(
        "CF_NR_WFFF",
        "没收违法所得、没收非法财物的金额（万元）",
        20,
        false,
    ),
    column("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", 200, false),
    column("CF_JDRQ", "处罚决定日期", 10, true),
    column("CF_YXQ", "处罚有效期", 10, true),
    column("CF_GSJZQ", "公示截止期", 10, false),
    column("CF_CFJG", "处罚机关", 200, true),
    column("CF_CFJGDM", "处罚机关统一社会信用代码", 18, true),
    column("CF_SJLY", "数据来源单位", 200, true),
    column("CF_SJLYDM", "数据来源单位统一社会信用代码", 18, true),
    column("BZ", "备注", 4000, false),
];

/// A row and what keeps it from being accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditRow {
    /// The entry.
    pub entry: String,
    /// A text per column.
    pub values: Vec<String>,
    /// What is missing or wrong; empty when the row can be sent.
    pub problems: Vec<String>,
}

/// A file of data rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditFile {
    /// Its columns.
    pub columns: Vec<CreditColumn>,
    /// Its rows.
    pub rows: Vec<CreditRow>,
}

impl CreditFile {
    /// How many rows have problems.
    pub fn faulty(&self) -> usize {
        self.rows.iter().filter(|r| !r.problems.is_empty()).count()
    }
}

/// Who decides, and what is the same in every row of a file.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Name of the organ.
    pub organ: &'a str,
    /// Its unified social credit code.
    pub code: &'a str,
    /// What the organ's licences of this column are called.
    pub licence: &'a LicenceNames,
    /// Today: no decision is of tomorrow.
    pub today: Date,
}

/// The data rows of a register: what was decided, of licences what was granted, of cases what was
/// punished. The rest is shown in the column and is no data row of the standard.
pub fn file(register: &Register, kind: Credit, sender: Sender) -> CreditFile {
    of_rows(&register.rows, kind, sender, false)
}

fn of_rows(rows: &[RegisterRow], kind: Credit, sender: Sender, whole: bool) -> CreditFile {
    let columns = match kind {
        Credit::Licence => LICENCE,
        Credit::Penalty => PENALTY,
    };
    let columns: Vec<CreditColumn> = columns
        .iter()
        .filter(|c| whole || c.public)
        .copied()
        .collect();
    let rows = rows
        .iter()
        .filter(|row| match kind {
            Credit::Licence => is_granted(row),
            Credit::Penalty => is_punished(row),
        })
        .map(|row| {
            let values: Vec<String> = columns.iter().map(|c| value(c.code, row, sender)).collect();
            let problems = problems(&columns, &values, sender.today);
            CreditRow {
                entry: row.entry.clone(),
                values,
                problems,
            }
        })
        .collect();
    CreditFile { columns, rows }
}

impl App {
    /// The file for the credit platform: every column of the standard, nothing masked.
    ///
    /// # Errors
    /// A denial: it takes the right to see the ledger's personal data whole.
    pub fn credit_export(&self, actor: &Actor, id: &str) -> Result<(Column, CreditFile)> {
        let missing = || AppError::NotFound("这份双公示数据");
        let column = self.portal.column(id).ok_or_else(missing)?;
        let (kind, ledger) = column
            .credit
            .zip(column.ledger.as_deref())
            .ok_or_else(missing)?;
        let ledger = self.catalogue().ledger(ledger).ok_or_else(missing)?.clone();
        authorise(actor, Action::Export, Resource::Ledger(&ledger))?;
        authorise(actor, Action::Unmask, Resource::Ledger(&ledger))?;
        let today = self.clock.today();
        let mut rows = Vec::new();
        self.each_entry(&actor.organ, &ledger.id, |entry| {
            rows.extend(register::credit_row(column, &entry, today, &self.calendar));
            Ok(())
        })?;
        rows.sort_by(|a, b| (&b.on, &b.entry).cmp(&(&a.on, &a.entry)));
        let organ = self.organ(&actor.organ)?.name.clone();
        let sender = Sender {
            organ: &organ,
            code: &self.portal.credit_code,
            licence: &column.licence,
            today,
        };
        let file = of_rows(&rows, kind, sender, true);
        let said = format!("双公示数据 {} 条", file.rows.len());
        self.audit(actor, "export", &ledger.id, &said)?;
        Ok((column.clone(), file))
    }
}

/// A licence that was decided, and not refused; ledgers say 认定, 准予, 同意 or the contrary.
fn is_granted(row: &RegisterRow) -> bool {
    let result = row.cell("result");
    !result.is_empty() && !result.starts_with('不')
}

/// A case that ended in a penalty; decisions on the spot say no outcome, being nothing else.
fn is_punished(row: &RegisterRow) -> bool {
    matches!(row.cell("outcome"), "" | "给予处罚")
}

/// The first of several fields that is filled: ledgers name the same thing differently.
fn first(row: &RegisterRow, fields: &[&str]) -> String {
    let found = fields.iter().map(|f| row.cell(f)).find(|t| !t.is_empty());
    found.unwrap_or_default().to_owned()
}

/// What an item of a licence's content may be called, in the order in which it is read.
const CONTENT: [&str; 9] = [
    "item",
    "matter",
    "school",
    "institution",
    "kind",
    "category",
    "stage",
    "subject",
    "result",
];

fn value(code: &str, row: &RegisterRow, sender: Sender) -> String {
    let named = sender.licence;
    let day = || row.on.replace('-', "/");
    match code {
        "XK_XDR_MC" => first(row, &["applicant", "party", "name"]),
        "CF_XDR_MC" => first(row, &["party"]),
        "XK_XDR_LB" | "CF_XDR_LB" => party_kind(row),
        "XK_XDR_SHXYM" | "CF_XDR_SHXYM" => first(row, &["credit_code", "party_code"]),
        "XK_XDR_GSZC" | "CF_XDR_GSZC" => first(row, &["business_number"]),
        "XK_XDR_ZZJG" | "CF_XDR_ZZJG" => first(row, &["organisation_code"]),
        "XK_XDR_SWDJ" | "CF_XDR_SWDJ" => first(row, &["tax_number"]),
        "XK_XDR_SYDW" | "CF_XDR_SYDW" => first(row, &["public_institution_number"]),
        "XK_XDR_SHZZ" | "CF_XDR_SHZZ" => first(row, &["social_organisation_number"]),
        "XK_FRDB" | "CF_FRDB" => first(row, &["representative"]),
        "XK_FR_ZJLX" | "CF_FR_ZJLX" => identity_kind(row, "representative_identity"),
        "XK_FR_ZJHM" | "CF_FR_ZJHM" => first(row, &["representative_identity"]),
        "XK_XDR_ZJLX" | "CF_XDR_ZJLX" => identity_kind(row, "party_identity"),
        "XK_XDR_ZJHM" | "CF_XDR_ZJHM" => first(row, &["party_identity"]),
        "CF_NR_ZKDX" => first(row, &["affected_licence"]),
        "XK_XKWS" => first_or(
            row,
            &["document_name"],
            or(&named.decision, "行政许可决定书"),
        ),
        "XK_WSH" => first(row, &["decision_number", "certificate_number"]),
        "XK_XKLB" => or(&named.kind, "普通").to_owned(),
        "XK_XKZS" => named.certificate.clone(),
        "XK_XKBH" => first(row, &["licence_number", "certificate_number"]),
        "XK_NR" => {
            let filled = CONTENT
                .iter()
                .map(|f| row.cell(f))
                .filter(|t| !t.is_empty());
            filled.collect::<Vec<_>>().join("；")
        }
        "XK_JDRQ" | "CF_JDRQ" => day(),
        "XK_YXQZ" => date_or(row, "licence_from", day()),
        // Long-term licences end on this day in the standard's files.
        "XK_YXQZI" => date_or(row, "licence_until", "2099/12/31".to_owned()),
        "XK_XKJG" | "XK_LYDW" | "CF_CFJG" | "CF_SJLY" => sender.organ.to_owned(),
        "XK_XKJGDM" | "XK_LYDWDM" | "CF_CFJGDM" | "CF_SJLYDM" => sender.code.to_owned(),
        // 1 holds, 2 does not any more.
        "XK_ZT" => if row.holds { "1" } else { "2" }.to_owned(),
        "CF_WSH" => first(row, &["decision_number"]),
        "CF_WFXW" => first(row, &["cause"]),
        "CF_SY" => first(row, &["public_facts", "cause"]),
        "CF_YJ" => first(row, &["basis"]),
        "CF_CFLB" => first(row, &["penalties", "penalty"]).replace('、', ";"),
        "CF_NR" => content(row),
        "CF_NR_FK" => ten_thousands(row.cell("fine")),
        "CF_NR_WFFF" => ten_thousands(row.cell("confiscated")),
        "CF_YXQ" => date_or(row, "penalty_until", "2099/12/31".to_owned()),
        "CF_GSJZQ" => row.until.map(written).unwrap_or_default(),
        _ => String::new(),
    }
}

fn written(date: Date) -> String {
    date.strftime("%Y/%m/%d").to_string()
}

fn identity_kind(row: &RegisterRow, field: &str) -> String {
    match row.cell(field) {
        "" => String::new(),
        _ => "身份证".to_owned(),
    }
}

/// What an office says, else what is usual.
fn or<'a>(said: &'a str, usual: &'a str) -> &'a str {
    if said.is_empty() { usual } else { said }
}

fn first_or(row: &RegisterRow, fields: &[&str], other: &str) -> String {
    let found = first(row, fields);
    if found.is_empty() {
        other.to_owned()
    } else {
        found
    }
}

fn party_kind(row: &RegisterRow) -> String {
    // Where a ledger does not ask what its applicants are, they are persons.
    let asked = !row.cell("party_kind").is_empty() || row.cell("applicant").is_empty();
    match if asked {
        row.cell("party_kind")
    } else {
        "个人"
    } {
        "" => String::new(),
        "个人" | "自然人" => "自然人".to_owned(),
        "个体工商户" => "个体工商户".to_owned(),
        _ => "法人及非法人组织".to_owned(),
    }
}

fn content(row: &RegisterRow) -> String {
    let kinds = first(row, &["penalties", "penalty"]);
    let fine = row.cell("fine");
    match (kinds.is_empty(), fine.is_empty()) {
        (false, false) => format!("{kinds}（罚款{fine}元）"),
        (false, true) => kinds,
        (true, false) => format!("罚款{fine}元"),
        (true, true) => String::new(),
    }
}

fn date_or(row: &RegisterRow, field: &str, other: String) -> String {
    let text = row.cell(field);
    match values::dates::parse_date(text) {
        Ok(date) => written(date),
        Err(_) => other,
    }
}

/// Yuan with two decimals as 万元 with six, which is exact.
fn ten_thousands(yuan: &str) -> String {
    let digits: String = yuan.chars().filter(|c| c.is_ascii_digit()).collect();
    if digits.is_empty() || !yuan.contains('.') {
        return String::new();
    }
    let fen: u64 = digits.parse().unwrap_or(0);
    format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000)
}

fn problems(columns: &[CreditColumn], values: &[String], today: Date) -> Vec<String> {
    let mut problems = Vec::new();
    let of = |code: &str| {
        let at = columns.iter().position(|c| c.code.ends_with(code));
        at.and_then(|at| values.get(at)).map_or("", String::as_str)
    };
    let has = |code: &str| columns.iter().any(|c| c.code.ends_with(code));
    for (column, value) in columns.iter().zip(values) {
        let length = value.chars().count();
        if column.required && length == 0 {
            problems.push(format!("缺{}", column.name));
        }
        if length > column.length {
            problems.push(format!(
                "{}有 {length} 个字，最多 {}",
                column.name, column.length
            ));
        }
    }
    let code = of("_XDR_SHXYM");
    match of("_XDR_LB") {
        "法人及非法人组织" | "个体工商户" if code.is_empty() => {
            problems.push("单位缺统一社会信用代码".to_owned());
        }
        "法人及非法人组织" if has("_FRDB") && of("_FRDB").is_empty() => {
            problems.push("单位缺法定代表人".to_owned());
        }
        "自然人" if has("_XDR_ZJHM") && of("_XDR_ZJHM").is_empty() => {
            problems.push("自然人缺证件号码".to_owned());
        }
        "自然人" if !code.is_empty() => {
            problems.push("自然人不填统一社会信用代码".to_owned());
        }
        _ => {}
    }
    if !code.is_empty() && values::identifiers::CreditCode::parse(code).is_err() {
        problems.push("统一社会信用代码的校验位不对".to_owned());
    }
    if of("_JDRQ") > written(today).as_str() {
        problems.push("决定日期晚于今天".to_owned());
    }
    if has("XK_YXQZ") && of("XK_YXQZ") > of("XK_YXQZI") {
        problems.push("有效期自晚于有效期至".to_owned());
    }
    if of("CF_CFLB").contains("罚款") == of("CF_NR_FK").is_empty() && has("CF_CFLB") {
        problems.push("处罚类别与罚款金额不一致".to_owned());
    }
    problems
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn yuan_become_ten_thousands_without_loss() {
        assert_eq!(ten_thousands("5000.00"), "0.500000");
        assert_eq!(ten_thousands("12345678.91"), "1234.567891");
        assert_eq!(ten_thousands(""), "");
    }

    fn licence(result: &str) -> RegisterRow {
        let cell = |id: &str, text: &str| (id.to_owned(), String::new(), text.to_owned());
        RegisterRow {
            entry: result.to_owned(),
            title: String::new(),
            on: "2022-10-26".to_owned(),
            until: None,
            holds: true,
            cells: vec![
                cell("applicant", "唐**"),
                cell("stage", "高级中学教师"),
                cell("subject", "物理"),
                cell("result", result),
                cell("certificate_number", "202200000000001"),
            ],
        }
    }

    #[test]
    fn licences_that_were_granted_are_rows_that_can_be_sent() {
        let rows = ["认定", "不予认定", ""].map(licence);
        let file = of_rows(
            &rows,
            Credit::Licence,
            sender(&LicenceNames::default()),
            false,
        );
        let entries: Vec<&str> = file.rows.iter().map(|r| r.entry.as_str()).collect();
        assert_eq!(
            entries,
            ["认定"],
            "neither refusals nor what is not decided"
        );
        assert_eq!(file.faulty(), 0, "{:?}", file.rows[0].problems);
        assert!(
            file.rows[0]
                .values
                .iter()
                .any(|v| v == "高级中学教师；物理；认定")
        );
    }

    fn sender(licence: &LicenceNames) -> Sender<'_> {
        Sender {
            organ: "云川市教育局",
            code: "11000000000000019Q",
            licence,
            today: jiff::civil::date(2024, 1, 1),
        }
    }

    #[test]
    fn a_school_is_licensed_under_its_own_code_and_to_its_own_day() {
        let cell =
            |(id, text): &(&str, &str)| ((*id).to_owned(), String::new(), (*text).to_owned());
        let row = |code: &str| RegisterRow {
            entry: String::new(),
            title: String::new(),
            on: "2022-05-11".to_owned(),
            until: None,
            holds: true,
            cells: [
                ("applicant", "云川启明教育发展有限公司"),
                ("party_kind", "法人及非法人组织"),
                ("party_code", code),
                ("matter", "正式设立"),
                ("school", "云川启明幼儿园"),
                ("result", "准予"),
                ("decision_number", "云教许准字〔2022〕1号"),
                ("licence_number", "教民000000060000101号"),
                ("licence_until", "2024-05-10"),
            ]
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(cell)
            .collect(),
        };
        let named = LicenceNames {
            kind: "普通".to_owned(),
            decision: "民办学校设立批准书".to_owned(),
            certificate: "民办学校办学许可证".to_owned(),
        };
        let rows = [row("11000000000000019Q"), row("")];
        let file = of_rows(&rows, Credit::Licence, sender(&named), false);
        assert_eq!(file.rows[0].problems, Vec::<String>::new());
        for said in [
            "法人及非法人组织",
            "民办学校设立批准书",
            "云教许准字〔2022〕1号",
            "教民000000060000101号",
            "正式设立；云川启明幼儿园；准予",
            "2024/05/10",
        ] {
            let found = file.rows[0].values.iter().any(|v| v == said);
            assert!(found, "{said}: {:?}", file.rows[0].values);
        }
        assert_eq!(file.rows[1].problems, ["单位缺统一社会信用代码"]);
    }

    #[test]
    fn a_case_without_a_penalty_is_no_data_row() {
        let rows = ["给予处罚", "不予处罚", "移送", "撤销案件"].map(|outcome| RegisterRow {
            entry: outcome.to_owned(),
            title: String::new(),
            on: "2022-05-11".to_owned(),
            until: None,
            holds: true,
            cells: vec![("outcome".to_owned(), String::new(), outcome.to_owned())],
        });
        let file = of_rows(
            &rows,
            Credit::Penalty,
            sender(&LicenceNames::default()),
            false,
        );
        let entries: Vec<&str> = file.rows.iter().map(|r| r.entry.as_str()).collect();
        assert_eq!(entries, ["给予处罚"]);
    }

    #[test]
    fn a_row_says_what_it_lacks() {
        let mut values = vec![String::new(); PENALTY.len()];
        values[1] = "法人及非法人组织".to_owned();
        let at = |code: &str| PENALTY.iter().position(|c| c.code == code).unwrap();
        values[at("CF_CFLB")] = "罚款".to_owned();
        values[at("CF_JDRQ")] = "2024/01/02".to_owned();
        let found = problems(PENALTY, &values, jiff::civil::date(2024, 1, 1));
        assert!(
            found.contains(&"单位缺法定代表人".to_owned())
                || found.contains(&"单位缺统一社会信用代码".to_owned())
        );
        assert!(found.contains(&"决定日期晚于今天".to_owned()));
        assert!(found.contains(&"缺行政处罚决定书文号".to_owned()));
        assert!(found.contains(&"单位缺统一社会信用代码".to_owned()));
        assert!(found.contains(&"处罚类别与罚款金额不一致".to_owned()));
    }
}
