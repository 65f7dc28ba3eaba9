import type { ModelSummary } from './onnx-file.ts';

/** One thing that was found in a model's operators. */
export interface LintFinding {
  readonly rule: 'racing-scatter' | 'unlisted-reduction';
  readonly operator: string;
  readonly count: number;
  readonly message: string;
}

/** What linting says: how many intra-op threads a session of this model may have, and why. */
export interface OnnxLint {
  readonly threads: 'any' | 1;
  readonly findings: readonly LintFinding[];
}

/**
 * Looks for operators whose result depends on the number of threads. ONNX Runtime's CPU kernel of `ScatterND` with a
 * reduction splits the updates, not the destination, over its threads without any lock: updates of one element race
 * and are lost. `ScatterElements` with a reduction runs in one thread and is safe; scatters without a reduction and
 * all gathers are safe as long as indices do not repeat, which the ONNX specification demands.
 * @see https://github.com/microsoft/onnxruntime/issues/18048
 */
export function lintOperators(summary: ModelSummary): OnnxLint {
  const findings: LintFinding[] = [];
  for (const { domain, type, reduction, count } of summary.operators) {
    if (reduction === 'none' || (domain !== '' && domain !== 'ai.onnx')) continue;
    if (type === 'ScatterND') {
      findings.push({
        rule: 'racing-scatter',
        operator: type,
        count,
        message:
          `${count} × ScatterND with reduction "${reduction}": ONNX Runtime loses updates of it when a session has ` +
          'more than one intra-op thread, and gives wrong forces without an error. It is run with one thread here; ' +
          'whoever runs this model elsewhere must set intra_op_num_threads = 1, or export scatter_add instead of index_add.',
      });
    } else if (type !== 'ScatterElements') {
      findings.push({
        rule: 'unlisted-reduction',
        operator: type,
        count,
        message: `${count} × ${type} with reduction "${reduction}": not known to be safe with several intra-op threads; it is run with one.`,
      });
    }
  }
  return { threads: findings.length > 0 ? 1 : 'any', findings };
}
