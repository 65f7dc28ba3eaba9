/**
 * What the Lean client takes from the library. A bundle of its own, by name: what a bundle only passes on as a whole, a
 * dynamic import of it does not see.
 */
export { CloseAction, ErrorAction, LanguageClient, State } from 'vscode-languageclient/node';
