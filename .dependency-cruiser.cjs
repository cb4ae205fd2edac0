/** Import directions: what each folder may read. Everything not listed in `allowed` pairs below is an error. */
const folder = (path) => `^${path}/`
/** Folder → the folders it may import besides itself and npm packages. */
const allowed = {
  'src-main/testing': [],
  'src-main/platform': ['src-shared'],
  'src-main/metrics': ['src-shared'],
  'src-main/ml': ['src-shared'],
  'src-main/text': ['src-shared'],
  'src-main/datasets': ['src-shared', 'src-main/platform'],
  // The names and shapes of a model's weights are the model's own; nothing else of ml is needed to read them. One reader
  // decides what a checkpoint's tokenizer is.
  'src-main/checkpoints': [
    'src-shared',
    'src-main/(platform|text)',
    'src-main/ml/(models/(model-|weight-spec|families/)|heads/head-table)',
  ],
  // Could be published as it stands.
  'src-main/tracer': [],
  'src-main/training-graph': ['src-shared', 'src-main/(ml|tracer)', 'src-main/tensor-backend/load-backend'],
  'src-main/tensor-backend': ['src-shared', 'src-main/(platform|ml|tracer)'],
  'src-main/storage': ['src-shared', 'src-main/platform'],
  'src-main/comparison': ['src-shared'],
  'src-main/engine-client': ['src-shared', 'src-main/platform', 'src-main/storage'],
  'src-main/engine': [
    'src-shared',
    'src-main/(platform|metrics|ml|text|datasets|checkpoints|tensor-backend|tracer|training-graph|storage|engine-client|parity)',
  ],
  'src-main/parity': [
    'src-shared',
    'src-main/(platform|metrics|ml|text|datasets|checkpoints|tensor-backend|tracer|training-graph)',
  ],
  'src-main/services': [
    'src-shared',
    'src-main/(platform|text|datasets|checkpoints|storage|comparison|engine-client)',
  ],
  'src-main/ipc': ['src-shared', 'src-main/(services|platform)'],
  'src-main/preload': ['src-shared/contracts/channel-names.ts'],
  'src-main/app': ['src-shared', 'src-main/(services|ipc|platform|storage|engine-client|parity)'],
  'src-main/cli': ['src-shared', 'src-main/'],
  'src-renderer/bridge': ['src-shared'],
  'src-renderer/charts': ['src-shared', 'src-renderer/format'],
  'src-renderer/format': ['src-shared'],
  'src-renderer/composables': ['src-shared'],
  'src-renderer/components': ['src-shared', 'src-renderer/(charts|format|composables)'],
  'src-renderer/stores': ['src-shared', 'src-renderer/(bridge|format)'],
  'src-renderer/views': ['src-shared', 'src-renderer/(stores|components|charts|composables|format)'],
  'src-shared': [],
}
const directionRules = Object.entries(allowed).map(([from, to]) => ({
  name: `${from} imports only what it may`,
  severity: 'error',
  // Tests of the window's parts run on the fake client of the bridge.
  from: { path: folder(from), pathNot: '^src-renderer/.*\\.test\\.ts$' },
  to: {
    path: '^(src-main|src-renderer|src-shared|e2e|tools)/',
    // What only tests read; a rule of its own says so.
    pathNot: [folder(from), '^src-main/testing/', ...to.map((path) => `^${path}`)],
  },
}))

module.exports = {
  forbidden: [
    ...directionRules,
    {
      name: 'only tests read src-main/testing',
      severity: 'error',
      from: { path: '^src-', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '^src-main/testing/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.d\\.ts|\\.test\\.ts|env\\.d\\.ts)$' },
      to: {},
    },
    {
      name: 'a view never imports another view',
      severity: 'error',
      from: { path: '^src-renderer/views/([^/]+)/' },
      to: { path: '^src-renderer/views/', pathNot: '^src-renderer/views/$1/' },
    },
    {
      name: 'renderer and main never import each other',
      severity: 'error',
      from: { path: '^src-(main|renderer)/' },
      to: { path: '^src-(main|renderer)/', pathNot: '^src-$1/' },
    },
    {
      name: 'numerical code reads no file, clock or window',
      severity: 'error',
      from: { path: '^src-main/(ml|metrics|text)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'numerical code never touches Electron or a concrete backend',
      severity: 'error',
      from: { path: '^src-main/(ml|metrics|text)/' },
      to: { path: 'node_modules/(electron|@tensorflow/tfjs-(node|backend-wasm))' },
    },
    {
      name: 'only tensor-backend loads engines',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/tensor-backend/' },
      to: { path: '@tensorflow/tfjs-(node|backend-wasm)' },
    },
    {
      name: 'the tracer needs tfjs and protobufjs alone',
      severity: 'error',
      from: { path: '^src-main/tracer/', pathNot: '\\.test\\.ts$' },
      to: {
        dependencyTypesNot: ['core', 'local'],
        path: '.',
        pathNot: '(^|/)(src-main/tracer|node_modules/(@tensorflow/tfjs|protobufjs))/',
      },
    },
    {
      name: 'only the bridge uses the contract channel',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: '^src-renderer/(bridge|main\\.ts)' },
      to: { path: '^src-shared/contracts/channel-names' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^out/|\\.vue\\?)' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.vue', '.mjs', '.js', '.cjs'],
    },
  },
}
