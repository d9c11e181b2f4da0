/** No data set of actions has as many classes (the largest has some hundreds); larger labels are a damaged file's. */
export const MOST_CLASSES = 10_000;
