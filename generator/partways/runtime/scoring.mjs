/**
 * Answers to a result, over everything that is still possible. Pure, total, exact.
 *
 * The twin of `scoring.py`, which says what the words mean: both read the same program and must
 * agree on every answer sheet; change them together. An item is a set of possible options (a bit
 * mask), a number an interval of fractions, a truth NO, OPEN or YES.
 *
 * @import {Answers, Item, Program, Result, Truth} from "./types.mjs"
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
 * An interval of fractions: low, high, of (what both are divided by), absent (NO, OPEN, YES).
 *
 * @typedef {[low: number, high: number, of: number, absent: number]} Interval
 * @typedef {(sheet: Sheet) => number} Rule
 * @typedef {(sheet: Sheet) => Interval} Amount
 * @typedef {[item: number, option: number]} Change
 * @typedef {ReturnType<typeof makeReady>} Ready
 * @typedef {ReturnType<typeof makeSheet>} Sheet
 */

/** @type {Interval} */
const NOTHING = [0, 0, 1, YES];

/** @param {number} value @returns {Interval} */
const exactly = (value) => [value, value, 1, NO];

/** @param {number} mask */
const bit = (mask) => 31 - Math.clz32(mask);

/** @param {number} mask */
const isOne = (mask) => !(mask & (mask - 1));

/** How far `mask` lies within `wanted`. @param {number} mask @param {number} wanted */
const within = (mask, wanted) => (mask & wanted ? (mask & ~wanted ? OPEN : YES) : NO);

/**
 * The rule as a function of a sheet, giving NO, OPEN or YES.
 *
 * @param {any} rule
 * @param {Ready} ready
 * @returns {Rule}
 */
export function truth(rule, ready) {
  const [[operator, args]] = Object.entries(rule);
  if (operator === "and" || operator === "or") {
    const parts = args.map((/** @type {any} */ arg) => truth(arg, ready));
    const end = operator === "and" ? NO : YES;
    return (sheet) => {
      let found = YES - end;
      for (const part of parts) {
        const holds = part(sheet);
        if (holds === end) return end;
        if (holds === OPEN) found = OPEN;
      }
      return found;
    };
  }
  if (operator === "!") {
    const part = truth(args[0], ready);
    return (sheet) => YES - part(sheet);
  }
  if (operator === "in") {
    const item = ready.at(args[0].var);
    const wanted = ready.mask(item, args[1]);
    return (sheet) => within(sheet.possible[item], wanted);
  }
  if (operator === "var") {
    const [name, setting] = args.split(".");
    const item = ready.at(name);
    const place = setting === "knock_out" ? 1 : 2;
    return (sheet) => (sheet.settings[item][place] ? YES : NO);
  }
  if (operator === "applies") {
    const item = ready.at(args);
    return (sheet) => YES - within(sheet.possible[item], ABSENT);
  }
  if (operator === "raised") {
    const place = ready.dimensionAt(args);
    return (sheet) => sheet.raised(place);
  }
  if (operator === "red") {
    const place = ready.lineAt(args);
    return (sheet) => ready.reds[place](sheet);
  }
  if (args[0].step) {
    // A set of steps, not an interval: between two steps there may be none that can be.
    let wanted = 0;
    for (let rank = 0; rank <= ready.program.steps.length; rank += 1) {
      if (compare(operator, exactly(rank), exactly(args[1]))) wanted |= 1 << rank;
    }
    return (sheet) => within(sheet.steps(), wanted);
  }
  const left = numberOf(args[0], ready);
  const right = numberOf(args[1], ready);
  return (sheet) => compare(operator, left(sheet), right(sheet));
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
  if (operator[0] === ">") return compare(operator.replace(">", "<"), b, a);
  const absent = Math.max(a[3], b[3]);
  if (absent === YES) return NO;
  // The greatest and the least that a can lie above b.
  const most = a[1] * b[2] - b[0] * a[2];
  const least = a[0] * b[2] - b[1] * a[2];
  const found =
    operator === "=="
      ? most < 0 || least > 0 ? NO : most || least ? OPEN : YES
      : operator === "<"
        ? most < 0 ? YES : least < 0 ? OPEN : NO
        : most <= 0 ? YES : least <= 0 ? OPEN : NO;
  return absent ? Math.min(found, OPEN) : found;
}

/**
 * The number as a function of a sheet.
 *
 * @param {any} number
 * @param {Ready} ready
 * @returns {Amount}
 */
