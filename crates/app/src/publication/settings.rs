//! The portal's settings: columns and the furniture of the site, as data.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde::Deserialize;

/// The settings that the program brings.
const BUILTIN: &str = include_str!("portal.toml");

/// What a site says about itself in its footer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Footer {
    /// 主办单位.
    pub organiser: String,
    /// 承办单位.
    pub undertaker: String,
    /// 办公地址.
    pub postal_address: String,
    /// 办公时间.
    pub office_hours: String,
    /// 联系电话.
    pub phone: String,
    /// 举报电话.
    pub report_phone: String,
    /// 电子邮箱.
    pub email: String,
    /// ICP 备案号.
    pub icp: String,
    /// 公安备案号.
    pub police: String,
    /// 网站标识码.
    pub site_code: String,
    /// Accounts elsewhere (微信、微博), as links.
    pub accounts: Vec<SocialAccount>,
}

/// An account of the organ elsewhere.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SocialAccount {
    /// What the link says.
    pub name: String,
    /// Its address; anything but `https://` is left out.
    pub address: String,
}

impl Footer {
    /// The names of what must be said and is not.
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("主办单位", &self.organiser),
            ("办公地址", &self.postal_address),
            ("联系电话", &self.phone),
            ("举报电话", &self.report_phone),
            ("ICP备案号", &self.icp),
            ("公安备案号", &self.police),
            ("网站标识码", &self.site_code),
        ]
        .into_iter()
        .filter(|(_, value)| value.trim().is_empty())
        .map(|(name, _)| name)
        .collect()
    }
}

/// What a data row of a credit column is (双公示).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Credit {
    /// 行政许可.
    Licence,
    /// 行政处罚.
    Penalty,
}

/// What an organ's licences of a column are called, for their data rows.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct LicenceNames {
    /// 许可类别: 普通, 特许, 认可, 核准, 登记 or another.
    pub kind: String,
    /// Name of the decision.
    pub decision: String,
    /// Name of the certificate.
    pub certificate: String,
}

/// A column of the disclosure catalogue.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Id, as in addresses.
    pub id: String,
    /// Name, as in the ledger.
    pub name: String,
    /// The group that it stands in.
    pub group: String,
    /// What belongs here, one sentence.
    #[serde(default)]
    pub about: String,
    /// A column without news for so many months is due for some.
    pub months_max: Option<u32>,
    /// The ledger whose public rows it lists, once a publication has opened that ledger.
    pub ledger: Option<String>,
    /// Only rows that say this: field and value.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// A flag that keeps a row back: a penalty on a minor.
    pub withheld: Option<String>,
    /// From this day of decision on, a penalty stands as long as its class says (轻微 not at all,
    /// 一般 twelve months, 严重 thirty-six); before, as `months` says.
    pub classes_from: Option<String>,
    /// A row leaves when this date is filled.
    pub until: Option<String>,
    /// A row comes when this date is filled.
    pub since: Option<String>,
    /// The field that says until when a row stands, that day included.
    pub term: Option<String>,
    /// A row stays for so many months.
    pub months: Option<u32>,
    /// Rows are data rows of licences or penalties.
    pub credit: Option<Credit>,
    /// What the licences are called.
    #[serde(default)]
    pub licence: LicenceNames,
    /// Each row shows how it has changed.
    #[serde(default)]
    pub history: bool,
    /// Readers may give opinions until the term ends.
    #[serde(default)]
    pub opinions: bool,
}

/// The portal's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Beginning of index numbers.
    pub organ_code: String,
    /// Unified social credit code of the organ; may be empty.
    pub credit_code: String,
    /// Address of the site, without a slash at the end; may be empty.
    pub address: String,
    /// What the site says about itself.
    pub footer: Footer,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// Who decides on a reconsideration (行政复议) of the organ's acts; empty: 本级人民政府.
    pub review_body: String,
    /// The court that a suit goes to; empty: 有管辖权的人民法院.
    pub court: String,
    /// Addresses of the proxies in front, whose word about the sender's address is taken.
    pub trusted_proxies: Vec<IpAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    organ_code: Option<String>,
    credit_code: Option<String>,
    address: Option<String>,
    footer: Option<Footer>,
    column: Option<Vec<Column>>,
    trusted_proxies: Option<Vec<IpAddr>>,
    review_body: Option<String>,
    court: Option<String>,
}

