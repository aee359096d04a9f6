import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { INSTRUMENTS, instrument, prometheusName, type InstrumentName } from '../../sdk/ports/instruments.js'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const NAMES = Object.keys(INSTRUMENTS) as InstrumentName[]
const KNOWN = new Map(NAMES.flatMap(name => {
  const [labels, own] = [instrument(name).attributes, prometheusName(name)]
  const series = instrument(name).kind === 'histogram' ? [`${own}_bucket`, `${own}_count`, `${own}_sum`] : [own]
  return series.map(one => [one, [...labels, ...(one.endsWith('_bucket') ? ['le'] : [])]] as const)
}))
/** What Prometheus adds to every series. */
const ADDED = ['instance', 'job']

/** What an expression asks of series that there are not, or that have no such label. */
function unknownIn(expression: string): string[] {
  const series = [...expression.matchAll(/\b(mephisto_\w+)(?:\{([^}]*)\})?/g)]
  const asked = series.flatMap(([, name = '', matchers = '']) => {
    const labels = KNOWN.get(name)
    if (!labels) return [name]
    return [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label).filter(label => ![...labels, ...ADDED].includes(label)).map(label => `${name}{${label}}`)
  })
  const labels = series.flatMap(([, name = '']) => KNOWN.get(name) ?? [])
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map(label => label.trim())).filter(label => label !== '' && ![...labels, ...ADDED].includes(label))
  return [...asked, ...grouped.map(label => `by (${label})`)]
}

test('every instrument has a name, a unit and a description of its own, and few attributes', () => {
  expect(new Set(NAMES.map(prometheusName)).size).toBe(NAMES.length)
  for (const name of NAMES) {
    const { description, attributes, kind, unit } = instrument(name)
    expect(name).toMatch(/^mephisto(\.[a-z_]+)+$/)
    expect(description, name).toMatch(/^.{10,}\.$|^Task runs\.$/)
    expect(attributes.length, name).toBeLessThanOrEqual(3)
    expect(attributes.filter(attribute => /id$|name|worker|run$|unit$|agent/.test(attribute)), name).toEqual([])
    if (kind === 'histogram') expect(unit, name).toBe('s')
  }
  expect(prometheusName('mephisto.events')).toBe('mephisto_events_total')
  expect(prometheusName('mephisto.http.duration')).toBe('mephisto_http_duration_seconds')
  expect(prometheusName('mephisto.leases')).toBe('mephisto_leases')
})

test('the dashboard asks for nothing that there is not, and shows everything that there is', () => {
  const dashboard = JSON.parse(read('docs/dashboards/mephisto.grafana.json')) as { readonly panels: readonly { readonly id: number; readonly title: string; readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[] }[] }
  const targets = dashboard.panels.flatMap(panel => panel.targets ?? [])
  expect(targets.length).toBeGreaterThan(25)
  for (const { expr, legendFormat } of targets) {
    expect(unknownIn(expr), expr).toEqual([])
    for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(expr, legendFormat).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`))
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  const all = targets.map(({ expr }) => expr).join(' ')
  expect(NAMES.filter(name => !all.includes(prometheusName(name)))).toEqual([])
  expect(unknownIn('sum by (reason) (rate(mephisto_events_totals{blueprint="x"}[5m]))')).toEqual(['mephisto_events_totals', 'by (reason)'])
  expect(unknownIn('sum by (worker) (mephisto_runs{agent=~"x"})')).toEqual(['mephisto_runs{agent}', 'by (worker)'])
})

test('the guide lists every metric as it is, and its alerts ask for what there is', () => {
  const guide = read('docs/observability.md')
  const rows = new Map([...guide.matchAll(/^\| `(mephisto_\w+)` \| ([^|]*) \| (.*) \|$/gm)].map(([, name = '', labels = '', text = '']) => [name, { labels, text }]))
  expect([...rows.keys()].sort()).toEqual(NAMES.map(prometheusName).sort())
  for (const name of NAMES) {
    const { attributes, description } = instrument(name)
    expect(rows.get(prometheusName(name)), name).toEqual({ labels: attributes.join(', '), text: description })
  }
  const alerts = [...guide.matchAll(/^\s+expr: (.*)$/gm)].map(([, expression = '']) => expression)
  expect(alerts.length).toBeGreaterThan(3)
  for (const expression of alerts) expect(unknownIn(expression), expression).toEqual([])
})
