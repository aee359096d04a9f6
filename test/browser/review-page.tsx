import { createRoot } from 'react-dom/client'
import { ReviewApp } from '../../react/review/index.js'
import { createMephistoClient } from '../../sdk/client/create-mephisto-client.js'

// A page on which answers are reviewed.

createRoot(document.body.appendChild(document.createElement('div'))).render(<ReviewApp client={createMephistoClient({ url: '/mephisto/' })} />)
