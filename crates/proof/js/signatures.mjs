// Signatures: Ed25519 (RFC 8032) for logs and witnesses, BLS12-381 for the drand beacons.
//
// Verification only, in big integers: a few tenths of a second each, no secrets involved.

import { concat, sha256, sha512, toHex, utf8 } from "./hashes.mjs";

const mod = (a, m) => {
  const r = a % m;
  return r < 0n ? r + m : r;
};

function power(base, exponent, m) {
  let result = 1n;
  for (let b = mod(base, m), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % m;
    b = (b * b) % m;
  }
  return result;
}

function inverse(a, m) {
  let [r0, r1, s0, s1] = [m, mod(a, m), 0n, 1n];
  while (r1 > 0n) {
    const q = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1];
  }
  return mod(s0, m);
}

const bigEndian = (bytes) => (bytes.length ? BigInt("0x" + toHex(bytes)) : 0n);
const littleEndian = (bytes) => bigEndian(Uint8Array.from(bytes).reverse());

// ---- Ed25519 ----

const Q = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n, Q), Q);
const ROOT = power(2n, (Q - 1n) / 4n, Q);

function edAdd([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2), Q);
  const b = mod((y1 + x1) * (y2 + x2), Q);
  const c = mod(2n * D * t1 * t2, Q);
  const d = mod(2n * z1 * z2, Q);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f, Q), mod(g * h, Q), mod(f * g, Q), mod(e * h, Q)];
}

function edTimes(scalar, point) {
  let result = [0n, 1n, 1n, 0n];
  for (let p = point, s = scalar; s > 0n; s >>= 1n) {
    if (s & 1n) result = edAdd(result, p);
    p = edAdd(p, p);
  }
  return result;
}

function edPoint(bytes) {
  const number = littleEndian(bytes);
  const sign = number >> 255n;
  const y = number & ((1n << 255n) - 1n);
  if (y >= Q) return null;
  const u = mod(y * y - 1n, Q);
  const v = mod(D * y * y + 1n, Q);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (Q - 5n) / 8n, Q), Q);
  const check = mod(v * x * x, Q);
  if (check !== u) {
    if (check !== mod(-u, Q)) return null;
    x = mod(x * ROOT, Q);
  }
  if (x === 0n && sign) return null;
  if ((x & 1n) !== sign) x = Q - x;
  return [x, y, 1n, mod(x * y, Q)];
}

const BASE = edPoint(concat(Uint8Array.of(0x58), new Uint8Array(31).fill(0x66)));
const edSame = (a, b) => mod(a[0] * b[2] - b[0] * a[2], Q) === 0n && mod(a[1] * b[2] - b[1] * a[2], Q) === 0n;
const edSmall = (p) => edSame(edTimes(8n, p), [0n, 1n, 1n, 0n]);

/** Whether a public key is a point that is not of small order. */
export function ed25519Key(key) {
  const point = key.length === 32 ? edPoint(key) : null;
  return point !== null && !edSmall(point);
}

export function ed25519Verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const a = edPoint(key);
  const r = edPoint(signature.slice(0, 32));
  const s = littleEndian(signature.slice(32));
  if (!a || !r || s >= L || edSmall(a) || edSmall(r)) return false;
  const k = littleEndian(sha512(concat(signature.slice(0, 32), key, message))) % L;
  return edSame(edTimes(s, BASE), edAdd(r, edTimes(k, a)));
}

// ---- BLS12-381: fields ----

const P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
const R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const X = 0xd201000000010000n; // The parameter of the curve is -X.

/** The prime field. */
const Fp = {
  zero: 0n,
  one: 1n,
  of: (text) => BigInt("0x" + text),
  add: (a, b) => (a + b) % P,
  sub: (a, b) => mod(a - b, P),
  neg: (a) => mod(-a, P),
  mul: (a, b) => (a * b) % P,
  inv: (a) => inverse(a, P),
  same: (a, b) => a === b,
  sign: (a) => Number(a & 1n),
  large: (a) => a > (P - 1n) / 2n,
  sqrt: (a) => {
    const root = power(a, (P + 1n) / 4n, P);
    return (root * root) % P === a ? root : null;
  },
};

