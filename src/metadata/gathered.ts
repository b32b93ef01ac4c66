export interface Gathered<Key, Row> {
  readonly key: Key
  readonly rows: readonly Row[]
}

/** Rows in order of a key, gathered by it: those of one key at a time. */
export async function* gatheredBy<Key, Row>(
  rows: Iterable<Row> | AsyncIterable<Row>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<Gathered<Key, Row>> {
  let group: { readonly key: Key; readonly rows: Row[] } | null = null
  for await (const row of rows) {
    const key = keyOf(row)
    if (group !== null && group.key !== key) {
      yield group
      group = null
    }
    group ??= { key, rows: [] }
    group.rows.push(row)
  }
  if (group !== null) yield group
}
