import { presignedGet } from '../../test/dialects/drivers.ts'
import { rigOn } from '../../test/dialects/volcengine-vms/rig.ts'
import { wav } from '../../test/support/volcengine.ts'
import { type Door, type FileSpec, randomPieces, someSize } from './door.ts'
import { download } from './iflytek.ts'

const HEAD_SIZE = 44

/** A sound of two seconds, and random bytes behind it. */
const soundOf = (file: FileSpec): readonly Buffer[] =>
  randomPieces(file).map((bytes) => Buffer.concat([wav(2).subarray(0, HEAD_SIZE), bytes]))

/** Voice files, each in one piece. A handle is the name and the resource's key. */
export function voiceDoor(url: string): Door {
  const rig = rigOn(url)
  const read = (name: string, from?: number): Promise<Buffer | null> =>
    download(presignedGet(url, name), from)
  const split = (handle: string): readonly [string, string] => {
    const [name = '', key = ''] = handle.split(' ')
    return [name, key]
  }
  return {
    name: 'volcengine-vms',
    sizes: (random) => [someSize(random, 64_044, 400_000)],
    pieces: soundOf,
    begin: async ({ name }) => `${name}.wav`,
    send: async (file, upload) => rig.upload(upload, Buffer.concat(soundOf(file))),
    complete: async (_file, upload) => `${upload} ${(await rig.commit(upload)).ResourceKey}`,
    isRepeatable: true,
    read: (handle, from) => read(split(handle)[0], from),
    peek: (_file, upload) => read(upload),
    cancel: null,
    remove: async (handle) =>
      void (await rig.result('OpenDeleteResource', { ResourceKey: split(handle)[1] })),
    move: null,
  }
}
