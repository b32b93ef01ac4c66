import { readFileSync, writeFileSync } from 'node:fs'
import { withTables } from '../bench/scaling/tables.ts'

const page = new URL('../docs/scaling.md', import.meta.url)
writeFileSync(page, withTables(readFileSync(page, 'utf8')))
