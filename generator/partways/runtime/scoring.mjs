/**
 * Answers to a result, over everything that is still possible. Pure, total, exact.
 *
 * The twin of `scoring.py`, which says what the words mean: both read the same program and must
 * agree on every answer sheet; change them together. An item is a set of possible options (a bit
 * mask), a number an interval of fractions, a truth NO, OPEN or YES.
 *
 * @import {Answers, Expression, Item, Program, Result, Truth} from "./types.mjs"
 */

const NO = 0;
const OPEN = 1;
const YES = 2;
/** @type {Truth[]} */
const TRUTH = ["no", "open", "yes"];
const ABSENT = 1 << 24;
const MOST_PIVOTS = 64;
const MOST_CHANGES = 6;
const MOST_PAIRS = 500;
const MOST_PROBES = 1000;

/** The format of programs that this script reads. */
export const FORMAT = 1;

/**
 * An interval of fractions: low, low of, high, high of, absent (NO, OPEN, YES).
 *
 * @typedef {[number, number, number, number, number]} Interval
 * @typedef {[number, number]} Fraction
 * @typedef {(state: State) => number} Rule
 * @typedef {(state: State) => Interval} Amount
 * @typedef {[item: number, option: number]} Change
 */

/** @type {Interval} */
const NOTHING = [0, 1, 0, 1, YES];

/** @param {number} value @returns {Interval} */
const exactly = (value) => [value, 1, value, 1, NO];

/** @param {number} mask */
const bit = (mask) => 31 - Math.clz32(mask);

/** @param {number} mask */
const isOne = (mask) => (mask & (mask - 1)) === 0;

/**
 * The rule as a function of a state, giving NO, OPEN or YES.
 *
 * @param {any} rule
 * @param {Compiled} compiled
 * @returns {Rule}
 */
export function truth(rule, compiled) {
  const operator = /** @type {string} */ (Object.keys(rule)[0]);
  const args = rule[operator];
  /** @param {number} mask @param {number} wanted */
  const within = (mask, wanted) => (mask & wanted ? (mask & ~wanted ? OPEN : YES) : NO);
  switch (operator) {
    case "and":
    case "or": {
      const parts = args.map((/** @type {any} */ arg) => truth(arg, compiled));
      const end = operator === "and" ? NO : YES;
      return (state) => {
        let found = YES - end;
        for (const part of parts) {
          const holds = part(state);
          if (holds === end) return end;
          if (holds === OPEN) found = OPEN;
        }
        return found;
      };
    }
    case "!": {
      const part = truth(args[0], compiled);
      return (state) => YES - part(state);
    }
    case "in": {
      const item = compiled.at(args[0].var);
      const wanted = compiled.mask(item, args[1]);
      return (state) => within(/** @type {number} */ (state.possible[item]), wanted);
    }
    case "var": {
      const [name, setting] = args.split(".");
      const item = compiled.at(name);
      const place = setting === "knock_out" ? 1 : 2;
      return (state) => (state.settings[item]?.[place] ? YES : NO);
    }
    case "applies": {
      const item = compiled.at(args);
      return (state) => YES - within(/** @type {number} */ (state.possible[item]), ABSENT);
    }
    case "raised": {
      const dimension = compiled.dimensionAt(args);
      return (state) => state.raised(dimension);
    }
    case "red": {
      const line = compiled.lines.indexOf(args);
      return (state) => state.red(line);
    }
  }
  if (args[0].step) {
    // A set of steps, not an interval: between two steps there may be none that can be.
    let wanted = 0;
    for (let rank = 0; rank <= compiled.program.steps.length; rank += 1) {
      if (compare(operator, exactly(rank), exactly(args[1])) === YES) wanted |= 1 << rank;
    }
    return (state) => within(state.steps(), wanted);
  }
  const left = numberOf(args[0], compiled);
  const right = numberOf(args[1], compiled);
  return (state) => compare(operator, left(state), right(state));
}

/**
 * `a operator b`; with an absent side it is *no*.
 *
 * @param {string} operator
 * @param {Interval} a
 * @param {Interval} b
 * @returns {number}
 */
function compare(operator, a, b) {
  if (operator === ">") return compare("<", b, a);
  if (operator === ">=") return compare("<=", b, a);
  const absent = Math.max(a[4], b[4]);
  if (absent === YES) return NO;
  const highLow = a[2] * b[1] - b[0] * a[3];
  const lowHigh = a[0] * b[3] - b[2] * a[1];
  let found;
  if (operator === "==") {
    const one = a[0] * a[3] === a[2] * a[1] && b[0] * b[3] === b[2] * b[1];
    found = highLow < 0 || lowHigh > 0 ? NO : one ? YES : OPEN;
  } else if (operator === "<") {
    found = highLow < 0 ? YES : lowHigh < 0 ? OPEN : NO;
  } else {
    found = highLow <= 0 ? YES : lowHigh <= 0 ? OPEN : NO;
  }
  return absent ? Math.min(found, OPEN) : found;
}

/**
 * The number as a function of a state.
 *
 * @param {any} number
 * @param {Compiled} compiled
 * @returns {Amount}
 */
