//! The two engines behind one small interface.
//!
//! The nouns hand over SQL text that both engines read and get [`crate::sql::Row`]s back; what
//! differs between the engines is here and in the few statements chosen by [`Sql`].

pub(crate) mod postgres;
pub(crate) mod sqlite;
mod tls;

/// One connection of either engine.
pub(crate) enum Engine {
    /// A file or a memory of our own process.
    Sqlite(sqlite::Sqlite),
    /// A server.
    Postgres(Box<postgres::Postgres>),
}

/// A statement that the engines write differently, side by side.
pub(crate) struct Sql {
    /// For SQLite.
    pub(crate) sqlite: &'static str,
    /// For PostgreSQL.
    pub(crate) postgres: &'static str,
}

impl Sql {
    /// The text for an engine.
    pub(crate) fn of(&self, engine: &Engine) -> &'static str {
        match engine {
            Engine::Sqlite(_) => self.sqlite,
            Engine::Postgres(_) => self.postgres,
        }
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything, one at a time.
    Writer,
    /// Reading one moment.
    Reader,
}
