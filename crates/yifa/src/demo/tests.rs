//! The records against the catalogue that they are written for, and their own promises.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::*;

const PROFILES: [Profile; 3] = [Profile::Wuhai, Profile::Heping, Profile::Conghua];

#[test]
fn the_same_records_every_time() {
    for profile in PROFILES {
        let first: Vec<_> = DemoBureau::new(profile, 1).records().collect();
        let second: Vec<_> = DemoBureau::new(profile, 1).records().collect();
        assert!(
            first == second && first.len() > 3_000,
            "{} records",
            first.len()
        );
    }
}

#[test]
fn records_come_in_order_and_end_with_the_year() {
    for profile in PROFILES {
        let bureau = DemoBureau::new(profile, 1);
        let records: Vec<_> = bureau.records().collect();
        assert!(records.is_sorted_by_key(|record| record.recorded_on));
        for record in records {
            assert!(record.happened_on <= record.recorded_on, "{record:?}");
            assert!(record.recorded_on <= bureau.last_day(), "{record:?}");
        }
    }
}

#[test]
fn a_greater_scale_multiplies_the_work_under_other_names() {
    let one = DemoBureau::new(Profile::Wuhai, 1).records().count();
    let three = DemoBureau::new(Profile::Wuhai, 3);
    assert!(three.records().count() > one * 29 / 10);
    let numbers = |ledger: &str, field: &str| -> (usize, usize) {
        let values: Vec<_> = three
            .records()
            .filter(|record| record.ledger == ledger)
            .filter_map(|record| record.fields.get(field).cloned())
            .collect();
        (values.len(), values.iter().collect::<BTreeSet<_>>().len())
    };
    for (ledger, field) in [
        ("complaint", "number"),
        ("school", "name"),
        ("power_list", "code"),
    ] {
        let (all, different) = numbers(ledger, field);
        assert_eq!(all, different, "{ledger}.{field}");
    }
}

#[test]
fn no_published_name_stands_in_a_record() {
    for profile in PROFILES {
        let bureau = DemoBureau::new(profile, 1);
        let published: Vec<&str> = bureau
            .districts
            .iter()
            .filter(|district| district.published != district.name)
            .map(|district| district.published)
            .collect();
        for record in bureau.records() {
            let text = format!("{:?}", record.fields);
            assert!(published.iter().all(|name| !text.contains(name)), "{text}");
        }
    }
}

#[test]
fn every_section_has_somebody_who_keeps_its_ledgers() {
    for profile in PROFILES {
        let bureau = DemoBureau::new(profile, 1);
        for (section, _) in bureau.sections {
            assert!(
                bureau
                    .accounts
                    .iter()
                    .any(|account| account.section == *section),
                "{section}"
            );
        }
        let names: BTreeSet<_> = bureau
            .accounts
            .iter()
            .map(|account| &account.username)
            .collect();
        assert_eq!(names.len(), bureau.accounts.len());
    }
}

#[test]
fn schools_are_all_different_and_full() {
    for profile in PROFILES {
        let bureau = DemoBureau::new(profile, 1);
        let mut seen = BTreeMap::new();
        for school in &bureau.schools {
            assert!(
                seen.insert(school.name.clone(), ()).is_none(),
                "{}",
                school.name
            );
            assert!(school.students > 0 && school.teachers > 0, "{school:?}");
        }
    }
}

/// The files of `catalogue/`, as the program carries them.
fn catalogue_files() -> catalogue::load::Files {
    fn add(files: &mut catalogue::load::Files, root: &Path, folder: &Path) {
        for path in std::fs::read_dir(folder)
            .expect("a folder")
            .map(|e| e.expect("a file").path())
        {
            if path.is_dir() {
                add(files, root, &path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let name = path
                    .strip_prefix(root)
                    .expect("below the root")
                    .to_string_lossy();
                files.add(
                    name.replace('\\', "/"),
                    std::fs::read_to_string(&path).expect("text"),
                );
            }
        }
    }
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue"));
    let mut files = catalogue::load::Files::new("catalogue/");
    add(&mut files, root, root);
    files
}

#[test]
fn every_record_fits_its_ledger_and_no_key_repeats() {
    let (catalogue, findings) = catalogue::load::load(&catalogue_files(), None);
    assert!(findings.is_empty(), "{findings:?}");
    for profile in PROFILES {
        let bureau = DemoBureau::new(profile, 1);
        let districts: Vec<String> = bureau.districts.iter().map(|d| d.name.to_owned()).collect();
        let context = catalogue::field::FieldContext {
            districts: &districts,
        };
        let mut keys = BTreeSet::new();
        for record in bureau.records() {
            let ledger = catalogue.ledger(record.ledger).expect(record.ledger);
            assert_eq!(
                ledger.validate(&record.fields, &context),
                Ok(()),
                "{record:?}"
            );
            for field in &ledger.fields {
                let doubt = record
                    .fields
                    .get(field.id.as_str())
                    .and_then(|v| field.kind.doubt(v));
                assert_eq!(doubt, None, "{record:?}");
            }
            let own = ledger
                .date
                .as_ref()
                .and_then(|date| record.fields.get(date.as_str()));
            assert_eq!(
                own,
                Some(&record.happened_on.to_string().into()),
                "{record:?}"
            );
            let key: Vec<_> = ledger
                .key
                .iter()
                .map(|id| record.fields.get(id.as_str()).cloned())
                .collect();
            assert!(
                key.is_empty() || keys.insert((record.ledger, key)),
                "{record:?}"
            );
        }
    }
}
