import assert from 'node:assert/strict'

/** Downloads `url` and fails unless it brings exactly `bytes`. Returns a sentence that says so. */
export async function comesBack(url: string, bytes: Uint8Array): Promise<string> {
  const response = await fetch(url)
  assert.equal(response.status, 200, `GET answered ${response.status}`)
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes), 'the bytes differ')
  return `${bytes.byteLength} bytes came back unchanged`
}

/** A WAV file: `seconds` of a sine tone, 16 kHz, 16 bit, mono. */
export function tone(seconds: number): Buffer {
  const sampleRateHz = 16_000
  const samples = Buffer.alloc(sampleRateHz * seconds * 2)
  for (let i = 0; i < samples.length / 2; i += 1) {
    samples.writeInt16LE(Math.round(12_000 * Math.sin((i * 2 * Math.PI * 440) / sampleRateHz)), i * 2)
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(sampleRateHz, 24)
  header.writeUInt32LE(sampleRateHz * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}
