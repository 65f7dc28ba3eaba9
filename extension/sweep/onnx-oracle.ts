import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Prediction } from '../core/criterion.ts';
import { symbolOf } from '../core/element-symbols.ts';
import { neighbourList, squaredLengths } from '../core/neighbour-list.ts';
import { angleGraph } from './angle-graph.ts';
import { planGroups } from './batch-plan.ts';
import { buildFeeds, type Crystal, type CrystalGraph, type Feed } from './graph-batch.ts';
import type { ModelContract } from './model-contract.ts';
import { ordinaryManner, type OracleManner, type OracleSettings } from './oracle-settings.ts';

/** Predictions in the order of the crystals, and how long ONNX Runtime worked on them. */
export interface OracleAnswer {
  readonly predictions: Prediction[];
  readonly insideMs: number;
}

/** A loaded model. Calls must not overlap. */
export interface Oracle {
  predict(crystals: readonly Crystal[]): Promise<OracleAnswer>;
  close(): Promise<void>;
}

/** Angles per edge of the cap: a structure with more is refused like one with too many edges. */
const ANGLES_PER_EDGE = 16;
/** Atoms closer than this, Å, are one atom written twice. */
const COINCIDENT = 1e-4;

function refused(detail: string): Prediction {
  return { kind: 'refused', detail };
}

/** A crystal's graph, or why it is not put to the model. */
function prepare(
  crystal: Crystal,
  contract: ModelContract,
  settings: OracleSettings,
  guarded: boolean,
): CrystalGraph | Prediction {
  const atoms = crystal.species.length;
  if (atoms === 0) return refused('the structure has no atoms');
  const known = new Set(contract.elements);
  for (const z of new Set(crystal.species)) {
    if (guarded && !known.has(z)) {
      return refused(`the model does not know ${symbolOf(z)} (Z = ${z}); it would take it for another element`);
    }
  }
  const query = { ...crystal, cutoff: contract.cutoff, maximumEdges: settings.edgesPerStructure };
  const edges = neighbourList(query);
  switch (edges.kind) {
    case 'ok':
      break;
    case 'singular-cell':
      return refused('the cell has no volume');
    case 'too-many-edges':
      return refused(`the structure has more than ${edges.maximumEdges} directed edges within ${contract.cutoff} Å`);
    case 'bad-input':
      return refused(edges.reason);
  }
  if (guarded && edges.count === 0)
    return refused(`no atom has a neighbour within ${contract.cutoff} Å, so there is nothing to predict`);
  const squared = squaredLengths(query, edges);
  for (let e = 0; e < edges.count; e++) {
    if (!(squared[e]! > COINCIDENT * COINCIDENT)) {
      return refused(`atoms ${edges.centre[e]! + 1} and ${edges.neighbour[e]! + 1} are at one place`);
    }
  }
  if (contract.angleCutoff === null) return { crystal, edges, angles: null };
  const most = ANGLES_PER_EDGE * settings.edgesPerStructure;
  const angles = angleGraph(edges, squared, atoms, contract.angleCutoff, most);
  if (angles === null) return refused(`the structure has more than ${most} angles within ${contract.angleCutoff} Å`);
  return { crystal, edges, angles };
}

function toTensor(feed: Feed): Tensor {
  return new Tensor(feed.type, feed.data as never, feed.dims);
}

function failure(error: unknown): Prediction {
  const text = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', reason: 'error', detail: text.replace(/\s+/g, ' ').slice(0, 300) };
}

/** Values of a float output after checking its size; a text says what is wrong with it. */
function readOutput(tensor: Tensor | undefined, name: string, length: number): Float32Array | Float64Array | string {
  const data: unknown = tensor?.data;
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    return `output ${name} holds no floating-point numbers`;
  if (data.length !== length) return `output ${name} has ${data.length} numbers instead of ${length}`;
  return data;
}

