//! A small browser: keeps the session cookie and the form token, follows nothing by itself.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// A client of the site.
pub struct Browser {
    address: SocketAddr,
    /// The session cookie, as it would be sent.
    pub cookie: Option<String>,
}

/// An answer.
pub struct Answer {
    /// Status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// Content.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All headers but some.
    pub fn headers_but(&self, left_out: &[&str]) -> Vec<(String, String)> {
        let kept = |(name, _): &&(String, String)| !left_out.contains(&name.as_str());
        self.headers.iter().filter(kept).cloned().collect()
    }

    /// The page that it leads to, without its query.
    pub fn led_to(&self) -> String {
        let to = self.header("location").unwrap();
        to.split('?').next().unwrap_or_default().to_owned()
    }

    /// The content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The form token of the page.
    pub fn token(&self) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once("name=\"token\" value=\"")?;
        Some(rest.split('"').next()?.to_owned())
    }

    /// The addresses of the page's links that begin with a path, once each.
    pub fn links(&self, prefix: &str) -> Vec<String> {
        let text = self.text();
        let mut found: Vec<String> = text
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|href| href.starts_with(prefix))
            .map(|href| href.replace("&amp;", "&"))
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

impl Browser {
    /// Somebody without a session.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookie: None,
        }
    }

    /// Keeps a cookie; one of the same name is replaced.
    fn keep(&mut self, cookie: &str) {
        let name = |cookie: &str| cookie.split('=').next().unwrap_or_default().to_owned();
        let kept = self.cookie.take().unwrap_or_default();
        let mut cookies: Vec<&str> = kept.split("; ").filter(|c| !c.is_empty()).collect();
        cookies.retain(|other| name(other) != name(cookie));
        cookies.push(cookie);
        self.cookie = Some(cookies.join("; "));
    }

    /// Asks for a page.
    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], &[])
    }

    /// Posts a form as it is, without a token.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let body = body.finish();
        let kind = "application/x-www-form-urlencoded".to_owned();
        self.send("POST", path, &[("content-type", kind)], body.as_bytes())
    }

    /// Opens a page with a form and posts it with its token.
    pub fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(path).token().unwrap_or_default();
        let mut fields = fields.to_vec();
        fields.push(("token", &token));
        self.post(path, &fields)
    }

    /// Posts a form to a path with the token of another page.
    pub fn submit_from(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(page).token().unwrap_or_default();
        let mut fields = fields.to_vec();
        fields.push(("token", &token));
        self.post(path, &fields)
    }

    /// Uploads a file with the token of the page.
    pub fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        self.upload_from(path, path, name, bytes)
    }

    /// Uploads a file to an address that another page has the form for.
    pub fn upload_from(&mut self, page: &str, path: &str, name: &str, bytes: &[u8]) -> Answer {
        let token = self.get(page).token().unwrap_or_default();
        let mut body = Vec::new();
        write!(
            body,
            "--b0\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--b0\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .unwrap();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b0--\r\n");
        let kind = "multipart/form-data; boundary=b0".to_owned();
        self.send("POST", path, &[("content-type", kind)], &body)
    }

    /// Sends a request and reads the whole answer (HTTP/1.0: the end is the end of the stream).
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let mut head = format!(
            "{method} {path} HTTP/1.0\r\nhost: {}\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        if let Some(cookie) = &self.cookie {
            head.push_str(&format!("cookie: {cookie}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // A refused upload may close the stream before everything is sent; the answer counts.
        let _ = stream.write_all(body);
        let mut raw = Vec::new();
        let _ = stream.read_to_end(&mut raw);
        let answer = parse(&raw);
        let set = answer.headers.iter().filter(|(n, _)| n == "set-cookie");
        for (_, cookie) in set {
            self.keep(cookie.split(';').next().unwrap_or_default());
        }
        answer
    }
}

fn parse(raw: &[u8]) -> Answer {
    let end = raw
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("an answer with headers");
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).unwrap();
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    });
    Answer {
        status: status.parse().unwrap(),
        headers: headers.collect(),
        body: raw[end + 4..].to_vec(),
    }
}
