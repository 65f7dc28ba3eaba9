import * as z from 'zod';
import { atomicNumberOf } from '../element-symbols.ts';

/**
 * How a reference is computed. Everything here decides the numbers; where programs lie does not, and is no part of a
 * project file, which may come from a stranger: `pw.x` is looked for in PCM_PW_X and on PATH.
 */

const rydberg = z.number().gt(0).max(10_000);

/** A bare file name: pseudopotentials are taken from one folder and nowhere else. */
const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/, 'must be the name of a file in the folder of pseudopotentials');

const pseudopotentials = z.strictObject({
  folder: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe(
      'Folder with UPF files, absolute or relative to the project. Without it ESPRESSO_PSEUDO, else /usr/share/espresso/pseudo.',
    ),
  functional: z
    .enum(['PBE', 'PBEsol', 'LDA'])
    .default('PBE')
    .describe('Exchange and correlation; should be the one that the model was trained on.'),
  files: z
    .record(
      z.string().refine((symbol) => atomicNumberOf(symbol) !== undefined, 'must be the symbol of an element'),
      fileName,
    )
    .default({})
    .describe(
      'Files to take for some elements, such as { "Si": "Si.pbe-rrkj.UPF" }; others are chosen by their headers.',
    ),
});

const cutoffs = z.strictObject({
  wavefunction: rydberg
    .optional()
    .describe(
      'Ry. Without it the largest that the pseudopotentials suggest, at least 40; 60 for one that suggests nothing.',
    ),
  density: rydberg
    .optional()
    .describe('Ry. Without it the largest suggested, at least 4 (norm-conserving) or 8 (others) times "wavefunction".'),
});

export const quantumEspressoSchema = z.strictObject({
  kind: z.literal('quantum-espresso'),
  pseudopotentials: pseudopotentials.prefault({}).describe('Where pseudopotentials come from.'),
  cutoffs: cutoffs.prefault({}).describe('Plane-wave cutoffs.'),
  kSpacing: z
    .number()
    .gt(0)
    .max(10)
    .default(0.3)
    .describe('1/Å, with the factor 2π: the mesh has ceil(|b| / kSpacing) points along each reciprocal vector b.'),
  smearing: z
    .strictObject({
      kind: z.enum(['cold', 'gaussian', 'methfessel-paxton', 'fermi-dirac', 'none']).default('cold'),
      width: z.number().gt(0).max(1).default(0.01).describe('Ry.'),
    })
    .prefault({})
    .describe('Occupations; "none" is for insulators only.'),
  spin: z
    .enum(['auto', 'none', 'polarized'])
    .default('auto')
    .describe(
      '"auto": polarized (collinear, ferromagnetic start) where an element with an open 3d, 4f or 5f shell is present.',
    ),
  scf: z
    .strictObject({
      accuracy: z.number().gt(0).max(1).default(1e-8).describe('Ry, estimated error of the energy of one cell.'),
      steps: z.number().int().min(1).max(10_000).default(100).describe('Iterations after which there is no reference.'),
      mixing: z.number().gt(0).max(1).default(0.4).describe('Share of the new density in each iteration.'),
    })
    .prefault({})
    .describe('The self-consistent calculation.'),
  ranks: z.number().int().min(1).max(4096).default(1).describe('MPI processes per calculation, started with mpirun.'),
  threads: z.number().int().min(1).max(1024).default(1).describe('OMP_NUM_THREADS of each process.'),
  timeLimitSeconds: z
    .number()
    .int()
    .min(1)
    .max(2_592_000)
    .default(3600)
    .describe('Longest calculation of one structure.'),
  largestStructure: z.number().int().min(1).max(10_000).default(100).describe('Atoms; larger ones are not computed.'),
});
export type QuantumEspressoSettings = z.infer<typeof quantumEspressoSchema>;
