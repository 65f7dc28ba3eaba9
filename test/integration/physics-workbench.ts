import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExtxyz } from '../../extension/core/formats/extxyz.ts';
import { holds } from '../../extension/core/physics/residuals.ts';
import { probeStructure, type Ask, type ProbeReport } from '../../extension/core/physics/suite.ts';
import { probes } from '../../extension/core/physics/table.ts';
import type { Structure } from '../../extension/core/structure.ts';
import { onnxSource } from '../../extension/sweep/oracles/onnx-source.ts';
import { openProbeOracle } from '../../extension/sweep/physics/probe-oracle.ts';
import { structureId } from '../../extension/sweep/structure-id.ts';
import { auditedModel, repository } from './sweep-workbench.ts';

/** What tests of the probes share: the potentials beside their script, and the suite over them. */

export const potentials = join(repository, 'test/fixtures/physics');

export async function structuresOf(file: string, count = Number.POSITIVE_INFINITY): Promise<Structure[]> {
  const chunks = (async function* () {
    yield await Promise.resolve(readFileSync(file));
  })();
  const structures: Structure[] = [];
  for await (const item of readExtxyz(chunks, file)) {
    if (item.kind !== 'structure') throw new Error(item.problem.message);
    if (structures.push(item.structure) >= count) break;
  }
  return structures;
}

/** The reports of all probes of a model, by default asked as `pcm physics` asks. */
export async function suite(
  worker: string,
  name: string,
  folder: string,
  structures: readonly Structure[],
  route: (ask: Ask) => Ask = (ask) => ask,
): Promise<ProbeReport[]> {
  const oracle = openProbeOracle({
    predictions: onnxSource(await auditedModel(name, folder), worker, 'test').predictions!,
    workers: 1,
  });
  const reports: ProbeReport[] = [];
  try {
    for (const structure of structures) {
      const setting = { traits: oracle.traits, seed: 7, key: structureId };
      for await (const report of probeStructure(probes, structure, setting, route(oracle.ask))) reports.push(report);
    }
  } finally {
    await oracle.close();
  }
  return reports;
}

/** Ids of the probes of which at least one measurement is out of tolerance, in the order of the table. */
export function violated(reports: readonly ProbeReport[]): string[] {
  const found = new Set(
    reports.flatMap(({ probe, outcome }) =>
      outcome.kind === 'measured' && !outcome.measurements.every(holds) ? [probe.id] : [],
    ),
  );
  return probes.map(({ id }) => id).filter((id) => found.has(id));
}

/** Ids of the probes that measured something. */
export function measured(reports: readonly ProbeReport[]): string[] {
  const found = new Set(reports.flatMap(({ probe, outcome }) => (outcome.kind === 'measured' ? [probe.id] : [])));
  return probes.map(({ id }) => id).filter((id) => found.has(id));
}

/** A row per potential, a column per probe: ✘ where it is violated. */
export function matrix(rows: ReadonlyMap<string, readonly string[]>): string {
  const head = `${''.padEnd(20)} ${probes.map(({ id }) => id.slice(0, 6).padEnd(7)).join('')}`;
  const lines = [...rows].map(
    ([name, broken]) =>
      `${name.padEnd(20)} ${probes.map(({ id }) => (broken.includes(id) ? '✘' : '·').padEnd(7)).join('')}`,
  );
  return [head, ...lines].join('\n');
}
