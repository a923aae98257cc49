// Lint rules. The layer rule is the important part: imports go down only (see LAYERS).
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Which folders of `src` each folder may import from, besides itself. */
const LAYERS = {
  binary: [],
  errors: ['binary'],
  ese: ['errors', 'binary'],
  eseutil: ['ese', 'errors', 'binary'],
  export: ['ese', 'errors', 'binary'],
  eventlog: ['errors', 'binary'],
  diagnose: ['eventlog', 'eseutil', 'ese', 'errors', 'binary'],
};
const FOLDERS = Object.keys(LAYERS);

/** Forbids imports of every folder that is not below `folder`. */
const layerRule = (folder, below) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${[...FOLDERS, 'cli'].filter((f) => f !== folder && !below.includes(f)).join('|')})/`,
            message: `src/${folder} may import only from: ${[folder, ...below].join(', ')}.`,
          },
          ...(folder === 'ese' || folder === 'eventlog' || folder === 'errors' || folder === 'binary'
            ? [{ regex: '^node:', message: 'This layer is runtime-neutral: node: modules only in src/ese/io.' }]
            : []),
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.corpus/', '.bench/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs', 'test/*.mjs', 'bench/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Typed arrays under noUncheckedIndexedAccess: bounds are checked once, then read with `!` on hot paths.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Bit fields: `flags & X && ...` and comparisons with on-disk constants are clearer spelt out.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' }],
    },
  },
  ...FOLDERS.map((f) => layerRule(f, LAYERS[f])),
  {
    // The one place of the engine where node: modules are allowed.
    files: ['src/ese/io/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\./)+(eseutil|export|eventlog|diagnose|cli)/',
              message: 'src/ese may import only from: errors, binary.',
            },
          ],
        },
      ],
    },
  },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['vitest.config.ts', 'vitest.fuzz.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