/** Its extension by the root i of -1. */
const Fp2 = {
  zero: [0n, 0n],
  one: [1n, 0n],
  of: ([a, b]) => [Fp.of(a), Fp.of(b)],
  add: (a, b) => [(a[0] + b[0]) % P, (a[1] + b[1]) % P],
  sub: (a, b) => [mod(a[0] - b[0], P), mod(a[1] - b[1], P)],
  neg: (a) => [mod(-a[0], P), mod(-a[1], P)],
  mul: (a, b) => [mod(a[0] * b[0] - a[1] * b[1], P), (a[0] * b[1] + a[1] * b[0]) % P],
  inv: (a) => {
    const d = inverse(a[0] * a[0] + a[1] * a[1], P);
    return [(a[0] * d) % P, mod(-a[1] * d, P)];
  },
  same: (a, b) => a[0] === b[0] && a[1] === b[1],
  sign: (a) => Number(a[0] & 1n) | (Number(a[0] === 0n) & Number(a[1] & 1n)),
  large: (a) => (a[1] === 0n ? Fp.large(a[0]) : Fp.large(a[1])),
  sqrt: (a) => {
    const norm = Fp.sqrt((a[0] * a[0] + a[1] * a[1]) % P);
    if (norm === null) return null;
    const half = inverse(2n, P);
    for (const s of [norm, P - norm]) {
      const x = Fp.sqrt(mod((a[0] + s) * half, P));
      if (x === null) continue;
      const y = x === 0n ? Fp.sqrt(mod(-a[0], P)) : mod(a[1] * half * inverse(x, P), P);
      if (y !== null && Fp2.same(Fp2.mul([x, y], [x, y]), a)) return [x, y];
    }
    return null;
  },
};

/** Six coefficients over Fp2, with w^6 = 1 + i. */
function mul12(a, b) {
  const sums = Array.from({ length: 11 }, () => [0n, 0n]);
  for (let i = 0; i < 6; i++) {
    if (a[i][0] === 0n && a[i][1] === 0n) continue;
    for (let j = 0; j < 6; j++) {
      sums[i + j][0] += a[i][0] * b[j][0] - a[i][1] * b[j][1];
      sums[i + j][1] += a[i][0] * b[j][1] + a[i][1] * b[j][0];
    }
  }
  return Array.from({ length: 6 }, (_, k) => {
    const [x, y] = k < 5 ? sums[k + 6] : [0n, 0n];
    return [mod(sums[k][0] + x - y, P), mod(sums[k][1] + x + y, P)];
  });
}

// ---- BLS12-381: curves in affine coordinates; null is the point at infinity ----

function add(F, a, b) {
  if (!a) return b;
  if (!b) return a;
  let slope;
  if (F.same(a[0], b[0])) {
    if (!F.same(a[1], b[1]) || F.same(a[1], F.zero)) return null;
    const square = F.mul(a[0], a[0]);
    slope = F.mul(F.add(F.add(square, square), square), F.inv(F.add(a[1], a[1])));
  } else {
    slope = F.mul(F.sub(b[1], a[1]), F.inv(F.sub(b[0], a[0])));
  }
  const x = F.sub(F.sub(F.mul(slope, slope), a[0]), b[0]);
  return [x, F.sub(F.mul(slope, F.sub(a[0], x)), a[1])];
}

function times(F, scalar, point) {
  let result = null;
  for (let p = point, s = scalar; s > 0n; s >>= 1n) {
    if (s & 1n) result = add(F, result, p);
    p = add(F, p, p);
  }
  return result;
}

/** A compressed point of the right subgroup, or null. */
function decompress(F, bytes) {
  const parts = F === Fp ? 1 : 2;
  if (bytes.length !== 48 * parts || (bytes[0] & 0xc0) !== 0x80) return null;
  const body = Uint8Array.from(bytes);
  body[0] &= 0x1f;
  const numbers = Array.from({ length: parts }, (_, i) => bigEndian(body.slice(48 * i, 48 * i + 48)));
  if (numbers.some((number) => number >= P)) return null;
  const x = parts === 1 ? numbers[0] : [numbers[1], numbers[0]];
  const b = parts === 1 ? 4n : [4n, 4n];
  let y = F.sqrt(F.add(F.mul(F.mul(x, x), x), b));
  if (y === null) return null;
  if (F.large(y) !== ((bytes[0] & 0x20) !== 0)) y = F.neg(y);
  return times(F, R, [x, y]) === null ? [x, y] : null;
}

