import { parse, type DefaultTreeAdapterTypes } from 'parse5'
import { MephistoError } from '../../errors.js'
import type { PageSource } from './page-source.js'

/** An element as the parser found it. */
export type HtmlElement = DefaultTreeAdapterTypes.Element
type HtmlNode = DefaultTreeAdapterTypes.Node

/** An author's page, parsed as a browser parses it. */
export interface HtmlDocument {
  readonly text: string
  /** The elements in the order of the page. */
  readonly elements: readonly HtmlElement[]
  /** These, and behind them those in templates, of which a script may make others. */
  readonly all: readonly HtmlElement[]
  /** The error for something in this page: names the file and the line. */
  refuse(why: string, element?: HtmlElement): MephistoError
}

/** Which page of which blueprint, for messages. */
export interface PageName {
  readonly type: string
  readonly page: 'page' | 'preview' | 'onboarding'
}

/** Parses a page. @throws MephistoError `invalid_options` for text that is no HTML */
export function parsePage(source: PageSource, { type, page }: PageName): HtmlDocument {
  const path = typeof source === 'string' ? null : source.path
  const refuse = (why: string, element?: HtmlElement): MephistoError => {
    const line = element?.sourceCodeLocation?.startLine
    const place = [path, line === undefined ? null : `line ${String(line)}`].filter(part => part !== null).join(' ')
    return new MephistoError('invalid_options', `htmlBlueprint("${type}"): ${page}${place === '' ? '' : ` (${place})`}: ${why}.`)
  }
  const text = (typeof source === 'string' ? source : source.html).replace(/\r\n?/g, '\n')
  if (!text.includes('<')) throw refuse(`"${text.slice(0, 60)}" is no HTML; give the text of the page, or file('page.html')`)
  const elements = [...elementsIn(parse(text, { sourceCodeLocationInfo: true }))]
  return { text, elements, all: [...elements, ...elements.flatMap(element => [...templatedIn(element)])], refuse }
}

function* elementsIn(node: HtmlNode): Generator<HtmlElement> {
  if ('tagName' in node) yield node
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsIn(child)
}

function* templatedIn(element: HtmlElement): Generator<HtmlElement> {
  if (!('content' in element)) return
  for (const inner of elementsIn((element as DefaultTreeAdapterTypes.Template).content)) {
    yield inner
    yield* templatedIn(inner)
  }
}

/** The value of an attribute; undefined when the element does not have it. */
export function attribute(element: HtmlElement, name: string): string | undefined {
  return element.attrs.find(one => one.name === name && one.prefix === undefined)?.value
}

/** An attribute's name as it is written, such as `xlink:href`. */
export function fullName({ prefix, name }: HtmlElement['attrs'][number]): string {
  return prefix === undefined || prefix === '' ? name : `${prefix}:${name}`
}

/** The texts directly in an element. */
export function ownTexts(element: HtmlElement): string[] {
  return element.childNodes.flatMap(child => (child.nodeName === '#text' && 'value' in child ? [child.value] : []))
}

/** All text of an element. */
export function textOf(element: HtmlElement): string {
  return element.childNodes.map(child => ('tagName' in child ? textOf(child) : 'value' in child ? child.value : '')).join('')
}

/** The elements that an element is in, from the inside out. */
export function outerElements({ parentNode }: HtmlElement): HtmlElement[] {
  return parentNode !== null && 'tagName' in parentNode ? [parentNode, ...outerElements(parentNode)] : []
}

/** True when `element` is inside of `outer`. */
export function isInside(element: HtmlElement, outer: HtmlElement): boolean {
  return outerElements(element).includes(outer)
}

/** How an element is called in messages: `<input type="file" name="photo">`. */
export function describe(element: HtmlElement): string {
  const told = ['type', 'name', 'value', 'id'].flatMap(name => {
    const value = attribute(element, name)
    return value === undefined ? [] : [` ${name}="${value}"`]
  })
  return `<${element.tagName}${told.join('')}>`
}
