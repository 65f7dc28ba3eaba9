import { LARGEST_CELL, type CertificateContent } from '../../../extension/core/certificate.ts';
import type { RandomStream } from '../../../extension/core/random.ts';

/** One number of a certificate's content, changed. */
export interface Mutation {
  /** Where, such as `search.features.1.7`. */
  readonly place: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** What of a content is certified, by the names of its members: every number below is one that Lean is told. */
const CERTIFIED: readonly (readonly string[])[] = [
  ['initial'],
  ['rounds', '*', 'box'],
  ['criterion', 'scaledThreshold'],
  ['claim', 'violations'],
  ['claim', 'failureRate'],
  ['claim', 'significance'],
  ['claim', 'minimumInside'],
  ['claim', 'slabs'],
  ['claim', 'minimumPerSlab'],
  ['claim', 'confidence'],
  ['claim', 'conformal'],
  ['search', 'features'],
  ['search', 'error'],
  ['counterexamples'],
  ['validation', 'features'],
  ['validation', 'error'],
  ['replicates', '*', 'values'],
  ['replicates', '*', 'counts'],
  ['replicates', '*', 'ends'],
  ['claim', 'risk'],
  ['risk', 'head', 'base'],
  ['risk', 'head', 'trees', '*', 'number'],
  ['risk', 'head', 'layers', '*', 'weights'],
  ['risk', 'head', 'layers', '*', 'biases'],
  ['risk', 'head', 'layers', '*', 'shift'],
  ['risk', 'partition', 'feature'],
  ['risk', 'partition', 'at'],
  ['residuals', '*', 'residual'],
  ['residuals', '*', 'tolerance'],
];

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Smallest value allowed: scores have signs, and some numbers are never zero. */
function smallest(place: string): number {
  if (/number\.0$|shift$/.test(place)) return 0;
  if (/^(claim\.risk|risk\.head\..*)$/.test(place)) return -LARGEST_CELL;
  return /\.(slabs|denominator|rank|counts\.\d+)$/.test(place) ? 1 : 0;
}

/** Slabs are listed one by one, here and in Lean; so are replicates here. */
function largest(place: string): number {
  if (/\.(slabs|counts\.\d+)$/.test(place)) return 64;
  if (/\.shift$/.test(place)) return 40;
  return /partition\.feature\.\d+$/.test(place) ? 31 : LARGEST_CELL;
}

/** Paths of all certified numbers, and of the nulls that stand for "inside". */
function certifiedPlaces(content: CertificateContent): string[][] {
  const below = (value: unknown, path: string[]): string[][] => {
    if (typeof value === 'number' || (value === null && path.at(-1) === 'separatedBy')) return [path];
    return isTree(value) ? Object.keys(value).flatMap((key) => below(value[key], [...path, key])) : [];
  };
  const follow = (value: unknown, pattern: readonly string[], path: string[]): string[][] => {
    const [first, ...rest] = pattern;
    if (first === undefined) return below(value, path);
    if (!isTree(value)) return [];
    const keys = first === '*' ? Object.keys(value) : [first];
    return keys.flatMap((key) => follow(value[key], rest, [...path, key]));
  };
  return CERTIFIED.flatMap((pattern) => follow(content, pattern, []));
}

/**
 * Changes one certified number: by one, to an end of its range, to what stands elsewhere, or in one bit. Every kind of
 * place is as likely as every other, however many numbers it has.
 *
 * @returns a changed copy, and what was changed
 */
export function mutate(
  content: CertificateContent,
  random: RandomStream,
): { readonly content: CertificateContent; readonly mutation: Mutation } {
  const copy = structuredClone(content);
  const places = certifiedPlaces(copy).filter((path) => !isUncut(copy, path));
  const kinds = [...new Set(places.map(kindOf))];
  const kind = kinds[random.integer(kinds.length)]!;
  const candidates = places.filter((path) => kindOf(path) === kind);
  const path = candidates[random.integer(candidates.length)]!;
  const key = path.at(-1)!;
  const parent = path.slice(0, -1).reduce<unknown>((value, name) => (value as Tree)[name], copy) as Tree;
  const from = parent[key] as number | null;
  const elsewhere = (): number => {
    const other = places[random.integer(places.length)]!.reduce<unknown>((value, name) => (value as Tree)[name], copy);
    return typeof other === 'number' ? other : 0;
  };
  let to: number | null = from;
  while (to === from) to = key === 'separatedBy' ? witness(copy, random) : changed(from ?? 0, elsewhere, random);
  if (key === 'row') to = (to ?? 0) % copy.search.id.length;
  if (to !== null && key !== 'separatedBy')
    to = Math.min(largest(path.join('.')), Math.max(smallest(path.join('.')), to));
  parent[key] = to;
  // How the envelope is cut is no part of what is claimed. It must not help to prove what is not so.
  if (path[1] === 'partition') copy.claim.risk!--;
  return { content: copy, mutation: { place: path.join('.'), from, to } };
}

/** Where the partition leaves a part whole there is nothing to change. */
const isUncut = ({ risk }: CertificateContent, path: readonly string[]): boolean =>
  path[1] === 'partition' && risk!.partition.feature[Number(path[3])]! < 0;

const kindOf = (path: readonly string[]): string => path.map((name) => (/^\d+$/.test(name) ? '*' : name)).join('.');

function witness({ features }: CertificateContent, random: RandomStream): number | null {
  const feature = random.integer(features.length + 1);
  return feature === features.length ? null : feature;
}

function changed(from: number, elsewhere: () => number, random: RandomStream): number {
  switch (random.integer(6)) {
    case 0:
      return from + 1;
    case 1:
      return from - 1;
    case 2:
      return 0;
    case 3:
      return LARGEST_CELL;
    case 4:
      return elsewhere();
    default: {
      const bit = 2 ** random.integer(40);
      return Math.floor(from / bit) % 2 === 1 ? from - bit : from + bit;
    }
  }
}
