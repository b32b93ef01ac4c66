import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { newAuthority } from '../../test/support/certificates.ts'
import { temporaryFolder } from '../../test/support/folder.ts'
import { openFiledIdentity } from './filed.ts'
import { readCertificate } from './files.ts'

const authority = await newAuthority()
const [first, second] = [await authority.issue(['one.example']), await authority.issue(['two.example'])]

function filesIn(t: TestContext, chain = first.chain, key = first.key) {
  const dir = temporaryFolder()
  t.after(() => rmSync(dir, { recursive: true }))
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') }
  const write = (cert: string, secret: string) => {
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, secret)
  }
  write(chain, key)
  return { files, write }
}

/** What is warned of, and told. */
function listener() {
  const warned: string[] = []
  return { warned, log: { info: () => {}, warn: (line: string) => void warned.push(line) } }
}

const locked = createPrivateKey(first.key)
  .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' })
  .toString()
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ format: 'pem', type: 'pkcs8' })
  .toString()

test('a certificate with its chain is read, whatever stands around it', async (t) => {
  const { files } = filesIn(
    t,
    `some words\n${first.chain}more words\n${authority.pem}`,
    `words\n${first.key}`,
  )
  const { chain, key } = await readCertificate(files)
  assert.ok(chain.includes(authority.pem.trim()))
  assert.equal(key, first.key)
})

test('certificate and key may stand in one file', async (t) => {
  const { files } = filesIn(t, first.key + first.chain)
  assert.equal((await readCertificate({ cert: files.cert, key: files.cert })).key, first.key)
})

const WRONG: readonly (readonly [string, string, string, RegExp])[] = [
  ['a key of another certificate', first.chain, second.key, /^tls\.key: ".*key\.pem" does not fit the first/],
  ['a key of another sort', first.chain, other, /^tls\.key: ".*key\.pem" does not fit the first/],
  [
    'a chain that begins with the authority',
    authority.pem + first.chain,
    first.key,
    /^tls\.key: .* does not fit/,
  ],
  ['no certificate', 'nothing', first.key, /^tls\.cert: ".*cert\.pem" holds no certificate; accepted: PEM/],
  ['no key', first.chain, first.chain, /^tls\.key: ".*key\.pem" holds no private key; accepted: PEM/],
  ['a locked key', first.chain, locked, /^tls\.key: .* holds a key that is locked by a passphrase/],
  [
    'a broken certificate',
    first.chain.replaceAll(/MII.{8}/g, 'MIIBxxxxxxx'),
    first.key,
    /^tls\.cert: .* holds a certificate that cannot be read/,
  ],
]
for (const [what, chain, key, message] of WRONG) {
  test(`${what} is refused by name, without what is in it`, async (t) => {
    const { files } = filesIn(t, chain, key)
    await assert.rejects(readCertificate(files), (error: Error) => {
      assert.match(error.message, message)
      assert.ok(!error.message.includes('BEGIN') && !error.message.includes('\n'))
      return true
    })
  })
}

test('files that are not there are refused by name', async (t) => {
  const { files } = filesIn(t)
  await assert.rejects(
    readCertificate({ ...files, cert: '/none' }),
    /^ConfigError: tls\.cert: "\/none" cannot be read: ENOENT/,
  )
  await assert.rejects(
    readCertificate({ ...files, key: '/none' }),
    /^ConfigError: tls\.key: "\/none" cannot be read: ENOENT/,
  )
})

test('what replaces the files is used once it fits; until then one warning says why not', async (t) => {
  const { files, write } = filesIn(t)
  const { warned, log } = listener()
  const identity = await openFiledIdentity(files, log)
  assert.equal(await identity.renew(), false)

  write(second.chain, first.key)
  assert.equal(await identity.renew(), false)
  assert.equal(await identity.renew(), false)
  assert.equal(identity.certificate.chain, first.chain)
  assert.equal(warned.length, 1)
  assert.match(String(warned[0]), /^tls\.key: .* does not fit .*; the certificate stays as it was$/)

  write(second.chain, second.key)
  assert.equal(await identity.renew(), true)
  assert.equal(identity.certificate.chain, second.chain)
  assert.equal(await identity.renew(), false)

  rmSync(files.cert)
  assert.equal(await identity.renew(), false)
  assert.match(String(warned[1]), /^tls\.cert: .* cannot be read: ENOENT/)
  write(second.chain, second.key)
  assert.equal(await identity.renew(), false)
  rmSync(files.cert)
  assert.equal(await identity.renew(), false)
  assert.equal(warned.length, 3)
})
