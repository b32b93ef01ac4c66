import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { hashBeginning, hashFile } from '../../../src/dialects/tencent-smh/model/hashing.ts'
import { httpString, type SignedText, sign, signKey } from '../../../src/object-plane/cos/signing.ts'
import { shows } from '../../support/shows.ts'
import vectors from '../../vectors/tencent-smh.json' with { type: 'json' }
import { crc64Of } from './upload-calls.ts'

for (const { title, size, modulus, beginningHash, fullHash, crc64 } of vectors.hashes) {
  const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, at) => at % modulus))

  test(`tencent-smh: hashes of a quick upload are those of the vector: ${title}`, async () => {
    for (const chunkSize of [size, 65_536, 1_000_003, vectors.blockSize, vectors.blockSize - 1]) {
      const hashes = await hashFile(chunksOf(bytes, chunkSize))
      assert.deepEqual(hashes, { beginning: beginningHash, full: fullHash })
    }
    const beginning = chunksOf(bytes.subarray(0, vectors.blockSize), 65_536)
    assert.equal(await hashBeginning(beginning), beginningHash)
    assert.equal(crc64Of(bytes), crc64)
    shows('tencent-smh', 'quick upload hashes')
  })

  test(`tencent-smh: a file of one block has one hash: the beginning of ${title}`, async () => {
    const hashes = await hashFile(chunksOf(bytes.subarray(0, vectors.blockSize), 100_000))
    assert.deepEqual(hashes, { beginning: beginningHash, full: beginningHash })
  })
}

test('tencent-smh: crc64 of texts is that of the vectors', () => {
  for (const { text, crc64 } of vectors.crc64) assert.equal(crc64Of(Buffer.from(text)), crc64)
})

for (const request of vectors.signing.requests) {
  test(`tencent-smh: the published signature of a ${request.title} is ours`, () => {
    const { method, path, time, params, headers, headersText } = request
    const text: SignedText = {
      ...{ method, path },
      params: Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      headers: Object.entries(headers),
    }
    assert.equal(httpString(text).split('\n')[3], headersText)
    assert.equal(createHash('sha1').update(httpString(text)).digest('hex'), request.sha1)
    assert.equal(signKey(vectors.signing.secretKey, time), request.signKey)
    assert.equal(sign(vectors.signing.secretKey, time, time, text), request.signature)
  })
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}
