import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, mock, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createProgram } from '../../src/cli/commands.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { type SpawnedServer, spawnServer } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { callVms, type VmsKeys } from '../support/volcengine.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Between two looks at what takes a moment. */
const PAUSE_MS = 20
/** Between two calls of a lane: the others come in between. */
const LOAD_PAUSE_MS = 5

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What `stowage account`, `key` and so on do beside a running server. `settingsOf` says where the facts are. */
export function accountCommands(
  store: string,
  settingsOf: () => Promise<Readonly<Record<string, string>>>,
): void {
  describe(`accounts that live, beside a running server on ${store}`, () => {
    let server: SpawnedServer
    let settings: Readonly<Record<string, string>>
    before(async () => {
      settings = await settingsOf()
      server = await spawnServer({ settings })
    })
    after(() => server.dispose())

    const flags = () =>
      Object.entries({ ...settings, data_dir: server.dataDir }).map(
        ([key, value]) => `--${key.replaceAll('_', '-')}=${value}`,
      )
    /** Runs a command in a process of its own, as people do. */
    const spawned = (args: readonly string[], input = ''): Promise<Ended> =>
      new Promise((resolve) => {
        const child = execFile(process.execPath, [MAIN, ...args, ...flags()], (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
        )
        child.stdin?.end(input)
      })
    /** Runs a command in this process, which is quicker; the server is in another. Returns what it prints. */
    const stowage = async (...args: readonly string[]): Promise<string> => {
      const printed = mock.method(console, 'log', () => {})
      try {
        await createProgram(DIALECTS).parseAsync([...args, ...flags()], { from: 'user' })
        return printed.mock.calls.map(({ arguments: [line] }) => `${line}\n`).join('')
      } finally {
        printed.mock.restore()
      }
    }
    /** What a command tells programs. */
    const told = async <T>(...args: readonly string[]): Promise<T> =>
      JSON.parse(await stowage(...args, '--json'))
    const newAccount = async (name: string): Promise<string> =>
      (await told<{ id: string }>('account', 'create', '--name', name)).id
    const newKey = async (...args: readonly string[]): Promise<VmsKeys> => {
      const { accessKey, secretKey } = await told<{ accessKey: string; secretKey: string }>('key', ...args)
      return { access_key: accessKey, secret_key: secretKey }
    }
    const statusOf = async (keys: VmsKeys): Promise<number> =>
      (await callVms(server.url, 'QueryUsableResource', { keys, json: { Type: 0 } })).status
    /** Asks until the server answers so: nodes see changes a moment later. */
    const until = async (keys: VmsKeys, status: number): Promise<void> => {
      while ((await statusOf(keys)) !== status) await setTimeout(PAUSE_MS)
    }

    test('an account is made, listed, renamed, disabled, enabled and deleted', async () => {
      const id = await newAccount('one')
      assert.match(await stowage('account', 'list'), new RegExp(`^${id} {2}one `, 'm'))
      const keys = await newKey('add', id, '--label', 'first')
      await until(keys, 200)
      assert.equal((await told<{ name: string }>('account', 'update', id, '--name', 'two')).name, 'two')
      await told('account', 'disable', id)
      await until(keys, 403)
      await told('account', 'enable', id)
      await until(keys, 200)
      await told('account', 'delete', id)
      await until(keys, 403)
      const shown = await spawned(['account', 'show', id])
      assert.deepEqual(shown, { code: 1, stdout: '', stderr: `stowage: there is no account ${id}\n` })
    })

    test('a key is rotated under load without one refused call', async () => {
      const account = await newAccount('busy')
      const old = await newKey('add', account)
      await until(old, 200)
      const load = startLoad(4, old, statusOf)
      await load.rounds(2)
      const fresh = await newKey('rotate', account, old.access_key)
      await until(fresh, 200)
      await load.rounds(2)
      load.use(fresh)
      // After two more rounds nobody uses the old one any more.
      await load.rounds(2)
      await told('key', 'disable', account, old.access_key)
      await until(old, 403)
      await load.rounds(2)
      await told('key', 'delete', account, old.access_key)
      await load.rounds(2)
      assert.deepEqual(await load.stop(), [])
      const listed = await told<readonly { accessKey: string }[]>('key', 'list', account)
      assert.deepEqual(
        listed.map(({ accessKey }) => accessKey),
        [fresh.access_key],
      )
    })

    test('a key ends at its time', async () => {
      const account = await newAccount('short')
      const keys = await newKey('add', account, '--expires-at', '2020-01-01T00:00:00Z')
      assert.equal(await statusOf(keys), 403)
      await told('key', 'update', account, keys.access_key, '--expires-at', '2999-01-01T00:00:00Z')
      await until(keys, 200)
      type Ends = { expiresAt: number | null; rights: { prefix: string | null; may: readonly string[] } }
      const limit = ['key', 'update', account, keys.access_key]
      await told(...limit, '--prefix', 'a/', '--may', 'read')
      const freed = await told<Ends>(...limit, '--prefix', '-', '--expires-at', '-')
      assert.deepEqual([freed.expiresAt, freed.rights.prefix, freed.rights.may], [null, null, ['read']])
    })

    test('credentials of every kind are made, shown without secrets, rotated, disabled and deleted', async () => {
      const account = await newAccount('rich')
      for (const [kind, ...given] of [
        ['app'],
        ['library', '--kind', 'media'],
        ['project', '--name', 'cn-north-4'],
        ['user', '--name', 'joe'],
      ] as const) {
        const made = await told<{ id: string; secrets?: Record<string, string> }>(
          kind,
          'add',
          account,
          ...given,
        )
        const { id, secrets = {} } = made
        const listed = await stowage(kind, 'list', account)
        assert.ok(listed.includes(id))
        for (const secret of Object.values(secrets)) assert.ok(!listed.includes(secret))
        if (made.secrets !== undefined) {
          const rotated = await told<{ secrets: object }>(kind, 'rotate', account, id)
          assert.deepEqual(Object.keys(rotated.secrets), Object.keys(secrets))
          assert.notDeepEqual(rotated.secrets, secrets)
        }
        assert.ok((await told<{ disabledAt: number | null }>(kind, 'disable', account, id)).disabledAt)
        await told(kind, 'delete', account, id)
        assert.deepEqual(await told(kind, 'list', account), [])
      }
    })

    test('an app that was just made uploads a file', async () => {
      const account = await newAccount('phone')
      const {
        id,
        settings: facts,
        secrets,
      } = await told<{
        id: string
        settings: { api_key: string }
        secrets: { api_secret: string }
      }>('app', 'add', account)
      const form = multipart({ request_id: '1', app_id: id }, Buffer.from('bytes'))
      const code = async () => {
        const headers = iflytekHeaders(
          { api_key: facts.api_key, api_secret: secrets.api_secret },
          '/file/upload',
        )
        const init = { method: 'POST', headers: { ...headers, 'content-type': form.type }, body: form.body }
        return ((await (await fetch(`${server.url}/file/upload`, init)).json()) as { code: number }).code
      }
      while ((await code()) !== 0) await setTimeout(PAUSE_MS)
    })

    test('a password comes from standard input', async () => {
      const account = await newAccount('typed')
      const add = ['user', 'add', account, '--name', 'jo', '--password', '-', '--json']
      const { code, stdout } = await spawned(add, 'a long password\n')
      assert.equal(code, 0)
      assert.deepEqual(JSON.parse(stdout).secrets, { password: 'a long password' })
    })

    test('what cannot be is one line that says why, and changes nothing', async () => {
      const account = await newAccount('careful')
      for (const [args, said] of [
        [['account', 'create'], /^account\.name: missing; accepted: a text/],
        [['account', 'create', '--name', 'x', '--id', account], /^.*account/],
        [['account', 'create', '--name', 'x', '--id', 'healthz'], /^account\.id: is "healthz"; accepted/],
        [['key', 'add', 'nobody'], /^there is no account nobody$/],
        [['key', 'add', account, '--may', 'fly'], /^key\.may: is "fly"; accepted: a list of "read"/],
        [['key', 'add', account, '--expires-at', 'soon'], /^key\.expires_at: is "soon"; accepted: a time/],
        [['app', 'rotate', account, 'none'], /^the account \S+ has no app none$/],
        [['project', 'add', account, '--name', 'r', '--id', 'a b'], /^project\.id: is "a b"; accepted/],
      ] as const) {
        await assert.rejects(stowage(...args), (error: Error) => said.test(error.message))
      }
      const { keys, credentials } = await told<{ keys: []; credentials: [] }>('account', 'show', account)
      assert.deepEqual([keys, credentials], [[], []])
    })
  })
}

/** Calls one after the other, in lanes side by side. */
function startLoad(laneCount: number, first: VmsKeys, statusOf: (keys: VmsKeys) => Promise<number>) {
  let keys = first
  let isOn = true
  const refused: number[] = []
  const answered = Array.from({ length: laneCount }, () => 0)
  const lanes = answered.map(async (_, lane) => {
    while (isOn) {
      const status = await statusOf(keys)
      if (status !== 200) refused.push(status)
      answered[lane] = (answered[lane] ?? 0) + 1
      await setTimeout(LOAD_PAUSE_MS)
    }
  })
  return {
    use: (next: VmsKeys) => {
      keys = next
    },
    /** Until every lane has had so many more answers. */
    rounds: async (count: number) => {
      const wanted = answered.map((times) => times + count)
      while (answered.some((times, lane) => times < (wanted[lane] ?? 0))) await setTimeout(PAUSE_MS)
    },
    /** Ends, and tells the statuses that were no success. */
    stop: async () => {
      isOn = false
      await Promise.all(lanes)
      return refused
    },
  }
}
