import type { Db } from './db.ts'

interface Settings {
  readonly fsync: string
  readonly full_page_writes: string
}

/** What a server's own settings take away from what is promised as `strict`, and no client can give back. In a line each. */
export async function brokenPromises(db: Db): Promise<readonly string[]> {
  const settings = await db.one<Settings & Record<string, unknown>>(
    "SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes",
  )
  return (['fsync', 'full_page_writes'] as const)
    .filter((name) => settings?.[name] === 'off')
    .map(
      (name) =>
        `metadata: PostgreSQL runs with ${name} = off: a crash of its machine may lose or damage all facts; turn it on, or set ` +
        'durability = "relaxed"',
    )
}