export function numberOf(number, compiled) {
  if (typeof number === "number") {
    const constant = exactly(number);
    return () => constant;
  }
  const operator = /** @type {string} */ (Object.keys(number)[0]);
  const args = number[operator];
  switch (operator) {
    case "points": {
      const item = compiled.at(args);
      return (state) => state.points(item);
    }
    case "score": {
      const dimension = compiled.dimensionAt(args);
      return (state) => state.score(dimension);
    }
    case "count": {
      const parts = args.map((/** @type {any} */ arg) => truth(arg, compiled));
      return (state) => {
        let low = 0;
        let high = 0;
        for (const part of parts) {
          const holds = part(state);
          if (holds === YES) low += 1;
          if (holds !== NO) high += 1;
        }
        return [low, 1, high, 1, NO];
      };
    }
    case "knocked": {
      const limit = exactly(args[1]);
      return (state) => state.knocked(args[0], limit);
    }
    case "var": {
      const item = compiled.at(args.split(".")[0]);
      return (state) => exactly(state.settings[item]?.[0] ?? 1);
    }
  }
  const parts = args.map((/** @type {any} */ arg) => numberOf(arg, compiled));
  return (state) => arithmetic(operator, parts.map((/** @type {Amount} */ part) => part(state)));
}

/**
 * `min`, `max` and sums leave absent numbers out; other operators are absent with them.
 *
 * @param {string} operator
 * @param {Interval[]} numbers
 * @returns {Interval}
 */
function arithmetic(operator, numbers) {
  if (operator === "min" || operator === "max") {
    const there = numbers.filter((n) => n[4] !== YES);
    if (!there.length) return NOTHING;
    const sure = there.filter((n) => n[4] === NO);
    const is = { max: operator === "max", min: operator === "min" };
    const best = is.max ? most : least;
    const worst = is.max ? least : most;
    const lows = (sure.length && is.max ? sure : there).map(lowOf);
    const highs = (sure.length && is.min ? sure : there).map(highOf);
    const low = sure.length || is.min ? best(lows) : worst(lows);
    const high = sure.length || is.max ? best(highs) : worst(highs);
    return [...low, ...high, sure.length ? NO : OPEN];
  }
  if (operator === "+") {
    /** @type {Fraction} */
    let low = [0, 1];
    /** @type {Fraction} */
    let high = [0, 1];
    for (const n of numbers) {
      if (n[4] === YES) continue;
      const may = n[4] === OPEN;
      low = add(low, may ? least([lowOf(n), [0, 1]]) : lowOf(n));
      high = add(high, may ? most([highOf(n), [0, 1]]) : highOf(n));
    }
    return [...low, ...high, NO];
  }
  const absent = Math.max(...numbers.map((n) => n[4]));
  if (absent === YES) return NOTHING;
  const a = /** @type {Interval} */ (numbers[0]);
  if (operator === "-" && numbers.length === 1) return [-a[2], a[3], -a[0], a[1], absent];
  let b = /** @type {Interval} */ (numbers[1]);
  if (operator === "-") {
    return [...add(lowOf(a), [-b[2], b[3]]), ...add(highOf(a), [-b[0], b[1]]), absent];
  }
  if (operator === "/") {
    if (!b[0]) return NOTHING;
    const sign = Math.sign(b[0]);
    b = [sign * b[1], sign * b[0], sign * b[1], sign * b[0], NO];
  }
  /** @type {Fraction[]} */
  const ends = [];
  for (const x of [lowOf(a), highOf(a)]) {
    for (const y of [lowOf(b), highOf(b)]) ends.push(reduce(x[0] * y[0], x[1] * y[1]));
  }
  return [...least(ends), ...most(ends), absent];
}

/** @param {Interval} n @returns {Fraction} */
const lowOf = (n) => [n[0], n[1]];

/** @param {Interval} n @returns {Fraction} */
const highOf = (n) => [n[2], n[3]];

/** @param {number} top @param {number} bottom @returns {Fraction} */
function reduce(top, bottom) {
  let [a, b] = [Math.abs(top), bottom];
  while (b) [a, b] = [b, a % b];
  // `+ 0` turns a negative zero into zero.
  return [top / a + 0, bottom / a];
}

/** @param {Fraction} a @param {Fraction} b */
const add = (a, b) => reduce(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);

/** @param {Fraction[]} all */
const least = (all) => all.reduce((best, one) => (one[0] * best[1] < best[0] * one[1] ? one : best));

/** @param {Fraction[]} all */
const most = (all) => all.reduce((best, one) => (one[0] * best[1] > best[0] * one[1] ? one : best));

/** @param {Item} item @param {number} option its mask */
const pointsOf = (item, option) => item.points?.[bit(option)] ?? 0;

