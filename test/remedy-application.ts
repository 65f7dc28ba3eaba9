import { LARGEST_CELL, type CertificateContent, type ObservationTable } from '../extension/core/certificate.ts';
import { searchHead } from '../extension/core/risk/head-search.ts';
import { finalBox, isInside, type Remedy } from '../extension/core/obligations.ts';

/** A content as it would be after a remedy was taken: for testing that remedies are worth their name. */
export function applyRemedy(original: CertificateContent, remedy: Remedy): CertificateContent {
  const content = structuredClone(original);
  const { claim } = content;
  switch (remedy.kind) {
    case 'shrink-envelope':
      content.rounds.at(-1)!.box[remedy.feature]![remedy.side] = remedy.to;
      listCounterexamples(content);
      break;
    case 'raise-violations':
      claim.violations = remedy.to;
      break;
    case 'relax-coverage':
      claim.minimumInside = remedy.minimumInside;
      claim.minimumPerSlab = remedy.minimumPerSlab;
      break;
    case 'fewer-slabs':
      claim.slabs = remedy.to;
      break;
    case 'add-passing':
      for (let added = 0; added < remedy.inside; added++) addRow(content, content.search, 0);
      for (const { feature, range, missing } of remedy.slabs) {
        for (let added = 0; added < missing; added++) {
          addRow(content, content.search, 0);
          content.search.features[feature]![content.search.id.length - 1] = range.upper;
        }
      }
      break;
    case 'raise-failure-rate':
      claim.failureRate = remedy.to;
      break;
    case 'add-validation':
      for (let added = 0; added < remedy.count; added++) {
        addRow(content, content.validation, added < remedy.failures ? LARGEST_CELL : 0);
      }
      break;
    case 'raise-error-bound':
      claim.conformal!.bound = remedy.to;
      break;
    case 'raise-miscoverage':
      claim.conformal!.miscoverage = remedy.to;
      break;
    case 'raise-risk':
      claim.risk = remedy.to;
      break;
    case 'more-parts': {
      const search = searchHead(content.risk!.head, finalBox(content), claim.risk!, remedy.to);
      let step = search.next();
      while (step.done !== true) step = search.next();
      if (step.value.kind === 'holds') content.risk!.partition = step.value.partition;
      break;
    }
    case 'raise-tolerances':
      for (const residual of content.residuals) {
        const raised = remedy.probes.find(({ probe, scale }) => probe === residual.probe && scale === residual.scale);
        if (raised !== undefined) residual.tolerance = Math.max(residual.tolerance, raised.to);
      }
      break;
    case 'correct-end': {
      const end = content.replicates[remedy.entry]!.ends[remedy.end]!;
      end.rank = remedy.rank;
      end.value = remedy.value;
      break;
    }
    case 'list-counterexamples':
      listCounterexamples(content);
      break;
    case 'certify-again':
      throw new Error('Nothing in the content itself can be changed for this one.');
  }
  return content;
}

function addRow(content: CertificateContent, table: ObservationTable, error: number): void {
  const row = table.id.length;
  table.id.push(`ffff${row.toString(16).padStart(12, '0')}`);
  table.file.push(0);
  table.index.push(row);
  table.line.push(row + 1);
  table.error.push(error);
  finalBox(content).forEach(({ lower }, f) => table.features[f]!.push(lower));
}

function listCounterexamples(content: CertificateContent): void {
  const { search } = content;
  const box = finalBox(content);
  content.counterexamples = [...search.id.keys()]
    .filter((row) => search.error[row]! > content.criterion.scaledThreshold)
    .map((row) => {
      const feature = box.findIndex(({ lower, upper }, f) => {
        const value = search.features[f]![row]!;
        return value < lower || value > upper;
      });
      return { row, separatedBy: isInside(search, row, box) ? null : feature };
    });
  for (const obligation of content.obligations) {
    if (obligation.kind === 'excluded') obligation.rows = { from: 0, to: content.counterexamples.length };
  }
}