export function numberOf(number, ready) {
  if (typeof number === "number") return () => exactly(number);
  const [[operator, args]] = Object.entries(number);
  if (operator === "points") {
    const item = ready.at(args);
    return (sheet) => sheet.points(item);
  }
  if (operator === "score") {
    const place = ready.dimensionAt(args);
    return (sheet) => sheet.score(place);
  }
  if (operator === "knocked") {
    return (sheet) => {
      const found = sheet.knocked(args);
      const sure = found.filter(([, holds]) => holds === YES);
      return [sure.length, found.length, 1, NO];
    };
  }
  if (operator === "var") {
    const item = ready.at(args.split(".")[0]);
    return (sheet) => exactly(sheet.settings[item][0]);
  }
  if (operator === "count") {
    const parts = args.map((/** @type {any} */ arg) => truth(arg, ready));
    return (sheet) => {
      const found = parts.map((/** @type {Rule} */ part) => part(sheet)).filter(Boolean);
      const sure = found.filter((/** @type {number} */ holds) => holds === YES);
      return [sure.length, found.length, 1, NO];
    };
  }
  const parts = args.map((/** @type {any} */ arg) => numberOf(arg, ready));
  return (sheet) => arithmetic(operator, parts.map((/** @type {Amount} */ part) => part(sheet)));
}

/**
 * `min`, `max` and sums leave absent numbers out; other operators are absent with them.
 *
 * @param {string} operator
 * @param {Interval[]} numbers
 * @returns {Interval}
 */
function arithmetic(operator, numbers) {
  const there = numbers.filter((n) => n[3] !== YES);
  if (operator === "max") return there.length ? there.reduce(greater) : NOTHING;
  if (operator === "min") return there.length ? minus(there.map(minus).reduce(greater)) : NOTHING;
  if (operator === "+") {
    return there
      .map((n) => /** @type {Interval} */ (n[3] ? [Math.min(n[0], 0), Math.max(n[1], 0), n[2], NO] : n))
      .reduce(plus, exactly(0));
  }
  if (there.length < numbers.length) return NOTHING;
  const [a, b] = numbers;
  if (!b) return minus(a);
  if (operator === "-") return plus(a, minus(b));
  // Only plain numbers divide: the compiler sees to it.
  const [low, high, of] = operator === "*" ? b : [b[2], b[2], b[0]];
  if (!of) return NOTHING;
  const ends = [a[0] * low, a[0] * high, a[1] * low, a[1] * high].map((n) => n * Math.sign(of));
  return [Math.min(...ends), Math.max(...ends), Math.abs(a[2] * of), Math.max(a[3], b[3])];
}

/** @param {Interval} n @returns {Interval} */
const minus = ([low, high, of, absent]) => [-high, -low, of, absent];

/** @param {Interval} a @param {Interval} b @returns {Interval} */
const plus = (a, b) => [
  a[0] * b[2] + b[0] * a[2],
  a[1] * b[2] + b[1] * a[2],
  a[2] * b[2],
  Math.max(a[3], b[3]),
];

/** The greater of two; one that may be absent bounds the upper end only. @param {Interval} a @param {Interval} b @returns {Interval} */
function greater(a, b) {
  const [one, other] = [a[0] * b[2], b[0] * a[2]];
  const low = a[3] === b[3] ? Math[a[3] ? "min" : "max"](one, other) : a[3] ? other : one;
  return [low, Math.max(a[1] * b[2], b[1] * a[2]), a[2] * b[2], Math.min(a[3], b[3])];
}

/**
 * A program made ready once: positions of names, masks, and rules as closures.
 *
 * @param {Program} program
 */
