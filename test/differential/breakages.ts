import { CoreError } from '../../src/core/errors.ts'
import type { UploadId } from '../../src/core/ids.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import type { Pair, Store } from './stores.ts'

/** Ways for the first store, SQLite, to break one rule: those that the two stores once differed in, and some more. */
export const BREAKAGES: Readonly<Record<string, (store: Store) => Partial<Facts>>> = {
  'looks at the upload that an update ends before it looks at the object': ({ facts }) => ({
    updateObject: async (command) => {
      const { account, ends } = command
      const upload = ends === undefined ? null : await facts.findUpload({ account, upload: ends })
      if (upload?.state === 'committed' || upload?.state === 'failed') {
        throw new CoreError('upload-closed', 'looked at too early', { state: upload.state })
      }
      return facts.updateObject(command)
    },
  }),
  'moves the time of the last change of state with every change': (store) => ({
    attachPart: async (command) => {
      const answer = await store.facts.attachPart(command)
      await touch(store, answer.upload.id, command.now)
      return answer
    },
    renewUpload: async (command) => {
      const upload = await store.facts.renewUpload(command)
      await touch(store, upload.id, command.now)
      return upload
    },
  }),
  'answers as it should and keeps less': (store) => ({
    holdObject: async (command) => {
      const object = await store.facts.holdObject(command)
      await store.execute(`UPDATE objects SET updated_at = created_at WHERE id = x'${object.id}'`)
      return object
    },
  }),
}

const touch = ({ execute }: Store, id: UploadId, now: number): Promise<void> =>
  execute(`UPDATE uploads SET changed_at = ${now} WHERE id = x'${id}'`)

/** The pair with its first store broken. */
export const withBroken =
  (breakage: (store: Store) => Partial<Facts>) =>
  ([first, second]: Pair): Pair => [{ ...first, facts: { ...first.facts, ...breakage(first) } }, second]
