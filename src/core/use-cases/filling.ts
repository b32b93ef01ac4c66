/** The commands of `Name` as callers of a use case see them: without the fields that the use case fills in. */
export type Filled<Commands, Name extends keyof Commands, Field extends string = never> = {
  readonly [N in Name]: Commands[N] extends (command: infer Command) => infer Answer
    ? (command: Without<Command, Field>) => Answer
    : never
}

/** As `Omit`, but each alternative of a union stays one. */
type Without<Command, Field extends string> = Command extends unknown ? Omit<Command, Field> : never

/**
 * Offers the named commands of a port, and no others. `fill` makes the fields that callers leave out; it is called for each
 * call.
 */
export function filling<
  Name extends string,
  Commands extends { readonly [N in Name]: (command: never) => unknown },
  Field extends string = never,
>(
  commands: Commands,
  names: readonly Name[],
  fill: () => Readonly<Record<Field, unknown>>,
): Filled<Commands, Name, Field> {
  const offered = names.map((name) => {
    const run = (command: object) => commands[name]({ ...command, ...fill() } as never)
    return [name, run] as const
  })
  return Object.fromEntries(offered) as Filled<Commands, Name, Field>
}
