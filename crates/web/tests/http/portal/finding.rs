//! How things are found: each filter of the search by itself, feeds, the description of the data,
//! the site map; and what stands at the foot of every page.

use app::{Target, publication::Footer, publication::desk::Draft};
use quick_xml::{Reader, events::Event};
use serde_json::Value as Json;

use super::{ADDRESS, draft, open, person, publish, with_address};
use crate::{browser::Browser, server::Server};

fn article(title: &str, column: &str, source: &str, number: &str, body: &str) -> Draft {
    Draft {
        column: column.to_owned(),
        source: source.to_owned(),
        document_number: number.to_owned(),
        ..draft(title, body)
    }
}

/// Two years' publications of two organs, and an open register.
fn shelf() -> Server {
    let server = with_address(None);
    let ours = "测试市教育局";
    let both = "测试市教育局、测试市公安局";
    let on = |day: &str| {
        let at = format!("{day}T01:00:00Z").parse().unwrap();
        server.clock.set(at);
    };
    on("2023-02-01");
    for made in [
        article(
            "校车安全管理办法",
            "政策文件",
            ours,
            "测教〔2023〕1号",
            "学校应当检查车辆。",
        ),
        article("关于寒假的通知", "通知公告", ours, "", "乘坐校车注意安全。"),
    ] {
        publish(&server, &made);
    }
    on("2024-03-01");
    publish(
        &server,
        &article(
            "校车专项整治通告",
            "通知公告",
            both,
            "测教〔2024〕9号",
            "联合检查。",
        ),
    );
    let school = [
        ("name", "测试市校车示范小学"),
        ("kind", "小学"),
        ("nature", "公办"),
        ("district", "东区"),
        ("opened_on", "2010-09-01"),
    ];
    open(&server, "school", &school);
    let register = server
        .app()
        .draft_from_ledger(&person(&server, "legal"), "school");
    publish(&server, &register.unwrap());
    server
}

fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(pairs);
    format!("/portal/search?{}", text.finish())
}

/// Titles of the hits of a page, in their order.
fn hits(page: &str) -> Vec<String> {
    let (_, list) = page.split_once("<ol class=\"article-list\">").unwrap();
    let (list, _) = list.split_once("</ol>").unwrap();
    let items = list.split("<li><a ").skip(1);
    items
        .map(|item| {
            let (_, text) = item.split_once('>').unwrap();
            text.split_once("</a>").unwrap().0.to_owned()
        })
        .collect()
}

#[test]
fn each_filter_of_the_search_narrows_by_itself() {
    let server = shelf();
    let mut reader = server.nobody();
    let mut asked = |pairs: &[(&str, &str)]| hits(&reader.get(&query(pairs)).text());
    let all = asked(&[("q", "校车")]);
    assert_eq!(all.len(), 4, "{all:?}");
    assert_eq!(
        all.last().unwrap(),
        "关于寒假的通知",
        "titles before bodies"
    );
    let filters: [(&str, &str, &[&str]); 5] = [
        ("column", "documents", &["校车安全管理办法"]),
        ("column", "schools", &["测试市校车示范小学"]),
        ("year", "2023", &["校车安全管理办法", "关于寒假的通知"]),
        ("organ", "测试市教育局、测试市公安局", &["校车专项整治通告"]),
        ("number", "测教[2024]9号", &["校车专项整治通告"]),
    ];
    for (name, value, left) in filters {
        let found = asked(&[("q", "校车"), (name, value)]);
        assert_eq!(found, left, "{name}={value}");
    }
    assert_eq!(
        asked(&[("number", "测教〔2023〕1")]),
        ["校车安全管理办法"],
        "without words"
    );
    assert_eq!(
        asked(&[("q", "测教〔2023〕1号")])[0],
        "校车安全管理办法",
        "typed as words"
    );
    // Slips: sound, one wrong character, words typed in one go.
    for typed in ["笑车安全管理办法", "校车安全管里办法", "校车安全的管理"] {
        assert_eq!(asked(&[("q", typed)])[0], "校车安全管理办法", "{typed}");
    }
}

