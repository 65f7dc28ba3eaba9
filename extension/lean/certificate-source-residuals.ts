import type { CertificateContent } from '../core/certificate.ts';
import { commentText } from './certificate-source-comment.ts';
import { laneBits, packBlocks } from './certificate-source-lanes.ts';
import type { Add } from './certificate-source-text.ts';

/** The definition `residuals`: what the physics probes found and what they tolerate (lean-project/PCM/Physics.lean). */
export function addResiduals(content: CertificateContent, add: Add): void {
  const { residuals } = content;
  const columns = [residuals.map(({ residual }) => residual), residuals.map(({ tolerance }) => tolerance)];
  const bits = laneBits(columns, []);
  add('/-- Residuals of the physics probes, and what is tolerated of each.', ...probeLines(content), '-/');
  const blocks = packBlocks(columns, 0, residuals.length, bits).map(
    ({ rows, columns: packed }) => `  ⟨${rows},\n    ${packed.join(',\n    ')}⟩`,
  );
  add(
    blocks.length === 0
      ? `noncomputable def residuals : Residuals := ⟨${bits}, []⟩`
      : `noncomputable def residuals : Residuals := ⟨${bits}, [\n${blocks.join(',\n')}]⟩`,
    '',
  );
}

/** One line per probe, in the order of first appearance. */
function probeLines({ residuals }: CertificateContent): string[] {
  const probes = new Map<string, { count: number; unit: string; scale: number }>();
  for (const { probe, unit, scale } of residuals) {
    const found = probes.get(probe);
    if (found === undefined) probes.set(probe, { count: 1, unit, scale });
    else found.count++;
  }
  return [...probes].map(
    ([probe, { count, unit, scale }]) => `* ${commentText(probe)}: ${count}, in ${commentText(unit)} times ${scale}`,
  );
}
