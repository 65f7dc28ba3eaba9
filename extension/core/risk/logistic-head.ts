import type { Box } from '../certificate.ts';
import type { Columns } from './gradient-boosting-options.ts';
import { fitLogistic, type LogisticModel } from './logistic-regression.ts';
import { exportNetwork } from './network-export.ts';
import type { FixedPointNetwork } from './risk-head.ts';
import { unlearnable, type Unlearnable } from './risk-head-training.ts';

/** Features may differ by many powers of ten, and with them the weights: as fine as a certificate can hold them. */
const WEIGHT_BITS = 40;

export type LogisticHeadOutcome =
  | {
      readonly kind: 'trained';
      readonly network: FixedPointNetwork;
      /** The model before rounding. */
      readonly model: LogisticModel;
      /** For every point of the box: bound of |score − scale × log-odds|, in steps of the score. */
      readonly largestDeviation: number;
    }
  | Unlearnable
  /** A weight does not fit into a certificate. */
  | { readonly kind: 'unfit'; readonly reason: string };

/**
 * Logistic regression as a risk head: a network of one layer, without a rectifier behind it, on the certificate's own
 * integers. On a box its greatest score is that of a corner, so that one part is enough to bound it.
 *
 * @param columns scaled features as the certificate holds them
 * @param failed 1 per failed structure
 * @param box scaled feature values for which the deviation is bounded
 */
export function trainLogisticHead(columns: Columns, failed: ArrayLike<number>, box: Box): LogisticHeadOutcome {
  const nothing = unlearnable(failed);
  if (nothing !== null) return nothing;
  const model = fitLogistic(columns, failed);
  const layer = { outputs: 1, weights: model.weights, biases: Float64Array.of(model.intercept) };
  // The model reads the certificate's integers, not values in feature units.
  const featureScales = box.map(() => 1);
  const exported = exportNetwork(
    { mean: model.means, deviation: model.deviations, layers: [layer] },
    { featureScales, box, weightBits: WEIGHT_BITS },
  );
  if (exported.kind === 'unfit') return exported;
  return { kind: 'trained', network: exported.network, model, largestDeviation: exported.largestDeviation };
}
