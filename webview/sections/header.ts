import type { DashboardState, RunOutcome } from '../../extension/protocol/dashboard-state.ts';
import { progressDetail, progressShare, stageTitle } from '../../extension/protocol/progress-text.ts';
import { bar, element } from '../element.ts';
import { icon, type IconName } from '../icons.ts';
import { section, type Actions, type Section } from '../page.ts';
import { button, progressRing } from '../toolkit.ts';
import { t } from '../words.ts';

/** A name, the same in every language. */
const PRODUCT = 'Proof-Carrying Materials';

/** What is certified, how it stands, and what can be done about it. */
export function headerSection(actions: Actions): Section {
  return section(
    'header',
    ({ state, model }) => ({
      run: state.run,
      blocked: state.blocked,
      model: model?.id,
      hasCertificate: model?.result?.certificate != null,
    }),
    ({ run, blocked, model, hasCertificate }) => [
      element(
        'div',
        { class: 'title' },
        element('h1', {}, run.kind === 'idle' ? PRODUCT : run.target.project),
        run.kind === 'idle' ? null : element('span', { class: 'config' }, run.target.config),
        element('span', { class: 'status', role: 'status' }, ...statusOf(run)),
      ),
      element(
        'div',
        { class: 'actions' },
        button({
          label: run.kind === 'ended' ? t('Certify Again') : t('Certify'),
          primary: true,
          focus: 'certify',
          icon: icon('certify'),
          disabled: run.kind === 'running' || run.kind === 'paused' || blocked !== null,
          ...(blocked === null ? {} : { hint: blocked }),
          onPress: () => actions.send({ kind: 'certify' }),
        }),
        run.kind === 'running'
          ? button({
              label: t('Pause'),
              focus: 'pause',
              icon: icon('pause'),
              disabled: run.stopping,
              onPress: () => actions.send({ kind: 'pause' }),
            })
          : null,
        run.kind === 'paused'
          ? button({
              label: t('Resume'),
              primary: true,
              focus: 'resume',
              icon: icon('resume'),
              disabled: blocked !== null,
              onPress: () => actions.send({ kind: 'resume' }),
            })
          : null,
        run.kind === 'running' || run.kind === 'paused'
          ? button({
              label: run.kind === 'running' && run.stopping ? t('Stopping') : t('Cancel'),
              focus: 'cancel',
              icon: icon('cancel'),
              disabled: run.kind === 'running' && run.stopping,
              onPress: () => actions.send({ kind: 'cancel' }),
            })
          : null,
        hasCertificate && model !== undefined
          ? button({
              label: t('Open Certificate'),
              focus: 'open-certificate',
              icon: icon('certificate'),
              onPress: () => actions.send({ kind: 'open-certificate', model }),
            })
          : null,
      ),
      blocked === null ? null : element('p', { class: 'notice' }, icon('stuck'), blocked),
      reasonOf(run) === null ? null : element('p', { class: 'notice' }, icon('stuck'), reasonOf(run)),
    ],
  );
}

/** Why a run is not going on although nobody has stopped it. */
function reasonOf(run: DashboardState['run']): string | null {
  if (run.kind === 'paused') return run.reason;
  return run.kind === 'ended' && run.outcome.kind === 'broken' ? run.outcome.reason : null;
}

function statusOf(run: DashboardState['run']): Node[] {
  switch (run.kind) {
    case 'idle':
      return [];
    case 'running':
      return [progressRing(), element('span', {}, run.stopping ? t('stopping') : t('running'))];
    case 'paused':
      return [icon('pause'), element('span', {}, run.reason === null ? t('paused') : t('interrupted'))];
    case 'ended': {
      const [name, words] = outcomeOf(run.outcome);
      return [icon(name), element('span', {}, words)];
    }
  }
}

function outcomeOf(outcome: RunOutcome): [IconName, string] {
  switch (outcome.kind) {
    case 'proved':
      return ['proved', t('all obligations proved')];
    case 'refuted':
      return ['refuted', t('claim refuted')];
    case 'undecided':
      return ['stuck', t('could not be decided')];
    case 'cancelled':
      return ['stale', t('cancelled')];
    case 'broken':
      return ['stuck', t('failed')];
  }
}

/** Stage, count, rate and time left of the run that goes on. */
export function progressSection(): Section {
  return section(
    'progress',
    ({ state }) => state.progress,
    (progress) => {
      if (progress === null) return [];
      const share = progressShare(progress);
      return [
        element(
          'div',
          { class: 'progress-text' },
          element('span', {}, stageTitle(progress, t)),
          element('span', { class: 'faint numbers' }, progressDetail(progress, t)),
        ),
        share === null ? null : bar(share),
      ];
    },
  );
}

/** One button per model, where there is more than one. */
export function modelsSection(actions: Actions): Section {
  return section(
    'models',
    ({ state, model }) => ({ ids: state.models.map(({ id }) => id), selected: model?.id }),
    ({ ids, selected }) =>
      ids.length < 2
        ? []
        : ids.map((id) => {
            const tab = element(
              'button',
              { type: 'button', 'aria-pressed': String(id === selected), 'data-focus': `model ${id}` },
              id,
            );
            tab.addEventListener('click', () => actions.keep({ model: id, row: null }));
            return tab;
          }),
  );
}