/** Cuts the outputs of one call into one prediction per crystal. */
function split(graphs: readonly CrystalGraph[], outputs: InferenceSession.OnnxValueMapType): Prediction[] {
  const atoms = graphs.reduce((sum, { crystal }) => sum + crystal.species.length, 0);
  const energy = readOutput(outputs['energy'], 'energy', graphs.length);
  const forces = readOutput(outputs['forces'], 'forces', 3 * atoms);
  const complaint = typeof energy === 'string' ? energy : typeof forces === 'string' ? forces : null;
  if (complaint !== null) return graphs.map(() => failure(complaint));
  const energies = energy as Float32Array | Float64Array;
  let offset = 0;
  return graphs.map(({ crystal }, s) => {
    const own = Float64Array.from(
      (forces as Float32Array | Float64Array).subarray(offset, offset + crystal.positions.length),
    );
    offset += crystal.positions.length;
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      const atom = Math.floor(bad / 3);
      const detail = `the force on atom ${atom + 1} (${symbolOf(crystal.species[atom]!)}) is ${own[bad]!}`;
      return { kind: 'failed', reason: 'not-finite', detail };
    }
    const total = energies[s]!;
    if (!Number.isFinite(total)) return { kind: 'failed', reason: 'not-finite', detail: `the energy is ${total}` };
    return { kind: 'predicted', energy: total, forces: own };
  });
}

/**
 * Loads a model that keeps contract version 1. Unless `manner` says otherwise, the session has one intra-op thread,
 * because some kernels race (see `onnx-lint.ts`); it always has one inter-op thread and runs its nodes one after the
 * other. Memory patterns are off, since they are kept per input shape and every structure has its own.
 * @param model path, or the file's bytes.
 * @throws whatever ONNX Runtime says if it cannot load the model.
 */
export async function openOnnxOracle(
  model: string | Uint8Array,
  contract: ModelContract,
  settings: OracleSettings,
  manner: OracleManner = ordinaryManner,
): Promise<Oracle> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: manner.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 4,
  };
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options));
  const fetches = ['energy', 'forces'];
  let insideMs = 0;

  async function call(graphs: readonly CrystalGraph[]): Promise<Prediction[]> {
    const feeds = Object.fromEntries(buildFeeds(graphs, contract.inputs).map((feed) => [feed.name, toTensor(feed)]));
    const from = performance.now();
    try {
      const outputs = await session.run(feeds, fetches);
      insideMs += performance.now() - from;
      return split(graphs, outputs);
    } catch (error) {
      insideMs += performance.now() - from;
      return graphs.map(() => failure(error));
    }
  }

  /** One bad crystal must not fail its neighbours: where a call throws or answers badly, each is asked alone. */
  async function callOrRetry(graphs: readonly CrystalGraph[]): Promise<Prediction[]> {
    const answers = await call(graphs);
    if (graphs.length === 1 || answers.every((answer) => answer.kind === 'predicted')) return answers;
    const alone: Prediction[] = [];
    for (const graph of graphs) alone.push(...(await call([graph])));
    return answers.map((answer, k) => (answer.kind === 'predicted' ? answer : alone[k]!));
  }

  return {
    async predict(crystals) {
      insideMs = 0;
      const predictions: Prediction[] = new Array<Prediction>(crystals.length);
      const graphs: CrystalGraph[] = [];
      const places: number[] = [];
      crystals.forEach((crystal, k) => {
        const prepared = prepare(crystal, contract, settings, manner.guarded);
        if ('kind' in prepared) predictions[k] = prepared;
        else {
          graphs.push(prepared);
          places.push(k);
        }
      });
      const edges = graphs.map((graph) => graph.edges.count);
      const limits = { structures: contract.batched ? settings.structuresPerCall : 1, weight: settings.edgesPerCall };
      let start = 0;
      for (const end of planGroups(edges, limits)) {
        const answers = await callOrRetry(graphs.slice(start, end));
        answers.forEach((answer, k) => (predictions[places[start + k]!] = answer));
        start = end;
      }
      return { predictions, insideMs };
    },
    close: () => session.release(),
  };
}
