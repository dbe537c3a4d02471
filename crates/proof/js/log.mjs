// docs/log.md for a verifier of draws: strict and canonical JSON, trees, checkpoints, proofs.

import { concat, fromBase64, sha256, toHex, utf8, utf8Here } from "./hashes.mjs";
import { ed25519Key, ed25519Verify } from "./signatures.mjs";

// ---- JSON, strictly ----

/** Parses JSON as log.md, section 1, allows it; throws with the reason. */
export function parseStrict(text) {
  let at = 0;
  const fail = (why) => {
    throw new Error(`${why} at character ${at}`);
  };
  const space = () => {
    while (at < text.length && " \t\n\r".includes(text[at])) at++;
  };
  const string = () => {
    const from = at++;
    let plain = true;
    let ascii = true;
    for (;;) {
      const c = text.charCodeAt(at);
      if (Number.isNaN(c) || c < 0x20) fail("broken text");
      if (c === 0x22) break;
      if (c > 0x7f) ascii = false;
      if (c === 0x5c) plain = false;
      at += c === 0x5c ? 2 : 1;
    }
    at++;
    // Most texts stand for themselves.
    let value = text.slice(from + 1, at - 1);
    if (!plain) {
      try {
        value = JSON.parse(text.slice(from, at));
      } catch {
        fail("broken text");
      }
    }
    if (!(plain && ascii) && /[^\x00-\x7f]/.test(value)) {
      if (!value.isWellFormed?.() && /[\ud800-\udfff]/.test(value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""))) {
        fail("half a character");
      }
      if (value.normalize("NFC") !== value) fail("text not in NFC");
    }
    return value;
  };
  const value = (depth) => {
    if (depth > 100) fail("too deep");
    space();
    const c = text[at];
    if (c === '"') return string();
    if (c === "{") {
      const object = new Map();
      at++;
      space();
      if (text[at] === "}") return at++, object;
      for (;;) {
        space();
        if (text[at] !== '"') fail("a key is missing");
        const key = string();
        if (object.has(key)) fail(`the key ${key} occurs twice`);
        space();
        if (text[at++] !== ":") fail("a colon is missing");
        object.set(key, value(depth + 1));
        space();
        const next = text[at++];
        if (next === "}") return object;
        if (next !== ",") fail("a comma is missing");
      }
    }
    if (c === "[") {
      const list = [];
      at++;
      space();
      if (text[at] === "]") return at++, list;
      for (;;) {
        list.push(value(depth + 1));
        space();
        const next = text[at++];
        if (next === "]") return list;
        if (next !== ",") fail("a comma is missing");
      }
    }
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]]) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    }
    const number = /-?(0|[1-9]\d*)/y;
    number.lastIndex = at;
    const found = number.exec(text);
    if (!found || "+-.eE0123456789".includes(text[at + found[0].length] ?? " ")) fail("no plain integer");
    const integer = Number(found[0]);
    if (!Number.isSafeInteger(integer) || found[0] === "-0") fail("no plain integer");
    at += found[0].length;
    return integer;
  };
  const result = value(0);
  space();
  if (at !== text.length) fail("something follows");
  return result;
}

/** Canonical JSON of a parsed value (objects are Maps). */
const quoted = (text) => (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text) ? `"${text}"` : JSON.stringify(text));

