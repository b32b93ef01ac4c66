import { hostNameOf } from '../../../http/signed-request.ts'
import type { Surface } from '../../../http/types.ts'
import { createObjectPlane } from '../../../object-plane/plane.ts'
import { createS3Flavour } from '../../../object-plane/s3/index.ts'
import { bucketFinder } from '../../../settings/hosts.ts'
import { BUCKET_HOSTS } from '../hosts.ts'
import { createForms } from '../storage/forms.ts'
import { withHouse } from '../storage/house.ts'
import { createNamespace } from '../storage/namespace.ts'
import type { S3Context } from './call.ts'
import { formsToBuckets } from './forms.ts'
import { objectOperations } from './object-settings.ts'
import { policyOperations } from './policies.ts'
import { refusals } from './refusals.ts'
import { settingOperations } from './settings.ts'

/** All of S3: the operations of the object plane, and those that S3 alone has. */
export function createApi(context: S3Context): Surface {
  const { core, accounts, options, ownUrl, publicUrl, virtualHosts } = context
  const { clock, random } = core
  const bucketAt = bucketFinder(BUCKET_HOSTS, virtualHosts)
  const flavour = createS3Flavour({
    ...{ clock, random, url: ownUrl ?? publicUrl, region: options.region },
    bucketAt: (host) => bucketAt(hostNameOf(host))?.bucket ?? null,
  })
  const namespace = withHouse(context, createNamespace(context))
  const plane = createObjectPlane({
    ...{ flavour, accounts, core, namespace: { ...namespace, form: createForms(context, namespace) } },
    operations: [
      ...refusals,
      ...formsToBuckets,
      ...settingOperations(context),
      ...policyOperations(context),
      ...objectOperations(context),
    ],
    bucketAt,
  })
  return { ...plane, ownsPath: () => true }
}