/** A program made ready once: positions of names, masks, and rules as closures. */
class Compiled {
  /** @param {Program} program */
  constructor(program) {
    if (program.format !== FORMAT) throw new Error(`program of format ${program.format}`);
    this.program = program;
    this.items = program.items;
    this.dimensions = program.dimensions;
    /** @type {Map<string, number>} */
    this.index = new Map(program.items.map((item, i) => [item.id, i]));
    this.lines = program.red_lines.map((line) => line.id);
    /** @type {number[][]} */
    this.options = this.items.map((item) => {
      const counted = [...(item.unknown ?? []), ...(item.skip ?? [])];
      return item.options.map((_, o) => 1 << o).filter((_, o) => !counted.includes(o));
    });
    this.substantive = this.options.map((masks) => masks.reduce((all, mask) => all | mask, 0));
    this.all = this.items.map((item, i) => this.maskOf(i) | (item.skip?.length ? ABSENT : 0));
    this.byPoints = this.items.map((item, i) =>
      this.optionsOf(i).slice().sort((a, b) => pointsOf(item, a) - pointsOf(item, b)),
    );
    this.least = this.byPoints.map((masks, i) => this.pointsAt(i, masks[0]));
    this.top = this.byPoints.map((masks, i) => this.pointsAt(i, masks.at(-1)));
    /** @type {Map<any, Rule>} */
    this.rules = new Map();
    /** @param {{when?: Expression}} part */
    const ready = (part) => (part.when === undefined ? null : this.rule(part.when));
    this.groups = program.groups.map(ready);
    this.raised = this.dimensions.map((d) => ready(d.raised === undefined ? {} : { when: d.raised }));
    this.reds = program.red_lines.map((line) => this.rule(line.when));
    this.measures = program.measures.map((measure) => this.rule(measure.when));
    this.verdicts = program.verdicts.map(ready);
    /** @type {Set<number>} */
    this.controls = new Set();
    for (const group of program.groups) this.named(group.when, this.controls);
    const pivots = new Set(this.controls);
    if (program.step_by !== undefined) pivots.add(program.step_by);
    this.pivots = [...pivots].sort((a, b) => a - b);
    const used = new Set(pivots);
    for (const d of this.dimensions) for (const i of d.items) used.add(i);
    for (const part of [...program.red_lines, ...program.measures, ...program.verdicts]) {
      this.named(part.when, used);
    }
    this.relevant = [...used].sort((a, b) => a - b);
  }

  /** @param {number} item */
  maskOf(item) {
    return /** @type {number} */ (this.substantive[item]);
  }

  /** @param {number} item */
  optionsOf(item) {
    return /** @type {number[]} */ (this.options[item]);
  }

  /** @param {number} item @param {number | undefined} option */
  pointsAt(item, option) {
    return option === undefined ? 0 : pointsOf(/** @type {Item} */ (this.items[item]), option);
  }

  /** @param {string} name */
  at(name) {
    return /** @type {number} */ (this.index.get(name));
  }

  /** @param {string} name */
  dimensionAt(name) {
    return this.dimensions.findIndex((d) => d.id === name);
  }

  /** @param {any} expression */
  rule(expression) {
    let found = this.rules.get(expression);
    if (!found) this.rules.set(expression, (found = truth(expression, this)));
    return found;
  }

  /** @param {number} item @param {string[]} options */
  mask(item, options) {
    const names = /** @type {Item} */ (this.items[item]).options;
    return options.reduce((mask, option) => mask | (1 << names.indexOf(option)), 0);
  }

  /** @param {any} expression @param {Set<number>} found */
  named(expression, found) {
    if (typeof expression !== "object" || expression === null) return;
    const operator = /** @type {string} */ (Object.keys(expression)[0]);
    const args = expression[operator];
    if (["var", "points", "applies"].includes(operator)) found.add(this.at(args.split(".")[0]));
    else if (Array.isArray(args)) for (const arg of args) this.named(arg, found);
  }
}

/** One answer sheet as sets of what is possible, kept up to date answer by answer. */
class State {
  /**
   * @param {Compiled} compiled
   * @param {number[]} given
   * @param {Array<[number, number, number]>} settings
   */
  constructor(compiled, given, settings) {
    this.compiled = compiled;
    this.given = given;
    this.settings = settings;
    const zeros = () => compiled.dimensions.map(() => 0);
    this.low = zeros();
    this.high = zeros();
    this.most = zeros();
    this.sure = zeros();
    this.possible = given.map(() => ABSENT);
    this.gates = compiled.groups.map(() => YES);
    /** @type {number[]} */
    this.known = [];
    this.forget();
    this.refresh();
  }

  forget() {
    this.known = this.compiled.dimensions.map(() => -1);
    this.stepsKnown = -1;
  }

  /** @param {number} item @param {number} mask */
  set(item, mask) {
    if (this.given[item] === mask) return;
    this.given[item] = mask;
    if (this.compiled.controls.has(item)) {
      this.refresh();
      this.forget();
      return;
    }
    this.update(item);
    // Whether a dimension is raised rests on its own items only.
    for (const d of this.compiled.items[item]?.in ?? []) this.known[d] = -1;
    this.stepsKnown = -1;
  }

  /** @param {number} item @param {number} weight */
  weigh(item, weight) {
    const settings = /** @type {[number, number, number]} */ (this.settings[item]);
    const mask = /** @type {number} */ (this.possible[item]);
    this.add(item, mask, -1);
    settings[0] = weight;
    this.add(item, mask, 1);
    this.forget();
  }

  refresh() {
    let group = -1;
    this.compiled.items.forEach((item, i) => {
      // Sections are asked only because of earlier ones, so one walk settles them all.
      if (item.group !== group) {
        group = /** @type {number} */ (item.group);
        this.gates[group] = this.compiled.groups[group]?.(this) ?? YES;
      }
      this.update(i);
    });
  }

  /** @param {number} item */
  update(item) {
    const gate = this.gates[/** @type {number} */ (this.compiled.items[item]?.group)];
    const off = gate === NO || !this.settings[item]?.[2];
    const mask = off ? ABSENT : /** @type {number} */ (this.given[item]) | (gate === OPEN ? ABSENT : 0);
    const old = /** @type {number} */ (this.possible[item]);
    if (mask === old) return;
    this.add(item, old, -1);
    this.possible[item] = mask;
    this.add(item, mask, 1);
  }

