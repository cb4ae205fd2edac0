/** Completion of the installed command line in bash and zsh, written from its own table of commands. */
import type { CommandEntry, OptionEntry } from '@main/cli/command-table.ts'

/** Name of the command on the PATH. */
const program = 'addrop-lab'

/**
 * The script for bash, loaded by bash-completion when the command is first completed.
 *
 * @param table every command
 */
export function bashCompletion(table: readonly CommandEntry[]): string {
  return `# Completion of ${program} for bash. Written by "npm run package" from the table of commands.
_addrop_lab() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} key='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$key/$word" in
      ${table
        .filter(({ words }) => words.length > 0)
        .map(({ words }) => quoted(`/${words.join('/')}`))
        .join(' | ')}) key="$key/$word" ;;
    esac
  done
  COMPREPLY=()
  case "$key $previous" in
${valueCases(table, (choices) => `COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$current"))`, 'compopt -o default')}
  esac
  case "$key" in
${table.map((entry) => `    ${quoted(keyOf(entry))}) word=${quoted(wordsOf(entry).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$word" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 || $current == -* ]] || compopt -o default
}
complete -F _addrop_lab ${program}
`
}

/**
 * The script for zsh, a function that lies in its `fpath`.
 *
 * @param table every command
 */
export function zshCompletion(table: readonly CommandEntry[]): string {
  return `#compdef ${program}
# Completion of ${program} for zsh. Written by "npm run package" from the table of commands.
local key='' word
local -a names options
for word in "\${(@)words[2,CURRENT-1]}"; do
  case "$key/$word" in
    ${table
      .filter(({ words }) => words.length > 0)
      .map(({ words }) => `(${quoted(`/${words.join('/')}`)})`)
      .join('|')
      .replaceAll(')|(', '|')}
      key="$key/$word" ;;
  esac
done
case "$key \${words[CURRENT-1]}" in
${valueCases(table, (choices) => `compadd -- ${choices.map(quoted).join(' ')}`, '_files')}
esac
case "$key" in
${table.map(zshCase).join('\n')}
esac
(( \${#names} )) && _describe -t commands command names
[[ $PREFIX == -* ]] && _describe -o -t options option options
(( \${#names} )) || [[ $PREFIX == -* ]] || _files
`
}

function zshCase(entry: CommandEntry): string {
  const described = (name: string, text: string) => quoted(`${name.replaceAll(':', '\\:')}:${text}`)
  const names = [
    ...entry.commands.map(({ name, description }) => described(name, description)),
    ...entry.choices.map((choice) => described(choice, '')),
  ]
  const options = entry.options.flatMap(({ names: all, description }) =>
    all.map((name) => described(name, description)),
  )
  return `  ${quoted(keyOf(entry))})
    names=(${names.join(' ')})
    options=(${options.join(' ')}) ;;`
}

/** One line for each option that takes a value, which is completed by its choices or as a file. */
function valueCases(
  table: readonly CommandEntry[],
  fromChoices: (choices: readonly string[]) => string,
  asFile: string,
): string {
  const line = (entry: CommandEntry, { names, choices }: OptionEntry) => {
    const patterns = names.map((name) => quoted(`${keyOf(entry)} ${name}`)).join(' | ')
    return `    ${patterns}) ${choices.length > 0 ? fromChoices(choices) : asFile}; return ;;`
  }
  return table
    .flatMap((entry) =>
      entry.options.filter(({ takesValue }) => takesValue).map((option) => line(entry, option)),
    )
    .join('\n')
}

const keyOf = ({ words }: CommandEntry): string => words.map((word) => `/${word}`).join('')

function wordsOf({ commands, choices, options }: CommandEntry): string[] {
  return [...commands.map(({ name }) => name), ...choices, ...options.flatMap(({ names }) => names)]
}

/** In single quotes, as both shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
