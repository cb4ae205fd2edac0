/** What a window may load, where it may go and what it may ask for; pure rules, applied in `secure-session.ts`. */
import { isAppUrl } from '@main/ipc/sender-guard.ts'

/** Scheme of the app's own pages; `lab://app` is their origin. */
export const appScheme = 'lab'

/**
 * Content security policy of every page. ECharts sets inline styles in its tooltips, hence `unsafe-inline` for styles
 * alone; scripts come from the app's own files and are never evaluated from text.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

/**
 * The policy while developing: Vite's client may also be told about changed files.
 *
 * @param origin of Vite's server, such as `http://localhost:5173`
 */
export function developmentSecurityPolicy(origin: string): string {
  return contentSecurityPolicy.replace("connect-src 'self'", `connect-src 'self' ${webSocketOrigin(origin)}`)
}

const webSocketOrigin = (origin: string): string => origin.replace(/^http/, 'ws')

/**
 * Whether a request may leave the window: the app's own files, data it made itself, and the developer tools.
 *
 * @param url address of the request
 * @param developmentOrigin of Vite's server; null in a built app
 */
export function isAllowedRequest(url: string, developmentOrigin: string | null = null): boolean {
  if (developmentOrigin !== null && url.startsWith(`${webSocketOrigin(developmentOrigin)}/`)) return true
  return isAppUrl(url) || /^(devtools|data|blob):/.test(url)
}

/**
 * Whether a window may navigate there: within the app only.
 *
 * @param url address of the navigation
 */
export function isAllowedNavigation(url: string): boolean {
  return isAppUrl(url)
}

/**
 * Whether a page may use a browser permission: writing to the clipboard for “Copy”, nothing else.
 *
 * @param permission Electron's name of the permission
 */
export function isAllowedPermission(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}
