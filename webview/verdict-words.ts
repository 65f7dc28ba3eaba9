import type { VerdictKind } from '../extension/core/verdict-kinds.ts';
import { t } from './words.ts';

export const verdictWords: Readonly<Record<VerdictKind, string>> = {
  proved: t('proved'),
  refuted: t('refuted'),
  stuck: t('undecided'),
  stale: t('outdated'),
  unchecked: t('not checked'),
};
