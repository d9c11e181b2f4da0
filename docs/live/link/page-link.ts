import { find } from '../find.ts';
import { fieldOfControl, setControl, valueOfControl } from './controls.ts';
import {
  formatLink,
  type LinkField,
  type LinkValues,
  parseLink,
  problemText,
} from './link-state.ts';

/** A value of a link that is not that of one control. */
interface OtherValue {
  readonly field: LinkField;
  /** The current value; undefined leaves it out. */
  readonly get: () => string | undefined;
  /** Takes the value of a link; undefined if the link has none. */
  readonly set: (value: string | undefined) => void;
}

/** What a page's link holds. */
export interface PageLinkOptions {
  /** The form with the controls. */
  readonly form: HTMLFormElement;
  /** The names of the controls. */
  readonly names: readonly string[];
  /** Further values by name. */
  readonly others?: Readonly<Record<string, OtherValue>>;
  /** Called after another link was opened in this tab. */
  readonly onChange: () => void;
  /** What the page shows but a link cannot hold, as the subject of a sentence. Default: nothing. */
  readonly leftOut?: () => string | undefined;
}

/** The link to a page in its current state. */
export interface PageLink {
  /** Writes the current values to the address bar, soon. */
  readonly save: () => void;
  /** Stops. */
  readonly stop: () => void;
}

/** Browsers limit how often an address may change, and a slider moves more often. In milliseconds. */
const DELAY = 250;

/**
 * Keeps the values of a page's controls in the fragment of its address, which is not sent to a server. Sets the controls to
 * the values of the current address first, and connects the button that copies the link, see `PageLink.vue`.
 */
export function pageLink(root: HTMLElement, options: PageLinkOptions): PageLink {
  const { form, names, others = {}, onChange, leftOut = () => undefined } = options;
  const status = find(root, '[data-part=link]', HTMLElement);
  const problem = find(root, '[data-part=link-problem]', HTMLElement);
  const fields: Readonly<Record<string, LinkField>> = {
    ...Object.fromEntries(names.map((name) => [name, fieldOfControl(form, name)])),
    ...Object.fromEntries(Object.entries(others).map(([name, { field }]) => [name, field])),
  };
  const defaults: LinkValues = Object.fromEntries(
    names.map((name) => [name, valueOfControl(form, name)]),
  );
  let timer = 0;

  const write = (): void => {
    clearTimeout(timer);
    const values: Record<string, string> = {};
    for (const name of names) values[name] = valueOfControl(form, name);
    for (const [name, { get }] of Object.entries(others)) {
      const value = get();
      if (value !== undefined) values[name] = value;
    }
    // The site's router keeps the scroll position in the state.
    history.replaceState(history.state, '', `#${formatLink(values)}`);
  };
  const read = (): void => {
    const { values, problems } = parseLink(location.hash, fields);
    problem.textContent = problemText(problems);
    for (const name of names) setControl(form, name, values[name] ?? (defaults[name] as string));
    for (const [name, { set }] of Object.entries(others)) set(values[name]);
  };
  const save = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(write, DELAY);
    status.textContent = '';
  };
  const copy = async (): Promise<void> => {
    write();
    const missing = leftOut();
    const note = missing === undefined ? '' : ` ${missing} is not in it: a link cannot hold files.`;
    try {
      await navigator.clipboard.writeText(location.href);
      status.textContent = `The link is copied.${note}`;
    } catch {
      status.textContent = `The browser does not allow copying; copy the address of this page.${note}`;
    }
  };
  const opened = (): void => {
    if (!location.hash.includes('=')) return;
    read();
    onChange();
  };
  const button = find(root, '[data-action=copy-link]', HTMLButtonElement);
  const clicked = (): void => void copy();
  read();
  button.addEventListener('click', clicked);
  window.addEventListener('hashchange', opened);
  return {
    save,
    stop() {
      clearTimeout(timer);
      button.removeEventListener('click', clicked);
      window.removeEventListener('hashchange', opened);
    },
  };
}