  /**
   * Add what an item with these possible answers gives to its dimensions.
   *
   * @param {number} item
   * @param {number} mask
   * @param {number} times
   */
  add(item, mask, times) {
    const dimensions = this.compiled.items[item]?.in ?? [];
    if (mask === ABSENT || !dimensions.length) return;
    const [low, high] = this.span(item, mask);
    const top = this.compiled.top[item] ?? 0;
    for (const d of dimensions) {
      const weight = this.compiled.dimensions[d]?.weighted ? (this.settings[item]?.[0] ?? 1) : 1;
      if (weight * top === 0) continue;
      this.low[d] = (this.low[d] ?? 0) + times * weight * low;
      this.high[d] = (this.high[d] ?? 0) + times * weight * high;
      this.most[d] = (this.most[d] ?? 0) + times * weight * top;
      if (!(mask & ABSENT)) this.sure[d] = (this.sure[d] ?? 0) + times;
    }
  }

  /** @param {number} item @param {number} mask @returns {[number, number]} */
  span(item, mask) {
    const top = this.compiled.top[item] ?? 0;
    if (mask & ABSENT) return [0, top];
    if (mask === this.compiled.substantive[item]) return [this.compiled.least[item] ?? 0, top];
    const points = this.compiled.pointsAt(item, mask);
    return [points, points];
  }

  /** @param {number} d @returns {Interval} */
  score(d) {
    const of = this.most[d] ?? 0;
    if (!of) return NOTHING;
    return [100 * (this.low[d] ?? 0), of, 100 * (this.high[d] ?? 0), of, this.sure[d] ? NO : OPEN];
  }

  /** @param {number} item @returns {Interval} */
  points(item) {
    const mask = /** @type {number} */ (this.possible[item]);
    if (mask === ABSENT) return NOTHING;
    const [low, high] = this.span(item, mask & ~ABSENT);
    return [low, 1, high, 1, mask & ABSENT ? OPEN : NO];
  }

  /** @param {number} d @returns {number} */
  raised(d) {
    let found = /** @type {number} */ (this.known[d]);
    if (found < 0) found = this.known[d] = this.compiled.raised[d]?.(this) ?? NO;
    return found;
  }

  /** @param {number} line @returns {number} */
  red(line) {
    return this.compiled.reds[line]?.(this) ?? NO;
  }

  /** @param {string} sign @param {Interval} limit @returns {Interval} */
  knocked(sign, limit) {
    let low = 0;
    let high = 0;
    this.settings.forEach(([, knockOut], item) => {
      if (!knockOut || this.possible[item] === ABSENT) return;
      const found = compare(sign, this.points(item), limit);
      if (found === YES) low += 1;
      if (found !== NO) high += 1;
    });
    return [low, 1, high, 1, NO];
  }

  /** The steps a measure can be at, as a mask of ranks. @param {number} measure */
  ranks(measure) {
    const ranks = this.compiled.program.measures[measure]?.step ?? [];
    if (!ranks.length) return 1;
    const possible = this.possible[/** @type {number} */ (this.compiled.program.step_by)] ?? 0;
    return ranks.reduce((found, rank, o) => ((possible >> o) & 1 ? found | (1 << rank) : found), 0);
  }

  /** What the sternest step can be, as a mask of ranks; bit 0 = no measure holds. */
  steps() {
    if (/** @type {number} */ (this.stepsKnown) < 0) {
      let found = 0;
      let least = 0;
      this.compiled.measures.forEach((rule, measure) => {
        const holds = rule(this);
        if (holds === NO) return;
        const ranks = this.ranks(measure);
        found |= ranks;
        if (holds === YES) least = Math.max(least, bit(ranks & -ranks));
      });
      this.stepsKnown = ((found | (least ? 0 : 1)) >> least) << least;
    }
    return /** @type {number} */ (this.stepsKnown);
  }

  /** The verdict entries that are not surely out, as a mask; the first sure one ends it. */
  verdicts() {
    let mask = 0;
    for (let entry = 0; entry < this.compiled.verdicts.length; entry += 1) {
      const holds = this.compiled.verdicts[entry]?.(this) ?? YES;
      if (holds !== NO) mask |= 1 << entry;
      if (holds === YES) break;
    }
    return mask;
  }
}

/**
 * Every choice of one from each list, in the order of `itertools.product`.
 *
 * @param {number[][]} lists
 * @returns {number[][]}
 */
const product = (lists) =>
  lists.reduce((all, list) => all.flatMap((one) => list.map((next) => [...one, next])), [
    /** @type {number[]} */ ([]),
  ]);

/** What an unknown item may turn out to be. @param {State} state @param {number} item */
const choices = (state, item) =>
  /** @type {number} */ (state.given[item]) & ABSENT
    ? [...state.compiled.optionsOf(item), ABSENT]
    : state.compiled.optionsOf(item);

/**
 * Answer `items` in every way; `then` hears after each, and ends it by giving true.
 *
 * @param {State} state
 * @param {number[]} items
 * @param {() => boolean | void} then
 */
