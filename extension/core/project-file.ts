import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { z } from 'zod';
import { closestWord } from './closest-word.ts';
import { defaultFeatures, featureIds, suggestFeature } from './features.ts';
import type { Checked, Problem, ProblemEdit, PropertyPath } from './problem.ts';
import { projectSchema, strategyIds, type Project } from './project.ts';
import { rationalFromDecimal, DECIMAL_PLACES } from './rational.ts';

/** A project whose every default is filled in. */
export type ResolvedProject = Project & { readonly features: readonly string[] };

/** Longest `pcm.json` that is read, in characters. */
export const LARGEST_PROJECT_FILE = 1_000_000;

/**
 * Reads the text of a `pcm.json` (JSON with comments and trailing commas). Every problem names its line, and a misspelt
 * key, strategy or feature comes with the word that was probably meant.
 *
 * @param file the name that problems carry.
 */
export function readProject(text: string, file: string): Checked<ResolvedProject> {
  if (text.length > LARGEST_PROJECT_FILE) {
    const message = `${file} has ${text.length} characters; a project file has at most ${LARGEST_PROJECT_FILE}.`;
    return {
      kind: 'rejected',
      problems: [{ ...errorAt(null), file, message, fix: 'Check that this is the right file.' }],
    };
  }
  const syntaxErrors: ParseError[] = [];
  const tree = parseTree(text, syntaxErrors, { allowTrailingComma: true, disallowComments: false });
  const lineOf = (offset: number): number => lineAt(text, offset);
  const problemAt: ProblemAt = (path, message, fix, edit) => {
    const node = tree === undefined ? undefined : deepestNode(tree, path);
    const line = node === undefined ? 1 : lineOf(node.offset);
    return { ...errorAt(line), file, message, fix, ...(edit !== undefined && { edit }) };
  };
  if (tree === undefined || syntaxErrors.length > 0) {
    const faults = syntaxErrors.map(({ error, offset }) => ({ name: printParseErrorCode(error), offset }));
    const problems = (faults.length > 0 ? faults : [{ name: 'ValueExpected', offset: 0 }]).map(({ name, offset }) => ({
      ...errorAt(lineOf(offset)),
      file,
      message: `Not valid JSON: ${name}.`,
      fix: 'Mend the JSON here; comments and trailing commas are allowed.',
    }));
    return { kind: 'rejected', problems };
  }
  const problems: Problem[] = repeatedKeys(tree).map((key) => ({
    ...errorAt(lineOf(key.offset)),
    file,
    message: `The key "${String(key.value)}" stands here a second time.`,
    fix: 'Keep one of the two.',
  }));
  const parsed = projectSchema.safeParse(getNodeValue(tree), { reportInput: true });
  // A misspelt key comes first: what it should have been is missing, too.
  const misspelt = (issue: z.core.$ZodIssue): number => (issue.code === 'unrecognized_keys' ? 0 : 1);
  if (!parsed.success)
    problems.push(
      ...[...parsed.error.issues]
        .sort((a, b) => misspelt(a) - misspelt(b))
        .flatMap((issue) => problemsOfIssue(issue, problemAt)),
    );
  else problems.push(...meaningProblems(parsed.data, problemAt));
  if (!parsed.success || problems.length > 0) return { kind: 'rejected', problems };
  return {
    kind: 'ok',
    value: { ...parsed.data, features: parsed.data.features ?? [...defaultFeatures] },
    warnings: [],
  };
}

/** One-based line of a property (or of the nearest one around it) in a project's text; 1 if there is none. */
export function lineOfProperty(text: string, path: PropertyPath): number {
  const tree = parseTree(text, [], { allowTrailingComma: true, disallowComments: false });
  return tree === undefined ? 1 : lineAt(text, deepestNode(tree, path).offset);
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function errorAt(line: number | null): Pick<Problem, 'kind' | 'severity' | 'line'> {
  return { kind: 'problem', severity: 'error', line };
}

function deepestNode(tree: Node, path: PropertyPath): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return tree;
}

function repeatedKeys(node: Node): Node[] {
  const found: Node[] = [];
  if (node.type === 'object') {
    const seen = new Set<unknown>();
    for (const property of node.children ?? []) {
      const key = property.children?.[0];
      if (key === undefined) continue;
      if (seen.has(key.value)) found.push(key);
      seen.add(key.value);
    }
  }
  for (const child of node.children ?? []) found.push(...repeatedKeys(child));
  return found;
}

type ProblemAt = (path: PropertyPath, message: string, fix: string, edit?: ProblemEdit) => Problem;

/** What to start with where a key that has no default is missing. */
const usualValues: Readonly<Record<string, unknown>> = {
  models: [{ id: 'model', kind: 'onnx', path: 'models/model.onnx' }],
  data: ['data/*.xyz'],
  failure: { kind: 'force-error', threshold: 0.5 },
  'failure.threshold': 0.5,
};

