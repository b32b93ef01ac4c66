import { credentialsOf } from '../../../core/accounts.ts'
import { CoreError } from '../../../core/errors.ts'
import type { TargetBucket, TargetRefusal, UploadTargets } from '../../upload-targets.ts'
import type { Caller } from '../auth/authenticate.ts'
import { appCredential } from '../credentials.ts'
import { GatewayError, toFailure } from '../errors.ts'
import { newSid } from '../wire/ids.ts'
import { displayName, storedContentType } from '../wire/names.ts'
import { type Ost, storedTraits, uploadIn, urlOf } from './call.ts'
import { beginSlices } from './mpupload.ts'

/** Files of an account's applications: the buckets `ost-<app_id>`. An upload's name is its upload_id. */
export const createTargets = (ost: Ost): UploadTargets => ({
  at: (account, bucket) => {
    const app = credentialsOf(account, appCredential).find(({ appId }) => bucket === `ost-${appId}`)
    return app === undefined ? null : appBucket(ost, { account, app })
  },
})

function appBucket(ost: Ost, caller: Caller): TargetBucket {
  const { core } = ost
  return {
    begin: ({ size, attributes }) =>
      beginSlices({ ...ost, caller }, newSid(core.random, core.clock.now()), {
        ...(size === null ? {} : { sizeNamed: size }),
        attributes,
      }),
    find: async (name) => {
      const found = await core.uploads.find(uploadIn({ caller }, name))
      if (found === null) throw new CoreError('upload-not-found', 'no such upload')
      return found
    },
    nameOf: ({ ref }) => ref,
    close: async () => {},
    finish: async ({ account, id, ref }, { name, contentType, deliveries }) => {
      const traits = storedTraits(displayName(name ?? ref), storedContentType(contentType ?? ''))
      const object = await core.uploads.commit({ account, id }, { traits, conflict: 'rename', deliveries })
      return urlOf({ ...ost, caller }, object)
    },
    refusalOf,
  }
}

/** Codes of what the server failed at, or may do better the next time. */
const OURS: readonly number[] = [10002, 10003, 10006, 10007]

function refusalOf(error: unknown): TargetRefusal | null {
  const failure = toFailure(error)
  const { message } = failure
  if (failure instanceof GatewayError)
    return failure.status < 500 ? { status: failure.status, code: String(failure.status), message } : null
  return OURS.includes(failure.code) ? null : { status: 400, code: String(failure.code), message }
}
