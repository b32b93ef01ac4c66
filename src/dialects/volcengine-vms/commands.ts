import type { CommandAction, CommandGroup } from '../command.ts'
import { approve, listPending, reject } from './model/review.ts'

/** `stowage review list | approve KEY | reject KEY`: the human review of voice resources. */
export const reviewCommands: CommandGroup = {
  name: 'review',
  description: 'review voice resources (volcengine_vms.review = "manual")',
  commands: [
    {
      name: 'list',
      description: 'show what waits for review, oldest first',
      argument: null,
      run: async ({ core, accounts, print }) => {
        for (const { id: account } of accounts) {
          for (const { id, createdAt, name } of await listPending(core, account)) {
            print(`${id}  ${account}  ${new Date(createdAt).toISOString()}  ${name}`)
          }
        }
      },
    },
    decision('approve', 'let a resource be used', 'approved', approve),
    decision('reject', 'refuse a resource', 'rejected', reject),
  ],
}

function decision(name: string, description: string, done: string, decide: typeof approve): CommandAction {
  return {
    ...{ name, description, argument: { name: 'key', description: "the resource's key" } },
    run: async ({ core, inAnyAccount, print }, key) => {
      const object = await inAnyAccount(key, (account) => decide(core, account, key))
      print(`${object.id}  ${object.name}  ${done}`)
    },
  }
}