// ---- BLS12-381: pairing ----

const embed = (position, value) => Array.from({ length: 6 }, (_, i) => (i === position ? value : [0n, 0n]));

/** The value of Miller's loop for a point p of G1 and q of G2. */
function miller(p, q) {
  let f = embed(0, Fp2.one);
  let t = q;
  const line = (a, b) => {
    // The line through a and b on the twist, at p; factors in subfields vanish in the end.
    const slope = Fp2.same(a[0], b[0])
      ? Fp2.mul(Fp2.mul([3n, 0n], Fp2.mul(a[0], a[0])), Fp2.inv(Fp2.add(a[1], a[1])))
      : Fp2.mul(Fp2.sub(b[1], a[1]), Fp2.inv(Fp2.sub(b[0], a[0])));
    const value = embed(3, [p[1], 0n]);
    value[2] = Fp2.neg(Fp2.mul(slope, [p[0], 0n]));
    value[0] = Fp2.sub(Fp2.mul(slope, a[0]), a[1]);
    return value;
  };
  for (const bit of X.toString(2).slice(1)) {
    f = mul12(mul12(f, f), line(t, t));
    t = add(Fp2, t, t);
    if (bit === "1") {
      f = mul12(f, line(t, q));
      t = add(Fp2, t, q);
    }
  }
  return f;
}

/** Whether e(p1, q1) = e(p2, q2). */
function pairingsEqual(p1, q1, p2, q2) {
  const f = mul12(miller([p1[0], Fp.neg(p1[1])], q1), miller(p2, q2));
  // f^((p^12 - 1) / r) = 1, with the factor p^6 - 1 checked at the end: conjugation fixes it.
  let result = embed(0, Fp2.one);
  const exponent = ((P ** 2n + 1n) * (P ** 4n - P ** 2n + 1n)) / R;
  for (const bit of exponent.toString(2)) {
    result = mul12(result, result);
    if (bit === "1") result = mul12(result, f);
  }
  return [1, 3, 5].every((i) => Fp2.same(result[i], Fp2.zero));
}

// ---- BLS12-381: hashing to the curves (RFC 9380) ----

function expand(message, domain, length) {
  const tag = concat(utf8(domain), Uint8Array.of(domain.length));
  const first = sha256(concat(new Uint8Array(64), message, Uint8Array.of(length >> 8, length & 255, 0), tag));
  let block = sha256(concat(first, Uint8Array.of(1), tag));
  let out = block;
  for (let i = 2; out.length < length; i++) {
    block = sha256(concat(first.map((byte, j) => byte ^ block[j]), Uint8Array.of(i), tag));
    out = concat(out, block);
  }
  return out;
}

/** The simplified map to an isogenous curve y^2 = x^3 + ax + b, then the isogeny. */
function mapToCurve(F, u, { a, b, z, isogeny }) {
  const zu2 = F.mul(z, F.mul(u, u));
  const denominator = F.add(F.mul(zu2, zu2), zu2);
  const minusBoverA = F.neg(F.mul(b, F.inv(a)));
  let x = F.same(denominator, F.zero)
    ? F.mul(b, F.inv(F.mul(z, a)))
    : F.mul(minusBoverA, F.add(F.one, F.inv(denominator)));
  const g = (v) => F.add(F.mul(F.add(F.mul(v, v), a), v), b);
  let y = F.sqrt(g(x));
  if (y === null) {
    x = F.mul(zu2, x);
    y = F.sqrt(g(x));
  }
  if (F.sign(u) !== F.sign(y)) y = F.neg(y);
  const [xNum, xDen, yNum, yDen] = isogeny.map((coefficients) =>
    coefficients.reduceRight((sum, coefficient) => F.add(F.mul(sum, x), coefficient), F.zero),
  );
  return [F.mul(xNum, F.inv(xDen)), F.mul(y, F.mul(yNum, F.inv(yDen)))];
}

