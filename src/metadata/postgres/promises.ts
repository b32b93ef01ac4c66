import type { Db } from './db.ts'

interface Settings {
  readonly fsync: string
  readonly full_page_writes: string
  readonly synchronous_standby_names: string
}

/**
 * What a server's own settings take away from what is promised as `strict`, and no client can give back. In a line each.
 * `hasStandby`: another server may take over.
 */
export async function brokenPromises(
  db: Db,
  { hasStandby }: { readonly hasStandby: boolean },
): Promise<readonly string[]> {
  const names = ['fsync', 'full_page_writes', 'synchronous_standby_names'] as const
  const settings = await db.one<Settings & Record<string, unknown>>(
    `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
  )
  const problems = (['fsync', 'full_page_writes'] as const)
    .filter((name) => settings?.[name] === 'off')
    .map(
      (name) =>
        `metadata: PostgreSQL runs with ${name} = off: a crash of its machine may lose or damage all facts; turn it on, or set ` +
        'durability = "relaxed"',
    )
  if (!hasStandby || settings?.synchronous_standby_names !== '') return problems
  const unsynced =
    'metadata: names several servers, but PostgreSQL waits for no standby: a fail-over may lose what was answered; set ' +
    'synchronous_standby_names, or durability = "relaxed"'
  return [...problems, unsynced]
}
