/** No data set of actions has as many classes (the largest have two or three thousand signs); larger labels are a damaged file's. */
export const MAX_CLASSES = 5_000;
