/** The app inside the stand-in Electron: starts the app whose folder is on the command line, as Electron itself would. */
/* eslint-disable @typescript-eslint/no-require-imports -- Electron 25 starts CommonJS only */
'use strict'
const { readFileSync } = require('node:fs')
const { join, resolve } = require('node:path')
const { app } = require('electron')

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (folder === undefined) {
  process.stderr.write('Name the folder of the app to start.\n')
  process.exit(2)
}
const appFolder = resolve(folder)
const { main, name, productName, version } = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8'))
app.setAppPath(appFolder)
app.setName(productName ?? name)
app.setVersion(version)
app.setPath('userData', join(app.getPath('appData'), app.getName()))
require(join(appFolder, main))
