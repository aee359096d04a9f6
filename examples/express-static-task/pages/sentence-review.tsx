import { defineReview } from 'mephisto-sdk/react/review'
import { sentenceKind } from '../task.js'

/** How the lab's reviewers see one answer; `input` and `answer` have the types of the blueprint. */
export const sentenceReview = defineReview(sentenceKind, ({ input, answer }) => (
  <figure className="sentence-review">
    <blockquote className="sentence-review-text">{input.sentence}</blockquote>
    <figcaption className="sentence-review-source">{input.president}, {input.year}</figcaption>
    <p className={`sentence-review-kind sentence-review-${answer.kind}`}>
      <span className="sentence-review-label">Answer</span> {answer.kind}
    </p>
    {answer.comment !== undefined && answer.comment !== '' && (
      <p className="sentence-review-comment"><span className="sentence-review-label">Comment</span> {answer.comment}</p>
    )}
  </figure>
))
