import path from 'node:path';
import { verdictKinds, type VerdictKind } from '../core/verdict-kinds.ts';
import type { CertificateEvent, ShownObligation, StructurePlace } from '../protocol/certificate-event.ts';
import type { Translate } from '../protocol/translate.ts';
import type { ObligationRef, ProjectEntry } from './certificate-store.ts';
import type { CertifyTarget } from './project-choice.ts';

/** What stands beside an item: a verdict, or that it is being worked on. */
export type ItemState = VerdictKind | 'running';

/** One item of the PCM view, as plain data. */
export interface TreeNode {
  /** The same for the same thing after every refresh. */
  readonly id: string;
  readonly kind:
    | 'project'
    | 'model'
    | 'certificate'
    | 'rounds'
    | 'round'
    | 'obligations'
    | 'obligation'
    | 'counterexamples'
    | 'counterexample'
    | 'note';
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly state?: ItemState;
  readonly children: readonly TreeNode[];
  /** What *Certify* on this item certifies. */
  readonly target?: CertifyTarget;
  readonly obligation?: ObligationRef;
  readonly structure?: StructurePlace & { readonly folder: string };
  /** Certificate file, where the item belongs to one. */
  readonly file?: string;
}

export type SortOrder = 'certificate' | 'verdict' | 'name';

export interface TreeChoice {
  /** The words of the reader's language. */
  readonly t: Translate;
  /** Obligations of other states are left out; null shows all. */
  readonly verdicts: readonly ItemState[] | null;
  readonly order: SortOrder;
  /** The run that goes on, if one does; of all models, or of one. */
  readonly running: CertifyTarget | null;
}

/** A verdict counts for what it was given on: where that has changed, it is stale. */
export const shownState = ({ stale }: CertificateEvent, { verdict }: Pick<ShownObligation, 'verdict'>): VerdictKind =>
  stale.length > 0 && verdict !== 'unchecked' ? 'stale' : verdict;

/** A verdict in the reader's language. */
export function verdictWord(verdict: VerdictKind, t: Translate): string {
  switch (verdict) {
    case 'proved':
      return t('proved');
    case 'refuted':
      return t('refuted');
    case 'stuck':
      return t('stuck');
    case 'stale':
      return t('stale');
    case 'unchecked':
      return t('unchecked');
  }
}

/** Worst first: what needs a look stands on top. */
const urgency: Record<ItemState, number> = { refuted: 0, stuck: 1, running: 2, stale: 3, unchecked: 4, proved: 5 };

/** The whole view: project, model, certificate, and what is in it. */
export function certificateTree(projects: readonly ProjectEntry[], choice: TreeChoice): TreeNode[] {
  return projects
    .filter(({ configs }) => configs.length > 0)
    .map((project) => projectNode(project, choice))
    .filter(({ children }) => choice.verdicts === null || children.length > 0);
}

function projectNode(project: ProjectEntry, choice: TreeChoice): TreeNode {
  const { folder, certificates, configs, problems } = project;
  const models = [...new Set(certificates.map(({ model }) => model))];
  const children = models.map((model) =>
    modelNode(
      project,
      model,
      certificates.filter((each) => each.model === model),
      choice,
    ),
  );
  const notes = (choice.verdicts === null ? problems : []).map((problem, at): TreeNode => ({
    id: `${folder}#problem-${at}`,
    kind: 'note',
    label: problem,
    description: '',
    tooltip: problem,
    state: 'stuck',
    children: [],
  }));
  const running = choice.running?.folder === folder;
  const empty: TreeNode = {
    id: `${folder}#empty`,
    kind: 'note',
    label: running ? choice.t('Certifying …') : choice.t('Not certified yet'),
    description: '',
    tooltip: '',
    ...(running && { state: 'running' as const }),
    children: [],
  };
  const shown = choice.verdicts === null ? children : children.filter((child) => child.children.length > 0);
  return {
    id: folder,
    kind: 'project',
    label: certificates[0]?.project ?? path.basename(folder),
    description: path.basename(folder),
    tooltip: `${folder}\n${configs.join(', ')}`,
    ...(running ? { state: 'running' as const } : stateOf(children)),
    children: [
      ...shown,
      ...notes,
      ...(children.length === 0 && notes.length === 0 && choice.verdicts === null ? [empty] : []),
    ],
    target: { folder, config: configs[0]! },
  };
}

function modelNode(
  { folder }: ProjectEntry,
  model: string,
  certificates: readonly CertificateEvent[],
  choice: TreeChoice,
): TreeNode {
  const children = certificates
    .map((certificate) => certificateNode(folder, certificate, choice))
    .filter((child) => choice.verdicts === null || child.children.length > 0);
  const { running } = choice;
  const isRunning = running?.folder === folder && (running.model === undefined || running.model === model);
  return {
    id: `${folder}#${model}`,
    kind: 'model',
    label: model,
    description: certificates[0]!.criterion,
    tooltip: `${model}\n${certificates[0]!.criterion}`,
    ...(isRunning ? { state: 'running' as const } : stateOf(children)),
    children,
    target: { folder, config: certificates[0]!.config, model },
  };
}

