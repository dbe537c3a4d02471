// A verifier of draws, written from docs/draw.md and docs/log.md alone.
//
// It shares no code with the program that draws, needs no network and no library, and runs in a
// browser from a folder as well as in Node:
//   node verify-draw.mjs bundle.json       one line per check; exit code 0 if nothing failed

import { assignmentChecks } from "./assignment.mjs";
import { concat, fromHex, sha256, sm3, toHex, utf8, utf8Here } from "./hashes.mjs";
import { canonical, hashOfJson, openEvent, parseStrict, treeRoot, verifierKey } from "./log.mjs";
import { blsVerifyG1, blsVerifyG2 } from "./signatures.mjs";

// ---- forms ----

/** Compares by the bytes of UTF-8. */
export function compareBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) {
      // Halves of characters beyond the first plane come after all others.
      const [sx, sy] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
      return sx === sy ? x - y : sx ? 1 : -1;
    }
  }
  return a.length - b.length;
}

const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const is32 = (value) => isCount(value) && value <= 0xffffffff;
const isHash = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isBool = (value) => typeof value === "boolean";
const isField = (value) => isText(value) && value !== "" && !/[\x00-\x1f\x7f-\x9f]/.test(value);
const listOf = (form) => (value) => Array.isArray(value) && value.every((item) => matches(item, form));
const pair = (first, second) => (value) => Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);

/** Whether a value has a form: a predicate, or an object of forms where "?" marks optional ones. */
function matches(value, form) {
  if (typeof form === "function") return form(value);
  if (!(value instanceof Map)) return false;
  const names = Object.keys(form);
  for (const name of names) {
    const optional = name.endsWith("?");
    const key = optional ? name.slice(0, -1) : name;
    if (!value.has(key)) {
      if (!optional) return false;
    } else if (!matches(value.get(key), form[name])) {
      return false;
    }
  }
  return [...value.keys()].every((key) => names.includes(key) || names.includes(`${key}?`));
}

const CUT = {
  slots: listOf(pair(isText, isCount)),
  inspectors: listOf(isText),
  demand: isCount,
  capacity: isCount,
  outside_pairs: isCount,
  shortfall: isCount,
};

const PLAN = {
  v: isCount,
  draw: isText,
  title: isText,
  scope: isText,
  program: isText,
  "repeats?": isText,
  time: isText,
  suite: (value) => value === "sha256" || value === "sm3",
  method: (value) => ["equal", "tickets", "exponential"].includes(value),
  "weights?": (value) => value instanceof Map && [...value.values()].every(is32),
  strata: listOf({ name: isText, "count?": isCount, "rate_ppm?": isCount, "max?": isCount }),
  "reserve?": isCount,
  sources: listOf({
    name: isText,
    "known_at?": isText,
    "commitment?": isHash,
    "holders?": listOf(isText),
    "publish_after?": isText,
  }),
  "witness?": { log: isText, keys: listOf(isText), quorum: isCount },
  "assignment?": {
    places: listOf({ lead: isBool, "offices?": listOf(isText) }),
    even: isBool,
    until: isText,
  },
};

const EVENT = { leaf: isText, proof: isText };

const BUNDLE = {
  v: (value) => value === 1,
  plan: PLAN,
  plan_hash: isHash,
  population: listOf({ id: isText, stratum: isText, weight: is32 }),
  population_root: isHash,
  "roster?": {
    inspectors: listOf({
      id: isText,
      office: isText,
      capacity: is32,
      lead: isBool,
      certificate_until: isText,
      regions: listOf(isText),
    }),
    regions: listOf({ unit: isText, region: isText }),
    conflicts: listOf({ unit: isText, inspector: isText }),
  },
  "roster_root?": isHash,
  "log?": { plan: EVENT, freeze: EVENT },
  sources: listOf({ name: isText, value: isText, "signature?": isText, "previous_signature?": isText }),
  seed: isHash,
  strata: listOf({
    name: isText,
    take: isCount,
    ranking: listOf({ unit: isText, ticket: isHash, "number?": is32, "waiting?": isText }),
  }),
  "assignment?": {
    "load?": is32,
    "load_cut?": CUT,
    teams: listOf({ unit: isText, inspectors: listOf(isText) }),
    "cut?": CUT,
  },
  hash: isHash,
};

