import tseslint from 'typescript-eslint';

/** Of the language, what is not used. */
const FORMS = [
  { selector: 'TSEnumDeclaration', message: 'use a union of literals' },
  { selector: 'TSModuleDeclaration', message: 'no namespaces' },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'test-results/**', '**/*.mjs', 'fixtures/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-syntax': ['error', ...FORMS],
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: ['packages/*/src/**/*.ts', 'grammars/*/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...FORMS,
        {
          selector:
            'CallExpression[callee.property.name=/^(push|unshift|splice|concat|max|min|fromCharCode)$/] > SpreadElement',
          message: 'throws from some 100,000 items on: append(), replaceItems(), largest() or smallest() of core',
        },
      ],
    },
  },
);
