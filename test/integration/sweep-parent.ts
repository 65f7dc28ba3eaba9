import { join } from 'node:path';
import { findDataFiles } from '../../extension/sweep/data-files.ts';
import { createEvaluator } from '../../extension/sweep/evaluator.ts';
import { readModelFile } from '../../extension/sweep/model-file.ts';
import { buildPoolIndex } from '../../extension/sweep/pool-index.ts';

/** A whole sweep in a process of its own, to be killed: `node sweep-parent.cjs FOLDER WORKER FIXTURES`. */
async function main(): Promise<void> {
  const [folder, worker, fixtures] = process.argv.slice(2) as [string, string, string];
  const files = await findDataFiles(folder, ['pool.xyz'], 'pcm.json');
  const model = await readModelFile(fixtures, 'harmonic.onnx');
  if (files.kind !== 'ok' || model.kind !== 'ok') throw new Error('the project is broken');
  const pool = await buildPoolIndex({ files: files.value, features: ['volume_per_atom'], spoolFolder: folder });
  if (pool.kind !== 'ok') throw new Error('the pool is broken');
  const evaluator = await createEvaluator({
    worker,
    model: model.value,
    pool: pool.value,
    logFolder: join(folder, 'log'),
    runtime: 'test',
    workers: 2,
  });
  if (evaluator.kind !== 'ok') throw new Error(evaluator.problems[0]!.message);
  const rows = Int32Array.from({ length: pool.value.size }, (_, row) => row);
  const outcome = await evaluator.value.evaluate(rows);
  console.log(JSON.stringify({ outcome: outcome.kind, evaluated: evaluator.value.statistics().evaluated }));
  await evaluator.value.close();
  await pool.value.close();
}
void main();
