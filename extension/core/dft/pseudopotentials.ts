import { atomicNumberOf, symbolOf } from '../element-symbols.ts';
import type { QuantumEspressoSettings } from './settings.ts';

/** What the header of a UPF file says. */
export interface PseudopotentialHeader {
  /** Atomic number. */
  readonly element: number;
  /** PBE, PBEsol or LDA, or what the file says if it is none of them. */
  readonly functional: string;
  readonly type: 'norm-conserving' | 'ultrasoft' | 'paw' | 'coulomb';
  /** Made for calculations with spin–orbit coupling, and wrong without. */
  readonly spinOrbit: boolean;
  readonly scalarRelativistic: boolean;
  /** Suggested cutoffs, Ry; null where the file suggests none. */
  readonly wavefunctionCutoff: number | null;
  readonly densityCutoff: number | null;
}

export interface PseudopotentialFile {
  readonly name: string;
  readonly header: PseudopotentialHeader;
}

/** So many characters of a file are enough to hold its header. */
export const HEADER_CHARACTERS = 65_536;

/**
 * Reads the header of a UPF file, version 1 or 2, from its beginning; null for anything else.
 * @see pseudopotentials.quantum-espresso.org, "Unified Pseudopotential Format"
 */
export function readUpfHeader(text: string): PseudopotentialHeader | null {
  const start = text.indexOf('<PP_HEADER');
  if (start < 0 || start > HEADER_CHARACTERS) return null;
  const rest = text.slice(start + '<PP_HEADER'.length, start + 8192);
  const end = rest.indexOf('>');
  if (end < 0) return null;
  const attributes = rest.slice(0, end);
  return attributes.trim() === '' ? headerOfVersion1(rest.slice(end + 1)) : headerOfVersion2(attributes);
}

