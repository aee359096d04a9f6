import { createRoot } from 'react-dom/client'
import { SchemaTask } from '../../react/form/index.js'
import { everyField } from '../every-field.js'

// A page without any code of its own.
createRoot(document.body.appendChild(document.createElement('div'))).render(<SchemaTask blueprint={everyField} title="Read a text" instructions="Read it to the end." />)
