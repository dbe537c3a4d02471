//! A year's work goes in, a traceable report comes out: walked in a real browser, by clicks and
//! keys, as a clerk, the legal officer and a leader would.
//!
//! Needs chromium and chromedriver. Where they are missing the test says so loudly and passes,
//! unless `YIFA_REQUIRE_BROWSER=1`, which `.ci/run` sets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed step is a failed test"
)]

mod accessibility;
mod citizen;
mod clerk;
mod draws;
mod driver;
mod field;
mod keys;
mod leader;
mod legal;
mod manual;
mod portal;
mod site;

use driver::Driver;
use site::Site;

#[test]
fn a_years_work_goes_in_and_a_traceable_report_comes_out() {
    let Some(mut driver) = Driver::start() else {
        return;
    };
    let site = Site::start();
    let browser = &mut driver;

    portal::is_accessible_in_both_modes(browser, &site);
    portal::is_read_aloud_in_the_large_edition(browser, &site);
    portal::sits_an_exam_and_takes_the_certificate_home(browser, &site);

    clerk::finds_an_entry(browser, &site);
    clerk::adds_one_by_hand(browser, &site);
    clerk::imports_a_sheet(browser, &site);
    site.sign_out(browser);

    let desk = legal::drafts_and_freezes(browser, &site);
    site.sign_out(browser);

    leader::goes_from_a_number_to_its_proof(browser, &site, &desk);
    site.sign_out(browser);

    let corrected = clerk::corrects_an_entry(browser, &site);
    site.sign_out(browser);
    leader::sees_what_changed(browser, &site, &desk, &corrected);
    site.sign_out(browser);

    accessibility::main_pages_are_accessible_and_fit_a_phone(browser, &site, &desk);
    keys::finishes_a_sign_in(browser, &site);
    let broken = browser.complaints();
    assert!(
        broken.is_empty(),
        "the browser complained:\n{}",
        broken.join("\n")
    );
}

#[test]
fn citizens_use_keys_alone_and_staff_have_the_same_care() {
    let Some(browser) = Driver::start() else {
        return;
    };
    let site = Site::start();
    citizen::finds_an_article_by_keys(&browser, &site);
    citizen::complains_and_looks_after_it_by_keys(&browser, &site);
    citizen::answers_a_questionnaire_by_keys(&browser, &site);
    portal::prints_the_text_alone(&browser, &site);
    portal::what_staff_do_for_it_is_accessible(&browser, &site);
    let broken = browser.complaints();
    assert!(
        broken.is_empty(),
        "the browser complained:\n{}",
        broken.join("\n")
    );
}

#[test]
fn the_manual_shows_the_pages_as_they_are() {
    let Some(browser) = Driver::start() else {
        return;
    };
    let site = Site::start();
    manual::pages_are_as_the_manual_shows_them(&browser, &site);
    manual::every_picture_of_the_manual_is_taken_here();
    let broken = browser.complaints();
    assert!(
        broken.is_empty(),
        "the browser complained:\n{}",
        broken.join("\n")
    );
}

#[test]
fn a_draw_is_verified_by_a_citizen_and_inspected_without_a_network() {
    let Some(browser) = Driver::start() else {
        return;
    };
    let mut site = Site::start();
    draws::anybody_verifies_in_the_browser(&browser, &site);
    draws::one_page_verifies_from_a_folder_and_names_what_was_changed(&browser, &site);
    draws::the_hall_follows_step_by_step(&browser, &site);
    draws::the_office_plans_and_freezes(&browser, &site);
    field::works_with_the_plug_pulled(&browser, &mut site);
    field::two_devices_open_one_entry(&browser, &site);
    field::a_wrong_clock_is_noted_and_put_right(&site);
    field::a_full_telephone_loses_nothing(&browser, &site);
    let broken = browser.complaints();
    assert!(
        broken.is_empty(),
        "the browser complained:\n{}",
        broken.join("\n")
    );
}
