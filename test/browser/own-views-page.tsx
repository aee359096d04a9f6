import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { defineReview, ReviewApp, type ReviewViewProps } from '../../react/review/index.js'
import { createMephistoClient } from '../../sdk/client/create-mephisto-client.js'
import { odd } from '../odd-blueprint.js'

// A host's own view of answers, which fails in one way or another where an answer asks for it.

function OddView({ answer: { said } }: ReviewViewProps<typeof odd>) {
  const [count, setCount] = useState(0)
  // Of what is erased there is no such text, and this throws.
  const words = said.toUpperCase()
  if (said === 'throws') throw new Error('throws')
  if (said === 'throws on update' && count > 0) throw new Error('throws on update')
  useEffect(() => {
    if (said === 'throws in an effect') throw new Error('throws in an effect')
  }, [said])
  return <p>Own view: {words} <button type="button" onClick={() => { setCount(count + 1) }}>More</button></p>
}

createRoot(document.body.appendChild(document.createElement('div'))).render(<ReviewApp client={createMephistoClient({ url: '/mephisto/' })} views={[defineReview(odd, OddView)]} />)
