import { createMephistoClient } from 'mephisto-sdk/client'
import { ReviewApp } from 'mephisto-sdk/react/review'
import 'mephisto-sdk/react/review.css'
import { createRoot } from 'react-dom/client'
import { sentenceReview } from './sentence-review.js'
import './review.css'

const client = createMephistoClient({ url: '/mephisto/' })
const page = document.getElementById('page')
// The chosen run is kept in the address, so that a reload comes back to it.
const run = new URLSearchParams(location.search).get('run') ?? undefined
if (page) {
  createRoot(page).render(
    <ReviewApp
      client={client} views={[sentenceReview]} loginHref="/login" run={run}
      onNavigate={place => { history.replaceState(null, '', `?run=${encodeURIComponent(place.run)}`) }}
    />,
  )
}
