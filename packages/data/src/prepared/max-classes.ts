/** The maximum number of classes; the largest data sets of signs have two or three thousand. Larger labels come from damaged files. */
export const MAX_CLASSES = 5_000;
