/** Starts the window: chooses the client, provides it to the stores, mounts the app. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { config } from 'zod'
import App from './App.vue'
import { createLabClient, labClientKey, type LabClient } from './bridge/lab-client.ts'
import { createLabRouter } from './router.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'

// The content security policy forbids evaluating strings; zod would otherwise try, and the attempt is reported.
config({ jitless: true })

async function chooseClient(): Promise<LabClient | null> {
  if (import.meta.env.DEV) {
    const scenario = new URLSearchParams(window.location.search).get('fake')
    if (scenario !== null) return (await import('./dev/start-fake-lab.ts')).startFakeLab(scenario)
  }
  return window.lab === undefined ? null : createLabClient(window.lab)
}

const client = await chooseClient()
if (client === null) {
  document.body.textContent = 'AD-DROP Lab runs in its own window: start it with “npm start”.'
} else {
  createApp(App).use(createPinia()).provide(labClientKey, client).use(createLabRouter()).mount('#app')
}
