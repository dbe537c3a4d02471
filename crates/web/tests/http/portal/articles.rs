//! A page of the portal as its reader finds it: what it says of itself, how long it stands, what may
//! be taken along.

use app::{publication::desk::Draft, values::dates::Date};

use super::{ADDRESS, draft, open, person, publish, with_address};
use crate::server::Server;

fn in_column(title: &str, column: &str) -> Draft {
    Draft {
        column: column.to_owned(),
        ..draft(title, "第一段。\n第二段。")
    }
}

/// The index number of a page.
fn index_number(page: &str) -> String {
    format!("JYJ/{}", page.rsplit('/').next().unwrap())
}

fn on(server: &Server, day: &str) {
    server
        .clock
        .set(format!("{day}T01:00:00Z").parse().unwrap());
}

#[test]
fn a_page_says_what_it_is_and_what_became_of_it() {
    let server = with_address(None);
    let first = Draft {
        document_number: "测教〔2022〕7号".to_owned(),
        validity: "有效".to_owned(),
        ..in_column("收费办法（试行）", "政策文件")
    };
    let first = publish(&server, &first);
    let second = Draft {
        validity: "有效".to_owned(),
        relations: vec![("废止".to_owned(), index_number(&first))],
        ..in_column("收费办法", "政策文件")
    };
    let second = publish(&server, &second);
    let told = Draft {
        relations: vec![("解读".to_owned(), index_number(&second))],
        ..in_column("一图读懂收费办法", "政策解读")
    };
    let told = publish(&server, &told);
    let mut reader = server.nobody();
    let page = reader.get(&first).text();
    for part in [
        "收费办法（试行）",
        "索引号",
        &index_number(&first),
        "发布时间",
        "2023-01-12 09:00",
        "测教〔2022〕7号",
        "作者",
        "来源",
        "有效性",
        "浏览次数",
        "href=\"/portal/columns/documents\"",
        "打印",
        "关闭",
        "class=\"qr\"",
        "被废止",
        "rel=\"prev\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = reader.get(&second);
    assert!(page.text().contains("rel=\"next\"") && page.text().contains("相关解读"));
    let related = page.links("/portal/articles/");
    assert!(related.contains(&first) && related.contains(&told));
    // The feed and the description of the data name the site by its address.
    let feed = reader.get("/portal/columns/documents/feed.atom").text();
    assert!(feed.contains(&format!("{ADDRESS}{second}")), "{feed}");
}

#[test]
fn what_is_published_for_a_term_leaves_with_it() {
    let server = Server::start();
    let term: Date = "2023-01-20".parse().unwrap();
    let shown = publish(
        &server,
        &Draft {
            until_on: Some(term),
            ..draft("名额公示", "公示期至二十日。")
        },
    );
    // Penalties stand three years from the day of the decision.
    for (case, decided) in [("旧案", "2020-01-20"), ("新案", "2022-06-01")] {
        let name = format!("{case}培训学校");
        open(
            &server,
            "penalty_ordinary",
            &[
                ("case_number", case),
                ("party", &name),
                ("party_kind", "校外培训机构"),
                ("source", "投诉举报"),
                ("cause", "违规招生"),
                ("filed_on", "2020-01-03"),
                ("decided_on", decided),
                ("outcome", "给予处罚"),
            ],
        );
    }
    let register = server
        .app()
        .draft_from_ledger(&person(&server, "legal"), "penalty_ordinary");
    publish(&server, &register.unwrap());
    let mut reader = server.nobody();
    let column = "/portal/columns/penalties";
    on(&server, "2023-01-20");
    assert!(reader.get(&shown).text().contains("公示期至二十日"));
    let rows = reader.get(column).text();
    assert!(
        rows.contains("旧案培训学校") && rows.contains("新案培训学校"),
        "{rows}"
    );
    on(&server, "2023-01-21");
    let column_of_it = reader.get("/portal/columns/notices").text();
    assert!(!column_of_it.contains("名额公示"), "{column_of_it}");
    assert!(!reader.get(&shown).text().contains("公示期至二十日"));
    for page in [column, "/portal/columns/penalties/data.csv"] {
        let rows = reader.get(page).text();
        assert!(
            !rows.contains("旧案") && rows.contains("新案"),
            "{page}: {rows}"
        );
    }
    assert!(
        !reader
            .get("/portal/search?q=%E6%97%A7%E6%A1%88")
            .text()
            .contains("旧案培训学校")
    );
}

/// A licence stands through its last day; one that is revoked goes at once.
#[test]
fn a_licence_leaves_when_its_term_ends_or_it_is_revoked() {
    let server = Server::start();
    for (number, more) in [
        ("到期", ("licence_until", "2024-05-10")),
        ("撤销", ("revoked_on", "2023-03-01")),
        ("长期", ("licence_number", "教民1号")),
    ] {
        let school = format!("{number}幼儿园");
        let fields = [
            ("number", number),
            ("applicant", "某公司"),
            ("matter", "正式设立"),
            ("school", &school),
            ("kind", "幼儿园"),
            ("nature", "非营利性"),
            ("applied_on", "2022-03-07"),
            ("result", "准予"),
            ("decided_on", "2022-05-11"),
            more,
        ];
        open(&server, "private_school_setup", &fields);
    }
    let register = server
        .app()
        .draft_from_ledger(&person(&server, "legal"), "private_school_setup");
    publish(&server, &register.unwrap());
    let mut reader = server.nobody();
    let mut standing = |day: &str| {
        on(&server, day);
        let page = reader.get("/portal/columns/school-licences").text();
        ["到期", "撤销", "长期"].map(|n| page.contains(&format!("{n}幼儿园")))
    };
    assert_eq!(standing("2023-02-28"), [true, true, true]);
    assert_eq!(standing("2023-03-01"), [true, false, true]);
    assert_eq!(standing("2024-05-10"), [true, false, true]);
    assert_eq!(standing("2024-05-11"), [false, false, true]);
}

#[test]
fn data_rows_of_licences_can_be_sent_as_they_are() {
    let server = Server::altered(&app::Target::scratch(), |app| {
        let mut settings = (*app.portal).clone();
        settings.credit_code = "11000000000000019Q".to_owned();
        app.with_portal(settings)
    });
    for (number, result, more) in [
        ("一", "认定", ("certificate_number", "202300000000001")),
        ("二", "不予认定", ("reason", "不符合条件")),
    ] {
        open(
            &server,
            "teacher_qualification",
            &[
                ("number", number),
                ("applicant", "欧阳秘密"),
                ("stage", "小学教师"),
                ("subject", "语文"),
                ("window", "春季"),
                ("applied_on", "2022-04-11"),
                ("decided_on", "2022-05-20"),
                ("result", result),
                more,
            ],
        );
    }
    let register = server
        .app()
        .draft_from_ledger(&person(&server, "legal"), "teacher_qualification");
    publish(&server, &register.unwrap());
    let mut reader = server.nobody();
    let file = |ending: &str| format!("/portal/columns/licences/credit.{ending}");
    let sent: serde_json::Value = serde_json::from_slice(&reader.get(&file("json")).body).unwrap();
    assert_eq!(sent["incomplete"], serde_json::json!([]), "{sent}");
    let rows = sent["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "a refusal is no data row: {sent}");
    let row = rows[0].to_string();
    for value in [
        "202300000000001",
        "11000000000000019Q",
        "2022/05/20",
        "小学教师；语文；认定",
    ] {
        assert!(row.contains(value), "{value}: {row}");
    }
    assert!(!row.contains("秘密"), "a person's name is masked: {row}");
    for ending in ["xlsx", "xml"] {
        assert_eq!(reader.get(&file(ending)).status, 200, "{ending}");
    }
    // The refusal stands in the column all the same, without the reason.
    let column = reader.get("/portal/columns/licences").text();
    assert!(
        column.contains("不予认定") && !column.contains("不符合条件"),
        "{column}"
    );
}