function makeReady(program) {
  if (program.format !== FORMAT) throw new Error("different releases");
  const { items, dimensions } = program;
  const index = new Map(items.map((item, i) => [item.id, i]));
  /** @param {string} name */
  const at = (name) => /** @type {number} */ (index.get(name));
  /** @param {number} item @param {number} option its mask */
  const pointsOf = (item, option) => items[item].points?.[bit(option)] ?? 0;
  const options = items.map(({ options, unknown, skip }) =>
    options.map((_, o) => 1 << o).filter((_, o) => ![unknown, skip].some((all) => all?.includes(o))),
  );
  const byPoints = options.map((all, item) =>
    [...all].sort((a, b) => pointsOf(item, a) - pointsOf(item, b)),
  );
  const substantive = options.map((all) => all.reduce((mask, option) => mask | option, 0));
  /** @type {Map<any, Rule>} */
  const rules = new Map();
  /** The rule, compiled once for each place in the program. @param {any} expression @returns {Rule} */
  const rule = (expression) => {
    let found = rules.get(expression);
    if (!found) rules.set(expression, (found = truth(expression, ready)));
    return found;
  };
  /** The items that an expression names. @param {any} expression @returns {number[]} */
  const named = (expression) => {
    if (Array.isArray(expression)) return expression.flatMap(named);
    if (typeof expression !== "object") return [];
    const [[operator, args]] = Object.entries(expression);
    const isName = ["var", "points", "applies"].includes(operator);
    return isName ? [at(args.split(".")[0])] : named(args);
  };
  /** @param {number[]} all */
  const sorted = (all) => [...new Set(all)].sort((a, b) => a - b);
  /** @param {{when?: any}[]} parts */
  const rulesOf = (parts) =>
    parts.map(({ when }) => (when ? (/** @type {Sheet} */ sheet) => rule(when)(sheet) : () => YES));
  const { groups, red_lines, measures, verdicts, step_by = -1 } = program;
  const controls = sorted(named(groups.map(({ when = [] }) => when)));
  const pivots = sorted([...controls, step_by]).filter((item) => item >= 0);
  const ready = {
    program,
    at,
    pointsOf,
    options,
    byPoints,
    substantive,
    rule,
    controls,
    pivots,
    all: items.map((item, i) => substantive[i] | (item.skip?.length ? ABSENT : 0)),
    least: byPoints.map((all, item) => pointsOf(item, all[0])),
    top: byPoints.map((all, item) => pointsOf(item, all[all.length - 1])),
    /** @param {string} name */
    dimensionAt: (name) => dimensions.findIndex(({ id }) => id === name),
    /** @param {string} name */
    lineAt: (name) => red_lines.findIndex(({ id }) => id === name),
    /** @param {number} item @param {string[]} names */
    mask: (item, names) =>
      names.reduce((mask, name) => mask | (1 << items[item].options.indexOf(name)), 0),
    relevant: sorted([
      ...pivots,
      ...dimensions.flatMap(({ items }) => items),
      ...named([...red_lines, ...measures, ...verdicts].map(({ when = [] }) => when)),
    ]),
    /** @type {Rule[]} */
    reds: [],
    /** @type {Rule[]} */
    groups: [],
    /** @type {Rule[]} */
    measures: [],
    /** @type {Rule[]} */
    verdicts: [],
    /** @type {Rule[]} */
    raised: [],
  };
  ready.reds = rulesOf(red_lines);
  ready.groups = rulesOf(groups);
  ready.measures = rulesOf(measures);
  ready.verdicts = rulesOf(verdicts);
  ready.raised = dimensions.map(({ raised }) => (sheet) => (raised ? rule(raised)(sheet) : NO));
  return ready;
}

/**
 * One answer sheet as sets of what is possible, kept up to date answer by answer.
 *
 * @param {Ready} ready
 * @param {Answers} answers
 */
