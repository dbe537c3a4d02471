//! What is handed in, and where it stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use values::dates::Date;

use super::FormTicket;
use crate::{entry::Entry, kept::paper::PaperText};

/// What is handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 依申请公开.
    Disclosure,
    /// 投诉举报.
    Complaint,
    /// 咨询建议.
    Consultation,
    /// 信访.
    Petition,
    /// An opinion on a draft.
    Opinion,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Disclosure,
        Self::Complaint,
        Self::Consultation,
        Self::Petition,
        Self::Opinion,
    ];
    /// As stored and in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Disclosure => "disclosure",
            Self::Complaint => "complaint",
            Self::Consultation => "consultation",
            Self::Petition => "petition",
            Self::Opinion => "opinion",
        }
    }
    /// The kind of an id.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == id)
    }
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Disclosure => "政府信息公开申请",
            Self::Complaint => "投诉举报",
            Self::Consultation => "咨询建议",
            Self::Petition => "网上信访",
            Self::Opinion => "对草案的意见",
        }
    }
    /// The ledger that it goes into.
    pub fn ledger(self) -> Option<&'static str> {
        match self {
            Self::Disclosure => Some("foi_request"),
            Self::Complaint | Self::Consultation => Some("complaint"),
            Self::Petition => Some("petition"),
            Self::Opinion => None,
        }
    }
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Received, not yet taken up.
    Waiting,
    /// Looks like spam: somebody looks first.
    Held,
    /// In a ledger.
    Taken,
    /// An opinion with its answer.
    Answered,
    /// Not taken up, with a reason.
    Refused,
}

impl Standing {
    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Taken => "taken",
            Self::Answered => "answered",
            Self::Refused => "refused",
        }
    }
    pub(crate) fn of(id: &str) -> Self {
        match id {
            "held" => Self::Held,
            "taken" => Self::Taken,
            "answered" => Self::Answered,
            "refused" => Self::Refused,
            _ => Self::Waiting,
        }
    }
}

/// A file that came with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Name, as sent.
    pub name: String,
    /// Hash of its content.
    pub hash: String,
}

/// Something handed in, as the office sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Number of the receipt.
    pub receipt: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub standing: Standing,
    /// What it is about: the id of a publication.
    pub subject: String,
    /// When, RFC 3339.
    pub received_at: String,
    /// What was written, by field.
    pub form: BTreeMap<String, String>,
    /// Files.
    pub files: Vec<Attached>,
    /// The entry it became.
    pub entry: Option<String>,
    /// Answer, or reason for refusing.
    pub remark: String,
    /// The sender's rating.
    pub rating: String,
}

impl Item {
    /// A field of the form.
    pub fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }
}

/// What the sender takes home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Number.
    pub number: String,
    /// Code: whoever has both sees the answer.
    pub code: String,
    /// When it was received, RFC 3339.
    pub received_at: String,
}

/// Something to hand in.
#[derive(Clone, Debug)]
pub struct HandIn {
    /// What it is.
    pub kind: Kind,
    /// What it is about.
    pub subject: String,
    /// What was written.
    pub form: BTreeMap<String, String>,
    /// Files: name and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// The form it was written on.
    pub ticket: FormTicket,
    /// It came in a way that wants a second look.
    pub suspicious: bool,
}

/// A paper that was signed for the sender: the reply, a notice to complete, an extension.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What the document is called.
    pub name: String,
    /// Its number, where it has one.
    pub number: Option<String>,
    /// The day that it bears.
    pub on: Date,
    /// What it says.
    pub text: PaperText,
}

/// What a sender may know.
#[derive(Clone, Debug)]
pub struct Status {
    /// The item.
    pub item: Item,
    /// The entry it became.
    pub entry: Option<Entry>,
    /// What is due next, its last day, and whether the law sets it.
    pub due: Option<(String, Date, bool)>,
    /// How the last day was counted.
    pub steps: Vec<String>,
    /// The stages that were reached, in order: name and day.
    pub stages: Vec<(String, String)>,
    /// The papers that were signed for the sender, the newest first.
    pub replies: Vec<Reply>,
    /// Until when an answer about disclosure can be challenged.
    pub remedy: Option<Remedy>,
}

/// Until when an answer can be challenged, if its day is the one on which the sender knew of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The day of the answer.
    pub from: Date,
    /// Last day for a reconsideration: sixty days (行政复议法 第二十条).
    pub review_by: Date,
    /// Last day for a suit without one: six months (行政诉讼法 第四十六条).
    pub suit_by: Date,
    /// A day lies in a year whose holidays are not announced yet.
    pub provisional: bool,
}
