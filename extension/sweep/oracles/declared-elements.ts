import type { Prediction } from '../../core/criterion.ts';
import { symbolOf } from '../../core/element-symbols.ts';
import type { OraclePool } from '../oracle-pool.ts';

/**
 * Refuses structures with elements that a model is not made for, before it is asked: many calculators take an unknown
 * element for a known one, or fail on it, and neither says anything about the model.
 * @param elements atomic numbers; null where the model does not say.
 */
export function refusingOthers(pool: OraclePool, elements: readonly number[] | null): OraclePool {
  if (elements === null) return pool;
  const known = new Set(elements);
  return {
    ...pool,
    async predict(crystals) {
      const foreign = crystals.map(({ species }) => species.find((z) => !known.has(z)));
      const asked = crystals.filter((_, k) => foreign[k] === undefined);
      const answers = (await pool.predict(asked))[Symbol.iterator]();
      return foreign.map((z): Prediction => {
        if (z === undefined) return answers.next().value!;
        return { kind: 'refused', detail: `the model is not made for ${symbolOf(z)}` };
      });
    },
  };
}
