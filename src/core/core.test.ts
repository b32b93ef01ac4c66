import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStores } from '../../test/support/stores.ts'
import { type Core, createCore } from './core.ts'

type UseCase = Exclude<keyof Core, 'media' | 'clock' | 'random'>

/** All that the use cases offer. */
const FACE: { readonly [Name in UseCase]: readonly (keyof NonNullable<Core[Name]>)[] } = {
  damages: ['count', 'note'],
  staging: ['receive', 'discard'],
  landing: ['newName', 'presignPut', 'adopt', 'clear'],
  uploads: [
    ...(['begin', 'attach', 'append', 'findOffset', 'renew', 'seal', 'commit', 'abort', 'fail'] as const),
    ...(['find', 'list', 'listParts', 'bytes', 'describe', 'gather'] as const),
  ],
  objects: [
    'put',
    'find',
    'get',
    'list',
    'listBriefs',
    'update',
    'delete',
    'hold',
    'release',
    'usage',
    'read',
    'lead',
    'parts',
  ],
  buckets: [
    'make',
    'find',
    'list',
    'findPublic',
    'update',
    'remove',
    'listKeys',
    'isReserved',
    'named',
    'pageOf',
  ],
  catalog: ['search', 'fill'],
  trees: [
    ...([
      'createVolume',
      'findVolume',
      'listVolumes',
      'countVolumes',
      'updateVolume',
      'deleteVolume',
    ] as const),
    ...(['volumeUsage', 'realmBytes', 'realmSettings', 'setRealmSettings'] as const),
    ...(['findEntry', 'listEntries', 'listFiles', 'measureDirectory', 'makeDirectory'] as const),
    ...([
      'updateEntry',
      'commit',
      'hold',
      'release',
      'putEntry',
      'moveEntry',
      'removeEntry',
      'read',
      'lead',
    ] as const),
    ...(['copyDirectory', 'beginCopy', 'continueCopy'] as const),
    ...([
      'listRecycled',
      'findRecycled',
      'restoreRecycled',
      'removeRecycled',
      'emptyBin',
      'expireRecycled',
    ] as const),
    ...(['searchEntries', 'keepSearch', 'findSearch', 'deleteSearch'] as const),
    ...(['createQuota', 'findQuota', 'updateQuota', 'roomOf', 'filesOfSize', 'setFingerprint'] as const),
  ],
  tokens: ['mint', 'use', 'renew', 'stands', 'revoke', 'revokeMany'],
  answers: ['find', 'once'],
  tasks: ['add', 'find'],
}

test('each use case has the methods of its face and nothing else of the stores', async (t) => {
  const stores = await openStores(t)
  const media = { probe: () => assert.fail('not asked'), close: async () => {} }
  const reach = () => assert.fail('not asked')
  const direct = { presignPut: reach, presignGet: reach, stat: reach, copy: reach }
  const { clock, random, media: _, ...useCases } = createCore({ ...stores, media, direct })
  const offered = Object.entries(useCases).map(([name, useCase]) => [name, Object.keys(useCase ?? {}).sort()])
  const face = Object.entries(FACE).map(([name, methods]) => [name, [...methods].sort()])
  assert.deepEqual(Object.fromEntries(offered), Object.fromEntries(face))
})
