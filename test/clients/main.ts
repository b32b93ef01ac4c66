import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CALLS } from './calls.ts'
import { CLIENTS, type Client, type Language } from './clients.ts'
import { type OpenPlace, openPlace, PLACES, type Place } from './places.ts'
import { type Command, runProgram, type Step } from './program.ts'
import { go } from './toolchains/go.ts'
import { java } from './toolchains/java.ts'
import { python } from './toolchains/python.ts'
import type { Toolchain } from './toolchains/toolchain.ts'

const TOOLCHAINS: Readonly<Record<Language, Toolchain>> = { Python: python, Go: go, Java: java }
/** STOWAGE_TEST_CLIENTS=Python,Go runs these alone. */
const asked = process.env.STOWAGE_TEST_CLIENTS?.split(',')

const places = new Map<Place, OpenPlace>()
before(async () => {
  for (const place of PLACES) places.set(place, await openPlace(place))
})
after(async () => {
  for (const place of places.values()) await place.close()
})

for (const [language, toolchain] of Object.entries(TOOLCHAINS)) {
  const clients = CLIENTS.filter((client) => client.language === language)
  const isAsked = asked === undefined || asked.includes(language)
  const skip = isAsked ? await toolchain.missing() : 'not asked for'
  describe(language, { skip }, () => {
    let commandOf: (program: string) => Command
    before(async () => {
      commandOf = await toolchain.prepare()
    })
    for (const client of clients)
      for (const place of PLACES)
        test(`${client.name} by ${place}`, async (context) => {
          const run = `${client.program.replaceAll('_', '-')} ${PLACES.indexOf(place)}`
          const setting = places.get(place)?.setting(run)
          assert.ok(setting !== undefined)
          const steps = await runProgram(commandOf(client.program), setting)
          for (const { step, ok, error } of steps)
            await context.test(step, () => assert.ok(ok, error ?? step))
          assertAllCalls(client, steps)
        })
  })
}

/** A program that ends early, or leaves a call out, has not shown what it should. */
function assertAllCalls({ api, without = {} }: Client, steps: readonly Step[]): void {
  const expected = CALLS[api].filter((call) => without[call] === undefined)
  assert.deepEqual(steps.map(({ step }) => step).sort(), [...expected].sort())
}
