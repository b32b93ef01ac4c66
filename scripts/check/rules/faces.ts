import type { Rule, Source } from '../project.ts'

/** A file or, with `/` at its end, a folder that others may import. */
interface Opening {
  readonly what: string
  readonly why: string
  /** Beginnings of the paths that it is for; default all. */
  readonly to?: readonly string[]
}

/** What folders show to others. What is not named here is the folder's own. */
const FACES: Readonly<Record<string, readonly Opening[]>> = {
  'src/core/': [
    { what: 'core.ts', why: 'the use cases: what doors ask for' },
    { what: 'errors.ts', why: 'what can go wrong' },
    { what: 'ids.ts', why: 'how things are named' },
    { what: 'clock.ts', why: 'time is handed in' },
    { what: 'random.ts', why: 'randomness is handed in' },
    { what: 'accounts.ts', why: 'who is calling' },
    { what: 'brief.ts', why: 'what was just asked is not asked again' },
    { what: 'latest.ts', why: 'maps that forget what is oldest' },
    { what: 'passwords.ts', why: 'how people prove who they are' },
    { what: 'model/', why: 'what is spoken of' },
    { what: 'ports/', why: 'what stores, media and jobs implement or ask for' },
    { what: 'bytes/', why: 'digests and buffers of bytes that pass by' },
    { what: 'slices.ts', why: 'long work of the main thread, in turns' },
    { what: 'promptness.ts', why: 'how long the main thread may wait for a disk' },
    { what: 'ports.ts', why: 'what the core stands on', to: ['src/server.ts', 'test/'] },
    {
      what: 'fsck/',
      why: 'looks through both stores',
      to: ['src/cli/fsck/', 'src/jobs/', 'test/'],
    },
    { what: 'rules/rights.ts', why: 'what a key may do' },
    { what: 'rules/key-lists.ts', why: 'how keys are listed', to: ['src/object-plane/', 'test/contracts/'] },
    {
      what: 'rules/',
      why: 'what every store of facts applies',
      to: ['src/metadata/', 'test/contracts/', 'test/support/listed-rows.ts'],
    },
  ],
  'src/metadata/': [
    { what: 'sqlite/index.ts', why: 'one store' },
    { what: 'postgres/index.ts', why: 'the other' },
    { what: 'commands/', why: 'the real commands, simulated', to: ['prove/simulate/'] },
    { what: 'schema/steps.ts', why: 'their tables', to: ['prove/simulate/'] },
    { what: 'sqlite/', why: 'and what runs them', to: ['prove/simulate/'] },
    { what: 'sqlite/checker.ts', why: 'looks through one', to: ['src/checked-stores.ts'] },
    { what: 'postgres/checker.ts', why: 'looks through the other', to: ['src/checked-stores.ts'] },
    { what: 'sqlite/snapshot.ts', why: 'all facts of a moment', to: ['src/facts-copies.ts'] },
    { what: 'sqlite/restore.ts', why: 'takes them', to: ['src/facts-copies.ts'] },
    { what: 'postgres/snapshot.ts', why: 'all facts of a moment', to: ['src/facts-copies.ts'] },
    { what: 'postgres/restore.ts', why: 'takes them', to: ['src/facts-copies.ts'] },
    { what: 'sqlite/tenants.ts', why: 'takes one account', to: ['src/facts-copies.ts'] },
    { what: 'postgres/tenants.ts', why: 'takes one account', to: ['src/facts-copies.ts'] },
  ],
  'src/backup/': [{ what: 'index.ts', why: 'backups and restores' }],
  'src/tenancy/': [{ what: 'index.ts', why: 'exports and imports' }],
  'src/blobs/': [
    { what: 'disk/index.ts', why: 'one store' },
    { what: 's3/index.ts', why: 'the other' },
  ],
  'src/media/': [{ what: 'index.ts', why: 'the probe' }],
  'src/admin/': [{ what: 'index.ts', why: 'what operators ask for' }],
  'src/refusals/': [{ what: 'index.ts', why: 'what was refused' }],
  'src/metrics/': [{ what: 'index.ts', why: 'what is counted' }],
  'src/programs/': [{ what: 'index.ts', why: 'runs them' }],
  'src/http/': [
    {
      what: 'server.ts',
      why: 'listens and drains',
      to: ['src/server.ts', 'src/listeners.ts', 'src/mounting.ts', 'src/operators.ts'],
    },
    { what: 'tls.ts', why: 'how it shows certificates', to: ['src/listeners.ts', 'src/tls/'] },
    { what: 'limits.ts', why: 'what the table of limits shows', to: ['scripts/security/'] },
    { what: 'front-page.ts', why: 'what the address itself shows', to: ['src/mounting.ts'] },
    { what: 'limits.ts', why: 'what the configuration sets', to: ['src/http-limits.ts'] },
    {
      what: 'request-log.ts',
      why: 'what is told of each request',
      to: ['src/server-log.ts', 'src/operators.ts', 'src/metrics/', 'src/refusals/'],
    },
    { what: 'types.ts', why: 'an exchange and what answers it' },
    { what: 'faults.ts', why: 'what can be wrong with a request' },
    { what: 'failures.ts', why: 'the answers of a door without history' },
    { what: 'body.ts', why: 'bodies, as they arrive or read to their end' },
    { what: 'multipart.ts', why: 'forms with files' },
    { what: 'json.ts', why: 'strict JSON' },
    { what: 'json-fields.ts', why: 'fields of JSON' },
    { what: 'json-shapes.ts', why: 'the shapes of fields' },
    { what: 'own.ts', why: 'what a client names is looked up here' },
    { what: 'problem.ts', why: 'refusals as problem details' },
    { what: 'why.ts', why: 'what a refusal tells who asks why' },
    { what: 'pairs.ts', why: 'names and values of queries and forms' },
    { what: 'canonical.ts', why: 'what signatures share' },
    { what: 'signed-request.ts', why: 'what signatures cover' },
    { what: 'http-date.ts', why: 'dates in headers' },
    { what: 'cors.ts', why: 'scripts of other origins' },
    { what: 'disposition.ts', why: 'names of files in headers' },
    { what: 'conditions.ts', why: 'If-Match and its like' },
    { what: 'serve-object.ts', why: 'bytes with ranges' },
    { what: 'pace.ts', why: 'no faster than allowed' },
    { what: 'rate-limit.ts', why: 'no more often than allowed' },
    { what: 'guessing/guesses.ts', why: 'who tries secrets out is slowed down' },
    {
      what: 'guessing/limits.ts',
      why: 'how many wrong secrets are looked at',
      to: ['test/', 'scripts/security/'],
    },
    { what: 'shared-runs.ts', why: 'work that many ask for, done once for all of them' },
    { what: 'digest-fields.ts', why: 'digests of bodies' },
    { what: 'outgoing/', why: 'requests to others' },
  ],
  'src/tls/': [{ what: 'index.ts', why: 'certificates' }],
  'src/dialects/': [
    { what: 'index.ts', why: 'the list of dialects' },
    { what: 'upload-targets.ts', why: 'what uploads of one dialect become in another' },
    { what: 'dialect.ts', why: 'what a dialect is' },
    { what: 'buckets.ts', why: 'what others do in its buckets' },
    { what: 'command.ts', why: 'what its commands are' },
    { what: 'demo.ts', why: 'what its demo is' },
  ],
  'src/object-plane/': [
    { what: 'plane.ts', why: 'serves a flavour' },
    { what: 'types.ts', why: 'what a dialect hands in' },
    { what: 'expected.ts', why: 'what a dialect knows of bytes before they come' },
    { what: 'errors.ts', why: 'what flavours answer' },
    { what: 'operations.ts', why: 'what policies speak of' },
    { what: 'contents.ts', why: 'what a dialect hands in of whole buckets' },
    { what: 's3/index.ts', why: 'a flavour' },
    { what: 'operations/own.ts', why: 'what a dialect adds operations with' },
    { what: 'key-mounts.ts', why: 'lists put together from others' },
    { what: 'documents.ts', why: 'XML' },
    { what: 'cos/index.ts', why: 'a flavour' },
    { what: 'obs/index.ts', why: 'a flavour' },
    { what: 'tos/index.ts', why: 'a flavour' },
  ],
}
/** Whose tests keep to the face, too. Other tests may look behind it. */
const ALSO_FOR_TESTS = ['src/core/']

/** A folder's files are imported from outside only where they are its face. */
export const faces: Rule = (sources) =>
  sources.flatMap((source) =>
    source.imports
      .filter((to) => !isOpen(source, to))
      .map((to) => `${source.path}: ${to} is not public: scripts/check/rules/faces.ts has what is`),
  )

function isOpen({ path, isTest }: Source, to: string): boolean {
  const folder = Object.keys(FACES).find((name) => to.startsWith(name))
  if (folder === undefined || path.startsWith(folder)) return true
  if (isTest && !ALSO_FOR_TESTS.includes(folder)) return true
  const openings = FACES[folder] ?? []
  return openings.some(({ what, to: whom = [''] }) => {
    const isNamed = what.endsWith('/') ? to.startsWith(folder + what) : to === folder + what
    return isNamed && whom.some((beginning) => path.startsWith(beginning))
  })
}
