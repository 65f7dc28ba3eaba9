import type { CertificateContent } from './certificate.ts';

/** Who a model is, as certificates state it: `kind`, `sha256` and `description` of `content.model`. */
export type ModelIdentity = Pick<CertificateContent['model'], 'kind' | 'sha256'> & {
  readonly description: Readonly<Record<string, string>>;
};

export type IdentityComparison =
  /** `notes`: what differs and is not part of the hash, such as the runtime of an ONNX model. */
  | { readonly kind: 'same'; readonly notes: readonly string[] }
  /** The same factory of a calculator in other versions of Python or its packages: nobody can tell whether it answers alike. */
  | { readonly kind: 'other-versions'; readonly differences: readonly string[] }
  | { readonly kind: 'other-model'; readonly differences: readonly string[] };

/** How descriptions give the contents of files. */
const isHash = (value: string | undefined): boolean => value !== undefined && /^[0-9a-f]{16}$/.test(value);

/** Holds the model at hand against the certified one. The hashes decide; the descriptions say in words what differs. */
export function compareIdentities(certified: ModelIdentity, here: ModelIdentity): IdentityComparison {
  const names = [...new Set([...Object.keys(certified.description), ...Object.keys(here.description)])];
  const differing = names.filter((name) => certified.description[name] !== here.description[name]);
  const differences = differing.map((name) => {
    const [before, now] = [certified.description[name], here.description[name]];
    if (isHash(before) && isHash(now)) return `${name} is another file`;
    return `${name} ${now ?? 'is missing'} here, ${before ?? 'none'} certified`;
  });
  if (certified.sha256 === here.sha256) return { kind: 'same', notes: differences };
  const isVersion = (name: string): boolean =>
    !['name', 'calculator'].includes(name) && !isHash(certified.description[name]) && !isHash(here.description[name]);
  return here.kind === 'ase' && differing.length > 0 && differing.every(isVersion)
    ? { kind: 'other-versions', differences }
    : { kind: 'other-model', differences };
}

/** What the hash of a kind of model cannot cover, as the end of a sentence; null where it covers the model itself. */
export function uncoveredBy(kind: string): string | null {
  switch (kind) {
    case 'ase':
      return 'weights that a package fetches by itself are known by its version alone';
    case 'ipi':
      return 'what the program loads by itself is known by the description in the project alone';
    default:
      return null;
  }
}
