/** Colour behind the page before its first paint: the renderer's `--bg` token in each theme, so that nothing flashes. */

/**
 * Background of a window.
 *
 * @param isDark whether the dark theme is in force
 * @returns six-digit hexadecimal colour
 */
export function windowBackground(isDark: boolean): string {
  return isDark ? '#131618' : '#f3f2ee'
}
