import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventSchema, type PcmEvent, type ResultEvent, type SweepEvent } from '../../extension/protocol/events.ts';

const sample = path.resolve('media/sample-project');
const cli = path.resolve('dist/pcm.cjs');

/** Settings under which the sample's first 150 structures are certified in a few seconds. */
export const smallProject = {
  name: 'small',
  models: [{ id: 'moments', kind: 'onnx', path: 'models/moments.onnx' }],
  data: ['data/screen.xyz'],
  failure: { kind: 'force-error', threshold: 0.5 },
  features: ['min_distance_ratio', 'volume_per_atom'],
  search: { budget: 90, seed: 7 },
  refinement: { rounds: 2, replicates: 100, validationShare: 0.4 },
  claim: { violations: 2, failureRate: 0.4, significance: 0.05, minimumInside: 10, slabs: 2 },
};

/** A project of its own in a temporary folder, made of the sample's data and models. */
export interface TemporaryProject {
  readonly folder: string;
  configure(settings: object, file?: string): void;
  write(file: string, content: string | Uint8Array): void;
  remove(): void;
}

export function temporaryProject(settings: object = smallProject, structures = 150): TemporaryProject {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-project-'));
  for (const name of ['models', 'data']) mkdirSync(path.join(folder, name));
  cpSync(path.join(sample, 'models'), path.join(folder, 'models'), { recursive: true });
  writeFileSync(
    path.join(folder, 'data/screen.xyz'),
    firstFrames(readFileSync(path.join(sample, 'data/screen.xyz'), 'utf8'), structures),
  );
  const configure = (value: object, file = 'pcm.json'): void =>
    writeFileSync(path.join(folder, file), JSON.stringify(value, null, 2));
  configure(settings);
  return {
    folder,
    configure,
    write: (file, content) => writeFileSync(path.join(folder, file), content),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function firstFrames(text: string, count: number): string {
  const lines = text.split('\n');
  let line = 0;
  for (let frame = 0; frame < count && lines[line] !== undefined && lines[line] !== ''; frame++)
    line += Number(lines[line]) + 2;
  return `${lines.slice(0, line).join('\n')}\n`;
}

export interface Run {
  readonly code: number | null;
  readonly events: readonly PcmEvent[];
  readonly stderr: string;
}

/** Starts `pcm WORDS --json`; `done` resolves with its parsed events, each of which must keep the schema. */
export function startPcm(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { child: ChildProcess; done: Promise<Run> } {
  const child = spawn(process.execPath, [cli, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<Run>((resolve, reject) => {
    child.once('close', (code) => {
      try {
        const lines = stdout.split('\n').slice(0, -1);
        resolve({ code, events: lines.map((line) => eventSchema.parse(JSON.parse(line))), stderr });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  return { child, done };
}

export const pcm = (...words: readonly string[]): Promise<Run> => startPcm(words).done;

export const problemsOf = (run: Run) => run.events.filter((event) => event.kind === 'problem');

/** The result a run ended with. */
export function resultOf(run: Run): ResultEvent {
  const last = run.events.at(-1);
  if (last?.kind !== 'result') throw new Error(`No result; the run ended with ${JSON.stringify(last)} ${run.stderr}`);
  return last;
}

/** What the last event of a sweep says. */
export function sweepOf(run: Run): SweepEvent {
  const last = run.events.findLast((event) => event.kind === 'sweep');
  if (last === undefined) throw new Error(`No sweep event; the run ended with ${JSON.stringify(run)}`);
  return last;
}

/** The hash of the certificate that a run wrote. */
export function hashOf(run: Run): string {
  return (JSON.parse(readFileSync(resultOf(run).certificate!, 'utf8')) as { hash: string }).hash;
}
