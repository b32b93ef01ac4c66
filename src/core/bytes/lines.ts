const LINE_END = 0x0a

/** The lines of UTF-8 text, without their ends. A line has to fit in memory. */
export async function* linesIn(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  /** What came since the last line's end. */
  let begun: Uint8Array[] = []
  for await (const chunk of source) {
    let start = 0
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      begun.push(chunk.subarray(start, end))
      yield Buffer.concat(begun).toString('utf8')
      begun = []
      start = end + 1
    }
    if (start < chunk.byteLength) begun.push(chunk.subarray(start))
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString('utf8')
}