function hashToCurve(F, message, curve) {
  const parts = F === Fp ? 1 : 2;
  const bytes = expand(message, curve.domain, 128 * parts);
  const numbers = Array.from({ length: 2 * parts }, (_, i) => bigEndian(bytes.slice(64 * i, 64 * i + 64)) % P);
  const u = parts === 1 ? numbers : [numbers.slice(0, 2), numbers.slice(2)];
  const sum = add(F, mapToCurve(F, u[0], curve), mapToCurve(F, u[1], curve));
  return times(F, curve.cofactor, sum);
}

const G1 = [
  0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bbn,
  0x08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1n,
];
const G2 = [
  [
    0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8n,
    0x13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7en,
  ],
  [
    0x0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801n,
    0x0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79ben,
  ],
];

/** Whether a signature in G1 under a key in G2 is that of a message. */
export function blsVerifyG1(key, message, signature) {
  const [pk, sig] = [decompress(Fp2, key), decompress(Fp, signature)];
  return pk !== null && sig !== null && pairingsEqual(sig, G2, hashToCurve(Fp, message, CURVE_G1), pk);
}

/** Whether a signature in G2 under a key in G1 is that of a message. */
export function blsVerifyG2(key, message, signature) {
  const [pk, sig] = [decompress(Fp, key), decompress(Fp2, signature)];
  return pk !== null && sig !== null && pairingsEqual(G1, sig, pk, hashToCurve(Fp2, message, CURVE_G2));
}

// ---- BLS12-381: constants of RFC 9380, section 8.8 and appendix E ----

