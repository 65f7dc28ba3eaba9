import { expect, it } from 'vitest';
import { certificateEvent, shownObligation } from '../../test/certificate-event.ts';
import { untranslated } from '../../test/untranslated.ts';
import type { VsCodeApi } from './api.ts';
import { createGoalDocument } from './goal-document.ts';
import { createSignal } from './signal.ts';

/**
 * An editor that shows one virtual document as the real one does: it takes a turn until a text has arrived, and a text
 * that equals what is shown when it is asked for is not sent at all.
 */
function slowEditor() {
  let provide = (): string => '';
  let shown = '';
  const arrived = createSignal<{ document: { uri: { scheme: string }; getText: () => string } }>();
  const api = {
    Uri: { from: (parts: { scheme: string }) => parts },
    ViewColumn: { Beside: -2 },
    l10n: { t: untranslated },
    EventEmitter: class {
      readonly event = (): void => undefined;
      fire(): void {
        const text = provide();
        if (text === shown) return;
        setImmediate(() => {
          shown = text;
          arrived.fire({ document: { uri: { scheme: 'pcm-goal' }, getText: () => shown } });
        });
      }
    },
    workspace: {
      registerTextDocumentContentProvider: (_: string, provider: { provideTextDocumentContent: () => string }) => {
        provide = () => provider.provideTextDocumentContent();
      },
      onDidChangeTextDocument: (listener: Parameters<typeof arrived.on>[0]) => arrived.on(listener),
      openTextDocument: () => Promise.resolve({}),
    },
    window: { showTextDocument: () => Promise.resolve() },
  } as unknown as VsCodeApi;
  return { api, shown: () => shown };
}

it('shows the answer also where it is the one of before, and comes before the question has arrived', async () => {
  const { api, shown } = slowEditor();
  const document = createGoalDocument(api);
  const obligation = shownObligation('confidence', 'refuted');
  const certificate = certificateEvent([obligation]);
  const project = { folder: '/p', configs: ['pcm.json'], certificates: [certificate], problems: [] };
  const failing = { ref: { certificate: certificate.file, theorem: 'confidence' }, project, certificate, obligation };
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  for (let visit = 0; visit < 3; visit++) {
    await document.show(failing, Promise.resolve('⊢ B'));
    await settled();
    expect(shown()).toContain('⊢ B');
  }
});
