import { Command } from 'commander'
import type { ObjectIn } from '../core/model/addresses.ts'
import type { StoredObject } from '../core/model/objects.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Engine } from '../server.ts'
import { inAnyAccount } from './any-account.ts'
import { accountsOf, withEngine } from './engine.ts'

/** `stowage hold KEY`: keeps a resource from being deleted. Each hold needs its own release. */
export const holdCommand = (dialects: readonly Dialect[]): Command =>
  heldCommand(dialects, 'hold', 'keep a resource from being deleted', (engine, object) =>
    engine.core.objects.hold(object),
  )

/** `stowage release KEY`: takes one hold away. */
export const releaseCommand = (dialects: readonly Dialect[]): Command =>
  heldCommand(dialects, 'release', 'take one hold of a resource away', (engine, object) =>
    engine.core.objects.release(object),
  )

function heldCommand(
  dialects: readonly Dialect[],
  name: string,
  description: string,
  change: (engine: Engine, object: ObjectIn) => Promise<StoredObject>,
): Command {
  const command = new Command(name).description(description).argument('<key>', "the resource's key")
  return withEngine(command, dialects, async (engine, key) => {
    const object = await inAnyAccount(accountsOf(engine), String(key), ({ id: account }, id) =>
      change(engine, { account, id }),
    )
    console.log(`${object.id}  ${object.name}  holds: ${object.holds}`)
  })
}
