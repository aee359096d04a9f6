import { HELD_ATTRIBUTE } from '../protocol/html-page.js'
import { isHarmlessUrl, isMediaAttribute, URL_ATTRIBUTES } from '../protocol/page-addresses.js'
import { filledText, placeholdersIn, UNFILLED_ELEMENTS } from '../protocol/placeholders.js'

const XLINK = 'http://www.w3.org/1999/xlink'

/** What stands for a placeholder. */
export type ValueOf = (name: string) => string

/**
 * Fills the placeholders of the page in, as texts and as values of attributes and never as HTML, so that a row can write
 * nothing but words. An address of a row that could do harm is left out.
 */
export function fillPage(valueOf: ValueOf): void {
  for (const part of [document.documentElement, ...templatesIn(document)]) fillPart(part, valueOf)
}

function* templatesIn(root: ParentNode): Generator<DocumentFragment> {
  for (const { content } of root.querySelectorAll('template')) {
    yield content
    yield* templatesIn(content)
  }
}

function fillPart(part: Node, valueOf: ValueOf): void {
  const nodes = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node: Node | null = nodes.currentNode; node !== null; node = nodes.nextNode()) {
    if (node instanceof Element) fillAttributes(node, valueOf)
    else if (node instanceof Text && !UNFILLED_ELEMENTS.has(node.parentElement?.localName ?? '') && node.data.includes('${')) node.data = filledText(node.data, valueOf)
  }
}

function fillAttributes(element: Element, valueOf: ValueOf): void {
  for (const { name: sent, value } of [...element.attributes]) {
    // Handlers are the author's own scripts.
    if (!value.includes('${') || sent.startsWith('on')) continue
    const name = sent.startsWith(HELD_ATTRIBUTE) ? sent.slice(HELD_ATTRIBUTE.length) : sent
    if (name !== sent) element.removeAttribute(sent)
    const filled = filledText(value, valueOf)
    if (placeholdersIn(value).length > 0 && URL_ATTRIBUTES.has(name) && !isHarmlessUrl(filled, isMediaAttribute(element.localName, name))) {
      element.removeAttribute(name)
      // Told where the page's author looks for what went wrong; the worker goes on.
      reportError(new Error(`Mephisto left ${name} of <${element.localName}> out: "${filled.slice(0, 80)}" is no web address.`))
      continue
    }
    if (name === 'xlink:href') element.setAttributeNS(XLINK, name, filled)
    else element.setAttribute(name, filled)
  }
}
