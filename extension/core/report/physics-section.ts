import { LARGEST_CELL, type CertificateContent, type PhysicsResidual } from '../certificate.ts';
import { boundedText } from './bounded-text.ts';
import { REPORT_LIMITS } from './report-numbers.ts';
import type { PhysicsSection } from './sections.ts';

/** How well the probes of physical laws were kept, probe by probe; null where the certificate holds no residuals. */
export function physicsOf({ residuals, data }: CertificateContent): PhysicsSection | null {
  if (residuals.length === 0) return null;
  const groups = new Map<string, PhysicsResidual[]>();
  for (const one of residuals) {
    const key = JSON.stringify([one.probe, one.unit, one.scale]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].slice(0, REPORT_LIMITS.probes).map((all) => {
    const worst = all.reduce((first, second) => (excess(second) > excess(first) ? second : first));
    const { probe, unit, scale, residual, tolerance, file, index, line } = worst;
    return {
      probe: boundedText(probe),
      unit: boundedText(unit),
      residuals: all.length,
      broken: all.filter((one) => one.residual > one.tolerance).length,
      worst: residual >= LARGEST_CELL ? null : residual / scale,
      tolerance: tolerance / scale,
      file: boundedText(data[file]!.file, 2000),
      index,
      line,
    };
  });
}

/** How many times the tolerance a residual is. */
const excess = ({ residual, tolerance }: PhysicsResidual): number =>
  residual >= LARGEST_CELL ? Infinity : residual / Math.max(1, tolerance);
