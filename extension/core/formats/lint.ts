import type { Problem } from '../problem.ts';
import type { StructureItem } from './item.ts';
import type { LintOptions } from './lint-rule.ts';
import { lintRules } from './lint-rules.ts';

export type { LintOptions } from './lint-rule.ts';

/**
 * What is wrong or suspicious in a file: the reader's own problems as they come, then at most one conclusion per rule of
 * `lintRules`, in the order of that table. Memory does not grow with the number of structures.
 */
export async function* lintStructures(
  items: AsyncIterable<StructureItem>,
  file: string,
  options: LintOptions,
): AsyncGenerator<Problem> {
  const watches = lintRules.map((begin) => begin(options));
  for await (const item of items) {
    if (item.kind === 'problem') yield item.problem;
    else for (const watch of watches) watch.see(item.structure);
  }
  for (const watch of watches) {
    const finding = watch.conclude();
    if (finding !== null) yield { kind: 'problem', file, ...finding };
  }
}
