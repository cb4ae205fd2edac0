/** Serves the built renderer under `lab://app`, with the security policy on every answer. */
import { readFile } from 'node:fs/promises'
import { protocol, type Session } from 'electron/main'
import { isAppUrl } from '@main/ipc/sender-guard.ts'
import { appFileOf } from './app-files.ts'
import { appScheme, contentSecurityPolicy } from './security-policy.ts'

/** Makes `lab:` a scheme like https. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

/**
 * Answers requests to `lab://app` from a folder.
 *
 * @param session session of the windows
 * @param root absolute path of the built renderer; may lie inside an asar archive
 */
export function serveAppFiles(session: Session, root: string): void {
  session.protocol.handle(appScheme, async (request) => {
    const file = isAppUrl(request.url) ? appFileOf(root, request.url) : null
    if (file === null || request.method !== 'GET') return plainAnswer(404, 'There is no such page.')
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
      return plainAnswer(404, 'There is no such file.')
    }
  })
}

const plainAnswer = (status: number, text: string): Response =>
  new Response(text, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    },
  })