impl Settings {
    /// The settings as the program brings them, changed by an office's file.
    ///
    /// # Errors
    /// A sentence that says what cannot be read.
    pub fn read(own: &str) -> Result<Self, String> {
        let base: File = toml::from_str(BUILTIN).map_err(|e| e.to_string())?;
        let own: File = toml::from_str(own).map_err(|e| e.to_string())?;
        let settings = Self {
            organ_code: own.organ_code.or(base.organ_code).unwrap_or_default(),
            credit_code: own.credit_code.or(base.credit_code).unwrap_or_default(),
            address: own
                .address
                .or(base.address)
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned(),
            footer: own.footer.or(base.footer).unwrap_or_default(),
            columns: own.column.or(base.column).unwrap_or_default(),
            trusted_proxies: own.trusted_proxies.unwrap_or_default(),
            review_body: own.review_body.unwrap_or_default(),
            court: own.court.unwrap_or_default(),
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        let code = &self.organ_code;
        if code.is_empty() || code.len() > 7 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(format!(
                "organ_code 应为 1 到 7 个字母或数字，现在是“{code}”"
            ));
        }
        let mut seen = BTreeSet::new();
        for column in &self.columns {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if column.id.is_empty() || !column.id.bytes().all(plain) {
                return Err(format!(
                    "栏目标识“{}”只能用小写字母、数字和连字符",
                    column.id
                ));
            }
            let from = column.classes_from.as_deref();
            if from.is_some_and(|day| day.parse::<values::dates::Date>().is_err()) {
                return Err(format!(
                    "栏目“{}”的 classes_from 应写成 2026-04-01",
                    column.name
                ));
            }
            if !seen.insert(&column.id) || !seen.insert(&column.name) {
                return Err(format!("栏目“{}”重复", column.name));
            }
        }
        Ok(())
    }

    /// A column by its id.
    pub fn column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.id == id)
    }

    /// A column by its name.
    pub fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The groups in their order, each with its columns.
    pub fn groups(&self) -> Vec<(&str, Vec<&Column>)> {
        let mut groups: Vec<(&str, Vec<&Column>)> = Vec::new();
        for column in &self.columns {
            match groups.iter_mut().find(|(name, _)| *name == column.group) {
                Some((_, columns)) => columns.push(column),
                None => groups.push((&column.group, vec![column])),
            }
        }
        groups
    }

    /// The full address of a path, where the site's address is known.
    pub fn full(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl Default for Settings {
    /// The settings as the program brings them (a test reads them).
    fn default() -> Self {
        Self::read("").unwrap_or(Self {
            organ_code: "JYJ".to_owned(),
            credit_code: String::new(),
            address: String::new(),
            footer: Footer::default(),
            columns: Vec::new(),
            trusted_proxies: Vec::new(),
            review_body: String::new(),
            court: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_that_we_bring_can_be_read() {
        let settings = Settings::read("").expect("our own file");
        assert!(settings.columns.len() > 20);
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn an_office_says_what_differs_and_keeps_the_rest() {
        let own = "address = \"https://jyj.example.cn/\"\n[footer]\norganiser = \"云川市教育局\"";
        let settings = Settings::read(own).expect("readable");
        assert_eq!(settings.full("/portal"), "https://jyj.example.cn/portal");
        assert_eq!(settings.footer.missing().len(), 6);
        assert!(settings.column("documents").is_some());
    }

    #[test]
    fn a_mistake_is_said_in_words() {
        let twice = "[[column]]\nid=\"a\"\nname=\"甲\"\ngroup=\"x\"\n[[column]]\nid=\"a\"\nname=\"乙\"\ngroup=\"x\"";
        assert!(Settings::read(twice).is_err_and(|e| e.contains("重复")));
        assert!(Settings::read("organ_code = \"教育局\"").is_err());
    }
}
