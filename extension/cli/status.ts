import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { configurationChanges } from '../core/draft-claim.ts';
import type { Certificate } from '../core/certificate.ts';
import { LARGEST_PROJECT_FILE, readProject, type ResolvedProject } from '../core/project-file.ts';
import type { StatusOptions } from './arguments.ts';
import { certificateEvent } from './certificate-event.ts';
import { inputChanges } from './input-changes.ts';
import { readCertificate } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** More certificates than this in one project are not looked at. */
const MOST_CERTIFICATES = 64;

const CONFIG_NAME = /^pcm(\.[^/\\]+)?\.json$/;

/**
 * `pcm status`: every certificate of a project, what its verdicts are, and whether what it speaks of is still there.
 * With `--draft FILE` the text of that project file is read from standard input, and every certificate that was made by
 * it is held to the claim as it stands in that text. Nothing is run and nothing is written.
 */
export async function status(directory: string, options: StatusOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const folder = path.resolve(directory);
  const configs = await readConfigs(folder);
  const draft = options.draft === undefined ? null : { file: options.draft, project: await readDraft(options.draft) };
  if (draft !== null && draft.project === null) return 2;
  const out = path.join(folder, options.out);
  const names = (await readdir(out).catch(() => [])).filter((name) => name.endsWith('.pcm-cert.json')).sort();
  let readable = true;
  for (const name of names.slice(0, MOST_CERTIFICATES)) {
    if (around.signal.aborted) return 2;
    const read = await readCertificate(path.join(out, name));
    if (read.kind === 'rejected') {
      readable = false;
      read.problems.forEach(reporter.emit);
      continue;
    }
    const origin = originOf(read.value, configs);
    const changed =
      origin === null
        ? ['its project file is gone']
        : origin.changed.map((key) => `"${key}" in ${origin.file} has changed`);
    reporter.emit(
      certificateEvent({
        file: path.join(out, name),
        certificate: read.value,
        config: origin?.file ?? 'pcm.json',
        stale: [...changed, ...(await inputChanges(folder, read.value.content))],
        draft: draftOf(origin, draft),
      }),
    );
  }
  return readable ? 0 : 2;
}

/** The claim to hold a certificate to, where it is not the one that was certified. */
function draftOf(
  origin: Origin | null,
  draft: { readonly file: string; readonly project: ResolvedProject | null } | null,
): ResolvedProject | null {
  if (origin === null) return null;
  if (draft?.file === origin.file) return draft.project;
  return origin.changed.length > 0 ? origin.project : null;
}

interface Origin {
  readonly file: string;
  readonly project: ResolvedProject;
  readonly changed: readonly string[];
}

/** The project file that differs least from the one that the certificate was made by; `pcm.json` before its variants. */
function originOf({ content }: Certificate, configs: ReadonlyMap<string, ResolvedProject>): Origin | null {
  const candidates = [...configs].map(([file, project]) => ({
    file,
    project,
    changed: configurationChanges(content, project),
  }));
  candidates.sort((a, b) => a.changed.length - b.changed.length || a.file.length - b.file.length);
  return candidates[0] ?? null;
}

/** The folder's project files that can be read; what is wrong with the others is for `pcm lint` to say. */
async function readConfigs(folder: string): Promise<Map<string, ResolvedProject>> {
  const configs = new Map<string, ResolvedProject>();
  const names = (await readdir(folder).catch(() => [])).filter((name) => CONFIG_NAME.test(name));
  for (const name of names.slice(0, MOST_CERTIFICATES)) {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
    const project = text.length > LARGEST_PROJECT_FILE ? null : readProject(text, name);
    if (project?.kind === 'ok') configs.set(name, project.value);
  }
  return configs;
}

async function readDraft(file: string): Promise<ResolvedProject | null> {
  const project = readProject(await readText(process.stdin), file);
  return project.kind === 'ok' ? project.value : null;
}
