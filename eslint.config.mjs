import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '**/certificates/', 'test/results/', 'media/sample-project/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Loops over typed arrays are the hot path; an index there is known to be in range.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
      },
    },
  },
  {
    // Pure rooms know nothing of files, processes or the editor.
    files: ['extension/core/**/*.ts', 'extension/protocol/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            'node:fs*',
            'node:child_process',
            'node:worker_threads',
            'vscode',
            '**/sweep/**',
            '**/lean/**',
            '**/cli/**',
            '**/vscode/**',
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Date', 'performance', 'setTimeout'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness comes in as an argument (core/random.ts).' },
      ],
    },
  },
  {
    // What people read on a page goes through its translations (webview/words.ts).
    files: ['webview/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'CallExpression[callee.name="element"] > Literal.arguments:not(:first-child)[value=/[a-z]{2}/i]',
          'CallExpression[callee.name="element"] > TemplateLiteral.arguments:not(:first-child) > TemplateElement[value.raw=/[a-z]{2}/i]',
          'CallExpression[callee.name="element"] > ConditionalExpression.arguments > Literal[value=/[a-z]{2}/i]',
          'Property[key.name=/^(title|hint|label|name)$/] > :matches(Literal.value, ConditionalExpression > Literal)[value=/[a-z]{2}/i]',
          'Property[key.value="aria-label"] > Literal.value[value=/[a-z]{2}/i]',
          'AssignmentExpression[left.property.name="textContent"] > :matches(Literal, ConditionalExpression > Literal)[value=/[a-z]{2}/i]',
        ].map((selector) => ({ selector, message: 'Say it with t(…): people read it.' })),
      ],
    },
  },
  prettier,
);
