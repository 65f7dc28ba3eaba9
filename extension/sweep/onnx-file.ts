import type { Checked } from '../core/problem.ts';
import { forEachField, MalformedProtobuf, readIntegers, readText } from './protobuf.ts';

/** A graph's input or output. `type` is ONNX's element type in lower case; a dimension is a size, a name or unknown. */
export interface OnnxValue {
  readonly name: string;
  readonly type: string;
  /** null where the model does not state a shape. */
  readonly dims: readonly (number | string | null)[] | null;
}

/** How often an operator occurs, with its `reduction` attribute ('none' where it has none). */
export interface OperatorCount {
  readonly domain: string;
  readonly type: string;
  readonly reduction: string;
  readonly count: number;
}

/** What has to be known of an ONNX file before anything is run. */
export interface ModelSummary {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** All operators of the graph, its subgraphs and the model's functions. */
  readonly operators: readonly OperatorCount[];
  /** Numbers in all initializers. */
  readonly parameters: number;
}

/** TensorProto.DataType of the ONNX specification, by number. */
const elementTypes = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
];

const LONGEST_NAME = 4096;
const LONGEST_METADATA = 65_536;
const MOST_METADATA = 256;
const MOST_VALUES = 256;
const MOST_NODES = 1_000_000;
const DEEPEST_SUBGRAPH = 16;

interface Tally {
  readonly operators: Map<string, { domain: string; type: string; reduction: string; count: number }>;
  nodes: number;
  parameters: number;
  external: boolean;
}

interface GraphValues {
  readonly inputs: OnnxValue[];
  readonly outputs: OnnxValue[];
  readonly initializers: Set<string>;
}

function readTensor(bytes: Uint8Array, start: number, end: number, tally: Tally): string {
  let name = '';
  let size = 1;
  forEachField(bytes, start, end, (field) => {
    if (field.number === 1) for (const dim of readIntegers(bytes, field)) size *= dim;
    else if (field.number === 8) name = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 13 || (field.number === 14 && field.value === 1)) tally.external = true;
  });
  tally.parameters += size;
  return name;
}

function readAttribute(bytes: Uint8Array, start: number, end: number, depth: number, tally: Tally) {
  let name = '';
  let text = '';
  forEachField(bytes, start, end, (field) => {
    if (field.number === 1) name = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 4 && field.end - field.start <= 64) text = readText(bytes, field, 64);
    else if (field.number === 5 || field.number === 10) readTensor(bytes, field.start, field.end, tally);
    else if (field.number === 6 || field.number === 11) readGraph(bytes, field.start, field.end, depth + 1, tally);
  });
  return { name, text };
}

function readNode(bytes: Uint8Array, start: number, end: number, depth: number, tally: Tally): void {
  let type = '';
  let domain = '';
  let reduction = 'none';
  if (++tally.nodes > MOST_NODES) throw new MalformedProtobuf(`the graph has more than ${MOST_NODES} nodes`);
  forEachField(bytes, start, end, (field) => {
    if (field.number === 4) type = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 7) domain = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 5) {
      const attribute = readAttribute(bytes, field.start, field.end, depth, tally);
      if (attribute.name === 'reduction') reduction = attribute.text;
    }
  });
  const key = `${domain}\n${type}\n${reduction}`;
  const counted = tally.operators.get(key);
  if (counted === undefined) tally.operators.set(key, { domain, type, reduction, count: 1 });
  else counted.count++;
}

function readShape(bytes: Uint8Array, start: number, end: number): (number | string | null)[] {
  const dims: (number | string | null)[] = [];
  forEachField(bytes, start, end, (field) => {
    if (field.number !== 1) return;
    let dim: number | string | null = null;
    forEachField(bytes, field.start, field.end, (part) => {
      if (part.number === 1) dim = part.value;
      else if (part.number === 2) dim = readText(bytes, part, LONGEST_NAME);
    });
    if (dims.push(dim) > 16) throw new MalformedProtobuf('a shape has more than 16 dimensions');
  });
  return dims;
}

function readValue(bytes: Uint8Array, start: number, end: number): OnnxValue {
  let name = '';
  let type = 'not a tensor';
  let dims: (number | string | null)[] | null = null;
  forEachField(bytes, start, end, (field) => {
    if (field.number === 1) name = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 2) {
      forEachField(bytes, field.start, field.end, (kind) => {
        if (kind.number !== 1) return;
        forEachField(bytes, kind.start, kind.end, (part) => {
          if (part.number === 1) type = elementTypes[part.value] ?? `element type ${part.value}`;
          else if (part.number === 2) dims = readShape(bytes, part.start, part.end);
        });
      });
    }
  });
  return { name, type, dims };
}

