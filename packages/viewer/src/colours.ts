/** A colour for light pages and one for dark pages. */
export interface Colour {
  /** On a light page. */
  readonly light: string;
  /** On a dark page. */
  readonly dark: string;
}

/** The shades of a person: the right side is stronger. */
export interface PersonColours {
  /** Bones and joints of the left side. */
  readonly left: Colour;
  /** Bones and joints in the middle. */
  readonly middle: Colour;
  /** Bones and joints of the right side. */
  readonly right: Colour;
}

/** Colours of everything but persons. */
export const pageColours: Readonly<Record<'page' | 'card' | 'text' | 'muted' | 'line', Colour>> = {
  page: { light: '#f6f8fa', dark: '#0f1317' },
  card: { light: '#ffffff', dark: '#171c22' },
  text: { light: '#1d2530', dark: '#e7eaee' },
  muted: { light: '#5f6b7a', dark: '#9aa5b3' },
  line: { light: '#dfe4ea', dark: '#2b323b' },
};

const persons: readonly PersonColours[] = [
  {
    left: { light: '#4e94c7', dark: '#2c71ad' },
    middle: { light: '#2a7abf', dark: '#4b9bdc' },
    right: { light: '#0b4a86', dark: '#8fcbff' },
  },
  {
    left: { light: '#ca7b3d', dark: '#a5531d' },
    middle: { light: '#cf6013', dark: '#e58341' },
    right: { light: '#8f3800', dark: '#ffbe8f' },
  },
  {
    left: { light: '#2ba079', dark: '#21785a' },
    middle: { light: '#0a8a63', dark: '#35b38a' },
    right: { light: '#00523a', dark: '#86e3c2' },
  },
  {
    left: { light: '#bf74b4', dark: '#915389' },
    middle: { light: '#9d4a92', dark: '#cc7cc0' },
    right: { light: '#642459', dark: '#f3bbe9' },
  },
];

/** The number of distinct person colours; further persons repeat them. */
export const personColourCount: number = persons.length;

/** The shades of the person with this index. */
export function personColours(person: number): PersonColours {
  return persons[person % persons.length] as PersonColours;
}

/** Custom properties `--name: colour` of all colours, on a light or a dark page. */
export function colourProperties(mode: 'light' | 'dark'): string {
  const page = Object.entries(pageColours).map(([name, colour]) => `--${name}:${colour[mode]}`);
  const bodies = persons.flatMap(({ left, middle, right }, person) => [
    `--p${person}-left:${left[mode]}`,
    `--p${person}-middle:${middle[mode]}`,
    `--p${person}-right:${right[mode]}`,
  ]);
  return [...page, ...bodies].join(';');
}