const CURVE_G1 = {
  domain: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
  cofactor: X + 1n,
  a: Fp.of("144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1d"),
  b: Fp.of("12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0"),
  z: 11n,
  isogeny: [
    [
      "11a05f2b1e833340b809101dd99815856b303e88a2d7005ff2627b56cdb4e2c85610c2d5f2e62d6eaeac1662734649b7",
      "17294ed3e943ab2f0588bab22147a81c7c17e75b2f6a8417f565e33c70d1e86b4838f2a6f318c356e834eef1b3cb83bb",
      "d54005db97678ec1d1048c5d10a9a1bce032473295983e56878e501ec68e25c958c3e3d2a09729fe0179f9dac9edcb0",
      "1778e7166fcc6db74e0609d307e55412d7f5e4656a8dbf25f1b33289f1b330835336e25ce3107193c5b388641d9b6861",
      "e99726a3199f4436642b4b3e4118e5499db995a1257fb3f086eeb65982fac18985a286f301e77c451154ce9ac8895d9",
      "1630c3250d7313ff01d1201bf7a74ab5db3cb17dd952799b9ed3ab9097e68f90a0870d2dcae73d19cd13c1c66f652983",
      "d6ed6553fe44d296a3726c38ae652bfb11586264f0f8ce19008e218f9c86b2a8da25128c1052ecaddd7f225a139ed84",
      "17b81e7701abdbe2e8743884d1117e53356de5ab275b4db1a682c62ef0f2753339b7c8f8c8f475af9ccb5618e3f0c88e",
      "80d3cf1f9a78fc47b90b33563be990dc43b756ce79f5574a2c596c928c5d1de4fa295f296b74e956d71986a8497e317",
      "169b1f8e1bcfa7c42e0c37515d138f22dd2ecb803a0c5c99676314baf4bb1b7fa3190b2edc0327797f241067be390c9e",
      "10321da079ce07e272d8ec09d2565b0dfa7dccdde6787f96d50af36003b14866f69b771f8c285decca67df3f1605fb7b",
      "6e08c248e260e70bd1e962381edee3d31d79d7e22c837bc23c0bf1bc24c6b68c24b1b80b64d391fa9c8ba2e8ba2d229",
    ],
    [
      "8ca8d548cff19ae18b2e62f4bd3fa6f01d5ef4ba35b48ba9c9588617fc8ac62b558d681be343df8993cf9fa40d21b1c",
      "12561a5deb559c4348b4711298e536367041e8ca0cf0800c0126c2588c48bf5713daa8846cb026e9e5c8276ec82b3bff",
      "b2962fe57a3225e8137e629bff2991f6f89416f5a718cd1fca64e00b11aceacd6a3d0967c94fedcfcc239ba5cb83e19",
      "3425581a58ae2fec83aafef7c40eb545b08243f16b1655154cca8abc28d6fd04976d5243eecf5c4130de8938dc62cd8",
      "13a8e162022914a80a6f1d5f43e7a07dffdfc759a12062bb8d6b44e833b306da9bd29ba81f35781d539d395b3532a21e",
      "e7355f8e4e667b955390f7f0506c6e9395735e9ce9cad4d0a43bcef24b8982f7400d24bc4228f11c02df9a29f6304a5",
      "772caacf16936190f3e0c63e0596721570f5799af53a1894e2e073062aede9cea73b3538f0de06cec2574496ee84a3a",
      "14a7ac2a9d64a8b230b3f5b074cf01996e7f63c21bca68a81996e1cdf9822c580fa5b9489d11e2d311f7d99bbdcc5a5e",
      "a10ecf6ada54f825e920b3dafc7a3cce07f8d1d7161366b74100da67f39883503826692abba43704776ec3a79a1d641",
      "95fc13ab9e92ad4476d6e3eb3a56680f682b4ee96f7d03776df533978f31c1593174e4b4b7865002d6384d168ecdd0a",
      "1",
    ],
    [
      "90d97c81ba24ee0259d1f094980dcfa11ad138e48a869522b52af6c956543d3cd0c7aee9b3ba3c2be9845719707bb33",
      "134996a104ee5811d51036d776fb46831223e96c254f383d0f906343eb67ad34d6c56711962fa8bfe097e75a2e41c696",
      "cc786baa966e66f4a384c86a3b49942552e2d658a31ce2c344be4b91400da7d26d521628b00523b8dfe240c72de1f6",
      "1f86376e8981c217898751ad8746757d42aa7b90eeb791c09e4a3ec03251cf9de405aba9ec61deca6355c77b0e5f4cb",
      "8cc03fdefe0ff135caf4fe2a21529c4195536fbe3ce50b879833fd221351adc2ee7f8dc099040a841b6daecf2e8fedb",
      "16603fca40634b6a2211e11db8f0a6a074a7d0d4afadb7bd76505c3d3ad5544e203f6326c95a807299b23ab13633a5f0",
      "4ab0b9bcfac1bbcb2c977d027796b3ce75bb8ca2be184cb5231413c4d634f3747a87ac2460f415ec961f8855fe9d6f2",
      "987c8d5333ab86fde9926bd2ca6c674170a05bfe3bdd81ffd038da6c26c842642f64550fedfe935a15e4ca31870fb29",
      "9fc4018bd96684be88c9e221e4da1bb8f3abd16679dc26c1e8b6e6a1f20cabe69d65201c78607a360370e577bdba587",
      "e1bba7a1186bdb5223abde7ada14a23c42a0ca7915af6fe06985e7ed1e4d43b9b3f7055dd4eba6f2bafaaebca731c30",
      "19713e47937cd1be0dfd0b8f1d43fb93cd2fcbcb6caf493fd1183e416389e61031bf3a5cce3fbafce813711ad011c132",
      "18b46a908f36f6deb918c143fed2edcc523559b8aaf0c2462e6bfe7f911f643249d9cdf41b44d606ce07c8a4d0074d8e",
      "b182cac101b9399d155096004f53f447aa7b12a3426b08ec02710e807b4633f06c851c1919211f20d4c04f00b971ef8",
      "245a394ad1eca9b72fc00ae7be315dc757b3b080d4c158013e6632d3c40659cc6cf90ad1c232a6442d9d3f5db980133",
      "5c129645e44cf1102a159f748c4a3fc5e673d81d7e86568d9ab0f5d396a7ce46ba1049b6579afb7866b1e715475224b",
      "15e6be4e990f03ce4ea50b3b42df2eb5cb181d8f84965a3957add4fa95af01b2b665027efec01c7704b456be69c8b604",
    ],
    [
      "16112c4c3a9c98b252181140fad0eae9601a6de578980be6eec3232b5be72e7a07f3688ef60c206d01479253b03663c1",
      "1962d75c2381201e1a0cbd6c43c348b885c84ff731c4d59ca4a10356f453e01f78a4260763529e3532f6102c2e49a03d",
      "58df3306640da276faaae7d6e8eb15778c4855551ae7f310c35a5dd279cd2eca6757cd636f96f891e2538b53dbf67f2",
      "16b7d288798e5395f20d23bf89edb4d1d115c5dbddbcd30e123da489e726af41727364f2c28297ada8d26d98445f5416",
      "be0e079545f43e4b00cc912f8228ddcc6d19c9f0f69bbb0542eda0fc9dec916a20b15dc0fd2ededda39142311a5001d",
      "8d9e5297186db2d9fb266eaac783182b70152c65550d881c5ecd87b6f0f5a6449f38db9dfa9cce202c6477faaf9b7ac",
      "166007c08a99db2fc3ba8734ace9824b5eecfdfa8d0cf8ef5dd365bc400a0051d5fa9c01a58b1fb93d1a1399126a775c",
      "16a3ef08be3ea7ea03bcddfabba6ff6ee5a4375efa1f4fd7feb34fd206357132b920f5b00801dee460ee415a15812ed9",
      "1866c8ed336c61231a1be54fd1d74cc4f9fb0ce4c6af5920abc5750c4bf39b4852cfe2f7bb9248836b233d9d55535d4a",
      "167a55cda70a6e1cea820597d94a84903216f763e13d87bb5308592e7ea7d4fbc7385ea3d529b35e346ef48bb8913f55",
      "4d2f259eea405bd48f010a01ad2911d9c6dd039bb61a6290e591b36e636a5c871a5c29f4f83060400f8b49cba8f6aa8",
      "accbb67481d033ff5852c1e48c50c477f94ff8aefce42d28c0f9a88cea7913516f968986f7ebbea9684b529e2561092",
      "ad6b9514c767fe3c3613144b45f1496543346d98adf02267d5ceef9a00d9b8693000763e3b90ac11e99b138573345cc",
      "2660400eb2e4f3b628bdd0d53cd76f2bf565b94e72927c1cb748df27942480e420517bd8714cc80d1fadc1326ed06f7",
      "e0fa1d816ddc03e6b24255e0d7819c171c40f65e273b853324efcd6356caa205ca2f570f13497804415473a1d634b8f",
      "1",
    ],
  ].map((list) => list.map(Fp.of)),
};

