import path from 'node:path';
import type { LogOutputChannel } from 'vscode';
import type { PcmEvent } from '../protocol/events.ts';
import { storedTable, storeRows, type StoredTable } from './observation-store.ts';
import { callPcm } from './pcm-events.ts';
import type { RunningProcess } from './process.ts';

export interface FeedHost {
  readonly cli: string;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  /** Called whenever there are more rows, or fewer tables. */
  readonly onChange: () => void;
}

/** The observations of certificates, read by a child process so that the editor's host never waits for a disk. */
export interface CertificateFeed {
  /** By model. */
  tables(): ReadonlyMap<string, StoredTable>;
  /**
   * Reads a certificate: its observations become the table of its model. Resolves to everything else that it says; ends
   * early, with what came, when `clear` is called.
   */
  read(certificate: string, config: string): Promise<PcmEvent[]>;
  /** Forgets all tables and stops reading. */
  clear(): void;
  dispose(): void;
}

export function createCertificateFeed({ cli, log, onChange }: FeedHost): CertificateFeed {
  const tables = new Map<string, StoredTable>();
  const running = new Set<RunningProcess>();

  function stop(): void {
    running.forEach((child) => child.kill());
    running.clear();
  }

  /** Evaluating the risk takes a while; the observations are there before. Runs no model: `--forces 0`. */
  async function readReport(certificate: string, config: string): Promise<void> {
    const child = callPcm({
      cli,
      args: ['report', certificate, '--config', config, '--forces', '0'],
      cwd: path.dirname(certificate),
      log,
      onEvent(event) {
        if (event.kind !== 'report' || !running.has(child)) return;
        const table = tables.get(event.overview.model.id);
        if (table?.certificate !== certificate) return;
        const { confidence, alternatives, risk, comparison, notes } = event;
        table.report = { confidence, alternatives, risk, comparison, notes };
        onChange();
      },
    });
    running.add(child);
    await child.stopped;
    running.delete(child);
  }

  return {
    tables: () => tables,
    async read(certificate, config) {
      const events: PcmEvent[] = [];
      const child = callPcm({
        cli,
        args: ['replay', certificate, '--config', config],
        cwd: path.dirname(certificate),
        log,
        onEvent(event) {
          if (!running.has(child)) return;
          if (event.kind === 'table') {
            tables.set(event.model, storedTable(event, certificate, config));
            onChange();
          } else if (event.kind === 'rows') {
            const table = tables.get(event.model);
            if (table === undefined || !storeRows(table, event)) log.error(`Rows of ${event.model} came out of order.`);
            onChange();
          } else {
            events.push(event);
          }
        },
      });
      running.add(child);
      const stopped = await child.stopped;
      running.delete(child);
      if (stopped.kind === 'exited' && stopped.code === 0) void readReport(certificate, config);
      if (stopped.kind !== 'exited' || stopped.code !== 0) log.warn(`pcm replay: ${JSON.stringify(stopped)}`);
      return events;
    },
    clear() {
      stop();
      if (tables.size === 0) return;
      tables.clear();
      onChange();
    },
    dispose: stop,
  };
}
