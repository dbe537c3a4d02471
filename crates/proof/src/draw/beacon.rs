//! The drand beacons: public randomness that authenticates itself.
//!
//! A round's signature can be checked with the pinned key alone, so it may arrive by any relay, by
//! e-mail or on paper. There is no fallback: a late round is waited for.

#[cfg(feature = "drand")]
use crate::hash::Hash;

/// A beacon whose key is pinned here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// Every 3 seconds, signatures in G1, not chained.
    Quicknet,
    /// Every 30 seconds, signatures in G2, each chained to the one before.
    Default,
}

/// How a beacon signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Signature of 48 bytes in G1, key of 96 bytes in G2 (bls-unchained-g1-rfc9380).
    UnchainedG1,
    /// Signature of 96 bytes in G2, key of 48 bytes in G1, not chained.
    UnchainedG2,
    /// The same, chained to the previous signature (pedersen-bls-chained).
    ChainedG2,
}

impl Chain {
    /// The name in a plan.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quicknet => "drand-quicknet",
            Self::Default => "drand-default",
        }
    }

    /// The chain with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Quicknet, Self::Default]
            .into_iter()
            .find(|chain| chain.name() == name)
    }

    /// How it signs.
    pub fn scheme(self) -> Scheme {
        match self {
            Self::Quicknet => Scheme::UnchainedG1,
            Self::Default => Scheme::ChainedG2,
        }
    }

    /// The pinned public key in hexadecimal.
    pub fn public_key(self) -> &'static str {
        match self {
            Self::Quicknet => {
                "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c\
                 8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb\
                 5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
            }
            Self::Default => {
                "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a5699\
                 37c529eeda66c7293784a9402801af31"
            }
        }
    }

    /// The hash by which relays know the chain: `https://RELAY/CHAIN-HASH/public/ROUND`.
    pub fn chain_hash(self) -> &'static str {
        match self {
            Self::Quicknet => "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
            Self::Default => "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
        }
    }

    /// Genesis in seconds since 1970, and seconds between rounds.
    fn schedule(self) -> (i64, i64) {
        match self {
            Self::Quicknet => (1_692_803_367, 3),
            Self::Default => (1_595_431_050, 30),
        }
    }

    /// The first round strictly after a time: the one that a draw at that time uses.
    pub fn first_round_after(self, time: i64) -> u64 {
        let (genesis, period) = self.schedule();
        if time < genesis {
            return 1;
        }
        u64::try_from((time - genesis) / period + 2).unwrap_or(1)
    }

    /// When a round becomes known.
    pub fn round_time(self, round: u64) -> i64 {
        let (genesis, period) = self.schedule();
        let rounds = i64::try_from(round.saturating_sub(1)).unwrap_or(i64::MAX);
        genesis.saturating_add(rounds.saturating_mul(period))
    }

    /// Checks the signature of a round and gives its value. The previous signature is needed for
    /// the chained beacon and must be absent otherwise.
    #[cfg(feature = "drand")]
    pub fn verify(
        self,
        round: u64,
        signature: &[u8],
        previous: Option<&[u8]>,
    ) -> Result<Hash, BeaconError> {
        let key = hex::decode(self.public_key()).map_err(|_| BeaconError::Key)?;
        verify(self.scheme(), &key, round, signature, previous)
    }
}

/// Why a round is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeaconError {
    /// Not a valid key of the scheme.
    #[error("the key of the beacon is not valid")]
    Key,
    /// Wrong length, not on the curve, outside of the subgroup or the point at infinity.
    #[error("the signature is not a valid point")]
    Point,
    /// The chained beacon needs the previous signature, the other one must not have any.
    #[error("the previous signature is missing, or given where there is none")]
    Previous,
    /// The signature is not that of this round.
    #[error("the signature is not that of this round")]
    Signature,
}

/// Checks the signature of a round under any key and gives the round's value.
#[cfg(feature = "drand")]
pub fn verify(
    scheme: Scheme,
    public_key: &[u8],
    round: u64,
    signature: &[u8],
    previous: Option<&[u8]>,
) -> Result<Hash, BeaconError> {
    let message = match (scheme, previous) {
        (Scheme::ChainedG2, Some(previous)) => Hash::of(&[previous, &round.to_be_bytes()].concat()),
        (Scheme::UnchainedG1 | Scheme::UnchainedG2, None) => Hash::of(&round.to_be_bytes()),
        _ => return Err(BeaconError::Previous),
    };
    let right = match scheme {
        Scheme::UnchainedG1 => bls::signed_in_g1(public_key, &message.0, signature)?,
        Scheme::UnchainedG2 | Scheme::ChainedG2 => {
            bls::signed_in_g2(public_key, &message.0, signature)?
        }
    };
    if right {
        Ok(Hash::of(signature))
    } else {
        Err(BeaconError::Signature)
    }
}

