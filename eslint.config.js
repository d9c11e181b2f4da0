import js from '@eslint/js';
import sortImports from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';
import { halpLint } from './tools/lint/lint.js';

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/.packed',
      '**/.tsbuild',
      '**/node_modules',
      'docs/api',
      '.nx',
      '**/fixtures',
    ],
  },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['eslint.config.js', 'tools/lint/lint.js'],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { imports: sortImports, halp: halpLint },
    rules: {
      // Node, packages, @halp, then parent folders and this folder; `index.ts` stays a table of contents.
      'imports/imports': [
        'error',
        { groups: [['^\\u0000', '^node:', '^@?\\w', '^@halp/', '^\\.\\.(/|$)', '^\\.']] },
      ],
      'halp/words': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Draw from a Random.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `{ left: _, ...rest }` is how a field is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // vitest takes a reporter as the default export of its file.
    files: ['**/*.config.{js,ts}', 'tools/tests/skipped-tests.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['packages/*/src/**/*.ts', 'tools/**/*.ts', 'examples/**/*.ts'],
    ignores: ['**/test/**'],
    rules: { 'halp/optional-spread': 'error' },
  },
  {
    // cli names its own flags; messages of tfjs-native name those of pip and npm.
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/{cli,tfjs-native}/**'],
    rules: { 'halp/flags': 'error' },
  },
  {
    files: ['eslint.config.js', 'tools/lint/lint.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
