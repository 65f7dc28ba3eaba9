/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The editor's side of the page; may be asked for once. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** Bundled into the stylesheet beside the script. */
declare module '*.css';
