/** Applies the rules of `security-policy.ts` to a session and to every window that is ever opened. */
import type { App, Session } from 'electron/main'
import { isAllowedNavigation, isAllowedPermission, isAllowedRequest } from './security-policy.ts'

/**
 * Closes a session to the outside: no network, no permissions, no downloads.
 *
 * @param session session of the windows
 * @param developmentOrigin of Vite's server, which may be reached; null in a built app
 */
export function secureSession(session: Session, developmentOrigin: string | null): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(isAllowedPermission(permission)),
  )
  session.setPermissionCheckHandler((_contents, permission) => isAllowedPermission(permission))
  session.setDevicePermissionHandler(() => false)
  for (const choice of ['select-hid-device', 'select-serial-port', 'select-usb-device'] as const)
    session.on(choice as 'select-hid-device', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !isAllowedRequest(url, developmentOrigin) }),
  )
  session.on('will-download', (event) => event.preventDefault())
}

/**
 * Keeps every page, present and future, inside the app: no navigation away, no new windows, no embedded pages.
 *
 * @param app Electron's app
 */
export function secureAllContents(app: App): void {
  app.on('web-contents-created', (_created, contents) => {
    const stayInside = (event: { preventDefault(): void }, url: string): void => {
      if (!isAllowedNavigation(url)) event.preventDefault()
    }
    contents.on('will-navigate', stayInside)
    contents.on('will-redirect', stayInside)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.on('select-bluetooth-device', (event, _devices, choose) => {
      event.preventDefault()
      choose('')
    })
    // Requests are blocked by address; a peer connection has none, and would go out by UDP.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}
