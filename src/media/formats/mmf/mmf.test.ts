import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mediaFixture, memorySource } from '../../../../test/support/media-fixtures.ts'
import { measure } from '../../measure.ts'

function chunk(name: string, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)),
  )
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32BE(content.length, 4)
  return Buffer.concat([head, content])
}

const durationOf = async (...tracks: readonly Buffer[]): Promise<number> =>
  (await measure(memorySource(chunk('MMMD', chunk('CNTI', '0000000000'), ...tracks)))).durationMs

describe('MMF', () => {
  test('a score for handy phones lasts until its last note ends', async () => {
    // Units of 4 ms: a control at 0, a note of 50 at 10, another of 200 (two bytes) at 138.
    const events = '0000b07f' + '0a0532' + '8000' + '058048' + '00ff00'
    assert.equal(
      await durationOf(chunk('MTR\x01', '00000202' + '0000', chunk('Mtsq', events))),
      (138 + 200) * 4,
    )
  })

  test('a mobile score has the events of MIDI, with lengths', async () => {
    // Units of 10 ms for durations, of 20 ms for lengths.
    const events = '00c005' + '00b0077f' + '00f00201f7' + '0590407f8100' + '0a8040' + '05' + '00ff2f00'
    const header = `02001011${'00'.repeat(16)}`
    assert.equal(await durationOf(chunk('MTR\x06', header, chunk('Mtsq', events))), 50 + 128 * 20)
  })

  test('a file that is shorter than it says is cut', async () => {
    const whole = mediaFixture('tone.mmf')
    assert.equal((await measure(memorySource(whole.subarray(0, -500)))).isCut, true)
  })

  test('a packed score tells no length', () =>
    assert.rejects(durationOf(chunk('MTR\x05', `01000202${'00'.repeat(16)}`, chunk('Mtsq', '00112233'))), {
      name: 'Refusal',
      message: /no usable length/,
    }))
})
