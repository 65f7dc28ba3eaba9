import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { VsCodeApi } from './api.ts';
import { GENERATED_LEAN } from './failure-navigation.ts';

/** How the Lean server stands. */
export type LeanState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly about: string; readonly process: ChildProcess | undefined }
  /** It crashed too often, or never started. */
  | { readonly kind: 'crashed' }
  /** The Lean extension serves. */
  | { readonly kind: 'aside' }
  | { readonly kind: 'untrusted' };

const MEMORY_EVERY_MILLISECONDS = 5000;

/** The language status item of generated Lean files: health, version and memory, with restart or log one click away. */
export function createLeanStatus(api: VsCodeApi): {
  state(): LeanState['kind'];
  show(state: LeanState): null;
  dispose(): void;
} {
  const item = api.languages.createLanguageStatusItem('pcm.lean', GENERATED_LEAN);
  const log = api.languages.createLanguageStatusItem('pcm.leanLog', GENERATED_LEAN);
  item.name = api.l10n.t('PCM Lean Server');
  log.name = api.l10n.t('PCM Lean Server: Log');
  log.text = api.l10n.t('Lean server log');
  log.command = { title: api.l10n.t('Show Log'), command: 'pcm.showLeanLog' };
  let state: LeanState = { kind: 'idle' };
  const timer = setInterval(() => {
    if (state.kind === 'running') draw();
  }, MEMORY_EVERY_MILLISECONDS);
  timer.unref();

  function draw(): void {
    const { Error: Bad, Information, Warning } = api.LanguageStatusSeverity;
    const restart = { title: api.l10n.t('Restart'), command: 'pcm.restartLean' };
    item.busy = state.kind === 'starting';
    item.command = state.kind === 'crashed' ? { ...restart, title: api.l10n.t('Start') } : restart;
    item.severity = state.kind === 'crashed' ? Bad : state.kind === 'untrusted' ? Warning : Information;
    item.text = textOf(api, state);
    const memory = state.kind === 'running' && state.process?.pid !== undefined ? memoryOf(state.process.pid) : null;
    item.detail = memory === null ? '' : api.l10n.t('{0} MB', Math.round(memory / 1e6));
  }

  draw();
  return {
    state: () => state.kind,
    show(next) {
      state = next;
      draw();
      return null;
    },
    dispose() {
      clearInterval(timer);
      item.dispose();
      log.dispose();
    },
  };
}

function textOf({ l10n }: VsCodeApi, state: LeanState): string {
  switch (state.kind) {
    case 'idle':
      return l10n.t('Lean: not started');
    case 'starting':
      return l10n.t('Lean: starting');
    case 'running':
      return state.about;
    case 'crashed':
      return l10n.t('Lean: stopped after crashes');
    case 'aside':
      return l10n.t('Lean: served by the Lean extension');
    case 'untrusted':
      return l10n.t('Lean: needs a trusted workspace');
  }
}

/** Resident memory of a process and its children, bytes; null where the system does not tell. */
export function memoryOf(
  pid: number,
  read: (file: string) => string = (file) => readFileSync(file, 'utf8'),
): number | null {
  try {
    const pages = Number(read(`/proc/${pid}/statm`).split(' ')[1]);
    const children = read(`/proc/${pid}/task/${pid}/children`)
      .trim()
      .split(' ')
      .filter((id) => id !== '');
    return children.reduce((sum, child) => sum + (memoryOf(Number(child), read) ?? 0), pages * 4096);
  } catch {
    return null;
  }
}
