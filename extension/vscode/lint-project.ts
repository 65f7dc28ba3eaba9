import type { Problem } from '../core/problem.ts';
import { readProject } from '../core/project-file.ts';

/** What is wrong in the text of a project file, but for its syntax: the editor's own JSON support says that at the character. */
export function lintProject(text: string, file: string): readonly Problem[] {
  const read = readProject(text, file);
  const problems = read.kind === 'ok' ? read.warnings : read.problems;
  return problems.filter(({ message }) => !message.startsWith('Not valid JSON'));
}
