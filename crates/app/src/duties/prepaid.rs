//! Prepaid fees of training institutions: offers against the limits, accounts against lessons.

use std::collections::{BTreeMap, BTreeSet};

use values::{dates::Date, money::Fen, ratio::Ratio};

use super::{day, happened, number, stands, text, yes};
use crate::{App, authorise::Actor, entry::Entry, error::Result};

/// The limits of the ministries' notices of 2021 and 2022, in the units of the ledgers.
pub struct Limits;

impl Limits {
    /// Months collected at once, in tenths.
    pub const MONTHS_TENTHS: i64 = 30;
    /// Lessons collected at once.
    pub const LESSONS: i64 = 60;
    /// Amount collected at once for what is not academic, in fen.
    pub const AMOUNT_FEN: i64 = 500_000;
    /// A refund is overdue after so many days, as the bureau promises.
    pub const REFUND_DAYS: i64 = 15;
    /// An account is silent after so many days without a report.
    pub const SILENT_DAYS: i64 = 62;
    /// Ground of the limits on time and lessons.
    pub const LAW: &'static str = "教监管函〔2021〕2号";
    /// Ground of the limit on the amount.
    pub const LAW_AMOUNT: &'static str = "教监管〔2022〕4号";
}

/// What kind of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// It left the register with money or claims behind.
    Left,
    /// Less in the account than is owed in lessons.
    Uncovered,
    /// Money went out faster than lessons were given.
    Draining,
    /// A refund is overdue or refused.
    Refund,
    /// An offer is over a limit.
    OverLimit,
    /// Sold before it may be sold.
    TooEarly,
    /// No account in use.
    NoAccount,
    /// More than one account in use.
    SeveralAccounts,
    /// Nothing was reported for a long time.
    Silent,
}

impl WarningKind {
    /// All kinds, the gravest first.
    pub const ALL: [WarningKind; 9] = [
        Self::Left,
        Self::Uncovered,
        Self::Draining,
        Self::Refund,
        Self::OverLimit,
        Self::TooEarly,
        Self::NoAccount,
        Self::SeveralAccounts,
        Self::Silent,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Left => "退出后资金没有清结",
            Self::Uncovered => "余额不足以覆盖未消课",
            Self::Draining => "余额下降快于消课",
            Self::Refund => "退费逾期或被拒",
            Self::OverLimit => "收费方案超限",
            Self::TooEarly => "提前收费",
            Self::NoAccount => "没有专用账户",
            Self::SeveralAccounts => "不止一个在用账户",
            Self::Silent => "长期没有报送余额",
        }
    }
}

/// One warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Kind.
    pub kind: WarningKind,
    /// The institution.
    pub institution: String,
    /// District.
    pub district: String,
    /// What was found, with the arithmetic.
    pub said: String,
    /// Ground.
    pub law: &'static str,
    /// The entry that shows it.
    pub entry: String,
}

/// An institution's money.
#[derive(Clone, Debug)]
pub struct Money {
    /// Name.
    pub institution: String,
    /// District.
    pub district: String,
    /// The day it left the register, if it did.
    pub left_on: Option<Date>,
    /// Way of supervision; empty without an account.
    pub mode: String,
    /// Day of the last report.
    pub as_of: Option<Date>,
    /// Balance in fen.
    pub balance: Option<i64>,
    /// Owed in lessons, in fen.
    pub unconsumed: Option<i64>,
    /// Warnings.
    pub warnings: usize,
}

impl Money {
    /// Balance over what is owed; none when nothing is owed or reported.
    pub fn escrow(&self) -> Option<Ratio> {
        Ratio::new(i128::from(self.balance?), i128::from(self.unconsumed?))
    }
}

/// The whole picture.
#[derive(Clone, Debug, Default)]
pub struct Prepaid {
    /// Institutions of the register and those that left it with money or claims behind, those with
    /// most warnings first; none for readers who see totals only.
    pub money: Vec<Money>,
    /// Warnings, the gravest first; none for readers who see totals only.
    pub warnings: Vec<Warning>,
    /// Institutions that stand in the register.
    pub registered: usize,
    /// Of these, those with an account in use.
    pub with_account: usize,
    /// Offers that stand.
    pub offers: usize,
    /// All balances and all that is owed, of those that reported, in fen.
    pub sums: (i64, i64),
    /// The reader may not see the institutions.
    pub hidden: bool,
    counts: BTreeMap<WarningKind, usize>,
}

