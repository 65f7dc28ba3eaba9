import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../extension/core/certificate.ts';
import { claimSentences } from '../../extension/core/claim-sentences.ts';
import { judge } from '../../extension/core/criterion.ts';
import { lawIds } from '../../extension/core/physics/chosen-probes.ts';
import type { Structure } from '../../extension/core/structure.ts';
import { fromLine, logName } from '../../extension/sweep/observation-line.ts';
import type { Observation } from '../../extension/sweep/observation.ts';
import { onnxSource } from '../../extension/sweep/oracles/onnx-source.ts';
import { probedSource } from '../../extension/sweep/physics/probed-source.ts';
import { defaultOracleSettings } from '../../extension/sweep/oracle-settings.ts';
import { pcm, problemsOf, resultOf } from './pcm-project.ts';
import { potentials, structuresOf } from './physics-workbench.ts';
import { auditedModel, bundle, remove } from './sweep-workbench.ts';

/** What the criterion "physics" observes of one of the potentials beside `make_potentials.py`. */
async function observe(
  worker: string,
  name: string,
  structures: readonly Structure[],
  laws: readonly string[] = lawIds,
  folder = potentials,
): Promise<Observation[]> {
  const plain = onnxSource(await auditedModel(name, folder), worker, 'test');
  const oracle = probedSource(plain, { kind: 'physics', laws: [...laws], threshold: 1 })!.open({
    settings: defaultOracleSettings,
    workers: 1,
  });
  try {
    return await oracle.observe(structures);
  } finally {
    await oracle.close();
  }
}

const judged = (observation: Observation) =>
  observation.kind === 'refused'
    ? observation
    : {
        ...judge({ kind: 'physics', threshold: 1 }, 'data', observation.measurement),
        law: observation.measurement.law,
      };

describe('physical laws as criterion', () => {
  let worker = '';
  let crystals: Structure[] = [];
  beforeAll(async () => {
    worker = await bundle('extension/sweep/oracle-worker.ts', 'oracle-worker');
    crystals = await structuresOf(path.join(potentials, 'crystals.xyz'));
  });
  afterAll(() => remove(path.dirname(worker)));

  it.each(['sound', 'sound-float64'])('%s breaks none', async (name) => {
    for (const observation of await observe(worker, name, crystals)) {
      expect(judged(observation)).toMatchObject({ failed: false, law: { skipped: [] } });
    }
  });

  it.each(lawIds)('a potential that breaks %s fails by it', async (law) => {
    const found = (await observe(worker, `broken-${law}`, crystals, [law])).map(judged);
    const failed = found.filter((each) => each.kind === 'judged' && each.failed);
    expect(failed.length).toBeGreaterThan(0);
    for (const each of failed) expect(each.kind === 'judged' && each.law?.law.startsWith(law)).toBe(true);
  });

  it('observations by the tolerances of one precision are not taken for those of another', async () => {
    const plain = onnxSource(await auditedModel('sound', potentials), worker, 'test');
    const logs = (['float32', 'float64'] as const).map((precision) => {
      const predictions = { ...plain.predictions!, traits: { ...plain.predictions!.traits, precision } };
      const { laws } = probedSource({ ...plain, predictions }, { kind: 'physics', laws: lawIds, threshold: 1 })!;
      return logName({
        modelSha256: plain.identity.sha256,
        settings: defaultOracleSettings,
        runtime: 'test',
        laws: laws!,
      });
    });
    expect(new Set(logs).size).toBe(2);
  });

  it('noise is found where determinism is named', async () => {
    const found = await observe(worker, 'broken-determinism-noise', crystals, ['determinism']);
    expect(found.map(judged)).toMatchObject(
      crystals.map(() => ({ failed: true, law: { law: 'determinism-energy', asked: 3 } })),
    );
  });

  it('a model without a finite answer fails before any law is asked for, one that refuses does not', async () => {
    const chlorine: Structure = { ...crystals[0]!, species: Uint8Array.of(17, 17) };
    const models = path.resolve('test/fixtures/models');
    const [nan] = await observe(worker, 'nan-for-chlorine', [chlorine], lawIds, models);
    expect(nan).toMatchObject({ kind: 'measured', measurement: { status: 'not-finite', law: null } });
    expect(judged(nan!)).toMatchObject({ failed: true });
    const [refused] = await observe(worker, 'sound', [chlorine]);
    expect(refused).toMatchObject({ kind: 'refused' });
  });

  it('a structure on which no law can be measured is left out, not passed', async () => {
    const molecule: Structure = { ...crystals[0]!, periodic: [false, false, false] };
    const [observation] = await observe(worker, 'sound', [molecule], ['supercell', 'cell-choice']);
    expect(observation).toMatchObject({ kind: 'refused' });
    expect(observation!.detail).toMatch(/no law can be measured.*supercell: the structure is not periodic/);
  });
});

