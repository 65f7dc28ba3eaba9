import '../../extension/sweep/oracle-worker.ts';
import { toWorkerSchema } from '../../extension/sweep/oracle-messages.ts';

/** The oracle worker with a native crash built in: it dies before chlorine (Z = 17) is evaluated. */
process.on('message', (raw) => {
  const message = toWorkerSchema.parse(raw);
  if (message.kind === 'predict' && message.crystals.species.includes(17)) process.kill(process.pid, 'SIGSEGV');
});
