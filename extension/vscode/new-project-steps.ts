import * as z from 'zod';
import { referenceOf, type NewProject } from '../core/new-project-text.ts';
import type { ModelOf } from '../core/project-models.ts';
import { criterionUnit, type CriterionKind } from '../core/criterion.ts';
import { decidingColumn } from '../core/table-columns.ts';
import type { VsCodeApi } from './api.ts';
import { askMany, askPick, askText, type Answer, type PickItem, type Step, type StepPlace } from './multi-step.ts';
import { modelIdOf, type FoundFiles } from './project-files.ts';

/** What is known of the new project so far. */
export type Draft = Omit<NewProject, 'models'> & {
  readonly choices: readonly ModelChoice[];
  /** How the ASE calculator is made, where one was chosen. */
  readonly ase: Pick<InputOf<'ase'>, 'factory' | 'arguments' | 'python'>;
  /** The i-PI client, where one was chosen. */
  readonly ipi: { readonly description: string; readonly command: readonly string[] };
  /** By path: where the predictions of a table stand. */
  readonly tables: Readonly<Record<string, TableColumns>>;
};

type ModelChoice =
  | { readonly kind: 'onnx'; readonly path: string }
  | { readonly kind: 'ase' | 'ipi' }
  | { readonly kind: 'table'; readonly path: string };

type InputOf<Kind> = Extract<NewProject['models'][number], { kind: Kind }>;

type TableColumns = Omit<ModelOf<'table'>, 'id' | 'kind' | 'path'>;

/** Thresholds that are a fair start: half an eV/Å is far beyond the scatter of DFT, and of any use in a screening. */
const usualThreshold: Readonly<Record<CriterionKind, number>> = {
  'force-error': 0.5,
  'energy-error': 0.05,
  'force-magnitude': 0.5,
  physics: 1,
};

/** A draft that the first question starts with. */
export function emptyDraft(name: string): Draft {
  return {
    name,
    choices: [],
    ase: { factory: '' },
    ipi: { description: '', command: [] },
    tables: {},
    data: [],
    failure: { kind: 'force-error', threshold: usualThreshold['force-error'] },
    claim: { failureRate: 0.1, significance: 0.05 },
  };
}

