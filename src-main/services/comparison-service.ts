/** Runs side by side: from ids of runs and studies to groups, and to files. */
import type { StudyLibrary } from '@main/storage/study-library.ts'
import type { Lab } from './lab.ts'

/** What the use cases around comparisons work with. */
export interface ComparisonServiceOptions {
  readonly home: string
  readonly studies: StudyLibrary
}

/** The use cases around comparisons. */
export function comparisonService(_options: ComparisonServiceOptions): Lab['comparisons'] {
  const pending = () => Promise.reject(new Error('The comparison module is not there yet.'))
  return { groups: pending, render: pending }
}
