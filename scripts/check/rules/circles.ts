import type { Rule, Source } from '../project.ts'

/** Nothing imports itself by way of others; an import of types counts as well. */
export const circles: Rule = (sources) =>
  circlesOf(graphOf(sources)).map((circle) => `${circle[0]}: imports itself: ${circle.join(' → ')}`)

type Graph = ReadonlyMap<string, readonly string[]>

const graphOf = (sources: readonly Source[]): Graph =>
  new Map(sources.map(({ path, imports }) => [path, imports]))

/** One circle of each group of files that all import each other, directly or by way of others. */
function circlesOf(graph: Graph): readonly (readonly string[])[] {
  return groupsOf(graph).flatMap((group) => {
    const [first = ''] = group
    const within = new Map(group.map((path) => [path, graph.get(path) ?? []]))
    const isCircle = group.length > 1 || graph.get(first)?.includes(first) === true
    return isCircle ? [circleAt(within, first)] : []
  })
}

/** The strongly connected components, by Tarjan's algorithm. Each is in the order in which it was found. */
function groupsOf(graph: Graph): readonly (readonly string[])[] {
  const groups: string[][] = []
  const places = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []

  function visit(path: string): number {
    const place = places.size
    places.set(path, place)
    lowest.set(path, place)
    open.push(path)
    for (const next of graph.get(path) ?? []) {
      if (!graph.has(next)) continue
      if (!places.has(next)) lower(path, visit(next))
      else if (open.includes(next)) lower(path, places.get(next) ?? place)
    }
    const low = lowest.get(path) ?? place
    if (low === place) groups.push(open.splice(open.indexOf(path)))
    return low
  }
  const lower = (path: string, place: number): void => {
    lowest.set(path, Math.min(lowest.get(path) ?? place, place))
  }

  for (const path of graph.keys()) if (!places.has(path)) visit(path)
  return groups
}

/** The shortest way from a file back to itself, both ends named. */
function circleAt(graph: Graph, start: string): readonly string[] {
  const ways = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, start]
      if (seen.has(next) || !graph.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return []
}