export function canonical(value) {
  if (typeof value === "string") return quoted(value);
  if (value instanceof Map) {
    let inOrder = true;
    let last = "";
    for (const key of value.keys()) {
      if (key < last) inOrder = false;
      last = key;
    }
    const keys = inOrder ? value.keys() : [...value.keys()].sort();
    let text = "";
    for (const key of keys) text += `${text ? "," : ""}${quoted(key)}:${canonical(value.get(key))}`;
    return `{${text}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return JSON.stringify(value);
}

export const hashOfJson = (value) => toHex(sha256(utf8(canonical(value))));

// ---- trees and the log ----

const leafHash = (bytes) => sha256(concat(Uint8Array.of(0), bytes));
// A leaf text behind the zero that marks leaves.
const textLeafHash = (text) => sha256(utf8Here(`\0${text}`));
const twoNodes = new Uint8Array(65).fill(1, 0, 1);
const nodeHash = (left, right) => {
  twoNodes.set(left, 1);
  twoNodes.set(right, 33);
  return sha256(twoNodes);
};

/** The root over leaf texts. */
export function treeRoot(texts) {
  const peaks = [];
  texts.forEach((text, index) => {
    let node = textLeafHash(text);
    for (let size = index; size & 1; size >>>= 1) node = nodeHash(peaks.pop(), node);
    peaks.push(node);
  });
  return toHex(peaks.length ? peaks.reduceRight((right, left) => nodeHash(left, right)) : sha256(utf8("")));
}

/** The root to which an inclusion proof leads (RFC 9162, section 2.1.3.2), or null. */
function rootFromInclusion(leaf, index, size, proof) {
  if (index >= size) return null;
  let [node, last, root] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return null;
    if (node & 1n || node === last) {
      root = nodeHash(sibling, root);
      while (!(node & 1n) && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      root = nodeHash(root, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n ? root : null;
}

const badName = /[\s\u0085\p{Cc}+]/u;

/** A verifier key of a type, or null. */
export function verifierKey(text, type) {
  const [name, id, ...rest] = text.split("+");
  const body = fromBase64(rest.join("+"));
  if (!name || badName.test(name) || !/^[0-9a-f]{8}$/.test(id ?? "") || !rest.length || !body) return null;
  if (body.length !== 33 || body[0] !== type) return null;
  const key = body.slice(1);
  const expected = toHex(sha256(concat(utf8(`${name}\n`), body))).slice(0, 8);
  return id === expected && ed25519Key(key) ? { name, id, type, key } : null;
}

const decimal = (text) => (/^(0|[1-9]\d*)$/.test(text ?? "") && BigInt(text) < 1n << 64n ? BigInt(text) : null);
const hash64 = (text) => {
  const bytes = fromBase64(text ?? "");
  return bytes?.length === 32 ? bytes : null;
};

/** Opens a checkpoint; throws with the reason. */
function openCheckpoint(note, log, witnesses) {
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || /[\x00-\x09\x0b-\x1f]/.test(note.slice(0, blank))) throw new Error("malformed checkpoint");
  const [text, lines] = [note.slice(0, blank + 1), note.slice(blank + 2)];
  if (!lines.endsWith("\n")) throw new Error("malformed signature lines");
  const signatures = lines.slice(0, -1).split("\n");
  if (signatures.length > 100) throw new Error("too many signatures");
  let signed = false;
  const cosigned = new Map();
  for (const line of signatures) {
    const [dash, name, base64, ...more] = line.split(" ");
    const payload = fromBase64(base64 ?? "");
    if (dash !== "\u2014" || !name || badName.test(name) || more.length || !payload || payload.length < 5) {
      throw new Error("malformed signature line");
    }
    const id = toHex(payload.slice(0, 4));
    const key = [log, ...witnesses].find((known) => known.name === name && known.id === id);
    if (!key) continue;
    let [message, signature, time] = [text, payload.slice(4), null];
    if (key.type === 4) {
      if (signature.length !== 72) throw new Error(`the signature by ${name} is wrong`);
      time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
      message = `cosignature/v1\ntime ${time}\n${text}`;
      signature = signature.slice(8);
    }
    if (!ed25519Verify(key.key, utf8(message), signature)) throw new Error(`the signature by ${name} is wrong`);
    if (key === log) signed = true;
    else if (!cosigned.has(`${name} ${id}`)) cosigned.set(`${name} ${id}`, time);
  }
  if (!signed) throw new Error("the log has not signed");
  const [origin, size, root, ...extensions] = text.slice(0, -1).split("\n");
  const checkpoint = { size: decimal(size), root: hash64(root), times: [...cosigned.values()] };
  if (origin !== log.name || checkpoint.size === null || !checkpoint.root || extensions.includes("")) {
    throw new Error("the checkpoint is malformed or of another log");
  }
  return checkpoint;
}

/** Opens a logged event with its offline proof; throws with the reason. */
export function openEvent({ leaf, proof }, log, witnesses) {
  const blank = proof.indexOf("\n\n");
  const lines = proof.slice(0, blank).split("\n");
  if (blank < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("malformed proof");
  if (lines[0]?.startsWith("extra ") && fromBase64(lines.shift().slice(6)) === null) throw new Error("malformed proof");
  const head = lines.shift() ?? "";
  const index = head.startsWith("index ") ? decimal(head.slice(6)) : null;
  const hashes = lines.map(hash64);
  if (index === null || hashes.includes(null) || hashes.length > 64) throw new Error("malformed proof");
  const checkpoint = openCheckpoint(proof.slice(blank + 2), log, witnesses);
  const root = rootFromInclusion(leafHash(utf8(leaf)), index, checkpoint.size, hashes);
  if (!root || toHex(root) !== toHex(checkpoint.root)) throw new Error("the proof does not lead to the root");
  const event = parseStrict(leaf);
  if (canonical(event) !== leaf) throw new Error("the leaf is not canonical");
  return { index, checkpoint, event };
}
