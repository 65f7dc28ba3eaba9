import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import { element, type Child } from './element.ts';
import { t } from './words.ts';

/**
 * The only module that knows the component toolkit. It is no longer maintained upstream; whatever replaces it is
 * replaced here.
 */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());
}

export interface ButtonOptions {
  readonly label: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** Why it is disabled, or what it does; shown on hover and read by screen readers. */
  readonly hint?: string;
  /** Name by which the focus finds it again after a redraw. */
  readonly focus: string;
  readonly icon?: Child;
  readonly onPress: () => void;
}

export function button(options: ButtonOptions): HTMLElement {
  const made = element(
    'vscode-button',
    {
      appearance: options.primary === true ? 'primary' : 'secondary',
      'data-focus': options.focus,
      ...(options.disabled === true ? { disabled: '' } : {}),
      ...(options.hint === undefined ? {} : { title: options.hint }),
    },
    options.icon === undefined ? null : element('span', { slot: 'start', class: 'button-icon' }, options.icon),
    options.label,
  );
  made.addEventListener('click', () => {
    if (!made.hasAttribute('disabled')) options.onPress();
  });
  return made;
}

export function progressRing(): HTMLElement {
  return element('vscode-progress-ring', { 'aria-label': t('Certification is running') });
}
