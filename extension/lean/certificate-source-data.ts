import { createHash } from 'node:crypto';
import { contentHash } from '../core/certificate-assembly.ts';
import type { CertificateContent, Obligation, ObservationTable } from '../core/certificate.ts';
import { finalBox } from '../core/obligations.ts';
import { commentText } from './certificate-source-comment.ts';
import { laneBits, packBlocks } from './certificate-source-lanes.ts';
import {
  boxText,
  criterionText,
  errorText,
  fractionText,
  natural,
  rangeText,
  rationalText,
  thresholdText,
  unitText,
  type Add,
} from './certificate-source-text.ts';

/** Name of the table that holds the rows of an `observed` theorem. */
export const tableName = ({ theorem }: Obligation): string => theorem.replace('observed', 'search');

/** The comment at the head of a certificate's Lean file: what was audited, and how to read the numbers. */
export function headerComment(content: CertificateContent): string {
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
    `A prediction fails if its ${criterionText(content)} is above ${thresholdText(content)}; errors are stored times ${criterion.scale}, rounded up.`,
    ...lawLines(content),
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

/** Which physical laws decide, where they do. */
function lawLines({ criterion: { laws } }: CertificateContent): string[] {
  if (laws === undefined) return [];
  const probes = laws.probes.map(commentText).join(', ');
  return [`Laws put to the test on each crystal, as far as they could be: ${probes}; in ${laws.precision}.`];
}

/** Threshold and envelopes. */
export function addBoxes(content: CertificateContent, add: Add): void {
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

/** One table per `observed` theorem, and one of the validation observations. */
export function addTables(content: CertificateContent, chunks: readonly Obligation[], add: Add): void {
  const marks = new Array<number>(content.search.id.length).fill(0);
  const separatedByNone = content.features.length + 1;
  for (const { row, separatedBy } of content.counterexamples) {
    if (row >= marks.length) throw new RangeError(`Counterexample ${row} is no row of the search table.`);
    marks[row] = separatedBy === null ? separatedByNone : separatedBy + 1;
  }
  for (const chunk of chunks) {
    const { from, to } = chunk.rows!;
    add(`/-- Search observations, rows ${from} to ${to - 1}. -/`);
    add(
      `noncomputable def ${tableName(chunk)} : Table :=`,
      tableText(content, content.search, marks, from, to, []),
      '',
    );
  }
  const rows = content.validation.id.length;
  const none = new Array<number>(rows).fill(0);
  const bound = content.claim.conformal === null ? [] : [content.claim.conformal.bound];
  add('/-- Validation observations inside the final envelope; they did not shape it. -/');
  add('noncomputable def validation : Table :=', tableText(content, content.validation, none, 0, rows, bound), '');
}

/** @param compared numbers that errors of this table are compared with, besides the threshold */
function tableText(
  content: CertificateContent,
  table: ObservationTable,
  marks: readonly number[],
  from: number,
  to: number,
  compared: readonly number[],
): string {
  const columns = [...table.features, table.error, marks].map((column) => column.slice(from, to));
  const ends = finalBox(content).flatMap(({ lower, upper }) => [lower, upper]);
  const others = [...ends, ...compared, content.criterion.scaledThreshold, content.features.length + 1];
  const bits = laneBits(columns, others);
  const blocks = packBlocks(columns, 0, to - from, bits).map(({ rows, columns: packed }) => {
    const features = packed.slice(0, -2).join(',\n      ');
    return `    ⟨${rows}, [\n      ${features}],\n      ${packed.at(-2)!},\n      ${packed.at(-1)!}⟩`;
  });
  return blocks.length === 0 ? `  ⟨${bits}, []⟩` : `  ⟨${bits}, [\n${blocks.join(',\n')}]⟩`;
}

/** The claim, and the certificate that all of the data make up. */
export function addCertificate(content: CertificateContent, chunks: readonly Obligation[], add: Add): void {
  const { claim } = content;
  add('/-- All search observations. -/');
  add(`noncomputable def search : List Table := [${chunks.map(tableName).join(', ')}]`, '');
  if (claim.conformal !== null) {
    const { miscoverage, bound } = claim.conformal;
    add(
      `/-- An error of at most ${errorText(content, bound)} but for a share of ${rationalText(miscoverage)}. -/`,
      `def conformal_claim : ConformalClaim := ⟨${fractionText(miscoverage)}, ${natural(bound)}⟩`,
      '',
    );
  }
  add('/-- What is claimed. -/', 'noncomputable def claim : Claim where', '  threshold := threshold');
  add(`  violations := ${natural(claim.violations)}`);
  add(`  failureRate := ${fractionText(claim.failureRate)}`, `  significance := ${fractionText(claim.significance)}`);
  add(`  confidence := ${fractionText(claim.confidence)}`);
  add(`  minimumInside := ${natural(claim.minimumInside)}`, `  slabs := ${natural(claim.slabs)}`);
  add(`  minimumPerSlab := ${natural(claim.minimumPerSlab)}`);
  add(`  conformal := ${claim.conformal === null ? 'none' : 'some conformal_claim'}`);
  add(`  risk := ${claim.risk === null ? 'none' : 'some risk_claim'}`, '');
  add('/-- The certificate. -/', 'noncomputable def certificate : Certificate where');
  add(`  features := ${content.features.length}`, '  claim := claim', '  initial := initial');
  add(`  rounds := [${content.rounds.map((_, r) => `round_${r + 1}`).join(', ')}]`);
  add('  search := search', '  validation := [validation]');
  add('  replicates := replicates', '  residuals := residuals', '');
}
