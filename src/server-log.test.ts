import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { requestLog } from './server-log.ts'

test('the log warns once of a proxy that nobody has named', () => {
  const lines: string[] = []
  const log = requestLog(pino({}, { write: (line) => lines.push(line) }))
  log({ status: 200, remote: '127.0.0.1' })
  log({ status: 200, remote: '172.17.0.1', unheardProxy: true })
  log({ status: 200, remote: '172.17.0.1', unheardProxy: true })
  const warnings = lines.filter((line) => line.includes('trusted_proxies'))
  assert.equal(lines.length, 4)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /172\.17\.0\.1/)
})
