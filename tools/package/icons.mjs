/** The app's icon in the sizes that desktops ask for, all from one drawing. */
import { Resvg } from '@resvg/resvg-js'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Edge lengths in pixels. */
export const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512]

/**
 * Draws the icon.
 *
 * @param {string} svgFile
 * @param {string} hicolor folder of the icon theme
 * @param {string} name of the icon
 */
export function writeIcons(svgFile, hicolor, name) {
  const svg = readFileSync(svgFile)
  for (const size of iconSizes)
    write(join(hicolor, `${size}x${size}`, 'apps', `${name}.png`), drawn(svg, size))
  write(join(hicolor, 'scalable', 'apps', `${name}.svg`), svg)
}

/**
 * @param {Buffer} svg
 * @param {number} size
 * @returns {Buffer} PNG
 */
function drawn(svg, size) {
  return new Resvg(svg, { fitTo: { mode: 'width', value: size }, font: { loadSystemFonts: false } })
    .render()
    .asPng()
}

/**
 * @param {string} path
 * @param {Buffer} content
 */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
