import type { OneOfStep, Pipeline, Step } from '@halp/augment';
import type { LayoutName } from '@halp/skeleton';
import { element } from '../element.ts';
import { mostOf, stepsForLayout } from './pipelines.ts';
import { type Field, isStepKind, type StepForm, stepForms } from './step-fields.ts';

type Range = readonly [least: number, most: number];
type Value = number | string | Range | undefined;
type Options = Readonly<Record<string, Value>>;

/**
 * An editor for a list of steps of clips of a layout: add, remove, move, edit, including the steps inside a `one-of`. Calls
 * `changed` with the whole list after every change.
 */
export function stepsEditor(
  pipeline: Pipeline,
  layout: LayoutName,
  changed: (steps: Pipeline) => void,
): HTMLElement {
  let steps = pipeline;
  const list = element('ol', { className: 'steps' });
  const render = (): void => {
    list.replaceChildren(...steps.map((step, i) => item(step, i)));
  };
  /** Redraws after a change of the list. A change of one step's options does not redraw the fields. */
  const restructure = (next: Pipeline): void => {
    steps = next;
    render();
    changed(steps);
  };
  const set = (i: number, step: Step): void => {
    steps = steps.with(i, step);
    changed(steps);
  };
  const item = (step: Step, i: number): HTMLElement => {
    const button = (text: string, label: string, next: () => Pipeline): HTMLButtonElement => {
      const made = element('button', { type: 'button', textContent: text });
      made.setAttribute('aria-label', `${label} step ${i + 1}, ${step.kind}`);
      made.addEventListener('click', () => restructure(next()));
      return made;
    };
    const up = button('↑', 'move up', () => swapped(steps, i, i - 1));
    up.disabled = i === 0;
    const remove = button('✕', 'remove', () => steps.toSpliced(i, 1));
    const form = step.kind === 'module' ? undefined : stepForms[step.kind];
    return element(
      'li',
      {},
      element(
        'div',
        { className: 'head' },
        element(
          'p',
          {},
          element('b', { textContent: step.kind }),
          element('small', { textContent: form?.what ?? '' }),
        ),
        up,
        remove,
      ),
      ...(form === undefined ? [] : [fieldsOf(step, form, layout, (next) => set(i, next))]),
      ...(step.kind === 'one-of' ? [choicesOf(step, layout, (next) => set(i, next))] : []),
    );
  };
  render();
  const add = adder((step) => restructure([...steps, ...stepsForLayout([step], layout)]));
  return element('div', { className: 'editor' }, list, add);
}

function swapped(steps: Pipeline, i: number, j: number): Pipeline {
  return steps.with(i, steps[j] as Step).with(j, steps[i] as Step);
}

function adder(add: (step: Step) => void): HTMLElement {
  const select = element(
    'select',
    { name: 'add' },
    element('option', { value: '', textContent: 'Add a step …' }),
    ...Object.entries(stepForms).map(([kind, { what }]) =>
      element('option', { value: kind, textContent: `${kind}: ${what}` }),
    ),
  );
  select.setAttribute('aria-label', 'Add a step');
  select.addEventListener('change', () => {
    const kind = select.value;
    select.value = '';
    if (isStepKind(kind)) add(stepForms[kind].initial);
  });
  return select;
}

function fieldsOf(
  step: Step,
  { fields, initial }: StepForm,
  layout: LayoutName,
  set: (step: Step) => void,
): HTMLElement {
  let current = step as unknown as Options;
  const change = (name: string, value: Value): void => {
    current = Object.fromEntries(
      Object.entries({ ...current, [name]: value }).filter(([, each]) => each !== undefined),
    );
    set(current as unknown as Step);
  };
  return element(
    'div',
    { className: 'fields' },
    ...fields.map((field) => {
      const usual = (initial as unknown as Options)[field.name];
      const value = current[field.name] ?? usual;
      return fieldOf(field, value, layout, (next) => change(field.name, next));
    }),
  );
}

function fieldOf(
  field: Field,
  value: Value,
  layout: LayoutName,
  set: (value: Value) => void,
): HTMLElement {
  const { name } = field;
  switch (field.kind) {
    case 'number':
      return element(
        'label',
        {},
        `${name} `,
        // An empty field omits the option.
        numberInput(name, value as number, numbersOf(field, layout), (number) =>
          set(isNaN(number) ? undefined : number),
        ),
      );
    case 'range': {
      let ends = value as Range;
      const end = (i: 0 | 1): HTMLInputElement =>
        numberInput(
          `${name}, ${i === 0 ? 'least' : 'most'}`,
          ends[i],
          numbersOf(field, layout),
          (number) => {
            ends = i === 0 ? [number, ends[1]] : [ends[0], number];
            set(ends);
          },
        );
      return element('label', {}, `${name} `, end(0), ' to ', end(1));
    }
    case 'choice': {
      const select = element(
        'select',
        { name },
        ...field.of.map((text) => element('option', { value: text, textContent: text })),
      );
      select.value = typeof value === 'string' ? value : 'any';
      // Omitted: each clip draws a random one.
      select.addEventListener('change', () =>
        set(select.value === 'any' ? undefined : select.value),
      );
      return element('label', {}, `${name} `, select);
    }
  }
}

interface Numbers {
  readonly step: number;
  readonly most: number;
}

function numbersOf(
  { step, most }: Extract<Field, { readonly step: number }>,
  layout: LayoutName,
): Numbers {
  return { step, most: mostOf(most, layout) };
}

function numberInput(
  name: string,
  value: number | undefined,
  { step, most }: Numbers,
  set: (value: number) => void,
): HTMLInputElement {
  const input = element('input', { type: 'number', name, step: String(step), max: String(most) });
  input.setAttribute('aria-label', name);
  input.value = value === undefined ? '' : String(value);
  input.addEventListener('input', () => set(input.valueAsNumber));
  return input;
}

function choicesOf(step: OneOfStep, layout: LayoutName, set: (step: Step) => void): HTMLElement {
  let current = step;
  return element(
    'div',
    { className: 'choices' },
    ...step.choices.map((choice, i) => {
      const change = (part: Partial<typeof choice>): void => {
        const choices = current.choices.map((each, j) => (j === i ? { ...each, ...part } : each));
        current = { ...current, choices };
        set(current);
      };
      const probability = numberInput(
        'probability',
        choice.probability,
        { step: 0.05, most: 1 },
        (value) => change({ probability: value }),
      );
      return element(
        'div',
        { className: 'choice' },
        element('label', {}, 'with probability ', probability),
        stepsEditor(choice.steps, layout, (steps) => change({ steps })),
      );
    }),
  );
}