function readGraph(bytes: Uint8Array, start: number, end: number, depth: number, tally: Tally): GraphValues {
  if (depth > DEEPEST_SUBGRAPH) throw new MalformedProtobuf(`subgraphs are nested deeper than ${DEEPEST_SUBGRAPH}`);
  const values: GraphValues = { inputs: [], outputs: [], initializers: new Set() };
  forEachField(bytes, start, end, (field) => {
    switch (field.number) {
      case 1:
        readNode(bytes, field.start, field.end, depth, tally);
        break;
      case 5:
        values.initializers.add(readTensor(bytes, field.start, field.end, tally));
        break;
      case 15:
        forEachField(bytes, field.start, field.end, (part) => {
          if (part.number === 1) values.initializers.add(readTensor(bytes, part.start, part.end, tally));
        });
        break;
      case 11:
      case 12: {
        const list = field.number === 11 ? values.inputs : values.outputs;
        // Only the main graph's signature is of interest; those of subgraphs are not kept.
        if (depth === 0) list.push(readValue(bytes, field.start, field.end));
        break;
      }
    }
  });
  return values;
}

function readPair(bytes: Uint8Array, start: number, end: number): { key: string; value: string } {
  const pair = { key: '', value: '' };
  forEachField(bytes, start, end, (field) => {
    if (field.number === 1) pair.key = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 2) pair.value = readText(bytes, field, LONGEST_METADATA);
  });
  return pair;
}

function readOpset(bytes: Uint8Array, start: number, end: number): { domain: string; version: number } {
  const opset = { domain: '', version: 0 };
  forEachField(bytes, start, end, (field) => {
    if (field.number === 1) opset.domain = readText(bytes, field, LONGEST_NAME);
    else if (field.number === 2 && field.wire === 0) opset.version = field.value;
  });
  return opset;
}

function readModel(bytes: Uint8Array): { summary: ModelSummary; external: boolean } {
  const tally: Tally = { operators: new Map(), nodes: 0, parameters: 0, external: false };
  const metadata = new Map<string, string>();
  const opsets: { domain: string; version: number }[] = [];
  let irVersion = 0;
  let graph: GraphValues | null = null;
  forEachField(bytes, 0, bytes.length, (field) => {
    switch (field.number) {
      case 1:
        irVersion = field.value;
        break;
      case 7:
        graph = readGraph(bytes, field.start, field.end, 0, tally);
        break;
      case 8:
        if (opsets.push(readOpset(bytes, field.start, field.end)) > 64) {
          throw new MalformedProtobuf('the model imports more than 64 operator sets');
        }
        break;
      case 14: {
        const { key, value } = readPair(bytes, field.start, field.end);
        metadata.set(key, value);
        if (metadata.size > MOST_METADATA)
          throw new MalformedProtobuf(`there are more than ${MOST_METADATA} metadata_props`);
        break;
      }
      case 25:
        forEachField(bytes, field.start, field.end, (part) => {
          if (part.number === 7) readNode(bytes, part.start, part.end, 1, tally);
        });
        break;
    }
  });
  const values = graph as GraphValues | null;
  if (values === null || tally.nodes === 0) throw new MalformedProtobuf('it holds no graph');
  // Before IR version 4 every initializer was listed among the inputs too; those are not for the caller to fill.
  const inputs = values.inputs.filter((input) => !values.initializers.has(input.name));
  if (inputs.length > MOST_VALUES || values.outputs.length > MOST_VALUES) {
    throw new MalformedProtobuf(`the graph has more than ${MOST_VALUES} inputs or outputs`);
  }
  const operators = [...tally.operators.values()].sort((a, b) =>
    a.type === b.type ? (a.reduction < b.reduction ? -1 : 1) : a.type < b.type ? -1 : 1,
  );
  return {
    summary: { irVersion, opsets, metadata, inputs, outputs: values.outputs, operators, parameters: tally.parameters },
    external: tally.external,
  };
}

/**
 * Reads what has to be known of an ONNX model from its bytes, without running or even loading it: a bounded reader of
 * the protobuf wire format that skips all weights. Models that keep weights in other files are refused, because then
 * the file's hash would not name the model.
 * @param file path as the user gave it, for the message.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function readOnnxSummary(bytes: Uint8Array, file: string): Checked<ModelSummary> {
  const reject = (message: string, fix: string): Checked<ModelSummary> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
  });
  if (bytes.length === 0) return reject('The model file is empty.', 'Export the model again.');
  try {
    const { summary, external } = readModel(bytes);
    if (external) {
      return reject(
        'The model keeps weights in other files, so that its hash would not cover them.',
        'Save it in one file, for example with onnx.save_model(model, path, save_as_external_data=False).',
      );
    }
    return { kind: 'ok', value: summary, warnings: [] };
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    return reject(
      `This is not an ONNX model, or it is cut off: ${error.message}.`,
      'Check that the path names an .onnx file and that it was copied completely.',
    );
  }
}
