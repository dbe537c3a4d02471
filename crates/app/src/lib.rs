//! Use cases: authorise, decide, append; lists, imports, figures, reports, proofs.
//!
//! The only place that joins the kernel and the store. Everything here is synchronous: a front
//! door runs it on a thread where blocking is allowed. Reading order: [`authorise`], [`entry`],
//! `append`, [`figures`], [`report`], [`log`].

use std::sync::{Arc, Mutex, OnceLock};

use catalogue::definition::Catalogue;
use proof::note::{SigningKey, VerifierKey};
use values::calendar::Calendar;

mod append;
pub mod audit;
pub mod authorise;

pub mod batch;
pub mod clock;
pub mod collection;
pub mod deadlines;
pub mod draw;
pub mod duties;
pub mod entry;
pub mod envelope;
pub mod error;
pub mod exam;
pub mod factors;
mod facts;
pub mod figures;
pub mod handover;
pub mod identity;
mod indexing;
pub mod inquiry;
pub mod joint;
pub mod kept;
pub mod listing;
pub mod log;
pub mod notice;
pub mod organ;
pub mod participation;
pub mod password;
pub mod people;
pub mod personal_data;
pub mod publication;
pub mod register;
pub mod related;
pub mod report;
pub mod roles;
pub mod rollup;
pub mod sealing;
pub mod second_factor;
pub mod security_key;
pub mod session;
pub mod sheet;

pub use authorise::{Action, Actor, Denied, OwnUnit, Resource, Scope};
pub use catalogue;
pub use check::Severity;
pub use clock::{Chance, Clock};
pub use error::{AppError, Result};
pub use kernel;
pub use store::{
    AuditRow, Beside, CollectionRow, Files, HandInRow, Handed, HandoverError, PartRow, ReadSeek,
    Store, StoreError, Target, UnitRow,
};
pub use values;

/// The system at work: a store, the definitions, time, chance and the key of the log.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    catalogue: Arc<Catalogue>,
    /// Where the time comes from.
    pub clock: Clock,
    pub(crate) chance: Chance,
    pub(crate) signer: Arc<SigningKey>,
    pub(crate) organs: organ::Organs,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) witnesses: Arc<Vec<VerifierKey>>,
    pub(crate) waiting: Arc<Mutex<session::Waiting>>,
    pub(crate) asked: Arc<Mutex<identity::Asked>>,
    pub(crate) newest_plan: Arc<sheet::NewestPlan>,
    /// The portal's settings.
    pub portal: Arc<publication::Settings>,
    /// What citizens hand in: the same database, or one of its own.
    pub(crate) inbox: Store,
    pub(crate) site: Arc<publication::SiteCell>,
    pub(crate) participation: Arc<participation::Rounds>,
    pub(crate) secret: Arc<OnceLock<String>>,
    pub(crate) secret_key: Arc<sealing::SecretKey>,
    writer: Arc<OnceLock<batch::Batch>>,
    pub(crate) files: Files,
    pub(crate) relay: Option<Arc<str>>,
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the organs cannot be read.
    pub fn new(
        store: Store,
        catalogue: Arc<Catalogue>,
        clock: Clock,
        chance: Chance,
        signer: Arc<SigningKey>,
    ) -> Result<Self> {
        let app = Self {
            inbox: store.clone(),
            store,
            catalogue,
            clock,
            chance,
            signer,
            organs: organ::Organs::default(),
            calendar: Arc::new(Calendar::builtin()),
            witnesses: Arc::default(),
            waiting: Arc::default(),
            asked: Arc::default(),
            newest_plan: Arc::default(),
            portal: Arc::default(),
            site: Arc::default(),
            participation: Arc::default(),
            secret: Arc::default(),
            secret_key: Arc::new(sealing::SecretKey::fresh()?),
            writer: Arc::default(),
            files: Files::memory(),
            relay: None,
        };
        app.load_organs()?;
        Ok(app)
    }

    /// The same system with witnesses who cosign its log; plans of draws name them.
    #[must_use]
    pub fn witnessed_by(mut self, witnesses: Vec<VerifierKey>) -> Self {
        self.witnesses = Arc::new(witnesses);
        self
    }

    /// The same system with another calendar: its due dates are counted by it once
    /// [`App::refresh_deadlines`] has run.
    #[must_use]
    pub fn with_calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = Arc::new(calendar);
        self
    }

    /// The same system with an in-box of its own.
    #[must_use]
    pub fn with_inbox(self, inbox: Store) -> Self {
        Self { inbox, ..self }
    }

    /// The same system with the settings of its portal.
    #[must_use]
    pub fn with_portal(self, settings: publication::Settings) -> Self {
        let portal = Arc::new(settings);
        Self { portal, ..self }
    }

    /// The writer of answers, started when first needed.
    pub(crate) fn answer_writer(&self) -> Result<&batch::Batch> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        // Of two that start one at once, the second one's ends with its last sender.
        let started = batch::Batch::start(self.inbox.clone())?;
        Ok(self.writer.get_or_init(|| started))
    }

    /// The same system with its files in another place; without this they are kept in memory.
    #[must_use]
    pub fn with_files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// The definitions.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }
}

/// Opens the store of a system.
///
/// # Errors
/// When it cannot be opened; the error says in which way.
pub fn open_store(target: &Target) -> std::result::Result<Store, StoreError> {
    Store::open(target)
}

/// Opens the store of a system that another process keeps, only to read.
///
/// # Errors
/// When it cannot be opened; the error says in which way.
pub fn open_store_to_read(target: &Target) -> std::result::Result<Store, StoreError> {
    Store::open_to_read(target)
}
