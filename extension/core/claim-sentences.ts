import type { CertificateContent } from './certificate.ts';
import { decimalText } from './decimal-text.ts';
import { plural } from './plural.ts';
import { errorName, percentText, thresholdText } from './obligations/wording.ts';

/** What a certificate claims, one sentence a claim, in the words that Lean's statements stand for. */
export function claimSentences(content: CertificateContent): string[] {
  const { claim, criterion } = content;
  const sentences = [
    `A structure fails where its ${errorName(criterion.kind)} exceeds ${thresholdText(content)}, or where the model gives no finite prediction.`,
    ...lawSentences(content),
    `Of the structures tested in the search, at most ${claim.violations} inside the final envelope fail.`,
    `Inside the envelope at most ${percentText(claim.failureRate)} fail, but for a probability of ${percentText(claim.significance)} of being wrong: for structures drawn like those of the validation split.`,
    `At least ${plural(claim.minimumInside, 'structure')} of the search lie inside and pass, and of every feature's range each of ${plural(claim.slabs, 'part')} holds at least ${claim.minimumPerSlab} of them.`,
    `The ends of the ${percentText(claim.confidence)} bootstrap intervals are the ranks of their replicates that they should be.`,
  ];
  if (claim.conformal !== null) {
    const bound = `${decimalText(claim.conformal.bound, criterion.scale)} ${criterion.unit}`;
    sentences.push(
      `But for at most ${percentText(claim.conformal.miscoverage)} of them, structures inside have an error of at most ${bound}.`,
    );
  }
  if (claim.risk !== null) {
    sentences.push(
      'For every point of the envelope, tested or not, the score of the risk model stays at or below the bound.',
    );
  }
  if (content.residuals.length > 0) {
    sentences.push(`${plural(content.residuals.length, 'recorded physics residual')} lie within their tolerances.`);
  }
  return sentences;
}

/** Which laws were put to the test, and where not. */
function lawSentences({ criterion: { laws } }: CertificateContent): string[] {
  if (laws === undefined) return [];
  const named = Object.entries(laws.tolerances).map(([id, value]) => `${id} ${value}`);
  const tolerances = named.length === 0 ? '' : `, but for ${named.join(', ')}`;
  const skipped = Object.entries(laws.skipped).map(([id, count]) => `${id} on ${count}`);
  return [
    `Laws put to the test on each structure: ${laws.probes.join(', ')}; tolerances are those of ${laws.precision}${tolerances}.`,
    ...(skipped.length === 0
      ? []
      : [`Not every law could be put to every structure; left out were ${skipped.join(', ')}.`]),
  ];
}
