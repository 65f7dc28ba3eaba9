import { createHash } from 'node:crypto';
import { contentHash } from '../core/certificate-assembly.ts';
import type { Box, CertificateContent, Obligation, ObservationTable, Rational } from '../core/certificate.ts';
import { decimalText } from '../core/decimal-text.ts';
import { finalBox, violationAllowances } from '../core/obligations.ts';
import { commentText } from './certificate-source-comment.ts';
import { laneBits, packBlocks } from './certificate-source-lanes.ts';
import { MODULE_NAME } from './certificate-source-names.ts';
import { SENTINEL_SOURCE, type TheoremRange } from './verdicts.ts';

export { moduleNameOf } from './certificate-source-names.ts';
export { planObligations, type ObligationScope } from './certificate-source-plan.ts';

/** A generated Lean file, and where each obligation's theorem stands in it. */
export interface LeanSource {
  readonly text: string;
  readonly theorems: readonly TheoremRange[];
}

/**
 * Settings of the elaborator; none concerns the kernel. Where the kernel finds a statement false, the elaborator evaluates
 * it once more to say so; with its own limits it would give up, and the refutation would be an unreadable error. One
 * declaration after the other takes a third of the time and less than half of the memory on two cores.
 */
const OPTIONS = [
  'set_option Elab.async false',
  'set_option exponentiation.threshold 100000000',
  'set_option maxRecDepth 10000',
];

/**
 * The Lean file of a certificate: its data, packed, and one theorem per obligation, in the order of
 * `content.obligations`. Deterministic. Nothing from the data reaches Lean as code but numbers; names stand in comments
 * only.
 *
 * @param moduleName from `moduleNameOf`; the file is `Certificates/<moduleName>.lean`
 * @throws RangeError for a module name or table that no certificate of ours has
 */
export function leanSource(content: CertificateContent, moduleName: string): LeanSource {
  if (!MODULE_NAME.test(moduleName)) throw new RangeError('The module name is not one that moduleNameOf gives.');
  const lines: string[] = [];
  const theorems: TheoremRange[] = [];
  const add = (...added: string[]): void => {
    for (const text of added) lines.push(...text.split('\n'));
  };
  const chunks = content.obligations.filter(({ kind }) => kind === 'observed');
  add('module', '', 'public import PCM', '', headerComment(content), '');
  add(
    ...OPTIONS,
    '',
    '@[expose] public noncomputable section',
    '',
    `namespace Certificates.${moduleName}`,
    '',
    'open PCM',
    '',
  );
  addBoxes(content, add);
  addTables(content, chunks, add);
  addCertificate(content, chunks, add);
  const granted = violationAllowances(content);
  for (const obligation of content.obligations) {
    add(`/-- ${describe(obligation, content, granted.get(obligation.id)?.granted ?? 0)} -/`);
    const statement = stateTheorem(obligation, chunks, granted.get(obligation.id)?.granted ?? 0);
    add(`theorem ${obligation.theorem} : ${statement}`);
    theorems.push({ theorem: obligation.theorem, startLine: lines.length, endLine: lines.length });
    add('');
  }
  add(`end Certificates.${moduleName}`, '');
  return { text: `${lines.join('\n')}\n${SENTINEL_SOURCE}`, theorems };
}

type Add = (...added: string[]) => void;

