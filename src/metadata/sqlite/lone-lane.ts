import { CoreError } from '../../core/errors.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { errorOf, failureOf } from './errors.ts'
import type { CommandLane } from './lane.ts'

/** Does each command at once, in the caller's thread. Errors: those of opening a database. */
export async function openLoneLane(options: ConnectionOptions): Promise<CommandLane> {
  const connection = opened(options)
  let isOpen = true
  return {
    call: async (name, command) => {
      if (!isOpen) throw new CoreError('unavailable', 'the database is closed')
      const [reply] = connection.run([{ id: 0, name, command }])
      if (reply?.ok === true) return reply.value
      throw reply === undefined ? new Error('a command has a reply') : errorOf(reply.failure)
    },
    close: async () => {
      if (isOpen) connection.close()
      isOpen = false
    },
  }
}

function opened(options: ConnectionOptions) {
  try {
    return openConnection(options)
  } catch (error) {
    throw errorOf(failureOf(error))
  }
}
