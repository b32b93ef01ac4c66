import type { DemoAccount } from '../config/demo.ts'

/** What a newcomer needs: address, keys, and one command to try. */
export function welcome(publicUrl: string, { account, file, isNew }: DemoAccount): string {
  const app = account.apps[0]
  const library = account.libraries[0]
  const project = account.projects[0]
  const user = account.users[0]
  const rows = [
    row('account', account.id),
    row('access key', account.keys.accessKey, 'Volcengine and Huawei AK'),
    row('secret key', account.keys.secretKey, 'Volcengine and Huawei SK'),
    ...(app === undefined
      ? []
      : [row('app id', app.appId, 'iFlytek'), row('api key', app.apiKey), row('api secret', app.apiSecret)]),
    ...(library === undefined
      ? []
      : [row('library id', library.id, 'Tencent SMH'), row('lib. secret', library.secret)]),
    ...(project === undefined ? [] : [row('project id', project.id, `Huawei VOD, ${project.name}`)]),
    ...(user === undefined
      ? []
      : [row('IAM user', user.name, `Huawei, of account ${account.name}`), row('password', user.password)]),
  ]
  return `
Stowage is ready at ${publicUrl}

No account is configured, so ${isNew ? 'a demo account was made' : 'the demo account is used'} (kept in ${file}):

${rows.join('\n')}

${app === undefined ? '' : `To try it, upload a file by the iFlytek API:\n\n${tryCommand(publicUrl, app)}\n`}`
}

const row = (label: string, value: string, note = ''): string =>
  `  ${label.padEnd(14)}${value}${note === '' ? '' : `        ${note}`}`

/** A shell command that signs and sends one upload with what every system has. */
function tryCommand(publicUrl: string, app: { appId: string; apiKey: string; apiSecret: string }): string {
  const digest = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  const origin = `host: upload-ost-api.xfyun.cn\\ndate: %s\\nPOST /file/upload HTTP/1.1\\ndigest: ${digest}`
  return `  D="$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S GMT')"; \\
  S="$(printf '${origin}' "$D" | openssl dgst -sha256 -hmac '${app.apiSecret}' -binary | base64)"; \\
  curl ${publicUrl}/file/upload -H "Date: $D" -H 'Digest: ${digest}' \\
    -H 'Authorization: api_key="${app.apiKey}", algorithm="hmac-sha256", headers="host date request-line digest", signature="'"$S"'"' \\
    -F request_id=1 -F app_id=${app.appId} -F data=@README.md`
}
