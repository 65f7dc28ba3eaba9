import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportSchema, type Comparison, type Report } from '../../extension/protocol/report.ts';
import { pcm, smallProject, temporaryProject } from './pcm-project.ts';

describe('pcm report and pcm compare', { timeout: 240_000 }, () => {
  const structures = 220;
  const project = temporaryProject(
    {
      ...smallProject,
      models: [
        { id: 'moments', kind: 'onnx', path: 'models/moments.onnx' },
        { id: 'messages', kind: 'onnx', path: 'models/messages.onnx' },
      ],
      search: { strategies: ['random', 'surrogate'], budget: 120, seed: 7 },
    },
    structures,
  );
  const certificate = path.join(project.folder, 'certificates/moments.pcm-cert.json');
  beforeAll(async () => {
    const { code } = await pcm('certify', project.folder, '--model', 'moments', '--no-check');
    expect(code).toBe(2);
  }, 240_000);
  afterAll(() => project.remove());

  it('writes a page and its twin, which is what --json prints', async () => {
    const page = path.join(project.folder, 'report.html');
    const { code, events } = await pcm('report', certificate, '-o', page, '--forces', '30');
    expect(code).toBe(0);
    const printed = events.find((event): event is Report => event.kind === 'report')!;
    expect(reportSchema.parse(JSON.parse(readFileSync(page.replace('.html', '.json'), 'utf8')))).toEqual(printed);
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
    expect(printed.elements!.elements.length).toBeGreaterThan(3);
    expect(printed.failureModes!.softening!.slope.interval).not.toBeNull();
    expect(printed.failureModes!.unitFaults).toEqual([]);
    const [worst] = printed.counterexamples.list;
    expect(worst!.crystal!.modelForces).toHaveLength(3 * worst!.atoms!);
    expect(worst!.error).toBeCloseTo(largestDifference(worst!.crystal!), 3);
  });

  it('says what each strategy found, and how it did against random search', async () => {
    const { events } = await pcm('report', certificate, '--forces', '0');
    const { cumulative } = events.find((event): event is Report => event.kind === 'report')!.discovery;
    for (const { tested, counterexamples, strategies } of cumulative) {
      expect(strategies.reduce((sum, { proposals }) => sum + proposals, 0)).toBe(tested);
      expect(strategies.reduce((sum, one) => sum + one.counterexamples, 0)).toBe(counterexamples);
    }
    const [random, surrogate] = cumulative.at(-1)!.strategies;
    expect(random).toMatchObject({ strategy: 'random', againstRandom: null });
    expect(surrogate!.againstRandom!.lower).toBeLessThanOrEqual(surrogate!.againstRandom!.estimate!);
  });

  it('holds the envelope against simpler regions, other seeds and thresholds', async () => {
    const { code, events } = await pcm('report', certificate, '--forces', '0');
    expect(code).toBe(0);
    const printed = events.find((event): event is Report => event.kind === 'report')!;
    expect(printed.alternatives!.sensitivity.seeds).toHaveLength(4);
    const regions = printed.alternatives!.alternatives!.regions;
    expect(regions.map(({ method }) => method)).toEqual([
      'envelope',
      'quantile-box',
      'convex-hull',
      'nearest-neighbours',
    ]);
    expect(Math.max(...regions.map(({ inside }) => inside))).toBe(regions[0]!.inside);
  });

  it('compares models by what is stored of them, and asks none of them anew', async () => {
    const reported = async (...words: string[]): Promise<Report> => {
      const { events } = await pcm('report', certificate, '--forces', '0', ...words);
      return events.find((event): event is Report => event.kind === 'report')!;
    };
    const alone = await reported();
    expect(alone.comparison).toBeNull();
    expect(alone.notes.join(' ')).toContain('Of 0 structures the answers of all 2 models are stored');
    const logs = path.join(project.folder, '.pcm/observations');
    const before = readdirSync(logs);
    const { events } = await pcm('compare', project.folder);
    const comparison = events.find((event): event is Comparison => event.kind === 'comparison')!;
    const stored = (await reported()).comparison!;
    expect(stored).toEqual({ ...comparison, notes: stored.notes });
    expect(readdirSync(logs).length).toBeGreaterThan(before.length);
  });

  it('reports from the certificate alone where the data have changed', async () => {
    const data = path.join(project.folder, 'data/screen.xyz');
    const text = readFileSync(data, 'utf8');
    project.write('data/screen.xyz', `${text}\n`);
    const { code, events } = await pcm('report', certificate);
    project.write('data/screen.xyz', text);
    expect(code).toBe(0);
    const printed = events.find((event): event is Report => event.kind === 'report')!;
    expect(printed.elements).toBeNull();
    expect(printed.notes.join(' ')).toContain('sha-256');
  });

  it('compares the models of a project', async () => {
    const { code, events } = await pcm('compare', project.folder);
    expect(code).toBe(0);
    const comparison = events.find((event): event is Comparison => event.kind === 'comparison')!;
    expect(comparison.models.map(({ id }) => id)).toEqual(['moments', 'messages']);
    expect(comparison.structures + comparison.leftOut).toBe(structures);
    expect(comparison.pairs[0]!.pearson!.value).toBeGreaterThan(0.5);
  });

  it('does not compare one model with nothing', async () => {
    project.configure(smallProject, 'one.json');
    const { code, events } = await pcm('compare', project.folder, '--config', 'one.json');
    expect(code).toBe(2);
    expect(events.find((event) => event.kind === 'problem')).toMatchObject({ file: 'one.json' });
    expect(existsSync(certificate)).toBe(true);
  });
});

function largestDifference({
  referenceForces,
  modelForces,
}: NonNullable<Report['counterexamples']['list'][0]['crystal']>): number {
  let largest = 0;
  for (let k = 0; k < modelForces!.length; k += 3) {
    const part = [0, 1, 2].map((axis) => modelForces![k + axis]! - referenceForces![k + axis]!);
    largest = Math.max(largest, Math.hypot(...part));
  }
  return largest;
}