function headerComment(content: CertificateContent): string {
  const { criterion, model, claim } = content;
  const hash = contentHash(content, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
  const features = content.features.map(
    ({ id, unit, scale }, f) => `* ${f}: ${commentText(id)}${unitText(unit)}, times ${scale}`,
  );
  const files = content.data
    .slice(0, 20)
    .map(({ file, structures }) => `* ${commentText(file)} : ${structures} structures`);
  if (content.data.length > files.length) files.push(`* and ${content.data.length - files.length} more files`);
  return [
    '/-!',
    `# Certificate of the potential ${commentText(model.id)} in the project ${commentText(content.project)}`,
    '',
    `Written by ${commentText(content.engine.name)} ${commentText(content.engine.version)}. Content sha-256: ${hash}`,
    `Potential (${commentText(model.kind)}) sha-256: ${model.sha256}`,
    '',
    `A prediction fails if its ${commentText(criterion.kind)} is above ${thresholdText(content)}; errors are stored times ${criterion.scale}, rounded up.`,
    `Of ${content.search.id.length} search observations, ${content.counterexamples.length} fail. ${content.validation.id.length} validation observations lie inside the final envelope.`,
    `Claimed: at most ${claim.violations} failures observed inside, and a failure rate below ${rationalText(claim.failureRate)} at significance ${rationalText(claim.significance)}.`,
    '',
    'Features, by their number below:',
    ...features,
    '',
    'Data:',
    ...files,
    '',
    'The statements are defined in `PCM`; read `PCM.Safe` first.',
    '-/',
  ].join('\n');
}

function addBoxes(content: CertificateContent, add: Add): void {
  add(`/-- Error above which a prediction fails: ${thresholdText(content)}. -/`);
  add(`def threshold : Nat := ${natural(content.criterion.scaledThreshold)}`, '');
  add('/-- Range of the search observations, before the first round. -/');
  add(`def initial : Box := ${boxText(content.initial)}`, '');
  content.rounds.forEach(({ box }, r) => {
    add(`/-- Envelope after round ${r + 1}:`, ...box.map((_, f) => `* ${rangeText(content, box, f)}`), '-/');
    add(`def round_${r + 1} : Box := ${boxText(box)}`, '');
  });
  add('/-- The certified envelope. -/', `def envelope : Box := round_${content.rounds.length}`, '');
}

function addTables(content: CertificateContent, chunks: readonly Obligation[], add: Add): void {
  const marks = new Array<number>(content.search.id.length).fill(0);
  const separatedByNone = content.features.length + 1;
  for (const { row, separatedBy } of content.counterexamples) {
    if (row >= marks.length) throw new RangeError(`Counterexample ${row} is no row of the search table.`);
    marks[row] = separatedBy === null ? separatedByNone : separatedBy + 1;
  }
  for (const chunk of chunks) {
    const { from, to } = chunk.rows!;
    add(`/-- Search observations, rows ${from} to ${to - 1}. -/`);
    add(`def ${tableName(chunk)} : Table :=`, tableText(content, content.search, marks, from, to), '');
  }
  const rows = content.validation.id.length;
  const none = new Array<number>(rows).fill(0);
  add('/-- Validation observations inside the final envelope; they did not shape it. -/');
  add('def validation : Table :=', tableText(content, content.validation, none, 0, rows), '');
}

function addCertificate(content: CertificateContent, chunks: readonly Obligation[], add: Add): void {
  const { claim } = content;
  add('/-- All search observations. -/');
  add(`def search : List Table := [${chunks.map(tableName).join(', ')}]`, '');
  add('/-- What is claimed. -/', 'def claim : Claim where', '  threshold := threshold');
  add(`  violations := ${natural(claim.violations)}`);
  add(`  failureRate := ${fractionText(claim.failureRate)}`, `  significance := ${fractionText(claim.significance)}`);
  add(`  minimumInside := ${natural(claim.minimumInside)}`, `  slabs := ${natural(claim.slabs)}`);
  add(`  minimumPerSlab := ${natural(claim.minimumPerSlab)}`, '');
  add('/-- The certificate. -/', 'def certificate : Certificate where');
  add(`  features := ${content.features.length}`, '  claim := claim', '  initial := initial');
  add(`  rounds := [${content.rounds.map((_, r) => `round_${r + 1}`).join(', ')}]`);
  add('  search := search', '  validation := [validation]', '');
}

function tableText(
  content: CertificateContent,
  table: ObservationTable,
  marks: readonly number[],
  from: number,
  to: number,
): string {
  const columns = [...table.features, table.error, marks].map((column) => column.slice(from, to));
  const ends = finalBox(content).flatMap(({ lower, upper }) => [lower, upper]);
  const bits = laneBits(columns, [...ends, content.criterion.scaledThreshold, content.features.length + 1]);
  const blocks = packBlocks(columns, 0, to - from, bits).map(({ rows, columns: packed }) => {
    const features = packed.slice(0, -2).join(',\n      ');
    return `    ⟨${rows}, [\n      ${features}],\n      ${packed.at(-2)!},\n      ${packed.at(-1)!}⟩`;
  });
  return blocks.length === 0 ? `  ⟨${bits}, []⟩` : `  ⟨${bits}, [\n${blocks.join(',\n')}]⟩`;
}

function stateTheorem({ kind, theorem }: Obligation, chunks: readonly Obligation[], granted: number): string {
  const decided = 'of_check (by decide +kernel)';
  switch (kind) {
    case 'nested':
      return `Nested certificate.features (initial :: certificate.rounds) := Nested.${decided}`;
    case 'observed': {
      const chunk = chunks.find((candidate) => candidate.theorem === theorem)!;
      return `Observed envelope threshold ${natural(granted)} ${tableName(chunk)} := Observed.${decided}`;
    }
    case 'excluded':
      return `Excluded envelope threshold claim.violations search := Excluded.${decided}`;
    case 'coverage':
      return `Coverage envelope threshold claim.minimumInside claim.slabs claim.minimumPerSlab search := Coverage.${decided}`;
    case 'confidence':
      return `Confidence envelope threshold claim.failureRate claim.significance [validation] := Confidence.${decided}`;
    case 'bootstrap':
    case 'conformal':
    case 'universal':
    case 'physics':
      throw new RangeError(`The obligation ${theorem} has no Lean statement.`);
    case 'safe':
      return `Safe certificate := Safe.${decided}`;
  }
}

/** The statement in words, for a reader who is no friend of formulas. */
function describe({ kind, rows }: Obligation, content: CertificateContent, granted: number): string {
  const { claim, criterion } = content;
  const fails = `${commentText(criterion.kind)} above ${thresholdText(content)}`;
  switch (kind) {
    case 'nested':
      return 'Every round of refinement lies inside the one before, for every feature.';
    case 'observed':
      return `${granted === 0 ? 'No' : `At most ${granted}`} observed crystal${granted > 1 ? 's' : ''} inside the final envelope: ${fails}, search rows ${rows!.from} to ${rows!.to - 1}.`;
    case 'excluded':
      return `All crystals of the search with a ${fails} are known, and all but at most ${claim.violations} of them lie outside the final envelope.`;
    case 'coverage':
      return `At least ${claim.minimumInside} crystals inside the final envelope are predicted well, and at least ${claim.minimumPerSlab} in each of ${claim.slabs} slabs of every feature's range.`;
    case 'confidence':
      return `The validation crystals support a failure rate below ${rationalText(claim.failureRate)} inside the final envelope, at significance ${rationalText(claim.significance)}.`;
    case 'bootstrap':
    case 'conformal':
    case 'universal':
    case 'physics':
      throw new RangeError(`The obligation ${kind} has no Lean statement.`);
    case 'safe':
      return 'All of the above, as one statement about the certificate.';
  }
}

const tableName = ({ theorem }: Obligation): string => theorem.replace('observed', 'search');
const boxText = (box: Box): string =>
  `[${box.map(({ lower, upper }) => `⟨${natural(lower)}, ${natural(upper)}⟩`).join(', ')}]`;
const fractionText = ({ numerator, denominator }: Rational): string =>
  `⟨${natural(numerator)}, ${natural(denominator)}⟩`;
const rationalText = ({ numerator, denominator }: Rational): string => `${numerator}/${denominator}`;
const unitText = (unit: string): string => (unit === '1' ? '' : ` in ${commentText(unit)}`);
const thresholdText = ({ criterion }: CertificateContent): string =>
  `${criterion.threshold} ${commentText(criterion.unit)}`;

function rangeText(content: CertificateContent, box: Box, f: number): string {
  const feature = content.features[f];
  if (feature === undefined) return `feature ${f}, which the certificate does not have`;
  const { id, unit, scale } = feature;
  return `${commentText(id)} from ${decimalText(box[f]!.lower, scale)} to ${decimalText(box[f]!.upper, scale)}${unitText(unit)}`;
}

/** A number as Lean source. */
function natural(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no natural number.`);
  return String(value);
}
