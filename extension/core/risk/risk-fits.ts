import { trainBoosting } from './gradient-boosting.ts';
import { predictRaw } from './gradient-boosting-model.ts';
import type { BoostingOptions } from './gradient-boosting-options.ts';
import type { RiskFit } from './grouped-cross-validation.ts';
import { fitLogistic, logisticOdds, type LogisticOptions } from './logistic-regression.ts';

/** Boosted trees as something to cross-validate: scores are log-odds of failure. */
export function boostedFit(options: Partial<BoostingOptions> = {}): RiskFit {
  return function* (columns, failed) {
    const model = yield* trainBoosting(columns, failed, { ...options, loss: 'logistic' });
    return (tested) => predictRaw(model, tested);
  };
}

/** Logistic regression as something to cross-validate: scores are log-odds of failure. */
export function logisticFit(options: Partial<LogisticOptions> = {}): RiskFit {
  return function* (columns, failed) {
    yield 0;
    const model = fitLogistic(columns, failed, options);
    return (tested) => logisticOdds(model, tested);
  };
}
