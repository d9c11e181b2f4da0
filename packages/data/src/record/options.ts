/** An option whose value is a path or a name. */
export interface TextOption {
  /** What the text is. */
  readonly kind: 'file' | 'folder' | 'name';
  /** What it is for, and its default: a few words without the data set's name. */
  readonly text: string;
  /** What to do where the option is given to a data set that does not have it. Default: leave it out. */
  readonly advice?: string | undefined;
}

/** An option whose value is a whole number. */
export interface IntegerOption extends Pick<TextOption, 'text' | 'advice'> {
  /** Says that it is a number. */
  readonly kind: 'integer';
  /** The least number. */
  readonly least: number;
}

/** An option whose value is one of a few names. */
export interface ChoiceOption<Value extends string = string> extends Pick<
  TextOption,
  'text' | 'advice'
> {
  /** Says that it is one of a few. */
  readonly kind: 'choice';
  /** The names. */
  readonly choices: readonly Value[];
}

/** An option that only some data sets have. */
export type OptionSpec = TextOption | IntegerOption | ChoiceOption;

/** The specification of each of some options, by the types of their values: text, number, or a union of literals. */
export type OptionSpecs<Options> = {
  readonly [Name in keyof Options]-?: SpecOf<NonNullable<Options[Name]>>;
};

type SpecOf<Value> = [string] extends [Value]
  ? TextOption
  : [Value] extends [string]
    ? ChoiceOption<Value>
    : IntegerOption;
