/** Lint rules. What a formatter, a type checker or dependency-cruiser already says is not repeated here. */
import { defineConfigWithVueTs, vueTsConfigs } from '@vue/eslint-config-typescript'
import jsdoc from 'eslint-plugin-jsdoc'
import vue from 'eslint-plugin-vue'

const ownTags = ['equation', 'source', 'differs', 'ownership', 'failure', 'unit']

export default defineConfigWithVueTs(
  { ignores: ['out/**', 'node_modules/**', 'resources/**', 'coverage/**', 'test-results/**'] },
  vue.configs['flat/recommended'],
  vueTsConfigs.recommendedTypeChecked,
  {
    files: ['**/*.ts', '**/*.vue'],
    plugins: { jsdoc },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'jsdoc/check-param-names': 'error',
      'jsdoc/check-tag-names': ['error', { definedTags: ownTags }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['src-main/**/*.ts', 'src-shared/**/*.ts', 'src-renderer/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        { publicOnly: true, require: { FunctionDeclaration: true, ClassDeclaration: true } },
      ],
    },
  },
  {
    // What is read again is written by storedJson: JSON.stringify turns NaN into null without a word.
    files: ['src-main/{storage,engine,app}/**/*.ts'],
    // The answers of short jobs are printed, not kept.
    ignores: ['**/*.test.ts', '**/testing/**', 'src-main/engine/engine-main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'JSON',
          property: 'stringify',
          message: 'Use storedJson or toJson: NaN must not become null.',
        },
      ],
    },
  },
  {
    // Trials watch and fail every change of a run's folder; the index may be deleted and the probe leaves nothing.
    files: ['src-main/{engine,storage,checkpoints}/**/*.ts'],
    ignores: [
      '**/*.test.ts',
      '**/testing*',
      '**/testing/**',
      'src-main/storage/{usable-home,sqlite-database}.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:fs', 'node:fs/promises'].map((name) => ({
            name,
            importNames: [
              'appendFile',
              'copyFile',
              'cp',
              'mkdir',
              'open',
              'rename',
              'rm',
              'truncate',
              'unlink',
              'writeFile',
            ]
              .flatMap((call) => [call, `${call}Sync`])
              .concat('createWriteStream'),
            message: 'Change files through platform/file-calls.',
          })),
        },
      ],
    },
  },
  {
    files: ['**/*.vue'],
    rules: {
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts', 'tools/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off', 'no-console': 'off' },
  },
  {
    // Plain scripts that run before anything is installed; they have no types to check.
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [vueTsConfigs.disableTypeChecked ?? {}],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly' },
    },
  },
)
