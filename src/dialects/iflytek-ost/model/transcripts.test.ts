import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCoreError } from '../../../core/errors.ts'
import { FIXTURE, parseSegments, segmentsOf, transcriptOf } from './transcripts.ts'

const parse = (...lines: readonly string[]) => parseSegments(Buffer.from(lines.join('\n')))

test('each line is a segment; empty ones, a missing last newline and \\r are fine', async () => {
  const line = '{"begin":1,"end":2,"text":"a"}'
  const one = { begin: 1, end: 2, text: 'a', speaker: null }
  assert.deepEqual(await parse(line), [one])
  assert.deepEqual(await parse(line, ''), [one])
  assert.deepEqual(await parse(`${line}\r`, '', ' \r', line), [one, one])
  assert.deepEqual(await parse(''), [])
})

test('times are rounded to milliseconds, and segments are put in order', async () => {
  const segments = await parse(
    '{"begin":2.6,"end":10,"text":"b","speaker":2}',
    '{"begin":0,"end":2.4,"text":"a","speaker":"x"}',
  )
  assert.deepEqual(segments, [
    { begin: 0, end: 2, text: 'a', speaker: 'x' },
    { begin: 3, end: 10, text: 'b', speaker: '2' },
  ])
})

test('a text keeps its blanks, and has no control characters and no broken Unicode', async () => {
  const [segment] = await parse('{"begin":0,"end":1,"text":" a\\u0000b\\n"}')
  assert.equal(segment?.text, ' a b ')
})

test('anything else is refused, with the number of its line', async () => {
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
    await assert.rejects(
      parse('', line),
      (error) => isCoreError(error, 'media-refused') && error.message.startsWith('line 2 '),
      line,
    )
  }
  await assert.rejects(parseSegments(Buffer.from([0x7b, 0xff, 0x7d])), /line 1 /)
})

test('a transcript comes back from how it is kept, some segments at a time', async () => {
  const kept = await transcriptOf(FIXTURE)
  assert.deepEqual([...segmentsOf(kept)], [FIXTURE])
  assert.deepEqual([kept.speakers, kept.lengthMs], [['1', '2'], 4000])
  assert.deepEqual([...segmentsOf(await transcriptOf([]))], [])
  const many = Array(1001).fill({ begin: 0, end: 1, text: '\n', speaker: null })
  const slices = [...segmentsOf(await transcriptOf(many))]
  assert.deepEqual(
    slices.map(({ length }) => length),
    [500, 500, 1],
  )
  assert.deepEqual(slices.flat(), many)
})