function each(state, items, then) {
  const before = items.map((item) => /** @type {number} */ (state.given[item]));
  for (const combination of product(items.map((item) => choices(state, item)))) {
    items.forEach((item, i) => state.set(item, /** @type {number} */ (combination[i])));
    if (then()) break;
  }
  items.forEach((item, i) => state.set(item, /** @type {number} */ (before[i])));
}

/**
 * For each probe, U once its changes are made: the verdict entries not surely out. Combinations
 * of branch answers are the outer loop: changing one re-reads the whole sheet.
 *
 * @param {State} state
 * @param {number[]} pivots
 * @param {Change[][]} probes
 */
function ahead(state, pivots, probes) {
  const masks = probes.map(() => 0);
  each(state, pivots, () => {
    probes.forEach((probe, number) => {
      if (probe.some(([item, option]) => pivots.includes(item) && state.given[item] !== option)) {
        return;
      }
      const changes = probe.filter(([item]) => !pivots.includes(item));
      const kept = changes.map(([item]) => /** @type {number} */ (state.given[item]));
      for (const [item, option] of changes) state.set(item, option);
      masks[number] = /** @type {number} */ (masks[number]) | state.verdicts();
      changes.forEach(([item], i) => state.set(item, /** @type {number} */ (kept[i])));
    });
  });
  return masks;
}

/** U as the sheet stands. @param {State} state @param {number[]} pivots */
const outcomesOf = (state, pivots) => /** @type {number} */ (ahead(state, pivots, [[]])[0]);

/** @param {State} state @param {number[]} unknown */
function openPivots(state, unknown) {
  /** @type {number[]} */
  const found = [];
  let combinations = 1;
  for (const item of state.compiled.pivots) {
    if (!unknown.includes(item)) continue;
    combinations *= choices(state, item).length;
    if (combinations > MOST_PIVOTS) break;
    found.push(item);
  }
  return found;
}

/**
 * L: verdict entries of complete sheets; stops as soon as all of `goal` are shown.
 *
 * @param {State} state
 * @param {number[]} unknown
 * @param {number[]} pivots
 * @param {number} goal
 */
function witnesses(state, unknown, pivots, goal) {
  const { byPoints, dimensions } = state.compiled;
  const others = unknown.filter((item) => !pivots.includes(item));
  const before = others.map((item) => /** @type {number} */ (state.given[item]));
  /** @param {number} item */
  const options = (item) => /** @type {number[]} */ (byPoints[item]);
  /** @param {number} item @param {number} level */
  const put = (item, level) => state.set(item, /** @type {number} */ (options(item).at(level)));
  const levels = Math.max(1, ...others.map((item) => options(item).length));
  let found = 0;
  const done = () => (found |= state.verdicts()) === goal;
  each(state, pivots, () => {
    for (let level = 0; level < levels; level += 1) {
      for (const item of others) put(item, Math.min(level, options(item).length - 1));
      if (done()) return true;
    }
    for (const end of [0, -1]) {
      for (const item of others) put(item, end);
      for (const dimension of dimensions.slice(0, -1)) {
        const members = others.filter((item) => dimension.items.includes(item));
        if (!members.length) continue;
        for (const item of members) put(item, -1 - end);
        if (done()) return true;
        for (const item of members) put(item, end);
      }
      for (const item of others) {
        for (const option of options(item)) {
          if (option === options(item).at(end)) continue;
          state.set(item, option);
          if (done()) return true;
        }
        put(item, end);
      }
    }
    return false;
  });
  others.forEach((item, i) => state.set(item, /** @type {number} */ (before[i])));
  return found;
}

/** @type {WeakMap<Program, Compiled>} */
const ready = new WeakMap();

/** @param {Program} program */
function compile(program) {
  let compiled = ready.get(program);
  if (!compiled) ready.set(program, (compiled = new Compiled(program)));
  return compiled;
}

/**
 * Everything the result page says about `answers`, by ids and whole numbers.
 *
 * @param {Program} program
 * @param {Answers} answers
 * @returns {Result}
 */