function certificateNode(folder: string, certificate: CertificateEvent, choice: TreeChoice): TreeNode {
  const { file, rounds, stale, config, hash, lean } = certificate;
  const { t } = choice;
  const states = certificate.obligations.map((obligation) => shownState(certificate, obligation));
  const obligations = certificate.obligations
    .map((obligation) => obligationNode(certificate, obligation, t))
    .filter(({ state }) => choice.verdicts === null || choice.verdicts.includes(state!));
  sort(obligations, choice.order);
  const titles = {
    rounds: t('Rounds'),
    obligations: t('Obligations'),
    counterexamples: t('Counterexamples'),
  };
  const group = (kind: keyof typeof titles, rest: Partial<TreeNode>): TreeNode => ({
    id: `${file}#${kind}`,
    kind,
    label: titles[kind],
    description: '',
    tooltip: '',
    children: [],
    file,
    ...rest,
  });
  const filtered = choice.verdicts !== null;
  return {
    id: file,
    kind: 'certificate',
    label: path.basename(file),
    description: stale.length > 0 ? `${t('stale')} · ${config}` : `${sums(states, t)} · ${config}`,
    tooltip: [
      `sha-256 ${hash}`,
      lean.checked === null ? t('Not checked by Lean yet.') : t('Checked by {0}.', lean.checked),
      ...(stale.length > 0 ? [t('Stale:'), ...stale.map((reason) => `  ${reason}`)] : []),
    ].join('\n'),
    state: stale.length > 0 ? 'stale' : worst(states),
    file,
    target: { folder, config, model: certificate.model },
    children: [
      ...(obligations.length > 0
        ? [group('obligations', { description: sums(states, t), children: obligations })]
        : []),
      ...(filtered
        ? []
        : [
            group('rounds', {
              description: String(rounds.length),
              children: rounds.map((round) => roundNode(file, round, t)),
            }),
            group('counterexamples', {
              description: String(certificate.counterexamples.length + certificate.counterexamplesOmitted),
              children: counterexampleNodes(folder, certificate, t),
            }),
          ]),
    ],
  };
}

function obligationNode(certificate: CertificateEvent, obligation: ShownObligation, t: Translate): TreeNode {
  const { theorem, reason, explanation, verdict, remedies } = obligation;
  const state = shownState(certificate, obligation);
  return {
    id: `${certificate.file}#${theorem}`,
    kind: 'obligation',
    label: theorem,
    description: state === 'stale' ? t('stale (was {0})', verdictWord(verdict, t)) : verdictWord(state, t),
    tooltip: [verdict === 'stuck' ? reason : explanation, ...remedies.map(({ text }) => `• ${text}`)].join('\n'),
    state,
    children: [],
    file: certificate.file,
    obligation: { certificate: certificate.file, theorem },
  };
}

function roundNode(file: string, round: CertificateEvent['rounds'][number], t: Translate): TreeNode {
  return {
    id: `${file}#round-${round.round}`,
    kind: 'round',
    label: t('Round {0}', round.round),
    description: t(
      '{0} tested, {1} failed, {2} % inside',
      round.tested,
      round.failed,
      (100 * round.coverage).toFixed(1),
    ),
    tooltip: round.bounds
      .map(({ feature, lower, upper, unit }) => `${feature}: ${lower} … ${upper}${unit === '1' ? '' : ` ${unit}`}`)
      .join('\n'),
    children: [],
    file,
  };
}

function counterexampleNodes(
  folder: string,
  { file, counterexamples, counterexamplesOmitted }: CertificateEvent,
  t: Translate,
): TreeNode[] {
  const nodes = counterexamples.map((place): TreeNode => ({
    id: `${file}#structure-${place.file}-${place.index}`,
    kind: 'counterexample',
    label: `${place.file}:${place.line}`,
    description: place.inside ? t('{0}, inside the envelope', place.detail) : place.detail,
    tooltip: place.inside
      ? t('Lies inside the final envelope.')
      : t('Lies outside the final envelope by {0}.', place.separatedBy ?? ''),
    children: [],
    file,
    structure: { file: place.file, index: place.index, line: place.line, detail: place.detail, folder },
  }));
  if (counterexamplesOmitted === 0) return nodes;
  const more: TreeNode = {
    id: `${file}#more`,
    kind: 'note',
    label: t('{0} more', counterexamplesOmitted),
    description: t('in the certificate'),
    tooltip: '',
    children: [],
  };
  return [...nodes, more];
}

function sort(obligations: TreeNode[], order: SortOrder): void {
  if (order === 'verdict') obligations.sort((a, b) => urgency[a.state!] - urgency[b.state!]);
  if (order === 'name') obligations.sort((a, b) => (a.label < b.label ? -1 : 1));
}

const worst = (states: readonly ItemState[]): ItemState =>
  states.reduce<ItemState>((found, state) => (urgency[state] < urgency[found] ? state : found), 'proved');

function stateOf(children: readonly TreeNode[]): { state?: ItemState } {
  const states = children.flatMap(({ state }) => (state === undefined ? [] : [state]));
  return states.length === 0 ? {} : { state: worst(states) };
}

function sums(states: readonly ItemState[], t: Translate): string {
  const counted = verdictKinds.map((kind) => [states.filter((state) => state === kind).length, kind] as const);
  return counted
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${verdictWord(kind, t)}`)
    .join(', ');
}
