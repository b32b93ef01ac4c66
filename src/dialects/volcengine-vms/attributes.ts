import { type Account, attributesOf } from '../../core/accounts.ts'
import { defineAttributes } from '../../settings/credentials.ts'
import { field } from '../../settings/fields.ts'
import { orNull, sized, webUrl } from '../../settings/kinds.ts'

/** Where review results of an account's voice resources are sent. */
export const callbackAttributes = defineAttributes({
  name: 'review-callback',
  fields: {
    url: field('review_callback_url', orNull(webUrl), 'where review results of voice resources are sent', {
      fallback: null,
    }),
    token: field('review_callback_token', orNull(sized(10, 20)), 'what they are signed with', {
      ...{ secrecy: 'signing', fallback: null },
    }),
  },
  check: ({ url, token }) =>
    (url === null) === (token === null)
      ? null
      : 'accounts: review_callback_url and review_callback_token go together; accepted: both or neither',
})

export interface ReviewCallback {
  readonly url: string
  readonly token: string
}

/** Null: the account's review results are sent nowhere. */
export function reviewCallback(account: Account): ReviewCallback | null {
  const { url, token } = attributesOf(account, callbackAttributes)
  return url === null || token === null ? null : { url, token }
}