function problemsOfIssue(issue: z.core.$ZodIssue, problemAt: ProblemAt): Problem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const place = path.length === 0 ? 'the project' : `"${path.join('.')}"`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = closestWord(key, keysAt(path));
      const fix =
        meant === undefined ? `Remove it; the keys here are ${keysAt(path).join(', ')}.` : `Write "${meant}".`;
      const keyPath = [...path, key];
      const edit: ProblemEdit =
        meant === undefined
          ? { kind: 'remove-property', path: keyPath }
          : { kind: 'rename-property', path: keyPath, to: meant };
      return problemAt(keyPath, `${place} has no key "${key}".`, fix, edit);
    });
  }
  const allowed = allowedValues(issue);
  if (allowed !== undefined) {
    const words = allowed.map(String);
    const given = valueAt(issue.input, issue.code === 'invalid_union' ? path.slice(-1) : []);
    const meant = typeof given === 'string' ? closestWord(given, words) : undefined;
    const value = meant ?? allowed[0];
    const message = `${place} must be one of ${words.join(', ')}.`;
    return [problemAt(path, message, `Write ${JSON.stringify(value)}.`, { kind: 'set-property', path, value })];
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    const value = usualValues[path.join('.')];
    const edit: ProblemEdit | undefined = value === undefined ? undefined : { kind: 'set-property', path, value };
    return [problemAt(path, `${place} is missing or has no value.`, `Add ${place} (${issue.expected}).`, edit)];
  }
  return [problemAt(path, `${place}: ${issue.message}.`.replace('..', '.'), `Change the value of ${place}.`)];
}

/** The values that would be right, where an issue says so: of an enumeration, or of the `kind` that tells objects apart. */
function allowedValues(issue: z.core.$ZodIssue): readonly unknown[] | undefined {
  if (issue.code === 'invalid_value') return issue.values;
  return issue.code === 'invalid_union' && 'options' in issue ? issue.options : undefined;
}

function valueAt(value: unknown, path: PropertyPath): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[String(key)];
  }
  return found;
}

/** The keys that the schema knows at a path, found by walking the exported JSON Schema's source of truth. */
function keysAt(path: PropertyPath): string[] {
  const keys = new Set<string>();
  const visit = (schema: z.core.$ZodType, depth: number): void => {
    const definition = schema._zod.def as {
      type: string;
      innerType?: z.core.$ZodType;
      element?: z.core.$ZodType;
      options?: readonly z.core.$ZodType[];
      shape?: Record<string, z.core.$ZodType>;
    };
    if (definition.innerType !== undefined) visit(definition.innerType, depth);
    for (const option of definition.options ?? []) visit(option, depth);
    if (definition.element !== undefined && depth < path.length) visit(definition.element, depth + 1);
    if (definition.shape === undefined) return;
    if (depth === path.length) Object.keys(definition.shape).forEach((key) => keys.add(key));
    else {
      const next = definition.shape[String(path[depth])];
      if (next !== undefined) visit(next, depth + 1);
    }
  };
  visit(projectSchema, 0);
  return [...keys];
}

/** Numbers that a certificate holds as the rationals that they were written as. */
function exactDecimals({ claim, refinement }: Project): [path: string[], value: number][] {
  return [
    [['claim', 'failureRate'], claim.failureRate],
    [['claim', 'significance'], claim.significance],
    ...(claim.conformal === null
      ? []
      : [[['claim', 'conformal', 'miscoverage'], claim.conformal.miscoverage] as [string[], number]]),
    ...(claim.risk === null ? [] : [[['claim', 'risk'], claim.risk] as [string[], number]]),
    [['refinement', 'confidence'], refinement.confidence],
  ];
}

/** What a schema cannot say: known features, distinct ids, exact decimals. */
function meaningProblems(project: Project, problemAt: ProblemAt): Problem[] {
  const problems: Problem[] = [];
  project.features?.forEach((id, position) => {
    if (featureIds.includes(id)) return;
    const meant = suggestFeature(id);
    const fix = meant === undefined ? `Choose from ${featureIds.join(', ')}.` : `Write "${meant}".`;
    const path = ['features', position];
    const edit: ProblemEdit =
      meant === undefined ? { kind: 'remove-property', path } : { kind: 'set-property', path, value: meant };
    problems.push(problemAt(path, `There is no feature "${id}".`, fix, edit));
  });
  const seen = new Set<string>();
  project.models.forEach((model, position) => {
    // Certificates are named after the id, and some file systems do not tell "A" from "a".
    const name = model.id.toLowerCase();
    if (seen.has(name)) {
      problems.push(
        problemAt(['models', position, 'id'], `Two models have the id "${model.id}".`, 'Give each its own id.'),
      );
    }
    seen.add(name);
  });
  for (const [path, value] of exactDecimals(project)) {
    if (rationalFromDecimal(value) !== undefined) continue;
    const fix = `Write it with at most ${DECIMAL_PLACES} decimals, for example ${value.toFixed(3)}.`;
    const edit: ProblemEdit = { kind: 'set-property', path, value: Number(value.toFixed(3)) };
    problems.push(problemAt(path, `"${path.join('.')}" is not an exact decimal.`, fix, edit));
  }
  const { kind } = project.reference;
  if (project.failure.kind === 'physics' && kind !== 'data') {
    const message = `"failure" is decided by physical laws, which need no reference; "${kind}" would not be asked.`;
    const edit: ProblemEdit = { kind: 'remove-property', path: ['reference'] };
    problems.push(problemAt(['reference'], message, 'Leave "reference" out.', edit));
  }
  if (new Set(project.search.strategies).size !== project.search.strategies.length) {
    const fix = `Name each of ${strategyIds.join(', ')} at most once.`;
    problems.push(problemAt(['search', 'strategies'], 'A search strategy is named twice.', fix));
  }
  return problems;
}