const CURVE_G2 = {
  domain: "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_",
  cofactor:
    0xbc69f08f2ee75b3584c6a0ea91b352888e2a8e9145ad7689986ff031508ffe1329c2f178731db956d82bf015d1212b02ec0ec69d7477c1ae954cbc06689f6a359894c0adebbf6b4e8020005aaa95551n,
  a: [0n, 240n],
  b: [1012n, 1012n],
  z: [P - 2n, P - 1n],
  isogeny: [
    [
      ["5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6", "5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6"],
      ["0", "11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71a"],
      ["11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71e", "8ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063fcd104635a790520c0a395554e5c6aaaa9354ffffffffe38d"],
      ["171d6541fa38ccfaed6dea691f5fb614cb14b4e7f4e810aa22d6108f142b85757098e38d0f671c7188e2aaaaaaaa5ed1", "0"],
    ],
    [
      ["0", "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa63"],
      ["c", "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa9f"],
      ["1", "0"],
    ],
    [
      ["1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649bf54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706", "1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649bf54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706"],
      ["0", "5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97be"],
      ["11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71c", "8ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063fcd104635a790520c0a395554e5c6aaaa9354ffffffffe38f"],
      ["124c9ad43b6cf79bfbf7043de3811ad0761b0f37a1e26286b0e977c69aa274524e79097a56dc4bd9e1b371c71c718b10", "0"],
    ],
    [
      ["1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb", "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb"],
      ["0", "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa9d3"],
      ["12", "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa99"],
      ["1", "0"],
    ],
  ].map((list) => list.map(Fp2.of)),
};