function makeSheet(ready, answers) {
  const { program, substantive, least, top } = ready;
  const { items, dimensions } = program;
  const { given, settings, dropped } = read(ready, answers);
  const zeros = () => dimensions.map(() => 0);
  const [low, high, most, sure] = [zeros(), zeros(), zeros(), zeros()];
  const possible = given.map(() => ABSENT);
  const gates = program.groups.map(() => YES);
  /** Whether dimensions are raised, -1 = not looked at yet. */
  let known = zeros();
  let stepsKnown = -1;

  /** Least and most points of an item with these possible answers. @param {number} item @param {number} mask */
  const span = (item, mask) => {
    if (mask & ABSENT) return [0, top[item]];
    if (mask === substantive[item]) return [least[item], top[item]];
    const points = ready.pointsOf(item, mask);
    return [points, points];
  };
  /** Add what an item gives to its dimensions. @param {number} item @param {number} times */
  const add = (item, times) => {
    const mask = possible[item];
    if (mask === ABSENT) return;
    const [from, to] = span(item, mask);
    for (const d of items[item].in ?? []) {
      known[d] = -1;
      const factor = dimensions[d].weighted ? times * settings[item][0] : times;
      if (!factor || !top[item]) continue;
      low[d] += factor * from;
      high[d] += factor * to;
      most[d] += factor * top[item];
      if (!(mask & ABSENT)) sure[d] += times;
    }
  };
  /** @param {number} item */
  const update = (item) => {
    const gate = gates[items[item].group];
    const off = gate === NO || !settings[item][2];
    const mask = off ? ABSENT : given[item] | (gate === OPEN ? ABSENT : 0);
    if (mask === possible[item]) return;
    add(item, -1);
    possible[item] = mask;
    add(item, 1);
  };
  const refresh = () => {
    items.forEach(({ group }, item) => {
      // Sections are asked only because of earlier ones, so one walk settles them all.
      if (group !== items[item - 1]?.group) gates[group] = ready.groups[group](sheet);
      update(item);
    });
    known = known.map(() => -1);
    stepsKnown = -1;
  };

  const sheet = {
    ready,
    dropped,
    given,
    possible,
    settings,
    gates,
    low,
    most,
    /** @param {number} item @param {number} mask */
    set(item, mask) {
      if (given[item] === mask) return;
      given[item] = mask;
      if (ready.controls.includes(item)) return refresh();
      update(item);
      // Whether a dimension is raised rests on its own items only.
      stepsKnown = -1;
    },
    /** @param {number} item @param {number} weight */
    weigh(item, weight) {
      add(item, -1);
      settings[item][0] = weight;
      add(item, 1);
      stepsKnown = -1;
    },
    /** @param {number} item */
    applies: (item) => possible[item] !== ABSENT,
    /** @param {number} item */
    isKnown: (item) => given[item] !== ready.all[item] && given[item] !== ABSENT,
    /** @param {number} d @returns {Interval} */
    score: (d) =>
      most[d] ? [100 * low[d], 100 * high[d], most[d], sure[d] ? NO : OPEN] : NOTHING,
    /** @param {number} item @returns {Interval} */
    points(item) {
      const mask = possible[item];
      if (mask === ABSENT) return NOTHING;
      const [from, to] = span(item, mask & ~ABSENT);
      return [from, to, 1, mask & ABSENT ? OPEN : NO];
    },
    /** @param {number} d */
    raised(d) {
      if (known[d] < 0) known[d] = ready.raised[d](sheet);
      return known[d];
    },
    /** Ticked knock-outs for which a comparison is not out. @param {[string, number]} test */
    knocked([sign, limit]) {
      const found = settings.map(([, knockOut], item) => [
        item,
        knockOut ? compare(sign, sheet.points(item), exactly(limit)) : NO,
      ]);
      return found.filter(([, holds]) => holds);
    },
    /** The steps a measure can be at, as a mask of ranks. @param {number} measure */
    ranks(measure) {
      const mask = possible[program.step_by ?? -1];
      const ranks = program.measures[measure].step.filter((_, option) => (mask >> option) & 1);
      return ranks.reduce((all, rank) => all | (1 << rank), 0) || 1;
    },
    /** What the sternest step can be, as a mask of ranks; bit 0 = no measure holds. */
    steps() {
      if (stepsKnown < 0) {
        let found = 0;
        let from = 0;
        ready.measures.forEach((rule, measure) => {
          const holds = rule(sheet);
          if (!holds) return;
          const ranks = sheet.ranks(measure);
          found |= ranks;
          if (holds === YES) from = Math.max(from, bit(ranks & -ranks));
        });
        stepsKnown = ((found | +!from) >> from) << from;
      }
      return stepsKnown;
    },
    /** The verdict entries that are not surely out, as a mask; the first sure one ends it. */
    verdicts() {
      let mask = 0;
      for (const [entry, rule] of ready.verdicts.entries()) {
        const holds = rule(sheet);
        if (holds) mask |= 1 << entry;
        if (holds === YES) break;
      }
      return mask;
    },
  };
  refresh();
  return sheet;
}

/**
 * @param {Ready} ready
 * @param {Answers} answers
 */
function read({ program, all, at }, answers) {
  const given = [...all];
  const settings = program.items.map(({ w = [1, 0, 1] }) => [...w]);
  const dropped = [];
  const { weight: [low, high] = [1, 0], knock_out, keep } = program.settings ?? {};
  for (const key of Object.keys(answers).sort()) {
    const value = answers[key];
    const [, name, setting] = /** @type {string[]} */ (/^([^.]*)(?:\.(.*))?$/s.exec(key));
    const index = at(name) ?? -1;
    const item = program.items[index];
    const option = item?.options.indexOf(value);
    const isSwitch = value === "yes" || value === "no";
    let fits = true;
    if (setting === undefined && option >= 0) {
      if (item.skip?.includes(option)) given[index] = ABSENT;
      else if (!item.unknown?.includes(option)) given[index] = 1 << option;
    } else if (item?.w && setting === "weight" && /^(0|[1-9]\d*)$/.test(value) && +value >= low && +value <= high) {
      settings[index][0] = +value;
    } else if (item?.w && setting === "knock_out" && knock_out && isSwitch) {
      settings[index][1] = +(value === "yes");
    } else if (item?.w && setting === "kept" && keep && isSwitch) {
      settings[index][2] = +(value === "yes");
    } else fits = false;
    if (!fits) dropped.push({ item: key, option: value });
  }
  return { given, settings, dropped };
}

/** What an unknown item may turn out to be. @param {Sheet} sheet @param {number} item */
const choices = ({ ready, given }, item) =>
  given[item] & ABSENT ? [...ready.options[item], ABSENT] : ready.options[item];

/**
 * Make `changes`, hear `then`, and take them back.
 *
 * @template T
 * @param {Sheet} sheet
 * @param {Change[]} changes
 * @param {() => T} then
 */
