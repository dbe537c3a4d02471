//! The design system of workbench and portal: paper, ink, seal.
//!
//! Pure functions `fn component(view: &View) -> Markup` over plain view structs. It knows nothing
//! of the application, of HTTP or of data: a page turns what `app` answers into views, and calls
//! components. Looks are in `assets/yifa.css` (one block of tokens), enhancements in `assets/js`
//! (everything works without them). [`gallery`] shows every component in every state:
//! `cargo run -p web --example gallery` writes it to a folder.
//!
//! # Which component
//!
//! | need | use |
//! |---|---|
//! | a page of staff, sign-in, print, portal, hall | [`shell`]: `workbench`, `sign_in`, `paper_page`, `portal`, `wall` |
//! | title, count, actions of a page | [`head::page_head`] |
//! | a part of a page with heading | [`head::panel`], two columns [`head::columns`] |
//! | a button, several; acts that may be refused | [`button::button`], [`button::buttons`], [`button::action_list`] |
//! | stage, due, done | [`badge::badge`], [`badge::badges`] |
//! | a time limit as a sentence, a date with weekday | [`clock::clock_line`], [`clock::date`] |
//! | where am I | [`breadcrumbs::breadcrumbs`] |
//! | a list of entries | [`filter::filter_bar`], [`table::table`], [`pagination::pager`] |
//! | nothing there | [`empty::empty`] (also through `Table::empty`) |
//! | a form, a single field, errors on top | [`form::form`], [`field::field`], [`form::error_summary`] |
//! | something must be said | [`notice::notice`], [`notice::refusal`], [`notice::fault`], after an act [`notice::flash`] |
//! | names and values | [`facts::facts`] |
//! | history of an entry, changed fields | [`timeline::timeline`], [`timeline::changes`] |
//! | stage flow, the chart of a procedure | [`stages::stages`], [`flow::flow`] |
//! | what is due, first page of staff | [`board::board`] |
//! | numbers in cards | [`stat::stats`] |
//! | charts | [`chart`]: `bar`, `column`, `line`, `share`, `spark` |
//! | views of the same thing | [`tabs::tabs`] |
//! | what a sheet will do | [`import::import_preview`] |
//! | long work | [`progress::progress`], [`progress::progress_done`] |
//! | report text with figures | [`paper::paper`], [`paper::run`] |
//! | report desk: outline, paper, side; figures to insert | [`desk::desk`], [`desk::picker`], text in [`field::Control::Narrative`] |
//! | where a number comes from | [`receipt::receipt`], [`receipt::formula`] |
//! | proof that an event is in the log, a hash | [`proof::proof_panel`], [`proof::hash`] |
//! | keys | [`help::key_help`] (the workbench has it) |
//!
//! # Rules
//!
//! Text is escaped by construction; raw markup lives in [`raw`] only. No inline script, no inline
//! style (the content security policy forbids both): widths in charts are SVG attributes. Ids come
//! in views and are unique on a page. Addresses come from route types, never from people's text.
//! The words that components say themselves are in [`words`]. Every class has a rule in the
//! stylesheet (a test looks); in `html!` write `class={ "a " (b) }`, since `.a class=(b)` makes two
//! attributes of which browsers drop the second (a test looks for that too).
//!
//! # A page
//!
//! ```text
//! shell::workbench(&Workbench {
//!     title, organ, user, nav, current: Some(Area::Ledgers), flash, …,
//!     main: html! {
//!         (page_head(&head))
//!         (filter_bar(&filters))
//!         (table(&rows))
//!         (pager(&pages))
//!     },
//! })
//! ```
//! [`gallery`] has whole pages to copy from: ledger, entry, today, figure, desk, sign-in.

pub mod assets;
pub mod badge;
pub mod board;
pub mod breadcrumbs;
pub mod button;
pub mod chart;
pub mod clock;
pub mod desk;
pub mod empty;
pub mod facts;
pub mod field;
pub mod filter;
pub mod flow;
pub mod form;
pub mod gallery;
pub mod head;
pub mod help;
pub mod icons;
pub mod import;
pub mod notice;
pub mod pagination;
pub mod paper;
pub mod progress;
pub mod proof;
pub mod raw;
pub mod receipt;
pub mod sample;
pub mod shell;
pub mod stages;
pub mod stat;
pub mod table;
pub mod tabs;
pub mod timeline;
pub mod tokens;
pub mod words;