/// Two pairings that must be equal.
#[cfg(feature = "drand")]
mod bls {
    use bls12_381::hash_to_curve::{ExpandMsgXmd, HashToCurve};
    use bls12_381::{
        G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Gt, multi_miller_loop,
    };
    use sha2_for_bls::Sha256;

    use super::BeaconError;

    const DOMAIN_G1: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
    const DOMAIN_G2: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

    /// e(signature, generator) = e(hash of the message, key)
    pub fn signed_in_g1(
        key: &[u8],
        message: &[u8; 32],
        signature: &[u8],
    ) -> Result<bool, BeaconError> {
        let key = g2(key).ok_or(BeaconError::Key)?;
        let signature = g1(signature).ok_or(BeaconError::Point)?;
        let hashed = <G1Projective as HashToCurve<ExpandMsgXmd<Sha256>>>::hash_to_curve(
            [message],
            DOMAIN_G1,
        );
        Ok(equal(
            (&signature, &G2Affine::generator()),
            (&hashed.into(), &key),
        ))
    }

    /// e(generator, signature) = e(key, hash of the message)
    pub fn signed_in_g2(
        key: &[u8],
        message: &[u8; 32],
        signature: &[u8],
    ) -> Result<bool, BeaconError> {
        let key = g1(key).ok_or(BeaconError::Key)?;
        let signature = g2(signature).ok_or(BeaconError::Point)?;
        let hashed = <G2Projective as HashToCurve<ExpandMsgXmd<Sha256>>>::hash_to_curve(
            [message],
            DOMAIN_G2,
        );
        Ok(equal(
            (&G1Affine::generator(), &signature),
            (&key, &hashed.into()),
        ))
    }

    fn equal(a: (&G1Affine, &G2Affine), b: (&G1Affine, &G2Affine)) -> bool {
        let (left, right) = (G2Prepared::from(*a.1), G2Prepared::from(*b.1));
        let product = multi_miller_loop(&[(&-a.0, &left), (b.0, &right)]);
        product.final_exponentiation() == Gt::identity()
    }

    fn g1(bytes: &[u8]) -> Option<G1Affine> {
        let point = Option::from(G1Affine::from_compressed(bytes.try_into().ok()?));
        point.filter(|point: &G1Affine| !bool::from(point.is_identity()))
    }

    fn g2(bytes: &[u8]) -> Option<G2Affine> {
        let point = Option::from(G2Affine::from_compressed(bytes.try_into().ok()?));
        point.filter(|point: &G2Affine| !bool::from(point.is_identity()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_draw_uses_the_first_round_strictly_after_its_time() {
        // 2026-03-03 10:00:00 in Beijing.
        let time = 1_772_503_200;
        assert_eq!(Chain::Quicknet.first_round_after(time), 26_566_613);
        assert_eq!(Chain::Quicknet.round_time(26_566_613), time + 3);
        assert_eq!(Chain::Default.first_round_after(time), 5_902_407);
        assert_eq!(Chain::Default.round_time(5_902_407), time + 30);
        assert_eq!(Chain::Quicknet.first_round_after(0), 1);
        assert_eq!(Chain::Quicknet.first_round_after(i64::MIN), 1);
        assert!(Chain::Quicknet.round_time(u64::MAX) > time);
    }

    #[cfg(feature = "drand")]
    #[test]
    fn recorded_rounds_verify_and_altered_ones_do_not() {
        let signature = hex::decode(
            "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125\
             e342b73a8dd2bacbe47e4b6b63ed5e39",
        )
        .unwrap();
        let value = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd";
        let verify = |round, signature: &[u8]| Chain::Quicknet.verify(round, signature, None);
        assert_eq!(verify(1000, &signature).unwrap().to_hex(), value);
        assert_eq!(verify(1001, &signature), Err(BeaconError::Signature));
        let mut negated = signature.clone();
        negated[0] ^= 0x20;
        assert_eq!(verify(1000, &negated), Err(BeaconError::Signature));
        assert_eq!(verify(1000, &signature[..47]), Err(BeaconError::Point));
        let mut infinity = [0; 48];
        infinity[0] = 0xc0;
        assert_eq!(verify(1000, &infinity), Err(BeaconError::Point));
        assert_eq!(verify(1000, &[0; 48]), Err(BeaconError::Point));
        let previous = Chain::Quicknet.verify(1000, &signature, Some(&[]));
        assert_eq!(previous, Err(BeaconError::Previous));
    }

    #[cfg(feature = "drand")]
    #[test]
    fn the_chained_beacon_needs_the_signature_before() {
        let genesis =
            hex::decode("176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a")
                .unwrap();
        let signature = hex::decode(
            "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20\
             ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa\
             5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655",
        )
        .unwrap();
        let verify = |previous| Chain::Default.verify(1, &signature, previous);
        let value = "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec";
        assert_eq!(verify(Some(&genesis[..])).unwrap().to_hex(), value);
        assert_eq!(verify(Some(&genesis[1..])), Err(BeaconError::Signature));
        assert_eq!(verify(None), Err(BeaconError::Previous));
    }
}
