/** The shells that a completion script is made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
/** See {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number]

/** The hidden command that the scripts ask. */
export const COMPLETE = 'complete'
/** What it answers where the shell should complete names of files. */
export const FILES = ':files'

// The scripts know no command: they ask the one that was typed, so that they never have to be renewed after an upgrade.

const SCRIPTS: Readonly<Record<Shell, string>> = {
  // Bash breaks words at : and =, which addresses have; so the line is handed over, and what it takes for the word.
  bash: `# Completion of mephisto for bash. For each session: source <(mephisto completion bash)
# For good: mephisto completion bash > ~/.local/share/bash-completion/completions/mephisto
_mephisto() {
  local value _description
  COMPREPLY=()
  while IFS=$'\\t' read -r value _description; do
    if [[ $value == '${FILES}' ]]; then
      compopt -o default
    elif [[ -n $value ]]; then
      COMPREPLY+=("$(printf '%q' "$value")")
    fi
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} --line "\${COMP_LINE:0:COMP_POINT}" --word "\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null)
}
complete -F _mephisto mephisto
`,
  zsh: `#compdef mephisto
# Completion of mephisto for zsh. For each session: source <(mephisto completion zsh)
# For good: mephisto completion zsh > a folder of your $fpath/_mephisto
_mephisto() {
  local line
  local -a lines described
  lines=("\${(@f)$("\${words[1]}" ${COMPLETE} -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${lines[1]} == '${FILES}' ]]; then
    _files
    return
  fi
  for line in "\${lines[@]}"; do
    if [[ $line == *$'\\t'* ]]; then
      described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    elif [[ -n $line ]]; then
      described+=("\${line//:/\\\\:}")
    fi
  done
  _describe -V 'mephisto' described
}
if [[ \${funcstack[1]} == _mephisto ]]; then
  _mephisto "$@"
else
  compdef _mephisto mephisto
fi
`,
  fish: `# Completion of mephisto for fish. For each session: mephisto completion fish | source
# For good: mephisto completion fish > ~/.config/fish/completions/mephisto.fish
function __mephisto
  set -l words (commandline -opc)
  set -l lines ($words[1] ${COMPLETE} -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if test "$lines[1]" = '${FILES}'
    __fish_complete_path (commandline -ct)
  else if set -q lines[1]
    printf '%s\\n' $lines
  end
end
complete -c mephisto -f -a '(__mephisto)'
`,
}

/** The script that makes a shell complete the command. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]
}
