import { components, lex, type Token } from './lexer.ts';

/** Something in Lean source that a proof of ours has no business with. */
export interface AuditFinding {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** The offending word. */
  readonly token: string;
  readonly message: string;
}

/** A generated certificate may only use the library; the library may only use Lean's core. */
export type AuditedAs = 'certificate' | 'library';

const trust = 'would put something other than the kernel in charge of the proof';
const gap = 'would leave a hole in the proof';
const disguise = 'could make source mean something other than it says';
const programs = 'runs programs or hides definitions, which no proof here needs';

const forbidden = new Map<string, string>([
  ...['sorry', 'sorryAx', 'admit', 'axiom', 'constant'].map((word) => [word, gap] as const),
  ...[
    'native_decide',
    'native',
    'ofReduceBool',
    'ofReduceNat',
    'reduceBool',
    'reduceNat',
    'trustCompiler',
    'bv_decide',
    'lcProof',
  ].map((word) => [word, trust] as const),
  ...['unsafe', 'partial', 'opaque', 'implemented_by', 'extern', 'export', 'csimp', 'unsafeCast', 'lcUnreachable'].map(
    (word) => [word, programs] as const,
  ),
  ...[
    'initialize',
    'builtin_initialize',
    'run_cmd',
    'run_elab',
    'run_meta',
    'by_elab',
    'include_str',
    'addDecl',
    'unsafeIO',
  ].map((word) => [word, programs] as const),
  ...[
    'macro',
    'macro_rules',
    'elab',
    'elab_rules',
    'syntax',
    'declare_syntax_cat',
    'notation',
    'notation3',
    'infix',
    'infixl',
    'infixr',
    'prefix',
    'postfix',
    'unif_hint',
  ].map((word) => [word, disguise] as const),
  ...[
    'simproc',
    'dsimproc',
    'simproc_decl',
    'dsimproc_decl',
    'binder_predicate',
    'app_unexpander',
    'term_elab',
    'command_elab',
    'tactic_alt',
  ].map((word) => [word, disguise] as const),
]);

/** Options that change limits or printing, never what is accepted. */
const harmlessOptions = new Set([
  'maxRecDepth',
  'maxHeartbeats',
  'synthInstance.maxHeartbeats',
  'synthInstance.maxSize',
  'autoImplicit',
  'relaxedAutoImplicit',
  'exponentiation.threshold',
  'Elab.async',
  'pp.deepTerms',
  'pp.maxSteps',
  'linter.all',
  'linter.unusedVariables',
  'linter.unusedSimpArgs',
]);

/** `#check` prints, and ends a certificate. */
const harmlessCommands = new Set(['#check']);

/**
 * Searches Lean source for what could make a proof worth less than it looks: holes, other judges than the kernel, new
 * syntax, options that switch checks off, imports from elsewhere. Comments and literals do not count, except what a
 * string may interpolate between braces.
 *
 * @param file how the findings name the file
 */
export function auditSource(file: string, source: string, as: AuditedAs): AuditFinding[] {
  return auditTokens(lex(source), file, as, 0);
}

function auditTokens(tokens: readonly Token[], file: string, as: AuditedAs, lineOffset: number): AuditFinding[] {
  const findings: AuditFinding[] = [];
  const find = (token: Token, message: string): void => {
    findings.push({ file, line: token.line + lineOffset, token: token.text.slice(0, 80), message });
  };
  tokens.forEach((token, i) => {
    const next = nextWord(tokens, i);
    switch (token.kind) {
      case 'ambiguous':
        find(
          token,
          'comments and strings must be closed, and open and close apart, so that they can be read in one way only',
        );
        return;
      case 'command':
        if (!harmlessCommands.has(token.text)) find(token, `${token.text} ${programs}`);
        return;
      case 'string':
        for (const { text, line } of interpolations(token))
          findings.push(...auditTokens(lex(text), file, as, lineOffset + line - 1));
        return;
      case 'symbol':
        return;
      case 'word':
        break;
    }
    for (const component of components(token.text)) {
      const why = forbidden.get(component);
      if (why !== undefined) find(token, `${component} ${why}`);
    }
    if (token.text === 'set_option' && !harmlessOptions.has(next))
      find(token, `the option ${next} is not one of those that change limits or printing only`);
    if (token.text === 'import' && !mayImport(next, as)) find(token, `${next} may not be imported here`);
  });
  return findings;
}

/** Text of the word after `index`, past the words that may stand between `import` and the module. */
function nextWord(tokens: readonly Token[], index: number): string {
  const next = tokens[index + 1];
  if (next?.kind !== 'word') return next?.text ?? '';
  return next.text === 'all' && tokens[index]?.text === 'import' ? nextWord(tokens, index + 1) : next.text;
}

function mayImport(module: string, as: AuditedAs): boolean {
  const [root] = components(module);
  return root === 'PCM' || root === 'Init' || (as === 'library' && root === 'Std');
}

/** What stands between braces in a string, which `s!"…"` and its kind elaborate as code. */
function interpolations(token: Token): { readonly text: string; readonly line: number }[] {
  const open = token.text.indexOf('{');
  const close = token.text.lastIndexOf('}');
  if (open < 0 || close < open) return [];
  const before = token.text.slice(0, open).split('\n').length - 1;
  return [{ text: token.text.slice(open + 1, close), line: token.line + before }];
}

/** The modules that a file imports, in order. */
export function listImports(source: string): string[] {
  const tokens = lex(source);
  return tokens.flatMap((token, i) => (token.kind === 'word' && token.text === 'import' ? [nextWord(tokens, i)] : []));
}
