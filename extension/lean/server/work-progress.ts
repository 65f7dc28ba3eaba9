import type { ClientLink } from './client-link.ts';
import type { SupplyStep } from './library-supply.ts';

const TITLE = 'Lean';

/**
 * Shows steps to the client as work done progress: begins with the first, ends with `null`. Says nothing to a client that
 * cannot show it.
 */
export function workProgress(client: ClientLink, supported: boolean): (step: SupplyStep | null) => void {
  let token: string | null = null;
  let count = 0;
  let shown = '';
  const report = (value: Record<string, unknown>): void => {
    if (token !== null) client.notify('$/progress', { token, value });
  };
  return (step) => {
    if (!supported) return;
    if (step === null) {
      report({ kind: 'end' });
      token = null;
      return;
    }
    const percentage = Math.floor(100 * Math.min(1, step.share));
    if (token === null) {
      token = `pcm-lean-${++count}`;
      void client.request('window/workDoneProgress/create', { token });
      report({ kind: 'begin', title: TITLE, message: step.message, percentage });
    } else if (shown !== `${percentage} ${step.message}`) {
      report({ kind: 'report', message: step.message, percentage });
    }
    shown = `${percentage} ${step.message}`;
  };
}
