import type { z } from 'zod';
import type { FailureCriterion } from './criterion.ts';
import { defaultFeatures } from './features.ts';
import type { modelSchema } from './project-models.ts';

/** What a new project cannot do without; everything else is written with its default. */
export interface NewProject {
  readonly name: string;
  readonly models: readonly z.input<typeof modelSchema>[];
  /** Files or globs relative to the project folder. */
  readonly data: readonly string[];
  readonly failure: FailureCriterion;
  readonly claim: { readonly failureRate: number; readonly significance: number };
}

/** Structures that are known to be relaxed have no forces, by construction; other criteria take labels, if any. */
export const referenceOf = ({ kind }: FailureCriterion): 'relaxed' | 'data' =>
  kind === 'force-magnitude' ? 'relaxed' : 'data';

const failureComment: Readonly<Record<FailureCriterion['kind'], string>> = {
  'force-error': 'largest force error of an atom against the reference, eV/Å',
  'energy-error': 'energy error against the reference, eV/atom',
  'force-magnitude': 'largest predicted force; for structures that are known to be relaxed, eV/Å',
  physics: 'symmetries and conservation laws, by their tolerances; needs no labels',
};

/**
 * The text of a `pcm.json` with comments, which `readProject` accepts for every answer that the schema accepts. Nothing of
 * the user's stands inside a comment.
 */
export function newProjectText({ name, models, data, failure, claim }: NewProject): string {
  const list = (values: readonly unknown[]): string => values.map((value) => `    ${spaced(value)},\n`).join('');
  const reference = referenceOf(failure);
  const referenceComment =
    reference === 'data'
      ? 'labels in the data files; { "kind": "quantum-espresso" } computes them'
      : 'the structures are relaxed: their true forces are zero';
  const truth =
    failure.kind === 'physics' ? '' : `  "reference": ${spaced({ kind: reference })}, // ${referenceComment}\n`;
  return `{
  "name": ${spaced(name)},
  // Each potential gets a certificate of its own.
  "models": [
${list(models)}  ],
  // Extended XYZ, POSCAR or CIF files, relative to this folder; globs are allowed.
  "data": [
${list(data)}  ],
${truth}  "failure": ${spaced(failure)}, // ${failureComment[failure.kind]}
  // Where the envelope of trust is drawn. Completion lists all features.
  "features": [
${list(defaultFeatures)}  ],
  "search": { "strategies": ["random", "local-search"], "budget": 2000, "seed": 7 }, // same seed, same certificate
  "refinement": {
    "rounds": 4,
    "replicates": 1000, // of the bootstrap, per bound
    "confidence": 0.95,
    "validationShare": 0.3, // kept from the search; the claim is made on it
  },
  // What Lean has to prove. A claim that is refuted comes with what would make it true.
  "claim": {
    "violations": 0, // failing structures of the search that may lie inside
    "failureRate": ${claim.failureRate}, // at most, inside the envelope ...
    "significance": ${claim.significance}, // ... but for this probability of being wrong
    "minimumInside": 50, // passing structures inside, at least
  },
}
`;
}

/** JSON on one line, with a blank after each colon and comma and inside braces. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
