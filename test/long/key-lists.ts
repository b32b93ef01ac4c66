import { test } from 'node:test'
import { assertReadsLittle } from '../support/listed-rows.ts'

test('a page reads few rows where a common prefix has a million keys', () => assertReadsLittle(1_000_000))
