import { createHash } from 'node:crypto';

/** Words that Lean or a file system does not accept as a name of its own. */
const RESERVED = /^(type|prop|sort|con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;
const LONGEST_NAME = 48;

/** A name that `leanSource` accepts: a Lean identifier and a portable file name. */
export const MODULE_NAME = /^[A-Z][A-Za-z0-9]*(_[0-9a-f]{10})?$/;

/**
 * Name of the Lean module of a model's certificate, below `Certificates`: `tensornet-matpes` becomes `TensornetMatpes`. If
 * another model would get the same name (also where a file system ignores case), or something had to be cut off, part of
 * the id's sha-256 is added.
 *
 * @param ids ids of all models of the project
 */
export function moduleNameOf(id: string, ids: readonly string[]): string {
  const name = plainName(id);
  const clashes = ids.some((other) => other !== id && plainName(other).toLowerCase() === name.toLowerCase());
  const isFaithful = name.length <= LONGEST_NAME && /[a-z]/i.test(id) && /^[\x20-\x7e]*$/.test(id);
  if (isFaithful && !clashes) return name;
  return `${name.slice(0, LONGEST_NAME)}_${createHash('sha256').update(id, 'utf8').digest('hex').slice(0, 10)}`;
}

function plainName(id: string): string {
  const words = id.match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[0-9]|^$/.test(joined) || RESERVED.test(joined) ? `Model${joined}` : joined;
}
