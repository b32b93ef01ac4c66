import type { Rig } from './rig.ts'

/** Seconds between the assets of `fill`. */
export const STEP_S = 10

/** `yyyyMMddHHmmss` of UTC. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:T]|\..*$/g, '')

/**
 * Assets one after the other, each in another state: `a` awaits its bytes, `b` failed, `c` was cancelled, `d` is confirmed, `e`
 * published, `f` deleted. Returns their ids by name, and when each was created.
 */
export async function fill(rig: Rig): Promise<{
  readonly ids: Readonly<Record<string, string>>
  readonly times: Readonly<Record<string, string>>
}> {
  const ids: Record<string, string> = {}
  const times: Record<string, string> = {}
  const add = async (name: string, fields: object) => {
    rig.clock.advance(STEP_S * 1000)
    const created = await rig.create({ title: `asset ${name}`, ...fields })
    await rig.put(created.video_upload_url, Buffer.from(name))
    ids[name] = created.asset_id
    const { base_info } = await rig.info(created.asset_id)
    times[name] = String(base_info.create_time)
    return created.asset_id
  }
  await add('a', { tags: 'odd,first', description: 'Größe 100%' })
  await rig.confirm(await add('b', { tags: 'even' }), 'FAILED')
  await rig.confirm(await add('c', { tags: 'odd' }), 'CANCELLED')
  await rig.confirm(await add('d', { tags: 'even', description: 'ÄHNLICH' }))
  await rig.confirm(await add('e', { tags: 'odd', title: 'another e', auto_publish: 1 }))
  const asset_id = await add('f', { tags: 'even' })
  await rig.expect(200, 'DELETE', 'asset', { query: { asset_id } })
  return { ids, times }
}

/** The names of these ids, in their order. */
export const namesOf = (ids: Readonly<Record<string, string>>, found: readonly unknown[]): string =>
  found.map((id) => Object.keys(ids).find((name) => ids[name] === id) ?? '?').join('')