#[test]
fn the_filters_that_a_page_offers_lead_to_what_they_count() {
    let server = shelf();
    let mut reader = server.nobody();
    let page = reader.get(&query(&[("q", "校车")]));
    for name in ["column", "year", "organ"] {
        let links: Vec<String> = page
            .links("/portal/search")
            .into_iter()
            .filter(|link| link.contains(&format!("{name}=")))
            .collect();
        assert!(links.len() >= 2, "{name}: {links:?}");
        let counts: usize = links
            .iter()
            .map(|link| hits(&reader.get(link).text()).len())
            .sum();
        assert_eq!(counts, 4, "every hit has one {name}");
    }
    let both = query(&[("q", "校车"), ("year", "2024"), ("column", "notices")]);
    let page = reader.get(&both);
    assert_eq!(hits(&page.text()), ["校车专项整治通告"]);
    let links = page.links("/portal/search");
    let wider = |l: &String| l.contains("column=notices") && !l.contains("year=");
    assert!(links.iter().any(wider), "a filter can be taken away alone");
}

#[test]
fn every_value_of_the_footer_stands_on_every_page_and_what_is_missing_is_named() {
    let word = |n: u32| format!("页脚{n}");
    let full = Footer {
        organiser: word(1),
        undertaker: word(2),
        postal_address: word(3),
        office_hours: word(4),
        phone: word(5),
        report_phone: word(6),
        email: word(7),
        icp: word(8),
        police: word(9),
        site_code: word(10),
        accounts: Vec::new(),
    };
    let with = |footer: Footer| {
        Server::altered(&Target::scratch(), |app| {
            let mut settings = (*app.portal).clone();
            settings.footer = footer;
            app.with_portal(settings)
        })
    };
    let server = with(full);
    let mut reader = server.nobody();
    let named = [
        ("主办单位", 1),
        ("承办单位", 2),
        ("地址", 3),
        ("办公时间", 4),
        ("电话", 5),
        ("举报电话", 6),
        ("邮箱", 7),
        ("ICP备案", 8),
        ("公安备案", 9),
        ("网站标识码", 10),
    ];
    for path in [
        "/portal",
        "/portal/ask/complaint",
        "/portal/search?q=x",
        "/portal/nothing-here",
    ] {
        let page = reader.get(path).text();
        let (_, foot) = page.split_once("<footer").unwrap();
        for (name, n) in named {
            let said = format!("<span>{name}：{}</span>", word(n));
            assert!(foot.contains(&said), "{path}: {said}");
        }
        assert!(!foot.contains("待"), "{path}: nothing is missing");
    }
    let page = reader.get("/portal").text();
    assert!(
        page.contains("<meta name=\"SiteIDCode\" content=\"页脚10\">"),
        "{page}"
    );
    let bare = with(Footer::default()).nobody().get("/portal").text();
    let missing = "主办单位、办公地址、联系电话、举报电话、ICP备案号、公安备案号、网站标识码";
    assert!(bare.contains(missing), "{bare}");
}

