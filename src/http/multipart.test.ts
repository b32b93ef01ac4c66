import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error } from '../../test/support/http-kit.ts'
import {
  END,
  FILE,
  FORM,
  field,
  parsed,
  part,
  post,
  RECEIVED,
  receive,
  startForm,
} from '../../test/support/multipart-form.ts'
import type { FilePart } from './multipart.ts'

test('fields and file come out in whatever order they stand', async (t) => {
  const story = await startForm(t)
  const [a, b] = [field('a', '1'), field('b', 'zwei 中')]
  for (const body of [a + b + FILE, FILE + a + b, a + FILE + b]) {
    assert.deepEqual(parsed(await post(story, body + END)), [
      [
        ['a', '1'],
        ['b', 'zwei 中'],
      ],
      RECEIVED,
    ])
  }
  assert.deepEqual(parsed(await post(story, a + END)), [[['a', '1']], null])
  assert.deepEqual(parsed(await post(story, END)), [[], null])
  assert.deepEqual(story.discarded, [])
})

test('where the file stands last, it comes with the fields, and what follows it does not count', async (t) => {
  const known: string[] = []
  const receiveFile = async (file: FilePart, fields: ReadonlyMap<string, string>) => {
    known.push([...fields.keys()].join())
    return receive(file)
  }
  const story = await startForm(t, { isFileLast: true, receiveFile })
  const [a, b] = [field('a', '1'), field('b', '2')]
  const nameless = part('', 'x')
  const answer = await post(story, a + FILE + a + b + FILE + nameless + END)
  assert.deepEqual(parsed(answer), [[['a', '1']], RECEIVED])
  assert.deepEqual(known, ['a'])
  assert.equal(error(await post(story, FILE + a)), 'malformed-multipart')
  assert.deepEqual(story.discarded, [RECEIVED])
})

test('the file is known by its name, whether or not it has a filename', async (t) => {
  const story = await startForm(t)
  assert.deepEqual(parsed(await post(story, part('name="data"', 'x') + END)), [
    [],
    { filename: '', contentType: 'application/octet-stream', bytes: 'x' },
  ])
  const other = part('name="other"; filename="b.wav"', 'x'.repeat(200_000))
  assert.deepEqual(parsed(await post(story, other + FILE + END)), [[], RECEIVED])
})

test('who receives the file is told the fields before it, and how many bytes can come', async (t) => {
  const told: [fields: object, sizeAtMost: number | null][] = []
  const story = await startForm(t, {
    receiveFile: (file, fieldsBefore) => {
      told.push([Object.fromEntries(fieldsBefore), file.sizeAtMost])
      return receive(file)
    },
  })
  const [a, b] = [field('a', '1'), field('b', '2')]
  const large = part('name="data"', 'x'.repeat(300_000))
  const end = '--XbX--'
  for (const body of [a + b + FILE + end, FILE + end, a + FILE + b + end, `pre\r\n${a}${large}${end}`]) {
    await post(story, body)
  }
  const chunked = `${Buffer.byteLength(a + FILE + END).toString(16)}\r\n${a}${FILE}${END}\r\n0\r\n\r\n`
  await story.kit.ask(
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
  )
  assert.deepEqual(told, [
    [{ a: '1', b: '2' }, 5],
    [{}, 5],
    [{ a: '1' }, 5 + b.length],
    [{ a: '1' }, 300_000],
    [{ a: '1' }, null],
  ])
})

test('filenames are decoded and are never paths', async (t) => {
  const story = await startForm(t)
  for (const [parameter, expected] of [
    ['filename="语音.wav"', '语音.wav'],
    ["filename*=utf-8''%E8%AF%AD%20a.wav", '语 a.wav'],
    [`filename="x"; filename*=UTF-8''%E8%AF%AD`, '语'],
    ['filename="a\\"b.wav"', 'a"b.wav'],
    ['filename="C:\\dir\\a.wav"', 'a.wav'],
    ['filename="../../etc/passwd"', 'passwd'],
    ["filename*=utf-8''..%2F..%2Fetc%2Fpasswd", 'passwd'],
    ['filename=".."', ''],
    ['filename=""', ''],
    ['filename=plain.wav', 'plain.wav'],
    ['filename="__proto__"', '__proto__'],
  ] as const) {
    const answer = await post(story, part(`name="data"; ${parameter}`, 'x') + END)
    const [, file] = JSON.parse(answer.body)
    assert.equal(file.filename, expected, parameter)
  }
  const latin1 = Buffer.from(part('name="data"; filename="caf\xe9.wav"', 'x') + END, 'latin1')
  assert.equal(JSON.parse((await post(story, latin1)).body)[1].filename, 'café.wav')
})

test('headers that clients add to parts do no harm', async (t) => {
  const story = await startForm(t)
  const headers =
    'Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Length: 3\r\n'
  const gbk = Buffer.concat([
    Buffer.from(
      '--XbX\r\ncontent-disposition:form-data;name=b\r\nContent-Type: text/plain; charset=gbk\r\n\r\n',
    ),
    Buffer.from([0xd6, 0xd0]),
    Buffer.from(`\r\n${END}`),
  ])
  const body = Buffer.concat([Buffer.from(part('name="a"', '中', headers)), gbk])
  assert.deepEqual(parsed(await post(story, body)), [
    [
      ['a', '中'],
      ['b', '中'],
    ],
    null,
  ])
})

test('boundaries come quoted, in any letter case of the parameter, and with odd characters', async (t) => {
  const story = await startForm(t)
  for (const [contentType, boundary] of [
    ['multipart/form-data; boundary="XbX"', 'XbX'],
    ['Multipart/Form-Data;charset=utf-8;BOUNDARY=XbX', 'XbX'],
    [`multipart/form-data; boundary="a b'()+_,-./:=?"`, "a b'()+_,-./:=?"],
    [
      'multipart/form-data; boundary=----------------------------1234567890',
      '----------------------------1234567890',
    ],
  ] as const) {
    const body = (FILE + END).replaceAll('XbX', boundary)
    assert.deepEqual(parsed(await post(story, body, contentType)), [[], RECEIVED], contentType)
  }
})
