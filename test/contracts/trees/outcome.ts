import { isCoreError } from '../../../src/core/errors.ts'

/** The answer as text, or the code of the core error that `work` failed with. */
export async function outcomeText<Answer>(
  work: Promise<Answer>,
  textOf: (answer: Answer) => string,
): Promise<string> {
  try {
    return textOf(await work)
  } catch (error) {
    if (isCoreError(error)) return error.code
    throw error
  }
}
