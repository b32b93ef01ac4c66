import type { Rule } from '../project.ts'

/** Which folders (or files) of src each one may import from, besides itself; `*` is all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  metadata: ['core', 'durable-files.ts'],
  blobs: ['core', 'durable-files.ts', 'disk-room.ts'],
  media: ['core'],
  programs: ['core', 'disk-room.ts'],
  jobs: ['core'],
  http: ['core'],
  'object-plane': ['core', 'http'],
  settings: ['core'],
  dialects: ['core', 'http', 'object-plane', 'settings'],
  tls: ['core', 'http', 'settings', 'durable-files.ts'],
  config: ['core', 'settings', 'durable-files.ts'],
  accounts: ['core', 'settings', 'config', 'durable-files.ts'],
  admin: ['core', 'http', 'settings', 'accounts', 'durable-files.ts'],
  metrics: ['core', 'http'],
  refusals: ['core', 'http', 'disk-room.ts'],
  'version.ts': [],
  'system.ts': ['core', 'pooled-random.ts', 'steady-clock.ts'],
  'http-limits.ts': ['config', 'http'],
  'log.ts': [],
  'data-lock.ts': ['core', 'settings', 'durable-files.ts'],
  'pooled-random.ts': ['core'],
  'steady-clock.ts': ['core'],
  'readiness.ts': ['core', 'http', 'scrub-look.ts', 'steady-clock.ts'],
  'scrub-look.ts': ['core', 'http'],
  'server-log.ts': ['core', 'http', 'log.ts'],
  'durable-files.ts': [],
  'disk-room.ts': ['core'],
  'server.ts': ['*'],
  'operators.ts': ['*'],
  'mounting.ts': ['core', 'config', 'dialects', 'http', 'settings', 'pictures.ts'],
  'pictures.ts': ['core', 'config', 'programs', 'system.ts'],
  'listeners.ts': ['core', 'config', 'http', 'settings', 'tls', 'log.ts'],
  'store-jobs.ts': ['core', 'config', 'jobs', 'checked-stores.ts', 'log.ts', 'stores.ts', 'system.ts'],
  'checked-stores.ts': ['core', 'metadata', 'blobs', 'config', 'same-blobs.ts', 'stores.ts'],
  'stores.ts': [
    'core',
    'metadata',
    'blobs',
    'config',
    'settings',
    'durable-files.ts',
    'data-lock.ts',
    'same-blobs.ts',
  ],
  'same-blobs.ts': ['core', 'settings'],
  backup: ['core', 'blobs', 'settings', 'disk-room.ts', 'durable-files.ts'],
  tenancy: ['core', 'backup', 'durable-files.ts'],
  'facts-copies.ts': ['core', 'metadata', 'config', 'stores.ts'],
  cli: ['*'],
}

/** Imports between the folders of `src` go one way. */
export const directions: Rule = (sources) =>
  sources
    .filter(({ path, isTest }) => path.startsWith('src/') && !isTest)
    .flatMap(({ path, imports }) =>
      imports.filter((to) => !isAllowed(path, to)).map((to) => `${path}: may not import ${to}`),
    )

function isAllowed(from: string, to: string): boolean {
  if (!to.startsWith('src/')) return false
  if (area(from) === area(to)) return true
  const allowed = MAY_IMPORT[area(from)] ?? []
  return allowed.includes('*') || allowed.includes(area(to))
}

const area = (path: string): string => path.split('/')[1] ?? path
