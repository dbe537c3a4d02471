//! Cases that are running when the demonstration begins: at different stages, with papers, evidence
//! and a record of the process. They are filed and not decided, so that no figure of the report
//! counts them.

use anyhow::{Context, Result, anyhow, bail};
use app::{
    Actor, App,
    catalogue::value::{Fields, Value},
    entry::{Deed, NewEntry},
    kept::{
        evidence::About,
        paper::Kind,
        process::{Moment, Said},
    },
    listing::ListAsk,
};
use jiff::{ToSpan, civil::Date};

use super::at;
use crate::demo::credit_code_of;

const LEDGER: &str = "penalty_ordinary";
/// A drawing that stands for a photo.
const CLASSROOM: &[u8] = include_bytes!("classroom.png");

/// How far a case has come.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Reached {
    Filed,
    Investigated,
    Concluded,
    Noticed,
}

struct Case {
    party: &'static str,
    cause: &'static str,
    source: &'static str,
    facts: &'static str,
    /// What the investigation proposes, where it has come so far.
    proposed: &'static str,
    /// Days before the last day of the year on which it was filed.
    days_ago: i64,
    reached: Reached,
}

const CASES: &[Case] = &[
    Case {
        party: "云帆学海文化传播有限公司",
        cause: "擅自举办民办学校或培训机构",
        source: "投诉举报",
        facts: "当事人未取得办学许可证，租用写字楼三层面向中小学生开展数学、英语培训，检查时在场学生23人。",
        proposed: "责令停止举办，罚款28000元。",
        days_ago: 95,
        reached: Reached::Concluded,
    },
    Case {
        party: "青禾优才教育咨询有限公司",
        cause: "变相开展学科类培训",
        source: "日常检查",
        facts: "当事人以“思维训练”名义讲授初中物理课程，使用学科类培训材料，收取费用。",
        proposed: "警告，并处罚款15000元。",
        days_ago: 40,
        reached: Reached::Noticed,
    },
    Case {
        party: "博远新程培训学校有限公司",
        cause: "违规收费和预收费",
        source: "双随机抽查",
        facts: "当事人一次性收取超过三个月的培训费用，未纳入预收费监管。",
        proposed: "警告。",
        days_ago: 19,
        reached: Reached::Investigated,
    },
    Case {
        party: "乐学堂艺术培训中心",
        cause: "虚假招生宣传",
        source: "网络巡查",
        facts: "当事人在宣传页上作出升学承诺。",
        proposed: "警告。",
        days_ago: 3,
        reached: Reached::Filed,
    },
];

/// Opens the cases as the legal section worked on them.
pub fn run(app: &App, last_day: Date) -> Result<()> {
    let actor = |login: &str| {
        let found = app.actor_by_login(login)?;
        found.ok_or_else(|| anyhow!("没有账号 {login}"))
    };
    let office = Office {
        app,
        officer: actor("legal")?,
        head: actor("leader")?,
        last_day,
    };
    for (number, case) in (1..).zip(CASES) {
        office
            .walk(number, case)
            .with_context(|| format!("演示案件 {}", case.party))?;
    }
    office.materials().context("佐证材料")?;
    app.clock.set(at(last_day, 17));
    Ok(())
}

struct Office<'a> {
    app: &'a App,
    officer: Actor,
    head: Actor,
    last_day: Date,
}

