import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDate } from './date.ts'

const TIME = Date.UTC(2020, 5, 29, 0, 43, 9)

const READABLE = {
  'RFC 1123': 'Mon, 29 Jun 2020 00:43:09 GMT',
  'RFC 1123 with the zone word UTC': 'Mon, 29 Jun 2020 00:43:09 UTC',
  'RFC 1123 without a zone word': 'Mon, 29 Jun 2020 00:43:09',
  'RFC 850': 'Monday, 29-Jun-20 00:43:09 GMT',
  asctime: 'Mon Jun 29 00:43:09 2020',
  'a wrong weekday': 'Fri, 29 Jun 2020 00:43:09 GMT',
}

for (const [form, text] of Object.entries(READABLE)) {
  test(`a date is read: ${form}`, () => assert.equal(parseDate(text), TIME))
}

test('an asctime day of one digit stands after two blanks', () => {
  assert.equal(parseDate('Sun Nov  6 08:49:37 1994'), Date.UTC(1994, 10, 6, 8, 49, 37))
})

test('a year of two digits from 70 is of the last century', () => {
  assert.equal(parseDate('Sunday, 06-Nov-94 08:49:37 GMT'), Date.UTC(1994, 10, 6, 8, 49, 37))
})

const UNREADABLE = [
  '',
  'now',
  '2020-06-29T00:43:09Z',
  '1593391389',
  'Mon, 31 Jun 2020 00:43:09 GMT',
  'Mon, 29 Foo 2020 00:43:09 GMT',
  'Mon, 29 Jun 2020 24:43:09 GMT',
  'Mon, 29 Jun 2020 00:60:09 GMT',
  'Mon, 29 Jun 2020 00:43:61 GMT',
  'Mon, 29 Jun 2020 00:43:099 GMT',
  'Mon, 29 Jun 99999 00:43:09 GMT',
]

for (const text of UNREADABLE) {
  test(`no date: ${JSON.stringify(text)}`, () => assert.equal(parseDate(text), null))
}
