/** The list of files below a control, in the page's own type and colours. */
export const FILE_LIST_CSS = `
:host { display: block; margin-block: 6px; font: inherit; color: inherit; }
:host([hidden]) { display: none; }
ul { display: flex; flex-direction: column; gap: 4px; margin: 0; padding: 0; list-style: none; }
li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 6px; padding: 4px 4px 4px 10px; }
.name { flex: 1 1 10em; min-width: 0; overflow-wrap: anywhere; }
.size { opacity: 0.75; font-variant-numeric: tabular-nums; }
.problem { flex: 1 1 100%; order: 3; color: #b3261e; color: light-dark(#b3261e, #ffb4ab); }
progress { width: 8em; }
button { min-height: 32px; border: 1px solid currentColor; border-radius: 6px; background: none; padding: 2px 10px; color: inherit; font: inherit; cursor: pointer; }
button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.status { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`
