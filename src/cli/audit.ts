import { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { withEngine } from './engine.ts'

/** `stowage audit`: tells whether all bytes are there that facts point to. Ends with 1 if some are missing. */
export function auditCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('audit').description('compare the bytes on disk with what the facts point to')
  return withEngine(command, dialects, async (engine) => {
    const { live, missing, unreferenced } = await engine.audit()
    console.log(`${live} segments are in use, ${missing.length} of them are missing`)
    console.log(
      `${unreferenced.length} stored segments are not in use: uploads in flight, or the next sweep's work`,
    )
    for (const name of missing) console.log(`missing: ${name}`)
    if (missing.length > 0) process.exitCode = 1
  })
}
