import path from 'node:path';
import type { CodeAction, TextDocument, WorkspaceEdit } from 'vscode';
import type { CertificateEvent, OfferedRemedy } from '../protocol/certificate-event.ts';
import type { Translate } from '../protocol/translate.ts';
import type { VsCodeApi } from './api.ts';
import type { CertificateStore, ObligationRef } from './certificate-store.ts';
import { obligationOfArgument } from './command-arguments.ts';
import type { CurrentObligation } from './failure-navigation.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import type { CertifyTarget } from './project-choice.ts';
import { keyEdits, offeredFix, type OfferedFix } from './remedy-edits.ts';

/** What can be done about one theorem of one certificate, as that certificate or the claim in the editor has it. */
interface Offer {
  readonly theorem: string;
  readonly target: CertifyTarget;
  readonly fix: OfferedFix;
}

/** Quick fixes at the claims that fail, and *Fix …* on an obligation: a preview, then the edit, then another run. */
export function registerFixes(host: FeatureHost, store: CertificateStore, current: CurrentObligation): void {
  const { api, context } = host;
  const offered = new WeakMap<CodeAction, { readonly document: TextDocument; readonly offer: Offer }>();
  let chosen: CertifyTarget | undefined;

  function offersIn(document: TextDocument): Offer[] {
    const { fsPath } = document.uri;
    return store
      .projects()
      .flatMap(({ folder, certificates }) =>
        certificates
          .filter(({ config }) => path.join(folder, config) === fsPath)
          .flatMap((certificate) => offersOf(folder, certificate, api.l10n.t)),
      );
  }

  context.subscriptions.push(
    api.languages.registerCodeActionsProvider(
      { scheme: 'file', pattern: '**/{pcm,pcm.*}.json' },
      {
        provideCodeActions(document, _range, { diagnostics }): CodeAction[] {
          const theorems = diagnostics.filter(({ source }) => source === 'pcm').map(codeOf);
          const offers = offersIn(document).filter(({ theorem }) => theorems.includes(theorem));
          return offers.map((offer) => {
            const { fix, theorem } = offer;
            const action = new api.CodeAction(fix.title, api.CodeActionKind.QuickFix);
            action.diagnostics = diagnostics.filter((diagnostic) => codeOf(diagnostic) === theorem);
            if (fix.kind === 'impossible') action.disabled = { reason: fix.reason };
            else offered.set(action, { document, offer });
            return action;
          });
        },
        // Called for the one that the user takes. Its command has no arguments: the editor forgets those of a menu that is
        // gone, and this one is gone while the preview waits.
        resolveCodeAction(action): CodeAction {
          const taken = offered.get(action);
          if (taken?.offer.fix.kind !== 'edit') return action;
          chosen = taken.offer.target;
          action.edit = previewed(api, taken.document, taken.offer.fix);
          action.command = { title: api.l10n.t('Certify Again'), command: 'pcm.recheck' };
          return action;
        },
      },
      { providedCodeActionKinds: [api.CodeActionKind.QuickFix] },
    ),
  );

  async function fixObligation(ref: ObligationRef | undefined): Promise<void> {
    const found = ref && store.certificate(ref.certificate);
    if (found === undefined) return;
    const { folder } = found.project;
    const offers = offersOf(folder, found.certificate, api.l10n.t).filter(({ theorem }) => theorem === ref!.theorem);
    if (offers.length === 0) {
      await api.window.showInformationMessage(
        api.l10n.t('There is nothing that the project file could say to mend it.'),
      );
      return;
    }
    const picked = await api.window.showQuickPick(
      offers.map((offer) => ({
        label: offer.fix.title,
        ...(offer.fix.kind === 'impossible' && { detail: offer.fix.reason }),
        offer,
      })),
      { title: api.l10n.t('Mend {0}', ref!.theorem) },
    );
    if (picked === undefined || picked.offer.fix.kind === 'impossible') return;
    const file = api.Uri.file(path.join(folder, found.certificate.config));
    const document = await api.workspace.openTextDocument(file);
    const edit = previewed(api, document, picked.offer.fix);
    if (await api.workspace.applyEdit(edit, { isRefactoring: true })) {
      chosen = picked.offer.target;
      await recheck();
    }
  }

  async function recheck(): Promise<void> {
    const target = chosen;
    if (target === undefined) return;
    const again = api.l10n.t('Certify Again');
    const answer = await api.window.showInformationMessage(
      api.l10n.t(
        'The project file has changed. Certify again, so that Lean decides the new claim? Undo takes it back.',
      ),
      again,
    );
    if (answer === again) await api.commands.executeCommand('pcm.certify', { target });
  }

  addCommands(host, {
    'pcm.fixObligation': (argument) => fixObligation(obligationOfArgument(argument) ?? current()),
    'pcm.recheck': recheck,
  });
}

function offersOf(folder: string, certificate: CertificateEvent, t: Translate): Offer[] {
  const { draft, config } = certificate;
  // The claim is made of all models of the file, so that all of them are put to it again.
  const target = { folder, config };
  const obligations = draft?.kind === 'comparable' ? draft.obligations : certificate.obligations;
  return obligations.flatMap(({ theorem, remedies }) =>
    remedies.map((remedy: OfferedRemedy) => ({ theorem, target, fix: offeredFix(remedy, certificate, t) })),
  );
}

/**
 * The edit, to be applied from the editor's own preview. The preview is shown where an edit asks for confirmation, and what
 * asks is left unticked there; so what asks is a file to be made where there is none, which is not even listed.
 */
function previewed(api: VsCodeApi, document: TextDocument, fix: Extract<OfferedFix, { kind: 'edit' }>): WorkspaceEdit {
  const edit = new api.WorkspaceEdit();
  for (const { offset, length, content } of keyEdits(document.getText(), fix.edits)) {
    const range = new api.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(document.uri, range, content, { needsConfirmation: false, label: fix.title });
  }
  edit.createFile(document.uri, { ignoreIfExists: true }, { needsConfirmation: true, label: fix.title });
  return edit;
}

function codeOf({ code }: { code?: string | number | { value: string | number } }): string {
  return String(typeof code === 'object' ? code.value : code);
}
