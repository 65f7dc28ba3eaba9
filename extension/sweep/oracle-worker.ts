import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { ModelContract } from './model-contract.ts';
import { openOnnxOracle, type Oracle } from './onnx-oracle.ts';
import { packPredictions, toWorkerSchema, unpackCrystals, type FromWorker } from './oracle-messages.ts';
import type { OracleManner, OracleSettings } from './oracle-settings.ts';

/**
 * Entry point of an oracle's child process: loads one model, then answers chunks of crystals one after the other. It
 * ends when its parent does. A crash of a native kernel stays in here.
 */

const send = (message: FromWorker): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send!(message, undefined, {}, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

let oracle: Oracle | null = null;

async function load(
  model: string,
  sha256: string | null,
  contract: ModelContract,
  settings: OracleSettings,
  manner: OracleManner,
): Promise<FromWorker> {
  try {
    const bytes = await readFile(model);
    // The audited model and the model that runs are the same bytes, even if somebody replaced the file meanwhile.
    if (sha256 !== null && createHash('sha256').update(bytes).digest('hex') !== sha256) {
      return { kind: 'rejected', message: 'The model file changed while it was being tested.' };
    }
    oracle = await openOnnxOracle(bytes, contract, settings, manner);
    return { kind: 'ready' };
  } catch (error) {
    return { kind: 'rejected', message: (error instanceof Error ? error.message : String(error)).slice(0, 4000) };
  }
}

async function handle(raw: unknown): Promise<void> {
  const message = toWorkerSchema.parse(raw);
  switch (message.kind) {
    case 'load':
      await send(
        await load(
          message.model,
          message.sha256,
          message.contract as unknown as ModelContract,
          message.settings,
          message.manner,
        ),
      );
      break;
    case 'predict': {
      if (oracle === null) throw new Error('predict came before load');
      const { predictions, insideMs } = await oracle.predict(unpackCrystals(message.crystals));
      await send(packPredictions(message.chunk, message.crystals, predictions, insideMs));
      break;
    }
  }
}

// Messages are answered strictly in order, although handling one takes several turns of the event loop.
let last: Promise<void> = Promise.resolve();
process.on('message', (raw) => {
  last = last
    .then(() => handle(raw))
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(70);
    });
});
process.on('disconnect', () => process.exit(0));
// A model that hangs blocks this thread, and a parent that was killed sends no signal: another thread looks after that.
new Worker(
  `const parent = ${process.ppid};
   setInterval(() => {
     let alive = process.ppid === parent;
     try { process.kill(parent, 0); } catch (error) { alive = alive && error.code === 'EPERM'; }
     if (!alive) process.kill(process.pid, 'SIGKILL');
   }, 1000);`,
  { eval: true, stdin: false },
).unref();
// The parent decides when to stop; Ctrl-C in a terminal reaches the whole group.
process.on('SIGINT', () => undefined);
