import type { CertificateContent } from '../../core/certificate.ts';
import { rebuildStructure } from '../../core/generators/table.ts';
import type { Structure } from '../../core/structure.ts';
import type { PoolIndex } from '../pool-index.ts';
import { structureId } from '../structure-id.ts';

/** The structures of a certificate by content id: those of its data, and those that its search has made out of them. */
export interface CertifiedStructures {
  /**
   * Null where the data do not hold it, or its record does not give what the certificate says.
   * @param labelKey the key under which the model knows structures of the data by name, where that matters to it
   */
  read(id: string, labelKey?: string): Promise<Structure | null>;
}

/** @param pool the certificate's data, as `openCertifiedData` opens them */
export function certifiedStructures(content: CertificateContent, pool: PoolIndex): CertifiedStructures {
  const rowOf = new Map<string, number>();
  for (let row = pool.size - 1; row >= 0; row--) rowOf.set(pool.id(row), row);
  const records = new Map((content.generated ?? []).map(({ row, record }) => [content.search.id[row]!, record]));
  return {
    async read(id, labelKey) {
      const record = records.get(id);
      const row = rowOf.get(record?.base ?? id);
      if (row === undefined) return null;
      const structure = await pool.readStructure(row, labelKey);
      if (structure === null || record === undefined) return structure;
      const rebuilt = rebuildStructure(structure, record);
      return rebuilt.kind === 'ok' && structureId(rebuilt.structure) === id ? rebuilt.structure : null;
    },
  };
}
