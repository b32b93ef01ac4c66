import { credentialsOf } from '../../../core/accounts.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { isPassword } from '../../../core/passwords.ts'
import { OBJECT } from '../../../http/json-shapes.ts'
import type { Exchange } from '../../../http/types.ts'
import { projectCredential, userCredential } from '../credentials.ts'
import type { Vod } from '../model/context.ts'
import { fieldsOf, IamError, NAME, readIdentity, wrongBody } from './iam-answers.ts'
import { type IamToken, TOKEN_TTL_MS } from './iam-tokens.ts'

const wrongPassword = (): IamError => new IamError(401, 'The username or password is wrong.')

interface Login {
  readonly domain: string
  readonly user: string
  readonly password: string
  /** Null for the account as a whole. */
  readonly project: { readonly id: string } | { readonly name: string } | null
}

/**
 * A token for who knows a user's password. Whether the user exists is not told apart from a wrong password. Errors: 400 and 401 of IAM, and
 * `throttled` for who tries passwords out.
 */
export async function login(
  { accounts, core }: Vod,
  { guesses }: Pick<Exchange, 'guesses'>,
  body: Uint8Array,
): Promise<IamToken> {
  const { domain, user, password, project } = parseRequest(body)
  const found = accounts.find(userCredential, user, domain)
  const kept = found?.credential.password ?? null
  const claim = { kind: 'password', name: JSON.stringify(['iam', domain, user]) } as const
  const isRight = await guesses.proveSlowly(claim, (isKnownPlace) =>
    isPassword(kept, password, { goesFirst: isKnownPlace }),
  )
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
  const { auth, identity, methods } = readIdentity(bytes)
  if (!methods.includes('password')) throw wrongBody()
  const user = fieldsOf(fieldsOf(identity.required('password', OBJECT)).required('user', OBJECT))
  const scope = auth.optional('scope', OBJECT)
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
