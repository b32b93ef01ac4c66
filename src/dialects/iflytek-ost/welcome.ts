import { type Account, credentialsOf } from '../../core/accounts.ts'
import type { DialectDemo, TryOut } from '../demo.ts'
import { type App, appCredential } from './credentials.ts'

/** What a newcomer is told and shown. */
export const demo: DialectDemo = {
  keysOf: null,
  rows: (account) =>
    credentialsOf(account, appCredential).flatMap(({ appId, apiKey, apiSecret }) => [
      { label: 'app id', value: appId, note: 'iFlytek' },
      { label: 'api key', value: apiKey },
      { label: 'api secret', value: apiSecret, isSecret: true },
    ]),
  tryOut,
  load: () => import('./demo.ts'),
}

function tryOut(publicUrl: string, account: Account, file: string): TryOut | null {
  const [app] = credentialsOf(account, appCredential)
  return app === undefined
    ? null
    : { does: 'upload a file by the iFlytek API', command: curlCommand(publicUrl, app, file) }
}

/** A shell command that signs and sends one upload with what every system has. */
function curlCommand(publicUrl: string, app: App, file: string): string {
  const digest = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  const origin = `host: upload-ost-api.xfyun.cn\\ndate: %s\\nPOST /file/upload HTTP/1.1\\ndigest: ${digest}`
  const secret = `sed -n 's/^api_secret = "\\(.*\\)"/\\1/p' '${file.replaceAll("'", "'\\''")}'`
  return `  D="$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S GMT')"; \\
  K="$(${secret})"; \\
  S="$(printf '${origin}' "$D" | openssl dgst -sha256 -hmac "$K" -binary | base64)"; \\
  curl ${publicUrl}/file/upload -H "Date: $D" -H 'Digest: ${digest}' \\
    -H 'Authorization: api_key="${app.apiKey}", algorithm="hmac-sha256", headers="host date request-line digest", signature="'"$S"'"' \\
    -F request_id=1 -F app_id=${app.appId} -F data=@README.md`
}
