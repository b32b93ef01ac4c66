import { readFileSync, writeFileSync } from 'node:fs'
import { PAGE, withLimits } from './limits.ts'

// Writes the tables of limits into docs/security.md.

const root = `${import.meta.dirname}/../..`
const path = `${root}/${PAGE}`
writeFileSync(path, withLimits(readFileSync(path, 'utf8'), root))
