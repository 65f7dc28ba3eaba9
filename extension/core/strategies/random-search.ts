import { sampleWithoutReplacement } from '../random.ts';
import type { Strategy } from './strategy.ts';

/** Every candidate equally likely, none twice: the yardstick for all other strategies. */
export const randomSearch: Strategy = {
  id: 'random',
  description: 'Uniform draws from the structures inside the envelope.',
  propose: (context, count, random) => sampleWithoutReplacement(context.candidates, count, random),
};