function trying(sheet, changes, then) {
  const kept = changes.map(([item]) => sheet.given[item]);
  for (const [item, option] of changes) sheet.set(item, option);
  const found = then();
  changes.forEach(([item], i) => sheet.set(item, kept[i]));
  return found;
}

/**
 * Answer `items` in every way; `then` hears after each, and ends it by giving true.
 *
 * @param {Sheet} sheet
 * @param {number[]} items
 * @param {() => unknown} then
 * @returns {unknown}
 */
function each(sheet, [item, ...rest], then) {
  if (item === undefined) return then();
  const before = sheet.given[item];
  const ended = choices(sheet, item).some((option) => {
    sheet.set(item, option);
    return each(sheet, rest, then) === true;
  });
  sheet.set(item, before);
  return ended;
}

/**
 * For each probe, U once its changes are made: the verdict entries not surely out. Combinations
 * of branch answers are the outer loop: changing one re-reads the whole sheet.
 *
 * @param {Sheet} sheet
 * @param {number[]} pivots
 * @param {Change[][]} probes
 */
function ahead(sheet, pivots, probes) {
  const masks = probes.map(() => 0);
  each(sheet, pivots, () => {
    probes.forEach((probe, number) => {
      if (probe.some(([item, option]) => pivots.includes(item) && sheet.given[item] !== option)) return;
      masks[number] |= trying(sheet, probe, sheet.verdicts);
    });
  });
  return masks;
}

/** @param {Sheet} sheet @param {number[]} unknown */
function openPivots(sheet, unknown) {
  const found = [];
  let combinations = 1;
  for (const item of sheet.ready.pivots.filter((pivot) => unknown.includes(pivot))) {
    combinations *= choices(sheet, item).length;
    if (combinations > MOST_PIVOTS) break;
    found.push(item);
  }
  return found;
}

/**
 * L: verdict entries of complete sheets; stops as soon as all of `goal` are shown.
 *
 * @param {Sheet} sheet
 * @param {number[]} unknown
 * @param {number[]} pivots
 * @param {number} goal
 */
function witnesses(sheet, unknown, pivots, goal) {
  const { byPoints, program } = sheet.ready;
  const others = unknown.filter((item) => !pivots.includes(item));
  let found = 0;
  const done = () => (found |= sheet.verdicts()) === goal;
  /** @param {number} item @param {number} level @returns {Change} */
  const at = (item, level) => [item, byPoints[item][Math.min(level, byPoints[item].length - 1)]];
  const last = Math.max(0, ...others.map((item) => byPoints[item].length - 1));
  /** @param {number[]} members @param {number} level */
  const all = (members, level) => members.map((item) => at(item, level));
  each(sheet, pivots, () => {
    for (let level = 0; level <= last; level += 1) {
      if (trying(sheet, all(others, level), done)) return true;
    }
    return [0, last].some((end) =>
      trying(sheet, all(others, end), () =>
        program.dimensions.slice(0, -1).some(({ items }) => {
          const members = others.filter((item) => items.includes(item));
          return members.length && trying(sheet, all(members, last - end), done);
        }) ||
        others.some((item) =>
          byPoints[item].some((option) => trying(sheet, [[item, option]], done)),
        ),
      ),
    );
  });
  return found;
}

/** @type {WeakMap<Program, Ready>} */
const madeReady = new WeakMap();

/** @param {Program} program @param {Answers} answers */
function openSheet(program, answers) {
  let ready = madeReady.get(program);
  if (!ready) madeReady.set(program, (ready = makeReady(program)));
  return makeSheet(ready, answers);
}

/** @param {Sheet} sheet */
const offOf = ({ gates, ready }) => ready.program.groups.filter((_, g) => !gates[g]).map(idOf);

/**
 * What the form needs while it is being filled in: sections that are off, points so far by
 * dimension (unknown answers at their least). Far cheaper than `assess`.
 *
 * @param {Program} program
 * @param {Answers} answers
 * @returns {{off: string[], points: number[]}}
 */
export function glance(program, answers) {
  const sheet = openSheet(program, answers);
  return { off: offOf(sheet), points: sheet.low };
}

/**
 * Everything the result page says about `answers`, by ids and whole numbers.
 *
 * @param {Program} program
 * @param {Answers} answers
 * @returns {Result}
 */
