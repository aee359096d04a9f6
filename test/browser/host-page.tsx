import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { Console, type ConsolePlace } from '../../react/console/index.js'
import { defineReview } from '../../react/review/index.js'
import { defineBlueprint } from '../../sdk/blueprints/index.js'
import { createMephistoClient } from '../../sdk/client/create-mephisto-client.js'

// An app with a store and styles of its own that has the console as one of its pages.

const store = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: 7, refetchOnWindowFocus: false, enabled: true }, mutations: { networkMode: 'offlineFirst' } } })
Object.assign(window, { storeKeys: () => store.getQueryCache().getAll().map(({ queryKey }) => queryKey) })

const kettles = defineBlueprint({ type: 'kettles', input: z.object({ text: z.string() }), output: z.object({ mood: z.string() }) })
const views = [defineReview(kettles, ({ input, answer }) => <p className="kettle">{input.text} <strong>{answer.mood}</strong></p>)]

const client = createMephistoClient({ url: '/mephisto/' })
const asked = new URLSearchParams(location.search)
const run = asked.get('run') ?? ''

function App() {
  const { data } = useQuery({ queryKey: ['shop'], queryFn: () => Promise.resolve('Twelve kettles') })
  const [place, setPlace] = useState<ConsolePlace>({ page: 'run', run, part: 'answers' })
  return (
    <>
      <aside id="shop">
        <h1>Kettle shop</h1>
        <p><strong>{data}</strong> in <a href="#stock">stock</a></p>
        <button type="button">Buy</button>
        <ul><li>One</li></ul>
        <table><tbody><tr><th>Price</th><td>12</td></tr></tbody></table>
        <label><input type="checkbox" /> Wrap it</label>
      </aside>
      <Console client={client} views={asked.has('view') ? views : []} place={place} onNavigate={setPlace} />
    </>
  )
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<QueryClientProvider client={store}><App /></QueryClientProvider>)
