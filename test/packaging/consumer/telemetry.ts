import { collectDefaultMetrics } from 'prom-client'
import type { Telemetry } from 'mephisto-sdk'
import { openTelemetry } from 'mephisto-sdk/opentelemetry'
import { prometheus } from 'mephisto-sdk/prometheus'

export const metrics = prometheus({ token: 'a-token-of-at-least-thirty-two-characters' })
collectDefaultMetrics({ register: metrics.registry })

/** One of the consumer's own. */
export const printing: Telemetry = {
  specVersion: 1,
  record: (name, value, attributes) => { console.log(name, value, attributes['outcome']) },
  span: (name, { attributes }, work) => {
    console.log(name, attributes['mephisto.run.id'])
    return work({ set: () => undefined, event: () => undefined, fail: () => undefined })
  },
}

export const telemetry: readonly Telemetry[] = [openTelemetry(), metrics]
