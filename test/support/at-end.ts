import { after } from 'node:test'

const works: (() => unknown)[] = []

// By the runner, or as a file of tests that is run by itself; what has no tests must not get a hook.
const isTest = process.env.NODE_TEST_CONTEXT !== undefined || process.argv[1]?.endsWith('.test.ts') === true

// A hook of the process and not of a suite: this file is loaded before any suite is made.
if (isTest) {
  after(async () => {
    const failures: unknown[] = []
    for (const work of works.toReversed()) {
      try {
        await work()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'what was to be done after all tests')
  })
}

/**
 * Has `work` done when all tests of this process are over: the last that was asked for first, and whatever becomes of the rest. What
 * files share goes then, and what keeps a process from ending has to go.
 */
export function atEnd(work: () => unknown): void {
  works.push(work)
}
