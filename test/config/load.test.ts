import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { limitsOf } from '../../src/config/account-limits.ts'
import { demoAccount, requireDemoAllowed } from '../../src/config/demo.ts'
import { allOptions, type Config, loadConfig } from '../../src/config/load.ts'
import { type CredentialKind, credentialsOf } from '../../src/core/accounts.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'
import { plainPassword } from '../../src/core/passwords.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { projectCredential, userCredential } from '../../src/dialects/huawei-vod/credentials.ts'
import { huaweiVod } from '../../src/dialects/huawei-vod/index.ts'
import { appCredential } from '../../src/dialects/iflytek-ost/credentials.ts'
import { DIALECTS } from '../../src/dialects/index.ts'
import { libraryCredential } from '../../src/dialects/tencent-smh/credentials.ts'
import { volcengineVms } from '../../src/dialects/volcengine-vms/index.ts'
import { ConfigError } from '../../src/settings/error.ts'
import { systemRandom } from '../../src/system.ts'

const account = { id: '2100056056', name: 'demo', access_key: 'AK1', secret_key: 'SECRETKEY001' }

describe('configuration', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'stowage-config-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const load = (toml: string | null, environment = {}, flags = {}) => {
    const file = toml === null ? null : join(folder, 'stowage.toml')
    if (file !== null) writeFileSync(file, toml ?? '')
    return loadConfig({ dialects: DIALECTS, file, environment, flags })
  }
  const optionsOf = ({ dialects }: Config, { name }: Pick<Dialect, 'name'>) => dialects[name] ?? {}
  const refused = (toml: string | null, message: RegExp, environment = {}, flags = {}) =>
    assert.throws(
      () => load(toml, environment, flags),
      (error) => error instanceof ConfigError && message.test(error.message) && !error.message.includes('\n'),
    )

  test('has a default for everything', () => {
    const config = load(null)
    assert.deepEqual(config.server.listen, { host: '127.0.0.1', port: 8440 })
    assert.equal(config.server.durability, 'strict')
    assert.equal(config.accounts, null)
  })

  test('takes a flag before the environment before the file before the default', () => {
    const toml = 'listen = "127.0.0.1:1001"'
    assert.equal(load(toml).server.listen.port, 1001)
    assert.equal(load(toml, { STOWAGE_LISTEN: '127.0.0.1:1002' }).server.listen.port, 1002)
    const flags = { listen: '127.0.0.1:1003' }
    assert.equal(load(toml, { STOWAGE_LISTEN: '127.0.0.1:1002' }, flags).server.listen.port, 1003)
  })

  test('reads sections, lists and numbers from the file and from text', () => {
    const toml =
      '[volcengine_vms]\nreview = "manual"\nrate_limit_per_s = 5\nfetch_hosts = ["a.example", "*.b.example"]'
    assert.deepEqual(optionsOf(load(toml), volcengineVms).fetchHosts, ['a.example', '*.b.example'])
    assert.equal(optionsOf(load(toml), volcengineVms).rateLimitPerS, 5)
    const environment = { STOWAGE_VOLCENGINE_VMS_FETCH_HOSTS: 'c.example, d.example' }
    assert.deepEqual(optionsOf(load(toml, environment), volcengineVms).fetchHosts, ['c.example', 'd.example'])
  })

  test('takes names of hosts for domains of buckets', () => {
    assert.deepEqual(load(null).server.virtualHosts, [])
    const names = load('virtual_hosts = ["obs.example.test", "Media.Example.COM"]').server.virtualHosts
    assert.deepEqual(names, ['obs.example.test', 'media.example.com'])
    const listed = load(null, { STOWAGE_VIRTUAL_HOSTS: 'a.test, b.test' }).server.virtualHosts
    assert.deepEqual(listed, ['a.test', 'b.test'])
    for (const wrong of ['localhost', 'a.test:8440', 'http://a.test', '*.a.test', '127.0.0.1', '.a.test'])
      refused(`virtual_hosts = ["${wrong}"]`, /^virtual_hosts: is .*; accepted: a list of host names/)
  })

  test('takes limits of accounts, and refuses others', () => {
    const entry = (limits: string) =>
      `[[accounts]]\nid = "1"\nname = "n"\naccess_key = "AK1"\nsecret_key = "SK1SK1SK1SK1"\nlimits = ${limits}`
    const [account] = load(entry('{ open_uploads = 7, stored_bytes = 0 }')).accounts ?? []
    const limits = limitsOf(account ?? null)
    assert.deepEqual([limits.openUploads, limits.storedBytes, limits.tasks], [7, 0, 10_000])
    for (const wrong of [
      '{ open_uploads = -1 }',
      '{ uploads = 1 }',
      '{ tasks = 1.5 }',
      '[1]',
      '7',
      '"tasks=x"',
    ])
      refused(entry(wrong), /^accounts\[0\]\.limits: is .*; accepted: whole numbers from 0/)
  })

  test('takes types that may be shown inline, none and all', () => {
    const shown = (toml: string | null, environment = {}) => load(toml, environment).server.inlineActiveTypes
    assert.equal(shown(null), false)
    assert.equal(shown('inline_active_types = true'), true)
    assert.deepEqual(shown('inline_active_types = ["Application/PDF", "text/html"]'), [
      'application/pdf',
      'text/html',
    ])
    assert.deepEqual(shown(null, { STOWAGE_INLINE_ACTIVE_TYPES: 'application/pdf, image/svg+xml' }), [
      ...['application/pdf', 'image/svg+xml'],
    ])
    assert.equal(shown(null, { STOWAGE_INLINE_ACTIVE_TYPES: 'false' }), false)
    for (const wrong of [
      '"html"',
      '["text/html; charset=utf-8"]',
      '["text/*,image/png"]',
      '["*"]',
      '1',
      '[1]',
    ])
      refused(
        `inline_active_types = ${wrong}`,
        /^inline_active_types: is .*; accepted: true, false, or a list/,
      )
  })

  test('reads addresses of both families and names', () => {
    for (const [value, host] of [
      ['[::1]:80', '::1'],
      ['localhost:80', 'localhost'],
      ['0.0.0.0:80', '0.0.0.0'],
    ]) {
      assert.equal(load(null, { STOWAGE_LISTEN: value }).server.listen.host, host)
    }
  })

  test('names key, value and what is accepted when a value is wrong', () => {
    refused('durability = "lax"', /^durability: is "lax"; accepted: "strict" or "relaxed"$/)
    refused('buffered_bytes_max = 1048576', /^buffered_bytes_max: is 1048576; accepted: .*8388608/)
    refused('listen = 8440', /^listen: is 8440; accepted: host:port/)
    refused(null, /^STOWAGE_LISTEN: is "nowhere"; accepted/, { STOWAGE_LISTEN: 'nowhere' })
    refused(
      null,
      /^--iflytek-ost-error-status: is "999"; accepted/,
      {},
      { 'iflytek_ost.error_status': '999' },
    )
  })

  test('takes direct uploads only where clients can reach the blob store', () => {
    const s3 = 'blobs = "s3://bucket"'
    assert.equal(load(s3).server.directUploads, false)
    assert.equal(load(`direct_uploads = true\n${s3}`).server.directUploads, true)
    refused('direct_uploads = true', /^direct_uploads: is true, but blobs is "disk"; accepted: /)
    refused(`direct_uploads = "yes"\n${s3}`, /^direct_uploads: is "yes"; accepted: true or false$/)
  })

  test('sends events only with a secret to sign them with', () => {
    const url = '[huawei_vod]\nevent_url = "https://events.example/vod?token=t"'
    assert.equal(
      optionsOf(load(`${url}\nevent_secret = "secret of ours"`), huaweiVod).eventUrl,
      'https://events.example/vod?token=t',
    )
    refused(url, /^huawei_vod: event_url and event_secret go together; accepted: both or neither$/)
    refused(
      '[huawei_vod]\nevent_url = "events"',
      /^huawei_vod.event_url: has a wrong value; accepted: an abs/,
    )
  })

  test('refuses unknown keys in the file and in the environment', () => {
    refused('lisen = "127.0.0.1:1"', /^lisen: unknown key/)
    refused('[volcengine_vms]\nreveiw = "auto"', /^volcengine_vms.reveiw: unknown key/)
    refused(null, /^STOWAGE_REVIEW: unknown environment variable; accepted: STOWAGE_VOLCENGINE_VMS_REVIEW$/, {
      STOWAGE_REVIEW: 'auto',
    })
    load(null, { STOWAGE_SERVICE_HOST: '10.0.0.1', STOWAGE_PORT_8440_TCP: 'tcp://10.0.0.1:8440' })
  })

  test('refuses a file that is not there or no TOML, in one line', () => {
    refused('listen = ', /^--config: /)
    assert.throws(
      () => loadConfig({ dialects: DIALECTS, file: join(folder, 'none'), environment: {}, flags: {} }),
      ConfigError,
    )
  })

  test('reads accounts with all that the contract names', () => {
    const config = load(`
[[accounts]]
id = "2100056056"
name = "demo"
access_key = "AK1"
secret_key = "SECRETKEY001"
  [[accounts.apps]]
  app_id = "test0001"
  api_key = "k"
  api_secret = "secret of app"
  [[accounts.libraries]]
  id = "smh0testlibrary01"
  secret = "secret of lib"
  kind = "file"
  multi_space = false
  recycle_bin = true
  [[accounts.projects]]
  id = "0123456789abcdef0123456789abcdef"
  name = "cn-north-4"
  [[accounts.users]]
  name = "tester"
  password = "secret of user"`)
    const [read = assert.fail()] = config.accounts ?? []
    assert.equal(credentialsOf(read, appCredential)[0]?.appId, 'test0001')
    assert.deepEqual(credentialsOf(read, libraryCredential), [
      {
        ...{
          id: 'smh0testlibrary01',
          secret: 'secret of lib',
          kind: 'file',
          multiSpace: false,
          recycleBin: true,
        },
        ...{ multiAlbum: false, publicRead: false },
      },
    ])
    assert.deepEqual(credentialsOf(read, projectCredential), [
      { id: '0123456789abcdef0123456789abcdef', name: 'cn-north-4' },
    ])
    assert.deepEqual(credentialsOf(read, userCredential), [
      { name: 'tester', password: plainPassword('secret of user') },
    ])
  })

  test('reads further keys of an account with what they may do', () => {
    const keys = [
      { access_key: 'AK2', secret_key: 'SECRETKEY002' },
      {
        access_key: 'AK3',
        secret_key: 'SECRETKEY003',
        may: ['write', 'read'],
        prefix: 'in/',
        buckets: ['vms'],
      },
    ]
    const config = load(null, { STOWAGE_ACCOUNTS: JSON.stringify([{ ...account, keys }]) })
    assert.deepEqual(config.accounts?.[0]?.keys, [
      { accessKey: 'AK1', secretKey: 'SECRETKEY001', rights: ALL_RIGHTS },
      { accessKey: 'AK2', secretKey: 'SECRETKEY002', rights: ALL_RIGHTS },
      {
        accessKey: 'AK3',
        secretKey: 'SECRETKEY003',
        rights: { may: ['read', 'write'], prefix: 'in/', buckets: ['vms'] },
      },
    ])
  })

  test('refuses a key that stands twice, that may do nothing or what there is no word for', () => {
    const keys = (entry: object) => ({
      STOWAGE_ACCOUNTS: JSON.stringify([
        { ...account, keys: [{ access_key: 'AK2', secret_key: 'SECRETKEY002', ...entry }] },
      ]),
    })
    refused(null, /^accounts\.access_key: "AK1" stands twice/, keys({ access_key: 'AK1' }))
    const words =
      /^accounts\[0\]\.keys\[0\]\.may: is .*; accepted: a list of "read", "write", "delete", "admin"$/
    for (const may of [[], ['list'], ['read', 'list'], 7]) refused(null, words, keys({ may }))
    refused(null, /^accounts\[0\]\.keys\[0\]\.buckets: is /, keys({ buckets: [] }))
    refused(null, /^accounts\[0\]\.keys\[0\]\.prefix: is /, keys({ prefix: '' }))
    refused(null, /^accounts\[0\]\.keys\[0\]\.secret_key: has a wrong value/, keys({ secret_key: 7 }))
    refused(
      null,
      /^accounts\[0\]\.keys\[0\]: unknown key "colour"; accepted: access_key, /,
      keys({ colour: 'red' }),
    )
  })

  test('names the place of a wrong account and keeps its secrets to itself', () => {
    const accounts = (entry: object) => ({ STOWAGE_ACCOUNTS: JSON.stringify([{ ...account, ...entry }]) })
    refused(
      null,
      /^accounts\[0\]\.apps\[0\]\.api_key: missing/,
      accounts({ apps: [{ app_id: 'a', api_secret: 's' }] }),
    )
    const whole = { apps: { app_id: 'a', api_key: 'k', api_secret: 'a very secret one' } }
    refused(null, /^accounts\[0\]\.apps: is a table; accepted: a list of tables$/, accounts(whole))
    refused(null, /^accounts\[0\]: unknown key "colour"; accepted: id, name, /, accounts({ colour: 'red' }))
    refused(null, /^accounts\[0\]\.id: is "healthz"/, accounts({ id: 'healthz' }))
    refused(null, /^accounts\[0\]\.id: is "vod-bucket-1"/, accounts({ id: 'vod-bucket-1' }))
    refused(
      null,
      /^accounts\[0\]\.projects\[0\]\.id: is "a\/b"; accepted: 1 to 64 letters, digits, - or _$/,
      accounts({ projects: [{ id: 'a/b', name: 'n' }] }),
    )
    refused(null, /^accounts\[0\]\.secret_key: has a wrong value; accepted/, accounts({ secret_key: 7 }))
    refused(null, /^accounts\.id: "2100056056" stands twice/, {
      STOWAGE_ACCOUNTS: JSON.stringify([account, account]),
    })
    const library = { id: 'smh1', secret: 'secret of lib' }
    refused(null, /^accounts\[0\]\.libraries\[0\]\.id: is "a\/b"; accepted: 1 to 64 letters and digits$/, {
      STOWAGE_ACCOUNTS: JSON.stringify([{ ...account, libraries: [{ ...library, id: 'a/b' }] }]),
    })
    const another = { ...account, id: 'another', access_key: 'AK2' }
    for (const [entry, told] of [
      [{ libraries: [library] }, /^accounts\.libraries\.id: "smh1" stands twice/],
      [{ projects: [{ id: 'p1', name: 'n' }] }, /^accounts\.projects\.id: "p1" stands twice/],
      [
        { users: [{ name: 'u', password: 'secret of user' }] },
        /^accounts\.users\.name: "u of demo" stands twice/,
      ],
    ] as const) {
      refused(null, told, {
        STOWAGE_ACCOUNTS: JSON.stringify([account, another].map((one) => ({ ...one, ...entry }))),
      })
    }
    refused(null, /go together/, accounts({ review_callback_url: 'http://127.0.0.1/' }))
  })

  test('refuses secrets of fewer than 12 characters, each by its key, wherever they stand', () => {
    const [short, long] = ['x'.repeat(11), 'x'.repeat(12)]
    const places: readonly [(secret: string) => object, string][] = [
      [(secret) => ({ secret_key: secret }), 'secret_key'],
      [(secret) => ({ keys: [{ access_key: 'AK2', secret_key: secret }] }), 'keys[0].secret_key'],
      [(secret) => ({ apps: [{ app_id: 'a', api_key: 'k', api_secret: secret }] }), 'apps[0].api_secret'],
      [(secret) => ({ libraries: [{ id: 'smh1', secret }] }), 'libraries[0].secret'],
      [(secret) => ({ users: [{ name: 'u', password: secret }] }), 'users[0].password'],
    ]
    for (const [entry, key] of places) {
      const given = (secret: string) => ({
        STOWAGE_ACCOUNTS: JSON.stringify([{ ...account, ...entry(secret) }]),
      })
      load(null, given(long))
      const told = `accounts[0].${key}: has a wrong value; accepted: a text of 12 to 256 characters`
      assert.throws(() => load(null, given(short)), { name: 'ConfigError', message: told })
    }
    const events = (secret: string) =>
      `[huawei_vod]\nevent_url = "https://a.example/"\nevent_secret = "${secret}"`
    load(events(long))
    refused(events(short), /^huawei_vod\.event_secret: has a wrong value; accepted: a text of 12 to 256/)
  })

  test('makes a demo account for callers of this machine alone, unless it is asked for', () => {
    const demo = (settings: Readonly<Record<string, string>>) => requireDemoAllowed(load(null, {}, settings))
    for (const listen of ['127.0.0.1:1', '127.1.2.3:1', '[::1]:1', 'localhost:1', '[::ffff:127.0.0.1]:1'])
      demo({ listen })
    for (const listen of ['0.0.0.0:1', '[::]:1', '10.0.0.1:1', '[fe80::1]:1', 'stowage.example:1']) {
      assert.throws(
        () => demo({ listen }),
        (error) =>
          error instanceof ConfigError &&
          error.message.startsWith(`demo_account: none is made, because listen "${listen}" is`),
      )
      demo({ listen, demo_account: 'always' })
      requireDemoAllowed(load(null, { STOWAGE_ACCOUNTS: '[]' }, { listen }))
    }
    const tls = { 'tls.listen': '0.0.0.0:2', 'tls.auto': 'true' }
    assert.throws(
      () => demo(tls),
      /^ConfigError: demo_account: none is made, because tls\.listen "0\.0\.0\.0:2"/,
    )
    refused('demo_account = "yes"', /^demo_account: is "yes"; accepted: "loopback" or "always"$/)
  })

  test('keeps its option keys and environment names unique', () => {
    const options = allOptions(DIALECTS)
    assert.equal(new Set(options.map((option) => option.key)).size, options.length)
  })

  test('makes the demo account once, readable by its owner alone', () => {
    const dataDir = join(folder, 'data')
    const first = demoAccount(dataDir, systemRandom, DIALECTS)
    const second = demoAccount(dataDir, systemRandom, DIALECTS)
    assert.equal(first.isNew, true)
    assert.equal(second.isNew, false)
    assert.deepEqual(second.account, first.account)
    const kinds: readonly CredentialKind<object>[] = [
      ...[appCredential, libraryCredential, projectCredential, userCredential],
    ]
    assert.deepEqual(
      kinds.map((kind) => credentialsOf(first.account, kind).length),
      [1, 1, 1, 1],
    )
    assert.equal(statSync(first.file).mode & 0o777, 0o600)
  })

  test('makes the demo account where a start before ended while it wrote it', () => {
    const dataDir = join(folder, 'interrupted')
    const { file } = demoAccount(dataDir, systemRandom, DIALECTS)
    renameSync(file, `${file}.new`)
    writeFileSync(`${file}.new`, '[[accounts]]\nid = ')
    assert.equal(demoAccount(dataDir, systemRandom, DIALECTS).isNew, true)
    assert.equal(demoAccount(dataDir, systemRandom, DIALECTS).isNew, false)
  })
})