export function assess(program, answers) {
  const compiled = compile(program);
  const { given, settings, dropped } = read(compiled, answers);
  const state = new State(compiled, given, settings);
  const { items, dimensions } = compiled;
  /** @param {number} item */
  const applies = (item) => state.possible[item] !== ABSENT;
  const unknown = compiled.relevant.filter((i) => given[i] === compiled.all[i] && applies(i));
  const pivots = openPivots(state, unknown);
  const outcomes = outcomesOf(state, pivots);
  const sure = idsOf(program, outcomes);
  const nothing = dimensions.length > 1 && !state.most.some(Boolean);
  // A verdict that is only what is left over says nothing where nothing was scored.
  const rests = nothing && program.verdicts[bit(outcomes)]?.when === undefined;
  const settled = sure.length === 1 && !rests;
  const shown = settled ? outcomes : witnesses(state, unknown, pivots, outcomes);
  const profile = dimensions.map((_, d) => dimensionOf(state, d));
  const reds = compiled.reds.map((_, line) => state.red(line));
  const lacking = nothing || reds.includes(OPEN) || !profile.every((d) => d.enough);
  const named = settled ? "settled" : lacking ? "not_enough" : "so_far";
  const entry = named === "not_enough" ? null : (program.verdicts[bit(shown)] ?? null);
  const steps = ["none", ...program.steps];
  const ranks = state.steps();
  /** @param {Item} item @param {number[]} [places] */
  const answeredBy = (item, places) =>
    (places ?? item.options.map((_, o) => o)).some((o) => item.options[o] === answers[item.id]);
  return {
    format: FORMAT,
    questionnaire: program.id,
    revision: program.revision,
    state: named,
    verdict: entry && entry.is,
    rule: entry && isOne(outcomes) ? entry.id : null,
    possible: idsOf(program, shown),
    exact: shown === outcomes,
    red_lines: program.red_lines.map((line, i) => ({ id: line.id, is: truthName(reds[i]) })),
    dimensions: profile,
    step: program.steps.length ? steps.filter((_, rank) => (ranks >> rank) & 1) : null,
    measures: measuresOf(state, entry),
    cautions: program.cautions
      .filter((caution) => compiled.rule(caution.unless)(state) !== YES)
      .map((caution) => caution.id),
    notes: program.notes
      .filter((note) => compiled.rule(note.when)(state) === YES)
      .map((note) => note.id),
    because: becauseOf(state, entry, reds),
    unknown: items.filter((item, i) => answeredBy(item, item.unknown) && applies(i)).map(idOf),
    unanswered: items.filter((item, i) => !answeredBy(item) && applies(i)).map(idOf),
    off: program.groups.filter((_, g) => state.gates[g] === NO).map(idOf),
    deciding: settled ? [] : decidingOf(state, unknown, pivots, sure),
    ...wouldChange(state, pivots, settled ? outcomes : 0),
    dropped,
  };
}

/**
 * What the form needs while it is being filled in: sections that are off, points so far by
 * dimension (unknown answers at their least). Far cheaper than `assess`.
 *
 * @param {Program} program
 * @param {Answers} answers
 * @returns {{off: string[], points: number[]}}
 */
export function glance(program, answers) {
  const compiled = compile(program);
  const { given, settings } = read(compiled, answers);
  const state = new State(compiled, given, settings);
  return {
    off: program.groups.filter((_, g) => state.gates[g] === NO).map(idOf),
    points: state.low,
  };
}

/** @param {{id: string}} part */
const idOf = (part) => part.id;

/** @param {number | undefined} truth */
const truthName = (truth) => /** @type {Truth} */ (TRUTH[truth ?? NO]);

/**
 * @param {Compiled} compiled
 * @param {Answers} answers
 */
function read(compiled, answers) {
  const given = compiled.all.slice();
  const settings = compiled.items.map(
    (item) => /** @type {[number, number, number]} */ ((item.w ?? [1, 0, 1]).slice()),
  );
  const dropped = [];
  const sets = compiled.program.settings;
  const [low, high] = sets?.weight ?? [1, 0];
  for (const key of Object.keys(answers).sort()) {
    const value = /** @type {string} */ (answers[key]);
    const dot = key.indexOf(".");
    const index = compiled.index.get(dot < 0 ? key : key.slice(0, dot)) ?? -1;
    const setting = dot < 0 ? "" : key.slice(dot + 1);
    const item = compiled.items[index];
    const own = settings[index];
    let fits = false;
    if (item && !setting) {
      const option = item.options.indexOf(value);
      fits = option >= 0;
      if (item.skip?.includes(option)) given[index] = ABSENT;
      else if (fits && !item.unknown?.includes(option)) given[index] = 1 << option;
    } else if (item?.w && own) {
      const place = ["weight", "knock_out", "kept"].indexOf(setting);
      if (place === 0) fits = /^\d+$/.test(value) && String(+value) === value && +value >= low && +value <= high;
      else if (place > 0) fits = ["no", "yes"].includes(value) && !!(place === 1 ? sets?.knock_out : sets?.keep);
      if (fits) own[place] = place ? Number(value === "yes") : +value;
    }
    if (!fits) dropped.push({ item: key, option: value });
  }
  return { given, settings, dropped };
}

/** The verdicts of a mask of entries, sternest first, each once. @param {Program} program @param {number} mask */
const idsOf = (program, mask) => [
  ...new Set(program.verdicts.filter((_, entry) => (mask >> entry) & 1).map((v) => v.is)),
];

/** @param {State} state @param {number} item */
const isKnown = (state, item) =>
  state.given[item] !== state.compiled.all[item] && state.given[item] !== ABSENT;

/** @param {State} state @param {number} d */
function dimensionOf(state, d) {
  const dimension = /** @type {Program["dimensions"][number]} */ (state.compiled.dimensions[d]);
  const of = dimension.items.filter((item) => state.possible[item] !== ABSENT);
  const known = of.filter((item) => isKnown(state, item)).length;
  const [needs, needsOf] = dimension.needs;
  const score = state.score(d);
  return {
    id: dimension.id,
    // Floored: a limit that was not reached must not be shown as reached.
    low: Math.floor(score[0] / score[1]),
    high: Math.floor(score[2] / score[3]),
    known,
    of: of.length,
    enough: known * needsOf >= needs * of.length,
    raised: truthName(state.raised(d)),
    empty: score[4] === YES,
  };
}

/** @param {State} state @param {Program["verdicts"][number] | null} entry */
function measuresOf(state, entry) {
  const { program, measures } = state.compiled;
  /** @type {Result["measures"]} */
  const found = [];
  measures.forEach((rule, number) => {
    const holds = rule(state);
    if (holds === NO) return;
    const ranks = state.ranks(number);
    found.push({
      id: /** @type {string} */ (program.measures[number]?.id),
      is: holds === YES ? "yes" : "open",
      step: isOne(ranks) && ranks > 1 ? (program.steps[bit(ranks) - 1] ?? null) : null,
      let: !entry?.measures || entry.measures.includes(number),
    });
  });
  return found;
}

