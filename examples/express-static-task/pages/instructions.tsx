function Key({ children }: { children: string }) {
  return <kbd className="mephisto-key">{children}</kbd>
}

/** What to do, with the keys that make it quick. */
export function Instructions() {
  return (
    <>
      <p>Read the sentence and choose what kind it mostly is.</p>
      <ul>
        <li><strong>Promise</strong>: the speaker says what they or the government will do.</li>
        <li><strong>Fact</strong>: something that could be checked to be true or false.</li>
        <li><strong>Opinion</strong>: a view, a judgement or a wish.</li>
      </ul>
      <p>If it is more than one, choose the one that comes first to your mind, and say so in the comment.</p>
      <p>
        Keys: <Key>1</Key> <Key>2</Key> <Key>3</Key> choose, <Key>Ctrl</Key> + <Key>Enter</Key> submits, <Key>?</Key> opens this.
      </p>
    </>
  )
}
