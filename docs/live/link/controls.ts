import type { LinkField } from './link-state.ts';

/** Values of the controls of a form by their names: `1` and `0` for a checkbox. */
type Control = HTMLInputElement | HTMLSelectElement | RadioNodeList;

/** What the values of a control can be: its options, or its `min`, `max` and `step`. */
export function fieldOfControl(form: HTMLFormElement, name: string): LinkField {
  const control = controlOf(form, name);
  if (control instanceof RadioNodeList) {
    return { kind: 'choice', of: radiosOf(control).map(({ value }) => value) };
  }
  if (control instanceof HTMLSelectElement) {
    return { kind: 'choice', of: [...control.options].map(({ value }) => value) };
  }
  if (control.type === 'checkbox') return { kind: 'choice', of: ['0', '1'] };
  const [least, most] = [Number(control.min), Number(control.max || NaN)];
  if (Number.isNaN(most)) throw new Error(`fieldOfControl: expected a max of ${name}, got none`);
  return { kind: 'number', least, most, step: Number(control.step || 1) };
}

/** The value of a control. */
export function valueOfControl(form: HTMLFormElement, name: string): string {
  const control = controlOf(form, name);
  return isCheckbox(control) ? (control.checked ? '1' : '0') : control.value;
}

/** Sets the value of a control. */
export function setControl(form: HTMLFormElement, name: string, value: string): void {
  const control = controlOf(form, name);
  if (isCheckbox(control)) control.checked = value === '1';
  else control.value = value;
}

function controlOf(form: HTMLFormElement, name: string): Control {
  const control = form.elements.namedItem(name);
  const isControl =
    control instanceof RadioNodeList ||
    control instanceof HTMLInputElement ||
    control instanceof HTMLSelectElement;
  if (isControl) return control;
  throw new Error(`controlOf: expected a control '${name}', got ${control?.tagName ?? 'none'}`);
}

function radiosOf(list: RadioNodeList): readonly HTMLInputElement[] {
  return [...list].filter((node) => node instanceof HTMLInputElement);
}

function isCheckbox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && control.type === 'checkbox';
}
