//! The foot of every page of the portal: who runs it, under which numbers, and where else to look.

use app::{
    App, Target,
    publication::{Footer, SocialAccount},
};

use crate::server::Server;

#[test]
fn the_foot_says_who_and_under_which_numbers_and_leads_on() {
    let told = |app: App| {
        let mut settings = (*app.portal).clone();
        settings.footer = Footer {
            organiser: "测试市人民政府".to_owned(),
            undertaker: "测试市教育局".to_owned(),
            report_phone: "000-1234".to_owned(),
            icp: "测ICP备0001号".to_owned(),
            police: "测公网安备0002号".to_owned(),
            site_code: "0000000003".to_owned(),
            accounts: vec![
                SocialAccount {
                    name: "官方微博".to_owned(),
                    address: "https://weibo.example/jy".to_owned(),
                },
                SocialAccount {
                    name: "上级部门".to_owned(),
                    address: "https://www.test.gov.cn/jy".to_owned(),
                },
                SocialAccount {
                    name: "不安全".to_owned(),
                    address: "javascript:alert(1)".to_owned(),
                },
            ],
            ..Footer::default()
        };
        app.with_portal(settings)
    };
    let server = Server::furnished(&Target::scratch(), told, None);
    let mut nobody = server.nobody();
    for path in ["/portal", "/portal/columns", "/portal/about"] {
        let page = nobody.get(path).text();
        for part in [
            "主办单位：测试市人民政府",
            "承办单位：测试市教育局",
            "举报电话：000-1234",
            "ICP备案：测ICP备0001号",
            "公安备案：测公网安备0002号",
            "网站标识码：0000000003",
            "href=\"https://weibo.example/jy\"",
            "关于我们",
            "法律声明",
            "使用帮助",
            "网站地图",
        ] {
            assert!(page.contains(part), "{path}: {part}");
        }
        assert!(!page.contains("javascript:alert"), "{path}");
        // Whoever leaves for a site that is no government's is told before.
        assert_eq!(page.matches("将离开政府网站").count(), 1, "{path}");
        assert!(
            page.contains("官方微博<span class=\"hint\">（将离开"),
            "{path}"
        );
        // What nobody has filled in yet is said, for the office to see.
        assert!(page.contains("办公地址"), "{path}");
    }
}
