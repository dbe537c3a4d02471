// SHA-256, SHA-512 and SM3 in plain JavaScript.
//
// Synchronous and without WebCrypto, so that a page opened from a folder can hash a hundred
// thousand short texts in a second or two.

const K256 = new Uint32Array(64);
const IV256 = new Uint32Array(8);
const K512 = [];
const IV512 = [];

// The constants are the first bits of roots of primes (FIPS 180-4); computed, not copied.
(function constants() {
  const root = (n, k, bits) => {
    // floor(n^(1/k) * 2^bits) in exact integers
    const target = BigInt(n) << BigInt(bits * k);
    let low = 0n;
    let high = 1n << BigInt(bits + 6);
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(k) <= target) low = middle;
      else high = middle;
    }
    return low & ((1n << BigInt(bits)) - 1n);
  };
  const primes = [];
  for (let n = 2; primes.length < 80; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  primes.forEach((prime, i) => {
    K512.push(root(prime, 3, 64));
    if (i < 64) K256[i] = Number(K512[i] >> 32n);
    if (i < 8) {
      IV512.push(root(prime, 2, 64));
      IV256[i] = Number(IV512[i] >> 32n);
    }
  });
})();

/** Bytes of a message with the padding that all three hashes share, but for the block length. */
function padded(bytes, block, lengthBytes) {
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(size);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(size - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(size - 4, (bytes.length << 3) >>> 0);
  return view;
}

function wordsToBytes(words) {
  const out = new Uint8Array(words.length * 4);
  for (let i = 0, byte = 0; i < words.length; i++, byte += 4) {
    const word = words[i];
    out[byte] = word >>> 24;
    out[byte + 1] = word >>> 16;
    out[byte + 2] = word >>> 8;
    out[byte + 3] = word;
  }
  return out;
}

const W = new Int32Array(68);
const K256I = Int32Array.from(K256);

// Most texts are short and there are hundreds of thousands of them: they share one buffer.
const SHORT = new Uint8Array(256);

/** The message with its padding, and how many bytes of the buffer it takes. */
function blocks64(bytes) {
  const { length } = bytes;
  const size = ((length + 72) >>> 6) << 6;
  const out = size <= SHORT.length ? SHORT : new Uint8Array(size);
  out.set(bytes);
  out[length] = 0x80;
  out.fill(0, length + 1, size);
  const high = Math.floor(length / 0x20000000);
  const low = (length << 3) >>> 0;
  for (let i = 0; i < 4; i++) {
    out[size - 8 + i] = high >>> (24 - 8 * i);
    out[size - 4 + i] = low >>> (24 - 8 * i);
  }
  return { out, size };
}

export function sha256(bytes) {
  const { out: message, size } = blocks64(bytes);
  let h0 = IV256[0] | 0;
  let h1 = IV256[1] | 0;
  let h2 = IV256[2] | 0;
  let h3 = IV256[3] | 0;
  let h4 = IV256[4] | 0;
  let h5 = IV256[5] | 0;
  let h6 = IV256[6] | 0;
  let h7 = IV256[7] | 0;
  for (let at = 0; at < size; at += 64) {
    for (let i = 0, byte = at; i < 16; i++, byte += 4) {
      W[i] = (message[byte] << 24) | (message[byte + 1] << 16) | (message[byte + 2] << 8) | message[byte + 3];
    }
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15];
      const b = W[i - 2];
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    let f = h5;
    let g = h6;
    let k = h7;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + K256I[i] + W[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
    h5 = (h5 + f) | 0;
    h6 = (h6 + g) | 0;
    h7 = (h7 + k) | 0;
  }
  return wordsToBytes([h0, h1, h2, h3, h4, h5, h6, h7]);
}

const rotate = (x, n) => (x << n) | (x >>> (32 - n));
const p0 = (x) => x ^ rotate(x, 9) ^ rotate(x, 17);
const p1 = (x) => x ^ rotate(x, 15) ^ rotate(x, 23);

export function sm3(bytes) {
  const message = padded(bytes, 64, 8);
  const h = Int32Array.from([
    0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
  ]);
  for (let at = 0; at < message.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) W[i] = message.getInt32(at + i * 4);
    for (let i = 16; i < 68; i++) {
      W[i] = p1(W[i - 16] ^ W[i - 9] ^ rotate(W[i - 3], 15)) ^ rotate(W[i - 13], 7) ^ W[i - 6];
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      const t = i < 16 ? 0x79cc4519 : 0x7a879d8a;
      const ss1 = rotate((rotate(a, 12) + e + rotate(t, i % 32)) | 0, 7);
      const ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ rotate(a, 12)) + (W[i] ^ W[i + 4])) | 0;
      const tt2 = (gg + k + ss1 + W[i]) | 0;
      d = c;
      c = rotate(b, 9);
      b = a;
      a = tt1;
      k = g;
      g = rotate(f, 19);
      f = e;
      e = p0(tt2);
    }
    h[0] ^= a;
    h[1] ^= b;
    h[2] ^= c;
    h[3] ^= d;
    h[4] ^= e;
    h[5] ^= f;
    h[6] ^= g;
    h[7] ^= k;
  }
  return wordsToBytes(Uint32Array.from(h));
}

