import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProjectText } from '../core/new-project-text.ts';
import { readProject } from '../core/project-file.ts';
import type { VsCodeApi } from './api.ts';
import { askSteps } from './multi-step.ts';
import { emptyDraft, newProjectSteps, projectOfDraft } from './new-project-steps.ts';
import { tableColumns } from './table-header.ts';

interface Question {
  readonly text: string;
  readonly place: string;
  readonly items: readonly string[];
}

/** An editor whose user answers each question by `reply`: labels of items, or a line of text. */
function fakeEditor(reply: (question: Question) => readonly string[] | string) {
  const input = (many: boolean | undefined) => {
    const listeners: Record<string, (value?: unknown) => void> = {};
    const on = (name: string) => (listener: (value?: unknown) => void) => void (listeners[name] = listener);
    const created = {
      placeholder: '',
      prompt: '',
      step: 0,
      totalSteps: 0,
      value: '',
      validationMessage: undefined as string | undefined,
      items: [] as { label: string }[],
      selectedItems: [] as unknown[],
      onDidAccept: on('accept'),
      onDidChangeValue: on('change'),
      onDidTriggerButton: on('button'),
      onDidHide: on('hide'),
      dispose: () => undefined,
      show: () => {
        const text = many === undefined ? created.prompt : created.placeholder;
        const place = `${created.step}/${created.totalSteps}`;
        const answer = reply({ text, place, items: created.items.map(({ label }) => label) });
        if (typeof answer === 'string') created.value = answer;
        else created.selectedItems = created.items.filter(({ label }) => answer.includes(label));
        listeners['accept']!();
        if (created.validationMessage !== undefined) listeners['hide']!();
      },
    };
    return created;
  };
  const api = {
    QuickInputButtons: { Back: {} },
    l10n: {
      t: (text: string, ...words: unknown[]) => text.replaceAll(/\{(\d)\}/g, (_, at) => String(words[Number(at)])),
    },
    window: { createQuickPick: () => input(true), createInputBox: () => input(undefined) },
  };
  return api as unknown as VsCodeApi;
}

const found = { models: ['m.onnx'], structures: ['a.xyz'], tables: ['chgnet.csv', 'other.parquet'] };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pcm-table-'));
  writeFileSync(path.join(folder, 'chgnet.csv'), '\uFEFFmaterial_id,"e, predicted",e_dft\nmp-1,-1.0,-1.1\n');
  writeFileSync(path.join(folder, 'damaged.csv'), '"no end\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function answered(
  replies: Readonly<Record<string, readonly string[] | string>>,
  asked: string[] = [],
): Promise<unknown> {
  const api = fakeEditor(({ text, place, items }) => {
    asked.push(`${place} ${text}`);
    const [, reply] = Object.entries(replies).find(([beginning]) => text.startsWith(beginning)) ?? [];
    if (reply === undefined) throw new Error(`${text}: ${items.join(', ')}`);
    return reply;
  });
  const columnsOf = (table: string): Promise<readonly string[]> => tableColumns(path.join(folder, table));
  const draft = await askSteps('New', newProjectSteps(api, found, columnsOf), emptyDraft('p'));
  if (draft === undefined) return undefined;
  const read = readProject(newProjectText(projectOfDraft(draft)), 'pcm.json');
  return read.kind === 'ok' ? read.value.models : read.problems;
}

const usual = {
  'Which structures': ['$(file) a.xyz'],
  Threshold: '0.05',
  'What is to be claimed': ['At most 10 % fail'],
};

