//! Joint matters (并案) over the pages: two complaints about one thing become one, and part again.

use crate::{
    browser::Browser,
    cases::{PICTURE, attach},
    server::staffed,
};

fn open(clerk: &mut Browser, number: &str, received_on: &str) -> String {
    let fields = [
        ("number", number),
        ("received_on", received_on),
        ("channel", "来电"),
        ("kind", "收费退费"),
        ("content", "某培训学校不退费。"),
    ];
    let answer = clerk.submit("/ledgers/complaint/new", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let entry = answer.led_to();
    let day = [("happened_on", "2023-01-12"), ("revision", "")];
    let answer = clerk.submit(&format!("{entry}/act/contact"), &day);
    assert_eq!(answer.status, 303, "{}", answer.text());
    entry
}

#[test]
fn a_repeated_complaint_is_joined_to_the_first_one() {
    let server = staffed(1);
    let mut clerk = server.signed_in("office-0");
    let first = open(&mut clerk, "诉甲", "2023-01-10");
    let second = open(&mut clerk, "诉乙", "2023-01-11");
    assert_eq!(attach(&mut clerk, &second, PICTURE).status, 303);
    let page = clerk.get(&second).text();
    assert!(page.contains("并案（重复反映并入先收到的一件）"), "{page}");
    let path = format!("{second}/act/join");
    let form = clerk.get(&path).text();
    assert!(
        form.contains("并入的工单") && form.contains("诉甲"),
        "{form}"
    );
    let join = |clerk: &mut Browser, path: &str, lead: &str| {
        let fields = [
            ("happened_on", "2023-01-12"),
            ("revision", ""),
            ("joined_to", lead),
        ];
        clerk.submit(path, &fields)
    };
    let itself = join(&mut clerk, &path, "诉乙");
    assert!(
        itself.status == 422 && itself.text().contains("不能并入本件自己"),
        "{}",
        itself.text()
    );
    let later = join(&mut clerk, &format!("{first}/act/join"), "诉乙");
    assert!(
        later.status == 422 && later.text().contains("应把后来的并入先来的"),
        "{}",
        later.text()
    );
    assert_eq!(join(&mut clerk, &path, "诉甲").status, 303);
    // Either side says so, and the clocks say why they stopped.
    let page = clerk.get(&second).text();
    for words in [
        "本件已并入“诉甲",
        "并入他件",
        "由并入的那一件按它的期限继续办理",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let page = clerk.get(&first).text();
    for words in ["并入的记录", "诉乙", "证据 1 份"] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let file = clerk.get(&format!("{first}/file")).text();
    assert!(file.contains("并入：诉乙"), "{file}");
    // What leads is not made void.
    let void = clerk.submit(
        &format!("{first}/void"),
        &[("reason", "重复"), ("revision", "2")],
    );
    assert!(
        void.status == 422 && void.text().contains("“诉乙”已并入本件"),
        "{}",
        void.text()
    );
    let retract = format!("{second}/retract");
    let form = clerk.get(&retract).text();
    let (_, revision) = form.split_once("name=\"revision\" value=\"").unwrap();
    let revision = revision.split('"').next().unwrap().to_owned();
    assert!(form.contains("将清空：并入日期、并入的工单"), "{form}");
    let back = [("reason", "不是一件事"), ("revision", revision.as_str())];
    assert_eq!(clerk.submit(&retract, &back).status, 303);
    let page = clerk.get(&first).text();
    assert!(!page.contains("并入的记录"), "{page}");
    assert!(server.verify().is_clean());
}
