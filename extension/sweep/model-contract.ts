import { LARGEST_ATOMIC_NUMBER } from '../core/element-symbols.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { lintOperators, type OnnxLint } from './onnx-lint.ts';
import type { ModelSummary, OnnxValue } from './onnx-file.ts';

export type IntegerType = 'int32' | 'int64';
export type FloatType = 'float32' | 'float64';

/** Inputs of contract version 1, their kind and their ranks. Shapes: docs of `graph-batch.ts`. */
const inputKinds = {
  atomic_numbers: { kind: 'integer', rank: 1 },
  positions: { kind: 'float', rank: 2 },
  cell: { kind: 'float', rank: 3 },
  edge_index: { kind: 'integer', rank: 2 },
  edge_shift: { kind: 'float', rank: 2 },
  batch: { kind: 'integer', rank: 1 },
  edge_pair: { kind: 'integer', rank: 1 },
  pair_edge: { kind: 'integer', rank: 1 },
  angle_index: { kind: 'integer', rank: 2 },
} as const;
export type InputName = keyof typeof inputKinds;

const requiredInputs: readonly InputName[] = ['atomic_numbers', 'positions', 'cell', 'edge_index', 'edge_shift'];
const angleInputs: readonly InputName[] = ['edge_pair', 'pair_edge', 'angle_index'];

/** An input the model asks for, with the element type its tensors must have. */
export interface ContractInput {
  readonly name: InputName;
  readonly type: IntegerType | FloatType;
}

/** A model that keeps contract version 1: everything the oracle needs to know to feed it. Plain data. */
export interface ModelContract {
  readonly name: string;
  /** Neighbours up to this distance are edges, Å. */
  readonly cutoff: number;
  /** Edges up to this length form angles, Å; null for models without angle inputs. */
  readonly angleCutoff: number | null;
  /** Atomic numbers the model was made for, ascending. All others are refused. */
  readonly elements: readonly number[];
  readonly inputs: readonly ContractInput[];
  /** Element types of energy and forces. */
  readonly outputs: { readonly energy: FloatType; readonly forces: FloatType };
  /** Whether the model distinguishes structures in one call (`batch` input); if not, they go one by one. */
  readonly batched: boolean;
  readonly lint: OnnxLint;
  readonly parameters: number;
  /** The remaining `mlip.` metadata, without the prefix: functional, licence, ... Untrusted text. */
  readonly description: Readonly<Record<string, string>>;
}

/** Longest cutoff accepted, Å: beyond it the number of edges makes any sweep hopeless. */
const LONGEST_CUTOFF = 20;

/** Checks of one model collect their problems here, so that all defects are reported at once. */
function collector(file: string) {
  const problems: Problem[] = [];
  const add = (severity: 'error' | 'warning', message: string, fix: string): void => {
    problems.push({ kind: 'problem', severity, file, line: null, message, fix });
  };
  return {
    problems,
    error: (message: string, fix: string) => add('error', message, fix),
    warning: (message: string, fix: string) => add('warning', message, fix),
  };
}
type Collector = ReturnType<typeof collector>;

function describe(value: OnnxValue): string {
  const dims = value.dims === null ? 'unknown shape' : `[${value.dims.map((dim) => dim ?? '?').join(', ')}]`;
  return `${value.type} ${dims}`;
}

/** Metadata value → positive number of Å, or null with a problem. */
function readLength(summary: ModelSummary, key: string, found: Collector): number | null {
  const text = summary.metadata.get(key);
  if (text === undefined) {
    found.error(`The model does not state ${key}.`, `Add metadata_props ${key} with the distance in Å, such as "5.0".`);
    return null;
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value <= LONGEST_CUTOFF)) {
    found.error(
      `${key} is ${JSON.stringify(text.slice(0, 40))}, which is no distance between 0 and ${LONGEST_CUTOFF} Å.`,
      `Set metadata_props ${key} to the distance in Å, such as "5.0".`,
    );
    return null;
  }
  return value;
}

