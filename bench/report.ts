/** One measured figure, with what it is compared to in the same run. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** The same work done by the plainest code that keeps the same promise. */
  readonly baseline?: { readonly what: string; readonly value: number }
  readonly peakMemoryMb?: number
}

/** Prints a section as a Markdown table. */
export function printTable(title: string, rows: readonly Row[]): void {
  console.log(
    `## ${title}\n\n| what | figure | beside | ratio | server's peak memory |\n| --- | ---: | --- | ---: | ---: |`,
  )
  for (const row of rows) {
    const { baseline } = row
    const beside = baseline === undefined ? '' : `${baseline.what}: ${rounded(baseline.value)} ${row.unit}`
    const ratio = baseline === undefined ? '' : (row.value / baseline.value).toFixed(2)
    const memory = row.peakMemoryMb === undefined ? '' : `${Math.round(row.peakMemoryMb)} MB`
    console.log(`| ${row.what} | ${rounded(row.value)} ${row.unit} | ${beside} | ${ratio} | ${memory} |`)
  }
  console.log('')
}

const rounded = (value: number): string =>
  value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
