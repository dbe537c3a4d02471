#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use catalogue::{Files, load};

use super::*;

/// Two ledgers: one that schools write and the organ above reads, one that is the office's own.
fn ledgers() -> (Arc<Ledger>, Arc<Ledger>) {
    let lists = |name: &str| {
        let path = format!("{}/../../catalogue/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let ledger = |id: &str, more: &str| {
        format!(
            "id = \"{id}\"\nname = \"试\"\nsection = \"safety\"\neffective = 2021-01-01\n{more}\n\
             [[field]]\nid = \"school\"\nname = \"学校\"\ntype = \"unit\"\nrequired = true\n\
             [[figure]]\nid = \"{id}s\"\nname = \"试\"\nunit = \"件\"\ncount = \"entries\"\n"
        )
    };
    let mut files = Files::new("catalogue/");
    for name in [
        "modules.toml",
        "sections.toml",
        "roles.toml",
        "statutes.toml",
    ] {
        files.add(name.to_owned(), lists(name));
    }
    let open = ledger("drill", "units = \"write\"\nabove = \"entries\"");
    files.add("school_safety/drill.toml".to_owned(), open);
    files.add("school_safety/inner.toml".to_owned(), ledger("inner", ""));
    let (catalogue, found) = load(&files, None);
    let get = |id| Arc::clone(catalogue.ledger(id).unwrap_or_else(|| panic!("{found:?}")));
    (get("drill"), get("inner"))
}

fn person(section: &str, roles: &[&str]) -> Actor {
    Actor {
        account: "a".to_owned(),
        organ: "county".to_owned(),
        section: section.to_owned(),
        roles: roles.iter().map(|r| (*r).to_owned()).collect(),
        ..Actor::system("county")
    }
}

#[test]
fn one_section_of_a_small_office_does_the_work_of_two() {
    let (drill, _) = ledgers();
    let both = Actor {
        also: vec!["safety".to_owned()],
        ..person("basic", &["clerk"])
    };
    assert!(authorise(&both, Action::Write, Resource::Ledger(&drill)).is_ok());
    let one = person("basic", &["clerk"]);
    assert!(authorise(&one, Action::Write, Resource::Ledger(&drill)).is_err());
    let idle = Actor {
        roles: Vec::new(),
        ..both
    };
    assert!(authorise(&idle, Action::Write, Resource::Ledger(&drill)).is_err());
}

fn school(name: &str) -> Actor {
    let unit = OwnUnit {
        id: name.to_owned(),
        names: vec![name.to_owned()],
    };
    Actor {
        unit: Some(Arc::new(unit)),
        ..person("", &["school"])
    }
}

fn city_leader() -> Actor {
    Actor {
        organ: "city".to_owned(),
        below: Arc::new(vec!["county".to_owned()]),
        ..person("", &["leader"])
    }
}

fn about<'a>(ledger: &'a Ledger, unit: &'a str) -> Resource<'a> {
    Resource::Entry {
        ledger,
        organ: "county",
        unit: Some(unit),
    }
}

#[test]
fn every_action_has_one_rule_and_every_rule_says_who() {
    // One of each; the compiler names the variants that are missing here.
    for rule in RULES {
        let same = RULES.iter().filter(|r| r.action == rule.action).count();
        assert_eq!(same, 1, "{:?}", rule.action);
        assert!(!rule.who.is_empty() && !rule.word.is_empty() && !rule.who_may.is_empty());
    }
    let last = Action::KeepPersonalData as usize;
    assert_eq!(
        RULES.len(),
        last + 1,
        "an action has no rule: nobody may do it"
    );
}

#[test]
fn a_school_reaches_its_own_entries_of_open_ledgers_and_nothing_else() {
    let (drill, inner) = ledgers();
    let one = school("一中");
    for action in [Action::Read, Action::Write, Action::Correct, Action::Export] {
        let scope = authorise(&one, action, Resource::Ledger(&drill)).unwrap();
        assert_eq!(
            scope.rows.units,
            Some(vec!["一中".to_owned()]),
            "{action:?}"
        );
        assert!(authorise(&one, action, about(&drill, "一中")).is_ok());
        assert!(authorise(&one, action, about(&drill, "二中")).is_err());
        assert!(authorise(&one, action, Resource::Ledger(&inner)).is_err());
        assert!(authorise(&one, action, about(&inner, "一中")).is_err());
    }
    for (action, resource) in [
        (Action::ReadFigures, Resource::Figures),
        (Action::ReadFigures, Resource::Reports),
        (Action::Collect, Resource::Organ),
        (Action::ManagePeople, Resource::Organ),
    ] {
        assert!(authorise(&one, action, resource).is_err(), "{action:?}");
    }
    assert!(authorise(&one, Action::HandIn, Resource::Organ).is_ok());
}

#[test]
fn a_former_name_of_a_school_is_its_own() {
    let (drill, _) = ledgers();
    let mut one = school("新校");
    let names = vec!["新校".to_owned(), "旧校".to_owned()];
    one.unit = Some(Arc::new(OwnUnit {
        id: "u".to_owned(),
        names,
    }));
    assert!(authorise(&one, Action::Read, about(&drill, "旧校")).is_ok());
}

#[test]
fn the_organ_above_reads_what_the_definition_opens_and_changes_nothing() {
    let (drill, inner) = ledgers();
    let leader = city_leader();
    let scope = authorise(&leader, Action::Read, about(&drill, "一中")).unwrap();
    assert_eq!(scope.rows.organ_ids, ["county"]);
    assert!(!scope.personal, "not the names of persons");
    assert!(authorise(&leader, Action::Read, about(&inner, "一中")).is_err());
    for action in [
        Action::Write,
        Action::Correct,
        Action::Export,
        Action::Unmask,
    ] {
        assert!(authorise(&leader, action, about(&drill, "一中")).is_err());
    }
    let mut other = leader.clone();
    other.below = Arc::default();
    assert!(authorise(&other, Action::Read, about(&drill, "一中")).is_err());
    let clerk = Actor {
        below: leader.below.clone(),
        organ: "city".to_owned(),
        ..person("safety", &["clerk"])
    };
    assert!(authorise(&clerk, Action::Read, about(&drill, "一中")).is_err());
}

#[test]
fn the_three_administrators_do_their_own_work_only() {
    let (drill, _) = ledgers();
    let own = [
        ("system_admin", Action::ManagePeople),
        ("security_admin", Action::GrantRoles),
        ("audit_admin", Action::ReadAudit),
    ];
    for (role, work) in own {
        let admin = person("safety", &[role]);
        for (_, action) in own {
            let may = authorise(&admin, action, Resource::Organ).is_ok();
            assert_eq!(may, action == work, "{role} {action:?}");
        }
        assert!(authorise(&admin, Action::Read, Resource::Ledger(&drill)).is_err());
        assert!(authorise(&admin, Action::ReadFigures, Resource::Figures).is_err());
    }
    // A second role, by whatever mistake, makes an administrator nothing at all.
    for second in ["audit_admin", "clerk", "leader"] {
        let both = person("safety", &["security_admin", second]);
        assert!(authorise(&both, Action::GrantRoles, Resource::Organ).is_err());
        assert!(authorise(&both, Action::ReadAudit, Resource::Organ).is_err());
        assert!(authorise(&both, Action::Read, Resource::Ledger(&drill)).is_err());
    }
    assert!(authorise(&Actor::system("county"), Action::ReadAudit, Resource::Organ).is_err());
}

#[test]
fn a_unit_account_with_office_roles_is_still_a_unit() {
    let (_, inner) = ledgers();
    let mut odd = school("一中");
    odd.roles = ["school", "clerk", "leader", "legal_section", "system_admin"]
        .map(str::to_owned)
        .to_vec();
    odd.section = "safety".to_owned();
    assert!(authorise(&odd, Action::Read, Resource::Ledger(&inner)).is_err());
    assert!(authorise(&odd, Action::ReadFigures, Resource::Figures).is_err());
    assert!(authorise(&odd, Action::ManagePeople, Resource::Organ).is_err());
}

#[test]
fn sections_keep_their_own_ledgers() {
    let (drill, _) = ledgers();
    let resource = Resource::Ledger(&drill);
    assert!(authorise(&person("safety", &["clerk"]), Action::Write, resource).is_ok());
    assert!(authorise(&person("office", &["clerk"]), Action::Read, resource).is_err());
    let legal = person("legal", &["clerk", "legal_section"]);
    assert!(authorise(&legal, Action::Read, resource).is_ok());
    assert!(authorise(&legal, Action::Write, resource).is_err());
    let refused = authorise(&person("", &[]), Action::Read, resource).unwrap_err();
    assert!(refused.to_string().contains("“查看”"), "{refused}");
}

/// Twelve kinds of people and one above, by the names of the tests of the routes. The resources are
/// of the county; its sibling's are of `town`.
fn everybody() -> Vec<(&'static str, Actor)> {
    let of = |organ: &str, actor: Actor| Actor {
        organ: organ.to_owned(),
        ..actor
    };
    vec![
        ("nobody", Actor::public("county")),
        ("school", school("一中")),
        ("other", school("二中")),
        ("stranger", person("office", &["clerk"])),
        ("clerk", person("safety", &["clerk"])),
        ("head", person("safety", &["clerk", "section_head"])),
        ("officer", person("safety", &["officer"])),
        ("legal", person("legal", &["clerk", "legal_section"])),
        ("leader", person("", &["leader"])),
        (
            "sibling",
            of(
                "town",
                person("safety", &["clerk", "legal_section", "leader"]),
            ),
        ),
        ("above", city_leader()),
        (
            "above-clerk",
            Actor {
                below: Arc::new(vec!["county".to_owned()]),
                ..of("city", person("safety", &["clerk"]))
            },
        ),
        ("sysadmin", person("", &["system_admin"])),
        ("secadmin", person("", &["security_admin"])),
        ("auditor", person("", &["audit_admin"])),
    ]
}

/// Every action × everybody × everything, as the table that somebody has looked at.
#[test]
fn who_may_do_what_is_as_it_was_looked_at() {
    let (drill, inner) = ledgers();
    let entry = |ledger, unit| Resource::Entry {
        ledger,
        organ: "county",
        unit,
    };
    let things = [
        ("ledger", Resource::Ledger(&drill)),
        ("inner-ledger", Resource::Ledger(&inner)),
        ("of-one", entry(&drill, Some("一中"))),
        ("of-two", entry(&drill, Some("二中"))),
        ("of-none", entry(&drill, None)),
        ("inner-of-one", entry(&inner, Some("一中"))),
        ("figures", Resource::Figures),
        ("reports", Resource::Reports),
        ("log", Resource::Log),
        ("portal", Resource::Portal),
        ("organ", Resource::Organ),
    ];
    let mut table = String::new();
    for rule in RULES {
        table.push_str(&format!("{:?}\n", rule.action));
        for (name, actor) in everybody() {
            let may = |thing: &&(&'static str, Resource<'_>)| {
                authorise(&actor, rule.action, thing.1).is_ok()
            };
            let may: Vec<&str> = things.iter().filter(may).map(|thing| thing.0).collect();
            if !may.is_empty() {
                table.push_str(&format!("  {name}: {}\n", may.join(" ")));
            }
        }
    }
    let known = include_str!("table.txt");
    assert_eq!(
        table, known,
        "look at what is new, then write it down:\n{table}"
    );
}

/// Where somebody gets in, the filter holds what he may see and nothing more.
#[test]
fn the_filter_names_the_organ_and_the_units() {
    let (drill, _) = ledgers();
    for (name, actor) in everybody() {
        for rule in RULES {
            let Ok(scope) = authorise(&actor, rule.action, Resource::Ledger(&drill)) else {
                continue;
            };
            assert_eq!(
                scope.rows.organ_ids,
                std::slice::from_ref(&actor.organ),
                "{name}"
            );
            let units = actor.unit.as_ref().map(|unit| unit.names.clone());
            assert_eq!(scope.rows.units, units, "{name} {:?}", rule.action);
        }
    }
}