export function assess(program, answers) {
  const sheet = openSheet(program, answers);
  const { ready, given, applies } = sheet;
  const { items, dimensions, steps } = program;
  const unknown = ready.relevant.filter((i) => given[i] === ready.all[i] && applies(i));
  const pivots = openPivots(sheet, unknown);
  const [outcomes] = ahead(sheet, pivots, [[]]);
  const sure = idsOf(program, outcomes);
  const nothing = dimensions.length > 1 && !sheet.most.some(Boolean);
  // A verdict that is only what is left over says nothing where nothing was scored.
  const rests = nothing && !program.verdicts[bit(outcomes)].when;
  const settled = sure.length === 1 && !rests;
  const shown = settled ? outcomes : witnesses(sheet, unknown, pivots, outcomes);
  const profile = dimensions.map((_, d) => dimensionOf(sheet, d));
  const reds = ready.reds.map((rule) => rule(sheet));
  const lacking = nothing || reds.includes(OPEN) || !profile.every((d) => d.enough);
  const state = settled ? "settled" : lacking ? "not_enough" : "so_far";
  const entry = state === "not_enough" ? null : program.verdicts[bit(shown)];
  const because = becauseOf(sheet, entry, reds);
  const ranks = sheet.steps();
  /** Ids of what applies and was answered by one of these options. @param {(item: Item) => string[] | undefined} options @param {boolean} is */
  const answered = (options, is) =>
    items.filter((item, i) => applies(i) && options(item)?.includes(answers[item.id]) === is).map(idOf);
  return {
    format: FORMAT,
    questionnaire: program.id,
    revision: program.revision,
    state,
    verdict: entry && entry.is,
    rule: entry && isOne(outcomes) ? entry.id : null,
    possible: idsOf(program, shown),
    exact: shown === outcomes,
    red_lines: program.red_lines.map(({ id }, i) => ({ id, is: TRUTH[reds[i]] })),
    dimensions: profile,
    step: steps.length ? ["none", ...steps].filter((_, rank) => (ranks >> rank) & 1) : null,
    measures: measuresOf(sheet, entry),
    cautions: program.cautions
      .filter(({ unless }) => ready.rule(unless)(sheet) !== YES)
      .map(idOf),
    notes: program.notes.filter(({ when }) => ready.rule(when)(sheet) === YES).map(idOf),
    because,
    unknown: answered(({ options, unknown }) => unknown?.map((o) => options[o]), true),
    unanswered: answered(({ options }) => options, false),
    off: offOf(sheet),
    deciding: settled ? [] : decidingOf(sheet, unknown, pivots, sure.length),
    ...wouldChange(sheet, pivots, settled ? sure[0] : "", because),
    dropped: sheet.dropped,
  };
}

/** @param {{id: string}} part */
const idOf = ({ id }) => id;

/** The verdicts of a mask of entries, sternest first, each once. @param {Program} program @param {number} mask */
const idsOf = ({ verdicts }, mask) => [
  ...new Set(verdicts.filter((_, entry) => (mask >> entry) & 1).map(({ is }) => is)),
];

/** @param {Sheet} sheet @param {number} d */
function dimensionOf({ ready, applies, isKnown, score, raised }, d) {
  const { id, items, needs } = ready.program.dimensions[d];
  const of = items.filter(applies).length;
  const known = items.filter((item) => applies(item) && isKnown(item)).length;
  const [low, high, divisor, absent] = score(d);
  return {
    id,
    // Floored: a limit that was not reached must not be shown as reached.
    low: Math.floor(low / divisor),
    high: Math.floor(high / divisor),
    known,
    of,
    enough: known * needs[1] >= needs[0] * of,
    raised: TRUTH[raised(d)],
    empty: absent === YES,
  };
}

/** @param {Sheet} sheet @param {Program["verdicts"][number] | null} entry @returns {Result["measures"]} */
function measuresOf(sheet, entry) {
  const { program, measures } = sheet.ready;
  return program.measures.flatMap(({ id }, number) => {
    const holds = measures[number](sheet);
    const ranks = sheet.ranks(number);
    const row = {
      id,
      is: /** @type {"yes" | "open"} */ (TRUTH[holds]),
      step: isOne(ranks) && ranks > 1 ? program.steps[bit(ranks) - 1] : null,
      let: !entry?.measures || entry.measures.includes(number),
    };
    return holds ? [row] : [];
  });
}

/**
 * The answers that led here: by rules that hold, those that count alone first.
 *
 * @param {Sheet} sheet
 * @param {Program["verdicts"][number] | null} entry
 * @param {number[]} reds
 */
function becauseOf(sheet, entry, reds) {
  const { program, pointsOf } = sheet.ready;
  /** @type {Map<number, boolean>} */
  const found = new Map();
  const rules = [
    ...program.red_lines.filter((_, i) => reds[i] === YES),
    ...(entry ? [entry] : []),
    ...program.measures,
  ];
  for (const { when } of rules) if (when) witness(sheet, when, found);
  /** @param {number} item */
  const points = (item) => pointsOf(item, sheet.given[item]);
  return [...found]
    .sort(([a, aloneA], [b, aloneB]) => +aloneB - +aloneA || points(b) - points(a) || a - b)
    .map(([index, alone]) => {
      const item = program.items[index];
      const place = item.in?.[0] ?? -1;
      return {
        item: item.id,
        option: item.options[bit(sheet.given[index])],
        dimension: program.dimensions[place]?.id ?? null,
        alone,
      };
    });
}