function readElements(summary: ModelSummary, found: Collector): number[] {
  const text = summary.metadata.get('mlip.elements');
  const example = 'such as "8,14" for oxygen and silicon';
  if (text === undefined || text.trim() === '') {
    found.error(
      'The model does not state mlip.elements.',
      `Add metadata_props mlip.elements with its atomic numbers, ${example}.`,
    );
    return [];
  }
  const elements = new Set<number>();
  for (const part of text.split(',')) {
    const z = /^\s*[0-9]{1,3}\s*$/.test(part) ? Number(part) : Number.NaN;
    if (!(z >= 1 && z <= LARGEST_ATOMIC_NUMBER)) {
      found.error(
        `mlip.elements holds ${JSON.stringify(part.trim().slice(0, 40))}, which is no atomic number.`,
        `Set metadata_props mlip.elements to comma-separated atomic numbers, ${example}.`,
      );
      return [];
    }
    elements.add(z);
  }
  return [...elements].sort((a, b) => a - b);
}

function checkInput(input: OnnxValue, found: Collector): ContractInput | null {
  if (!Object.hasOwn(inputKinds, input.name)) {
    found.error(
      `The model asks for an input ${JSON.stringify(input.name.slice(0, 80))} (${describe(input)}) that contract version 1 does not have.`,
      `Export it with inputs ${requiredInputs.join(', ')}, batch and, for models with angles, ${angleInputs.join(', ')}.`,
    );
    return null;
  }
  const name = input.name as InputName;
  const { kind, rank } = inputKinds[name];
  const accepted = kind === 'integer' ? ['int32', 'int64'] : ['float32', 'float64'];
  if (!accepted.includes(input.type)) {
    found.error(
      `Input ${name} is ${describe(input)}; it must be ${accepted.join(' or ')}.`,
      `Export ${name} as ${accepted[1]!} or ${accepted[0]!}.`,
    );
    return null;
  }
  if (input.dims !== null && input.dims.length !== rank) {
    found.error(
      `Input ${name} is ${describe(input)}; it must have ${rank} dimensions.`,
      `Export ${name} with the shape of contract version 1.`,
    );
    return null;
  }
  return { name, type: input.type as IntegerType | FloatType };
}

/** A dimension that must grow with the structures but was frozen by the export to the size of the sample input. */
function checkFrozen(input: OnnxValue, found: Collector): void {
  const free: Record<InputName, number> = {
    atomic_numbers: 0,
    positions: 0,
    cell: 0,
    edge_index: 1,
    edge_shift: 0,
    batch: 0,
    edge_pair: 0,
    pair_edge: 0,
    angle_index: 1,
  };
  const dim = input.dims?.[free[input.name as InputName]];
  if (typeof dim === 'number' && dim > 0 && !(input.name === 'cell' && dim === 1)) {
    found.error(
      `Input ${input.name} is ${describe(input)}: its size is frozen, so the model fits one number of atoms or edges only.`,
      'Export with dynamic shapes, from a sample whose sizes all differ.',
    );
  }
}

function checkOutputs(summary: ModelSummary, found: Collector): void {
  for (const [name, rank, meaning] of [
    ['energy', 1, '[n_structures], eV'],
    ['forces', 2, '[n_atoms, 3], eV/Å'],
  ] as const) {
    const output = summary.outputs.find((value) => value.name === name);
    if (output === undefined) {
      const names = summary.outputs.map((value) => value.name.slice(0, 40)).join(', ');
      found.error(
        `The model has no output ${name} (it has ${names || 'none'}).`,
        `Export an output ${name} of shape ${meaning}.`,
      );
    } else if (output.type !== 'float32' && output.type !== 'float64') {
      found.error(
        `Output ${name} is ${describe(output)}; it must be float32 or float64.`,
        `Export ${name} as float32.`,
      );
    } else if (output.dims !== null && output.dims.length !== rank) {
      found.error(
        `Output ${name} is ${describe(output)}; it must have shape ${meaning}.`,
        `Export ${name} with shape ${meaning}.`,
      );
    }
  }
}

/** Element type of a float output; only asked for where `checkOutputs` found nothing wrong. */
function outputType(summary: ModelSummary, name: string): FloatType {
  return summary.outputs.find((value) => value.name === name)?.type === 'float64' ? 'float64' : 'float32';
}

function checkUnits(summary: ModelSummary, found: Collector): void {
  const fix = 'Add metadata_props mlip.units = "eV,Angstrom" once the model computes in these units.';
  const units = summary.metadata.get('mlip.units');
  if (units === undefined) found.error('The model does not state mlip.units.', fix);
  else if (!/^\s*ev\s*,\s*(angstrom|å|a)\s*$/i.test(units)) {
    found.error(`The model computes in ${JSON.stringify(units.slice(0, 40))}; only eV and Å are understood.`, fix);
  }
}