/**
 * The answers that led here: by rules that hold, those that count alone first.
 *
 * @param {State} state
 * @param {Program["verdicts"][number] | null} entry
 * @param {number[]} reds
 */
function becauseOf(state, entry, reds) {
  const { program, items, dimensions, measures } = state.compiled;
  /** @type {Map<number, boolean>} */
  const found = new Map();
  program.red_lines.forEach((line, i) => {
    if (reds[i] === YES) witness(state, line.when, found);
  });
  if (entry?.when !== undefined) witness(state, entry.when, found);
  program.measures.forEach((measure, i) => {
    if (measures[i]?.(state) === YES) witness(state, measure.when, found);
  });
  const rows = [...found].map(([index, alone]) => {
    const item = /** @type {Item} */ (items[index]);
    const given = /** @type {number} */ (state.given[index]);
    const own = dimensions[item.in?.[0] ?? -1];
    return {
      index,
      points: pointsOf(item, given),
      row: {
        item: item.id,
        option: /** @type {string} */ (item.options[bit(given)]),
        dimension: own ? own.id : null,
        alone,
      },
    };
  });
  rows.sort(
    (a, b) => +b.row.alone - +a.row.alone || b.points - a.points || a.index - b.index,
  );
  return rows.map(({ row }) => row);
}

/**
 * Collect into `found` the answers by which the rule holds; true = counts alone.
 *
 * @param {State} state
 * @param {any} rule
 * @param {Map<number, boolean>} found
 */
function witness(state, rule, found) {
  const { compiled } = state;
  if (compiled.rule(rule)(state) !== YES) return;
  const operator = /** @type {string} */ (Object.keys(rule)[0]);
  const args = rule[operator];
  if (operator === "and" || operator === "or") {
    for (const arg of args) witness(state, arg, found);
  } else if (operator === "in") {
    const item = compiled.at(args[0].var);
    if (isKnown(state, item)) found.set(item, true);
  } else if (operator === "raised") {
    witness(state, compiled.dimensions[compiled.dimensionAt(args)]?.raised, found);
  } else if (operator === "red") {
    witness(state, compiled.program.red_lines[compiled.lines.indexOf(args)]?.when, found);
  } else if (["<", "<=", ">", ">=", "=="].includes(operator)) {
    witnessNumber(state, args[0], operator, args[1], found);
  }
}

/**
 * @param {State} state
 * @param {any} number
 * @param {string} operator
 * @param {any} limit
 * @param {Map<number, boolean>} found
 */
function witnessNumber(state, number, operator, limit, found) {
  const { compiled } = state;
  if (typeof number !== "object") return;
  const kind = /** @type {string} */ (Object.keys(number)[0]);
  const args = number[kind];
  if (kind === "score") {
    for (const item of compiled.dimensions[compiled.dimensionAt(args)]?.items ?? []) {
      if (!isKnown(state, item) || state.possible[item] === ABSENT) continue;
      const points = state.points(item)[0];
      const counts = operator[0] === "<" ? (compiled.top[item] ?? 0) - points : points;
      if (counts > 0 && !found.has(item)) found.set(item, false);
    }
  } else if (kind === "max" || kind === "min" || kind === "points") {
    const bound = numberOf(limit, compiled)(state);
    for (const part of Array.isArray(args) ? args : [number]) {
      const item = compiled.at(part.points);
      if (isKnown(state, item) && compare(operator, state.points(item), bound) === YES) {
        found.set(item, true);
      }
    }
  } else if (kind === "knocked") {
    state.settings.forEach(([, knockOut], item) => {
      if (!knockOut || !isKnown(state, item)) return;
      if (compare(args[0], state.points(item), exactly(args[1])) === YES) found.set(item, true);
    });
  } else if (kind === "count") {
    for (const part of args) witness(state, part, found);
  }
}

/**
 * Unknown answers that would narrow what is possible, most telling first.
 *
 * @param {State} state
 * @param {number[]} unknown
 * @param {number[]} pivots
 * @param {string[]} sure
 */
function decidingOf(state, unknown, pivots, sure) {
  const { items, program } = state.compiled;
  /** @type {Change[][]} */
  const probes = unknown.flatMap((item) =>
    state.compiled.optionsOf(item).map((option) => [/** @type {Change} */ ([item, option])]),
  );
  const combinations = pivots.reduce((all, pivot) => all * choices(state, pivot).length, 1);
  if (probes.length * combinations > MOST_PROBES) return [];
  const narrows = new Set();
  /** @type {Map<number, Array<{option: string, verdict: string}>>} */
  const to = new Map(unknown.map((item) => [item, []]));
  ahead(state, pivots, probes).forEach((mask, number) => {
    const [index, option] = /** @type {Change} */ (probes[number]?.[0]);
    const left = idsOf(program, mask);
    if (left.length < sure.length) narrows.add(index);
    if (left.length === 1) {
      const name = /** @type {string} */ (items[index]?.options[bit(option)]);
      to.get(index)?.push({ option: name, verdict: /** @type {string} */ (left[0]) });
    }
  });
  // Sorting is stable: items stay in the order of the page.
  return unknown
    .filter((index) => narrows.has(index))
    .map((index) => ({ item: /** @type {Item} */ (items[index]).id, to: to.get(index) ?? [] }))
    .sort((a, b) => b.to.length - a.to.length);
}

