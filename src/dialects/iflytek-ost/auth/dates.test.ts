import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  appId,
  appOf,
  authorize,
  BAD_DATE,
  DATE,
  HEADERS,
  ORIGIN,
  RECEIVED_AT,
  refused,
  SIGNATURE,
  sign,
  withAuthorization,
} from '../../../../test/dialects/iflytek-ost/signed.ts'
import { shows } from '../../../../test/support/shows.ts'

test('a clock up to 300 s off is accepted, either way', () => {
  for (const offset of [-300_000, 300_000]) {
    const sent = withAuthorization(authorize(SIGNATURE), { receivedAt: RECEIVED_AT + offset })
    assert.equal(appOf(sent), appId)
  }
})

test('a clock is compared in whole seconds, as fine as a Date can tell', () => {
  for (const offset of [-299_001, 300_999]) {
    const sent = withAuthorization(authorize(SIGNATURE), { receivedAt: RECEIVED_AT + offset })
    assert.equal(appOf(sent), appId)
  }
})

test('a clock more than 300 s off is refused, either way', () => {
  for (const [offset, within] of [
    [-300_001, -300_000],
    [301_000, 300_000],
  ] as const) {
    const at = (off: number) => withAuthorization(authorize(SIGNATURE), { receivedAt: RECEIVED_AT + off })
    refused(at(offset), 403, BAD_DATE)
    assert.equal(appOf(at(within)), appId)
  }
  shows('iflytek-ost', 'Date, skew')
})

test('a missing or unreadable Date is refused', () => {
  for (const date of ['', 'yesterday']) {
    refused({ headers: { authorization: authorize(SIGNATURE), date } }, 403, BAD_DATE)
  }
})

const X_DATE = 'Mon, 29 Jun 2020 00:43:10 GMT'

test('X-Date is taken where there is no Date, signed as x-date or as date', () => {
  for (const name of ['x-date', 'date']) {
    const signature = sign(ORIGIN.host, `${name}: ${X_DATE}`, ORIGIN.line, ORIGIN.digest)
    const authorization = authorize(signature, HEADERS.replace('date', name))
    assert.equal(appOf({ headers: { authorization, date: '', 'x-date': X_DATE } }), appId, name)
  }
})

test('X-Date is taken beside a Date that is not signed, whatever that says', () => {
  const signature = sign(ORIGIN.host, `x-date: ${X_DATE}`, ORIGIN.line, ORIGIN.digest)
  const authorization = authorize(signature, HEADERS.replace('date', 'x-date'))
  for (const date of ['', 'yesterday', DATE]) {
    assert.equal(appOf({ headers: { authorization, date, 'x-date': X_DATE } }), appId)
  }
})

test('a fresh date that is not signed does not make an old one that is signed good', () => {
  const receivedAt = RECEIVED_AT + 3_600_000
  const fresh = new Date(receivedAt).toUTCString()
  refused({ receivedAt, headers: { authorization: authorize(SIGNATURE), 'x-date': fresh } }, 403, BAD_DATE)
  const signature = sign(ORIGIN.host, `x-date: ${X_DATE}`, ORIGIN.line, ORIGIN.digest)
  const authorization = authorize(signature, HEADERS.replace('date', 'x-date'))
  refused({ receivedAt, headers: { authorization, date: fresh, 'x-date': X_DATE } }, 403, BAD_DATE)
  shows('iflytek-ost', 'X-Date beside Date')
})

test('a signed X-Date has to be right, and to be what was signed', () => {
  const signature = sign(ORIGIN.host, `x-date: ${X_DATE}`, ORIGIN.line, ORIGIN.digest)
  const authorization = authorize(signature, HEADERS.replace('date', 'x-date'))
  refused({ headers: { authorization, 'x-date': 'yesterday' } }, 403, BAD_DATE)
  refused({ headers: { authorization } }, 403, BAD_DATE)
  refused({ headers: { authorization, 'x-date': DATE } }, 401, 'HMAC signature does not match')
})
