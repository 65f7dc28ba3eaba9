import type { Measurement } from '../core/criterion.ts';

/** What one structure brought: numbers, or the reason why it was not put to the model. */
export type Observation =
  | { readonly kind: 'measured'; readonly measurement: Measurement; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };
