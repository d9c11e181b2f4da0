/** No data set has as many classes; larger labels are a damaged file's. */
export const MOST_CLASSES = 1_000_000;
