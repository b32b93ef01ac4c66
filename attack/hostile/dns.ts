import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Impossible } from '../attack.ts'
import { DNS_ADDRESS } from '../machine.ts'

/** The addresses of a name at the time of this question, the first, the second and so on of that name. */
export type Answers = (name: string, question: number) => readonly string[]

/** A DNS server for A records; anything else has no records. Throws Impossible where it may not listen. */
export async function startDns(answers: Answers): Promise<{ close(): void }> {
  const asked = new Map<string, number>()
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const { name, type, end } = questionOf(message)
    const isAddress = type === 1
    const question = asked.get(name) ?? 0
    if (isAddress) asked.set(name, question + 1)
    const reply = answerTo(message, end, isAddress ? answers(name, question) : [])
    socket.send(reply, from.port, from.address)
  })
  socket.bind(53, DNS_ADDRESS)
  try {
    await once(socket, 'listening')
  } catch {
    throw new Impossible('no DNS server can listen here')
  }
  return { close: () => socket.close() }
}

function questionOf(message: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 }
}

/** RFC 1035 §4: the question as it came, and a record of no lifetime for each address. */
function answerTo(message: Buffer, end: number, addresses: readonly string[]): Buffer {
  const head = Buffer.alloc(12)
  message.copy(head, 0, 0, 2)
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(addresses.length, 6)
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  )
  return Buffer.concat([head, message.subarray(12, end), ...records])
}
