import { Command } from 'commander'
import { CoreError, isCoreError } from '../core/errors.ts'
import { parseObjectId } from '../core/ids.ts'
import type { ObjectIn } from '../core/model/addresses.ts'
import type { StoredObject } from '../core/model/objects.ts'
import type { Engine } from '../server.ts'
import { accountsOf, withEngine } from './engine.ts'

/** `stowage hold KEY`: keeps a resource from being deleted; each hold needs its own release. */
export const holdCommand = (): Command =>
  heldCommand('hold', 'keep a resource from being deleted', (engine, object) =>
    engine.core.objects.hold(object),
  )

/** `stowage release KEY`: takes one hold away. */
export const releaseCommand = (): Command =>
  heldCommand('release', 'take one hold of a resource away', (engine, object) =>
    engine.core.objects.release(object),
  )

function heldCommand(
  name: string,
  description: string,
  change: (engine: Engine, object: ObjectIn) => Promise<StoredObject>,
): Command {
  const command = new Command(name).description(description).argument('<key>', "the resource's key")
  return withEngine(command, async (engine, key) => {
    const object = await inAnyAccount(engine, String(key), (found) => change(engine, found))
    console.log(`${object.id}  ${object.name}  holds: ${object.holds}`)
  })
}

/** Does `act` on the object of that key, in whichever account has it. */
export async function inAnyAccount<T>(
  engine: Engine,
  key: string,
  act: (object: ObjectIn) => Promise<T>,
): Promise<T> {
  const id = parseObjectId(key)
  const accounts = accountsOf(engine)
  if (id !== null) {
    for (const account of accounts) {
      try {
        return await act({ account: account.id, id })
      } catch (error) {
        if (!isCoreError(error, 'object-not-found')) throw error
      }
    }
  }
  throw new CoreError('object-not-found', `no resource has the key ${key}`)
}
