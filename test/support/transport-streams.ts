const PACKET_SIZE = 188
const MODULUS = 2n ** 33n

/** The packets of a transport stream that has nothing between them. */
export const packetsOf = (stream: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.floor(stream.length / PACKET_SIZE) }, (_, index) =>
    stream.slice(index * PACKET_SIZE, (index + 1) * PACKET_SIZE),
  )

/** The same packets with bytes in front of each and behind each. */
export const padded = (stream: Uint8Array, before: number, behind: number): Buffer =>
  Buffer.concat(
    packetsOf(stream).flatMap((packet) => [Buffer.alloc(before), packet, Buffer.alloc(behind, 0x47)]),
  )

/** The same stream with all times of showing and decoding moved on by so many ticks of 90 kHz. They count modulo 2^33. */
export const moved = (stream: Uint8Array, ticks: number): Buffer =>
  Buffer.concat(packetsOf(stream).map((packet) => movedPacket(Buffer.from(packet), BigInt(ticks))))

function movedPacket(packet: Buffer, ticks: bigint): Buffer {
  const [, flags = 0, , control = 0, adaptation = 0] = packet
  const at = 4 + ((control & 0x20) !== 0 ? 1 + adaptation : 0)
  if ((flags & 0x40) === 0 || at + 9 > PACKET_SIZE || packet.readUIntBE(at, 3) !== 1) return packet
  const has = (packet[at + 7] ?? 0) >> 6
  if (has >= 2) moveTime(packet, at + 9, ticks)
  if (has === 3) moveTime(packet, at + 14, ticks)
  return packet
}

/** 33 bits in five bytes (ISO 13818-1 §2.4.3.6). */
function moveTime(packet: Buffer, at: number, ticks: bigint): void {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = [...packet.subarray(at, at + 5)].map(BigInt)
  const b = { b0: BigInt(b0), b1: BigInt(b1), b2: BigInt(b2), b3: BigInt(b3), b4: BigInt(b4) }
  const time =
    (((b.b0 >> 1n) & 7n) << 30n) | (b.b1 << 22n) | ((b.b2 >> 1n) << 15n) | (b.b3 << 7n) | (b.b4 >> 1n)
  const next = (time + ticks) % MODULUS
  packet[at] = Number((b.b0 & 0xf1n) | ((next >> 29n) & 0x0en))
  packet[at + 1] = Number((next >> 22n) & 0xffn)
  packet[at + 2] = Number(((next >> 14n) & 0xfen) | 1n)
  packet[at + 3] = Number((next >> 7n) & 0xffn)
  packet[at + 4] = Number(((next << 1n) & 0xfen) | 1n)
}