impl Office<'_> {
    /// The files behind the materials of the indicator trees, so that a package can be uploaded.
    fn materials(&self) -> Result<()> {
        self.app.clock.set(at(self.last_day, 16));
        let all = self.app.list(
            &self.officer,
            "indicator_material",
            &ListAsk::default(),
            100,
        )?;
        for entry in all.entries {
            let field = |id: &str| match entry.state.fields.get(id) {
                Some(Value::Text(text)) => text.clone(),
                _ => String::new(),
            };
            if field("uploaded_on").is_empty() {
                continue;
            }
            let name = field("name");
            let about = About {
                title: name.clone(),
                kind: "书证".to_owned(),
                taken_at: field("uploaded_on"),
                place: String::new(),
                taken_by: field("duty_section"),
                file_name: format!("{name}.png"),
            };
            let mut picture = CLASSROOM.to_vec();
            picture.extend(entry.id.as_bytes());
            self.app
                .add_evidence(&self.officer, &entry.id, about, &picture)?;
        }
        Ok(())
    }

    /// A day between the filing and the end of the year, never after it.
    fn day(&self, filed: Date, later: i64) -> Date {
        filed.saturating_add(later.days()).min(self.last_day)
    }

    fn walk(&self, number: usize, case: &Case) -> Result<()> {
        let filed = self.last_day.saturating_sub(case.days_ago.days());
        let id = self.open(number, case, filed)?;
        if case.reached >= Reached::Investigated {
            self.investigate(&id, case, self.day(filed, 2))?;
        }
        if case.reached >= Reached::Concluded {
            self.conclude(&id, case, self.day(filed, 20))?;
        }
        if case.reached >= Reached::Noticed {
            self.notify(&id, self.day(filed, 30))?;
        }
        Ok(())
    }

    fn open(&self, number: usize, case: &Case, filed: Date) -> Result<String> {
        self.app.clock.set(at(filed, 10));
        let short = &self.app.organ(&self.officer.organ)?.short_name;
        let text = |words: &str| Value::from(words);
        let year = filed.year();
        let fields = Fields::from([
            (
                "case_number".to_owned(),
                text(&format!("{short}教立〔{year}〕9{number:02}号")),
            ),
            ("party".to_owned(), text(case.party)),
            ("party_kind".to_owned(), text("校外培训机构")),
            ("party_code".to_owned(), text(&credit_code_of(case.party))),
            (
                "party_address".to_owned(),
                text(&format!("青云路{}号三层", 100 + number)),
            ),
            ("source".to_owned(), text(case.source)),
            ("cause".to_owned(), text(case.cause)),
            ("filed_on".to_owned(), text(&filed.to_string())),
        ]);
        let entry = NewEntry {
            happened_on: filed,
            fields,
        };
        Ok(self.app.open(&self.officer, LEDGER, entry)?)
    }

    fn act(
        &self,
        who: &Actor,
        id: &str,
        action: &str,
        on: Date,
        fields: &[(&str, Value)],
        officers: &[String],
    ) -> Result<()> {
        self.app.clock.set(at(on, 15));
        let deed = Deed {
            action: action.to_owned(),
            fields: fields
                .iter()
                .map(|(id, value)| ((*id).to_owned(), value.clone()))
                .collect(),
            happened_on: Some(on),
            officers: officers.to_vec(),
            ..Deed::default()
        };
        Ok(self.app.act_together(who, id, deed)?)
    }

    /// Drafts a paper from its template, with what no field knows; signs it off where asked.
    fn paper(
        &self,
        id: &str,
        document: &str,
        on: Date,
        known: &[(&str, String)],
        signed: bool,
    ) -> Result<()> {
        self.app.clock.set(at(on, 14));
        let mut text = self.app.draft_text(&self.officer, id, document)?;
        for block in &mut text.blocks {
            for (label, words) in known {
                if block.text.starts_with(label) {
                    block.text = format!("{label}{words}");
                }
            }
        }
        let blank = text
            .blocks
            .iter()
            .find(|b| b.kind != Kind::Sign && b.text.contains("__"));
        if let Some(blank) = blank.filter(|_| signed) {
            bail!("签发的文书有空白：{}", blank.text);
        }
        let paper = self
            .app
            .write_paper(&self.officer, id, document, None, text, "")?;
        if signed {
            self.app.sign_paper(&self.head, id, &paper, 1, on)?;
        }
        Ok(())
    }

    fn investigate(&self, id: &str, case: &Case, on: Date) -> Result<()> {
        let mut officers = self.app.officers_on(&self.officer, on)?;
        officers.truncate(2);
        let named = |at: usize| Value::from(officers.get(at).cloned().unwrap_or_default());
        let fields = [
            ("officer", named(0)),
            ("second_officer", named(1)),
            ("facts", case.facts.into()),
            ("evidence_summary", "现场检查笔录、照片、录音。".into()),
            ("basis", "《民办教育促进法》第六十四条".into()),
            ("discretion", "一般".into()),
            ("proposed", case.proposed.into()),
        ];
        self.act(&self.officer, id, "investigate", on, &fields, &officers)?;
        let day = app::values::dates::chinese(on);
        let seen = [
            (
                "检查时间：",
                format!("{day}9时30分至10时20分　　地点：{}经营场所", case.party),
            ),
            ("现场情况：", case.facts.to_owned()),
        ];
        self.paper(id, "site_record", on, &seen, true)?;
        let about = |title: &str, kind: &str, file: &str| About {
            title: title.to_owned(),
            kind: kind.to_owned(),
            taken_at: format!("{day} 9时40分"),
            place: format!("{}经营场所", case.party),
            taken_by: officers.join("、"),
            file_name: file.to_owned(),
        };
        // Every case has a picture of its own: equal files are evidence once.
        let mut picture = CLASSROOM.to_vec();
        picture.extend(id.as_bytes());
        let photo = about("现场照片（教室、黑板和课桌）", "书证", "现场.png");
        self.app.add_evidence(&self.officer, id, photo, &picture)?;
        let sound = about("现场询问录音", "视听资料", "询问.wav");
        let recording = self
            .app
            .add_evidence(&self.officer, id, sound, &tone(id.len() as u32))?;
        let mark = |second, what: &str| Moment {
            second,
            what: what.to_owned(),
        };
        let said = Said {
            step: "现场检查".to_owned(),
            done_at: format!("{day} 9时30分至10时20分"),
            place: format!("{}经营场所", case.party),
            officers: officers.join("、"),
            words: format!(
                "出示执法证件，说明检查事项，当事人负责人在场。{}当场制作检查笔录，交当事人核对后签名。",
                case.facts
            ),
            recording: Some(recording),
            marks: vec![mark(0, "出示执法证件"), mark(1, "清点在场学生人数")],
        };
        Ok(self.app.record_process(&self.officer, id, said)?)
    }

    fn conclude(&self, id: &str, case: &Case, on: Date) -> Result<()> {
        self.app.clock.set(at(on, 14));
        self.paper(id, "investigation_report", on, &[], true)?;
        let fields = [("facts", case.facts.into()), ("major", true.into())];
        self.act(&self.officer, id, "conclude", on, &fields, &[])
    }

    fn notify(&self, id: &str, on: Date) -> Result<()> {
        let organ = self.app.organ(&self.officer.organ)?.name.clone();
        let where_to = [
            ("联系人和电话：", "政策法规科，0000-1234567".to_owned()),
            ("地址：", format!("{organ}政策法规科")),
        ];
        self.paper(id, "prior_notice", on, &where_to, true)?;
        self.act(&self.officer, id, "notify", on, &[], &[])?;
        self.paper(id, "decision", on, &[], false)
    }
}

/// Two seconds of a tone: a recording for listening to in the demonstration.
fn tone(pitch: u32) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let samples: Vec<u8> = (0..2 * RATE)
        .map(|n| {
            if (n * (300 + pitch) / RATE).is_multiple_of(2) {
                112
            } else {
                144
            }
        })
        .collect();
    let size = samples.len() as u32;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + size).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(RATE.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend([1, 0, 8, 0]);
    wav.extend(b"data");
    wav.extend(size.to_le_bytes());
    wav.extend(samples);
    wav
}
