import path from 'node:path';
import type { TextDocument, TextEditor } from 'vscode';
import type { VsCodeApi } from './api.ts';
import type { CertificateStore, ObligationRef } from './certificate-store.ts';
import { claimPlace } from './claim-places.ts';
import { obligationOfArgument, structureOfArgument } from './command-arguments.ts';
import type { CurrentObligation } from './failure-navigation.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { theoremLine } from './theorem-places.ts';

/** Registers the ways from an obligation to its theorem, its claim and its structure. */
export function registerReveal(host: FeatureHost, store: CertificateStore, current: CurrentObligation): void {
  const { api } = host;
  const obligation = (argument: unknown): ObligationRef | undefined => obligationOfArgument(argument) ?? current();
  addCommands(host, {
    'pcm.revealTheorem': async (argument) => {
      const ref = obligation(argument);
      if (ref !== undefined) await showTheorem(api, store, ref);
    },
    'pcm.revealClaim': async (argument) => {
      const ref = obligation(argument);
      if (ref !== undefined) await showClaim(api, store, ref);
    },
    'pcm.revealStructure': async (argument) => {
      const structure = structureOfArgument(argument);
      if (structure !== undefined) await showStructure(api, structure.folder, structure);
      else await showCulprit(api, store, obligation(argument));
    },
  });
}

/** Opens the generated Lean file at a theorem; undefined where it is not there (any more). */
export async function showTheorem(
  api: VsCodeApi,
  store: CertificateStore,
  { certificate: file, theorem }: ObligationRef,
): Promise<TextEditor | undefined> {
  const found = store.certificate(file);
  if (found === undefined) return undefined;
  const document = await openDocument(api, found.certificate.lean.file);
  if (document === undefined) return undefined;
  const line = theoremLine(document.getText(), theorem) ?? 0;
  const place = new api.Range(line, 0, line, 'theorem '.length + theorem.length);
  return api.window.showTextDocument(document, { selection: place, preview: true });
}

async function showClaim(
  api: VsCodeApi,
  store: CertificateStore,
  { certificate: file, theorem }: ObligationRef,
): Promise<void> {
  const found = store.certificate(file);
  const obligation = found?.certificate.obligations.find((each) => each.theorem === theorem);
  if (found === undefined || obligation === undefined) return;
  const document = await openDocument(api, path.join(found.project.folder, found.certificate.config));
  if (document === undefined) return;
  const { from, to } = claimPlace(document.getText(), obligation.obligation);
  const selection = new api.Range(document.positionAt(from), document.positionAt(to));
  await api.window.showTextDocument(document, { selection });
}

/** The structure of an obligation that is to blame, or the one that the user picks among them. */
async function showCulprit(api: VsCodeApi, store: CertificateStore, ref: ObligationRef | undefined): Promise<void> {
  const found = ref && store.certificate(ref.certificate);
  const culprits = found?.certificate.obligations.find(({ theorem }) => theorem === ref?.theorem)?.culprits ?? [];
  if (found === undefined || culprits.length === 0) {
    await api.window.showInformationMessage(api.l10n.t('No single structure is to blame for this obligation.'));
    return;
  }
  const picked =
    culprits.length === 1
      ? { place: culprits[0]! }
      : await api.window.showQuickPick(
          culprits.map((place) => ({ label: `${place.file}:${place.line}`, description: place.detail, place })),
          { title: api.l10n.t('Structures that make {0} fail, worst first', ref!.theorem) },
        );
  if (picked !== undefined) await showStructure(api, found.project.folder, picked.place);
}

async function showStructure(
  api: VsCodeApi,
  folder: string,
  { file, line }: { readonly file: string; readonly line: number },
): Promise<void> {
  const document = await openDocument(api, path.join(folder, file));
  if (document === undefined) return;
  const place = new api.Range(line - 1, 0, line - 1, 0);
  await api.window.showTextDocument(document, { selection: place });
}

async function openDocument(api: VsCodeApi, file: string): Promise<TextDocument | undefined> {
  try {
    return await api.workspace.openTextDocument(api.Uri.file(file));
  } catch {
    await api.window.showWarningMessage(api.l10n.t('{0} is not there any more. Certify again to write it.', file));
    return undefined;
  }
}
