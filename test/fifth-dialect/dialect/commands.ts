import { credentialsOf } from '../../../src/core/accounts.ts'
import type { CommandGroup } from '../../../src/dialects/command.ts'
import { bucketOf } from './calls/call.ts'
import { boxCredential } from './credentials.ts'

/** `stowage fifth-dialect list`. */
export const commands: CommandGroup = {
  name: 'fifth-dialect',
  description: 'look at the boxes of fifth-dialect',
  commands: [
    {
      name: 'list',
      description: 'show how much is in each box',
      argument: null,
      run: async ({ core, accounts, print }) => {
        for (const account of accounts) {
          for (const box of credentialsOf(account, boxCredential)) {
            const { objects, bytes } = await core.objects.usage(account.id, bucketOf({ box }))
            print(`${box.id}  ${objects} files  ${bytes} bytes`)
          }
        }
      },
    },
  ],
}
