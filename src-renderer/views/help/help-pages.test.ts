import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { helpPages, helpPictures } from './help-pages.ts'
import MarkdownText from './markdown-text.ts'

const pages = new Map(helpPages.map(({ name }) => [`${name}.md`, `/help/${name}`]))

async function shown(text: string) {
  const routes = [{ path: '/:rest(.*)*', component: { template: '<i />' } }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push('/')
  return mount(MarkdownText, {
    props: { text, places: { pages, pictures: helpPictures } },
    global: { plugins: [router] },
  })
}

describe('the pages of Help', () => {
  it.each(helpPages)('$title: every link and picture leads somewhere', async ({ text }) => {
    const page = await shown(text)
    expect(page.findAll('span[title]').map((link) => link.attributes('title'))).toEqual([])
    expect(page.findAll('a').map((link) => link.attributes('href'))).not.toContain('')
    const pictures = [...text.matchAll(/!\[/g)].length
    expect(page.findAll('img').filter((picture) => picture.attributes('alt') !== '')).toHaveLength(pictures)
    expect(page.find('h1').text()).not.toBe('')
  })

  it('show no mark of Markdown that was not understood', async () => {
    for (const { text } of helpPages) {
      const words = (await shown(text)).findAll('p, li, td').map((element) => element.text())
      // Code may hold such signs; there is none of it in the guide.
      for (const word of words) expect(word).not.toMatch(/\*\*|\]\(|^#/)
    }
  })
})

describe('a document', () => {
  it('makes headings, lists, tables and code, and nothing of HTML', async () => {
    const page = await shown(
      '# A\n\n## The `x` of b!\n\n1. **one**\n2. *two*\n\n| a | b |\n| - | - |\n| `1` | 2 |\n\n```sh\nlab <run>\n```\n\n<script>alert(1)</script>\n\n<b onclick="x">c</b>\n',
    )
    expect(page.find('h2').attributes('id')).toBe('the-x-of-b')
    expect(page.findAll('ol li').map((item) => item.text())).toEqual(['one', 'two'])
    expect(page.find('td code').text()).toBe('1')
    expect(page.find('pre').text()).toBe('lab <run>')
    expect(page.find('script, b').exists()).toBe(false)
  })

  it('leads to pages with their anchors; what lies elsewhere is text', async () => {
    const page = await shown('[there](../failures.md#disk-full) and [elsewhere](https://example.org)')
    expect(page.find('a').attributes('href')).toBe('/help/failures#disk-full')
    expect(page.findAll('a')).toHaveLength(1)
    expect(page.text()).toBe('there and elsewhere')
  })
})
