import { expect, it } from 'vitest';
import type { CertificateEvent } from '../protocol/certificate-event.ts';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import { untranslated } from '../../test/untranslated.ts';
import type { CertificateStore, ProjectEntry } from './certificate-store.ts';
import { registerFailureNavigation } from './failure-navigation.ts';
import type { FeatureHost } from './feature.ts';
import { createSignal } from './signal.ts';

const LEAN = '/p/certificates/lean/Certificates/M.lean';
const leanText = 'theorem nested : A := by decide\ntheorem confidence : B := by decide\n';

const certificate = (verdict: 'refuted' | 'unchecked'): CertificateEvent =>
  certificateEvent([shownObligation('confidence', verdict)]);

/** The navigation over a store whose certificate is read anew by `refresh`; the messages of this editor are never closed. */
function started(before: CertificateEvent, after: CertificateEvent) {
  const commands = new Map<string, () => Promise<void>>();
  const messages: string[] = [];
  const shown: string[] = [];
  let now = before;
  const entry = (): ProjectEntry => ({ folder: '/p', configs: ['pcm.json'], certificates: [now], problems: [] });
  const store = {
    changed: createSignal<undefined>(),
    projects: () => [entry()],
    certificate: () => ({ project: entry(), certificate: now }),
    refresh: () => Promise.resolve(void (now = after)),
  } as unknown as CertificateStore;
  const never = new Promise<undefined>(() => undefined);
  const lean = {
    uri: { fsPath: LEAN },
    getText: () => leanText,
    lineAt: (line: number) => ({ text: leanText.split('\n')[line] }),
  };
  const api = {
    EventEmitter: class {
      readonly event = (): void => undefined;
      fire(): void {
        // Nobody listens.
      }
      dispose(): void {
        // Nothing to let go.
      }
    },
    Range: class {
      readonly start: { line: number };
      constructor(line: number) {
        this.start = { line };
      }
    },
    Uri: { from: () => 'goal', file: (file: string) => file },
    ViewColumn: { Beside: -2 },
    l10n: { t: untranslated },
    commands: {
      registerCommand: (id: string, handler: () => Promise<void>) => commands.set(id, handler),
      executeCommand: () => Promise.resolve(),
    },
    languages: { registerCodeLensProvider: () => undefined },
    window: {
      showInformationMessage: (message: string) => {
        messages.push(message);
        return never;
      },
      setStatusBarMessage: () => undefined,
      showTextDocument: (document: unknown, { selection }: { selection?: { start: { line: number } } }) => {
        if (document === lean) shown.push(`line ${selection!.start.line}`);
        return Promise.resolve({ document, selection });
      },
    },
    workspace: {
      registerTextDocumentContentProvider: () => ({ dispose: () => undefined }),
      onDidChangeTextDocument: () => ({ dispose: () => undefined }),
      openTextDocument: (uri: string) => Promise.resolve(uri === LEAN ? lean : uri),
    },
  };
  const host = { api, context: { subscriptions: [] } } as unknown as FeatureHost;
  registerFailureNavigation(host, store, () => Promise.resolve('⊢ B'));
  return { next: () => commands.get('pcm.nextFailure')!(), messages, shown };
}

it('goes to the theorem that fails', async () => {
  const { next, messages, shown } = started(certificate('refuted'), certificate('refuted'));
  await next();
  expect([shown, messages]).toEqual([['line 1'], []]);
});

it('reads the certificates again before it says that nothing fails, as a run may just have ended', async () => {
  const { next, messages, shown } = started(certificate('unchecked'), certificate('refuted'));
  await next();
  expect([shown, messages]).toEqual([['line 1'], []]);
});

it('says that nothing fails, and waits for nobody to close that', async () => {
  const { next, messages, shown } = started(certificate('unchecked'), certificate('unchecked'));
  await next();
  expect([shown, messages]).toEqual([[], ['No obligation fails.']]);
});