/**
 * Collect into `found` the answers by which the rule holds; true = counts alone.
 *
 * @param {Sheet} sheet
 * @param {any} rule
 * @param {Map<number, boolean>} found
 */
function witness(sheet, rule, found) {
  const { ready, isKnown } = sheet;
  if (ready.rule(rule)(sheet) !== YES) return;
  const [[operator, args]] = Object.entries(rule);
  /** @param {any[]} all */
  const every = (all) => all.forEach((part) => witness(sheet, part, found));
  /** @param {number} item @param {unknown} holds */
  const alone = (item, holds) => holds && isKnown(item) && found.set(item, true);
  if (operator === "and" || operator === "or") every(args);
  else if (operator === "in") alone(ready.at(args[0].var), true);
  else if (operator === "raised") every([ready.program.dimensions[ready.dimensionAt(args)].raised]);
  else if (operator === "red") every([ready.program.red_lines[ready.lineAt(args)].when]);
  else if (/[<>=]/.test(operator)) {
    witnessNumber(sheet, args[0], operator, numberOf(args[1], ready)(sheet), found);
  }
}

/**
 * The same for a comparison of a number with a limit that holds.
 *
 * @param {Sheet} sheet
 * @param {any} number
 * @param {string} operator
 * @param {Interval} bound
 * @param {Map<number, boolean>} found
 */
function witnessNumber(sheet, number, operator, bound, found) {
  const { ready, isKnown } = sheet;
  if (typeof number !== "object" || number.step) return;
  if (compare(operator, numberOf(number, ready)(sheet), bound) !== YES) return;
  const [[kind, of]] = Object.entries(number);
  /** @param {number} item @param {unknown} holds */
  const alone = (item, holds) => holds && isKnown(item) && found.set(item, true);
  if (kind === "max" || kind === "min") {
    for (const part of of) witnessNumber(sheet, part, operator, bound, found);
  } else if (kind === "points") alone(ready.at(of), true);
  else if (kind === "knocked") {
    for (const [item, holds] of sheet.knocked(of)) alone(item, holds === YES);
  } else if (kind === "count") for (const part of of) witness(sheet, part, found);
  else {
    for (const item of itemsIn(ready, number)) {
      if (!sheet.applies(item) || !isKnown(item) || found.has(item)) continue;
      const [points] = sheet.points(item);
      if ((operator[0] === "<" ? ready.top[item] - points : points) > 0) found.set(item, false);
    }
  }
}

/**
 * The items whose points go into a number.
 *
 * @param {Ready} ready
 * @param {any} number
 * @returns {number[]}
 */
function itemsIn(ready, number) {
  if (typeof number !== "object") return [];
  const [[kind, of]] = Object.entries(number);
  if (kind === "points") return [ready.at(of)];
  if (kind === "score") return ready.program.dimensions[ready.dimensionAt(of)].items;
  return "+-*/".includes(kind) ? of.flatMap((/** @type {any} */ part) => itemsIn(ready, part)) : [];
}

/**
 * Unknown answers that would narrow what is possible, most telling first.
 *
 * @param {Sheet} sheet
 * @param {number[]} unknown
 * @param {number[]} pivots
 * @param {number} sure how many verdicts are not surely out
 * @returns {Result["deciding"]}
 */
function decidingOf(sheet, unknown, pivots, sure) {
  const { program, options } = sheet.ready;
  const probes = unknown.flatMap((item) =>
    options[item].map((option) => [/** @type {Change} */ ([item, option])]),
  );
  const combinations = pivots.reduce((all, pivot) => all * choices(sheet, pivot).length, 1);
  if (probes.length * combinations > MOST_PROBES) return [];
  const left = ahead(sheet, pivots, probes).map((mask) => idsOf(program, mask));
  return unknown
    .map((index) => {
      const item = program.items[index];
      const own = probes.flatMap(([[i, mask]], number) =>
        i === index ? [{ option: item.options[bit(mask)], verdicts: left[number] }] : [],
      );
      return {
        item: item.id,
        narrows: own.some(({ verdicts }) => verdicts.length < sure),
        to: own.flatMap(({ option, verdicts }) =>
          verdicts.length === 1 ? [{ option, verdict: verdicts[0] }] : [],
        ),
      };
    })
    .filter(({ narrows }) => narrows)
    // Sorting is stable: items stay in the order of the page.
    .sort((a, b) => b.to.length - a.to.length)
    .map(({ item, to }) => ({ item, to }));
}

