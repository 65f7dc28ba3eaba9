import type { InitializeResult } from 'vscode-languageserver-protocol';

/** Token types and modifiers of Lean, in the order of their numbers in its answers. */
const TOKEN_TYPES = [
  'keyword',
  'variable',
  'property',
  'function',
  'namespace',
  'type',
  'class',
  'enum',
  'interface',
  'struct',
  'typeParameter',
  'parameter',
  'enumMember',
  'event',
  'method',
  'macro',
  'modifier',
  'comment',
  'string',
  'number',
  'regexp',
  'operator',
  'decorator',
  'leanSorryLike',
];
const TOKEN_MODIFIERS = [
  'declaration',
  'definition',
  'readonly',
  'static',
  'deprecated',
  'abstract',
  'async',
  'modification',
  'documentation',
  'defaultLibrary',
];

/** What the server says that it can do: what the workers of the embedded build do when asked, and nothing else. */
export const initializeResult = (version: string): InitializeResult => ({
  capabilities: {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: 2, save: true },
    completionProvider: { triggerCharacters: ['.'], resolveProvider: true },
    hoverProvider: true,
    signatureHelpProvider: { triggerCharacters: [' '] },
    declarationProvider: true,
    definitionProvider: true,
    typeDefinitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    colorProvider: true,
    inlayHintProvider: true,
    codeActionProvider: { resolveProvider: true, codeActionKinds: ['quickfix', 'refactor'] },
    semanticTokensProvider: {
      legend: { tokenTypes: TOKEN_TYPES, tokenModifiers: TOKEN_MODIFIERS },
      full: true,
      range: true,
    },
    // How clients of Lean find out that goals can be asked for through RPC.
    experimental: { rpcProvider: {} },
  },
  serverInfo: { name: 'Lean 4 Server (embedded)', version },
});