/** The questions whose answers make a project, in order; `columnsOf` tells the columns of a table, as far as it can. */
export function newProjectSteps(
  api: VsCodeApi,
  found: FoundFiles,
  columnsOf: (table: string) => Promise<readonly string[]>,
): readonly Step<Draft>[] {
  const { t } = api.l10n;
  const positive = (text: string): string | undefined =>
    /^\d*\.?\d+$/.test(text) && Number(text) > 0 && Number(text) <= 1e6
      ? undefined
      : t('A number above 0, such as 0.5');

  const notEmpty = (text: string): string | undefined => (text.trim() === '' ? t('This is needed') : undefined);

  const models: Step<Draft> = {
    async ask(draft, place) {
      const items: PickItem<ModelChoice>[] = [
        ...found.models.map((file) => ({
          label: `$(file-binary) ${file}`,
          description: t('ONNX model'),
          picked: true,
          value: { kind: 'onnx' as const, path: file },
        })),
        {
          label: `$(snake) ${t('ASE calculator')}`,
          description: t('any potential that Python and ASE can call'),
          value: { kind: 'ase' as const },
        },
        {
          label: `$(plug) ${t('i-PI client')}`,
          description: t('LAMMPS, CP2K, … or any other program that speaks the i-PI protocol'),
          value: { kind: 'ipi' as const },
        },
        ...found.tables.map((file) => ({
          label: `$(table) ${file}`,
          description: t('predictions made elsewhere'),
          value: { kind: 'table' as const, path: file },
        })),
      ];
      const answer = await askMany(api, place, t('Which potentials are to be audited?'), items);
      return then(answer, (choices) => ({ ...draft, choices }));
    },
  };

  const usesAse = ({ choices }: Draft): boolean => choices.some(({ kind }) => kind === 'ase');
  const factory: Step<Draft> = {
    applies: usesAse,
    async ask(draft, place) {
      const prompt = t('Python function that makes the ASE calculator, as module:function');
      const answer = await askText(api, place, prompt, 'mace.calculators:mace_mp', (text) =>
        /^[\w.]+:\w+$/.test(text) ? undefined : t('Write module:function, such as mace.calculators:mace_mp'),
      );
      return then(answer, (text) => ({ ...draft, ase: { factory: text } }));
    },
  };

  const factoryArguments: Step<Draft> = {
    applies: usesAse,
    async ask(draft, place) {
      const prompt = t('Keyword arguments of {0}, as JSON; empty for none', draft.ase.factory);
      const answer = await askText(api, place, prompt, '', (text) =>
        text === '' || argumentsOf(text) !== null ? undefined : t('A JSON object, such as {"model": "small"}'),
      );
      return then(answer, (text) => {
        const given = argumentsOf(text);
        return given === null ? draft : { ...draft, ase: { ...draft.ase, arguments: given } };
      });
    },
  };

  const python: Step<Draft> = {
    applies: usesAse,
    async ask(draft, place) {
      const prompt = t('Python that has ASE and the calculator; a path may be relative to the project folder');
      const answer = await askText(api, place, prompt, 'python3', notEmpty);
      return then(answer, (text) => ({ ...draft, ase: { ...draft.ase, python: text } }));
    },
  };

  const usesIpi = ({ choices }: Draft): boolean => choices.some(({ kind }) => kind === 'ipi');
  const client: Step<Draft> = {
    applies: usesIpi,
    async ask(draft, place) {
      const prompt = t(
        'What answers over i-PI, name and version; the protocol does not tell, and certificates have to',
      );
      const answer = await askText(api, place, prompt, '', notEmpty);
      return then(answer, (text) => ({ ...draft, ipi: { ...draft.ipi, description: text } }));
    },
  };

  const command: Step<Draft> = {
    applies: usesIpi,
    async ask(draft, place) {
      const prompt = t(
        'Program and words that start a client, between blanks; it finds the atoms in {structure} and us at {socket}',
      );
      const answer = await askText(
        api,
        place,
        prompt,
        'python3 {project}/start-client.py {structure} {socket}',
        (text) =>
          /\{(socket|name)\}/.test(text)
            ? undefined
            : t('One of the words has to hold {socket} or {name}: where to connect'),
      );
      return then(answer, (text) => ({ ...draft, ipi: { ...draft.ipi, command: text.trim().split(/\s+/) } }));
    },
  };

  const data: Step<Draft> = {
    async ask(draft, place) {
      if (found.structures.length === 0) {
        const prompt = t('No structures were found here. Files or glob, relative to the project folder');
        const answer = await askText(api, place, prompt, 'data/*.xyz', (text) =>
          text === '' || text.startsWith('/') || text.includes('\\') || text.split('/').includes('..')
            ? t('A path inside the project folder, with forward slashes')
            : undefined,
        );
        return then(answer, (text) => ({ ...draft, data: [text] }));
      }
      const items = found.structures.map((file) => ({ label: `$(file) ${file}`, picked: true, value: file }));
      const answer = await askMany(api, place, t('Which structures are the potentials tested with?'), items);
      return then(answer, (files) => ({ ...draft, data: files }));
    },
  };

  const criterion: Step<Draft> = {
    async ask(draft, place) {
      const items: PickItem<CriterionKind>[] = [
        { label: t('Force error'), description: t('needs DFT forces; largest atom, eV/Å'), value: 'force-error' },
        { label: t('Energy error'), description: t('needs DFT energies; eV/atom'), value: 'energy-error' },
        {
          label: t('Force magnitude'),
          description: t('structures known to be relaxed, no labels; largest atom, eV/Å'),
          value: 'force-magnitude',
        },
      ];
      // A table knows nothing of the structures that probes make.
      if (!draft.choices.some(({ kind }) => kind === 'table')) {
        const description = t('symmetries and conservation laws, no labels; multiples of their tolerances');
        items.push({ label: t('Physical laws'), description, value: 'physics' });
      }
      const answer = await askPick(api, place, t('When does a potential fail on a structure?'), items);
      return then(answer, (kind) => ({ ...draft, failure: { kind, threshold: usualThreshold[kind] } }));
    },
  };

  const threshold: Step<Draft> = {
    async ask(draft, place) {
      const { kind } = draft.failure;
      const prompt =
        kind === 'physics'
          ? t('Multiple of its tolerance above which a law counts as broken')
          : t('Threshold in {0}: more than this is a failure', criterionUnit(kind));
      const answer = await askText(api, place, prompt, String(draft.failure.threshold), positive);
      return then(answer, (text) => ({ ...draft, failure: { ...draft.failure, threshold: Number(text) } }));
    },
  };

  const claim: Step<Draft> = {
    async ask(draft, place) {
      const level = (
        failureRate: number,
        significance: number,
        description: string,
      ): PickItem<NewProject['claim']> => ({
        label: t('At most {0} % fail', 100 * failureRate),
        description,
        value: { failureRate, significance },
      });
      const items = [
        level(0.1, 0.05, t('95 % confidence; needs some 30 structures in the envelope without a failure')),
        level(0.05, 0.05, t('95 % confidence; needs some 60')),
        level(0.02, 0.01, t('99 % confidence; needs some 230')),
      ];
      const answer = await askPick(api, place, t('What is to be claimed inside the envelope?'), items);
      return then(answer, (chosen) => ({ ...draft, claim: chosen }));
    },
  };

  /** One question about one table: a column of it, or a name where its columns cannot be told. */
  async function askColumn(
    place: StepPlace,
    table: string,
    question: string,
    others: readonly PickItem<string | undefined>[],
  ): Promise<Answer<string | undefined>> {
    const columns = await columnsOf(table);
    if (columns.length > 0) {
      const items = columns.map((column) => ({ label: `$(symbol-field) ${column}`, value: column }));
      return askPick<string | undefined>(api, place, question, [...others, ...items]);
    }
    const answer = await askText(api, place, question, '', (text) =>
      text !== '' || others.length > 0 ? undefined : t('The name of a column'),
    );
    return then(answer, (text) => (text === '' ? undefined : text));
  }

  const columnsOfTables = found.tables.flatMap((table): Step<Draft>[] => {
    const isChosen = ({ choices }: Draft): boolean =>
      choices.some((choice) => choice.kind === 'table' && choice.path === table);
    const withColumns = (draft: Draft, columns: Partial<TableColumns>): Draft => ({
      ...draft,
      tables: { ...draft.tables, [table]: { key: '', ...draft.tables[table], ...columns } },
    });
    const key: Step<Draft> = {
      applies: isChosen,
      async ask(draft, place) {
        const answer = await askColumn(place, table, t('Column of {0} with the names of the structures', table), []);
        return then(answer, (column) => ({ ...draft, tables: { ...draft.tables, [table]: { key: column ?? '' } } }));
      },
    };
    const predictions: Step<Draft> = {
      applies: isChosen,
      async ask(draft, place) {
        const { kind } = draft.failure;
        if (kind === 'physics') return { kind: 'answer', value: draft };
        const column = decidingColumn(kind, referenceOf(draft.failure));
        const question = {
          energyPerAtom: t('Column of {0} with predicted energies, eV/atom', table),
          forceError: t('Column of {0} with force errors, largest atom, eV/Å', table),
          maxForce: t('Column of {0} with predicted forces, largest atom, eV/Å', table),
        }[column];
        const answer = await askColumn(place, table, question, []);
        return then(answer, (name) => withColumns(draft, { [column]: name }));
      },
    };
    const truth: Step<Draft> = {
      applies: (draft) => isChosen(draft) && draft.failure.kind === 'energy-error',
      async ask(draft, place) {
        const answer = await askColumn(place, table, t('Column of {0} with the true energies, eV/atom', table), [
          { label: `$(file) ${t('None: the energies of the data files')}`, value: undefined },
        ]);
        return then(answer, (name) => (name === undefined ? draft : withColumns(draft, { reference: name })));
      },
    };
    return [key, predictions, truth];
  });

  return [
    models,
    factory,
    factoryArguments,
    python,
    client,
    command,
    data,
    criterion,
    threshold,
    ...columnsOfTables,
    claim,
  ];
}

