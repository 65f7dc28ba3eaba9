import type { QuickInputButton, QuickPickItem } from 'vscode';
import type { VsCodeApi } from './api.ts';

/** What the user did with one question. */
export type Answer<T> =
  { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'dismissed' };

/** Where a question stands among the others; shown in its title bar. */
export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** A question that adds to what is known so far. */
export interface Step<S> {
  readonly ask: (known: S, place: StepPlace) => Promise<Answer<S>>;
  /** Whether it needs to be asked at all; always, without this. */
  readonly applies?: (known: S) => boolean;
}

/**
 * Asks one question after the other. *Back* returns to the question before, with what was known then; Escape ends it all.
 *
 * @returns undefined if the user left
 */
export async function askSteps<S>(title: string, steps: readonly Step<S>[], start: S): Promise<S | undefined> {
  const path: { readonly index: number; readonly known: S }[] = [];
  let index = 0;
  let known = start;
  while (index < steps.length) {
    const step = steps[index]!;
    if (step.applies?.(known) === false) {
      index += 1;
      continue;
    }
    const totalSteps = path.length + steps.slice(index).filter(({ applies }) => applies?.(known) !== false).length;
    const answer = await step.ask(known, { title, step: path.length + 1, totalSteps });
    if (answer.kind === 'dismissed') return undefined;
    if (answer.kind === 'answer') {
      path.push({ index, known });
      known = answer.value;
      index += 1;
    } else {
      const before = path.pop();
      if (before !== undefined) ({ index, known } = before);
    }
  }
  return known;
}

export interface PickItem<T> extends QuickPickItem {
  readonly value: T;
}

/** One of several. */
export async function askPick<T>(
  api: VsCodeApi,
  place: StepPlace,
  placeholder: string,
  items: readonly PickItem<T>[],
): Promise<Answer<T>> {
  const answer = await ask(api, place, placeholder, items, false);
  return answer.kind === 'answer' ? { kind: 'answer', value: answer.value[0]!.value } : answer;
}

/** One or more of several; those with `picked` are ticked at first. */
export async function askMany<T>(
  api: VsCodeApi,
  place: StepPlace,
  placeholder: string,
  items: readonly PickItem<T>[],
): Promise<Answer<T[]>> {
  const answer = await ask(api, place, placeholder, items, true);
  return answer.kind === 'answer' ? { kind: 'answer', value: answer.value.map(({ value }) => value) } : answer;
}

function ask<T>(
  api: VsCodeApi,
  place: StepPlace,
  placeholder: string,
  items: readonly PickItem<T>[],
  many: boolean,
): Promise<Answer<readonly PickItem<T>[]>> {
  const input = api.window.createQuickPick<PickItem<T>>();
  Object.assign(input, { ...place, placeholder, canSelectMany: many, matchOnDescription: true, items });
  if (many) input.selectedItems = items.filter(({ picked }) => picked === true);
  const answered = new Promise<Answer<readonly PickItem<T>[]>>((resolve) => {
    input.onDidAccept(() => {
      // Accepting nothing leaves the question open: an empty answer is none.
      if (input.selectedItems.length > 0) resolve({ kind: 'answer', value: input.selectedItems });
    });
    open(api, input, place, resolve);
  });
  return answered.finally(() => input.dispose());
}

/** A line of text. `check` says what is wrong with it, or undefined. */
export function askText(
  api: VsCodeApi,
  place: StepPlace,
  prompt: string,
  value: string,
  check: (text: string) => string | undefined,
): Promise<Answer<string>> {
  const input = api.window.createInputBox();
  Object.assign(input, { ...place, prompt, value });
  input.onDidChangeValue((text) => {
    input.validationMessage = check(text);
  });
  const answered = new Promise<Answer<string>>((resolve) => {
    input.onDidAccept(() => {
      input.validationMessage = check(input.value);
      if (input.validationMessage === undefined) resolve({ kind: 'answer', value: input.value });
    });
    open(api, input, place, resolve);
  });
  return answered.finally(() => input.dispose());
}

interface Opened {
  buttons: readonly QuickInputButton[];
  ignoreFocusOut: boolean;
  readonly onDidTriggerButton: (listener: (button: QuickInputButton) => unknown) => unknown;
  readonly onDidHide: (listener: () => unknown) => unknown;
  show(): void;
}

function open<T>(api: VsCodeApi, input: Opened, place: StepPlace, resolve: (answer: Answer<T>) => void): void {
  input.ignoreFocusOut = true;
  input.buttons = place.step > 1 ? [api.QuickInputButtons.Back] : [];
  input.onDidTriggerButton(() => resolve({ kind: 'back' }));
  input.onDidHide(() => resolve({ kind: 'dismissed' }));
  input.show();
}
