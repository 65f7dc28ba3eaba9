import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { featureIds } from './features.ts';
import { readProject } from './project-file.ts';
import { projectJsonSchema } from './project-json-schema.ts';

const schema = projectJsonSchema();
// Read back from the JSON that an editor gets, not from the schema it was made of.
const checker = z.fromJSONSchema(JSON.parse(JSON.stringify(schema)) as Parameters<typeof z.fromJSONSchema>[0]);
const sample = (name: string): unknown =>
  parse(readFileSync(path.resolve(import.meta.dirname, '../../media/sample-project', name), 'utf8'));

const minimal = {
  models: [{ id: 'm', kind: 'onnx', path: 'm.onnx' }],
  data: ['data/*.xyz'],
  failure: { kind: 'force-error', threshold: 0.5 },
};

const everything = {
  name: 'oxide-screen',
  models: [
    { id: 'tensornet', kind: 'onnx', path: 'models/tensornet.onnx' },
    {
      id: 'mace',
      kind: 'ase',
      factory: 'mace.calculators:mace_mp',
      arguments: { model: 'small' },
      python: 'python3',
    },
    {
      id: 'chgnet',
      kind: 'table',
      path: 'data/predictions.csv',
      key: 'material_id',
      energyPerAtom: 'pred_chgnet',
      reference: 'dft_e_form_eV_per_atom',
    },
  ],
  data: ['data/*.xyz'],
  reference: { kind: 'data' },
  failure: { kind: 'force-error', threshold: 0.5 },
  features: ['electronegativity_mean', 'covalent_radius_range', 'volume_per_atom', 'f_block_fraction'],
  search: { strategies: ['random', 'local-search'], budget: 2000, seed: 7 },
  refinement: { rounds: 4, replicates: 1000, confidence: 0.95, validationShare: 0.3 },
  claim: { violations: 0, failureRate: 0.1, significance: 0.05, minimumInside: 50 },
  lean: { backend: 'auto' },
};

describe('the JSON schema of pcm.json', () => {
  it.each([
    ['the sample', sample('pcm.json')],
    ['its strict claim', sample('pcm.strict.json')],
    ['no more than what has no default', minimal],
    ['every kind of model', everything],
  ])('accepts %s', (_name, project) => {
    expect(checker.safeParse(project).error).toBeUndefined();
  });

  it.each([
    ['an unknown kind of model', { ...minimal, models: [{ id: 'm', kind: 'onyx', path: 'm.onnx' }] }],
    ['an unknown feature', { ...minimal, features: ['volume_per_atmo'] }],
    ['a threshold that is no number', { ...minimal, failure: { kind: 'force-error', threshold: '0.5' } }],
    ['a project without data', { models: minimal.models, failure: minimal.failure }],
  ])('refuses %s', (_name, project) => {
    expect(checker.safeParse(project).success).toBe(false);
  });

  it.each([
    ['at the top', { ...minimal, modles: [] }, 'modles'],
    ['further in', { ...minimal, search: { budgte: 3 } }, 'budgte'],
    ['of a model', { ...minimal, models: [{ ...minimal.models[0], paht: 'm.onnx' }] }, 'paht'],
  ])('leaves an unknown key %s to the reader of the file, which can mend it', (_name, project, key) => {
    expect(checker.safeParse(project).error).toBeUndefined();
    const read = readProject(JSON.stringify(project), 'pcm.json');
    const problems = read.kind === 'ok' ? read.warnings : read.problems;
    const about = problems.filter(({ message }) => message.includes(`"${key}"`));
    expect(about).toHaveLength(1);
    expect(about[0]!.edit?.kind).toMatch(/-property$/);
  });

  it('says of every key what it is, and of every feature', () => {
    const properties = schema['properties'] as Record<string, { description?: string }>;
    const silent = Object.entries(properties).filter(
      ([key, { description }]) => key !== '$schema' && description === undefined,
    );
    expect(silent.map(([key]) => key)).toEqual([]);
    const features = properties['features'] as { items?: { enum?: string[]; enumDescriptions?: string[] } };
    expect(features.items?.enum).toEqual(featureIds);
    expect(features.items?.enumDescriptions?.filter((text) => text.length < 10)).toEqual([]);
  });
});
