import type { IncomingMessage } from 'node:http'
import { type Random, randomHex } from '../core/random.ts'
import { refusal } from './refusals.ts'
import type { Surface } from './types.ts'

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stowage</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}</style>
</head>
<body>
<h1>Stowage</h1>
<p>This is a media-upload server. It speaks the upload APIs of several clouds: programs call it, with the
keys of an account, as they call those clouds.</p>
<p>There is nothing to look at here. <a href="/healthz">/healthz</a> says whether the server is ready.</p>
</body>
</html>
`

/** What people see who open the server's address. */
export function createFrontPage(random: Random): Surface {
  return {
    name: 'front-page',
    routes: [
      {
        ...{ method: 'GET', path: '/', call: 'front-page', accepts: isVisit },
        handle: async () => ({
          status: 200,
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy':
              "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
          },
          body: PAGE,
        }),
      },
    ],
    newRequestId: () => randomHex(random, 16),
    renderError: () => refusal(500, 'internal error'),
  }
}

/** A browser's request, or a HEAD that looks whether something answers: without a query and without a signature. */
function isVisit({ method, url = '', headers }: IncomingMessage): boolean {
  const isPlain = !/\?./.test(url) && headers.authorization === undefined
  return isPlain && (method === 'HEAD' || /\btext\/html\b/i.test(headers.accept ?? ''))
}
