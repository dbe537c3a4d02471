//! A case over HTTP: papers, evidence in one piece and in many, the case file, notices, registers.

use std::io::Write;

use crate::{
    browser::{Answer, Browser},
    server::shared,
};

pub fn open(clerk: &mut Browser, number: &str) -> String {
    let fields = [
        ("number", number),
        ("party", "某某培训学校"),
        ("filed_on", "2023-01-05"),
    ];
    let answer = clerk.submit("/ledgers/matter/new", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.led_to()
}

/// Writes and signs a decision; answers the address of the paper.
fn sign(clerk: &mut Browser, case: &str, words: &str) -> String {
    let fields = [
        ("title", "决定书"),
        ("to", "某某培训学校"),
        ("lines", words),
        ("seal", "true"),
    ];
    let answer = clerk.submit(&format!("{case}/papers/new/decision"), &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let paper = answer.led_to();
    let token = clerk.get(&paper).token().unwrap();
    let form = [
        ("token", token.as_str()),
        ("version", "1"),
        ("signed_on", "2023-01-12"),
    ];
    let answer = clerk.post(&format!("{paper}/sign"), &form);
    assert_eq!(answer.status, 303, "{}", answer.text());
    paper
}

/// Posts a form with files as a browser does.
fn multipart(clerk: &mut Browser, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        write!(
            body,
            "--b0\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
        .unwrap();
    }
    write!(
        body,
        "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .unwrap();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b0--\r\n");
    let kind = "multipart/form-data; boundary=b0".to_owned();
    clerk.send("POST", path, &[("content-type", kind)], &body)
}

pub const PICTURE: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF 0123456789";

pub fn attach(clerk: &mut Browser, case: &str, bytes: &[u8]) -> Answer {
    let path = format!("{case}/evidence/new");
    let token = clerk.get(&path).token().unwrap();
    let fields = [
        ("token", token.as_str()),
        ("title", "现场照片"),
        ("kind", "书证"),
    ];
    multipart(clerk, &path, &fields, bytes)
}

#[test]
fn a_case_is_walked_from_filing_to_its_file() {
    let mut clerk = shared().signed_in("clerk");
    let case = open(&mut clerk, "案-走");
    let page = clerk.get(&case).text();
    for words in [
        "办理“作出决定”还缺",
        "第五十七条",
        "制作《决定书》",
        "添加证据材料",
        "全过程记录",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let form = clerk.get(&format!("{case}/papers/new/decision")).text();
    assert!(form.contains("某某培训学校"), "the draft knows the party");
    let paper = sign(&mut clerk, &case, "# 一、决定\n予以警告。\n@ 签收人：");
    let shown = clerk.get(&paper).text();
    assert!(
        shown.contains("测教决字〔2023〕") && shown.contains("已签发"),
        "{shown}"
    );
    let docx = clerk.get(&format!("{paper}/paper.docx"));
    assert!(
        docx.body.starts_with(b"PK")
            && docx
                .header("content-disposition")
                .unwrap()
                .starts_with("attachment")
    );
    assert_eq!(clerk.get(&format!("{paper}/print")).status, 200);
    assert_eq!(attach(&mut clerk, &case, PICTURE).status, 303);
    let acted = clerk.submit(
        &format!("{case}/act/decide"),
        &[("happened_on", "2023-01-12"), ("revision", "")],
    );
    assert_eq!(acted.status, 303, "{}", acted.text());
    let record = [
        ("step", "送达"),
        ("done_at", "2023年1月12日"),
        ("words", "当面送达。"),
    ];
    assert_eq!(
        clerk.submit(&format!("{case}/process/new"), &record).status,
        303
    );
    let page = clerk.get(&case).text();
    for words in ["签发《决定书》", "附证据材料", "当面送达", "已决定"] {
        assert!(page.contains(words), "{words}");
    }
    let file = clerk.get(&format!("{case}/file")).text();
    for words in ["卷内文件目录", "决定书", "证据材料目录", "备考表"] {
        assert!(file.contains(words), "{words}");
    }
    let zip = clerk.get(&format!("{case}/originals.zip"));
    assert!(zip.body.starts_with(b"PK"));
    let pdf = clerk.get(&format!("{case}/file.pdf"));
    assert!(
        pdf.status == 422 && pdf.text().contains("没有安装排版程序"),
        "said plainly"
    );
}

#[test]
fn a_signed_paper_is_corrected_with_a_reason_and_a_late_writer_is_told() {
    let mut clerk = shared().signed_in("clerk");
    let case = open(&mut clerk, "案-更");
    let paper = sign(&mut clerk, &case, "罚款一万元。");
    let edit = format!("{paper}/edit");
    let fields = |reason| {
        vec![
            ("title", "决定书"),
            ("lines", "罚款两万元。"),
            ("version", "2"),
            ("reason", reason),
        ]
    };
    let silent = clerk.submit(&edit, &fields(""));
    assert!(
        silent.status == 422 && silent.text().contains("罚款两万元"),
        "the text is still there"
    );
    assert_eq!(clerk.submit(&edit, &fields("金额笔误")).status, 303);
    let late = clerk.submit(&edit, &fields("金额笔误"));
    assert!(
        late.status == 422 && late.text().contains("已有他人办理"),
        "{}",
        late.text()
    );
    let page = clerk.get(&paper).text();
    assert!(
        page.contains("正在更正") && page.contains("金额笔误"),
        "{page}"
    );
    let old = clerk.get(&format!("{paper}?version=2")).text();
    assert!(old.contains("罚款一万元"), "the old version stays");
}

#[test]
fn a_mistaken_act_is_taken_back_with_a_reason() {
    let mut clerk = shared().signed_in("clerk");
    let case = open(&mut clerk, "案-撤");
    assert!(
        !clerk.get(&case).text().contains("办错了"),
        "nothing was done yet"
    );
    sign(&mut clerk, &case, "予以警告。");
    assert_eq!(attach(&mut clerk, &case, PICTURE).status, 303);
    let day = [("happened_on", "2023-01-12"), ("revision", "")];
    assert_eq!(
        clerk.submit(&format!("{case}/act/decide"), &day).status,
        303
    );
    let page = clerk.get(&case).text();
    assert!(page.contains("撤回“作出决定”"), "{page}");
    let path = format!("{case}/retract");
    let form = clerk.get(&path).text();
    let (_, revision) = form.split_once("name=\"revision\" value=\"").unwrap();
    let revision = revision.split('"').next().unwrap().to_owned();
    let post = |clerk: &mut Browser, reason: &str, revision: &str| {
        clerk.submit(&path, &[("reason", reason), ("revision", revision)])
    };
    let silent = post(&mut clerk, "", &revision);
    assert!(silent.status == 422 && silent.text().contains("请写明为什么撤回"));
    let stale = post(&mut clerk, "误点", "1");
    assert!(stale.status == 422 && stale.text().contains("已有他人办理"));
    assert_eq!(post(&mut clerk, "当事人名称有误", &revision).status, 303);
    let page = clerk.get(&case).text();
    for words in [
        "撤回“作出决定”",
        "当事人名称有误",
        "已撤回，不再算数",
        "立案",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let mut stranger = shared().signed_in("stranger");
    assert_eq!(stranger.get(&path).status, 404);
    let none = clerk.get(&path);
    assert!(
        none.text().contains("没有可以撤回的办理"),
        "{}",
        none.text()
    );
}

#[test]
fn a_draft_waits_for_whoever_signs_it_and_a_case_takes_its_number() {
    let mut clerk = shared().signed_in("clerk");
    let form = clerk.get("/ledgers/matter/new").text();
    assert!(form.contains("留空则登记时自动取号"), "{form}");
    let case = open(&mut clerk, "");
    let page = clerk.get(&case).text();
    assert!(page.contains("案〔2023〕"), "{page}");
    let fields = [("title", "复函"), ("lines", "收悉。"), ("seal", "true")];
    let drafted = clerk.submit(&format!("{case}/papers/new/letter"), &fields);
    let paper = drafted.header("location").unwrap();
    let paper = paper.split('?').next().unwrap().to_owned();
    let page = clerk.get(&paper);
    let words = "《复函》须由领导签发";
    assert!(page.text().contains(words) && !page.text().contains("签发日期"));
    let sign = |browser: &mut Browser, token: &str| {
        let form = [
            ("token", token),
            ("version", "1"),
            ("signed_on", "2023-01-12"),
        ];
        browser.post(&format!("{paper}/sign"), &form)
    };
    let token = clerk.get(&format!("{paper}/edit")).token().unwrap();
    let refused = sign(&mut clerk, &token);
    assert!(refused.status == 422 && refused.text().contains(words));
    let mut leader = shared().signed_in("leader");
    let inbox = leader.get("/inbox").text();
    assert!(inbox.contains("待您签发：《复函》"), "{inbox}");
    let token = leader.get(&paper).token().unwrap();
    assert_eq!(sign(&mut leader, &token).status, 303);
    assert!(clerk.get(&paper).text().contains("已签发"));
}

#[test]
fn evidence_is_never_a_page() {
    let mut clerk = shared().signed_in("clerk");
    let case = open(&mut clerk, "案-证");
    for bytes in [
        &b"<html><script>alert(1)</script>"[..],
        b"<svg onload='x'/>",
        b"MZ\x90\x00",
    ] {
        let refused = attach(&mut clerk, &case, bytes);
        assert!(
            refused.status == 422 && refused.text().contains("不能作证据材料"),
            "{}",
            refused.text()
        );
    }
    // A picture with a page in its tail is served as a picture, to be downloaded.
    let polyglot = [PICTURE, b"<script>alert(1)</script>"].concat();
    assert_eq!(attach(&mut clerk, &case, &polyglot).status, 303);
    let file = clerk.get(&case).links(&format!("{case}/evidence/"));
    let file = file.iter().find(|href| !href.ends_with("/new")).unwrap();
    let answer = clerk.get(file);
    assert_eq!(answer.body, polyglot);
    assert_eq!(answer.header("content-type"), Some("image/jpeg"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(
        answer
            .header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    let part = clerk.send("GET", file, &[("range", "bytes=0-3".to_owned())], &[]);
    assert_eq!((part.status, part.body.as_slice()), (206, &PICTURE[..4]));
    assert_eq!(
        part.header("content-range"),
        Some(&*format!("bytes 0-3/{}", polyglot.len()))
    );
    let mut stranger = shared().signed_in("stranger");
    for path in [
        file.clone(),
        format!("{case}/originals.zip"),
        format!("{case}/file"),
    ] {
        assert_eq!(stranger.get(&path).status, 404, "{path}");
    }
    assert_eq!(stranger.get(&format!("{case}/evidence/new")).status, 404);
}

#[test]
fn a_big_file_comes_in_pieces_over_http() {
    let mut clerk = shared().signed_in("clerk");
    let case = open(&mut clerk, "案-大");
    let token = clerk.get(&format!("{case}/evidence/new")).token().unwrap();
    let token = token.as_str();
    let bytes: Vec<u8> = PICTURE.iter().copied().cycle().take(9_000).collect();
    let size = bytes.len().to_string();
    let begin = [
        ("token", token),
        ("name", "大.jpg"),
        ("size", &size),
        ("fingerprint", "7"),
    ];
    let begun = clerk.post(&format!("{case}/uploads"), &begin);
    let said: serde_json::Value = serde_json::from_slice(&begun.body).unwrap();
    let upload = format!("{case}/uploads/{}", said["id"].as_str().unwrap());
    for (at, piece) in bytes.chunks(4_000).enumerate() {
        let offset = (at * 4_000).to_string();
        let sent = multipart(
            &mut clerk,
            &upload,
            &[("token", token), ("offset", &offset)],
            piece,
        );
        assert_eq!(sent.status, 200, "{}", sent.text());
    }
    let about = [
        ("token", token),
        ("title", "全景照片"),
        ("kind", "视听资料"),
    ];
    let done = clerk.post(&format!("{upload}/finish"), &about);
    assert!(done.text().contains("#evidence"), "{}", done.text());
    assert!(clerk.get(&case).text().contains("全景照片"));
    let refused = clerk.post(
        &format!("{case}/uploads"),
        &[("token", token), ("name", "x"), ("size", "0")],
    );
    assert_eq!(refused.status, 422);
}

#[test]
fn inbox_and_registers_answer() {
    let mut clerk = shared().signed_in("clerk");
    let inbox = clerk.get("/inbox");
    assert!(inbox.status == 200 && inbox.text().contains("收件箱"));
    let token = inbox.token().unwrap();
    let wrong = clerk.post(
        "/inbox/digest",
        &[("token", &token), ("address", "not an address")],
    );
    assert!(
        wrong.status == 422 && wrong.text().contains("这不是邮箱地址"),
        "{}",
        wrong.text()
    );
    assert_eq!(
        clerk
            .post(
                "/inbox/digest",
                &[("token", &token), ("address", "a@example.gov.cn")],
            )
            .status,
        303
    );
    assert!(clerk.get("/inbox").text().contains("a@example.gov.cn"));
    open(&mut clerk, "案-册");
    assert_eq!(clerk.get("/registers").status, 200);
    let name = "%E6%9F%90%E6%9F%90%E5%9F%B9%E8%AE%AD%E5%AD%A6%E6%A0%A1";
    let subject = clerk.get(&format!("/registers/subject?name={name}")).text();
    assert!(
        subject.contains("某某培训学校") && subject.contains("测试案件"),
        "{subject}"
    );
    assert_eq!(clerk.get("/registers/subject?name=x").status, 404);
    let mut legal = shared().signed_in("legal");
    assert_eq!(legal.get("/registers/officers").status, 200);
    assert_eq!(
        clerk.get("/registers/officers").status,
        403,
        "the register is the legal section's"
    );
}
