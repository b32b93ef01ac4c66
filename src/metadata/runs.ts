export interface RunOfRows<Key, Row> {
  readonly key: Key
  readonly rows: readonly Row[]
}

/** Rows in order of a key, gathered by it: those of one key at a time. */
export async function* runsOf<Key, Row>(
  rows: Iterable<Row> | AsyncIterable<Row>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<RunOfRows<Key, Row>> {
  let run: { readonly key: Key; readonly rows: Row[] } | null = null
  for await (const row of rows) {
    const key = keyOf(row)
    if (run !== null && run.key !== key) {
      yield run
      run = null
    }
    run ??= { key, rows: [] }
    run.rows.push(row)
  }
  if (run !== null) yield run
}
