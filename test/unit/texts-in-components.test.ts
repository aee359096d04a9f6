import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

// Whoever shows the screens in another language gives them other texts: no component has any of its own.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FILES = ['react/review', 'react/console'].flatMap(folder => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(path => `${folder}/${path.replaceAll('\\', '/')}`))
  .filter(path => /\.tsx?$/.test(path) && !path.startsWith('react/review/texts/'))

/** What people read of an element beside what is in it. */
const SPOKEN = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'name', 'hint', 'meaning', 'heading', 'missing'])
/** Names that are the same in every language: formats, and what stands on keys. */
const NAMES = new Set(['CSV', 'JSONL', 'Esc'])
/** Words that no person reads: names of keys in events, and what is said where the server has said nothing, to hosts with screens of their own (screens say `places.unsaid`). */
const UNREAD = new Set(['Enter', 'Escape', 'ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft', 'Ctrl', 'Home', 'End', 'PageUp', 'PageDown', 'Page ↑', 'Page ↓', 'You are not logged in.', 'Reviewing needs the role reviewer.', 'The server cannot be reached right now.'])

const isWords = (text: string): boolean => /\p{L}/u.test(text) && !NAMES.has(text.trim())

/** The texts that an expression may come to. */
function shownBy(node: ts.Node): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.flatMap(({ expression, literal }) => [...shownBy(expression), literal.text])]
  if (ts.isConditionalExpression(node)) return [...shownBy(node.whenTrue), ...shownBy(node.whenFalse)]
  if (ts.isParenthesizedExpression(node)) return shownBy(node.expression)
  if (ts.isBinaryExpression(node)) return node.operatorToken.kind === ts.SyntaxKind.PlusToken ? [...shownBy(node.left), ...shownBy(node.right)] : isChoice(node) ? [...shownBy(node.left), ...shownBy(node.right)] : []
  return []
}

function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken
}

/** The texts that a source shows people by itself. */
function textsOf(path: string, source: string): readonly string[] {
  const found: string[] = []
  const add = (node: ts.Node, text: string): void => { found.push(`${path}:${String(file.getLineAndCharacterOfPosition(node.getStart()).line + 1)} ${text.trim()}`) }
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && isWords(node.text) && !isKey(node.parent)) add(node, node.text)
    const inside = ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) ? node.expression : ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) ? valueOf(node) : undefined
    if (inside) for (const text of shownBy(inside)) if (isWords(text)) add(node, text)
    if (isSentence(node)) add(node, node.getText())
    ts.forEachChild(node, visit)
  }
  visit(file)
  return [...new Set(found)]
}

function valueOf({ initializer }: ts.JsxAttribute): ts.Node | undefined {
  return initializer && ts.isJsxExpression(initializer) ? initializer.expression : initializer
}

/** What stands on a key is the same everywhere. */
function isKey(node: ts.Node): boolean {
  return ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'kbd'
}

/** A text that begins as a sentence or a name does, wherever it stands: tables of words are such. */
function isSentence(node: ts.Node): node is ts.StringLiteralLike | ts.TemplateHead {
  return (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) && !ts.isImportDeclaration(node.parent) && /^\p{Lu}\p{Ll}/u.test(node.text) && !UNREAD.has(node.text)
}

describe('components of the review screens and the console', () => {
  test('are looked through', () => {
    expect(FILES.length).toBeGreaterThan(100)
    expect(textsOf('a.tsx', 'const A = () => <p title="Hint">Hello {isOld ? "old" : `new ${x} ones`}{a && "three"}<kbd>Ctrl</kbd>×–</p>; const names = { all: "All" }')).toEqual(['a.tsx:1 Hint', 'a.tsx:1 "Hint"', 'a.tsx:1 Hello', 'a.tsx:1 old', 'a.tsx:1 new', 'a.tsx:1 ones', 'a.tsx:1 three', 'a.tsx:1 "All"'])
  })

  test.each(FILES)('%s has no text of its own', path => {
    expect(textsOf(path, readFileSync(join(ROOT, path), 'utf8'))).toEqual([])
  })
})
