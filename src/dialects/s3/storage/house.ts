import type { PlaneCopy } from '../../../object-plane/contents.ts'
import type { PlaneMultipart, PlaneObject, PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { copyAcross, copyPartAcross } from './house-copies.ts'
import { fileAt, listHouse, removeFile, roomAt } from './house-files.ts'
import { checkWrite, createHouseUploads, openUpload, putFile } from './house-uploads.ts'
import type { WholeNamespace } from './namespace.ts'
import { keepPart } from './uploads.ts'

/** Adds the buckets of dialects to those that users make. What is done in them is done by their dialect. */
export function withHouse(context: S3Context, own: WholeNamespace): WholeNamespace {
  const isHouse = ({ bucket }: Pick<PlaneTarget, 'bucket'>) => context.core.buckets.isReserved(bucket)
  const read = (target: PlaneTarget): Promise<PlaneObject | null> =>
    isHouse(target) ? fileAt(context, target) : own.read(target)
  const isAcross = ({ source, target }: Pick<PlaneCopy, 'source' | 'target'>) =>
    isHouse(source) || isHouse(target)
  const both: WholeNamespace = {
    ...own,
    checkWrite: (target, part) =>
      isHouse(target) ? checkWrite(context, target, part) : own.checkWrite(target, part),
    writeDescribed: (target, staged, described) =>
      isHouse(target)
        ? putFile(context, target, staged, described)
        : own.writeDescribed(target, staged, described),
    writePart: (target, part, staged) =>
      isHouse(target)
        ? keepPart(context, part.number, staged, () => openUpload(context, target, part.uploadId))
        : own.writePart(target, part, staged),
    read,
    multipart: eitherUploads(isHouse, createHouseUploads(context), own.multipart),
    keys: {
      ...own.keys,
      list: (bucket, range) =>
        isHouse(bucket) ? listHouse(context, bucket, range) : own.keys.list(bucket, range),
      remove: (target, condition) =>
        isHouse(target) ? removeFile(context, target, condition) : own.keys.remove(target, condition),
      copy: (asked) => (isAcross(asked) ? copyAcross(context, both, asked) : own.keys.copy(asked)),
      copyPart: (asked) =>
        isAcross(asked) ? copyPartAcross(context, both, asked) : own.keys.copyPart(asked),
    },
    life: {
      ...own.life,
      find: async (bucket) => {
        if (!isHouse(bucket)) return own.life.find(bucket)
        const room = await roomAt(context, bucket)
        return room && { name: bucket.bucket, createdAt: room.bucket.createdAt }
      },
    },
  }
  return both
}

function eitherUploads(
  isHouse: (target: PlaneTarget) => boolean,
  house: PlaneMultipart,
  own: PlaneMultipart,
): PlaneMultipart {
  const of = (target: PlaneTarget) => (isHouse(target) ? house : own)
  return {
    initiate: (target, ...asked) => of(target).initiate(target, ...asked),
    listParts: (target, ...asked) => of(target).listParts(target, ...asked),
    complete: (target, ...asked) => of(target).complete(target, ...asked),
    abort: (target, ...asked) => of(target).abort(target, ...asked),
    ...(own.list === undefined ? {} : { list: own.list }),
  }
}
