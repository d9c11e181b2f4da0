import type { Layout } from '@halp/skeleton';

/** An option whose value is a path or a name. */
export interface TextOption {
  /** What the text is. */
  readonly kind: 'file' | 'folder' | 'name';
  /** A short description with the default, without the data set's name. */
  readonly text: string;
  /** Advice in the error for a data set that does not have the option. Default: 'leave it out'. */
  readonly advice?: string | undefined;
}

/** An option whose value is a whole number. */
export interface IntegerOption extends Pick<TextOption, 'text' | 'advice'> {
  /** The kind of option. */
  readonly kind: 'integer';
  /** The smallest value. */
  readonly min: number;
}

/** An option whose value is one of a few names. */
export interface ChoiceOption<Value extends string = string> extends Pick<
  TextOption,
  'text' | 'advice'
> {
  /** The kind of option. */
  readonly kind: 'choice';
  /** The valid names. */
  readonly choices: readonly Value[];
}

/** An option whose value is a layout: the name of a built-in one, or the whole layout. */
export interface LayoutOption extends Pick<TextOption, 'text' | 'advice'> {
  /** The kind of option. */
  readonly kind: 'layout';
}

/** The specification of an option that only some data sets have. */
export type OptionSpec = TextOption | IntegerOption | ChoiceOption | LayoutOption;

/** The specification of each option, chosen by the type of its value: text, number, or a union of literals. */
export type OptionSpecs<Options> = {
  readonly [Name in keyof Options]-?: SpecOf<NonNullable<Options[Name]>>;
};

type SpecOf<Value> = [Layout] extends [Value]
  ? LayoutOption
  : [string] extends [Value]
    ? TextOption
    : [Value] extends [string]
      ? ChoiceOption<Value>
      : IntegerOption;
