/** The pages of Help: the guide in docs/guide as it was when the app was built, and the list of failure codes. */
import failures from '../../../docs/failures.md?raw'

/** One page. */
export interface HelpPage {
  /** Part of its address, and its file's name. */
  readonly name: string
  readonly title: string
  /** Markdown. */
  readonly text: string
}

const guide: Readonly<Record<string, string>> = import.meta.glob('../../../docs/guide/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Addresses of the guide's pictures by file name. */
export const helpPictures: Readonly<Record<string, string>> = byFileName(
  import.meta.glob('../../../docs/guide/pictures/*.png', { query: '?url', import: 'default', eager: true }),
)

/** The pages in the order in which a newcomer reads them. */
const order = [
  'install',
  'first-comparison',
  'own-data',
  'checkpoints',
  'methods',
  'scores-and-overhead',
  'resuming',
  'gpu',
  'command-line',
  'troubleshooting',
] as const

/** Every page of Help. */
export const helpPages: readonly HelpPage[] = [
  ...order.map((name) => page(name, byFileName(guide)[`${name}.md`]!)),
  page('failures', failures),
]

function page(name: string, text: string): HelpPage {
  return { name, title: /^# (.+)$/m.exec(text)![1]!, text }
}

function byFileName(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path.split('/').at(-1)!, content]),
  )
}
