/**
 * `npm test`: every check there is, one after the other, whatever the earlier ones said; then one closing line.
 * `npm run check` and `npm run test:desktop` name a group to run only that.
 */
import { closingLine, sumCounts } from './check/counts.mjs'
import { needsVirtualDisplay } from './check/desktop-tests.mjs'
import { runners } from './check/runners.mjs'
import { runProgram } from './setup/set-up-failure.mjs'
import { setUp } from './setup/set-up.mjs'
import { seconds } from './setup/step-report.mjs'

const groups = process.argv.slice(2)

/** @param {string} line */
const print = (line) => process.stdout.write(`${line}\n`)

await runProgram(
  async () => {
    const chosen = runners.filter(({ group }) => groups.length === 0 || groups.includes(group))
    const desktop = chosen.some(({ group }) => group === 'desktop')
    await setUp({ window: desktop, virtualDisplay: desktop && needsVirtualDisplay })
    const results = []
    for (const { title, run } of chosen) {
      print(`\n── ${title}`)
      const begin = performance.now()
      const counts = await run()
      results.push({ counts, line: `${title.padEnd(18)} ${closingLine(counts)}, ${seconds(begin)}` })
    }
    print('\n── summary')
    for (const { line } of results) print(line)
    const sum = sumCounts(results.map(({ counts }) => counts))
    print(`\n${closingLine(sum)}`)
    return sum.failed > 0 || sum.passed === 0 ? 1 : 0
  },
  () => print('\n0 passed, 1 failed'),
)