/// The texts of all elements of a name, or an attribute of them.
fn texts(xml: &str, element: &str, attribute: Option<&str>) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut inside) = (Vec::new(), false);
    loop {
        let event = reader.read_event().expect("well-formed");
        match event {
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == element => {
                let value = attribute.and_then(|a| start.try_get_attribute(a).unwrap());
                match (attribute, value) {
                    (Some(_), Some(v)) => found.push(v.value.into_owned()),
                    (None, _) => {
                        inside = true;
                        found.push(String::new());
                    }
                    _ => {}
                }
            }
            Event::Text(text) if inside => {
                if let Some(last) = found.last_mut() {
                    last.push_str(&text);
                }
            }
            Event::End(end) if end.name().as_ref() == element => inside = false,
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The path of an address of the site.
fn own(address: &str) -> &str {
    address
        .strip_prefix(ADDRESS)
        .unwrap_or_else(|| panic!("{address} is elsewhere"))
}

fn column_ids(server: &Server) -> Vec<String> {
    let app = server.app();
    let site = app.site("test").unwrap();
    let filled = app.portal.columns.iter().filter(|c| site.has(&c.id));
    filled.map(|c| c.id.clone()).collect()
}

#[test]
fn the_feed_of_every_column_holds_what_the_column_shows() {
    let server = shelf();
    let mut reader = server.nobody();
    let columns = column_ids(&server);
    assert!(columns.len() >= 3, "{columns:?}");
    for column in columns {
        let path = format!("/portal/columns/{column}/feed.atom");
        let answer = reader.get(&path);
        assert_eq!(
            answer.header("content-type"),
            Some("application/atom+xml; charset=utf-8")
        );
        let feed = answer.text();
        assert_eq!(own(&texts(&feed, "id", None)[0]), path);
        let updated = texts(&feed, "updated", None);
        for at in &updated {
            assert!(at.parse::<jiff::Timestamp>().is_ok(), "{column}: {at}");
        }
        assert_eq!(
            updated.first(),
            updated.iter().max(),
            "{column}: the latest of all"
        );
        let (titles, links) = (
            texts(&feed, "title", None),
            texts(&feed, "link", Some("href")),
        );
        assert_eq!(titles.len(), links.len());
        let page = reader.get(&format!("/portal/columns/{column}")).text();
        for (title, link) in titles.iter().zip(&links).skip(1) {
            assert_eq!(reader.get(own(link)).status, 200, "{link}");
            // What opens a register is told by its feed alone.
            let told = title.starts_with("公开") || page.contains(title.as_str());
            assert!(told, "{column}: {title}");
        }
    }
}

#[test]
fn the_description_of_the_data_leads_to_every_column_in_three_forms() {
    let server = shelf();
    let mut reader = server.nobody();
    let answer = reader.get("/portal/data/catalog.json");
    assert_eq!(
        answer.header("content-type"),
        Some("application/ld+json; charset=utf-8")
    );
    let catalogue: Json = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(catalogue["@type"], "dcat:Catalog");
    assert_eq!(catalogue["@context"]["dcat"], "http://www.w3.org/ns/dcat#");
    let sets = catalogue["dcat:dataset"].as_array().unwrap();
    let described: Vec<&str> = sets
        .iter()
        .map(|set| own(set["@id"].as_str().unwrap()))
        .collect();
    let filled = column_ids(&server);
    let filled: Vec<String> = filled
        .iter()
        .map(|id| format!("/portal/columns/{id}"))
        .collect();
    assert_eq!(described, filled, "every column that shows something");
    for set in sets {
        assert!(!set["dct:title"].as_str().unwrap().is_empty());
        let files = set["dcat:distribution"].as_array().unwrap();
        assert_eq!(files.len(), 3);
        for file in files {
            let path = own(file["dcat:downloadURL"].as_str().unwrap()).to_owned();
            let got = reader.get(&path);
            let kind = got.header("content-type").unwrap();
            let kind = kind.split(';').next().unwrap();
            assert_eq!(
                (got.status, Some(kind)),
                (200, file["dcat:mediaType"].as_str()),
                "{path}"
            );
        }
    }
}

/// The addresses of the site map for machines.
fn mapped(reader: &mut Browser) -> Vec<String> {
    let map = reader.get("/sitemap.xml").text();
    texts(&map, "loc", None)
}

#[test]
fn the_site_map_names_every_page_that_can_be_read_and_no_other() {
    let server = shelf();
    let mut reader = server.nobody();
    let addresses = mapped(&mut reader);
    for address in &addresses {
        assert_eq!(reader.get(own(address)).status, 200, "{address}");
    }
    let site = server.app().site("test").unwrap();
    let rows: usize = site.registers.values().map(|r| r.rows.len()).sum();
    let named = |part: &str| addresses.iter().filter(|a| a.contains(part)).count();
    assert_eq!(named("/portal/articles/"), site.articles.len());
    assert_eq!(named("/portal/rows/"), rows);
    assert_eq!(named("/portal/columns/"), column_ids(&server).len());
    // For people: every column by name, those with something in them as links, and every service.
    let page = reader.get("/portal/site-map");
    let columns = page.links("/portal/columns/");
    assert_eq!(columns.len(), column_ids(&server).len());
    for column in &server.app().portal.columns {
        assert!(page.text().contains(&column.name), "{}", column.name);
    }
    for link in page.links("/portal") {
        let path = link.split('#').next().unwrap();
        assert!(matches!(reader.get(path).status, 200 | 303), "{path}");
    }
    // What is over is not in the map.
    let over = Draft {
        until_on: Some("2024-03-05".parse().unwrap()),
        ..draft("短期公示", "三月五日止。")
    };
    let path = publish(&server, &over);
    assert!(mapped(&mut reader).contains(&format!("{ADDRESS}{path}")));
    server.clock.set("2024-03-06T01:00:00Z".parse().unwrap());
    assert!(!mapped(&mut reader).contains(&format!("{ADDRESS}{path}")));
}
