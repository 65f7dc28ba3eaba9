import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcm, problemsOf, smallProject, temporaryProject } from './pcm-project.ts';

const BOHR = 0.529177210903;
const HARTREE = 27.211386245988;

/** The sample's labels in other units: energies over one factor, the three force columns over another. */
function inUnits(text: string, energy: number, force: number): string {
  return text
    .split('\n')
    .map((line) => {
      const fields = line.trim().split(/\s+/);
      if (/^[A-Z][a-z]?$/.test(fields[0]!) && fields.length === 7)
        return [...fields.slice(0, 4), ...fields.slice(4).map((value) => Number(value) / force)].join(' ');
      return line.replace(/(\benergy=)(\S+)/, (_, key: string, value: string) => `${key}${Number(value) / energy}`);
    })
    .join('\n');
}

describe('pcm lint, of what models have said before', { timeout: 240_000 }, () => {
  const project = temporaryProject({ ...smallProject, claim: { ...smallProject.claim } });
  const data = readFileSync(path.join(project.folder, 'data/screen.xyz'), 'utf8');
  beforeAll(async () => expect((await pcm('errors', project.folder)).code).toBe(0), 240_000);
  afterAll(() => project.remove());
  const unitProblems = async () =>
    problemsOf(await pcm('lint', project.folder)).filter(({ message }) => message.startsWith('Model "moments"'));

  it('accuses no sound model of a mistake of units', async () => expect(await unitProblems()).toEqual([]));

  it('tells units of the data from those of the model, with the line of the model', async () => {
    project.write('data/screen.xyz', inUnits(data, HARTREE, HARTREE / BOHR));
    await pcm('errors', project.folder);
    const found = await unitProblems();
    project.write('data/screen.xyz', data);
    expect(found.map(({ severity, file }) => `${severity} ${file}`)).toEqual(['warning pcm.json', 'warning pcm.json']);
    const text = readFileSync(path.join(project.folder, 'pcm.json'), 'utf8').split('\n');
    expect(text.slice(found[0]!.line! - 1, found[0]!.line! + 2).join('')).toContain('"id": "moments"');
    expect(found[0]!.message).toContain('energies were converted from Hartree');
    expect(found[0]!.fix).toContain('correct those of the data');
  });

  it('compares the two columns of a table, and asks the data for nothing that it has', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ id: `s${at}`, dft: -2 - at / 10 }));
    const model = (factor: number): string =>
      ['id,dft,model', ...rows.map(({ id, dft }, at) => `${id},${dft},${(dft + (at % 3) / 50) * factor}`)].join('\n');
    const bare = data.replace(/\benergy=\S+/g, '');
    project.write('data/screen.xyz', bare);
    const table = { id: 't', kind: 'table', path: 't.csv', key: 'id', energyPerAtom: 'model', reference: 'dft' };
    project.configure(
      { ...smallProject, models: [table], failure: { kind: 'energy-error', threshold: 0.1 } },
      't.json',
    );
    const lint = async (factor: number) => {
      project.write('t.csv', model(factor));
      return problemsOf(await pcm('lint', project.folder, '--config', 't.json')).filter(({ file }) => file === 't.csv');
    };
    expect(await lint(1)).toEqual([]);
    expect(await lint(1 / HARTREE)).toMatchObject([
      { severity: 'warning', line: 1, message: expect.stringContaining('are in Hartree') as string },
    ]);
    const all = problemsOf(await pcm('lint', project.folder, '--config', 't.json'));
    expect(all.filter(({ message }) => message.includes('have no energy'))).toEqual([]);
  });
});
