import type { BytesProblem, Finding } from '../../core/fsck/findings.ts'
import { RULE_WORDS } from '../../core/fsck/rules.ts'
import type { BlobOwner, SumRule } from '../../core/ports/facts-checker.ts'

const BYTES_WORDS: Readonly<Record<BytesProblem, string>> = {
  missing: 'missing bytes',
  short: 'missing bytes',
  long: 'too many bytes',
  bytes: 'changed bytes',
  unreadable: 'unreadable bytes',
  'block-sums': 'changed sums of blocks',
}

/** A finding in one line. */
export function lineOf(finding: Finding): string {
  switch (finding.problem) {
    case 'orphan':
      return `unknown bytes: segment ${finding.segment}, ${finding.size} bytes that nothing points to`
    case 'unknown-file':
      return `unknown file: ${finding.path}`
    case 'broken-rule':
      return `broken facts: ${finding.subject}: ${RULE_WORDS[finding.rule]}${concerning(finding.owners)}`
    case 'database':
      return `damaged database: ${finding.detail}`
    default: {
      const { problem, number, size, segment, detail, owners } = finding
      const what = `part ${number} (${size} bytes, segment ${segment})`
      return `${BYTES_WORDS[problem]}: ${ownersText(owners)}: ${what}: ${detail}`
    }
  }
}

const concerning = (owners: readonly BlobOwner[]): string =>
  owners.length === 0 ? '' : ` (${ownersText(owners)})`

/** All that are hit: bytes may belong to several files. */
function ownersText(owners: readonly BlobOwner[]): string {
  if (owners.length === 0) return 'bytes that nothing has'
  return owners.map(ownerText).join('; ')
}

const ownerText = ({ kind, key, bucket, dialect, account }: BlobOwner): string =>
  `${kind} "${key}" in ${bucket} of ${dialect === '' ? "a user's bucket" : dialect}, account ${account}`

/** Kinds of findings by what is to be done about them. */
type Remedy = 'restore' | 'block-sums' | 'orphans' | 'files' | 'sums' | 'rules' | 'database'

export const REMEDIES: Readonly<Record<Remedy, string>> = {
  restore:
    'bytes that are missing or changed: put the segment back from a backup (blobs/<first two digits>/<name>, or the S3 object ' +
    'of that name), or have the object uploaded again; until then reads of it fail',
  'block-sums':
    'changed sums of blocks: the bytes are good, and reads of them fail; restore the facts from a backup, or have the object uploaded again',
  orphans: 'unknown bytes: `stowage fsck --repair` removes them; nothing points to them',
  files: 'unknown files: the server does not use them; move them away if nobody needs them',
  sums: 'sums: limits and usage go by them, bytes and objects do not; restore a backup where they matter',
  rules:
    'broken facts: keep a copy of the database; restore a backup, or delete the object and upload it again',
  database:
    'damaged database: keep a copy of it; restore a backup, or save what can be read with ' +
    '`sqlite3 stowage.db .recover | sqlite3 saved.db`; starting the server again does not help',
}

const SUM_RULES: Readonly<Record<SumRule, true>> = {
  ...{ 'directory-counts': true, 'bucket-counts': true, 'volume-counts': true, 'bin-counts': true },
  ...{ 'account-uploads': true, 'account-stored': true, 'account-tokens': true, 'volume-pending': true },
}

export function remedyOf(finding: Finding): Remedy {
  switch (finding.problem) {
    case 'orphan':
      return 'orphans'
    case 'unknown-file':
      return 'files'
    case 'broken-rule':
      return finding.rule in SUM_RULES ? 'sums' : 'rules'
    case 'database':
      return 'database'
    case 'block-sums':
      return 'block-sums'
    default:
      return 'restore'
  }
}