describe('the questions of a new project', () => {
  it('take a table of predictions for a model, by its columns', async () => {
    const asked: string[] = [];
    const models = await answered(
      {
        ...usual,
        'Which potentials': ['$(file-binary) m.onnx', '$(table) chgnet.csv'],
        'When does': ['Energy error'],
        'Column of chgnet.csv with the names': ['$(symbol-field) material_id'],
        'Column of chgnet.csv with predicted energies': ['$(symbol-field) e, predicted'],
        'Column of chgnet.csv with the true': ['$(symbol-field) e_dft'],
      },
      asked,
    );
    expect(models).toMatchObject([
      { id: 'm', kind: 'onnx', path: 'm.onnx' },
      {
        id: 'chgnet',
        kind: 'table',
        path: 'chgnet.csv',
        key: 'material_id',
        energyPerAtom: 'e, predicted',
        reference: 'e_dft',
      },
    ]);
    expect(asked[0]).toMatch(/^1\/5 /);
    expect(asked.at(-1)).toMatch(/^8\/8 /);
  });

  it('ask a table for the column that the criterion is decided by, in words where its columns cannot be told', async () => {
    const models = await answered({
      ...usual,
      'Which potentials': ['$(table) other.parquet'],
      'When does': ['Force magnitude'],
      'Column of other.parquet with the names': 'id',
      'Column of other.parquet with predicted forces': 'fmax',
    });
    expect(models).toMatchObject([{ id: 'other', kind: 'table', path: 'other.parquet', key: 'id', maxForce: 'fmax' }]);
  });

  it('take the energies of the data where the table has none', async () => {
    const models = await answered({
      ...usual,
      'Which potentials': ['$(table) chgnet.csv'],
      'When does': ['Energy error'],
      'Column of chgnet.csv with the names': ['$(symbol-field) material_id'],
      'Column of chgnet.csv with predicted': ['$(symbol-field) e, predicted'],
      'Column of chgnet.csv with the true': ['$(file) None: the energies of the data files'],
    });
    expect(models).toMatchObject([{ kind: 'table', energyPerAtom: 'e, predicted' }]);
    expect(models).not.toMatchObject([{ reference: expect.anything() as unknown }]);
  });

  it('name the function of an ASE calculator', async () => {
    const models = await answered({
      ...usual,
      'Which potentials': ['$(file-binary) m.onnx', '$(snake) ASE calculator'],
      'Python function': 'mace.calculators:mace_mp',
      'Keyword arguments of mace.calculators:mace_mp': '{"model": "small"}',
      'Python that has ASE': 'venv/bin/python',
      'When does': ['Force error'],
    });
    expect(models).toMatchObject([
      { kind: 'onnx' },
      {
        id: 'mace_mp',
        kind: 'ase',
        factory: 'mace.calculators:mace_mp',
        arguments: { model: 'small' },
        python: 'venv/bin/python',
      },
    ]);
  });

  it('take no keyword arguments of an ASE calculator that are none', async () => {
    const withArguments = (given: string): Promise<unknown> =>
      answered({
        ...usual,
        'Which potentials': ['$(snake) ASE calculator'],
        'Python function': 'm:f',
        'Keyword arguments': given,
        'Python that has ASE': 'python3',
        'When does': ['Force error'],
      });
    expect(await withArguments('')).toMatchObject([{ kind: 'ase', arguments: {} }]);
    for (const wrong of ['{', '[1]', '"x"', 'null']) expect(await withArguments(wrong), wrong).toBeUndefined();
  });

  it('say what an i-PI client is, and how it is started', async () => {
    const client = {
      ...usual,
      'When does': ['Force error'],
      'Which potentials': ['$(plug) i-PI client'],
      'What answers': 'LAMMPS 2 Aug 2023',
    };
    expect(
      await answered({ ...client, 'Program and words': ' lmp  -var s {socket} -var d {structure}' }),
    ).toMatchObject([
      {
        id: 'LAMMPS',
        kind: 'ipi',
        description: 'LAMMPS 2 Aug 2023',
        command: ['lmp', '-var', 's', '{socket}', '-var', 'd', '{structure}'],
      },
    ]);
    expect(await answered({ ...client, 'Program and words': 'lmp {structure}' })).toBeUndefined();
  });
});

describe('the columns of a table', () => {
  it('are told of a CSV file, quotes and byte-order mark included, and of nothing else', async () => {
    expect(await tableColumns(path.join(folder, 'chgnet.csv'))).toEqual(['material_id', 'e, predicted', 'e_dft']);
    for (const name of ['damaged.csv', 'missing.csv', 'other.parquet']) {
      expect(await tableColumns(path.join(folder, name)), name).toEqual([]);
    }
  });
});
