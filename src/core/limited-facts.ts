import type { AccountId } from './ids.ts'
import type { AccountLimits } from './model/limits.ts'
import type { Change } from './ports/commands/answers.ts'
import type { Facts } from './ports/facts.ts'

/** The account's limits as they are now. */
export type LimitsOf = (account: AccountId) => AccountLimits

/** The facts, of which every command that takes something for an account knows the account's limits. */
export function limitedFacts(facts: Facts, limitsOf: LimitsOf): Facts {
  const withLimits = <Command extends { readonly account: AccountId }>(command: Command) => ({
    ...command,
    within: limitsOf(command.account),
  })
  const inVolume = <Command extends { readonly volume: { readonly account: AccountId } }>(
    command: Command,
  ) => ({
    ...command,
    within: limitsOf(command.volume.account),
  })
  const changed = (change: Change): Change =>
    change.name === 'putObject' ? { ...change, command: withLimits(change.command) } : change
  return {
    ...facts,
    beginUpload: (command) => facts.beginUpload(withLimits(command)),
    attachPart: (command) => facts.attachPart(withLimits(command)),
    appendPart: (command) => facts.appendPart(withLimits(command)),
    gatherUploads: (command) => facts.gatherUploads(withLimits(command)),
    putObject: (command) => facts.putObject(withLimits(command)),
    changeOnce: (command) => facts.changeOnce({ ...command, change: changed(command.change) }),
    createVolume: (command) => facts.createVolume(inVolume(command)),
    makeDirectory: (command) => facts.makeDirectory(inVolume(command)),
    putEntry: (command) => facts.putEntry(inVolume(command)),
    copyDirectory: (command) =>
      facts.copyDirectory({ ...command, within: limitsOf(command.to.volume.account) }),
    beginCopy: (command) => facts.beginCopy({ ...command, within: limitsOf(command.to.volume.account) }),
    continueCopy: (command) => facts.continueCopy(withLimits(command)),
    createToken: (command) => facts.createToken(withLimits(command)),
    addTask: (command) => facts.addTask(withLimits(command)),
  }
}
