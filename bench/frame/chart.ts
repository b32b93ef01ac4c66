import { rounded } from './tables.ts'
import type { CaseResult, KeptResult } from './types.ts'

const WIDTH = 900
const LABEL = 300
const BAR = 14
const ROW = 18
const HEAD = 26

/** A scenario as an SVG: for each case a bar for each contender, from 0, with a line from the least round to the most. */
export function chartOf({ name, cases }: KeptResult): string {
  let y = 10
  const parts: string[] = []
  for (const one of cases) {
    parts.push(caseAt(one, y))
    y += HEAD + one.of.length * ROW + 8
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="11" role="img">
<title>${escaped(name)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`
}

function caseAt({ what, unit, of }: CaseResult, top: number): string {
  const most = Math.max(...of.map(({ figures }) => figures.value.most))
  const scale = (value: number): number => (most > 0 ? (value / most) * (WIDTH - LABEL - 90) : 0)
  const bars = of.map(({ name, figures: { value } }, at) => {
    const y = top + HEAD + at * ROW
    const middle = y + BAR / 2
    const colour = name.startsWith('Stowage') ? '#1f6f8b' : '#b8b8b8'
    return `<text x="${LABEL - 8}" y="${y + 11}" text-anchor="end">${escaped(name)}</text>
<rect x="${LABEL}" y="${y}" width="${scale(value.median).toFixed(1)}" height="${BAR}" fill="${colour}"/>
<path d="M${(LABEL + scale(value.least)).toFixed(1)} ${middle}H${(LABEL + scale(value.most)).toFixed(1)}" stroke="#000"/>
<text x="${(LABEL + scale(value.most) + 6).toFixed(1)}" y="${y + 11}">${rounded(value.median)}</text>`
  })
  return `<text x="8" y="${top + 16}" font-weight="bold">${escaped(what)}, ${unit}${unit === 'ms' ? ' (less is better)' : ''}</text>\n${bars.join('\n')}`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
