import type { CommitUpload, FileTarget, FilledTarget } from '../../src/core/ports/commands/commits.ts'
import type { Facts } from '../../src/core/ports/facts.ts'

/** A commit and its target in one, as tests write them. */
type Committing<Target extends FilledTarget | FileTarget> = Omit<
  CommitUpload,
  'target' | 'deliveries' | 'ifVersion'
> &
  Omit<Target, 'kind'> & { readonly deliveries?: CommitUpload['deliveries'] }

export type FillObject = Committing<FilledTarget>

/** Commits an upload into an object that is there. */
export const fillObject = (facts: Facts, { account, upload, deliveries = [], now, ...target }: FillObject) =>
  facts.commitUpload({
    ...{ account, upload, deliveries, now, ifVersion: null },
    target: { kind: 'filled-object', ...target },
  })

export type CommitFile = Committing<FileTarget> & { readonly ifVersion: number | null }

/** Commits an upload as a file. */
export const commitFile = (
  facts: Facts,
  { account, upload, ifVersion, deliveries = [], now, ...target }: CommitFile,
) => facts.commitUpload({ account, upload, ifVersion, deliveries, now, target: { kind: 'file', ...target } })
