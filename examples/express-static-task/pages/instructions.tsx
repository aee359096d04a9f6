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
      <p>Keys: <kbd className="mephisto-key">1</kbd> <kbd className="mephisto-key">2</kbd> <kbd className="mephisto-key">3</kbd> choose, <kbd className="mephisto-key">Ctrl</kbd> + <kbd className="mephisto-key">Enter</kbd> submits, <kbd className="mephisto-key">?</kbd> opens this.</p>
    </>
  )
}
