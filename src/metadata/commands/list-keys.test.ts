import { test } from 'node:test'
import { assertReadsLittle } from '../../../test/support/listed-rows.ts'

test('a page reads few rows, however many keys a common prefix has', () => assertReadsLittle(20_000))
