import { DIALECTS } from '../../src/dialects/index.ts'

// Listeners besides the main one are off: tests that want one say where.
const off = DIALECTS.flatMap(({ listener }) => (listener === undefined ? [] : [[listener.key, '']]))

/** What every server of the tests is told, unless a test says something else. */
export const defaults: Readonly<Record<string, string>> = {
  ...{ listen: '127.0.0.1:0', sweep_interval_s: '3600', drain_timeout_s: '5' },
  ...{ 'admin.listen': '', ...Object.fromEntries(off) },
}
