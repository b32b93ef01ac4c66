import { credentialsOf } from '../../../core/accounts.ts'
import { ALL_RIGHTS, type Right } from '../../../core/model/accounts.ts'
import type { Json, JsonObject } from '../../../core/model/json.ts'
import { isPassword } from '../../../core/passwords.ts'
import { randomHex } from '../../../core/random.ts'
import { may, requireRight } from '../../../core/rules/rights.ts'
import { parseJsonObject, readBody } from '../../../http/body.ts'
import { sha256Hex } from '../../../http/canonical.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import { isList, OBJECT, textWhere } from '../../../http/json-shapes.ts'
import { valuesOf } from '../../../http/pairs.ts'
import type { Exchange, Reply, Route, Surface } from '../../../http/types.ts'
import { matchHost } from '../../../settings/hosts.ts'
import { type Project, projectCredential, userCredential } from '../credentials.ts'
import { asAnswered, GatewayError, notAuthenticated } from '../errors.ts'
import { IAM_HOSTS } from '../hosts.ts'
import type { Vod } from '../model/context.ts'
import { keyPrefix, reachIn } from '../storage/object-keys.ts'
import { type Identity, identify, rightsOf } from './authenticate.ts'
import { type IamToken, openToken, sealToken, TOKEN_TTL_MS } from './iam-tokens.ts'

const BODY_SIZE_MAX = 64 * 1024

/** An answer of IAM other than success: `{"error":{"code","message","title"}}` (reference §2.1). */
class IamError extends Error {
  override readonly name = 'IamError'
  readonly code = 'iam'
  readonly status: 400 | 401

  constructor(status: 400 | 401, message: string) {
    super(message)
    this.status = status
  }
}

const wrongPassword = (): IamError => new IamError(401, 'The username or password is wrong.')
const wrongBody = (): IamError => new IamError(400, 'The request body is invalid')

type Handler = (vod: Vod, exchange: Exchange, caller: Identity) => Reply

/** The calls of those who have proven who they are. */
export const CALLS: readonly (readonly [path: string, name: string, needs: Right, handle: Handler])[] = [
  ['/v3/auth/tokens', 'iam.validate', 'read', validate],
  ['/v3/projects', 'iam.projects', 'read', projects],
]

/** The part of IAM that VOD's clients need: password tokens, their validation, and the list of projects. */
export function createIam(vod: Vod): Surface {
  return {
    name: 'huawei-vod/iam',
    routes: [
      {
        ...{ method: 'POST', path: '/v3/auth/tokens', call: 'iam.token' },
        handle: (exchange) => issue(vod, exchange),
      },
      ...CALLS.map(
        ([path, call, needs, handle]): Route => ({
          ...{ method: 'GET', path, call },
          handle: async (exchange) => {
            const caller = identify(vod, exchange, await readBody(exchange, BODY_SIZE_MAX))
            // Where the caller's key may be used is for the call to see to: these are not about objects.
            requireRight({ ...ALL_RIGHTS, may: rightsOf(caller).may }, needs, { bucket: null, key: '' })
            return handle(vod, exchange, caller)
          },
        }),
      ),
    ],
    ownsPath: (path, host) => /^\/v3(\.0)?(\/|$)/.test(path) || matchHost(IAM_HOSTS, host) !== null,
    newRequestId: () => randomHex(vod.core.random, 16),
    renderError: (error, exchange) => {
      const { status, message } = asIamAnswer(error)
      const title = TITLES[status] ?? 'Error'
      return answer(exchange, status, { error: { code: status, message, title } })
    },
  }
}

async function issue(vod: Vod, exchange: Exchange): Promise<Reply> {
  const token = await login(vod, parseRequest(await readBody(exchange, BODY_SIZE_MAX)))
  exchange.note({ account: token.account.id })
  const text = sealToken(token, vod.core.random)
  return answer(exchange, 201, { token: tokenRecord(token) }, { 'x-subject-token': text })
}

function validate(vod: Vod, exchange: Exchange, caller: Identity): Reply {
  const subject = exchange.request.headers['x-subject-token']
  if (typeof subject !== 'string') throw new IamError(400, 'X-Subject-Token is missing')
  const token = openToken(subject, vod.accounts, vod.core.clock.now())
  if (token.account.id !== caller.account.id) throw notAuthenticated('decrypt token fail')
  return answer(exchange, 200, { token: tokenRecord(token) }, { 'x-subject-token': subject })
}

