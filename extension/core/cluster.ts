import * as z from 'zod';

/**
 * Where and how `pcm sweep submit` runs its tasks: nothing here changes a result, so that it is no part of a
 * certificate. Every word goes to the cluster as an argument of its own, never through a shell; the one exception is
 * `environment`, which is shell code by its nature and the user's own.
 */

const word = (what: string, pattern: RegExp) => z.string().max(200).regex(pattern, `must be ${what}`);

const name = word('a name of letters, digits, ".", "_", "-" and ","', /^[A-Za-z0-9][\w.,-]*$/);

/** A line of shell code: no control characters, so that it stays one line. */
const shellLine = z
  .string()
  .min(1)
  .max(2000)
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'must be one line of text');

export const clusterSchema = z
  .strictObject({
    partition: name.optional().describe('Partition of the tasks; without it the default one of the cluster.'),
    account: name.optional().describe('Account that pays.'),
    qos: name.optional().describe('Quality of service.'),
    constraint: word('a feature expression such as "avx512&ib"', /^[\w.&|()[\]*,:-]+$/)
      .optional()
      .describe('Features that nodes must have.'),
    gres: word('a list such as "gpu:1"', /^[A-Za-z][\w.:,=/-]*$/)
      .optional()
      .describe('Generic resources of a task, such as "gpu:1".'),
    time: word('a time such as "04:00:00", "1-12" or "90" (minutes)', /^(\d+-)?\d+(:\d+){0,2}$/)
      .optional()
      .describe('Time limit of a task. A task that runs into it is submitted again and goes on where it was.'),
    memory: word('a size such as "4G" or "800M"', /^\d+[KMGT]?$/)
      .optional()
      .describe('Memory of a task.'),
    cpus: z.number().int().min(1).max(256).default(1).describe('Processors of a task, and its oracle processes.'),
    throttle: z.number().int().min(1).max(4096).optional().describe('Tasks that run at the same time, at most.'),
    node: word('the name or path of a program', /^[A-Za-z0-9_./+-]+$/)
      .optional()
      .describe('Node.js on the machines of the cluster; without it the path of the one that submits.'),
    environment: z
      .array(shellLine)
      .max(64)
      .default([])
      .describe(
        'Lines of shell code that every task runs first, such as "module load nodejs/22". Read them before you submit the project of somebody else.',
      ),
    pollSeconds: z
      .number()
      .min(0.2)
      .max(3600)
      .default(10)
      .describe('How often the cluster is asked while it is followed.'),
  })
  .describe('The cluster of pcm sweep submit; see docs/SWEEPS.md.');
export type Cluster = z.infer<typeof clusterSchema>;

/** What holds where the project file has no key `cluster`. */
export const defaultCluster: Cluster = clusterSchema.parse({});
