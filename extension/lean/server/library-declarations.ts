/**
 * Finds declarations in the text of a library module. The embedded build imports neither places nor documentation of
 * what it imports, so the server looks them up in the sources. Only what the library's style allows is understood; what
 * is not found is left out.
 */

export interface Declaration {
  /** Zero-based line and UTF-16 columns of the name where it is declared. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Its documentation comment as written, or null. */
  readonly documentation: string | null;
}

const scope = /^(namespace|end|(?:(?:@\[[^\]]*\]|public|meta|noncomputable|private)\s+)*section)\b[ \t]*([\w.'«»]*)/;
const declaration =
  /^[ \t]*(?:@\[[^\]]*\]\s*)*(?:(?:public|private|protected|noncomputable|scoped|local)\s+)*(theorem|def|structure|inductive|abbrev|instance|class|opaque)\s+([\w.'«»!?]+)/;
const member = /^ {2}(?:\| )?([\w'!?]+)(?=.*(?: : |:=|$))/;

/** @param name with its namespaces, such as `PCM.Certificate.rounds` */
export function findDeclaration(source: string, name: string): Declaration | null {
  const scopes: string[] = [];
  let owner: string | null = null;
  let documentation: string[] | null = null;
  let inComment = false;
  for (const [line, text] of source.split(/\r?\n/).entries()) {
    if (inComment || /^\s*\/-/.test(text)) {
      if (!inComment && /^\s*\/--/.test(text)) documentation = [];
      documentation?.push(text);
      inComment = !text.includes('-/');
      continue;
    }
    const scoped = scope.exec(text);
    if (scoped !== null) {
      if (scoped[1] === 'end') scopes.pop();
      else scopes.push(scoped[1] === 'namespace' ? scoped[2]! : '');
      owner = null;
    }
    const declared = declaration.exec(text);
    const local = declared?.[2] ?? (owner === null ? undefined : member.exec(text)?.[1]);
    if (declared !== null) {
      const qualified = [...scopes.filter((part) => part !== ''), declared[2]!].join('.');
      owner = /^(structure|inductive|class)$/.test(declared[1]!) ? qualified : null;
      if (qualified === name) return placeOf(line, text, local!, documentation);
    } else if (local !== undefined && `${owner}.${local}` === name) {
      return placeOf(line, text, local, documentation);
    }
    if (text.trim() !== '' && !text.trimStart().startsWith('@[')) documentation = null;
  }
  return null;
}

function placeOf(line: number, text: string, local: string, documentation: readonly string[] | null): Declaration {
  const head = declaration.exec(text);
  const start = head === null ? text.indexOf(local) : head[0].length - local.length;
  const comment =
    documentation
      ?.join('\n')
      .replace(/^\s*\/--\s*/, '')
      .replace(/\s*-\/\s*$/, '') ?? null;
  return { line, start, end: start + local.length, documentation: comment };
}
