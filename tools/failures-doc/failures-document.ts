/** docs/failures.md: every failure code with meaning, causes and step. */
import { failureCodes } from '@shared/failures/failure.ts'
import { failureMeanings } from '@shared/failures/failure-meanings.ts'

const introduction = `<!-- Written by "npm run docs:failures" from src-shared/failures/failure-meanings.ts. Change it there. -->

# Failures

Every expected failure has a code. The message says what was found; the line below it says what to do. This page says what each code means in general. In the app, “What is …?” below a failure says the same; with --json the command line returns the code as error.code.`

/** The whole document. */
export function failuresDocument(): string {
  const sections = failureCodes.map((code) => {
    const { meaning, causes, step } = failureMeanings[code]
    return [
      `## ${code}`,
      meaning,
      'Usual causes:',
      causes.map((cause) => `- ${cause}`).join('\n'),
      `What helps: ${step}`,
    ].join('\n\n')
  })
  return `${[introduction, ...sections].join('\n\n')}\n`
}
