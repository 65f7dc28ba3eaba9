import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hover, LocationLink } from 'vscode-languageserver-protocol';
import { findDeclaration, type Declaration } from './library-declarations.ts';
import { readModule } from './library-supply.ts';

/** Name and module of what a worker's hover speaks of, where that is something of the library. */
function hoverSubject(hover: unknown): { readonly name: string; readonly module: string } | null {
  const text = (hover as { contents?: { value?: unknown } } | null)?.contents?.value;
  if (typeof text !== 'string') return null;
  const name = /^```lean\n(?:@\[[^\]]*\] )?([\w.'!?]+)/.exec(text)?.[1];
  const module = /\*import (PCM[\w.]*)\*/.exec(text)?.[1];
  return name === undefined || module === undefined ? null : { name, module };
}

async function declarationOf(
  hover: unknown,
  sources: string,
): Promise<{ readonly found: Declaration; readonly module: string } | null> {
  const subject = hoverSubject(hover);
  const text = subject === null ? null : await readModule(sources, subject.module);
  const found = text === null || subject === null ? null : findDeclaration(text, subject.name);
  return found === null || subject === null ? null : { found, module: subject.module };
}

/** Where that which a hover speaks of is declared in the library; no places where it is not of the library. */
export async function libraryDefinition(hover: unknown, sources: string): Promise<LocationLink[]> {
  const declared = await declarationOf(hover, sources);
  if (declared === null) return [];
  const { found, module } = declared;
  const range = {
    start: { line: found.line, character: found.start },
    end: { line: found.line, character: found.end },
  };
  const targetUri = pathToFileURL(join(sources, `${module.replaceAll('.', '/')}.lean`)).href;
  const origin = (hover as Hover).range;
  return [
    {
      targetUri,
      targetRange: range,
      targetSelectionRange: range,
      ...(origin === undefined ? {} : { originSelectionRange: origin }),
    },
  ];
}

/** A hover with the documentation of the library's sources, where the worker knew none. */
export async function documentHover(hover: unknown, sources: string): Promise<unknown> {
  const declared = await declarationOf(hover, sources);
  const comment = declared?.found.documentation ?? null;
  if (comment === null) return hover;
  const { contents, ...rest } = hover as { contents: { kind: string; value: string } };
  const value = contents.value.replace(
    /\n\*\*\*\n(\*import PCM[\w.]*\*)/,
    (_, line: string) => `\n***\n${comment}\n***\n${line}`,
  );
  return { ...rest, contents: { ...contents, value } };
}
