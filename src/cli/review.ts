import { Command } from 'commander'
import { approve, listPending, reject } from '../dialects/volcengine-vms/background/review.ts'
import { accountsOf, withEngine } from './engine.ts'
import { inAnyAccount } from './hold.ts'

/** `stowage review list | approve KEY | reject KEY`: the human review of voice resources. */
export function reviewCommand(): Command {
  return new Command('review')
    .description('review voice resources (volcengine_vms.review = "manual")')
    .addCommand(listCommand())
    .addCommand(decisionCommand('approve', 'let a resource be used', approve))
    .addCommand(decisionCommand('reject', 'refuse a resource', reject))
}

function listCommand(): Command {
  const command = new Command('list').description('show what waits for review, oldest first')
  return withEngine(command, async (engine) => {
    for (const account of accountsOf(engine)) {
      for (const object of await listPending(engine.core, account.id)) {
        console.log(
          `${object.id}  ${account.id}  ${new Date(object.createdAt).toISOString()}  ${object.name}`,
        )
      }
    }
  })
}

function decisionCommand(name: string, description: string, decide: typeof approve): Command {
  const command = new Command(name).description(description).argument('<key>', "the resource's key")
  return withEngine(command, async (engine, key) => {
    const object = await inAnyAccount(engine, String(key), async ({ account }) => {
      const owner = engine.accounts.byId(account)
      if (owner === null) throw new Error('the account is not configured')
      return decide(engine.core, owner, String(key))
    })
    console.log(`${object.id}  ${object.name}  ${name === 'approve' ? 'approved' : 'rejected'}`)
  })
}
