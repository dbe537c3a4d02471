//! Notices: what came, what is due, the digest, and mail to a relay of our own.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread::JoinHandle,
};

use app::notice::Mail;
use catalogue::value::Fields;

use crate::office::{Office, jpeg, photo};

/// A relay that takes one mail after the other and answers what it was told.
fn relay(mails: usize) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let thread = std::thread::spawn(move || {
        let mut taken = Vec::new();
        while taken.len() < mails {
            let (stream, _) = listener.accept().unwrap();
            let mut out = stream.try_clone().unwrap();
            out.write_all(b"220 relay\r\n").unwrap();
            let (mut mail, mut within) = (String::new(), false);
            for line in BufReader::new(stream).lines() {
                let Ok(line) = line else { break };
                let answer: &[u8] = match (within, line.as_str()) {
                    (true, ".") => {
                        within = false;
                        taken.push(std::mem::take(&mut mail));
                        b"250 taken\r\n"
                    }
                    (true, line) => {
                        mail.push_str(line);
                        mail.push('\n');
                        continue;
                    }
                    (false, line) if line.starts_with("DATA") => {
                        within = true;
                        b"354 go on\r\n"
                    }
                    (false, line) if line.starts_with("QUIT") => {
                        out.write_all(b"221 bye\r\n").unwrap();
                        break;
                    }
                    (false, line) => {
                        mail.push_str(line);
                        mail.push('\n');
                        b"250 ok\r\n"
                    }
                };
                out.write_all(answer).unwrap();
            }
        }
        taken
    });
    (address, thread)
}

#[test]
fn what_is_due_is_told_once_and_overdue_once_more() {
    let office = Office::new();
    office.files_case("案1");
    assert_eq!(
        office.app.tell_what_is_due().unwrap(),
        0,
        "90 days are far away"
    );
    // Filed on 9 January: the last day is 9 April, a Sunday; by the calendar of the law.
    let mut said = Vec::new();
    for day in [
        "2023-04-07",
        "2023-04-07",
        "2023-04-08",
        "2023-04-20",
        "2023-04-21",
    ] {
        office
            .app
            .clock
            .set(format!("{day}T08:00:00+08:00").parse().unwrap());
        office.app.tell_what_is_due().unwrap();
        said.push(office.app.notices(&office.colleague).unwrap().len());
    }
    assert_eq!(said, [1, 1, 1, 2, 2]);
    let newest = &office.app.notices(&office.colleague).unwrap()[0];
    assert!(
        newest.kind == "overdue" && newest.text.contains("作出处罚决定"),
        "{newest:?}"
    );
    assert_eq!(office.app.unread(&office.colleague).unwrap(), 2);
    office.app.mark_notices_read(&office.colleague).unwrap();
    assert_eq!(office.app.unread(&office.colleague).unwrap(), 0);
}

/// The notices that were made by the job of a day.
fn told_on(office: &Office, day: &str) -> u64 {
    let morning = format!("{day}T08:00:00+08:00");
    office.app.clock.set(morning.parse().unwrap());
    office.app.tell_what_is_due().unwrap()
}

#[test]
fn what_ends_right_after_a_holiday_is_told_before_it() {
    let office = Office::new();
    office
        .app
        .clock
        .set("2023-07-10T09:00:00+08:00".parse().unwrap());
    let case = [
        ("number", "案1"),
        ("party", "某学校"),
        ("filed_on", "2023-07-10"),
    ];
    office.opens("case", &case);
    // The last day is 8 October, the second working day after the holiday from 29 September on.
    assert_eq!(told_on(&office, "2023-09-26"), 0);
    assert_eq!(
        told_on(&office, "2023-09-27"),
        4,
        "everybody of the section"
    );
}

#[test]
fn however_many_are_late_each_is_told() {
    let office = Office::new();
    for number in 0..510 {
        office.files_case(&format!("案{number}"));
    }
    assert_eq!(told_on(&office, "2023-06-01"), 510 * 4);
    assert_eq!(told_on(&office, "2023-06-02"), 0);
}

#[test]
fn a_calendar_feed_holds_what_its_owner_is_at() {
    let office = Office::shipped();
    let case = office.files_penalty("2023-01-10");
    let act = |who, action: &str, field: &str| {
        let deed = app::entry::Deed {
            action: action.to_owned(),
            fields: Fields::from([(field.to_owned(), "案情复杂。".into())]),
            officers: crate::office::CERTIFIED.map(str::to_owned).to_vec(),
            ..Default::default()
        };
        office.app.act_together(who, &case, deed).unwrap();
    };
    let feeds = || {
        [&office.officer, &office.colleague, &office.head].map(|who| {
            let token = office.app.feed_token(who).unwrap();
            let feed = office.app.feed(&who.account, &token).unwrap().unwrap();
            let feed = String::from_utf8(feed).unwrap();
            feed.contains(&case).then(|| feed.contains("20230410"))
        })
    };
    let late = Some(true);
    assert_eq!(feeds(), [late, None, None], "whoever opened it");
    act(&office.colleague, "investigate", "facts");
    assert_eq!(feeds(), [None, late, None], "whoever works on it");
    act(&office.head, "extend", "extension_basis");
    assert_eq!(feeds(), [None, Some(false), None], "the head only decided");
}

