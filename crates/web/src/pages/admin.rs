//! Administration: people and units, roles, the audit trail, hand-overs, personal data. Each page
//! belongs to one kind of person; the three administrators see nothing of one another's.

mod audit;
mod confirm;
mod identity;
mod people;
pub mod personal;
mod roles;
mod units;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{
    access::{
        self, Guard,
        Who::{AuditAdmin, Confirmers, SecurityAdmin, Staff, SystemAdmin, Workers},
    },
    context::Web,
};

/// People of the organ.
pub const PEOPLE: &str = "/admin/people";
/// Units of the organ.
pub const UNITS: &str = "/admin/units";
/// Roles.
pub const ROLES: &str = "/admin/roles";
/// The organ's identity provider.
pub const IDENTITY: &str = "/admin/identity";
/// The audit trail.
pub const AUDIT: &str = "/admin/audit";
/// What waits for a second administrator.
pub const CONFIRM: &str = "/admin/confirm";
/// Hand-overs.
pub const HAND_OVER: &str = "/hand-over";
/// Personal data.
pub const PERSONAL: &str = "/personal-data";

/// The part of the table of routes.
#[rustfmt::skip]
pub const GUARDS: &[Guard] = &[
    access::get("/admin/people", SystemAdmin, "accounts"),
    access::post("/admin/people", SystemAdmin, "making an account"),
    access::post("/admin/people/import", SystemAdmin, "accounts from a sheet"),
    access::get("/admin/people/{account}", SystemAdmin, "an account"),
    access::post("/admin/people/{account}", SystemAdmin, "changing an account"),
    access::get("/admin/units", SystemAdmin, "units, sections, organs"),
    access::post("/admin/units", SystemAdmin, "making a unit"),
    access::post("/admin/units/import", SystemAdmin, "units from a sheet"),
    access::post("/admin/units/{unit}", SystemAdmin, "changing a unit"),
    access::post("/admin/sections", SystemAdmin, "naming a section"),
    access::post("/admin/organs", SystemAdmin, "adding an organ below, renaming the own one"),
    access::post("/admin/districts", SystemAdmin, "adding a district"),
    access::get("/admin/roles", SecurityAdmin, "who holds which role"),
    access::post("/admin/roles", SecurityAdmin, "granting, taking back, reviewing"),
    access::post("/admin/second-factor", SecurityAdmin, "of whom a second factor is asked"),
    access::get("/admin/identity", SecurityAdmin, "the organ's identity provider"),
    access::post("/admin/identity", SecurityAdmin, "setting the organ's identity provider up"),
    access::post("/admin/identity/unlink/{account}", SecurityAdmin, "taking the link of an account away"),
    access::get("/admin/audit", AuditAdmin, "the audit trail"),
    access::get("/admin/confirm", Confirmers, "what is asked for administrators' accounts"),
    access::post("/admin/confirm", Confirmers, "confirming it"),
    access::get("/hand-over", Staff, "giving work to somebody else"),
    access::post("/hand-over", Staff, "giving work to somebody else"),
    access::get("/personal-data", Staff, "requests of persons"),
    access::post("/personal-data/held.xlsx", Staff, "what is held about a person"),
    access::post("/personal-data/erase", Staff, "erasing personal data"),
    access::get("/entries/{entry}/personal", Workers, "the form for seeing personal data whole"),
    access::post("/entries/{entry}/personal", Workers, "seeing personal data whole, with a reason"),
];

/// The routes.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/people", get(people::index).post(people::add))
        .route("/admin/people/import", post(people::import))
        .route(
            "/admin/people/{account}",
            get(people::show).post(people::change),
        )
        .route("/admin/units", get(units::index).post(units::add_unit))
        .route("/admin/units/import", post(units::import_units))
        .route("/admin/units/{unit}", post(units::change_unit))
        .route("/admin/sections", post(units::name_section))
        .route("/admin/organs", post(units::add_organ))
        .route("/admin/districts", post(units::add_district))
        .route("/admin/roles", get(roles::index).post(roles::change))
        .route("/admin/second-factor", post(roles::ask_second_factor))
        .route("/admin/identity", get(identity::index).post(identity::set))
        .route("/admin/identity/unlink/{account}", post(identity::unlink))
        .route("/admin/audit", get(audit::index))
        .route("/admin/confirm", get(confirm::index).post(confirm::answer))
        .route(
            "/hand-over",
            get(personal::hand_over_form).post(personal::hand_over),
        )
        .route("/personal-data", get(personal::index))
        .route("/personal-data/held.xlsx", post(personal::held_sheet))
        .route("/personal-data/erase", post(personal::erase))
        .route(
            "/entries/{entry}/personal",
            get(personal::unmask_form).post(personal::unmask),
        )
}
