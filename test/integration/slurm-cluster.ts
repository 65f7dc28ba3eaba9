import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const daemons = ['munged', 'slurmctld', 'slurmd'] as const;
const programs = [...daemons, 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'];
/** Daemons lie where the PATH of ordinary users does not lead. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin:/sbin`;

function isInstalled(program: string): boolean {
  return PATH.split(':').some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why there can be no cluster here; null where there can. */
export function noSlurm(): string | null {
  if (process.platform !== 'linux') return 'Slurm runs on Linux alone';
  const missing = programs.filter((program) => !isInstalled(program));
  return missing.length === 0 ? null : `Slurm is not installed here (${missing.join(', ')} missing)`;
}

export interface SlurmCluster {
  /** What a process needs in its environment to talk to this cluster and no other. */
  readonly environment: Readonly<Record<string, string>>;
  ask(program: string, ...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

async function configuration(folder: string): Promise<string> {
  const [controller, node] = [await freePort(), await freePort()];
  const { username } = userInfo();
  const host = hostname();
  return [
    'ClusterName=pcm',
    `SlurmctldHost=${host}(127.0.0.1)`,
    'AuthType=auth/munge',
    // A requeued task may begin again when the credentials of its first run have expired.
    `AuthInfo=socket=${folder}/munge.socket,cred_expire=2`,
    'ProctrackType=proctrack/pgid',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    `SlurmUser=${username}`,
    `SlurmdUser=${username}`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${node}`,
    'MpiDefault=none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'ReturnToService=2',
    'KillWait=2',
    'SchedulerParameters=sched_interval=1,batch_sched_delay=0',
    // Four tasks at a time, however few processors this machine has.
    'SlurmdParameters=config_overrides',
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000 State=UNKNOWN`,
    `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}

/** A Slurm of one node with keys, ports, sockets and files of its own, which runs until `stop`. */
export async function startCluster(): Promise<SlurmCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-slurm-'));
  // Every user of the machine must be able to reach munge's socket, or it does not start.
  chmodSync(folder, 0o755);
  for (const name of ['state', 'spool']) mkdirSync(path.join(folder, name));
  const config = path.join(folder, 'slurm.conf');
  writeFileSync(path.join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 });
  writeFileSync(config, await configuration(folder));
  const environment = { SLURM_CONF: config, PATH };
  const children: ChildProcess[] = [];
  const start = (program: string, ...words: string[]): void => {
    const child = spawn(program, words, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text: Buffer): void => writeFileSync(path.join(folder, `${program}.log`), text, { flag: 'a' });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    children.push(child);
  };
  const ask = async (program: string, ...words: string[]): Promise<string> =>
    (await run(program, words, { env: { ...process.env, ...environment } })).stdout;
  const stop = async (): Promise<void> => {
    await ask('scancel', '--user', userInfo().username).catch(() => '');
    for (let tick = 0; tick < 50; tick++) {
      if ((await ask('squeue', '--noheader').catch(() => '')) === '') break;
      await wait(200);
    }
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      if ((await Promise.race([ended, wait(5000, 'late')])) === 'late') child.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const key = ['munge.key', 'munge.socket', 'munge.pid', 'munge.seed'].map((name) => path.join(folder, name));
  start(
    'munged',
    '--foreground',
    `--key-file=${key[0]!}`,
    `--socket=${key[1]!}`,
    `--pid-file=${key[2]!}`,
    `--seed-file=${key[3]!}`,
  );
  const socket = key[1]!;
  for (let tick = 0; tick < 100 && !existsSync(socket); tick++) await wait(100);
  start('slurmctld', '-D', '-f', config);
  await wait(1000);
  start('slurmd', '-D', '-f', config);
  for (let tick = 0; tick < 300 && children.every(({ exitCode }) => exitCode === null); tick++) {
    if ((await ask('sinfo', '--noheader', '--format=%t').catch(() => '')).trim() === 'idle')
      return { environment, ask, stop };
    await wait(200);
  }
  const logs = daemons.map((name) => {
    try {
      return `${name}: ${readFileSync(path.join(folder, `${name}.log`), 'utf8')
        .trim()
        .split('\n')
        .slice(-3)
        .join(' ')}`;
    } catch {
      return `${name}: silent`;
    }
  });
  await stop();
  throw new Error(`the cluster does not start: ${logs.join('; ')}`);
}
