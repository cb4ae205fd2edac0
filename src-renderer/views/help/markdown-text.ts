/** Markdown as elements of the page: no HTML is made from text, so nothing in a document can act. */
import { marked, type Token, type Tokens } from 'marked'
import { defineComponent, h, type PropType, type VNode } from 'vue'
import { RouterLink } from 'vue-router'

/** What a document may point at. */
export interface MarkdownPlaces {
  /** Addresses within the app by file name; other links are shown as text. */
  readonly pages: ReadonlyMap<string, string>
  /** Addresses of pictures by file name. */
  readonly pictures: Readonly<Record<string, string>>
}

/** Shows a document. Headings get their text as an anchor. */
export default defineComponent({
  name: 'MarkdownText',
  props: {
    text: { type: String, required: true },
    places: { type: Object as PropType<MarkdownPlaces>, required: true },
  },
  setup: (props) => () =>
    h(
      'div',
      { class: 'prose' },
      marked.lexer(props.text).map((token) => block(token, props.places)),
    ),
})

function block(token: Token, places: MarkdownPlaces): VNode | string {
  switch (token.type) {
    case 'heading':
      return h(
        `h${token['depth'] as number}`,
        { id: anchorOf(token as Tokens.Heading) },
        inlines(token, places),
      )
    case 'paragraph':
      return h('p', inlines(token, places))
    case 'text':
      return h('span', inlines(token, places))
    case 'list': {
      const { ordered, items } = token as Tokens.List
      return h(
        ordered ? 'ol' : 'ul',
        items.map((item) =>
          h(
            'li',
            item.tokens.map((inner) => block(inner, places)),
          ),
        ),
      )
    }
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', (token as Tokens.Code).text))
    case 'table':
      return table(token as Tokens.Table, places)
    case 'hr':
      return h('hr')
    case 'space':
    // Comments and tags of a document.
    case 'html':
      return ''
    default:
      return h('p', token.raw)
  }
}

function table({ header, rows }: Tokens.Table, places: MarkdownPlaces): VNode {
  return h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' }, [
    h('table', { class: 'table' }, [
      h(
        'thead',
        h(
          'tr',
          header.map((cell) => h('th', { scope: 'col' }, inlines(cell, places))),
        ),
      ),
      h(
        'tbody',
        rows.map((row) =>
          h(
            'tr',
            row.map((cell) => h('td', inlines(cell, places))),
          ),
        ),
      ),
    ]),
  ])
}

function inlines(parent: { readonly tokens?: Token[] }, places: MarkdownPlaces): (VNode | string)[] {
  return (parent.tokens ?? []).map((token) => inline(token, places))
}

function inline(token: Token, places: MarkdownPlaces): VNode | string {
  switch (token.type) {
    case 'strong':
      return h('strong', inlines(token, places))
    case 'em':
      return h('em', inlines(token, places))
    case 'codespan':
      return h('code', (token as Tokens.Codespan).text)
    case 'link':
      return link(token as Tokens.Link, places)
    case 'image': {
      const { href, text } = token as Tokens.Image
      const source = places.pictures[href.split('/').at(-1)!]
      return source === undefined ? text : h('img', { src: source, alt: text })
    }
    default:
      return token.type === 'text' || token.type === 'escape' ? (token as Tokens.Text).text : token.raw
  }
}

function link(token: Tokens.Link, places: MarkdownPlaces): VNode {
  const [file = '', anchor] = token.href.split('#')
  const page = places.pages.get(file.split('/').at(-1)!)
  const content = inlines(token, places)
  if (page === undefined) return h('span', { title: token.href }, content)
  return h(
    RouterLink,
    { to: { path: page, ...(anchor === undefined ? {} : { hash: `#${anchor}` }) } },
    () => content,
  )
}

/** As GitHub makes anchors: small letters, digits and hyphens. */
function anchorOf({ text }: Tokens.Heading): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
}
