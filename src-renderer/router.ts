/** The views and their addresses. Addresses live behind the hash, so that a reload of lab://app/ comes back to them. */
import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import HomeView from './views/home/HomeView.vue'

/** The router of the window; every view but the first is loaded when it is first shown. */
export function createLabRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'home', component: HomeView },
      { path: '/data/:datasetId?', name: 'data', component: () => import('./views/data/DataView.vue') },
      {
        path: '/checkpoints/:checkpointId?',
        name: 'checkpoints',
        component: () => import('./views/checkpoints/CheckpointsView.vue'),
      },
      {
        path: '/new-study',
        name: 'new-study',
        component: () => import('./views/new-study/NewStudyView.vue'),
      },
      { path: '/runs/:runId?', name: 'runs', component: () => import('./views/runs/RunsView.vue') },
      { path: '/compare', name: 'compare', component: () => import('./views/compare/CompareView.vue') },
      { path: '/settings', name: 'settings', component: () => import('./views/settings/SettingsView.vue') },
      { path: '/help/:page?', name: 'help', component: () => import('./views/help/HelpView.vue') },
      { path: '/:anything(.*)*', redirect: '/' },
    ],
  })
}
