// Section 7 of docs/draw.md: who visits whom, found again by a search of its own.

/** What is to be assigned: places, admissible officers, capacities. */
function problemOf(bundle, rules, drawn) {
  const { inspectors, regions, conflicts } = bundle.roster;
  const region = new Map(regions.map((row) => [row.unit, row.region]));
  const barred = new Set(conflicts.map((row) => `${row.unit}\n${row.inspector}`));
  const may = (place, unit) => (officer) =>
    officer.certificate_until >= rules.until &&
    (!region.has(unit) || officer.regions.includes(region.get(unit))) &&
    (!place.lead || officer.lead) &&
    (!place.offices?.length || place.offices.includes(officer.office)) &&
    !barred.has(`${unit}\n${officer.id}`);
  const shared = new Map();
  const busy = new Set(conflicts.map(({ unit }) => unit));
  const units = drawn.map((id) => {
    const places = rules.places.map((place, number) => {
      const key = JSON.stringify([number, region.get(id) ?? null]);
      if (busy.has(id)) return inspectors.filter(may(place, id)).map((o) => o.id);
      if (!shared.has(key)) shared.set(key, inspectors.filter(may(place, id)).map((o) => o.id));
      return shared.get(key);
    });
    return { id, places };
  });
  return { units, capacity: new Map(inspectors.map(({ id, capacity }) => [id, capacity])) };
}

const capped = ({ units, capacity }, load) => ({
  units,
  capacity: new Map([...capacity].map(([id, own]) => [id, Math.min(own, load)])),
});

/** A partial assignment that can be mended by moving officers along. */
class Seats {
  constructor(problem) {
    this.capacity = problem.capacity;
    this.load = new Map([...problem.capacity.keys()].map((id) => [id, 0]));
    this.held = new Map([...problem.capacity.keys()].map((id) => [id, new Set()]));
    // Seats are numbered; each knows its unit's seats, its candidates and its officer.
    this.seats = [];
    this.first = new Map();
    for (const { id, places } of problem.units) {
      const team = places.map((_, i) => this.seats.length + i);
      this.first.set(id, team[0]);
      for (const candidates of places) {
        this.seats.push({ team, candidates, allowed: new Set(candidates), officer: null, settled: false });
      }
    }
  }

  put(seat, officer) {
    const { officer: old } = this.seats[seat];
    if (old !== null) {
      this.load.set(old, this.load.get(old) - 1);
      this.held.get(old).delete(seat);
    }
    this.seats[seat].officer = officer;
    if (officer !== null) {
      this.load.set(officer, this.load.get(officer) + 1);
      this.held.get(officer).add(seat);
    }
  }

  /** Another seat of the same team that has this officer. */
  rival(seat, officer) {
    return this.seats[seat].team.find((other) => other !== seat && this.seats[other].officer === officer);
  }

  /** Finds officers for an empty seat, or relieves an officer with one seat too many. */
  mend({ seat, officer }) {
    const seatFrom = new Map();
    const officerFrom = new Map();
    const queue = [];
    const release = (relieved) => {
      for (const held of this.held.get(relieved)) {
        if (!this.seats[held].settled && !seatFrom.has(held)) {
          seatFrom.set(held, { left: relieved });
          queue.push(held);
        }
      }
    };
    if (seat !== undefined) {
      seatFrom.set(seat, null);
      queue.push(seat);
    } else {
      officerFrom.set(officer, null);
      release(officer);
    }
    while (queue.length) {
      const current = queue.shift();
      for (const candidate of this.seats[current].candidates) {
        if (candidate === this.seats[current].officer) continue;
        const rival = this.rival(current, candidate);
        if (rival !== undefined) {
          if (!this.seats[rival].settled && !seatFrom.has(rival)) {
            seatFrom.set(rival, { pushedBy: current, officer: candidate });
            queue.push(rival);
          }
        } else if (!officerFrom.has(candidate)) {
          officerFrom.set(candidate, current);
          if (this.load.get(candidate) < this.capacity.get(candidate)) {
            this.follow(candidate, seatFrom, officerFrom);
            return true;
          }
          release(candidate);
        }
      }
    }
    return false;
  }

  /** Moves everybody along the way that was found, from its end to its beginning. */
  follow(officer, seatFrom, officerFrom) {
    let free = officer;
    let seat = officerFrom.get(officer);
    while (seat !== null && seat !== undefined) {
      const from = seatFrom.get(seat);
      this.put(seat, free);
      if (from === null) return;
      if (from.left !== undefined) {
        free = from.left;
        seat = officerFrom.get(free);
      } else {
        free = from.officer;
        seat = from.pushedBy;
      }
    }
  }

  /** Fills every seat, if that is possible. */
  fill() {
    return this.seats.every((_, seat) => this.mend({ seat }));
  }

  /** Puts an officer into a seat for good, if everything else can still be filled. */
  settle(seat, officer) {
    const { officer: old } = this.seats[seat];
    this.seats[seat].settled = true;
    if (old === officer) return true;
    const rival = this.rival(seat, officer);
    if (rival !== undefined) {
      if (this.seats[rival].settled) {
        this.seats[seat].settled = false;
        return false;
      }
      this.put(rival, null);
      this.put(seat, officer);
      if (this.mend({ seat: rival })) return true;
      this.put(seat, null);
      this.put(rival, officer);
    } else {
      this.put(seat, officer);
      if (this.load.get(officer) <= this.capacity.get(officer) || this.mend({ officer })) return true;
    }
    this.put(seat, old);
    this.seats[seat].settled = false;
    return false;
  }
}

