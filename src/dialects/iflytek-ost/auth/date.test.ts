import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDate } from './date.ts'

const TIME = Date.UTC(2020, 5, 29, 0, 43, 9)

const isRead = (text: string) => () => assert.equal(parseDate(text, TIME), TIME)

test('a date of RFC 1123 is read', isRead('Mon, 29 Jun 2020 00:43:09 GMT'))
test('a date with the zone word UTC is read', isRead('Mon, 29 Jun 2020 00:43:09 UTC'))
test('a date without a zone word is read', isRead('Mon, 29 Jun 2020 00:43:09'))
test('a date of RFC 850 is read', isRead('Monday, 29-Jun-20 00:43:09 GMT'))
test('a date of asctime is read', isRead('Mon Jun 29 00:43:09 2020'))
test('a wrong weekday does not matter', isRead('Fri, 29 Jun 2020 00:43:09 GMT'))

test('an asctime day of one digit stands after two blanks', () => {
  assert.equal(parseDate('Sun Nov  6 08:49:37 1994', TIME), Date.UTC(1994, 10, 6, 8, 49, 37))
})

test('a year of two digits more than 50 years ahead is of the last century', () => {
  assert.equal(parseDate('Sunday, 06-Nov-94 08:49:37 GMT', TIME), Date.UTC(1994, 10, 6, 8, 49, 37))
})

const UNREADABLE = [
  '',
  'now',
  '2020-06-29T00:43:09Z',
  '1593391389',
  'Mon, 29 Foo 2020 00:43:09 GMT',
  'Mon, 29 Jun 2020 24:43:09 GMT',
  'Mon, 29 Jun 2020 00:60:09 GMT',
  'Mon, 29 Jun 2020 00:43:099 GMT',
  'Mon, 29 Jun 99999 00:43:09 GMT',
]

test('text that is no date of these forms is no date', () => {
  for (const text of UNREADABLE) assert.equal(parseDate(text, TIME), null, text)
})
