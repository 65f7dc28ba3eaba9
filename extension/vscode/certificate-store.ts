import path from 'node:path';
import type { LogOutputChannel } from 'vscode';
import type { CertificateEvent } from '../protocol/certificate-event.ts';
import type { PcmEvent } from '../protocol/events.ts';
import { callPcm } from './pcm-events.ts';
import type { RunningProcess } from './process.ts';
import { createSignal, type Signal } from './signal.ts';

/** A project folder and what lies in it. */
export interface ProjectEntry {
  /** Absolute. */
  readonly folder: string;
  /** File names of its project files, `pcm.json` first. */
  readonly configs: readonly string[];
  readonly certificates: readonly CertificateEvent[];
  /** Why certificates that lie there could not be read. */
  readonly problems: readonly string[];
}

/** An obligation: the certificate's file, and the theorem that states it. */
export interface ObligationRef {
  readonly certificate: string;
  readonly theorem: string;
}

export interface CertificateStore {
  readonly changed: Signal<undefined>;
  projects(): readonly ProjectEntry[];
  certificate(file: string): { readonly project: ProjectEntry; readonly certificate: CertificateEvent } | undefined;
  /** The projects there are now; new ones are read, those that are gone forgotten. */
  setProjects(found: ReadonlyMap<string, readonly string[]>): void;
  /** Reads the certificates of one project again, or of all; settles when that is done. */
  refresh(folder?: string): Promise<void>;
  /** Holds the certificates of a project to a project file's text as an editor shows it. */
  foretell(folder: string, config: string, text: string): Promise<void>;
  dispose(): void;
}

export interface CertificateStoreHost {
  readonly cli: string;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
}

/**
 * The certificates of the open projects. A child process (`pcm status`) reads, checks and digests them, so that a
 * certificate of a hundred megabytes never holds up the editor; it runs nothing of the workspace.
 */
export function createCertificateStore(host: CertificateStoreHost): CertificateStore {
  const entries = new Map<string, ProjectEntry>();
  const changed = createSignal<undefined>();
  const reading = new Map<string, { again: boolean; done: Promise<void> }>();
  const drafting = new Map<string, () => void>();
  let disposed = false;

  async function read(folder: string): Promise<void> {
    const certificates: CertificateEvent[] = [];
    const problems: string[] = [];
    await run(folder, [], undefined, (event) => {
      if (event.kind === 'certificate') certificates.push(event);
      if (event.kind === 'problem') problems.push(`${path.basename(event.file)}: ${event.message} ${event.fix}`);
    }).stopped;
    const entry = entries.get(folder);
    if (entry === undefined || disposed) return;
    entries.set(folder, { ...entry, certificates, problems });
    changed.fire(undefined);
  }

  function run(
    folder: string,
    more: readonly string[],
    input: string | undefined,
    onEvent: (event: PcmEvent) => void,
  ): RunningProcess {
    return callPcm({
      cli: host.cli,
      args: ['status', folder, ...more],
      cwd: folder,
      ...(input !== undefined && { input }),
      log: host.log,
      onEvent,
    });
  }

  /** One reader per project; what is asked for while it reads is done once more when it has finished. */
  function refreshOne(folder: string): Promise<void> {
    const running = reading.get(folder);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    const task = { again: false, done: Promise.resolve() };
    reading.set(folder, task);
    task.done = (async () => {
      do {
        task.again = false;
        await read(folder);
      } while ((task.again as boolean) && !disposed);
      reading.delete(folder);
    })();
    return task.done;
  }

  return {
    changed,
    projects: () => [...entries.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1)),
    certificate(file) {
      for (const project of entries.values()) {
        const certificate = project.certificates.find((each) => each.file === file);
        if (certificate !== undefined) return { project, certificate };
      }
      return undefined;
    },
    setProjects(found) {
      for (const folder of entries.keys()) if (!found.has(folder)) entries.delete(folder);
      for (const [folder, configs] of found) {
        const known = entries.get(folder);
        entries.set(folder, { folder, certificates: [], problems: [], ...known, configs });
        if (known === undefined) void refreshOne(folder);
      }
      changed.fire(undefined);
    },
    async refresh(folder) {
      await Promise.all((folder === undefined ? [...entries.keys()] : [folder]).map(refreshOne));
    },
    async foretell(folder, config, text) {
      drafting.get(folder)?.();
      const found = new Map<string, CertificateEvent>();
      const child = run(folder, ['--draft', config], text, (event) => {
        if (event.kind === 'certificate') found.set(event.file, event);
      });
      drafting.set(folder, () => child.kill());
      const stopped = await child.stopped;
      const entry = entries.get(folder);
      if (entry === undefined || disposed || stopped.kind !== 'exited') return;
      const certificates = entry.certificates.map((each) => {
        const { draft, hash } = found.get(each.file) ?? { draft: null, hash: '' };
        return hash === each.hash ? { ...each, draft } : each;
      });
      entries.set(folder, { ...entry, certificates });
      changed.fire(undefined);
    },
    dispose() {
      disposed = true;
      for (const stop of drafting.values()) stop();
    },
  };
}
