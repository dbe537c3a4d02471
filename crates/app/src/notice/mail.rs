//! Mail by SMTP, through a library. Off unless it is set up.

use std::time::Duration;

use lettre::{
    Message, SmtpTransport, Transport,
    message::{Mailbox, header::ContentType},
    transport::smtp::authentication::Credentials,
};

/// How long the relay may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A relay that takes mail.
#[derive(Clone)]
pub struct Mail {
    from: Mailbox,
    transport: SmtpTransport,
}

/// Why mail is not set up, or did not go out.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No mail address.
    #[error("邮箱地址不对：{0}")]
    Address(String),
    /// The relay.
    #[error("邮件服务器：{0}")]
    Relay(String),
}

/// Reads a mail address.
pub(super) fn mailbox(address: &str) -> Result<Mailbox, MailError> {
    address
        .parse()
        .map_err(|_| MailError::Address(address.to_owned()))
}

impl Mail {
    /// Sets mail up. `relay` is `smtp://host:port` (plain, within the house) or
    /// `smtps://host:port` (STARTTLS).
    ///
    /// # Errors
    /// When the address or the relay cannot be understood.
    pub fn new(
        relay: &str,
        from: &str,
        sign_in: Option<(String, String)>,
    ) -> Result<Self, MailError> {
        let malformed = || MailError::Relay(format!("{relay} 应写成 smtp://主机:端口"));
        let (scheme, place) = relay.split_once("://").ok_or_else(malformed)?;
        let (host, port) = place.rsplit_once(':').ok_or_else(malformed)?;
        let port: u16 = port.parse().map_err(|_| malformed())?;
        let builder = match scheme {
            "smtp" => SmtpTransport::builder_dangerous(host),
            "smtps" => {
                SmtpTransport::starttls_relay(host).map_err(|e| MailError::Relay(e.to_string()))?
            }
            _ => return Err(malformed()),
        };
        let builder = builder.port(port).timeout(Some(PATIENCE));
        let builder = match sign_in {
            Some((user, password)) => builder.credentials(Credentials::new(user, password)),
            None => builder,
        };
        Ok(Self {
            from: mailbox(from)?,
            transport: builder.build(),
        })
    }

    /// Sends a text.
    ///
    /// # Errors
    /// When the relay does not take it.
    pub fn send(&self, to: &str, subject: &str, text: String) -> Result<(), MailError> {
        let relay = |e: String| MailError::Relay(e);
        let message = Message::builder()
            .from(self.from.clone())
            .to(mailbox(to)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|e| relay(e.to_string()))?;
        self.transport
            .send(&message)
            .map(drop)
            .map_err(|e| relay(e.to_string()))
    }
}
