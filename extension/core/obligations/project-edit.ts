import type { CertificateContent, Rational } from '../certificate.ts';
import type { Remedy } from './remedy.ts';

/** A value for a key of the project file. */
export interface ProjectEdit {
  readonly path: readonly string[];
  readonly value: number;
}

/**
 * What a remedy changes in the project file; nothing where it takes other data or another run. A certificate made after
 * the edit states what the remedy said.
 */
export function projectEdits(remedy: Remedy, content: CertificateContent): ProjectEdit[] {
  const claim = (value: number, ...keys: string[]): ProjectEdit => ({ path: ['claim', ...keys], value });
  const decimal = ({ numerator, denominator }: Rational): number => numerator / denominator;
  switch (remedy.kind) {
    case 'shrink-envelope': {
      const { id, scale } = content.features[remedy.feature]!;
      return [{ path: ['envelope', id, remedy.side === 'lower' ? 'min' : 'max'], value: remedy.to / scale }];
    }
    case 'raise-violations':
      return [claim(remedy.to, 'violations')];
    case 'relax-coverage':
      return [
        ...(remedy.minimumInside === content.claim.minimumInside ? [] : [claim(remedy.minimumInside, 'minimumInside')]),
        ...(remedy.minimumPerSlab === content.claim.minimumPerSlab
          ? []
          : [claim(remedy.minimumPerSlab, 'minimumPerSlab')]),
      ];
    case 'fewer-slabs':
      return [claim(remedy.to, 'slabs')];
    case 'raise-failure-rate':
      return [claim(decimal(remedy.to), 'failureRate')];
    case 'raise-error-bound':
      return [claim(remedy.to / content.criterion.scale, 'conformal', 'bound')];
    case 'raise-miscoverage':
      return [claim(decimal(remedy.to), 'conformal', 'miscoverage')];
    case 'raise-risk':
      return remedy.probability === null ? [] : [claim(decimal(remedy.probability), 'risk')];
    case 'more-parts':
      return [{ path: ['risk', 'parts'], value: remedy.to }];
    case 'add-passing':
    case 'add-validation':
    case 'raise-tolerances':
    case 'correct-end':
    case 'list-counterexamples':
    case 'certify-again':
      return [];
  }
}
