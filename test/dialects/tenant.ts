import { randomBytes } from 'node:crypto'
import type { RunningServer } from '../../src/server.ts'

const hex = (byteCount: number): string => randomBytes(byteCount).toString('hex')

/** An account of the metadata with one of everything, so that each can end. */
export interface Tenant {
  readonly id: string
  readonly name: string
  readonly keys: { readonly access_key: string; readonly secret_key: string }
  readonly app: { readonly appId: string; readonly apiKey: string; readonly apiSecret: string }
  readonly library: { readonly id: string; readonly secret: string }
  readonly project: { readonly id: string; readonly name: string }
  readonly user: { readonly name: string; readonly password: string }
}

export async function makeTenant({ engine: { desks } }: Pick<RunningServer, 'engine'>): Promise<Tenant> {
  const name = `tenant ${hex(4)}`
  const { id } = await desks.accounts.create({ name })
  const keys = { access_key: `AK${hex(8)}`, secret_key: hex(16) }
  const app = { appId: hex(4), apiKey: hex(16), apiSecret: hex(16) }
  const library = { id: `smh${hex(6)}`, secret: hex(16) }
  const project = { id: hex(16), name: 'cn-north-4' }
  const user = { name: 'ann', password: hex(8) }
  await desks.keys.add(id, {}, keys)
  const { appId: app_id, apiKey: api_key, apiSecret: api_secret } = app
  await desks.credentials.add(id, 'app', { app_id, api_key, api_secret })
  await desks.credentials.add(id, 'library', { ...library, recycle_bin: 'false' })
  await desks.credentials.add(id, 'project', project)
  await desks.credentials.add(id, 'user', user)
  return { id, name, keys, app, library, project, user }
}

type End = (server: Pick<RunningServer, 'engine'>, tenant: Tenant) => Promise<unknown>

const credential = (kind: string, idOf: (tenant: Tenant) => string, name: string) => {
  const key = (tenant: Tenant) => ({ account: tenant.id, kind, id: idOf(tenant) })
  const ends: Readonly<Record<string, End>> = {
    [`its ${name} is disabled`]: ({ engine }, tenant) =>
      engine.desks.credentials.update(key(tenant), { isDisabled: true }),
    [`its ${name} is deleted`]: ({ engine }, tenant) => engine.desks.credentials.delete(key(tenant)),
  }
  const renewed: Readonly<Record<string, End>> = {
    [`the secret of its ${name} is renewed`]: ({ engine }, tenant) =>
      engine.desks.credentials.update(key(tenant), { renewsSecrets: true }),
  }
  return { ends, renewed }
}

const [app, library, project, user] = [
  credential('app', ({ app: { appId } }) => appId, 'app'),
  credential('library', ({ library: { id } }) => id, 'library'),
  credential('project', ({ project: { id } }) => id, 'project'),
  credential('user', ({ user: { name } }) => name, 'user'),
]

/** What an operator can end, by what hangs on it. */
export const ENDS = {
  account: {
    'its account is disabled': ({ engine }, { id }) => engine.desks.accounts.update(id, { isDisabled: true }),
    'its account is deleted': ({ engine }, { id }) =>
      engine.desks.accounts.delete(id, { keepsContent: true }),
  },
  key: {
    'its key is disabled': ({ engine }, { id, keys }) =>
      engine.desks.keys.update(id, keys.access_key, { isDisabled: true }),
    'its key is deleted': ({ engine }, { id, keys }) => engine.desks.keys.delete(id, keys.access_key),
  },
  app: { ...app.ends, ...app.renewed },
  library: { ...library.ends, ...library.renewed },
  project: project.ends,
  user: { ...user.ends, ...user.renewed },
} as const satisfies Readonly<Record<string, Readonly<Record<string, End>>>>
