import * as z from 'zod';

const publicationSchema = z.object({
  method: z.literal('textDocument/publishDiagnostics'),
  params: z.object({ uri: z.string(), version: z.number().int() }),
});

/**
 * Whether a message of a language server reports on an earlier text of a document than the editor has now: its places are
 * those of that text. The server reports again on the text that is there.
 *
 * @param versionOf the version of an open document, by the address the server knows it by
 */
export function isOutdated(message: unknown, versionOf: (uri: string) => number | undefined): boolean {
  const publication = publicationSchema.safeParse(message);
  if (!publication.success) return false;
  const { uri, version } = publication.data.params;
  const current = versionOf(uri);
  return current !== undefined && version < current;
}
