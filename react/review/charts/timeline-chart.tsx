import { scaleLinear, scaleTime } from '@visx/scale'
import { AreaClosed, LinePath } from '@visx/shape'
import { useState, type PointerEvent } from 'react'
import type { RunTimelineView } from '../../../sdk/protocol/run-overview-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useWidth } from './use-width.js'

type Step = RunTimelineView['steps'][number]
const HEIGHT = 240
const MARGIN = { top: 12, right: 14, bottom: 30, left: 52 }
const INITIAL_WIDTH = 640
const NARROW = 480
const DAY_MS = 86_400_000

/** Answers and decisions of a run over time, added up; the same as a table for whoever does not see it. */
export function TimelineChart({ timeline }: { readonly timeline: RunTimelineView }) {
  const texts = useTexts()
  const formats = useFormats()
  const [box, width] = useWidth<HTMLDivElement>(INITIAL_WIDTH)
  const [shownAt, setShownAt] = useState<number | null>(null)
  const { steps, unitsTotal } = timeline
  const last = steps.at(-1)
  if (!last) return <p className="mephisto-review-hint">{texts.run.timeEmpty}</p>

  const [from, to] = [Date.parse(timeline.from), Date.parse(timeline.to)]
  const inner = { width: Math.max(80, width - MARGIN.left - MARGIN.right), height: HEIGHT - MARGIN.top - MARGIN.bottom }
  const x = scaleTime({ domain: [from, to], range: [0, inner.width] })
  const y = scaleLinear({ domain: [0, Math.max(1, unitsTotal)], range: [inner.height, 0], nice: true })
  const points: readonly Step[] = [{ at: timeline.from, answered: 0, decided: 0 }, ...steps]
  const [xOf, timeFormat] = [(step: Step): number => x(Date.parse(step.at)), new Intl.DateTimeFormat(texts.locale, to - from > DAY_MS ? { month: 'short', day: 'numeric' } : { hour: 'numeric', minute: '2-digit' })]
  const shown = points[shownAt ?? points.length - 1] ?? last
  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const at = (event.clientX - event.currentTarget.getBoundingClientRect().left - MARGIN.left) / inner.width * (points.length - 1)
    setShownAt(Math.min(points.length - 1, Math.max(0, Math.round(at))))
  }
  return (
    <figure className="mephisto-review-chart">
      <figcaption className="mephisto-review-legend">
        <Key className="answered" name={texts.run.answered} value={formats.count(shown.answered)} />
        <Key className="decided" name={texts.run.decided} value={formats.count(shown.decided)} />
        <Key className="total" name={texts.run.total} value={formats.count(unitsTotal)} />
        <span className="mephisto-review-hint">{formats.moment(shown.at)}</span>
      </figcaption>
      <div ref={box} dir="ltr">
        <svg width="100%" height={HEIGHT} viewBox={`0 0 ${String(width)} ${String(HEIGHT)}`} aria-hidden="true" onPointerMove={point} onPointerLeave={() => { setShownAt(null) }}>
          <g transform={`translate(${String(MARGIN.left)},${String(MARGIN.top)})`}>
            <AreaClosed data={[...points]} x={xOf} y={step => y(step.answered)} yScale={y} className="mephisto-review-area-answered" />
            <AreaClosed data={[...points]} x={xOf} y={step => y(step.decided)} yScale={y} className="mephisto-review-area-decided" />
            <LinePath data={[...points]} x={xOf} y={step => y(step.answered)} className="mephisto-review-line-answered" />
            <LinePath data={[...points]} x={xOf} y={step => y(step.decided)} className="mephisto-review-line-decided" />
            <line x1={0} x2={inner.width} y1={y(unitsTotal)} y2={y(unitsTotal)} className="mephisto-review-line-total" />
            {shownAt !== null && <line x1={xOf(shown)} x2={xOf(shown)} y1={0} y2={inner.height} className="mephisto-review-line-shown" />}
            <g className="mephisto-review-axis">
              {y.ticks(4).map(value => <text key={value} x={-8} y={y(value)} dy="0.32em" textAnchor="end">{formats.count(value)}</text>)}
              <line x1={0} x2={inner.width} y1={inner.height} y2={inner.height} />
              {x.ticks(width < NARROW ? 3 : 6).map(value => <text key={value.getTime()} x={x(value)} y={inner.height + 20} textAnchor="middle">{timeFormat.format(value)}</text>)}
            </g>
          </g>
        </svg>
      </div>
      <details className="mephisto-review-as-table">
        <summary>{texts.common.asTable}</summary>
        <div className="mephisto-review-scroll" tabIndex={0} role="group" aria-label={texts.run.overTime}>
          <table className="mephisto-review-table">
            <thead><tr><th scope="col">{texts.run.time}</th><th scope="col">{texts.run.answered}</th><th scope="col">{texts.run.decided}</th></tr></thead>
            <tbody>{steps.map(step => <tr key={step.at}><th scope="row">{formats.moment(step.at)}</th><td>{formats.count(step.answered)}</td><td>{formats.count(step.decided)}</td></tr>)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

function Key({ className, name, value }: { readonly className: string; readonly name: string; readonly value: string }) {
  return <span className="mephisto-review-key-of"><span className={`mephisto-review-swatch mephisto-review-swatch-${className}`} aria-hidden="true" /> {name} <strong>{value}</strong></span>
}
