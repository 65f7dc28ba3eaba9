import * as z from 'zod';
import type { Crystal } from '../graph-batch.ts';
import { OracleError } from './oracle-source.ts';

/** What `ase_oracle.py` writes, one JSON object per line; its own header has both directions. */
const text = z.string().max(4096);

export const readySchema = z.object({
  kind: z.literal('ready'),
  versions: z.record(text, text),
  calculator: text,
  files: z.array(z.object({ path: text, sha256: z.string().regex(/^[0-9a-f]{64}$/) })).max(10_000),
});
export type AseReady = z.infer<typeof readySchema>;

const rejectedSchema = z.object({
  kind: z.literal('rejected'),
  cause: z.enum(['no-numpy', 'no-ase', 'import', 'no-factory', 'factory', 'no-calculator']),
  message: text,
});
export type AseRejected = z.infer<typeof rejectedSchema>;

const seconds = z.number().nonnegative();
const id = z.number().int().nonnegative();

export const fromAseSchema = z.discriminatedUnion('kind', [
  readySchema,
  rejectedSchema,
  z.object({
    kind: z.literal('predicted'),
    id,
    energy: z.number(),
    forces: z.array(z.number()),
    iterations: z.number().int().positive().optional(),
    seconds,
  }),
  z.object({
    kind: z.literal('failed'),
    id,
    reason: z.enum(['error', 'not-finite']),
    detail: z.string().max(2000),
    seconds,
  }),
]);
export type FromAse = z.infer<typeof fromAseSchema>;

/** One structure as a line for the child. Numbers are written so that they read back to the same doubles. */
export function predictLine(at: number, { species, lattice, periodic, positions }: Crystal): string {
  const numbers = Array.from(species);
  const cell = Array.from(lattice);
  return `${JSON.stringify({ kind: 'predict', id: at, numbers, cell, pbc: periodic, positions: Array.from(positions) })}\n`;
}

/** Calculators that people ask for, and what has to be installed for each module. */
const packageOf: Readonly<Record<string, string>> = {
  mace: 'mace-torch',
  chgnet: 'chgnet',
  matgl: 'matgl',
  orb_models: 'orb-models',
  sevenn: 'sevenn',
  fairchem: 'fairchem-core',
  mattersim: 'mattersim',
  gpaw: 'gpaw',
  tblite: 'tblite',
};

/** What to tell the user when the child cannot make the calculator. */
export function explainRejection(
  { cause, message }: AseRejected,
  { python, factory }: { readonly python: string; readonly factory: string },
): OracleError {
  const [module = '', name = ''] = factory.split(':');
  switch (cause) {
    case 'no-numpy':
      return new OracleError(
        `${python} has no usable NumPy (${message}).`,
        `Install it for this Python ("${python} -m pip install numpy ase"), or name another one in "python".`,
      );
    case 'no-ase':
      return new OracleError(
        `${python} has no usable ASE (${message}).`,
        `Install it for this Python ("${python} -m pip install ase"), or name another one in "python".`,
      );
    case 'import': {
      const root = module.split('.')[0]!;
      const missing = packageOf[root] ?? root;
      return new OracleError(
        `The module ${module} cannot be imported: ${message}.`,
        `Install it for this Python ("${python} -m pip install ${missing}"), or correct "factory"; modules are also looked for in the project folder.`,
      );
    }
    case 'no-factory':
      return new OracleError(
        `The module ${module} has no "${name}" that can be called.`,
        message === ''
          ? 'Correct "factory": what comes after the colon is the name of a function or class in that module.'
          : `Correct "factory"; the module has ${message.split(' ').slice(0, 12).join(', ')}.`,
      );
    case 'factory':
      return new OracleError(
        `${factory} could not be called: ${message}.`,
        'Correct "arguments" in the project file, or what the message names.',
      );
    case 'no-calculator':
      return new OracleError(
        `${factory} made a ${message}, which is no ASE calculator.`,
        'Name a class or function that returns a calculator, with get_potential_energy and get_forces.',
      );
  }
}
