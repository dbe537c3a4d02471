//! Refusals: the law, the state of the entry or the input says no.
//!
//! A refusal is an answer, not a fault. It names what was refused, on what ground and what to do;
//! its Chinese sentence is made here, so that every front door says the same.

use catalogue::{definition::Citation, field::FieldError};
use values::dates::Date;

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Some fields cannot be accepted: id and name of the field, and what is wrong.
    Fields(Vec<FieldRefusal>),
    /// The command would change nothing.
    Unchanged,
    /// A correction or voiding needs a reason.
    ReasonMissing,
    /// The reason is longer than a reason.
    ReasonTooLong {
        /// Its characters.
        length: usize,
        /// How many there may be.
        max: usize,
    },
    /// The entry is there already: it is opened once.
    AlreadyOpened,
    /// There is no entry to which this could be done.
    NotOpened,
    /// The entry was declared void before.
    Voided,
    /// Nothing can happen in the future.
    InTheFuture {
        /// The day given.
        given: String,
        /// Today.
        today: String,
    },
    /// Somebody else changed the entry in the meantime.
    Stale {
        /// The revision that the command was based on.
        based_on: u32,
        /// The revision now.
        now: u32,
    },
    /// There is no such action in this ledger.
    NoSuchAction(String),
    /// There is no such document in this ledger.
    NoSuchDocument(String),
    /// The action cannot be done in this stage.
    WrongStage {
        /// Name of the action.
        action: String,
        /// Name of the present stage.
        stage: String,
        /// Names of the stages in which it can be done.
        allowed: Vec<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// The actor's roles do not include one that may do it.
    WrongRole {
        /// Name of the action.
        action: String,
        /// Roles that may.
        allowed: Vec<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// The actor did something that excludes doing this.
    SamePerson {
        /// Name of the action.
        action: String,
        /// Name of the earlier action.
        earlier: String,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// Something that must be there first is missing.
    Missing {
        /// Name of the action.
        action: String,
        /// What is missing, in words.
        what: Vec<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// The act would fill a field that it does not ask for.
    NotAsked {
        /// Name of the action.
        action: String,
        /// Name of the field.
        field: String,
    },
    /// The date field of the act names another day than that of the act.
    OtherDay {
        /// Name of the action.
        action: String,
        /// Name of the field.
        field: String,
        /// What it says.
        given: String,
        /// The day of the act.
        on: Date,
    },
    /// A condition of the action that has its own words does not hold.
    Guard {
        /// Name of the action.
        action: String,
        /// What is missing or wrong.
        say: String,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// There are too few officers, or one of them may not act.
    Officers {
        /// Name of the action.
        action: String,
        /// How many must act together.
        needed: u8,
        /// How many were named, each counted once.
        given: usize,
        /// Why those who may not act may not.
        barred: Vec<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// One of the officers did something that excludes taking part in this.
    SameOfficer {
        /// Name of the action.
        action: String,
        /// The officer.
        officer: String,
        /// Name of the earlier action.
        earlier: String,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// The last day for it has passed.
    TooLate {
        /// Name of the action.
        action: String,
        /// Name of the clock.
        clock: String,
        /// Its last day.
        due: Date,
        /// Name of the action that would have prolonged it, if there is one.
        extension: Option<String>,
        /// Name of the action after which it may be done late, if there is one.
        excuse: Option<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// The day given lies before what must have happened first.
    TooEarly {
        /// Name of the action.
        action: String,
        /// The day given.
        given: Date,
        /// What happened first.
        after: String,
        /// When.
        since: Date,
    },
    /// A correction would fill or empty the date of an act that was not done or taken back.
    OnlyByAct {
        /// Name of the field.
        field: String,
        /// Name of the action that fills it.
        action: String,
        /// The act was done: taking it back is the way.
        done: bool,
    },
    /// The paper is signed off by others.
    WrongSigner {
        /// Name of the document.
        document: String,
        /// Names of the roles that may.
        allowed: Vec<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// What came after rests on the act that should be taken back.
    RestsOnIt {
        /// Name of the action.
        action: String,
        /// What rests on it.
        what: Vec<String>,
    },
    /// The matter that this one was joined to has gone on with both.
    PartedTooLate {
        /// Name of the action.
        action: String,
        /// Title of the other matter.
        lead: String,
        /// Name of its stage.
        stage: String,
    },
    /// This matter cannot be joined to that one.
    NotJoined {
        /// Name of the action.
        action: String,
        /// Why.
        why: NoJoin,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// Other matters are joined to this one.
    HoldsJoined {
        /// What was to be done.
        what: String,
        /// Their titles.
        joined: Vec<String>,
    },
    /// Nothing was done here that could be taken back.
    NothingToRetract,
    /// The condition of the action does not hold.
    Condition {
        /// Name of the action.
        action: String,
        /// What it turns on, in words.
        wants: Vec<String>,
        /// Ground.
        law: Option<Box<Citation>>,
    },
    /// The action was done and may be done only once.
    AlreadyDone {
        /// Name of the action.
        action: String,
    },
}

/// Why a matter cannot be joined to another.
#[derive(Clone, Debug, PartialEq)]
pub enum NoJoin {
    /// What was typed names nothing that is there.
    Unknown(String),
    /// It names the matter itself.
    Itself,
    /// The other one is void.
    Void(String),
    /// The other one stands in a stage in which nothing can be joined to it.
    Stage {
        /// Its title.
        title: String,
        /// Name of its stage.
        stage: String,
        /// Names of the stages in which it could be done.
        allowed: Vec<String>,
    },
    /// The other one began later.
    Later {
        /// Its title.
        title: String,
        /// When.
        began: Date,
    },
}

impl std::fmt::Display for NoJoin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(named) => write!(
                f,
                "本台账没有找到“{named}”，请填并入的那一件的编号，可在台账里查到"
            ),
            Self::Itself => write!(f, "不能并入本件自己，请填另一件的编号"),
            Self::Void(title) => write!(f, "“{title}”已作废，请填仍在办理的一件"),
            Self::Stage {
                title,
                stage,
                allowed,
            } => write!(
                f,
                "“{title}”已在“{stage}”环节；两件都在以下环节时才能并：{}",
                allowed.join("、")
            ),
            Self::Later { title, began } => write!(
                f,
                "“{title}”始于{}，晚于本件；应把后来的并入先来的，期限从先来的一件算，请到那一件办理",
                values::dates::chinese(*began)
            ),
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRefusal {
    /// Id of the field.
    pub field: String,
    /// Its name.
    pub name: String,
    /// What is wrong and what would be right.
    pub error: FieldError,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fields(fields) => {
                let each: Vec<_> = fields
                    .iter()
                    .map(|r| format!("{}：{}", r.name, r.error))
                    .collect();
                write!(f, "{}", each.join("；"))
            }
            Self::Unchanged => write!(f, "没有改动，无需保存。"),
            Self::ReasonMissing => {
                write!(f, "更正或作废须写明理由：原记录仍会保留，理由一并留痕。")
            }
            Self::ReasonTooLong { length, max } => {
                write!(f, "理由有 {length} 个字，最多 {max} 个字，请写得简短些。")
            }
            Self::AlreadyOpened => write!(f, "该记录已经登记，请在原记录上更正或办理。"),
            Self::NotOpened => write!(f, "还没有这条记录，请先登记再办理。"),
            Self::Voided => write!(f, "该记录已作废，不能再办理；如作废有误，请另行登记。"),
            Self::InTheFuture { given, today } => {
                write!(
                    f,
                    "发生日期 {given} 晚于今天（{today}），请改为实际发生的日期。"
                )
            }
            Self::Stale { based_on, now } => write!(
                f,
                "您打开的是第 {based_on} 版，其间已有他人办理（现为第 {now} 版）。请重新打开后再办，您填写的内容没有丢失。"
            ),
            Self::NoSuchAction(action) => write!(f, "本台账没有“{action}”这一办理事项。"),
            Self::NoSuchDocument(document) => write!(f, "本台账没有“{document}”这一文书。"),
            Self::WrongStage {
                action,
                stage,
                allowed,
                law,
            } => {
                write!(
                    f,
                    "“{action}”不能在“{stage}”环节办理，应在：{}。",
                    allowed.join("、")
                )?;
                ground(f, law.as_deref())
            }
            Self::WrongRole {
                action,
                allowed,
                law,
            } => {
                write!(f, "“{action}”须由{}办理。", allowed.join("、"))?;
                ground(f, law.as_deref())
            }
            Self::SamePerson {
                action,
                earlier,
                law,
            } => {
                write!(
                    f,
                    "办理过“{earlier}”的人不得办理“{action}”，请由其他人员办理。"
                )?;
                ground(f, law.as_deref())
            }
            Self::Missing { action, what, law } => {
                write!(f, "办理“{action}”还缺：{}。", what.join("、"))?;
                ground(f, law.as_deref())
            }
            Self::NotAsked { action, field } => write!(
                f,
                "办理“{action}”时不填“{field}”，要改它请用“更正”并写明理由。"
            ),
            Self::OtherDay {
                action,
                field,
                given,
                on,
            } => write!(
                f,
                "“{action}”的办理日期是{}，“{field}”却写{given}，请写同一天。",
                values::dates::chinese(*on)
            ),
            Self::Guard { action, say, law } => {
                write!(f, "不能办理“{action}”：{say}。")?;
                ground(f, law.as_deref())
            }
            Self::Officers {
                action,
                needed,
                given,
                barred,
                law,
            } => {
                if given < &usize::from(*needed) {
                    write!(
                        f,
                        "“{action}”应由{needed}名以上持证执法人员共同办理，现填了{given}名，请补填。"
                    )?;
                }
                if !barred.is_empty() {
                    write!(
                        f,
                        "{}，不得参加“{action}”，请换证件有效的人员。",
                        barred.join("；")
                    )?;
                }
                ground(f, law.as_deref())
            }
            Self::SameOfficer {
                action,
                officer,
                earlier,
                law,
            } => {
                write!(
                    f,
                    "{officer}办理过“{earlier}”，不得参加“{action}”，请换其他人员。"
                )?;
                ground(f, law.as_deref())
            }
            Self::TooLate {
                action,
                clock,
                due,
                extension,
                excuse,
                law,
            } => {
                write!(
                    f,
                    "“{clock}”的期限已于{}届满，",
                    values::dates::chinese(*due)
                )?;
                match extension {
                    Some(extension) => {
                        write!(f, "届满前没有办理“{extension}”，不能再办理“{action}”")?
                    }
                    None => write!(f, "不能再办理“{action}”")?,
                }
                match excuse {
                    Some(excuse) => write!(f, "；确需继续的，先办理“{excuse}”并写明原因。")?,
                    None => write!(f, "。")?,
                }
                ground(f, law.as_deref())
            }
            Self::TooEarly {
                action,
                given,
                after,
                since,
            } => write!(
                f,
                "“{action}”的日期（{}）早于“{after}”（{}），请填实际办理的日期。",
                values::dates::chinese(*given),
                values::dates::chinese(*since)
            ),
            Self::OnlyByAct {
                field,
                action,
                done: false,
            } => write!(f, "“{field}”由办理“{action}”填写，不能用更正补填。"),
            Self::OnlyByAct { field, action, .. } => write!(
                f,
                "“{field}”由办理“{action}”填写，不能清空；办错了请撤回该办理。"
            ),
            Self::WrongSigner {
                document,
                allowed,
                law,
            } => {
                write!(f, "《{document}》须由{}签发。", allowed.join("、"))?;
                ground(f, law.as_deref())
            }
            Self::RestsOnIt { action, what } => write!(
                f,
                "不能撤回“{action}”：{}是据此登记的，请先把它作废。",
                what.join("、")
            ),
            Self::PartedTooLate {
                action,
                lead,
                stage,
            } => write!(
                f,
                "不能撤回“{action}”：并入的“{lead}”已办到“{stage}”，两件已一并办理；确需分开的，先在那一件逐次撤回。"
            ),
            Self::NotJoined { action, why, law } => {
                write!(f, "不能办理“{action}”：{why}。")?;
                ground(f, law.as_deref())
            }
            Self::HoldsJoined { what, joined } => write!(
                f,
                "不能{what}：“{}”已并入本件，请先在那一件撤回并入。",
                joined.join("”“")
            ),
            Self::NothingToRetract => write!(f, "没有可以撤回的办理。"),
            Self::Condition { action, wants, law } => {
                write!(f, "按现在填写的内容不能办理“{action}”")?;
                match wants.is_empty() {
                    true => write!(f, "。")?,
                    false => write!(f, "：{}。", wants.join("；"))?,
                }
                ground(f, law.as_deref())
            }
            Self::AlreadyDone { action } => write!(f, "“{action}”已经办理过，不能重复办理。"),
        }
    }
}

fn ground(f: &mut std::fmt::Formatter<'_>, law: Option<&Citation>) -> std::fmt::Result {
    match law {
        Some(law) => write!(f, "依据：{law}。"),
        None => Ok(()),
    }
}

impl std::error::Error for Refusal {}
