import type { Problem } from '../core/problem.ts';
import { isGenerative } from '../core/strategies/table.ts';
import type { LoadedProject } from './load-project.ts';

/**
 * Strategies that make structures need someone who can tell whether a model fails on them: a reference that computes labels
 * on demand, or physical laws. The data have no label for a structure that did not exist, and nobody knows that a distorted
 * one is relaxed.
 * What is asked for and cannot be decided is a problem here, before anything runs.
 */
export function generativeProblems({ project, models, config, lineOf }: LoadedProject): Problem[] {
  const named = project.search.strategies.filter(isGenerative);
  if (named.length === 0) return [];
  const words = named.map((id) => `"${id}"`).join(', ');
  const problem = (line: number, message: string, fix: string): Problem => ({
    kind: 'problem',
    severity: 'error',
    file: config,
    line,
    message,
    fix,
  });
  const line = lineOf('search', 'strategies');
  const without = `or leave ${words} out of "search.strategies"`;
  const problems: Problem[] = [];
  const { kind } = project.reference;
  if (project.failure.kind === 'force-magnitude') {
    const message = `${words} distort structures, and "force-magnitude" judges structures that are known to be relaxed.`;
    problems.push(problem(line, message, `Choose "force-error" with a reference that computes forces, ${without}.`));
  } else if (project.failure.kind !== 'physics' && (kind === 'data' || kind === 'relaxed')) {
    const message = `${words} make structures for which ${kind === 'data' ? 'the data have no label' : 'nothing says that they are relaxed'}.`;
    const fix = `Name a reference that computes labels on demand (docs/SEARCH.md), let "physics" decide, ${without}.`;
    problems.push(problem(line, message, fix));
  }
  for (const model of models) {
    if (model.kind !== 'table') continue;
    const message = `${words} make structures, and the table of model "${model.id}" has no predictions for those.`;
    problems.push(problem(line, message, `Leave the model out with --model, ${without}.`));
  }
  return problems;
}
