import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { currentMember } from '../lib/current-member'
import { leave } from './login/actions'
import 'mephisto-sdk/react/task.css'
import 'mephisto-sdk/react/review.css'
import './shed.css'

export const metadata: Metadata = { title: 'The Shed', description: 'Things to borrow', icons: 'data:,' }

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const member = await currentMember()
  return (
    <html lang="en">
      <body>
        <header className="shed-head">
          <Link className="shed-name" href="/">The Shed</Link>
          <nav aria-label="The Shed">
            {member !== null && <a href="/start">Sort things</a>}
            {member?.isKeeper === true && <Link href="/review">Review</Link>}
            {member === null
              ? <Link href="/login">Sign in</Link>
              : <form action={leave}><button className="shed-quiet">Sign out {member.name}</button></form>}
          </nav>
        </header>
        {children}
      </body>
    </html>
  )
}