impl Prepaid {
    /// How many warnings there are of a kind.
    pub fn count(&self, kind: WarningKind) -> usize {
        self.counts.get(&kind).copied().unwrap_or(0)
    }
    /// How many warnings there are.
    pub fn warned(&self) -> usize {
        self.counts.values().sum()
    }
}

fn yuan(fen: i64) -> String {
    Fen(fen).chinese()
}

/// Which limits an offer breaks, in words.
pub(super) fn over(offer: &Entry) -> Vec<(String, &'static str)> {
    let mut broken = Vec::new();
    if let Some(months) = number(offer, "months").filter(|m| *m > Limits::MONTHS_TENTHS) {
        let months = format!("{}.{}", months / 10, months % 10);
        let months = months.trim_end_matches(".0").to_owned();
        broken.push((format!("一次收费{months}个月，超过3个月"), Limits::LAW));
    }
    if let Some(lessons) = number(offer, "lessons").filter(|l| *l > Limits::LESSONS) {
        broken.push((format!("一次收费{lessons}课时，超过60课时"), Limits::LAW));
    }
    let price = number(offer, "price").unwrap_or(0);
    if text(offer, "category") == "非学科类" && price > Limits::AMOUNT_FEN {
        let said = format!("一次收费{}，超过{}", yuan(price), yuan(Limits::AMOUNT_FEN));
        broken.push((said, Limits::LAW_AMOUNT));
    }
    broken
}

/// Sold by period more than a month before the course starts.
fn too_early(offer: &Entry) -> Option<String> {
    let (starts, sold) = (day(offer, "starts_on")?, day(offer, "sold_from")?);
    let earliest = starts.saturating_sub(jiff::Span::new().months(1));
    let by_period = text(offer, "charged_by") == "按周期";
    (by_period && sold < earliest).then(|| {
        let (sold, starts) = (values::dates::chinese(sold), values::dates::chinese(starts));
        format!("{sold}开始收费，早于开课（{starts}）前一个月")
    })
}

/// The entries of one institution.
#[derive(Default)]
struct Books<'a> {
    accounts: Vec<&'a Entry>,
    offers: Vec<&'a Entry>,
    /// Newest first.
    balances: Vec<&'a Entry>,
    refunds: Vec<&'a Entry>,
}

/// Asked for and not paid back.
fn is_open(refund: &Entry) -> bool {
    day(refund, "refunded_on").is_none()
}

impl Books<'_> {
    /// Money in the account, lessons owed or refunds not paid.
    fn holds_something(&self) -> bool {
        let last = self.balances.first();
        let some = |field: &str| last.and_then(|b| number(b, field)).unwrap_or(0) > 0;
        some("balance") || some("unconsumed") || self.refunds.iter().any(|r| is_open(r))
    }
}

struct Judge<'a> {
    institution: &'a Entry,
    today: Date,
    warnings: Vec<Warning>,
}