/**
 * The smallest changes of answers, and of weights, that give another settled verdict.
 *
 * @param {State} state
 * @param {number[]} pivots
 * @param {number} outcomes 0 = not settled
 * @returns {Pick<Result, "changes" | "borderline" | "weights">}
 */
function wouldChange(state, pivots, outcomes) {
  if (!outcomes) return { changes: [], borderline: false, weights: [] };
  const { compiled } = state;
  const { items, program } = compiled;
  const now = idsOf(program, outcomes)[0];
  /** @typedef {{size: number, changes: Change[], verdict: string}} Row */
  /** The probes after which one verdict is left and it is another. @param {Change[][]} probes */
  const others = (probes) => {
    const masks = ahead(state, pivots, probes);
    return probes.flatMap((changes, number) => {
      const after = idsOf(program, masks[number] ?? 0);
      if (after.length !== 1 || after[0] === now) return [];
      const size = changes.reduce((sum, change) => sum + sizeOf(state, change), 0);
      return [/** @type {Row} */ ({ size, changes, verdict: after[0] })];
    });
  };
  const known = compiled.relevant.filter((i) => isKnown(state, i) && state.possible[i] !== ABSENT);
  /** @type {Map<string, Row>} */
  const nearest = new Map();
  for (const row of others(known.flatMap((item) => othersOf(state, item).map((one) => [one])))) {
    const key = `${row.changes[0]?.[0]} ${row.verdict}`;
    if (row.size < (nearest.get(key)?.size ?? Infinity)) nearest.set(key, row);
  }
  const found = nearest.size ? [...nearest.values()] : others(pairsOf(state, known));
  // What only the reader controls is an action; a red line that is not there is no news.
  /** @param {Change[]} changes */
  const rank = (changes) =>
    changes.some(([item]) => items[item]?.ours)
      ? 0
      : changes.every(([item]) => items[item]?.points) ? 1 : 2;
  found.sort(
    (a, b) => rank(a.changes) - rank(b.changes) || a.size - b.size || order(a.changes, b.changes),
  );
  return {
    changes: found.slice(0, MOST_CHANGES).map(({ changes, verdict }) => ({
      set: changes.map(([index, option]) => {
        const item = /** @type {Item} */ (items[index]);
        return { item: item.id, option: /** @type {string} */ (item.options[bit(option)]) };
      }),
      verdict,
    })),
    borderline: found.some(
      ({ size, changes }) =>
        changes.length === 1 && size === 1 && items[changes[0]?.[0] ?? -1]?.points !== undefined,
    ),
    weights: weightsOf(state, pivots, /** @type {string} */ (now)),
  };
}

/** @param {Change[]} a @param {Change[]} b */
function order(a, b) {
  const flat = b.flat();
  return a.flat().reduce((found, value, i) => found || value - (flat[i] ?? 0), 0);
}

/** @param {State} state @param {number} item @returns {Change[]} */
const othersOf = (state, item) =>
  state.compiled
    .optionsOf(item)
    .filter((option) => option !== state.given[item])
    .map((option) => [item, option]);

/** How far a change goes: places on the scale. @param {State} state @param {Change} change */
function sizeOf(state, [item, option]) {
  const options = state.compiled.optionsOf(item);
  return Math.abs(options.indexOf(option) - options.indexOf(state.given[item] ?? 0));
}

/**
 * Pairs of changes inside one dimension, or with a fact of ours; a bounded number.
 *
 * @param {State} state
 * @param {number[]} known
 */
function pairsOf(state, known) {
  const { items } = state.compiled;
  /** @type {Change[][]} */
  const found = [];
  for (const [i, a] of known.entries()) {
    for (const b of known.slice(i + 1)) {
      const own = items[b]?.in?.slice(0, -1) ?? [];
      const shared = items[a]?.in?.slice(0, -1).some((d) => own.includes(d));
      if (!items[a]?.ours && !items[b]?.ours && !shared) continue;
      for (const one of othersOf(state, a)) {
        for (const other of othersOf(state, b)) {
          if (found.length === MOST_PAIRS) return found;
          found.push([one, other]);
        }
      }
    }
  }
  return found;
}

/** Weights of which one point more or less gives another verdict. @param {State} state @param {number[]} pivots @param {string} now */
function weightsOf(state, pivots, now) {
  const { program, items } = state.compiled;
  /** @type {Result["weights"]} */
  const rows = [];
  const [low, high] = program.settings?.weight ?? [1, 0];
  items.forEach((item, index) => {
    const weight = state.settings[index]?.[0] ?? 1;
    if (!program.settings || !item.w || state.possible[index] === ABSENT) return;
    for (const by of /** @type {const} */ ([-1, 1])) {
      if (weight + by < low || weight + by > high) continue;
      state.weigh(index, weight + by);
      const after = idsOf(program, outcomesOf(state, pivots));
      state.weigh(index, weight);
      if (after.length === 1 && after[0] !== now) {
        rows.push({ item: item.id, by, verdict: /** @type {string} */ (after[0]) });
      }
    }
  });
  return rows;
}
