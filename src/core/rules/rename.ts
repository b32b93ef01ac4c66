/** The `attempt`-th other name for a taken key: `a/b.mp3` becomes `a/b(1).mp3`, `a/b(2).mp3`, … */
export function renamed(key: string, attempt: number): string {
  const slash = key.lastIndexOf('/')
  const dot = key.lastIndexOf('.')
  const stemEnd = dot > slash + 1 ? dot : key.length
  return `${key.slice(0, stemEnd)}(${attempt})${key.slice(stemEnd)}`
}
