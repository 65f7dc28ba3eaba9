import type { CertificateComparison, CertificateView } from '../protocol/certificate-page.ts';

/** Everything two certificates say, side by side; a row is of one thing, in both or in one of them. */
export function compareCertificates(
  left: CertificateView,
  right: CertificateView,
  names: readonly [string, string],
): CertificateComparison {
  const rows = [
    ...pairs(left, right, ({ project, model }) => [
      ['project', project],
      ['model', model],
    ]),
    ...pairs(left, right, ({ verdicts }) => verdicts.map(({ theorem, verdict }) => [`theorem ${theorem}`, verdict])),
    ...pairs(left, right, ({ envelope }) =>
      envelope.map(({ feature, lower, upper, unit }) => [feature, `${lower} … ${upper} ${unit}`.trimEnd()]),
    ),
    ...pairs(left, right, ({ facts }) => facts.map(({ what, value }) => [what, value])),
    ...pairs(left, right, ({ claims }) => claims.map((claim, at) => [`claim ${at + 1}`, claim])),
    ...pairs(left, right, ({ hashes }) => hashes.map(({ what, sha256 }) => [`sha-256 of ${what}`, sha256])),
  ];
  return { left: names[0], right: names[1], rows };
}

type Entries = (view: CertificateView) => readonly (readonly [what: string, value: string])[];

function pairs(left: CertificateView, right: CertificateView, entries: Entries): CertificateComparison['rows'] {
  const ours = new Map(entries(left));
  const theirs = new Map(entries(right));
  return [...new Set([...ours.keys(), ...theirs.keys()])].map((what) => {
    const one = ours.get(what) ?? '';
    const other = theirs.get(what) ?? '';
    return { what, left: one, right: other, same: one === other };
  });
}
