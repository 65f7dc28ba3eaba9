import * as z from 'zod';
import { atomicNumberOf } from './element-symbols.ts';
import { containedPath, identifier } from './project-names.ts';

/** The models of a project: one schema per kind of oracle. How each is asked is in the oracles' own modules. */

const word = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character');
const modelId = identifier.describe('Name of the model on the screen and in file names.');
const column = z.string().min(1).max(1024);
const seconds = z.number().gt(0).max(2_592_000);
const element = z.string().refine((symbol) => atomicNumberOf(symbol) !== undefined, 'must be the symbol of an element');

const workers = z
  .number()
  .int()
  .min(1)
  .max(256)
  .optional()
  .describe('Processes at one time, where --workers does not say. Without it one per core; never changes a result.');
/** Elements that somebody answers for. */
export const elementList = z.array(element).min(1).max(118).optional();
const elements = elementList.describe(
  'Symbols of the elements that the model is made for; structures with others count neither for nor against it. Without it every structure is asked about.',
);
const precision = (usual: 'float32' | 'float64') =>
  z
    .enum(['float32', 'float64'])
    .default(usual)
    .describe('Digits that the model computes with: how exactly probes of physical laws can expect them to hold.');

/** A Python factory of an ASE calculator, and how its process is run. */
export const aseCalculator = {
  factory: z
    .string()
    .max(1024)
    .regex(/^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/, 'must read "module:factory"')
    .describe('Class or function that makes the calculator, such as "mace.calculators:mace_mp".'),
  arguments: z.record(z.string(), z.json()).default({}).describe('Keyword arguments of the factory.'),
  python: word.default('python3').describe('Interpreter that has ASE and the calculator.'),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of an environment variable'), word)
    .default({})
    .describe('Further environment variables. They are written into certificates: no place for secrets.'),
} as const;

const onnxModel = z.strictObject({
  id: modelId,
  kind: z.literal('onnx'),
  path: containedPath.describe('ONNX file with energy and forces, relative to the project folder.'),
});

const aseModel = z.strictObject({
  id: modelId,
  kind: z.literal('ase'),
  ...aseCalculator,
  elements,
  precision: precision('float32'),
  workers,
  timeLimitSeconds: seconds
    .default(120)
    .describe('For one structure; a calculator that takes longer has failed on it.'),
});

const ipiAddress = z.discriminatedUnion('transport', [
  z.strictObject({
    transport: z.literal('unix'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, ".", "_" or "-"')
      .describe('The socket is ipi_NAME in the folder for temporary files.'),
  }),
  z.strictObject({
    transport: z.literal('tcp'),
    port: z.number().int().min(1024).max(65_535).describe('On the loopback interface alone.'),
  }),
]);

const ipiModel = z
  .strictObject({
    id: modelId,
    kind: z.literal('ipi'),
    description: z
      .string()
      .min(1)
      .max(200)
      .describe('Name and version of what answers: the protocol does not tell, and the certificate has to.'),
    command: z
      .array(word)
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Program and words that start a client, without a shell. {name}, {socket}, {host}, {port}, {folder} (a scratch folder, the working directory), {structure} (extended XYZ that names the atoms) and {project} are filled in.',
      ),
    transport: z.enum(['unix', 'tcp']).default('unix').describe('How a client that is started connects.'),
    structuresPerClient: z
      .number()
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe('1 for a client whose answers depend on what it was asked before.'),
    listen: ipiAddress
      .optional()
      .describe('Instead of "command": where a client connects that is started by hand, for one composition.'),
    species: z
      .array(element)
      .min(1)
      .max(10_000)
      .optional()
      .describe('With "listen": symbols of the atoms, in the order in which that client was given them.'),
    elements,
    precision: precision('float64'),
    workers,
    timeLimitSeconds: seconds.default(600).describe('For one structure.'),
    connectSeconds: seconds.default(120).describe('Until a client connects.'),
  })
  .refine(({ command, listen }) => (command === undefined) !== (listen === undefined), {
    message: 'must have either "command" (a client that is started) or "listen" (one that you start)',
    path: ['command'],
  })
  .refine(({ listen, species }) => (listen === undefined) === (species === undefined), {
    message: 'goes with "listen", and "listen" with it',
    path: ['species'],
  });

const tableModel = z
  .strictObject({
    id: modelId,
    kind: z.literal('table'),
    path: containedPath.describe('CSV or Parquet file, one row per structure, relative to the project folder.'),
    key: column.describe(
      'Column with the names of the structures. Structures carry them under the same key, else as material_id, name, id, …',
    ),
    energyPerAtom: column.optional().describe('Column with predicted energies, eV/atom.'),
    reference: column
      .optional()
      .describe(
        'Column with the true values of "energyPerAtom". Without it the energies of the data files are taken, over the number of atoms.',
      ),
    forceError: column
      .optional()
      .describe('Column with the error of the forces: the largest ‖F − F_ref‖ over the atoms, eV/Å.'),
    maxForce: column.optional().describe('Column with the largest predicted ‖F‖ over the atoms, eV/Å.'),
  })
  .refine(({ energyPerAtom, forceError, maxForce }) => [energyPerAtom, forceError, maxForce].some(Boolean), {
    message: 'must name a column of predictions: "energyPerAtom", "forceError" or "maxForce"',
    path: ['energyPerAtom'],
  })
  .refine(({ energyPerAtom, reference }) => reference === undefined || energyPerAtom !== undefined, {
    message: 'holds the true values of "energyPerAtom", which is missing',
    path: ['reference'],
  });

export const modelSchema = z.discriminatedUnion('kind', [onnxModel, aseModel, ipiModel, tableModel]);
export type ProjectModel = z.infer<typeof modelSchema>;
export type ModelKind = ProjectModel['kind'];
export type ModelOf<K extends ModelKind> = Extract<ProjectModel, { kind: K }>;
