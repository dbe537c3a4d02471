//! Signing in through an organ's own identity provider, over real HTTP on both sides.

mod provider;

use provider::{CLIENT, Provider, Signs};
use serde_json::{Value as Json, json};

use crate::{
    browser::{Answer, Browser},
    server::{PASSWORD, Server},
};

const PAGE: &str = "/admin/identity";

/// A site, a provider, and what they know of each other.
struct House {
    server: Server,
    provider: Provider,
}

impl House {
    fn bare() -> Self {
        Self {
            server: Server::start(),
            provider: Provider::start(),
        }
    }

    fn furnished() -> Self {
        let house = Self::bare();
        let answer = house.set_up(&[]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        house
    }

    fn site(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Sets the provider up, with something about it changed.
    fn set_up(&self, changed: &[(&str, &str)]) -> Answer {
        let site = self.site();
        let mut fields = vec![
            ("name", "统一身份认证"),
            ("issuer", self.provider.issuer.as_str()),
            ("client_id", CLIENT[0]),
            ("client_secret", CLIENT[1]),
            ("claim", "preferred_username"),
            ("site", site.as_str()),
            ("authorities", ""),
            ("enabled", "yes"),
        ];
        for field in &mut fields {
            if let Some((_, value)) = changed.iter().find(|(name, _)| *name == field.0) {
                field.1 = value;
            }
        }
        self.server.signed_in("secadmin").submit(PAGE, &fields)
    }

    /// Goes to the provider, agrees there, and brings back the address to return to.
    fn asked(&self, browser: &mut Browser, subject: &str, login: &str) -> String {
        let sent = browser.get("/sign-in/by/test?next=%2Fledgers");
        assert_eq!(sent.status, 303, "{}", sent.text());
        let to = sent.header("location").unwrap();
        let now = self.server.clock.now().as_second();
        let query = self.provider.agrees(to, subject, login, now);
        format!("/sign-in/back?{query}")
    }

    /// Comes through the provider.
    fn come(&self, browser: &mut Browser, subject: &str, login: &str) -> Answer {
        let back = self.asked(browser, subject, login);
        browser.get(&back)
    }

    /// Links an account.
    fn linked(&self, subject: &str, login: &str) -> Browser {
        let mut browser = self.server.nobody();
        let page = self.come(&mut browser, subject, login);
        let answer = confirm(&mut browser, &page, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    fn trail(&self, kind: &str) -> String {
        let mut auditor = self.server.signed_in("auditor");
        auditor.get(&format!("/admin/audit?kind={kind}")).text()
    }
}

/// Answers the form that links an account.
fn confirm(browser: &mut Browser, page: &Answer, password: &str) -> Answer {
    let text = page.text();
    let hidden = |name: &str| {
        let (_, rest) = text
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no {name} in {text}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let (token, login, next) = (hidden("link"), hidden("login"), hidden("next"));
    browser.post(
        "/sign-in/link",
        &[
            ("link", token.as_str()),
            ("login", login.as_str()),
            ("next", next.as_str()),
            ("password", password),
        ],
    )
}

/// Whether somebody is signed in.
fn is_in(browser: &mut Browser) -> bool {
    browser.get("/me").status == 200
}

#[test]
fn it_is_off_until_the_security_administrator_sets_it_up() {
    let house = House::bare();
    let mut nobody = house.server.nobody();
    assert!(!nobody.get("/sign-in").text().contains("统一身份认证"));
    assert_eq!(nobody.get("/sign-in/by/test").status, 404);
    for login in ["clerk", "sysadmin", "auditor", "school"] {
        assert_eq!(
            house.server.signed_in(login).get(PAGE).status,
            403,
            "{login}"
        );
    }
    // What cannot work is not switched on; what is wrong is said on the form.
    let elsewhere = format!("{}/", house.provider.issuer);
    for (field, value, words) in [
        ("issuer", "http://id.example", "https"),
        ("issuer", elsewhere.as_str(), "自称"),
        ("issuer", "http://127.0.0.1:9", "没有答复"),
        ("site", "https://yifa.example/path", "不带路径"),
        ("client_id", "", "客户端标识"),
        ("authorities", "证书", "PEM"),
    ] {
        let answer = house.set_up(&[(field, value)]);
        assert_eq!(answer.status, 422, "{field}={value}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(!answer.text().contains(CLIENT[1]), "the secret stays");
    }
    assert!(!nobody.get("/sign-in").text().contains("统一身份认证"));
    assert_eq!(house.set_up(&[]).status, 303);
    let page = house.server.signed_in("secadmin").get(PAGE).text();
    assert!(page.contains(&house.provider.issuer) && !page.contains(CLIENT[1]));
    assert!(page.contains(&format!("{}/sign-in/back", house.site())));
    assert!(nobody.get("/sign-in").text().contains("用统一身份认证登录"));
    assert!(
        house
            .trail("configuration")
            .contains(&house.provider.issuer)
    );
    // Off again, with the secret kept.
    let answer = house.set_up(&[("enabled", "no"), ("client_secret", "")]);
    assert_eq!(answer.status, 303);
    assert_eq!(nobody.get("/sign-in/by/test").status, 404);
    assert_eq!(house.set_up(&[("client_secret", "")]).status, 303);
    assert_eq!(nobody.get("/sign-in/by/test").status, 303);
}

#[test]
fn an_account_is_linked_once_with_its_password_and_then_signs_in() {
    let house = House::furnished();
    let mut browser = house.server.nobody();
    let page = house.come(&mut browser, "person-1", "clerk");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("账号“clerk”的口令"), "{}", page.text());
    assert!(!is_in(&mut browser), "nobody is linked in silence");
    let wrong = confirm(&mut browser, &page, "not the password");
    assert_eq!(wrong.status, 422);
    assert!(!is_in(&mut browser));
    let right = confirm(&mut browser, &page, PASSWORD);
    assert_eq!(right.header("location"), Some("/ledgers"));
    assert!(is_in(&mut browser));
    let again = confirm(&mut house.server.nobody(), &page, PASSWORD);
    assert_eq!(again.status, 422, "a link is made once");
    // From now on the provider's word is enough; another account is not asked for.
    let mut other = house.server.nobody();
    let came = house.come(&mut other, "person-1", "leader");
    assert_eq!(came.header("location"), Some("/ledgers"), "{}", came.text());
    assert!(other.get("/me").text().contains("名clerk"));
    let linked = house.trail("identity");
    assert!(
        linked.contains("本人关联") && linked.contains("clerk"),
        "{linked}"
    );
    assert!(house.trail("sign-in").contains(&house.provider.issuer));
    let page = house.server.signed_in("secadmin").get(PAGE).text();
    assert!(
        page.contains("person-1") && page.contains("名clerk"),
        "{page}"
    );
    assert!(house.server.verify().is_clean(), "each line is in the log");
}

#[test]
fn whatever_is_forged_nobody_comes_in_and_the_trail_says_why() {
    let house = House::furnished();
    house.linked("person-1", "clerk");
    let now = house.server.clock.now().as_second();
    let set = |name: &'static str, value: Json| {
        move |_: &mut Json, claims: &mut Json| claims[name] = value.clone()
    };
    let refused = |what: &str, why: &str| {
        let mut browser = house.server.nobody();
        let came = house.come(&mut browser, "person-1", "clerk");
        assert_eq!(came.status, 422, "{what}: {}", came.text());
        assert!(came.text().contains("没有通过核对"), "{what}");
        assert!(
            !came.text().contains(why),
            "{what}: the reason is not the stranger's"
        );
        assert!(!is_in(&mut browser), "{what}");
        assert!(house.trail("sign-in-failed").contains(why), "{what}: {why}");
    };
    for (what, name, value, why) in [
        (
            "another nonce",
            "nonce",
            json!("x"),
            "不是这次登录请求的答复",
        ),
        (
            "another audience",
            "aud",
            json!("other"),
            "不是签发给本系统的",
        ),
        ("another party", "azp", json!("other"), "签发给另一个系统"),
        (
            "another issuer",
            "iss",
            json!("https://id.example"),
            "不是这个认证平台签发的",
        ),
        ("expired", "exp", json!(now - 61), "令牌已过期"),
        ("of tomorrow", "iat", json!(now + 86_400), "还没有生效"),
        (
            "an end that is a text",
            "exp",
            json!("never"),
            "令牌内容格式不对",
        ),
    ] {
        house.provider.twist(set(name, value));
        refused(what, why);
    }
    house.provider.twist(|_, _| ());
    for (what, signs, why) in [
        ("not signed", Signs::Not, "不在认证平台公布的密钥集里"),
        ("signed by a stranger", Signs::Foreign, "令牌签名不对"),
    ] {
        house.provider.sign(signs);
        refused(what, why);
    }
    house.provider.sign(Signs::Es256);
    house
        .provider
        .twist(|header, _| header["kid"] = json!("unknown"));
    refused("a key that is not published", "不在认证平台公布的密钥集里");
    house
        .provider
        .twist(|header, _| header["alg"] = json!("RS256"));
    refused(
        "one key in the way of another",
        "不在认证平台公布的密钥集里",
    );
    // And with nothing forged it goes.
    house.provider.twist(|_, _| ());
    let came = house.come(&mut house.server.nobody(), "person-1", "clerk");
    assert_eq!(came.status, 303, "{}", came.text());
}

#[test]
fn an_answer_counts_once_and_in_the_browser_that_asked() {
    let house = House::furnished();
    house.linked("person-1", "clerk");
    let refused = |answer: &Answer| {
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert!(answer.text().contains("请重新登录"), "{}", answer.text());
    };
    // The same answer twice.
    let mut browser = house.server.nobody();
    let back = house.asked(&mut browser, "person-1", "clerk");
    let kept = browser.cookie.clone();
    assert_eq!(browser.get(&back).status, 303);
    let mut thief = house.server.nobody();
    thief.cookie = kept;
    refused(&thief.get(&back));
    // Somebody else's answer, slipped to a victim: the victim's browser has asked nothing.
    let mut attacker = house.server.nobody();
    let back = house.asked(&mut attacker, "person-1", "clerk");
    let mut victim = house.server.nobody();
    refused(&victim.get(&back));
    assert!(!is_in(&mut victim));
    refused(&attacker.get(&back));
    // Another state, none, an error of the provider, another provider's answer.
    for change in [
        "state=x",
        "state=",
        "error=access_denied",
        "iss=https%3A%2F%2Fid.example",
    ] {
        let mut browser = house.server.nobody();
        let back = house.asked(&mut browser, "person-1", "clerk");
        let back = match change.split_once('=') {
            Some(("state", value)) => {
                let (before, _) = back.split_once("state=").unwrap();
                format!("{before}state={value}")
            }
            _ => format!("{back}&{change}"),
        };
        refused(&browser.get(&back));
        assert!(!is_in(&mut browser), "{change}");
    }
    // A code that was used, brought under a state of one's own: the provider gives it once.
    let mut first = house.server.nobody();
    let used = house.asked(&mut first, "person-1", "clerk");
    assert_eq!(first.get(&used).status, 303);
    let (code, _) = used.split_once("&state=").unwrap();
    let mut second = house.server.nobody();
    let fresh = house.asked(&mut second, "person-2", "leader");
    let (_, state) = fresh.split_once("&state=").unwrap();
    refused(&second.get(&format!("{code}&state={state}")));
    assert!(house.trail("sign-in-failed").contains("答复 400"));
    // Too late.
    let mut slow = house.server.nobody();
    let back = house.asked(&mut slow, "person-1", "clerk");
    house
        .server
        .clock
        .set(house.server.clock.now() + std::time::Duration::from_secs(601));
    refused(&slow.get(&back));
}

#[test]
fn nobody_becomes_somebody_because_a_provider_says_so() {
    let house = House::furnished();
    house.linked("person-1", "clerk");
    for (what, login) in [
        ("no such account", "nosuch"),
        ("an account of another organ", "county"),
        ("an account that is somebody else already", "clerk"),
        ("no name", ""),
    ] {
        let mut browser = house.server.nobody();
        let came = house.come(&mut browser, "person-2", login);
        assert_eq!(came.status, 422, "{what}: {}", came.text());
        assert!(came.text().contains("没有可用的账号"), "{what}");
        assert!(!is_in(&mut browser), "{what}");
    }
    let trail = house.trail("sign-in-failed");
    assert!(
        trail.contains("没有可关联的账号") && trail.contains("nosuch"),
        "{trail}"
    );
    // Guessing the password behind the form locks the account as ever.
    let mut guesser = house.server.nobody();
    let page = house.come(&mut guesser, "person-3", "leader");
    for _ in 0..5 {
        assert_eq!(confirm(&mut guesser, &page, "guess").status, 422);
    }
    assert_eq!(confirm(&mut guesser, &page, PASSWORD).status, 422);
    let mut leader = house.server.nobody();
    let locked = leader.post("/sign-in", &[("login", "leader"), ("password", PASSWORD)]);
    assert!(locked.text().contains("十五分钟"), "{}", locked.text());
    assert!(house.trail("locked").contains("leader"));
}

#[test]
fn the_second_factor_is_asked_as_ever_and_a_closed_account_stays_out() {
    let house = House::furnished();
    house.linked("person-1", "clerk");
    let app = house.server.app();
    let clerk = app.actor_by_login("clerk").unwrap().unwrap();
    let secret = "0123456789abcdef0123456789abcdef01234567";
    let now = house.server.clock.now().as_second();
    let code = crate::people::totp(secret, now);
    app.set_second_factor(&clerk, PASSWORD, secret, &code)
        .unwrap();
    let mut browser = house.server.nobody();
    let came = house.come(&mut browser, "person-1", "clerk");
    assert!(came.text().contains("第二步"), "{}", came.text());
    assert!(!is_in(&mut browser));
    // Closed: the provider may say what it likes.
    let mut admin = house.server.signed_in("sysadmin");
    let page = format!("/admin/people/{}", clerk.account);
    let closed = admin.submit(&page, &[("do", "close")]);
    assert_eq!(closed.status, 303, "{}", closed.text());
    let came = house.come(&mut house.server.nobody(), "person-1", "clerk");
    assert_eq!(came.status, 422, "{}", came.text());
    assert!(house.trail("sign-in-failed").contains("账号已停用"));
}

#[test]
fn links_are_taken_away_and_signing_out_leads_to_the_provider() {
    let house = House::furnished();
    let mut clerk = house.linked("person-1", "clerk");
    assert!(clerk.get("/me").text().contains("已关联"));
    let out = clerk.submit_from("/me", "/sign-out", &[]);
    assert_eq!(out.header("location"), Some("/sign-in?left=test"));
    assert!(!is_in(&mut clerk));
    let said = clerk.get("/sign-in?left=test").text();
    assert!(said.contains("/sign-in/left/test"), "{said}");
    let away = clerk.get("/sign-in/left/test");
    let to = away.header("location").unwrap();
    assert!(to.starts_with(&format!("{}/leave?client_id=yifa&", house.provider.issuer)));
    assert!(clerk.get("/sign-in?left=%22%3E%3Cscript").status == 200);
    // By oneself, with the password; then the provider's word is no longer enough.
    let mut clerk = house.server.signed_in("clerk");
    let wrong = clerk.submit_from("/me", "/me/identity/remove", &[("password", "wrong")]);
    assert_eq!(wrong.status, 422);
    let gone = clerk.submit_from("/me", "/me/identity/remove", &[("password", PASSWORD)]);
    assert_eq!(gone.status, 303);
    let came = house.come(&mut house.server.nobody(), "person-1", "clerk");
    assert_eq!(came.status, 200, "asked for the password again");
    // By the security administrator; sessions end.
    let mut linked = house.linked("person-1", "clerk");
    let account = house.server.app().actor_by_login("clerk").unwrap().unwrap();
    let unlink = format!("{PAGE}/unlink/{}", account.account);
    let mut admin = house.server.signed_in("secadmin");
    assert_eq!(admin.submit_from(PAGE, &unlink, &[]).status, 303);
    assert!(!is_in(&mut linked));
    // Another provider has other people, whatever it calls them.
    house.linked("person-1", "clerk");
    let other = Provider::start();
    assert_eq!(house.set_up(&[("issuer", &other.issuer)]).status, 303);
    assert!(!admin.get(PAGE).text().contains("person-1"));
    assert!(house.trail("configuration").contains("解除 1 个关联"));
}

#[test]
fn a_provider_may_sign_with_rsa_take_the_secret_in_the_form_and_name_itself() {
    let house = House::bare();
    house.provider.sign(Signs::Rs256);
    house.provider.says(
        "token_endpoint_auth_methods_supported",
        json!(["client_secret_post"]),
    );
    house.provider.says(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    assert_eq!(house.set_up(&[]).status, 303);
    // It says that it names itself, so an answer without its name is not its answer.
    let mut browser = house.server.nobody();
    let unnamed = house.come(&mut browser, "person-1", "clerk");
    assert_eq!(unnamed.status, 422, "{}", unnamed.text());
    let back = house.asked(&mut browser, "person-1", "clerk");
    let issuer = form_urlencoded::byte_serialize(house.provider.issuer.as_bytes());
    let issuer: String = issuer.collect();
    let named = browser.get(&format!("{back}&iss={issuer}"));
    assert_eq!(named.status, 200, "{}", named.text());
    assert_eq!(confirm(&mut browser, &named, PASSWORD).status, 303);
    // Endpoints in the clear on another machine are not asked.
    house
        .provider
        .says("token_endpoint", json!("http://id.example/token"));
    let answer = house.set_up(&[]);
    assert!(answer.text().contains("不是 https"), "{}", answer.text());
}