/**
 * The smallest changes of answers, and of weights, that give another settled verdict. Tried are
 * answers with points, facts that only the reader controls (named first: they are actions), and
 * what led here: that a red line could be answered otherwise is no news.
 *
 * @param {Sheet} sheet
 * @param {number[]} pivots
 * @param {string} now the settled verdict; empty = none
 * @param {Result["because"]} because
 * @returns {Pick<Result, "changes" | "borderline" | "weights">}
 */
function wouldChange(sheet, pivots, now, because) {
  if (!now) return { changes: [], borderline: false, weights: [] };
  const { program, options, relevant } = sheet.ready;
  const { items } = program;
  /** @typedef {{size: number, changes: Change[], verdict: string}} Row */
  /** The one verdict of a mask, if it is another. @param {number} mask */
  const other = (mask) => {
    const after = idsOf(program, mask);
    return after.length === 1 && after[0] !== now ? after[0] : "";
  };
  /** How far a change goes: places on the scale. @param {Change} change */
  const sizeOf = ([item, option]) =>
    Math.abs(options[item].indexOf(option) - options[item].indexOf(sheet.given[item]));
  /** The probes after which one verdict is left and it is another. @param {Change[][]} probes */
  const rowsOf = (probes) =>
    ahead(sheet, pivots, probes).flatMap((mask, number) => {
      const changes = probes[number];
      const size = changes.reduce((sum, change) => sum + sizeOf(change), 0);
      const verdict = other(mask);
      return verdict ? [/** @type {Row} */ ({ size, changes, verdict })] : [];
    });
  const reasons = because.map(({ item }) => item);
  const tried = relevant.filter((index) => {
    const { points, ours, id } = items[index];
    return (points || ours || reasons.includes(id)) && sheet.isKnown(index) && sheet.applies(index);
  });
  /** @param {number} item @returns {Change[]} */
  const othersOf = (item) =>
    options[item].filter((option) => option !== sheet.given[item]).map((option) => [item, option]);
  /** @type {Map<string, Row>} */
  const nearest = new Map();
  for (const row of rowsOf(tried.flatMap((item) => othersOf(item).map((one) => [one])))) {
    const key = `${row.changes[0][0]} ${row.verdict}`;
    if (row.size < (nearest.get(key)?.size ?? Infinity)) nearest.set(key, row);
  }
  const found = nearest.size ? [...nearest.values()] : rowsOf(pairsOf(sheet, tried, othersOf));
  /** @param {Row} row */
  const notOurs = ({ changes }) => +!changes.some(([item]) => items[item].ours);
  /** @param {Row} a @param {Row} b */
  const order = (a, b) => {
    const flat = b.changes.flat();
    return a.changes.flat().reduce((before, value, i) => before || value - flat[i], 0);
  };
  found.sort((a, b) => notOurs(a) - notOurs(b) || a.size - b.size || order(a, b));
  const [low, high] = program.settings?.weight ?? [1, 0];
  return {
    changes: found.slice(0, MOST_CHANGES).map(({ changes, verdict }) => ({
      set: changes.map(([item, option]) => ({
        item: items[item].id,
        option: items[item].options[bit(option)],
      })),
      verdict,
    })),
    borderline: found.some(
      ({ size, changes: [[item], second] }) => !second && size === 1 && !!items[item].points,
    ),
    weights: items.flatMap(({ id, w }, item) =>
      /** @type {const} */ ([-1, 1]).flatMap((by) => {
        const weight = sheet.settings[item][0];
        if (!w || !sheet.applies(item) || weight + by < low || weight + by > high) return [];
        sheet.weigh(item, weight + by);
        const verdict = other(ahead(sheet, pivots, [[]])[0]);
        sheet.weigh(item, weight);
        return verdict ? [{ item: id, by, verdict }] : [];
      }),
    ),
  };
}

/**
 * Pairs of changes inside one dimension, or with a fact of ours; a bounded number.
 *
 * @param {Sheet} sheet
 * @param {number[]} tried
 * @param {(item: number) => Change[]} othersOf
 */
function pairsOf({ ready }, tried, othersOf) {
  const { items } = ready.program;
  /** @type {Change[][]} */
  const found = [];
  for (const [i, a] of tried.entries()) {
    for (const b of tried.slice(i + 1)) {
      // The last dimension is the total, which all share.
      const shared = items[a].in?.slice(0, -1).some((d) => items[b].in?.includes(d));
      if (!items[a].ours && !items[b].ours && !shared) continue;
      for (const one of othersOf(a)) for (const other of othersOf(b)) found.push([one, other]);
      if (found.length >= MOST_PAIRS) return found.slice(0, MOST_PAIRS);
    }
  }
  return found;
}
