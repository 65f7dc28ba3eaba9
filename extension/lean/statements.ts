import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';

/**
 * What a certificate's Lean file says, without how it is said or proved: comments, white space and proofs are left out;
 * everything that the meaning of a theorem rests on is kept, in order.
 */
export interface LeanStatements {
  /** Header, options, namespaces, `open`s and definitions, whole. */
  readonly context: readonly string[];
  readonly theorems: readonly { readonly name: string; readonly statement: string }[];
}

const DECLARATION = /^theorem ([a-z][a-z0-9_]*) : (.+?) (:=|where) /;

/** Words that begin a command: one of them in a proof means that the proof has ended. */
const COMMAND =
  /#|(^|[^A-Za-z0-9_.])(def|theorem|lemma|example|instance|axiom|opaque|abbrev|structure|inductive|class|namespace|section|end|open|export|variable|universe|set_option|attribute|macro|macro_rules|notation|syntax|elab|infix|infixl|infixr|prefix|postfix|local|scoped|private|public|protected|meta|import|initialize|deriving|mutual)([^A-Za-z0-9_]|$)/;

/** Words with which `:=` could belong to a statement instead of ending it. */
const BINDING = /(^|[^A-Za-z0-9_.])(let|have|show|by|do|fun|match)([^A-Za-z0-9_]|$)/;

/**
 * Reads a generated certificate. Only the form that is generated is understood: commands that begin in the first column,
 * no strings, statements that bind nothing.
 *
 * @returns what it states, or what could not be read
 */
export function readStatements(source: string): LeanStatements | { readonly unreadable: string } {
  const code = withoutComments(source);
  if (code === null) return { unreadable: 'it holds a string, a quoted name or an open comment' };
  const context: string[] = [];
  const theorems: { name: string; statement: string }[] = [];
  for (const command of code.split(/\n(?=\S)/)) {
    const text = command.trim().replace(/\s+/g, ' ');
    if (text === '') continue;
    if (!text.startsWith('theorem ')) {
      if (/(^| )theorem /.test(text)) return { unreadable: `a theorem where none begins: ${text.slice(0, 80)}` };
      context.push(text);
      continue;
    }
    const [, name, statement] = DECLARATION.exec(text) ?? [];
    const isRead = name !== undefined && statement !== undefined && isClosed(statement);
    if (!isRead || COMMAND.test(text.slice('theorem '.length))) return { unreadable: text.slice(0, 80) };
    theorems.push({ name, statement });
  }
  return { context, theorems };
}

/**
 * Sha-256 of all that a certificate's Lean file states: its theorems and the definitions they rest on. Two files with the
 * same hash claim the same, however they are laid out, commented and proved.
 *
 * @throws RangeError for a file that is not of the generated form
 */
export function statementHash(source: string): string {
  const statements = readStatements(source);
  if ('unreadable' in statements) throw new RangeError(`This is no generated certificate: ${statements.unreadable}.`);
  return createHash('sha256').update(canonicalJson(statements), 'utf8').digest('hex');
}

/** For the list of audits in a certificate's report. */
export const statementsAudit = (source: string): string => `statements sha-256 ${statementHash(source)}`;

/** As many brackets opened as closed, and nothing bound: the `:=` after it is not its own. */
function isClosed(statement: string): boolean {
  const count = (pattern: RegExp): number => [...statement.matchAll(pattern)].length;
  return count(/[([{⟨]/g) === count(/[)\]}⟩]/g) && !BINDING.test(statement);
}

/** Every comment as a blank; null where strings or quoted names would need a real lexer, or a comment does not end. */
function withoutComments(source: string): string | null {
  const parts: string[] = [];
  let at = 0;
  for (const { 0: opening, index } of source.matchAll(/--|\/-|-\/|["«»]/g)) {
    if (index < at) continue;
    if (opening !== '--' && opening !== '/-') return null;
    parts.push(source.slice(at, index), ' ');
    const end = opening === '--' ? source.indexOf('\n', index) : endOfComment(source, index);
    if (end === null) return null;
    at = end < 0 ? source.length : end;
  }
  parts.push(source.slice(at));
  return parts.join('');
}

/** Comments nest. @returns the offset after the end, or null when there is none. */
function endOfComment(source: string, start: number): number | null {
  let depth = 0;
  for (const { 0: mark, index } of source.slice(start).matchAll(/\/-|-\//g)) {
    depth += mark === '/-' ? 1 : -1;
    if (depth === 0) return start + index + mark.length;
  }
  return null;
}
