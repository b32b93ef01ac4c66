/** Measures every file of a folder with one worker, and tells the most memory that the process had before and after: `node test/media/memory.ts FOLDER`. */
import { readdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isCoreError } from '../../src/core/errors.ts'
import { createMediaProbe } from '../../src/media/index.ts'

/** The most resident memory that this process ever had, in bytes. */
const peak = (): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024

const [folder = '.'] = process.argv.slice(2)
const names = readdirSync(folder)
const read = Buffer.alloc(1024 * 1024)
read.fill(1)
const before = peak()
const probe = createMediaProbe({ workers: 1 })
let slowestMs = 0
let slowest = ''
for (const name of names) {
  const file = await open(join(folder, name))
  const { size } = await file.stat()
  const began = performance.now()
  try {
    await probe.probe({
      size,
      read: async (start, end) => (await file.read(Buffer.alloc(end - start), 0, end - start, start)).buffer,
    })
  } catch (error) {
    if (!isCoreError(error, 'media-refused')) throw error
  } finally {
    await file.close()
  }
  const took = performance.now() - began
  if (took > slowestMs) [slowestMs, slowest] = [took, name]
}
await probe.close()
process.stdout.write(
  `${JSON.stringify({ files: names.length, before, after: peak(), slowest, slowestMs: Math.round(slowestMs) })}\n`,
)
