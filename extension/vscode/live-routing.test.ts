import { describe, expect, it } from 'vitest';
import type { Diagnostic, TextDocument } from 'vscode';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import type { CertificateEvent } from '../protocol/certificate-event.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { FeatureHost } from './feature.ts';
import { registerRoutedProblems } from './routed-problems.ts';
import { createSignal } from './signal.ts';

const CONFIG = '/p/pcm.json';
const LEAN = '/p/certificates/lean/Certificates/M.lean';
const DATA = '/p/a.xyz';
const configText = '{\n  "claim": { "failureRate": 0.1 }\n}\n';
const leanText = 'theorem confidence : B := by decide\n\ntheorem safe : C := confidence\n';

interface FakeUri {
  readonly scheme: 'file';
  readonly fsPath: string;
}
const uriOf = (fsPath: string): FakeUri => ({ scheme: 'file', fsPath });

class Place {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

/** As much of the editor as routing asks for: documents with versions, and collections of diagnostics. */
function fakeEditor() {
  const texts = new Map([
    [CONFIG, { version: 1, text: configText }],
    [LEAN, { version: 1, text: leanText }],
  ]);
  const document = (file: string) => {
    const { version, text } = texts.get(file)!;
    const positionAt = (offset: number): Place => {
      const before = text.slice(0, offset).split('\n');
      return new Place(before.length - 1, before.at(-1)!.length);
    };
    return { uri: uriOf(file), version, getText: () => text, positionAt };
  };
  const diagnosticsChanged = createSignal<{ uris: FakeUri[] }>();
  const textChanged = createSignal<{ document: unknown; contentChanges: unknown[] }>();
  const closed = createSignal<unknown>();
  const collections: Map<string, Diagnostic[]>[] = [];
  const collection = () => {
    const entries = new Map<string, Diagnostic[]>();
    collections.push(entries);
    return {
      set(uri: FakeUri, diagnostics: Diagnostic[]) {
        entries.set(uri.fsPath, diagnostics);
        diagnosticsChanged.fire({ uris: [uri] });
      },
      clear() {
        const uris = [...entries.keys()].map(uriOf);
        entries.clear();
        diagnosticsChanged.fire({ uris });
      },
      dispose: () => undefined,
    };
  };
  class Range {
    readonly start: Place;
    readonly end: Place;
    constructor(...parts: (number | Place)[]) {
      const [a, b, c, d] = parts;
      this.start = a instanceof Place ? a : new Place(a!, b as number);
      this.end = b instanceof Place ? b : new Place(c as number, d as number);
    }
  }
  const api = {
    Uri: { file: uriOf },
    Range,
    Location: class {
      constructor(
        readonly uri: FakeUri,
        readonly range: Range,
      ) {}
    },
    Diagnostic: class {
      constructor(
        readonly range: Range,
        readonly message: string,
        readonly severity: number,
      ) {}
    },
    DiagnosticRelatedInformation: class {
      constructor(
        readonly location: unknown,
        readonly message: string,
      ) {}
    },
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2 },
    l10n: {
      t: (text: string, ...words: unknown[]) => text.replaceAll(/\{(\d)\}/g, (_, at) => String(words[Number(at)])),
    },
    languages: {
      createDiagnosticCollection: collection,
      match: (_selector: unknown, { uri }: TextDocument) => (uri.fsPath === LEAN ? 10 : 0),
      getDiagnostics: (uri: FakeUri) => collections.flatMap((each) => each.get(uri.fsPath) ?? []),
      onDidChangeDiagnostics: (listener: (change: { uris: FakeUri[] }) => void) => diagnosticsChanged.on(listener),
    },
    workspace: {
      get textDocuments() {
        return [...texts.keys()].map(document);
      },
      openTextDocument: (uri: FakeUri) => Promise.resolve(document(uri.fsPath)),
      onDidChangeTextDocument: (listener: (change: { document: unknown; contentChanges: unknown[] }) => void) =>
        textChanged.on(listener),
      onDidCloseTextDocument: (listener: (document: unknown) => void) => closed.on(listener),
      fs: { readFile: () => Promise.resolve(new TextEncoder().encode(leanText)) },
    },
  };
  return {
    api,
    server: collection(),
    /** Types into the Lean file, as a person does: the server has said nothing of it yet. */
    type: () => {
      texts.set(LEAN, { version: texts.get(LEAN)!.version + 1, text: `${leanText}-- by hand\n` });
      textChanged.fire({ document: document(LEAN), contentChanges: [{}] });
    },
    close: () => {
      const gone = document(LEAN);
      texts.delete(LEAN);
      closed.fire(gone);
    },
    leanError: (message: string) =>
      Object.assign(new api.Diagnostic(new Range(0, 29, 0, 35), message, 0), {
        source: 'Lean 4',
      }) as unknown as Diagnostic,
    /** Problems that the extension marks, a line each. */
    marked: async (): Promise<string[]> => {
      await new Promise((resolve) => setImmediate(resolve));
      const [, own] = collections;
      return [...own!].flatMap(([file, diagnostics]) =>
        diagnostics.map(({ range, message, code, relatedInformation }) => {
          const links = (relatedInformation ?? []).map(({ location }) => location.uri.fsPath);
          return `${file}:${range.start.line + 1} ${typeof code === 'string' ? code : ''} ${message} -> ${links.join(' ')}`;
        }),
      );
    },
  };
}

