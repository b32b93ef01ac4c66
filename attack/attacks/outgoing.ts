import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Attack, atLeast, none } from '../attack.ts'
import { startDns } from '../hostile/dns.ts'
import { Tenant } from '../hostile/signed.ts'

/** A service inside, which nobody may be led to. It counts who comes. */
async function startInner(): Promise<{
  readonly port: number
  readonly server: Server
  seen(): readonly string[]
}> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.headers.host} ${request.url}`)
    const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to')
    if (to === null) response.end('inner')
    else response.writeHead(302, { location: Buffer.from(to).toString('latin1') }).end()
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    server,
    seen: () => seen,
  }
}

/** Ways to write an address of this machine, or of a private network. */
const SPELLINGS = [
  ...[
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '0',
  ],
  ...[
    '0.0.0.0',
    '127.0.0.1.',
    'localhost',
    'LOCALHOST.',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ],
  ...[
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
  ],
  ...[
    '[fe80::1%25lo]',
    '[fec0::1]',
    '[fc00::1]',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '%31%32%37.0.0.1',
    '169.254.169.254',
  ],
]
/** Names of the attack's DNS server. `origin` is listed by its exact name. */
const NAMES = ['inner.attack.test', 'mixed.attack.test', 'rebound.attack.test']

const addressesOf = (name: string, question: number): readonly string[] => {
  if (name === 'mixed.attack.test') return ['8.8.8.8', '127.0.0.1']
  if (name === 'rebound.attack.test') return question === 0 ? ['198.51.100.1'] : ['127.0.0.1']
  return name.endsWith('.attack.test') ? ['127.0.0.1'] : []
}

const settings = {
  'huawei_vod.fetch_hosts': 'origin.attack.test,*',
  'volcengine_vms.fetch_hosts': 'origin.attack.test,*',
  'iflytek_ost.fetch_hosts': 'origin.attack.test,*',
  'iflytek_ost.recogniser': 'fixture',
}

const pulls: Attack = {
  name: 'pulls-from-inside',
  group: 'outgoing',
  shows:
    'pulls of VMS and VOD from this machine and private networks: spellings, names, rebinding, redirects',
  limit: 'nobody is led inside: 0 requests',
  settings,
  ownDns: true,
  run: async (target) => {
    const tenant = new Tenant(target)
    const [inner, dns] = [await startInner(), await startDns(addressesOf)]
    const hosts = [...SPELLINGS, ...NAMES]
    const direct = hosts.map((host) => `http://${host}:${inner.port}/inner.mp4`)
    const led = hosts.map(
      (host) =>
        `http://origin.attack.test:${inner.port}/led.mp4?to=${encodeURIComponent(`http://${host}:${inner.port}/inner.mp4`)}`,
    )
    const odd = [
      'file:///etc/passwd.mp4',
      'gopher://127.0.0.1/a.mp4',
      `http://a@127.0.0.1:${inner.port}/inner.mp4`,
    ]
    for (const url of [...direct, ...led, ...odd]) await pullEverywhere(tenant, url)
    await delay(target.isShort ? 3000 : 8000)
    const seen = inner.seen()
    inner.server.close()
    dns.close()
    return [
      atLeast(
        'hosts that were asked as they may',
        seen.filter((line) => line.includes('/led.mp4')).length,
        1,
        '',
      ),
      none('requests inside', seen.filter((line) => line.includes('/inner')).length),
    ]
  },
}

async function pullEverywhere(tenant: Tenant, url: string): Promise<void> {
  await Promise.all([
    tenant.vms('FetchResource', { Url: url, Name: 'pulled' }),
    tenant.vod('POST', 'asset/upload_by_url', {
      upload_metadatas: [{ video_type: 'MP4', title: 'pulled', url }],
    }),
  ])
}

const silentHosts: Attack = {
  name: 'pulls-from-silent-hosts',
  group: 'outgoing',
  shows: 'many pulls at a time from a host that takes connections and never answers',
  limit: '/healthz within 200 ms; honest calls at most three times as slow; 400 MB of memory',
  settings,
  ownDns: true,
  beside: true,
  run: async (target) => {
    let asked = 0
    const server = createServer(() => void asked++)
    const dns = await startDns(addressesOf)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const url = `http://origin.attack.test:${port}/silent.mp4`
    const tenants = Array.from({ length: target.isShort ? 10 : 50 }, (_, index) => new Tenant(target, index))
    const statuses = await Promise.all(
      tenants.flatMap((tenant) => [
        tenant.vms('FetchResource', { Url: url, Name: 'silent' }),
        tenant.vod('POST', 'asset/upload_by_url', {
          upload_metadatas: [{ video_type: 'MP4', title: 'silent', url }],
        }),
      ]),
    )
    await delay(target.seconds * 1000)
    server.closeAllConnections()
    server.close()
    dns.close()
    return [
      atLeast('requests that were left without an answer', asked, 1, ''),
      none('failures of the server', statuses.filter(({ status }) => status === 500).length),
    ]
  },
}

export const OUTGOING: readonly Attack[] = [pulls, silentHosts]
