import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shows } from '../../test/support/shows.ts'
import { readCompleteXml } from './complete-xml.ts'
import { PlaneError, type PlaneErrorCode } from './errors.ts'

const read = (text: string) => readCompleteXml(Buffer.from(text))
const part = (number: number | string, etag = 'e') =>
  `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`
const list = (...parts: readonly string[]) =>
  `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`

async function refused(text: string, code: PlaneErrorCode = 'xml-malformed'): Promise<void> {
  await assert.rejects(
    read(text),
    (error) => error instanceof PlaneError && error.code === code,
    `${text} is not refused with ${code}`,
  )
}

describe('the list of parts in a complete', () => {
  test('has ETags with any quotes or none, escaped or not, in any letter case', async () => {
    for (const etag of [
      'abc',
      '"abc"',
      '&quot;abc&quot;',
      '&#34;abc&#34;',
      '&#x22;abc&#x22;',
      ' "abc" ',
      "'abc'",
      '""abc""',
      '&apos;abc&apos;',
      '&quot;&#39;ABC&#x27;&quot;',
      '"AbC"',
      '<![CDATA["abc"]]>',
    ])
      assert.deepEqual(await read(list(part(1, etag))), [{ number: 1, etag: 'abc' }], etag)
    shows('huawei-vod', 'OBS ETags of a complete')
  })

  test('has ETags of at most 256 characters, whose inner blanks and quotes stay', async () => {
    assert.deepEqual(await read(list(part(1, '" a  \'&quot;&amp;b" \''))), [
      { number: 1, etag: "a  '&quot;&amp;b" },
    ])
    assert.deepEqual(await read(list(part(1, '" &#39;"'))), [{ number: 1, etag: '' }])
    const blanks = (count: number) => `"a${' '.repeat(count)}b"`
    assert.deepEqual(await read(list(part(1, blanks(252)))), [{ number: 1, etag: blanks(252).slice(1, -1) }])
    await refused(list(part(1, blanks(253))))
    await refused(list(part(1), part(2, '&quot;'.repeat(43))))
  })

  test('may be laid out freely, with a declaration, a namespace, comments and more fields', async () => {
    const text = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUpload xmlns="http://x/">
      <!-- two --> <Part>\n <ETag>a</ETag> <PartNumber> 2 </PartNumber><Size>1</Size> </Part>
      <Part><PartNumber>0010000</PartNumber><ETag>b</ETag></Part>\n</CompleteMultipartUpload>\n`
    assert.deepEqual(await read(text), [
      { number: 2, etag: 'a' },
      { number: 10_000, etag: 'b' },
    ])
    const prefixed = list(part(1)).replaceAll('<', '<s:').replaceAll('<s:/', '</s:')
    assert.deepEqual(await read(prefixed), [{ number: 1, etag: 'e' }])
  })

  test('holds 10,000 parts', async () => {
    const parts = Array.from({ length: 10_000 }, (_, index) => part(index + 1, '&quot;e&quot;'))
    assert.deepEqual((await read(list(...parts))).at(-1), { number: 10_000, etag: 'e' })
  })

  test('is read in turns, between which others have the main thread', async () => {
    const turnsOf = async (text: string): Promise<number> => {
      let turns = 0
      let isOver = false
      const count = () => {
        turns += 1
        if (!isOver) setImmediate(count)
      }
      setImmediate(count)
      await read(text).catch(() => null)
      isOver = true
      return turns
    }
    // Eight tokens each.
    const parts = Array.from({ length: 10_000 }, (_, index) => part(index + 1))
    assert.ok((await turnsOf(list(...parts))) >= 15)
    // Two tokens each.
    assert.ok((await turnsOf(list('<a/>'.repeat(100_000)))) >= 39)
    assert.ok((await turnsOf(list('<!---->'.repeat(100_000)))) >= 19)
  })

  test('has ascending numbers', async () => {
    await refused(list(part(2), part(1)), 'part-order-invalid')
    await refused(list(part(1), part(1)), 'part-order-invalid')
    for (const number of ['0', '10001', '999999999']) await refused(list(part(number)), 'argument-invalid')
  })

  test('is refused when it is none', async () => {
    for (const text of [
      ...[
        '',
        ' ',
        'parts',
        '{}',
        '<a/>',
        '<a>',
        list(),
        list('x'),
        list('<Part/>'),
        '<CompleteMultipartUpload/>',
      ],
      ...[list('<Part><PartNumber>1</PartNumber></Part>'), list('<Part><ETag>e</ETag></Part>')],
      ...[
        list(part(1)).slice(0, -5),
        `${list(part(1))}<b>`,
        list(part('1.5')),
        list(part('-1')),
        list(part('x')),
      ],
      ...[
        list(part('<a>1</a>')),
        list(part(1, '<a>1</a>')),
        list(`${part(1).slice(0, -7)}<ETag>f</ETag></Part>`),
        list('<Part><PartNumber>1</PartNumber><PartNumber>1</PartNumber><ETag>e</ETag></Part>'),
        list(part(1)).replace('</ETag>', '</Etag>'),
        list(part(1)).replace('<ETag>', '<ETag a>'),
        list(part(1)).replace('<ETag>', '<ETag a="<">'),
        list(part(1, '<!-- ')),
        list(part(1, '<![CDATA[e')),
        list(part(1, 'e'.repeat(5000))),
        `${list(part(1))}x`,
        `x${list(part(1))}`,
        `${list(part(1))}${list(part(1))}`,
        `${list(part(1))}</CompleteMultipartUpload>`,
      ],
      `<CompleteMultipartUpload><Part>${'<a>'.repeat(50)}${'</a>'.repeat(50)}</Part></CompleteMultipartUpload>`,
      list(part(1)).replaceAll('Part>', '__proto__>'),
    ])
      await refused(text)
  })

  test('never has a document type or entities of its own', async () => {
    await refused(`<!DOCTYPE x [<!ENTITY a "1">]>${list(part('&a;'))}`)
    await refused(`<!DOCTYPE x>${list(part(1))}`)
    await refused(`<!DOCTYPE x SYSTEM "file:///etc/passwd">${list(part(1))}`)
    assert.deepEqual(await read(list(part(1, '&a;'))), [{ number: 1, etag: '&a;' }])
  })
})
