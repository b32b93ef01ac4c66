/** Why a policy is not taken, for the one who sent it. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
}