/** Plain objects instead of Maps, once the form is known; weights stay a Map. */
function plain(value, key) {
  if (value instanceof Map && key !== "weights") {
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member, name)]));
  }
  return Array.isArray(value) ? value.map((item) => plain(item)) : value;
}

/** Seconds since 1970, or null. */
export function seconds(text) {
  if (!isText(text) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const time = Date.parse(text);
  // Dates that do not exist roll over, or are refused.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== text.slice(0, 19)) return null;
  return time / 1000;
}

const isDate = (text) => seconds(`${text}T00:00:00Z`) !== null;

// ---- sources ----

const CHAINS = {
  "drand-quicknet": {
    genesis: 1692803367,
    period: 3,
    chained: false,
    verify: blsVerifyG1,
    key:
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
      "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  },
  "drand-default": {
    genesis: 1595431050,
    period: 30,
    chained: true,
    verify: blsVerifyG2,
    key: "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
  },
};

const GAMES = { ssq: [6, 33, 1, 16], dlt: [5, 35, 2, 12], kl8: [20, 80, 0, 0], fc3d: [3], pl5: [5] };

/** The parts of a source's name, or null. */
function sourceOf(name) {
  let found = /^(drand-quicknet|drand-default):([1-9]\d{0,18})$/.exec(name);
  if (found) return { kind: "beacon", chain: CHAINS[found[1]], round: BigInt(found[2]) };
  found = /^lottery:(ssq|dlt|kl8|fc3d|pl5):([A-Za-z0-9-]+)$/.exec(name);
  if (found) return { kind: "lottery", game: GAMES[found[1]] };
  const party = name.startsWith("reveal:") ? name.slice(7) : "";
  return isField(party) && !party.includes("=") ? { kind: "reveal", party } : null;
}

function isCanonicalResult([main, largest, extra, extraLargest], text) {
  if (largest === undefined) return new RegExp(`^\\d( \\d){${main - 1}}$`).test(text);
  const group = (part, count, max) => {
    const numbers = part.split(" ");
    return (
      numbers.length === count &&
      numbers.every((n) => /^\d\d$/.test(n) && Number(n) >= 1 && Number(n) <= max) &&
      numbers.every((n, i) => i === 0 || n > numbers[i - 1])
    );
  };
  const parts = text.split("+");
  if (parts.length !== (extra ? 2 : 1)) return false;
  return group(parts[0], main, largest) && (!extra || group(parts[1], extra, extraLargest));
}

const roundTime = (chain, round) => chain.genesis + Number(round - 1n) * chain.period;

/** When a source that nobody knows before becomes known, or null. */
function knownTime(planned) {
  const source = sourceOf(planned.name);
  if (source?.kind === "beacon") return roundTime(source.chain, source.round);
  return source?.kind === "lottery" ? seconds(planned.known_at) : null;
}

// ---- the rules of a plan ----

/** JSON pointers at everything that breaks section 2. */
export function planProblems(plan) {
  const problems = [];
  const unless = (holds, at) => holds || problems.push(at);
  const time = seconds(plan.time);
  unless(plan.v === 1, "/v");
  for (const name of ["draw", "title", "scope", "program"]) unless(isField(plan[name]), `/${name}`);
  unless(plan.repeats === undefined || (isField(plan.repeats) && plan.repeats !== plan.draw), "/repeats");
  unless(time !== null, "/time");
  const weights = [...(plan.weights ?? new Map())];
  const most = plan.method === "tickets" ? 64 : 0xffffffff;
  if (plan.method === "equal") unless(weights.length === 0, "/weights");
  else unless(weights.length > 0 && weights.every(([name, w]) => isField(name) && w >= 1 && w <= most), "/weights");
  unless(plan.strata.length > 0, "/strata");
  plan.strata.forEach((stratum, i) => {
    const first = plan.strata.findIndex((other) => other.name === stratum.name) === i;
    const one = (stratum.count === undefined) !== (stratum.rate_ppm === undefined);
    const capped = stratum.max === undefined || stratum.rate_ppm !== undefined;
    unless(isField(stratum.name) && first && one && capped && (stratum.rate_ppm ?? 0) <= 1000000, `/strata/${i}`);
  });
  let open = false;
  plan.sources.forEach((planned, i) => {
    const source = sourceOf(planned.name);
    const first = plan.sources.findIndex((other) => other.name === planned.name) === i;
    let valid = false;
    const holders = planned.holders ?? [];
    if (source?.kind === "beacon" || source?.kind === "lottery") {
      open = true;
      valid = planned.commitment === undefined && holders.length === 0 && planned.publish_after === undefined;
    }
    if (source?.kind === "beacon") {
      const { genesis, period } = source.chain;
      const round = time < genesis ? 1 : Math.floor((time - genesis) / period) + 2;
      valid &&= time !== null && planned.known_at === undefined && BigInt(round) === source.round;
    } else if (source?.kind === "lottery") {
      const known = seconds(planned.known_at);
      valid &&= known !== null && (time === null || time <= known);
    } else if (source?.kind === "reveal") {
      const later = planned.publish_after === undefined ? time : seconds(planned.publish_after);
      valid = isHash(planned.commitment) && holders.length > 1 && new Set(holders).size === holders.length;
      valid &&= planned.known_at === undefined && (planned.publish_after === undefined || (later !== null && (time === null || time <= later)));
    }
    unless(first && valid, `/sources/${i}`);
  });
  unless(open, "/sources");
  if (plan.witness) {
    const keys = plan.witness.keys.map((key) => verifierKey(key, 4));
    unless(verifierKey(plan.witness.log, 1) !== null, "/witness/log");
    const distinct = new Set(keys.map((key) => key && toHex(key.key)));
    const valid = keys.length > 0 && !keys.includes(null) && distinct.size === keys.length;
    unless(valid, "/witness/keys");
    unless(plan.witness.quorum >= 1 && plan.witness.quorum <= keys.length, "/witness/quorum");
  }
  if (plan.assignment) {
    const { places, until } = plan.assignment;
    unless(places.length >= 1 && places.length <= 4, "/assignment/places");
    unless(places.every((place) => (place.offices ?? []).every(isField)), "/assignment/places");
    unless(isDate(until) && plan.time.slice(0, 10) <= until, "/assignment/until");
  }
  return problems;
}

// ---- numbers and orders ----

/** How many units each stratum gives (section 6). */
export function takes(plan, units) {
  const result = [];
  const remainders = [];
  let parts = 0n;
  plan.strata.forEach((stratum, i) => {
    const available = units.get(stratum.name) ?? 0;
    if (stratum.count !== undefined) {
      result.push(Math.min(stratum.count, available));
      return;
    }
    const exact = BigInt(available) * BigInt(stratum.rate_ppm);
    const rest = exact % 1000000n;
    result.push(Number(exact / 1000000n));
    remainders.push([rest, stratum.name, i]);
    parts += rest;
  });
  remainders.sort((a, b) => (a[0] === b[0] ? compareBytes(a[1], b[1]) : a[0] > b[0] ? -1 : 1));
  const seats = Number((parts + 999999n) / 1000000n);
  for (const [, , i] of remainders.slice(0, seats)) result[i]++;
  return result.map((take, i) => Math.min(take, plan.strata[i].max ?? take));
}

/** e of a ticket (section 5). */
export function waiting(ticket) {
  const x = BigInt(`0x${ticket}`) + 1n;
  const n = x.toString(2).length - 1;
  if (n === 256) return 0n;
  let m = n >= 127 ? x >> BigInt(n - 127) : x << BigInt(127 - n);
  let f = 0n;
  for (let i = 0; i < 64; i++) {
    m = (m * m) >> 127n;
    f <<= 1n;
    if (m >> 128n) [m, f] = [m >> 1n, f + 1n];
  }
  return (256n << 64n) - ((BigInt(n) << 64n) + f);
}

/** The order of a stratum. */
function ranking(plan, hash, seed, stratum, items) {
  const start = `draw-ticket/v1\n${seed}\n${plan.draw}\n${stratum}\n`;
  const ticket = (unit, j) => hash(utf8Here(`${start}${unit}\n${j}\n`));
  const rows = items.map(({ id, weight }) => {
    const row = { unit: id, ticket: ticket(id, 0) };
    if (plan.method === "tickets") {
      row.number = 0;
      for (let j = 1; j < weight; j++) {
        const other = ticket(id, j);
        if (other < row.ticket) Object.assign(row, { ticket: other, number: j });
      }
    } else if (plan.method === "exponential") {
      row.waiting = waiting(row.ticket);
      row.weight = BigInt(weight);
    }
    return row;
  });
  rows.sort((a, b) => {
    if (plan.method === "exponential") {
      const [x, y] = [a.waiting * b.weight, b.waiting * a.weight];
      if (x !== y) return x < y ? -1 : 1;
    } else if (a.ticket !== b.ticket) {
      return a.ticket < b.ticket ? -1 : 1;
    }
    return compareBytes(a.unit, b.unit);
  });
  return rows;
}

const sameRank = (a, b) =>
  a !== undefined &&
  b !== undefined &&
  a.unit === b.unit &&
  a.ticket === b.ticket &&
  a.number === b.number &&
  a.waiting?.toString() === b.waiting;

// ---- the checks ----

/**
 * Verifies the text of a bundle. `trust` may hold the reader's own `log` key and `witnesses` keys
 * as texts. Gives `{ checks, passed }`, each check `{ name, at, outcome, detail }` with the outcome
 * "pass", "fail" or "compare".
 */
export function verifyDraw(text, trust = {}) {
  const checks = [];
  const add = (name, at, outcome, detail) => checks.push({ name, at, outcome, detail });
  const check = (name, at, holds, detail) => add(name, at, holds ? "pass" : "fail", detail);
  const finish = () => ({ checks, passed: checks.every(({ outcome }) => outcome !== "fail") });
  let raw;
  try {
    raw = parseStrict(text);
    if (!matches(raw, BUNDLE)) throw new Error("a field is missing, unknown or of another type");
  } catch (error) {
    add("form", "", "fail", error.message);
    return finish();
  }
  add("form", "", "pass", "the file is a bundle of version 1");
  const bundle = plain(raw);
  const { plan } = bundle;

  const content = new Map(raw);
  content.delete("hash");
  check("hash", "/hash", hashOfJson(content) === bundle.hash, bundle.hash);
  const problems = planProblems(plan);
  problems.forEach((at) => add("plan", `/plan${at}`, "fail", "breaks a rule of section 2"));
  if (!problems.length) add("plan", "/plan", "pass", "the plan keeps the rules");
  const planHash = hashOfJson(raw.get("plan"));
  check("plan-hash", "/plan_hash", planHash === bundle.plan_hash, planHash);

  const form = populationForm(bundle.population);
  if (form) {
    add("population", "/population", "fail", form);
    return finish();
  }
  const units = new Map();
  for (const { stratum } of bundle.population) units.set(stratum, (units.get(stratum) ?? 0) + 1);
  const misfit = populationMisfit(plan, bundle.population, units);
  check("population", "/population", !misfit, misfit ?? `${bundle.population.length} units`);
  const root = treeRoot(bundle.population.map(({ id, stratum, weight }) => `population-item/v1\n${id}\n${stratum}\n${weight}\n`));
  check("population-root", "/population_root", root === bundle.population_root, root);
  const { root: rosterRoot, good: rosterGood } = rosterChecks(bundle, check);

  logChecks(bundle, plan, units, trust, add, check);
  sourceChecks(bundle, plan, add);

  const digest = plan.suite === "sm3" ? sm3 : sha256;
  const hash = (bytes) => toHex(digest(bytes));
  const lines = ["draw-seed/v1", plan.draw, planHash, root, ...bundle.sources.map(({ name, value }) => `${name}=${value}`)];
  if (rosterRoot) lines.push(`roster=${rosterRoot}`);
  const seed = hash(utf8(lines.map((line) => `${line}\n`).join("")));
  check("seed", "/seed", seed === bundle.seed, seed);
  if (problems.length || misfit) return finish();

  orderChecks(bundle, plan, units, hash, seed, add, check);
  if (!rosterGood) return finish();
  const drawn = bundle.strata.flatMap(({ take, ranking: rows }) => rows.slice(0, take).map(({ unit }) => unit));
  const hashLines = (fields) => hash(utf8(fields.map((field) => `${field}\n`).join("")));
  assignmentChecks(bundle, plan, drawn, seed, hashLines, compareBytes, check);
  return finish();
}

function populationForm(items) {
  for (const [i, { id, stratum, weight }] of items.entries()) {
    if (!isField(id) || !isField(stratum) || weight === 0) return `item ${i} is malformed`;
    if (i > 0 && compareBytes(items[i - 1].id, id) >= 0) return `${id} is out of order or occurs twice`;
  }
  return null;
}

function populationMisfit(plan, items, units) {
  const weights = plan.method === "equal" ? [1] : [...(plan.weights ?? new Map()).values()];
  const names = new Set(plan.strata.map(({ name }) => name));
  const wrong = items.find(({ stratum, weight }) => !names.has(stratum) || !weights.includes(weight));
  if (wrong) return `the plan knows neither stratum nor weight of ${wrong.id}`;
  const few = plan.strata.find(({ name, count }) => count !== undefined && (units.get(name) ?? 0) < count);
  return few ? `the stratum ${few.name} has too few units` : null;
}

function rosterChecks({ plan, roster, roster_root: stated }, check) {
  const wanted = plan.assignment !== undefined;
  if (wanted !== (roster !== undefined) || wanted !== (stated !== undefined)) {
    check("roster", "/roster", false, "roster and root are there exactly if the plan assigns officers");
  }
  if (!roster) return { root: null, good: true };
  const rising = (list, compare) => list.every((item, i) => i === 0 || compare(list[i - 1], item) < 0);
  const byConflict = (a, b) => compareBytes(a.unit, b.unit) || compareBytes(a.inspector, b.inspector);
  const good =
    rising(roster.inspectors, (a, b) => compareBytes(a.id, b.id)) &&
    rising(roster.regions, (a, b) => compareBytes(a.unit, b.unit)) &&
    rising(roster.conflicts, byConflict) &&
    roster.regions.every(({ unit, region }) => isField(unit) && isField(region)) &&
    roster.conflicts.every(({ unit, inspector }) => isField(unit) && isField(inspector)) &&
    roster.inspectors.every(
      ({ id, office, certificate_until: until, regions }) =>
        [id, office, ...regions].every(isField) && isDate(until) && rising(regions, compareBytes),
    );
  if (wanted) check("roster", "/roster", good, `${roster.inspectors.length} officers`);
  const texts = [
    ...roster.inspectors.map(
      (o) =>
        `inspector/v1\n${o.id}\n${o.office}\n${o.capacity}\n${o.lead ? "lead" : "member"}\n` +
        `${o.certificate_until}\n${o.regions.map((region) => `${region}\n`).join("")}`,
    ),
    ...roster.regions.map(({ unit, region }) => `unit-region/v1\n${unit}\n${region}\n`),
    ...roster.conflicts.map(({ unit, inspector }) => `conflict/v1\n${unit}\n${inspector}\n`),
  ];
  const root = treeRoot(texts.sort(compareBytes));
  if (wanted) check("roster-root", "/roster_root", root === stated, root);
  return { root, good };
}

function logChecks(bundle, plan, units, trust, add, check) {
  if (!plan.witness && !bundle.log) {
    add("freeze-time", "/log", "compare", "the plan names no log: compare when the lists were published");
    return;
  }
  if (!plan.witness || !bundle.log) {
    add("log-plan", "/log", "fail", "the proofs of the log are there exactly if the plan names a log");
    return;
  }
  const own = trust.log !== undefined;
  const log = verifierKey(own ? trust.log : plan.witness.log, 1);
  const witnesses = (own ? (trust.witnesses ?? []) : plan.witness.keys).map((key) => verifierKey(key, 4));
  if (!log || witnesses.includes(null)) return;
  if (!own) add("keys", "/plan/witness", "compare", "compare the keys with what log and witnesses publish");
  const strata = Object.fromEntries(units);
  const freezeData = { count: bundle.population.length, population_root: treeRootStated(bundle), strata };
  if (bundle.roster_root !== undefined) freezeData.roster_root = bundle.roster_root;
  const planData = {
    plan_hash: bundle.plan_hash,
    seed_sources: plan.sources.map(({ name }) => name),
    suite: plan.suite,
  };
  const opened = (name, at, evidence, type, data) => {
    try {
      const result = openEvent(evidence, log, witnesses);
      const expected = parseStrict(JSON.stringify({ v: 1, type, time: result.event.get?.("time") ?? null, ref: plan.draw, data }));
      if (!seconds(String(result.event.get("time")).replace(/\.\d{1,9}Z$/, "Z")) || canonical(expected) !== evidence.leaf) {
        throw new Error(`the event is not ${type} with this content`);
      }
      add(name, at, "pass", `entry ${result.index} of the log`);
      return result;
    } catch (error) {
      add(name, at, "fail", error.message);
      return null;
    }
  };
  const published = opened("log-plan", "/log/plan", bundle.log.plan, "draw.plan.published", planData);
  const frozen = opened("log-freeze", "/log/freeze", bundle.log.freeze, "draw.population.frozen", freezeData);
  if (!frozen) return;
  if (published && frozen.index <= published.index) {
    add("log-plan", "/log/plan", "fail", "the plan was published after the freeze");
  }
  const known = plan.sources.map(knownTime).filter((time) => time !== null);
  const deadline = Math.min(...known) - 600;
  const count = frozen.checkpoint.times.filter((time) => time !== null && Number(time) <= deadline).length;
  check("freeze-time", "/log/freeze", known.length > 0 && count >= plan.witness.quorum, `${count} witnesses in time`);
}

/** The root of the population as recomputed for the log. */
const treeRootStated = (bundle) =>
  treeRoot(bundle.population.map(({ id, stratum, weight }) => `population-item/v1\n${id}\n${stratum}\n${weight}\n`));

function sourceChecks(bundle, plan, add) {
  const names = (list) => JSON.stringify(list.map(({ name }) => name));
  if (names(bundle.sources) !== names(plan.sources)) {
    add("source", "/sources", "fail", "the sources are not those of the plan in its order");
  }
  bundle.sources.forEach((stated, i) => {
    const planned = plan.sources.find(({ name }) => name === stated.name);
    const [outcome, detail] = planned ? checkSource(plan, planned, stated) : ["fail", "not in the plan"];
    add("source", `/sources/${i}`, outcome, `${stated.name}: ${detail}`);
  });
}

function checkSource(plan, planned, stated) {
  const source = sourceOf(stated.name);
  if (!source) return ["fail", "this is not the name of a source"];
  if (source.kind === "beacon") return checkBeacon(source, stated);
  if (stated.signature !== undefined || stated.previous_signature !== undefined) {
    return ["fail", "a signature belongs to a beacon only"];
  }
  if (source.kind === "lottery") {
    return isCanonicalResult(source.game, stated.value)
      ? ["compare", `${stated.value}: compare with the published result`]
      : ["fail", "not the canonical text of a result"];
  }
  const text = `draw-reveal/v1\n${plan.draw}\n${source.party}\n${stated.value}\n`;
  const right = isHash(stated.value) && toHex(sha256(utf8(text))) === planned.commitment;
  return right ? ["pass", "the secret is the one committed to"] : ["fail", "the secret is missing or another one"];
}

function checkBeacon({ chain, round }, stated) {
  const signature = fromHex(stated.signature);
  const previous = stated.previous_signature === undefined ? null : fromHex(stated.previous_signature);
  if (!signature) return ["fail", "the signature is missing or no hexadecimal"];
  if (chain.chained !== (previous !== null)) return ["fail", "the previous signature is missing or too much"];
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, round);
  const message = sha256(previous ? concat(previous, number) : number);
  if (!chain.verify(fromHex(chain.key), message, signature)) return ["fail", "the signature is not that of this round"];
  const value = toHex(sha256(signature));
  return value === stated.value ? ["pass", "signed by the beacon"] : ["fail", `the value of the round is ${value}`];
}

function orderChecks(bundle, plan, units, hash, seed, add, check) {
  if (JSON.stringify(bundle.strata.map(({ name }) => name)) !== JSON.stringify(plan.strata.map(({ name }) => name))) {
    add("ranking", "/strata", "fail", "the strata are not those of the plan in its order");
    return;
  }
  const groups = new Map();
  for (const item of bundle.population) {
    if (!groups.has(item.stratum)) groups.set(item.stratum, []);
    groups.get(item.stratum).push(item);
  }
  takes(plan, units).forEach((take, i) => {
    const stated = bundle.strata[i];
    check("take", `/strata/${i}/take`, take === stated.take, `${stated.name}: ${take} are drawn`);
    const rows = ranking(plan, hash, seed, stated.name, groups.get(stated.name) ?? []);
    const shown = plan.reserve === undefined ? rows : rows.slice(0, take + plan.reserve);
    const length = Math.max(shown.length, stated.ranking.length);
    let wrong = 0;
    while (wrong < length && sameRank(shown[wrong], stated.ranking[wrong])) wrong++;
    const at = `/strata/${i}/ranking`;
    if (wrong === length) add("ranking", at, "pass", `${stated.name}: ${length} units in order`);
    else add("ranking", `${at}/${wrong}`, "fail", `${stated.name}: place ${wrong + 1} belongs to ${shown[wrong]?.unit}`);
  });
}

// ---- the command ----

/* node-only */
async function main() {
  const { readFileSync } = await import("node:fs");
  const [, , argument] = process.argv;
  if (argument === "--lines") {
    // For tests: one bundle per line of standard input, one report per line of output.
    for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
      process.stdout.write(`${JSON.stringify(verifyDraw(line))}\n`);
    }
    return;
  }
  if (!argument) {
    console.error("usage: node verify-draw.mjs bundle.json");
    process.exitCode = 2;
    return;
  }
  const { checks, passed } = verifyDraw(readFileSync(argument, "utf8"));
  for (const { name, at, outcome, detail } of checks) {
    console.log(`${{ pass: "ok     ", fail: "FAILED ", compare: "compare" }[outcome]} ${name.padEnd(16)} ${at}  ${detail}`);
  }
  process.exitCode = passed ? 0 : 1;
}

if (typeof process !== "undefined" && process.argv?.[1]?.endsWith("verify-draw.mjs")) await main();
/* end node-only */
