import { LARGEST_CELL, type CertificateContent, type PhysicsResidual } from '../certificate.ts';
import { decimalText } from '../decimal-text.ts';
import { failing, holding, place, type Culprit, type Finding } from './evaluation.ts';
import type { Remedy } from './remedy.ts';
import { plural } from '../plural.ts';
import { unitText } from './wording.ts';

/** Every recorded residual is within its tolerance. */
export function physics(content: CertificateContent): Finding {
  const broken = [...content.residuals.entries()]
    .filter(([, { residual, tolerance }]) => residual > tolerance)
    .sort(([a, first], [b, second]) => excess(second) - excess(first) || a - b);
  const probes = new Set(content.residuals.map(({ probe }) => probe));
  if (broken.length === 0) {
    return holding(
      `${plural(content.residuals.length, 'residual')} of ${plural(probes.size, 'probe')} are within their tolerances.`,
    );
  }
  const culprits = broken.map(([, residual]) => residualCulprit(content, residual));
  return failing(
    content,
    `${plural(broken.length, 'residual')} of ${content.residuals.length} exceed their tolerance; worst: ${place(culprits[0]!)}.`,
    { culprits, remedies: tolerances(broken.map(([, residual]) => residual)) },
  );
}

/** One tolerance per probe (and scale) that all of its residuals meet; none where a residual is no finite number. */
function tolerances(broken: readonly PhysicsResidual[]): Remedy[] {
  if (broken.some(({ residual }) => residual >= LARGEST_CELL)) return [];
  const probes = new Map<string, { probe: string; scale: number; unit: string; to: number }>();
  for (const { probe, scale, unit, residual } of broken) {
    const key = `${probe} ${scale}`;
    probes.set(key, { probe, scale, unit, to: Math.max(residual, probes.get(key)?.to ?? 0) });
  }
  return [{ kind: 'raise-tolerances', probes: [...probes.values()] }];
}

/** How many times the tolerance a residual is; infinite for no finite number. */
const excess = ({ residual, tolerance }: PhysicsResidual): number =>
  residual >= LARGEST_CELL ? Number.POSITIVE_INFINITY : residual / Math.max(1, tolerance);

function residualCulprit(content: CertificateContent, measured: PhysicsResidual): Culprit {
  const { probe, unit, scale, residual, tolerance, file, index, line } = measured;
  const value = residual >= LARGEST_CELL ? 'not finite' : `${decimalText(residual, scale)}${unitText(unit)}`;
  const detail = `${probe}: ${value}, tolerated ${decimalText(tolerance, scale)}${unitText(unit)}`;
  return { file: content.data[file]!.file, index, line, detail };
}
