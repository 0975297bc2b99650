// Letters and findings by the browser's modules, for a comparison with their twins in Python.
// A line in: {letter, fields, values, text, rules, asked, typed, kind}; a line out: what is said to it.
import { createInterface } from "node:readline";
import { compose, shown } from "../../generator/partways/runtime/letters.mjs";
import { check } from "../../generator/partways/runtime/wording.mjs";

/** @type {Map<string, any>} */
const known = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  if (job.rules) known.set(job.language, job.rules);
  else if (job.typed) console.log(JSON.stringify(shown(job.typed, job.kind, job.language)));
  else if (job.letter) console.log(JSON.stringify(compose(job.letter, job.fields, job.values)));
  else console.log(JSON.stringify(check(job.text, known.get(job.language), job.asked)));
}
