// The joined script on standard input, as small as it gets on standard output: `make script`.
// Its first line is the hash of what came in, by which the generator knows that it is in step.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { minify } from "terser";

const joined = readFileSync(0, "utf8");
const hash = createHash("sha256").update(joined).digest("hex");
const { code } = await minify(joined, { ecma: 2020, compress: { passes: 2 }, mangle: true });
process.stdout.write(`/* ${hash} */\n${code}\n`);
