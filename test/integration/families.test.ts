import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificateSchema } from '../../extension/core/certificate.ts';
import { finalBox } from '../../extension/core/obligations.ts';
import { pcm, problemsOf, smallProject, temporaryProject, type TemporaryProject } from './pcm-project.ts';

const LIMIT = 300_000;

describe('an envelope for each family', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject({
      ...smallProject,
      refinement: { ...smallProject.refinement, families: 'anion', minimumPerFamily: 25 },
      claim: { ...smallProject.claim, minimumInside: 5, minimumPerSlab: 0 },
    });
  });
  afterEach(() => project.remove());

  it(
    'is a certificate of its own that holds the family in its box, and a family with too few samples has none',
    async () => {
      const run = await pcm('certify', project.folder, '--no-check');
      const results = run.events.filter((event) => event.kind === 'result');
      expect(results[0]!.model).toBe('moments');
      const families = results.slice(1).map(({ model }) => model);
      const refused = problemsOf(run).filter(({ message }) => message.startsWith('Too few samples'));
      expect(families.length + refused.length).toBe(3);
      expect(families.length).toBeGreaterThan(0);
      expect(refused.length).toBeGreaterThan(0);
      for (const { model, certificate } of results.slice(1)) {
        const { content } = certificateSchema.parse(JSON.parse(readFileSync(certificate!, 'utf8')));
        expect(content.model.id).toBe(model);
        expect(certificate!.endsWith(`${model}.pcm-cert.json`)).toBe(true);
        const box = finalBox(content);
        const range = (feature: string) => box[content.features.findIndex(({ id }) => id === feature)]!;
        const [halogen, chalcogen] = [range('halogen_fraction'), range('chalcogen_fraction')];
        if (model.endsWith('.halide')) expect(halogen.lower).toBeGreaterThan(0);
        else expect(halogen.upper).toBe(0);
        if (model.endsWith('.chalcogenide')) expect(chalcogen.lower).toBeGreaterThan(0);
        if (model.endsWith('.other-anion')) expect(chalcogen.upper).toBe(0);
      }
      const plan = await pcm('plan', results[0]!.certificate!, '--failure-rate', '0.01');
      expect(plan.code).toBe(0);
      const [event] = plan.events;
      if (event?.kind !== 'plan') throw new Error('no plan');
      expect(event.failureRate).toBe(0.01);
      expect(event.inside).toBe(results[0]!.validation.inside);
      expect(event.upperBound).toBe(results[0]!.validation.upperBound);
      expect(event.sizes[0]!.needed).toBeGreaterThanOrEqual(299);
      expect(event.sizes[0]!.more).toBe(event.sizes[0]!.needed - event.inside);
      const whole = await pcm('plan', project.folder);
      expect(whole.events[0]).toMatchObject({ kind: 'plan', model: null, inside: 0 });
    },
    LIMIT,
  );
});