#[test]
fn a_new_years_notice_moves_what_was_counted_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let due = |office: &Office| {
        let board = office.app.board(&office.head, None, None, 10).unwrap();
        let mut dues = board.into_iter().flat_map(|group| group.dues);
        let due = dues.next().expect("it is on the board");
        (due.due_on.to_string(), due.provisional)
    };
    let day = "2026-12-01T09:00:00+08:00".parse().unwrap();
    let office = Office::at(folder.path());
    office.app.clock.set(day);
    office.app.refresh_deadlines().unwrap();
    let case = [
        ("number", "案1"),
        ("party", "某学校"),
        ("filed_on", "2026-12-01"),
    ];
    office.opens("case", &case);
    assert_eq!(due(&office), ("2027-03-01".to_owned(), true));
    let notice = "year 2027 通知\nrest 2027-03-01..2027-03-02 休假\n";
    let calendar = values::calendar::Calendar::builtin().extended(notice);
    let mut office = Office::at(folder.path());
    office.app.clock.set(day);
    office.app = office.app.with_calendar(calendar.unwrap());
    assert!(office.app.refresh_deadlines().unwrap(), "counted anew");
    assert_eq!(due(&office), ("2027-03-03".to_owned(), false));
    let rows_say = told_on(&office, "2027-02-26");
    assert_eq!(
        rows_say, 4,
        "the last day that is kept to be found moved too"
    );
}

#[test]
fn whoever_can_do_the_next_act_is_told() {
    let office = Office::new();
    let case = office.files_case("案1");
    office.signs(&case, "decision");
    office
        .app
        .add_evidence(&office.officer, &case, photo(), &jpeg(1))
        .unwrap();
    office
        .app
        .act(&office.officer, &case, None, "decide", Fields::new(), None)
        .unwrap();
    let told = office.app.notices(&office.head).unwrap();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].kind == "came" && told[0].entry.as_deref() == Some(&case),
        "{told:?}"
    );
    assert!(
        office.app.notices(&office.colleague).unwrap().is_empty(),
        "closing is not theirs"
    );
}

#[test]
fn the_digest_goes_out_once_a_day_by_mail() {
    let office = Office::new();
    office.files_case("案1");
    office
        .app
        .set_digest_address(&office.officer, "officer@example.gov.cn")
        .unwrap();
    assert!(
        office
            .app
            .set_digest_address(&office.head, "a@b\r\nBcc: c@d")
            .is_err()
    );
    let (address, relay) = relay(2);
    let mail = Mail::new(&address, "yifa@example.gov.cn", None).unwrap();
    let send = |at: &str| {
        office.app.clock.set(at.parse().unwrap());
        office.app.send_digests(&mail).unwrap()
    };
    assert_eq!(
        send("2023-04-07T06:30:00+08:00"),
        0,
        "before seven nobody is woken"
    );
    assert_eq!(send("2023-04-07T07:30:00+08:00"), 1);
    assert_eq!(send("2023-04-07T09:30:00+08:00"), 0, "once a day");
    assert_eq!(send("2023-04-08T07:30:00+08:00"), 1);
    office.app.set_digest_address(&office.officer, "").unwrap();
    assert_eq!(send("2023-04-09T07:30:00+08:00"), 0, "ended");
    let taken = relay.join().unwrap();
    assert!(
        taken[0].contains("RCPT TO:<officer@example.gov.cn>"),
        "{}",
        taken[0]
    );
    assert!(taken[0].contains("text/plain"), "{}", taken[0]);
}

#[test]
fn the_digest_says_what_is_due_and_by_which_kind_of_limit() {
    let office = Office::new();
    office.files_case("案1");
    assert_eq!(
        office.app.digest(&office.officer).unwrap(),
        None,
        "nothing to say"
    );
    office
        .app
        .clock
        .set("2023-04-07T08:00:00+08:00".parse().unwrap());
    let text = office.app.digest(&office.officer).unwrap().unwrap();
    assert!(
        text.contains("作出处罚决定") && text.contains("法定期限"),
        "{text}"
    );
}

#[test]
fn a_relay_that_is_not_there_is_tried_again_later() {
    let office = Office::new();
    office.files_case("案1");
    office
        .app
        .set_digest_address(&office.officer, "officer@example.gov.cn")
        .unwrap();
    office
        .app
        .clock
        .set("2023-04-07T08:00:00+08:00".parse().unwrap());
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = Mail::new(&format!("smtp://{closed}"), "yifa@example.gov.cn", None).unwrap();
    assert_eq!(office.app.send_digests(&gone).unwrap(), 0);
    let (address, relay) = relay(1);
    let mail = Mail::new(&address, "yifa@example.gov.cn", None).unwrap();
    assert_eq!(office.app.send_digests(&mail).unwrap(), 1);
    relay.join().unwrap();
    Mail::new("smtps://mail.example:465", "yifa@example.gov.cn", None).unwrap();
    for relay in ["mail.example", "smtp://mail.example", "http://a:1"] {
        assert!(
            Mail::new(relay, "yifa@example.gov.cn", None).is_err(),
            "{relay}"
        );
    }
}