/** SHA-512 in big integers: slow and short, for a few signatures. */
export function sha512(bytes) {
  const message = padded(bytes, 128, 16);
  const mask = (1n << 64n) - 1n;
  const rot = (x, n) => ((x >> BigInt(n)) | (x << BigInt(64 - n))) & mask;
  let h = IV512.slice();
  for (let at = 0; at < message.byteLength; at += 128) {
    const w = [];
    for (let i = 0; i < 16; i++) w.push(message.getBigUint64(at + i * 8));
    for (let i = 16; i < 80; i++) {
      const s0 = rot(w[i - 15], 1) ^ rot(w[i - 15], 8) ^ (w[i - 15] >> 7n);
      const s1 = rot(w[i - 2], 19) ^ rot(w[i - 2], 61) ^ (w[i - 2] >> 6n);
      w.push((w[i - 16] + s0 + w[i - 7] + s1) & mask);
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 80; i++) {
      const s1 = rot(e, 14) ^ rot(e, 18) ^ rot(e, 41);
      const t1 = k + s1 + ((e & f) ^ (~e & mask & g)) + K512[i] + w[i];
      const s0 = rot(a, 28) ^ rot(a, 34) ^ rot(a, 39);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, k] = [(t1 + t2) & mask, a, b, c, (d + t1) & mask, e, f, g];
    }
    h = [a, b, c, d, e, f, g, k].map((value, i) => (value + h[i]) & mask);
  }
  const out = new Uint8Array(64);
  const view = new DataView(out.buffer);
  h.forEach((word, i) => view.setBigUint64(i * 8, word));
  return out;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export const toHex = (bytes) => {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i]];
  return text;
};

/** Bytes of lower-case hexadecimal digits, or null. */
export function fromHex(text) {
  if (typeof text !== "string" || text.length % 2 || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes of padded base64 in its one spelling, or null. */
export function fromBase64(text) {
  if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const body = text.replace(/=+$/, "");
  const out = [];
  let bits = 0;
  let held = 0;
  for (const c of body) {
    held = (held << 6) | ALPHABET.indexOf(c);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? Uint8Array.from(out) : null;
}

const encoder = new TextEncoder();
export const utf8 = (text) => encoder.encode(text);

const TEXT = new Uint8Array(1024);

/** The same in a buffer that the next call writes over: for hashing at once. */
export const utf8Here = (text) =>
  text.length * 3 > TEXT.length ? encoder.encode(text) : TEXT.subarray(0, encoder.encodeInto(text, TEXT).written);

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
