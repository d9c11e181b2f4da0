import { anObject, anRng, anything, bytes, type PlainArgument, plainCalls } from '@halp/testing';
import * as recipes from '../src/index.ts';

const { nwUclaMoco } = recipes;
const recipe = (): PlainArgument => anObject(nwUclaMoco);
const dataset = (): PlainArgument =>
  anything({ length: 0, get: () => undefined }, [
    ['left out', undefined],
    ['a path', 'data/ntu60'],
    ['another object', {}],
  ]);
const aName = (value: string): PlainArgument =>
  anything(value, [
    ['left out', undefined],
    ['another name', 'no such name'],
  ]);
const stream = (): PlainArgument => anything('joint', [['another name', 'joints']]);
const reads = 'reads clips';
const classifier = {
  weight: Float32Array.of(1, 0, 0, 1),
  bias: Float32Array.of(0, 0),
  classes: ['a', 'b'],
  origin: 'linear',
};
const table = (): PlainArgument => anObject({ name: 't', rows: [], columns: [], seeds: [0] });

plainCalls(
  'recipes',
  recipes,
  {
    evaluationBatches: { refusalsOnly: reads, args: () => [recipe(), dataset()] },
    labelledBatches: {
      refusalsOnly: reads,
      args: () => [recipe(), dataset(), anObject({ batchSize: 2, shuffle: true }), anRng()],
    },
    trainingBatches: { refusalsOnly: reads, args: () => [recipe(), dataset(), anRng()] },
    buildEncoders: { refusalsOnly: 'builds large networks', args: () => [recipe(), anRng()] },
    buildTraining: { refusalsOnly: 'builds large networks', args: () => [recipe(), anRng()] },
    streamsOf: { exempt: 'reads a field of a recipe' },
    buildEncoder: { refusalsOnly: 'builds large networks', args: () => [recipe(), anRng()] },
    importEncoder: () => [recipe()],
    importParts: () => [recipe()],
    networkName: { exempt: 'takes a stream of a recipe that was checked' },
    tryOwnParts: {
      exempt: 'takes a recipe and batches that were checked; see own-parts.test.ts of runs',
    },
    checkRecipe: { exempt: 'checks any value; see check-recipe.test.ts' },
    checkTable: { exempt: 'checks any value' },
    recipeOfManifest: { exempt: 'checks what a file holds and names the file' },
    classifierFacts: { exempt: 'checks what a file holds and names the file' },
    formatClassifier: () => [anObject(classifier)],
    likeliest: () => [
      anything(Float32Array.of(1, 0), [
        ['left out', undefined],
        ['a plain array', [1, 0]],
      ]),
      anObject(classifier),
    ],
    parseClassifier: () => [
      bytes(recipes.formatClassifier(classifier)),
      anything('classifier.safetensors'),
      anything(2),
    ],
    clipForRecipe: { exempt: 'takes what a reader has made' },
    rawRecording: { exempt: 'takes what a reader has made' },
    recordingForRecipe: { exempt: 'takes what a reader has made' },
    changesText: { exempt: 'words for what a conversion has found' },
    datasetForRecipe: { exempt: 'takes a recipe and a data set that were checked' },
    datasetForTraining: { exempt: 'takes a recipe and a data set that were checked' },
    trainedOn: { exempt: 'reads a manifest that was checked' },
    statedPreparation: () => [recipe(), anObject({ normalisation: 'none' })],
    formatEncoderFile: { exempt: 'takes what parseEncoderFile or a run gives' },
    parseEncoderFile: {
      refusalsOnly: 'needs the file of an encoder',
      args: () => [bytes(new Uint8Array(8)), anything('encoder.safetensors')],
    },
    recipeNamed: () => [aName('nw-ucla-moco')],
    paperRecipe: () => [aName('ntu60-xsub'), aName('moco'), stream()],
    minParameters: { exempt: 'takes a recipe that was checked' },
    modulesOf: { exempt: 'takes a recipe that was checked' },
    reduced: () => [recipe()],
    gradientProbe: { exempt: 'takes what buildTraining gives' },
    representationProbe: { exempt: 'takes what buildTraining gives' },
    skeletonClrRecipe: () => [aName('ntu60-xsub'), stream()],
    fusedRows: { exempt: 'takes a table that was checked' },
    isFused: { exempt: 'takes a row of a table that was checked' },
    reducedTable: () => [table()],
    fineTunes: { exempt: 'takes the protocol of a request that was checked' },
    requestSettingsIn: { exempt: 'takes a request or a column that was checked' },
    settingFaults: { exempt: 'takes a request whose names were checked' },
    settingsOfRequest: { exempt: 'takes the protocol of a request that was checked' },
    tableRun: { exempt: 'takes a row of a table that was checked' },
  },
  { backend: 'cpu' },
);
