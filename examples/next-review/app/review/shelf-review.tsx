'use client'
import { createMephistoClient } from 'mephisto-sdk/client'
import { defineReview, ReviewApp } from 'mephisto-sdk/react/review'
import { shelving } from '../../lib/shelving'

const client = createMephistoClient({ url: '/mephisto/' })
const views = [defineReview(shelving, ({ input, answer }) => <p className="shed-answer">{input.name} belongs on the shelf <strong>{answer.shelf}</strong>.</p>)]

/** The review screen, with the app's own view of an answer. */
export const ShelfReview = ({ run }: { readonly run: string }) => <ReviewApp client={client} views={views} run={run} loginHref="/login" />
