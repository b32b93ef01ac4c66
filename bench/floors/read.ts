import { fstatSync, openSync, read, readSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { BLOCK_SIZE, BlockSummer, firstWrongBlock, SUM_SIZE } from '../../src/core/bytes/blocks.ts'
import { sayPort } from './say-port.ts'

// Stowage's design for reads without Stowage: `read.ts FILE checked|unchecked` answers GETs of one file, whole or a range. Large answers go through two
// buffers in turn; what fits into one is read in one go. `checked` compares every block that it touches with its sum, by Stowage's own check.
const PIECE = 4 * BLOCK_SIZE
/** What is read in one go at most. */
const SMALL_MAX = 1024 ** 2 + 2 * BLOCK_SIZE
const [path = '', mode] = process.argv.slice(2)
const file = openSync(path, 'r')
const { size } = fstatSync(file)
const sums = mode === 'checked' ? sumsOfFile() : null
const readInto = promisify(read)
const spare: Buffer[] = []

function sumsOfFile(): Uint8Array {
  const summer = new BlockSummer()
  const piece = Buffer.allocUnsafeSlow(PIECE)
  for (let at = 0; at < size; at += PIECE)
    summer.update(piece.subarray(0, readSync(file, piece, 0, PIECE, at)))
  return summer.finish() ?? new Uint8Array()
}

/** `bytes` begin at a block's border. */
function check(bytes: Uint8Array, at: number): void {
  if (sums === null) return
  const first = at / BLOCK_SIZE
  if (firstWrongBlock(bytes, sums.subarray(first * SUM_SIZE)) !== null)
    throw new Error(`a wrong block near ${at}`)
}

/** Where reading begins and ends: at blocks' borders if they are checked. */
const readFrom = (from: number): number => (sums === null ? from : from - (from % BLOCK_SIZE))
const readTo = (to: number): number =>
  sums === null ? to : Math.min(size, Math.ceil(to / BLOCK_SIZE) * BLOCK_SIZE)

function sendSmall(outgoing: ServerResponse, from: number, to: number): void {
  const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(SMALL_MAX)
  const start = readFrom(from)
  const bytes = buffer.subarray(0, readSync(file, buffer, 0, readTo(to) - start, start))
  check(bytes, start)
  outgoing.end(bytes.subarray(from - start, to - start), () => spare.push(buffer))
}

async function sendLarge(outgoing: ServerResponse, from: number, to: number): Promise<void> {
  const buffers = [Buffer.allocUnsafeSlow(PIECE), Buffer.allocUnsafeSlow(PIECE)]
  let sent: Promise<void> = Promise.resolve()
  let at = readFrom(from)
  for (let turn = 0; at < to; turn = 1 - turn) {
    const buffer = buffers[turn] ?? Buffer.alloc(0)
    const { bytesRead } = await readInto(file, buffer, 0, Math.min(PIECE, readTo(to) - at), at)
    const bytes = buffer.subarray(0, bytesRead)
    check(bytes, at)
    await sent
    const wanted = bytes.subarray(Math.max(0, from - at), to - at)
    sent = new Promise((resolve) => outgoing.write(wanted, () => resolve()))
    at += bytesRead
  }
  await sent
  outgoing.end()
}

const server = createServer((incoming, outgoing) => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(incoming.headers.range ?? '') ?? []
  const [from, to] = first === undefined ? [0, size] : [Number(first), Number(last) + 1]
  const range = first === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${size}` }
  outgoing.writeHead(first === undefined ? 200 : 206, { 'content-length': to - from, ...range })
  if (to - from <= SMALL_MAX - 2 * BLOCK_SIZE) sendSmall(outgoing, from, to)
  else sendLarge(outgoing, from, to)
})
sayPort(server)
