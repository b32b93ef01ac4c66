import { LIBRARIES } from '../../test/support/harness.ts'
import { multipart } from '../../test/support/iflytek.ts'
import { type Attack, atLeast, type Figure, none } from '../attack.ts'
import { Tenant } from '../hostile/signed.ts'
import { iflytekLink, smhLink, vmsLink, vodLinks } from '../hostile/stored.ts'
import type { WireReply } from '../wire.ts'

const HTML = Buffer.from('<!doctype html><script>alert(document.domain)</script>')
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')

/** What lets a browser run, or guess, what it was given. */
function dangersOf(what: string, { status, headers }: WireReply): readonly string[] {
  if (status !== 200) return [`${what}: answered ${status}`]
  const type = String(headers['content-type'] ?? '')
  const isActive = /html|svg|xml|javascript|pdf/i.test(type)
  const isAttachment = String(headers['content-disposition'] ?? '').startsWith('attachment')
  const policy = String(headers['content-security-policy'] ?? '')
  return [
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : [`${what}: no nosniff`]),
    ...(policy.includes('sandbox') ? [] : [`${what}: no sandbox`]),
    ...(isActive && !isAttachment ? [`${what}: ${type} is shown`] : []),
  ]
}

/** Counts what is wrong, and names the first. */
const wrong = (what: string, found: readonly string[]): Figure =>
  none(found.length === 0 ? what : `${what} (${found.slice(0, 3).join('; ')})`, found.length)

const activeContent: Attack = {
  name: 'active-content',
  group: 'serving',
  shows: 'HTML and SVG stored by every dialect, and read by every way that serves it',
  limit: 'nosniff, a sandbox, attachment where the type can run: 0 exceptions',
  run: async (target) => {
    const tenant = new Tenant(target)
    const found: string[] = []
    for (const [name, bytes] of [
      ['page.html', HTML],
      ['image.svg', SVG],
    ] as const) {
      for (const [what, link] of await linksTo(tenant, name, bytes)) {
        found.push(...dangersOf(`${what} ${name}`, await tenant.client.call(link)))
      }
    }
    return [wrong('served without protection', found)]
  },
}

/** Every way to read what a tenant stored, in every dialect. */
async function linksTo(
  tenant: Tenant,
  name: string,
  bytes: Uint8Array,
): Promise<readonly (readonly [what: string, link: string])[]> {
  const [played = '', signed = ''] = await vodLinks(tenant, bytes)
  return [
    ['smh', await smhLink(tenant, name, bytes)],
    ['iflytek', await iflytekLink(tenant, name, bytes)],
    ['vod play', played],
    ['vod signed', signed],
    ['vms', await vmsLink(tenant, `${name}.wav`)],
  ]
}

const OVERRIDES = 'response-content-type=text%2Fhtml&response-content-disposition=inline'

const unsignedOverrides: Attack = {
  name: 'unsigned-overrides',
  group: 'serving',
  shows: 'response-content-type and response-content-disposition added to links that were handed out',
  limit: 'no answer takes them: 0',
  run: async (target) => {
    const tenant = new Tenant(target)
    const links = await linksTo(tenant, 'plain.bin', HTML)
    const taken: string[] = []
    let read = 0
    for (const [what, link] of links) {
      if ((await tenant.client.call(link)).status === 200) read++
      const { status, headers } = await tenant.client.call(
        `${link}${link.includes('?') ? '&' : '?'}${OVERRIDES}`,
      )
      const isHtml = String(headers['content-type']).startsWith('text/html')
      if (status === 200 && (isHtml || headers['content-disposition'] === 'inline')) taken.push(what)
    }
    return [atLeast('links that were read', read, 5, ''), wrong('overrides that count', taken)]
  },
}

const formRedirect: Attack = {
  name: 'form-redirect',
  group: 'serving',
  shows: 'success_action_redirect added to a form whose policy does not name it',
  limit: 'no answer leads there: 0',
  run: async (target) => {
    const tenant = new Tenant(target)
    const begun = await tenant.smh('file', 'POST', `file/${LIBRARIES.file.id}/-/form.bin`)
    const { path, form } = JSON.parse(begun.text) as {
      readonly path: string
      readonly form: Readonly<Record<string, string>>
    }
    const fields = { ...form, success_action_redirect: 'https://attacker.example/' }
    const { type, body } = multipart(fields, Buffer.from('bytes'))
    const named = Buffer.from(body.toString('latin1').replace('name="data"', 'name="file"'), 'latin1')
    const reply = await tenant.client.call(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: named,
    })
    return [none('redirects', String(reply.headers.location ?? '').includes('attacker.example') ? 1 : 0)]
  },
}

const storedTokens: Attack = {
  name: 'cached-secrets',
  group: 'serving',
  shows: 'answers with tokens, keys or signed links, as a cache between would keep them',
  limit: 'each has Cache-Control: no-store: 0 exceptions',
  run: async (target) => {
    const tenant = new Tenant(target)
    const answers = Object.entries(await secretAnswers(tenant))
    const kept = answers.flatMap(([what, { status, headers }]) =>
      status < 400 && String(headers['cache-control']).includes('no-store')
        ? []
        : [`${what}: answered ${status}`],
    )
    return [wrong('answers that may be kept', kept)]
  },
}

async function secretAnswers(tenant: Tenant): Promise<Readonly<Record<string, WireReply>>> {
  const { id, secret } = LIBRARIES.file
  const query = new URLSearchParams({ library_id: id, library_secret: secret, grant: 'admin' })
  return {
    'smh token': await tenant.client.call(`/api/v1/token?${query}`),
    'smh upload': await tenant.smh('file', 'PUT', `file/${id}/-/kept.bin`),
    'iam token': await tenant.iamTokenAnswer(),
    'vms upload url': await tenant.vms('GetResourceUploadUrl', { FileName: 'kept.wav' }),
    'vod asset': await tenant.vod('POST', 'asset', { title: 'a', video_name: 'a.mp4', video_type: 'MP4' }),
  }
}

export const SERVING: readonly Attack[] = [activeContent, unsignedOverrides, formRedirect, storedTokens]
