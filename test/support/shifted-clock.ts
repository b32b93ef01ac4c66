import { readFileSync } from 'node:fs'

// Loaded before a program (`node --import`): its clock is ahead by so many milliseconds as the file of STOWAGE_TEST_CLOCK says.

const file = process.env.STOWAGE_TEST_CLOCK
const realNow = Date.now
let aheadMs = 0

function look(): void {
  if (file === undefined) return
  const text = readFileSync(file, 'utf8')
  if (text !== '') aheadMs = Number(text)
}

look()
setInterval(look, 10).unref()
Date.now = () => realNow() + aheadMs
