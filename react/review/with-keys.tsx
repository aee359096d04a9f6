import { Fragment } from 'react'

/** A text in which braces hold keys, such as `Press {?}`, with the keys drawn as keys. */
export function WithKeys({ text }: { readonly text: string }) {
  return <>{text.split(/\{([^{}]+)\}/).map((part, index) => (index % 2 === 1 ? <kbd key={index}>{part}</kbd> : <Fragment key={index}>{part}</Fragment>))}</>
}