/**
 * Checks a model against contract version 1: inputs, outputs, element types, ranks and the metadata that make it
 * self-describing. All defects are reported at once, each with what to change in the export.
 * @param file path as the user gave it, for the messages.
 */
export function checkContract(summary: ModelSummary, file: string): Checked<ModelContract> {
  const found = collector(file);
  const { metadata } = summary;
  const version = metadata.get('mlip.contract')?.trim();
  if (version === undefined) {
    found.error(
      metadata.size === 0
        ? 'The model carries no metadata, so its cutoff, elements and units are unknown; none of them is guessed.'
        : 'The model does not state mlip.contract.',
      'Add metadata_props mlip.contract = "1", mlip.cutoff, mlip.elements and mlip.units with onnx.helper.set_model_props.',
    );
  } else if (version !== '1') {
    found.error(
      `The model keeps contract version ${JSON.stringify(version.slice(0, 40))}; only version 1 is known.`,
      'Export it by contract version 1.',
    );
  }
  const inputs: ContractInput[] = [];
  for (const value of summary.inputs) {
    const input = checkInput(value, found);
    if (input === null) continue;
    checkFrozen(value, found);
    inputs.push(input);
  }
  const has = (name: InputName): boolean => summary.inputs.some((input) => input.name === name);
  const missing = requiredInputs.filter((name) => !has(name));
  if (missing.length > 0) {
    found.error(
      `The model has no input ${missing.join(', ')}.`,
      `Export it with the inputs of contract version 1: ${requiredInputs.join(', ')}, batch.`,
    );
  }
  const angles = angleInputs.filter(has);
  if (angles.includes('angle_index') && angles.length !== angleInputs.length) {
    found.error(
      `The model has input angle_index but not ${angleInputs.filter((name) => !has(name)).join(', ')}.`,
      `Export it with all of ${angleInputs.join(', ')}, or none.`,
    );
  }
  checkOutputs(summary, found);
  if (version !== undefined) checkUnits(summary, found);
  const cutoff = version === undefined ? null : readLength(summary, 'mlip.cutoff', found);
  const angleCutoff =
    version === undefined || !angles.includes('angle_index') ? null : readLength(summary, 'mlip.angle_cutoff', found);
  const elements = version === undefined ? [] : readElements(summary, found);
  if (cutoff !== null && angleCutoff !== null && angleCutoff > cutoff) {
    found.error(
      `mlip.angle_cutoff (${angleCutoff} Å) is longer than mlip.cutoff (${cutoff} Å).`,
      'Swap them or correct the export.',
    );
  }

  const lint = lintOperators(summary);
  const declared = metadata.get('mlip.threads')?.trim();
  if (declared === 'any' && lint.threads === 1) {
    found.warning(
      `The model declares mlip.threads = "any", but its operators race with more than one thread: ${lint.findings.map((finding) => `${finding.count} × ${finding.operator}`).join(', ')}.`,
      'Declare mlip.threads = "1" (it is run that way here), or export it without racing operators.',
    );
  } else if (declared !== undefined && declared !== 'any' && declared !== '1') {
    found.warning(`mlip.threads is ${JSON.stringify(declared.slice(0, 40))}.`, 'Set it to "any" or "1".');
  }
  const errors = found.problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0 || cutoff === null) return { kind: 'rejected', problems: found.problems };

  const stated = new Set([
    'mlip.name',
    'mlip.contract',
    'mlip.cutoff',
    'mlip.angle_cutoff',
    'mlip.elements',
    'mlip.units',
  ]);
  const description = Object.fromEntries(
    [...metadata]
      .filter(([key]) => key.startsWith('mlip.') && !stated.has(key))
      .map(([key, value]) => [key.slice('mlip.'.length), value]),
  );
  const value: ModelContract = {
    name: metadata.get('mlip.name') ?? file,
    cutoff,
    angleCutoff,
    elements,
    inputs,
    outputs: { energy: outputType(summary, 'energy'), forces: outputType(summary, 'forces') },
    batched: has('batch'),
    lint,
    parameters: summary.parameters,
    description,
  };
  return { kind: 'ok', value, warnings: found.problems };
}
