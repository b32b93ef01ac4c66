import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCoreError } from '../../../core/errors.ts'
import { FIXTURE, parseSegments, segmentsJson, segmentsOf } from './transcripts.ts'

const parse = (...lines: readonly string[]) => parseSegments(Buffer.from(lines.join('\n')))

test('each line is a segment; empty ones, a missing last newline and \\r are fine', () => {
  const line = '{"begin":1,"end":2,"text":"a"}'
  const one = { begin: 1, end: 2, text: 'a', speaker: null }
  assert.deepEqual(parse(line), [one])
  assert.deepEqual(parse(line, ''), [one])
  assert.deepEqual(parse(`${line}\r`, '', ' \r', line), [one, one])
  assert.deepEqual(parse(''), [])
})

test('times are rounded to milliseconds, and segments are put in order', () => {
  const segments = parse(
    '{"begin":2.6,"end":10,"text":"b","speaker":2}',
    '{"begin":0,"end":2.4,"text":"a","speaker":"x"}',
  )
  assert.deepEqual(segments, [
    { begin: 0, end: 2, text: 'a', speaker: 'x' },
    { begin: 3, end: 10, text: 'b', speaker: '2' },
  ])
})

test('a text keeps its blanks, and has no control characters and no broken Unicode', () => {
  const [segment] = parse('{"begin":0,"end":1,"text":" a\\u0000b\\n"}')
  assert.equal(segment?.text, ' a b ')
})

test('anything else is refused, with the number of its line', () => {
  for (const line of [
    'text',
    '[]',
    '{}',
    '{"begin":0,"end":1}',
    '{"begin":"0","end":1,"text":"a"}',
    '{"begin":-1,"end":1,"text":"a"}',
    '{"begin":0,"end":1e12,"text":"a"}',
    '{"begin":2,"end":1,"text":"a"}',
    '{"begin":0,"end":1,"text":7}',
    '{"begin":0,"end":1,"text":"a","speaker":{}}',
    '{"begin":0,"end":1,"text":"a"} {}',
  ]) {
    assert.throws(
      () => parse('', line),
      (error) => isCoreError(error, 'media-refused') && error.message.startsWith('line 2 '),
      line,
    )
  }
  assert.throws(() => parseSegments(Buffer.from([0x7b, 0xff, 0x7d])), /line 1 /)
})

test('a transcript comes back from how it is kept', () => {
  assert.deepEqual(segmentsOf(segmentsJson(FIXTURE)), FIXTURE)
})
