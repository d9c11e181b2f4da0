import type { Recipe } from './recipe.ts';

/** What a table of results is made from, as plain data: rows of models, columns of protocols. */
export interface TablePlan {
  /** Short name, used for files. */
  readonly name: string;
  /** What the table shows, in one line. */
  readonly title: string;
  /** One run of every row for each of them. */
  readonly seeds: readonly number[];
  /** The protocols, left to right. */
  readonly columns: readonly TableColumn[];
  /** The models, top to bottom. */
  readonly rows: readonly TableRow[];
  /** Epochs between two kNN accuracies in the logs of the runs; never unless given. */
  readonly knnEvery?: number;
  /** What a reader must know to compare, one sentence each. */
  readonly notes?: readonly string[];
}

/** A protocol of a table. */
export interface TableColumn {
  /** The heading. */
  readonly label: string;
  /** How the frozen encoder is evaluated; the settings are the recipe's. */
  readonly protocol: 'knn' | 'linear';
}

/** A model of a table: a run at some epoch. */
export interface TableRow {
  /** The name of the model. */
  readonly label: string;
  /** What is trained. */
  readonly recipe: Recipe;
  /** Epochs of training after which the encoder is evaluated; 0 is the untrained encoder. */
  readonly epoch: number;
  /** Where the run begins, if not at its own beginning: after some epochs of another recipe, same seed. */
  readonly branch?: Branch;
  /** Published numbers by column label. */
  readonly reported?: Readonly<Record<string, Reported>>;
}

/** A run that another one continues. */
export interface Branch {
  /** The recipe of the run that is continued. */
  readonly recipe: Recipe;
  /** The epochs after which it is continued. */
  readonly epoch: number;
}

/** A number that others have measured. */
export interface Reported {
  /** A fraction. */
  readonly value: number;
  /** Where it was read. */
  readonly source: string;
}
