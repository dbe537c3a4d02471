//! Against published roots, against a recursive definition, and against altered proofs.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::hash::leaf_hash;

/// The leaves of the Certificate Transparency reference tree (RFC 6962 implementations use them).
const REFERENCE_LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const REFERENCE_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// A store of tiles as the database is one.
#[derive(Default)]
struct Tiles(BTreeMap<(u8, u64), Vec<u8>>);

impl Tiles {
    fn write(&mut self, appended: &Appended) {
        for tile in &appended.tiles {
            self.0.insert((tile.level, tile.index), tile.bytes.clone());
        }
    }

    fn tree(&self, size: u64) -> Tree<impl FnMut(u8, u64) -> Option<Vec<u8>> + '_> {
        Tree::new(size, |level, index| self.0.get(&(level, index)).cloned())
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|i| leaf_hash(format!("leaf {i}").as_bytes()))
        .collect()
}

fn log_of(leaves: &[Hash]) -> Tiles {
    let mut tiles = Tiles::default();
    tiles.write(&Appender::new().append(leaves.iter().copied()));
    tiles
}

/// The definition, word for word.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node_hash(&defined_root(left), &defined_root(right))
        }
    }
}

#[test]
fn roots_of_the_reference_tree() {
    let leaves: Vec<Hash> = REFERENCE_LEAVES
        .iter()
        .map(|data| leaf_hash(data))
        .collect();
    let tiles = log_of(&leaves);
    for (size, expected) in REFERENCE_ROOTS.iter().enumerate() {
        assert_eq!(root_of(&leaves[..size]).to_hex(), *expected);
        assert_eq!(tiles.tree(size as u64).root().unwrap().to_hex(), *expected);
    }
}

#[test]
fn appending_in_any_portions_gives_the_same_tiles_and_root() {
    let leaves = leaves(66_000);
    let whole = log_of(&leaves);
    let mut tiles = Tiles::default();
    let mut appender = Appender::new();
    let mut rest = &leaves[..];
    for portion in [0, 1, 254, 1, 1, 255, 1000, 64_023, 1, 1]
        .into_iter()
        .chain([1; 463])
    {
        let (now, later) = rest.split_at(portion);
        let appended = appender.append(now.iter().copied());
        tiles.write(&appended);
        rest = later;
        // A restart at this point changes nothing.
        let size = appended.size;
        appender = Appender::load(size, |l, i| tiles.0.get(&(l, i)).cloned()).unwrap();
        assert_eq!(appender.root(), appended.root);
        assert_eq!(appender.size(), appended.size);
    }
    assert!(rest.is_empty());
    assert_eq!(tiles.0, whole.0);
    assert_eq!(tiles.tree(66_000).root().unwrap(), defined_root(&leaves));
}

#[test]
fn an_append_names_only_what_it_changed() {
    let mut appender = Appender::new();
    appender.append(leaves(255));
    let filling = appender.append(leaves(1));
    let places: Vec<_> = filling
        .tiles
        .iter()
        .map(|t| (t.level, t.index, t.bytes.len()))
        .collect();
    assert_eq!(places, [(0, 0, 8192), (1, 0, 32)]);
    let next = appender.append(leaves(2));
    let places: Vec<_> = next
        .tiles
        .iter()
        .map(|t| (t.level, t.index, t.bytes.len()))
        .collect();
    assert_eq!(places, [(0, 1, 64)]);
    assert_eq!((next.first, next.size), (256, 258));
    assert!(appender.append([]).tiles.is_empty());
}

#[test]
fn surplus_of_an_unacknowledged_write_is_overwritten() {
    let leaves = leaves(300);
    let mut tiles = log_of(&leaves[..290]);
    let mut appender = Appender::load(280, |l, i| tiles.0.get(&(l, i)).cloned()).unwrap();
    assert_eq!(appender.root(), root_of(&leaves[..280]));
    tiles.write(&appender.append(leaves[280..].iter().copied()));
    assert_eq!(tiles.tree(300).root().unwrap(), root_of(&leaves));
}

#[test]
fn a_missing_or_short_tile_is_named() {
    let mut tiles = log_of(&leaves(600));
    let missing = TreeError::MissingTile { level: 0, index: 2 };
    let short = |bytes| TreeError::ShortTile {
        level: 0,
        index: 2,
        needed: 88,
        bytes,
    };
    tiles.0.get_mut(&(0, 2)).unwrap().pop();
    assert_eq!(tiles.tree(600).root(), Err(short(88 * 32 - 1)));
    let load = Appender::load(600, |l, i| tiles.0.get(&(l, i)).cloned());
    assert_eq!(load.err(), Some(short(88 * 32 - 1)));
    tiles.0.remove(&(0, 2));
    assert_eq!(tiles.tree(600).inclusion_proof(599), Err(missing));
    assert_eq!(Appender::load(600, |_, _| None).err(), Some(missing));
}

