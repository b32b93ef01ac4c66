import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Turns } from './turns.ts'

const drain = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const _ of body);
}

describe('turns', () => {
  test('of several that wait for a turn one at a time has it', async () => {
    const turns = new Turns()
    const never: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.withResolvers<never>().promise }),
    }
    let atOnce = 0
    let most = 0
    const take = () =>
      turns.take('id', never, async (body) => {
        atOnce += 1
        most = Math.max(most, atOnce)
        await drain(body).finally(() => {
          atOnce -= 1
        })
      })
    const taken = [take(), take(), take(), take()].map((turn) => turn.catch(() => 'interrupted'))
    for (let round = 0; round < 20; round += 1) await setImmediate()
    await turns.interrupt('id')
    assert.deepEqual(await Promise.all(taken), Array(4).fill('interrupted'))
    assert.equal(most, 1)
  })
})