impl Judge<'_> {
    fn warn(&mut self, kind: WarningKind, said: String, law: &'static str, entry: &Entry) {
        self.warnings.push(Warning {
            kind,
            institution: text(self.institution, "name").to_owned(),
            district: text(self.institution, "district").to_owned(),
            said,
            law,
            entry: entry.id.clone(),
        });
    }

    /// Whoever has left sells nothing more and needs no account; what counts is what was left.
    fn left(&mut self, books: &Books<'_>, left_on: Date) {
        let last = books.balances.first();
        let of = |field: &str| last.and_then(|b| number(b, field)).unwrap_or(0);
        let (balance, owed) = (of("balance"), of("unconsumed"));
        let open = books.refunds.iter().filter(|r| is_open(r)).count();
        let said = format!(
            "{}退出，账户余额{}，未消课{}，没有退的申请{open}件",
            values::dates::chinese(left_on),
            yuan(balance),
            yuan(owed),
        );
        self.warn(WarningKind::Left, said, Limits::LAW, self.institution);
    }

    fn accounts(&mut self, books: &Books<'_>) {
        let in_use: Vec<&&Entry> = books
            .accounts
            .iter()
            .filter(|a| stands(a, "closed_on", self.today))
            .collect();
        match in_use.as_slice() {
            [] => {
                let said = "没有登记在用的预收费专用账户".to_owned();
                self.warn(WarningKind::NoAccount, said, Limits::LAW, self.institution);
            }
            [_] => {}
            several => {
                let said = format!("有{}个在用账户，只能有一个", several.len());
                self.warn(WarningKind::SeveralAccounts, said, Limits::LAW, several[0]);
            }
        }
    }

    fn offers(&mut self, books: &Books<'_>) {
        for offer in &books.offers {
            if !stands(offer, "removed_on", self.today) {
                continue;
            }
            let course = text(offer, "course");
            for (said, law) in over(offer) {
                let said = format!("{course}：{said}");
                self.warn(WarningKind::OverLimit, said, law, offer);
            }
            if let Some(said) = too_early(offer) {
                let said = format!("{course}：{said}");
                self.warn(WarningKind::TooEarly, said, Limits::LAW, offer);
            }
        }
    }

    fn balances(&mut self, books: &Books<'_>) {
        let Some(last) = books.balances.first() else {
            self.never_reported(books);
            return;
        };
        let balance = number(last, "balance").unwrap_or(0);
        // A bank knows what is in the account, not what is owed in lessons: what is not reported
        // is not judged.
        if let Some(owed) = number(last, "unconsumed").filter(|owed| balance < *owed) {
            let said = format!(
                "余额{}，未消课{}，差{}",
                yuan(balance),
                yuan(owed),
                yuan(owed - balance)
            );
            self.warn(WarningKind::Uncovered, said, Limits::LAW, last);
        }
        let released = number(last, "released").unwrap_or(0);
        if let Some(consumed) = number(last, "consumed").filter(|consumed| released > *consumed) {
            let said = format!(
                "本期划拨{}，消课{}，多划{}",
                yuan(released),
                yuan(consumed),
                yuan(released - consumed)
            );
            self.warn(WarningKind::Draining, said, Limits::LAW, last);
        }
        if let Some(before) = books.balances.get(1) {
            let of = |entry: &Entry, field: &str| number(entry, field).unwrap_or(0);
            let left =
                of(before, "balance") + of(last, "received") - released - of(last, "refunded");
            // The bank's figures of a period: what is left and what went in and out must agree.
            if balance < left {
                let said = format!(
                    "按上期余额和本期收支应余{}，实余{}，少{}",
                    yuan(left),
                    yuan(balance),
                    yuan(left - balance)
                );
                self.warn(WarningKind::Draining, said, Limits::LAW, last);
            }
        }
        let silent = (self.today - happened(last)).get_days();
        if i64::from(silent) > Limits::SILENT_DAYS {
            let said = format!("最近一次报送距今{silent}天");
            self.warn(WarningKind::Silent, said, Limits::LAW, last);
        }
    }

    /// An account is in use, and nobody has ever said what is on it.
    fn never_reported(&mut self, books: &Books<'_>) {
        let mut in_use = books.accounts.iter();
        let Some(account) = in_use.find(|a| stands(a, "closed_on", self.today)) else {
            return;
        };
        let silent = (self.today - happened(account)).get_days();
        if i64::from(silent) > Limits::SILENT_DAYS {
            let said = format!("账户启用{silent}天，没有报送过余额");
            self.warn(WarningKind::Silent, said, Limits::LAW, account);
        }
    }

    fn refunds(&mut self, books: &Books<'_>) {
        for refund in &books.refunds {
            if !is_open(refund) {
                continue;
            }
            let waited = i64::from((self.today - happened(refund)).get_days());
            let said = if yes(refund, "refused") {
                "机构拒绝退费".to_owned()
            } else if waited > Limits::REFUND_DAYS {
                format!("申请已{waited}天未退，超过{}天", Limits::REFUND_DAYS)
            } else {
                continue;
            };
            let amount = yuan(number(refund, "due_amount").unwrap_or(0));
            let said = format!("应退{amount}：{said}");
            self.warn(WarningKind::Refund, said, Limits::LAW, refund);
        }
    }
}

