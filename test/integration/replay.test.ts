import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PcmEvent } from '../../extension/protocol/events.ts';
import { pcm, problemsOf, resultOf, temporaryProject, type Run, type TemporaryProject } from './pcm-project.ts';

const LIMIT = 120_000;

describe('what is kept of a run beside its certificate', () => {
  let project: TemporaryProject;
  let certified: Run;
  let certificate: string;
  beforeAll(async () => {
    project = temporaryProject();
    certified = await pcm('certify', project.folder, '--no-check');
    certificate = path.join(project.folder, 'certificates/moments.pcm-cert.json');
  }, LIMIT);
  afterAll(() => project.remove());

  const of = <K extends PcmEvent['kind']>(run: Run, kind: K): Extract<PcmEvent, { kind: K }>[] =>
    run.events.filter((event): event is Extract<PcmEvent, { kind: K }> => event.kind === kind);

  it('live sums grow to what the search tested, and end where the rounds do', () => {
    const live = of(certified, 'live');
    const last = live.at(-1)!;
    const rounds = of(certified, 'round');
    expect(live.map(({ tested }) => tested)).toEqual(live.map(({ tested }) => tested).sort((a, b) => a - b));
    expect(last.tested).toBe(rounds.reduce((sum, { tested }) => sum + tested, 0));
    expect(last.failed).toBe(rounds.at(-1)!.discovered);
    expect(last.strategies.reduce((sum, { tested }) => sum + tested, 0)).toBe(last.tested);
    const binned = last.errors.bins.reduce((sum, count) => sum + count, 0);
    expect(binned + last.errors.notFinite).toBe(last.tested);
  });

  it('replays rounds, result and every observation', { timeout: LIMIT }, async () => {
    const run = await pcm('replay', certificate);
    expect(run.code).toBe(0);
    const { obligations, ...result } = of(run, 'result')[0]!;
    expect(obligations.length).toBeGreaterThan(0);
    expect(result.structures).toEqual(resultOf(certified).structures);
    const withoutStrategies = of(certified, 'round').map(({ strategies, ...round }) => [strategies?.length, round][1]);
    expect(of(run, 'round')).toEqual(withoutStrategies);
    const table = of(run, 'table')[0]!;
    const rows = of(run, 'rows');
    expect(table.rows).toBe(rows.reduce((sum, { formula }) => sum + formula.length, 0));
    expect(rows.flatMap(({ failed }) => failed).reduce((sum, each) => sum + each, 0)).toBe(result.structures.failed);
    expect(rows.flatMap(({ formula }) => formula).every((formula) => formula !== '')).toBe(true);
    const search = rows.filter(({ split }) => split[0] === 0);
    expect(search.flatMap(({ round }) => round).every((round) => round === 1 || round === 2)).toBe(true);
    expect(search.flatMap(({ strategy }) => strategy).every((s) => s >= 1 && s <= table.strategies.length)).toBe(true);
    // Validation looks at structures inside the final envelope only.
    const validation = rows.filter(({ split }) => split[0] === 1);
    expect(validation.flatMap(({ inside }) => inside).every((inside) => inside === table.rounds)).toBe(true);
  });

  it('shows a structure with forces whose difference is the certified error', { timeout: LIMIT }, async () => {
    const rows = of(await pcm('replay', certificate), 'rows')[0]!;
    const row = rows.failed.indexOf(1);
    const run = await pcm('structure', certificate, '--structure', `data/screen.xyz#${rows.index[row]!}`);
    const { referenceForces, modelForces, formula, line, species } = of(run, 'structure')[0]!;
    expect({ formula, line }).toEqual({ formula: rows.formula[row], line: rows.line[row] });
    const norms = species.map((_, atom) =>
      Math.hypot(...[0, 1, 2].map((k) => modelForces![3 * atom + k]! - referenceForces![3 * atom + k]!)),
    );
    // Errors in certificates are rounded up to 10⁻⁴.
    expect(rows.error[row]! - Math.max(...norms)).toBeGreaterThanOrEqual(0);
    expect(rows.error[row]! - Math.max(...norms)).toBeLessThanOrEqual(1e-4 + 1e-9);
  });

  it('says what to name where a structure is not there', { timeout: LIMIT }, async () => {
    const far = await pcm('structure', certificate, '--structure', 'data/screen.xyz#100000');
    expect(far.code).toBe(2);
    expect(problemsOf(far)[0]!.message).toContain('no structure');
    const other = await pcm('structure', certificate, '--structure', '../secret.xyz#0');
    expect(problemsOf(other)[0]!.message).toContain('not about a data file');
  });
});