#[test]
fn nothing_is_proven_outside_of_the_tree() {
    let tiles = log_of(&leaves(10));
    let outside = |asked| Err(TreeError::OutOfRange { asked, size: 10 });
    assert_eq!(tiles.tree(10).inclusion_proof(10), outside(10));
    assert_eq!(
        tiles.tree(10).leaf(10).err(),
        Some(TreeError::OutOfRange {
            asked: 10,
            size: 10
        })
    );
    assert_eq!(tiles.tree(10).consistency_proof(11), outside(11));
    assert_eq!(
        tiles.tree(0).inclusion_proof(0).err(),
        Some(TreeError::OutOfRange { asked: 0, size: 0 })
    );
    assert_eq!(tiles.tree(0).root(), Ok(EMPTY_ROOT));
    let root = root_of(&leaves(10));
    assert_eq!(
        verify_consistency(0, 10, &[], &EMPTY_ROOT, &root),
        Err(ProofError::OutOfRange)
    );
    assert_eq!(
        verify_consistency(11, 10, &[], &root, &root),
        Err(ProofError::OutOfRange)
    );
    assert_eq!(verify_consistency(10, 10, &[], &root, &root), Ok(()));
    assert_eq!(
        verify_consistency(10, 10, &[root], &root, &root),
        Err(ProofError::WrongLength)
    );
}

#[test]
fn every_proof_of_every_small_tree_verifies() {
    let leaves = leaves(70);
    let tiles = log_of(&leaves);
    for size in 1..=70u64 {
        let mut tree = tiles.tree(size);
        let root = tree.root().unwrap();
        for index in 0..size {
            let proof = tree.inclusion_proof(index).unwrap();
            let leaf = tree.leaf(index).unwrap();
            assert_eq!(leaf, leaves[index as usize]);
            assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
        }
        for old in 1..=size {
            let old_root = root_of(&leaves[..old as usize]);
            let proof = tree.consistency_proof(old).unwrap();
            assert_eq!(
                verify_consistency(old, size, &proof, &old_root, &root),
                Ok(())
            );
        }
    }
}

#[test]
fn positions_at_the_end_of_the_number_range_do_not_panic() {
    let hash = leaf_hash(b"");
    for proof in [vec![], vec![hash; 64], vec![hash; 65]] {
        for (a, b) in [
            (0, u64::MAX),
            (u64::MAX - 1, u64::MAX),
            (1 << 63, u64::MAX),
            (u64::MAX, u64::MAX),
        ] {
            assert!(verify_inclusion(&hash, a, b, &proof, &EMPTY_ROOT).is_err());
            assert!(verify_consistency(a, b, &proof, &hash, &EMPTY_ROOT).is_err());
        }
    }
    assert!(Tree::new(u64::MAX, |_, _| None).root().is_err());
    assert!(Appender::load(u64::MAX, |_, _| None).is_err());
}

/// One change to a proof that must make it fail.
#[derive(Debug, Clone)]
enum Change {
    Flip(usize, u8),
    Drop(usize),
    Repeat(usize),
    Swap(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(i, bit)| Change::Flip(i, bit)),
        any::<usize>().prop_map(Change::Drop),
        any::<usize>().prop_map(Change::Repeat),
        any::<usize>().prop_map(Change::Swap),
    ]
}

fn altered(proof: &[Hash], change: &Change) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    if proof.is_empty() {
        return vec![EMPTY_ROOT];
    }
    let at = |i: usize| i % proof.len();
    match *change {
        Change::Flip(i, bit) => {
            let i = at(i);
            proof[i].0[usize::from(bit) / 8] ^= 1 << (bit % 8);
        }
        Change::Drop(i) => drop(proof.remove(at(i))),
        Change::Repeat(i) => proof.insert(at(i), proof[at(i)]),
        Change::Swap(i) => {
            let i = at(i);
            let last = proof.len() - 1;
            proof.swap(i, last);
        }
    }
    proof
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn true_proofs_verify_and_altered_ones_fail(
        size in 1u64..2000, a: u64, b: u64, change in change()
    ) {
        let leaves = leaves(size);
        let tiles = log_of(&leaves);
        let (index, old) = (a % size, b % size + 1);
        let mut tree = tiles.tree(size);
        let root = tree.root().unwrap();
        prop_assert_eq!(root, defined_root(&leaves));

        let leaf = leaves[index as usize];
        let proof = tree.inclusion_proof(index).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
        let bad = altered(&proof, &change);
        prop_assert!(bad == proof || verify_inclusion(&leaf, index, size, &bad, &root).is_err());
        prop_assert!(verify_inclusion(&root, index, size, &proof, &leaf).is_err() || size == 1);

        let old_root = root_of(&leaves[..old as usize]);
        let proof = tree.consistency_proof(old).unwrap();
        prop_assert_eq!(verify_consistency(old, size, &proof, &old_root, &root), Ok(()));
        let bad = altered(&proof, &change);
        prop_assert!(bad == proof || verify_consistency(old, size, &bad, &old_root, &root).is_err());
    }
}
