import { describe, expect, it } from 'vitest';
import { neededLabels, NO_LABELS } from './needed-labels.ts';
import { projectSchema } from './project.ts';

const onnx = { id: 'm', kind: 'onnx', path: 'm.onnx' };
const table = { id: 't', kind: 'table', path: 't.csv', key: 'id', energyPerAtom: 'e', forceError: 'f' };

function needs(models: readonly object[], failure: string, reference: object = { kind: 'data' }) {
  const project = projectSchema.parse({
    name: 'p',
    models,
    data: ['a.xyz'],
    reference,
    failure: { kind: failure, threshold: 0.1 },
    features: ['volume_per_atom'],
    claim: { failureRate: 0.1 },
  });
  return neededLabels(project);
}

describe('the labels that the data have to bring', () => {
  const forces = { needsEnergy: false, needsForces: true };
  const energy = { needsEnergy: true, needsForces: false };

  it('are those of the criterion', () => {
    expect(needs([onnx], 'force-error')).toEqual(forces);
    expect(needs([onnx], 'energy-error')).toEqual(energy);
    expect(needs([onnx], 'force-magnitude')).toEqual(NO_LABELS);
    expect(needs([onnx], 'physics')).toEqual(NO_LABELS);
    expect(needs([onnx], 'force-error', { kind: 'relaxed' })).toEqual(NO_LABELS);
  });

  it('are not asked for where a reference computes them', () => {
    expect(needs([onnx], 'force-error', { kind: 'ase', factory: 'a:B' })).toEqual(NO_LABELS);
  });

  it('are not asked for where every table brings its own', () => {
    expect(needs([table], 'energy-error')).toEqual(energy);
    expect(needs([{ ...table, reference: 'dft' }], 'energy-error')).toEqual(NO_LABELS);
    expect(needs([table], 'force-error')).toEqual(NO_LABELS);
    expect(needs([{ ...table, reference: 'dft' }, onnx], 'energy-error')).toEqual(energy);
  });
});
