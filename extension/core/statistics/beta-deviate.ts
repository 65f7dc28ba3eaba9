import type { RandomStream } from '../random.ts';
import { exp, log } from './elementary.ts';

const LOG_4 = 1.3862943611198906;
const ONE_PLUS_LOG_5 = 1 + 1.6094379124341003;

/** Uniform in (0, 1): the logarithm of neither it nor 1 − it is infinite. */
function openUniform(random: RandomStream): number {
  for (;;) {
    const value = random.uniform();
    if (value > 0) return value;
  }
}

/**
 * A sampler of the beta distribution for a ≥ 1 and b ≥ 1, exact by rejection: algorithm BB of R. C. H. Cheng (Commun.
 * ACM 21, 317, 1978), or inversion where a or b is 1.
 */
export function betaDeviate(a: number, b: number, random: RandomStream): () => number {
  if (!(a >= 1 && b >= 1)) throw new RangeError(`Beta deviates need a, b ≥ 1, not ${a} and ${b}.`);
  if (b === 1) return () => exp(log(openUniform(random)) / a);
  if (a === 1) return () => 1 - exp(log(openUniform(random)) / b);
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  const sum = a + b;
  const scale = Math.sqrt((sum - 2) / (2 * a * b - sum));
  const shift = small + 1 / scale;
  return () => {
    for (;;) {
      const u = openUniform(random);
      const v = openUniform(random);
      const logit = scale * log(u / (1 - u));
      const w = small * exp(logit);
      const z = u * u * v;
      const r = shift * logit - LOG_4;
      const s = small + r - w;
      // The first two tests are cheap squeezes of the third, which alone decides.
      const isAccepted = s + ONE_PLUS_LOG_5 >= 5 * z || s >= log(z) || r + sum * log(sum / (large + w)) >= log(z);
      if (isAccepted) return (a === small ? w : large) / (large + w);
    }
  };
}
