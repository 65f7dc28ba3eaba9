import { parseArgs } from 'node:util';
import { run as aseBridge } from './ase-bridge.bench.ts';
import type { BenchRow } from './bench-row.ts';
import { run as bootstrap } from './bootstrap.bench.ts';
import { run as compare } from './compare.bench.ts';
import { run as demo } from './demo.bench.ts';
import { run as forceFailures } from './force-failures.bench.ts';
import { run as gradientBoosting } from './gradient-boosting.bench.ts';
import { run as intervals } from './interval-coverage.bench.ts';
import { run as lean } from './lean.bench.ts';
import { run as leanServer } from './lean-server.bench.ts';
import { run as neighbourList } from './neighbour-list.bench.ts';
import { run as oracle } from './oracle.bench.ts';
import { run as strategies } from './strategies.bench.ts';
import { run as sweep } from './sweep.bench.ts';
import { run as universal } from './universal.bench.ts';

const benches: readonly (readonly [name: string, run: () => Promise<BenchRow[]>])[] = [
  ['bootstrap', bootstrap],
  ['gradient-boosting', gradientBoosting],
  ['force-failures', forceFailures],
  ['compare', compare],
  ['intervals', intervals],
  ['neighbour-list', neighbourList],
  ['lean', lean],
  ['lean-server', leanServer],
  ['universal', universal],
  ['oracle', oracle],
  ['ase-bridge', aseBridge],
  ['strategies', strategies],
  ['sweep', sweep],
  ['demo', demo],
];

/** Runs the chosen measurements one after another, printing each figure when it is known. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } });
  const chosen = benches.filter(([name]) => values.only === undefined || name.startsWith(values.only));
  if (chosen.length === 0) {
    process.stderr.write(
      `There is no measurement "${values.only ?? ''}"; there are ${benches.map(([name]) => name).join(', ')}.\n`,
    );
    return 2;
  }
  let failed = 0;
  for (const [name, run] of chosen) {
    try {
      for (const row of await run())
        process.stdout.write(values.json ? `${JSON.stringify(row)}\n` : `${tableLine(row)}\n`);
    } catch (error) {
      failed = 1;
      process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    }
  }
  return failed;
}

function tableLine({ name, value, unit, reach, peer, peerValue }: BenchRow): string {
  const figure = (number: number): string => String(Number(number.toPrecision(4)));
  const beside = peer === null ? '' : `  ${peer}${peerValue === null ? '' : `: ${figure(peerValue)} ${unit}`}`;
  return `${name.padEnd(70)} ${`${figure(value)} ${unit}`.padStart(18)}   ${reach.padEnd(18)}${beside}`;
}

void main().then((code) => {
  process.exitCode = code;
});
