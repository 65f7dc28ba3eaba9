import { expect, it } from 'vitest';
import type { ProgressEvent } from './events.ts';
import { untranslated } from '../../test/untranslated.ts';
import { progressDetail, progressShare, stageTitle } from './progress-text.ts';

const progress: ProgressEvent = {
  kind: 'progress',
  model: 'mace',
  stage: 'search',
  unit: 'structures',
  done: 812,
  total: 2000,
  rate: 240.3,
  secondsLeft: 4.2,
};

it('says what is going on, how far it is and how long it takes', () => {
  expect(stageTitle(progress, untranslated)).toBe('Searching for counterexamples, mace');
  expect(progressDetail(progress, untranslated)).toBe('812 of 2,000 structures, 240/s, 5 s left');
  expect(progressShare(progress)).toBe(0.406);
  expect(progressDetail({ ...progress, unit: 'percent', done: 1, total: 2 }, untranslated)).toBe('50 %');
});

it('leaves out what is not known', () => {
  const unknown = { ...progress, model: null, total: null, rate: null, secondsLeft: Infinity };
  expect(stageTitle(unknown, untranslated)).toBe('Searching for counterexamples');
  expect(progressDetail(unknown, untranslated)).toBe('812 structures');
  expect(progressShare(unknown)).toBeNull();
  expect(progressShare({ ...progress, total: 0 })).toBeNull();
});
