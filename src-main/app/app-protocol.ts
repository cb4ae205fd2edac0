/** Serves the renderer under `lab://app`, with the security policy on every answer. */
import { readFile } from 'node:fs/promises'
import { protocol, type Session } from 'electron/main'
import { isAppUrl } from '@main/ipc/sender-guard.ts'
import { appFileOf } from './app-files.ts'
import { appScheme, contentSecurityPolicy, developmentSecurityPolicy } from './security-policy.ts'

/** Makes `lab:` a scheme like https. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

/** Where pages come from: the folder of the built renderer, or Vite's server while developing. */
export type PageSource =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'development-server'; readonly origin: string }

/**
 * Answers requests to `lab://app`.
 *
 * @param session session of the windows
 * @param source where the pages come from; a folder may lie inside an asar archive
 */
export function servePages(session: Session, source: PageSource): void {
  session.protocol.handle(appScheme, (request) => {
    if (!isAppUrl(request.url) || request.method !== 'GET') return notFound()
    return source.kind === 'folder'
      ? pageFromFolder(source.path, request.url)
      : pageFromServer(source.origin, request.url)
  })
}

async function pageFromFolder(root: string, url: string): Promise<Response> {
  const file = appFileOf(root, url)
  if (file === null) return notFound()
  try {
    return new Response(await readFile(file.path), {
      headers: {
        'content-type': file.contentType,
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      },
    })
  } catch {
    return notFound()
  }
}

/** Pages keep their origin while developing, so that the same rules hold; only Vite's reloading needs its own line. */
async function pageFromServer(origin: string, url: string): Promise<Response> {
  const { pathname, search } = new URL(url)
  const answer = await fetch(`${origin}${pathname}${search}`)
  return new Response(await answer.arrayBuffer(), {
    status: answer.status,
    headers: {
      'content-type': answer.headers.get('content-type') ?? 'text/plain',
      'content-security-policy': developmentSecurityPolicy(origin),
    },
  })
}

const notFound = (): Response =>
  new Response('There is no such page.', {
    status: 404,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    },
  })
