//! Deadlines for a calendar program: iCalendar (RFC 5545).
//!
//! A deadline is an all-day event. Its UID is given and stable, so that a feed that is fetched again
//! moves an event instead of doubling it; the sequence number says which of two is the later one.
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// An all-day event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Stable over the life of the thing, such as the clock's id with the deployment's name.
    pub uid: String,
    /// First day.
    pub day: Date,
    /// Last day, included; the first day for a deadline.
    pub last_day: Date,
    /// What it is, in one line.
    pub summary: String,
    /// More about it.
    pub description: String,
    /// Where it can be looked at.
    pub url: Option<String>,
    /// Reminders, so many days before the first day, at nine in the morning.
    pub alarms: Vec<u8>,
    /// When it was changed last, from the system's clock.
    pub changed_at: Timestamp,
    /// Grows with each change.
    pub sequence: u32,
    /// Whether it is off: subscribers take it out of their calendars.
    pub cancelled: bool,
}

/// A calendar of these events under a name; the same events give the same bytes.
pub fn write_ics(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    for (key, value) in [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Yifa//Calendar//ZH"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        line(&mut out, key, value);
    }
    line(&mut out, "X-WR-CALNAME", &escaped(name));
    line(&mut out, "X-WR-TIMEZONE", "Asia/Shanghai");
    for event in events {
        write_event(&mut out, event);
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

fn write_event(out: &mut String, event: &Event) {
    line(out, "BEGIN", "VEVENT");
    line(out, "UID", &escaped(&event.uid));
    line(out, "DTSTAMP", &stamp(event.changed_at));
    line(out, "LAST-MODIFIED", &stamp(event.changed_at));
    line(out, "SEQUENCE", &event.sequence.to_string());
    line(out, "DTSTART;VALUE=DATE", &day(event.day));
    // The end is the day behind the last one.
    let behind = event
        .last_day
        .max(event.day)
        .tomorrow()
        .unwrap_or(event.last_day);
    line(out, "DTEND;VALUE=DATE", &day(behind));
    line(out, "SUMMARY", &escaped(&event.summary));
    if !event.description.is_empty() {
        line(out, "DESCRIPTION", &escaped(&event.description));
    }
    if let Some(url) = &event.url {
        // A URI is not escaped; a line break in it would begin a line of its own.
        line(
            out,
            "URL",
            &url.chars().filter(|c| !c.is_control()).collect::<String>(),
        );
    }
    line(
        out,
        "STATUS",
        if event.cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        },
    );
    // A deadline does not make anybody busy.
    line(out, "TRANSP", "TRANSPARENT");
    if !event.cancelled {
        for days in &event.alarms {
            write_alarm(out, *days, &event.summary);
        }
    }
    line(out, "END", "VEVENT");
}

fn write_alarm(out: &mut String, days: u8, summary: &str) {
    line(out, "BEGIN", "VALARM");
    line(out, "ACTION", "DISPLAY");
    line(out, "DESCRIPTION", &escaped(summary));
    // An all-day event starts at midnight; nine in the morning of the day before it is 15 hours off.
    let trigger = match days {
        0 => "PT9H".to_owned(),
        1 => "-PT15H".to_owned(),
        more => format!("-P{}DT15H", more - 1),
    };
    line(out, "TRIGGER", &trigger);
    line(out, "END", "VALARM");
}

fn day(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn stamp(moment: Timestamp) -> String {
    let moment = moment.to_zoned(TimeZone::UTC).datetime();
    format!(
        "{}T{:02}{:02}{:02}Z",
        day(moment.date()),
        moment.hour(),
        moment.minute(),
        moment.second()
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.replace("\r\n", "\n").chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' => out.push_str("\\n"),
            control if control.is_control() && control != '\t' => {}
            other => out.push(other),
        }
    }
    out
}

/// A content line, folded so that no line is longer than 75 octets and no character is cut in two.
fn line(out: &mut String, key: &str, value: &str) {
    const OCTETS: usize = 75;
    let mut octets = 0;
    for sign in key.chars().chain([':']).chain(value.chars()) {
        if octets + sign.len_utf8() > OCTETS {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(sign);
        octets += sign.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn event(summary: &str) -> Event {
        Event {
            uid: "clock-7@yifa".to_owned(),
            day: date(2024, 2, 29),
            last_day: date(2024, 2, 29),
            summary: summary.to_owned(),
            description: "案件：云川市某校;\n九十日".to_owned(),
            url: Some("https://example.cn/c/7?a=1,2".to_owned()),
            alarms: vec![3, 1, 0],
            changed_at: Timestamp::UNIX_EPOCH,
            sequence: 2,
            cancelled: false,
        }
    }

    #[test]
    fn a_deadline_lasts_its_whole_day_and_rings_before() {
        let text = write_ics("期限", &[event("作出处罚决定,到期")]);
        for expected in [
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
            "UID:clock-7@yifa\r\n",
            "DTSTAMP:19700101T000000Z\r\n",
            "DTSTART;VALUE=DATE:20240229\r\nDTEND;VALUE=DATE:20240301\r\n",
            "SUMMARY:作出处罚决定\\,到期\r\n",
            "DESCRIPTION:案件：云川市某校\\;\\n九十日\r\n",
            "URL:https://example.cn/c/7?a=1,2\r\n",
            "TRIGGER:-P2DT15H\r\n",
            "TRIGGER:-PT15H\r\n",
            "TRIGGER:PT9H\r\n",
            "END:VEVENT\r\nEND:VCALENDAR\r\n",
        ] {
            assert!(text.contains(expected), "missing {expected:?} in\n{text}");
        }
    }

    #[test]
    fn a_cancelled_event_does_not_ring() {
        let text = write_ics(
            "期限",
            &[Event {
                cancelled: true,
                ..event("甲")
            }],
        );
        assert!(text.contains("STATUS:CANCELLED\r\n") && !text.contains("VALARM"));
    }

    #[test]
    fn nothing_can_begin_a_line_of_its_own() {
        let url = Some("https://x\r\nATTACH:evil".to_owned());
        let text = write_ics(
            "a\r\nX:1",
            &[Event {
                url,
                ..event("甲\r\nEND:VEVENT")
            }],
        );
        assert!(!text.contains("\r\nATTACH") && !text.contains("\r\nX:1"));
        assert_eq!(text.matches("\r\nEND:VEVENT").count(), 1);
    }

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_was_said(summary in "[甲a😀 ,]{0,200}") {
            let text = write_ics("期限", &[event(&summary)]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
            let unfolded = text.replace("\r\n ", "");
            let expected = format!("\r\nSUMMARY:{}\r\n", summary.replace(',', "\\,"));
            prop_assert!(unfolded.contains(&expected));
        }
    }
}
