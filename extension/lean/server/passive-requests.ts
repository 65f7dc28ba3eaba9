const passive = new Set([
  'textDocument/semanticTokens/full',
  'textDocument/semanticTokens/range',
  'textDocument/documentSymbol',
  'textDocument/foldingRange',
  'textDocument/documentColor',
  'textDocument/inlayHint',
  'textDocument/codeAction',
]);

/** Whether editors ask it for what is on the screen, without a person having asked. */
export const isPassive = (method: string): boolean => passive.has(method);