/** The project that the answers make. */
export function projectOfDraft({ choices, ase, ipi, tables, ...rest }: Draft): NewProject {
  const models: NewProject['models'][number][] = [];
  const idOf = (name: string): string =>
    modelIdOf(
      name,
      models.map(({ id }) => id),
    );
  for (const choice of choices) {
    switch (choice.kind) {
      case 'onnx':
        models.push({ id: idOf(choice.path), kind: 'onnx', path: choice.path });
        break;
      case 'ase':
        models.push({ id: idOf(ase.factory.slice(ase.factory.indexOf(':') + 1)), kind: 'ase', ...ase });
        break;
      case 'ipi':
        models.push({
          id: idOf(ipi.description.split(' ')[0]!),
          kind: 'ipi',
          description: ipi.description,
          command: [...ipi.command],
        });
        break;
      case 'table':
        models.push({ id: idOf(choice.path), kind: 'table', path: choice.path, ...tables[choice.path]! });
    }
  }
  return { ...rest, models };
}

const argumentsSchema = z.record(z.string(), z.json());

/** Keyword arguments as JSON; null for what is none. */
function argumentsOf(text: string): z.infer<typeof argumentsSchema> | null {
  try {
    return argumentsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function then<A, B>(answer: Answer<A>, next: (value: A) => B): Answer<B> {
  return answer.kind === 'answer' ? { kind: 'answer', value: next(answer.value) } : answer;
}
