/** What model and reference together say of one structure. */
export type Answer =
  /** Error in the criterion's unit; null without a finite prediction. */
  | { readonly kind: 'fails'; readonly error: number | null }
  | { readonly kind: 'passes' }
  /** Counts as passing while searching, because nobody has shown that it fails. */
  | { readonly kind: 'undecided'; readonly reason: string };

/** How what was done to a base can be taken back, part by part and step by step. */
export interface Reductions<Record> {
  /** Parts of a record that can be left out one by one. */
  parts(record: Record): readonly string[];
  /** The record without one of its parts; null where nothing would be left. */
  without(record: Record, part: string): Record | null;
  /** Steps from the record as it is (`steps`) down to 0; 0 where there is nothing to scale. */
  steps(record: Record): number;
  /** The record at one of these steps; null: the base itself. */
  scaled(record: Record, step: number): Record | null;
}

export type Minimised<Record> =
  /** The counterexample itself, asked anew, does not fail. */
  | { readonly kind: 'not-failing'; readonly answer: Exclude<Answer, { kind: 'fails' }>; readonly asked: number }
  /** It takes no change at all. */
  | { readonly kind: 'base-fails'; readonly error: number | null; readonly asked: number }
  | {
      readonly kind: 'minimal';
      readonly record: Record;
      readonly error: number | null;
      readonly asked: number;
      /**
       * What is known one step below and with each part left out: all pass; one of them could not be decided; or the calls
       * ran out before all were asked.
       */
      readonly below:
        { readonly kind: 'passes' | 'out-of-calls' } | { readonly kind: 'undecided'; readonly reason: string };
    };

/**
 * Makes a counterexample smaller as long as it still fails: leaves out parts one by one, in their order, then bisects the
 * steps, and repeats both until no single step is left that fails (Zeller & Hildebrandt 2002 call that 1-minimal). Where
 * failure does not grow steadily with distortion there may be smaller failures beyond one that passes; they are not
 * looked for. The same answers give the same result.
 *
 * @param ask a record, or null for the base as it is; no record is asked twice
 * @param mostCalls of `ask`, ≥ 2
 * @see Zeller, Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE Trans. Softw. Eng. 28, 183 (2002)
 */
export async function minimise<Record>(
  original: Record,
  reductions: Reductions<Record>,
  ask: (record: Record | null) => Promise<Answer>,
  mostCalls: number,
): Promise<Minimised<Record>> {
  const known = new Map<string, Answer>();
  const keyOf = (record: Record | null): string => JSON.stringify(record);
  /** Null: not known, and nobody may be asked any more. */
  const answer = async (record: Record | null): Promise<Answer | null> => {
    const key = keyOf(record);
    if (!known.has(key)) {
      if (known.size >= mostCalls) return null;
      known.set(key, await ask(record));
    }
    return known.get(key)!;
  };
  const fails = async (record: Record | null): Promise<boolean> => (await answer(record))?.kind === 'fails';

  const first = (await answer(original))!;
  if (first.kind !== 'fails') return { kind: 'not-failing', answer: first, asked: known.size };
  const base = await answer(null);
  if (base?.kind === 'fails') return { kind: 'base-fails', error: base.error, asked: known.size };

  const steps = reductions.steps(original);
  const at = (record: Record, step: number): Record | null =>
    step === steps ? record : reductions.scaled(record, step);
  let record = original;
  let step = steps;

  /** Whether anything could be left out. */
  const leaveOut = async (): Promise<boolean> => {
    let changed = false;
    for (let again = true; again;) {
      again = false;
      for (const part of reductions.parts(record)) {
        const simpler = reductions.without(record, part);
        if (simpler === null || !(await fails(at(simpler, step)))) continue;
        record = simpler;
        again = changed = true;
      }
    }
    return changed;
  };
  const stepDown = async (): Promise<boolean> => {
    if (step === 0) return false;
    if (step < steps && !(await fails(at(record, step - 1)))) return false;
    const before = step;
    if (await fails(at(record, 0))) step = 0;
    else {
      let passing = 0;
      while (step - passing > 1) {
        const middle = Math.floor((passing + step) / 2);
        if (await fails(at(record, middle))) step = middle;
        else passing = middle;
      }
    }
    return step < before;
  };
  await leaveOut();
  while ((await stepDown()) && (await leaveOut()));

  const smaller = reductions
    .parts(record)
    .map((part) => reductions.without(record, part))
    .filter((simpler) => simpler !== null)
    .map((simpler) => at(simpler, step));
  if (step > 0) smaller.push(at(record, step - 1));
  const answers = [null, ...smaller].map((each) => known.get(keyOf(each)));
  const undecided = answers.find((each) => each?.kind === 'undecided');
  const minimal = at(record, step)!;
  const found = known.get(keyOf(minimal));
  return {
    kind: 'minimal',
    record: minimal,
    error: found?.kind === 'fails' ? found.error : null,
    asked: known.size,
    below: answers.includes(undefined) ? { kind: 'out-of-calls' } : (undecided ?? { kind: 'passes' }),
  };
}
