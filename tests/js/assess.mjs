// Scores in Node what stands on standard input, one {program, sheets} a line, and prints the
// results of each line as one line of JSON.
import { createInterface } from "node:readline";
import { assess } from "../../generator/partways/runtime/scoring.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { program, sheets } = JSON.parse(line);
  console.log(JSON.stringify(sheets.map((answers) => assess(program, answers))));
}
