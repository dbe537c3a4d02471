//! `yifa workdays`: over the National Day of 2022, 1 to 7 October off, the 8th and 9th worked.

use crate::cli::program::yifa;

#[test]
fn days_are_added_and_counted_over_a_festival() {
    let run = yifa(&["workdays", "add", "2022-09-30", "1"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with("2022-10-08 "), "{run:?}");
    let run = yifa(&["workdays", "between", "2022年9月30日", "2022-10-10"]);
    assert_eq!((run.code, run.out.trim()), (0, "3"), "{run:?}");
    let run = yifa(&["workdays", "list", "2022"]);
    assert_eq!(run.code, 0);
    let day = |date: &str| run.out.lines().find(|line| line.starts_with(date));
    assert!(day("2022-10-01").unwrap().contains("放假"));
    assert!(day("2022-10-08").unwrap().contains("上班"));
}

#[test]
fn a_year_without_a_notice_is_marked() {
    let run = yifa(&["workdays", "add", "2040-01-01", "5"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("暂定"), "{run:?}");
    yifa(&["workdays", "list", "2040"]).fails_with("--calendar");
}

#[test]
fn what_is_no_date_is_said() {
    yifa(&["workdays", "add", "2022-02-30", "1"]).fails_with("2022-02-30");
    yifa(&["workdays", "list", "2022", "--calendar", "/no/such"]).fails_with("/no/such");
    assert_eq!(yifa(&["workdays", "add", "2022-02-01", "many"]).code, 2);
}
