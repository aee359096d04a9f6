import { file, htmlBlueprint } from 'mephisto-sdk/html'
import { pageFile } from './places.js'

/** People read what a customer wrote, and say what it is about. What they are asked stands in `review.html`, and nowhere else. */
export const customerReview = htmlBlueprint({
  type: 'customer-review',
  page: file(pageFile('review.html')),
  preview: file(pageFile('preview.html')),
  onboarding: { page: file(pageFile('welcome.html')) },
  server: { validateOnboarding: answer => answer['example'] === 'mixed' },
})