impl App {
    /// Prepaid fees as of today: for readers of the ledgers all of it, for others the totals.
    ///
    /// # Errors
    /// A denial.
    pub fn prepaid(&self, actor: &Actor) -> Result<Prepaid> {
        self.reads_figures(actor)?;
        let mut prepaid = self.judged_prepaid(actor)?;
        if !self.may_read(actor, "prepaid_balance") {
            prepaid.hidden = true;
            prepaid.money.clear();
            prepaid.warnings.clear();
        }
        Ok(prepaid)
    }

    /// All of it, whoever asks.
    pub(super) fn judged_prepaid(&self, actor: &Actor) -> Result<Prepaid> {
        let today = self.clock.today();
        let register = self.all_entries(actor, "training_institution")?;
        let accounts = self.all_entries(actor, "prepaid_account")?;
        let offers = self.all_entries(actor, "course_package")?;
        let mut balances = self.all_entries(actor, "prepaid_balance")?;
        balances.sort_by_key(|b| std::cmp::Reverse(happened(b)));
        let refunds = self.all_entries(actor, "fee_refund")?;
        let mut books: BTreeMap<&str, Books<'_>> = BTreeMap::new();
        for account in &accounts {
            let own = books.entry(text(account, "institution")).or_default();
            own.accounts.push(account);
        }
        for offer in &offers {
            let own = books.entry(text(offer, "institution")).or_default();
            own.offers.push(offer);
        }
        for balance in balances.iter().filter(|b| happened(b) <= today) {
            let own = books.entry(text(balance, "institution")).or_default();
            own.balances.push(balance);
        }
        for refund in &refunds {
            let own = books.entry(text(refund, "institution")).or_default();
            own.refunds.push(refund);
        }
        let mut prepaid = Prepaid {
            offers: offers
                .iter()
                .filter(|o| stands(o, "removed_on", today))
                .count(),
            ..Prepaid::default()
        };
        let nothing = Books::default();
        let in_register = |i: &&Entry| stands(i, "left_on", today);
        let here: BTreeSet<&str> = register
            .iter()
            .filter(in_register)
            .map(|i| text(i, "name"))
            .collect();
        prepaid.registered = register.iter().filter(in_register).count();
        for institution in &register {
            let name = text(institution, "name");
            let own = books.get(name).unwrap_or(&nothing);
            let left_on = day(institution, "left_on").filter(|left| *left <= today);
            if !in_register(&institution) && (left_on.is_none() || here.contains(name)) {
                continue;
            }
            if left_on.is_some() && !own.holds_something() {
                continue;
            }
            let mut judge = Judge {
                institution,
                today,
                warnings: Vec::new(),
            };
            match left_on {
                Some(left_on) => judge.left(own, left_on),
                None => {
                    judge.accounts(own);
                    judge.offers(own);
                    judge.balances(own);
                }
            }
            judge.refunds(own);
            let mut money = money(institution, own, judge.warnings.len(), today);
            money.left_on = left_on;
            prepaid.with_account += usize::from(left_on.is_none() && !money.mode.is_empty());
            prepaid.sums.0 += money.balance.unwrap_or(0);
            prepaid.sums.1 += money.unconsumed.unwrap_or(0);
            prepaid.money.push(money);
            prepaid.warnings.extend(judge.warnings);
        }
        for warning in &prepaid.warnings {
            *prepaid.counts.entry(warning.kind).or_default() += 1;
        }
        let order = |m: &Money| (std::cmp::Reverse(m.warnings), m.institution.clone());
        prepaid.money.sort_by_key(order);
        prepaid
            .warnings
            .sort_by_key(|w| (w.kind, w.institution.clone()));
        Ok(prepaid)
    }
}

fn money(institution: &Entry, books: &Books<'_>, warnings: usize, today: Date) -> Money {
    let account = books
        .accounts
        .iter()
        .find(|a| stands(a, "closed_on", today));
    let last = books.balances.first();
    Money {
        institution: text(institution, "name").to_owned(),
        district: text(institution, "district").to_owned(),
        left_on: None,
        mode: account.map_or("", |a| text(a, "mode")).to_owned(),
        as_of: last.map(|b| happened(b)),
        balance: last.and_then(|b| number(b, "balance")),
        unconsumed: last.and_then(|b| number(b, "unconsumed")),
        warnings,
    }
}