describe('a project whose criterion is "physics"', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-laws-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const settings = {
    name: 'laws',
    models: [
      { id: 'sound', kind: 'onnx', path: 'models/sound.onnx' },
      { id: 'magnesium', kind: 'onnx', path: 'models/broken-gradient-magnesium.onnx' },
      { id: 'everywhere', kind: 'onnx', path: 'models/broken-gradient.onnx' },
    ],
    data: ['screen.xyz'],
    failure: { kind: 'physics' },
    features: ['atomic_number_mean', 'volume_per_atom'],
    search: { budget: 60, seed: 3 },
    refinement: { rounds: 2, replicates: 100, validationShare: 0.4 },
    claim: { violations: 0, failureRate: 0.3, significance: 0.05, minimumInside: 10, slabs: 2 },
  };
  const configure = (more: object = {}, file = 'pcm.json'): void =>
    writeFileSync(path.join(folder, file), JSON.stringify({ ...settings, ...more }));
  const certificateOf = (id: string): string => path.join(folder, `certificates/${id}.pcm-cert.json`);
  const read = (id: string): Certificate => JSON.parse(readFileSync(certificateOf(id), 'utf8')) as Certificate;
  beforeAll(() => {
    mkdirSync(path.join(folder, 'models'));
    for (const name of ['sound', 'broken-gradient-magnesium', 'broken-gradient'])
      copyFileSync(path.join(potentials, `${name}.onnx`), path.join(folder, `models/${name}.onnx`));
    copyFileSync(path.join(potentials, 'screen.xyz'), path.join(folder, 'screen.xyz'));
    configure();
  });

  it('finds no failure of a potential that breaks no law', async () => {
    const run = await pcm('certify', folder, '--model', 'sound', '--no-check');
    expect(resultOf(run)).toMatchObject({ structures: { failed: 0, refused: 0 } });
    const { content } = read('sound');
    expect(content.violations).toBeUndefined();
    expect(content.criterion.laws).toMatchObject({ probes: lawIds, precision: 'float32', skipped: {} });
    const observations = content.search.id.length + content.validation.id.length;
    expect(content.criterion.laws!.asked).toBeGreaterThan(20 * observations);
    expect(content.search.error.some((error) => error > 0)).toBe(true);
  });

  it('draws the envelope around what breaks one, says which, and has Lean prove it', async () => {
    const run = await pcm('certify', folder, '--model', 'magnesium');
    expect(run.code).toBe(0);
    const { content } = read('magnesium');
    // Wherever there is magnesium, the mean atomic number is that of MgO: 10.
    const numbers = content.search.features[0]!;
    expect(content.counterexamples.map(({ row }) => numbers[row]! / content.features[0]!.scale)).toEqual(
      content.counterexamples.map(() => 10),
    );
    expect(content.counterexamples.length).toBeGreaterThan(3);
    expect(content.violations!.map(({ row }) => row)).toEqual(content.counterexamples.map(({ row }) => row));
    // Forces on one of two species are too large: they are no derivative any more, and do not add up to zero.
    for (const { law } of content.violations!) expect(['gradient', 'net-force']).toContain(law);
    expect(claimSentences(content)[0]).toContain('largest residual of a physical law exceeds 1 × tolerance');
    expect(claimSentences(content)[1]).toContain('rotation');
    const logs = path.join(folder, '.pcm/observations');
    const lines = readdirSync(logs)
      .filter((name) => /^observations-\w+\.jsonl$/.test(name))
      .flatMap((name) => readFileSync(path.join(logs, name), 'utf8').trim().split('\n').slice(1));
    for (const line of lines) {
      const observation = fromLine(line)?.observation;
      expect(observation?.kind === 'measured' && observation.measurement.law?.asked).toBe(31);
    }
  });

  it('is refuted where a potential breaks a law everywhere, with the law and the structure', async () => {
    const run = await pcm('certify', folder, '--model', 'everywhere');
    expect(run.code).toBe(1);
    const result = resultOf(run);
    expect(result.structures.failed).toBe(result.structures.tested);
    const { verdict, reason } = result.obligations.find(({ kind }) => kind === 'observed')!;
    expect(verdict).toBe('refuted');
    expect(reason).toMatch(/worst: screen\.xyz:\d+ \(structure \d+, gradient [\d.]+ eV\/Å, [\d.]+ × its tolerance\)/);
    const lean = readFileSync(path.join(folder, 'certificates/lean/Certificates/Everywhere.lean'), 'utf8');
    expect(lean).toContain('Laws put to the test on each crystal, as far as they could be: finite, rotation');
  });

  it('needs no model for what the log holds, with another threshold too', async () => {
    configure({ failure: { kind: 'physics', threshold: 1000 } }, 'lenient.json');
    const run = await pcm('errors', folder, '--model', 'magnesium', '--config', 'lenient.json');
    const observations = run.events.filter((event) => event.kind === 'observation');
    expect(observations).toHaveLength(120);
    expect(observations.every(({ failed }) => failed === false)).toBe(true);
    const strict = await pcm('errors', folder, '--model', 'magnesium');
    const failed = strict.events.filter((event) => event.kind === 'observation' && event.failed === true);
    expect(failed).toHaveLength(30);
  });

  it('is verified by asking anew, and falsified by new structures that break a law', async () => {
    const verified = await pcm('verify', certificateOf('magnesium'), '--replay', '20', '--no-check');
    const { checks } = verified.events.find((event) => event.kind === 'verification')!;
    expect(checks.find(({ check }) => check === 'replay')).toMatchObject({ outcome: 'passed' });
    // The mean atomic number of SiSiMgO (11) lies in the envelope.
    const cell = 'Lattice="5.2 0 0 0 4.9 0 0 0 4.6" Properties=species:S:1:pos:R:3 pbc="T T T"';
    const atoms = ['Si 0.1 0.2 0.3', 'Si 2.5 2.4 0.2', 'Mg 2.4 0.1 2.3', 'O 2.4 1.7 2.3', 'Si 2.6 2.5 3.9'];
    writeFileSync(path.join(folder, 'new.xyz'), `${atoms.length}\n${cell}\n${atoms.join('\n')}\n`);
    const run = await pcm('falsify', certificateOf('magnesium'), path.join(folder, 'new.xyz'));
    const event = run.events.find((each) => each.kind === 'falsification')!;
    expect(event.outcomes).toMatchObject({ fails: 1 });
    expect(event.verdict).toBe('revoked');
  });

  it('exports its counterexamples with forces, and asks no reference to validate them', async () => {
    const out = path.join(folder, 'out');
    expect((await pcm('export', certificateOf('magnesium'), '--out', out, '--top', '2')).code).toBe(0);
    expect(readFileSync(path.join(out, 'magnesium-counterexamples.xyz'), 'utf8')).toMatch(/mlip_forces|forces/);
    const run = await pcm('validate', certificateOf('magnesium'), '--reference', 'quantum-espresso');
    expect(run.code).toBe(2);
    expect(problemsOf(run)[0]?.message).toMatch(/no word in whether a potential breaks a physical law/);
  });

  it('lets strategies make structures without any reference, which are minimised', async () => {
    const search = { budget: 40, seed: 3, strategies: ['random', 'strain-rattle'] };
    configure({ search }, 'made.json');
    const out = path.join(folder, 'made');
    const run = await pcm(
      'certify',
      folder,
      '--model',
      'everywhere',
      '--config',
      'made.json',
      '--out',
      out,
      '--no-check',
    );
    expect(problemsOf(run).filter(({ severity }) => severity === 'error')).toEqual([]);
    const file = path.join(out, 'everywhere.pcm-cert.json');
    const { content } = JSON.parse(readFileSync(file, 'utf8')) as Certificate;
    expect(content.generated!.length).toBeGreaterThan(0);
    expect(content.reference).toBeUndefined();
    const least = await pcm('minimize', file, '--config', 'made.json', '--top', '100', '--calls', '4');
    const made = least.events.filter((event) => event.kind === 'minimized' && event.generator !== null);
    expect(made.length).toBeGreaterThan(0);
    // It fails undistorted, too.
    expect(made.every((event) => event.kind === 'minimized' && event.minimal !== null)).toBe(true);
  });

  it('cannot be that of a table', async () => {
    const models = [{ id: 't', kind: 'table', path: 't.csv', key: 'id', forceError: 'f' }];
    configure({ models }, 'table.json');
    const run = await pcm('certify', folder, '--config', 'table.json');
    expect(run.code).toBe(2);
    expect(problemsOf(run)[0]?.message).toMatch(/cannot be asked about structures that probes of physical laws change/);
  });
});
