import { createHash } from 'node:crypto';
import { contentBytes } from '../core/formats/content-hash.ts';
import type { Structure } from '../core/structure.ts';

/** Id of a structure: the first 16 hex digits of the sha-256 of its content, labels included, name and place not. */
export function structureId(structure: Structure): string {
  return createHash('sha256').update(contentBytes(structure)).digest('hex').slice(0, 16);
}
