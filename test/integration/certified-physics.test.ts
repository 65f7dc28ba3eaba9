import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../extension/core/certificate.ts';
import type { Report } from '../../extension/protocol/report.ts';
import { pcm, problemsOf, resultOf, smallProject, temporaryProject } from './pcm-project.ts';

const LIMIT = 240_000;
const claim = (physics: unknown): object => ({ ...smallProject, claim: { ...smallProject.claim, physics } });
const project = temporaryProject(claim(true));
afterAll(() => project.remove());

describe('physical laws in a certificate', () => {
  it(
    'are measured on structures inside the envelope, and proved to hold within the precision of the model',
    async () => {
      const run = await pcm('certify', project.folder);
      const result = resultOf(run);
      expect(result.obligations.find(({ kind }) => kind === 'physics')).toMatchObject({ verdict: 'proved' });
      const { content } = JSON.parse(readFileSync(result.certificate!, 'utf8')) as Certificate;
      const probes = new Set(content.residuals.map(({ probe }) => probe));
      for (const probe of ['finite', 'rotation-forces', 'net-force', 'gradient']) expect(probes).toContain(probe);
      const tested = new Set(content.search.index);
      expect(content.residuals.every(({ index }) => tested.has(index))).toBe(true);
      const { events } = await pcm('report', result.certificate!, '--forces', '0');
      const { physics } = events.find((event): event is Report => event.kind === 'report')!;
      expect(new Set(physics!.map(({ probe }) => probe))).toEqual(probes);
      expect(physics!.reduce((sum, { residuals }) => sum + residuals, 0)).toBe(content.residuals.length);
      expect(physics!.every(({ broken }) => broken === 0)).toBe(true);
    },
    LIMIT,
  );

  it(
    'refute a model that breaks one, with the structure on which it does',
    async () => {
      copyFileSync(
        path.resolve('test/fixtures/physics/broken-net-force.onnx'),
        path.join(project.folder, 'models/broken.onnx'),
      );
      const models = [{ id: 'broken', kind: 'onnx', path: 'models/broken.onnx' }];
      project.configure({ ...claim(['net-force']), models, failure: { kind: 'force-error', threshold: 1000 } });
      const run = await pcm('certify', project.folder);
      const physics = resultOf(run).obligations.find(({ kind }) => kind === 'physics')!;
      expect(physics.verdict).toBe('refuted');
      expect(physics.reason).toMatch(/net-force/);
    },
    LIMIT,
  );

  it('cannot be claimed of a table', async () => {
    const models = [{ id: 't', kind: 'table', path: 't.csv', key: 'id', forceError: 'f' }];
    project.configure({ ...claim(true), models });
    const run = await pcm('certify', project.folder);
    expect(run.code).toBe(2);
    expect(problemsOf(run)[0]?.message).toMatch(/cannot be asked about structures that probes of physical laws change/);
  });
});
