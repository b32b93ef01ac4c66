import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Promptness } from './promptness.ts'

describe('calls that a disk can hold up', () => {
  test('are made as long as they are answered at once', () => {
    const { promptness, call } = setUp()
    for (let count = 0; count < 1000; count++) call(0.2)
    assert.equal(promptness.isPrompt, true)
  })

  test('are left to others after long waits, until these are a tenth of the time', () => {
    const { promptness, call, pass } = setUp()
    call(15)
    assert.equal(promptness.isPrompt, true)
    call(45)
    assert.equal(promptness.isPrompt, false)
    pass(300)
    assert.equal(promptness.isPrompt, false)
    pass(100)
    assert.equal(promptness.isPrompt, true)
  })

  test('count also when they fail', () => {
    const { promptness, call } = setUp()
    assert.throws(() => call(50, new Error('broken')), /broken/)
    assert.equal(promptness.isPrompt, false)
  })

  test('may take as long as they work by themselves', () => {
    const { promptness, call } = setUp()
    for (let count = 0; count < 1000; count++) call(3, undefined, 3)
    assert.equal(promptness.isPrompt, true)
    call(30, undefined, 3)
    assert.equal(promptness.isPrompt, false)
  })

  test('do not save up time while there are none', () => {
    const { promptness, call, pass } = setUp()
    pass(1e6)
    call(30)
    assert.equal(promptness.isPrompt, false)
  })
})

function setUp() {
  let now = 0
  const promptness = new Promptness(() => now)
  const pass = (ms: number): void => {
    now += ms
  }
  const call = (ms: number, error?: Error, workMs?: number): void =>
    promptness.time(() => {
      now += ms
      if (error !== undefined) throw error
    }, workMs)
  return { promptness, call, pass }
}