/** The canonical assignment, or null. */
export function assign(problem, order, candidateOrder) {
  const seats = new Seats(problem);
  if (!seats.fill()) return null;
  return order(problem.units).map(({ id, places }) => {
    const inspectors = places.map((candidates, i) => {
      const seat = seats.first.get(id) + i;
      return candidateOrder(id, candidates).find((officer) => seats.settle(seat, officer));
    });
    return { unit: id, inspectors };
  });
}

/** Whether a cut adds up and proves that no assignment exists; the reason if not. */
export function cutFault(problem, cut, compare) {
  const units = new Map(problem.units.map((unit) => [unit.id, unit]));
  const rising = (list, order) => list.every((item, i) => i === 0 || order(list[i - 1], item) < 0);
  if (!rising(cut.slots, (a, b) => compare(a[0], b[0]) || a[1] - b[1]) || !rising(cut.inspectors, compare)) {
    return "the lists are not in order";
  }
  const listed = new Map();
  for (const [unit, place] of cut.slots) {
    if (!units.has(unit) || place >= units.get(unit).places.length) return "a place does not exist";
    listed.set(unit, [...(listed.get(unit) ?? []), place]);
  }
  if (!cut.inspectors.every((id) => problem.capacity.has(id))) return "an officer does not exist";
  const inside = new Set(cut.inspectors);
  const capacity = cut.inspectors.reduce((sum, id) => sum + problem.capacity.get(id), 0);
  let outside = 0;
  for (const [unit, places] of listed) {
    const able = new Set(places.flatMap((place) => units.get(unit).places[place]));
    for (const id of able) outside += inside.has(id) ? 0 : 1;
  }
  const shortfall = cut.slots.length - capacity - outside;
  const right =
    cut.demand === cut.slots.length &&
    cut.capacity === capacity &&
    cut.outside_pairs === outside &&
    cut.shortfall === shortfall;
  if (!right) return "the counts are wrong";
  return shortfall > 0 ? null : "it proves nothing";
}

/** The checks `load`, `assignment` and `cut` of a bundle. */
export function assignmentChecks(bundle, plan, drawn, seed, hash, compare, check) {
  const { assignment: stated } = bundle;
  const rules = plan.assignment;
  if (!rules && !stated && !bundle.roster) return;
  if (!rules || !stated || !bundle.roster) {
    check("assignment", "/assignment", false, "an assignment is there exactly if the plan demands one");
    return;
  }
  const problem = problemOf(bundle, rules, drawn);
  if (stated.cut) {
    const fault = cutFault(problem, stated.cut, compare);
    check("cut", "/assignment/cut", fault === null, fault ?? `${stated.cut.shortfall} places cannot be filled`);
    const alone = stated.teams.length === 0 && stated.load === undefined && stated.load_cut === undefined;
    if (!alone) check("assignment", "/assignment", false, "there is more beside the proof that there is none");
    return;
  }
  let limited = problem;
  if (rules.even) {
    const { load, load_cut: cut } = stated;
    if (load === undefined || (load > 0 && !cut) || (load === 0 && cut)) {
      check("load", "/assignment/load", false, "the load or the proof of it is missing or too much");
      return;
    }
    const fault = load > 0 ? cutFault(capped(problem, load - 1), cut, compare) : null;
    check("load", "/assignment/load", fault === null, fault ?? `nobody has more than ${load}`);
    if (fault !== null) return;
    limited = capped(problem, load);
  } else if (stated.load !== undefined || stated.load_cut !== undefined) {
    check("load", "/assignment/load", false, "the plan demands no even load");
    return;
  }
  const ranked = (items, key, name) =>
    items
      .map((item) => [key(item), item])
      .sort((a, b) => (a[0] === b[0] ? compare(name(a[1]), name(b[1])) : a[0] < b[0] ? -1 : 1))
      .map(([, item]) => item);
  const teams = assign(
    limited,
    (units) => ranked(units, ({ id }) => hash(["assign-unit/v1", seed, plan.draw, id]), ({ id }) => id),
    (unit, candidates) => ranked(candidates, (id) => hash(["assign-pair/v1", seed, plan.draw, unit, id]), (id) => id),
  );
  if (!teams) {
    check("assignment", "/assignment", false, "no complete assignment exists");
    return;
  }
  const same = (a, b) => a && b && a.unit === b.unit && JSON.stringify(a.inspectors) === JSON.stringify(b.inspectors);
  const length = Math.max(teams.length, stated.teams.length);
  let wrong = 0;
  while (wrong < length && same(teams[wrong], stated.teams[wrong])) wrong++;
  if (wrong === length) check("assignment", "/assignment/teams", true, `${length} teams as the rule demands`);
  else check("assignment", `/assignment/teams/${wrong}`, false, `expected ${teams[wrong]?.unit}: ${teams[wrong]?.inspectors.join(", ")}`);
}