/** The projects that the caller may look into. */
function projects({ publicUrl }: Vod, exchange: Exchange, caller: Identity): Reply {
  const { account, project, isLimited } = caller
  const [name = null] = valuesOf(exchange.query, 'name')
  const all = credentialsOf(account, projectCredential)
  const visible = all.filter((each) =>
    isLimited ? each.id === project?.id : may(rightsOf(caller), 'read', reachIn(each, keyPrefix(each))),
  )
  const found = visible.filter((each) => name === null || each.name === name)
  const records = found.map((each) => projectRecord(each, domainId(account.id)))
  const links = { self: `${publicUrl}/v3/projects`, previous: null, next: null }
  return answer(exchange, 200, { projects: records, links })
}

const answer = (
  exchange: Exchange,
  status: number,
  body: Json,
  more: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { 'content-type': 'application/json;charset=utf8', 'x-request-id': exchange.requestId, ...more },
  body: JSON.stringify(body),
})

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

function asIamAnswer(error: unknown): { readonly status: number; readonly message: string } {
  if (error instanceof IamError) return error
  const answered = asAnswered(error)
  if (answered instanceof GatewayError) return answered
  return answered.code === 10081 ? wrongBody() : { status: 500, message: answered.message }
}

interface Login {
  readonly domain: string
  readonly user: string
  readonly password: string
  /** Null for the account as a whole. */
  readonly project: { readonly id: string } | { readonly name: string } | null
}

/** Errors: 400 and 401 of IAM. Whether the user exists is not told apart from a wrong password. */
async function login({ accounts, core }: Vod, { domain, user, password, project }: Login): Promise<IamToken> {
  const found = accounts.find(userCredential, user, domain)
  const isRight = await isPassword(found?.credential.password ?? null, password)
  if (found === null || !isRight) throw wrongPassword()
  const issuedAt = core.clock.now()
  const base = { account: found.account, user, issuedAt, expiresAt: issuedAt + TOKEN_TTL_MS }
  if (project === null) return { ...base, project: null }
  const scoped = credentialsOf(found.account, projectCredential).find((each) =>
    'id' in project ? each.id === project.id : each.name === project.name,
  )
  if (scoped === undefined) throw new IamError(401, 'The project is not one of the account.')
  return { ...base, project: scoped }
}

function parseRequest(bytes: Uint8Array): Login {
  const auth = fieldsOf(parseJsonObject(bytes)).required('auth', OBJECT)
  const identity = fieldsOf(fieldsOf(auth).required('identity', OBJECT))
  if (!identity.required('methods', METHODS).includes('password')) throw wrongBody()
  const user = fieldsOf(fieldsOf(identity.required('password', OBJECT)).required('user', OBJECT))
  const scope = fieldsOf(auth).optional('scope', OBJECT)
  return {
    domain: fieldsOf(user.required('domain', OBJECT)).required('name', NAME),
    user: user.required('name', NAME),
    password: user.required('password', NAME),
    project: scope === null ? null : projectOf(scope),
  }
}

function projectOf(scope: JsonObject): Login['project'] {
  if (scope.project === undefined) return null
  const project = fieldsOf(scope).required('project', OBJECT)
  const fields = fieldsOf(project)
  return project.id === undefined
    ? { name: fields.required('name', NAME) }
    : { id: fields.required('id', NAME) }
}

const fieldsOf = (object: JsonObject): JsonFields => new JsonFields(objectFields(object), wrongBody)

const METHODS: Shape<readonly Json[]> = {
  accepted: 'a list',
  read: (value) => (isList(value) ? value : undefined),
}
const NAME = textWhere('a text of 1 to 256 characters', (text) => text !== '' && text.length <= 256)

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

/** `2020-01-04T09:05:22.701000Z`. */
const microTime = (time: number): string => new Date(time).toISOString().replace('Z', '000Z')

const domainId = (account: string): string => idOf(`domain/${account}`)
/** Ids of the vendor have 32 hex characters; ours are made of the names. */
const idOf = (text: string): string => sha256Hex(text).slice(0, 32)
