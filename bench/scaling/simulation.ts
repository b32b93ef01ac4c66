import type { Cost } from './costs.ts'

/** A steady load of uploads of one size. */
export interface Load {
  readonly uploadsPerDay: number
  /** The cost of one, and how many bytes it has. */
  readonly cost: Cost
  readonly bytes: number
  /** Requests to the S3 store for one. */
  readonly s3Requests: number
}

/** What is to be had, and what is asked of it. */
export interface Assumptions {
  /** Processor cores of a node, and of PostgreSQL. */
  readonly nodeCores: number
  readonly databaseCores: number
  /** How much of them may be used on average over the busiest hour. */
  readonly use: number
  /** How much more comes in the busiest hour than in one of 24 equal ones. */
  readonly peak: number
  /** What one connection to S3 or a client's network gives a node, in bytes a second. */
  readonly nodeBytesPerS: number
  /** Commits a second that the log's disk syncs, with those that share a sync. */
  readonly commitsPerS: number
}

export const ASSUMPTIONS: Assumptions = {
  ...{ nodeCores: 4, databaseCores: 16, use: 0.5, peak: 2.5, nodeBytesPerS: 1.2e9, commitsPerS: 20_000 },
}

export interface Needs {
  readonly uploadsPerS: number
  readonly nodes: number
  /** Cores of PostgreSQL that are busy in the busiest hour. */
  readonly databaseCores: number
  readonly logBytesPerS: number
  readonly roomBytesPerDay: number
  readonly s3RequestsPerS: number
  readonly bytesPerDay: number
  /** PostgreSQL servers, each with a share of the accounts. */
  readonly cells: number
}

const DAY_S = 86_400

/** What a load needs in its busiest hour. A node is one process, of which the main thread is what runs out first. */
export function needsOf({ uploadsPerDay, cost, bytes, s3Requests }: Load, given: Assumptions): Needs {
  const uploadsPerS = (uploadsPerDay / DAY_S) * given.peak
  const nodeCpu = (uploadsPerS * cost.nodeUs) / 1e6
  const byCpu = nodeCpu / (given.nodeCores * given.use)
  const byBytes = (uploadsPerS * bytes * 2) / (given.nodeBytesPerS * given.use)
  const databaseCores = (uploadsPerS * cost.databaseUs) / 1e6
  const byDatabase = databaseCores / (given.databaseCores * given.use)
  const byCommits = uploadsPerS / (given.commitsPerS * given.use)
  return {
    uploadsPerS,
    nodes: Math.max(1, Math.ceil(Math.max(byCpu, byBytes))),
    databaseCores,
    logBytesPerS: uploadsPerS * cost.logBytes,
    roomBytesPerDay: uploadsPerDay * cost.roomBytes,
    s3RequestsPerS: uploadsPerS * s3Requests,
    bytesPerDay: uploadsPerDay * bytes,
    cells: Math.max(1, Math.ceil(Math.max(byDatabase, byCommits))),
  }
}

/** Accounts that a directory places on cells: each new one on the cell with the least load. */
export interface Placement {
  /** The load of each cell, in uploads a second. */
  readonly cells: readonly number[]
  /** Accounts that were moved to another cell. */
  readonly moves: number
}

/**
 * Places accounts whose loads are as unlike as those of tenants are (the k-th has a share of 1/k), lets their loads change, and moves accounts
 * from the fullest cell to the emptiest until none has more than `limit` times the mean. `random`: numbers from 0 to 1.
 */
export function placeAccounts(
  accounts: number,
  cells: number,
  limit: number,
  random: () => number,
): Placement {
  const loads = Array.from({ length: accounts }, (_, at) => 1 / (at + 1))
  const homes = loads.map(() => 0)
  const sums = Array.from({ length: cells }, () => 0)
  for (const [at, load] of loads.entries()) put(at, load, sums.indexOf(Math.min(...sums)))
  for (const [at, load] of loads.entries()) change(at, load * (0.5 + random()))
  let moves = 0
  for (; moves < accounts; moves++) {
    const mean = sums.reduce((sum, load) => sum + load, 0) / cells
    const full = sums.indexOf(Math.max(...sums))
    if ((sums[full] ?? 0) <= limit * mean) break
    const excess = (sums[full] ?? 0) - mean
    const movable = [...loads.entries()].filter(([at, load]) => homes[at] === full && load <= excess)
    const [best] = movable.toSorted(([, a], [, b]) => b - a)
    if (best === undefined) break
    const [at, load] = best
    sums[full] = (sums[full] ?? 0) - load
    put(at, load, sums.indexOf(Math.min(...sums)))
  }
  return { cells: sums, moves }

  function put(at: number, load: number, cell: number): void {
    homes[at] = cell
    sums[cell] = (sums[cell] ?? 0) + load
  }

  function change(at: number, load: number): void {
    const cell = homes[at] ?? 0
    sums[cell] = (sums[cell] ?? 0) + load - (loads[at] ?? 0)
    loads[at] = load
  }
}
