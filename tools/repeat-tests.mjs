/**
 * Runs whole test suites many times in a row in a bare clone, at the lowest priority, and reports every repetition:
 * `node tools/repeat-tests.mjs --unit 5 --desktop 20`. A second call goes on where the first one ended; `--help` says the rest.
 */
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeClone } from './repeat/bare-clone.mjs'
import { nextRepetition } from './repeat/repetition-plan.mjs'
import { readResults, reportText, writeResults } from './repeat/repetition-results.mjs'
import { repeatOnce } from './repeat/repeat-once.mjs'
import { runProgram, SetUpFailure } from './setup/set-up-failure.mjs'

const help = `Runs test suites many times in a row in a bare clone of this repository.

  --unit N        repetitions of the unit tests (npm run test:unit's suite)
  --desktop N     repetitions of the desktop tests
  --commit REF    what to test; HEAD when left out. Uncommitted changes are not tested
  --folder DIR    where clone, logs and results go; default: a folder of the system's for temporary files
  --at-most N     repetitions in this call; the next call goes on
  --longest MIN   minutes after which a repetition is ended and counts as failed; default 60

The folder gets, by commit: results.json, report.md (the table), one log a repetition, and for each that failed a folder
with its reports, pictures and logs.
`

await runProgram(async () => {
  const { values } = parseArgs({
    options: {
      unit: { type: 'string', default: '0' },
      desktop: { type: 'string', default: '0' },
      commit: { type: 'string', default: 'HEAD' },
      folder: { type: 'string', default: join(tmpdir(), 'addrop-lab-repeat') },
      'at-most': { type: 'string', default: '1000' },
      longest: { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  })
  const wanted = { unit: Number(values.unit), desktop: Number(values.desktop) }
  if (values.help || !(wanted.unit + wanted.desktop > 0)) {
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  if (process.platform !== 'win32') setPriority(process.pid, constants.priority.PRIORITY_LOW)
  const { clone, folder, commit } = await makeClone(values.folder, values.commit)
  for (let done = 0; done < Number(values['at-most']); done += 1) {
    const next = nextRepetition(wanted, readResults(folder))
    if (next === undefined) break
    const result = await repeatOnce({ clone, folder, ...next, longestMinutes: Number(values.longest) })
    writeResults(folder, commit, [...readResults(folder), result])
    process.stdout.write(`${reportText(commit, [result]).split('\n').at(-2) ?? ''}\n`)
  }
  const results = readResults(folder)
  process.stdout.write(`\n${reportText(commit, results)}\nresults: ${folder}\n`)
  if (results.length === 0) throw new SetUpFailure('Nothing was run: raise --at-most.')
  return results.every(({ isPassed }) => isPassed) ? 0 : 1
})
