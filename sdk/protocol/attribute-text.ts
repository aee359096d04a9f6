/** A text as the value of an HTML attribute in double quotes. */
export function attributeText(text: string): string {
  return text.replace(/[&"<>]/g, character => `&#${String(character.charCodeAt(0))};`)
}
