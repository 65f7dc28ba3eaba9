import type { EdgeColumns } from '../core/neighbour-list-assembly.ts';
import type { AngleGraph } from './angle-graph.ts';
import type { ContractInput, InputName } from './model-contract.ts';

/** The part of a structure that a model sees. */
export interface Crystal {
  /** Rows are lattice vectors, Å; length 9. */
  readonly lattice: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** Atomic numbers; length n. */
  readonly species: Uint8Array;
  /** Cartesian, Å; length 3n. */
  readonly positions: Float64Array;
}

/** A crystal with its neighbours, ready to be put to a model. */
export interface CrystalGraph {
  readonly crystal: Crystal;
  readonly edges: EdgeColumns;
  /** null for models without angle inputs. */
  readonly angles: AngleGraph | null;
}

export type TensorData = Int32Array | BigInt64Array | Float32Array | Float64Array;

/** One input tensor, row-major. */
export interface Feed {
  readonly name: InputName;
  readonly type: ContractInput['type'];
  readonly data: TensorData;
  readonly dims: readonly number[];
}

interface Sizes {
  atoms: number;
  structures: number;
  edges: number;
  pairs: number;
  angles: number;
}

/** Shape of every input, and for index inputs what has to be added per structure so that a batch is a disjoint union. */
function dimsOf(name: InputName, size: Sizes): number[] {
  switch (name) {
    case 'atomic_numbers':
    case 'batch':
      return [size.atoms];
    case 'positions':
      return [size.atoms, 3];
    case 'cell':
      return [size.structures, 3, 3];
    case 'edge_index':
      return [2, size.edges];
    case 'edge_shift':
      return [size.edges, 3];
    case 'edge_pair':
      return [size.edges];
    case 'pair_edge':
      return [size.pairs];
    case 'angle_index':
      return [2, size.angles];
  }
}

/** Copies `count` values into `data` at `at`, adding `offset`; a BigInt64Array gets BigInts. */
function copy(data: TensorData, at: number, values: ArrayLike<number>, count: number, offset = 0): void {
  if (data instanceof BigInt64Array) {
    for (let k = 0; k < count; k++) data[at + k] = BigInt(values[k]! + offset);
  } else {
    for (let k = 0; k < count; k++) data[at + k] = values[k]! + offset;
  }
}

function allocate(type: ContractInput['type'], length: number): TensorData {
  switch (type) {
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
  }
}

/** Writes one structure's part of one input; `before` counts what the structures before it occupy. */
function write(feed: Feed, graph: CrystalGraph, before: Sizes, size: Sizes): void {
  const { crystal, edges, angles } = graph;
  const { data } = feed;
  switch (feed.name) {
    case 'atomic_numbers':
      copy(data, before.atoms, crystal.species, crystal.species.length);
      break;
    case 'batch':
      copy(data, before.atoms, new Uint8Array(crystal.species.length), crystal.species.length, before.structures);
      break;
    case 'positions':
      copy(data, 3 * before.atoms, crystal.positions, crystal.positions.length);
      break;
    case 'cell':
      copy(data, 9 * before.structures, crystal.lattice, 9);
      break;
    case 'edge_index':
      copy(data, before.edges, edges.centre, edges.count, before.atoms);
      copy(data, size.edges + before.edges, edges.neighbour, edges.count, before.atoms);
      break;
    case 'edge_shift':
      copy(data, 3 * before.edges, edges.shift, 3 * edges.count);
      break;
    case 'edge_pair':
      copy(data, before.edges, angles!.edgePair, edges.count, before.pairs);
      break;
    case 'pair_edge':
      copy(data, before.pairs, angles!.pairEdge, angles!.pairEdge.length, before.edges);
      break;
    case 'angle_index':
      copy(data, before.angles, angles!.angleFirst, angles!.angleFirst.length, before.edges);
      copy(data, size.angles + before.angles, angles!.angleSecond, angles!.angleSecond.length, before.edges);
      break;
  }
}

function addSizes(total: Sizes, graph: CrystalGraph): void {
  total.atoms += graph.crystal.species.length;
  total.structures += 1;
  total.edges += graph.edges.count;
  total.pairs += graph.angles?.pairEdge.length ?? 0;
  total.angles += graph.angles?.angleFirst.length ?? 0;
}

/** Input tensors of contract version 1 for several structures at once: their graphs side by side, with no edge between. */
export function buildFeeds(graphs: readonly CrystalGraph[], inputs: readonly ContractInput[]): Feed[] {
  const size: Sizes = { atoms: 0, structures: 0, edges: 0, pairs: 0, angles: 0 };
  for (const graph of graphs) addSizes(size, graph);
  const feeds = inputs.map(({ name, type }): Feed => {
    const dims = dimsOf(name, size);
    return {
      name,
      type,
      dims,
      data: allocate(
        type,
        dims.reduce((product, dim) => product * dim, 1),
      ),
    };
  });
  const before: Sizes = { atoms: 0, structures: 0, edges: 0, pairs: 0, angles: 0 };
  for (const graph of graphs) {
    for (const feed of feeds) write(feed, graph, before, size);
    addSizes(before, graph);
  }
  return feeds;
}
