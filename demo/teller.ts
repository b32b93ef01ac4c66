/** Tells what happens, step by step. */
export interface Teller {
  say(text: string): void
  title(text: string): void
  step(text: string, answer?: unknown): void
}

export function createTeller(): Teller {
  let count = 0
  const say = (text: string) => console.log(text)
  return {
    say,
    title: (text) => {
      count = 0
      say(`\n${text}\n${'-'.repeat(text.length)}`)
    },
    step: (text, answer) => {
      count += 1
      say(`${count}. ${text}`)
      if (answer !== undefined) say(`   ${JSON.stringify(answer)}`)
    },
  }
}
