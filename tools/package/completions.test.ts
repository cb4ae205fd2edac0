import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { commandTable, type CommandEntry } from '@main/cli/command-table.ts'
import { bashCompletion, zshCompletion } from './completions.ts'

const table = commandTable()

/** What bash offers after each of some lines; the last word is the one that is completed. */
function offered(lines: readonly (readonly string[])[]): string[][] {
  const calls = lines.map((words) => {
    const quoted = ['addrop-lab', ...words].map((word) => `'${word}'`).join(' ')
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _addrop_lab 2>/dev/null; echo "\${COMPREPLY[*]}"`
  })
  const script = `${bashCompletion(table)}\n${calls.join('\n')}\n`
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
    .split('\n')
    .slice(0, lines.length)
    .map((line) => line.split(' ').filter((word) => word !== ''))
}

const optionNames = ({ options }: CommandEntry): string[] => options.flatMap(({ names }) => names)

describe('the table of commands', () => {
  it('has the program, its commands and those below them', () => {
    const lines = table.map(({ words }) => words.join(' '))
    expect(lines).toEqual(expect.arrayContaining(['', 'doctor', 'dataset', 'dataset add', 'compare']))
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('has every option that the help of a command shows, and the two that belong to all', () => {
    const add = table.find(({ words }) => words.join(' ') === 'dataset add')!
    expect(optionNames(add)).toEqual(
      expect.arrayContaining([
        '--task',
        '--delimiter',
        '--skip-problem-rows',
        '--help',
        '--json',
        '--events',
      ]),
    )
    for (const entry of table) expect(optionNames(entry)).toEqual(expect.arrayContaining(['--json', '-h']))
  })
})

describe('completion in bash', () => {
  it('offers every command where it may stand', () => {
    const answers = offered(table.map(({ words }) => [...words, '']))
    for (const [index, { words, commands }] of table.entries())
      expect(answers[index], words.join(' ')).toEqual(
        expect.arrayContaining(commands.map(({ name }) => name)),
      )
  })

  it('offers every option of every command, and no other', () => {
    const answers = offered(table.map(({ words }) => [...words, '-']))
    for (const [index, entry] of table.entries())
      expect([...answers[index]!].sort(), entry.words.join(' ')).toEqual([...optionNames(entry)].sort())
  })

  it('offers the choices of every option that has some', () => {
    const asked = table.flatMap(({ words, options }) =>
      options
        .filter(({ choices }) => choices.length > 0)
        .flatMap(({ names, choices }) => names.map((name) => ({ line: [...words, name, ''], choices }))),
    )
    expect(asked.length).toBeGreaterThan(0)
    const answers = offered(asked.map(({ line }) => line))
    for (const [index, { line, choices }] of asked.entries())
      expect(answers[index], line.join(' ')).toEqual(choices)
  })

  it('leaves the value of any other option to the names of files', () => {
    const asked = table.flatMap(({ words, options }) =>
      options
        .filter(({ choices, takesValue }) => takesValue && choices.length === 0)
        .map(({ names }) => [...words, names[0]!, '']),
    )
    expect(offered(asked).flat()).toEqual([])
  })

  it('finds the command behind options and arguments', () => {
    const [answer] = offered([['--json', 'dataset', 'add', 'some/folder', '--name', 'x', '--ta']])
    expect(answer).toEqual(['--task'])
  })
})

describe('completion in zsh', () => {
  const script = zshCompletion(table)

  it('has every command, option and choice', () => {
    for (const { words, commands, options } of table) {
      const key = words.map((word) => `/${word}`).join('')
      const block = script.slice(script.indexOf(`\n  '${key}')\n`)).split(';;')[0]!
      expect(block, key).toContain(`'${key}')`)
      for (const { name } of commands) expect(block, key).toContain(`'${name}:`)
      for (const { names, takesValue, choices } of options) {
        for (const name of names) expect(block, key).toContain(`'${name}:`)
        if (takesValue) expect(script).toContain(`'${key} ${names[0]!}'`)
        for (const choice of choices) expect(script).toContain(`'${choice}'`)
      }
    }
  })

  const hasZsh = spawnSync('zsh', ['--version']).error === undefined
  it.skipIf(!hasZsh)('is accepted by zsh', () => {
    const { status, stderr } = spawnSync('zsh', ['-f', '-n'], { input: script, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
