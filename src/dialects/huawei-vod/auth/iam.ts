import { credentialsOf } from '../../../core/accounts.ts'
import { ALL_RIGHTS, type Right } from '../../../core/model/accounts.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { randomHex } from '../../../core/random.ts'
import { requireRight } from '../../../core/rules/rights.ts'
import { readBody } from '../../../http/body.ts'
import { valuesOf } from '../../../http/pairs.ts'
import type { Exchange, Reply, Route, Surface } from '../../../http/types.ts'
import { matchHost } from '../../../settings/hosts.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { FOREIGN_TOKEN, notAuthenticated } from '../errors.ts'
import { IAM_HOSTS } from '../hosts.ts'
import type { Vod } from '../model/context.ts'
import { keyPrefix, obsBucket, reachIn } from '../storage/object-keys.ts'
import { type Identity, identify } from './authenticate.ts'
import { mayCall } from './caller.ts'
import {
  answer,
  domainId,
  IAM_BODY_SIZE_MAX,
  IamError,
  idOf,
  microTime,
  renderIamError,
} from './iam-answers.ts'
import { issueKeys } from './iam-credentials.ts'
import { login } from './iam-login.ts'
import { type IamToken, openToken, sealToken } from './iam-tokens.ts'
import { hasProject } from './scope.ts'

type Handler = (vod: Vod, exchange: Exchange, caller: Identity) => Reply

/** The calls of those who have proven who they are. */
export const CALLS: readonly (readonly [path: string, name: string, needs: Right, handle: Handler])[] = [
  ['/v3/auth/tokens', 'iam.validate', 'read', validate],
  ['/v3/projects', 'iam.projects', 'read', projects],
  ['/v3/auth/projects', 'iam.auth-projects', 'read', projects],
  ['/v3/auth/domains', 'iam.auth-domains', 'read', domains],
]

/** The part of IAM that VOD's clients need: password tokens, temporary keys, and what a caller may look into. */
export function createIam(vod: Vod): Surface {
  return {
    name: 'huawei-vod/iam',
    routes: [
      ...versionRoutes(vod),
      {
        ...{ method: 'POST', path: '/v3/auth/tokens', call: 'iam.token' },
        ...{ openBodySizeMax: IAM_BODY_SIZE_MAX, handle: (exchange) => issue(vod, exchange) },
      },
      {
        ...{ method: 'POST', path: '/v3.0/OS-CREDENTIAL/securitytokens', call: 'iam.security-token' },
        ...{ openBodySizeMax: IAM_BODY_SIZE_MAX, handle: (exchange) => issueKeys(vod, exchange) },
      },
      ...CALLS.map(
        ([path, call, needs, handle]): Route => ({
          ...{ method: 'GET', path, call },
          handle: async (exchange) => {
            const { identity } = await identify(vod, exchange, IAM_BODY_SIZE_MAX)
            // Where the caller's key may be used is for the call to see to: these are not about objects.
            requireRight({ ...ALL_RIGHTS, may: identity.caller.rights.may }, needs, { bucket: null, key: '' })
            return handle(vod, exchange, identity)
          },
        }),
      ),
    ],
    ownsPath: (path, host) => /^\/v3(\.0)?(\/|$)/.test(path) || matchHost(IAM_HOSTS, host) !== null,
    newRequestId: () => randomHex(vod.core.random, 16),
    renderError: renderIamError,
  }
}

/** What clients of Keystone ask for first, to see which version this is. Anybody may ask. */
const versionRoutes = ({ publicUrl }: Vod): readonly Route[] =>
  ['/v3', '/v3/'].map((path) => ({
    ...{ method: 'GET', path, call: 'iam.version' },
    handle: async (exchange) =>
      answer(exchange, 200, {
        version: {
          ...{ id: 'v3.6', status: 'stable', updated: '2016-04-04T00:00:00Z' },
          links: [{ rel: 'self', href: `${publicUrl}/v3/` }],
          'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
        },
      }),
  }))

async function issue(vod: Vod, exchange: Exchange): Promise<Reply> {
  const token = await login(vod, exchange, await readBody(exchange, IAM_BODY_SIZE_MAX))
  exchange.identified(token.account.id)
  const text = sealToken(token, vod.users, vod.core.random)
  return answer(exchange, 201, { token: tokenRecord(token) }, { 'x-subject-token': text })
}

function validate(vod: Vod, exchange: Exchange, caller: Identity): Reply {
  const subject = exchange.request.headers['x-subject-token']
  if (typeof subject !== 'string') throw new IamError(400, 'X-Subject-Token is missing')
  const token = openToken(subject, vod, vod.core.clock.now())
  if (token.account.id !== caller.account.id) throw notAuthenticated(FOREIGN_TOKEN)
  return answer(exchange, 200, { token: tokenRecord(token) }, { 'x-subject-token': subject })
}

/** The projects that the caller may look into, or the one of a name. */
function projects({ publicUrl }: Vod, exchange: Exchange, { account, caller }: Identity): Reply {
  const [name = null] = valuesOf(exchange.query, 'name')
  const all = credentialsOf(account, projectCredential)
  const visible = all.filter((each) => {
    if (caller.scope.type === 'one' && !hasProject(caller.scope, each)) return false
    const key = keyPrefix(each)
    return mayCall(caller, 'read', reachIn(each, key), { bucket: obsBucket(each), key })
  })
  const found = visible.filter((each) => name === null || each.name === name)
  const records = found.map((each) => projectRecord(each, domainId(account.id)))
  const links = { self: `${publicUrl}${exchange.rawPath}`, previous: null, next: null }
  return answer(exchange, 200, { projects: records, links })
}

/** The caller's own domain: the account. */
function domains({ publicUrl }: Vod, exchange: Exchange, { account }: Identity): Reply {
  const id = domainId(account.id)
  const links = { self: `${publicUrl}/v3/domains/${id}` }
  const record = { id, name: account.name, description: '', enabled: true, links }
  const self = `${publicUrl}/v3/auth/domains`
  return answer(exchange, 200, { domains: [record], links: { self, previous: null, next: null } })
}

function tokenRecord({ account, user, project, issuedAt, expiresAt }: IamToken): JsonObject {
  const domain = { id: domainId(account.id), name: account.name }
  return {
    catalog: [],
    expires_at: microTime(expiresAt),
    issued_at: microTime(issuedAt),
    methods: ['password'],
    ...(project === null ? { domain } : { project: { domain, id: project.id, name: project.name } }),
    roles: [{ id: '0', name: 'te_admin' }],
    user: { domain, id: idOf(`user/${account.id}/${user}`), name: user, password_expires_at: '' },
  }
}

const projectRecord = ({ id, name }: Project, domain: string): JsonObject => ({
  id,
  name,
  domain_id: domain,
  parent_id: domain,
  description: '',
  enabled: true,
  is_domain: false,
})
