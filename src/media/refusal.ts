/** Why bytes are no media file that can be used. Its message becomes that of `media-refused`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Refuses with the reason unless `condition` holds. */
export function ensure(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Refusal(reason)
}