const certificate = certificateEvent([
  shownObligation('confidence', 'proved', { culprits: [{ file: 'a.xyz', index: 1, line: 4, detail: 'the worst' }] }),
]);

function started() {
  const editor = fakeEditor();
  const changed = createSignal<undefined>();
  let shown = certificate;
  const store = {
    changed,
    projects: () => [{ folder: '/p', configs: ['pcm.json'], certificates: [shown], problems: [] }],
  } as unknown as CertificateStore;
  const log = { error: (reason: string) => expect.fail(reason) };
  registerRoutedProblems({ api: editor.api, context: { subscriptions: [] }, log } as unknown as FeatureHost, store);
  return {
    ...editor,
    setCertificate: (changes: Partial<CertificateEvent>) => {
      shown = { ...certificate, ...changes };
      changed.fire(undefined);
    },
  };
}

const routed = [
  `${CONFIG}:2 confidence m: Lean reports in the file that is open, in confidence: no proof -> ${LEAN} ${DATA}`,
  `${DATA}:4 confidence m: confidence fails here: the worst -> ${CONFIG} ${LEAN}`,
  `${LEAN}:1 confidence m: this concerns the claim behind confidence. -> ${CONFIG} ${DATA}`,
];

describe('an error of the running Lean server', () => {
  it('is marked at claim, structure and theorem, and leaves with the report', async () => {
    const { server, leanError, marked } = started();
    server.set(uriOf(LEAN), [leanError('no proof')]);
    expect(await marked()).toEqual(routed);
    server.set(uriOf(LEAN), []);
    expect(await marked()).toEqual([]);
  });

  it('does not outlive the text it was reported on', async () => {
    const { server, leanError, marked, type, close } = started();
    server.set(uriOf(LEAN), [leanError('no proof')]);
    await marked();
    type();
    expect(await marked()).toEqual([]);
    server.set(uriOf(LEAN), [leanError('no proof')]);
    expect(await marked()).toEqual(routed);
    close();
    expect(await marked()).toEqual([]);
  });

  it('gives way to the verdict of a run, and to a certificate that is stale', async () => {
    const { server, leanError, marked, setCertificate } = started();
    server.set(uriOf(LEAN), [leanError('no proof')]);
    await marked();
    const obligations = certificate.obligations.map((each) => ({
      ...each,
      verdict: 'refuted' as const,
      reason: 'It is false.',
    }));
    setCertificate({ obligations });
    expect((await marked()).filter((line) => line.startsWith(CONFIG))).toEqual([
      `${CONFIG}:2 confidence m: confidence is refuted. It is false. -> ${LEAN} ${DATA}`,
    ]);
    setCertificate({ stale: ['a.xyz has changed'] });
    expect(await marked()).toEqual([
      `${CONFIG}:2 stale The certificate of m is stale (a.xyz has changed). Certify again. -> `,
    ]);
  });
});
