import type { CrowdProvider } from './crowd-provider.js'

/** What a provider can do outside, each bound to it; undefined for what it cannot. */
export function publishingMethods(provider: CrowdProvider): Pick<CrowdProvider, 'openRun' | 'closeRun' | 'setPlaces' | 'publishUnit' | 'withdrawUnit'> {
  const [openRun, closeRun] = [provider.openRun?.bind(provider), provider.closeRun?.bind(provider)]
  const setPlaces = provider.setPlaces?.bind(provider)
  const [publishUnit, withdrawUnit] = [provider.publishUnit?.bind(provider), provider.withdrawUnit?.bind(provider)]
  return { ...(openRun && { openRun }), ...(closeRun && { closeRun }), ...(setPlaces && { setPlaces }), ...(publishUnit && { publishUnit }), ...(withdrawUnit && { withdrawUnit }) }
}