function headerOfVersion2(attributes: string): PseudopotentialHeader | null {
  const values = new Map<string, string>();
  for (const [, name, double, single] of attributes.matchAll(/([a-z_]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    values.set(name!, (double ?? single ?? '').trim());
  }
  const isTrue = (name: string): boolean => /^(t|\.t|true|\.true\.)/i.test(values.get(name) ?? '');
  return header({
    symbol: values.get('element') ?? '',
    functional: values.get('functional') ?? '',
    type: isTrue('is_coulomb') ? '1/r' : (values.get('pseudo_type') ?? ''),
    spinOrbit: isTrue('has_so') || values.get('relativistic') === 'full',
    scalarRelativistic: values.get('relativistic') === 'scalar',
    cutoffs: [Number(values.get('wfc_cutoff')), Number(values.get('rho_cutoff'))],
  });
}

/** Version 1 has one quantity per line: the value, then its name. */
function headerOfVersion1(body: string): PseudopotentialHeader | null {
  const lines = body.slice(0, body.indexOf('</PP_HEADER>') + 1).split('\n');
  const line = (name: RegExp): string => lines.find((text) => name.test(text)) ?? '';
  const words = (text: string): string[] => text.trim().split(/\s+/);
  const cutoffs = words(line(/Suggested cutoff/i));
  return header({
    symbol: words(line(/\bElement\b/))[0] ?? '',
    functional: words(line(/Exchange-Correlation/i))
      .slice(0, 4)
      .join(' '),
    type: words(line(/Norm\s*-\s*Conserving|Ultrasoft|\bPAW\b|1\/r/i))[0] ?? '',
    // Version 1 says it in an addendum, and by the letters "rel" in the file's name; see `choose`.
    spinOrbit: false,
    scalarRelativistic: true,
    cutoffs: [Number(cutoffs[0]), Number(cutoffs[1])],
  });
}

const types: Readonly<Record<string, PseudopotentialHeader['type']>> = {
  NC: 'norm-conserving',
  SL: 'norm-conserving',
  US: 'ultrasoft',
  USPP: 'ultrasoft',
  PAW: 'paw',
  '1/r': 'coulomb',
};

function header(found: {
  readonly symbol: string;
  readonly functional: string;
  readonly type: string;
  readonly spinOrbit: boolean;
  readonly scalarRelativistic: boolean;
  readonly cutoffs: readonly [number, number];
}): PseudopotentialHeader | null {
  const element = atomicNumberOf(found.symbol);
  const type = types[found.type.toUpperCase()] ?? types[found.type];
  if (element === undefined || type === undefined) return null;
  const cutoff = (value: number): number | null => (value > 0 && value < 10_000 ? value : null);
  return {
    element,
    functional: functionalName(found.functional),
    type,
    spinOrbit: found.spinOrbit,
    scalarRelativistic: found.scalarRelativistic,
    wavefunctionCutoff: cutoff(found.cutoffs[0]),
    densityCutoff: cutoff(found.cutoffs[1]),
  };
}

/** The usual name of what Quantum ESPRESSO writes as four components. */
function functionalName(text: string): string {
  const components = text
    .toUpperCase()
    .trim()
    .split(/[\s-]+/)
    .join(' ');
  if (/^(PBE|SLA PW (PBE|PBX) (PBE|PBC))$/.test(components)) return 'PBE';
  if (/^(PBESOL|SLA PW PSX PSC)$/.test(components)) return 'PBEsol';
  if (/^(LDA|PZ|SLA PZ NOGX NOGC)$/.test(components)) return 'LDA';
  return text.trim().slice(0, 80);
}

/** Which file each element of a structure gets, or why one gets none. */
export type Choice =
  | { readonly kind: 'chosen'; readonly files: readonly PseudopotentialFile[] }
  | { readonly kind: 'missing'; readonly reason: string };

const preference: readonly PseudopotentialHeader['type'][] = ['paw', 'ultrasoft', 'norm-conserving'];

/**
 * One pseudopotential per element, all of one functional. A file named in the settings is taken. Otherwise, among those of
 * the element and functional that are not made for spin–orbit coupling: scalar-relativistic ones before others, PAW before
 * ultrasoft before norm-conserving, and of equals the last by name, which is the newest version.
 *
 * @param elements atomic numbers, each once
 * @param folder as the user knows it, for messages
 */
export function choosePseudopotentials(
  elements: readonly number[],
  available: readonly PseudopotentialFile[],
  settings: QuantumEspressoSettings['pseudopotentials'],
  folder: string,
): Choice {
  const files: PseudopotentialFile[] = [];
  for (const element of elements) {
    const symbol = symbolOf(element);
    const named = settings.files[symbol];
    const choice =
      named === undefined
        ? best(element, available, settings.functional)
        : available.find(({ name }) => name === named);
    const setting = `"reference.pseudopotentials.files.${symbol}"`;
    if (choice === undefined) {
      const what =
        named === undefined
          ? `no ${settings.functional} pseudopotential for ${symbol}`
          : `no UPF file ${named} for ${symbol}`;
      const fix =
        named === undefined
          ? `put one there, name it in ${setting}, or set "reference.pseudopotentials.folder"`
          : `correct ${setting} or "reference.pseudopotentials.folder"`;
      return { kind: 'missing', reason: `${what} in ${folder}: ${fix}` };
    }
    if (choice.header.element !== element) {
      const reason = `${choice.name} in ${folder} is a pseudopotential of ${symbolOf(choice.header.element)}, not ${symbol}: correct ${setting}`;
      return { kind: 'missing', reason };
    }
    if (choice.header.functional !== settings.functional) {
      const reason =
        `${choice.name} in ${folder} was made for ${choice.header.functional}, not ${settings.functional}: ` +
        `correct ${setting} or "reference.pseudopotentials.functional"`;
      return { kind: 'missing', reason };
    }
    files.push(choice);
  }
  return { kind: 'chosen', files };
}

function best(
  element: number,
  available: readonly PseudopotentialFile[],
  functional: string,
): PseudopotentialFile | undefined {
  const rank = ({ header: { scalarRelativistic, type } }: PseudopotentialFile): number =>
    (scalarRelativistic ? 0 : preference.length) + preference.indexOf(type);
  return available
    .filter(
      ({ name, header }) =>
        header.element === element &&
        header.functional === functional &&
        preference.includes(header.type) &&
        !header.spinOrbit &&
        !name.includes('.rel-'),
    )
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? 1 : -1))[0];
}

/** Plane-wave cutoffs, Ry. */
export interface Cutoffs {
  readonly wavefunction: number;
  readonly density: number;
}

const LEAST_CUTOFF = 40;
/** For pseudopotentials that suggest nothing. */
const USUAL_CUTOFF = 60;

/** The cutoffs of a calculation: those of the settings, else what its pseudopotentials need, rounded up to whole Ry. */
export function cutoffsFor(
  files: readonly PseudopotentialFile[],
  settings: QuantumEspressoSettings['cutoffs'],
): Cutoffs {
  const suggested = files.map(({ header }) => header.wavefunctionCutoff ?? USUAL_CUTOFF);
  const wavefunction = settings.wavefunction ?? Math.ceil(Math.max(LEAST_CUTOFF, ...suggested));
  const densities = files.map(({ header }) => {
    const multiple = header.type === 'norm-conserving' ? 4 : 8;
    return Math.max(multiple * wavefunction, header.densityCutoff ?? 0);
  });
  return { wavefunction, density: settings.density ?? Math.ceil(Math.max(...densities)) };
}
